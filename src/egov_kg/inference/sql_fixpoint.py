"""The fixpoint over SQL: rounds of fixed statements until nothing is new."""
# ruff: noqa: S608 - the text holds names of tables and numbers of ours, no text of anybody

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from egov_kg.inference import owl
from egov_kg.inference.plan import Column, Kind, Plan
from egov_kg.inference.sql_equality import SqlEquality
from egov_kg.inference.statements import RuleTables, edge_statements, join_statements

__all__ = ["Database", "Places", "SqlFixpoint"]


class Database(Protocol):
    """What the fixpoint needs of an engine: tables made from queries.

    Names of tables are ours and made of letters, digits and ``_``.
    """

    def make(self, name: str, query: str) -> int:
        """Make a table from a query, in place of one of that name; return how many rows it has."""

    def append(self, name: str, other: str) -> None:
        """Append the rows of one table to another."""

    def put(self, name: str, columns: str, rows: Sequence[tuple[int, ...]]) -> None:
        """Make a table of 64-bit numbers from rows."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the few rows of a query."""

    def reach(self, name: str, edges: str) -> int:
        """Make the table ``name(p, s, o)`` of the pairs that lie on a way over edges ``(p, s, o)`` of one property."""

    def drop(self, *names: str) -> None:
        """Drop tables that are there."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where kinds of terms stand among the numbers, which follow term order.

    Attributes:
        literals: The highest number of a literal.
        auxiliary: The lowest number of an auxiliary name.
        type: The number of ``rdf:type``.
        same_as: The number of ``owl:sameAs``.
    """

    literals: int
    auxiliary: int
    type: int
    same_as: int


_NEW: Final = ("nty", "npr")


class SqlFixpoint:
    """The rules of a plan at work on the tables ``ty`` and ``pr`` of a database.

    Attributes:
        rounds: How often the rules of two premises have looked at what is new.
        equality: The groups.
    """

    def __init__(
        self,
        database: Database,
        plan: Plan,
        tables: RuleTables,
        equality: SqlEquality,
        *,
        places: Places,
        transitive: Sequence[int],
        told: Callable[[str], object] | None = None,
    ) -> None:
        self.rounds = 0
        self.equality = equality
        self._database, self._tables, self._places, self._told = database, tables, places, told
        self._bridges_types = Column(Kind.PROPERTY, owl.TYPE) in plan.bridges
        self._transitive, self._renamed = transitive, False
        for name, rows in tables.rows.items():
            database.put(name, tables.columns[name], rows)
        database.put("r_tr", "p", [(prop,) for prop in transitive])

    def run(self) -> None:
        """Derive everything that follows from the rows of ``ty`` and ``pr``."""
        database = self._database
        if self._transitive:
            database.make("edges", "SELECT * FROM pr WHERE 1 = 0")
            database.make("reached", "SELECT * FROM pr WHERE 1 = 0")
        new = database.make("dty", "SELECT * FROM ty") + database.make("dpr", "SELECT * FROM pr")
        self._follow()
        whole = True
        while new:
            if self.equality.settle("dty", "dpr"):
                self._rename_reached()
                whole = False
            self.rounds += 1
            new = self._join(whole=whole)
            if new:
                new += self._follow()
            whole = False
            if self._told is not None:
                self._told(f"round {self.rounds}: {new} new facts")

    def _follow(self) -> int:
        """Apply the edges to what is new, which grows by what they add."""
        database, added = self._database, 0
        fresh = "dty", "dpr"
        while True:
            classes, pairs = edge_statements(self._tables, *fresh)
            if self._bridges_types:
                more_classes, more_pairs = self._bridge(*fresh)
                classes, pairs = classes + more_classes, pairs + more_pairs
            found = self._fresh("ety", classes, "ty") + self._fresh("epr", pairs, "pr")
            if not found:
                return added
            added += found
            for name, more in (("dty", "ety"), ("dpr", "epr")):
                database.append(name, more)
            if self._tables.composed and not self._bridges_types:
                return added
            database.make("fty", "SELECT * FROM ety")
            database.make("fpr", "SELECT * FROM epr")
            fresh = "fty", "fpr"

    def _bridge(self, dty: str, dpr: str) -> tuple[list[str], list[str]]:
        """Return the selects that take rdf:type from the one table to the other."""
        places = self._places
        classes = (
            f"SELECT t.s AS x, COALESCE(m.c, t.o) AS c FROM {dpr} t LEFT JOIN r_alias m ON m.n = t.o"
            f" WHERE t.p = {places.type} AND t.o > {places.literals}"
        )
        pairs = f"SELECT {places.type} AS p, t.x AS s, t.c AS o FROM {dty} t WHERE t.c < {places.auxiliary}"
        return [classes], [pairs]

    def _join(self, *, whole: bool) -> int:
        database = self._database
        classes, pairs = join_statements(self._tables, "dty", "dpr", whole=whole)
        if self._transitive and self._reach():
            pairs.append("SELECT p, s, o FROM reached")
        new = self._fresh(_NEW[0], classes, "ty") + self._fresh(_NEW[1], pairs, "pr")
        for name, made in zip(("dty", "dpr"), _NEW, strict=True):
            database.make(name, f"SELECT * FROM {made}")
        return new

    def _fresh(self, name: str, selects: Sequence[str], known: str) -> int:
        """Make a table of what selects give and is not known, and make it known."""
        if not selects:
            self._database.make(name, f"SELECT * FROM {known} WHERE 1 = 0")
            return 0
        count = self._database.make(name, f"({' UNION ALL '.join(selects)}) EXCEPT SELECT * FROM {known}")
        if count:
            self._database.append(known, name)
        return count

    def _reach(self) -> bool:
        """Close transitive properties anew if they have edges that closing has not made; tell whether it was done."""
        database = self._database
        new = database.make(
            "nedges",
            "SELECT t.p AS p, t.s AS s, t.o AS o FROM dpr t JOIN r_tr r ON t.p = r.p EXCEPT SELECT * FROM reached",
        )
        if not new and not self._renamed:
            return False
        database.append("edges", "nedges")
        database.reach("reached", "edges")
        self._renamed = False
        return True

    def _rename_reached(self) -> None:
        if self._transitive:
            self._renamed = True
            for name in ("edges", "reached"):
                self.equality.rename_pairs(name)
