"""Inconsistencies: every rule that ends in a contradiction is looked at, and each finding has a checked proof."""

from __future__ import annotations

import pytest

from egov_kg.inference.checker import check
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import entail
from egov_kg.inference.findings import Finding
from egov_kg.inference.proofs import Prover
from egov_kg.inference.told import told
from tests.inference.test_proofs import read, texts


def findings(turtle: str) -> list[Finding]:
    """The contradictions of some Turtle; the proof of each is checked."""
    triples = read(turtle)
    given = set(map(texts, triples))
    closure = entail(triples, compile_ontology(triples))
    found = closure.check()
    for one in found:
        if not _is_ill_typed(one):
            proof = closure.prover.contradiction(one).as_json()
            assert proof["triple"] is None
            assert check(proof, given, given) == (), proof
    return list(found)


def _is_ill_typed(one: Finding) -> bool:
    return one.rule == "dt-not-type" and len(one.triples) == 1 and not one.triples[0][0].startswith('"')


def facts_of(one: Finding) -> list[str]:
    """The triples of a finding, in short."""
    return [
        " ".join(
            term.replace("<urn:x:", "").replace("<http://www.w3.org/2002/07/owl#sameAs", "=").split("#")[-1].rstrip(">")
            for term in triple
        )
        for triple in one.triples
    ]


CASES = {
    "eq-diff1": (":x owl:differentFrom :y ; owl:sameAs :y .", ["x = y"]),
    "eq-diff2": (
        "[] a owl:AllDifferent ; owl:members ( :w :x :y ) . :p a owl:FunctionalProperty . :k :p :x , :y .",
        ["x = y"],
    ),
    "eq-diff3": ("[] a owl:AllDifferent ; owl:distinctMembers ( :w :x :y ) . :w owl:sameAs :y .", ["w = y"]),
    "prp-irp": (":p a owl:IrreflexiveProperty . :x :p :x , :y .", ["x p x"]),
    "prp-asyp": (":p a owl:AsymmetricProperty . :x :p :y . :y :p :x .", ["x p y", "y p x"]),
    "prp-pdw": (":p owl:propertyDisjointWith :q . :x :p :y ; :q :y , :z .", ["x p y", "x q y"]),
    "prp-adp": (
        "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) . :x :q :y ; :r :y .",
        ["x q y", "x r y"],
    ),
    "prp-npa1": (
        "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y . :x :p :y , :z .",
        ["x p y"],
    ),
    "prp-npa2": (
        '[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue "1" . :x :p "1" , "2" .',
        ['x p "1"'],
    ),
    "cls-nothing2": (":C rdfs:subClassOf owl:Nothing . :x a :C .", ["x type Nothing"]),
    "cls-com": (":C owl:complementOf :D . :x a :C , :D .", ["x type C", "x type D"]),
    "cls-maxc1": (":C owl:maxCardinality 0 ; owl:onProperty :p . :x a :C ; :p :y .", ["x type C", "x p y"]),
    "cls-maxqc1": (
        ":C owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass :D . :x a :C ; :p :y , :z . :y a :D .",
        ["x type C", "x p y", "y type D"],
    ),
    "cls-maxqc2": (
        ":C owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass owl:Thing . :x a :C ; :p :y .",
        ["x type C", "x p y"],
    ),
    "cax-dw": (":C owl:disjointWith :D . :E rdfs:subClassOf :D . :x a :C , :E .", ["x type C", "x type D"]),
    "cax-adc": (
        "[] a owl:AllDisjointClasses ; owl:members ( :C :D :E ) . :x a :D , :E . :y a :C .",
        ["x type D", "x type E"],
    ),
    "dt-not-type": (':p rdfs:range xsd:integer . :x :p 1 , "a" .', ['"a" type integer']),
    "dt-diff": (":p a owl:FunctionalProperty . :x :p 1 , 01 , 2 .", ["x p 1", "x p 2"]),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_contradiction_is_found_with_its_facts(rule: str) -> None:
    """One finding, of this rule, with the facts in the order of the table; near misses are none."""
    turtle, expected = CASES[rule]

    found = findings(turtle)

    assert {one.rule for one in found} == {rule}
    if rule != "dt-diff":
        assert [facts_of(one) for one in found] == [expected]


@pytest.mark.parametrize("rule", sorted(CASES.keys() - {"eq-diff1", "dt-not-type", "dt-diff"}))
def test_without_its_axiom_nothing_is_found(rule: str) -> None:
    """Facts alone contradict nothing."""
    turtle, _ = CASES[rule]
    words = ("differentFrom", "AllD", "Irreflexive", "Asymmetric", "DisjointWith", "disjointWith", "complementOf")
    more = ("assertionProperty", ":k :p", "axCardinality", "axQualifiedCardinality", "owl:Nothing")
    left = [line for line in turtle.split(" . ") if not any(word in line for word in (*words, *more))]

    assert findings(" . ".join(left).removesuffix(".") + ".") == []


class TestLists:
    @pytest.mark.parametrize("pair", [(0, 1), (1, 2), (0, 3), (2, 3)])
    def test_every_member_of_a_list_counts(self, pair: tuple[int, int]) -> None:
        """The first, those between, and the last."""
        classes = ("C", "D", "E", "F")
        one, other = (classes[place] for place in pair)

        found = findings(f"[] a owl:AllDisjointClasses ; owl:members ( :C :D :E :F ) . :x a :{one} , :{other} .")

        assert [facts_of(finding) for finding in found] == [[f"x type {one}", f"x type {other}"]]

    def test_all_pairs_of_a_thing_in_three_disjoint_classes(self) -> None:
        """Three classes, three pairs."""
        found = findings("[] a owl:AllDisjointClasses ; owl:members ( :C :D :E ) . :x a :C , :D , :E .")

        assert [facts_of(one) for one in found] == [
            ["x type C", "x type D"],
            ["x type C", "x type E"],
            ["x type D", "x type E"],
        ]


class TestLiterals:
    def test_a_thing_that_is_the_same_as_a_literal_is_in_no_other_datatype(self) -> None:
        """A truth value is no integer, and an integer no byte above 127; the integer itself is one."""
        (found,) = findings(":v a xsd:integer ; owl:sameAs false . :w a xsd:integer ; owl:sameAs 200 .")

        assert found.rule == "dt-not-type"
        assert found.triples[0][0] == "<urn:x:v>"
        assert [one.rule for one in findings(":w a xsd:byte ; owl:sameAs 200 .")] == ["dt-not-type"]

    def test_an_ill_typed_literal_is_found_where_it_stands(self) -> None:
        """A word is no integer."""
        found = findings(':x :p "a"^^xsd:integer , "1"^^xsd:integer .')

        assert [(one.rule, one.triples[0][2]) for one in found] == [
            ("dt-not-type", '"a"^^<http://www.w3.org/2001/XMLSchema#integer>')
        ]

    def test_two_ways_to_write_a_value_are_no_contradiction(self) -> None:
        """One is 1, 01 and 1.0."""
        assert findings(":p a owl:FunctionalProperty . :x :p 1 , 01 , 1.0 .") == []

    def test_nothing_is_the_same_as_two_values(self) -> None:
        """The identity of a thing with 1 and with 2."""
        assert [one.rule for one in findings(":x owl:sameAs 1 , 2 .")] == ["dt-diff"]

    def test_at_most_one_value_of_a_class(self) -> None:
        """A cardinality says it as well."""
        card = ":C owl:maxCardinality 1 ; owl:onProperty :p . :x a :C ; :p 1 , 2 . :y :p 1 , 2 ."

        assert [one.rule for one in findings(card)] == ["dt-diff"]


def test_findings_are_sorted_and_the_same_for_any_order_of_facts() -> None:
    """By rule, axiom and facts."""
    lines = [
        ":C owl:disjointWith :D .",
        ":x a :D .",
        ":x a :C .",
        ":y a :C .",
        ":y a :D .",
        ":p a owl:IrreflexiveProperty .",
        ":z :p :z .",
    ]

    assert findings(" ".join(lines)) == findings(" ".join(lines[::-1])) == sorted(findings(" ".join(lines)))


def test_a_finding_is_told_with_its_proof_and_who_states_its_facts() -> None:
    """Rule, axiom, facts, proof, statements."""
    triples = read(":C owl:disjointWith :D . :E rdfs:subClassOf :D . :x a :C , :E .")
    closure = entail(triples, compile_ontology(triples))
    given = set(map(texts, triples))
    prover = Prover(closure.plan, closure.facts, given, origins=lambda one: {"statements": [one[2]]})

    (finding,) = closure.check()
    report = told(finding, prover)

    assert (report["rule"], report["axiom"]) == ("cax-dw", "<urn:x:C> owl:disjointWith <urn:x:D> .")
    assert [triple[2] for triple in report["triples"]] == ["<urn:x:C>", "<urn:x:D>"]
    assert sorted(report["statements"]) == ["<urn:x:C>", "<urn:x:E>"]
    assert check(report["proofs"][0], given, given) == ()


def test_an_ill_typed_literal_is_told_by_its_triple() -> None:
    """There is nothing to derive."""
    triples = read(':x :p "a"^^xsd:integer .')
    closure = entail(triples, compile_ontology([]))

    (finding,) = closure.check()

    assert told(finding, closure.prover)["proofs"][0]["status"] == "asserted"
