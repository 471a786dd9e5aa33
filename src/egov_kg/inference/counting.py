"""Counting: how many of the entailed facts each rule gives, at the price of one more round."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference.columns import LOW, NO_ROWS, SHIFT, Rows, flip, sorted_unique, unique_runs
from egov_kg.inference.equality import SAME_AS, Equality
from egov_kg.inference.fixpoint import Engine
from egov_kg.inference.loading import by_column
from egov_kg.inference.plan import Edge, Kind, Op
from egov_kg.inference.program import Candidates
from egov_kg.inference.rules import RULES
from egov_kg.inference.tables import Delta, Tables
from egov_kg.inference.terms import Table

__all__ = ["count_by_rule"]

_RENAMED: Final = "eq-rep"
_ONE_PREMISE: Final = (
    *("cax-sco", "cax-eqc1", "cax-eqc2", "cls-int2", "cls-uni", "cls-svf2"),
    *("prp-spo1", "prp-eqp1", "prp-eqp2", "prp-symp", "prp-inv1", "prp-inv2", "prp-dom", "prp-rng"),
)
_ORDER: Final = (*sorted({*RULES, _RENAMED, "rdf:type"}.difference(_ONE_PREMISE)), *_ONE_PREMISE)
"""Rules of several premises first: a fact of a chain would else count as the inverse of its own inverse."""
_RANK: Final = {rule: rank for rank, rule in enumerate(_ORDER)}
_NONE: Final = np.uint8(255)


def count_by_rule(entailed: Table, engine: Engine) -> dict[str, int]:
    """Return how many entailed facts each rule gives.

    A fact counts once: for the first rule that gives it in one step from all that holds at the end, rules of several
    premises before those of one. So the counts say nothing of the order in which facts were found, and are the same
    after a change as from scratch. ``eq-rep`` stands for eq-rep-s, eq-rep-p and eq-rep-o; names that are the same as
    others count as ``owl:sameAs``, whichever rule found that.

    Args:
        entailed: The facts, on representatives, each once.
        engine: At its fixpoint.
    """
    program, tables, equality = engine.program, engine.tables, engine.equality
    wanted = {prop: rows for prop, rows, _ in by_column(entailed, program.plan.aliases, tables)}
    same = wanted.pop(tables.property_names.find(SAME_AS), NO_ROWS)
    claims = _Claims(wanted)
    if wanted:
        for edge in program.plan.edges:
            _follow(edge, tables, claims)
        everything = Delta(tables.classes.rows(), {prop: column.rows() for prop, column in tables.pairs.items()})
        program.join(everything, equality, claims)
        claims.add_rows("cls-oo", None, tables.axiomatic)
        if equality.representatives is not None:
            _rename(tables, equality, claims)
        for prop in program.transitive:
            if prop in wanted:
                for piece in engine.steps_of(prop):
                    claims.add_rows("prp-trp", prop, piece)
    found = claims.counts()
    return {**found, "owl:sameAs": len(same)} if len(same) else found


class _Claims(Candidates):
    """What rules make, of which only wanted rows are noted: each with the first rule that makes it."""

    def __init__(self, wanted: dict[int | None, Rows]) -> None:
        super().__init__()
        self.wanted = wanted
        self._best: dict[int | None, NDArray[np.uint8]] = {
            head: np.full(len(rows), _NONE, dtype=np.uint8) for head, rows in wanted.items()
        }

    def add_rows(self, rule: str, prop: int | None, rows: Rows) -> None:
        """Note which wanted rows a rule makes."""
        wanted = self.wanted.get(prop)
        if wanted is None or not len(rows):
            return
        places = np.searchsorted(wanted, rows)
        places[places == len(wanted)] = 0
        places = places[wanted[places] == rows]
        best, rank = self._best[prop], _RANK[rule]
        best[places[best[places] > rank]] = rank

    def counts(self) -> dict[str, int]:
        """Return how many rows each rule has; what none gives was given under another name of its property."""
        totals = np.zeros(256, dtype=np.int64)
        for best in self._best.values():
            totals += np.bincount(best, minlength=256)
        totals[_RANK[_RENAMED]] += totals[_NONE]
        return {rule: int(totals[rank]) for rule, rank in sorted(_RANK.items()) if totals[rank]}


def _follow(edge: Edge, tables: Tables, claims: _Claims) -> None:
    """Apply a rule of one premise to all rows of its source."""
    source, target = edge.source, edge.target
    head: int | None = None
    if target.kind is Kind.PROPERTY:
        head = tables.property_names.find(target.name)
        if head is None:
            return
    if head not in claims.wanted:
        return
    cls = tables.class_names.find(target.name) if head is None else None
    if head is None and cls is None:
        return
    if source.kind is Kind.CLASS:
        number = tables.class_names.find(source.name)
        made = tables.members(number) if number is not None else None
    else:
        number = tables.property_names.find(source.name)
        made = tables.pairs[number].rows() if number in tables.pairs else None
    if made is None:
        return
    match edge.op:
        case Op.FLIP:
            made = flip(made)
        case Op.SUBJECT:
            made = unique_runs(made >> SHIFT)
        case Op.OBJECT:
            made = sorted_unique(made & LOW)
    claims.add_rows(edge.rule, head, made if cls is None else made | np.uint64(cls << 32))


def _rename(tables: Tables, equality: Equality, claims: _Claims) -> None:
    """Note the facts that were given under other names of their terms."""
    given = tables.classes.given
    claims.add_rows(_RENAMED, None, (given & ~LOW) | equality.renamed(given & LOW))
    for prop, column in tables.pairs.items():
        if prop in claims.wanted:
            claims.add_rows(_RENAMED, prop, equality.renamed_pairs(column.given))
