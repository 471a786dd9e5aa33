"""Which of many folded names are most like a given one, by TF-IDF over three letters at a time and the cosine.

The rarest trigrams of what is asked find names, those that say most first, until what is left can no longer bring in a
better one, or enough has been looked at; the few best are then compared letter by letter. So the time is bound by how
much is looked at, not by how many names there are. Arrays alone: built in seconds, mapped by every process that asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from egov_kg.linking.trigrams import grams_of
from egov_kg.reconciliation.columns import Columns, Texts

__all__ = ["LONGEST", "Near", "Nearest"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

LONGEST: Final = 256
"""How many characters of a folded name are looked for."""

_PARTS: Final = ("grams", "starts", "postings", "lengths", "idf")
_STEPS: Final = 4096
"""Weights are rounded, so that every processor writes the same."""

_MOST: Final = 1 << 15
"""How many postings are looked at for one name."""

_COMPARED: Final = 4
"""How many names are compared for each that is wanted."""


class Near(NamedTuple):
    """A name that was found: its place among the forms, and the cosine."""

    form: int
    cosine: float


class Nearest:
    """The index. Made by `build` or `of`; one thread at a time may search it.

    Args:
        forms: The folded names, each once, sorted.
        arrays: ``grams``, sorted; where the ``postings`` of each start; these, the shortest names first; the
            ``lengths`` of the names as vectors, and the ``idf`` of each gram.
    """

    def __init__(self, forms: Texts, arrays: dict[str, NDArray[Any]]) -> None:
        self.forms = forms
        self._arrays = arrays
        self._grams, self._starts, self._postings = arrays["grams"], arrays["starts"], arrays["postings"]
        self._lengths, self._idf = arrays["lengths"], arrays["idf"]
        self._unknown = float(np.log1p(len(forms)))
        self._sums: Floats | None = None

    @classmethod
    def build(cls, forms: Sequence[str], texts: Texts) -> Self:
        """Return an index.

        Args:
            forms: The folded names, each once, sorted.
            texts: The same, laid end to end.
        """
        rows, grams = grams_of(forms)
        rows = rows.astype(np.int32)
        order = np.argsort(grams, kind="stable")
        grams, rows = grams[order], rows[order]
        del order
        first = np.ones(len(grams), dtype=bool)
        first[1:] = (grams[1:] != grams[:-1]) | (rows[1:] != rows[:-1])
        grams, rows = grams[first], rows[first]
        heads = np.flatnonzero(np.concatenate(([True], grams[1:] != grams[:-1]))) if len(grams) else grams
        counts = np.diff(np.append(heads, len(grams)))
        exact = np.log1p(len(forms) / np.maximum(counts, 1))
        idf = (np.round(exact * _STEPS) / _STEPS).astype(np.float32)
        lengths = np.sqrt(
            np.bincount(rows, weights=np.repeat(idf, counts).astype(np.float64) ** 2, minlength=len(forms))
        )
        lengths = np.maximum(lengths, 1e-6).astype(np.float32)
        unique = grams[heads]
        of = np.repeat(np.arange(len(unique), dtype=np.int32), counts)
        postings = rows[np.lexsort((rows, lengths[rows], of))]
        arrays: dict[str, NDArray[Any]] = {
            "grams": unique,
            "starts": np.append(heads, len(postings)).astype(np.int64),
            "postings": postings,
            "lengths": lengths,
            "idf": idf,
        }
        return cls(texts, arrays)

    def add_to(self, columns: Columns) -> None:
        """Add the arrays to columns."""
        for name in _PARTS:
            columns[f"near-{name}"] = self._arrays[name]

    @classmethod
    def of(cls, columns: Columns, forms: Texts) -> Self:
        """Return the index whose arrays stand in columns."""
        return cls(forms, {name: columns[f"near-{name}"] for name in _PARTS})

    def search(
        self, form: str, most: int, *, least: float, among: NDArray[np.bool_] | None = None, looked: int = _MOST
    ) -> list[Near]:
        """Return the names that are most like a folded name, best first.

        Args:
            form: The folded name; beyond `LONGEST` characters it does not count.
            most: How many.
            least: How alike they must be.
            among: Which forms count; all if None.
            looked: How many postings may be looked at.
        """
        asked = self._asked(form[:LONGEST])
        if asked is None:
            return []
        found = self._found(asked, most * _COMPARED, least, among, looked)
        if not len(found):
            return []
        cosines = self._cosines(found, asked)
        ranked = sorted(zip((-cosines).tolist(), found.tolist(), strict=True))[:most]
        return [Near(place, min(-cosine, 1.0)) for cosine, place in ranked if -cosine >= least]

    def cosine(self, form: str, other: int) -> float:
        """Return how like a folded name is to one of the index."""
        asked = self._asked(form[:LONGEST])
        return 0.0 if asked is None else min(float(self._cosines(np.array([other]), asked)[0]), 1.0)

    def _asked(self, form: str) -> _Asked | None:
        """Return the known trigrams of a name, the rarest first; None if there are none."""
        grams = np.sort(grams_of([form])[1])
        if not len(grams) or not len(self._grams):
            return None
        grams = grams[np.concatenate(([True], grams[1:] != grams[:-1]))]
        at = np.searchsorted(self._grams, grams)
        at[at == len(self._grams)] = 0
        known = self._grams[at] == grams
        at = at[known]
        if not len(at):
            return None
        begins = self._starts[at]
        counts = self._starts[at + 1] - begins
        order = np.argsort(counts, kind="stable")
        squares = self._idf[at].astype(np.float64) ** 2
        length = float(np.sqrt(squares.sum() + self._unknown**2 * (len(grams) - len(at))))
        return _Asked(grams[known], squares, begins[order], counts[order], squares[order], length)

    def _found(self, asked: _Asked, most: int, least: float, among: NDArray[np.bool_] | None, looked: int) -> Ints:
        """Return the forms that share most with the rarest trigrams that may be looked at."""
        # What a name shares with the trigrams that are left is at most the length of these.
        left = np.sqrt(np.maximum(asked.ranked.sum() - np.cumsum(asked.ranked), 0.0)) / asked.length
        needed = int(np.searchsorted(-left, -least)) + 1
        sums = self._scratch()
        touched = []
        for begin, count, weight in zip(
            asked.begins[:needed].tolist(), asked.counts[:needed].tolist(), asked.ranked[:needed].tolist(), strict=True
        ):
            listed = self._postings[begin : begin + min(count, looked)]
            sums[listed] += weight
            touched.append(listed)
            looked -= count
            if looked <= 0:
                break
        names = np.concatenate(touched)
        parts = sums[names]
        sums[names] = 0.0
        if among is not None:
            kept = among[names]
            names, parts = names[kept], parts[kept]
        parts /= self._lengths[names]
        if len(parts) > 8 * most:
            kept = parts >= np.partition(parts, len(parts) - 8 * most)[len(parts) - 8 * most]
            names, parts = names[kept], parts[kept]
        names, at = np.unique(names, return_index=True)
        return names[np.argsort(-parts[at], kind="stable")[:most]]

    def _cosines(self, found: Ints, asked: _Asked) -> NDArray[np.float64]:
        """Return the exact cosine of each form that was found."""
        rows, grams = grams_of([self.forms[place] for place in found.tolist()])
        at = np.searchsorted(asked.grams, grams)
        at[at == len(asked.grams)] = 0
        shared = asked.grams[at] == grams
        keys = np.unique(rows[shared] * len(asked.grams) + at[shared])
        rows, at = np.divmod(keys, len(asked.grams))
        sums = np.bincount(rows, weights=asked.squares[at], minlength=len(found))
        cosines: NDArray[np.float64] = sums / (self._lengths[found] * asked.length)
        return cosines

    def _scratch(self) -> Floats:
        if self._sums is None:
            self._sums = np.zeros(len(self.forms), dtype=np.float32)
        return self._sums


class _Asked(NamedTuple):
    """The known trigrams of a name that is looked for.

    `grams` are sorted and `squares` are the squares of their weights; the rest is sorted by how many names have them,
    the fewest first: where their postings begin, how many these are, the squares of the weights. `length` is that of
    the name as a vector.
    """

    grams: Ints
    squares: NDArray[np.float64]
    begins: Ints
    counts: Ints
    ranked: NDArray[np.float64]
    length: float
