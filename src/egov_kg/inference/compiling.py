"""An ontology, compiled: schema triples in, the plan that every engine runs out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from egov_kg.collecting import no_collecting
from egov_kg.errors import RefusedAxiom
from egov_kg.inference import literals, owl
from egov_kg.inference.aliases import groups_of, representatives
from egov_kg.inference.assembly import Assembly
from egov_kg.inference.composition import Composed
from egov_kg.inference.entailed import Entailed
from egov_kg.inference.plan import Column, Different, Ignored, Kind, Op, Plan, SchemaTriple, Term
from egov_kg.inference.profile import ignored_axioms
from egov_kg.inference.saturation import Saturation
from egov_kg.inference.tbox import TBox

__all__ = ["compile_ontology", "compile_schema"]


def compile_ontology(tbox: Iterable[Any]) -> Plan:
    """Compile the triples of an ontology.

    Args:
        tbox: Triples of pyoxigraph. Those that are no schema (labels, individuals) are passed over, but for
            ``owl:sameAs`` between classes and properties.

    Returns:
        The plan. `Plan.ignored` lists each axiom, or half of one, that no rule of OWL 2 RL reads.

    Raises:
        RefusedAxiom: If an axiom would collapse the language itself.
    """
    return compile_schema((str(triple.subject), str(triple.predicate), str(triple.object)) for triple in tbox)


def compile_schema(triples: Iterable[SchemaTriple], aliases: Iterable[tuple[Term, Term]] = ()) -> Plan:
    """Compile schema triples of N-Triples terms.

    Args:
        triples: The triples, in any order; see `compile_ontology`.
        aliases: Further pairs of terms that are the same and name columns, as an engine found them.

    Returns:
        The plan, the same for any order of the triples.

    Raises:
        RefusedAxiom: If an axiom would collapse the language itself.
    """
    with no_collecting():
        return _compile(*_sorted_out(triples, aliases))


_Parts = tuple[frozenset[SchemaTriple], dict[Term, tuple[Term, ...]], dict[Term, Term], list[tuple[Term, Term]]]


def _sorted_out(triples: Iterable[SchemaTriple], aliases: Iterable[tuple[Term, Term]]) -> _Parts:
    """Return the schema, which terms are one, the name of each of these, and what the ontology says to differ."""
    same: set[tuple[Term, Term]] = set(aliases)
    named = {term for pair in same for term in pair}
    different: set[tuple[Term, Term]] = set()
    others: set[SchemaTriple] = set()
    given: set[SchemaTriple] = set()
    for triple in triples:
        subject, predicate, value = triple
        if owl.is_schema(subject, predicate, value):
            given.add(triple)
        elif predicate == owl.SAME:
            same.add((subject, value))
        elif predicate == owl.DIFFERENT:
            different.add((subject, value))
        else:
            others.add(triple)
    groups = groups_of(same)
    names = representatives(groups, frozenset(given), named)
    if names:
        given.update(t for t in others if owl.is_schema(*(names.get(term, term) for term in t)))
    return frozenset(given), groups, names, sorted(different)


def _compile(
    given: frozenset[SchemaTriple],
    groups: dict[Term, tuple[Term, ...]],
    names: dict[Term, Term],
    different: list[tuple[Term, Term]],
) -> Plan:
    tbox = TBox(given, names)

    def same(term: Term) -> Term:
        return literals.canonical(term) if term.startswith('"') else groups.get(term, (term,))[0]

    saturation = Saturation(tbox, same)
    assembly = Assembly(tbox, saturation)
    edges = tuple(sorted(assembly.edges))
    thing = Column(Kind.CLASS, owl.THING)
    composed = Composed(edges, frozenset() if thing in assembly.read else frozenset({thing}))
    _refuse_collapse(assembly, composed)
    pairs = (Different((a, b), "eq-diff1", ((a, owl.DIFFERENT, b),)) for a, b in different)
    columns = assembly.read | assembly.written | {column for edge in edges for column in (edge.source, edge.target)}
    ignored: set[Ignored] = {*tbox.broken, *ignored_axioms(tbox)}
    return Plan(
        schema=given,
        entailed=Entailed(saturation, given, names, groups),
        edges=edges,
        composed=composed,
        some_values=tuple(sorted(assembly.some_values)),
        all_values=tuple(sorted(assembly.all_values)),
        has_values=tuple(sorted(assembly.has_values)),
        chains=tuple(sorted(assembly.chains)),
        intersections=tuple(sorted(assembly.intersections)),
        transitive=tuple(sorted(assembly.transitive)),
        functional=tuple(sorted(assembly.functional, key=lambda rule: (rule.prop, str(rule)))),
        inverse_functional=tuple(sorted(assembly.inverse_functional)),
        keys=tuple(sorted(assembly.keys)),
        members=tuple(sorted(assembly.members)),
        disjoint=tuple(sorted(assembly.disjoint)),
        disjoint_properties=tuple(sorted(assembly.disjoint_properties)),
        property_checks=tuple(sorted(assembly.property_checks)),
        at_most_none=tuple(sorted(assembly.at_most_none, key=lambda rule: (rule.cls, str(rule)))),
        different=tuple(sorted([*assembly.different, *pairs])),
        negative=tuple(sorted(assembly.negative)),
        aliases=names,
        bridges=frozenset(column for column in columns if _is_bridge(column)),
        ignored=tuple(sorted(ignored)),
    )


_ORDINARY: Final = {
    owl.THING,
    owl.NOTHING,
    owl.DIFFERENT,
    owl.word("NamedIndividual"),
    owl.word("Ontology"),
    owl.word("topObjectProperty"),
    owl.word("topDataProperty"),
    owl.word("bottomObjectProperty"),
    owl.word("bottomDataProperty"),
    owl.word("versionInfo"),
    owl.word("real"),
    owl.word("rational"),
    owl.rdf("langString"),
    owl.rdf("PlainLiteral"),
    owl.rdf("XMLLiteral"),
    owl.rdf("HTML"),
    owl.rdf("value"),
    *(owl.rdfs(name) for name in ("label", "comment", "seeAlso", "isDefinedBy", "Literal", "Resource", "member")),
}
"""Words whose rows are facts like any other: no schema triple belongs into their columns."""


def _is_bridge(column: Column) -> bool:
    return owl.is_word(column.name) and column.name not in _ORDINARY


_COLLAPSING: Final = (
    owl.TYPE,
    owl.SUB_CLASS,
    owl.SUB_PROPERTY,
    owl.EQUIVALENT_CLASS,
    owl.EQUIVALENT_PROPERTY,
    owl.DOMAIN,
    owl.RANGE,
)


def _refuse_collapse(assembly: Assembly, composed: Composed) -> None:
    """Refuse what makes one class of all classes, or one thing of all members of a class.

    Raises:
        RefusedAxiom: With the axiom named.
    """
    functional = {rule.prop: rule.axiom[0] for rule in assembly.functional if rule.cls is None}
    inverse = {rule.prop: rule.axiom[0] for rule in assembly.inverse_functional}
    transitive = {rule.prop: rule.axiom[0] for rule in assembly.transitive}
    for predicate in _COLLAPSING:
        start = Column(Kind.PROPERTY, predicate)
        for column, op in [(start, Op.SAME), *composed.get(start, ())]:
            if column.kind is Kind.CLASS:
                continue
            one, other = (functional, inverse) if op is Op.SAME else (inverse, functional)
            if column.name == owl.SAME or (predicate == owl.TYPE and column.name == owl.TYPE and op is Op.FLIP):
                axiom = next(edge.axiom[0] for edge in sorted(assembly.edges) if edge.target == column)
                raise RefusedAxiom(axiom, f"with it, {predicate} would make things the same as their classes")
            if column.name in one:
                raise RefusedAxiom(one[column.name], f"with it, all values of {predicate} would be one thing")
            if column.name in other:
                raise RefusedAxiom(other[column.name], f"with it, all subjects of {predicate} would be one thing")
    if owl.TYPE in transitive:
        raise RefusedAxiom(transitive[owl.TYPE], "with it, members of classes would be classes")
