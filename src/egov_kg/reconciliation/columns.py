"""Columns of numbers and of texts in one file: written with the same bytes each time, mapped into memory to be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Self, cast

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "Texts", "once"]

_ERRORS: Final = "surrogatepass"
_LINE: Final = 64
_LAST: Final = b"\xff"


def once(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return sorted numbers, each once.

    `numpy.unique` takes a hundred times as long where many are alike: it puts them into a table by their hashes.
    """
    first = np.ones(len(numbers), dtype=bool)
    first[1:] = numbers[1:] != numbers[:-1]
    return numbers[first]


class Columns:
    """Named arrays in one file, each where a cache line begins; every process that opens it maps the same pages."""

    def __init__(self, arrays: dict[str, NDArray[Any]] | None = None) -> None:
        self._arrays = arrays if arrays is not None else {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name]

    def __setitem__(self, name: str, array: NDArray[Any]) -> None:
        self._arrays[name] = array

    def add_texts(self, name: str, texts: Texts) -> None:
        """Add texts, as two arrays."""
        self[f"{name}-data"], self[f"{name}-ends"] = texts.data, texts.ends

    def texts(self, name: str) -> Texts:
        """Return texts."""
        return Texts(self[f"{name}-data"], self[f"{name}-ends"])

    def write(self, path: Path) -> list[list[Any]]:
        """Write all arrays, sorted by name; the same arrays give the same bytes.

        Returns:
            Of each its name, its type, its length, and where it begins: what `open` wants to know.
        """
        told: list[list[Any]] = []
        with path.open("wb") as file:
            for name, array in sorted(self._arrays.items()):
                file.write(bytes(-file.tell() % _LINE))
                little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
                told.append([name, little.dtype.str, len(little), file.tell()])
                little.tofile(file)
        return told

    @classmethod
    def open(cls, path: Path, told: Sequence[Sequence[Any]]) -> Self:
        """Return arrays that `write` wrote.

        Args:
            path: The file.
            told: As `write` returned it.

        Raises:
            OSError: If the file cannot be opened.
            ValueError: If an array does not stand in it.
        """
        whole = np.asarray(np.memmap(path, dtype=np.uint8, mode="r")) if path.stat().st_size else np.zeros(0, np.uint8)
        arrays = {}
        for name, kind, length, begin in told:
            size = np.dtype(kind).itemsize * length
            if begin < 0 or begin + size > len(whole):
                raise ValueError(f"{name} does not stand in {path.name}")
            arrays[name] = whole[begin : begin + size].view(kind)
        return cls(arrays)


class Texts:
    """Texts laid end to end, known by their places."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self.data, self.ends = data, ends
        # To take a slice of a view is several times as fast as to take one of an array.
        self._data, self._ends = memoryview(cast("Any", data)), memoryview(cast("Any", ends))

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Return texts laid end to end."""
        parts = [text.encode("utf-8", _ERRORS) for text in texts]
        ends = np.cumsum([0, *map(len, parts)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(parts), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> str:
        ends = self._ends
        return str(self._data[ends[place] : ends[place + 1]], "utf-8", _ERRORS)

    def lines(self, places: Iterable[int]) -> str:
        """Return texts without line feeds, each in a line."""
        data, ends = self._data, self._ends
        return b"\n".join([data[ends[place] : ends[place + 1]] for place in places]).decode("utf-8", _ERRORS)

    def place(self, text: str, low: int = 0, high: int | None = None) -> int:
        """Return where a text stands among sorted ones, or -1 if it does not.

        Args:
            text: What is looked for.
            low: From which place on texts are sorted.
            high: Up to which, without it; all by default.
        """
        end = len(self) if high is None else high
        wanted = text.encode("utf-8", _ERRORS)
        at = self._bisected(wanted, low, end)
        return at if at < end and self._data[self._ends[at] : self._ends[at + 1]] == wanted else -1

    def beginning(self, start: str, low: int = 0, high: int | None = None) -> tuple[int, int]:
        """Return between which places sorted texts begin with some letters."""
        end = len(self) if high is None else high
        wanted = start.encode("utf-8", _ERRORS)
        first = self._bisected(wanted, low, end)
        return first, self._bisected(wanted + _LAST, first, end)

    def _bisected(self, wanted: bytes, low: int, high: int) -> int:
        """Return the first place whose text is not before some bytes: UTF-8 is sorted like what it spells."""
        data, ends = self._data, self._ends
        while low < high:
            middle = (low + high) >> 1
            if bytes(data[ends[middle] : ends[middle + 1]]) < wanted:
                low = middle + 1
            else:
                high = middle
        return low
