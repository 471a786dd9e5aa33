"""What is malformed in an ontology is reported with its axiom, and read no further."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egov_kg.inference import owl
from egov_kg.inference.plan import Ignored, Plan
from egov_kg.inference.tbox import count_of

Compile = Callable[[str], Plan]

BROKEN_LISTS = {
    "a cycle": ("_:l rdf:first :A ; rdf:rest _:l .", "cyclic"),
    "a cycle behind the first cell": (
        "_:l rdf:first :A ; rdf:rest _:m . _:m rdf:first :B ; rdf:rest _:n . _:n rdf:first :B ; rdf:rest _:m .",
        "cyclic",
    ),
    "two firsts": ("_:l rdf:first :A, :B ; rdf:rest rdf:nil .", "one rdf:first is expected at _:l, and there are 2"),
    "two rests": ("_:l rdf:first :A ; rdf:rest rdf:nil, _:m .", "one rdf:rest is expected at _:l, and there are 2"),
    "no tail": ("_:l rdf:first :A .", "one rdf:rest is expected at _:l, and there are 0"),
    "no first": ("_:l rdf:rest rdf:nil .", "one rdf:first is expected at _:l, and there are 0"),
    "no cell at the end": ("_:l rdf:first :A ; rdf:rest _:m .", "one rdf:first is expected at _:m, and there are 0"),
    "no list at all": ("", "one rdf:first is expected at _:l, and there are 0"),
    "a literal": ('_:l rdf:first "A" ; rdf:rest rdf:nil .', "a literal, where a name is expected"),
}
WITH_LISTS = {
    "owl:intersectionOf": ":C owl:intersectionOf _:l .",
    "owl:unionOf": ":C owl:unionOf _:l .",
    "owl:propertyChainAxiom": ":C owl:propertyChainAxiom _:l .",
    "owl:hasKey": ":C owl:hasKey _:l .",
    "owl:members": ":C a owl:AllDisjointClasses ; owl:members _:l .",
}
RULES = (
    *("edges", "some_values", "all_values", "has_values", "chains", "intersections", "transitive", "functional"),
    *("inverse_functional", "keys", "members", "disjoint_properties", "property_checks", "at_most_none", "different"),
    "negative",
)


def malformed(plan: Plan) -> list[Ignored]:
    """What is malformed."""
    return [one for one in plan.ignored if one.malformed]


def rules(plan: Plan) -> list[object]:
    """All rules but cls-nothing2, which is always there."""
    return [rule for name in RULES for rule in getattr(plan, name)] + [r for r in plan.disjoint if r.axiom]


class TestLists:
    @pytest.mark.parametrize("broken", sorted(BROKEN_LISTS))
    @pytest.mark.parametrize("predicate", sorted(WITH_LISTS))
    def test_a_broken_list_is_reported_with_its_axiom_and_makes_no_rule(
        self, plan_of: Compile, predicate: str, broken: str
    ) -> None:
        """Whatever the axiom is that has the list."""
        cells, expected = BROKEN_LISTS[broken]

        plan = plan_of(WITH_LISTS[predicate] + cells)

        (found,) = malformed(plan)
        assert found.triple == ("<e:C>", owl.word(predicate.removeprefix("owl:")), "_:l")
        assert expected in found.reason
        assert rules(plan) == []

    def test_an_empty_list_is_reported(self, plan_of: Compile) -> None:
        """The tables have lists of one or more."""
        (found,) = malformed(plan_of(":C owl:unionOf () ."))

        assert found.reason == "its list is empty, and no rule reads that"

    def test_a_list_may_be_shared_by_two_axioms(self, plan_of: Compile) -> None:
        """Both read it."""
        plan = plan_of(":C owl:unionOf _:l . :D owl:unionOf _:l . _:l rdf:first :A ; rdf:rest rdf:nil .")

        assert malformed(plan) == []
        assert [(edge.source.name, edge.target.name) for edge in plan.edges] == [("<e:A>", "<e:C>"), ("<e:A>", "<e:D>")]

    def test_a_broken_list_spares_the_other_axioms(self, plan_of: Compile) -> None:
        """One of two axioms is broken."""
        plan = plan_of(":C owl:unionOf _:l ; rdfs:subClassOf :D .")

        assert [edge.rule for edge in plan.edges] == ["cax-sco"]

    def test_a_list_of_a_hundred_thousand_members_is_read(self, plan_of: Compile) -> None:
        """Nothing recurses."""
        plan = plan_of(":C owl:oneOf (" + " ".join(f":i{number}" for number in range(100_000)) + ") .")

        assert len(plan.members) == 100_000

    def test_an_enumeration_may_hold_literals(self, plan_of: Compile) -> None:
        """It is a datatype then."""
        plan = plan_of(':C owl:oneOf ( "a" :b ) .')

        assert sorted(one.individual for one in plan.members) == ['"a"', "<e:b>"]
        assert malformed(plan) == []


class TestRestrictions:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            (":R owl:someValuesFrom :A .", "owl:onProperty is expected at it, and there is none"),
            (":R owl:hasValue :a .", "owl:onProperty is expected at it, and there is none"),
            (":R owl:onProperty :p .", "nothing is said of the values, such as owl:hasValue"),
            (':R owl:onProperty "p" ; owl:someValuesFrom :A .', "a property is expected, not a literal"),
            (':R owl:onProperty :p ; owl:allValuesFrom "A" .', "a class is expected, not a literal"),
            (
                ":R owl:onProperty :p ; owl:maxCardinality :A .",
                "a count is expected, such as 1 as xsd:nonNegativeInteger",
            ),
            (
                ':R owl:onProperty :p ; owl:maxCardinality "one" .',
                "a count is expected, such as 1 as xsd:nonNegativeInteger",
            ),
            (
                ":R owl:onProperty :p ; owl:maxCardinality -1 .",
                "a count is expected, such as 1 as xsd:nonNegativeInteger",
            ),
            (
                ":R owl:onProperty :p ; owl:maxQualifiedCardinality 1 .",
                "one owl:onClass is expected at it, and there is none",
            ),
            (':C rdfs:subClassOf "D" .', "a name is expected, not a literal"),
            (':p rdfs:domain "D" .', "a name is expected, not a literal"),
            (":x a owl:AllDifferent .", "owl:members with a list is expected at it"),
            (
                ":x owl:members ( :a :b ) .",
                "one of the types owl:AllDifferent, owl:AllDisjointClasses, owl:AllDisjointProperties is expected",
            ),
            (
                ":x owl:sourceIndividual :a ; owl:assertionProperty :p .",
                "owl:sourceIndividual, owl:assertionProperty and owl:targetIndividual or owl:targetValue are expected",
            ),
        ],
    )
    def test_what_lacks_a_part_is_reported_and_makes_no_rule(self, plan_of: Compile, text: str, reason: str) -> None:
        """The sentence says what was expected."""
        plan = plan_of(text)

        assert [one.reason for one in malformed(plan)] == [reason]
        assert rules(plan) == []

    def test_a_restriction_of_itself_is_read(self, plan_of: Compile) -> None:
        """Its filler is the restriction."""
        plan = plan_of(":R owl:onProperty :p ; owl:someValuesFrom :R ; rdfs:subClassOf :R .")

        assert [(rule.filler, rule.target) for rule in plan.some_values] == [("<e:R>", "<e:R>")]
        assert malformed(plan) == []


XSD = "^^<http://www.w3.org/2001/XMLSchema#"


class TestCounts:
    @pytest.mark.parametrize(
        ("literal", "count"),
        [
            (f'"1"{XSD}nonNegativeInteger>', 1),
            (f'"1"{XSD}integer>', 1),
            (f'"01"{XSD}int>', 1),
            (f'"+1"{XSD}unsignedByte>', 1),
            (f'" 1 "{XSD}long>', 1),
            (f'"-0"{XSD}integer>', 0),
            (f'"1.0"{XSD}decimal>', 1),
            (f'"1."{XSD}decimal>', 1),
            (f'"2"{XSD}nonNegativeInteger>', 2),
            (f'"1.5"{XSD}decimal>', None),
            (f'"1"{XSD}double>', None),
            (f'"-1"{XSD}integer>', None),
            (f'"one"{XSD}integer>', None),
            (f'""{XSD}integer>', None),
            (f'"١"{XSD}integer>', None),
            ('"1"', None),
            ('"1"@en', None),
            ("<e:one>", None),
        ],
    )
    def test_counts_are_read_by_value(self, literal: str, count: int | None) -> None:
        """A literal of any type of whole numbers, and of decimals."""
        assert count_of(literal) == count
