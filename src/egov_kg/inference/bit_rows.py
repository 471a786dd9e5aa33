"""Transitive closure of some thousand nodes: what each reaches is one long number, a bit for each node.

To unite what two nodes reach is one operation on these, whatever it is: a chain of 5,000 nodes, whose closure has 12.5
million pairs, is closed in a fiftieth of a second, and the rest is to write the pairs down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference.columns import SHIFT, Rows

__all__ = ["closed_by_bits"]

Places = NDArray[np.int64]

_BLOCK = 1 << 22
"""Bytes of rows that are read at once."""
_TOLD = 256
"""After so many nodes the check is asked."""
_SPARSE = 4
"""Where fewer than one word in so many has a bit, the others are passed over."""


def closed_by_bits(
    nodes: Rows, source: Places, target: Places, component: Places, told: Callable[[int], object]
) -> Rows:
    """Return all pairs of nodes that a way of one or more edges joins, in order.

    Args:
        nodes: In order.
        source: Where the edges begin, by the places of nodes.
        target: Where they end.
        component: The strongly connected component of each node; what a component leads to has a lower number.
        told: Called now and then with the number of pairs found; may raise.

    Example:
        >>> places = np.array([0, 1]), np.array([1, 2])
        >>> found = closed_by_bits(np.array([5, 6, 7], np.uint64), *places, np.array([2, 1, 0]), print)
        3
        >>> [(row >> 32, row & 0xFFFFFFFF) for row in found.tolist()]
        [(5, 6), (5, 7), (6, 7)]
    """
    members = np.bincount(component).tolist()
    following: list[set[int]] = [set() for _ in members]
    for one, other in zip(component[source].tolist(), component[target].tolist(), strict=True):
        following[one].add(other)
    itself = [0] * len(members)
    for place, one in enumerate(component.tolist()):
        itself[one] |= 1 << place
    reach: list[int] = []
    pairs = 0
    for one, others in enumerate(following):
        bits = itself[one] if one in others else 0
        for other in others:
            if other != one:
                bits |= itself[other]  # with all that it reaches: its turn was before
        reach.append(bits)
        itself[one] |= bits
        pairs += members[one] * bits.bit_count()
        if one % _TOLD == _TOLD - 1 or one == len(members) - 1:
            told(pairs)
    pieces = list(_pairs(nodes, [reach[one] for one in component.tolist()]))
    return np.concatenate(pieces) if pieces else nodes[:0]


def _pairs(nodes: Rows, reach: Sequence[int]) -> Iterator[Rows]:
    """Yield the pairs that rows of bits stand for, in order."""
    words = (len(nodes) + 63) >> 6
    counts = np.fromiter((bits.bit_count() for bits in reach), np.int64, len(reach))
    step = max(1, _BLOCK // (8 * words))
    for begin in range(0, len(reach), step):
        rows = reach[begin : begin + step]
        places = _places(b"".join([bits.to_bytes(8 * words, "little") for bits in rows]))
        count = counts[begin : begin + step]
        left = np.arange(len(rows), dtype=np.int64) * (64 * words)
        places -= np.repeat(left, count)
        found = nodes[places]
        found |= np.repeat(nodes[begin : begin + step] << SHIFT, count)
        yield found


def _places(data: bytes) -> Places:
    """Return the places of the bits that are set, the lowest bit of each byte first."""
    words = np.frombuffer(data, "<u8")
    used = np.flatnonzero(words)
    if _SPARSE * len(used) >= len(words):
        return np.flatnonzero(np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little").view(np.bool_))
    bits = np.flatnonzero(np.unpackbits(words[used].view(np.uint8), bitorder="little").view(np.bool_))
    found: Places = (used[bits >> 6] << 6) + (bits & 63)
    return found
