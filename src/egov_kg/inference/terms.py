"""Terms as numbers: a dictionary of N-Triples strings, and triples as three columns of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from egov_kg.errors import TooManyTerms
from egov_kg.inference import literals
from egov_kg.inference.hashing import PADDING, Hashes, HashTable, Words, hash_one, hash_ranges

__all__ = ["MOST_TERMS", "Dictionary", "Ids", "Table", "encode"]

Ids: TypeAlias = NDArray[np.uint32]

MOST_TERMS: Final = 1 << 32

_QUOTE: Final = ord('"')
_UNDERSCORE: Final = ord("_")
_GREATER: Final = ord(">")
_BREAK: Final = b"\n"


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
        self._values: Ids | None = None
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

    def _append(self, hashes: Hashes, text: bytes, lengths: NDArray[np.int64]) -> None:
        self._table.insert(hashes, np.arange(len(self._table), len(self._table) + len(lengths), dtype=np.uint32))
        self._parts.append(text)
        self._lengths.append(lengths + 1)

    def _settle(self) -> None:
        """Move the terms that wait to the others."""
        if not self._waiting:
            return
        terms = [term.encode() for term in self._late]
        self._waiting, self._late = {}, []
        text = _BREAK.join(terms) + _BREAK
        lengths = np.fromiter(map(len, terms), np.int64, len(terms))
        starts = np.cumsum(lengths + 1) - lengths - 1
        self._append(hash_ranges(text + bytes(PADDING), starts, lengths), text, lengths)

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
        if self._values is None or len(self._values) != len(self):
            self._values = self._find_values()
        return self._values

    def ill_typed(self) -> Ids:
        """Return the literals whose datatype does not have their text."""
        numbers = self._typed()
        bad = [
            number
            for number, line in zip(numbers.tolist(), self.lines(numbers), strict=True)
            if not literals.is_plainly_well_formed(line) and not literals.is_well_formed(line.decode())
        ]
        return np.array(bad, dtype=np.uint32)

    def _typed(self) -> Ids:
        """Return the literals with a datatype or a language."""
        text, starts = self._packed()
        signs = np.frombuffer(text, np.uint8)
        return np.flatnonzero((signs[starts[:-1]] == _QUOTE) & (signs[starts[1:] - 2] != _QUOTE)).astype(np.uint32)

    def _find_values(self) -> Ids:
        values = np.arange(len(self), dtype=np.uint32)
        numbers = self._typed()
        groups: dict[str, dict[str, int]] = {}
        for number, line in zip(numbers.tolist(), self.lines(numbers), strict=True):
            if not literals.stands_for_itself(line):
                term = line.decode()
                groups.setdefault(literals.canonical(term), {})[term] = number
        for value, members in groups.items():
            itself = self.find(value)
            if itself is not None:
                members[value] = itself
            if len(members) > 1:
                values[list(members.values())] = members[min(members)]
        return values

    def ranks(self) -> Ids:
        """Return for each id its place in term order, which is that of the bytes of its UTF-8 form."""
        terms = self.lines(np.arange(len(self), dtype=np.uint32))
        ranks = np.empty(len(terms), dtype=np.uint32)
        ranks[sorted(range(len(terms)), key=terms.__getitem__)] = np.arange(len(terms), dtype=np.uint32)
        return ranks


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
    numbers = map(terms.add, map(str, chain.from_iterable(triples)))
    columns = np.fromiter(numbers, dtype=np.uint32).reshape(-1, 3).T
    return Table(terms, *(np.ascontiguousarray(column) for column in columns))
