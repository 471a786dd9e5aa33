"""Changes: facts added to a closure, or taken back from it, with the result that deriving anew would have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference.columns import (
    LOW,
    NO_ROWS,
    SHIFT,
    Column,
    Rows,
    contains,
    flip,
    places_of,
    sorted_unique,
    without,
)
from egov_kg.inference.fixpoint import Engine
from egov_kg.inference.joins import probe
from egov_kg.inference.loading import by_column, load_more, typed_literals
from egov_kg.inference.plan import Column as Name
from egov_kg.inference.plan import Kind, Op, Plan
from egov_kg.inference.program import Candidates
from egov_kg.inference.tables import Delta
from egov_kg.inference.terms import Table

__all__ = ["add", "can_delete", "delete"]

_MOST_WAYS = 5_000
"""Where more ways than this lead to the columns that lose facts, deriving anew costs less than to look at them all."""


def add(table: Table, plan: Plan, engine: Engine) -> None:
    """Put given triples into the columns, and derive what follows from them.

    Args:
        table: The triples, of the dictionary of the tables.
        plan: The rules.
        engine: The engine at its fixpoint.
    """
    delta = load_more(table, plan, engine.tables)
    engine.resume(delta.with_more(typed_literals(engine.datatypes, engine.tables, delta)))


def can_delete(plan: Plan, engine: Engine, table: Table) -> bool:
    """Tell whether deleting triples one by one is exact.

    It is where nothing is the same as another thing or would be if it were our own, data state no schema, classes and
    properties have one name each, and no literal goes whose datatype a rule reads.
    """
    return (
        not engine.equality.has_pairs
        and not plan.aliases
        and not plan.bridges
        and not (engine.datatypes and engine.tables.literal[table.objects].any())
    )


def delete(table: Table, plan: Plan, engine: Engine) -> bool:
    """Take given triples back, and what followed from nothing else; say whether it paid.

    First goes everything that the deleted facts had a part in, except what is given; then what still follows comes
    back, as of new stages, which keeps proofs well-founded. If half of all facts would go, or very many rules may bring
    some back, only what was given is taken: to derive all anew costs less.

    Args:
        table: Triples; those that were not given are passed over.
        plan: The rules; see `can_delete`.
        engine: The engine at its fixpoint.
    """
    tables = engine.tables
    front = Delta()
    for prop, rows, _ in by_column(table, plan.aliases, tables):
        column = tables.classes if prop is None else tables.column(prop)
        taken = rows[contains(column.given, rows)]
        column.given = np.delete(column.given, places_of(column.given, taken)) if len(taken) else column.given
        if prop is None:
            front.classes = taken
        elif len(taken):
            front.pairs[prop] = taken
    gone = _Gone(plan, engine)
    while front := gone.grown(front):
        if len(gone) * 2 > len(tables):
            return False
        front = gone.followed(front)
    if not gone.find_ways():
        return False
    gone.leave()
    engine.resume(gone.back(), reopened=gone.pairs)
    return True


class _Gone:
    """Facts that a deleted one had a part in."""

    def __init__(self, plan: Plan, engine: Engine) -> None:
        self._plan, self._engine, self._tables = plan, engine, engine.tables
        self._ways: list[tuple[Name, list[tuple[Name, Op]]]] = []
        self.classes: Rows = NO_ROWS
        self.pairs: dict[int, Rows] = {}

    def __len__(self) -> int:
        return len(self.classes) + sum(map(len, self.pairs.values()))

    def grown(self, found: Delta) -> Delta:
        """Take facts; return those that are known, not given, and not taken yet."""
        tables = self._tables
        new = Delta(self._going(tables.classes, found.classes, [self.classes, tables.axiomatic]))
        self.classes = np.sort(np.concatenate([self.classes, new.classes]))
        for prop, rows in found.pairs.items():
            known = self.pairs.get(prop, NO_ROWS)
            fresh = self._going(tables.column(prop), rows, [known])
            if len(fresh):
                new.pairs[prop] = fresh
                self.pairs[prop] = np.sort(np.concatenate([known, fresh]))
        return new

    def _going(self, column: Column, rows: Rows, kept: list[Rows]) -> Rows:
        rows = without(sorted_unique(rows), [*kept, column.given])
        inside = np.zeros(len(rows), dtype=np.bool_)
        for part in column.parts:
            inside |= contains(part, rows)
        return rows[inside]

    def followed(self, front: Delta) -> Delta:
        """Return what rules make of facts, one step on."""
        found = Candidates()
        self._engine.program.follow(front, found)
        self._engine.program.join(front, self._engine.equality, found)
        for prop in self._engine.program.transitive:
            rows = front.pairs.get(prop)
            if rows is not None:
                for piece in probe(rows & LOW, rows >> SHIFT, self._tables.parts(prop)):
                    found.add_pairs("prp-trp", prop, piece)
                for piece in probe(rows >> SHIFT, rows & LOW, self._tables.turned(prop), swap=True):
                    found.add_pairs("prp-trp", prop, piece)
        classes = np.concatenate([NO_ROWS, *found.classes])
        return Delta(classes, {prop: np.concatenate(rows) for prop, rows in found.pairs.items()})

    def leave(self) -> None:
        """Take all of them out of the columns."""
        self._tables.classes.remove(self.classes)
        for prop, rows in self.pairs.items():
            self._tables.pairs[prop].remove(rows)

    def back(self) -> Delta:
        """Return those that follow in one step from what is left; the rest follows from these."""
        found = Candidates()
        self._by_edges(found)
        self._by_joins(found)
        delta = Delta(_kept(self.classes, found.classes))
        for prop, rows in found.pairs.items():
            fresh = _kept(self.pairs[prop], rows)
            if len(fresh):
                delta.pairs[prop] = fresh
        return delta

    def _members(self, cls: str) -> Rows:
        number = self._tables.class_names.find(cls)
        return NO_ROWS if number is None else Delta(self.classes).members(number)

    def _pairs(self, prop: str) -> Rows:
        number = self._tables.property_names.find(prop)
        return NO_ROWS if number is None else self.pairs.get(number, NO_ROWS)

    def _by_edges(self, found: Candidates) -> None:
        tables = self._tables
        for target, ways in self._ways:
            is_class = target.kind is Kind.CLASS
            wanted = self._members(target.name) if is_class else self._pairs(target.name)
            back = np.zeros(len(wanted), dtype=np.bool_)
            for source, op in ways:
                back |= self._have(source, op, wanted)
            if is_class:
                found.add_members("", tables.class_names.number(target.name), wanted[back])
            else:
                found.add_pairs("", tables.property_names.number(target.name), wanted[back])

    def find_ways(self) -> bool:
        """Look for what leads to the columns that lose facts; return whether it is not too much to be looked at."""
        classes, props = self._tables.class_names.terms, self._tables.property_names.terms
        targets = [Name(Kind.CLASS, classes[cls]) for cls, _ in Delta(self.classes).by_class()]
        targets += [Name(Kind.PROPERTY, props[prop]) for prop in self.pairs]
        left = _MOST_WAYS
        for target in targets:
            ways = [way for way in self._engine.program.backwards.into(target) if self._has_rows(way[0])]
            self._ways.append((target, ways))
            left -= len(ways)
            if left < 0:
                return False
        return True

    def _has_rows(self, source: Name) -> bool:
        if source.kind is Kind.CLASS:
            return self._tables.class_names.find(source.name) is not None
        return self._tables.property_names.find(source.name) is not None

    def _have(self, source: Name, op: Op, wanted: Rows) -> NDArray[np.bool_]:
        """Return for which wanted rows the source of an edge still has a row."""
        tables = self._tables
        if source.kind is Kind.CLASS:
            return tables.in_class(wanted, tables.class_names.number(source.name))
        prop = tables.property_names.number(source.name)
        inside = np.zeros(len(wanted), dtype=np.bool_)
        if op in {Op.SAME, Op.FLIP}:
            rows = wanted if op is Op.SAME else flip(wanted)
            for part in tables.parts(prop):
                inside |= contains(part, rows)
            return inside
        for part in tables.parts(prop) if op is Op.SUBJECT else tables.turned(prop):
            if len(part):
                places = np.searchsorted(part, wanted << SHIFT)
                inside |= (places < len(part)) & (part[np.minimum(places, len(part) - 1)] >> SHIFT == wanted)
        return inside

    def _by_joins(self, found: Candidates) -> None:
        plan, tables = self._plan, self._tables
        number, prop_number = tables.class_names.number, tables.property_names.number
        for some in plan.some_values:
            wanted = self._members(some.target)
            for piece in probe(wanted, wanted, tables.parts(prop_number(some.prop))):
                there = tables.in_class(piece & LOW, number(some.filler))
                found.add_members("", number(some.target), piece[there] >> SHIFT)
        for every in plan.all_values:
            wanted = self._members(every.target)
            for piece in probe(wanted, wanted, tables.turned(prop_number(every.prop))):
                there = tables.in_class(piece & LOW, number(every.source))
                found.add_members("", number(every.target), piece[there] >> SHIFT)
        for has in plan.has_values:
            self._by_value(has.cls, has.prop, tables.terms.add(has.value), found)
        for both in plan.intersections:
            wanted = self._members(both.target)
            there = tables.in_class(wanted, number(both.first)) & tables.in_class(wanted, number(both.second))
            found.add_members("", number(both.target), wanted[there])
        chains = [(chain.first, chain.second, chain.target) for chain in plan.chains]
        for first, second, target in [*chains, *((one.prop, one.prop, one.prop) for one in plan.transitive)]:
            self._by_chain(prop_number(first), prop_number(second), target, found)

    def _by_value(self, cls: str, prop: str, value: int, found: Candidates) -> None:
        tables, equality = self._tables, self._engine.equality
        one = np.array([value], dtype=np.uint64)
        wanted = self._pairs(prop)
        wanted = wanted[wanted & LOW == one]
        there = tables.in_class(wanted >> SHIFT, tables.class_names.number(cls))
        found.add_pairs("", tables.property_names.number(prop), wanted[there])
        members = self._members(cls)
        for piece in probe(members, members, tables.parts(tables.property_names.number(prop))):
            there = equality.by_value(piece & LOW) == equality.by_value(one)
            found.add_members("", tables.class_names.number(cls), piece[there] >> SHIFT)

    def _by_chain(self, first: int, second: int, target: str, found: Candidates) -> None:
        """Look for the middle of each wanted pair."""
        tables = self._tables
        wanted = self._pairs(target)
        places = np.arange(len(wanted), dtype=np.uint64)
        for piece in probe(wanted >> SHIFT, places, tables.parts(first)):
            place = piece >> SHIFT
            rest = (piece << SHIFT) | (wanted[place] & LOW)
            there = np.zeros(len(rest), dtype=np.bool_)
            for part in tables.parts(second):
                there |= contains(part, rest)
            found.add_pairs("", tables.property_names.number(target), wanted[place[there]])


def _kept(gone: Rows, found: list[Rows]) -> Rows:
    rows = sorted_unique(np.concatenate([NO_ROWS, *found]))
    return rows[contains(gone, rows)]
