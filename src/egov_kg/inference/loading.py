"""Loading: given triples into the columns of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference.columns import LOW, NO_ROWS, Rows, merged, pack, runs, sorted_unique
from egov_kg.inference.equality import TYPE
from egov_kg.inference.literals import DATATYPES, datatypes
from egov_kg.inference.plan import Kind, Plan, SchemaTriple, Term
from egov_kg.inference.tables import Delta, Names, Tables
from egov_kg.inference.terms import Dictionary, Ids, Table

__all__ = ["asked_datatypes", "by_column", "load", "load_more", "typed_literals"]


def load(table: Table, plan: Plan, tables: Tables) -> Delta:
    """Put given triples into the columns; return those that are new there.

    Members of enumerations go with them, and the schema triples that rules read or write as ordinary facts.
    """
    delta = load_more(table, plan, tables)
    terms = tables.terms
    number = tables.class_names.number
    named = [(number(plan.aliases.get(one.cls, one.cls)), terms.add(one.individual)) for one in plan.members]
    rows = np.array([cls << 32 | individual for cls, individual in named], dtype=np.uint64)
    delta = delta.with_more(_axiomatic(rows, tables))
    delta = delta.with_more(
        typed_literals(asked_datatypes(plan), tables, delta, (has.value for has in plan.has_values))
    )
    if plan.bridges:
        delta = _load_schema(plan, tables, delta)
    return delta


def load_more(table: Table, plan: Plan, tables: Tables) -> Delta:
    """Put given triples into the columns, and nothing beside; return those that are new there."""
    delta = Delta()
    for prop, rows, plain in by_column(table, plan.aliases, tables):
        column = tables.classes if prop is None else tables.column(prop)
        fresh = column.give(rows) if plain else column.new(rows)
        if not plain:
            column.add(fresh, 0)
        if prop is None:
            delta.classes = merged([delta.classes, fresh])
        elif len(fresh):
            delta.pairs[prop] = merged([delta.pairs.get(prop, NO_ROWS), fresh])
    return delta


def _axiomatic(rows: Rows, tables: Tables) -> Delta:
    """Put memberships into their column that hold whatever is given."""
    tables.axiomatic = sorted_unique(np.concatenate([tables.axiomatic, rows]))
    fresh = tables.classes.new(rows)
    tables.classes.add(fresh, 1)
    return Delta(fresh)


def typed_literals(asked: frozenset[Term], tables: Tables, delta: Delta, values: Iterable[Term] = ()) -> Delta:
    """Put literals into the datatypes that rules ask for (dt-type2); where none does it costs nothing.

    Literals of the dictionary that no fact has are passed over: it also holds those of facts that were deleted.

    Args:
        asked: The datatypes that rules read.
        tables: The columns.
        delta: The facts to look at.
        values: Literals of the ontology.
    """
    if not asked:
        return Delta()
    number, terms = tables.class_names.number, tables.terms
    ids = [delta.classes & LOW, *(rows & LOW for rows in delta.pairs.values())]
    ids.append(np.array([terms.add(value) for value in values], dtype=np.uint64))
    met = np.unique(np.concatenate(ids))
    rows = [
        (number(datatype) << 32) | literal
        for literal in met[tables.literal[met]].tolist()
        for datatype in asked.intersection(datatypes(terms.text(literal)))
    ]
    return _axiomatic(np.array(rows, dtype=np.uint64), tables)


def asked_datatypes(plan: Plan) -> frozenset[Term]:
    """Return the datatypes whose members rules read."""
    asked = {some.filler for some in plan.some_values}
    asked |= {name for both in plan.intersections for name in (both.first, both.second)}
    asked |= {edge.source.name for edge in plan.edges if edge.source.kind is Kind.CLASS}
    asked |= {name for one in plan.functional if (name := one.filler) is not None}
    asked |= {name for one in plan.at_most_none if (name := one.filler) is not None}
    asked |= {name for one in plan.disjoint for name in one.classes}
    return frozenset(asked & DATATYPES)


def _load_schema(plan: Plan, tables: Tables, delta: Delta) -> Delta:
    """Put schema triples into the columns that rules read or write like any other."""
    bridged = {column.name for column in plan.bridges if column.kind is Kind.PROPERTY}
    classes = {column.name for column in plan.bridges if column.kind is Kind.CLASS}

    def wanted(triple: SchemaTriple) -> bool:
        return triple[1] in bridged or (triple[1] == TYPE and triple[2] in classes)

    for stage, triples in ((0, plan.schema), (1, plan.entailed)):
        table = _encoded(sorted(filter(wanted, triples)), tables.terms)
        for prop, rows, _ in by_column(table, plan.aliases, tables):
            column = tables.classes if prop is None else tables.column(prop)
            fresh = column.new(rows)
            column.add(fresh, stage)
            delta = delta.with_more(Delta(fresh) if prop is None else Delta(NO_ROWS, {prop: fresh}))
    return delta


def _encoded(triples: list[SchemaTriple], terms: Dictionary) -> Table:
    ids = np.array([[terms.add(term) for term in triple] for triple in triples], dtype=np.uint32).reshape(-1, 3)
    return Table(terms, *(np.ascontiguousarray(column) for column in ids.T))


def by_column(table: Table, aliases: Mapping[Term, Term], tables: Tables) -> Iterator[tuple[int | None, Rows, bool]]:
    """Return the rows of each column, ordered, each once: the property, or None for the classes.

    The last value says whether the triples name the column as it is named; otherwise it bears another name of the same
    class or property, and they are facts that follow.
    """
    subjects, objects = table.subjects, table.objects
    for predicate, places in _places(table.predicates, len(table.dictionary)):
        name = table.dictionary.text(predicate)
        if name == TYPE:
            yield from _memberships(subjects[places], objects[places], table.dictionary, aliases, tables.class_names)
        else:
            column = aliases.get(name, name)
            rows = sorted_unique(pack(subjects[places], objects[places]))
            yield tables.property_names.number(column), rows, column == name


def _memberships(
    members: Ids, classes: Ids, terms: Dictionary, aliases: Mapping[Term, Term], names: Names
) -> Iterator[tuple[None, Rows, bool]]:
    if not len(members):
        return
    found, code = _numbered(classes, len(terms))
    texts = [terms.text(number) for number in found.tolist()]
    columns = [aliases.get(text, text) for text in texts]
    number = np.array([names.number(column) for column in columns], dtype=np.uint32)
    plain = np.array([column == text for column, text in zip(columns, texts, strict=True)], dtype=np.bool_)
    rows = pack(number[code], members)
    exact = plain[code]
    yield None, sorted_unique(rows[exact]), True
    if not exact.all():
        yield None, sorted_unique(rows[~exact]), False


def _places(predicates: Ids, terms: int) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Return each predicate with the places where it stands."""
    if not len(predicates):
        return
    found, codes = _numbered(predicates, terms)
    order = np.argsort(codes, kind="stable")
    for number, (first, end) in zip(found.tolist(), zip(*runs(codes[order]), strict=True), strict=True):
        yield number, order[first:end]


def _numbered(ids: Ids, terms: int) -> tuple[Ids, NDArray[np.uint16] | NDArray[np.uint32]]:
    """Return the ids that occur, in order, and the place among them of each."""
    if len(ids) * 16 < terms:
        found, places = np.unique(ids, return_inverse=True)
        return found, places.astype(np.uint32)
    met = np.zeros(terms, dtype=np.bool_)
    met[ids] = True
    found = np.flatnonzero(met).astype(np.uint32)
    if len(found) < 1 << 16:  # numbers of 16 bits are sorted by radix
        short = np.zeros(terms, dtype=np.uint16)
        short[found] = np.arange(len(found))
        return found, short[ids]
    long = np.zeros(terms, dtype=np.uint32)
    long[found] = np.arange(len(found))
    return found, long[ids]
