"""Given triples in Spark: read in parts, with their terms numbered and their literals compared where the data are.

Nothing comes to the driver that grows with the data, but the axioms: what is compiled.
"""
# ruff: noqa: S608 - the text holds names of tables and numbers of ours; texts of others are escaped

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any, Final

from egov_kg.inference import owl
from egov_kg.inference.literals import canonical, is_plainly_well_formed, is_well_formed, stands_for_itself
from egov_kg.inference.plan import SchemaTriple, Term
from egov_kg.spark.entailment import SparkDatabase
from egov_kg.spark.parts import Piece, problem_from, read_pieces

__all__ = ["SparkSource"]

_MOST_TASKS: Final = 10_000
_SHIFT: Final = 33
"""Spark's increasing numbers have the partition above so many bits."""

_IS_LITERAL: Final = "t < '#'"
"""Literals begin with a quotation mark, IRIs and blank nodes with signs that come later."""


class SparkSource:
    """Parts of folders as a `egov_kg.inference.sql_source.Source`.

    Terms are numbered by their place in term order: Spark sorts them into ranges, each row is numbered in its range,
    and how many there are in the ranges before is added. So numbers depend on nothing but the terms.

    Args:
        database: Takes the tables.
    """

    def __init__(self, database: SparkDatabase) -> None:
        self.database = database
        self._session = database.session
        self._count = self.terms = 0
        self.literals = -1
        self._found: dict[Term, int | None] = {}
        self._texts: dict[int, Term] = {}
        self._sources = 0
        self._has_blank = False
        self._extra: frozenset[Term] | None = None

    def __len__(self) -> int:
        return self._count

    def read(self, pieces: list[Piece], *, given: bool = True) -> int:
        """Read a source; return how many triples it has.

        Blank nodes of different sources are kept apart as `egov_kg.inference.reading.Reader` keeps them: those of the
        first one that has any keep their labels.

        Args:
            pieces: Its files. All of a folder are one source.
            given: Whether its triples count as given, and not only as facts.

        Raises:
            RdfSyntaxError: If one is malformed; names file and line.
            UnreadableDocument: If one cannot be read.
        """
        self._sources += 1
        tasks = max(1, min(len(pieces), _MOST_TASKS))
        read = functools.partial(read_pieces, pieces=pieces, mark=self._mark())
        numbers = self._session.range(0, len(pieces), 1, tasks)
        name = f"text{self._sources}"
        frame = numbers.mapInArrow(read, "s STRING, p STRING, o STRING")
        self.show(name, frame.selectExpr("s", "p", "o", f"{'true' if given else 'false'} AS given"))
        rows, bad, blank = self._rows(
            f"SELECT COUNT(s), MIN(CASE WHEN s IS NULL THEN p END), MAX(s LIKE '\\_:%' OR o LIKE '\\_:%') FROM {name}"
        )[0]
        if bad is not None:
            raise problem_from(bad)
        self._has_blank = self._has_blank or bool(blank)
        self._count += rows
        listed = " UNION ALL ".join(f"SELECT * FROM text{number + 1}" for number in range(self._sources))
        self._session.sql(listed).createOrReplaceTempView("text")
        return int(rows)

    def names_ours(self, base: str) -> tuple[bool, bool]:
        """Return whether any term is a thing under a base, and whether any triple says that two are the same."""
        start = _text(f"<{base}id/")
        ours, same = self._rows(
            f"SELECT MAX(STARTSWITH(s, {start}) OR STARTSWITH(o, {start})), MAX(p = {_text(owl.SAME)}) FROM text"
        )[0]
        return bool(ours), bool(same)

    def _mark(self) -> str:
        """Return what makes the labels of the next source new, if there are any yet."""
        mark = f"f{self._sources}-"
        while self._has_blank and self._rows(
            f"SELECT 1 FROM text WHERE s LIKE '\\_:{mark}%' OR o LIKE '\\_:{mark}%' LIMIT 1"
        ):
            mark = f"f{mark}"
        return mark if self._has_blank else ""

    def schema(self) -> tuple[SchemaTriple, ...]:
        """Return the axioms, and what the compiler wants to know besides; what is left are facts.

        See `egov_kg.inference.splitting.split`.
        """
        meta = f"p = {_text(owl.TYPE)} AND o IN ({_listed(owl.META_CLASSES)})"
        axiom = f"(p IN ({_listed(owl.SCHEMA_PREDICATES)}) OR {meta})"
        self._session.sql(f"SELECT s, p, o FROM text WHERE NOT {axiom}").createOrReplaceTempView("fact")
        found = [
            tuple(row)
            for row in self._rows(f"SELECT DISTINCT s, p, o FROM text WHERE {axiom} OR p = {_text(owl.DIFFERENT)}")
        ]
        self._count -= sum(owl.is_schema(*triple) for triple in found)
        named = {term for s, p, o in found if p != owl.DIFFERENT for term in (s, o)}
        if named:
            self.put("named", {"t": sorted(named)})
            same = f"SELECT s, p, o FROM text WHERE p = {_text(owl.SAME)}"
            found += map(
                tuple,
                self._rows(
                    f"SELECT e.s, e.p, e.o FROM ({same}) e JOIN named n ON n.t = e.s"
                    f" UNION SELECT e.s, e.p, e.o FROM ({same}) e JOIN named n ON n.t = e.o"
                ),
            )
        return tuple(sorted(set(found)))

    # Terms.

    def number_all(self, terms: Iterable[Term]) -> None:
        """Number the terms of the triples and these besides. Numbers that were told before may change."""
        asked = frozenset(terms) | owl.SCHEMA_PREDICATES | owl.META_CLASSES
        extra = (self._extra or frozenset()) | frozenset(terms)
        if extra != self._extra:
            self._extra = extra
            self._number(extra)
        self.put("asked", {"t": sorted(asked)})
        self._found = dict.fromkeys(asked)
        found = self._rows("SELECT t.t, t.id FROM term t JOIN asked a ON a.t = t.t")
        self._found.update({term: int(number) for term, number in found})
        self._texts = {number: term for term, number in self._found.items() if number is not None}

    def _number(self, extra: Iterable[Term]) -> None:
        self.put("more", {"t": sorted(extra)})
        every = " UNION ALL ".join([*(f"SELECT {one} AS t FROM text" for one in "spo"), "SELECT t FROM more"])
        ordered = self._session.sql(f"SELECT DISTINCT t FROM ({every}) ORDER BY t")
        self.show("ordered", ordered.selectExpr("monotonically_increasing_id() AS m", "t"))
        sizes = sorted(
            self._rows(
                f"SELECT SHIFTRIGHT(m, {_SHIFT}), COUNT(*), SUM(CASE WHEN {_IS_LITERAL} THEN 1 ELSE 0 END)"
                " FROM ordered GROUP BY 1"
            )
        )
        firsts, total = [], 0
        for _, size, _ in sizes:
            firsts.append(total)
            total += int(size)
        self.terms, self.literals = total, sum(int(row[2]) for row in sizes) - 1
        self.put("ranges", {"part": [int(row[0]) for row in sizes], "first": firsts})
        self._session.sql(
            f"SELECT /*+ BROADCAST(k) */ o.m - SHIFTLEFT(k.part, {_SHIFT}) + k.first AS id, o.t AS t"
            f" FROM ordered o JOIN ranges k ON k.part = SHIFTRIGHT(o.m, {_SHIFT})"
        ).createOrReplaceTempView("term")

    def find(self, term: Term) -> int | None:
        """Return the number of a term; None if it has none."""
        if term not in self._found:
            rows = self._rows(f"SELECT id FROM term WHERE t = {_text(term)}")
            self._found[term] = int(rows[0][0]) if rows else None
        return self._found[term]

    def text(self, number: int) -> Term:
        """Return the term of a number."""
        if number not in self._texts:
            self._texts[number] = str(self._rows(f"SELECT t FROM term WHERE id = {int(number)}")[0][0])
        return self._texts[number]

    def place(self, text: str) -> int:
        """Return how many terms come before a text in term order."""
        return int(self._rows(f"SELECT COUNT(*) FROM term WHERE t < {_text(text)}")[0][0])

    # Tables of numbers.

    def fill(self, database: SparkDatabase) -> None:
        """Make the tables ``given(p, s, o)`` and ``lit(id, v)``."""
        # Properties are few, and a shuffle by them would send all triples of one to the same place.
        self._session.sql(
            "SELECT t.id AS id, t.t AS t FROM term t JOIN (SELECT DISTINCT p FROM fact) f ON f.p = t.t"
        ).createOrReplaceTempView("property")
        database.make(
            "given",
            "SELECT /*+ BROADCAST(b) */ b.id AS p, a.id AS s, c.id AS o FROM fact f"
            " JOIN property b ON b.t = f.p JOIN term a ON a.t = f.s JOIN term c ON c.t = f.o",
        )
        odd = f"SELECT id, t FROM term WHERE {_IS_LITERAL} AND NOT t LIKE '%\"'"
        self.show("odd", self._session.sql(odd).mapInArrow(_values, "id BIGINT, value STRING"))
        database.make(
            "lit",
            "SELECT e.id AS id, e.v AS v FROM (SELECT id, MIN(id) OVER (PARTITION BY value) AS v FROM"
            " (SELECT id, value FROM odd UNION SELECT t.id AS id, t.t AS value FROM term t"
            " JOIN (SELECT DISTINCT value FROM odd) d ON d.value = t.t) u) e WHERE e.id <> e.v",
        )

    def ill_typed(self) -> list[int]:
        """Return the numbers of the literals whose datatype does not have their text."""
        typed = self._session.sql(f"SELECT id, t FROM term WHERE {_IS_LITERAL} AND NOT t LIKE '%\"'")
        return sorted(int(row[0]) for row in typed.mapInArrow(_ill_typed, "id BIGINT").collect())

    # Spark.

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.rows(query)

    def show(self, name: str, frame: Any) -> None:
        """Make a view of a frame that is computed once."""
        self.database.keep(frame).createOrReplaceTempView(name)

    def put(self, name: str, columns: dict[str, list[Any]]) -> None:
        """Make a view of a few rows: of texts where names are those of texts, of numbers elsewhere."""
        import pyarrow as pa  # noqa: PLC0415 - an extra

        kinds = {one: pa.string() if one in "tspo" else pa.int64() for one in columns}
        table = pa.table({one: pa.array(column, kinds[one]) for one, column in columns.items()})
        self._session.createDataFrame(table).createOrReplaceTempView(name)


def _values(batches: Iterable[Any]) -> Iterator[Any]:
    """Yield the numbers of literals with what stands for their values, but for those of which it is plain."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    for batch in batches:
        numbers, values = [], []
        for number, term in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True):
            if not stands_for_itself(term.encode()):
                numbers.append(number)
                values.append(canonical(term))
        yield pa.RecordBatch.from_arrays(
            [pa.array(numbers, pa.int64()), pa.array(values, pa.string())], ["id", "value"]
        )


def _ill_typed(batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    for batch in batches:
        numbers = [
            number
            for number, term in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
            if not is_plainly_well_formed(term.encode()) and not is_well_formed(term)
        ]
        yield pa.RecordBatch.from_arrays([pa.array(numbers, pa.int64())], ["id"])


def _text(term: str) -> str:
    r"""Return a literal of Spark's SQL.

    Example:
        >>> print(_text("it's"))
        'it\'s'
    """
    return "'" + term.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _listed(terms: Iterable[str]) -> str:
    return ", ".join(map(_text, sorted(terms)))
