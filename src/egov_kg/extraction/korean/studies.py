"""What Korean reports say of themselves: what they study and how, barriers, enablers, findings, recommendations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.extraction.korean.reader import KoreanReader, Sentence
from egov_kg.model import Thing

__all__ = ["StudyReader", "balanced", "enumerated"]

_STUDY: Final = re.compile(
    r"(?:본|이)\s?(?:연구|논문|보고서|글|조사|분석|장)(?:는|은|에서는|에서|의\s?목적은)|(?:연구|논문|보고서|조사|분석|설문)\s?결과"
)
_AIM: Final = re.compile(r"(?:본|이)\s?(?:연구|논문|보고서|글)(?:는|은|의\s?목적은)")
_METHOD: Final = re.compile(
    r"(?P<list>[^.;]{2,120}?(?:조사|면접|인터뷰|설문|분석|연구|토론|워크숍|검토|실험|델파이|회귀분석))(?:을|를)\s?(?:각각\s|함께\s|병행하여\s)?"
    r"(?:실시|수행|활용|이용|사용|병행|진행|적용)(?:하였|했|하여|하고|함)"
)
_METHOD_WORD: Final = re.compile(r"(?:조사|면접|인터뷰|설문|분석|토론|워크숍|실험|기법|문헌연구|사례연구|연구)$")
_BARRIER_IS: Final = re.compile(
    r"(?P<list>[^.;]{2,160}?)(?:이|가|은|는|등이|등은)\s(?:(?P<target>[가-힣A-Za-z0-9· ]{2,30}?)(?:을|를|의)\s?)?"
    r"(?:저해하는|가로막는|어렵게\s?하는|제약하는|방해하는|지연시키는|가장\s?큰|주요|주된|핵심|중요한|결정적인)?\s?"
    r"(?:저해|장애(?!인|학|아|물|우)|제약|방해|걸림돌|한계)\s?(?:요인|요소|요인들|원인|로)?(?:으로|로|이\s되|이었|이다|였|인|이며|임|으로서)"
    r"|(?P<list2>[^.;]{2,160}?)(?:이|가|은|는)\s(?:여전히\s)?(?:향후\s|남은\s|해결해야\s할\s|주요\s)?(?:과제|문제점|한계)로\s(?:지적|남아|꼽|제기|남았)"
)
_FACTOR: Final = re.compile(
    r"(?P<list>[^.;]{2,160})(?:이|가|은|는)\s(?P<target>[가-힣A-Za-z0-9· ]{2,30}?)(?:을|를)\s"
    r"(?P<verb>저해|방해|제약|가로막|지연|촉진|견인|활성화|이끈|이끄|높이|앞당긴|늦춘|키운|키우|어렵게\s하)"
    r"(?:시키|하)?(?:는|한|\s|(?<=[끈긴춘운])\s?)\s?(?:주요\s|핵심\s|주된\s|결정적\s)?(?:요인|원인|요소)"
)
_FACTOR_ARE: Final = re.compile(
    r"(?:(?P<target>[가-힣A-Za-z0-9· ]{2,30}?)(?:을|를|의)\s)?(?P<verb>저해|방해|제약|장애|촉진|성공|견인|영향)"
    r"(?:하는|시키는)?\s?(?:요인|요소|원인|장벽)(?:은|는|으로는|으로|로는|에는)\s?"
    r"(?P<list>[^.;]{3,200}?)(?:으로|로|이|가|을|를|이다|였다|이었다|등이|등을|등으로)?\s(?:나타났|확인되|분석되|조사되|도출되|꼽혔|있다|있었|들\s수|제시되|파악되)"
)
_ENABLER_IS: Final = re.compile(
    r"(?P<list>[^.;]{2,160}?)(?:이|가|은|는|등이|등은)\s(?:주요\s|핵심\s|주된\s)?(?P<verb>성공|촉진|활성화)\s?(?:요인|요소)(?:으로|로|이었|이다|였|이며)"
)
_BECAUSE: Final = re.compile(
    r"(?P<list>[^.;,]{2,60}?(?:부족|미흡|부재|한계|저항|미비|결여|취약|갈등|격차|복잡성))(?:으로\s인해|로\s인해|으로\s인하여|때문에|\s때문에|으로\s인한)\s"
    r"(?P<target>[가-힣A-Za-z0-9· ]{2,40}?)(?:이|가)\s(?:지연|저해|어려|제약|중단|늦어|부진|차질)"
)
_STOPPED: Final = re.compile(
    r"(?:은|는)\s(?P<list>[^.;]{2,80}?(?:우려|부족|미흡|부재|한계|저항|미비|결여|취약|갈등|반대|논란))(?:으로|로|으로\s인해|로\s인해|\s?때문에)\s"
    r"[^.;]{0,30}?(?:중단|무산|취소|연기|보류|지연|폐기)(?:되었|됐|하였|했)"
)
_NAMED_BARRIER: Final = re.compile(
    r"(?:은|는)\s(?P<list>[^.;]{4,120}?)(?:을|를)\s(?:주요\s|가장\s큰\s|핵심\s)?(?:장애|저해|제약)\s?(?:요인|요소)(?:으로|로)\s"
    r"(?:꼽|지적|제시|들었|들고|보았)"
)
_PROPOSED: Final = re.compile(
    r"(?P<list>[^.;]{6,300}?)(?:을|를)\s(?:제안|제언|제시|권고|건의)(?:한다|하였|했|함|하고자)"
)
_TOPIC_INSIDE: Final = re.compile(r"(?<![낮높작많적좁넓짧늦같좋않깊얕])은\s|(?<![하되있없않이지키])는\s")
"""The particle of a topic, and not the ending of an adjective or a verb before a noun."""
_STOPS: Final = ("중단", "무산", "취소", "연기", "보류", "폐기")
_CUT: Final = re.compile(r",\s?(?:그리고\s|및\s)?|\s(?:및|그리고)\s|(?<=[가-힣])(?:와|과)\s(?:함께\s)?(?=[가-힣])")
_MARKS: Final = re.compile(r"\s?(?:[\u2460-\u246e]|\(\d\)|\d\))\s?|(?:첫째|둘째|셋째|넷째|다섯째|마지막으로),\s")
_NEED: Final = re.compile(
    r"(?P<list>[^.;]{4,160}?)(?:(?P<obj>(?:을|를))\s(?P<verb>[가-힣]{2,5})(?:해야|하여야|되어야|할\s?필요가|하는\s?것이\s?(?:바람직|필요|중요|시급|요구))"
    r"|(?:이|가)\s(?P<need>필요하|요구된|시급하|절실하|중요하|바람직하)(?!다는|다고\s(?:주장|말)))"
)
_LIGHT: Final = frozenset(
    ["마련", "구축", "수립", "도입", "추진", "실시", "시행", "제정", "설치", "신설", "제공", "확보", "운영"]
)
_HELPING: Final = ("촉진", "성공", "견인", "활성화", "이끈", "이끄", "높이", "앞당긴")
_FACTOR_SIGN: Final = re.compile(r"요인|요소|장애|저해|제약|걸림돌|인해|때문에|과제로|한계|문제점|원인|장벽")
_METHOD_SIGN: Final = re.compile(r"실시|수행|활용|이용|사용|병행|진행|적용")
_NOT: Final = re.compile(r"않|못하|아니|없는\s것으로|없었|없다")
_LEAD: Final = re.compile(
    r"^(?:(?:또한|그리고|특히|반면|한편|따라서|그러나|이에|이상의\s결과를\s바탕으로|첫째|둘째|셋째|넷째|다섯째|마지막으로|먼저|다음으로|아울러|나아가|이를\s위해|이를\s위하여|분석\s결과|연구\s결과"
    r"|조사\s결과|설문조사\s결과|향후|앞으로|본\s연구는|본\s연구에서는|이\s연구는|이\s연구에서는|이\s논문은|우선|결론적으로),?\s?)+"
)
_PLACE: Final = re.compile(r"^[^,]{0,30}?(?:에서는|에서|의\s경우|차원에서|측면에서)[,]?\s")


def _list(match: re.Match[str]) -> tuple[int, int]:
    """Return where the enumeration of a match begins and ends, whichever way the sentence was written."""
    return match.span("list2") if match.groupdict().get("list2") else match.span("list")


class Phrase(NamedTuple):
    """A member of an enumeration, with its range in the sentence."""

    start: int
    end: int
    text: str


def enumerated(text: str, start: int, end: int) -> tuple[Phrase, ...]:
    """Return the members of an enumeration of phrases: cut at commas, 와 and 과 before the last, 및.

    Example:
        >>> [p.text for p in enumerated("문헌조사와 담당 공무원 설문조사, 전문가 심층면접", 0, 27)]
        ['문헌조사', '담당 공무원 설문조사', '전문가 심층면접']
        >>> [p.text for p in enumerated("예산 부족 및 인력 부족 등", 0, 15)]
        ['예산 부족', '인력 부족']
    """
    cuts: list[tuple[int, int]] = [
        (m.start(), m.end())
        for m in re.finditer(
            r",\s?(?:그리고\s|및\s)?|\s(?:및|그리고)\s|(?<=[가-힣])(?:와|과)\s(?:함께\s)?(?=[가-힣])", text
        )
        if start < m.start() < end and m.end() < end and _cuts(text, m, start, end)
    ]
    members = []
    place = start
    for a, b in [*cuts, (end, end)]:
        words = re.sub(r"(?:\s?등(?:의|이|을)?)$", "", text[place:a].strip())
        words = re.sub(r"^(?:또한|특히|및)\s", "", words)
        begin = text.find(words, place) if words else place
        if words:
            members.append(Phrase(begin, begin + len(words), words))
        place = b
    return tuple(members)


def balanced(words: str) -> bool:
    """Return whether the quotation marks and brackets of a phrase come in pairs, so that it is no part of a quote.

    Example:
        >>> balanced("예산(국비) 부족"), balanced("‘인력 부족"), balanced("국비) 부족")
        (True, False, False)
    """
    pairs = (("(", ")"), ("[", "]"), ("‘", "’"), ("“", "”"), ("「", "」"), ("『", "』"), ("<", ">"))
    return all(words.count(a) == words.count(b) for a, b in pairs) and words.count('"') % 2 == words.count("'") % 2 == 0


def _cuts(text: str, match: re.Match[str], start: int, end: int) -> bool:
    if match[0][0] in ", " or "함께" in match[0]:
        return True
    left = re.split(r",|\s및\s", text[start : match.start()])[-1].split()
    right = re.split(r",|\s및\s", text[match.end() : end])[0].split()
    # "데이터와 인공지능 활용 역량": one phrase; "문헌조사와 담당 공무원 설문조사": two, both end in a noun of the kind
    both = bool(left) and bool(right) and bool(_METHOD_WORD.search(left[-1])) and bool(_METHOD_WORD.search(right[-1]))
    return both or (len(left) >= 2 and len(right) >= 2)


class StudyReader:
    """Reads what a report says of its study, findings and advice.

    Attributes:
        reader: The reader of the document.
        active: Whether the text spoke of a study, so that barriers and advice are its own.
        advising: Whether a heading says that advice follows.
        abstract: Whether a heading says that the text is, or is about, a study.
    """

    def __init__(self, reader: KoreanReader) -> None:
        self.reader = reader
        self.draft = reader.draft
        self.active = False
        self.advising = False
        self.abstract = False

    def heading(self, text: str) -> None:
        """Take in a heading under which a text gives advice of its own."""
        self.abstract = self.abstract or re.search(r"초록|연구|논문|보고서|요약", text) is not None
        self.advising = re.search(r"시사점|제언|개선\s?방안|결론|요약|초록|정책\s?과제", text) is not None

    def read(self, sentence: Sentence) -> None:
        """Take in the facts of a sentence about the study itself."""
        if (
            any(sign in sentence.text for sign in ("중단", "무산", "취소", "연기", "보류", "폐기"))
            and not sentence.hedge
        ):
            self._stopped(sentence)
        if _AIM.search(sentence.text) or (self.abstract and _STUDY.search(sentence.text)):
            self.active = True
        if sentence.hedge == "question":
            return
        if not self.active:
            if self.advising:
                self._advice(sentence)
            if not _NOT.search(sentence.text[-30:]) and re.search(
                r"(?:요인|요소)(?:으로|은|는|이)|(?:과제|문제점|한계)로\s(?:지적|꼽)|걸림돌", sentence.text
            ):
                self._factors(sentence)
            return
        if _AIM.search(sentence.text):
            self._studied(sentence)
        self._methods(sentence)
        self._proposed(sentence)
        if not _NOT.search(sentence.text[-30:]):
            self._factors(sentence)
        self._advice(sentence)

    # --- helpers ------------------------------------------------------------------------------------------------

    def _make(self, sentence: Sentence, cls: str, phrase: Phrase) -> tuple[Thing, tuple[object, ...]]:
        thing = self.draft.resolver.make(cls, phrase.text, lang="ko")
        spans = self.draft.spans(sentence.block, sentence.offset + phrase.start, sentence.offset + phrase.end)
        self.draft.place(thing, spans)
        return thing, spans

    @staticmethod
    def _start(text: str, start: int) -> int:
        """Return where a phrase begins behind its lead: "특히", "분석 결과,", "군 단위에서는"."""
        for pattern in (_LEAD, _PLACE, _LEAD):
            match = pattern.match(text[start:])
            if match is not None:
                start += match.end()
        return start

    # --- the study ----------------------------------------------------------------------------------------------

    def _studied(self, sentence: Sentence) -> None:
        aim = _AIM.search(sentence.text)
        rest = sentence.text[aim.end() :] if aim is not None else ""
        if (
            not re.search(r"분석|검토|연구|고찰|조사|살펴|다루|진단|비교|탐색|제시|모색|논의|밝히", rest)
            or "제안" in rest[-8:]
        ):
            return
        spans = self.draft.spans(sentence.block, sentence.offset, sentence.offset + len(sentence.text))
        for item in sentence.found:
            if item.bare:
                continue
            thing = self.reader.memory.thing(item)
            if thing is not None and (
                thing.cls in ("egov:Technology", "egov:ServiceDomain", "egov:Country", "egov:GovernmentLevel")
                or vocab.is_subclass(thing.cls, "egov:Law")
                or vocab.is_subclass(thing.cls, "egov:Undertaking")
            ):
                self.draft.emit(self.draft.work, "egov:studies", thing, spans, "ko.study.aim.1")

    def _methods(self, sentence: Sentence) -> None:
        if not _METHOD_SIGN.search(sentence.text):
            return
        for match in _METHOD.finditer(sentence.text):
            start = self._start(sentence.text, _list(match)[0])
            for phrase in enumerated(sentence.text, start, _list(match)[1]):
                words = re.sub(r"^.*(?:대상으로|통해|통하여|위해|위하여|에게|에서|으로는|방법은)\s", "", phrase.text)
                if not _METHOD_WORD.search(words) or len(words) < 3 or len(words.split()) > 4:
                    continue
                kept = Phrase(phrase.end - len(words), phrase.end, words)
                thing, _ = self._make(sentence, "egov:Concept", kept)
                whole = self.draft.spans(sentence.block, sentence.offset + kept.start, sentence.offset + match.end())
                self.draft.emit(self.draft.work, "egov:usesMethod", thing, whole, "ko.study.method.1")

    # --- barriers and enablers ----------------------------------------------------------------------------------

    def _factors(self, sentence: Sentence) -> None:
        text = sentence.text
        if not _FACTOR_SIGN.search(text):
            return
        taken: list[tuple[int, int]] = []
        for pattern, rule in (
            (_FACTOR_ARE, "ko.factor.are.1"), (_FACTOR, "ko.factor.is.1"), (_ENABLER_IS, "ko.enabler.is.1"),
            (_BECAUSE, "ko.barrier.because.1"),
            (_NAMED_BARRIER, "ko.barrier.named.1"), (_BARRIER_IS, "ko.barrier.is.1"),
        ):  # fmt: skip
            for match in pattern.finditer(text):
                if any(match.start() < b and a < match.end() for a, b in taken):
                    continue
                verb = match.groupdict().get("verb") or "저해"
                if verb == "영향":
                    continue
                taken.append(match.span())
                cls = "egov:Enabler" if verb in _HELPING else "egov:Barrier"
                self._factor(sentence, match, cls, rule)

    def _stopped(self, sentence: Sentence) -> None:
        """Take in "X는 우려와 미비로 중단되었다": what stood in the way of X."""
        match = _STOPPED.search(sentence.text)
        if match is None or _NOT.search(sentence.text[match.end() : match.end() + 10]):
            return
        item = next(
            (f for f in sentence.found if f.role == "topic" and abs(f.particle.end - match.start("list") + 1) <= 2),
            None,
        )
        thing = self.reader.memory.thing(item) if item is not None else None
        if thing is None or not vocab.is_subclass(thing.cls, "egov:Undertaking"):
            return
        spans = self.draft.spans(sentence.block, sentence.offset + match.start(), sentence.offset + match.end())
        for phrase in enumerated(sentence.text, *match.span("list")):
            if 3 <= len(phrase.text) <= 50:
                made, _ = self._make(sentence, "egov:Barrier", phrase)
                self.draft.emit(made, "egov:hampers", thing, spans, "ko.barrier.stopped.1")

    def _factor(self, sentence: Sentence, match: re.Match[str], cls: str, rule: str) -> None:
        text, draft = sentence.text, self.draft
        target = self._target(sentence, match)
        start = self._start(text, _list(match)[0])
        for phrase in enumerated(text, start, _list(match)[1]):
            words = phrase.text
            if not 3 <= len(words) <= 50 or re.search(r"(?:다|며|고|서)$", words) or _TOPIC_INSIDE.search(words):
                continue
            if not balanced(words):
                continue
            thing, _ = self._make(sentence, cls, Phrase(phrase.start, phrase.start + len(words), words))
            spans = draft.spans(sentence.block, sentence.offset + match.start(), sentence.offset + match.end())
            draft.emit(draft.work, "egov:reports", thing, spans, rule)
            if target is not None:
                prop = "egov:enables" if cls == "egov:Enabler" else "egov:hampers"
                draft.emit(thing, prop, target, spans, rule)

    def _target(self, sentence: Sentence, match: re.Match[str]) -> Thing | None:
        words = (match.groupdict().get("target") or "").strip()
        words = re.sub(r"^.*(?:은|는|이|가|,|결과)\s", "", words)
        if len(words) < 2 or words in ("가장 큰", "주요"):
            return None
        start = match.end("target") - len(words)
        for item in sentence.found:
            if item.start == start and item.end == start + len(words):
                known = self.reader.memory.thing(item)
                if known is not None:
                    return known
        thing, _ = self._make(sentence, "egov:PolicyGoal", Phrase(start, start + len(words), words))
        return thing

    def _proposed(self, sentence: Sentence) -> None:
        """Take in "본 연구는 ① A, ② B를 제안한다": what stands behind each mark is one proposal."""
        match = _PROPOSED.search(sentence.text)
        if match is None or not _STUDY.search(sentence.text) or _NOT.search(sentence.text[match.end() :]):
            return
        marks = list(_MARKS.finditer(sentence.text, *match.span("list")))
        ends = [*(m.start() for m in marks[1:]), match.end("list")]
        for mark, end in zip(marks, ends, strict=True):
            words = sentence.text[mark.end() : end].strip(" ,")
            if 4 <= len(words) <= 70:
                start = sentence.text.index(words, mark.end())
                thing, spans = self._make(sentence, "egov:Recommendation", Phrase(start, start + len(words), words))
                self.draft.emit(self.draft.work, "egov:recommends", thing, spans, "ko.recommend.2")  # type: ignore[arg-type]

    # --- advice -------------------------------------------------------------------------------------------------

    def _advice(self, sentence: Sentence) -> None:
        text, draft = sentence.text, self.draft
        for piece in self._needs(text):
            start, end, label = piece
            provider = None
            for argument in sentence.arguments:
                if start <= argument.start < end and argument.role in ("topic", "subject"):
                    provider = self.reader.memory.thing(argument.members[-1])
                    start = argument.end
            start = self._start(text, start)
            topic = re.match(r"[^,]{1,30}?(?:은|는)\s", text[start:end])
            if topic and provider is None:
                start += topic.end()
            start = start + len(text[start:]) - len(text[start:].lstrip(" ,"))
            words = text[start:end].strip()
            if label == "cut":
                words = re.sub(r"(?:을|를|이|가)$", "", words)
            if not 4 <= len(words) <= 70:
                continue
            thing, _ = self._make(sentence, "egov:Recommendation", Phrase(start, start + len(words), words))
            spans = draft.spans(sentence.block, sentence.offset + start, sentence.offset + len(text))
            draft.emit(draft.work, "egov:recommends", thing, spans, "ko.recommend.1")
            if provider is not None and vocab.is_subclass(provider.cls, "egov:Actor"):
                draft.emit(thing, "egov:toBeProvidedBy", provider, spans, "ko.recommend.provider.1")

    @staticmethod
    def _needs(text: str) -> Iterator[tuple[int, int, str]]:
        """Yield (start, end, how) for each thing that should be done; a light verb is no part of it."""
        match = _NEED.search(text)
        if match is None:
            return
        start = _list(match)[0]
        # "A를 간소화하고 B를 지원하여야 한다": both are to be done
        for part in re.finditer(
            r"(?P<what>[^,]{3,80}?)(?:을|를)\s(?P<verb>[가-힣]{2,5})하(?:고|며),?\s", text[start : _list(match)[1]]
        ):
            light = part["verb"] in _LIGHT
            yield (
                start + part.start("what"),
                start + (part.end("what") + (0 if light else 2 + len(part["verb"]))),
                "cut" if light else "keep",
            )
            start += part.end()
            break
        if match["need"]:
            yield start, _list(match)[1], "cut"
            return
        light = match["verb"] in _LIGHT
        yield start, _list(match)[1] if light else match.end("verb"), "cut" if light else "keep"
