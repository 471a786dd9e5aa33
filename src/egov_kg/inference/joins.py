"""Joins: keys looked up in ordered columns, a bounded number of candidates at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference.columns import LOW, SHIFT, Rows, contains

__all__ = ["MOST_CANDIDATES", "count_matches", "members", "probe", "spread"]

MOST_CANDIDATES: Final = 1 << 24
"""So many candidates are made at a time: 128 MiB. A large join needs patience, not memory."""

_FLAGS_PAY = 32
"""Membership goes through one flag for each id where at least one id in so many is asked for."""


def spread(starts: NDArray[np.intp], counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the places of ranges, one after the other.

    Example:
        >>> spread(np.array([5, 0]), np.array([2, 3])).tolist()
        [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(counts)
    places: NDArray[np.intp] = np.repeat(starts - (ends - counts), counts)
    places += np.arange(len(places))
    return places


def probe(
    keys: Rows, carried: Rows, parts: Sequence[Rows], most: int = MOST_CANDIDATES, *, swap: bool = False
) -> Iterator[Rows]:
    """Return ``carried << 32 | value`` for each row ``key << 32 | value`` of the parts, unsorted, in pieces.

    Args:
        keys: What to look up.
        carried: What to put beside the values found; as long as `keys`.
        parts: Ordered pairs.
        most: How many rows a piece has at most, if no single key has more.
        swap: Whether to return ``value << 32 | carried``.
    """
    for part in parts:
        if not len(part) or not len(keys):
            continue
        starts = np.searchsorted(part, keys << SHIFT)
        counts = np.searchsorted(part, (keys << SHIFT) | LOW, side="right") - starts
        some = counts > 0
        if not some.all():
            starts, counts, left = starts[some], counts[some], carried[some]
        else:
            left = carried
        if not len(counts):
            continue
        for first, end in _pieces(counts, most):
            piece = counts[first:end]
            found = part[spread(starts[first:end], piece)]
            beside = np.repeat(left[first:end], piece)
            yield (found << SHIFT) | beside if swap else (beside << SHIFT) | (found & LOW)


def count_matches(keys: Rows, parts: Sequence[Rows]) -> int:
    """Return how many rows `probe` would make."""
    total = 0
    for part in parts:
        if len(part) and len(keys):
            ends = np.searchsorted(part, (keys << SHIFT) | LOW, side="right")
            total += int(ends.sum()) - int(np.searchsorted(part, keys << SHIFT).sum())
    return total


def _pieces(counts: NDArray[np.intp], most: int) -> Iterator[tuple[int, int]]:
    """Return ranges of keys that make at most so many rows each, a key with more alone."""
    ends = np.cumsum(counts)
    if ends[-1] <= most:
        yield 0, len(counts)
        return
    first = 0
    while first < len(counts):
        before = int(ends[first - 1]) if first else 0
        end = max(first + 1, int(np.searchsorted(ends, before + most, side="right")))
        yield first, end
        first = end


def members(ids: Rows, cls: int, parts: Sequence[Rows], terms: int) -> NDArray[np.bool_]:
    """Return which ids are members of a class.

    Args:
        ids: In any order.
        cls: The class, as the column has it.
        parts: ``class << 32 | member``, ordered.
        terms: How many ids there are.
    """
    bounds = np.array([cls, cls + 1], dtype=np.uint64) << SHIFT
    slices = [part[slice(*np.searchsorted(part, bounds))] for part in parts]
    slices = [rows for rows in slices if len(rows)]
    if slices and len(ids) * _FLAGS_PAY >= terms:
        flags = np.zeros(terms, dtype=np.bool_)
        for rows in slices:
            flags[rows & LOW] = True
        found: NDArray[np.bool_] = flags[ids]
        return found
    found = np.zeros(len(ids), dtype=np.bool_)
    wanted = ids | np.uint64(cls << 32)
    for rows in slices:
        found |= contains(rows, wanted)
    return found
