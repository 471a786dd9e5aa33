"""Words of a page into lines in the order in which people read: column by column, wide headings in between."""

from __future__ import annotations

import bisect
import itertools
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.documents.pdf_pages import Word

__all__ = ["Line", "columns", "lines"]

GUTTER: Final = 9.0
"""The least width of the white stripe between two columns, in points."""

# Marks of lists in fonts of symbols: what they look like is not said.
_SYMBOL = re.compile("[\ufffd\uf000-\uf0ff\x7f]")
_FEWEST: Final = 4  # lines that make a column
_MANY: Final = 12  # lines of a column that may hold a table, too
_DEEPEST: Final = 3  # columns within columns: up to eight


@dataclass(slots=True)
class Line:
    """Words on one base line.

    Attributes:
        words: From left to right.
        x0, x1: Where the first begins and the last ends.
        base: Of most of its letters.
        size: Of most of its letters.
        bold: Whether all its words are.
        page: The number of its page.
        column: The number of its column, in reading order over all pages.
    """

    words: list[Word]
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    page: int = 0
    column: int = 0

    @property
    def text(self) -> str:
        """The words with spaces between them."""
        return "".join(("" if word.glued or not index else " ") + word.text for index, word in enumerate(self.words))

    def segments(self, gap: float) -> list[list[Word]]:
        """Return the words in groups, parted where the white between two is wider than a gap."""
        groups: list[list[Word]] = []
        for word in self.words:
            if groups and word.x0 - groups[-1][-1].x1 < gap:
                groups[-1].append(word)
            else:
                groups.append([word])
        return groups


def lines(words: Sequence[Word]) -> list[Line]:
    """Return words as lines, from top to bottom; raised and lowered small letters join the line they belong to.

    A word of size 0 stands for a table, and is a line of its own.
    """
    found: list[list[Word]] = []
    middles: list[tuple[float, float, int]] = []  # sorted: height of the middle, size, index in `found`
    for word in sorted(words, key=lambda word: (-word.size, word.base, word.x0)):
        place = bisect.bisect_left(middles, (word.middle,))
        best: tuple[float, int] | None = None
        for near in middles[max(0, place - 2) : place + 2]:
            distance = abs(near[0] - word.middle)
            reach = 0.4 if word.size > 0.85 * near[1] else 0.6  # small letters may be raised
            if distance < reach * near[1] and (best is None or distance < best[0]):
                best = (distance, near[2])
        if not word.size:
            found.append([word])
        elif best is None:
            bisect.insort(middles, (word.middle, word.size, len(found)))
            found.append([word])
        else:
            found[best[1]].append(word)
    return sorted((_line(group) for group in found), key=lambda line: (line.base, line.x0))


def _line(words: list[Word]) -> Line:
    words.sort(key=lambda word: (word.x0, word.x1))
    for before, word in itertools.pairwise(words):
        if word.glued and abs(word.x0 - before.x1) > 0.3 * word.size:
            word.glued = False  # it stood behind another word in the file
    words[0].glued = False
    if len(words) > 1 and _SYMBOL.fullmatch(words[0].text):
        words[0].text = "•"
    weights: Counter[float] = Counter()
    for word in words:
        weights[round(2 * word.size) / 2] += len(word.text)
    size = max(weights, key=lambda size: (weights[size], size))
    base = statistics.median(word.base for word in words if abs(word.size - size) <= 0.5)
    return Line(words, words[0].x0, max(word.x1 for word in words), base, size, all(word.bold for word in words))


def columns(words: Sequence[Word], width: float, depth: int = 0) -> list[list[Line]]:
    """Return the columns of a page in reading order, each as its lines; a wide heading is a column of its own.

    Args:
        words: Of the page.
        width: Of the page: columns that meet in its middle may hold lists and tables.
        depth: How many columns these words are in already.
    """
    rows = lines(words)
    if depth == _DEEPEST or len(rows) < _FEWEST:
        return [rows] if rows else []
    split = _split(rows, 0.0 if depth else width)
    if split is None:
        return [rows]
    x, runs = split
    found: list[list[Line]] = []
    position = 0
    for first, last in [*runs, (len(rows), len(rows))]:
        if position < first:
            found.append(rows[position:first])
        inside = [word for row in rows[first:last] for word in row.words]
        for side in ([w for w in inside if w.x0 < x], [w for w in inside if w.x0 >= x]):
            if side:
                found.extend(columns(side, width, depth + 1))
        position = last
    return found


def _split(rows: Sequence[Line], page: float) -> tuple[float, list[tuple[int, int]]] | None:
    """Return where the gutter of a page ends, and the runs of rows that it parts; None for a page of one column."""
    left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
    edges: Counter[int] = Counter()
    for row in rows:
        for group in row.segments(GUTTER)[:12]:
            edges[round(group[0].x0)] += 1
    wide = right - left
    first, last = left + 0.15 * wide, right - 0.1 * wide
    candidates = [edge for edge, count in edges.items() if count >= 3 and first < edge < last]
    candidates = sorted(candidates, key=lambda edge: (-edges[edge], edge))[:16]
    central = [edge for edge in edges if _is_central(edge, page)]
    best: tuple[int, float, list[tuple[int, int]]] | None = None
    for edge in dict.fromkeys([*candidates, *sorted(central)[:2]]):
        runs = _runs(rows, edge - 1.5, is_central=_is_central(edge, page))
        weight = sum(last - first for first, last in runs)
        if weight and (best is None or weight > best[0]):
            best = (weight, edge - 1.5, runs)
    return None if best is None else best[1:]


def _is_central(x: float, page: float) -> bool:
    return 0.47 * page <= x <= 0.58 * page


def _runs(rows: Sequence[Line], x: float, *, is_central: bool) -> list[tuple[int, int]]:
    """Return the runs of rows with a gutter that ends at a place, those that are columns of text."""
    runs: list[tuple[int, int]] = []
    first = 0
    for index, row in enumerate([*rows, None]):
        if row is not None and not any(word.x0 < x < word.x1 + GUTTER for word in row.words):
            continue
        if _are_columns(rows[first:index], x, is_central=is_central):
            runs.append((first, index))
        first = index + 1
    return runs


def _are_columns(rows: Sequence[Line], x: float, *, is_central: bool) -> bool:
    """Whether rows are two columns of text; where they meet in the middle of the page, one of them is enough.

    Columns of text have several words a line, which fill most of the width without wide gaps; cells of a table do not.
    """
    if len(rows) < _FEWEST:
        return False
    lefts = [[word for word in row.words if word.x0 < x] for row in rows]
    rights = [[word for word in row.words if word.x0 >= x] for row in rows]
    spans: list[tuple[float, float]] = []
    prose = 0
    for side in (lefts, rights):
        filled = [words for words in side if words]
        if len(filled) < _FEWEST:
            return False
        width = max(words[-1].x1 for words in filled) - min(words[0].x0 for words in filled)
        broken = sum(any(b.x0 - a.x1 >= GUTTER for a, b in itertools.pairwise(words)) for words in filled)
        prose += (
            statistics.median(len(words) for words in filled) >= 3
            and statistics.median(words[-1].x1 - words[0].x0 for words in filled) >= 0.6 * width
            and 5 * broken <= (2 if is_central and len(filled) >= _MANY else 1) * len(filled)
        )
        spans.append((filled[0][0].base, filled[-1][0].base))
    if prose < (1 if is_central else 2):
        return False
    overlap = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
    return overlap >= 0.4 * min(spans[0][1] - spans[0][0], spans[1][1] - spans[1][0])
