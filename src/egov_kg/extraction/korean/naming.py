"""What a Korean name says where it stands: spellings, titles of persons, counts, periods, what brackets hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from egov_kg import vocab
from egov_kg.extraction.korean.definitions import read_brackets
from egov_kg.extraction.korean.sheet import UNKNOWN, Found
from egov_kg.model import Span, Thing, Value

if TYPE_CHECKING:
    from egov_kg.extraction.korean.reader import KoreanReader, Sentence

__all__ = ["take_name"]

_PERIOD: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-~\u2013\u223c]\s?((?:19|20)\d\d)(?!\d)")
_WE: Final = ("우리나라",)
"""What a text calls the country of its readers: no name of it."""
_DAY: Final = 10
"""How many characters a full date has."""
_HEADS: Final = frozenset(
    ["이사장", "의장", "시장", "지사", "도지사", "주지사", "사장", "총재", "소장", "관장", "사무총장", "대통령", "총리"]
)
"""Titles of those who head a body, besides those that tell how its name ends."""
_BODY_OF: Final = {
    "원장": "원",
    "청장": "청",
    "처장": "처",
    "위원장": "위원회",
    "이사장": "재단",
    "장관": "부",
    "총장": "대학교",
}
"""How the name of the body ends that a title heads."""


def take_name(reader: KoreanReader, sentence: Sentence, item: Found, thing: Thing) -> None:
    """Take in that a name stands for a thing here, with what its brackets say."""
    draft, block = reader.draft, sentence.block
    spans = draft.spans(block, sentence.offset + item.start, sentence.offset + item.end)
    draft.place(thing, spans)
    if not item.bare and item.name not in _WE:
        name = f"{item.name} {item.head}" if item.cls == "egov:Administration" and not item.known else item.name
        kind = (
            "pref"
            if item.cls in ("egov:Country", "egov:Administration") or (item.head == "정부" and item.country)
            else "alt"
        )
        draft.name(
            thing,
            name,
            kind
            if thing.lang == "en" and kind == "pref"
            else "acronym"
            if re.fullmatch(r"[A-Z0-9]{2,8}", name)
            else "alt",
            spans,
        )
    if (item.cls == UNKNOWN or (item.quoted and not item.head) or not item.name.endswith(item.head)) and (
        len(item.name) > 1 and not reader.grammar.words.is_generic(item.name) and item.cls != "egov:Administration"
        and not item.known and not item.office
    ):  # fmt: skip
        reader.memory.aliases.setdefault(item.name, thing)
    if item.cls == "egov:Administration" and not item.known:
        whole = draft.spans(block, sentence.offset + item.start, sentence.offset + item.outer)
        person = reader.memory.thing(Found(item.start, item.end, item.start, item.end, "egov:Person", item.name))
        if person is not None:
            draft.emit(thing, "egov:headedBy", person, whole, "ko.administration.head.1")
        if thing.jurisdiction in reader.grammar.words.country_of and _at_home(reader, item, thing):
            country = draft.resolver.country(thing.jurisdiction)
            draft.emit(thing, "egov:inJurisdiction", country, whole, "ko.administration.jurisdiction.1", "inferable")
    if item.office:
        _office(reader, sentence, item, thing)
    _in_name(reader, sentence, item, thing, spans)
    apposed = (
        re.search(r"의\s$", sentence.text[: item.outer_start]) and "구성" in sentence.text[item.outer : item.outer + 12]
    )
    if item.count and item.head and not apposed:
        draft.emit(thing, "egov:memberCount", Value(str(item.count), "xsd:integer"), spans, "ko.set.count.1")
    if item.brackets:
        read_brackets(reader, sentence, item, thing)


def _in_name(reader: KoreanReader, sentence: Sentence, item: Found, thing: Thing, spans: tuple[Span, ...]) -> None:
    """Take in what a name tells itself: the number of an order and its day, the period of a plan."""
    if item.head == "호" and (number := re.search(r"제\s?(\d{1,5})호$", item.name)):
        reader.draft.emit(thing, "egov:actNumber", Value(number[1]), spans, "ko.law.number.4")
        time = next((t for t in sentence.times if 0 < item.outer_start - t.end <= 2), None)
        if time is not None and len(time.value.edtf) == _DAY:
            where = reader.draft.spans(sentence.block, sentence.offset + time.start, sentence.offset + item.outer)
            reader.draft.emit(thing, "egov:statedDate", time.value, where, "ko.law.number.4")
    period = _PERIOD.search(item.name)
    if period and vocab.is_subclass(thing.cls, "egov:Undertaking") and period[1] < period[2]:
        for prop, year in (("egov:startYear", period[1]), ("egov:endYear", period[2])):
            reader.draft.emit(thing, prop, Value(year, "xsd:gYear"), spans, "ko.name.period.1")


def _at_home(reader: KoreanReader, item: Found, administration: Thing) -> bool:
    """Return whether a name fits the country of the text: no "부시 행정부" is Korean because the text is."""
    korean = item.name[0] in reader.grammar.words.surnames and item.head == "정부" and " " not in item.name
    return administration.jurisdiction != "kr" or korean or bool(item.country)


def _office(reader: KoreanReader, sentence: Sentence, item: Found, person: Thing) -> None:
    draft, resolver = reader.draft, reader.draft.resolver
    spans = draft.spans(sentence.block, sentence.offset + item.start, sentence.offset + item.outer)
    english = reader.grammar.words.titles.get(item.office, "")
    if item.office in ("대통령", "총리", "국무총리", "수상"):
        place = item.country or reader.memory.place or resolver.jurisdiction
        office = resolver.office(english, place)
    else:
        office = resolver.make("egov:Office", item.office, lang="ko")
    draft.place(office, spans)
    where = draft.spans(sentence.block, sentence.offset + item.outer - len(item.office), sentence.offset + item.outer)
    draft.name(office, item.office, "alt", where)
    draft.emit(person, "egov:holdsOffice", office, spans, "ko.person.title.1")
    ends = _BODY_OF.get(item.office, "")
    if item.body is None and ends and (led := reader.memory.body_ending(ends)) is not None:
        draft.emit(reader.memory.by_now(led), "egov:headedBy", person, spans, "ko.person.title.3")
    if item.body is not None and (item.office in _HEADS or item.office in _BODY_OF):
        # it stands between name and title, inside the mention of the person
        start, end = (sentence.offset + place for place in item.body)
        inner = reader.sentence(sentence.block, start, end)
        thing = reader.memory.thing(inner.found[0]) if len(inner.found) == 1 else None
        if thing is not None and vocab.is_subclass(thing.cls, "egov:Body"):
            reader.named(inner, inner.found[0], thing)
            draft.emit(thing, "egov:headedBy", person, spans, "ko.person.title.2")
