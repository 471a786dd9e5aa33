"""The statements on DuckDB, whose tables may be larger than memory."""
# ruff: noqa: S608 - the text holds names of tables and numbers of ours, no text of anybody

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import numpy as np

from egov_kg.errors import MissingExtra

__all__ = ["DuckDb"]


class DuckDb:
    """A database in a temporary folder: a `sql_fixpoint.Database`.

    Args:
        memory: Bytes that it may hold; what is beyond goes to the folder.
        threads: How many it works with.
        folder: Where the temporary folder stands; the system's place for such if none is given.

    Raises:
        MissingExtra: If DuckDB is not installed.
    """

    def __init__(self, *, memory: int | None = None, threads: int | None = None, folder: Path | None = None) -> None:
        try:
            import duckdb  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise MissingExtra("duckdb", "inference on DuckDB") from error
        self._folder = TemporaryDirectory(prefix="egov-kg-", dir=folder)
        self._connection = duckdb.connect(str(Path(self._folder.name, "facts.duckdb")))
        settings = {"temp_directory": str(Path(self._folder.name, "spill")), "preserve_insertion_order": "false"}
        if memory is not None:
            settings["memory_limit"] = f"{memory // 1_000_000}MB"
        if threads is not None:
            settings["threads"] = str(threads)
        for name, value in settings.items():
            self._connection.execute(f"SET {name} = '{value}'")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._connection.close()
        self._folder.cleanup()

    def make(self, name: str, query: str) -> int:
        """Make a table from a query, in place of one of that name; return how many rows it has."""
        made = self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS {query}").fetchone()
        return int(made[0]) if made else 0

    def append(self, name: str, other: str) -> None:
        """Append the rows of one table to another."""
        self._connection.execute(f"INSERT INTO {name} SELECT * FROM {other}")

    def put(self, name: str, columns: str, rows: Sequence[tuple[int, ...]]) -> None:
        """Make a table of 64-bit numbers from rows."""
        names = columns.split(", ")
        numbers = np.array(rows, dtype=np.int64).reshape(-1, len(names))
        self.put_columns(name, {one: np.ascontiguousarray(numbers[:, place]) for place, one in enumerate(names)})

    def put_columns(self, name: str, columns: dict[str, Any]) -> None:
        """Make a table of 64-bit numbers from columns."""
        listed = ", ".join(f"CAST({one} AS BIGINT) AS {one}" for one in columns)
        self._connection.register("given_columns", columns)
        try:
            self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {listed} FROM given_columns")
        finally:
            self._connection.unregister("given_columns")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the few rows of a query."""
        return self._connection.execute(query).fetchall()

    def columns(self, query: str) -> dict[str, Any]:
        """Return the columns of a query's rows as arrays."""
        return self._connection.execute(query).fetchnumpy()

    def reach(self, name: str, edges: str) -> int:
        """Make the table ``name(p, s, o)`` of the pairs that edges reach, edge by edge."""
        return self.make(
            name,
            f"WITH RECURSIVE r AS (SELECT p, s, o FROM {edges} UNION"
            f" SELECT r.p, r.s, e.o FROM r JOIN {edges} e ON e.p = r.p AND e.s = r.o) SELECT p, s, o FROM r",
        )

    def drop(self, *names: str) -> None:
        """Drop tables that are there."""
        for name in names:
            self._connection.execute(f"DROP TABLE IF EXISTS {name}")
