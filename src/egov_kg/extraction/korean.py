"""Korean sentences: laws with their dates, administrations and their undertakings, in Korean word order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from egov_kg.extraction.draft import Draft
from egov_kg.extraction.gazetteer import Gazetteer
from egov_kg.extraction.times import TimeMention, find_times
from egov_kg.extraction.tokens import sentences, tokens
from egov_kg.model import Block, Thing, Value

__all__ = ["read_korean"]

# 「전자정부법」, 공공데이터의 제공 및 이용 활성화에 관한 법률, 정보화촉진기본법
_LAW = re.compile(
    r"[「『](?P<quoted>[^」』]{2,60}(?:법|법률|령|규칙|조례))[」』]"
    r"|(?P<plain>(?:[가-힣·]+\s){0,6}[가-힣·]*에\s?관한\s?(?:법률|특별법|규칙)|[가-힣]{2,20}기본법)(?=(?:은|는|이|가|을|를|의|에|도|과|와|\s|\(|,|\.|$))"
)
_PLAN = re.compile(
    r"(?P<plan>(?:제\s?\d+\s?차\s)?(?:[가-힣A-Za-z0-9·]+\s){0,4}[가-힣A-Za-z0-9·]*(?:기본계획|종합계획|추진계획|로드맵|전략|프로젝트|사업))"
    r"(?=(?:은|는|이|가|을|를|의|에|도|과|와|\s|\(|,|\.|$))"
)
_GOVERNMENT = re.compile(
    r"(?<![가-힣])(?P<name>[가-힣]{2,4})\s?(?P<kind>정부|행정부)(?P<role>에\s?의해|에서|는|가|의|도)"
)
_PRESIDENT = re.compile(r"(?<![가-힣])(?P<name>[가-힣]{2,4})\s?대통령(?=[은는이가의과와을를도]|\s|,|\.|$)")
_NO_NAME: Final = frozenset(
    {
        "전자", "중앙", "지방", "한국", "우리", "우리나라", "대한민국", "미국", "일본", "중국", "영국",
        "연방", "현", "새",
        "역대", "각국", "전임", "당시", "민주", "군사", "디지털", "스마트", "열린", "모바일", "차기",
    }
)  # fmt: skip
_ENACTED: Final = (
    (re.compile(r"제정"), "egov:enactedIn", "ko.law.enacted.1"),
    (re.compile(r"공포"), "egov:promulgatedOn", "ko.law.promulgated.1"),
    (re.compile(r"시행(?!령|규칙)|발효"), "egov:inForceFrom", "ko.law.force.1"),
)
_NOT_SAID = re.compile(r"않|못하|아니|예정|계획이다|것이다|검토|할\s?수\s?있|하려|여부|\?")
_BEGAN = re.compile(r"도입|착수|시작|출범|개시|수립|발표")
_CONTINUED = re.compile(r"계승|이어\s?(?:받|갔|졌)|지속|계속")
_ADVANCED = re.compile(r"추진|시행|실시")
_LEAD = re.compile(r"^(?:(?:또한|그리고|이후|이에|따라서|특히|당시|정부는|이|그|및)\s)+")


def read_korean(draft: Draft, block: Block, gazetteer: Gazetteer) -> None:
    """Take in what the Korean sentences of a block say of laws and of administrations."""
    text = block.view.text
    for start, end in sentences(text):
        sentence = text[start:end]
        times = find_times(sentence)
        laws = list(_laws(draft, block, sentence, start, gazetteer))
        _law_times(draft, block, sentence, start, times, laws)
        _people(draft, block, sentence, start)
        _undertakings(draft, block, sentence, start, times)


def _known(draft: Draft, sentence: str, a: int, b: int, gazetteer: Gazetteer) -> Thing | None:
    for hit in gazetteer.find(sentence[a:b] + " ", tokens(sentence[a:b])):
        if hit.end - hit.start >= len(sentence[a:b].strip()) and draft.resolver.applies(hit.thing):
            return draft.resolver.known(hit.thing)
    return None


def _laws(
    draft: Draft, block: Block, sentence: str, offset: int, gazetteer: Gazetteer
) -> Iterator[tuple[Thing, int, int]]:
    """Yield the laws that a sentence names, each with its place in the sentence."""
    taken: list[tuple[int, int]] = []
    for hit in gazetteer.find(sentence, tokens(sentence)):
        if hit.thing.startswith("law/") and hit.name.lang == "ko" and draft.resolver.applies(hit.thing):
            taken.append((hit.start, hit.end))
            spans = draft.spans(block, offset + hit.start, offset + hit.end)
            thing = draft.resolver.known(hit.thing)
            draft.place(thing, spans)
            draft.name(thing, sentence[hit.start : hit.end], "alt", spans)
            yield thing, hit.start, hit.end
    for match in _LAW.finditer(sentence):
        group = "quoted" if match["quoted"] else "plain"
        start, end = match.span(group)
        lead = _LEAD.match(sentence[start:end])
        start += lead.end() if lead else 0
        if any(start < b and a < end for a, b in taken):
            continue
        name = " ".join(sentence[start:end].split())
        cls = "egov:ExecutiveOrder" if name.endswith(("령", "규칙")) else "egov:Law"
        thing = _known(draft, sentence, start, end, gazetteer) or draft.resolver.make(cls, name, lang="ko")
        spans = draft.spans(block, offset + start, offset + end)
        draft.place(thing, spans)
        draft.name(thing, name, "alt", spans)
        yield thing, start, end


def _law_times(  # noqa: PLR0917 - each is a different thing
    draft: Draft, block: Block, sentence: str, offset: int, times: tuple[TimeMention, ...],
    laws: list[tuple[Thing, int, int]],
) -> None:  # fmt: skip
    for law, start, end in laws:
        bracket = next(
            (t for t in times if t.start >= end and re.fullmatch(r"[」』]?\s?\(", sentence[end : t.start])), None
        )
        if bracket is not None and "/" not in bracket.value.edtf:
            spans = draft.spans(block, offset + start, offset + bracket.end)
            draft.emit(law, "egov:statedYear", Value(bracket.value.edtf[:4], "xsd:gYear"), spans, "ko.law.title-year.1")
        if len(laws) != 1 or _NOT_SAID.search(sentence):
            continue
        free = [t for t in times if t is not bracket]
        for pattern, prop, rule in _ENACTED:
            said = pattern.search(sentence, end)
            near = [t for t in free if said and t.end <= said.start() + 1]
            if said and near:
                time = near[-1]
                spans = draft.spans(block, offset + min(start, time.start), offset + said.end())
                draft.emit(law, prop, time.value, spans, rule)


def _person(draft: Draft, name: str) -> Thing:
    known = draft.resolver.person(name)
    return known if known.lang == "ko" or known.label != name else draft.resolver.make("egov:Person", name, lang="ko")


def _people(draft: Draft, block: Block, sentence: str, offset: int) -> None:
    for match in _PRESIDENT.finditer(sentence):
        if match["name"] in _NO_NAME:
            continue
        spans = draft.spans(block, offset + match.start(), offset + match.end())
        person = _person(draft, match["name"])
        office = draft.resolver.office("president", draft.resolver.jurisdiction)
        draft.emit(person, "egov:holdsOffice", office, spans, "ko.person.title.1")


def _undertakings(draft: Draft, block: Block, sentence: str, offset: int, times: tuple[TimeMention, ...]) -> None:
    actors = [m for m in _GOVERNMENT.finditer(sentence) if m["name"] not in _NO_NAME]
    if not actors:
        return
    administrations = []
    for match in actors:
        spans = draft.spans(block, offset + match.start(), offset + match.end("kind"))
        person = _person(draft, match["name"])
        administration = draft.resolver.administration_of(person)
        draft.emit(administration, "egov:headedBy", person, spans, "ko.administration.head.1")
        administrations.append(administration)
    plans = [m for m in _PLAN.finditer(sentence) if len(m["plan"].split()) > 1 or len(m["plan"]) > 4]
    if len(actors) != 1 or len(plans) != 1 or _NOT_SAID.search(sentence):
        return
    actor, plan = actors[0], plans[0]
    start, end = plan.span("plan")
    if start < actor.end() <= end:
        start = actor.end()
    for time in times:
        if start <= time.start < end:
            start = time.end
    while start < end and (sentence[start].isspace() or sentence[start] in "에은는이가,"):
        start += 1
    name = " ".join(sentence[start:end].split())
    if len(name) < 4:
        return
    rest = sentence[max(end, actor.end()) :]
    cls = "egov:Plan" if name.endswith(("계획", "로드맵", "전략")) else "egov:Project"
    for pattern, prop, rule in (
        (_CONTINUED, "egov:continuedBy", "ko.continue.1"),
        (_BEGAN, "egov:initiatedBy", "ko.start.1"),
        (_ADVANCED, "egov:advancedBy", "ko.advance.1"),
    ):
        if pattern.search(rest):
            thing = draft.resolver.make(cls, name, lang="ko")
            spans = draft.spans(block, offset, offset + len(sentence))
            draft.place(thing, draft.spans(block, offset + start, offset + end))
            draft.emit(thing, prop, administrations[0], spans, rule)
            if prop == "egov:initiatedBy" and len(times) == 1 and "/" not in times[0].value.edtf:
                draft.emit(thing, "egov:beganIn", times[0].value, spans, rule)
            return
