"""Who heads a body in Korean: "원장은 홍길동이다", "초대 장관에는 홍길동이 임명되었다", "홍길동이 원장을 맡았다"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.extraction.korean.person_names import may_name
from egov_kg.extraction.korean.reader import KoreanReader, Sentence
from egov_kg.extraction.korean.sheet import Found, Sheet
from egov_kg.model import Thing

__all__ = ["read_leaders"]

_ENDS: Final = {
    "원장": "원", "청장": "청", "위원장": "위원회", "처장": "처", "소장": "소", "센터장": "센터", "본부장": "본부",
    "장관": "부", "이사장": "", "대표": "", "의장": "", "총재": "", "대신": "",
}  # fmt: skip
"""How the name of the body ends that a title heads; empty where it may end in many ways."""
_TITLE: Final = "|".join(sorted(_ENDS, key=lambda t: (-len(t), t)))
_NAME: Final = r"(?P<name>[가-힣]{3}|[가-힣]{1,6}(?:\s[가-힣]{1,6}){1,2})"
_RANK: Final = r"(?:\s[가-힣]{0,8}(?:위원|의원|교수|차관|사장|대표|장관|국장|박사))?"
_RANKS: Final = ("위원", "의원", "교수", "차관", "사장", "대표", "장관", "국장", "박사")
_FOREIGN: Final = re.compile(r"[드트크프스르브그츠즈흐느므디티피키토코포페레케테카타파쿠투푸]")
"""Syllables that Korean given names are not written with."""
_SIGN: Final = re.compile(r"(?:장관|장|신|표|재)(?:은|는|에|으로|로|을|를|직)")
_IS: Final = (
    rf"(?<![가-힣])(?P<title>{_TITLE})(?:은|는)\s{_NAME}"
    r"(?:이다|이며|이고|이었다|이었으며|이었고|이었으나|였다|였으며|였고|다(?=[.\s]|$)|$)"
)
_APPOINTED: Final = (
    rf"(?<![가-힣])(?P<title>{_TITLE})(?:에는|에|으로는|으로|로는|로)\s(?:[^,.]{{1,24}}?\s)??{_NAME}{_RANK}(?:이|가)\s"
    r"(?:임명|취임|선임|선출|지명|위촉|추대)(?:되었|됐|하였|했)"
)
_TOOK: Final = (
    rf"(?<![가-힣]){_NAME}{_RANK}(?:이|가)\s(?:(?:초대|그\s뒤를\s이어|새|신임)\s)*(?P<title>{_TITLE})"
    r"(?:직|으?로)?(?:을|를|에|으로|로)?\s?(?:맡았|맡고|취임하|취임했|임명되|임명됐|선출되|선임되)"
)
_PATTERNS: Final = tuple(map(re.compile, (_IS, _APPOINTED, _TOOK)))
_OF: Final = re.compile(r"(?:의)?\s?(?:(?:첫|초대|새|신임|제\d+대)\s)?")
_NEXT: Final = re.compile(rf"(?<![가-힣]){_NAME}(?:이|가)\s그\s뒤를\s(?:이었|이어\s받|잇고|이어받)")
_NOT: Final = re.compile(r"않|못|예정|거부|거절")


class _Leader(NamedTuple):
    """A match: where it stands, whose name and which title."""

    start: int
    end: int
    place: int
    name: str
    title: str


def read_leaders(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in who heads a body; the body is the nearest whose name ends as the title asks, else the topic."""
    if not _SIGN.search(sentence.text):
        return
    for leader in _leaders(reader, sentence.text):
        _emit(reader, sentence, leader)
        _follower(reader, sentence, leader)


def _follower(reader: KoreanReader, sentence: Sentence, leader: _Leader) -> None:
    """Take in "… 임명되었고, 2022년 홍길동이 그 뒤를 이었다": the same office, another person."""
    match = _NEXT.search(sentence.text, leader.end)
    name = _name(reader, match["name"]) if match is not None else ""
    if match is not None and name:
        place = match.start("name") + match["name"].rindex(name)
        _emit(reader, sentence, leader._replace(end=match.end(), place=place, name=name))


def _leaders(reader: KoreanReader, text: str) -> Iterator[_Leader]:
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if _NOT.search(text[match.end() : match.end() + 12]) or any(
                match.start() < b and a < match.end() for a, b in taken
            ):
                continue
            name = _name(reader, match["name"])
            if name:
                place = match.start("name") + match["name"].rindex(name)
                taken.append(match.span())
                yield _Leader(*match.span(), place, name, match["title"])


def _name(reader: KoreanReader, name: str) -> str:
    """Return the words that name a person, the last ones; an empty string where they name none."""
    words = reader.grammar.words
    sheet = Sheet("", words, (), ())
    parts = name.split()
    if len(parts) > 1 and parts[-1].endswith(_RANKS):
        parts.pop()
    if len(parts) == 1:
        return name if name[0] in words.surnames and may_name(sheet, name) else ""
    kept: list[str] = []
    for part in reversed(parts):
        if len(part) > 1 and not may_name(sheet, part):
            break
        kept.insert(0, part)
    last = kept[-1] if kept else ""
    if len(last) == 3 and last[0] in words.surnames and _FOREIGN.search(last[1:]) is None:
        return last
    return " ".join(kept) if len(kept) > 1 else ""


def _emit(reader: KoreanReader, sentence: Sentence, leader: _Leader) -> None:
    draft, memory = reader.draft, reader.memory
    person = memory.thing(Found(0, 0, 0, 0, "egov:Person", leader.name))
    if person is None:
        return
    spans = draft.spans(sentence.block, sentence.offset + leader.start, sentence.offset + leader.end)
    where = draft.spans(
        sentence.block, sentence.offset + leader.place, sentence.offset + leader.place + len(leader.name)
    )
    draft.place(person, where)
    draft.name(person, leader.name, "alt", where)
    office = draft.resolver.make("egov:Office", leader.title, lang="ko")
    draft.place(office, spans)
    draft.emit(person, "egov:holdsOffice", office, spans, "ko.heads.1")
    body = _body(reader, sentence, leader)
    if body is not None and vocab.is_subclass(body.cls, "egov:Body"):
        draft.emit(body, "egov:headedBy", person, spans, "ko.heads.1")


def _body(reader: KoreanReader, sentence: Sentence, leader: _Leader) -> Thing | None:
    memory, ends = reader.memory, _ENDS[leader.title]
    before = [f for f in sentence.found if f.outer <= leader.start and vocab.is_subclass(_cls(f), "egov:Body")]
    if before and _OF.fullmatch(sentence.text[before[-1].outer : leader.start]):
        return memory.thing(before[-1])  # "보호위원회의 첫 위원장"
    if ends:
        found = memory.body_ending(ends)
        return memory.by_now(found) if found is not None else None
    if before:
        return memory.thing(before[-1])
    return memory.last_topic_body() or memory.subject


def _cls(item: Found) -> str:
    return item.cls if item.cls in vocab.CLASSES else "egov:Concept"
