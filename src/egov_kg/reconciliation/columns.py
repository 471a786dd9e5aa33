"""Columns of numbers and of texts in a folder: written with the same bytes each time, mapped into memory to be read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self, cast

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "Texts"]

_ERRORS: Final = "surrogatepass"
_LAST: Final = "\U0010ffff"


class Columns:
    """A folder of arrays.

    Args:
        folder: It is there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, array: NDArray[Any]) -> None:
        """Write an array as ``NAME.npy``."""
        np.save(self.folder / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)

    def read(self, name: str) -> NDArray[Any]:
        """Return an array, mapped into memory.

        Raises:
            OSError: If the file is missing.
            ValueError: If it holds no array.
        """
        path = self.folder / f"{name}.npy"
        try:
            return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        except ValueError:  # nothing can be mapped of an array without elements
            return np.asarray(np.load(path, allow_pickle=False))

    def write_texts(self, name: str, texts: Texts) -> None:
        """Write texts as two arrays."""
        self.write(f"{name}-data", texts.data)
        self.write(f"{name}-ends", texts.ends)

    def read_texts(self, name: str) -> Texts:
        """Return texts, mapped into memory; errors as in `read`."""
        return Texts(self.read(f"{name}-data"), self.read(f"{name}-ends"))


class Texts:
    """Texts laid end to end, known by their places."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self.data, self.ends = data, ends
        self._bytes = memoryview(cast("Any", data))  # arrays have the protocol, but not for the type checker

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Return texts laid end to end."""
        parts = [text.encode("utf-8", _ERRORS) for text in texts]
        ends = np.cumsum([0, *map(len, parts)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(parts), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, place: int) -> str:
        begin, end = self.ends[place : place + 2].tolist()
        return str(self._bytes[begin:end], "utf-8", _ERRORS)

    def place(self, text: str, low: int = 0, high: int | None = None) -> int:
        """Return where a text stands among sorted ones, or -1 if it does not.

        Args:
            text: What is looked for.
            low: From which place on texts are sorted.
            high: Up to which, without it; all by default.
        """
        end = len(self) if high is None else high
        at = bisect_left(self, text, low, end)
        return at if at < end and self[at] == text else -1

    def beginning(self, start: str, low: int = 0, high: int | None = None) -> tuple[int, int]:
        """Return between which places sorted texts begin with some letters."""
        end = len(self) if high is None else high
        first = bisect_left(self, start, low, end)
        return first, bisect_left(self, start + _LAST, first, end)
