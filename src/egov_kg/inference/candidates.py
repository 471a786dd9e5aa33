"""One-step derivations of a row: which rules of a plan give it from rows of lower stages.

Backward, over `facts.Facts`: the plan says which rules write the row's column, the columns say which rows they read.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from egov_kg import iri
from egov_kg.inference.facts import Facts
from egov_kg.inference.instances import TYPE, Triple, one_value
from egov_kg.inference.plan import AUXILIARY, Axiom, Chain, Column, Edge, Kind, Op, Plan, SchemaTriple, Term
from egov_kg.inference.sameness import Sameness

__all__ = ["Candidate", "Candidates", "column_of"]

_R = TypeVar("_R")
_BELOW: Final = f"<{iri.expand('rdfs:subClassOf')}>"
_THING: Final = f"<{iri.expand('owl:Thing')}>"


class Candidate(NamedTuple):
    """One way to get a row.

    Attributes:
        stage: The highest stage of its premises.
        rule: Its name.
        axiom: Its axiom.
        rows: The premises, in the order of the rule.
    """

    stage: int
    rule: str
    axiom: Axiom
    rows: tuple[Triple, ...]


def column_of(triple: Triple, aliases: Mapping[Term, Term]) -> tuple[Column, Triple]:
    """Return the column of a triple, and the triple under the name that the column carries."""
    subject, predicate, thing = triple
    prop = aliases.get(predicate, predicate)
    if prop == TYPE:
        cls = aliases.get(thing, thing)
        return Column(Kind.CLASS, cls), (subject, TYPE, cls)
    return Column(Kind.PROPERTY, prop), (subject, prop, thing)


class Candidates:
    """What the rules of a plan read to write a row, over the facts of a run."""

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self.plan, self.facts = plan, facts
        self.sameness = Sameness(facts.merges())
        self._typing = Column(Kind.PROPERTY, TYPE) in plan.bridges
        self._edges = _by(plan.edges, lambda edge: edge.target)
        self._some = _by(plan.some_values, lambda rule: rule.target)
        self._all = _by(plan.all_values, lambda rule: rule.target)
        self._has_class = _by(plan.has_values, lambda rule: rule.cls)
        self._has_prop = _by(plan.has_values, lambda rule: rule.prop)
        self._both = _by(plan.intersections, lambda rule: rule.target)
        self._chains = _by(plan.chains, lambda rule: rule.target)
        self._transitive = {rule.prop: rule.axiom for rule in plan.transitive}
        self._members = _by(plan.members, lambda rule: rule.individual)

    def stage(self, triple: Triple) -> int | None:
        """Return the stage of a row; None if it is none."""
        subject, predicate, thing = triple
        pair = self.facts.pair_stage(predicate, subject, thing) if predicate != TYPE or self._typing else None
        member = self.facts.member_stage(thing, subject) if predicate == TYPE else None
        return pair if member is None else member if pair is None else min(member, pair)

    def typing_stage(self, triple: Triple) -> int | None:
        """Return the stage of a typing as a pair of rdf:type, where rules read or write it so."""
        if triple[1] != TYPE or not self._typing:
            return None
        return self.facts.pair_stage(TYPE, triple[0], triple[2])

    def _is_same(self, left: Term, right: Term, below: int) -> bool:
        """Return whether two terms, or their values, were the same before a stage."""
        if left == right or one_value(left, right):
            return True
        stage = self.sameness.stage(left, right)
        return stage is not None and stage < below

    def renamed(self, row: Triple, below: int) -> Iterator[tuple[int, Triple]]:
        """Yield the rows of lower stages that say the same under names that were the same by then."""
        subject, predicate, thing = row
        values = (thing,) if predicate == TYPE and not self._typing else self.facts.equals(thing)
        for one in self.facts.equals(subject):
            for other in values:
                before = (one, predicate, other)
                if before == row:
                    continue
                stage = self.stage(before)
                if (
                    stage is not None
                    and stage < below
                    and self._is_same(one, subject, below)
                    and self._is_same(other, thing, below)
                ):
                    yield stage, before

    def of(self, row: Triple, below: int) -> Iterator[Candidate]:
        """Yield the ways to get a row whose premises all have lower stages than `below`."""
        for edge, before, stage in self._sources(row, below):
            yield Candidate(stage, edge.rule, edge.axiom, (before,))
        if row[1] == TYPE:
            yield from self._of_member(row, below)
        if row[1] != TYPE or self._typing:
            yield from self._of_pair(row, below)

    def on_paths(self, row: Triple, stage: int) -> Candidate | None:
        """Return the last step of the shortest path of single edges that leads to a row from rows of lower stages."""
        seen = {row}
        waiting: deque[tuple[Triple, Candidate | None]] = deque([(row, None)])
        while waiting:
            here, first = waiting.popleft()
            for edge, before, found in self._sources(here, stage + 1, through=True):
                if before in seen:
                    continue
                seen.add(before)
                last = first or Candidate(found, edge.rule, edge.axiom, (before,))
                if found < stage or next(self.of(before, stage), None) is not None:
                    return last
                waiting.append((before, last))
        return None

    def in_declared_class(self, row: Triple, asserted: Container[SchemaTriple]) -> Candidate | None:
        """Return the step to a typing by owl:Thing from the first class of lowest stage that lies below it."""
        found = []
        for cls in sorted({column.name for column in self.plan.composed if column.kind is Kind.CLASS}):
            stage = self.facts.member_stage(cls, row[0])
            axiom = (cls, _BELOW, row[2])
            if stage is not None and (axiom in asserted or axiom in self.plan.entailed):
                found.append(Candidate(stage, "cax-sco", (axiom,), ((row[0], TYPE, cls),)))
        return min(found, default=None)

    def _sources(self, row: Triple, below: int, *, through: bool = False) -> Iterator[tuple[Edge, Triple, int]]:
        """Yield the rows from which one edge leads to a row: of many the first of the lowest stage.

        With `through` also a typing by owl:Thing, which engines pass through and do not write.
        """
        subject, predicate, thing = row
        edges = list(self._edges.get(Column(Kind.PROPERTY, predicate), ()))
        if predicate == TYPE:
            edges += self._edges.get(Column(Kind.CLASS, thing), ())
        for edge in edges:
            name = edge.source.name
            if edge.source.kind is Kind.CLASS:
                before = (subject, TYPE, name)
            elif edge.target.kind is Kind.PROPERTY:
                before = (subject, name, thing) if edge.op is Op.SAME else (thing, name, subject)
            else:
                rows = self._first(name, subject, edge.op, below)
                if rows is not None:
                    yield edge, *rows
                continue
            stage = self.stage(before)
            if stage is None and through and name == _THING:
                stage = below - 1
            if stage is not None and stage < below:
                yield edge, before, stage

    def _first(self, prop: Term, thing: Term, op: Op, below: int) -> tuple[Triple, int] | None:
        rows = self.facts.values(prop, thing, below) if op is Op.SUBJECT else self.facts.subjects(prop, thing, below)
        best = min(((stage, other) for other, stage in rows), default=None)
        if best is None:
            return None
        stage, other = best
        return ((thing, prop, other) if op is Op.SUBJECT else (other, prop, thing)), stage

    def _of_member(self, row: Triple, below: int) -> Iterator[Candidate]:
        subject, _, cls = row
        facts = self.facts
        for member in self._members.get(subject, ()):
            if member.cls == cls:
                yield Candidate(0, "cls-oo", member.axiom, ())
        for some in self._some.get(cls, ()):
            for thing, stage in facts.values(some.prop, subject, below):
                other = facts.member_stage(some.filler, thing)
                if other is not None and other < below:
                    rows = ((subject, some.prop, thing), (thing, TYPE, some.filler))
                    yield Candidate(max(stage, other), "cls-svf1", some.axiom, rows)
        for every in self._all.get(cls, ()):
            for owner, stage in facts.subjects(every.prop, subject, below):
                other = facts.member_stage(every.source, owner)
                if other is not None and other < below:
                    rows = ((owner, TYPE, every.source), (owner, every.prop, subject))
                    yield Candidate(max(stage, other), "cls-avf", every.axiom, rows)
        for has in self._has_class.get(cls, ()):
            for thing, stage in facts.values(has.prop, subject, below):
                if self._is_same(thing, has.value, below):
                    yield Candidate(stage, "cls-hv2", has.axiom, ((subject, has.prop, thing),))
        for both in self._both.get(cls, ()):
            names = [self.plan.aliases.get(name, name) for name in both.members]
            stages = [facts.member_stage(name, subject) for name in names]
            known = [stage for stage in stages if stage is not None]
            if len(known) == len(stages) and max(known) < below:
                yield Candidate(max(known), "cls-int1", both.axiom, tuple((subject, TYPE, name) for name in names))

    def _of_pair(self, row: Triple, below: int) -> Iterator[Candidate]:
        subject, prop, thing = row
        facts = self.facts
        for has in self._has_prop.get(prop, ()):
            found = facts.member_stage(has.cls, subject)
            if found is not None and found < below and self._is_same(thing, has.value, below):
                yield Candidate(found, "cls-hv1", has.axiom, ((subject, TYPE, has.cls),))
        for chain in self._chains.get(prop, ()):
            if not chain.target.startswith(AUXILIARY):
                yield from self._of_chain(chain, subject, thing, below)
        axiom = self._transitive.get(prop)
        path = self._shortest(prop, subject, thing, below) if axiom is not None else None
        if axiom is not None and path is not None:
            yield Candidate(max(stage for _, stage in path), "prp-trp", axiom, tuple(row for row, _ in path))

    def _of_chain(self, chain: Chain, subject: Term, thing: Term, below: int) -> Iterator[Candidate]:
        """Yield the least path of each chain: from its end backwards, so that dead ends are met once."""
        members = [self.plan.aliases.get(name, name) for name in chain.members]
        ways: dict[Term, tuple[int, tuple[Triple, ...]]] = {thing: (-1, ())}
        for place in range(len(members) - 1, -1, -1):
            prop = members[place]
            before: dict[Term, tuple[int, tuple[Triple, ...]]] = {}
            for end, (high, rows) in sorted(ways.items()):
                if place == 0:
                    stage = self.facts.pair_stage(prop, subject, end)
                    found: Iterator[tuple[Term, int]] = iter(() if stage is None else ((subject, stage),))
                else:
                    found = self.facts.subjects(prop, end, below)
                for start, stage in found:
                    way = (max(high, stage), ((start, prop, end), *rows))
                    if stage < below and (start not in before or way < before[start]):
                        before[start] = way
            ways = before
        for high, rows in ways.values():
            yield Candidate(high, "prp-spo2", chain.axiom, rows)

    def _shortest(self, prop: Term, start: Term, end: Term, below: int) -> tuple[tuple[Triple, int], ...] | None:
        """Return the shortest path of two and more rows of a property, the first in term order at each step."""
        came: dict[Term, tuple[Term, int]] = {}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for thing, stage in self.facts.values(prop, here, below):
                if thing == end and here != start:
                    rows = [((here, prop, end), stage)]
                    while here != start:
                        before, stage_of = came[here]
                        rows.append(((before, prop, here), stage_of))
                        here = before
                    return tuple(reversed(rows))
                if thing not in came and thing != start:
                    came[thing] = (here, stage)
                    waiting.append(thing)
        return None


def _by(rules: Iterable[_R], key: Callable[[_R], Hashable]) -> Mapping[Hashable, list[_R]]:
    found: defaultdict[Hashable, list[_R]] = defaultdict(list)
    for rule in rules:
        found[key(rule)].append(rule)
    return dict(found)
