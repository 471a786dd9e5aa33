"""Tables on a page of a PDF file: ruled ones by their lines, others by the white stripes between their columns."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.documents import shapes
from egov_kg.documents.pdf_lines import Line, lines
from egov_kg.documents.pdf_pages import Rule, Word

__all__ = ["Grid", "aligned", "ruled"]

_NEAR: Final = 2.5  # points by which lines miss each other
_FEWEST_ROWS: Final = 3
# Marks of items: signs, numbers with one or more parts, letters and syllables in order.
_MARK = re.compile(r"[-–—•·∙▪■□◦○●◎◇◆▷▶➢✓※ㅇ❍*]|\(?(?:[A-Za-z가-힣]|\d{1,3}(?:\.\d{1,3})*)[.)]?|[①-⑳]")
MOST_PIECES: Final = 2_000
_STRIPE: Final = 8.0  # the least white between two columns of a table without lines


@dataclass(slots=True)
class Grid:
    """A table.

    Attributes:
        top, bottom: Its place on the page.
        x0, x1: Where its words begin and end.
        rows: Rows of cells, each as its lines; a cell that another spans is empty.
    """

    top: float
    bottom: float
    x0: float
    x1: float
    rows: list[list[list[Line]]]


def ruled(words: Sequence[Word], rules: Sequence[Rule]) -> tuple[list[Grid], list[Word]]:
    """Return the tables that lines rule, from top to bottom, and the words that stand in none of them."""
    grids: list[Grid] = []
    rest = list(words)
    used: set[int] = set()
    for group in _groups(rules):
        xs = _places([(rule.x0 + rule.x1) / 2 for rule in group if not rule.is_level])
        ys = _places([(rule.y0 + rule.y1) / 2 for rule in group if rule.is_level])
        if len(xs) < 3 or len(ys) < 3 or len(xs) > 60 or len(ys) > 400:
            continue
        inside = [w for w in rest if xs[0] - 1 <= (w.x0 + w.x1) / 2 <= xs[-1] + 1 and ys[0] <= w.middle <= ys[-1]]
        if not inside:
            continue
        taken = {id(word) for word in inside}
        used.update(id(rule) for rule in group)
        rest = [word for word in rest if id(word) not in taken]
        edges = min(word.x0 for word in inside), max(word.x1 for word in inside)
        grids.append(Grid(ys[0], ys[-1], *edges, _cells(inside, group, xs, ys)))
    for xs, ys in _underlined([rule for rule in rules if id(rule) not in used]):
        found = _underlined_grid(rest, xs, ys)
        if found is not None:
            grid, taken = found
            grids.append(grid)
            rest = [word for word in rest if id(word) not in taken]
    return sorted(grids, key=lambda grid: (grid.top, grid.x0)), rest


def _underlined(rules: Sequence[Rule]) -> list[tuple[list[float], list[float]]]:
    """Return where the columns and rows of tables end whose cells have a line below them and none at their sides.

    Such a line is drawn cell by cell, and the pieces meet at the same places in row after row.
    """
    level = sorted((rule for rule in rules if rule.is_level and rule.x1 - rule.x0 > 4), key=lambda rule: rule.y0)
    rows: list[tuple[float, list[Rule]]] = []
    for rule in level[:MOST_PIECES]:
        if rows and rule.y0 - rows[-1][0] <= 1:
            rows[-1][1].append(rule)
        else:
            rows.append((rule.y0, [rule]))
    tables: dict[tuple[int, ...], tuple[list[float], list[float]]] = {}
    for y, pieces in rows:
        chains: list[list[Rule]] = []
        for piece in sorted(pieces, key=lambda piece: piece.x0):
            if chains and abs(piece.x0 - chains[-1][-1].x1) <= _NEAR:
                chains[-1].append(piece)
            elif not chains or piece.x0 > chains[-1][-1].x1:  # and not drawn twice
                chains.append([piece])
        for chain in chains:
            if len(chain) > 1:
                xs = [chain[0].x0, *(piece.x1 for piece in chain)]
                tables.setdefault(tuple(round(x / _NEAR) for x in xs), (xs, []))[1].append(y)
    return [(xs, ys) for xs, ys in tables.values() if len(ys) > 1]


def _underlined_grid(words: Sequence[Word], xs: list[float], ys: list[float]) -> tuple[Grid, set[int]] | None:
    """Return a table whose rows end at lines, and the words in it by identity; None if words cross its columns.

    The first row has no line above it: it is as high as its words are, line upon line.
    """
    within = [word for word in words if xs[0] - 1 <= word.x0 and word.x1 <= xs[-1] + 1 and word.middle <= ys[-1]]
    if any(word.x0 < x - 1 and x + 1 < word.x1 for word in within if word.middle > ys[0] for x in xs[1:-1]):
        return None
    top = ys[0]
    for line in reversed(lines([word for word in within if word.middle <= ys[0]])):
        apart = len({sum(x <= word.x0 + 1 for x in xs) for word in line.words})
        crossed = any(word.x0 < x - 1 and x + 1 < word.x1 for word in line.words for x in xs[1:-1])
        if line.base < top - 2 * line.size or apart < 2 or crossed:
            break
        top = line.base - line.size
    inside = [word for word in within if word.middle > top]
    if not inside:
        return None
    edges = [top, *ys] if top < ys[0] else ys
    rows = [
        [
            lines([word for word in inside if y0 < word.middle <= y1 and x0 - 1 <= word.x0 < x1 - 1])
            for x0, x1 in itertools.pairwise(xs)
        ]
        for y0, y1 in itertools.pairwise(edges)
    ]
    grid = Grid(top, ys[-1], min(word.x0 for word in inside), max(word.x1 for word in inside), rows)
    return grid, {id(word) for word in inside}


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Return rules in groups of those that touch, directly or through others; of level and upright ones alike."""
    long = [rule for rule in rules if max(rule.x1 - rule.x0, rule.y1 - rule.y0) > 4]
    level = sorted((rule for rule in long if rule.is_level), key=lambda rule: rule.y0)
    upright = sorted((rule for rule in long if not rule.is_level), key=lambda rule: rule.x0)
    if len(level) > 1_500 or len(upright) > 1_500:
        return []
    root = list(range(len(level) + len(upright)))

    def find(index: int) -> int:
        while root[index] != index:
            root[index] = root[root[index]]
            index = root[index]
        return index

    for i, one in enumerate(level):
        for j, other in enumerate(upright):
            if one.x0 - _NEAR <= other.x0 <= one.x1 + _NEAR and other.y0 - _NEAR <= one.y0 <= other.y1 + _NEAR:
                root[find(len(level) + j)] = find(i)
    groups: dict[int, list[Rule]] = {}
    for index, rule in enumerate([*level, *upright]):
        groups.setdefault(find(index), []).append(rule)
    return [group for group in groups.values() if len(group) >= 4]


def _places(values: Sequence[float]) -> list[float]:
    """Return sorted values, those that lie near each other as one."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return places


def _cells(words: Sequence[Word], rules: Sequence[Rule], xs: list[float], ys: list[float]) -> list[list[list[Line]]]:
    """Return the cells of a grid; where no line parts two, they are one, which counts for the first."""
    wide, high = len(xs) - 1, len(ys) - 1
    upright = [rule for rule in rules if not rule.is_level]
    level = [rule for rule in rules if rule.is_level]
    held: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        column = max(0, min(wide - 1, sum(x <= (word.x0 + word.x1) / 2 for x in xs) - 1))
        row = max(0, min(high - 1, sum(y <= word.middle for y in ys) - 1))
        held.setdefault((row, column), []).append(word)
    owner = {(row, column): (row, column) for row in range(high) for column in range(wide)}
    for row in range(high):
        middle = (ys[row] + ys[row + 1]) / 2
        for column in range(1, wide):
            if not any(abs(r.x0 - xs[column]) <= _NEAR and r.y0 - 1 <= middle <= r.y1 + 1 for r in upright):
                owner[row, column] = owner[row, column - 1]
    for column in range(wide):
        middle = (xs[column] + xs[column + 1]) / 2
        for row in range(1, high):
            if not any(abs(r.y0 - ys[row]) <= _NEAR and r.x0 - 1 <= middle <= r.x1 + 1 for r in level):
                owner[row, column] = owner[row - 1, column]
    merged: dict[tuple[int, int], list[Word]] = {}
    for place, found in sorted(held.items()):
        merged.setdefault(owner[place], []).extend(found)
    return [[lines(merged.get((row, column), [])) for column in range(wide)] for row in range(high)]


def aligned(rows: Sequence[Line], first: int) -> tuple[Grid, int] | None:
    """Return the table without lines that begins at a line of a column, and the index of the line behind it.

    Marks of a list and dates of a chronology are no column: those lines are read as such.

    Args:
        rows: The lines of a column.
        first: Where it may begin.
    """
    size = rows[first].size
    gap = max(_STRIPE, 1.1 * size)
    groups = rows[first].segments(gap)
    stripes = [(before[-1].x1, after[0].x0) for before, after in itertools.pairwise(groups)]
    end, several = first, 0
    while stripes and end < len(rows) and abs(rows[end].size - size) < 1.5:
        row = rows[end]
        if end > first and row.base - rows[end - 1].base > 3.2 * size:
            break
        groups = row.segments(gap)
        left = _white(stripes, groups)
        is_first_alone = len(groups) == 1 and row.x1 <= stripes[0][1]
        if not left or (is_first_alone and not _goes_on(rows, end, gap)):
            break
        stripes = left
        several += len(groups) > 1
        end += 1
    found = rows[first:end]
    if several < _FEWEST_ROWS or end - first < _FEWEST_ROWS:
        return None
    starts = [min(row.x0 for row in found), *(stop - 0.5 for _, stop in stripes)]
    cells = _rows(found, starts)
    if not _is_table(found, starts) or _is_list(cells):
        return None
    return Grid(found[0].base, found[-1].base, starts[0], max(row.x1 for row in found), cells), end


def _goes_on(rows: Sequence[Line], index: int, gap: float) -> bool:
    """Whether a line with words in its first column alone is part of a table: the next line is a row again."""
    after = index + 1
    return after < len(rows) and len(rows[after].segments(gap)) > 1


def _white(stripes: Sequence[tuple[float, float]], groups: Sequence[Sequence[Word]]) -> list[tuple[float, float]]:
    """Return what stays white of stripes beside some words: of each the widest piece, if it is wide enough."""
    left: list[tuple[float, float]] = []
    for stripe in stripes:
        pieces = [stripe]
        for group in groups:
            x0, x1 = group[0].x0, group[-1].x1
            pieces = [part for begin, end in pieces for part in ((begin, min(end, x0)), (max(begin, x1), end))]
            pieces = [(begin, end) for begin, end in pieces if end - begin >= _STRIPE]
        left += [max(pieces, key=lambda piece: piece[1] - piece[0])] if pieces else []
    return left


def _is_table(rows: Sequence[Line], starts: Sequence[float]) -> bool:
    """Whether two columns at least have words in three rows."""
    counts = [0] * len(starts)
    for row in rows:
        for column in {_column(word, starts) for word in row.words}:
            counts[column] += 1
    return sum(count >= _FEWEST_ROWS for count in counts) >= 2


def _is_list(rows: Sequence[Sequence[Sequence[Line]]]) -> bool:
    """Whether the first column holds but marks of a list, or dates from the first row on."""
    leads = [" ".join(line.text for line in row[0]) for row in rows if row[0]]
    marks = sum(bool(_MARK.fullmatch(lead)) for lead in leads)
    dates = [shapes.chronology_entry(f"{lead} x") for lead in leads]
    return 10 * marks >= 7 * len(leads) or (len(rows[0]) == 2 and bool(dates) and dates[0] and all(dates))


def _column(word: Word, starts: Sequence[float]) -> int:
    return max(0, sum(start <= word.x0 for start in starts) - 1)


def _rows(found: Sequence[Line], starts: Sequence[float]) -> list[list[list[Line]]]:
    """Return lines as rows of cells; a line without words in the first column goes on with the row above."""
    rows: list[list[list[Line]]] = []
    leads = [after.base - before.base for before, after in itertools.pairwise(found)]
    lead = statistics.median(leads) if leads else 0.0
    base = 0.0
    for line in found:
        cells: list[list[Word]] = [[] for _ in starts]
        for word in line.words:
            cells[_column(word, starts)].append(word)
        goes_on = rows and not cells[0] and line.base - base < 1.25 * lead
        if not goes_on:
            rows.append([[] for _ in starts])
        for column, words in enumerate(cells):
            if words:
                rows[-1][column] += lines(words)
        base = line.base
    return rows
