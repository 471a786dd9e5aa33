"""Terms as numbers: a dictionary of N-Triples strings, and triples as three columns of ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from egov_kg.errors import TooManyTerms
from egov_kg.inference import literals

__all__ = ["MOST_TERMS", "Dictionary", "Ids", "Table", "encode"]

Ids = NDArray[np.uint32]

MOST_TERMS: Final = 1 << 32


class Dictionary:
    """Every term once, numbered from 0 in the order of addition.

    Terms are strings in N-Triples form, as pyoxigraph prints them: ``<iri>``, ``_:label``, ``"text"@en``,
    ``"1"^^<http://www.w3.org/2001/XMLSchema#integer>``; a string has no datatype.

    Example:
        >>> terms = Dictionary()
        >>> terms.add("<a:b>"), terms.add('"1"'), terms.add("<a:b>")
        (0, 1, 0)
        >>> terms.find("<a:c>") is None, terms.text(1), len(terms)
        (True, '"1"', 2)
    """

    def __init__(self, terms: Iterable[str] = ()) -> None:
        self._ids: dict[str, int] = {}
        self._texts: list[str] = []
        self._literal = _Flags('"')
        self._blank = _Flags("_")
        self._values: Ids | None = None
        for term in terms:
            self.add(term)

    def __len__(self) -> int:
        return len(self._texts)

    def find(self, term: str) -> int | None:
        """Return the id of a term; None if it has none."""
        return self._ids.get(term)

    def add(self, term: str) -> int:
        """Return the id of a term, a new one if it had none.

        Raises:
            TooManyTerms: If ids of 32 bits do not suffice.
        """
        found = self._ids.get(term)
        if found is not None:
            return found
        new = len(self._texts)
        if new >= MOST_TERMS:
            raise TooManyTerms(MOST_TERMS)
        self._ids[term] = new
        self._texts.append(term)
        return new

    def text(self, number: int) -> str:
        """Return the term that an id stands for."""
        return self._texts[number]

    def texts(self, numbers: Ids) -> list[str]:
        """Return the terms that ids stand for, in their order."""
        texts = self._texts
        return [texts[number] for number in numbers.tolist()]

    @property
    def literal(self) -> NDArray[np.bool_]:
        """Which ids are literals."""
        return self._literal.of(self._texts)

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Which ids are blank nodes."""
        return self._blank.of(self._texts)

    def values(self) -> Ids:
        """Return for each id the one that stands for its value.

        Of literals that mean the same value it is the least in term order; every other term stands for itself.
        """
        if self._values is None or len(self._values) != len(self._texts):
            self._values = self._find_values()
        return self._values

    def _find_values(self) -> Ids:
        values = np.arange(len(self._texts), dtype=np.uint32)
        groups: dict[str, list[int]] = {}
        for number in np.flatnonzero(self.literal).tolist():
            term = self._texts[number]
            if literals.needs_value(term):
                groups.setdefault(literals.canonical(term), []).append(number)
        for value, members in groups.items():
            itself = self._ids.get(value)
            if itself is not None and itself not in members:
                members.append(itself)
            if len(members) > 1:
                values[members] = min(members, key=self._texts.__getitem__)
        return values

    def ranks(self) -> Ids:
        """Return for each id its place in term order, which is that of the bytes of its UTF-8 form."""
        order = sorted(range(len(self._texts)), key=self._texts.__getitem__)
        ranks = np.empty(len(order), dtype=np.uint32)
        ranks[order] = np.arange(len(order), dtype=np.uint32)
        return ranks


class _Flags:
    """Which terms begin with a sign, kept while terms are added."""

    def __init__(self, sign: str) -> None:
        self._sign = sign
        self._known = np.zeros(0, dtype=np.bool_)

    def of(self, texts: list[str]) -> NDArray[np.bool_]:
        if len(self._known) < len(texts):
            new = texts[len(self._known) :]
            flags = np.fromiter((text[0] == self._sign for text in new), dtype=np.bool_, count=len(new))
            self._known = np.concatenate([self._known, flags])
        return self._known


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
    ids: list[int] = []
    add = terms.add
    for triple in triples:
        ids += (add(str(triple.subject)), add(str(triple.predicate)), add(str(triple.object)))
    columns = np.array(ids, dtype=np.uint32).reshape(-1, 3).T
    return Table(terms, *(np.ascontiguousarray(column) for column in columns))
