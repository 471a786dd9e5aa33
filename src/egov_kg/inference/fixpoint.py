"""The fixpoint: rounds in which rules see what is new, until nothing is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

import numpy as np

from egov_kg.errors import InferenceTooLarge, InferenceTooSlow
from egov_kg.inference.columns import LOW, NO_ROWS, SHIFT, Column, Rows, merged, removed, sorted_unique, without
from egov_kg.inference.equality import Equality
from egov_kg.inference.joins import MOST_CANDIDATES, probe
from egov_kg.inference.loading import asked_datatypes
from egov_kg.inference.plan import Plan
from egov_kg.inference.program import Candidates, Program
from egov_kg.inference.reach import extended, transitive
from egov_kg.inference.tables import Delta, Tables, TablesState

__all__ = ["Engine", "EngineState", "Limits"]

_BYTES_A_FACT = 16
_TOLD = 100
_TOLD_AGAIN = 10_000
"""The first rounds are told of one by one; a chain of 100,000 properties has as many."""
_FEW_EDGES = 32
"""So many new edges are put into a closed relation one by one; with more it is closed anew."""


class Limits:
    """How much memory and time a run may take; asked between pieces of work.

    Attributes:
        memory: Bytes of columns and candidates; None for any.
        seconds: None for any.
    """

    def __init__(self, memory: int | None = None, seconds: float | None = None) -> None:
        self.memory, self.seconds = memory, seconds
        self._end = None if seconds is None else monotonic() + seconds

    def check(self, needed: int, what: str) -> None:
        """Refuse to go on over a limit.

        Args:
            needed: Bytes, with what is about to be made.
            what: The column that grows.

        Raises:
            InferenceTooLarge: If it is more than may be held.
            InferenceTooSlow: If the time is over.
        """
        if self.memory is not None and needed > self.memory:
            raise InferenceTooLarge(needed, self.memory, what)
        if self._end is not None and self.seconds is not None and monotonic() > self._end:
            raise InferenceTooSlow(self.seconds, what)


@dataclass(frozen=True, slots=True)
class EngineState:
    """What an engine and its tables were."""

    tables: TablesState
    equality: tuple[Rows | None, int, set[tuple[int, int, str]]]
    rounds: int
    stage: int
    made: Counter[str]
    generators: dict[int, Rows]
    closed: dict[int, Rows]


class Engine:
    """The rules of a plan at work on tables.

    Attributes:
        tables: All facts so far.
        equality: All groups so far.
        rounds: How often the rules of two premises have looked at a delta.
        made: How many facts each rule has made, known ones included.
        program: The rules.
        datatypes: Those whose members rules read.
        limits: How far it may go.
        stage: The next free stage.
    """

    def __init__(
        self,
        plan: Plan,
        tables: Tables,
        equality: Equality,
        limits: Limits,
        told: Callable[[str], object] | None = None,
    ) -> None:
        self.tables, self.equality = tables, equality
        self.rounds, self.stage = 0, 1
        self.made: Counter[str] = Counter()
        self.program = Program(plan, tables)
        self.datatypes = asked_datatypes(plan)
        self.limits = limits
        self._told = told
        self._held = self._grown = 0
        equality.check = lambda needed, what: self.limits.check(tables.nbytes + needed, what)
        self._generators: dict[int, Rows] = {}
        self._closed: dict[int, Rows] = {}
        self._open: set[int] = set()

    def run(self, delta: Delta) -> None:
        """Derive everything that follows from a delta, whose facts are in their columns."""
        self._held = self._grown = 0
        delta = self._follow(delta)
        while delta:
            delta, self.stage = self.equality.settle(delta, self.stage)
            if not delta:
                break
            self.rounds += 1
            found = Candidates(full=self._thin)
            self.program.join(delta, self.equality, found)
            self._reach(delta, found)
            delta = self._follow(self._absorb(found))
            if self._told is not None and (self.rounds <= _TOLD or self.rounds % _TOLD_AGAIN == 0):
                self._told(f"round {self.rounds}: {len(delta)} new facts, {len(self.tables)} in all")

    def resume(self, delta: Delta, reopened: Mapping[int, Rows] | None = None) -> None:
        """Go on after a change.

        Args:
            delta: What is new: given facts, which are in their columns, or, after a deletion, what still follows.
            reopened: What was deleted of each property: a transitive one of them may not be closed any more.
        """
        if reopened is None:
            delta, self.stage = self.equality.named(delta, self.stage)
        else:
            for prop, gone in reopened.items():
                if prop in self._generators:
                    self._generators[prop] = removed(self._generators[prop], gone)
            self._open = set(reopened)
            self.tables.classes.add(delta.classes, self.stage)
            for prop, rows in delta.pairs.items():
                self.tables.column(prop).add(rows, self.stage)
            self.stage += 1
        self.run(delta)
        self._open = set()

    def state(self) -> EngineState:
        """Return what `restore` needs to make the engine, its tables and groups as they are now.

        Arrays are never altered in place, so it costs a few references for each column.
        """
        return EngineState(
            self.tables.state(),
            self.equality.state(),
            self.rounds,
            self.stage,
            self.made.copy(),
            self._generators.copy(),
            self._closed.copy(),
        )

    def restore(self, state: EngineState) -> None:
        """Make everything as it was, also after an error in the middle of a round."""
        self.tables.restore(state.tables)
        self.equality.restore(state.equality)
        self.rounds, self.stage, self.made = state.rounds, state.stage, state.made.copy()
        self._generators, self._closed, self._open = state.generators.copy(), state.closed.copy(), set()

    def steps_of(self, prop: int) -> Iterator[Rows]:
        """Return, in pieces, the pairs of a transitive property that have something between their ends.

        Every path begins with a pair that no closing has made.
        """
        first = self._generators.get(prop, NO_ROWS)
        if self.equality.representatives is not None:
            first = sorted_unique(self.equality.renamed_pairs(first))
        yield from probe(first & LOW, first >> SHIFT, self.tables.parts(prop))

    def _follow(self, delta: Delta) -> Delta:
        """Apply edges to a delta; return it with what they add."""
        found = Candidates(full=self._thin)
        self.program.follow(delta, found)
        return delta.with_more(self._absorb(found))

    def _absorb(self, found: Candidates) -> Delta:
        """Put what is new into the columns, as of the next stage; return it."""
        self.made.update(found.made)
        delta = Delta()
        if found.classes:
            delta.classes = self.tables.classes.new(_joined(found.classes))
            self.tables.classes.add(delta.classes, self.stage)
        for prop in sorted(found.pairs):
            column = self.tables.column(prop)
            fresh = column.new(_joined(found.pairs[prop]))
            if len(fresh):
                column.add(fresh, self.stage)
                delta.pairs[prop] = fresh
        self.stage += 1
        self._measure(delta)
        return delta

    def _measure(self, delta: Delta) -> None:
        """Check the limits; what all columns hold is counted again only once enough has come since."""
        self._grown += _BYTES_A_FACT * len(delta)
        if self.limits.memory is not None and self._grown > self._held // 16:
            self._held, self._grown = self.tables.nbytes, 0
        self.limits.check(self._held + self._grown, "the facts")

    def _thin(self, found: Candidates, prop: int | None, waiting: int) -> None:
        """Drop known candidates of a head that has gathered many."""
        if waiting < MOST_CANDIDATES:
            return
        head = found.classes if prop is None else found.pairs[prop]
        column = self.tables.classes if prop is None else self.tables.column(prop)
        head[:] = [column.new(_joined(head))]
        found.waiting[prop] = 0
        name = "the classes" if prop is None else self.tables.property_names.terms[prop]
        self.limits.check(self.tables.nbytes + 3 * head[0].nbytes, name)

    def _reach(self, delta: Delta, found: Candidates) -> None:
        """Close transitive properties."""
        for prop in self.program.transitive:
            fresh = delta.pairs.get(prop)
            if fresh is None:
                continue
            # What the last closing has made generates nothing that it has not made.
            fresh = without(fresh, [self._closed.pop(prop, NO_ROWS)])
            if not len(fresh):
                continue
            column = self.tables.pairs[prop]
            name = self.tables.property_names.terms[prop]
            pairs = self._close(prop, column, fresh, name)
            self._closed[prop] = pairs
            self._open.discard(prop)
            found.add_pairs("prp-trp", prop, pairs)

    def _close(self, prop: int, column: Column, fresh: Rows, name: str) -> Rows:
        known = self._generators.get(prop)
        if known is not None and self.equality.representatives is not None:
            known = sorted_unique(self.equality.renamed_pairs(known))
        if known is not None and len(fresh) <= _FEW_EDGES and prop not in self._open:
            self._generators[prop] = merged([known, without(fresh, [known])])
            return extended(column.parts, column.turned(), fresh)
        generators = column.rows() if known is None else merged([known, without(fresh, [known])])
        self._generators[prop] = generators
        held = self.tables.nbytes if self.limits.memory is not None else 0  # asking takes a look at every column

        def check(pairs: int) -> None:
            self.limits.check(held + 24 * pairs, name)

        return without(transitive(generators, check), column.parts)


def _joined(arrays: list[Rows]) -> Rows:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
