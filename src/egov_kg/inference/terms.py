"""Terms as numbers: a dictionary of N-Triples strings, and triples as three columns of ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from egov_kg.errors import TooManyTerms
from egov_kg.inference import literals
from egov_kg.inference.hashing import PADDING, Hashes, HashTable, Words, hash_one, hash_ranges

__all__ = ["MOST_TERMS", "Dictionary", "Ids", "Table", "encode", "encode_known"]

Ids: TypeAlias = NDArray[np.uint32]

MOST_TERMS: Final = 1 << 32

_QUOTE: Final = ord('"')
_UNDERSCORE: Final = ord("_")
_GREATER: Final = ord(">")
_BREAK: Final = b"\n"

FEW_TERMS = 1000
"""So many new terms are looked at one by one; with more it pays to look at all bytes at once."""


class Dictionary:
    """Every term once, numbered from 0 in the order of addition.

    Terms are strings in N-Triples form, as pyoxigraph prints them: ``<iri>``, ``_:label``, ``"text"@en``,
    ``"1"^^<http://www.w3.org/2001/XMLSchema#integer>``; a string has no datatype. Most are kept as one run of bytes,
    found by their hashes; those that were added one by one wait in a Python mapping until all are looked at.

    Example:
        >>> terms = Dictionary()
        >>> terms.add("<a:b>"), terms.add('"1"'), terms.add("<a:b>")
        (0, 1, 0)
        >>> terms.find("<a:c>") is None, terms.text(1), len(terms)
        (True, '"1"', 2)
    """

    def __init__(self, terms: Iterable[str] = ()) -> None:
        self._parts: list[bytes] = []
        self._lengths: list[NDArray[np.int64]] = []
        self._bytes = bytes(PADDING)
        self._starts = np.zeros(1, np.int64)
        self._table = HashTable()
        self._waiting: dict[str, int] = {}
        self._late: list[str] = []
        self._values = np.zeros(0, np.uint32)
        self._groups: dict[str, dict[str, int]] = {}
        self._ill_typed: list[int] = []
        self._looked_at = 0
        for term in terms:
            self.add(term)

    def __len__(self) -> int:
        return len(self._table) + len(self._waiting)

    def find(self, term: str) -> int | None:
        """Return the id of a term; None if it has none."""
        found = self._waiting.get(term)
        if found is None and len(self._table):
            return self._table.find(hash_one(term.encode()))
        return found

    def add(self, term: str) -> int:
        """Return the id of a term, a new one if it had none.

        Raises:
            TooManyTerms: If ids of 32 bits do not suffice.
        """
        found = self.find(term)
        if found is not None:
            return found
        new = len(self)
        _check_size(new + 1)
        self._waiting[term] = new
        self._late.append(term)
        return new

    def add_ranges(
        self,
        buffer: bytes,
        starts: NDArray[np.int64],
        lengths: NDArray[np.int64],
        accept: Callable[[bytes], bool] | None = None,
    ) -> Ids | None:
        """Return the ids of terms that are ranges of a buffer, in UTF-8; the unknown ones are added.

        Args:
            buffer: `PADDING` bytes longer than the last range.
            starts: Where each term begins.
            lengths: How many bytes it has.
            accept: Looks at the unknown terms, each once and followed by a line break.

        Returns:
            None if they were not accepted; then nothing was added.

        Raises:
            TooManyTerms: If ids of 32 bits do not suffice.
        """
        self._settle()
        hashes = hash_ranges(buffer, starts, lengths)
        ids, missing = self._table.look(hashes)
        if not len(missing):
            return ids
        missing.sort()
        where, back = _each_once(hashes[0][missing], hashes[1][missing])
        order = np.argsort(where)  # that of their appearance, so that ids do not depend on the hashes
        fresh = missing[where[order]]
        begins, ends = starts[fresh].tolist(), (starts[fresh] + lengths[fresh]).tolist()
        text = _BREAK.join([buffer[begin:end] for begin, end in zip(begins, ends, strict=True)]) + _BREAK
        if accept is not None and not accept(text):
            return None
        _check_size(len(self) + len(fresh))
        numbers = np.empty(len(fresh), np.uint32)
        numbers[order] = np.arange(len(self), len(self) + len(fresh), dtype=np.uint32)
        ids[missing] = numbers[back]
        self._append((hashes[0][fresh], hashes[1][fresh]), text, lengths[fresh])
        return ids

    def add_all(self, terms: Sequence[str]) -> Ids:
        """Return the ids of terms; many are looked up at once, which takes a fifth of the time."""
        if len(terms) <= FEW_TERMS or not len(self._table):
            return np.fromiter(map(self.add, terms), dtype=np.uint32, count=len(terms))
        once: dict[str, int] = {}
        places = [once.setdefault(term, len(once)) for term in terms]
        ids = self.add_ranges(*_run(once))
        assert ids is not None
        return ids[places]

    def find_all(self, terms: Sequence[str]) -> tuple[Ids, NDArray[np.bool_]]:
        """Return the ids of terms, and which of them have one; what stands as the id of the others means nothing."""
        if len(terms) <= FEW_TERMS or not len(self._table):
            found = [self.find(term) for term in terms]
            known = np.array([one is not None for one in found], dtype=np.bool_)
            return np.array([one or 0 for one in found], dtype=np.uint32), known
        self._settle()
        ids, missing = self._table.look(hash_ranges(*_run(terms)))
        known = np.ones(len(terms), dtype=np.bool_)
        known[missing] = False
        return ids, known

    def _append(self, hashes: Hashes, text: bytes, lengths: NDArray[np.int64]) -> None:
        self._table.insert(hashes, np.arange(len(self._table), len(self._table) + len(lengths), dtype=np.uint32))
        self._parts.append(text)
        self._lengths.append(lengths + 1)

    def _settle(self) -> None:
        """Move the terms that wait to the others."""
        if not self._waiting:
            return
        text, starts, lengths = _run(self._late)
        self._waiting, self._late = {}, []
        self._append(hash_ranges(text, starts, lengths), text[:-PADDING], lengths)

    def _packed(self) -> tuple[bytes, NDArray[np.int64]]:
        """Return all terms, each followed by a line break, and where each begins; one place more than there are."""
        self._settle()
        return self._packed_early()

    def _packed_early(self) -> tuple[bytes, NDArray[np.int64]]:
        """Return the same of the terms that do not wait."""
        if self._parts:
            self._bytes = b"".join([self._bytes[:-PADDING], *self._parts, bytes(PADDING)])
            ends = self._starts[-1] + np.cumsum(np.concatenate(self._lengths))
            self._starts = np.concatenate([self._starts, ends])
            self._parts, self._lengths = [], []
        return self._bytes, self._starts

    def text(self, number: int) -> str:
        """Return the term that an id stands for."""
        if number >= len(self._table):
            return self._late[number - len(self._table)]
        text, starts = self._packed_early()
        return text[starts[number] : starts[number + 1] - 1].decode()

    def texts(self, numbers: Ids) -> list[str]:
        """Return the terms that ids stand for, in their order."""
        return [text.decode() for text in self.lines(numbers)]

    def lines(self, numbers: Ids) -> list[bytes]:
        """Return the terms that ids stand for, in UTF-8."""
        text, starts = self._packed()
        begins, ends = starts[numbers].tolist(), (starts[numbers.astype(np.int64) + 1] - 1).tolist()
        return [text[begin:end] for begin, end in zip(begins, ends, strict=True)]

    @property
    def literal(self) -> NDArray[np.bool_]:
        """Which ids are literals."""
        return self._begin_with(_QUOTE)

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Which ids are blank nodes."""
        return self._begin_with(_UNDERSCORE)

    def _begin_with(self, sign: int) -> NDArray[np.bool_]:
        text, starts = self._packed()
        flags: NDArray[np.bool_] = np.frombuffer(text, np.uint8)[starts[:-1]] == sign
        return flags

    def values(self) -> Ids:
        """Return for each id the one that stands for its value.

        Of literals that mean the same value it is the least in term order; every other term stands for itself.
        """
        known, count = len(self._values), len(self)
        if known < count:
            values = np.concatenate([self._values, np.arange(known, count, dtype=np.uint32)])
            for members in self._new_groups(known):
                values[list(members.values())] = members[min(members)]
            self._values = values
        return self._values

    def ill_typed(self) -> Ids:
        """Return the literals whose datatype does not have their text."""
        known, self._looked_at = self._looked_at, len(self)
        self._ill_typed += [
            number
            for number, line in self._typed(known)
            if not literals.is_plainly_well_formed(line) and not literals.is_well_formed(line.decode())
        ]
        return np.array(self._ill_typed, dtype=np.uint32)

    def _typed(self, since: int) -> Iterator[tuple[int, bytes]]:
        """Return the literals with a datatype or a language, from a number on, with their text."""
        if len(self) - since <= FEW_TERMS:
            for number in range(since, len(self)):
                term = self.text(number)
                if term[0] == '"' != term[-1]:
                    yield number, term.encode()
            return
        text, starts = self._packed()
        signs = np.frombuffer(text, np.uint8)
        starts = starts[since:]
        numbers = since + np.flatnonzero((signs[starts[:-1]] == _QUOTE) & (signs[starts[1:] - 2] != _QUOTE))
        yield from zip(numbers.tolist(), self.lines(numbers.astype(np.uint32)), strict=True)

    def _new_groups(self, since: int) -> list[dict[str, int]]:
        """Take literals from a number on to those of their value; return where that makes or widens a group."""
        new = range(since, len(self))
        touched = set(map(self.text, new) if len(new) <= FEW_TERMS else self._groups) & self._groups.keys()
        for number, line in self._typed(since):
            if not literals.stands_for_itself(line):
                term = line.decode()
                value = literals.canonical(term)
                self._groups.setdefault(value, {})[term] = number
                touched.add(value)
        for value in touched:
            itself = self.find(value)
            if itself is not None:
                self._groups[value][value] = itself
        return [members for value in touched if len(members := self._groups[value]) > 1]

    def ranks(self) -> Ids:
        """Return for each id its place in term order, which is that of the bytes of its UTF-8 form."""
        terms = self.lines(np.arange(len(self), dtype=np.uint32))
        ranks = np.empty(len(terms), dtype=np.uint32)
        ranks[sorted(range(len(terms)), key=terms.__getitem__)] = np.arange(len(terms), dtype=np.uint32)
        return ranks


def _run(terms: Collection[str]) -> tuple[bytes, NDArray[np.int64], NDArray[np.int64]]:
    """Return terms as one run of bytes, where each begins, and its length."""
    lines = [term.encode() for term in terms]
    lengths = np.fromiter(map(len, lines), np.int64, len(lines))
    return _BREAK.join(lines) + _BREAK + bytes(PADDING), np.cumsum(lengths + 1) - lengths - 1, lengths


def _each_once(first: Words, second: Words) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each pair stands first, and for all the place of their pair there."""
    _, where, back = np.unique(first, return_index=True, return_inverse=True)
    if (second != second[where][back]).any():
        _, where, back = np.unique(np.stack([first, second]), axis=1, return_index=True, return_inverse=True)
    return where, back


def _check_size(terms: int) -> None:
    if terms > MOST_TERMS:
        raise TooManyTerms(MOST_TERMS)


@dataclass(frozen=True, slots=True)
class Table:
    """Triples as three columns of ids, of equal length, in the order in which they were given, maybe not each once."""

    dictionary: Dictionary
    subjects: Ids
    predicates: Ids
    objects: Ids

    def __len__(self) -> int:
        return len(self.subjects)


def encode(triples: Iterable[ox.Triple], dictionary: Dictionary | None = None) -> Table:
    """Return triples as a table.

    Args:
        triples: Read once.
        dictionary: Takes the terms; a new one if none is given.
    """
    terms = Dictionary() if dictionary is None else dictionary
    columns = terms.add_all(list(map(str, chain.from_iterable(triples)))).reshape(-1, 3).T
    return Table(terms, *(np.ascontiguousarray(column) for column in columns))


def encode_known(triples: Iterable[ox.Triple], dictionary: Dictionary) -> Table:
    """Return those triples as a table whose terms all have ids; the others cannot be anywhere."""
    ids, known = dictionary.find_all(list(map(str, chain.from_iterable(triples))))
    columns = ids.reshape(-1, 3)[known.reshape(-1, 3).all(axis=1)].T
    return Table(dictionary, *(np.ascontiguousarray(column) for column in columns))
