"""What Korean bodies are and are for: their kind, what they were set up to do, what they are in charge of."""

from __future__ import annotations

import re
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.korean.organisation import body_spoken_of
from egov_kg.extraction.korean.reader import KoreanReader, Sentence
from egov_kg.extraction.korean.studies import balanced, enumerated
from egov_kg.model import Thing, Value

__all__ = ["read_duties"]

_KIND: Final = (
    r"(?:[가-힣]+\s){0,2}?[가-힣]*(?:행정기관|공공기관|준정부기관|책임운영기관|연구기관|출연기관|전문기관|전담기관|정부기관|"
    r"집행기관|자문기관|자문기구|독립기구|국제기구|공기업|행정법인|특수법인|재단법인|사단법인|비영리법인)"
)
_IS: Final = re.compile(rf"(?P<kind>{_KIND})(?:이다|이며|이고|입니다|이었다)")
_SHAPE: Final = re.compile(rf"(?P<kind>{_KIND})\s(?:형태|형식)로\s(?:설립|설치|출범)")
_BEFORE: Final = re.compile(r"(?<![가-힣])(?P<kind>공기업|준정부기관|책임운영기관|정부출연연구기관|비영리법인)\s$")
_SET_UP: Final = re.compile(
    r"(?P<what>[^.;]{6,90}?)(?:하기\s위하여|하기\s위해|하기\s위한\s목적으로|할\s목적으로)\s(?:[^.;,을를]{0,24}?\s)?"
    r"(?:(?:설립|설치|신설|창설)(?:된|되었|됐)|(?:출범|발족)(?:한|하였|했))"
)
_TASKS: Final = re.compile(
    r"(?:주요|핵심)?\s?(?:기능|업무|임무|역할)(?:은|는|으로는)\s(?P<list>[^.;]{4,200}?)(?:\s등)?(?:이다|이며|이고|입니다|이\s있다)"
)
_TASKS_ARE: Final = re.compile(
    r"(?P<list>[^.;]{6,200}?)(?:하)?는\s(?:것|일)(?:이|을)\s(?:주된|주요|핵심|기본)?\s?(?:임무|역할|업무|기능)(?:이다|이며|로\s(?:한다|하며|삼)|으로\s(?:한다|하며))"
)
_TASK: Final = r"업무|사무|정책|기능|행정|사업의\s[가-힣 ]{2,12}|표준|규격|총괄·조정"
_RULED: Final = re.compile(
    rf"(?P<what>[^.;]{{0,60}}?(?:{_TASK}))(?:을|를)\s(?P<verb>총괄|주관|관장|담당|전담|맡)(?:한다|하고|하며|하였|했|고\s있|았|는다)"
)
_VERB: Final = r"(?P<verb>총괄|주관|관장|담당|전담|수행|맡)"
_RULED_BY: Final = re.compile(
    rf"(?P<what>[^,.;]{{2,50}}?)(?:은|는)\s(?P<body>[^,.;]{{2,60}}?)(?:이|가)\s(?:위탁받아\s|각각\s)?{_VERB}"
    r"(?:한다|하고|하며|하였|했|고\s있|고,|았|는다|아\s왔|아\s오|으며)"
)
_GAPPED: Final = re.compile(
    r"(?P<what>[^,.;]{2,40}?)(?:은|는)\s(?P<body>[^,.;]{2,30}?)(?:이|가),\s"
    r"(?=[^.;]{2,60}?(?:은|는)\s[^,.;]{2,30}?(?:이|가)\s(?P<verb>총괄|담당|관장|맡))"
)
_CHARGED_WITH: Final = re.compile(
    r"(?P<what>[^,.;]{2,50}?)(?:을|를)\s(?P<verb>책임지|전담하|관장하|총괄하)는\s(?=[가-힣A-Za-z])"
)
_BASIS: Final = re.compile(
    r"(?:설립|설치|운영|법적)\s?(?:의\s)?근거(?:법률)?(?:은|는)\s(?P<list>[^.;]{4,120}?)(?:이다|이며|에\s두고|에\s있다|입니다)"
)
_OURS: Final = re.compile(
    r"^(?:우리\s(?:원|청|처|부|위원회|재단|공사|센터|기관)|본\s?(?:원|청|위원회|재단))(?:은|는|이|가)\s"
)
_NOT: Final = re.compile(r"^[^.]{0,10}(?:않|아니|예정|못)")


def read_duties(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in kinds, missions, charges and legal bases of bodies."""
    text = sentence.text
    if "기관" in text or "법인" in text or "기구" in text or "공기업" in text:
        _kinds(reader, sentence)
    if "목적" in text or "위하" in text or "위해" in text or "위한" in text:
        _set_up(reader, sentence)
    if any(sign in text for sign in ("기능", "업무", "임무", "역할")):
        _tasks(reader, sentence)
    if any(sign in text for sign in ("총괄", "주관", "관장", "담당", "전담", "맡", "수행", "책임지")):
        _charged(reader, sentence)
    if "근거" in text:
        _basis(reader, sentence)


def _meant(reader: KoreanReader, sentence: Sentence, before: int) -> Thing | None:
    """Return the body that a description is of; "우리 원은" is the one that the document is about."""
    if _OURS.match(sentence.text):
        return reader.memory.subject
    thing = body_spoken_of(reader, sentence, before)
    return thing if thing is not None and vocab.is_subclass(thing.cls, "egov:Body") else None


def _kinds(reader: KoreanReader, sentence: Sentence) -> None:
    text = sentence.text
    for pattern in (_IS, _SHAPE):
        match = pattern.search(text)
        if match is None or _NOT.match(text[match.end() :]):
            continue
        body = _meant(reader, sentence, match.end("kind"))
        if body is not None and "아니" not in text[match.end() : match.end() + 6]:
            *before, kind = match["kind"].split()
            while before and before[-1].endswith(("형", "적")):
                kind = f"{before.pop()} {kind}"
            _say(reader, sentence, body, "dcterms:type", Value(kind), match, "ko.kind.1")
    for item in sentence.found:
        if item.cls in vocab.CLASSES and not vocab.is_subclass(item.cls, "egov:Body"):
            continue
        match = _BEFORE.search(text, 0, item.outer_start)
        if match is not None and item.outer_start - match.end() == 0:
            thing = reader.memory.thing(item, "egov:Agency")
            if thing is not None:
                _say(reader, sentence, thing, "dcterms:type", Value(match["kind"]), match, "ko.kind.2")


def _set_up(reader: KoreanReader, sentence: Sentence) -> None:
    match = _SET_UP.search(sentence.text)
    if match is None:
        return
    body = _meant(reader, sentence, match.end())
    if body is None:
        return
    start = match.start("what")
    ours = _OURS.match(sentence.text)
    start = max(
        [
            start,
            ours.end() if ours else 0,
            *(f.particle.end for f in sentence.found if f.role == "topic" and f.particle.end < match.end("what")),
        ]
    )
    for time in sentence.times:
        if start <= time.start < match.end("what"):
            start = time.end
    what = re.sub(r"^(?:에는?|부터|,|또,|특히)?\s*", "", sentence.text[start : match.end("what")]).strip()
    if 6 <= len(what) <= 80:
        _mission(reader, sentence, body, what, match, "ko.mission.1")


def _tasks(reader: KoreanReader, sentence: Sentence) -> None:
    are = _TASKS_ARE.search(sentence.text)
    body = _meant(reader, sentence, are.start() + 1) if are is not None else None
    if are is not None and body is not None:
        for piece in re.split(r"(?<=[고며]),?\s", are["list"]):
            words = re.sub(r"(?:하고|하며|고|며),?$", "", piece.strip(" ,")).strip()
            words = re.sub(r"^[^,]{0,30}?(?:은|는)\s", "", words)
            if 6 <= len(words) <= 60:
                _mission(reader, sentence, body, words, are, "ko.mission.2")
        return
    match = _TASKS.search(sentence.text)
    if match is None or not re.search(r"(?:주요|핵심)\s?\S+$|^\S{2}$", match[0].split("은 ")[0].split("는 ")[0]):
        return
    body = _meant(reader, sentence, match.start() + 1)
    if body is None:
        return
    for phrase in enumerated(sentence.text, *match.span("list")):
        if 4 <= len(phrase.text) <= 60 and not re.search(r"(?:다|(?<![제보])고|며)$", phrase.text):
            _mission(reader, sentence, body, phrase.text, match, "ko.mission.2")


def _mission(  # noqa: PLR0917 - each is a different thing
    reader: KoreanReader, sentence: Sentence, body: Thing, words: str, match: re.Match[str], rule: str
) -> None:
    thing = reader.draft.resolver.make("egov:Mission", words, lang="ko")
    reader.draft.place(
        thing, reader.draft.spans(sentence.block, sentence.offset + match.start(), sentence.offset + match.end())
    )
    _say(reader, sentence, body, "egov:hasMission", thing, match, rule)


def _charged(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in "항만부가 해운 정책을 총괄한다", "해운 업무는 항만부가 맡고 있다"."""
    text = sentence.text
    for told in (*_GAPPED.finditer(text), *_RULED_BY.finditer(text)):
        if _NOT.match(text[told.end() :]):
            continue
        actors = [
            f for f in sentence.found
            if f.role == "subject" and told.start("body") <= f.outer_start and f.outer <= told.end("body") + 1
        ]  # fmt: skip
        thing = reader.memory.thing(actors[-1]) if actors else None
        named = any(f.role == "topic" and f.outer_start <= told.end("what") <= f.particle.end for f in sentence.found)
        if thing is not None and vocab.is_subclass(thing.cls, "egov:Body") and not named:
            _in_charge(reader, sentence, thing, told, told.start("what"))
    _charged_with(reader, sentence)
    match = _RULED.search(text)
    if match is None or _NOT.match(text[match.end() :]):
        return
    actors = [f for f in sentence.found if f.role in ("topic", "subject") and f.particle.end <= match.start("verb")]
    if not actors or actors[-1].particle.end > match.end("what"):
        return
    if actors[-1].particle.end < match.start("what") and sentence.text[: match.start("what")].rstrip().endswith(","):
        return
    thing = reader.memory.thing(actors[-1])
    if thing is not None and vocab.is_subclass(thing.cls, "egov:Body"):
        _in_charge(reader, sentence, thing, match, max(actors[-1].particle.end, match.start("what")))


def _charged_with(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in "사이버 보안을 책임지는 항만보안청": what qualifies the name of a body."""
    for match in _CHARGED_WITH.finditer(sentence.text):
        item = next((f for f in sentence.found if 0 <= f.outer_start - match.end() <= 1 and not f.bare), None)
        thing = reader.memory.thing(item) if item is not None and item.cls in vocab.CLASSES else None
        if thing is not None and vocab.is_subclass(thing.cls, "egov:Body"):
            _in_charge(reader, sentence, thing, match, match.start("what"))


def _in_charge(reader: KoreanReader, sentence: Sentence, body: Thing, match: re.Match[str], start: int) -> None:
    text = sentence.text
    for time in sentence.times:
        if start <= time.start < match.end("what"):
            start = time.end
    what = re.sub(r"^(?:에는?|부터|현재)?[\s,]*", "", text[start : match.end("what")]).strip()
    what = re.sub(r"^(?:이에\s따라|또한|한편|그리고|아울러|현재),?\s", "", re.sub(r"\s?\([^()]*\)", "", what))
    if not 4 <= len(what) <= 50 or " " not in what or what.endswith(("이", "가")):
        return
    if re.match(r"(?:이|이번|동|해당|관련|이러한)\s", what) or not balanced(what):
        return
    if re.search(r"(?:하고|하며|하여|에서|으로)\s", what):
        return
    thing = reader.draft.resolver.make("egov:Concept", what, lang="ko")
    reader.draft.place(
        thing, reader.draft.spans(sentence.block, sentence.offset + start, sentence.offset + match.end("what"))
    )
    if match["verb"] in ("총괄", "주관", "총괄하"):
        _say(reader, sentence, thing, "egov:coordinatedBy", body, match, "ko.duty.1")
    else:
        _say(reader, sentence, body, "egov:responsibleFor", thing, match, "ko.duty.1")


def _basis(reader: KoreanReader, sentence: Sentence) -> None:
    match = _BASIS.search(sentence.text)
    if match is None:
        return
    body = _meant(reader, sentence, match.start() + 1)
    if body is None:
        body = reader.memory.topic_of_block(undertaking=True)
    if body is None:
        return
    for item in sentence.found:
        if match.start("list") <= item.outer_start < match.end("list") and item.cls in vocab.CLASSES:
            thing = reader.memory.thing(item)
            if (
                thing is not None
                and vocab.is_subclass(thing.cls, "egov:Enactable")
                and not vocab.is_subclass(thing.cls, "egov:Plan")
            ):
                _say(reader, sentence, body, "egov:foundedUnder", thing, match, "ko.basis.1")


def _say(  # noqa: PLR0917 - each is a different thing
    reader: KoreanReader,
    sentence: Sentence,
    subject: Thing,
    prop: str,
    obj: Thing | Value,
    match: re.Match[str],
    rule: str,
) -> None:
    spans = reader.draft.spans(sentence.block, sentence.offset + match.start(), sentence.offset + match.end())
    reader.draft.emit(subject, prop, obj, spans, rule)
