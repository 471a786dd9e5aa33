"""The statements of inference on Spark: the same text as on DuckDB, over partitions on one machine or a cluster."""
# ruff: noqa: S608 - the text holds names of tables and numbers of ours, no text of anybody

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from egov_kg.errors import MissingExtra

__all__ = ["SparkDatabase"]

_MOST_PARTS: Final = 32
"""Unions of tables are brought together when they have more partitions than this for each core."""


class SparkDatabase:
    """Tables of a Spark session: a `egov_kg.inference.sql_entailment.SqlDatabase`.

    Each table is a checkpoint of its own, so that no plan grows with the rounds: kept by the executors on one machine,
    and in the session's folder for checkpoints on a cluster, where an executor may be lost.

    Args:
        session: A session of Spark, from `egov_kg.spark.sessions.spark_session`.

    Raises:
        MissingExtra: If PyArrow is not installed.
    """

    def __init__(self, session: Any) -> None:
        try:
            import pyarrow as pa  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise MissingExtra("spark", "inference on Spark") from error
        # A checkpoint keeps what the optimizer knew of columns that are gone, and fails on it in a self-join.
        session.conf.set("spark.sql.constraintPropagation.enabled", "false")
        self._arrow = pa
        self._session = session
        self._is_local = str(session.sparkContext.master).startswith("local")
        self._most_parts = _MOST_PARTS * int(session.sparkContext.defaultParallelism)
        self._frames: dict[str, Any] = {}

    def make(self, name: str, query: str) -> int:
        """Make a table from a query, in place of one of that name; return how many rows it has."""
        frame = self._session.sql(query)
        # Lazy, so that one pass over the rows both counts and keeps them.
        frame = frame.localCheckpoint(eager=False) if self._is_local else frame.checkpoint(eager=False)
        count = int(frame.count())
        self._show(name, frame)
        return count

    def append(self, name: str, other: str) -> None:
        """Append the rows of one table to another."""
        frame = self._frames[name].unionAll(self._frames[other])
        if frame.rdd.getNumPartitions() > self._most_parts:
            frame = frame.coalesce(self._most_parts // _MOST_PARTS)
        self._show(name, frame)

    def put(self, name: str, columns: str, rows: Sequence[tuple[int, ...]]) -> None:
        """Make a table of 64-bit numbers from rows."""
        schema = ", ".join(f"{one} BIGINT" for one in columns.split(", "))
        self._show(name, self._session.createDataFrame([tuple(map(int, row)) for row in rows], schema).coalesce(1))

    def put_columns(self, name: str, columns: dict[str, Any]) -> None:
        """Make a table of 64-bit numbers from columns."""
        pa = self._arrow
        arrays = {one: pa.array(column, pa.int64()) for one, column in columns.items()}
        schema = ", ".join(f"{one} BIGINT" for one in columns)
        self._show(name, self._session.createDataFrame(pa.table(arrays), schema=schema))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the few rows of a query."""
        return [tuple(row) for row in self._session.sql(query).collect()]

    def columns(self, query: str) -> dict[str, Any]:
        """Return the columns of a query's rows as arrays."""
        table = self._session.sql(query).toArrow()
        return {name: table.column(name).to_numpy() for name in table.column_names}

    def reach(self, name: str, edges: str) -> int:
        """Make the table ``name(p, s, o)`` of the pairs that edges reach: ways of double the length in each step."""
        self.make(name, f"SELECT DISTINCT p, s, o FROM {edges}")
        self.make("longest", f"SELECT p, s, o FROM {name}")
        while self.make(
            "longer",
            f"SELECT t.p AS p, t.s AS s, e.o AS o FROM longest t JOIN {name} e ON e.p = t.p AND e.s = t.o"
            f" EXCEPT SELECT p, s, o FROM {name}",
        ):
            self.append(name, "longer")
            self.make("longest", "SELECT p, s, o FROM longer")
        return int(self._frames[name].count())

    def drop(self, *names: str) -> None:
        """Drop tables that are there."""
        for name in names:
            if self._frames.pop(name, None) is not None:
                self._session.catalog.dropTempView(name)

    def _show(self, name: str, frame: Any) -> None:
        frame.createOrReplaceTempView(name)
        self._frames[name] = frame
