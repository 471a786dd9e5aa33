"""A mapping file as text: the lines above its table and the rows, also after a way through a program for tables.

Such programs quote cells, fill lines up with empty ones, part by commas or semicolons, begin with a byte order mark,
end lines with CR LF or write UTF-16. The lines of metadata are cells to them like any other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg.errors import DataFileError

__all__ = ["MappingTable", "read_table"]

_LARGEST: Final = 64 << 20
_DELIMITERS: Final = "\t;,"
_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class MappingTable:
    """What stands in a mapping file, not yet understood.

    Attributes:
        above: The lines of metadata without their ``#``, each with its number.
        head: The number of the line that names the columns.
        columns: Their names, without empty ones at the end.
        rows: Each with the number of the line that it ends on, and its cells by column.
    """

    above: tuple[tuple[int, str], ...]
    head: int
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def read_table(path: Path) -> MappingTable:
    """Return the lines and cells of a mapping file.

    Raises:
        DataFileError: If it cannot be read or is no table; names the line.
    """
    lines = _decoded(path).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = next((number for number, line in enumerate(lines) if not _is_above(line)), len(lines))
    head = lines[start] if start < len(lines) else ""
    delimiter = max(_DELIMITERS, key=lambda sign: (head.count(sign), sign == "\t"))
    above = tuple(
        (number, text)
        for number, line in enumerate(lines[:start], 1)
        if (text := _metadata(line, delimiter)) is not None
    )
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, Mapping[str, str]]] = []
    reader = csv.reader(io.StringIO("\n".join(lines[start:]), newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if not columns:
                columns = _columns(path, start + 1, cells)
                continue
            if any(cell.strip() for cell in cells[len(columns) :]):
                raise DataFileError(path, start + reader.line_num, f"{len(cells)} cells, expected {len(columns)}")
            row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
            if any(row.values()):
                rows.append((start + reader.line_num, row))
    except csv.Error as error:
        raise DataFileError(path, start + reader.line_num, f"not readable as a table: {error}") from error
    return MappingTable(above, start + 1, columns, tuple(rows))


def _decoded(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise DataFileError(path, 0, f"is larger than {_LARGEST >> 20} MB")
        data = path.read_bytes()
    except OSError as error:
        raise DataFileError(path, 0, f"cannot be read: {error.strerror}") from error
    try:
        return data.decode("utf-16" if data[:2] in _BOMS else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DataFileError(path, line, "is not UTF-8; save it as UTF-8") from error


def _is_above(line: str) -> bool:
    return line.lstrip('"').startswith("#") or not line.strip(f' "{_DELIMITERS}')


def _metadata(line: str, delimiter: str) -> str | None:
    """Return a line of metadata as it was before a program for tables quoted and filled it up; None if it is empty."""
    cells = next(csv.reader([line], delimiter=delimiter), [])
    text = delimiter.join(cells).rstrip(f"{delimiter} ")
    return text[1:] if text.startswith("#") and text[1:].strip() else None


def _columns(path: Path, line: int, cells: Sequence[str]) -> tuple[str, ...]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if name and names.count(name) > 1:
            raise DataFileError(path, line, f"the column {name!r} stands twice")
    return tuple(names)
