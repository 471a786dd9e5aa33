"""An index of names by three letters at a time: which names are like a given one, by TF-IDF and the cosine.

Arrays alone, so that it is built for a million names in seconds. Three code points of 21 bits each are packed into one
number, so nothing collides. For many names against few; one name against a million is found by
`egov_kg.reconciliation.nearest`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Hits", "Trigrams", "grams_of", "grams_of_lines"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_BREAK: Final = 10
_SLICE: Final = 1 << 19
_CELLS: Final = 1 << 19
"""How many sums are held at once."""

_DENSE: Final = 24
"""A sum in a table of all pairs costs about this many times less than one by sorting."""

_TINY: Final = 1e-9
_LEFT_OUT: Final = 0.25
"""How much of a cosine the commonest trigrams of a name can add that take no part in finding it."""


class Hits(NamedTuple):
    """Pairs of a row and a name that are alike, sorted by row, then by falling likeness, then by name.

    Attributes:
        rows: The places of the rows.
        names: The numbers of the names.
        cosines: How alike, from 0 to 1.
    """

    rows: Ints
    names: Ints
    cosines: Floats


def grams_of(forms: Sequence[str]) -> tuple[Ints, Ints]:
    """Return the trigrams of folded names, in their order, and the place of the name that each is of.

    A name is taken with its two ends, so that its first and last letters count more.

    Args:
        forms: As `egov_kg.linking.forms.folded` gives them; they hold no line feeds.

    Example:
        >>> rows, grams = grams_of(["법", "", "act"])
        >>> rows.tolist()
        [0, 2, 2, 2]
    """
    return grams_of_lines("\n".join(forms))


def grams_of_lines(text: str) -> tuple[Ints, Ints]:
    r"""Return what `grams_of` returns, of names that stand in lines of a text.

    Example:
        >>> rows, grams = grams_of_lines("법\n\nact")
        >>> rows.tolist() == grams_of(["법", "", "act"])[0].tolist()
        True
    """
    data = f"\n{text}\n".encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(data, dtype="<u4").astype(np.int64)
    packed = (codes[:-2] << 42) | (codes[1:-1] << 21) | codes[2:]
    middles = codes[1:-1] != _BREAK
    rows = np.cumsum(codes[:-2] == _BREAK) - 1
    return rows[middles], packed[middles]


class _Asked(NamedTuple):
    """The known trigrams of many names, sorted by name: their rows, their places in the index, their weights.

    `lengths` are those of the names as vectors, `common` those of their parts that take no part in finding some name.
    """

    rows: Ints
    places: Ints
    idf: Floats
    lengths: Floats
    common: Floats


class _Finding(NamedTuple):
    """The postings without the commonest trigrams of each name.

    `rest` is how long that part of the name is as a vector, `_LEFT_OUT` at most; `leaves`
    tells which trigrams were left out of some name.
    """

    starts: Ints
    postings: Ints
    weights: Floats
    rest: Floats
    leaves: NDArray[np.bool_]


class Trigrams:
    """The index. Made by `build`; safe to share between threads and processes.

    Attributes:
        size: How many names it holds.
    """

    def __init__(self, size: int, arrays: dict[str, NDArray[Any]]) -> None:
        self.size = size
        self._grams, self._starts = arrays["grams"], arrays["starts"]
        self._postings, self._weights, self._idf = arrays["postings"], arrays["weights"], arrays["idf"]
        self._unknown = float(np.log1p(size))

    @classmethod
    def build(cls, forms: Sequence[str]) -> Self:
        """Return an index of folded names, which are known by their places."""
        rows, grams = grams_of(forms)
        order = np.argsort(grams, kind="stable")
        grams, postings = grams[order], rows[order]
        first = _changes(grams) | _changes(postings)
        grams, postings = grams[first], postings[first]
        starts = np.flatnonzero(_changes(grams))
        unique, counts = grams[starts], np.diff(np.append(starts, len(grams)))
        idf = np.log1p(len(forms) / np.maximum(counts, 1))
        each = np.repeat(idf, counts)
        lengths = np.sqrt(np.bincount(postings, weights=each**2, minlength=len(forms)))
        weights = each / lengths[postings] if len(postings) else each
        arrays: dict[str, NDArray[Any]] = {
            "grams": unique,
            "starts": np.append(starts, len(postings)).astype(np.int64),
            "postings": postings.astype(np.int32),
            "weights": weights.astype(np.float32),
            "idf": idf.astype(np.float32),
        }
        return cls(len(forms), arrays)

    def candidates(self, forms: Sequence[str], most: int, *, least: float) -> Hits:
        """Return for each of many folded names those that are most like it; exact, and fast where the index is small.

        Names are found by their rarer trigrams; what the commonest can add is bounded (Cauchy and Schwarz), and is
        looked up only where it may decide.

        Args:
            forms: The folded names, some thousands at a time.
            most: How many for each.
            least: How alike they must be.
        """
        asked = self._asked(forms)
        if not len(asked.rows):
            return _none()
        starts, postings, weights = self._finding.starts, self._finding.postings, self._finding.weights
        counts = starts[asked.places + 1] - starts[asked.places]
        ends = np.cumsum(counts)
        found: list[Hits] = []
        begin = 0
        while begin < len(asked.places):  # in slices whose products stay small, each of whole rows
            end = self._end_of_slice(asked.rows, ends, begin)
            part = slice(begin, end)
            first = int(asked.rows[begin])
            height = int(asked.rows[end - 1]) - first + 1
            at, each = _ranges(starts[asked.places[part]], counts[part])
            keys = (asked.rows[part] - first)[each] * self.size + postings[at]
            products = weights[at] * asked.idf[part][each]
            if height * self.size <= max(_DENSE * len(keys), self.size):
                keys, sums = _summed_densely(keys, products, height * self.size)
            else:
                keys, sums = _summed(keys, products)
            of, names = np.divmod(keys, self.size)
            of += first
            likely = sums >= least * asked.lengths[of] - self._finding.rest[names] * asked.common[of] - _TINY
            of, names = of[likely], names[likely]
            found.append(self._best(of, names, self._cosines(of, names, asked), most, least))
            begin = end
        return Hits(*(np.concatenate(columns) for columns in zip(*found, strict=True)))

    def _end_of_slice(self, rows: Ints, ends: Ints, begin: int) -> int:
        done = int(ends[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(ends, done + _SLICE, side="right")), begin + 1)
        tallest = int(rows[begin]) + max(1, _CELLS // self.size)
        end = min(end, max(int(np.searchsorted(rows, tallest, side="left")), begin + 1))
        return int(np.searchsorted(rows, rows[end - 1], side="right"))

    def _asked(self, forms: Sequence[str]) -> _Asked:
        rows, grams = grams_of(forms)
        if not len(grams) or not len(self._grams):
            return _Asked(rows[:0], rows[:0], *(np.zeros(0) for _ in range(3)))
        places, known = self._known(grams)
        unknown = np.bincount(rows[~known], minlength=len(forms)) * self._unknown**2
        keys = np.sort(rows[known] * len(self._grams) + places)
        rows, places = np.divmod(keys[_changes(keys)], len(self._grams))
        idf = self._idf[places].astype(np.float64)
        lengths = np.sqrt(np.bincount(rows, weights=idf**2, minlength=len(forms)) + unknown)
        left = np.where(self._finding.leaves[places], idf, 0.0)
        common = np.sqrt(np.bincount(rows, weights=left**2, minlength=len(forms)))
        return _Asked(rows, places, idf, lengths, common)

    def _cosines(self, of: Ints, names: Ints, asked: _Asked) -> Floats:
        """Return the exact cosine of each pair of a row and a name."""
        firsts = np.searchsorted(asked.rows, of, side="left")
        counts = np.searchsorted(asked.rows, of, side="right") - firsts
        at, each = _ranges(firsts, counts)
        wanted = asked.places[at] * self.size + names[each]
        keys = self._keys
        there = np.searchsorted(keys, wanted)
        there[there == len(keys)] = 0
        products = np.where(keys[there] == wanted, self._weights[there] * asked.idf[at], 0.0)
        sums = np.bincount(each, weights=products, minlength=len(of))
        return np.minimum(sums / asked.lengths[of], 1.0)

    @staticmethod
    def _best(of: Ints, names: Ints, cosines: Floats, most: int, least: float) -> Hits:
        kept = cosines >= least
        of, names, cosines = of[kept], names[kept], cosines[kept]
        order = np.lexsort((names, -cosines, of))
        of, names, cosines = of[order], names[order], cosines[order]
        firsts = np.flatnonzero(_changes(of))
        ranks = np.arange(len(of)) - np.repeat(firsts, np.diff(np.append(firsts, len(of))))
        kept = ranks < most
        return Hits(of[kept], names[kept], cosines[kept])

    @functools.cached_property
    def _keys(self) -> Ints:
        """What each posting says, as one number; sorted, because postings are."""
        places = np.repeat(np.arange(len(self._grams)), np.diff(self._starts))
        keys: Ints = places * self.size + self._postings
        return keys

    @functools.cached_property
    def _finding(self) -> _Finding:
        weights = self._weights.astype(np.float64)
        places = np.repeat(np.arange(len(self._grams)), np.diff(self._starts))
        order = np.lexsort((places, weights, self._postings))
        names = self._postings[order]
        sums = np.cumsum(weights[order] ** 2)
        firsts = np.flatnonzero(_changes(names))
        before = np.repeat(np.concatenate(([0.0], sums))[firsts], np.diff(np.append(firsts, len(names))))
        counts = sums - before > _LEFT_OUT**2
        kept, left = np.sort(order[counts]), order[~counts]
        starts = np.searchsorted(places[kept], np.arange(len(self._grams) + 1)).astype(np.int64)
        rest = np.sqrt(np.bincount(self._postings[left], weights=weights[left] ** 2, minlength=self.size))
        leaves = np.zeros(len(self._grams), dtype=bool)
        leaves[places[left]] = True
        return _Finding(starts, self._postings[kept].astype(np.int64), weights[kept], rest, leaves)

    def _known(self, grams: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Return the places of the grams that are known, and which are known."""
        if not len(self._grams):
            return grams[:0], np.zeros(len(grams), dtype=bool)
        at = np.searchsorted(self._grams, grams)
        at[at == len(self._grams)] = 0
        known = np.asarray(self._grams[at] == grams)
        return at[known], known


def _changes(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values differ from the one before; the first does."""
    changes = np.ones(len(values), dtype=bool)
    changes[1:] = values[1:] != values[:-1]
    return changes


def _ranges(firsts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return all places of ranges, one after the other, and the range that each place is of."""
    each = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return np.arange(len(each)) + (firsts - before)[each], each


def _summed(keys: Ints, values: Floats) -> tuple[Ints, Floats]:
    """Return each key once, sorted, with the sum of its values."""
    if not len(keys):
        return keys, values
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    firsts = np.flatnonzero(_changes(keys))
    return keys[firsts], np.add.reduceat(values, firsts)


def _summed_densely(keys: Ints, values: Floats, size: int) -> tuple[Ints, Floats]:
    """Return what `_summed` returns, by a table of all keys below a size."""
    sums: Floats = np.asarray(np.bincount(keys, weights=values, minlength=size), dtype=np.float64)
    found: Ints = np.flatnonzero(sums)
    return found, sums[found]


def _none() -> Hits:
    return Hits(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float64))
