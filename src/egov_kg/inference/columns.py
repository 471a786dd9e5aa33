"""Columns: the facts of one class or property as sorted numbers of 64 bits, with the stage in which each appeared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "LOW",
    "NO_ROWS",
    "SHIFT",
    "Column",
    "ColumnState",
    "Layer",
    "Rows",
    "contains",
    "flip",
    "merged",
    "pack",
    "removed",
    "runs",
    "sorted_unique",
    "unique_runs",
    "without",
]

Rows = NDArray[np.uint64]
"""Facts, ``left << 32 | right`` each: subject and object of a property, class and member of all classes."""

Layer = tuple[Rows, int | NDArray[np.uint32]]
"""Facts in order, with the stage of all or of each."""

ColumnState = tuple[list[Rows], list[Layer], Rows, list[tuple[Rows, Rows]]]
"""What a column was: see `Column.state`."""

SHIFT: Final = np.uint64(32)
LOW: Final = np.uint64(0xFFFF_FFFF)
NO_ROWS: Final[Rows] = np.empty(0, dtype=np.uint64)

_GROWTH = 4
"""A part is merged into the one before it when that is less than so many times as long: few parts, few merges."""

_FEW = 32
"""So many rows are put into a long array one by one; more are sorted into it."""

_LONG = 1 << 16
_BEGINNING = 1 << 10
"""Long arrays are often in order, and to see that takes a tenth of the time of sorting them."""

_MANY_TIMES = 16
"""A part that is so many times shorter is looked up in the ordered rows, not each row in it."""

_MOST_LAYERS = 24
"""Stages are looked up layer by layer; when there are more, the younger ones are merged as parts are."""


def pack(left: Rows | NDArray[np.uint32], right: Rows | NDArray[np.uint32] | int) -> Rows:
    """Return pairs as numbers.

    Example:
        >>> pack(np.array([1, 0], np.uint32), np.array([2, 3], np.uint32)).tolist()
        [4294967298, 3]
    """
    packed: Rows = left.astype(np.uint64) << SHIFT
    packed |= np.uint64(right) if isinstance(right, int) else right.astype(np.uint64, copy=False)
    return packed


def flip(rows: Rows) -> Rows:
    """Return the pairs the other way round, unsorted."""
    return (rows << SHIFT) | (rows >> SHIFT)


def unique_runs(rows: Rows) -> Rows:
    """Return rows where equal ones stand side by side, each once, in their order."""
    if len(rows) < 2:
        return rows
    first = np.empty(len(rows), dtype=np.bool_)
    first[0] = True
    np.not_equal(rows[1:], rows[:-1], out=first[1:])
    return rows if first.all() else rows[first]


def sorted_unique(rows: Rows) -> Rows:
    """Return rows in order, each once.

    Example:
        >>> sorted_unique(np.array([3, 1, 3], np.uint64)).tolist()
        [1, 3]
    """
    if len(rows) < 2 or (len(rows) >= _LONG and _is_ordered(rows)):
        return rows
    return unique_runs(np.sort(rows))


def _is_ordered(rows: Rows) -> bool:
    """Tell whether rows are in order, each once; where they are not, their beginning mostly tells."""
    return all((some[1:] > some[:-1]).all() for some in (rows[:_BEGINNING], rows))


def contains(ordered: Rows, rows: Rows) -> NDArray[np.bool_]:
    """Return which rows occur in an ordered array.

    Example:
        >>> contains(np.array([1, 3], np.uint64), np.array([3, 2, 9], np.uint64)).tolist()
        [True, False, False]
    """
    if not len(ordered):
        return np.zeros(len(rows), dtype=np.bool_)
    place = np.searchsorted(ordered, rows)
    place[place == len(ordered)] = 0
    found: NDArray[np.bool_] = ordered[place] == rows
    return found


def without(rows: Rows, parts: Iterable[Rows]) -> Rows:
    """Return the rows that none of the ordered parts has."""
    for part in parts:
        if not len(rows):
            break
        if len(part) and len(rows) > max(_LONG, _MANY_TIMES * len(part)) and _is_ordered(rows):
            rows = removed(rows, part)
        elif len(part):
            known = contains(part, rows)
            if known.any():
                rows = rows[~known]
    return rows


def merged(parts: Sequence[Rows]) -> Rows:
    """Return ordered arrays that share no row as one ordered array."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else NO_ROWS
    if len(parts) == 2 and len(parts[1]) <= _FEW < len(parts[0]):
        places = np.searchsorted(parts[0], parts[1]).tolist()
        pieces = [parts[0][: places[0]]]
        for number, (first, end) in enumerate(pairwise([*places, len(parts[0])])):
            pieces += [parts[1][number : number + 1], parts[0][first:end]]
        return np.concatenate(pieces)
    joined = np.concatenate(parts)
    joined.sort()
    return joined


def places_of(rows: Rows, gone: Rows) -> NDArray[np.intp]:
    """Return where ordered rows have others, of which some may not be there."""
    places = np.searchsorted(rows, gone)
    inside = places < len(rows)
    places, gone = places[inside], gone[inside]
    found: NDArray[np.intp] = places[rows[places] == gone]
    return found


def removed(rows: Rows, gone: Rows) -> Rows:
    """Return ordered rows without some."""
    places = places_of(rows, gone)
    return np.delete(rows, places) if len(places) else rows


def runs(keys: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the runs of equal keys begin and end."""
    if not len(keys):
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing
    cuts = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    return np.concatenate([[0], cuts]), np.concatenate([cuts, [len(keys)]])


class Column:
    """Facts in order, in a few parts of falling length, and the layers in which they came.

    A long part and short ones after it make it cheap to add one fact to a million. Layers keep rows that equality has
    rewritten since, under their old names: what was known then stays known, and proofs rest on it.

    Attributes:
        parts: Ordered arrays that share no row. Not to be altered.
        layers: Rows that were added, with their stage, or the stage of each.
        given: What was given, ordered. A fact that is derived and then given is in it.
    """

    __slots__ = ("_turned", "given", "layers", "parts")

    def __init__(self) -> None:
        self.parts: list[Rows] = []
        self.layers: list[Layer] = []
        self.given: Rows = NO_ROWS
        self._turned: list[tuple[Rows, Rows]] = []

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    @property
    def nbytes(self) -> int:
        """Bytes that it holds, arrays that stand for two things once."""
        arrays = {id(array): array for array in (*self.parts, self.given, *(rows for rows, _ in self.layers))}
        arrays |= {id(turned): turned for _, turned in self._turned}
        stages = sum(stage.nbytes for _, stage in self.layers if not isinstance(stage, int))
        return sum(array.nbytes for array in arrays.values()) + stages

    def rows(self) -> Rows:
        """Return all facts in order; from now on they are one part."""
        if len(self.parts) > 1:
            self.parts = [merged(self.parts)]
        return self.parts[0] if self.parts else NO_ROWS

    def turned(self) -> list[Rows]:
        """Return the parts of the pairs the other way round, each ordered; made when first asked for."""
        known = {id(part): turned for part, turned in self._turned}
        self._turned = [(part, known[id(part)] if id(part) in known else np.sort(flip(part))) for part in self.parts]
        return [turned for _, turned in self._turned]

    def new(self, rows: Rows) -> Rows:
        """Return the rows, each once and in order, that the column does not have."""
        return without(sorted_unique(rows), self.parts)

    def add(self, rows: Rows, stage: int) -> None:
        """Take facts that are ordered and new."""
        if not len(rows):
            return
        self._put_layer(rows, stage)
        parts = [*self.parts, rows]
        while len(parts) > 1 and len(parts[-2]) < _GROWTH * len(parts[-1]):
            parts[-2:] = [merged(parts[-2:])]
        self.parts = parts

    def give(self, rows: Rows) -> Rows:
        """Take facts that are ordered and given; return those that are new."""
        rows = without(rows, [self.given])
        if not len(rows):
            return rows
        self.given = merged([self.given, rows])
        fresh = without(rows, self.parts)
        if len(fresh) < len(rows):
            self._put_layer(without(rows, [fresh]), 0)
        self.add(fresh, 0)
        return fresh

    def state(self) -> ColumnState:
        """Return what `restore` needs to make the column as it is now; arrays and lists are never altered in place."""
        return self.parts, self.layers, self.given, self._turned

    def restore(self, state: ColumnState) -> None:
        """Make the column as it was."""
        self.parts, self.layers, self.given, self._turned = state

    def withdraw(self, gone: Rows) -> None:
        """Let rows hold no more that equality renames; their layers stay, as `replace` leaves them."""
        self.parts = [left for part in self.parts if len(left := removed(part, gone))]

    def replace(self, moved: Sequence[NDArray[np.bool_]], renamed: Rows, stage: int) -> Rows:
        """Put rows in the place of others, and return those of them that are new.

        Args:
            moved: For each part, which of its rows go.
            renamed: What comes instead, in any order.
            stage: The stage of what is new.
        """
        kept = [part[~gone] if gone.any() else part for part, gone in zip(self.parts, moved, strict=True)]
        self.parts = [part for part in kept if len(part)]
        fresh = self.new(renamed)
        self.add(fresh, stage)
        return fresh

    def remove(self, gone: Rows) -> None:
        """Take facts away, as if they had never been there; those that were given must have been taken back."""
        new = {id(part): removed(part, gone) for part in self.parts}
        turned = np.sort(flip(gone))
        known = [(new[id(part)], removed(other, turned)) for part, other in self._turned if id(part) in new]
        self._turned = [(part, other) for part, other in known if len(part)]
        self.parts = [part for part in new.values() if len(part)]
        layers: list[Layer] = []
        for rows, stage in self.layers:
            if isinstance(stage, int):
                layers.append((new[id(rows)] if id(rows) in new else removed(rows, gone), stage))
            else:
                places = places_of(rows, gone)
                layers.append((np.delete(rows, places), np.delete(stage, places)))
        self.layers = [layer for layer in layers if len(layer[0])]

    def stage(self, row: int) -> int | None:
        """Return the lowest stage of a fact that holds, or held before equality rewrote it."""
        best: int | None = None
        wanted = np.uint64(row)
        for rows, stage in self.layers:
            place = int(np.searchsorted(rows, wanted))
            if place < len(rows) and rows[place] == wanted:
                found = stage if isinstance(stage, int) else int(stage[place])
                best = found if best is None else min(best, found)
        return best

    def history(self, low: int, high: int) -> Iterable[Layer]:
        """Return the rows from `low` up to, and without, `high`, layer by layer, with their stages."""
        for rows, stage in self.layers:
            first, end = (int(place) for place in np.searchsorted(rows, np.array([low, high], dtype=np.uint64)))
            if first < end:
                yield rows[first:end], stage if isinstance(stage, int) else stage[first:end]

    def _put_layer(self, rows: Rows, stage: int) -> None:
        layers = [*self.layers, (rows, stage)]
        while len(layers) > _MOST_LAYERS and len(layers[-2][0]) < _GROWTH * len(layers[-1][0]):
            layers[-2:] = [_merged_layers(*layers[-2:])]
        self.layers = layers


def _merged_layers(first: Layer, second: Layer) -> Layer:
    rows = np.concatenate([first[0], second[0]])
    stages = np.concatenate([np.full(len(part), stage, dtype=np.uint32) for part, stage in (first, second)])
    order = np.lexsort((stages, rows))  # a row that was derived and then given is in both
    rows, stages = rows[order], stages[order]
    once = np.concatenate([[True], rows[1:] != rows[:-1]])
    return rows[once], stages[once]
