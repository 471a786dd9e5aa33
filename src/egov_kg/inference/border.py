"""The border: which of the derived facts go out, as triples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from egov_kg.errors import InferenceTooLarge
from egov_kg.inference.columns import LOW, NO_ROWS, SHIFT, Rows, contains, flip, pack, runs, without
from egov_kg.inference.equality import SAME_AS, TYPE, Equality
from egov_kg.inference.hashing import PADDING
from egov_kg.inference.joins import spread
from egov_kg.inference.owl import (
    EQUIVALENT_CLASS,
    EQUIVALENT_PROPERTY,
    SCHEMA_PREDICATES,
    SUB_CLASS,
    SUB_PROPERTY,
)
from egov_kg.inference.plan import Plan, SchemaTriple, Term
from egov_kg.inference.tables import Tables
from egov_kg.inference.terms import Dictionary, Ids, Table

__all__ = ["ORDERS", "derived_table", "lean_schema"]

_UNSAID: Final = frozenset({"<http://www.w3.org/2002/07/owl#Thing>", "<http://www.w3.org/2000/01/rdf-schema#Resource>"})
"""Everything is in these classes, so nobody needs to be told."""

ORDERS: Final = frozenset({SUB_CLASS, SUB_PROPERTY, EQUIVALENT_CLASS, EQUIVALENT_PROPERTY})
"""Words that say nothing of a class or property and itself."""

_BYTES_A_ROW: Final = 40
_MOST_BYTES: Final = 1 << 33
"""Where no other bound is given: a group of ten thousand names has a hundred million pairs of them."""


def derived_table(
    plan: Plan,
    tables: Tables,
    equality: Equality,
    asserted: Table,
    *,
    expand: bool,
    schema: bool,
    given: frozenset[SchemaTriple],
    nameless: bool = False,
    memory: int | None = None,
) -> Table:
    """Return the derived triples that the lean closure shows, each once, in no particular order.

    It shows no typing by owl:Thing, rdfs:Resource or a class without a name, no schema with blank nodes, no literal as
    subject, no term that is the same as itself, and nothing that was given.

    Args:
        plan: What was given as schema, and what follows from it alone.
        tables: The columns at their fixpoint.
        equality: The groups.
        asserted: What was given as data.
        expand: Whether to write each fact for every name of its terms, and all names as equal to one another; otherwise
            facts stand on representatives, and the others are the same as these.
        schema: Whether to add the schema triples that follow.
        given: The schema that was given, without what data have added to the plan's.
        nameless: Whether to show typings by classes without a name, and schema with blank nodes, too.
        memory: Bytes that it may take.

    Raises:
        InferenceTooLarge: If there are more names of things than fit.
    """
    groups = _Groups(equality, memory) if expand and equality.representatives is not None else None
    others = _names_of(plan) if expand else {}
    pieces = [*_memberships(tables, groups, nameless=nameless), *_pairs(tables, equality, groups, nameless=nameless)]
    pieces += _same_as(tables, equality, groups)
    if others:
        pieces += _by_other_names(others, tables, groups, asserted)
    columns = [np.concatenate([np.empty(0, np.uint32), *(piece[place] for piece in pieces)]) for place in range(3)]
    return _with_schema(Table(tables.terms, *columns), plan, given, schema=schema)


Piece = tuple[Ids, Ids, Ids]


class _Groups:
    """The names of each thing."""

    def __init__(self, equality: Equality, memory: int | None) -> None:
        known = equality.representatives
        assert known is not None
        self._memory = _MOST_BYTES if memory is None else memory
        self._names = np.argsort(known, kind="stable").astype(np.uint64)
        self._size = np.bincount(known.astype(np.int64), minlength=len(known))
        self._begin = np.cumsum(self._size) - self._size

    def have_several(self, ids: Rows) -> NDArray[np.bool_]:
        """Return which ids stand for several names."""
        several: NDArray[np.bool_] = self._size[ids] > 1
        return several

    def right(self, rows: Rows) -> Rows:
        """Return pairs with each name of what stands on the right.

        Raises:
            InferenceTooLarge: If that is more than fits.
        """
        ids = rows & LOW
        counts = self._size[ids]
        needed = int(counts.sum()) * _BYTES_A_ROW
        if needed > self._memory:
            raise InferenceTooLarge(needed, self._memory, "every name of everything; one name for each needs little")
        return (np.repeat(rows, counts) & ~LOW) | self._names[spread(self._begin[ids], counts)]

    def both(self, rows: Rows) -> Rows:
        """Return pairs with each name of what stands on either side."""
        return flip(self.right(flip(self.right(rows))))


def _memberships(tables: Tables, groups: _Groups | None, *, nameless: bool) -> Iterator[Piece]:
    column = tables.classes
    if groups is None:
        rows = without(column.rows(), [column.given])
    else:
        rows = column.rows()
        rows = rows[groups.have_several(rows & LOW) | ~contains(column.given, rows)]
        rows = without(np.sort(groups.right(rows)), [column.given])
    rows = rows[~tables.literal[rows & LOW]]
    if not len(rows):
        return
    keys = rows >> SHIFT
    classes = keys[runs(keys)[0]]
    shown = np.zeros(len(tables.class_names), dtype=np.bool_)
    term = np.zeros(len(tables.class_names), dtype=np.uint64)
    for cls in classes.tolist():
        name = tables.class_names.terms[cls]
        if (name[0] == "<" and name not in _UNSAID) or (nameless and name[0] == "_"):
            shown[cls], term[cls] = True, tables.terms.add(name)
    rows = rows[shown[keys]]
    yield _piece(rows & LOW, tables.terms.add(TYPE), term[rows >> SHIFT])


def _pairs(tables: Tables, equality: Equality, groups: _Groups | None, *, nameless: bool) -> Iterator[Piece]:
    for prop, column in tables.pairs.items():
        name = tables.property_names.terms[prop]
        if name[0] != "<" or name in {TYPE, SAME_AS}:
            continue
        if groups is None:
            rows = without(column.rows(), [column.given])
        else:
            rows = column.rows()
            several = groups.have_several(rows >> SHIFT) | groups.have_several(rows & LOW)
            rows = rows[several | ~contains(column.given, rows)]
            rows = without(groups.both(rows), [column.given])
        is_literal = tables.literal[rows >> SHIFT]
        rows = rows[~is_literal] if is_literal.any() else rows
        if len(rows) and not nameless and name in SCHEMA_PREDICATES:
            rows = _telling(rows, name, equality, tables.terms)
        if len(rows):
            yield _piece(rows >> SHIFT, tables.terms.add(name), rows & LOW)


def _telling(rows: Rows, prop: Term, equality: Equality, terms: Dictionary) -> Rows:
    """Return the pairs of a word of the schema that say something, no blank nodes, nothing below itself."""
    left, right = rows >> SHIFT, rows & LOW
    is_blank = terms.blank
    kept: NDArray[np.bool_] = ~(is_blank[left] | is_blank[right])
    if prop in ORDERS:
        unsaid = [number for term in _UNSAID if (number := terms.find(term)) is not None]
        kept &= equality.renamed(left) != equality.renamed(right)
        kept &= ~np.isin(right, np.array(unsaid, dtype=np.uint64))
    return rows[kept]


def _piece(subjects: Rows, predicate: int, objects: Rows | int) -> Piece:
    value = np.full(len(subjects), objects, np.uint32) if isinstance(objects, int) else objects.astype(np.uint32)
    return subjects.astype(np.uint32), np.full(len(subjects), predicate, np.uint32), value


def _same_as(tables: Tables, equality: Equality, groups: _Groups | None) -> Iterator[Piece]:
    """Return who is the same as whom, or as which literal; what else the column has are pairs that are kept apart."""
    known = equality.representatives
    if known is None:
        return
    column = tables.column(tables.property_names.number(SAME_AS))
    members = np.flatnonzero(known != np.arange(len(known), dtype=np.uint64)).astype(np.uint64)
    rows = pack(members, known[members])
    if groups is not None:
        heads = np.unique(known[members])
        rows = groups.both(pack(heads, heads))
        rows = rows[rows >> SHIFT != rows & LOW]
    values = column.rows()
    values = values[tables.literal[values & LOW] & ~tables.literal[values >> SHIFT]]
    rows = np.concatenate([rows, values if groups is None else groups.both(values)])
    rows = without(np.sort(rows), [column.given])
    yield _piece(rows >> SHIFT, tables.terms.add(SAME_AS), rows & LOW)


def _names_of(plan: Plan) -> dict[Term, list[Term]]:
    """Return the other names of classes and properties that go by one name in the columns."""
    names: dict[Term, list[Term]] = {}
    for other, name in sorted(plan.aliases.items()):
        if other != name:
            names.setdefault(name, []).append(other)
    return names


def _by_other_names(
    others: dict[Term, list[Term]], tables: Tables, groups: _Groups | None, asserted: Table
) -> Iterator[Piece]:
    """Return the facts of classes and properties under their other names."""
    terms = tables.terms
    typed = terms.add(TYPE)
    for name, more in others.items():
        prop = tables.property_names.find(name)
        rows = tables.pairs[prop].rows() if prop in tables.pairs else NO_ROWS
        if groups is not None and len(rows):
            rows = groups.both(rows)
        cls = tables.class_names.find(name)
        members = NO_ROWS if cls is None else tables.members(cls)
        if groups is not None and len(members):
            members = groups.right(members)
        for other in more:
            number = terms.add(other)
            given = asserted.predicates == number
            new = without(rows, [np.sort(pack(asserted.subjects[given], asserted.objects[given]))])
            new = new[~tables.literal[new >> SHIFT]]
            yield _piece(new >> SHIFT, number, new & LOW)
            given = (asserted.predicates == typed) & (asserted.objects == number)
            new = without(members, [np.sort(asserted.subjects[given].astype(np.uint64))])
            yield _piece(new[~tables.literal[new]], typed, number)


def lean_schema(plan: Plan) -> Iterator[SchemaTriple]:
    """Return the entailed schema triples between named terms that are not the same."""
    name = plan.aliases.get
    for subject, predicate, value in plan.entailed:
        is_named = subject[0] == value[0] == "<" and value not in _UNSAID
        if is_named and subject != value and (name(subject, subject) != name(value, value) or predicate not in ORDERS):
            yield subject, predicate, value


def _ids(triples: Iterable[SchemaTriple], terms: Dictionary) -> NDArray[np.uint32]:
    """Return the terms of triples as numbers, all at once: one by one each is hashed in Python."""
    encoded = [term.encode() for triple in triples for term in triple]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    ids = terms.add_ranges(b"".join([*encoded, bytes(PADDING)]), np.cumsum(lengths) - lengths, lengths)
    assert ids is not None
    return ids.reshape(-1, 3)


def _with_schema(table: Table, plan: Plan, schema_given: frozenset[SchemaTriple], *, schema: bool) -> Table:
    """Return a table with the schema triples that follow, none twice, and without those that were given."""
    terms = table.dictionary
    said = {terms.text(number) for number in np.flatnonzero(np.bincount(table.predicates)).tolist()}
    given = _ids((triple for triple in schema_given if schema or triple[1] in said), terms)
    entailed = _ids(lean_schema(plan) if schema else (), terms)
    both = np.concatenate([given, entailed])
    if not len(both):
        return table
    ends = np.sort(pack(both[:, 0], both[:, 2]))
    doubtful = contains(ends, pack(table.subjects, table.objects))
    columns = (table.subjects, table.predicates, table.objects)
    known = set(map(tuple, given.tolist()))
    some = set(zip(*(column[doubtful].tolist() for column in columns), strict=True)) | set(
        map(tuple, entailed.tolist())
    )
    more = np.array(sorted(some - known), dtype=np.uint32).reshape(-1, 3)
    clear = ~doubtful
    return Table(terms, *(np.concatenate([column[clear], more[:, place]]) for place, column in enumerate(columns)))
