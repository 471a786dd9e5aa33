"""After any changes a closure says, byte for byte, what a new one says: entailed triples, findings, and with proofs."""

from __future__ import annotations

import random
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg import iri
from egov_kg.inference.checker import check
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import Closure, entail
from egov_kg.inference.plan import Kind, Plan
from egov_kg.rdf.ontology import ontology_triples
from tests.inference.naive import SAME, TYPE
from tests.inference.test_fixpoint import CLASSES, EQUALITY, ONTOLOGY, PROPERTIES, Fact, compiled, triples

CLASHES: Final = """
:A owl:disjointWith :F . :q owl:propertyDisjointWith :s . :n a owl:IrreflexiveProperty , owl:AsymmetricProperty .
:diff rdfs:subPropertyOf owl:differentFrom . :d a owl:FunctionalProperty . :e a owl:InverseFunctionalProperty .
:V owl:equivalentClass [ owl:onProperty :d ; owl:hasValue 1 ] . :W owl:hasKey ( :d ) . :N rdfs:subClassOf owl:Nothing .
:Z rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality "0"^^xsd:nonNegativeInteger ] .
"""
DATATYPES: Final = """
:R owl:onProperty :d ; owl:someValuesFrom xsd:decimal . :d rdfs:range xsd:int . xsd:int owl:disjointWith :Y .
"""
SCHEMA: Final = ":under rdfs:subPropertyOf rdfs:subClassOf . :MC rdfs:subClassOf owl:TransitiveProperty ."
BRIDGES: Final = f"<{iri.expand('rdf:type')}> rdfs:subPropertyOf :isA . :kind rdfs:subPropertyOf rdf:type ."
PREFIX: Final = f"@prefix rdf: <{iri.expand('rdf:type')[:-4]}> ."

PLANS: Final[dict[str, Plan]] = {
    "plain": compiled(ONTOLOGY),
    "clashes": compiled(ONTOLOGY + CLASHES),
    "datatypes": compiled(ONTOLOGY + CLASHES + DATATYPES),
    "equality": compiled(ONTOLOGY + EQUALITY + CLASHES),
    "schema": compiled(ONTOLOGY + EQUALITY + SCHEMA),
    "bridges": compiled(PREFIX + ONTOLOGY + EQUALITY + CLASHES + SCHEMA + BRIDGES),
}
XSD: Final = iri.expand("xsd:int")[:-3]
LITERALS: Final = [
    *('"text"', f'"text"^^<{XSD}token>', '"a"@en', f'"x"^^<{XSD}integer>'),
    *(f'"1"^^<{XSD}integer>', f'"01"^^<{XSD}int>', f'"1.0"^^<{XSD}decimal>', f'"2"^^<{XSD}integer>'),
]
THINGS: Final = [*(f"<urn:x:i{n}>" for n in range(5)), "<urn:y:i0>", "<urn:y:i1>", "_:b1"]
DIFFERENT: Final = f"<{iri.expand('owl:differentFrom')}>"
STATED: Final = [
    ("<urn:x:A>", "<urn:x:under>", "<urn:x:K>"),
    ("<urn:x:r>", TYPE, "<urn:x:MC>"),
    ("<urn:x:D>", f"<{iri.expand('rdfs:subClassOf')}>", "<urn:x:K>"),
    ("<urn:x:r>", f"<{iri.expand('owl:inverseOf')}>", "<urn:x:c>"),
    ("<urn:x:K>", SAME, "<urn:x:F>"),
    ("<urn:x:g>", SAME, "<urn:x:t>"),
    ("<urn:x:i0>", "<urn:x:kind>", "<urn:x:C>"),
    ("<urn:x:i1>", "<urn:x:isA>", "<urn:x:C>"),
]
more_properties = [*PROPERTIES, *(f"<urn:x:{name}>" for name in ("d", "e", "n", "diff"))]
more_classes = [*CLASSES, *(f"<urn:x:{name}>" for name in "VWZNYR")]
facts = (
    st.tuples(st.sampled_from(THINGS), st.sampled_from(more_properties), st.sampled_from([*THINGS, *LITERALS]))
    | st.tuples(st.sampled_from(THINGS), st.just(TYPE), st.sampled_from(more_classes))
    | st.tuples(st.sampled_from(THINGS), st.sampled_from([SAME, DIFFERENT]), st.sampled_from(THINGS))
)
stated = facts | st.sampled_from(STATED)
options = st.fixed_dictionaries(
    {},
    optional={
        "closure": st.just("full"),
        "same_as": st.just("expand"),
        "namespace": st.just("urn:x:"),
        "merge": st.just(("urn:y:",)),
    },
)


def steps(of: st.SearchStrategy[Fact]) -> st.SearchStrategy[list[tuple[str, set[Fact]]]]:
    """Changes: facts that come, and facts that go, those that are not there included."""
    kinds = st.sampled_from(["add", "delete", "delete given", "refused"])
    return st.lists(st.tuples(kinds, st.sets(of, min_size=1, max_size=4)), min_size=1, max_size=4)


def told(closure: Closure) -> tuple[Any, ...]:
    """All that a closure says, but for what tells how it came to be."""
    report = closure.report
    parts = [report[key] for key in ("kept", "same_as", "foreign", "schema_from_data", "ignored")]
    return [str(triple) for triple in closure.entailed()], closure.check(), parts


def replayed(closure: Closure, start: set[Fact], changes: list[tuple[str, set[Fact]]]) -> list[set[Fact]]:
    """Change a closure; return what was given after each step."""
    known = set(start)
    states = []
    for kind, some in changes:
        if kind == "refused":
            before = closure.state()
            closure.add(triples(some))
            closure.delete(triples(set(sorted(known)[:2])))
            closure.restore(before)
        elif kind == "add":
            closure.add(triples(some))
            known |= some
        else:
            gone = set(sorted(known)[-len(some) :]) if kind == "delete given" else some
            closure.delete(triples(gone))
            known -= gone
        states.append(set(known))
    return states


class TestOurOntology:
    @given(st.integers(0, 10_000), st.lists(st.tuples(st.booleans(), st.integers(1, 12)), min_size=1, max_size=6))
    @settings(max_examples=6)
    def test_the_same_as_anew(self, seed: int, changes: list[tuple[bool, int]]) -> None:
        """What documents say of things, added and taken back: all that follows under the ontology of egov-kg."""
        plan = compile_ontology(ontology_triples())
        chance = random.Random(seed)
        pool = own_facts(plan, chance, 400)
        known = set(pool[:200])
        closure = entail(triples(known), plan, namespace=iri.BASE)
        for adds, count in changes:
            some = set(chance.sample(pool if adds else sorted(known), count))
            if adds:
                closure.add(triples(some))
                known |= some
            else:
                closure.delete(triples(some))
                known -= some
            assert told(closure) == told(entail(triples(known), plan, namespace=iri.BASE))


def own_facts(plan: Plan, chance: random.Random, count: int) -> list[Fact]:
    """Return typings and links over the columns that rules of the plan read."""
    columns = sorted({edge.source for edge in plan.edges})
    props = [column.name for column in columns if column.kind is Kind.PROPERTY]
    props += sorted({name for chain in plan.chains for name in (chain.first, chain.second)} & set(props)) * 3
    classes = [column.name for column in columns if column.kind is Kind.CLASS and column.name[0] == "<"]
    things = [f"<{iri.thing_iri(f'thing/kr/{number}')}>" for number in range(25)]
    pairs = [(chance.choice(things), chance.choice(props), chance.choice(things)) for _ in range(count)]
    return [(s, TYPE, chance.choice(classes)) if chance.random() < 0.2 else (s, p, o) for s, p, o in pairs]


class TestSequences:
    @pytest.mark.parametrize("name", sorted(PLANS))
    @given(st.sets(stated, max_size=14), steps(stated), options)
    @settings(max_examples=15)
    def test_the_same_as_anew(
        self, name: str, start: set[Fact], changes: list[tuple[str, set[Fact]]], asked: dict[str, Any]
    ) -> None:
        """Literals of equal values, blank nodes, names of others, clashes, schema in the data, in every mode."""
        plan = PLANS[name]
        closure = entail(triples(start), plan, **asked)
        known = start
        for change in changes:
            (known,) = replayed(closure, known, [change])
            assert told(closure) == told(entail(triples(known), plan, **asked))

    @pytest.mark.parametrize("name", ["plain", "clashes", "datatypes", "equality"])
    @given(st.sets(facts, max_size=14), steps(facts))
    @settings(max_examples=10)
    def test_everything_has_a_proof(self, name: str, start: set[Fact], changes: list[tuple[str, set[Fact]]]) -> None:
        """Every entailed triple, after every change, has a proof that the checker accepts; so has every clash."""
        plan = PLANS[name]
        closure = entail(triples(start), plan)
        known = start
        for change in changes:
            (known,) = replayed(closure, known, [change])
            for triple in closure.entailed(schema=False):
                assert check(closure.explain(triple).as_json(), known, plan.schema) == (), triple
            for finding in closure.check():
                if finding.rule != "dt-not-type":
                    proof = closure.prover.contradiction(finding)
                    assert check(proof.as_json(), known, plan.schema | known) == (), finding
