"""Table 4 of OWL 2 Profiles, rule by rule: what it derives, in each direction, and what it must not."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from egov_kg.inference import owl

PAIRS = [(f":{one}", f":{other}") for one, other in combinations("abc", 2)]


class TestEquality:
    def test_eq_ref(self, reasoning: Any) -> None:
        """Everything is the same as itself; only the full closure says so."""
        text = ":x :p :y ."

        assert {"x owl:sameAs x", "p owl:sameAs p", "y owl:sameAs y"} <= reasoning.full(text)
        assert reasoning.facts(text) == set()

    def test_eq_sym(self, reasoning: Any) -> None:
        """Both ways; the lean closure says it towards the name that stands for the others."""
        assert reasoning.facts(":a owl:sameAs :b .") == {"b owl:sameAs a"}
        assert reasoning.facts(":b owl:sameAs :a .", same_as="expand") == {"a owl:sameAs b"}

    def test_eq_trans(self, reasoning: Any) -> None:
        """Along a path of equals, whatever the direction of its steps."""
        text = ":a owl:sameAs :b . :c owl:sameAs :b . :d owl:sameAs :e ."

        found = reasoning.facts(text, same_as="expand")

        assert {"a owl:sameAs c", "c owl:sameAs a", "b owl:sameAs c"} <= found
        assert "a owl:sameAs d" not in found
        assert reasoning.facts(text) == {"b owl:sameAs a", "c owl:sameAs a", "e owl:sameAs d"}

    @pytest.mark.parametrize("axiom", [":a owl:sameAs :b .", ":b owl:sameAs :a ."])
    def test_eq_rep_s(self, reasoning: Any, axiom: str) -> None:
        """What holds of one holds of the other; not of a third."""
        assert "a p y" in reasoning.facts(f"{axiom} :b :p :y . :c :q :a .")
        assert "b p y" in reasoning.facts(f"{axiom} :a :p :y .", same_as="expand")
        assert "c p y" not in reasoning.facts(f"{axiom} :b :p :y . :c :q :a .", same_as="expand")

    @pytest.mark.parametrize("axiom", [":p owl:sameAs :q .", ":q owl:sameAs :p ."])
    def test_eq_rep_p(self, reasoning: Any, axiom: str) -> None:
        """Properties that are the same relate the same things, both ways."""
        assert "x p y" in reasoning.facts(f"{axiom} :x :q :y .")
        assert "x q y" in reasoning.facts(f"{axiom} :x :p :y .", same_as="expand")
        assert "x r y" not in reasoning.facts(f"{axiom} :x :q :y . :y :r :x .", same_as="expand")

    @pytest.mark.parametrize("axiom", [":a owl:sameAs :b .", ":b owl:sameAs :a ."])
    def test_eq_rep_o(self, reasoning: Any, axiom: str) -> None:
        """Who is related to one is related to the other."""
        assert "x p a" in reasoning.facts(f"{axiom} :x :p :b .")
        assert "x p b" in reasoning.facts(f"{axiom} :x :p :a .", same_as="expand")
        assert "x q b" not in reasoning.facts(f"{axiom} :x :p :a .", same_as="expand")

    def test_eq_rep_o_of_a_class(self, reasoning: Any) -> None:
        """Members of a class are members of the class that is the same."""
        assert "x rdf:type B" in reasoning.facts(":A owl:sameAs :B . :x a :A .", same_as="expand")
        assert "x rdf:type A" in reasoning.facts(":A owl:sameAs :B . :x a :B .")
        assert "y rdf:type A" not in reasoning.facts(":A owl:sameAs :B . :x a :B . :y a :C .", same_as="expand")

    def test_eq_diff1(self, reasoning: Any) -> None:
        """To be the same and different; either way round, and along a path."""
        assert reasoning.clashes(":a owl:sameAs :b ; owl:differentFrom :b .") == ["eq-diff1"]
        assert reasoning.clashes(":a owl:sameAs :b . :b owl:differentFrom :a .") == ["eq-diff1"]
        assert reasoning.clashes(":a owl:sameAs :b . :b owl:sameAs :c . :a owl:differentFrom :c .") == ["eq-diff1"]
        assert reasoning.clashes(":a owl:sameAs :b ; owl:differentFrom :c .") == []

    @pytest.mark.parametrize(
        "text", [":x owl:differentFrom :x .", ":p rdfs:subPropertyOf owl:differentFrom . :x :p :x ."]
    )
    def test_eq_diff1_of_a_thing_with_itself(self, reasoning: Any, text: str) -> None:
        """By eq-ref; said by the ontology or by a fact, and the proof says by which triple the thing is there."""
        closure = reasoning.close(text)
        (finding,) = closure.check()
        proof = closure.prover.contradiction(finding)

        assert finding.rule == "eq-diff1"
        assert "eq-ref" in {node.rule for node in proof.nodes.values()}

    def test_eq_diff1_of_names_that_became_one(self, reasoning: Any) -> None:
        """The pair that was given is told, not what is left of it."""
        (finding,) = reasoning.close(":p rdfs:subPropertyOf owl:differentFrom . :a owl:sameAs :b ; :p :b .").check()

        assert finding.triples == (("<e:a>", owl.SAME, "<e:b>"),)

    def test_eq_diff1_of_a_literal(self, reasoning: Any) -> None:
        """By its value."""
        assert reasoning.clashes(':a owl:sameAs 1 ; owl:differentFrom "01"^^xsd:integer .') == ["eq-diff1"]
        assert reasoning.clashes(":a owl:sameAs 1 ; owl:differentFrom 2 .") == []

    @pytest.mark.parametrize(("one", "other"), PAIRS)
    def test_eq_diff2(self, reasoning: Any, one: str, other: str) -> None:
        """Any two members of a list of different things, the last one included."""
        listed = "[] a owl:AllDifferent ; owl:members ( :a :b :c ) ."

        assert reasoning.clashes(f"{listed} {one} owl:sameAs {other} .") == ["eq-diff2"]
        assert reasoning.clashes(f"{listed} {one} owl:sameAs :d .") == []

    def test_eq_diff2_of_a_thing_that_is_listed_twice(self, reasoning: Any) -> None:
        """It is the same as itself: its cell of the list says so."""
        closure = reasoning.close("[] a owl:AllDifferent ; owl:members ( :a :b :a ) .")
        (finding,) = closure.check()

        assert finding.triples == (("<e:a>", owl.SAME, "<e:a>"),)
        assert "eq-ref" in {node.rule for node in closure.prover.contradiction(finding).nodes.values()}

    @pytest.mark.parametrize(("one", "other"), PAIRS)
    def test_eq_diff3(self, reasoning: Any, one: str, other: str) -> None:
        """The same under the other name of the list."""
        listed = "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :c ) ."

        assert reasoning.clashes(f"{listed} {one} owl:sameAs {other} .") == ["eq-diff3"]
        assert reasoning.clashes(f"{listed} {one} owl:sameAs :d .") == []
