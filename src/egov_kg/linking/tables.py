"""Tables read by DuckDB, in batches of columns, in the order of the file.

The engine may open the one file that it is told to read, and nothing else; it loads no extension and its settings are
locked before a condition of a specification runs.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from egov_kg.errors import DataFileError, MissingExtra, UnreadableTarget
from egov_kg.linking.conditions import problem_of_condition
from egov_kg.linking.engine_clock import SECONDS, EngineClock
from egov_kg.linking.files import check_file, header_of, text_file
from egov_kg.linking.sheets import sheet_file
from egov_kg.linking.specification import Dialect, LabelColumn, Match, Specification

__all__ = [
    "BATCH",
    "WANTED",
    "Batch",
    "Batches",
    "columns_of",
    "duckdb_module",
    "parquet_batches",
    "parquet_columns",
    "table_batches",
    "table_of",
    "whole_batches",
    "whole_parquet",
]

BATCH: Final = 1 << 14
Batch = dict[str, list[str]]
"""Some rows as columns: texts, empty where a cell has none; all columns have one length."""

WANTED: Final = ""
"""The column of `whole_batches` that says which rows a block is about; no column of a table has such a name."""

_MEMORY: Final = "384MB"
_LONGEST_LINE: Final = 4 << 20
_SHOWN: Final = 200
_OURS: Final = Dialect(",", '"', "utf-8", header=True)
"""How tables are written that this program writes."""


def duckdb_module() -> ModuleType:
    """Return DuckDB.

    Raises:
        MissingExtra: If it is not installed.
    """
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtra("linking", "reading a data set to link with") from error
    return duckdb


class Batches(Iterator[Batch]):
    """The rows of a target, in batches.

    Attributes:
        total: How many rows there are, known with the first batch; 0 as long as it is not known.
    """

    def __init__(self, read: Callable[[Callable[[int], object]], Iterator[Batch]]) -> None:
        self.total = 0
        self._batches = read(self._tell)

    def _tell(self, rows: int) -> None:
        self.total = rows

    def __next__(self) -> Batch:
        return next(self._batches)


def table_batches(specification: Specification, match: Match, path: Path, folder: Path) -> Batches:
    """Return the rows of a table that a block of a specification is about, in their order, read as they are asked for.

    Args:
        specification: Format and dialect.
        match: The block: columns and condition.
        path: The file.
        folder: For files that are needed while it is read.

    Raises:
        UnreadableTarget: If the file is not as the specification says; names the line where there is one.
        DataFileError: If the condition is wrong.
        MissingExtra: If DuckDB is not installed.
    """
    return Batches(lambda tell: _table_batches(specification, match, path, folder, tell))


def _table_batches(
    specification: Specification, match: Match, path: Path, folder: Path, tell: Callable[[int], object]
) -> Iterator[Batch]:
    engine = duckdb_module()
    if specification.dataset.format == "parquet":
        from egov_kg.linking.parquet_box import boxed_parquet  # noqa: PLC0415 - it reads with this module

        check_file(path)
        file = boxed_parquet(specification, match, path, folder)
        source, columns = _text_source(file, _OURS, path)
        match = replace(match, where="")  # the rows are those already
        yield from table_of(
            engine, source, columns, match, specification, file=file, shown=path, folder=folder, tell=tell
        )
        return
    by_lines = not match.where and specification.dataset.format in {"csv", "tsv"}
    source, columns, file = _source(specification, path, folder, tell if by_lines else None)
    yield from table_of(
        engine,
        source,
        columns,
        match,
        specification,
        file=file,
        shown=path,
        folder=folder,
        tell=None if by_lines else tell,
    )


def columns_of(specification: Specification, path: Path, folder: Path) -> tuple[str, ...]:
    """Return the names of the columns of a table, in their order; arguments and errors as in `table_batches`."""
    if specification.dataset.format == "parquet":
        from egov_kg.linking.parquet_box import boxed_columns  # noqa: PLC0415 - it reads with this module

        check_file(path)
        return boxed_columns(specification, path, folder)
    duckdb_module()
    _, columns, _ = _source(specification, path, folder)
    return tuple(columns)


def parquet_columns(path: Path, folder: Path) -> tuple[str, ...]:
    """Return the names of the columns of a Parquet file; to be called in a process that may be lost.

    Raises:
        UnreadableTarget: If the file is damaged.
    """
    engine = duckdb_module()
    with contextlib.closing(_connected(engine, path, folder)) as connection:
        try:
            return _described(connection, f"read_parquet({_text(str(path))})")
        except engine.Error as error:
            raise UnreadableTarget(
                path, f"cannot be read: {error}", "Check that it is what the format says."
            ) from error


def _described(connection: Any, source: str) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall())  # noqa: S608


def table_of(
    engine: ModuleType,
    source: str,
    columns: Sequence[str],
    match: Match,
    specification: Specification,
    *,
    file: Path,
    shown: Path,
    folder: Path,
    tell: Callable[[int], object] | None = None,
) -> Iterator[Batch]:
    """Yield what an SQL source gives for a block of a specification.

    Args:
        engine: DuckDB.
        source: A table function or a sub-query over the one file.
        columns: The columns that it has; empty if they are to be asked for.
        match: The block.
        specification: For errors.
        file: The file that may be opened.
        shown: The name of the target for people.
        folder: For what does not fit into memory.
        tell: Called with the number of rows, which costs one more look at the source.
    """
    with contextlib.closing(_connected(engine, file, folder)) as connection:
        clock = EngineClock(connection)
        try:
            with clock:
                has = columns or _described(connection, source)
            _check(has, match, specification, shown)
            condition = _condition(engine, match, specification)
            picked = ", ".join(f"coalesce(CAST({_quoted(name)} AS VARCHAR), '')" for name in match.columns)
            if tell is not None:
                with clock:
                    tell(connection.execute(f"SELECT count(*) FROM {source}{condition}").fetchall()[0][0])  # noqa: S608
            with clock:
                asked = connection.execute(f"SELECT {picked} FROM {source}{condition}")  # noqa: S608 - see _condition
            while rows := clock.fetched(asked, BATCH):
                yield {name: list(cells) for name, cells in zip(match.columns, zip(*rows, strict=True), strict=True)}
        except engine.Error as error:
            if clock.is_late:
                problem = f"gave no row within {SECONDS:.0f} seconds"
                raise UnreadableTarget(shown, problem, "Look at 'where' in the specification, or split it.") from error
            raise _translated(engine, error, match, specification, shown) from error


def whole_batches(specification: Specification, match: Match, path: Path, folder: Path) -> Iterator[Batch]:
    """Yield all rows of a table with all columns, in their order, and in `WANTED` whether a block is about the row.

    Args:
        specification: Format and dialect.
        match: The block: its columns must be there; ``1`` stands in `WANTED` where its condition holds.
        path: The file.
        folder: For files that are needed while it is read.

    Raises:
        UnreadableTarget, DataFileError, MissingExtra: As `table_batches`.
    """
    engine = duckdb_module()
    if specification.dataset.format == "parquet":
        from egov_kg.linking.parquet_box import boxed_whole  # noqa: PLC0415 - it reads with this module

        check_file(path)
        file, names = boxed_whole(specification, match, path, folder)
        source, numbered = _text_source(file, _OURS, path)
        everything = Match(match.number, match.ours, match.level, match.source, "", tuple(map(LabelColumn, numbered)))
        yield from (
            {name: batch[number] for name, number in zip((*names, WANTED), numbered, strict=True)}
            for batch in table_of(
                engine, source, numbered, everything, specification, file=file, shown=path, folder=folder
            )
        )
        return
    source, columns, file = _source(specification, path, folder)
    yield from _whole_of(engine, source, columns, match, specification, file=file, shown=path, folder=folder)


def whole_parquet(
    specification: Specification, match: Match, path: Path, folder: Path, tell: Callable[[int], object]
) -> Iterator[Batch]:
    """Yield what `whole_batches` yields of a Parquet file; to be called in a process that may be lost.

    Args:
        specification: For errors.
        match: The block.
        path: The file.
        folder: For what does not fit into memory.
        tell: Called with the number of rows, before any of them.

    Raises:
        UnreadableTarget, DataFileError: As `parquet_batches`.
    """
    source = f"read_parquet({_text(str(path))})"
    yield from _whole_of(
        duckdb_module(), source, (), match, specification, file=path, shown=path, folder=folder, tell=tell
    )


def _whole_of(
    engine: ModuleType,
    source: str,
    columns: Sequence[str],
    match: Match,
    specification: Specification,
    *,
    file: Path,
    shown: Path,
    folder: Path,
    tell: Callable[[int], object] | None = None,
) -> Iterator[Batch]:
    with contextlib.closing(_connected(engine, file, folder)) as connection:
        try:
            has = columns or _described(connection, source)
            _check(has, match, specification, shown)
            _condition(engine, match, specification)
            wanted = f"CASE WHEN ({match.where or 'true'}\n) THEN '1' END"
            picked = ", ".join([*(f"CAST({_quoted(name)} AS VARCHAR)" for name in has), wanted])
            clock = EngineClock(connection)
            with clock:
                if tell is not None:
                    tell(connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0])  # noqa: S608
                asked = connection.execute(f"SELECT {picked} FROM {source}")  # noqa: S608 - see _condition
            while rows := clock.fetched(asked, BATCH):
                yield {
                    name: [cell or "" for cell in cells]
                    for name, cells in zip((*has, WANTED), zip(*rows, strict=True), strict=True)
                }
        except engine.Error as error:
            raise _translated(engine, error, match, specification, shown) from error


def parquet_batches(
    specification: Specification, match: Match, path: Path, folder: Path, tell: Callable[[int], object]
) -> Iterator[Batch]:
    """Yield the rows of a Parquet file that a block is about; to be called in a process that may be lost.

    Args:
        specification: For errors.
        match: The block: columns and condition.
        path: The file.
        folder: For what does not fit into memory.
        tell: Called with the number of rows, before any of them.

    Raises:
        UnreadableTarget: If the file is damaged or lacks a column.
        DataFileError: If the condition is wrong.
    """
    engine = duckdb_module()
    source = f"read_parquet({_text(str(path))})"
    yield from table_of(engine, source, (), match, specification, file=path, shown=path, folder=folder, tell=tell)


def _source(
    specification: Specification, path: Path, folder: Path, tell: Callable[[int], object] | None = None
) -> tuple[str, Sequence[str], Path]:
    """Return the SQL of a file as a table, its columns, and the file that DuckDB opens."""
    check_file(path)
    match specification.dataset.format:
        case "csv" | "tsv":
            dialect = specification.dataset.dialect
            assert dialect is not None
            file = text_file(path, dialect, folder, tell)
        case "sparql" | "reconciliation" | "rows":
            dialect = _OURS
            file = text_file(path, dialect, folder)
        case _:
            dialect = _OURS
            file = sheet_file(path, specification.dataset.sheet, folder)
    return *_text_source(file, dialect, path), file


def _text_source(file: Path, dialect: Dialect, path: Path) -> tuple[str, Sequence[str]]:
    columns = header_of(file, dialect, path)
    types = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in columns)
    options = (
        f"delim = {_text(dialect.delimiter)}, quote = {_text(dialect.quote)}, escape = {_text(dialect.quote)}, "
        f"header = {'true' if dialect.header else 'false'}, auto_detect = false, strict_mode = true, "
        f"null_padding = false, max_line_size = {_LONGEST_LINE}, columns = {{{types}}}"
    )
    return f"read_csv({_text(str(file))}, {options})", columns


def _connected(engine: ModuleType, file: Path, folder: Path) -> Any:
    settings = {
        "threads": "2",
        "memory_limit": _MEMORY,
        "temp_directory": str(folder / "spill"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
    }
    connection = engine.connect(":memory:", config=settings)
    connection.execute(f"SET allowed_paths = [{_text(str(file))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _check(has: Sequence[str], match: Match, specification: Specification, path: Path) -> None:
    missing = [name for name in match.columns if name not in has]
    if missing:
        shown = ", ".join(has[:20]) + (", ..." if len(has) > 20 else "")
        raise UnreadableTarget(
            path,
            f"has no column {missing[0]!r}, which [[match]] {match.number} of {specification.path.name} names; it has: "
            f"{shown}",
            "Correct the specification, or its delimiter.",
        )


def _condition(engine: ModuleType, match: Match, specification: Specification) -> str:
    if not match.where:
        return ""
    problem = problem_of_condition(engine, match.where)
    if problem:
        raise _wrong_condition(match, specification, problem)
    return f" WHERE ({match.where}\n)"


def _wrong_condition(match: Match, specification: Specification, problem: str) -> DataFileError:
    first = problem.strip().splitlines()[0]
    shown = match.where if len(match.where) <= _SHOWN else f"{match.where[:_SHOWN]}…"
    return DataFileError(specification.path, 0, f"[[match]] {match.number}: 'where' is {shown!r}: {first}")


def _translated(
    engine: ModuleType, error: Exception, match: Match, specification: Specification, path: Path
) -> Exception:
    text = str(error).partition("\nPossible ")[0].strip()
    found = re.search(r"CSV Error on Line: (\d+)", text)
    if found is not None:
        problem = text.splitlines()[-1].rstrip(".")
        return UnreadableTarget(
            path,
            f"is not as its dialect says: {problem[:1].lower()}{problem[1:]}",
            "Look at that line, and at delimiter and quote in the specification.",
            line=int(found[1]),
        )
    if "invalid state" in text:
        problem = "has line ends of several kinds, or quotes that do not match"
        return UnreadableTarget(path, problem, "Convert its line ends to line feeds, and look at its quotes.")
    wrong = [engine.BinderException, engine.ParserException, engine.ConversionException, engine.CatalogException]
    if match.where:
        wrong += [engine.OutOfRangeException, engine.InvalidInputException, engine.OutOfMemoryException]
    if isinstance(error, tuple(wrong)):
        return _wrong_condition(match, specification, text)
    return UnreadableTarget(path, f"cannot be read: {text.splitlines()[0]}", "Check that it is what the format says.")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
