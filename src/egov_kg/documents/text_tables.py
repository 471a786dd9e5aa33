"""Tables in plain text that have kept their cells: parted by tabs, strokes, or two spaces and more."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.documents.view import Cut, Line

__all__ = ["TextTable", "text_table"]

_RULE = re.compile(r"[\s|+│┃├┼┤┌┬┐└┴┘─━═╔╦╗╠╬╣╚╩╝║:=_-]{3,}")
_STROKE = re.compile(r"[|│┃║¦]")
_GAP = re.compile(r"\t+[ \t]*|[ \u00a0\u3000]{2,}")
_LONGEST_CELL: Final = 120
_LONGEST_NAME: Final = 40
_LEAST_ROWS: Final = 3
_NEAR: Final = 2
"""Columns of aligned text begin within so many characters of each other."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of plain text.

    Attributes:
        rows: Of each row the range of each cell in its line; an empty cell has an empty range.
        lines: Of each row the index of its line.
        next_line: The index of the first line behind it.
    """

    rows: tuple[tuple[Cut, ...], ...]
    lines: tuple[int, ...]
    next_line: int


def text_table(lines: Sequence[Line], first: int) -> tuple[TextTable | None, int]:
    r"""Return the table that begins at a line, and the index of the first line that could begin another one.

    A table has two or three rows with the same columns, the first of which names them.

    Args:
        lines: The lines of a text.
        first: The index of the first of them.

    Example:
        >>> rows = ["Plan\tPeriod", "First plan\t1996-2000", "Second plan\t2001-2005"]
        >>> found, behind = text_table([Line(0, len(row), row) for row in rows], 0)
        >>> found.rows[1], behind
        (((0, 10), (11, 20)), 3)
    """
    text = lines[first].text
    if _STROKE.search(text) or _RULE.fullmatch(text):
        return _ruled(lines, first)
    return _aligned(lines, first) if _GAP.search(text.strip()) else (None, first + 1)


def _ruled(lines: Sequence[Line], first: int) -> tuple[TextTable | None, int]:
    rows: list[tuple[Cut, ...]] = []
    places: list[int] = []
    index = first
    while index < len(lines) and not lines[index].is_blank:
        text = lines[index].text
        if _RULE.fullmatch(text):
            index += 1
            continue
        cells = _between_strokes(text)
        if len(cells) < 2 or (rows and len(cells) != len(rows[0])):
            break
        rows.append(cells)
        places.append(index)
        index += 1
    if len(rows) < 2 or not _are_names(lines[places[0]].text, rows[0]):
        return None, max(first + 1, index)
    return TextTable(tuple(rows), tuple(places), index), index


def _between_strokes(text: str) -> tuple[Cut, ...]:
    strokes = [match.start() for match in _STROKE.finditer(text)]
    if not strokes:
        return ()
    bounds = [-1, *strokes, len(text)]
    cells = [(left + 1, right) for left, right in itertools.pairwise(bounds)]
    if not text[: strokes[0]].strip():
        cells.pop(0)
    if cells and not text[strokes[-1] + 1 :].strip():
        cells.pop()
    return tuple(_stripped(text, cell) for cell in cells)


def _stripped(text: str, cell: Cut) -> Cut:
    words = text[cell[0] : cell[1]]
    start = cell[0] + len(words) - len(words.lstrip())
    return start, max(start, cell[0] + len(words.rstrip()))


def _aligned(lines: Sequence[Line], first: int) -> tuple[TextTable | None, int]:
    """Return a table whose rows all have as many cells, which begin below each other where no tabs part them."""
    rows: list[tuple[Cut, ...]] = []
    index = first
    while index < len(lines) and not lines[index].is_blank:
        text = lines[index].text
        if _RULE.fullmatch(text) and rows:
            index += 1
            continue
        cells = _between_gaps(text)
        if len(cells) < 2 or (rows and not _fits(cells, rows[0], has_tabs="\t" in text.strip())):
            break
        rows.append(cells)
        index += 1
    places = [one for one in range(first, index) if not _RULE.fullmatch(lines[one].text)]
    if len(rows) < _LEAST_ROWS or not _are_names(lines[first].text, rows[0]):
        return None, max(first + 1, index)
    below = [
        lines[place].text[cell[0] : cell[1]] for place, row in zip(places[1:], rows[1:], strict=True) for cell in row
    ]
    in_small_letters = sum(words[:1].islower() for words in below)
    if any(len(words) > _LONGEST_CELL for words in below) or in_small_letters > len(below) // 3:
        return None, max(first + 1, index)  # two columns of prose
    return TextTable(tuple(rows), tuple(places), index), index


def _between_gaps(text: str) -> tuple[Cut, ...]:
    bare = text.rstrip()
    start = len(bare) - len(bare.lstrip())
    cells: list[Cut] = []
    for gap in _GAP.finditer(bare, start):
        cells.append((start, gap.start()))
        start = gap.end()
    return (*cells, (start, len(bare))) if bare.strip() else ()


def _fits(cells: Sequence[Cut], above: Sequence[Cut], *, has_tabs: bool) -> bool:
    if len(cells) != len(above):
        return False
    return has_tabs or all(abs(cell[0] - other[0]) <= _NEAR for cell, other in zip(cells, above, strict=True))


def _are_names(text: str, cells: Sequence[Cut]) -> bool:
    """Return whether cells name columns: short, all different, no sentence, no year."""
    names = [text[start:end].strip() for start, end in cells]
    if not all(0 < len(name) <= _LONGEST_NAME for name in names) or len(set(names)) < len(names):
        return False
    return not any(re.search(r"[.;]$|(?:19|20)\d\d", name) for name in names)
