"""Table 8 of OWL 2 Profiles, rule by rule: literals and their types."""

from __future__ import annotations

from typing import Any

import pytest

from egov_kg.inference import owl
from egov_kg.inference.checker import check


class TestDatatypes:
    @pytest.mark.parametrize("datatype", ["xsd:integer", "xsd:string", "xsd:dateTime", "rdf:PlainLiteral"])
    def test_dt_type1(self, reasoning: Any, datatype: str) -> None:
        """The datatypes of the profile are datatypes; the full closure says so."""
        assert f"{datatype} rdf:type rdfs:Datatype" in reasoning.full(":x :p :y .")
        assert reasoning.schema(":x :p :y .") == set()

    def test_dt_type2(self, reasoning: Any) -> None:
        """What is the same as a literal is in all datatypes that have its value, in the full closure."""
        found = reasoning.full(":x owl:sameAs 1 .")

        assert {"x rdf:type xsd:integer", "x rdf:type xsd:byte", "x rdf:type rdfs:Literal"} <= found
        assert "x rdf:type xsd:negativeInteger" not in found
        assert "x rdf:type xsd:string" not in found

    def test_dt_type2_for_restrictions(self, reasoning: Any) -> None:
        """A literal is in its datatype, which restrictions read; one of another type is not."""
        text = ":R owl:onProperty :p ; owl:someValuesFrom xsd:integer ."

        assert reasoning.facts(f"{text} :x :p 1 .") == {"x rdf:type R"}
        assert reasoning.facts(f'{text} :x :p "1" .') == set()

    def test_dt_eq(self, reasoning: Any) -> None:
        """Things that are the same as two literals of one value are the same, and have each other's facts."""
        text = ":a owl:sameAs 1 ; :q :z . :b owl:sameAs"

        assert reasoning.facts(f"{text} 1 .") == {"b owl:sameAs a"}
        assert reasoning.facts(f'{text} "1.0"^^xsd:decimal .') == {
            "b owl:sameAs a",
            'a owl:sameAs "1.0"^^xsd:decimal',
        }
        assert "b q z" in reasoning.facts(f"{text} 1 .", same_as="expand")
        assert reasoning.facts(f'{text} "1.5"^^xsd:decimal .') == set()

    @pytest.mark.parametrize("value", ["1", '"01"^^xsd:integer'])
    def test_dt_eq_has_a_proof(self, reasoning: Any, value: str) -> None:
        """Through the two literals, and along a path of other names."""
        closure = reasoning.close(f":a owl:sameAs 1 . :b owl:sameAs :c . :c owl:sameAs {value} .")

        proof = closure.explain(("<e:b>", owl.SAME, "<e:a>"))

        assert ("dt-eq" in {node.rule for node in proof.nodes.values()}) == (value != "1")
        assert check(proof.as_json(), {*proof.leaves}, ()) == ()

    def test_dt_diff(self, reasoning: Any) -> None:
        """Two values of a property that has one."""
        functional = ":p a owl:FunctionalProperty ."

        assert "dt-diff" in reasoning.clashes(f"{functional} :x :p 1, 2 .")
        assert reasoning.clashes(f'{functional} :x :p 1, "01"^^xsd:integer .') == []

    def test_dt_not_type(self, reasoning: Any) -> None:
        """A literal outside a range, and one whose form its type does not have."""
        assert "dt-not-type" in reasoning.clashes(':p rdfs:range xsd:integer . :x :p "one" .')
        assert "dt-not-type" in reasoning.clashes(':x :p "one"^^xsd:integer .')
        assert reasoning.clashes(":p rdfs:range xsd:integer . :x :p 1 .") == []
