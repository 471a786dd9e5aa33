"""What the full closure adds to the lean one: what is true of everything, and what literals are by their values.

eq-ref, prp-ap, cls-thing, cls-nothing1, dt-type1, dt-type2, dt-eq, dt-diff, scm-cls, scm-op, scm-dp: for conformance
and for comparison with other engines, and never for a release.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from egov_kg.inference import literals, owl
from egov_kg.inference.entailed import Entailed
from egov_kg.inference.plan import Plan, SchemaTriple, Term
from egov_kg.inference.terms import Ids, Table

__all__ = ["full_layer", "with_full_layer"]

_ANNOTATIONS = (
    *(owl.rdfs(name) for name in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(
        owl.word(name)
        for name in ("deprecated", "versionInfo", "priorVersion", "backwardCompatibleWith", "incompatibleWith")
    ),
)


def with_full_layer(derived: Table, asserted: Table, plan: Plan) -> Table:
    """Return derived facts with what the full closure has beyond them."""
    terms = derived.dictionary
    known = {
        (terms.text(subject), terms.text(predicate), terms.text(value))
        for table in (derived, asserted)
        for subject, predicate, value in zip(*(column.tolist() for column in _columns(table)), strict=True)
    }
    more = [[terms.add(term) for term in triple] for triple in sorted(full_layer(plan, known))]
    rows = np.array(more, dtype=np.uint32).reshape(-1, 3)
    return Table(terms, *(np.concatenate([old, new]) for old, new in zip(_columns(derived), rows.T, strict=True)))


def _columns(table: Table) -> tuple[Ids, Ids, Ids]:
    return table.subjects, table.predicates, table.objects


def full_layer(plan: Plan, known: Collection[SchemaTriple]) -> set[SchemaTriple]:
    """Return what the full closure has beyond a closure of facts.

    Args:
        plan: The ontology.
        known: All facts, given and derived, under every name of their terms, those in classes without a name included.

    Returns:
        Triples of RDF: none has a literal as its subject, and none is known.
    """
    schema = {*plan.schema, *plan.entailed, *_axiomatic()}
    if isinstance(plan.entailed, Entailed):
        schema.update(triple for triple, _ in plan.entailed.implied())
    schema.update(_of_other_names(schema, known))
    found = {*schema, *_things(schema, known)}
    found.update(_literals(known))
    terms = {term for triples in (schema, known, found) for triple in triples for term in triple} | {owl.SAME}
    found.update((term, owl.SAME, term) for term in terms if not term.startswith('"'))
    return {triple for triple in found if not triple[0].startswith('"')}.difference(known, plan.schema)


def _of_other_names(schema: Collection[SchemaTriple], known: Collection[SchemaTriple]) -> list[SchemaTriple]:
    """Return that each other name of a declared class or property is one below it, and the other way round.

    eq-rep of scm-cls and scm-op, for names that only facts make the same: the compiler has the others.
    """
    predicates: dict[Term, set[Term]] = {}
    for subject, predicate, value in schema:
        if subject == value:
            predicates.setdefault(subject, set()).add(predicate)
    pairs = [(one, other) for one, predicate, other in known if predicate == owl.SAME and one in predicates]
    return [row for one, two in pairs for word in predicates[one] for row in ((one, word, two), (two, word, one))]


def _axiomatic() -> Iterator[SchemaTriple]:
    """prp-ap and dt-type1."""
    yield from ((prop, owl.TYPE, owl.word("AnnotationProperty")) for prop in _ANNOTATIONS)
    yield from ((datatype, owl.TYPE, owl.rdfs("Datatype")) for datatype in literals.DATATYPES)


def _things(schema: Collection[SchemaTriple], known: Collection[SchemaTriple]) -> Iterator[SchemaTriple]:
    """Yield who is in ``owl:Thing`` by cax-sco, prp-dom and prp-rng: the columns leave it out."""
    below = {subject for subject, predicate, value in schema if predicate == owl.SUB_CLASS and value == owl.THING}
    sides = {subject for subject, predicate, value in schema if predicate == owl.DOMAIN and value == owl.THING}
    values = {subject for subject, predicate, value in schema if predicate == owl.RANGE and value == owl.THING}
    for subject, predicate, value in known:
        if (predicate == owl.TYPE and value in below) or predicate in sides:
            yield subject, owl.TYPE, owl.THING
        if predicate in values:
            yield value, owl.TYPE, owl.THING


def _literals(known: Collection[SchemaTriple]) -> Iterator[SchemaTriple]:
    """Yield what follows for things that are the same as a literal: dt-type2, dt-eq and dt-diff."""
    named: dict[Term, set[Term]] = {}
    for subject, predicate, value in known:
        if predicate == owl.SAME and value.startswith('"') and not subject.startswith('"'):
            named.setdefault(subject, set()).add(value)
    everywhere = {term for triple in known for term in triple if term.startswith('"')} if named else set()
    for subject, found in sorted(named.items()):
        yield from ((subject, owl.TYPE, datatype) for one in found for datatype in literals.datatypes(one))
        same = {literals.canonical(one) for one in found}
        yield from ((subject, owl.SAME, other) for other in everywhere if literals.canonical(other) in same)
        for other, others in named.items():
            if not same.isdisjoint(map(literals.canonical, others)):
                yield subject, owl.SAME, other
            if any(literals.are_different(one, two) for one in found for two in others):
                yield subject, owl.DIFFERENT, other
