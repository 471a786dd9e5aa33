"""Time without arithmetic in the reasoner: positions of a calendar, and how they lie to the terms of office.

OWL RL cannot compare dates. So each date or range that a fact uses becomes a position of one jurisdiction's calendar,
with its first and last day, and is compared here, once, with the terms of office there. The reasoner only joins what
this module wrote (``enactedIn`` ∘ ``insideTerm`` ∘ ``termOf`` → ``enactedUnder``).

Days are inclusive on the outside, as the sources write them, and half-open ordinals inside.
"""

from __future__ import annotations

import calendar as _gregorian
import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from egov_kg.model import TimeValue, Value
from egov_kg.rdf.assertion import Assertion, Outside, class_of

__all__ = [
    "GRAPH",
    "Days",
    "Position",
    "Relations",
    "Term",
    "all_different",
    "calendar_assertions",
    "days_of",
    "position_id",
    "read_position",
    "relations",
    "succession_assertions",
]

GRAPH = "background/calendar"


class Days(NamedTuple):
    """A stretch of days.

    Attributes:
        first, last: Both included.
    """

    first: dt.date
    last: dt.date

    @property
    def ordinals(self) -> range:
        """The days as ordinals, half-open."""
        return range(self.first.toordinal(), self.last.toordinal() + 1)

    def within(self, other: Days) -> bool:
        """Return whether all days of this stretch lie in the other one."""
        return other.first <= self.first and self.last <= other.last


@dataclass(frozen=True, slots=True)
class Term:
    """The days of one administration.

    Attributes:
        id: ``term/kr/kim-dae-jung``.
        administration, head: The ids of the administration and of the person who heads it.
        days: First and last day in office; the last day that Python knows where the end is open.
        sources: The ids of the documents that give the days.
    """

    id: str
    administration: str
    head: str
    days: Days
    sources: tuple[str, ...] = ()

    @property
    def jurisdiction(self) -> str:
        """The jurisdiction's code, as in ids: ``kr``."""
        return self.id.split("/")[1]

    @property
    def open(self) -> bool:
        """Whether the end is not known."""
        return self.days.last == dt.date.max


@dataclass(frozen=True, slots=True)
class Position:
    """A stretch of one jurisdiction's calendar.

    Attributes:
        id: ``time/kr/2001-03-28``, ``time/kr/2003..2007``; an approximate one ends in ``~``.
        edtf: ``2001-03-28``, ``2003/2007``.
        days: Its first and last day.
        approximate: Whether its words are loose; then it decides nothing.
    """

    id: str
    edtf: str
    days: Days
    approximate: bool = False

    @property
    def jurisdiction(self) -> str:
        """The jurisdiction's code, as in ids: ``kr``; ``int`` has no calendar of its own."""
        return self.id.split("/")[1]

    @property
    def cls(self) -> str:
        """The class, by granularity."""
        if "/" in self.edtf:
            return "egov:Span"
        return ("egov:Year", "egov:Month", "egov:Day")[self.edtf.count("-")]


class Relations(NamedTuple):
    """How a stretch of days lies to the terms of one jurisdiction.

    Attributes:
        inside: The one term that holds all its days, if no other term has a day of it.
        meets: The terms that have a day of it, without `inside`; by first day.
        mainly: The one term that has more than half of its days.
    """

    inside: Term | None
    meets: tuple[Term, ...]
    mainly: Term | None


_POINT = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")


def days_of(edtf: str) -> Days:
    """Return the first and last day of a date or range.

    Args:
        edtf: ``2001``, ``2001-03``, ``2001-03-28``, or two of these with a slash between, both ends included.

    Raises:
        ValueError: If it is none of these, no day of the calendar, or ends before it begins.

    Example:
        >>> print(*days_of("2003/2007"))
        2003-01-01 2007-12-31
        >>> print(*days_of("2000-02"))
        2000-02-01 2000-02-29
    """
    begin, slash, end = edtf.partition("/")
    first, last = _point(begin, edtf), _point(end if slash else begin, edtf)
    if last.last < first.first:
        raise ValueError(f"{edtf!r} ends before it begins")
    return Days(first.first, last.last)


def _point(text: str, edtf: str) -> Days:
    match = _POINT.fullmatch(text)
    if not match:
        raise ValueError(f"{edtf!r} is no date: expected YYYY, YYYY-MM, YYYY-MM-DD, or two of these with a slash")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError as error:
        raise ValueError(f"{edtf!r} is no date: {error}") from error
    if day:
        return Days(first, first)
    last_month = month or 12
    return Days(first, dt.date(year, last_month, _gregorian.monthrange(year, last_month)[1]))


def position_id(jurisdiction: str, time: TimeValue) -> str:
    """Return the id of the position that a stretch of time has in a jurisdiction's calendar.

    Raises:
        ValueError: If the stretch is no date or range.

    Example:
        >>> position_id("kr", TimeValue("2003/2007", "2003-07"))
        'time/kr/2003..2007'
        >>> position_id("kr", TimeValue("2000/2009", "early 2000s", approximate=True))
        'time/kr/2000..2009~'
    """
    days_of(time.edtf)
    begin, _, end = time.edtf.partition("/")
    name = begin if end in {"", begin} else f"{begin}..{end}"
    return f"time/{jurisdiction}/{name}{'~' if time.approximate else ''}"


def read_position(thing: str) -> Position | None:
    """Return the position that an id names, or None for the id of anything else.

    Example:
        >>> print(*read_position("time/kr/2001-03-28").days)
        2001-03-28 2001-03-28
    """
    cls, _, rest = thing.partition("/")
    if cls != "time":
        return None
    name = rest.partition("/")[2]
    approximate = name.endswith("~")
    edtf = name.rstrip("~").replace("..", "/")
    return Position(thing, edtf, days_of(edtf), approximate)


def relations(days: Days, terms: Sequence[Term]) -> Relations:
    """Return how a stretch of days lies to the terms of office of one jurisdiction.

    Args:
        days: The stretch.
        terms: All terms of one jurisdiction. They may share a day (then it decides nothing) and leave gaps (then
            there is no answer).

    Returns:
        With `Relations.inside` set, that term is the only one met. A stretch of which two terms have more than half
        of the days (the one day that they share) lies mainly in neither.
    """
    own = days.ordinals
    shared = [(term, _overlap(own, term.days.ordinals)) for term in sorted(terms, key=lambda t: (t.days, t.id))]
    met = [term for term, common in shared if common]
    most = [term for term, common in shared if 2 * common > len(own)]
    inside = met[0] if len(met) == 1 and days.within(met[0].days) else None
    return Relations(inside, tuple(t for t in met if t is not inside), most[0] if len(most) == 1 else None)


def _overlap(one: range, other: range) -> int:
    return max(0, min(one.stop, other.stop) - max(one.start, other.start))


def calendar_assertions(
    things: Iterable[str], terms: Sequence[Term], jurisdictions: Mapping[str, str]
) -> Iterator[Assertion]:
    """Yield what the calendar says of each position: its days, its kind, its names, and the terms it lies in.

    Args:
        things: Ids; those that are no positions are passed over.
        terms: The terms of office of all jurisdictions.
        jurisdictions: The id of the jurisdiction for each code, where it is known.
    """
    of: defaultdict[str, list[Term]] = defaultdict(list)
    for term in terms:
        of[term.jurisdiction].append(term)
    for thing in sorted(set(things)):
        position = read_position(thing)
        if position:
            yield from _position_assertions(position, of[position.jurisdiction], jurisdictions)


def _position_assertions(
    position: Position, terms: Sequence[Term], jurisdictions: Mapping[str, str]
) -> Iterator[Assertion]:
    def of_position(prop: str, value: str | Value, term: Term | None = None) -> Assertion:
        rule = f"calendar.{'term' if term else 'position'}"
        return Assertion(position.id, prop, value, GRAPH, rule, "background", sources=term.sources if term else ())

    yield Assertion(position.id, "rdf:type", class_of(position.cls), GRAPH, "calendar.position", "background")
    yield of_position("egov:firstDay", Value(position.days.first.isoformat(), "xsd:date"))
    yield of_position("egov:lastDay", Value(position.days.last.isoformat(), "xsd:date"))
    for lang, text in _names(position):
        yield of_position("skos:prefLabel", Value(text, "rdf:langString", lang))
    if position.jurisdiction in jurisdictions:
        yield of_position("egov:inJurisdiction", jurisdictions[position.jurisdiction])
    if position.approximate:
        yield of_position("egov:approximate", Value("true", "xsd:boolean"))
        return
    inside, meets, mainly = relations(position.days, terms)
    if inside:
        yield of_position("egov:insideTerm", inside.id, inside)
    for term in meets:
        yield of_position("egov:meetsTerm", term.id, term)
    if mainly:
        yield of_position("egov:mainlyInTerm", mainly.id, mainly)


_MONTHS = (
    "", "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _names(position: Position) -> Iterator[tuple[str, str]]:
    begin, _, end = position.edtf.partition("/")
    for lang, name, about in (("en", _english, "about {}"), ("ko", _korean, "{} 무렵")):
        text = f"{name(begin)}–{name(end)}" if end else name(begin)
        yield lang, about.format(text) if position.approximate else text


def _english(point: str) -> str:
    """Return a date as English writes it.

    Example:
        >>> _english("2001-03-28"), _english("2001-03"), _english("2001")
        ('28 March 2001', 'March 2001', '2001')
    """
    year, *rest = point.split("-")
    words = [str(int(rest[1]))] if len(rest) == 2 else []
    return " ".join([*words, _MONTHS[int(rest[0])], year]) if rest else year


def _korean(point: str) -> str:
    """Return a date as Korean writes it.

    Example:
        >>> _korean("2001-03-28"), _korean("2001")
        ('2001년 3월 28일', '2001년')
    """
    return " ".join(f"{int(part)}{unit}" for part, unit in zip(point.split("-"), "년월일", strict=False))


def succession_assertions(terms: Iterable[Term]) -> Iterator[Assertion]:
    """Yield the order of the administrations of each jurisdiction.

    Neighbours follow each other directly if the later takes office on the last day of the earlier one or the day
    after; across a gap the earlier only precedes the later.
    """
    for earlier, later in itertools.pairwise(sorted(terms, key=lambda t: (t.jurisdiction, t.days, t.id))):
        if earlier.jurisdiction != later.jurisdiction:
            continue
        touches = not earlier.open and later.days.first <= earlier.days.last + dt.timedelta(days=1)
        yield Assertion(
            earlier.administration,
            "egov:followedBy" if touches else "egov:precedes",
            later.administration,
            GRAPH,
            "calendar.succession",
            "background",
            sources=tuple(sorted({*earlier.sources, *later.sources})),
        )


def all_different(administrations: Iterable[str]) -> Iterator[Assertion]:
    """Yield, for each jurisdiction with two administrations or more, that they are all different.

    A wrong identity then shows as an inconsistency. The list has names instead of blank nodes.

    Args:
        administrations: Ids, all jurisdictions together.
    """
    of: defaultdict[str, set[str]] = defaultdict(set)
    for administration in administrations:
        of[administration.split("/")[1]].add(administration)
    for code, members in sorted(of.items()):
        if len(members) < 2:
            continue
        node = f"scheme/{code}/administrations"
        cells = [f"{node}/{number}" for number in range(1, len(members) + 1)]
        yield _of_list(node, "rdf:type", class_of("owl:AllDifferent"))
        yield _of_list(node, "owl:distinctMembers", cells[0])
        for cell, member, after in itertools.zip_longest(cells, sorted(members), cells[1:]):
            yield _of_list(cell, "rdf:first", member)
            yield _of_list(cell, "rdf:rest", after or class_of("rdf:nil"))


def _of_list(subject: str, prop: str, value: str | Outside) -> Assertion:
    return Assertion(subject, prop, value, GRAPH, "calendar.all-different", "background")
