"""A table in two: the axioms, which are compiled, and the facts, which fill columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference import owl
from egov_kg.inference.plan import SchemaTriple
from egov_kg.inference.terms import Ids, Table

__all__ = ["Split", "split"]


class Split(NamedTuple):
    """The parts of a table.

    Attributes:
        schema: What belongs to the ontology, and what the compiler wants to know besides: which of its terms are the
            same as others, and what differs from what.
        facts: Everything but the ontology.
    """

    schema: tuple[SchemaTriple, ...]
    facts: Table


def split(table: Table) -> Split:
    """Tell axioms from facts."""
    is_schema = _is_in(table, table.predicates, owl.SCHEMA_PREDICATES)
    is_schema |= _is_in(table, table.predicates, {owl.TYPE}) & _is_in(table, table.objects, owl.META_CLASSES)
    wanted = is_schema | _is_in(table, table.predicates, {owl.DIFFERENT})
    if is_schema.any():
        is_named = np.zeros(len(table.dictionary), np.bool_)
        is_named[table.subjects[is_schema]] = is_named[table.objects[is_schema]] = True
        is_same = _is_in(table, table.predicates, {owl.SAME})
        wanted |= is_same & (is_named[table.subjects] | is_named[table.objects])
    columns = (table.subjects, table.predicates, table.objects)
    texts = [table.dictionary.texts(column[wanted]) for column in columns]
    schema: tuple[SchemaTriple, ...] = tuple(zip(*texts, strict=True))
    return Split(schema, Table(table.dictionary, *(column[~is_schema] for column in columns)))


def _is_in(table: Table, column: Ids, terms: Iterable[str]) -> NDArray[np.bool_]:
    """Return which rows have one of some terms in a column."""
    ids = [number for term in terms if (number := table.dictionary.find(term)) is not None]
    is_one = np.zeros(len(table.dictionary), np.bool_)
    is_one[ids] = True
    return is_one[column]
