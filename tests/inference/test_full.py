"""The full closure is the lean one and what is true of everything, each triple once and none that RDF could not say."""

from __future__ import annotations

from typing import Any

TEXT = """
:A a owl:Class ; rdfs:subClassOf :B . :p a owl:DatatypeProperty ; rdfs:domain :A .
:B rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom xsd:integer ] .
:x :p 1 ; owl:sameAs :y .
"""


class TestFullClosure:
    def test_it_holds_the_lean_closure(self, reasoning: Any) -> None:
        """Nothing is lost."""
        assert reasoning.schema(TEXT) < reasoning.full(TEXT)

    def test_no_triple_has_a_literal_as_its_subject(self, reasoning: Any) -> None:
        """Although a literal is the same as itself, and in its datatype."""
        assert not any(triple.startswith('"') for triple in reasoning.full(TEXT))

    def test_nothing_that_was_given_is_in_it(self, reasoning: Any) -> None:
        """Nor anything twice, in term order."""
        found = [str(triple) for triple in reasoning.close(TEXT, closure="full").entailed()]

        assert len(found) == len(set(found))
        assert "x owl:sameAs y" not in reasoning.full(TEXT)

    def test_members_of_declared_classes_are_things(self, reasoning: Any) -> None:
        """By scm-cls and cax-sco; what no declared class holds is none by the rules."""
        found = reasoning.full(":A a owl:Class . :B rdfs:subClassOf :A . :x a :A . :y a :B . :z a :C . :z :p :z .")

        assert {"x rdf:type owl:Thing", "y rdf:type owl:Thing"} <= found
        assert "z rdf:type owl:Thing" not in found

    def test_members_of_classes_without_a_name_are_shown(self, reasoning: Any) -> None:
        """They may have a name in a conclusion to be compared."""
        found = reasoning.full(":A rdfs:subClassOf _:r . _:r owl:onProperty :p ; owl:hasValue :v . :x a :A .")

        assert {"x rdf:type _:r", "x p v"} <= found

    def test_without_the_schema_it_is_the_closure_of_facts(self, reasoning: Any) -> None:
        """What is true of everything is asked for with the schema."""
        assert "x owl:sameAs x" not in reasoning.facts(TEXT, closure="full")

    def test_properties_that_facts_make_the_same_are_equivalent(self, reasoning: Any) -> None:
        """One is only declared, of the other nothing is said, and no fact has either as its predicate."""
        found = reasoning.full(":f a owl:FunctionalProperty . :p a owl:ObjectProperty . :x :f :p, :q .")

        assert {"p owl:equivalentProperty q", "q rdfs:subPropertyOf p"} <= found

    def test_declarations_hold_for_all_names_of_a_class(self, reasoning: Any) -> None:
        """Classes that are the same are equivalent."""
        found = reasoning.full(":A a owl:Class . :B a owl:Class ; owl:sameAs :A .")

        assert {"A owl:equivalentClass B", "B owl:equivalentClass A", "B rdfs:subClassOf A"} <= found

    def test_declarations_hold_for_names_that_facts_make_the_same(self, reasoning: Any) -> None:
        """A functional property makes two values one; one of them is declared a property."""
        text = ":f a owl:FunctionalProperty . :p a owl:ObjectProperty . :x :f :p , :q ."

        found = [str(triple) for triple in reasoning.close(text, closure="full", same_as="expand").entailed()]

        rows = [line.split() for line in found if "#subPropertyOf> " in line]
        pairs = {(row[0][-2:], row[2][-2:]) for row in rows}
        assert {("p>", "q>"), ("q>", "p>")} <= pairs
