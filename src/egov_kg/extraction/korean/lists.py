"""Korean enumerations of phrases that are no names of their own: what a set includes, what a project digitised."""

from __future__ import annotations

import re
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.korean.definitions import read_brackets
from egov_kg.extraction.korean.reader import KoreanReader, Sentence
from egov_kg.extraction.korean.sheet import Found
from egov_kg.model import Thing

__all__ = ["read_lists"]

_INCLUDED: Final = re.compile(
    r"(?:에는|에)\s(?P<list>[^.;]{4,300}?)(?:\s등)?(?:이|가)\s(?:포함(?:되었|됐|된다|되며|되어)|들어\s?있|속(?:한다|하였|했)|있다)"
)
_DIGITISED: Final = re.compile(
    r"(?:에서는|에서|을\s통해|를\s통해|으로|로)\s(?P<list>[^.;]{4,300}?)(?:\s등)?(?:\s(?:의\s)?(?P<number>\d{1,3})개)?\s(?P<noun>업무|분야|서비스|대장|데이터베이스|자료)(?:이|가|을|를)\s"
    r"(?:우선\s|먼저\s|단계적으로\s|모두\s)?(?:전산화|디지털화|전자화)(?:되었|됐|하였|했)"
)
_SPLIT: Final = re.compile(r",\s?(?:그리고\s|및\s)?|\s및\s|(?<=[가-힣)])(?:와|과)\s|\u00b7")
_BRACKET: Final = re.compile(r"\s?\((?P<in>[^()]*)\)$")


def read_lists(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in the members of sets that the sentence lists by phrases."""
    if sentence.hedge:
        return
    for pattern, digitised in ((_INCLUDED, False), (_DIGITISED, True)):
        match = pattern.search(sentence.text)
        if match is None:
            continue
        whole = next(
            (f for f in sentence.found if f.outer <= match.start("list") and abs(f.outer - match.start()) <= 3),
            None,
        )
        thing = reader.memory.thing(whole) if whole is not None else None
        if whole is None or thing is None or not vocab.is_subclass(thing.cls, "egov:Undertaking"):
            continue
        members = list(_members(sentence.text, match.start("list"), match.end("list")))
        if len(members) < 2 and not digitised:
            continue
        for start, end in members:
            _member(reader, sentence, match, (whole, thing), (start, end), digitised=digitised)


def _members(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [
        (m.start(), m.end())
        for m in _SPLIT.finditer(text, start, end)
        if text.count("(", start, m.start()) == text.count(")", start, m.start())
    ]
    if any(text[a] == "," for a, _ in cuts):
        cuts = [c for c in cuts if text[c[0]] in ",와과" or text[c[0]] == " "]
        last = max(i for i, (a, _) in enumerate(cuts) if text[a] == ",")
        cuts = [c for i, c in enumerate(cuts) if text[c[0]] == "," or i > last]
    members = []
    place = start
    for a, b in [*cuts, (end, end)]:
        words = text[place:a].strip()
        words = re.sub(r"(?:\s등)$", "", words)
        if 2 <= len(words) <= 40:
            begin = text.index(words, place)
            members.append((begin, begin + len(words)))
        place = b
    return members


def _member(
    reader: KoreanReader,
    sentence: Sentence,
    match: re.Match[str],
    whole: tuple[Found, Thing],
    place: tuple[int, int],
    *,
    digitised: bool,
) -> None:
    text, draft = sentence.text, reader.draft
    start, end = place
    known = next((f for f in sentence.found if f.outer_start == start and f.outer >= end and not f.bare), None)
    thing = reader.memory.thing(known) if known is not None else None
    if thing is None:
        bracket = _BRACKET.search(text[start:end])
        stop = start + bracket.start() if bracket else end
        name = text[start:stop].strip()
        if len(name) < 2 or re.search(r"(?:은|는|다|고|며)$|(?:은|는|을|를)\s", name):
            return
        cls = (
            ("egov:ServiceDomain" if match["noun"] in ("업무", "분야") else "egov:InformationSystem")
            if digitised
            else "egov:Project"
        )
        thing = draft.resolver.make(cls, name, lang="ko")
        spans = draft.spans(sentence.block, sentence.offset + start, sentence.offset + stop)
        draft.place(thing, spans)
        draft.name(thing, name, "alt", spans)
        if bracket:
            inner = (start + bracket.start("in"), start + bracket.end("in"))
            read_brackets(reader, sentence, Found(start, stop, start, end, cls, name, brackets=(inner,)), thing)
    if thing.id == whole[1].id:
        return
    spans = draft.spans(sentence.block, sentence.offset + whole[0].outer_start, sentence.offset + match.end())
    if digitised:
        draft.emit(whole[1], "egov:digitises", thing, spans, "ko.list.digitised.1")
    elif vocab.is_subclass(thing.cls, "egov:Undertaking"):
        draft.emit(thing, "egov:partOf", whole[1], spans, "ko.list.included.1")
