"""Whatever the facts and axioms are, the columns hold what a naive evaluation of the same plan finds."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.inference import program
from egov_kg.inference.checker import check
from egov_kg.inference.compiling import compile_schema
from egov_kg.inference.entailment import Closure, entail
from egov_kg.inference.owl import is_schema
from egov_kg.inference.plan import Plan
from egov_kg.inference.proofs import Prover
from tests.inference.naive import SAME, TYPE, naive_closure

Fact = tuple[str, str, str]

ONTOLOGY: Final = """
@prefix : <urn:x:> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:A rdfs:subClassOf :B . :B owl:equivalentClass :E . :p rdfs:subPropertyOf :q ; rdfs:domain :A ; owl:inverseOf :pi .
:q rdfs:range :C .
:t a owl:TransitiveProperty ; rdfs:subPropertyOf :q . :s a owl:SymmetricProperty , owl:TransitiveProperty .
:c owl:propertyChainAxiom ( :p :t :q ) . :r owl:propertyChainAxiom ( :t :r ) .
[] owl:onProperty :p ; owl:someValuesFrom :C ; rdfs:subClassOf :D .
:D rdfs:subClassOf [ owl:onProperty :r ; owl:allValuesFrom :F ] .
:H owl:equivalentClass [ owl:onProperty :r ; owl:hasValue :i0 ] .
:I owl:intersectionOf ( :A :C :F ) . :O owl:oneOf ( :i0 :i1 ) . :I rdfs:subClassOf :H .
"""
EQUALITY: Final = """
:f a owl:FunctionalProperty . :g a owl:InverseFunctionalProperty . :K owl:hasKey ( :p :q ) . :f rdfs:subPropertyOf :t .
:M rdfs:subClassOf [ owl:onProperty :q ; owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onClass :F ] .
"""
THINGS: Final = [f"<urn:x:i{n}>" for n in range(6)]
PROPERTIES: Final = [f"<urn:x:{name}>" for name in ("p", "pi", "q", "t", "s", "c", "r", "f", "g")]
CLASSES: Final = [f"<urn:x:{name}>" for name in "ABCDEFHIKMO"]


def compiled(text: str) -> Plan:
    """The plan of an ontology in Turtle."""
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return compile_schema([(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads])


PLAIN: Final = compiled(ONTOLOGY)
ALL: Final = compiled(ONTOLOGY + EQUALITY)

pairs = st.tuples(st.sampled_from(THINGS), st.sampled_from(PROPERTIES), st.sampled_from([*THINGS, '"text"']))
types = st.tuples(st.sampled_from(THINGS), st.just(TYPE), st.sampled_from(CLASSES))
same = st.tuples(st.sampled_from(THINGS), st.just(SAME), st.sampled_from(THINGS))
plain_facts = st.sets(pairs | types, max_size=12)
all_facts = st.sets(pairs | types | same, max_size=10)


def triples(facts: set[Fact]) -> list[ox.Triple]:
    """Facts as pyoxigraph has them."""
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in sorted(facts))
    return [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]


def derived(closure: Closure) -> set[Fact]:
    """What a closure says of individuals."""
    return {(str(t.subject), str(t.predicate), str(t.object)) for t in closure.entailed(schema=False)}


def wanted(facts: set[Fact], plan: Plan) -> set[Fact]:
    """What the naive evaluation says, in the lean form."""
    return {
        (s, p, o)
        for s, p, o in naive_closure(facts, plan) - facts
        if s[0] != '"' and p[0] == "<" and o[:2] != "_:" and not o.startswith("aux:") and not (p == SAME and s == o)
    }


def assert_proved(closure: Closure, facts: set[Fact], plan: Plan) -> None:
    """Every entailed fact has a proof that the checker accepts."""
    prover = Prover(closure.plan, closure.facts, facts | plan.schema)
    for fact in sorted(derived(closure)):
        assert check(prover.explain(fact).as_json(), facts, plan.schema) == ()


class TestFixpoint:
    @given(plain_facts)
    @settings(max_examples=40)
    def test_rules_without_equality(self, facts: set[Fact]) -> None:
        """Edges, restrictions, chains that recur, transitive properties, enumerations."""
        assert derived(entail(triples(facts), PLAIN)) == wanted(facts, PLAIN)

    @given(all_facts)
    @settings(max_examples=40)
    def test_rules_with_equality(self, facts: set[Fact]) -> None:
        """The same, and functional, inverse functional, keys, cardinalities, owl:sameAs: written out for every name."""
        assert derived(entail(triples(facts), ALL, same_as="expand")) == wanted(facts, ALL)

    @given(all_facts)
    @settings(max_examples=15)
    def test_stages_lead_to_proofs(self, facts: set[Fact]) -> None:
        """The stages are such that every fact has premises before it, also after terms became the same."""
        assert_proved(entail(triples(facts), ALL), facts, ALL)

    @given(plain_facts)
    @settings(max_examples=15)
    def test_classes_by_one_join(self, facts: set[Fact]) -> None:
        """Very many classes go up by one join instead of one by one: the same facts."""
        few = program.MANY_CLASSES
        try:
            program.MANY_CLASSES = 0
            assert derived(entail(triples(facts), PLAIN)) == wanted(facts, PLAIN)
        finally:
            program.MANY_CLASSES = few


class TestPlan:
    def test_the_ontology_is_read(self) -> None:
        """The plan that these tests run has every kind of rule."""
        assert all((ALL.some_values, ALL.all_values, ALL.has_values, ALL.chains, ALL.intersections, ALL.transitive))
        assert all((ALL.functional, ALL.inverse_functional, ALL.keys, ALL.members))
        assert not [triple for triple in ALL.schema if not is_schema(*triple)]
