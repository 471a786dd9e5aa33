"""Contradictions over SQL are those that are found in memory, in the same order."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import entail
from egov_kg.inference.findings import Finding
from egov_kg.inference.sql_entailment import derive
from egov_kg.inference.terms import encode
from tests.inference.features.making import make_problem
from tests.inference.test_findings import CASES
from tests.inference.test_proofs import read

pytest.importorskip("duckdb", reason="needs the extra duckdb")
from egov_kg.inference.duckdb_engine import DuckDb


def both(ontology: list[ox.Triple], facts: list[ox.Triple]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What is found over SQL, and in memory."""
    plan = compile_ontology(ontology)
    with DuckDb(threads=1) as database:
        return derive(encode(facts), plan, database).findings, entail(facts, plan).check()


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_has_the_finding_of_memory(rule: str) -> None:
    """One contradiction of each kind, beside near misses."""
    triples = read(CASES[rule][0])

    by_sql, in_memory = both(triples, triples)

    assert by_sql == in_memory
    assert {one.rule for one in by_sql} == {rule}


@pytest.mark.parametrize(
    "turtle",
    [
        ":v a xsd:integer ; owl:sameAs false . :w a xsd:integer ; owl:sameAs 200 .",
        ":x owl:sameAs 1 , 2 , 01 .",
        ':x :p "a"^^xsd:integer , "1"^^xsd:integer ; :q "a"^^xsd:integer .',
        ":C owl:maxCardinality 1 ; owl:onProperty :p . :x a :C ; :p 1 , 2 , 3 . :y :p 1 , 2 .",
        "[] a owl:AllDisjointClasses ; owl:members ( :C :D :E ) . :x a :C , :D , :E .",
        ":C owl:disjointWith :D . :C owl:sameAs :D . :x a :C .",
        ":x owl:differentFrom :y . :y owl:sameAs :z . :z owl:sameAs :x . :z owl:differentFrom :x , :w .",
        ":d rdfs:subPropertyOf owl:differentFrom . :f a owl:FunctionalProperty . :x :d :y . :k :f :x , :y .",
        ":p owl:propertyDisjointWith :p . :x :p :y .",
    ],
)
def test_with_names_and_values_that_are_the_same(turtle: str) -> None:
    """Contradictions that rest on equality, of things and of values."""
    triples = read(turtle)

    by_sql, in_memory = both(triples, triples)

    assert by_sql == in_memory


@pytest.mark.parametrize("seed", range(24))
def test_on_problems_from_a_seed(seed: int) -> None:
    """All contradictions of random facts and axioms."""
    problem = make_problem(seed)

    by_sql, in_memory = both(list(problem.ontology), list(problem.triples))

    assert by_sql == in_memory
