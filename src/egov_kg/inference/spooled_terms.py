"""A dictionary whose terms stand in a file: of each there are only its hash and its place in memory."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference import literals
from egov_kg.inference.hashing import Hashes
from egov_kg.inference.terms import Dictionary, Ids

__all__ = ["SEPARATOR", "SpooledDictionary"]

SEPARATOR: Final = b"\x01"
"""Between the columns of files for DuckDB: in canonical N-Triples control characters are written as escapes."""
_QUOTE: Final = ord('"')


class SpooledDictionary(Dictionary):
    """Every term once, numbered from 0 in the order of addition; the terms stand in a file, one a line.

    Literals that another one may stand for go to a second file, each with that one behind its number: what literals
    mean is found while they are at hand.

    Args:
        folder: Where the files stand.

    Attributes:
        path: The file of the terms.
        canonical_path: The file of literals that do not stand for themselves.
        canonicals: How many these are.
        longest: How many bytes the longest line of either file has.
        bad: The ids of literals whose datatype does not have their text.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.path, self.canonical_path = folder / "terms", folder / "canonical"
        self.canonicals, self.longest = 0, 0
        self.bad: list[int] = []
        self._file, self._canonical_file = self.path.open("w+b"), self.canonical_path.open("wb")
        self._map: mmap.mmap | bytes = b""

    def close(self) -> None:
        """Close the files."""
        self._file.close()
        self._canonical_file.close()
        if isinstance(self._map, mmap.mmap):
            self._map = b""

    def flush(self) -> None:
        """See that the files have all that was added."""
        self._settle()
        self._file.flush()
        self._canonical_file.flush()

    def _append(self, hashes: Hashes, text: bytes, lengths: NDArray[np.int64]) -> None:
        first = len(self._table)
        self._table.insert(hashes, np.arange(first, first + len(lengths), dtype=np.uint32))
        self._file.write(text)
        self._lengths.append(lengths + 1)
        self.longest = max(self.longest, int(lengths.max(initial=0)) + 1)
        ends = np.cumsum(lengths + 1)
        signs = np.frombuffer(text, np.uint8)
        is_typed = (signs[ends - lengths - 1] == _QUOTE) & (signs[ends - 2] != _QUOTE)
        if is_typed.any():
            places = np.flatnonzero(is_typed)
            begins = (ends - lengths - 1)[places]
            self._look_at(text, places + first, begins, ends[places] - 1)

    def _look_at(self, text: bytes, ids: NDArray[np.int64], begins: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
        """Write the literals that another one stands for, and remember those that are ill-typed."""
        for number, begin, end in zip(ids.tolist(), begins.tolist(), ends.tolist(), strict=True):
            line = text[begin:end]
            if not literals.stands_for_itself(line):
                row = b"%d%b%b\n" % (number, SEPARATOR, literals.canonical(line.decode()).encode())
                self._canonical_file.write(row)
                self.canonicals += 1
                self.longest = max(self.longest, len(row))
            if not literals.is_plainly_well_formed(line) and not literals.is_well_formed(line.decode()):
                self.bad.append(number)

    def _packed_early(self) -> tuple[bytes, NDArray[np.int64]]:
        """Return the terms that do not wait, each followed by a line break, and where each begins."""
        if self._lengths:
            self._file.flush()
            ends = self._starts[-1] + np.cumsum(np.concatenate(self._lengths))
            self._starts, self._lengths = np.concatenate([self._starts, ends]), []
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._map, self._starts  # type: ignore[return-value] # slices of a map are bytes

    def ill_typed(self) -> Ids:
        """Return the literals whose datatype does not have their text."""
        self._settle()
        return np.array(self.bad, dtype=np.uint32)
