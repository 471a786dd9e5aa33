"""Byte strings as numbers: hashes of many at once, and the table that finds the id of a string by them.

A string is told by 127 bits, mixed with keys that are drawn anew in each process: nobody can prepare two strings that
agree, and by chance two of a thousand million do less than once in 10^18 runs. No result depends on the keys.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["PADDING", "HashTable", "Hashes", "Words", "hash_one", "hash_ranges"]

Words: TypeAlias = NDArray[np.uint64]
Hashes: TypeAlias = tuple[Words, Words]
"""Two halves of each; the first is never 0."""

PADDING: Final = 8
"""So many bytes must follow the last range in its buffer."""

_LONGEST: Final = 2040
"""Longer strings are hashed one by one."""

_SALT: Final = os.urandom(32)
_KEYS: Final = np.frombuffer(os.urandom(16 * (_LONGEST // 8 + 1)), dtype="<u8").reshape(2, -1) | np.uint64(1)
_PLAIN_KEYS: Final[list[list[int]]] = _KEYS.tolist()
_SHIFT: Final = np.uint64(29)
_ONE: Final = np.uint64(1)
_MASK: Final = (1 << 64) - 1


def hash_ranges(buffer: bytes, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Hashes:
    """Return the hashes of ranges of a buffer, in their order.

    Args:
        buffer: At least `PADDING` bytes longer than the end of the last range.
        starts: Where each begins.
        lengths: How many bytes each has.
    """
    long = np.flatnonzero(lengths > _LONGEST)
    counts = (lengths + 7) >> 3
    counts[long] = 0
    counts = counts.astype(np.uint8)
    order = np.argsort(counts, kind="stable")[::-1]  # those that have so many words: a prefix that shrinks
    at_least = np.cumsum(np.bincount(counts, minlength=_LONGEST // 8 + 2)[::-1])[::-1].tolist()
    ordered_starts, ordered_lengths = starts[order], lengths[order]
    halves = [ordered_lengths.astype(np.uint64) * keys[0] for keys in _KEYS]
    words = np.ndarray((max(len(buffer) - 7, 0),), np.dtype("<u8"), buffer=buffer, strides=(1,))
    for step in range(int(counts.max(initial=0))):
        here, further = at_least[step + 1], at_least[step + 2]
        word = words[ordered_starts[:here] + 8 * step]
        unused = 8 * (step + 1) - ordered_lengths[further:here]
        word[further:] <<= (unused * 8).astype(np.uint64)
        for half, keys in zip(halves, _KEYS, strict=True):
            mixed = half[:here]
            mixed ^= word
            mixed *= keys[step + 1]
            mixed ^= mixed >> _SHIFT
    first, second = np.empty_like(halves[0]), np.empty_like(halves[1])
    first[order], second[order] = halves[0] | _ONE, halves[1]
    for row in long.tolist():
        start = int(starts[row])
        first[row], second[row] = _hash_long(buffer[start : start + int(lengths[row])])
    return first, second


def hash_one(data: bytes) -> tuple[int, int]:
    """Return the hash of one string: the same as `hash_ranges` gives for it."""
    if len(data) > _LONGEST:
        return _hash_long(data)
    found = []
    for keys in _PLAIN_KEYS:
        half = len(data) * keys[0] & _MASK
        for step, start in enumerate(range(0, len(data), 8), start=1):
            word = data[start : start + 8]
            half = (half ^ int.from_bytes(word, "little") << 8 * (8 - len(word))) * keys[step] & _MASK
            half ^= half >> 29
        found.append(half)
    return found[0] | 1, found[1]


def _hash_long(data: bytes) -> tuple[int, int]:
    digest = blake2b(data, digest_size=16, key=_SALT).digest()
    return int.from_bytes(digest[:8], "little") | 1, int.from_bytes(digest[8:], "little")


class HashTable:
    """Ids of strings by their hashes: open addressing, at most half full."""

    def __init__(self) -> None:
        self._size = 0
        self._clear(1 << 12)

    def __len__(self) -> int:
        return self._size

    def _clear(self, slots: int) -> None:
        self._first = np.zeros(slots, np.uint64)
        self._second = np.zeros(slots, np.uint64)
        self._ids = np.zeros(slots, np.uint32)

    def find(self, one: tuple[int, int]) -> int | None:
        """Return the id of a string; None if it has none."""
        mask = len(self._first) - 1
        slot = one[0] >> 20 & mask
        while first := int(self._first[slot]):
            if (first, int(self._second[slot])) == one:
                return int(self._ids[slot])
            slot = slot + 1 & mask
        return None

    def look(self, hashes: Hashes) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Return the ids of strings, and which of them have none; what stands as their id means nothing."""
        first, second = hashes
        mask = np.uint64(len(self._first) - 1)
        slots = (first >> np.uint64(20)) & mask
        there = self._first[slots]
        ids = self._ids[slots]
        wrong = (there != first) | (self._second[slots] != second)
        missing = [np.flatnonzero(there == 0)]
        rest = np.flatnonzero(wrong & (there != 0))
        while len(rest):
            slots[rest] = (slots[rest] + _ONE) & mask
            here = slots[rest]
            there = self._first[here]
            found = (there == first[rest]) & (self._second[here] == second[rest])
            ids[rest[found]] = self._ids[here[found]]
            missing.append(rest[there == 0])
            rest = rest[~found & (there != 0)]
        return ids, np.concatenate(missing)

    def insert(self, hashes: Hashes, ids: NDArray[np.uint32]) -> None:
        """Give ids to strings, each of which is there once and has none."""
        self._size += len(ids)
        if 2 * self._size > len(self._first):
            used = self._first != 0
            first, second, old = self._first[used], self._second[used], self._ids[used]
            self._clear(1 << (2 * self._size).bit_length())
            self._put(first, second, old)
        self._put(*hashes, ids)

    def _put(self, first: Words, second: Words, ids: NDArray[np.uint32]) -> None:
        mask = np.uint64(len(self._first) - 1)
        slots = (first >> np.uint64(20)) & mask
        claims = np.zeros(0, np.int64)
        rest = np.arange(len(first))
        while len(rest):
            free = self._first[slots[rest]] == 0
            claims = rest[free]
            here = slots[claims]
            self._ids[here] = claims.astype(np.uint32)  # of several that claim a slot the last one has it
            won = self._ids[here] == claims.astype(np.uint32)
            winners, places = claims[won], here[won]
            self._first[places], self._second[places] = first[winners], second[winners]
            lost = np.concatenate([rest[~free], claims[~won]])
            self._ids[places] = ids[winners]
            slots[lost] = (slots[lost] + _ONE) & mask
            rest = lost
