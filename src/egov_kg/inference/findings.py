"""Inconsistencies: which facts cannot be true together, and by which axiom. Nothing follows from them.

Every rule of the tables that ends in ``false`` is looked at once, on the final columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise
from typing import Final, TypeVar

from egov_kg import iri
from egov_kg.inference import literals
from egov_kg.inference.facts import Facts
from egov_kg.inference.instances import SAME_AS, TYPE, Triple, one_value
from egov_kg.inference.plan import Axiom, Different, DisjointProperties, Plan, PropertyCheck, Term

__all__ = ["Finding", "find_inconsistencies"]

_DIFFERENT: Final = f"<{iri.expand('owl:differentFrom')}>"
_FEW: Final = 64
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Facts that contradict one another.

    Attributes:
        rule: ``cax-dw`` and the like; ``dt-diff`` where one value would be another one.
        axiom: The schema triples that forbid it; none for a literal that its own datatype excludes.
        triples: The facts, in the order of the rule.
    """

    rule: str
    axiom: Axiom
    triples: tuple[Triple, ...]


def find_inconsistencies(plan: Plan, facts: Facts, literal_facts: Iterable[Triple] = ()) -> tuple[Finding, ...]:
    """Return all contradictions in a closure, sorted.

    Args:
        plan: What was compiled.
        facts: The columns at their fixpoint.
        literal_facts: Given triples whose object is a literal: ill-typed ones among them are findings.
    """
    found = {
        *_disjoint_classes(plan, facts),
        *(one for rule in plan.disjoint_properties for one in _disjoint_properties(rule, facts)),
        *(one for check in plan.property_checks for one in _property_check(check, facts)),
        *_at_most_none(plan, facts),
        *(one for rule in plan.different for one in _different(rule, facts)),
        *_different_facts(facts),
        *_denied(plan, facts),
        *_functional_values(plan, facts),
        *_values_of_identities(facts),
        *_outside_a_datatype(facts),
        *(Finding("dt-not-type", (), (t,)) for t in literal_facts if not literals.is_well_formed(t[2])),
    }
    return tuple(sorted(found))


def _contrary(several: Sequence[_T]) -> Iterator[tuple[_T, _T]]:
    """Return the pairs of things of which only one may be.

    Of a hundred thousand there are 5 G pairs, and nobody reads them: of more than sixty-four each is paired with the
    first and with the next, so that every one of them is named.
    """
    if len(several) <= _FEW:
        yield from combinations(several, 2)
        return
    yield from ((several[0], other) for other in several[1:])
    yield from pairwise(several[1:])


def _disjoint_classes(plan: Plan, facts: Facts) -> Iterator[Finding]:
    """cax-dw, cax-adc, cls-com and cls-nothing2.

    A list of thirty classes has four hundred pairs, and hardly any is met: its members are sorted by individual once.
    """
    members: dict[Term, list[Term]] = {}
    for rule in plan.disjoint:
        met: list[tuple[Term, Term]] = []
        for cls in rule.classes:
            if cls not in members:
                members[cls] = [individual for individual, _ in facts.members(cls)]
            met += [(individual, cls) for individual in members[cls]]
        if len(rule.classes) == 1:
            count = 1 if rule.rule == "cls-nothing2" else 2
            yield from (Finding(rule.rule, rule.axiom, ((x, TYPE, cls),) * count) for x, cls in met)
            continue
        for individual, of_one in groupby(sorted(met), key=lambda pair: pair[0]):
            classes = [cls for _, cls in of_one]
            if rule.rule != "cax-adc":
                classes.sort(key=rule.classes.index)
            for left, right in _contrary(classes):
                yield Finding(rule.rule, rule.axiom, ((individual, TYPE, left), (individual, TYPE, right)))


def _disjoint_properties(rule: DisjointProperties, facts: Facts) -> Iterator[Finding]:
    """prp-pdw and prp-adp."""
    met = [((subject, value), prop) for prop in rule.props for subject, value, _ in facts.pairs(prop)]
    if len(rule.props) == 1:
        yield from (Finding(rule.rule, rule.axiom, ((s, prop, o),) * 2) for (s, o), prop in met)
        return
    for (subject, value), of_one in groupby(sorted(met), key=lambda row: row[0]):
        props = [prop for _, prop in of_one]
        if rule.rule != "prp-adp":
            props.sort(key=rule.props.index)
        for left, right in _contrary(props):
            yield Finding(rule.rule, rule.axiom, ((subject, left, value), (subject, right, value)))


def _property_check(check: PropertyCheck, facts: Facts) -> Iterator[Finding]:
    """prp-irp and prp-asyp; a pair both ways is one finding."""
    for subject, value, _ in facts.pairs(check.prop):
        there, back = (subject, check.prop, value), (value, check.prop, subject)
        if check.rule == "prp-irp":
            if subject == value:
                yield Finding(check.rule, check.axiom, (there,))
        elif subject <= value and facts.pair_stage(check.prop, value, subject) is not None:
            yield Finding(check.rule, check.axiom, (there, back))


def _at_most_none(plan: Plan, facts: Facts) -> Iterator[Finding]:
    """cls-maxc1, cls-maxqc1 and cls-maxqc2."""
    for rule in plan.at_most_none:
        for individual, _ in facts.members(rule.cls):
            for value, _ in facts.values(rule.prop, individual):
                rows: tuple[Triple, ...] = ((individual, TYPE, rule.cls), (individual, rule.prop, value))
                if rule.filler is None:
                    yield Finding(rule.rule, rule.axiom, rows)
                elif facts.member_stage(rule.filler, value) is not None:
                    yield Finding(rule.rule, rule.axiom, (*rows, (value, TYPE, rule.filler)))


def _different(rule: Different, facts: Facts) -> Iterator[Finding]:
    """eq-diff1, eq-diff2 and eq-diff3: every member of a list counts, and so does one that is named twice."""
    by_name: dict[Term, list[Term]] = {}
    for member in rule.members:
        key = literals.canonical(member) if member.startswith('"') else facts.name(member)
        by_name.setdefault(key, []).append(member)
    for group in by_name.values():
        for left, right in _contrary(group):
            yield Finding(rule.rule, rule.axiom, ((left, SAME_AS, right),))


def _different_facts(facts: Facts) -> Iterator[Finding]:
    """eq-diff1 for owl:differentFrom among the facts: named as they were before they became the same."""
    for left, right, _ in facts.pairs(_DIFFERENT):
        if not _are_same(left, right, facts):
            continue
        names = [(one, other) for one in facts.equals(left) for other in facts.equals(right)]
        # Under which names a fact was derived is a matter of the order of rounds; it holds under all of them.
        # A thing with itself is told where it has no other name: it may be what is left of a pair.
        apart = [pair for pair in names if pair[0] != pair[1]]
        given = [pair for pair in apart if facts.pair_stage(_DIFFERENT, *pair) == 0]
        for one, other in given or (apart or names)[:1]:
            yield Finding("eq-diff1", ((one, _DIFFERENT, other),), ((one, SAME_AS, other),))


def _are_same(left: Term, right: Term, facts: Facts) -> bool:
    if facts.name(left) == facts.name(right) or one_value(left, right):
        return True
    for one, other in ((left, right), (right, left)):
        if other.startswith('"') and not one.startswith('"'):
            return any(one_value(value, other) for value, _ in facts.values(SAME_AS, facts.name(one)))
    return False


def _denied(plan: Plan, facts: Facts) -> Iterator[Finding]:
    """prp-npa1 and prp-npa2."""
    for rule in plan.negative:
        subject, target = facts.name(rule.source), facts.name(rule.target)
        for value, _ in facts.values(rule.prop, subject):
            if value == target or one_value(value, target):
                yield Finding(rule.rule, rule.axiom, ((subject, rule.prop, value),))


def _functional_values(plan: Plan, facts: Facts) -> Iterator[Finding]:
    """dt-diff: where only one value may be, two literals of different values would be the same."""
    for rule in plan.functional:
        met = ((subject, value) for subject, value, _ in facts.pairs(rule.prop) if value.startswith('"'))
        for subject, of_one in groupby(met, key=lambda row: row[0]):
            if rule.cls is not None and facts.member_stage(rule.cls, subject) is None:
                continue
            values = [value for _, value in of_one]
            if rule.filler is not None:
                values = [value for value in values if facts.member_stage(rule.filler, value) is not None]
            for left, right in _contrary(values):
                if literals.are_different(left, right):
                    rows = [] if rule.cls is None else [(subject, TYPE, rule.cls)]
                    for value in (left, right):
                        rows.append((subject, rule.prop, value))
                        rows += [] if rule.filler is None else [(value, TYPE, rule.filler)]
                    yield Finding("dt-diff", rule.axiom, tuple(rows))


def _values_of_identities(facts: Facts) -> Iterator[Finding]:
    """dt-diff: one thing that is the same as two literals of different values."""
    met = ((subject, value) for subject, value, _ in facts.pairs(SAME_AS) if value.startswith('"'))
    for subject, of_one in groupby(met, key=lambda row: row[0]):
        for left, right in _contrary([value for _, value in of_one]):
            if literals.are_different(left, right):
                yield Finding("dt-diff", (), ((subject, SAME_AS, left), (subject, SAME_AS, right)))


def _outside_a_datatype(facts: Facts) -> Iterator[Finding]:
    """dt-not-type: a literal that a range or a restriction puts into a datatype that has not its value."""
    for datatype in sorted(literals.DATATYPES):
        for term, _ in facts.members(datatype):
            if term.startswith('"'):
                known = literals.datatypes(term)
                if datatype not in known and (known or not literals.is_well_formed(term)):
                    yield Finding("dt-not-type", (), ((term, TYPE, datatype),))
                continue
            for value, _ in facts.values(SAME_AS, term):
                if value.startswith('"') and (known := literals.datatypes(value)) and datatype not in known:
                    yield Finding("dt-not-type", (), ((term, TYPE, datatype), (term, SAME_AS, value)))
