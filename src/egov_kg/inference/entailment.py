"""Entailment: what follows from given triples under a compiled ontology."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Literal

import pyoxigraph as ox

from egov_kg.errors import InferenceTooLarge, UsageError
from egov_kg.inference import changes
from egov_kg.inference.border import derived_table
from egov_kg.inference.counting import count_by_rule
from egov_kg.inference.equality import Equality
from egov_kg.inference.findings import Finding, find_inconsistencies
from egov_kg.inference.fixpoint import Engine, EngineState, Limits
from egov_kg.inference.full import with_full_layer
from egov_kg.inference.given import Given, changed, net
from egov_kg.inference.loading import load
from egov_kg.inference.lookup import Lookup
from egov_kg.inference.plan import Plan
from egov_kg.inference.proof import Proof
from egov_kg.inference.proofs import Prover
from egov_kg.inference.recompiling import derived_schema, recompiled, schema_size
from egov_kg.inference.tables import Tables
from egov_kg.inference.terms import Table, encode, encode_known
from egov_kg.inference.writing import sorted_triples

__all__ = ["BYTES_A_TRIPLE", "Closure", "ClosureState", "Progress", "entail"]

Progress = Callable[[str], object]
"""Called with a sentence now and then."""

_LARGE_GROUP: Final = 50
_MANY_CHANGES: Final = 1000
BYTES_A_TRIPLE: Final = 100
"""Columns, candidates and what follows, for each triple given: measured on LUBM, where three in five are derived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a closure was asked for.

    Attributes:
        closure: ``lean`` or ``full``.
        same_as: ``representative`` or ``expand``.
        namespace: What counts as our own; others are not merged with it.
        merge: Other namespaces whose terms may be merged.
        memory: Bytes that a run may take.
        seconds: How long a run may take.
    """

    closure: Literal["lean", "full"] = "lean"
    same_as: Literal["representative", "expand"] = "representative"
    namespace: str | None = None
    merge: tuple[str, ...] = ()
    memory: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ClosureState:
    """What a closure was: see `Closure.state`."""

    plan: Plan
    asserted: Table
    changes: tuple[tuple[int, Table], ...]
    pending: int
    compilations: int
    schema_size: tuple[int, ...]
    engine: Engine
    inside: EngineState
    facts: Lookup
    seconds: dict[str, float]


class Closure:
    """What follows from given triples.

    Attributes:
        plan: The ontology as it was applied: with the schema triples that the data entailed, if there were any.
        facts: What proofs and findings read.
        report: ``asserted``, ``kept`` (facts in the columns), ``terms``, ``rounds``, ``compilations``, ``made`` (how
            many facts each rule has made, those found before included; a way of several rules of one premise counts
            once, as what the whole of it is: ``cax-sco``, ``prp-spo1``, ``prp-inv``, ``prp-dom`` or ``prp-rng``),
            ``bytes``, ``same_as`` (``groups``, ``members``, ``large``: groups over 50 members with their size),
            ``foreign`` (terms of other namespaces that were not merged), ``schema_from_data``, ``ignored`` (axioms that
            no rule reads); and ``seconds`` of each step, the one part that differs from run to run.
    """

    def __init__(self, asserted: Table, plan: Plan, options: Options, progress: Progress | None = None) -> None:
        self._asserted, self._options, self._progress = asserted, options, progress
        self._changes: list[tuple[int, Table]] = []
        self._pending = 0
        self._given_plan = self.plan = plan
        self._seconds: dict[str, float] = {}
        self._derive()

    def _derive(self) -> None:
        """Load and run; again with the schema triples that follow from data, until none is new."""
        self._compilations = 1
        self.plan = self._given_plan
        self._seconds.clear()
        asserted = self.asserted
        while True:
            limits = Limits(self._options.memory, self._options.seconds)
            self._tables = Tables(asserted.dictionary)
            self._equality = Equality(
                self.plan, self._tables, namespace=self._options.namespace, opted_in=self._options.merge
            )
            self._engine = Engine(self.plan, self._tables, self._equality, limits, self._progress)
            with self._timed("load"):
                delta = load(asserted, self.plan, self._tables)
            with self._timed("infer"):
                self._engine.stage = 2
                self._engine.run(delta)
            more = derived_schema(self.plan, self._tables, self._equality)
            if not more:
                break
            with self._timed("compile"):
                self.plan = recompiled(self.plan, more)
            self._compilations += 1
        self.facts = Lookup(self.plan, self._tables, self._equality)
        self._schema_size = schema_size(self._tables, self._equality)
        self._tell()

    def _tell(self) -> None:
        self.facts.changed()
        self._prover: Prover | None = None
        self._report: dict[str, Any] | None = None

    @property
    def report(self) -> dict[str, Any]:
        """Figures of the run; see the class."""
        if self._report is None:
            self._report = self._make_report()
        return self._report

    @property
    def asserted(self) -> Table:
        """What is given, as a table."""
        if self._changes:
            self._asserted = changed(self._asserted, self._changes)
            self._changes, self._pending = [], 0
        return self._asserted

    def add(self, triples: Iterable[ox.Triple] | Table) -> None:
        """Give more triples, and derive what follows from them.

        Afterwards everything is as if they had been given from the start, but for the stages of facts, which choose
        among proofs, and the figures of the report.

        Args:
            triples: Triples; a table must be of the dictionary of the closure's own.

        Raises:
            InferenceTooLarge: If it does not fit the memory that the closure may take.
            InferenceTooSlow: If it takes longer than a run may take. After either, and any other error, the closure
                is what it was before.
        """
        with self._all_or_nothing():
            table = self._own(triples) if isinstance(triples, Table) else encode(triples, self._tables.terms)
            self._note(1, table)
            self._check_memory()
            self._engine.limits = Limits(self._options.memory, self._options.seconds)
            changes.add(table, self.plan, self._engine)
            if self._has_new_schema():
                self._derive()
            else:
                self._tell()

    def delete(self, triples: Iterable[ox.Triple] | Table) -> None:
        """Take given triples back, and what follows from nothing else; those that were not given are passed over.

        Where things are the same, or data state schema, everything is derived anew.

        Args:
            triples: As for `add`.

        Raises:
            InferenceTooLarge: As `add` does.
            InferenceTooSlow: As `add` does.
        """
        with self._all_or_nothing():
            table = self._own(triples) if isinstance(triples, Table) else encode_known(triples, self._tables.terms)
            if not len(table):
                return
            self._note(-1, table)
            self._engine.limits = Limits(self._options.memory, self._options.seconds)
            exact = self._compilations == 1 and changes.can_delete(self.plan, self._engine, table)
            if exact and changes.delete(table, self.plan, self._engine):
                self._tell()
            else:
                self._derive()

    def state(self) -> ClosureState:
        """Return what `restore` needs to make the closure as it is now; it costs some references for each column."""
        return ClosureState(
            self.plan,
            self._asserted,
            tuple(self._changes),
            self._pending,
            self._compilations,
            self._schema_size,
            self._engine,
            self._engine.state(),
            self.facts,
            dict(self._seconds),
        )

    def restore(self, state: ClosureState) -> None:
        """Make the closure as it was, whatever was added and deleted since: exact, and faster than the inverse change.

        Args:
            state: Of this closure. It may be restored more than once.
        """
        self.plan, self._engine, self.facts = state.plan, state.engine, state.facts
        self._tables, self._equality = self._engine.tables, self._engine.equality
        self._engine.restore(state.inside)
        self._asserted, self._changes, self._pending = state.asserted, list(state.changes), state.pending
        self._compilations, self._schema_size = state.compilations, state.schema_size
        self._seconds = dict(state.seconds)
        self._tell()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        before = self.state()
        try:
            yield
        except BaseException:
            self.restore(before)
            raise

    def _own(self, table: Table) -> Table:
        if table.dictionary is not self._tables.terms:
            raise UsageError("a table of another dictionary; expected triples, or a table of the closure's own")
        return table

    def _note(self, sign: int, table: Table) -> None:
        """Note a change. Many are made two, and as many as all that is given are laid over it."""
        self._changes.append((sign, table))
        self._pending += len(table)
        if self._pending > len(self._asserted):
            _ = self.asserted
        elif len(self._changes) >= _MANY_CHANGES:
            self._changes = net(self._changes)
            self._pending = sum(len(one) for _, one in self._changes)

    def _check_memory(self) -> None:
        memory = self._options.memory
        if memory is not None and (len(self._asserted) + self._pending) * BYTES_A_TRIPLE > memory:
            _check_memory(len(self.asserted), memory)

    def _has_new_schema(self) -> bool:
        size = schema_size(self._tables, self._equality)
        grown, self._schema_size = size != self._schema_size, size
        return grown and bool(derived_schema(self.plan, self._tables, self._equality))

    def table(self, *, schema: bool = True, expand: bool | None = None) -> Table:
        """Return the entailed triples as a table, in no particular order.

        Args:
            schema: Whether to add the schema triples that follow.
            expand: Whether to write facts for every name of a thing; as the closure was asked for if None.
        """
        full = self._options.closure == "full"
        table = derived_table(
            self.plan,
            self._tables,
            self._equality,
            self.asserted,
            expand=self._options.same_as == "expand" if expand is None else expand,
            schema=schema,
            given=self._given_plan.schema,
            nameless=full,
            memory=self._options.memory,
        )
        return with_full_layer(table, self.asserted, self.plan) if full and schema else table

    def entailed(self, *, schema: bool = True, expand: bool | None = None) -> Iterator[ox.Triple]:
        """Return the entailed triples in term order: nothing that was given, nothing twice.

        Args:
            schema: Whether to add the schema triples that follow; a release holds facts alone.
            expand: As of `table`.
        """
        return sorted_triples(self.table(schema=schema, expand=expand))

    @property
    def prover(self) -> Prover:
        """What explains triples and contradictions."""
        if self._prover is None:
            self._prover = Prover(self.plan, self.facts, self._given())
        return self._prover

    def _given(self) -> Given:
        return Given(self._tables, self.plan.aliases, lambda: self.asserted, self._given_plan.schema)

    def explain(self, triple: ox.Triple | tuple[str, str, str], *, all_steps: bool = False) -> Proof:
        """Return the proof of a triple that was given or follows.

        Args:
            triple: A triple, or its terms in N-Triples form.
            all_steps: Whether to list all its one-step derivations.

        Raises:
            NotEntailed: If it neither was given nor follows.
        """
        if isinstance(triple, ox.Triple):
            triple = (str(triple.subject), str(triple.predicate), str(triple.object))
        return self.prover.explain(triple, all_steps=all_steps)

    def count_by_rule(self) -> dict[str, int]:
        """Return how many of the entailed facts each rule gives; see `counting.count_by_rule`."""
        return count_by_rule(self.table(schema=False, expand=False), self._engine)

    def check(self) -> tuple[Finding, ...]:
        """Return the contradictions, sorted; `Prover.contradiction` proves each."""
        return find_inconsistencies(self.plan, self.facts, self._given().ill_typed())

    def _timed(self, step: str) -> _Timer:
        return _Timer(self._seconds, step)

    def _make_report(self) -> dict[str, Any]:
        groups = self._equality.groups()
        text = self._tables.terms.text
        given = self._given_plan.schema
        return {
            "asserted": len(self.asserted),
            "kept": len(self._tables),
            "terms": len(self._tables.terms),
            "rounds": self._engine.rounds,
            "compilations": self._compilations,
            "made": dict(sorted(self._engine.made.items())),
            "bytes": self._tables.nbytes,
            "same_as": {
                "groups": len(groups),
                "members": sum(map(len, groups.values())),
                "large": {text(head): len(group) for head, group in groups.items() if len(group) > _LARGE_GROUP},
            },
            "foreign": [list(pair) for pair in self._equality.foreign()],
            "schema_from_data": [f"{' '.join(triple)} ." for triple in sorted(self.plan.schema - given)],
            "ignored": [f"{' '.join(one.triple)} .: {one.reason}" for one in self.plan.ignored],
            "seconds": dict(self._seconds),
        }


def _check_memory(triples: int, memory: int | None) -> None:
    needed = triples * BYTES_A_TRIPLE
    if memory is not None and needed > memory:
        raise InferenceTooLarge(needed, memory, f"{triples} triples")


class _Timer:
    def __init__(self, seconds: dict[str, float], step: str) -> None:
        self._seconds, self._step = seconds, step

    def __enter__(self) -> None:
        self._start = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._seconds[self._step] = self._seconds.get(self._step, 0.0) + perf_counter() - self._start


def entail(
    asserted: Iterable[ox.Triple] | Table,
    ontology: Plan,
    *,
    closure: Literal["lean", "full"] = "lean",
    engine: Literal["numpy"] = "numpy",
    same_as: Literal["representative", "expand"] = "representative",
    namespace: str | None = None,
    merge: Iterable[str] = (),
    memory: int | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Closure:
    """Return what follows from given triples under OWL 2 RL.

    Args:
        asserted: Facts. Schema triples among them are compiled, as if they followed from the data.
        ontology: The compiled axioms.
        closure: ``lean``, or ``full`` with what is true of everything: reflexive, axiomatic and datatype triples.
        engine: What evaluates the plan.
        same_as: ``representative`` keeps facts once for all names of a thing, and says who is the same as whom;
            ``expand`` writes them for every name.
        namespace: What counts as our own. A term of another namespace is then not merged with any: the pair is listed
            in the report.
        merge: Namespaces that may be merged all the same.
        memory: Bytes that the run may take. What will not fit is refused before the run.
        seconds: How long the run may take.
        progress: Called with a sentence after each round.

    Raises:
        InferenceTooLarge: If it does not fit `memory`.
        InferenceTooSlow: If it takes longer than `seconds`.
        UsageError: If the engine is not one of this function's.
    """
    if engine != "numpy":
        raise UsageError(f"the engine {engine!r} is none of this function's; expected 'numpy'")
    table = asserted if isinstance(asserted, Table) else encode(asserted)
    _check_memory(len(table), memory)
    options = Options(
        closure=closure, same_as=same_as, namespace=namespace, merge=tuple(merge), memory=memory, seconds=seconds
    )
    return Closure(table, ontology, options, progress)
