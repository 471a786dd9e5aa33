"""Claims that cannot both be right, or not at one time: of dates, of heads, of the body that a body belongs to.

Who headed a body and what it belonged to changes, and documents seldom say when. So two answers are told as a remark,
not as a doubt, but for what the ontology allows only one of: an administration is the government under one head.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from pyoxigraph import NamedNode

from egov_kg.validation.asserted import Asserted, Node, node
from egov_kg.validation.dates import literal_days
from egov_kg.validation.finding import Finding, Severity

__all__ = ["dates_apart", "several_dates", "several_heads", "several_parents"]

_DATES: Final = {
    "egov:adoptedOn": ("day of adoption", ()),
    "egov:beganIn": ("beginning", ("egov:startYear",)),
    "egov:endedIn": ("end", ("egov:endYear",)),
    "egov:inForceFrom": ("day of entry into force", ()),
}
"""What a thing has once, in words, and the literals with the same meaning: where these disagree, that is told."""

_PARENT: Final = ("egov:partOf", "egov:subOrganizationOf")


def several_dates(asserted: Asserted) -> Iterator[Finding]:
    """Yield things with two dates of one kind that share no day; a date within another one agrees with it."""
    for prop, (words, literals) in _DATES.items():
        for thing, values in _by_thing(asserted.pairs(prop)).items():
            if len({value.value for value in asserted.literals(thing, *literals)}) > 1:
                continue
            days = {value: found for value in values if (found := asserted.days(value))}
            apart = {
                one
                for first, second in combinations(sorted(days, key=str), 2)
                for one in (first, second)
                if days[first][1] < days[second][0] or days[second][1] < days[first][0]
            }
            if apart:
                dates = sorted(_date(value) for value in apart)
                facts = ((thing, prop, value) for value in sorted(apart, key=str))
                message = f"{asserted.name(thing)} has more than one {words}: {', '.join(dates)}"
                yield _finding(asserted, "several-dates", thing, message, facts, severity="warning")


def _date(position: Node) -> str:
    return position.value.rpartition("/")[2].replace("..", " to ").removesuffix("~")


_STATED: Final = {
    "egov:statedDate": "the date",
    "egov:statedYear": "the year",
    "egov:statedPeriod": "the period",
}
_DECIDED: Final = ("egov:promulgatedOn",)
"""Where a day is decided, it is what each stated date is compared with."""

_Stated = tuple[str, Node, tuple[str, str]]
_Triple = tuple[NamedNode, str, Node]


def dates_apart(asserted: Asserted) -> Iterator[Finding]:
    """Yield things of which one source states a date, and another one a year or a period that it does not lie in.

    As a register does that an accepted link leads to, against the document; a law without such a year is of the stage
    that a document puts it in. Two values of one property are told by `dates.several_values`.
    """
    for thing, days in _by_thing(asserted.pairs("egov:statedDate", "egov:statedYear", "egov:statedPeriod")).items():
        if asserted.objects(thing, *_DECIDED) or not days:
            continue
        stated = [one for prop in _STATED for one in _stated(asserted, thing, prop)]
        apart = [pair for pair in combinations(stated, 2) if pair[0][0] != pair[1][0] and not _agree(*pair)]
        facts: list[_Triple] = [(thing, prop, value) for pair in apart for prop, value, _ in pair]
        words = [f"{_STATED[prop]} {value.value}" for prop, value, _ in dict.fromkeys(o for p in apart for o in p)]
        for stage, first, last in () if apart else _years_of_stages(asserted, thing):
            outside = [one for one in stated if one[2][1] < first or last < one[2][0]]
            if outside:
                words += [w for w in (f"{_STATED[prop]} {value.value}" for prop, value, _ in outside) if w not in words]
                words.append(f"the stage {asserted.name(stage)}, {first[:4]} to {last[:4]}")
                facts += [(thing, prop, value) for prop, value, _ in outside]
                facts.append((thing, "egov:enactedInStage", stage))
        if facts:
            message = f"{asserted.name(thing)} is stated with {' and with '.join(words)}"
            yield _finding(asserted, "stated-date", thing, message, facts, severity="warning")


def _stated(asserted: Asserted, thing: NamedNode, prop: str) -> Iterator[_Stated]:
    for value in asserted.objects(thing, prop):
        begin, _, end = value.value.partition("/")
        first, last = literal_days(begin), literal_days(end or begin)
        if first is not None and last is not None:
            yield prop, value, (first[0], last[1])


def _agree(one: _Stated, other: _Stated) -> bool:
    """Return whether two dates share a day; all that is asked for here is what nobody can bring together."""
    return one[2][0] <= other[2][1] and other[2][0] <= one[2][1]


def _years_of_stages(asserted: Asserted, law: NamedNode) -> Iterator[tuple[NamedNode, str, str]]:
    for stage in asserted.links(law, "egov:enactedInStage"):
        for extent in asserted.links(stage, "egov:ranDuring"):
            days = asserted.days(extent)
            if days is not None and not asserted.objects(extent, "egov:approximate"):
                yield stage, *days


def several_heads(asserted: Asserted) -> Iterator[Finding]:
    """Yield bodies with more than one head: a doubt for an administration, a remark for any other body."""
    administrations = set(asserted.members("egov:Administration"))
    for body, heads in _by_thing(asserted.pairs("egov:headedBy")).items():
        if len(heads) > 1:
            names = ", ".join(sorted(map(asserted.name, heads)))
            severity: Severity = "warning" if body in administrations else "info"
            facts = ((body, "egov:headedBy", head) for head in heads)
            message = f"{asserted.name(body)} is said to be headed by more than one person: {names}"
            yield _finding(asserted, "several-heads", body, message, facts, severity=severity)


def several_parents(asserted: Asserted) -> Iterator[Finding]:
    """Yield bodies that belong to two bodies of which neither belongs to the other; a remark."""
    bodies = set(asserted.members("egov:Body"))
    pairs = [pair for pair in asserted.pairs(*_PARENT) if pair[0] in bodies and pair[1] in bodies]
    parents = _by_thing(pairs)
    for body, found in parents.items():
        above = {one: _above(one, parents) for one in found}
        rivals = {
            one
            for first, second in combinations(sorted(found, key=str), 2)
            for one in (first, second)
            if first not in above[second] and second not in above[first]
        }
        if rivals:
            names = ", ".join(sorted(map(asserted.name, rivals)))
            facts = ((body, prop, one) for prop in _PARENT for one in sorted(rivals, key=str))
            message = f"{asserted.name(body)} is said to belong to more than one body: {names}"
            yield _finding(asserted, "several-parents", body, message, facts, severity="info")


def _above(body: Node, parents: dict[NamedNode, list[Node]]) -> set[Node]:
    found: set[Node] = set()
    waiting = [body]
    while waiting:
        one = waiting.pop()
        for parent in parents.get(one, ()) if isinstance(one, NamedNode) else ():
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def _by_thing(pairs: Iterable[tuple[NamedNode, Node]]) -> dict[NamedNode, list[Node]]:
    """Return the values of each thing, each once, in the order given; the order of the things is that of their IRIs."""
    found: defaultdict[NamedNode, dict[Node, None]] = defaultdict(dict)
    for thing, value in pairs:
        found[thing][value] = None
    return {thing: [*found[thing]] for thing in sorted(found, key=str)}


def _finding(
    asserted: Asserted,
    check: str,
    thing: NamedNode,
    message: str,
    facts: Iterable[tuple[NamedNode, str, Node]],
    *,
    severity: Severity,
) -> Finding:
    told = list(facts)
    return Finding(
        severity=severity,
        check=check,
        focus=thing.value,
        message=message,
        path=node(told[0][1]).value,
        statements=asserted.statements(*told),
    )
