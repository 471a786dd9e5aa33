"""Ontologies that nobody means well end soon, with what follows or with a sentence that says what is wrong."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from pyoxigraph import NamedNode, Triple

from egov_kg.errors import RefusedAxiom, SchemaTooLarge
from egov_kg.inference import owl
from egov_kg.inference.compiling import compile_schema
from egov_kg.inference.entailment import entail


class TestLongChains:
    def test_a_hundred_thousand_steps_of_sub_classes_cost_what_their_members_write(self) -> None:
        """Three things at the far end have a class for each step; the schema's own closure is refused."""
        names = [f"<e:{number:06}>" for number in range(100_000)]
        plan = compile_schema((lower, owl.SUB_CLASS, upper) for lower, upper in pairwise(names))
        given = [Triple(NamedNode(f"e:i{n}"), NamedNode(owl.TYPE[1:-1]), NamedNode("e:099000")) for n in range(3)]

        closure = entail(given, plan)

        assert len(closure.table(schema=False).subjects) == 3 * 999
        with pytest.raises(SchemaTooLarge):
            closure.table()

    def test_a_member_of_the_lowest_class_is_in_all(self) -> None:
        """A hundred thousand facts from one."""
        names = [f"<e:{number:06}>" for number in range(100_000)]
        plan = compile_schema((lower, owl.SUB_CLASS, upper) for lower, upper in pairwise(names))
        given = [Triple(NamedNode("e:i"), NamedNode(owl.TYPE[1:-1]), NamedNode("e:000000"))]

        assert len(entail(given, plan).table(schema=False).subjects) == 99_999

    def test_towers_of_restrictions_are_climbed(self) -> None:
        """Each floor lies below that of the other tower because the one beneath does."""
        schema = [("<e:a0>", owl.SUB_CLASS, "<e:b0>")]
        for tower in "ab":
            for floor in range(1, 100):
                node = f"<e:{tower}{floor}>"
                schema += [(node, owl.ON_PROPERTY, "<e:p>"), (node, owl.SOME, f"<e:{tower}{floor - 1}>")]

        assert ("<e:a99>", owl.SUB_CLASS, "<e:b99>") in compile_schema(schema).entailed


class TestStrangeAxioms:
    def test_everything_is_nothing(self, reasoning: Any) -> None:
        """A contradiction for each member, and all classes are one."""
        text = ":A a owl:Class . :B a owl:Class . owl:Thing owl:equivalentClass owl:Nothing . :x a :A ."

        assert reasoning.clashes(text) == ["cls-nothing2"]
        assert "x rdf:type B" in reasoning.facts(text)

    def test_a_name_may_be_a_class_a_property_and_an_individual(self, reasoning: Any) -> None:
        """Each use has its own rules."""
        text = ":a a owl:Class ; rdfs:subClassOf :b ; rdfs:subPropertyOf :q ; :a :a . :x a :a ."

        assert reasoning.facts(text) == {"x rdf:type b", "a q a"}

    def test_a_property_below_sub_class_makes_axioms_of_facts(self, reasoning: Any) -> None:
        """What follows from them follows."""
        text = ":p rdfs:subPropertyOf rdfs:subClassOf . :A :p :B . :B rdfs:subClassOf :C . :x a :A ."

        assert {"x rdf:type B", "x rdf:type C"} <= reasoning.facts(text)

    def test_an_inverse_of_type_is_read_and_written(self, reasoning: Any) -> None:
        """In both directions."""
        text = ":has owl:inverseOf rdf:type . :A :has :x . :y a :A ."

        assert {"x rdf:type A", "A has y"} <= reasoning.facts(text)

    def test_a_functional_type_is_refused(self, reasoning: Any) -> None:
        """The error names the axiom and the next step."""
        with pytest.raises(RefusedAxiom, match=r"FunctionalProperty> is refused: .* take it out of the ontology"):
            reasoning.facts("rdf:type a owl:FunctionalProperty . :x a :A, :B .")

    def test_axioms_that_data_makes_are_refused_too(self, reasoning: Any) -> None:
        """A class of properties below that of functional ones, with type as its member."""
        with pytest.raises(RefusedAxiom):
            reasoning.facts(":F rdfs:subClassOf owl:FunctionalProperty . rdf:type a :F . :x a :A, :B .")

    def test_a_restriction_of_itself_ends(self, reasoning: Any) -> None:
        """Its filler is the restriction."""
        text = ":R owl:onProperty :p ; owl:someValuesFrom :R . :x :p :y . :y :p :z . :z a :R ."

        assert reasoning.facts(text) == {"x rdf:type R", "y rdf:type R"}
