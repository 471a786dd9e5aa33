"""owlrl behind our interface: its rules, without the work and the noise that nobody asked for.

What is taken away, and why nothing about individuals is lost:

- The stock class walks every triple of the graph in every round. All its rules are set off by an axiom (a triple with
  a word of OWL or RDFS as predicate, or a typing by one) or by ``owl:sameAs``, so only those are walked, and from the
  second round on only axioms whose premises grew.
- eq-ref, axiomatic triples, the datatype layer, scm-cls, scm-op and scm-dp give ``x owl:sameAs x``, ``owl:Thing`` and
  the like.
- scm-dom and scm-rng only repeat what prp-dom and prp-rng give together with cax-sco and prp-spo1.
- cax-dw, cax-adc and eq-diff derive nothing; `egov_kg.inference.consistency` reports them with their premises.
- Literals go in under stand-in IRIs: rdflib folds language tags and lexical forms, a graph of ours must not. Triples
  with a literal as subject are not RDF and are not made, so a literal by mistake under an object property spreads no
  further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from owlrl.OWLRL import OWLRL_Semantics
from pyoxigraph import Literal, NamedNode, Triple
from rdflib import OWL, RDF, RDFS, Graph, URIRef

from egov_kg.rdf.convert import rdflib_graph, triples_from_rdflib

__all__ = ["owlrl_closure"]

_RULE_WORDS: Final = frozenset(
    [
        *(RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range),
        *(OWL.inverseOf, OWL.equivalentClass, OWL.equivalentProperty, OWL.propertyChainAxiom, OWL.sameAs, OWL.hasKey),
        *(OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.someValuesFrom, OWL.allValuesFrom, OWL.hasValue),
        *(OWL.maxCardinality, OWL.maxQualifiedCardinality),
    ]
)
_HELPING_WORDS: Final = frozenset([RDF.first, RDF.rest, OWL.onProperty, OWL.onClass])
_RULE_KINDS: Final = frozenset(
    [OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.SymmetricProperty, OWL.TransitiveProperty]
)
_FROM_SUBJECT: Final = frozenset([RDFS.subPropertyOf, RDFS.domain, RDFS.range])
_LITERAL: Final = "urn:x-egov-kg:literal:"

RdflibTriple = tuple[Any, Any, Any]


def owlrl_closure(
    asserted: Iterable[Triple], ontology: Iterable[Triple], progress: Callable[[str], object] | None = None
) -> set[Triple]:
    """Return what owlrl derives about individuals and schema together, nothing that was given.

    Args:
        asserted: The facts.
        ontology: The axioms, without blank nodes. Annotations are not fed: no rule reads them.
        progress: Called with a sentence after each round.

    Returns:
        Triples with IRIs as subject; facts whose subject would be a literal are left out. Schema triples and types in
        unnamed classes are still in it: `egov_kg.inference.lean` takes them out.
    """
    literals = _Literals()
    graph = rdflib_graph([*map(literals.hide, asserted), *filter(_is_axiom, ontology)])
    before = set(graph)
    rules = _LeanRules(graph, progress)
    rules.closure()
    derived = Graph()
    for triple in set(graph) - before:
        derived.add(triple)
    return {literals.show(triple) for triple in triples_from_rdflib(derived)}


def _is_axiom(triple: Triple) -> bool:
    word = URIRef(triple.predicate.value)
    if word == RDF.type:
        return isinstance(triple.object, NamedNode) and URIRef(triple.object.value) in _RULE_KINDS
    return word in _RULE_WORDS or word in _HELPING_WORDS


class _Literals:
    """Literals under names that no library normalises."""

    def __init__(self) -> None:
        self.names: dict[Literal, NamedNode] = {}
        self.literals: list[Literal] = []

    def hide(self, triple: Triple) -> Triple:
        thing = triple.object
        if not isinstance(thing, Literal):
            return triple
        if thing not in self.names:
            self.names[thing] = NamedNode(f"{_LITERAL}{len(self.literals)}")
            self.literals.append(thing)
        return Triple(triple.subject, triple.predicate, self.names[thing])

    def show(self, triple: Triple) -> Triple:
        thing = triple.object
        if isinstance(thing, NamedNode) and thing.value.startswith(_LITERAL):
            return Triple(triple.subject, triple.predicate, self.literals[int(thing.value.removeprefix(_LITERAL))])
        return triple


class _LeanRules(OWLRL_Semantics):  # type: ignore[misc]
    def __init__(self, graph: Graph, progress: Callable[[str], object] | None) -> None:
        super().__init__(graph, axioms=False, daxioms=False)
        self.progress = progress
        self.lists: dict[Any, list[Any]] = {}

    def _list(self, l: Any) -> list[Any]:  # noqa: E741 - the parameter's name is owlrl's
        if l not in self.lists:
            self.lists[l] = list(self.graph.items(l))
        return self.lists[l]

    def store_triple(self, t: RdflibTriple) -> None:
        if (t[1] == OWL.sameAs and t[0] == t[2]) or t[0].startswith(_LITERAL):
            return
        if t not in self.added_triples and t not in self.graph:
            self.added_triples.add(t)

    def closure(self) -> None:
        """Walk the axioms in rounds until no round adds anything."""
        grown: set[Any] | None = None
        number = 0
        while True:
            number += 1
            self.empty_stored_triples()
            for triple in tuple(self._axioms()):
                if grown is None or self._may_fire(triple, grown):
                    self.rules(triple, number + 1)  # owlrl does its one-time work in a round with the number 1
            if not self.added_triples:
                return
            grown = {key for triple in self.added_triples for key in _keys(triple)}
            for triple in self.added_triples:
                self.graph.add(triple)
            if self.progress is not None:
                self.progress(f"owlrl, round {number}: {len(self.added_triples)} triples")

    def rules(self, t: RdflibTriple, cycle_num: int) -> None:
        self._properties(t, cycle_num)
        self._classes(t, cycle_num)
        self._class_axioms(t, cycle_num)
        if t[1] == OWL.sameAs:
            self._equality(t, cycle_num)
        elif t[1] not in {RDFS.domain, RDFS.range}:
            self._schema_vocabulary(t, cycle_num)

    def _axioms(self) -> Iterator[RdflibTriple]:
        for word in _RULE_WORDS:
            yield from self.graph.triples((None, word, None))
        for kind in _RULE_KINDS:
            yield from self.graph.triples((None, RDF.type, kind))

    def _may_fire(self, axiom: RdflibTriple, grown: set[Any]) -> bool:
        subject, word, thing = axiom
        if axiom in grown or OWL.sameAs in grown:
            return True
        if word == RDFS.subClassOf:
            return (RDF.type, subject) in grown or RDFS.subClassOf in grown
        if word == RDFS.subPropertyOf and RDFS.subPropertyOf in grown:
            return True
        if word in _FROM_SUBJECT or word == RDF.type:
            return subject in grown
        if word in {OWL.inverseOf, OWL.equivalentProperty}:
            return subject in grown or thing in grown
        if word == OWL.propertyChainAxiom:
            return not grown.isdisjoint(self._list(thing))
        return True


def _keys(triple: RdflibTriple) -> Iterator[Any]:
    yield triple
    yield triple[1]
    if triple[1] == RDF.type:
        yield RDF.type, triple[2]
