"""Tables 7 and 9 of OWL 2 Profiles, rule by rule: class axioms, and what follows about the schema itself."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from egov_kg.inference.rules import RULES

SUB = "rdfs:subClassOf"


class TestClassAxioms:
    def test_cax_sco(self, reasoning: Any) -> None:
        """Upwards, over several steps, never downwards."""
        hierarchy = f":A {SUB} :B . :B {SUB} :C ."

        assert reasoning.facts(f"{hierarchy} :x a :A .") == {"x rdf:type B", "x rdf:type C"}
        assert reasoning.facts(f"{hierarchy} :x a :C .") == set()

    def test_cax_eqc1(self, reasoning: Any) -> None:
        """From the first to the second."""
        assert reasoning.facts(":A owl:equivalentClass :B . :x a :A . :y a :C .") == {"x rdf:type B"}

    def test_cax_eqc2(self, reasoning: Any) -> None:
        """From the second to the first."""
        assert reasoning.facts(":A owl:equivalentClass :B . :x a :B . :y a :C .") == {"x rdf:type A"}

    def test_cax_dw(self, reasoning: Any) -> None:
        """Nobody is in both, either way round, derived memberships included."""
        disjoint = ":A owl:disjointWith :B ."

        assert reasoning.clashes(f"{disjoint} :x a :A, :B .") == ["cax-dw"]
        assert reasoning.clashes(f"{disjoint} :C {SUB} :B . :x a :C, :A .") == ["cax-dw"]
        assert reasoning.clashes(f"{disjoint} :x a :A, :C . :y a :B .") == []

    @pytest.mark.parametrize(("one", "other"), list(combinations((":A", ":B", ":C"), 2)))
    def test_cax_adc(self, reasoning: Any, one: str, other: str) -> None:
        """Nobody is in any two of the list."""
        disjoint = "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) ."

        assert reasoning.clashes(f"{disjoint} :x a {one}, {other} .") == ["cax-adc"]
        assert reasoning.clashes(f"{disjoint} :x a {one} . :y a {other} .") == []


class TestSchema:
    def test_scm_cls(self, reasoning: Any) -> None:
        """A class lies below itself and everything, and above nothing; the full closure says so."""
        expected = {
            *(f"C {SUB} C", "C owl:equivalentClass C"),
            *(f"C {SUB} owl:Thing", f"owl:Nothing {SUB} C"),
        }

        assert expected <= reasoning.full(":C a owl:Class .")
        assert reasoning.schema(":C a owl:Class .") == set()

    def test_scm_sco(self, reasoning: Any) -> None:
        """A class below one that is below a third."""
        assert reasoning.schema(f":A {SUB} :B . :B {SUB} :C . :D {SUB} :C .") == {f"A {SUB} C"}

    def test_scm_eqc1(self, reasoning: Any) -> None:
        """Equivalent classes lie below each other."""
        assert {f"A {SUB} B", f"B {SUB} A"} <= reasoning.schema(":A owl:equivalentClass :B .")

    def test_scm_eqc2(self, reasoning: Any) -> None:
        """Classes below each other are equivalent; one way is not enough."""
        expected = {"A owl:equivalentClass B", "B owl:equivalentClass A"}

        assert reasoning.schema(f":A {SUB} :B . :B {SUB} :A .") == expected
        assert reasoning.schema(f":A {SUB} :B .") == set()

    def test_scm_op(self, reasoning: Any) -> None:
        """A property between things lies below itself; the full closure says so."""
        expected = {"p rdfs:subPropertyOf p", "p owl:equivalentProperty p"}

        assert expected <= reasoning.full(":p a owl:ObjectProperty .")
        assert reasoning.schema(":p a owl:ObjectProperty .") == set()

    def test_scm_dp(self, reasoning: Any) -> None:
        """A property with literals lies below itself; the full closure says so."""
        expected = {"p rdfs:subPropertyOf p", "p owl:equivalentProperty p"}

        assert expected <= reasoning.full(":p a owl:DatatypeProperty .")
        assert reasoning.schema(":p a owl:DatatypeProperty .") == set()

    def test_scm_spo(self, reasoning: Any) -> None:
        """A property below one that is below a third."""
        found = reasoning.schema(":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . :s rdfs:subPropertyOf :r .")

        assert found == {"p rdfs:subPropertyOf r"}

    def test_scm_eqp1(self, reasoning: Any) -> None:
        """Equivalent properties lie below each other."""
        found = reasoning.schema(":p owl:equivalentProperty :q .")

        assert {"p rdfs:subPropertyOf q", "q rdfs:subPropertyOf p"} <= found

    def test_scm_eqp2(self, reasoning: Any) -> None:
        """Properties below each other are equivalent; one way is not enough."""
        found = reasoning.schema(":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .")

        assert found == {"p owl:equivalentProperty q", "q owl:equivalentProperty p"}
        assert reasoning.schema(":p rdfs:subPropertyOf :q .") == set()

    @pytest.mark.parametrize("bound", ["rdfs:domain", "rdfs:range"])
    def test_scm_dom1_and_scm_rng1(self, reasoning: Any, bound: str) -> None:
        """A domain or range hands on to wider classes, not to narrower ones."""
        assert reasoning.schema(f":p {bound} :B . :B {SUB} :C . :A {SUB} :B .") == {f"p {bound} C", f"A {SUB} C"}

    @pytest.mark.parametrize("bound", ["rdfs:domain", "rdfs:range"])
    def test_scm_dom2_and_scm_rng2(self, reasoning: Any, bound: str) -> None:
        """A domain or range hands on to narrower properties, not to wider ones."""
        found = reasoning.schema(f":q {bound} :C . :p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .")

        assert found == {f"p {bound} C", "p rdfs:subPropertyOf r"}

    def test_scm_hv(self, reasoning: Any) -> None:
        """One value, a narrower and a wider property; another value is another class."""
        text = ":R owl:onProperty :p ; owl:hasValue :v . :S owl:onProperty :q ; owl:hasValue :v ."
        text += ":p rdfs:subPropertyOf :q ."

        assert reasoning.schema(text) >= {f"R {SUB} S"}
        assert f"S {SUB} R" not in reasoning.schema(text)
        assert f"R {SUB} S" not in reasoning.schema(text.replace(":v . :S", ":w . :S"))

    @pytest.mark.parametrize("word", ["someValuesFrom", "allValuesFrom"])
    def test_scm_svf1_and_scm_avf1(self, reasoning: Any, word: str) -> None:
        """One property, a narrower and a wider filler; not for two properties."""
        text = f":R owl:onProperty :p ; owl:{word} :A . :S owl:onProperty :p ; owl:{word} :B . :A {SUB} :B ."

        assert reasoning.schema(text) == {f"R {SUB} S"}
        assert reasoning.schema(text.replace(":S owl:onProperty :p", ":S owl:onProperty :q")) == set()

    def test_scm_svf2(self, reasoning: Any) -> None:
        """One filler, a narrower and a wider property: upwards."""
        text = (
            ":R owl:onProperty :p ; owl:someValuesFrom :A . :S owl:onProperty :q ; owl:someValuesFrom :A ."
            ":p rdfs:subPropertyOf :q ."
        )

        assert reasoning.schema(text) == {f"R {SUB} S"}

    def test_scm_avf2(self, reasoning: Any) -> None:
        """One filler, a narrower and a wider property: downwards."""
        text = (
            ":R owl:onProperty :p ; owl:allValuesFrom :A . :S owl:onProperty :q ; owl:allValuesFrom :A ."
            ":p rdfs:subPropertyOf :q ."
        )

        assert reasoning.schema(text) == {f"S {SUB} R"}

    @pytest.mark.parametrize("cls", ["A", "B", "C"])
    def test_scm_int(self, reasoning: Any, cls: str) -> None:
        """The intersection lies below each of its classes, and none below it."""
        found = reasoning.schema(":I owl:intersectionOf ( :A :B :C ) .")

        assert f"I {SUB} {cls}" in found
        assert len(found) == 3

    @pytest.mark.parametrize("cls", ["A", "B", "C"])
    def test_scm_uni(self, reasoning: Any, cls: str) -> None:
        """The union lies above each of its classes, and none above it."""
        found = reasoning.schema(":U owl:unionOf ( :A :B :C ) .")

        assert f"{cls} {SUB} U" in found
        assert len(found) == 3

    def test_what_follows_about_the_schema_is_used_for_facts(self, reasoning: Any) -> None:
        """Assistants of a group work for an organization, and so are employees."""
        text = (
            f":Group {SUB} :Organization . :Assistant {SUB} [ owl:onProperty :worksFor ; owl:someValuesFrom :Group ] ."
            f"[ owl:onProperty :worksFor ; owl:someValuesFrom :Organization ] {SUB} :Employee . :x a :Assistant ."
        )

        assert reasoning.facts(text) == {"x rdf:type Employee"}


def test_every_rule_of_the_tables_has_a_test() -> None:
    """Named after it."""
    tests = "\n".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_rules_*.py"))
    named = {name.replace("_", "-") for name in re.findall(r"((?:eq|prp|cls|cax|dt|scm)_[a-z0-9_]*)", tests)}

    assert {rule for rule in RULES if not any(rule in name for name in named)} == set()
