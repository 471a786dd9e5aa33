"""Bibliographic facts: the fields of a record, the language of the text, the works that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.documents.fields import Field
from egov_kg.documents.masthead import LONGEST, byline, masthead
from egov_kg.errors import DataFileError
from egov_kg.extraction.citations import Work, find_works
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.lexicon import read_toml
from egov_kg.extraction.patterns import read_sentence
from egov_kg.extraction.times import find_times
from egov_kg.extraction.tokens import is_korean
from egov_kg.iri import slug
from egov_kg.model import Block, Span, Thing, Value, View

__all__ = ["FieldRule", "cite", "part_of", "read_credit", "read_field", "read_field_rules", "read_language", "work_of"]

_KINDS: Final = frozenset(
    {"title", "date", "persons", "body", "text", "counter", "identifier", "language", "work", "none"}
)


_NOTHING = re.compile(
    r"[-\u2010-\u2015.\s]*|n/?a\.?|none|not\s(?:recorded|available|applicable|known)|unknown|없음|미상", re.IGNORECASE
)
_BODIES: Final = frozenset(
    {
        "agency", "association", "authority", "bank", "board", "commission", "committee", "council", "department",
        "federation", "foundation", "government", "governments", "institute", "ministry", "nations", "office",
        "organisation", "organization", "regions", "secretariat", "union", "university",
    }
)  # fmt: skip
MANY: Final = 2
"""So many commas make a list of subjects; one may stand inside a subject."""


class FieldRule(NamedTuple):
    """What the value of a field says."""

    id: str
    property: str
    kind: str


def read_field_rules(path: Path) -> Mapping[str, FieldRule]:
    """Return what each known key says, by key in lower case.

    Raises:
        DataFileError: If a kind is unknown or a key stands twice.
    """
    rules: dict[str, FieldRule] = {}
    for row in read_toml(path)["field"]:
        if row["kind"] not in _KINDS:
            raise DataFileError(path, 0, f"{row['id']}: unknown kind {row['kind']!r}")
        for key in row["keys"]:
            if key in rules:
                raise DataFileError(path, 0, f"{row['id']}: the key {key!r} stands already in {rules[key].id}")
            rules[key] = FieldRule(row["id"], row["property"], row["kind"])
    return rules


def read_field(draft: Draft, block: Block, rules: Mapping[str, FieldRule]) -> None:
    """Take in what a field says about the work; an empty one says nothing, an unknown key goes to the work queue."""
    value = block.view.text.strip()
    if not value or _NOTHING.fullmatch(value):
        return
    evidence = draft.spans(block)
    key = block.attributes.get("key", "").casefold()
    rule = rules.get(key)
    if rule is None:
        draft.refused(evidence, "unknown-field", key)
        return
    lang = "ko" if is_korean(value) else "en"
    if rule.kind == "title":
        draft.emit(draft.work, rule.property, Value(value, "rdf:langString", lang), evidence, rule.id)
    elif rule.kind == "date":
        for time in find_times(value)[:1]:
            edtf = time.value.edtf
            datatype = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}.get(len(edtf))
            if datatype:
                draft.emit(draft.work, rule.property, Value(edtf, datatype), evidence, rule.id)
    elif rule.kind == "persons":
        for start, end in _people(block.view.text):
            spans = draft.spans(block, start, end)
            draft.emit(draft.work, rule.property, _author(draft, block.view.text[start:end]), spans, rule.id)
    elif rule.kind == "body":
        body = _body(draft, block)
        draft.emit(draft.work, rule.property, body, evidence, rule.id)
        if lang != body.lang:
            draft.name(body, value, "pref", evidence)
            draft.emit(body, "skos:prefLabel", Value(value, "rdf:langString", lang), evidence, "field.publisher.2")
    elif rule.kind == "text" and rule.property == "dcterms:subject":
        for start, end in _parts(block.view.text):
            draft.emit(
                draft.work, rule.property, Value(block.view.text[start:end]), draft.spans(block, start, end), rule.id
            )
    elif rule.kind in {"text", "language"}:
        draft.emit(draft.work, rule.property, Value(value), evidence, rule.id)
    elif rule.kind == "identifier":
        for match in _IDENTIFIER.finditer(block.view.text):
            draft.emit(draft.work, rule.property, Value(match[0]), draft.spans(block, *match.span()), rule.id)
    elif rule.kind == "work":
        draft.emit(draft.work, rule.property, draft.resolver.make("egov:Document", value), evidence, rule.id)
    elif rule.kind == "counter" and (number := re.sub(r"[,.\s]", "", value)).isdigit():
        draft.emit(draft.work, rule.property, Value(str(int(number)), "xsd:integer"), evidence, rule.id)


# 10.4018/JGIM.294124; 978-92-79-93664-7
_IDENTIFIER = re.compile(r"\b10\.\d{4,9}/[^\s|;,]+[^\s|;,.]|\b(?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dX]\b")
_COUNTER = re.compile(
    r"(?P<key>views?|view count|hits|downloads?|download count|조회수?|다운로드(?:\s?수)?)\s*[:：]?\s*"
    r"(?P<value>\d{1,3}(?:,\d{3})+|\d+)\s*[|·/]?\s*",
    re.IGNORECASE,
)
EARLIEST: Final = 3
"""Among so many blocks from the first on, a kind of text that stands alone is that of this text."""
EARLY: Final = 6
"""Among so many blocks from the first on, a line may speak of the text and not belong to it."""


def read_about(draft: Draft, block: Block, place: int, rules: Mapping[str, FieldRule]) -> bool:
    """Take in what a short block says about the text around it: its kind and date near the title, counters anywhere.

    Args:
        draft: Where to.
        block: A heading or a paragraph.
        place: Its number among the blocks that are no chrome, from 0 on.
        rules: What each key says.

    Returns:
        Whether the block was that and nothing else.
    """
    text = block.view.text
    if len(text) > LONGEST:
        return False
    counters = list(_COUNTER.finditer(text))
    if counters and "".join(m[0] for m in counters) == text:
        found = [Field(m["key"], *m.span("value")) for m in counters]
    else:
        found = list(masthead(text)) if place < EARLY else []
        if block.kind == "heading" and [f.key for f in found] == ["type"] and place >= EARLIEST:
            # "Country profile" above a section is its heading
            found = []
        if not found and 0 < place < EARLY and (authors := byline(text)):
            found = [authors]
    for key, start, end in found:
        view = View(block.view.text[start:end], block.view.offsets[start:end])
        line = Block("field", block.start, block.end, None, block.lang, view, {"key": key})
        read_field(draft, line, rules)
        if key == "affiliation":
            author = _author(draft, text[found[0].start : found[0].end])
            draft.emit(author, "egov:affiliatedWith", _body(draft, line), draft.spans(block), "byline.affiliation.1")
    return bool(found)


def _people(text: str) -> Iterable[tuple[int, int]]:
    """Yield where each name of a list of authors stands; "Surname, Given" is not guessed."""
    place = 0
    for part in re.split(r"([,;·]|\band\b|&)", text):
        name = part.strip()
        # "tbere", "ann-lee" are names that persons have on a site
        if name and not re.fullmatch(r"[,;·&]|and|[a-z0-9][a-z0-9._-]*", name):
            start = place + part.index(name)
            yield start, start + len(name)
        place += len(part)


def _parts(text: str) -> Iterable[tuple[int, int]]:
    """Yield where each subject of a list stands; commas part them only where there are three or more."""
    mark = ";" if ";" in text else "," if text.count(",") >= MANY else ""
    place = 0
    for part in text.split(mark) if mark else [text]:
        if part.strip():
            start = place + len(part) - len(part.lstrip())
            yield start, start + len(part.strip())
        place += len(part) + 1


def _author(draft: Draft, name: str) -> Thing:
    """Return an author: a body if the name is one by its words, else a person."""
    resolver = draft.resolver
    reading = read_sentence(name, 0, len(name), resolver.lexicon, resolver.gazetteer)
    for mention in reading.mentions:
        if mention.start == 0 and mention.end >= len(name) - 1 and vocab.is_subclass(mention.cls, "egov:Body"):
            thing = resolver.thing(mention)
            if thing is not None:
                return thing
    last = name.rsplit(maxsplit=1)[-1].casefold()
    if last in _BODIES:
        return resolver.make("egov:Agency", name)
    return resolver.person(name)


def _body(draft: Draft, block: Block) -> Thing:
    resolver = draft.resolver
    text = block.view.text
    reading = read_sentence(text, 0, len(text), resolver.lexicon, resolver.gazetteer)
    for mention in reading.mentions:
        if mention.end - mention.start >= len(text.strip()) - 2:
            thing = resolver.thing(mention)
            if thing is not None:
                return thing
    return resolver.make("egov:Agency", text.strip(), lang="ko" if is_korean(text) else "en")


def read_language(draft: Draft) -> None:
    """Take in the language that the text is written in, by the script and the small words of its paragraphs.

    Latin letters alone are no sign of English: a text in them without the small words of English has no language here.
    """
    paragraphs = [b for b in draft.document.blocks if b.kind in ("paragraph", "item") and b.view.text]
    if not paragraphs:
        return
    if any(f.property == "dcterms:language" for f in draft.facts):
        return
    korean = sum(len(b.view.text) for b in paragraphs if b.lang == "ko")
    english = sum(len(b.view.text) for b in paragraphs if b.lang == "en")
    lang = "ko" if korean > english else "en"
    first = next((b for b in paragraphs if b.lang == lang), None)
    if first is None or (lang == "en" and not is_english(" ".join(b.view.text for b in paragraphs if b.lang == lang))):
        return
    stop = first.view.text.find(". ")
    evidence = draft.spans(first, 0, stop + 1 if stop > 0 else None)
    draft.emit(draft.work, "dcterms:language", Value(lang), evidence, "language.script.1", "inferable")


_SMALL_WORDS: Final = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "by",
        "with",
        "that",
        "for",
        "is",
        "are",
        "was",
        "were",
        "from",
        "which",
        "has",
        "have",
        "be",
    ]
)
_ENGLISH_FROM: Final = 0.12
"""The share of small words from which on a text in Latin letters is English; chosen, not measured."""


def is_english(text: str) -> bool:
    """Tell whether a text in Latin letters is English, by the share of its small words.

    Example:
        >>> is_english("The act was passed by the parliament of Estonia in 2000.")
        True
        >>> is_english("La loi a été adoptée par le parlement estonien en 2000.")
        False
    """
    words = re.findall(r"[a-z]+", text.casefold())
    return sum(word in _SMALL_WORDS for word in words) >= _ENGLISH_FROM * len(words) if words else False


# --- cited works ------------------------------------------------------------------------------------------------------


def work_of(draft: Draft, label: str) -> Thing:
    """Return the work of that name: authors and year, or title."""
    thing = Thing(draft.resolver.registry.id_for("egov:Document", "int", label), "egov:Document", label)
    return draft.resolver.keep(thing)


def cite(draft: Draft, block: Block, work: Work, rule: str) -> Thing:
    """Return a cited work, with its year and, where its authors are a known body, its publisher."""
    thing = work_of(draft, work.label)
    spans = draft.spans(block, work.start, work.end)
    draft.place(thing, spans)
    draft.emit(thing, "dcterms:issued", Value(work.year[:4], "xsd:gYear"), spans, f"{rule}.issued")
    resolver = draft.resolver
    reading = read_sentence(work.authors, 0, len(work.authors), resolver.lexicon, resolver.gazetteer)
    for mention in reading.mentions:
        if mention.start == 0 and mention.end == len(work.authors) and mention.cls != "egov:Person":
            body = resolver.thing(mention)
            if body is not None:
                draft.emit(thing, "dcterms:publisher", body, spans, f"{rule}.publisher", "inferable")
    if not reading.mentions and re.fullmatch(r"[A-Z]{3,8}", work.authors):
        body = resolver.acronyms.get(work.authors) or resolver.make("egov:Agency", work.authors)
        draft.emit(thing, "dcterms:publisher", body, spans, f"{rule}.publisher", "inferable")
    return thing


_LEADS: Final = (
    (
        re.compile(
            r"\b(?:adapted|modified|compiled|revised|reconstructed)\s(?:and\s\w+\s)?(?:from|by)\b|재구성", re.IGNORECASE
        ),
        "egov:adaptedFrom",
        "credit.adapted.1",
    ),
    (
        re.compile(r"\b(?:reprinted|reproduced|taken|excerpted)\sfrom\b|전재", re.IGNORECASE),
        "egov:reprintedFrom",
        "credit.reprinted.1",
    ),
    (
        re.compile(
            r"\b(?:re-?cited\sfrom|(?:as\s)?(?:cited|quoted)\sin|cited\sfrom|requoted\sfrom|quoted\sfrom)\b|재인용",
            re.IGNORECASE,
        ),
        "egov:citedThrough",
        "credit.through.1",
    ),
    (re.compile(r"^\s*(?:Sources?|출처|자료)\s?[:：]", re.IGNORECASE), "dcterms:source", "credit.source.1"),
)


def read_credit(draft: Draft, block: Block, owner: Thing) -> None:
    """Take in the credit of a table or figure: where it comes from, and the pages."""
    text = block.view.text
    if re.match(r"\s*(?:Notes?|주)\s?[:：]", text):
        _read_note_credit(draft, block)
        return
    leads = sorted((m.start(), prop, rule) for pattern, prop, rule in _LEADS for m in pattern.finditer(text))
    for work in find_works(text):
        before = [(prop, rule) for place, prop, rule in leads if place < work.start]
        if not before:
            continue
        prop, rule = before[-1]
        thing = cite(draft, block, work, rule)
        spans = draft.spans(block, work.start, work.end)
        draft.emit(owner, prop, thing, spans, rule)
        if prop in ("egov:reprintedFrom", "egov:citedThrough"):
            draft.emit(draft.work, "egov:cites", thing, spans, "credit.cites.1", "inferable")
        if work.page:
            page = draft.spans(block, work.outer[0], work.outer[1])
            draft.emit(
                owner,
                "egov:citedPage",
                Value(work.page),
                page,
                "credit.page.1",
                qualifiers=(("egov:citedWork", thing),),
            )


# "ICT = Information and communication technology", and not "Note: all figures are estimates"
_ABBREVIATION: Final = re.compile(
    r"\b((?=\w*[A-Z\d]\w*[A-Z\d])[A-Z][A-Za-z0-9&-]{1,9})\s*(?:=|:|stands\sfor)\s*"
    r"([^;=.]{4,80}?)(?=[;.]|,\s[A-Z]+\s*=|$)"
)


def _read_note_credit(draft: Draft, block: Block) -> None:
    """Take in the abbreviations that the note of a table explains: "ICT = Information and communication technology"."""
    text = block.view.text
    for match in _ABBREVIATION.finditer(text):
        reading = read_sentence(text, match.start(2), match.end(2), draft.resolver.lexicon, draft.resolver.gazetteer)
        thing = None
        for mention in reading.mentions:
            if mention.start == match.start(2):
                thing = draft.resolver.thing(mention)
        name = match[2].strip()
        thing = thing or draft.resolver.make("egov:Concept", name)
        spans = draft.spans(block, match.start(), match.end())
        draft.name(thing, match[1], "acronym", spans)
        draft.emit(thing, "egov:acronym", Value(match[1], "rdf:langString", "en"), spans, "note.abbreviation.1")


def part_of(draft: Draft, block: Block) -> Thing:
    """Return the table or figure that a caption names, as a part of the document."""
    label = block.view.text.strip()
    kind = "egov:Figure" if block.attributes.get("label", "").casefold().startswith(("fig", "그림")) else "egov:Table"
    number = block.attributes.get("number", "")
    tail = f"{kind.rpartition(':')[2].lower()}-{number}" if number else slug(label)
    identifier = f"part/int/{draft.document.id.rpartition('/')[2].removesuffix('-digest')[:60]}-{slug(tail) or 'part'}"
    thing = draft.resolver.keep(Thing(draft.resolver.registry.current(identifier), kind, label))
    evidence: tuple[Span, ...] = draft.spans(block)
    draft.emit(thing, "egov:partOf", draft.work, evidence, "caption.part.1")
    return thing
