"""Korean clauses: which names, in which role, and which times belong to which verb."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from egov_kg.extraction.korean.predicates import Predicate
from egov_kg.extraction.korean.sheet import UNKNOWN, Found
from egov_kg.extraction.resolution import family
from egov_kg.extraction.times import TimeMention
from egov_kg.values import replace, value

__all__ = ["Argument", "Clause", "arguments", "clauses"]

# a word behind a time in brackets that makes the time its own
_GOES_ON: Final = re.compile(r"의\s?[가-힣]|에?\s?[가-힣]{1,6}(?:한|된|난|던|인)\s[가-힣]")


@value
class Argument:
    """One name, or several that are coordinated, with the role that their last particle gives them.

    Attributes:
        members: The names, in order.
        role: As in `Particle`; ``head`` for what a clause before it qualifies.
        start, end: Their half-open range, brackets and particles included.
    """

    members: tuple[Found, ...]
    role: str
    start: int
    end: int


@value
class Clause:
    """A verb with what belongs to it.

    Attributes:
        predicate: The verb.
        arguments: What stands before it, in order, and what was carried over from the clause before (first).
        times: The times that belong to it.
        start: Where it begins.
        carried: The subject of the clause before, where this one has none.
        topic: What the clause before was about, where this one has a subject and no topic of its own.
        after: The verb of the clause that goes on into this one ("통합하여 …"), if any.
    """

    predicate: Predicate
    arguments: tuple[Argument, ...]
    times: tuple[TimeMention, ...]
    start: int
    carried: Argument | None = None
    topic: Argument | None = None
    after: Predicate | None = None


_COMMA: Final = re.compile(
    r"\s?(?:[,\u00b7\u318d\u30fb/;]|및|그리고|또는)\s?(?:및\s|그리고\s)?|\s,?(?:및|그리고|또는)\s"
)
_SAID_OF: Final = frozenset(
    [
        "?",
        "InformationSystem",
        "PublicService",
        "Project",
        "Programme",
        "Initiative",
        "Plan",
        "Agency",
        "Committee",
        "Law",
    ]
)
_ONE_EVENT: Final = ("found", "rename", "reorganise")
_DETERMINER: Final = re.compile(r"^\s(?:이|동|해당|본|이들)\s$")
_SINCE: Final = re.compile(r"\s?(?:이후|이래|당시|직후)")
_INTO: Final = re.compile(r"\s[가-힣]{2,6}(?:화한|해진|된)\s(?=[가-힣A-Za-z'‘「])")
_IN_HAND: Final = ("build", "develop", "advance", "introduce", "manage", "spread")
"""Verbal nouns that list what somebody is at, where a verb follows that says so."""
_TURNS: Final = ("면서", "자", "나", "는데", "지만")
"""Endings after which another subject often goes on unnamed: no subject is carried over them, but the topic."""
_BESIDE: Final = 8
"""How far a time may stand from the verb of a qualifying clause that names nothing else: "2001년 새로 제정된"."""
_MOST: Final = 60


def arguments(text: str, found: Sequence[Found]) -> tuple[Argument, ...]:
    """Return the names of a sentence, coordinated ones together."""
    result: list[Argument] = []
    group: list[Found] = []
    for i, item in enumerate(found):
        group.append(item)
        following = found[i + 1] if i + 1 < len(found) else None
        if (
            following is not None
            and len(group) < _MOST
            and _coordinated(text, item, following)
            and not (i and len(group) == 1 and _paired(text, found[i - 1], item, following))
        ):
            continue
        result.append(Argument(tuple(group), item.role, group[0].outer_start, max(item.particle.end, item.outer)))
        group = []
    return tuple(result)


def _paired(text: str, topic: Found, item: Found, following: Found) -> bool:
    """Return whether a list pairs topics with what became of them: "A부는 B부, C부는 D부로 개편되었다"."""
    return (
        topic.role == following.role == "topic"
        and family(topic.cls) == family(following.cls)
        and not text[topic.particle.end : item.outer_start].strip()
    )


def _coordinated(text: str, one: Found, other: Found) -> bool:
    if one.cls == "egov:Office" or (UNKNOWN not in (one.cls, other.cls) and family(one.cls) != family(other.cls)):
        return False
    between = text[one.outer : other.outer_start]
    if one.role == "with":
        return not text[one.particle.end : other.outer_start].strip()
    if one.role:
        return False
    return _COMMA.fullmatch(between) is not None


def clauses(
    text: str, args: Sequence[Argument], times: Sequence[TimeMention], predicates: Sequence[Predicate]
) -> tuple[Clause, ...]:
    """Return the clauses of a sentence, in the order of their verbs."""
    return _Splitter(text, args, times, predicates).split()


class _Splitter:
    """Walks through a sentence and gives each verb what stands before it."""

    def __init__(
        self, text: str, args: Sequence[Argument], times: Sequence[TimeMention], predicates: Sequence[Predicate]
    ) -> None:
        self.text = text
        marks = [(m.outer_start, m.outer) for a in args for m in a.members]
        free = [
            t
            for t in times
            if not any(a <= t.start < b for a, b in marks) and not _explains(text, t, {p.end for p in predicates})
        ]
        self.events: list[tuple[int, int, Argument | TimeMention | Predicate]] = sorted(
            [(a.start, 0, a) for a in args] + [(t.start, 1, t) for t in free] + [(p.start, 2, p) for p in predicates],
            key=lambda e: (e[0], e[1]),
        )
        self.skipped: set[int] = set()
        self.pending: list[Argument | TimeMention] = []
        self.start = 0
        self.carried: Argument | None = None
        self.previous: Clause | None = None
        self.found: list[Clause] = []

    def split(self) -> tuple[Clause, ...]:
        for i, (_, _, event) in enumerate(self.events):
            if isinstance(event, Predicate) and event.start in self.skipped:
                continue
            if isinstance(event, Predicate):
                if event.form == "before" or (event.voice == "passive" and self._qualifies(event)):
                    self._before(i, event)
                elif event.form == "nominal":
                    self._nominal(i, event)
                else:
                    self._main(event)
            elif event.start not in self.skipped or isinstance(event, Argument):
                self.pending.append(event)
        return tuple(self.found)

    def _clause(self, predicate: Predicate, taken: Sequence[Argument | TimeMention], start: int) -> Clause:
        own = tuple(a for a in taken if isinstance(a, Argument))
        has_subject = any(a.role in ("subject", "topic") for a in own)
        carried = self.carried if not has_subject and predicate.form != "before" else None
        topic = self.carried if self.carried is not None and self.carried.role == "topic" else None
        if predicate.form == "before" or any(a.role == "topic" for a in own):
            topic = None
        return Clause(predicate, own, tuple(t for t in taken if not isinstance(t, Argument)), start, carried, topic)

    def _main(self, predicate: Predicate) -> None:
        taken = self.pending
        if not any(isinstance(e, Argument) for e in taken) and self.previous is not None:
            # "조달청이 개통하여 지금까지 운영하고 있다": the same things, another verb
            taken = [*self._inherited(self.previous, predicate), *(taken or self.previous.times)]
        elif self.previous is not None and not any(not isinstance(e, Argument) for e in taken):
            # "1998년 A와 B가 통합되어 C가 발족하였다": one event, one time
            said = self.text[self.previous.predicate.start : self.previous.predicate.end]
            alone = not any(isinstance(e, Argument) and e.role in ("subject", "topic") for e in taken)
            if any(predicate.is_any(g) for g in _ONE_EVENT) and (alone or said.endswith(("되어", "하여", "해", "돼"))):
                taken = [*self.previous.times, *taken]
        clause = self._clause(predicate, taken, self.start)
        clause = replace(clause, after=self.previous.predicate if self.previous is not None else None)
        kept = [a for a in (self.previous.arguments if self.previous else ()) if a.role in ("basis", "whole", "under")]
        if kept and not any(a.role == kept[0].role for a in clause.arguments) and predicate.is_any("found"):
            clause = replace(clause, arguments=(*kept[:1], *clause.arguments))
        self.found.append(clause)
        self.previous = clause if predicate.form == "linked" else None
        subject = next((a for a in reversed(clause.arguments) if a.role == "subject"), None)
        topic = next((a for a in reversed(clause.arguments) if a.role == "topic"), None)
        said = self.text[predicate.start : predicate.end]
        if self.text[predicate.end :].lstrip(" ,").startswith("이를") and subject is not None:
            topic = None  # "A는 …, B가 시행되면서 이를 대체하였다": B goes on, and A is what is meant
        elif said.endswith(_TURNS) and topic is None:
            subject = clause.carried if clause.carried is not None and clause.carried.role == "topic" else None
        self.carried = topic or subject or (clause.carried if subject is None and not said.endswith(_TURNS) else None)
        self.pending = []
        self.start = predicate.end

    @staticmethod
    def _inherited(before: Clause, predicate: Predicate) -> list[Argument]:
        """Return what a verb without names of its own takes over: "이름을 B로 바꾸고 출범했다" says that B began."""
        named = [a for a in before.arguments if a.role == "to"]
        if named and before.predicate.is_any("rename") and predicate.is_any("pure"):
            return [replace(named[-1], role="subject")]
        return list(before.arguments)

    def _before(self, i: int, predicate: Predicate) -> None:
        """Give a clause that qualifies a noun what stands next to it; the topic belongs to the main clause."""
        head = self._head(i, predicate)
        if head is not None and self._is_said_of(head):
            # "서울톡은 인공지능을 적용한 상담서비스로, …": what is said of the noun is said of the topic
            topic = next((a for a in reversed(self.pending) if isinstance(a, Argument) and a.role == "topic"), None)
            if topic is not None and _SAID_OF & {m.cls.partition(":")[2] or m.cls for m in topic.members}:
                head = topic
        taken: list[Argument | TimeMention] = []
        while self.pending:
            last = self.pending[-1]
            if isinstance(last, Argument):
                if last.role in ("topic", "also") or (last.role == "subject" and any(_is(t, "subject") for t in taken)):
                    break
                if last.role == "object" and predicate.voice == "passive":
                    break
            elif not self._time_belongs(last, taken, head) if taken else self._apart(last.end, predicate.start):
                break
            taken.insert(0, self.pending.pop())
        if head is not None:
            taken.append(replace(head, role="head"))
        first = taken[0] if taken else None
        start = first.start if first is not None else predicate.start
        self.found.append(self._clause(predicate, taken, start))

    def _qualifies(self, predicate: Predicate) -> bool:
        """Return whether a verb goes on into one that qualifies a noun: "2002년 개통돼 노후화한 나라장터"."""
        return predicate.form == "linked" and _INTO.match(self.text, predicate.end) is not None

    def _is_said_of(self, head: Argument) -> bool:
        return head.role == "copula" or (head.role == "to" and self.text[head.end : head.end + 1] == ",")

    def _apart(self, start: int, end: int) -> bool:
        """Return whether more than an adverb stands between a time and a verb: an object that is no known name."""
        return end - start > _BESIDE or re.search(r"[을를]\s", self.text[start:end]) is not None

    def _time_belongs(self, time: TimeMention, taken: Sequence[Argument | TimeMention], head: Argument | None) -> bool:
        """Return whether a time before the subject of a qualifying clause is the time of that clause.

        "1987년 정부가 추진한 사업은 …": the time opens the topic. "2010년 정부가 추진하던 사업을 개편하였다": it is the
        main clause's. A time with a particle of its own is always the main clause's.
        """
        if re.match(r"에|부터|까지", self.text[time.end : time.end + 2]) or any(
            not isinstance(t, Argument) for t in taken
        ):
            return False
        if self.text[time.end : time.end + 1] == ",":
            return False
        if head is not None and head.role in ("topic", "copula", "basis", "of", "through", "whole"):
            return True
        return not any(
            isinstance(e, Predicate) and e.form in ("final", "linked") and e.start > time.end and e.voice != "nominal"
            for _, _, e in self.events
            if not (isinstance(e, Predicate) and e.form == "before")
        )

    def _head(self, i: int, predicate: Predicate) -> Argument | None:
        for _, _, event in self.events[i + 1 :]:
            if isinstance(event, Predicate):
                if event.form in ("nominal", "before") and event.start - predicate.end < 2:
                    continue
                return None
            if isinstance(event, Argument):
                between = _DETERMINER.sub("", self.text[predicate.end : event.start])
                if len(between) > 24 or re.search(r"[,.;:]|[을를이가은는에로]\s", between):
                    return None
                return event
        return None

    def _nominal(self, i: int, predicate: Predicate) -> None:
        """Give a verbal noun without an ending the name right before it, and what may stand before that."""
        times = self._bracketed(i, predicate)
        last = self.events[i + 1 :] == [] or not any(isinstance(e, Predicate) for _, _, e in self.events[i + 1 :])
        following = self.events[i + 1] if i + 1 < len(self.events) else None
        dated = (
            following is not None
            and isinstance(following[2], TimeMention)
            and not self.text[predicate.end : following[0]].strip(" -·○")
        )
        closed = dated or re.match(r"\s?(?:$|[,;/\u00b7(]|등?\s?$|및\s)", self.text[predicate.end :]) is not None
        later = any(isinstance(e, Predicate) and e.form in ("final", "linked") for _, _, e in self.events[i + 1 :])
        if closed and later and not dated and not times and any(predicate.is_any(group) for group in _IN_HAND):
            return  # "A 구축, B 개발 등을 전담하게 되었다": what was in hand, not what was done
        if closed and (last or dated or re.match(r"\s?[,;/(\u00b7]|\s?및\s", self.text[predicate.end :])):
            own = times or self.pending_times()
            self.found.append(
                self._clause(predicate, [*(a for a in self.pending if isinstance(a, Argument)), *own], self.start)
            )
            keep = [t for t in self.pending if not isinstance(t, Argument)]
            topics = [a for a in self.pending if isinstance(a, Argument) and a.role == "topic"]
            if not last and re.match(r"\s?[(\u00b7,]|\s?및\s", self.text[predicate.end :]):
                # a list after one date: "1995년: A법 제정, B위원회 설치"
                self.pending = [*keep, *topics]
            else:
                self.pending = list(topics)
            self.start = predicate.end
            return
        taken: list[Argument | TimeMention] = []
        for event in reversed(self.pending):
            if isinstance(event, Argument) and event.role not in ("", "of", "subject"):
                break
            if isinstance(event, Argument) and taken and event.role == "subject":
                break
            near = next((t.start for t in taken if isinstance(t, Argument)), None)
            if isinstance(event, Argument) and near is not None and self.text[event.end : near].strip():
                break  # another name farther off did something else
            taken.insert(0, event)
            if len([t for t in taken if isinstance(t, Argument)]) == 2:
                break
        if taken and not any(isinstance(t, Argument) for t in taken) and _SINCE.match(self.text, predicate.end):
            # "항만원은 1991년 설립 이후 …": the topic was founded then
            topics = [a for a in self.pending if isinstance(a, Argument) and a.role == "topic"]
            taken = [*topics[-1:], *taken] if predicate.is_any("found") else taken
        if taken:
            self.found.append(self._clause(predicate, [*taken, *times], taken[0].start))

    def pending_times(self) -> list[TimeMention]:
        """Return the times that no verb has taken yet."""
        return [t for t in self.pending if not isinstance(t, Argument)]

    def _bracketed(self, i: int, predicate: Predicate) -> list[TimeMention]:
        """Return, and take away, the times in brackets right behind a verbal noun: "제정(2001)"."""
        bracket = re.match(r"\s?[(（][^()（）]{1,40}[)）]", self.text[predicate.end :])
        if bracket is None:
            return []
        end = predicate.end + bracket.end()
        inside = [
            e for _, _, e in self.events[i + 1 :] if isinstance(e, TimeMention) and predicate.end <= e.start < end
        ]
        self.skipped.update(t.start for t in inside)
        said = [e for _, _, e in self.events[i + 1 :] if isinstance(e, Predicate) and predicate.end <= e.start < end]
        if said:
            # "제정(법률 제1호, 2020. 12. 10. 시행)": the brackets tell of another step of the same thing
            near = [a for a in self.pending if isinstance(a, Argument) and a.role in ("", "of", "subject", "object")]
            for inner in said:
                own = [t for t in inside if t.end <= inner.start][-1:]
                self.skipped.add(inner.start)
                if near and own:
                    self.found.append(
                        self._clause(
                            replace(inner, start=predicate.start, voice="nominal", form="nominal"),
                            [near[-1], *own],
                            near[-1].start,
                        )
                    )
            return []
        if inside and _GOES_ON.match(self.text, inside[-1].end, end):
            # "개소(1월 25일 발생한 대란의 후속 조치)": the day is that of what follows it
            return []
        return inside


def _explains(text: str, time: TimeMention, ends: set[int]) -> bool:
    """Return whether a time in brackets is that of the words before it, which are no name: "온라인화(2000~2005): …"."""
    before = text[max(0, time.start - 2) : time.start].rstrip()
    if not before.endswith("(") or text[time.end : time.end + 1] != ")":
        return False
    place = text.rindex("(", 0, time.start)
    return bool(text[:place].strip()) and place not in ends and place - 1 not in ends


def _is(event: Argument | TimeMention, role: str) -> bool:
    return isinstance(event, Argument) and event.role == role
