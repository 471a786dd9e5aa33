"""Byte strings as numbers: hashes of many at once, and the table that finds the id of a string by them.

A string is told by 95 bits, mixed with keys that are drawn anew in each process: nobody can prepare two strings that
agree, and by chance two of a hundred million do less than once in 10^12 runs. No result depends on the keys.
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
"""Two halves of each; the first is never 0, of the second the upper 32 bits count."""

PADDING: Final = 8
"""So many bytes must follow the last range in its buffer."""

_LONGEST: Final = 2040
"""Longer strings are hashed one by one."""

_SALT: Final = os.urandom(32)
_KEYS: Final = np.frombuffer(os.urandom(16 * (_LONGEST // 8 + 1)), dtype="<u8").reshape(2, -1) | np.uint64(1)
_PLAIN_KEYS: Final[list[list[int]]] = _KEYS.tolist()
_SHIFT: Final = np.uint64(29)
_ONE: Final = np.uint64(1)
_SLOT: Final = np.uint64(20)
_HALF: Final = np.uint64(32)
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
    """Ids of strings by their hashes: open addressing, at most half full.

    A slot is one row, so that a probe waits for memory once: the first half of the hash, the upper half of the second
    one, the id.
    """

    def __init__(self) -> None:
        self._size = 0
        self._rows = np.zeros((1 << 12, 2), np.uint64)

    def __len__(self) -> int:
        return self._size

    def find(self, one: tuple[int, int]) -> int | None:
        """Return the id of a string; None if it has none."""
        mask = len(self._rows) - 1
        slot = one[0] >> 20 & mask
        while first := int(self._rows[slot, 0]):
            rest = int(self._rows[slot, 1])
            if first == one[0] and rest >> 32 == one[1] >> 32:
                return rest & 0xFFFFFFFF
            slot = slot + 1 & mask
        return None

    def _slots(self, first: Words) -> NDArray[np.int64]:
        return ((first >> _SLOT) & np.uint64(len(self._rows) - 1)).view(np.int64)

    def look(self, hashes: Hashes) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Return the ids of strings, and which of them have none; what stands as their id means nothing."""
        first, second = hashes
        slots = self._slots(first)
        rows = self._rows.take(slots, axis=0)
        ids = rows[:, 1].astype(np.uint32)
        is_free = rows[:, 0] == 0
        missing = [np.flatnonzero(is_free)]
        rest = np.flatnonzero(~is_free & ((rows[:, 0] != first) | ((rows[:, 1] ^ second) >> _HALF != 0)))
        while len(rest):
            slots[rest] = (slots[rest] + 1) & (len(self._rows) - 1)
            rows = self._rows.take(slots[rest], axis=0)
            is_free = rows[:, 0] == 0
            is_found = (rows[:, 0] == first[rest]) & ((rows[:, 1] ^ second[rest]) >> _HALF == 0)
            ids[rest[is_found]] = rows[is_found, 1].astype(np.uint32)
            missing.append(rest[is_free])
            rest = rest[~is_found & ~is_free]
        return ids, np.concatenate(missing)

    def insert(self, hashes: Hashes, ids: NDArray[np.uint32]) -> None:
        """Give ids to strings, each of which is there once and has none."""
        self._size += len(ids)
        if 2 * self._size > len(self._rows):
            old = self._rows[self._rows[:, 0] != 0]
            self._rows = np.zeros((1 << (2 * self._size).bit_length(), 2), np.uint64)
            self._put(old[:, 0], old[:, 1])
        first, second = hashes
        self._put(first, second >> _HALF << _HALF | ids)

    def _put(self, first: Words, rest: Words) -> None:
        slots = self._slots(first)
        waiting = np.arange(len(first))
        while len(waiting):
            is_free = self._rows.take(slots[waiting], axis=0)[:, 0] == 0
            claims = waiting[is_free]
            here = slots[claims]
            self._rows[here, 1] = claims.astype(np.uint64)  # of several that claim a slot the last one has it
            has_won = self._rows[here, 1] == claims.astype(np.uint64)
            winners = claims[has_won]
            self._rows[here[has_won], 0] = first[winners]
            self._rows[here[has_won], 1] = rest[winners]
            waiting = np.concatenate([waiting[~is_free], claims[~has_won]])
            slots[waiting] = (slots[waiting] + 1) & (len(self._rows) - 1)
