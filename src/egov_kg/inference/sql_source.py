"""What an engine of SQL reads: terms, numbered in term order, and given triples in these numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference.plan import Term
from egov_kg.inference.sql_fixpoint import Database
from egov_kg.inference.terms import Ids, Table

__all__ = ["Placing", "Source", "SqlDatabase", "TableSource"]


class SqlDatabase(Database, Protocol):
    """A database that takes and gives whole columns as well."""

    def put_columns(self, name: str, columns: dict[str, Any]) -> None:
        """Make a table of 64-bit numbers from columns."""

    def columns(self, query: str) -> dict[str, Any]:
        """Return the columns of a query's rows as arrays."""


class Source(Protocol):
    """Given triples, wherever they stand.

    A term's number is its place among all terms in the order of their bytes: literals come first, then IRIs, then blank
    nodes.
    """

    def __len__(self) -> int:
        """Return how many triples were given."""

    @property
    def terms(self) -> int:
        """How many terms are numbered."""

    @property
    def literals(self) -> int:
        """The highest number of a literal; -1 if there is none."""

    def number_all(self, terms: Iterable[Term]) -> None:
        """Number the terms of the triples and these besides. Numbers that were told before may change."""

    def find(self, term: Term) -> int | None:
        """Return the number of a term; None if it has none."""

    def text(self, number: int) -> Term:
        """Return the term of a number."""

    def fill(self, database: Any) -> None:
        """Make the tables ``given(p, s, o)`` and ``lit(id, v)``.

        The first has the triples, maybe not each once; the second each literal that is not the first one of its value,
        with the one that is.
        """

    def ill_typed(self) -> list[int]:
        """Return the numbers of the literals whose datatype does not have their text."""


@runtime_checkable
class Placing(Protocol):
    """A source that finds places itself, because each look at a term takes it long."""

    def place(self, text: str) -> int:
        """Return how many terms come before a text in term order."""


class TableSource:
    """A table in memory as a `Source`.

    Args:
        table: The triples.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self._ranks: NDArray[np.int64] = np.empty(0, np.int64)
        self._by_rank: Ids = np.empty(0, np.uint32)

    def __len__(self) -> int:
        return len(self.table)

    @property
    def terms(self) -> int:
        """How many terms are numbered."""
        return len(self._ranks)

    @property
    def literals(self) -> int:
        """The highest number of a literal."""
        return int(self.table.dictionary.literal.sum()) - 1

    def number_all(self, terms: Iterable[Term]) -> None:
        """Number the terms of the table and these besides."""
        dictionary = self.table.dictionary
        for term in sorted(terms):
            dictionary.add(term)
        self._ranks = dictionary.ranks().astype(np.int64)
        self._by_rank = np.argsort(self._ranks).astype(np.uint32)

    def find(self, term: Term) -> int | None:
        """Return the number of a term; None if it has none."""
        found = self.table.dictionary.find(term)
        return None if found is None else int(self._ranks[found])

    def text(self, number: int) -> Term:
        """Return the term of a number."""
        return self.table.dictionary.text(int(self._by_rank[number]))

    def fill(self, database: SqlDatabase) -> None:
        """Make the tables ``given(p, s, o)`` and ``lit(id, v)``."""
        table, ranks = self.table, self._ranks
        database.put_columns(
            "given", {"p": ranks[table.predicates], "s": ranks[table.subjects], "o": ranks[table.objects]}
        )
        values = table.dictionary.values()
        moved = np.flatnonzero(values != np.arange(len(values)))
        database.put_columns("lit", {"id": ranks[moved], "v": ranks[values[moved]]})

    def ill_typed(self) -> list[int]:
        """Return the numbers of the literals whose datatype does not have their text."""
        found: list[int] = self._ranks[self.table.dictionary.ill_typed()].tolist()
        return found

    def ids(self, numbers: NDArray[np.int64]) -> Ids:
        """Return the ids of numbered terms in the dictionary of the table."""
        found: Ids = self._by_rank[numbers]
        return found
