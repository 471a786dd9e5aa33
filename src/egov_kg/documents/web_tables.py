"""The tables of web pages: fields, rows below their names, stages, and the record of a thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from egov_kg.documents import tables
from egov_kg.documents.composition import Cell, Composition, Run
from egov_kg.documents.grid import Cell as GridCell
from egov_kg.documents.grid import Grid
from egov_kg.documents.runs import text_of
from egov_kg.documents.tree import Element
from egov_kg.model import View

__all__ = ["WebTables"]

_OF_DOCUMENTS: Final = frozenset(
    [
        "author", "authors", "by", "date", "doi", "format", "isbn", "issn", "issued", "keywords", "language",
        "languages", "number", "published", "publisher", "series", "subject", "title", "topic", "type", "year",
    ]
)  # fmt: skip


class WebTables:
    """Writes the tables of a page.

    Args:
        composition: Where to.
        cell: Returns the words of an element, paragraph by paragraph.
        is_key: Tells whether words are the key of a field.
    """

    def __init__(
        self, composition: Composition, cell: Callable[[Element], Cell], is_key: Callable[[str], bool]
    ) -> None:
        self.composition, self._cell, self._is_key = composition, cell, is_key

    def add(self, grid: Grid) -> None:
        """Write a table: as fields, as rows with or without names above them, or as the record of a thing."""
        if grid.is_infobox:
            self._infobox(grid)
        elif grid.is_record:
            self._record(grid)
        else:
            self.composition.table(self._rows(grid), header=grid.header > 0, keyed=not grid.header)

    def _record(self, grid: Grid) -> None:
        """Write keys and values: as fields of the page where its keys say so, else as rows without a header."""
        pairs = [[self._cell(cell.element) for cell in pair] for row in grid.rows for pair in _pairs(row)]
        keys = [text_of(run for paragraph in pair[0] for run in paragraph).rstrip(":： ") for pair in pairs]
        if 2 * sum(map(self._is_key, keys)) < len(keys):
            self.composition.table(pairs, header=False, keyed=False)
            return
        for key, pair in zip(keys, pairs, strict=True):
            value = [run for cell in pair[1:] for paragraph in cell for run in (*paragraph, Run(" "))]
            self.composition.field(key, value)

    def _infobox(self, grid: Grid) -> None:
        """Write the summary of a thing: its name as a heading, then what each key says of it.

        A key that a record of a document has ("Type", "Language") would be taken to say something of this page.
        """
        named = grid.caption is not None and grid.caption.size > 0
        if grid.caption is not None and named:
            self.composition.heading([Run(grid.caption.words(400))], 3)
        for row in grid.rows:
            cells = [cell for cell in row if cell is not None and cell.is_first and cell.element.size]
            words = [cell.element.words(400) for cell in cells]
            if len(cells) == 1 and not named:
                self.composition.heading([Run(words[0])], 3)
                named = True
            elif len(cells) == 2 and words[0].casefold().rstrip(":： ") not in _OF_DOCUMENTS:
                value = [run for paragraph in self._cell(cells[1].element) for run in (*paragraph, Run("; "))]
                self.composition.field(words[0].rstrip(":： "), value[:-1])
            elif cells:
                self.composition.chrome(" ".join(words))

    def _rows(self, grid: Grid) -> list[list[Cell]]:
        """Return the cells of a table, header rows made one; what spans rows stands in each, but for stages."""
        cells: dict[Element, Cell] = {}
        for row in grid.rows:
            for cell in row:
                if cell is not None and cell.element not in cells:
                    cells[cell.element] = self._cell(cell.element)
        rows: list[list[Cell]] = []
        if grid.header:
            rows.append(_names(grid, cells))
        for row in grid.rows[grid.header :]:
            seen: set[Element] = set()
            written: list[Cell] = []
            for cell in row:
                is_again = cell is not None and (
                    cell.element in seen or (not cell.is_first and _is_stage(cells[cell.element]))
                )
                written.append([] if cell is None or is_again else cells[cell.element])
                if cell is not None:
                    seen.add(cell.element)
            rows.append(written)
        width = max((len(row) for row in rows), default=0)
        return [[*row, *([] for _ in range(width - len(row)))] for row in rows]


def _pairs(row: Iterable[GridCell | None]) -> Iterator[list[GridCell]]:
    """Yield key and value, as they follow each other in a row; what spans the table stands alone."""
    cells = [cell for cell in row if cell is not None and cell.is_first and cell.element.size]
    for index in range(0, len(cells), 2):
        yield cells[index : index + 2]


def _names(grid: Grid, cells: Mapping[Element, Cell]) -> list[Cell]:
    """Return the names of the columns, those of several header rows joined."""
    names: list[Cell] = []
    for column in range(max(len(row) for row in grid.rows)):
        above: list[Element] = []
        for row in grid.rows[: grid.header]:
            cell = row[column] if column < len(row) else None
            is_new = cell is not None and cell.element not in above
            if cell is not None and is_new and (grid.header > 1 or cell.is_first):
                above.append(cell.element)
        runs = [run for element in above for paragraph in cells[element] for run in (*paragraph, Run(" "))]
        names.append([runs] if runs else [])
    return names


def _is_stage(cell: Cell) -> bool:
    words = text_of(run for paragraph in cell for run in (*paragraph, Run(" ")))
    found = tables.stage_head(View(words, tuple(range(len(words)))))
    return found is not None and found[1] == len(words)
