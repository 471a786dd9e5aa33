"""From claims to facts: a claim counts if its words stand in the passage that it quotes, and only then."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Final

from egov_kg.extraction.llm.prompt import Passage
from egov_kg.extraction.llm.schema import FIELDS, TEXT, TIME, offered_classes, offered_relations
from egov_kg.extraction.ontology import Ontology, PropertyTerm, is_worldwide
from egov_kg.extraction.plugins import Dropped
from egov_kg.extraction.quotations import folded
from egov_kg.extraction.times import find_times
from egov_kg.extraction.tokens import ORDINAL_WORDS, is_korean, singular
from egov_kg.model import Document, Fact, Span, Thing, TimeValue, Value

__all__ = ["RULE", "grounded"]

RULE: Final = "llm.claim.1"

_LONGEST: Final = {"quote": 4_000, "subject": 300, "object": 1_000}
_SHORTEST_QUOTE: Final = 8
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d+")
_ORDINALS: Final = re.compile(rf"\b(?:{'|'.join(ORDINAL_WORDS)}|\d+(?:st|nd|rd|th))\b")
_LIGHT: Final = frozenset({"a", "an", "and", "at", "by", "for", "in", "of", "on", "s", "the", "to", "with"})
_PRONOUNS: Final = frozenset(
    {
        *("he", "her", "his", "it", "its", "itself", "she", "that", "their", "them", "these", "they", "this", "those"),
        *("we", "who", "which", "그", "그것", "동 기관", "이", "이것", "이들"),
    }
)


def grounded(
    claims: Sequence[Any], document: Document, passage: Passage, ontology: Ontology
) -> Iterator[Fact | Dropped]:
    """Yield a fact for each claim that its passage bears out, and a reason for each other one.

    ``malformed-claim``; ``unknown-relation``, ``unknown-class``; ``quotation-not-found``; ``subject-not-quoted``,
    ``object-not-quoted`` (a word of it stands neither in the quotation nor in a heading); ``number-not-quoted`` (a
    number, year or ordinal does not stand in the quotation itself); ``pronoun``; ``not-a-date``, ``not-a-number``.
    Domain and range are checked for all extractors alike.

    Args:
        claims: As they were read from an answer.
        document: The document of the passage.
        passage: What was asked about.
        ontology: What facts may say.
    """
    relations = offered_relations(ontology)
    classes = frozenset(offered_classes(ontology))
    text = folded(passage.block.view.text)
    for claim in claims:
        fields = _fields(claim)
        if fields is None:
            yield Dropped("malformed-claim")
            continue
        reason = _unknown(fields, relations, classes)
        place = None if reason else next(text.find(fields["quote"]), None)
        if not reason and place is None:
            reason = "quotation-not-found"
        reason = reason or _unquoted(fields, passage.headings)
        if reason or place is None:
            yield Dropped(reason, f"{fields['subject']} {fields['relation']} {fields['object']}"[:200])
            continue
        spans = _evidence(document, passage, fields, *place)
        yield _fact(fields, relations[fields["relation"]], document, ontology, spans)


def _fields(claim: object) -> dict[str, str] | None:
    """Return the texts of a claim, white space folded, or None if it does not have them."""
    if not isinstance(claim, dict):
        return None
    fields: dict[str, str] = {}
    for name in FIELDS:
        value = claim.get(name)
        if not isinstance(value, str):
            return None
        fields[name] = " ".join(unicodedata.normalize("NFC", value).split())
        if not fields[name] or len(fields[name]) > _LONGEST.get(name, 100):
            return None
    return fields


def _unknown(fields: dict[str, str], relations: Any, classes: frozenset[str]) -> str:
    if fields["relation"] not in relations:
        return "unknown-relation"
    kind = relations[fields["relation"]].kind
    wanted = {"time": {TIME}, "value": {TEXT}, "thing": classes}[kind]
    if fields["subject_class"] not in classes or fields["object_class"] not in wanted:
        return "unknown-class"
    return ""


def _unquoted(fields: dict[str, str], headings: Sequence[str]) -> str:
    quote, subject, value = fields["quote"], fields["subject"], fields["object"]
    if len(quote) < _SHORTEST_QUOTE:
        return "quotation-not-found"
    if subject.casefold() in _PRONOUNS or value.casefold() in _PRONOUNS:
        return "pronoun"
    numbers, ordinals = set(_NUMBER.findall(quote)), _ordinals(quote)
    for words in (subject, value):
        if not set(_NUMBER.findall(words)) <= numbers or not _ordinals(words) <= ordinals:
            return "number-not-quoted"
    around = " ".join([quote, *headings])
    for part, words in (("subject", subject), ("object", value)):
        if not _stands_in(words, around):
            return f"{part}-not-quoted"
    return ""


def _ordinals(text: str) -> set[str]:
    return {ORDINAL_WORDS.get(word, word) for word in _ORDINALS.findall(text.casefold())}


def _stands_in(words: str, text: str) -> bool:
    """Return whether every word of a name stands in a text; a Korean name must stand there as it is."""
    if is_korean(words):
        return "".join(words.split()) in "".join(text.split())
    known = {form for word in _WORD.findall(text.casefold()) for form in (word, singular(word))}
    wanted = [word for word in _WORD.findall(words.casefold()) if word not in _LIGHT]
    return bool(wanted) and all(word in known or singular(word) in known for word in wanted)


def _evidence(document: Document, passage: Passage, fields: dict[str, str], first: int, last: int) -> tuple[Span, ...]:
    """Return where the quotation stands, and the headings that hold a word of subject or object which it lacks."""
    spans = [*passage.block.view.pieces(document, first, last)]
    for name in (fields["subject"], fields["object"]):
        if _stands_in(name, fields["quote"]):
            continue
        for heading in passage.above:
            if _share_a_word(name, heading.view.text):
                spans += heading.view.pieces(document, 0, len(heading.view.text))
    return tuple(sorted(set(spans)))


def _share_a_word(name: str, text: str) -> bool:
    if is_korean(name):
        return "".join(name.split()) in "".join(text.split())
    wanted = {word for word in _WORD.findall(name.casefold()) if word not in _LIGHT}
    return not wanted.isdisjoint(_WORD.findall(text.casefold()))


def _fact(
    fields: dict[str, str], term: PropertyTerm, document: Document, ontology: Ontology, spans: tuple[Span, ...]
) -> Fact | Dropped:
    value: Thing | Value | TimeValue | None
    match term.kind:
        case "thing":
            value = _thing(fields["object"], fields["object_class"], document, ontology)
        case "time":
            value = next((found.value for found in find_times(fields["object"])), None)
            if value is None:
                return Dropped("not-a-date", fields["object"])
        case "value":
            value = _value(fields["object"], term.range)
            if value is None:
                return Dropped("not-a-date" if term.range in {"xsd:gYear", "xsd:date"} else "not-a-number")
    subject = _thing(fields["subject"], fields["subject_class"], document, ontology)
    return Fact(subject, term.curie, value, spans, RULE, "proposed")


def _thing(name: str, cls: str, document: Document, ontology: Ontology) -> Thing:
    jurisdiction = "int" if is_worldwide(cls) else document.metadata.get("jurisdiction", "int")
    return ontology.thing(cls, name, jurisdiction=jurisdiction)


def _value(words: str, datatype: str) -> Value | None:
    if datatype in {"xsd:gYear", "xsd:date"}:
        length = 4 if datatype == "xsd:gYear" else 10
        dates = [found.value.edtf for found in find_times(words) if not found.value.approximate]
        return Value(dates[0], datatype) if len(dates) == 1 and len(dates[0]) == length else None
    if datatype == "xsd:integer":
        number = words.replace(",", "")
        return Value(number, datatype) if number.isdecimal() and number.isascii() and len(number) < 16 else None
    return Value(words, datatype)
