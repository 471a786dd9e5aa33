"""Which of many folded names are most like a given one, by TF-IDF over three letters at a time and the cosine.

The rarest trigrams of what is asked find names, those that say most first, until what is left can no longer bring in a
better one, or enough has been looked at; the few best are then compared letter by letter. So the time is bound by how
much is looked at, not by how many names there are. Arrays alone: built in seconds, mapped by every process that asks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Self, cast

import numpy as np
from numpy.typing import NDArray

from egov_kg.linking.trigrams import grams_of, grams_of_lines
from egov_kg.reconciliation.columns import Columns, Texts

__all__ = ["LONGEST", "Near", "Nearest"]

Ints = NDArray[np.int64]

LONGEST: Final = 256
"""How many characters of a folded name are looked for."""

_PARTS: Final = ("grams", "starts", "postings", "lengths", "idf")
_STEPS: Final = 4096
"""Weights are rounded, so that every processor writes the same."""

_BRIEF: Final = 1 << 12
_FIRST: Final = 1 << 13
_MOST: Final = 3 << 14
"""How many postings are looked at for one name: where it is there, at first, and in all if nothing alike was found."""

_ENOUGH: Final = 0.5
"""Names that are less alike than this are looked for only where too few others are found."""

_ALIKE: Final = 0.75
"""From here on a name is alike, and those that are much less so have no chance beside it."""

_ROOM: Final = 0.9
_COMPARED: Final = 6
_SHARED: Final = 0.2
"""A name that shares less than this part of what the one shares that shares most is not compared."""

_LEAST_COMPARED: Final = 64
"""How many names are compared for each that is wanted, and at least."""


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
        self._posting_view, self._length_view = (
            memoryview(cast("Any", arrays[name])) for name in ("postings", "lengths")
        )
        self._unknown = float(np.log1p(len(forms)))
        self._sums = np.zeros(len(forms), dtype=np.float32)

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
        self, form: str, most: int, *, least: float, among: NDArray[np.bool_] | None = None, briefly: bool = False
    ) -> list[Near]:
        """Return the names that are most like a folded name, best first.

        Args:
            form: The folded name; beyond `LONGEST` characters it does not count.
            most: How many.
            least: How alike they must be.
            among: Which forms count; all if None.
            briefly: Whether little is looked at, because the name is known to be there.
        """
        asked = self._asked(form[:LONGEST])
        if asked is None:
            return []
        seen = _Seen(_BRIEF if briefly else _FIRST)
        near: list[Near] = []
        left = self._add(asked, seen, _ENOUGH)
        if seen.met:
            near = self._best(asked, seen, most, least, among)
        # No other name is wanted that is less alike than those that are there; what was met may still move up.
        enough = max(least, _ROOM * near[-1].cosine if len(near) >= most else 0.0)
        if left > enough and not (near and near[0].cosine >= _ALIKE):
            seen.looked += _MOST - _FIRST
            met = len(seen.met)
            self._add(asked, seen, enough)
            if len(seen.met) > met:
                near = self._best(asked, seen, most, least, among)
        for names in seen.met:
            self._sums[names] = 0.0
        return near

    def _best(self, asked: _Asked, seen: _Seen, most: int, least: float, among: NDArray[np.bool_] | None) -> list[Near]:
        """Return the best of what was met, compared exactly."""
        found = self._likely(seen, max(most * _COMPARED, _LEAST_COMPARED), among)
        cosines = self._cosines(found, asked).tolist()
        ranked = sorted(zip(cosines, found, strict=True), key=lambda one: (-one[0], one[1]))[:most]
        return [Near(place, min(cosine, 1.0)) for cosine, place in ranked if cosine >= least]

    def cosine(self, form: str, other: int) -> float:
        """Return how like a folded name is to one of the index."""
        asked = self._asked(form[:LONGEST])
        return 0.0 if asked is None else min(float(self._cosines([other], asked)[0]), 1.0)

    def _asked(self, form: str) -> _Asked | None:
        """Return the known trigrams of a name, the rarest first; None if there are none."""
        grams = np.sort(grams_of([form])[1])
        if not len(grams) or not len(self._grams):
            return None
        grams = grams[np.concatenate(([True], grams[1:] != grams[:-1]))]
        at = self._grams.searchsorted(grams)
        at[at == len(self._grams)] = 0
        known = self._grams[at] == grams
        at = at[known]
        if not len(at):
            return None
        begins = self._starts[at]
        counts = self._starts[at + 1] - begins
        order = counts.argsort(kind="stable")
        squares = self._idf[at].astype(np.float64) ** 2
        length = float(np.sqrt(squares.sum() + self._unknown**2 * (len(grams) - len(at))))
        ranked = squares[order]
        left = np.sqrt(np.maximum(1.0 - np.concatenate(([0.0], np.cumsum(ranked))) / ranked.sum(), 0.0))
        left *= np.sqrt(ranked.sum()) / length
        lists = (begins[order].tolist(), counts[order].tolist(), ranked.tolist(), left.tolist())
        return _Asked(grams[known], squares, length, *lists)

    def _add(self, asked: _Asked, seen: _Seen, least: float) -> float:
        """Look at the postings of the rarest trigrams until no name that was not met can be so like.

        Args:
            asked: The trigrams.
            seen: What was met; more is added.
            least: How alike.

        Returns:
            How like a name that was not met can be: what it shares with trigrams is at most the length of these.
        """
        lists, at = [], seen.grams
        while at < len(asked.begins) and asked.left[at] > least and seen.looked > 0:
            begin, count = asked.begins[at], asked.counts[at]
            if count > seen.looked:
                begin, count = self._of_like_length(begin, count, asked.length * least)
            lists.append(self._postings[begin : begin + min(count, seen.looked)])
            seen.looked -= count
            at += 1
        if lists:
            names = np.concatenate(lists, dtype=np.int64)
            weights = np.array(asked.ranked[seen.grams : at], dtype=np.float32)
            np.add.at(self._sums, names, weights.repeat([len(one) for one in lists]))
            seen.met.append(names)
        seen.grams = at
        return asked.left[at]

    def _of_like_length(self, begin: int, count: int, length: float) -> tuple[int, int]:
        """Return where those postings of a trigram begin whose names have at least a length, and how many these are."""
        end, lengths, postings = begin + count, self._length_view, self._posting_view
        first = bisect_left(range(begin, end), length, key=lambda at: lengths[postings[at]])
        return begin + first, count - first

    def _likely(self, seen: _Seen, most: int, among: NDArray[np.bool_] | None) -> list[int]:
        """Return the forms that share most with what was looked at, those first that share most for their length."""
        names = seen.met[-1] if seen.likely is None else np.concatenate((seen.likely, seen.met[-1]))
        parts = self._sums.take(names)
        if among is not None:
            parts *= among.take(names)
        highest = parts.max()
        if not highest:
            return []
        at = (parts >= _SHARED * highest).nonzero()[0]
        names, parts = names.take(at), parts.take(at)
        parts /= self._lengths.take(names)
        many = most * min(seen.grams, 8)  # each may be there once for each trigram
        if len(parts) > many:
            at = (parts >= np.partition(parts, len(parts) - many)[len(parts) - many]).nonzero()[0]
            names, parts = names.take(at), parts.take(at)
        seen.likely = names
        return list(dict.fromkeys(names.take((-parts).argsort(kind="stable")).tolist()))[:most]

    def _cosines(self, found: Sequence[int], asked: _Asked) -> NDArray[np.float64]:
        """Return the exact cosine of each form that was found."""
        if not found:
            return np.zeros(0)
        rows, grams = grams_of_lines(self.forms.lines(found))
        at = asked.grams.searchsorted(grams)
        at[at == len(asked.grams)] = 0
        shared = (asked.grams.take(at) == grams).nonzero()[0]
        # A trigram counts once, however often it stands in a name.
        places = rows.take(shared) * len(asked.grams) + at.take(shared)
        has = np.zeros(len(found) * len(asked.grams))
        has[places] = 1.0
        sums = has.reshape(len(found), len(asked.grams)) @ asked.squares
        cosines: NDArray[np.float64] = sums / (self._lengths.take(found) * asked.length)
        return cosines


class _Asked(NamedTuple):
    """The known trigrams of a name that is looked for.

    `grams` are sorted and `squares` are the squares of their weights; `length` is that of the name as a vector. The
    rest is sorted by how many names have them, the fewest first: where their postings begin, how many these are, the
    squares of the weights, and how long the name is as a vector without those before.
    """

    grams: Ints
    squares: NDArray[np.float64]
    length: float
    begins: list[int]
    counts: list[int]
    ranked: list[float]
    left: list[float]


@dataclass(slots=True)
class _Seen:
    """What was looked at so far: how many postings may still be, how many trigrams were, and the names.

    `likely` are those names among them that shared most when they were last compared.
    """

    looked: int
    grams: int = 0
    met: list[Ints] = field(default_factory=list)
    likely: Ints | None = None
