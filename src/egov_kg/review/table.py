"""The table that a person edits: tab-separated, and the same after a way through a program for tables.

Such programs run a cell that begins like a formula, and turn what looks like a date, an ordinal or a long number into
something else. So those cells get an apostrophe in front, which is taken off again when the table is read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from egov_kg.errors import DataFileError

__all__ = ["COLUMNS", "LARGEST", "guarded", "read_table", "table_text", "unguarded"]

COLUMNS: Final = (
    "fact", "decision", "by", "note", "doubt", "document", "place", "subject", "relation", "object", "quote",
    "certainty", "rule", "subject_class", "subject_id", "object_class", "object_id", "spans",
)  # fmt: skip
"""The columns, in the order of a new table. They are read by name: a person may move or add some."""

LARGEST: Final = 64 * 1024 * 1024
"""The most bytes that a table may have."""

_FORMULA: Final = "=+-@\t\r|%"
_NUMBERLIKE: Final = frozenset("0123456789.,:/\\ +-eE%")
_SHORT_NUMBER: Final = re.compile(r"[1-9]\d{0,10}|0")


def guarded(cell: str) -> str:
    """Return a cell that no program for tables runs or rewrites; white space is folded.

    Example:
        >>> [guarded(cell) for cell in ("=2+2", "2001", "2001-03-28", "0012", "'tis", "''=1", "G4C")]
        ["'=2+2", '2001', "'2001-03-28", "'0012", "'tis", "'''=1", 'G4C']
    """
    cell = " ".join(cell.split())
    return f"'{cell}" if _needs_guard(cell.lstrip("'")) else cell


def unguarded(cell: str) -> str:
    """Return the text of a cell that `guarded` made.

    Example:
        >>> cells = ["=2+2", "2001", "2001-03-28", "'tis", "''=1", "-", ""]
        >>> [unguarded(guarded(cell)) for cell in cells] == cells
        True
    """
    cell = " ".join(cell.split())
    return cell[1:] if cell.startswith("'") and _needs_guard(cell.lstrip("'")) else cell


def _needs_guard(rest: str) -> bool:
    if not rest:
        return False
    if rest[0] in _FORMULA:
        return True
    if not _NUMBERLIKE.issuperset(rest) or not any(map(str.isdigit, rest)):
        return False
    return not _SHORT_NUMBER.fullmatch(rest)


def table_text(rows: Iterable[Mapping[str, str]]) -> str:
    """Return a table with the given rows.

    Args:
        rows: Each with a text for every column; a missing one is empty.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    writer.writerows([guarded(row.get(column, "")) for column in COLUMNS] for row in rows)
    return text.getvalue()


def read_table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table that was edited, each with the line that it ends on.

    Tabs, commas or semicolons part its cells; it is UTF-8, or UTF-16 with a byte order mark ("Unicode text").

    Raises:
        DataFileError: If it cannot be read, lacks the columns ``fact`` and ``decision``, or a row has too many cells.
    """
    text = _decoded(path)
    head = text.split("\n", 1)[0]
    delimiter = max("\t;,", key=lambda sign: (head.count(sign), sign == "\t"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    try:
        for cells in reader:
            if not columns:
                columns = [cell.strip().lower() for cell in cells]
                _check_header(path, columns)
                continue
            if any(cell.strip() for cell in cells[len(columns) :]):
                raise DataFileError(path, reader.line_num, f"{len(cells)} cells, expected {len(columns)}")
            row = dict(zip(columns, map(unguarded, cells), strict=False))
            if any(row.values()):
                yield reader.line_num, row
    except csv.Error as error:
        raise DataFileError(path, reader.line_num, f"not readable as a table: {error}") from error
    if not columns:
        raise DataFileError(path, 0, f"is empty; expected a table with the columns {', '.join(COLUMNS[:4])}, ...")


def _decoded(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise DataFileError(path, 0, f"is larger than {LARGEST >> 20} MB; part it into several tables")
        data = path.read_bytes()
    except OSError as error:
        raise DataFileError(path, 0, f"cannot be read: {error.strerror}") from error
    coding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(coding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = "is neither UTF-8 nor UTF-16; save it as Unicode text or as CSV UTF-8"
        raise DataFileError(path, line, problem) from error


def _check_header(path: Path, columns: list[str]) -> None:
    for needed in ("fact", "decision"):
        if needed not in columns:
            raise DataFileError(path, 1, f"there is no column {needed!r}; the first line must name the columns")
    for name in columns:
        if name and columns.count(name) > 1:
            raise DataFileError(path, 1, f"the column {name!r} stands twice")
