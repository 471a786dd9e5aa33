"""Tables in files of their own: CSV, TSV and XLSX, read through a mapping that says what the columns mean.

A CSV file is its own text, and each cell a range of it. A sheet of a workbook becomes a text of one line a row, with
tabs between the cells. What a row says is not guessed: without a mapping beside it a table is not read.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from egov_kg.documents.mapping import TableMapping
from egov_kg.documents.outline import Outline
from egov_kg.documents.view import lift
from egov_kg.errors import MissingExtra, UnreadableDocument
from egov_kg.model import View

__all__ = ["Cell", "cells_of", "outline_table", "text_of_workbook"]

MOST_COLUMNS: Final = 1_000
MOST_ROWS: Final = 200_000
"""More is a database, not a document."""

_DELIMITERS: Final = ",;\t|"


class Cell(NamedTuple):
    """A cell of a table.

    Attributes:
        start, end: Its half-open range in the text, without quotation marks.
        value: What it holds, doubled quotation marks made single, without space around it.
    """

    start: int
    end: int
    value: str


def cells_of(text: str, delimiter: str) -> Iterator[list[Cell]]:
    r"""Yield the rows of a CSV text, each cell with its place (RFC 4180; line feeds inside quotation marks are kept).

    A quotation mark that opens a cell and is not closed is an ordinary character of that cell: the rows after it are
    not swallowed.

    Example:
        >>> [[cell.value for cell in row] for row in cells_of('a,"b ""c"", d"\n1,2\n', ",")]
        [['a', 'b "c", d'], ['1', '2']]
    """
    place, size = 0, len(text)
    row: list[Cell] = []
    while place < size:
        cell, place = _quoted(text, place, delimiter) or _bare(text, place, delimiter)
        row.append(cell)
        if place < size and text[place] == delimiter:
            place += 1
            if place < size:
                continue
            row.append(Cell(place, place, ""))
        yield row
        row = []
        place += 1


def _quoted(text: str, place: int, delimiter: str) -> tuple[Cell, int] | None:
    if text[place] != '"':
        return None
    end = place + 1
    while True:
        end = text.find('"', end)
        if end < 0:
            return None
        if text[end + 1 : end + 2] != '"':
            break
        end += 2
    after = end + 1
    while text[after : after + 1] in (" ", "\t") and text[after : after + 1] != delimiter:
        after += 1
    if after < len(text) and text[after] not in (delimiter, "\n"):
        return None
    return Cell(place + 1, end, text[place + 1 : end].replace('""', '"').strip()), after


def _bare(text: str, place: int, delimiter: str) -> tuple[Cell, int]:
    line = text.find("\n", place)
    line = len(text) if line < 0 else line
    mark = text.find(delimiter, place, line)
    end = line if mark < 0 else mark
    return Cell(place, end, text[place:end].strip()), end


def outline_table(text: str, mapping: TableMapping, path: Path) -> Outline:
    """Return the outline of a table: its header, and one record with its cells for each row.

    Args:
        text: The text of a CSV file, or of `text_of_workbook`.
        mapping: What the columns mean.
        path: The name of the file, for errors.

    Raises:
        UnreadableDocument: If the header lacks a column of the mapping, or names one twice.
    """
    outline = Outline(text)
    outline.title = mapping.table.get("title", path.stem)
    outline.metadata["mapping"] = mapping.to_json()
    for key in ("jurisdiction", "licence"):
        if key in mapping.table:
            outline.metadata[key] = mapping.table[key]
    delimiter = "\t" if path.suffix.lower() == ".xlsx" else mapping.table.get("delimiter") or _delimiter(text)
    header_row = int(mapping.table.get("header", "1"))
    header: list[str] | None = None
    table = -1
    for number, row in enumerate(cells_of(text, delimiter), 1):
        if not row or not any(cell.value for cell in row):
            continue
        if len(row) > MOST_COLUMNS or number > MOST_ROWS:
            raise UnreadableDocument(
                path, f"has more than {MOST_ROWS:,} rows or {MOST_COLUMNS:,} columns", "Split it into several tables."
            )
        start, end = row[0].start, row[-1].end
        if number < header_row:
            outline.add("heading", start, end, view=lift(text, start, end), level="1")
        elif header is None:
            header = [cell.value for cell in row]
            _check(header, mapping, path, outline.line(start))
            table = outline.add("table", start, end, view=lift(text, start, end), columns=" | ".join(header))
        else:
            _record(outline, row, header, table, number)
    if header is None:
        raise UnreadableDocument(path, f"has no row {header_row}, where its header should be", "Set header in [table].")
    return outline


def _record(outline: Outline, row: Sequence[Cell], header: Sequence[str], table: int, number: int) -> None:
    if len(row) > len(header):
        extra = len(row) - len(header)
        line = outline.line(row[0].start)
        outline.notices.append(f"line {line}: {extra} cells more than the header has columns; they are not read")
    first, last = row[0].start, row[-1].end
    record = outline.add("record", first, last, view=lift(outline.text, first, last), parent=table, number=str(number))
    for name, cell in zip(header, row, strict=False):
        if cell.value and name:
            outline.add("cell", cell.start, cell.end, view=_view(outline.text, cell), parent=record, column=name)


def _view(text: str, cell: Cell) -> View:
    cuts = []
    place = text.find('""', cell.start, cell.end)
    while place >= 0:
        cuts.append((place, place + 1))
        place = text.find('""', place + 2, cell.end)
    return lift(text, cell.start, cell.end, cuts)


def _check(header: Sequence[str], mapping: TableMapping, path: Path, line: int) -> None:
    for name in mapping.wanted():
        if name not in header:
            found = ", ".join(repr(h) for h in header if h) or "nothing"
            raise UnreadableDocument(
                path,
                f"has no column {name!r} in line {line}; it has {found}",
                "Correct the mapping, or header in [table].",
            )
        if header.count(name) > 1:
            raise UnreadableDocument(path, f"has {header.count(name)} columns {name!r}", "Give each its own name.")


def _delimiter(text: str) -> str:
    """Return what parts the cells: what stands as often in the first lines, and at least once."""
    lines = [line for line in text[:8_192].split("\n")[:20] if line.strip()]
    try:
        return csv.Sniffer().sniff("\n".join(lines), _DELIMITERS).delimiter
    except csv.Error:
        return max(_DELIMITERS, key=lambda mark: (lines[0].count(mark) if lines else 0, -_DELIMITERS.index(mark)))


def text_of_workbook(data: bytes, sheet: str, path: Path) -> str:
    """Return the text of a sheet: one line a row, tabs between the cells, what cells hold and not how it is computed.

    Args:
        data: The bytes of an XLSX file.
        sheet: The name of the sheet; empty for the first one.
        path: The name of the file, for errors.

    Raises:
        MissingExtra: If the extra ``office`` is not installed.
        UnreadableDocument: If the workbook is damaged or has no such sheet.
    """
    try:
        import openpyxl  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtra("office", f"Reading {path.name}") from error
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        lines = [_line(row) for row in itertools.islice(_rows(book, sheet, path), MOST_ROWS + 1)]
        book.close()
    except UnreadableDocument:
        raise
    except Exception as error:  # openpyxl raises whatever its XML and ZIP readers raise
        raise UnreadableDocument(
            path, f"is a damaged or locked workbook: {error}", "Open it and save it again without a password."
        ) from error
    return "\n".join(lines).rstrip("\n") + "\n"


def _rows(book: Any, sheet: str, path: Path) -> Iterator[Sequence[Any]]:
    if sheet and sheet not in book.sheetnames:
        names = ", ".join(book.sheetnames)
        raise UnreadableDocument(path, f"has no sheet {sheet!r}; it has {names}", "Correct sheet in [table].")
    rows: Iterator[Sequence[Any]] = book[sheet or book.sheetnames[0]].iter_rows(values_only=True)
    return rows


def _line(row: Sequence[Any]) -> str:
    return "\t".join(_written(value) for value in row[: MOST_COLUMNS + 1]).rstrip("\t")


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.date() if value.time() == dt.time() else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    written = " ".join(str(value).split())
    return f'"{written.replace(chr(34), chr(34) * 2)}"' if written.startswith('"') else written
