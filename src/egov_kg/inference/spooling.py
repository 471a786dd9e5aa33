"""Triples read onto disk: their terms in one file, their ids in another; a source for an engine of SQL."""
# ruff: noqa: S608 - the text holds names of tables, numbers and paths of ours, no text of anybody

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference import owl
from egov_kg.inference.duckdb_engine import DuckDb
from egov_kg.inference.plan import SchemaTriple, Term
from egov_kg.inference.reading import Reader
from egov_kg.inference.spooled_terms import SEPARATOR, SpooledDictionary
from egov_kg.inference.terms import Ids

__all__ = ["SpooledSource", "SpoolingReader"]

_AT_ONCE: Final = 1 << 20
"""Triples that go into the database at a time."""
_CSV: Final = (
    f"auto_detect = false, header = false, delim = '{SEPARATOR.decode()}', quote = '', escape = '', nullstr = '\x02',"
    " new_line = '\\n', strict_mode = true"
)


class SpoolingReader(Reader):
    """Puts triples of several sources onto disk.

    Args:
        folder: Where the files stand.
    """

    def __init__(self, folder: Path) -> None:
        self.terms = SpooledDictionary(folder)
        super().__init__(self.terms)
        self._path = folder / "triples"
        self._file = self._path.open("w+b")
        self._sizes: list[int] = []

    def _keep(self, columns: NDArray[np.uint32]) -> None:
        self._file.write(columns.tobytes())
        self._sizes.append(columns.shape[1])

    def __len__(self) -> int:
        """Return how many triples were read."""
        return sum(self._sizes)

    def close(self) -> None:
        """Close the files."""
        self._file.close()
        self.terms.close()

    def blocks(self, first: int = 0, end: int | None = None) -> Iterator[NDArray[np.uint32]]:
        """Yield the triples from the first one up to some, as rows of subjects, of predicates and of objects."""
        self._file.flush()
        end = len(self) if end is None else end
        with self._path.open("rb") as file:
            waiting: list[NDArray[np.uint32]] = []
            place = 0
            for size in self._sizes:
                data = np.frombuffer(file.read(12 * size), np.uint32).reshape(3, size)
                waiting.append(data[:, max(first - place, 0) : max(end - place, 0)])
                place += size
                if sum(block.shape[1] for block in waiting) >= _AT_ONCE:
                    yield np.concatenate(waiting, axis=1)
                    waiting = []
            if waiting:
                yield np.concatenate(waiting, axis=1)


class SpooledSource:
    """What a reader has put onto disk, but for the axioms, as a `egov_kg.inference.sql_source.Source`.

    Args:
        reader: Has read everything.
        database: Sorts the terms.

    Attributes:
        schema: The axioms, and what a compiler wants to know besides; see `egov_kg.inference.splitting.split`.
    """

    def __init__(self, reader: SpoolingReader, database: DuckDb) -> None:
        self._reader, self._database, self.dictionary = reader, database, reader.terms
        self._count = 0
        self.schema = tuple(self._axioms())
        self._order: Ids = np.empty(0, np.uint32)
        self._ranks: Ids = np.empty(0, np.uint32)

    def __len__(self) -> int:
        return self._count

    @property
    def terms(self) -> int:
        """How many terms are numbered."""
        return len(self._order)

    @property
    def literals(self) -> int:
        """The highest number of a literal."""
        low, high = 0, len(self._order)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.text(middle)[0] == '"' else (low, middle)
        return low - 1

    def _is_one(self, terms: Iterable[Term]) -> NDArray[np.bool_]:
        """Return for each id whether it is that of one of some terms."""
        flags = np.zeros(len(self.dictionary), np.bool_)
        flags[[number for term in terms if (number := self.dictionary.find(term)) is not None]] = True
        return flags

    def _schema_rows(self, block: NDArray[np.uint32]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self._is_axiom[block[1]] | (self._is_type[block[1]] & self._is_meta[block[2]])
        return found

    def _axioms(self) -> Iterator[SchemaTriple]:
        """Yield the axioms, what differs from what, and of which terms of axioms others are the same."""
        self._is_axiom, self._is_meta = self._is_one(owl.SCHEMA_PREDICATES), self._is_one(owl.META_CLASSES)
        self._is_type, is_different = self._is_one([owl.TYPE]), self._is_one([owl.DIFFERENT])
        is_same, is_named = self._is_one([owl.SAME]), np.zeros(len(self.dictionary), np.bool_)
        for block in self._reader.blocks():
            rows = self._schema_rows(block)
            self._count += int(np.count_nonzero(~rows))
            is_named[block[0][rows]] = is_named[block[2][rows]] = True
            yield from self._texts(block[:, rows | is_different[block[1]]])
        if is_same.any() and is_named.any():
            for block in self._reader.blocks():
                yield from self._texts(block[:, is_same[block[1]] & (is_named[block[0]] | is_named[block[2]])])

    def _texts(self, rows: NDArray[np.uint32]) -> Iterator[SchemaTriple]:
        if rows.shape[1]:
            yield from zip(*map(self.dictionary.texts, rows), strict=True)

    def number_all(self, terms: Iterable[Term]) -> None:
        """Number the terms of the triples and these besides: the database sorts what is not sorted yet."""
        for term in sorted(terms):
            self.dictionary.add(term)
        if len(self._order) == len(self.dictionary):
            return
        self.dictionary.flush()
        self._database.run("SET preserve_insertion_order = true", what="the terms")
        rows = self._database.columns(f"SELECT id FROM ({self._term_rows()}) t ORDER BY t")
        self._database.run("SET preserve_insertion_order = false", what="the terms")
        self._order = rows["id"].astype(np.uint32)
        self._ranks = np.empty(len(self._order), np.uint32)
        self._ranks[self._order] = np.arange(len(self._order), dtype=np.uint32)

    def _term_rows(self) -> str:
        """Return the select of ids and terms; it wants the order of the file preserved."""
        return f"SELECT CAST(row_number() OVER () - 1 AS UINTEGER) AS id, t FROM {self._csv(self.dictionary.path, 't')}"

    def _csv(self, path: Path, *names: str) -> str:
        columns = ", ".join(f"{name}: '{'VARCHAR' if name == 't' else 'UINTEGER'}'" for name in names)
        longest = max(self.dictionary.longest + 16, 1 << 16)
        quoted = str(path).replace("'", "''")
        return f"read_csv('{quoted}', columns = {{{columns}}}, max_line_size = {longest}, {_CSV})"

    def find(self, term: Term) -> int | None:
        """Return the number of a term; None if it has none."""
        found = self.dictionary.find(term)
        return None if found is None or found >= len(self._ranks) else int(self._ranks[found])

    def text(self, number: int) -> Term:
        """Return the term of a number."""
        return self.dictionary.text(int(self._order[number]))

    def lines(self, numbers: NDArray[np.int64]) -> list[bytes]:
        """Return the terms of numbers, in UTF-8."""
        return self.dictionary.lines(self._order[numbers])

    def fill(self, database: DuckDb) -> None:
        """Make the tables ``given(p, s, o)`` and ``lit(id, v)``."""
        database.put("given", "p, s, o", [])
        for block in self._reader.blocks():
            rows = block[:, ~self._schema_rows(block)]
            database.append_columns("given", self._numbered(rows))
        database.put("lit", "id, v", [])
        if self.dictionary.canonicals:
            database.put_columns("lit", self._values())

    def fill_given(self, name: str, count: int) -> None:
        """Make a table ``(p, s, o)`` of the first triples that were read, axioms included."""
        self._database.put(name, "p, s, o", [])
        for block in self._reader.blocks(0, count):
            self._database.append_columns(name, self._numbered(block))

    def _numbered(self, rows: NDArray[np.uint32]) -> dict[str, Ids]:
        return {"p": self._ranks[rows[1]], "s": self._ranks[rows[0]], "o": self._ranks[rows[2]]}

    def _values(self) -> dict[str, NDArray[np.int64]]:
        """Return each literal that is not the first one of its value, and which one is."""
        database = self._database
        database.run("SET preserve_insertion_order = true")
        database.make("canon", f"SELECT id, t FROM {self._csv(self.dictionary.canonical_path, 'id', 't')}")
        database.run(
            f"INSERT INTO canon SELECT r.id, r.t FROM ({self._term_rows()}) r"
            " WHERE r.t IN (SELECT t FROM canon) AND r.id NOT IN (SELECT id FROM canon)"
        )
        rows = database.columns("SELECT id, dense_rank() OVER (ORDER BY t) AS value FROM canon")
        database.run("SET preserve_insertion_order = false")
        database.drop("canon")
        places = self._ranks[rows["id"]].astype(np.int64)
        least = np.full(int(rows["value"].max()) + 1, np.iinfo(np.int64).max)
        np.minimum.at(least, rows["value"], places)
        first = least[rows["value"]]
        return {"id": places[places != first], "v": first[places != first]}

    def ill_typed(self) -> list[int]:
        """Return the numbers of the literals whose datatype does not have their text."""
        found: list[int] = self._ranks[self.dictionary.ill_typed()].tolist()
        return found
