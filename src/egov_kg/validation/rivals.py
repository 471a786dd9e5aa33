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
from egov_kg.validation.finding import Finding, Severity

__all__ = ["several_dates", "several_heads", "several_parents"]

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
