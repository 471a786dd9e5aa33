"""Whether a fact that somebody else's code hands over may be looked at: its words, its terms, its values."""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from egov_kg import vocab
from egov_kg.errors import UnknownTerm
from egov_kg.extraction.ontology import RESERVED
from egov_kg.model import Document, Fact, Span, Thing, TimeValue, Value

__all__ = ["CERTAINTIES", "Checker"]

CERTAINTIES: Final = ("stated", "inferable", "proposed")
"""What an extractor may say of a fact; that of a register is for the background tables."""

_ID: Final = re.compile(r"[a-z-]+/[a-z]{2,3}(?:-[a-z0-9]+)*/[a-z0-9]+(?:[.-][a-z0-9]+)*")
_LONGEST: Final = 400
_NO_CHARACTER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_EDTF: Final = re.compile(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?(?:/(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?)?")
_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "xsd:gYear": re.compile(r"\d{4}"),
    "xsd:date": re.compile(r"\d{4}-\d\d-\d\d"),
    "xsd:integer": re.compile(r"-?\d{1,18}"),
    "xsd:decimal": re.compile(r"-?\d{1,18}(?:\.\d{1,18})?"),
    "xsd:boolean": re.compile(r"true|false"),
}


class Checker:
    """Judges the facts that are claimed of one document.

    Args:
        document: The document.
        by_block: Whether its words must stand inside a block; without, the document needs no blocks.
    """

    def __init__(self, document: Document, *, by_block: bool = True) -> None:
        self._document, self._by_block = document, by_block
        self._starts: list[int] = []
        self._tiles: list[tuple[int, str]] = []
        for block in sorted(document.blocks, key=lambda one: (one.start, -one.end)):
            if not self._tiles or block.start >= self._tiles[-1][0]:
                self._starts.append(block.start)
                self._tiles.append((block.end, block.kind))

    def refusal(self, fact: object) -> str:
        """Return why a fact may not be kept, in one word of ours, or an empty text if it may.

        ``no-fact``, ``no-evidence``, ``foreign-span``, ``span-out-of-range``, ``outside-a-block`` (across two blocks,
        or in navigation), ``no-rule``, ``unknown-certainty``, ``undeclared-class``, ``bad-id``, ``no-label``,
        ``undeclared-property``, ``itself``, ``domain``, ``range``, ``bad-value``.
        """
        if not isinstance(fact, Fact):
            return "no-fact"
        if not _is_text(fact.rule):
            return "no-rule"
        if fact.certainty not in CERTAINTIES:
            return "unknown-certainty"
        return self._of_words(fact.evidence) or _of_things(fact) or _of_property(fact)

    def _of_words(self, spans: tuple[Span, ...]) -> str:
        if not spans:
            return "no-evidence"
        given: object = spans  # foreign code: types are what it was told, not what it does
        if not isinstance(given, tuple) or not all(isinstance(span, Span) for span in given):
            return "no-evidence"
        for span in spans:
            if span.document != self._document.id:
                return "foreign-span"
            if not 0 <= span.start < span.end <= len(self._document.text):
                return "span-out-of-range"
            if not self._by_block:
                continue
            place = bisect.bisect_right(self._starts, span.start) - 1
            if place < 0 or span.end > self._tiles[place][0] or self._tiles[place][1] == "chrome":
                return "outside-a-block"
        return ""


def _of_things(fact: Fact) -> str:
    subject: object = fact.subject  # foreign code: types are what it was told, not what it does
    if not isinstance(subject, Thing):
        return "no-fact"
    for thing in (subject, fact.object):
        if not isinstance(thing, Thing):
            continue
        if thing.cls not in vocab.CLASSES or thing.cls in RESERVED:
            return "undeclared-class"
        try:
            segment = vocab.segment(thing.cls)
        except UnknownTerm:
            return "undeclared-class"
        if not _ID.fullmatch(thing.id) or not thing.id.startswith(f"{segment}/"):
            return "bad-id"
        if not _is_text(thing.label):
            return "no-label"
    return ""


def _of_property(fact: Fact) -> str:
    prop, value = fact.property, fact.object
    if fact.qualifiers:
        return "undeclared-property"  # they belong to nodes that only our own rules make
    if prop in vocab.OBJECT_PROPERTIES or prop in vocab.INVERSES:
        domain, target = vocab.domain(prop), vocab.range_of(prop)
        if domain in RESERVED or (target in RESERVED and target != "egov:TimePosition"):
            return "undeclared-property"
        if domain and not vocab.is_subclass(fact.subject.cls, domain):
            return "domain"
        if target == "egov:TimePosition":
            return ("" if _is_time(value) else "bad-value") if isinstance(value, TimeValue) else "range"
        if not isinstance(value, Thing) or (target and not vocab.is_subclass(value.cls, target)):
            return "range"
        return "itself" if value.id == fact.subject.id else ""
    if prop in vocab.DATA_PROPERTIES:
        known = vocab.DATA_PROPERTIES[prop]
        if known.domain in RESERVED:
            return "undeclared-property"
        if known.domain and not vocab.is_subclass(fact.subject.cls, known.domain):
            return "domain"
        if not isinstance(value, Value) or value.datatype != known.datatype:
            return "range"
        return "" if _is_value(value) else "bad-value"
    return "undeclared-property"


def _is_text(words: object) -> bool:
    """Whether words can be written into a file and read by people: not empty, not endless, nothing but characters."""
    return isinstance(words, str) and bool(words.strip()) and len(words) <= _LONGEST and not _NO_CHARACTER.search(words)


def _is_value(value: Value) -> bool:
    if not _is_text(value.lexical):
        return False
    form = _FORMS.get(value.datatype)
    if form is not None and not form.fullmatch(value.lexical):
        return False
    if value.datatype == "rdf:langString" and not value.lang:
        return False
    return value.datatype != "xsd:date" or _is_day(value.lexical)


def _is_time(value: TimeValue) -> bool:
    if not _is_text(value.words) or not _EDTF.fullmatch(value.edtf):
        return False
    first, _, last = value.edtf.partition("/")
    return all(
        _is_day((part + "-01-01")[:10] if len(part) == 4 else (part + "-01")[:10]) for part in (first, last or first)
    ) and (not last or first <= last)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
