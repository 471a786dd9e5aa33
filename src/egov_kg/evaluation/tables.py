"""Tables of people, read with the place of every cell: tab-separated, UTF-8, a header, no quoting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from egov_kg.errors import DataFileError

__all__ = ["Row", "read_table"]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table.

    Attributes:
        path: The file.
        line: Its 1-based line.
        cells: What stands in it, by the name of the column.
    """

    path: Path
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def get(self, column: str) -> str:
        """Return a cell, empty if the table has no such column."""
        return self.cells.get(column, "")

    def wrong(self, column: str, problem: str) -> DataFileError:
        """Return the error that says what is wrong with a cell."""
        return DataFileError(self.path, self.line, f"column {column!r}: {problem}")

    def one_of(self, column: str, allowed: Sequence[str]) -> str:
        """Return a cell that is one of a few words.

        Raises:
            DataFileError: If it is another.
        """
        if self[column] not in allowed:
            raise self.wrong(column, f"{self[column]!r} is none of {', '.join(allowed)}")
        return self[column]


def read_table(path: Path, required: Sequence[str], *, filled: Sequence[str] = ()) -> Iterator[Row]:
    """Yield the lines of a table.

    Args:
        path: The file.
        required: The columns that it must have; ``a/b`` is satisfied by either and comes out as ``a``.
        filled: Those of them in which no cell may be empty.

    Raises:
        DataFileError: If it cannot be read, lacks a column, or a line has another number of cells than the header.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise DataFileError(path, 0, f"cannot be read ({error.strerror}); expected a table with tabs") from error
    except UnicodeDecodeError as error:
        raise DataFileError(path, 0, f"is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    head = lines[0].rstrip("\r").split("\t")
    renamed = _renamed(path, head, required)
    for number, text in enumerate(lines[1:], 2):
        cells = text.rstrip("\r").split("\t")
        if cells == [""]:
            continue
        if len(cells) != len(head):
            raise DataFileError(path, number, f"has {len(cells)} cells; expected {len(head)}, as the header has")
        row = Row(path, number, {renamed.get(name, name): cell.strip() for name, cell in zip(head, cells, strict=True)})
        for column in filled:
            if not row[column]:
                raise row.wrong(column, "is empty; expected a value")
        yield row


def _renamed(path: Path, head: Sequence[str], required: Sequence[str]) -> dict[str, str]:
    """Return what the columns that have another name than the first one of theirs are called here."""
    renamed = {}
    for names in required:
        name, *others = names.split("/")
        found = next((one for one in (name, *others) if one in head), None)
        if found is None:
            what = " or ".join(repr(one) for one in (name, *others))
            raise DataFileError(path, 1, f"lacks the column {what}; it has {', '.join(map(repr, head))}")
        renamed[found] = name
    return renamed
