"""Recompiling: schema triples that follow from data."""

from __future__ import annotations

from collections.abc import Iterator

from egov_kg.inference.aliases import column_names
from egov_kg.inference.compiling import compile_schema
from egov_kg.inference.equality import SAME_AS, TYPE, Equality
from egov_kg.inference.owl import FIRST, META_CLASSES, REST, SCHEMA_PREDICATES, is_schema
from egov_kg.inference.plan import Plan, SchemaTriple
from egov_kg.inference.tables import Tables

__all__ = ["derived_schema", "recompiled", "schema_size"]


def derived_schema(plan: Plan, tables: Tables, equality: Equality) -> frozenset[SchemaTriple]:
    """Return the schema triples in the columns that the plan was not compiled from."""
    found = {triple for triple in _in_columns(tables) if is_schema(*triple)}
    found = {triple for triple in found if triple not in plan.schema and triple not in plan.entailed}
    return frozenset(found | set(_equal_names(plan, tables, equality)))


def schema_size(tables: Tables, equality: Equality) -> tuple[int, ...]:
    """Return numbers of which one grows where `derived_schema` may find more than it did before."""
    props = map(tables.property_names.find, sorted(SCHEMA_PREDICATES))
    classes = [number for name in META_CLASSES if (number := tables.class_names.find(name)) is not None]
    pairs = sum(len(tables.pairs[prop]) for prop in props if prop in tables.pairs)
    members = sum(len(tables.members(cls)) for cls in classes)
    return pairs, members, len(equality.found), len(tables.class_names), len(tables.property_names)


def _in_columns(tables: Tables) -> Iterator[SchemaTriple]:
    """Return all facts whose property or class is a word of RDF, RDFS or OWL."""
    text = tables.terms.text
    for name in sorted(SCHEMA_PREDICATES):
        prop = tables.property_names.find(name)
        column = tables.pairs.get(prop) if prop is not None else None
        if column is not None:
            # The cells of lists as they were given: with a second first member a list would be none any more.
            rows = column.given if name in {FIRST, REST} else column.rows()
            yield from ((text(row >> 32), name, text(row & 0xFFFF_FFFF)) for row in rows.tolist())
    for name in sorted(META_CLASSES):
        cls = tables.class_names.find(name)
        if cls is not None:
            yield from ((text(member), TYPE, name) for member in tables.members(cls).tolist())


def _equal_names(plan: Plan, tables: Tables, equality: Equality) -> Iterator[SchemaTriple]:
    """Return which classes and properties the data makes the same as another term."""
    if equality.representatives is None:
        return
    names = {*tables.class_names.terms, *tables.property_names.terms} | column_names(plan.schema)
    text = tables.terms.text
    for group in equality.groups_with(names).values():
        terms = [text(one) for one in group]
        for other in terms[1:]:
            triple = (other, SAME_AS, terms[0])
            if plan.aliases.get(other, other) != plan.aliases.get(terms[0], terms[0]) and triple not in plan.schema:
                yield triple


def recompiled(plan: Plan, more: frozenset[SchemaTriple]) -> Plan:
    """Return the plan of an ontology with more triples."""
    apart = {triple for one in plan.different for triple in one.axiom}
    same = {(subject, other) for subject, predicate, other in more if predicate == SAME_AS}
    return compile_schema(plan.schema | more | apart, same | set(plan.aliases.items()))
