"""The table of a web page as rows and columns: spans spread out, header rows told from the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.documents.tree import Element

__all__ = ["Cell", "Grid", "grid_of", "is_layout"]

_MOST_COLUMNS: Final = 60
_LONGEST_SPAN: Final = 500
_MOST_CELLS: Final = 60_000
_LONGEST_NAME: Final = 60
"""A column has a name, no sentence."""

_INFOBOX = re.compile(r"\b(?:infobox|vcard|biography|taxobox|factbox)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        element: The ``td`` or ``th``.
        is_header: Whether it names a row or a column.
        is_first: Whether this place is the first that it covers; a cell that spans rows stands in each of them.
    """

    element: Element
    is_header: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        rows: Its rows; None stands where no cell is.
        header: How many of them, from the first on, name the columns.
        caption: The ``caption``, None if there is none.
        is_record: Whether it sets keys beside values and has no header row.
        is_infobox: Whether it is the summary of a thing, as encyclopaedias have it.
    """

    rows: tuple[tuple[Cell | None, ...], ...]
    header: int
    caption: Element | None
    is_record: bool
    is_infobox: bool


def is_layout(table: Element) -> bool:
    """Return whether a table places blocks on a page, and has no rows in the sense of a table.

    Tables in tables, headings in cells, single cells, single columns of prose and whole chapters in a cell are such.
    """
    if table.get("role").casefold() in {"presentation", "none"}:
        return True
    cells = columns = rows = width = 0
    for inner in table.walk():
        if inner is table:
            continue
        if inner.tag in {"table", "h1", "h2", "h3", "nav", "article", "section", "main", "form", "iframe"}:
            return True
        if inner.tag == "tr":
            rows += 1
            width = 0
        elif inner.tag in {"td", "th"}:
            cells += 1
            width += 1
            columns = max(columns, width)
            if inner.size > 1500:
                return True
    return cells < 2 or (columns < 2 and not any(inner.tag == "th" for inner in table.walk()))


def grid_of(table: Element) -> Grid:
    """Return the rows and columns of a table."""
    caption = None
    rows: list[tuple[Cell | None, ...]] = []
    lines: list[Element] = []
    heads: set[int] = set()
    for part in table.children:
        if part.tag == "caption" and caption is None:
            caption = part
        elif part.tag == "tr":
            lines.append(part)
        elif part.tag in {"thead", "tbody", "tfoot"}:
            for line in part.children:
                if line.tag == "tr":
                    if part.tag == "thead":
                        heads.add(len(lines))
                    lines.append(line)
    open_spans: dict[int, tuple[Cell, int]] = {}
    filled = 0
    header = 0
    for number, line in enumerate(lines):
        row = _row(line, open_spans)
        filled += len(row)
        if filled > _MOST_CELLS:
            break
        cells = [cell for cell in row if cell is not None]
        if not any(cell.element.size for cell in cells):
            continue
        is_head = number in heads or (len(cells) > 1 and all(cell.is_header for cell in cells))
        if is_head and header == len(rows):
            header += 1
        rows.append(tuple(row))
    if header == len(rows):
        header = 0 if len(rows) < 2 else 1
    if not header and _opens_with_names(rows):
        header = 1
    record = not header and _is_record(rows)
    names = f"{table.get('class')} {table.get('id')}"
    return Grid(tuple(rows), header, caption, record, bool(_INFOBOX.search(names)))


def _row(line: Element, spans: dict[int, tuple[Cell, int]]) -> list[Cell | None]:
    row: list[Cell | None] = []
    own = [child for child in line.children if child.tag in {"td", "th"}]
    index = 0
    while (index < len(own) or any(column >= len(row) for column in spans)) and len(row) < _MOST_COLUMNS:
        column = len(row)
        if column in spans:
            cell, left = spans[column]
            row.append(Cell(cell.element, cell.is_header, is_first=False))
            if left > 1:
                spans[column] = (cell, left - 1)
            else:
                del spans[column]
        elif index < len(own):
            element = own[index]
            index += 1
            cell = Cell(element, element.tag == "th", is_first=True)
            down, across = _span(element, "rowspan"), min(_span(element, "colspan"), _MOST_COLUMNS - column)
            for offset in range(across):
                if column + offset in spans:
                    break
                row.append(cell if not offset else Cell(element, cell.is_header, is_first=False))
                if down > 1:
                    spans[column + offset] = (cell, down - 1)
        else:
            row.append(None)
    return row


def _span(element: Element, name: str) -> int:
    digits = re.match(r"\s*(\d{1,4})", element.get(name))
    return max(1, min(_LONGEST_SPAN, int(digits[1]))) if digits else 1


def _opens_with_names(rows: Sequence[Sequence[Cell | None]]) -> bool:
    """Return whether the first of rows without ``th`` names the columns: short words, set apart from those below."""
    if len(rows) < 3 or len(rows[0]) < 2 or any(cell and cell.is_header for cell in rows[0]):
        return False
    first = [cell.element.words(200) if cell else "" for cell in rows[0]]
    if len(set(first)) < len(first) or not all(0 < len(words) <= 40 for words in first):
        return False
    if any(re.search(r"\d|[.:;]$", words) for words in first):
        return False
    if all(_is_bold(cell.element) for cell in rows[0] if cell):
        return True
    below = [[cell.element.words(200) if cell else "" for cell in row] for row in rows[1:8] if len(row) == len(first)]
    return len(below) >= 2 and any(
        all(re.search(r"\d", row[column]) or len(row[column]) > 2 * _LONGEST_NAME for row in below)
        for column in range(len(first))
    )


def _is_bold(element: Element) -> bool:
    bold = sum(inner.size for inner in element.walk() if inner.tag in {"b", "strong"})
    return bold >= element.size > 0


def _is_record(rows: Sequence[Sequence[Cell | None]]) -> bool:
    """Return whether each row is keys and values by turns: ``th`` and ``td``, or two columns with short first cells."""
    pairs = 0
    for row in rows:
        cells = [cell for cell in row if cell is not None and (cell.is_first)]
        if len(cells) == 1:
            continue  # a title or picture across the table
        if (
            len(cells) % 2
            or not all(cell.is_header for cell in cells[::2])
            or any(cell.is_header for cell in cells[1::2])
        ):
            break
        pairs += 1
    else:
        return pairs > 0
    return (
        len(rows) > 1
        and all(len(row) == 2 and row[0] is not None and 0 < len(row[0].element.words(200)) <= 30 for row in rows)
        and sum(row[0].element.words(80).rstrip().endswith((":", "：")) for row in rows if row[0]) >= 0.8 * len(rows)
    )
