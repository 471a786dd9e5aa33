"""What no rule of OWL 2 RL reads is listed, whole axioms or halves of them, and nothing that is used."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.plan import Plan

Compile = Callable[[str], Plan]

UNREAD = {
    ":R owl:onProperty :p ; owl:cardinality 1 .": (
        "an exact cardinality has no rule; state owl:maxCardinality beside it"
    ),
    ":R owl:onProperty :p ; owl:qualifiedCardinality 1 ; owl:onClass :A .": (
        "an exact cardinality has no rule; state owl:maxQualifiedCardinality beside it"
    ),
    ":R owl:onProperty :p ; owl:minCardinality 1 .": (
        "a least number of values has no rule, since rules make no individuals"
    ),
    ":R owl:onProperty :p ; owl:minQualifiedCardinality 1 ; owl:onClass :A .": (
        "a least number of values has no rule, since rules make no individuals"
    ),
    ":R owl:onProperty :p ; owl:hasSelf true .": "things related to themselves have no rule",
    ":C owl:disjointUnionOf ( :A :B ) .": (
        "no rule reads it; state owl:unionOf and owl:AllDisjointClasses, its two parts"
    ),
    ":p a owl:ReflexiveProperty .": "no rule relates all things to themselves",
    ":R owl:onProperty :p ; owl:maxCardinality 2 .": "only counts of 0 and 1 have rules",
    ":R owl:onProperty :p ; owl:maxQualifiedCardinality 5 ; owl:onClass :A .": "only counts of 0 and 1 have rules",
    ":R owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onDataRange xsd:string .": (
        "no rule counts literals of a datatype"
    ),
    ":D owl:datatypeComplementOf xsd:string .": "no rule reads the complement of a datatype",
}
SOME = "that members of this expression have a value of <e:p> in <e:A> makes no such value: rules make no individuals"
UNION = "that members of this expression are in one of the classes of its union is not used: rules do not choose"
ALL = "members of this expression are not found by all their values of <e:p> being in <e:A>: others may exist"
HALVES = {
    ":C rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :A ] .": [SOME],
    ":C owl:equivalentClass [ owl:onProperty :p ; owl:someValuesFrom :A ] .": [SOME],
    ":q rdfs:domain [ owl:onProperty :p ; owl:someValuesFrom :A ] .": [SOME],
    ":C rdfs:subClassOf [ owl:intersectionOf ( :B [ owl:onProperty :p ; owl:someValuesFrom :A ] ) ] .": [SOME],
    ":C rdfs:subClassOf [ owl:onProperty :q ; owl:allValuesFrom [ owl:onProperty :p ; owl:someValuesFrom :A ] ] .": [
        SOME
    ],
    ":C rdfs:subClassOf [ owl:unionOf ( :A :B ) ] .": [UNION],
    "[ owl:onProperty :p ; owl:allValuesFrom :A ] rdfs:subClassOf :C .": [ALL],
    ":C owl:equivalentClass [ owl:onProperty :p ; owl:allValuesFrom :A ] .": [ALL],
    "[ owl:onProperty :q ; owl:someValuesFrom [ owl:onProperty :p ; owl:allValuesFrom :A ] ] rdfs:subClassOf :C .": [
        ALL
    ],
    ":C owl:disjointWith [ owl:onProperty :p ; owl:allValuesFrom :A ] .": [ALL],
    ":C owl:complementOf :D .": [
        "members of <e:C> are not found by what is not in <e:D>: it may be, unknown to the data"
    ],
    ":C owl:oneOf ( :a ) .": ["that <e:C> has no members but those listed is not used: rules do not choose"],
    ":C owl:unionOf ( :A :B ) .": [
        "that members of <e:C> are in one of the classes of its union is not used: rules do not choose"
    ],
    "[ owl:onProperty :p ; owl:maxCardinality 1 ] rdfs:subClassOf :C .": [
        "members of this expression are not found by how few values of <e:p> they have: others may exist"
    ],
}
USED = [
    "[ owl:onProperty :p ; owl:someValuesFrom :A ] rdfs:subClassOf :C .",
    ":C rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :A ] .",
    ":C owl:equivalentClass [ owl:onProperty :p ; owl:hasValue :a ] .",
    ":C owl:equivalentClass [ owl:intersectionOf ( :A :B ) ] .",
    ":C owl:intersectionOf ( :A :B ) .",
    "[ owl:unionOf ( :A :B ) ] rdfs:subClassOf :C .",
    "[ owl:oneOf ( :a :b ) ] rdfs:subClassOf :C .",
    ":C rdfs:subClassOf [ owl:complementOf :D ] .",
    ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 1 ] .",
    ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxQualifiedCardinality 0 ; owl:onClass :A ] .",
    ":C owl:hasKey ( :p ) ; owl:disjointWith :D .",
    ":p owl:propertyChainAxiom ( :p :q ) ; owl:inverseOf :q ; a owl:TransitiveProperty, owl:FunctionalProperty .",
    ":C a owl:Class ; rdfs:label 'C' ; rdfs:comment 'a class' .",
]


class TestIgnored:
    @pytest.mark.parametrize("text", sorted(UNREAD))
    def test_what_no_rule_reads_is_listed_with_a_reason(self, plan_of: Compile, text: str) -> None:
        """It is outside the rules, not malformed."""
        plan = plan_of(text)

        assert [(one.reason, one.malformed) for one in plan.ignored] == [(UNREAD[text], False)]

    @pytest.mark.parametrize("text", sorted(HALVES))
    def test_of_an_axiom_that_is_used_in_part_the_other_part_is_listed(self, plan_of: Compile, text: str) -> None:
        """With the sentence that says what is not used."""
        plan = plan_of(text)

        assert [one.reason for one in plan.ignored] == HALVES[text]

    @pytest.mark.parametrize("text", USED)
    def test_what_is_used_whole_is_not_listed(self, plan_of: Compile, text: str) -> None:
        """Axioms of the profile, and what is no axiom."""
        assert plan_of(text).ignored == ()

    def test_the_triple_is_that_of_the_axiom(self, plan_of: Compile) -> None:
        """Not the triples of the expression."""
        (found,) = plan_of(
            ":C rdfs:subClassOf [ owl:intersectionOf ( :B _:r ) ] . _:r owl:onProperty :p ; owl:someValuesFrom :A ."
        ).ignored

        assert found.triple[:2] == ("<e:C>", "<http://www.w3.org/2000/01/rdf-schema#subClassOf>")

    def test_expressions_within_themselves_end(self, plan_of: Compile) -> None:
        """A restriction whose filler is itself, and a union of itself."""
        plan = plan_of(
            ":C rdfs:subClassOf _:r . _:r owl:onProperty :p ; owl:allValuesFrom _:r . _:u owl:unionOf ( _:u :A ) ."
        )

        assert plan.ignored == ()

    def test_our_own_ontology_is_read_whole(self, ontology: tuple[object, ...]) -> None:
        """No axiom of it is outside the rules."""
        assert compile_ontology(ontology).ignored == ()
