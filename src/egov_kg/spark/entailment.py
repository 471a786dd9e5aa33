"""The statements of inference on Spark: the same text as on DuckDB, over partitions on one machine or a cluster."""
# ruff: noqa: S608 - the text holds names of tables and numbers of ours, no text of anybody

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from egov_kg.errors import MissingExtra

__all__ = ["SparkDatabase"]

_FEW: Final = 5_000
"""A table of so few rows is part of the plans that read it: no job for what it gives, no shuffle for its joins."""

_MOST_PIECES: Final = 8
"""A table of more parts, each what one round has added, is brought together in one."""

_PARTS_A_CORE: Final = 4
"""A table that is brought together has so many partitions for each core."""

_COPY: Final = re.compile(r"SELECT (\*|\w+(?:, \w+)*) FROM (\w+)")


@dataclass(frozen=True, slots=True)
class _Held:
    """A table.

    Attributes:
        columns: Their names.
        count: How many rows it has.
        pieces: Where most of them are: frames that nothing computes again, of so many partitions each.
        few: The others, here.
    """

    columns: tuple[str, ...]
    count: int
    pieces: tuple[tuple[Any, int], ...]
    few: Any


class SparkDatabase:
    """Tables of a Spark session: a `egov_kg.inference.sql_entailment.SqlDatabase`.

    Each table is a checkpoint of its own, so that no plan grows with the rounds: kept by the executors on one machine,
    and in the session's folder for checkpoints on a cluster, where an executor may be lost. Planning is what takes time
    on Spark as long as there are not many millions of rows. So a statement that only copies is not run, tables of few
    rows stand in the plans themselves, and what joins with nothing is taken out of a plan before it is run.

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
        self.session = self._session = session
        self._is_local = str(session.sparkContext.master).startswith("local")
        self._most_parts = _PARTS_A_CORE * int(session.sparkContext.defaultParallelism)
        self._held: dict[str, _Held] = {}

    def make(self, name: str, query: str) -> int:
        """Make a table from a query, in place of one of that name; return how many rows it has."""
        held = self._copied(query) or self._made(self._session.sql(query))
        self._show(name, held)
        return held.count

    def append(self, name: str, other: str) -> None:
        """Append the rows of one table to another."""
        known, more = self._held[name], self._held[other]
        few = self._arrow.concat_tables([known.few, more.few.select(list(known.columns))])
        pieces = (*known.pieces, *more.pieces)
        if len(few) > _FEW:
            pieces, few = (*pieces, (self._local(few), 1)), few.slice(0, 0)
        held = _Held(known.columns, known.count + more.count, pieces, few)
        if len(pieces) > _MOST_PIECES:
            held = self._kept(self._frame(held).coalesce(self._most_parts))
        self._show(name, held)

    def put(self, name: str, columns: str, rows: Sequence[tuple[int, ...]]) -> None:
        """Make a table of 64-bit numbers from rows."""
        names = columns.split(", ")
        self.put_columns(name, {one: [int(row[place]) for row in rows] for place, one in enumerate(names)})

    def put_columns(self, name: str, columns: dict[str, Any]) -> None:
        """Make a table of 64-bit numbers from columns."""
        pa = self._arrow
        table = pa.table({one: pa.array(column, pa.int64()) for one, column in columns.items()})
        if len(table) <= _FEW:
            self._show(name, _Held(tuple(columns), len(table), (), table))
            return
        frame = self._local(table)
        self._show(name, _Held(tuple(columns), len(table), ((frame, self._most_parts),), table.slice(0, 0)))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the few rows of a query."""
        return [tuple(row) for row in self._session.sql(query).collect()]

    def columns(self, query: str) -> dict[str, Any]:
        """Return the columns of a query's rows as arrays."""
        table = self._session.sql(query).toArrow()
        return {name: table.column(name).to_numpy() for name in table.column_names}

    def reach(self, name: str, edges: str) -> int:
        """Make the table ``name(p, s, o)`` of the pairs that edges reach: ways of double the length in each step."""
        count = self.make(name, f"SELECT DISTINCT p, s, o FROM {edges}")
        self.make("longest", f"SELECT p, s, o FROM {name}")
        while more := self.make(
            "longer",
            f"SELECT t.p AS p, t.s AS s, e.o AS o FROM longest t JOIN {name} e ON e.p = t.p AND e.s = t.o"
            f" EXCEPT SELECT p, s, o FROM {name}",
        ):
            count += more
            self.append(name, "longer")
            self.make("longest", "SELECT p, s, o FROM longer")
        return count

    def drop(self, *names: str) -> None:
        """Drop tables that are there."""
        for name in names:
            if self._held.pop(name, None) is not None:
                self._session.catalog.dropTempView(name)

    def _copied(self, query: str) -> _Held | None:
        """Return the table that a query only repeats; None if it does more."""
        found = _COPY.fullmatch(query)
        held = None if found is None else self._held.get(found[2])
        if found is None or held is None:
            return None
        return held if found[1] in {"*", ", ".join(held.columns)} else None

    def _made(self, frame: Any) -> _Held:
        """Return the rows of a query that is run now, unless it is plain that it gives none."""
        plan = frame._jdf.queryExecution().optimizedPlan()  # noqa: SLF001 - what the optimizer found is nowhere else
        if plan.getClass().getSimpleName() == "LocalRelation" and plan.data().isEmpty():
            return _Held(tuple(frame.columns), 0, (), self._no_rows(frame.columns))
        return self._kept(frame)

    def keep(self, frame: Any) -> Any:
        """Return a frame that is computed once, with the first query that reads it."""
        return frame.localCheckpoint(eager=False) if self._is_local else frame.checkpoint(eager=False)

    def _kept(self, frame: Any) -> _Held:
        kept = self.keep(frame)  # so that one pass over the rows both counts and keeps them
        rows = kept._jdf.queryExecution().toRdd()  # noqa: SLF001 - counting a frame would be planned like a query
        count, columns = int(rows.count()), tuple(frame.columns)
        if count > _FEW:
            return _Held(columns, count, ((kept, int(rows.getNumPartitions())),), self._no_rows(columns))
        few = kept.toArrow() if count else self._no_rows(columns)
        wide = [few.column(one).cast(self._arrow.int64()) for one in columns]
        return _Held(columns, count, (), self._arrow.table(wide, names=list(columns)))

    def _no_rows(self, columns: Sequence[str]) -> Any:
        return self._arrow.table({one: self._arrow.array([], self._arrow.int64()) for one in columns})

    def _local(self, table: Any) -> Any:
        # In one piece: Spark reads no further than to a piece without rows.
        return self._session.createDataFrame(table.combine_chunks())

    def _frame(self, held: _Held) -> Any:
        frames = [frame for frame, _ in held.pieces]
        if len(held.few) or not frames:
            frames.append(self._local(held.few))
        return reduce(lambda one, other: one.unionAll(other), frames)

    def _show(self, name: str, held: _Held) -> None:
        self._frame(held).createOrReplaceTempView(name)
        self._held[name] = held
