"""What was given: is a triple among it, and which of its literals are ill-typed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from egov_kg.inference.columns import SHIFT, Rows, contains, pack
from egov_kg.inference.plan import SchemaTriple
from egov_kg.inference.terms import Table

__all__ = ["Given"]

Triple = tuple[str, str, str]


class Given:
    """The triples of a table and of a schema. The pairs of a predicate are sorted when one is asked for.

    Args:
        table: The facts.
        schema: The axioms that were compiled before.
    """

    def __init__(self, table: Table, schema: Collection[SchemaTriple]) -> None:
        self._table, self._schema = table, schema
        self._pairs: dict[int, Rows] = {}

    def __contains__(self, triple: object) -> bool:
        if triple in self._schema:
            return True
        if not isinstance(triple, tuple):
            return False
        subject, predicate, thing = map(self._table.dictionary.find, triple)
        if subject is None or predicate is None or thing is None:
            return False
        if predicate not in self._pairs:
            rows = self._table.predicates == predicate
            self._pairs[predicate] = np.sort(pack(self._table.subjects[rows], self._table.objects[rows]))
        wanted = np.array([subject], dtype=np.uint64) << SHIFT | np.uint64(thing)
        return bool(contains(self._pairs[predicate], wanted)[0])

    def ill_typed(self) -> Iterator[Triple]:
        """Return the facts whose object is a literal that its own datatype excludes."""
        table, terms = self._table, self._table.dictionary
        bad = terms.ill_typed()
        for place in np.flatnonzero(np.isin(table.objects, bad)).tolist() if len(bad) else ():
            subject, predicate, thing = (
                int(column[place]) for column in (table.subjects, table.predicates, table.objects)
            )
            yield terms.text(subject), terms.text(predicate), terms.text(thing)
