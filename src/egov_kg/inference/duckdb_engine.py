"""The statements on DuckDB, whose tables may be larger than memory."""
# ruff: noqa: S608 - the text holds names of tables, numbers and paths of ours, no text of anybody

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from egov_kg.errors import ConfigurationError, MissingExtra, UnreadableDocument
from egov_kg.inference.duckdb_errors import LEAST_MEMORY, in_our_words

__all__ = ["DuckDb"]

_OTHERS: Final = 64 << 20
"""What the process takes besides, whatever the data."""
_SMALL: Final = 1 << 29
"""With less than this one thread works: each needs room of its own."""

_Outcome = tuple[Any, BaseException | None]


class DuckDb:
    """A database in a temporary folder: a `sql_source.SqlDatabase`.

    Args:
        memory: Bytes that a run may take; DuckDB takes two thirds of what it leaves to it, and what is beyond goes to
            the folder.
        threads: How many it works with.
        folder: Where the temporary folder stands; the system's place for such if none is given.

    Raises:
        MissingExtra: If DuckDB is not installed.
        ConfigurationError: If no folder can be made there.
        TooLittleMemory: If DuckDB cannot work in so little.
    """

    def __init__(self, *, memory: int | None = None, threads: int | None = None, folder: Path | None = None) -> None:
        try:
            import duckdb  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise MissingExtra("duckdb", "inference on DuckDB") from error
        self._duckdb = duckdb
        try:
            self._temporary = TemporaryDirectory(prefix=".egov-kg-", dir=folder)
        except OSError as error:
            place = folder or "the folder for temporary files"
            raise ConfigurationError(
                f"no folder can be made in {place}: {error.strerror}; give a --work-folder where that is allowed"
            ) from error
        self.folder = Path(self._temporary.name)
        self._memory = memory
        self._jobs: SimpleQueue[tuple[Callable[..., Any], tuple[object, ...], SimpleQueue[_Outcome]] | None]
        self._jobs = SimpleQueue()
        self._thread = Thread(target=self._work, daemon=True)
        settings = {
            "temp_directory": str(self.folder / "spill"),
            "preserve_insertion_order": "false",
            "enable_progress_bar": "false",
            "autoinstall_known_extensions": "false",
        }
        if memory is not None:
            settings["memory_limit"] = f"{max(2 * (memory - _OTHERS) // 3, memory // 4, 1 << 20) >> 20}MiB"
            if memory < _SMALL:
                settings["threads"] = "1"
        if threads is not None:
            settings["threads"] = str(threads)
        try:
            self._thread.start()
            with self._translated("opening its tables"):
                self._connection = duckdb.connect(str(self.folder / "facts.duckdb"))
                for name, value in settings.items():
                    self._connection.execute(f"SET {name} = {_quoted(value)}")
        except BaseException:
            self._end()
            self._temporary.cleanup()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take the tables and their folder away."""
        try:
            idle = self._begun(int)
            while True:
                try:
                    idle.get(timeout=0.1)
                    break
                except Empty:
                    self._connection.interrupt()
            with self._translated("closing its tables"):
                self._connection.close()
        finally:
            self._end()
            self._temporary.cleanup()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            call, values, outcome = job
            try:
                outcome.put((call(*values), None))
            except BaseException as error:  # noqa: BLE001 - raised where the outcome is taken
                outcome.put((None, error))
            del job, call, values, outcome  # else the connection would live until the next one

    def _end(self) -> None:
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _begun(self, call: Callable[..., Any], *values: object) -> SimpleQueue[_Outcome]:
        outcome: SimpleQueue[_Outcome] = SimpleQueue()
        self._jobs.put((call, values, outcome))
        return outcome

    def _translated(self, what: str) -> Any:
        limit = self._memory or LEAST_MEMORY
        return in_our_words(self._duckdb, self.folder.parent, limit, what)

    def run(self, query: str, values: Sequence[object] | None = None, *, what: str = "the rules over the facts") -> Any:
        """Run a statement and return the connection, from which its rows are taken."""
        # In a thread of its own, given up when this is closed: while a statement runs, DuckDB may pass over Ctrl-C. It
        # comes at any moment, so what waits here is a queue: the locks of a pool's futures would be left half taken.
        with self._translated(what):
            found, error = self._begun(self._connection.execute, query, values).get()
            if error is not None:
                raise error
            return found

    def make(self, name: str, query: str) -> int:
        """Make a table from a query, in place of one of that name; return how many rows it has."""
        made = self.run(f"CREATE OR REPLACE TABLE {name} AS {query}").fetchone()
        return int(made[0]) if made else 0

    def append(self, name: str, other: str) -> None:
        """Append the rows of one table to another."""
        self.run(f"INSERT INTO {name} SELECT * FROM {other}")

    def put(self, name: str, columns: str, rows: Sequence[tuple[int, ...]]) -> None:
        """Make a table of 64-bit numbers from rows."""
        names = columns.split(", ")
        numbers = np.array(rows, dtype=np.int64).reshape(-1, len(names))
        self.put_columns(name, {one: np.ascontiguousarray(numbers[:, place]) for place, one in enumerate(names)})

    def put_columns(self, name: str, columns: dict[str, Any]) -> None:
        """Make a table of 64-bit numbers from columns."""
        self._from_columns(f"CREATE OR REPLACE TABLE {name} AS", columns)

    def append_columns(self, name: str, columns: dict[str, Any]) -> None:
        """Append rows to a table of the same columns."""
        self._from_columns(f"INSERT INTO {name}", columns)

    def _from_columns(self, statement: str, columns: dict[str, Any]) -> None:
        listed = ", ".join(f"CAST({one} AS BIGINT) AS {one}" for one in columns)
        with self._translated("the given triples"):
            self._connection.register("given_columns", columns)
        try:
            self.run(f"{statement} SELECT {listed} FROM given_columns", what="the given triples")
        finally:
            self._connection.unregister("given_columns")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the few rows of a query."""
        cursor = self.run(query)
        with self._translated("the rows of a query"):
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def columns(self, query: str) -> dict[str, Any]:
        """Return the columns of a query's rows as arrays."""
        cursor = self.run(query)
        with self._translated("what follows, in order"):
            found: dict[str, Any] = cursor.fetchnumpy()
        return found

    def names_of(self, table: str, path: Path) -> list[str]:
        """Return the names of the columns of a file.

        Args:
            table: What DuckDB calls the file.
            path: The file, for errors.

        Raises:
            UnreadableDocument: If DuckDB cannot read it.
        """
        try:
            rows = self._connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
        except self._duckdb.Error as error:
            reason = str(error).splitlines()[0].partition(": ")[2]
            raise UnreadableDocument(path, f"cannot be read: {reason}", "Is it Parquet?") from error
        return [row[0] for row in rows]

    def stream(self, query: str) -> Any:
        """Return a cursor over the rows of a query, in their order: while it is read, other statements may run."""
        cursor = self._connection.cursor()
        with self._translated("the rows of a file"):
            cursor.execute("SET preserve_insertion_order = true")
            cursor.execute(query)
        return cursor

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
            self.run(f"DROP TABLE IF EXISTS {name}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
