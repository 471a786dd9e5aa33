"""What was given: the table of it after changes, is a triple among it, and which of its literals are ill-typed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np

from egov_kg.inference.columns import SHIFT, Rows, contains, pack
from egov_kg.inference.equality import TYPE
from egov_kg.inference.plan import SchemaTriple, Term
from egov_kg.inference.tables import Tables
from egov_kg.inference.terms import Ids, Table

__all__ = ["Given", "changed", "net"]

Triple = tuple[str, str, str]


class Given:
    """The triples that were given, facts and axioms.

    Args:
        tables: The columns, which know what was given under their own names.
        aliases: Other names of classes and properties. For a triple that uses one, the table is looked through; its
            pairs of that predicate are sorted when one is asked for.
        table: Makes the table of the facts.
        schema: The axioms that were compiled before.
    """

    def __init__(
        self,
        tables: Tables,
        aliases: Mapping[Term, Term],
        table: Callable[[], Table],
        schema: Collection[SchemaTriple],
    ) -> None:
        self._tables, self._aliases, self._table, self._schema = tables, aliases, table, schema
        self._pairs: dict[int, Rows] = {}

    def __contains__(self, triple: object) -> bool:
        if triple in self._schema:
            return True
        if not isinstance(triple, tuple):
            return False
        subject, predicate, thing = map(self._tables.terms.find, triple)
        if subject is None or predicate is None or thing is None:
            return False
        name, named = triple[1], triple[2] if triple[1] == TYPE else triple[1]
        if self._aliases.get(named, named) != named:
            return _has(self._of_predicate(predicate), subject, thing)
        if name == TYPE:
            cls = self._tables.class_names.find(triple[2])
            return cls is not None and _has(self._tables.classes.given, cls, subject)
        prop = self._tables.property_names.find(name)
        column = None if prop is None else self._tables.pairs.get(prop)
        return column is not None and _has(column.given, subject, thing)

    def _of_predicate(self, predicate: int) -> Rows:
        if predicate not in self._pairs:
            table = self._table()
            rows = table.predicates == predicate
            self._pairs[predicate] = np.sort(pack(table.subjects[rows], table.objects[rows]))
        return self._pairs[predicate]

    def ill_typed(self) -> Iterator[Triple]:
        """Return the facts whose object is a literal that its own datatype excludes."""
        bad = self._tables.terms.ill_typed()
        if not len(bad):
            return
        table, text = self._table(), self._tables.terms.text
        for place in np.flatnonzero(np.isin(table.objects, bad)).tolist():
            subject, predicate, thing = (
                int(column[place]) for column in (table.subjects, table.predicates, table.objects)
            )
            yield text(subject), text(predicate), text(thing)


def _has(rows: Rows, left: int, right: int) -> bool:
    return bool(contains(rows, np.array([left], dtype=np.uint64) << SHIFT | np.uint64(right))[0])


def changed(table: Table, changes: Sequence[tuple[int, Table]]) -> Table:
    """Return a table with changes laid over it: the last one that names a triple decides.

    Args:
        table: What was given.
        changes: Tables of the same dictionary, each with 1 where its triples are added, with -1 where they go.
    """
    if all(sign > 0 for sign, _ in changes):
        return _joined([table, *(more for _, more in changes)])
    named = {row for _, some in changes for row in _rows(some)}
    subjects, objects = (np.array([row[place] for row in named], dtype=np.uint32) for place in (0, 2))
    doubtful = np.flatnonzero(np.isin(table.subjects, subjects) & np.isin(table.objects, objects))
    rows = _rows(Table(table.dictionary, *(column[doubtful] for column in _columns(table))))
    gone = doubtful[np.array([row in named for row in rows], dtype=np.bool_)]
    kept = Table(table.dictionary, *(np.delete(column, gone) for column in _columns(table)))
    return _joined([kept, *(more for sign, more in net(changes) if sign > 0)])


def net(changes: Sequence[tuple[int, Table]]) -> list[tuple[int, Table]]:
    """Return two changes that come to the same as many: what goes, and what is added."""
    last: dict[tuple[int, int, int], int] = {}
    for sign, some in changes:
        last.update(dict.fromkeys(_rows(some), sign))
    terms = changes[0][1].dictionary
    found = []
    for sign in (-1, 1):
        rows = np.array([row for row, one in last.items() if one == sign], dtype=np.uint32).reshape(-1, 3)
        found.append((sign, Table(terms, *(np.ascontiguousarray(column) for column in rows.T))))
    return found


def _rows(table: Table) -> Iterator[tuple[int, int, int]]:
    return zip(*(column.tolist() for column in _columns(table)), strict=True)


def _columns(table: Table) -> tuple[Ids, Ids, Ids]:
    return table.subjects, table.predicates, table.objects


def _joined(tables: Sequence[Table]) -> Table:
    columns = zip(*map(_columns, tables), strict=True)
    return Table(tables[0].dictionary, *(np.concatenate(column) for column in columns))
