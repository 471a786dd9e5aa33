"""How a Korean text tells the names that one body bore: as what it began, what it was called then, what it joined."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.korean.clauses import Clause
from egov_kg.extraction.korean.reader import KoreanReader, Sentence
from egov_kg.extraction.korean.sheet import Found
from egov_kg.extraction.times import TimeMention
from egov_kg.model import Thing

__all__ = ["read_renaming"]

_CALLED: Final = re.compile(r"(?:기관명|기관\s명칭|명칭|이름|부처명|조직명|기관\s?이름|현재의\s이름)(?:을|를|이|은)\s")
_PARENT: Final = re.compile(r"(?:소속|상급|주무|소관)\s?(?:부처|기관)(?:의|\s)?\s?(?:명칭|이름)")
_CHAIN: Final = re.compile(r"이름|명칭|기관명|부처명|출발|되었|됐|개칭|개명")
_BEGAN: Final = re.compile(r"\s?(?:처음\s)?(?:출발|출범|시작|설립|창립|발족|문을\s열|개원|개청)")
_NEW: Final = re.compile(
    r"\s?(?:(?:기관명|기관\s명칭|명칭|이름|부처명|조직명)(?:을|를|이)?\s?)?(?:다시\s|재차\s)?(?:바꾸|바꿨|바꿔|바뀌|변경|개칭|개명|개편|재편|확대\s?개편|승격|새\s?출발|거듭|이름)"
)
_JOINED: Final = re.compile(r"\s?(?:통합|합병|합쳐|합치|통폐합)")


def read_renaming(reader: KoreanReader, sentence: Sentence) -> bool:
    """Take in a chain of names; return whether the sentence held one.

    "진흥원은 A로 출발해 2006년 B로 이름을 바꾸었고, C와 통합하면서 D가 되었다": A became B, B and C became D.
    """
    _merged(reader, sentence)
    _taken_over(reader, sentence)
    if sentence.hedge:
        return False
    text = sentence.text
    if _paired(reader, sentence):
        return True
    bodies = [f for f in sentence.found if f.cls in _BODIES and (not f.bare or f.known)]
    steps = [(f, step) for f in bodies if (step := _step(text, f))]
    if not _CHAIN.search(text) or not [s for s in steps if s[1] in ("new", "became")]:
        began = [f for f, step in steps if step == "began" and f.role == ""]
        if sentence.block.kind in ("item", "row") and len(began) == 1 and sentence.times:
            # "2005. 11. 항만센터 출범": the lines below go on about it
            reader.memory.last_name = reader.memory.thing(began[0])
        return _begun_as(reader, sentence)
    current = _subject(reader, sentence, bodies) or _last(reader, sentence)
    joined: list[tuple[Found, Thing]] = []
    for item, step in steps:
        thing = reader.memory.thing(item)
        if thing is None:
            continue
        if step == "began":
            _begin(reader, sentence, thing, item)
            current = (item, thing)
        elif step == "joined":
            joined.append((item, thing))
        elif current is None or current[1].id != thing.id:
            if current is not None:
                prop = "egov:mergedInto" if joined else "egov:renamedTo"
                _emit(reader, sentence, current, prop, (item, thing))
            for other in joined:
                _emit(reader, sentence, other, "egov:mergedInto", (item, thing))
            _begin(reader, sentence, thing, item)
            joined, current = [], (item, thing)
    reader.memory.last_name = current[1] if current is not None else None
    return True


def _paired(reader: KoreanReader, sentence: Sentence) -> bool:
    """Take in "A부는 B부로, C부는 D부, E부는 F부로 개편되었다": each topic became what stands behind it."""
    text, bodies = sentence.text, [f for f in sentence.found if f.cls in _BODIES]
    ends = [
        p.start
        for p in sentence.predicates
        if (p.is_any("rename") or p.is_any("reorganise")) and p.form in ("final", "linked") and not p.mood
    ]
    pairs: list[tuple[Found, Found]] = []
    for one, two in itertools.pairwise(bodies):
        if (
            one.role in ("topic", "object")
            and two.role in ("to", "")
            and not one.bare
            and not two.bare
            and not text[one.particle.end : two.outer_start].strip()
        ):
            pairs.append((one, two))
    if len(pairs) < 2 or not ends or pairs[-1][1].outer > ends[-1]:
        return False
    for one, two in pairs:
        old, new = reader.memory.thing(one), reader.memory.thing(two)
        if old is not None and new is not None and old.id != new.id:
            _emit(reader, sentence, (one, old), "egov:renamedTo", (two, new))
    return True


def _begun_as(reader: KoreanReader, sentence: Sentence) -> bool:
    """Take in "X는 1987년 Y로 설립되었다", "1987년 Y로 출범한 X": Y began then, and later was called X."""
    for i, item in enumerate(sentence.found):
        if item.role != "to" or item.cls not in _BODIES or (item.bare and not item.known):
            continue
        founded = next(
            (
                p
                for p in sentence.predicates
                if 0 <= p.start - item.particle.end <= _NEAR
                and (p.is_any("found") or _BEGAN.match(sentence.text, item.particle.end))
                and not p.mood
            ),
            None,
        )
        began = reader.memory.thing(item)
        if founded is None or began is None:
            continue
        _begin(reader, sentence, began, item)
        later = [f for f in sentence.found[:i] if f.role in ("topic", "subject") and f.cls in _BODIES]
        if founded.form == "before":
            later = [f for f in sentence.found[i + 1 : i + 2] if f.cls in _BODIES and f.outer_start - founded.end <= 2]
        thing = reader.memory.thing(later[-1]) if later else None
        if thing is not None and thing.id != began.id:
            _emit(reader, sentence, (item, began), "egov:renamedTo", (later[-1], thing))
        return True
    return False


_NEAR: Final = 8
"""How far behind a name the verb may stand that says that the body began under it."""


def _merged(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in "X는 A와 B를 통합하여 출범하였다", "X는 A를 개편하여 설립되었다"."""
    if sentence.hedge:
        return
    for one, two in itertools.pairwise(sentence.clauses):
        first, second = one.predicate, two.predicate
        if first.form != "linked" or first.mood or second.mood or second.form == "before":
            continue
        if not (first.is_any("merge") or first.is_any("reorganise")) or any(a.role == "to" for a in one.arguments):
            continue
        if first.is_any("merge") and (second.is_any("rename") or second.is_any("reorganise")):
            _absorbed(reader, sentence, one, two)
            continue
        if not sentence.text[first.start : first.end].endswith(("여", "해", "돼", "어", "면서")):
            continue  # "통합되었으며, … 신설되었다" are two events
        if (
            second.is_any("found")
            and second.voice == "active"
            and not second.is_any("pure")
            and first.voice == "active"
        ):
            _made(reader, sentence, one, two)
            continue
        if not second.is_any("found") or not (second.is_any("pure") or second.voice == "passive"):
            continue
        if first.voice == "passive":
            _joined(reader, sentence, one, two)
            continue
        own = [a for a in two.arguments if a not in one.arguments and a.role in ("subject", "topic")]
        new = own or [a for a in one.arguments if a.role in ("topic", "subject")]
        old = [a for a in one.arguments if a.role == "object"]
        if len(new) != 1 or not old:
            continue
        item = new[0].members[-1]
        thing = reader.memory.thing(item) if item.cls in _BODIES else None
        if thing is None:
            continue
        prop = "egov:mergedInto" if first.is_any("merge") else "egov:renamedTo"
        for member in old[-1].members:
            other = reader.memory.thing(member) if member.cls in _BODIES else None
            if other is not None:
                _emit(reader, sentence, (member, other), prop, (item, thing))


_TAKEN: Final = re.compile(r"\s?[가-힣 ]{0,20}(?:기능|업무|사무)(?:을|를)\s(?:넘겨받|이관받|흡수|승계|인수|이어받)")


def _taken_over(reader: KoreanReader, sentence: Sentence) -> None:
    """Take in "정보통신부의 전자정부 기능을 넘겨받았다": the functions passed to what the sentence is about by then."""
    for i, item in enumerate(sentence.found):
        if item.role != "of" or item.cls not in _BODIES or sentence.hedge:
            continue
        taken = _TAKEN.match(sentence.text, item.particle.end)
        if taken is None or re.match(r"[^,.]{0,6}(?:않|못|예정|기로)", sentence.text[taken.end() :]):
            continue
        new = next((f for f in reversed(sentence.found[:i]) if f.cls in _BODIES and f.role in ("to", "topic")), None)
        old, thing = reader.memory.thing(item), reader.memory.thing(new) if new is not None else None
        if new is not None and thing is not None and old is not None:
            _emit(reader, sentence, (item, old), "egov:functionsPassedTo", (new, thing))


def _joined(reader: KoreanReader, sentence: Sentence, one: Clause, two: Clause) -> None:
    """Take in "A와 B가 통합되어 C가 출범하였다"."""
    old = [a for a in one.arguments if a.role in ("subject", "topic")]
    new = [a for a in two.arguments if a.role == "subject" and a not in old]
    if len(old) == 1 and len(new) == 1:
        _into(reader, sentence, old[0].members, new[0].members[-1])


def _made(reader: KoreanReader, sentence: Sentence, one: Clause, two: Clause) -> None:
    """Take in "정부는 A와 B를 통합하여 C를 설립하였다"."""
    old = [a for a in one.arguments if a.role == "object"]
    new = [a for a in two.arguments if a.role == "object" and a not in old]
    if len(old) == 1 and len(new) == 1 and one.predicate.is_any("merge"):
        _into(reader, sentence, old[0].members, new[0].members[-1])


def _absorbed(reader: KoreanReader, sentence: Sentence, one: Clause, two: Clause) -> None:
    """Take in "X는 A와 B를 흡수하고 Y로 개편되었다": A and B became part of Y."""
    old = [a for a in one.arguments if a.role == "object"]
    partners = [a for a in one.arguments if a.role == "with"]
    if not old and len(partners) == 1:
        # "X는 A와 통합하여 Y로 바뀌었다": both became Y
        old = [*partners, *[a for a in one.arguments if a.role in ("topic", "subject")][-1:]]
    new = [a for a in two.arguments if a.role == "to"]
    if len(new) == 1 and (len(old) == 1 or partners):
        for argument in old:
            _into(reader, sentence, argument.members, new[0].members[-1])


def _into(reader: KoreanReader, sentence: Sentence, old: Sequence[Found], new: Found) -> None:
    thing = reader.memory.thing(new) if new.cls in _BODIES else None
    for member in old:
        other = reader.memory.thing(member) if member.cls in _BODIES else None
        if thing is not None and other is not None:
            _emit(reader, sentence, (member, other), "egov:mergedInto", (new, thing))


_BODIES: Final = ("egov:Agency", "egov:Committee", "egov:Ministry")


def _step(text: str, item: Found) -> str:
    after = text[item.particle.end :]
    if _PARENT.search(text[max(0, item.outer_start - 16) : item.outer_start]):
        return ""  # the name of the body above changed, not that of the one the line is about
    if item.role == "to":
        if _CALLED.search(text[max(0, item.outer_start - 10) : item.outer_start]) or _NEW.match(after):
            return "" if re.match(r"[^,.]{0,20}(?:예정|계획|않|못|방침|검토)", after) else "new"
        return "began" if _BEGAN.match(after) else ""
    if item.role in ("with", "object") and _JOINED.match(after):
        return "joined"
    if item.role == "" and re.match(r"\s(?:설립|출범|창립|발족|개원|신설)(?![가-힣])", text[item.outer :]):
        return "began"
    if item.role == "subject" and re.match(r"\s(?:되었|됐|되어)", after):
        return "became"
    return ""


def _subject(reader: KoreanReader, sentence: Sentence, bodies: list[Found]) -> tuple[Found, Thing] | None:
    first = next((f.outer_start for f in bodies if _step(sentence.text, f)), 0)
    for item in bodies:
        between = any(item.outer < p.start < first and p.form == "linked" for p in sentence.predicates)
        if item.role == "topic" or (item.role == "subject" and not between):
            thing = reader.memory.thing(item) if _step(sentence.text, item) == "" else None
            if thing is not None:
                return item, thing
    return None


def _last(reader: KoreanReader, sentence: Sentence) -> tuple[Found, Thing] | None:
    """Return the body that the last sentence ended with, where this one goes on about it without a subject."""
    if any(f.role in ("topic", "subject") for f in sentence.found if f.cls in _BODIES):
        return None
    thing = reader.memory.last_name
    return (Found(0, 1, 0, 1, thing.cls, thing.label), thing) if thing is not None else None


def _when(sentence: Sentence, item: Found) -> TimeMention | None:
    """Return the time of a step: the last one before the name, not before the step before it."""
    before = [t for t in sentence.times if t.end <= item.outer_start]
    if not before or len(sentence.text[before[-1].end : item.outer_start]) > 40:
        return None
    return before[-1]


def _begin(reader: KoreanReader, sentence: Sentence, thing: Thing, item: Found) -> None:
    time = _when(sentence, item)
    if time is not None:
        spans = reader.draft.spans(sentence.block, sentence.offset + time.start, sentence.offset + item.outer)
        reader.date(thing, "egov:beganIn", time, spans, "ko.renaming.date.1")


def _emit(
    reader: KoreanReader, sentence: Sentence, one: tuple[Found, Thing], prop: str, two: tuple[Found, Thing]
) -> None:
    if not vocab.is_subclass(one[1].cls, "egov:Body"):
        return
    start = min(one[0].outer_start, two[0].outer_start)
    end = max(one[0].outer, two[0].particle.end)
    spans = reader.draft.spans(
        sentence.block, sentence.offset + start, sentence.offset + min(len(sentence.text), end + 20)
    )
    reader.draft.emit(one[1], prop, two[1], spans, "ko.renaming.chain.1")
