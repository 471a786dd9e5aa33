"""What follows from files, kept in a database on disk: its lines come out a part of the subjects at a time."""
# ruff: noqa: S608 - the text holds names of tables and numbers of ours, no text of anybody

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference.duckdb_engine import DuckDb
from egov_kg.inference.plan import SchemaTriple
from egov_kg.inference.spooling import SpooledSource, SpoolingReader

__all__ = ["Stored"]

_AT_ONCE: Final = 1 << 19
"""Triples whose terms are in memory at a time; more only where one subject has more."""
_BLOCK: Final = 1 << 12
_BUCKETS: Final = 16
_ENTAILED: Final = "SELECT s, p, o FROM entailed"


class Stored:
    """Triples of a database: those that were given, and those that follow, in its table ``entailed``.

    Args:
        reader: Has read them.
        source: Numbers their terms.
        database: Has derived; is closed with this.
        given: How many of those that were read count as given.
        entailed: How many follow.
    """

    def __init__(
        self, reader: SpoolingReader, source: SpooledSource, database: DuckDb, *, given: int, entailed: int
    ) -> None:
        self.given, self.entailed = given, entailed
        self._reader, self._source, self._database = reader, source, database

    def close(self) -> None:
        """Take away all files."""
        self._reader.close()
        self._database.close()

    def without(self, triples: Iterable[SchemaTriple]) -> None:
        """Take triples away from those that follow."""
        find = self._source.find
        numbers = [tuple(map(find, triple)) for triple in triples]
        rows = [(s, p, o) for s, p, o in numbers if s is not None and p is not None and o is not None]
        self._database.put("known", "s, p, o", rows)
        self.entailed = self._database.make("told", f"{_ENTAILED} EXCEPT SELECT s, p, o FROM known")
        self._database.make("entailed", "SELECT s, p, o FROM told")
        self._database.drop("known", "told")

    def lines(self, *, entailed_only: bool) -> Iterator[bytes]:
        """Yield canonical N-Triples, each triple once, in the order of their bytes, some thousand lines at a time."""
        rows = _ENTAILED
        if not entailed_only:
            self._source.fill_given("read", self.given)
            rows += " UNION ALL SELECT s, p, o FROM read"
        for first, last in self._parts(rows):
            part = self._database.columns(
                f"SELECT s, p, o FROM ({rows}) t WHERE s BETWEEN {first} AND {last} ORDER BY s, p, o"
            )
            yield from self._written(*(part[name] for name in "spo"))

    def _parts(self, rows: str) -> Iterator[tuple[int, int]]:
        """Yield ranges of subjects with about as many triples as are in memory at a time."""
        shift = max(self._source.terms.bit_length() - _BUCKETS, 0)
        counts = self._database.rows(
            f"SELECT s >> {shift} AS part, count(*) FROM ({rows}) t GROUP BY part ORDER BY part"
        )
        first, waiting = 0, 0
        for part, count in counts:
            if waiting and waiting + count > _AT_ONCE:
                yield first, (part << shift) - 1
                first, waiting = part << shift, 0
            waiting += count
        if waiting:
            yield first, self._source.terms

    def _written(self, *columns: NDArray[np.int64]) -> Iterator[bytes]:
        is_new = np.ones(len(columns[0]), np.bool_)
        is_new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
        terms, places = zip(*(np.unique(column[is_new], return_inverse=True) for column in columns), strict=True)
        texts = [self._source.lines(one) for one in terms]
        for begin in range(0, len(places[0]), _BLOCK):
            end = min(begin + _BLOCK, len(places[0]))
            pieces = [b" "] * (6 * (end - begin))
            for place, (text, numbers) in enumerate(zip(texts, places, strict=True)):
                pieces[2 * place :: 6] = _chosen(text, numbers[begin:end])
            pieces[5::6] = [b" .\n"] * (end - begin)
            yield b"".join(pieces)


def _chosen(terms: list[bytes], numbers: NDArray[np.int64]) -> tuple[bytes, ...]:
    if len(numbers) == 1:
        return (terms[int(numbers[0])],)
    chosen: tuple[bytes, ...] = itemgetter(*numbers.tolist())(terms)
    return chosen
