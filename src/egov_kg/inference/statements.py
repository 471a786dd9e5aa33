"""The rules of a plan as SQL, the same text for every ontology and every engine.

Facts stand in two tables of 64-bit numbers: ``ty(x, c)``, members of classes, and ``pr(p, s, o)``, pairs of properties.
What a plan says stands in small rule tables beside them. Terms are numbered in term order, so that literals have the
lowest numbers, and auxiliary names, which belong to no term, the highest.

A statement reads what is new from ``{dty}`` and ``{dpr}`` and all facts from ``{ty}`` and ``{pr}``. Nothing in the text
is particular to one dialect of SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.inference.plan import Column, Edge, Kind, Op, Plan, Term

__all__ = ["EDGE_TABLES", "MOST_COMPOSED", "RuleTables", "edge_statements", "join_statements", "rule_tables"]

MOST_COMPOSED: Final = 5_000_000
"""With more composed edges than this, the single edges are applied step by step."""

Row = tuple[int, ...]
_OPS: Final = {Op.SAME: 0, Op.FLIP: 1, Op.SUBJECT: 0, Op.OBJECT: 1}

EDGE_TABLES: Final = {"r_cc": "c, d", "r_pp": "p, q, f", "r_pc": "p, d, f"}
RULE_TABLES: Final = {
    "r_some": "p, d, c",
    "r_all": "c, p, d",
    "r_out": "c, p, v",
    "r_in": "p, v, c",
    "r_chain": "a, b, q",
    "r_both": "a, b, c",
}

_CLASS_EDGES: Final = {
    "r_cc": "SELECT t.x AS x, m.d AS c FROM {dty} t JOIN r_cc m ON t.c = m.c",
    "r_pc": "SELECT CASE WHEN m.f = 1 THEN t.o ELSE t.s END AS x, m.d AS c FROM {dpr} t JOIN r_pc m ON t.p = m.p",
}
_PAIR_EDGES: Final = {
    "r_pp": (
        "SELECT m.q AS p, CASE WHEN m.f = 1 THEN t.o ELSE t.s END AS s, CASE WHEN m.f = 1 THEN t.s ELSE t.o END AS o"
        " FROM {dpr} t JOIN r_pp m ON t.p = m.p"
    ),
}

# Rules of two premises: {ty1} and {pr1} are the first premise's facts, {ty2} and {pr2} the second's.
_CLASS_JOINS: Final = {
    "r_some": "SELECT a.s AS x, m.c FROM r_some m JOIN {pr1} a ON a.p = m.p JOIN {ty2} b ON b.c = m.d AND b.x = a.o",
    "r_all": "SELECT a.o AS x, m.d AS c FROM r_all m JOIN {pr1} a ON a.p = m.p JOIN {ty2} b ON b.c = m.c AND b.x = a.s",
    "r_both": "SELECT a.x AS x, m.c FROM r_both m JOIN {ty1} a ON a.c = m.a JOIN {ty2} b ON b.c = m.b AND b.x = a.x",
}
_PAIR_JOINS: Final = {
    "r_chain": (
        "SELECT m.q AS p, a.s AS s, b.o AS o"
        " FROM r_chain m JOIN {pr1} a ON a.p = m.a JOIN {pr2} b ON b.p = m.b AND b.s = a.o"
    ),
}
# Rules of one premise that name an individual.
_CLASS_VALUES: Final = {"r_in": "SELECT a.s AS x, m.c AS c FROM r_in m JOIN {pr1} a ON a.p = m.p AND a.o = m.v"}
_PAIR_VALUES: Final = {"r_out": "SELECT m.p AS p, a.x AS s, m.v AS o FROM r_out m JOIN {ty1} a ON a.c = m.c"}


@dataclass(frozen=True, slots=True)
class RuleTables:
    """A plan as rows of rule tables.

    Attributes:
        columns: The names of each table's columns.
        rows: Its rows, in order, each once.
        composed: Whether one application of the edges suffices.
    """

    columns: Mapping[str, str]
    rows: Mapping[str, Sequence[Row]]
    composed: bool


def rule_tables(plan: Plan, number: Callable[[Term], int], equal: Callable[[Term], Iterable[int]]) -> RuleTables:
    """Return the rule tables of a plan.

    Args:
        plan: The plan.
        number: Gives the number of a term or of an auxiliary name.
        equal: Gives the numbers of all terms of the same value, for a literal that a rule names.
    """
    edges = _composed_edges(plan)
    tables = _edge_rows(edges if edges is not None else map(_single, plan.edges), number)
    tables["r_some"] = [(number(one.prop), number(one.filler), number(one.target)) for one in plan.some_values]
    tables["r_all"] = [(number(one.source), number(one.prop), number(one.target)) for one in plan.all_values]
    tables["r_out"] = [(number(one.cls), number(one.prop), number(one.value)) for one in plan.has_values]
    tables["r_in"] = [
        (number(one.prop), value, number(one.cls)) for one in plan.has_values for value in equal(one.value)
    ]
    tables["r_chain"] = [(number(one.first), number(one.second), number(one.target)) for one in plan.chains]
    tables["r_both"] = [(number(one.first), number(one.second), number(one.target)) for one in plan.intersections]
    rows = {name: sorted(set(found)) for name, found in tables.items()}
    return RuleTables({**EDGE_TABLES, **RULE_TABLES}, rows, edges is not None)


Step = tuple[Column, Op, Column]


def _single(edge: Edge) -> Step:
    return edge.source, edge.op, edge.target


def _composed_edges(plan: Plan) -> list[Step] | None:
    """Return the composed edges; None if there are too many to list."""
    found: list[Step] = []
    for source in sorted({edge.source for edge in plan.edges}):
        found += ((source, op, target) for target, op in plan.composed.get(source, ()))
        if len(found) > MOST_COMPOSED:
            return None
    return found


def _edge_rows(steps: Iterable[Step], number: Callable[[Term], int]) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {name: [] for name in EDGE_TABLES}
    for source, op, target in steps:
        row = number(source.name), number(target.name)
        if source.kind is Kind.CLASS:
            tables["r_cc"].append(row)
        else:
            tables["r_pp" if target.kind is Kind.PROPERTY else "r_pc"].append((*row, _OPS[op]))
    return tables


def edge_statements(tables: RuleTables, dty: str, dpr: str) -> tuple[list[str], list[str]]:
    """Return what the edges make of new facts: selects of memberships, and of pairs.

    Args:
        tables: The rule tables; statements of empty ones are left out.
        dty: The table of new memberships.
        dpr: The table of new pairs.
    """

    def filled(statements: Mapping[str, str]) -> list[str]:
        return [text.format(dty=dty, dpr=dpr) for name, text in statements.items() if tables.rows[name]]

    return filled(_CLASS_EDGES), filled(_PAIR_EDGES)


def join_statements(tables: RuleTables, dty: str, dpr: str, *, whole: bool) -> tuple[list[str], list[str]]:
    """Return what the other rules make of new facts: selects of memberships, and of pairs.

    Args:
        tables: The rule tables; statements of empty ones are left out.
        dty: The table of new memberships.
        dpr: The table of new pairs.
        whole: Whether all facts are new, so that one look at each rule suffices.
    """
    sides = [(dty, dpr, "ty", "pr")] if whole else [(dty, dpr, "ty", "pr"), ("ty", "pr", dty, dpr)]

    def filled(joins: Mapping[str, str], values: Mapping[str, str]) -> list[str]:
        found = [
            text.format(ty1=ty1, pr1=pr1, ty2=ty2, pr2=pr2)
            for name, text in joins.items()
            if tables.rows[name]
            for ty1, pr1, ty2, pr2 in sides
        ]
        return found + [text.format(ty1=dty, pr1=dpr) for name, text in values.items() if tables.rows[name]]

    return filled(_CLASS_JOINS, _CLASS_VALUES), filled(_PAIR_JOINS, _PAIR_VALUES)
