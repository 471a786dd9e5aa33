"""Triples of a Parquet file as lines: columns ``subject``, ``predicate``, ``object``, terms as N-Triples has them."""
# ruff: noqa: S608 - the text holds our names of columns and a quoted path

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from egov_kg.errors import RdfSyntaxError, UnreadableDocument
from egov_kg.inference.duckdb_engine import DuckDb

__all__ = ["COLUMNS", "ParquetRows"]

COLUMNS: Final = ("subject", "predicate", "object")
_ROWS: Final = 20_000


class ParquetRows:
    """A Parquet file as a stream of N-Triples, for `egov_kg.inference.reading.Reader.read_lines`.

    Args:
        path: The file.
        database: Reads it, a part at a time.

    Raises:
        UnreadableDocument: If it is no Parquet file with such columns.
    """

    def __init__(self, path: Path, database: DuckDb) -> None:
        self._path, self._row = path, 0
        self._rows: Any = self._opened(database)

    def _opened(self, database: DuckDb) -> Any:
        if any(sign in str(self._path) for sign in "*?["):  # DuckDB would look for several files
            raise UnreadableDocument(self._path, "has a name with *, ? or [", "Give it another name.")
        if not self._path.is_file():
            raise UnreadableDocument(self._path, "is no file", "Check its name.")
        quoted = str(self._path.absolute()).replace("'", "''")
        found = database.names_of(f"read_parquet('{quoted}')", self._path)
        missing = [name for name in COLUMNS if name not in found]
        if missing:
            raise UnreadableDocument(
                self._path, f"has no column {missing[0]!r}", f"It needs {', '.join(COLUMNS)}, with terms as text."
            )
        listed = ", ".join(f"CAST({name} AS VARCHAR)" for name in COLUMNS)
        return database.stream(f"SELECT {listed} FROM read_parquet('{quoted}')")

    def read(self, size: int, /) -> bytes:
        """Return the lines of the next rows, whatever their size; nothing at the end.

        Raises:
            RdfSyntaxError: If a term is missing or has a line break; names the row as the line.
        """
        del size
        rows = self._rows.fetchmany(_ROWS)
        for place, row in enumerate(rows, start=self._row + 1):
            if None in row or any("\n" in term for term in row):
                raise RdfSyntaxError(
                    str(self._path), "a term is missing, or has a line break that is not escaped", line=place, column=1
                )
        self._row += len(rows)
        return "".join([f"{subject} {predicate} {value} .\n" for subject, predicate, value in rows]).encode()
