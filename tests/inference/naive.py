"""A reasoner that is slow and plain: sets of tuples, every rule of a plan over everything, until nothing is new."""

from __future__ import annotations

from collections.abc import Iterable

from egov_kg.inference.plan import Kind, Op, Plan

__all__ = ["naive_closure"]

Fact = tuple[str, str, str]
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SAME = "<http://www.w3.org/2002/07/owl#sameAs>"


def naive_closure(facts: Iterable[Fact], plan: Plan) -> set[Fact]:
    """Return all facts, equality written out for every name; literals stand for themselves."""
    known = set(facts) | {(one.individual, TYPE, one.cls) for one in plan.members}
    while True:
        new = (_edges(known, plan) | _joins(known, plan) | _equal(known, plan) | _replaced(known)) - known
        if not new:
            return known
        known |= new


def _edges(known: set[Fact], plan: Plan) -> set[Fact]:
    made: set[Fact] = set()
    for edge in plan.edges:
        if edge.source.kind is Kind.CLASS:
            made |= {(s, TYPE, edge.target.name) for s, p, o in known if p == TYPE and o == edge.source.name}
            continue
        for s, _, o in [fact for fact in known if fact[1] == edge.source.name]:
            made.add(
                {
                    Op.SAME: (s, edge.target.name, o),
                    Op.FLIP: (o, edge.target.name, s),
                    Op.SUBJECT: (s, TYPE, edge.target.name),
                    Op.OBJECT: (o, TYPE, edge.target.name),
                }[edge.op]
            )
    return made


def _joins(known: set[Fact], plan: Plan) -> set[Fact]:
    def pairs(prop: str) -> set[tuple[str, str]]:
        return {(s, o) for s, p, o in known if p == prop}

    def members(cls: str) -> set[str]:
        return {s for s, p, o in known if p == TYPE and o == cls}

    made: set[Fact] = set()
    for some in plan.some_values:
        made |= {(s, TYPE, some.target) for s, o in pairs(some.prop) if o in members(some.filler)}
    for every in plan.all_values:
        made |= {(o, TYPE, every.target) for s, o in pairs(every.prop) if s in members(every.source)}
    for has in plan.has_values:
        made |= {(s, has.prop, has.value) for s in members(has.cls)}
        made |= {(s, TYPE, has.cls) for s, o in pairs(has.prop) if o == has.value}
    for both in plan.intersections:
        made |= {(s, TYPE, both.target) for s in members(both.first) & members(both.second)}
    chains = [(one.first, one.second, one.target) for one in plan.chains]
    for first, second, target in [*chains, *((one.prop, one.prop, one.prop) for one in plan.transitive)]:
        made |= {(s, target, o) for s, middle in pairs(first) for other, o in pairs(second) if middle == other}
    return made


def _equal(known: set[Fact], plan: Plan) -> set[Fact]:
    same: set[tuple[str, str]] = set()
    by_subject: dict[tuple[str, str], set[str]] = {}
    for s, p, o in known:
        by_subject.setdefault((s, p), set()).add(o)
    typed = {(s, o) for s, p, o in known if p == TYPE}
    for rule in plan.functional:
        for (s, p), values in by_subject.items():
            if p == rule.prop and (rule.cls is None or (s, rule.cls) in typed):
                chosen = {o for o in values if rule.filler is None or (o, rule.filler) in typed}
                same |= {(a, b) for a in chosen for b in chosen}
    for inverse in plan.inverse_functional:
        pairs = [(s, o) for s, p, o in known if p == inverse.prop]
        same |= {(a, b) for a, v in pairs for b, w in pairs if v == w}
    for key in plan.keys:
        owners = [s for s, o in typed if o == key.cls]
        same |= {
            (a, b)
            for a in owners
            for b in owners
            if all(by_subject.get((a, p), set()) & by_subject.get((b, p), set()) for p in key.props)
        }
    same |= {(b, a) for a, p, b in known if p == SAME}
    return {(a, SAME, b) for a, b in same if a != b and '"' not in a[0] + b[0]}


def _replaced(known: set[Fact]) -> set[Fact]:
    made: set[Fact] = set()
    for a, b in [(s, o) for s, p, o in known if p == SAME]:
        made |= {(b, p, o) for s, p, o in known if s == a} | {(s, p, b) for s, p, o in known if o == a}
    return {fact for fact in made if fact[1] != SAME or fact[0] != fact[2]}
