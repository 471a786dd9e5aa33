"""Entailed facts by rule: each counts once, whatever the order in which facts came."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import Closure, entail
from tests.inference.features.making import make_problem

PREFIXES = "@prefix : <urn:x:> .\n" + "".join(
    f"@prefix {name}: <{iri.PREFIXES[name]}> .\n" for name in ("rdf", "rdfs", "owl", "xsd")
)


def triples(turtle: str) -> list[ox.Triple]:
    """Return the triples of Turtle."""
    return [quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


def closure(given: Iterable[ox.Triple]) -> Closure:
    """Return what follows from facts and axioms together."""
    both = list(given)
    return entail(both, compile_ontology(both))


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        (":A rdfs:subClassOf :B . :x a :A .", {"cax-sco": 1}),
        (":p rdfs:domain :A ; rdfs:range :B . :x :p :y .", {"prp-dom": 1, "prp-rng": 1}),
        (":p rdfs:subPropertyOf :q . :x :p :y .", {"prp-spo1": 1}),
        (":p a owl:SymmetricProperty . :x :p :y .", {"prp-symp": 1}),
        (":p owl:inverseOf :q . :x :p :y . :x :q :z .", {"prp-inv1": 1, "prp-inv2": 1}),
        (":p a owl:TransitiveProperty . :x :p :y . :y :p :z . :z :p :w .", {"prp-trp": 3}),
        (
            ":p owl:propertyChainAxiom ( :q :r ) ; owl:inverseOf :s . :x :q :y . :y :r :z .",
            {"prp-inv1": 1, "prp-spo2": 1},
        ),
        (":A owl:oneOf ( :x :y ) .", {"cls-oo": 2}),
        (":A owl:intersectionOf ( :B :C ) . :x a :B , :C .", {"cls-int1": 1}),
        (":R owl:onProperty :p ; owl:hasValue :v . :x :p :v . :y a :R .", {"cls-hv1": 1, "cls-hv2": 1}),
        (":x owl:sameAs :y . :y :p :z .", {"eq-rep": 1, "owl:sameAs": 1}),
        (":p owl:sameAs :q . :x :q :y .", {"eq-rep": 1, "owl:sameAs": 1}),
        (":x :p :y .", {}),
    ],
    ids=lambda one: one if isinstance(one, str) else " ".join(one) or "nothing",
)
def test_a_fact_counts_for_the_rule_that_gives_it(turtle: str, expected: dict[str, int]) -> None:
    """With the names of the W3C's tables; what merges names stands apart."""
    assert closure(triples(turtle)).count_by_rule() == expected


@pytest.mark.parametrize("seed", range(12))
def test_counts_add_up_to_what_is_entailed(seed: int) -> None:
    """Nothing is counted twice, and nothing is left out."""
    found = closure(make_problem(seed).triples)

    assert sum(found.count_by_rule().values()) == len(set(found.entailed(schema=False)))


def test_counts_do_not_depend_on_the_way_to_the_facts() -> None:
    """Facts that come one by one, or that others go, count as if all had been given at once."""
    axioms = ":p a owl:TransitiveProperty ; owl:inverseOf :q . :q rdfs:domain :A . :A rdfs:subClassOf :B ."
    facts = triples(":a :p :b . :b :p :c . :c :p :d . :d :q :a . :e :q :d .")
    plan = compile_ontology(triples(axioms))
    at_once = entail(facts[1:], plan).count_by_rule()

    one_by_one = entail(facts[:1], plan)
    for fact in facts[1:]:
        one_by_one.add([fact])
    one_by_one.delete(facts[:1])

    assert one_by_one.count_by_rule() == at_once
