"""Proofs: every entailed triple has one, the checker accepts it, and it is the one that a person would give."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from egov_kg.errors import NotEntailed
from egov_kg.inference.checker import check
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import entail
from egov_kg.inference.proof import Proof
from egov_kg.inference.proofs import Prover
from tests.inference.features.making import make_problem

PREFIXES = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <urn:x:> .
"""
SAME, TYPE = "<http://www.w3.org/2002/07/owl#sameAs>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def texts(triple: Triple) -> tuple[str, str, str]:
    """The terms of a triple, as N-Triples."""
    return str(triple.subject), str(triple.predicate), str(triple.object)


def read(turtle: str) -> list[Triple]:
    """The triples of some Turtle with our prefixes."""
    return [quad.triple for quad in parse(PREFIXES + turtle, format=RdfFormat.TURTLE)]


class Explained:
    """A closure of some Turtle, with its proofs."""

    def __init__(self, triples: list[Triple]) -> None:
        self.given = {texts(triple) for triple in triples}
        closure = entail(triples, compile_ontology(triples), same_as="expand")
        self.entailed = [texts(triple) for triple in closure.entailed()]
        self.prover = closure.prover

    def proof(self, *names: str, all_steps: bool = False) -> Proof:
        """The proof of a triple of our names; it is checked."""
        words = {"a": TYPE, "=": SAME}
        subject, predicate, thing = (words.get(name, name if name[0] in '"<' else f"<urn:x:{name}>") for name in names)
        found = self.prover.explain((subject, predicate, thing), all_steps=all_steps)
        assert check(found.as_json(), self.given, self.given) == ()
        return found

    def steps(self, *names: str) -> list[str]:
        """The rules of a proof, from its root on; what is given is left out."""
        return [node.rule for node in self.proof(*names).nodes.values() if node.rule]


def explained(turtle: str) -> Explained:
    """The closure of some Turtle, axioms and facts in one."""
    return Explained(read(turtle))


class TestEveryEntailedTriple:
    @pytest.mark.parametrize("seed", range(60))
    def test_has_a_proof_that_the_checker_accepts(self, seed: int) -> None:
        """Random facts under random ontologies of all features, with every name of what is the same."""
        problem = explained_problem(seed)

        for triple in problem.entailed:
            proof = problem.prover.explain(triple)
            assert proof.status == "entailed"
            assert check(proof.as_json(), problem.given, problem.given) == (), proof.as_text()

    def test_has_the_same_proof_whatever_the_order_of_what_was_given(self) -> None:
        """Nothing depends on the order of lines."""
        triples = list(make_problem(0).triples)
        one, other = Explained(triples), Explained(triples[::-1])

        assert one.entailed == other.entailed
        assert all(
            one.prover.explain(triple).as_json() == other.prover.explain(triple).as_json() for triple in one.entailed
        )


def explained_problem(seed: int) -> Explained:
    """The closure of a random problem."""
    return Explained(list(make_problem(seed).triples))


_TWO = ":y a :D . :z a :D ."
RULES = {
    "prp-dom": (":p rdfs:domain :C . :x :p :y .", ("x", "a", "C")),
    "prp-rng": (":p rdfs:range :C . :x :p :y .", ("y", "a", "C")),
    "prp-symp": (":p a owl:SymmetricProperty . :x :p :y .", ("y", "p", "x")),
    "prp-spo2 of a property with itself": (
        ":p owl:propertyChainAxiom ( :p :p ) . :x :p :y . :y :p :z .",
        ("x", "p", "z"),
    ),
    "prp-trp": (":p a owl:TransitiveProperty . :x :p :y . :y :p :z .", ("x", "p", "z")),
    "prp-spo1": (":p rdfs:subPropertyOf :q . :x :p :y .", ("x", "q", "y")),
    "prp-spo2": (":q owl:propertyChainAxiom ( :p :r ) . :x :p :y . :y :r :z .", ("x", "q", "z")),
    "prp-eqp1": (":p owl:equivalentProperty :q . :x :p :y .", ("x", "q", "y")),
    "prp-eqp2": (":p owl:equivalentProperty :q . :x :q :y .", ("x", "p", "y")),
    "prp-inv1": (":p owl:inverseOf :q . :x :p :y .", ("y", "q", "x")),
    "prp-inv2": (":p owl:inverseOf :q . :x :q :y .", ("y", "p", "x")),
    "prp-fp": (":p a owl:FunctionalProperty . :x :p :y , :z .", ("y", "=", "z")),
    "prp-ifp": (":p a owl:InverseFunctionalProperty . :x :p :z . :y :p :z .", ("x", "=", "y")),
    "prp-key": (
        ':C owl:hasKey ( :p :q ) . :x a :C ; :p :u ; :q "1" . :y a :C ; :p :u ; :q "1" .',
        ("x", "=", "y"),
    ),
    "cls-int1": (":C owl:intersectionOf ( :D :E :F ) . :x a :D , :E , :F .", ("x", "a", "C")),
    "cls-int2": (":C owl:intersectionOf ( :D :E :F ) . :x a :C .", ("x", "a", "E")),
    "cls-uni": (":C owl:unionOf ( :D :E :F ) . :x a :F .", ("x", "a", "C")),
    "cls-svf1": (":C owl:someValuesFrom :D ; owl:onProperty :p . :x :p :y . :y a :D .", ("x", "a", "C")),
    "cls-svf2": (":C owl:someValuesFrom owl:Thing ; owl:onProperty :p . :x :p :y .", ("x", "a", "C")),
    "cls-avf": (":C owl:allValuesFrom :D ; owl:onProperty :p . :x a :C ; :p :y .", ("y", "a", "D")),
    "cls-hv1": (":C owl:hasValue :y ; owl:onProperty :p . :x a :C .", ("x", "p", "y")),
    "cls-hv2": (":C owl:hasValue :y ; owl:onProperty :p . :x :p :y .", ("x", "a", "C")),
    "cls-maxc2": (":C owl:maxCardinality 1 ; owl:onProperty :p . :x a :C ; :p :y , :z .", ("y", "=", "z")),
    "cls-maxqc3": (
        ":C owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass :D . :x a :C ; :p :y , :z ." + _TWO,
        ("y", "=", "z"),
    ),
    "cls-maxqc4": (
        ":C owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass owl:Thing . :x a :C ; :p :y , :z .",
        ("y", "=", "z"),
    ),
    "cls-oo": (":C owl:oneOf ( :x :y :z ) .", ("y", "a", "C")),
    "cax-sco": (":C rdfs:subClassOf :D . :x a :C .", ("x", "a", "D")),
    "cax-eqc1": (":C owl:equivalentClass :D . :x a :C .", ("x", "a", "D")),
    "cax-eqc2": (":C owl:equivalentClass :D . :x a :D .", ("x", "a", "C")),
    "eq-sym": (":x owl:sameAs :y .", ("y", "=", "x")),
    "eq-trans": (":x owl:sameAs :y . :y owl:sameAs :z .", ("x", "=", "z")),
    "eq-rep-s": (":x owl:sameAs :y . :x :p :z .", ("y", "p", "z")),
    "eq-rep-o": (":x owl:sameAs :y . :z :p :x .", ("z", "p", "y")),
    "eq-rep-p": (":p owl:sameAs :q . :p a owl:ObjectProperty . :x :p :y .", ("x", "q", "y")),
    "scm-sco": (
        ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E .",
        ("C", "<http://www.w3.org/2000/01/rdf-schema#subClassOf>", "E"),
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_one_step_of_a_rule_is_its_proof(rule: str) -> None:
    """The rule is named, its premises are given, and the checker agrees."""
    turtle, triple = RULES[rule]

    proof = explained(turtle).proof(*triple)

    assert proof.nodes["n0"].rule == rule.partition(" ")[0]
    assert not any(node.rule for name, node in proof.nodes.items() if name != "n0")


class TestWhatAPersonSees:
    def test_a_way_through_many_classes_is_shown_step_by_step(self) -> None:
        """The engine goes from A to D at once; a proof goes through B and C."""
        way = ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :C rdfs:subClassOf :D . :x a :A ."

        assert explained(way).steps("x", "a", "D") == ["cax-sco", "cax-sco", "cax-sco"]

    def test_the_shortest_way_is_taken(self) -> None:
        """A is below D through B and C, and through E alone."""
        ways = (
            ":A rdfs:subClassOf :B , :E . :B rdfs:subClassOf :C . :C rdfs:subClassOf :D . :E rdfs:subClassOf :D ."
            ":x a :A ."
        )

        proof = explained(ways).proof("x", "a", "D")

        assert [node.triple[2] for node in proof.nodes.values()] == ["<urn:x:D>", "<urn:x:E>", "<urn:x:A>"]

    def test_a_chain_of_four_is_one_step_with_four_premises(self) -> None:
        """Auxiliary properties are the engine's own business."""
        chain = ":q owl:propertyChainAxiom ( :p :p :r :p ) . :k :p :l . :l :p :m . :m :r :n . :n :p :o ."

        proof = explained(chain).proof("k", "q", "o")

        assert proof.nodes["n0"].premises == ("n1", "n2", "n3", "n4")
        assert len(proof.nodes) == 5

    def test_a_transitive_fact_follows_its_shortest_path(self) -> None:
        """Of the ways from k to o, the one of two steps."""
        path = ":p a owl:TransitiveProperty . :k :p :l , :n . :l :p :m . :m :p :n . :n :p :o ."

        assert len(explained(path).proof("k", "p", "o").leaves) == 2

    def test_a_path_of_a_thousand_steps_is_proved(self) -> None:
        """And replayed, without the depth of Python's stack."""
        path = ":p a owl:TransitiveProperty . " + " ".join(f":n{n} :p :n{n + 1} ." for n in range(1000))

        assert len(explained(path).proof("n0", "p", "n1000").leaves) == 1000

    def test_a_fact_that_is_needed_twice_is_one_node(self) -> None:
        """Proofs are graphs: their size is that of the facts used."""
        both = ":C owl:intersectionOf ( :D :E ) . :p rdfs:domain :D . :q rdfs:domain :E ; rdfs:subPropertyOf :p ."

        proof = explained(f"{both} :x :q :y .").proof("x", "a", "C")

        assert len(proof.nodes) == len({node.triple for node in proof.nodes.values()}) == 5

    def test_literals_of_one_value_are_brought_together(self) -> None:
        """``1`` and ``01`` are one number: dt-eq says so, and eq-rep-o puts one in the place of the other."""
        badges = ':p a owl:InverseFunctionalProperty . :x :p "1"^^xsd:integer . :y :p "01"^^xsd:integer .'

        assert explained(badges).steps("x", "=", "y") == ["prp-ifp", "eq-rep-o", "dt-eq"]

    def test_an_identity_names_what_led_to_it(self) -> None:
        """Two are the same by a functional property; the third because somebody says so."""
        found = explained(":p a owl:FunctionalProperty . :x :p :y , :z . :z owl:sameAs :w . :w :q :v .")

        assert found.steps("y", "q", "v") == ["eq-rep-s", "eq-trans", "eq-sym", "prp-fp"]

    def test_an_axiom_that_follows_is_proved_beside_the_fact(self) -> None:
        """The restriction on A lies below the one on B, since A lies below B."""
        some = (
            ":R owl:someValuesFrom :A ; owl:onProperty :p . :S owl:someValuesFrom :B ; owl:onProperty :p ."
            ":A rdfs:subClassOf :B . :x a :R ."
        )

        assert explained(some).steps("x", "a", "S") == ["cax-sco", "scm-svf1"]

    def test_text_is_a_tree(self) -> None:
        """Each premise below what it gives."""
        text = explained(":p rdfs:domain :C . :C rdfs:subClassOf :D . :x :p :y .").proof("x", "a", "D").as_text()

        assert text == (
            "<urn:x:x> rdf:type <urn:x:D>  [cax-sco: <urn:x:C> rdfs:subClassOf <urn:x:D> .]\n"
            "  <urn:x:x> rdf:type <urn:x:C>  [prp-dom: <urn:x:p> rdfs:domain <urn:x:C> .]\n"
            "    <urn:x:x> <urn:x:p> <urn:x:y>  [given]\n"
        )


class TestStatus:
    def test_what_is_given_and_does_not_follow_is_asserted(self) -> None:
        """One node, no rule."""
        proof = explained(":x :p :y .").proof("x", "p", "y")

        assert (proof.status, len(proof.nodes), proof.nodes["n0"].rule) == ("asserted", 1, "")

    def test_what_is_given_and_follows_is_both(self) -> None:
        """It stays asserted, and its derivation is shown."""
        proof = explained(":p rdfs:domain :C . :x :p :y ; a :C .").proof("x", "a", "C")

        assert (proof.status, proof.nodes["n0"].rule) == ("both", "prp-dom")
        assert proof.nodes["n0"].asserted is not None

    def test_a_given_fact_does_not_follow_from_itself(self) -> None:
        """What gives the other way round, and that the first: a circle is no derivation."""
        proof = explained(":p a owl:SymmetricProperty . :x :p :y .").proof("x", "p", "y")

        assert proof.status == "asserted"

    @pytest.mark.parametrize("triple", [("x", "q", "y"), ("y", "p", "x"), ("nobody", "p", "y"), ("x", "=", "y")])
    def test_what_does_not_follow_has_no_proof(self, triple: tuple[str, str, str]) -> None:
        """An unknown thing, an unknown property, the other way round."""
        with pytest.raises(NotEntailed):
            explained(":x :p :y .").proof(*triple)

    def test_all_last_steps_are_listed(self) -> None:
        """By the domains of two properties, and by a class below."""
        proof = explained(
            ":p rdfs:domain :C . :q rdfs:domain :C . :D rdfs:subClassOf :C . :x :p :y ; :q :y ; a :D ."
        ).proof("x", "a", "C", all_steps=True)

        assert proof.as_json()["otherDerivations"] == 2
        assert sorted([proof.nodes["n0"].rule, *(other.rule for other in proof.others)]) == [
            *("cax-sco", "prp-dom", "prp-dom"),
        ]


def test_leaves_say_where_they_come_from() -> None:
    """Whoever has the originals names graph, document and words."""
    triples = read(":p rdfs:domain :C . :x :p :y .")
    closure = entail(triples, compile_ontology(triples))
    prover = Prover(
        closure.plan, closure.facts, set(map(texts, triples)), origins=lambda triple: {"graphs": [f"of {triple[1]}"]}
    )

    proof = prover.explain(("<urn:x:x>", TYPE, "<urn:x:C>")).as_json()

    assert proof["nodes"]["n1"]["asserted"] == {"graphs": ["of <urn:x:p>"]}
    assert proof["axioms"]["a0"]["turtle"] == "<urn:x:p> rdfs:domain <urn:x:C> ."
