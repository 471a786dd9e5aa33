"""Who acts and what undergoes, whatever the voice: the names of a clause in the roles that rules ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from egov_kg.extraction.korean.clauses import Argument, Clause
from egov_kg.extraction.korean.frames import Frame
from egov_kg.extraction.korean.sheet import UNKNOWN, Found
from egov_kg.values import value

__all__ = ["Binding", "bind"]

_PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "result": ("to",), "basis": ("basis", "by"), "with": ("with",), "whole": ("whole",), "under": ("under",),
    "at": ("at", "in"), "through": ("through",), "response": ("response", "after"), "from": ("from", "in"),
    "about": ("about",),
    "of": ("of",), "head": ("head",), "used": ("through",),
    "successor": ("successor",), "predecessor": ("predecessor",),
}  # fmt: skip
_ORDER: Final = (
    "successor", "predecessor", "result", "basis", "with", "whole", "under", "through", "response", "about", "used",
    "of", "patient", "head", "agent", "at", "from",
)  # fmt: skip
"""The order in which roles are filled: those that a particle gives for sure come first."""
_ACTING: Final = (
    "egov:Person",
    "egov:Agency",
    "egov:Committee",
    "egov:Ministry",
    "egov:Administration",
    "egov:Country",
)
_UNNAMED: Final = re.compile(r"[가-힣A-Za-z0-9)](?:을|를)\s[^,]{0,12}$")
"""An object that is no name: the verb is not about its subject."""
_RUNNING: Final = re.compile(r"(?:서비스|운영|가동|운용|시범운영|시범서비스|정식서비스)(?:을|를)\s[^,]{0,12}$")
_RUN: Final = ("egov:InformationSystem", "egov:PublicService", "?")
_NOUNS: Final = re.compile(
    r",|[가-힣]{2,}(?<!적으로)(?<!최초)(?<!정식)(?<!공식)(?<!전면)(?<!본격)(?<!시범)(?<!사업)(?:\s|$)"
)
"""Another noun between a name and a verbal noun: it is that which was done: "서비스 개선방안 마련"."""
_SPACE: Final = 14
"""How far before a verbal noun what it is done to may end."""


@value
class Binding:
    """The names that stand in each role of a rule."""

    roles: Mapping[str, tuple[Found, ...]]


def bind(frame: Frame, clause: Clause, text: str, used: Argument | None) -> Binding | None:
    """Return the names that fill the roles of a rule in a clause; None where a role stays open."""
    voice = clause.predicate.voice
    if voice not in frame.voice or (clause.predicate.present and not frame.present):
        return None
    if clause.after is not None and any(clause.after.is_any(group) for group in frame.not_after):
        return None
    if frame.without and any(
        a.role in frame.without
        and any(m.cls != UNKNOWN and frame.fits("patient", m.cls) and not m.bare for m in a.members)
        for a in clause.arguments
    ):
        return None
    taken: dict[str, tuple[Found, ...]] = {}
    busy: list[Argument] = []
    for role in _ORDER:
        if role not in frame.roles:
            continue
        for argument in _candidates(role, frame, clause, text, used, busy):
            if role == "result" and argument.members[-1].count:
                # "A망, B망, C망의 3대 전산망으로": the members, not their number
                listed = next(
                    (a for a in reversed(clause.arguments) if a.role == "of" and a.end >= argument.start - 1), None
                )
                if listed is not None and len(listed.members) > 1:
                    argument = listed  # noqa: PLW2901
            members = _fitting(frame, role, argument.members)
            if role == "agent" and argument.role == "in":
                members = tuple(m for m in members if m.cls != "egov:Country")  # "일본에서" tells where
            if role == "patient" and _may_act(frame, clause, argument):
                members = tuple(m for m in members if m.cls != UNKNOWN)
            if members:
                taken[role] = members
                busy.append(argument)
                break
        else:
            return None
    return Binding(taken)


def _may_act(frame: Frame, clause: Clause, argument: Argument) -> bool:
    """Return whether the subject of a verb that acts on something may be who acts: "FIA는 …라고 선언하였다"."""
    return (
        clause.predicate.voice == "active"
        and argument.role in ("topic", "subject", "also")
        and not any(a.role == "subject" and a is not argument for a in clause.arguments)
        and not any(frame.verbs & s.intransitive for s in clause.predicate.stems)
    )


def _fitting(frame: Frame, role: str, members: Sequence[Found]) -> tuple[Found, ...]:
    kept = []
    for member in members:
        if member.cls == UNKNOWN:
            if frame.unknown and role in ("patient", "result", "with"):
                kept.append(member)
        elif frame.fits(role, member.cls) and not (role == "patient" and member.cls in frame.never):
            kept.append(member)
    return tuple(kept)


def _candidates(  # noqa: PLR0917 - each is a different thing
    role: str, frame: Frame, clause: Clause, text: str, used: Argument | None, busy: Sequence[Argument]
) -> Iterator[Argument]:
    if role == "patient":
        found = _patients(frame, clause, text)
    elif role == "agent":
        found = _agents(clause)
    else:
        wanted = _PLAIN[role]
        found = (a for a in reversed(clause.arguments) if a.role in wanted)
        if role == "used" and used is not None:
            found = iter((*found, used))
    yield from (a for a in found if not any(a is b for b in busy))


def _with_role(clause: Clause, *roles: str) -> list[Argument]:
    return [a for role in roles for a in reversed(clause.arguments) if a.role == role]


def _patients(frame: Frame, clause: Clause, text: str) -> Iterator[Argument]:
    predicate = clause.predicate
    if predicate.voice == "passive":
        yield from _with_role(clause, "subject", "head", "topic", "also")
        if clause.carried is not None and predicate.form != "before":
            yield clause.carried
    elif predicate.voice == "active":
        objects = _with_role(clause, "object")
        if predicate.is_any("pure") and not predicate.causative:
            # "A와 B를 통합하여 출범하였다": what begins is the subject, whatever was merged
            yield from _with_role(clause, "subject", "head", "topic")
            if clause.carried is not None:
                yield clause.carried
            return
        runs = predicate.is_any("begin") and _RUNNING.search(text[clause.start : predicate.start]) is not None
        if runs:
            # "포털이 서비스를 시작하였다": what runs from then on has begun
            yield from [a for a in _with_role(clause, "subject", "topic") if a.members[0].cls in _RUN]
        yield from objects
        # what passes a parliament is the subject: "법은 의회를 통과하였다"
        passes = any(s.lemma == "통과" for s in predicate.stems)
        if not passes and (objects or _UNNAMED.search(text[clause.start : predicate.start])):
            return
        yield from _with_role(clause, "head")
        subjects = _with_role(clause, "subject", "topic", "also")
        intransitive = any(frame.verbs & s.intransitive for s in predicate.stems)
        if intransitive or len(subjects) > 1 or "agent" not in frame.roles:
            # the topic is what is acted on where somebody else acts: "이 사업은 총무처가 추진하였다"
            topics = [a for a in subjects if a.role in ("topic", "also")]
            yield from topics if topics and not intransitive else subjects
            if "agent" not in frame.roles and clause.carried is not None and intransitive:
                yield clause.carried
        elif clause.topic is not None and _acts(subjects):
            # "포털은 개통되었으며 항만부가 운영한다"
            yield clause.topic
    else:
        near = [a for a in reversed(clause.arguments) if a.role in ("", "of", "subject", "object")]
        if (
            near
            and len(text[near[0].end : predicate.start].strip()) <= _SPACE
            and _NOUNS.search(text[near[0].end : predicate.start]) is None
        ):
            yield near[0]
        elif not near:
            yield from _with_role(clause, "topic")


def _acts(subjects: Sequence[Argument]) -> bool:
    return len(subjects) == 1 and subjects[0].role == "subject" and any(m.cls in _ACTING for m in subjects[0].members)


def _agents(clause: Clause) -> Iterator[Argument]:
    predicate = clause.predicate
    if predicate.voice == "passive":
        yield from _with_role(clause, "by")
        if predicate.is_any("approve") or predicate.is_any("adopt"):
            yield from _with_role(clause, "in")
    elif predicate.voice == "active":
        subjects = _with_role(clause, "subject")
        yield from subjects
        if any(m.cls in _ACTING for a in subjects for m in a.members):
            return
        yield from _with_role(clause, "by", "topic", "in")
        if predicate.form == "before" and _with_role(clause, "object"):
            yield from _with_role(clause, "head")
        if clause.carried is not None:
            yield clause.carried
    else:
        yield from _with_role(clause, "by", "subject", "topic", "of", "")
