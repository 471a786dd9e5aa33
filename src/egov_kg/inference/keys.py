"""Keys: which things hold the same, without going through all tuples of what they hold."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference.columns import NO_ROWS, SHIFT, Rows, runs
from egov_kg.inference.joins import spread

__all__ = ["shared"]

_SEEDS: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)


def shared(codes: Rows, owners: Rows, values: Rows) -> tuple[NDArray[np.int64], Rows]:
    """Return which rows of a key are worth while, and their codes, numbered anew in the same order.

    An owner that shares its code with nobody is the same as nobody. Of codes that the same owners share, the first will
    do: two things with ten values of each of twelve properties share 10**12 tuples of values.

    Args:
        codes: What each row holds of the properties so far; equal codes mean equal values.
        owners: Who holds it, by rank.
        values: The last of the values as it is written, by rank: of an owner's values with one code the first is taken.

    Example:
        >>> rows, codes = shared(*(np.array(one, np.uint64) for one in ([7, 7, 8, 9, 9], [1, 2, 1, 2, 1], [0] * 5)))
        >>> rows.tolist(), codes.tolist()
        ([0, 1], [0, 0])
    """
    order = np.lexsort((values, owners, codes))
    code, owner = codes[order], owners[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (code[1:] != code[:-1]) | (owner[1:] != owner[:-1])
    order, code, owner = order[new], code[new], owner[new]
    starts, ends = runs(code)
    several = ends - starts > 1
    starts, ends = starts[several], ends[several]
    if not len(starts):
        return np.empty(0, dtype=np.int64), NO_ROWS
    bounds = np.stack([starts, ends], axis=1).ravel()
    sums = [np.add.reduceat(np.append(_mixed(owner, seed), np.uint64(0)), bounds)[::2] for seed in _SEEDS]
    chosen = np.sort(np.unique(np.stack(sums), axis=1, return_index=True)[1])
    sizes = ends[chosen] - starts[chosen]
    numbers = np.repeat(np.arange(len(chosen), dtype=np.uint64), sizes)
    return order[spread(starts[chosen], sizes)], numbers


def _mixed(ids: Rows, seed: int) -> Rows:
    """Return a number of 64 bits for each id, so that two sums of 128 bits in all tell one set from another."""
    mixed = (ids + np.uint64(1)) * np.uint64(seed)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    found: Rows = mixed ^ (mixed >> SHIFT)
    return found
