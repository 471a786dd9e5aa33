"""Program: a plan in the numbers of a run's tables, and what its rules make of new facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np

from egov_kg.inference.columns import LOW, NO_ROWS, SHIFT, Rows, flip, merged, sorted_unique, unique_runs
from egov_kg.inference.composition import Backwards
from egov_kg.inference.equality import TYPE, Equality
from egov_kg.inference.joins import probe
from egov_kg.inference.plan import AllValues, Both, Chain, Column, HasValue, Kind, Op, Plan, SomeValues
from egov_kg.inference.reach import reached
from egov_kg.inference.readers import Readers
from egov_kg.inference.tables import Delta, Tables
from egov_kg.inference.traffic import Rule, reads

__all__ = ["Candidates", "Program"]

_R = TypeVar("_R", bound=Rule)

MANY_CLASSES = 256
"""A delta of more classes than this is taken to super-classes by one join instead of class by class."""


@dataclass(slots=True)
class Candidates:
    """Facts that rules have made, not sorted, some maybe known.

    Attributes:
        classes: Arrays of ``class << 32 | member``.
        pairs: Arrays of pairs by property.
        made: How many facts each rule has made.
        waiting: How many each head has gathered since it was last made fewer.
        full: Called with a head and how many it has gathered, to make them fewer if they are many.
    """

    classes: list[Rows] = field(default_factory=list)
    pairs: dict[int, list[Rows]] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    waiting: dict[int | None, int] = field(default_factory=dict)
    full: Callable[[Candidates, int | None, int], None] | None = None

    def add_members(self, rule: str, cls: int, ids: Rows) -> None:
        """Take members of a class."""
        if len(ids):
            self.add_rows(rule, None, ids | np.uint64(cls << 32))

    def add_pairs(self, rule: str, prop: int, rows: Rows) -> None:
        """Take pairs of a property."""
        if len(rows):
            self.add_rows(rule, prop, rows)

    def add_rows(self, rule: str, prop: int | None, rows: Rows) -> None:
        """Take pairs of a property, or memberships."""
        self.made[rule] = self.made.get(rule, 0) + len(rows)
        head = self.classes if prop is None else self.pairs.setdefault(prop, [])
        head.append(rows)
        waiting = self.waiting[prop] = self.waiting.get(prop, 0) + len(rows)
        if self.full is not None:
            self.full(self, prop, waiting)


class Program:
    """The rules of a plan over numbered columns.

    Attributes:
        plan: The plan.
        tables: The tables.
    """

    def __init__(self, plan: Plan, tables: Tables) -> None:
        self.plan, self.tables = plan, tables
        self._heads: dict[int, list[tuple[int, Op]]] = {}
        self._class_heads: dict[int, list[tuple[int, Op]]] = {}
        self._supers: dict[int, Rows] = {}
        self._joined: set[int] = set()
        self._above: Rows = NO_ROWS
        self._edges: Rows | None = None
        self._classes = tables.class_names.number
        self._props = tables.property_names.number
        self._joins: list[Callable[[Delta, Equality, Candidates], None]] = []
        self._readers = Readers()
        self._read(plan.some_values, self._some_values)
        self._read(plan.all_values, self._all_values)
        self._read(plan.has_values, self._has_value)
        self._read(plan.chains, self._chain)
        self._read(plan.intersections, self._both)
        self.transitive = sorted({self._props(rule.prop) for rule in plan.transitive})
        self.type_prop = self._props(TYPE) if Column(Kind.PROPERTY, TYPE) in plan.bridges else None
        for rule in plan.has_values:
            tables.terms.add(rule.value)

    @cached_property
    def backwards(self) -> Backwards:
        """The edges from their targets; only deleting asks for it."""
        return Backwards(self.plan.edges)

    def _read(self, rules: Sequence[_R], made: Callable[[_R], Callable[[Delta, Equality, Candidates], None]]) -> None:
        for rule in rules:
            for column in reads(rule):
                number = self._classes if column.kind is Kind.CLASS else self._props
                self._readers.note(len(self._joins), column.kind, number(column.name))
            self._joins.append(made(rule))

    # Edges.

    def follow(self, delta: Delta, found: Candidates) -> None:
        """Apply the composed edges once to new facts."""
        for prop, rows in delta.pairs.items():
            self._follow_pairs(prop, rows, found)
        if not len(delta.classes):
            return
        classes = list(delta.by_class())
        if len(classes) > MANY_CLASSES:
            self._follow_classes([cls for cls, _ in classes], delta.classes, found)
            return
        for cls, rows in classes:
            for target in self.supers(cls).tolist():
                # Modulo 2**64, adding a difference of classes replaces one class by the other.
                found.add_rows("cax-sco", None, rows + np.uint64(((target - cls) << 32) % (1 << 64)))

    def _follow_pairs(self, prop: int, rows: Rows, found: Candidates) -> None:
        if prop not in self._heads:
            self._heads[prop], self._class_heads[prop] = self._resolve(prop)
        turned = None
        for target, op in self._heads[prop]:
            if op is Op.FLIP and turned is None:
                turned = flip(rows)
            found.add_pairs(
                "prp-spo1" if op is Op.SAME else "prp-inv", target, rows if turned is None or op is Op.SAME else turned
            )
        subjects = objects = None
        for target, op in self._class_heads[prop]:
            if op is Op.SUBJECT:
                subjects = unique_runs(rows >> SHIFT) if subjects is None else subjects
                found.add_members("prp-dom", target, subjects)
            else:
                objects = sorted_unique(rows & LOW) if objects is None else objects
                found.add_members("prp-rng", target, objects)

    def _resolve(self, prop: int) -> tuple[list[tuple[int, Op]], list[tuple[int, Op]]]:
        name = self.tables.property_names.terms[prop]
        targets = self.plan.composed.get(Column(Kind.PROPERTY, name), ())
        pairs = [(self._props(column.name), op) for column, op in targets if column.kind is Kind.PROPERTY]
        classes = [(self._classes(column.name), op) for column, op in targets if column.kind is Kind.CLASS]
        return pairs, classes

    def supers(self, cls: int) -> Rows:
        """Return the classes that hold every member of a class."""
        found = self._supers.get(cls)
        if found is None:
            name = self.tables.class_names.terms[cls]
            targets = self.plan.composed.get(Column(Kind.CLASS, name), ())
            found = np.array([self._classes(column.name) for column, _ in targets], dtype=np.uint64)
            self._supers[cls] = found
        return found

    def _follow_classes(self, classes: list[int], rows: Rows, found: Candidates) -> None:
        """Join memberships with the pairs of classes and super-classes."""
        new = np.array([cls for cls in classes if cls not in self._joined], dtype=np.uint64)
        if len(new):
            self._above = merged([self._above, reached(new, self._class_edges())])
            self._joined.update(new.tolist())
        for piece in probe(rows >> SHIFT, rows & LOW, [self._above], swap=True):
            found.add_rows("cax-sco", None, piece)

    def _class_edges(self) -> Rows:
        """Return the single edges between classes."""
        if self._edges is None:
            pairs = [
                (self._classes(edge.source.name) << 32) | self._classes(edge.target.name)
                for edge in self.plan.edges
                if edge.source.kind is edge.target.kind is Kind.CLASS
            ]
            self._edges = sorted_unique(np.array(pairs, dtype=np.uint64))
        return self._edges

    # Rules of two premises. Each looks at new facts on either side, and skips the second when the first had all.

    def join(self, delta: Delta, equality: Equality, found: Candidates) -> None:
        """Apply the rules of two premises to new facts."""
        for place in self._readers.of(delta):
            self._joins[place](delta, equality, found)
        if self.type_prop is not None:
            self._bridge_types(delta, self.type_prop, found)

    def _some_values(self, rule: SomeValues) -> Callable[[Delta, Equality, Candidates], None]:
        prop, filler, target = self._props(rule.prop), self._classes(rule.filler), self._classes(rule.target)
        tables = self.tables

        def apply(delta: Delta, _: Equality, found: Candidates) -> None:
            fresh = delta.pairs.get(prop)
            if fresh is not None:
                matching = fresh[tables.in_class(fresh & LOW, filler)]
                found.add_members("cls-svf1", target, unique_runs(matching >> SHIFT))
                if tables.is_whole(prop, fresh):
                    return
            new = delta.members(filler)
            if len(new):
                for piece in probe(new, new, tables.turned(prop), swap=True):
                    found.add_members("cls-svf1", target, sorted_unique(piece >> SHIFT))

        return apply

    def _all_values(self, rule: AllValues) -> Callable[[Delta, Equality, Candidates], None]:
        source, prop, target = self._classes(rule.source), self._props(rule.prop), self._classes(rule.target)
        tables = self.tables

        def apply(delta: Delta, _: Equality, found: Candidates) -> None:
            fresh = delta.pairs.get(prop)
            if fresh is not None:
                matching = fresh[tables.in_class(fresh >> SHIFT, source)]
                found.add_members("cls-avf", target, sorted_unique(matching & LOW))
                if tables.is_whole(prop, fresh):
                    return
            new = delta.members(source)
            if len(new):
                for piece in probe(new, new, tables.parts(prop)):
                    found.add_members("cls-avf", target, sorted_unique(piece & LOW))

        return apply

    def _has_value(self, rule: HasValue) -> Callable[[Delta, Equality, Candidates], None]:
        cls, prop = self._classes(rule.cls), self._props(rule.prop)
        value = self.tables.terms.add(rule.value)

        def apply(delta: Delta, equality: Equality, found: Candidates) -> None:
            one = np.array([equality.representative(value)], dtype=np.uint64)
            new = delta.members(cls)
            if len(new):
                found.add_pairs("cls-hv1", prop, (new << SHIFT) | one)
            fresh = delta.pairs.get(prop)
            if fresh is not None:
                matching = fresh[equality.by_value(fresh & LOW) == equality.by_value(one)]
                found.add_members("cls-hv2", cls, unique_runs(matching >> SHIFT))

        return apply

    def _chain(self, rule: Chain) -> Callable[[Delta, Equality, Candidates], None]:
        first, second, target = self._props(rule.first), self._props(rule.second), self._props(rule.target)
        tables = self.tables

        def apply(delta: Delta, _: Equality, found: Candidates) -> None:
            fresh = delta.pairs.get(first)
            if fresh is not None:
                for piece in probe(fresh & LOW, fresh >> SHIFT, tables.parts(second)):
                    found.add_pairs("prp-spo2", target, piece)
                if tables.is_whole(first, fresh):
                    return
            fresh = delta.pairs.get(second)
            if fresh is not None:
                for piece in probe(fresh >> SHIFT, fresh & LOW, tables.turned(first), swap=True):
                    found.add_pairs("prp-spo2", target, piece)

        return apply

    def _both(self, rule: Both) -> Callable[[Delta, Equality, Candidates], None]:
        first, second, target = self._classes(rule.first), self._classes(rule.second), self._classes(rule.target)
        tables = self.tables

        def apply(delta: Delta, _: Equality, found: Candidates) -> None:
            for new, other in ((delta.members(first), second), (delta.members(second), first)):
                if len(new):
                    found.add_members("cls-int1", target, new[tables.in_class(new, other)])

        return apply

    # rdf:type as a property that rules read or write like any other.

    def _bridge_types(self, delta: Delta, prop: int, found: Candidates) -> None:
        tables = self.tables
        for cls, rows in delta.by_class():
            name = tables.class_names.terms[cls]
            if name[0] in "<_":
                found.add_pairs("rdf:type", prop, (rows << SHIFT) | np.uint64(tables.terms.add(name)))
        stated = delta.pairs.get(prop)
        if stated is None:
            return
        for term, members in _by_object(stated):
            name = tables.terms.text(term)
            if name[0] != '"':
                found.add_members("rdf:type", self._classes(self.plan.aliases.get(name, name)), members)


def _by_object(rows: Rows) -> Iterator[tuple[int, Rows]]:
    yield from ((term, members & LOW) for term, members in Delta(classes=np.sort(flip(rows))).by_class())
