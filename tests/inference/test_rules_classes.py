"""Table 6 of OWL 2 Profiles, rule by rule: what it derives, in each direction, and what it must not."""

from __future__ import annotations

from typing import Any

import pytest

from egov_kg.inference import owl

MEMBERS = [":A", ":B", ":C"]
SOME = ":R owl:onProperty :p ; owl:someValuesFrom :C ."
EVERY = ":R owl:onProperty :p ; owl:allValuesFrom :C ."
FIXED = ":R owl:onProperty :p ; owl:hasValue :v ."


def restriction(text: str) -> str:
    """A restriction of p."""
    return f":R owl:onProperty :p ; {text} . :x a :R ."


class TestClasses:
    def test_cls_thing(self, reasoning: Any) -> None:
        """The class of everything is a class; the full closure says so."""
        assert "owl:Thing rdf:type owl:Class" in reasoning.full(":x :p :y .")
        assert "owl:Thing rdf:type owl:Class" not in reasoning.schema(":x :p :y .")

    def test_cls_nothing1(self, reasoning: Any) -> None:
        """The empty class is a class; the full closure says so."""
        assert "owl:Nothing rdf:type owl:Class" in reasoning.full(":x :p :y .")
        assert "owl:Nothing rdf:type owl:Class" not in reasoning.schema(":x :p :y .")

    def test_cls_nothing2(self, reasoning: Any) -> None:
        """The empty class has no members, asserted or derived."""
        assert reasoning.clashes(":x a owl:Nothing .") == ["cls-nothing2"]
        assert "cls-nothing2" in reasoning.clashes(":C rdfs:subClassOf owl:Nothing . :x a :C .")
        assert reasoning.clashes(":C rdfs:subClassOf owl:Nothing . :x a :D .") == []

    @pytest.mark.parametrize("count", [1, 2, 3])
    def test_cls_int1(self, reasoning: Any, count: int) -> None:
        """Who is in all classes of the list is in the intersection."""
        classes = MEMBERS[:count]

        found = reasoning.facts(f":I owl:intersectionOf ( {' '.join(classes)} ) . :x a {', '.join(classes)} .")

        assert found == {"x rdf:type I"}

    def test_cls_int1_with_the_class_of_everything(self, reasoning: Any) -> None:
        """Who is in a declared class is in it, and every step has its proof; of an undeclared class no rule says so."""
        both = ":I owl:intersectionOf ( :A owl:Thing ) . :x a :A ."
        closure = reasoning.close(f"{both} :A a owl:Class .")

        proof = closure.explain(("<e:x>", owl.TYPE, "<e:I>"))

        assert [node.rule for node in proof.nodes.values() if node.rule][:2] == ["cls-int1", "cax-sco"]
        assert reasoning.facts(both) == set()

    @pytest.mark.parametrize("missing", MEMBERS)
    def test_cls_int1_needs_every_class(self, reasoning: Any, missing: str) -> None:
        """The first, the middle and the last one."""
        others = ", ".join(cls for cls in MEMBERS if cls != missing)

        assert reasoning.facts(f":I owl:intersectionOf ( :A :B :C ) . :x a {others} . :y a {missing} .") == set()

    @pytest.mark.parametrize("cls", ["A", "B", "C"])
    def test_cls_int2(self, reasoning: Any, cls: str) -> None:
        """Who is in the intersection is in each class of it."""
        found = reasoning.facts(":I owl:intersectionOf ( :A :B :C ) . :x a :I . :y a :D .")

        assert f"x rdf:type {cls}" in found
        assert len(found) == 3

    @pytest.mark.parametrize("cls", MEMBERS)
    def test_cls_uni(self, reasoning: Any, cls: str) -> None:
        """Who is in any class is in the union, and not the other way round."""
        assert reasoning.facts(f":U owl:unionOf ( :A :B :C ) . :x a {cls} . :y a :U .") == {"x rdf:type U"}

    def test_cls_com(self, reasoning: Any) -> None:
        """Nobody is in a class and in its complement, whichever says so."""
        assert reasoning.clashes(":C owl:complementOf :D . :x a :C, :D .") == ["cls-com"]
        assert reasoning.clashes(":D owl:complementOf :C . :x a :C, :D .") == ["cls-com"]
        assert reasoning.clashes(":C owl:complementOf :D . :x a :C . :y a :D .") == []

    def test_cls_svf1(self, reasoning: Any) -> None:
        """Who has a value in the class; not who has another, or another property."""
        assert reasoning.facts(f"{SOME} :x :p :y . :y a :C .") == {"x rdf:type R"}
        assert reasoning.facts(f"{SOME} :x :p :y ; :q :z . :z a :C . :z :p :x .") == set()

    @pytest.mark.parametrize("prop", ["p", "q"])
    def test_cls_svf1_reads_every_property_of_a_restriction(self, reasoning: Any, prop: str) -> None:
        """One node with two is two restrictions of one name: the table asks for some owl:onProperty."""
        text = f":R owl:onProperty :p, :q ; owl:someValuesFrom :C . :x :{prop} :y . :z :r :y . :y a :C ."

        assert reasoning.facts(text) == {"x rdf:type R"}

    def test_cls_svf1_makes_no_values(self, reasoning: Any) -> None:
        """A member of the restriction gets no value, and its values no class."""
        assert reasoning.facts(f"{SOME} :x a :R ; :p :y .") == set()

    def test_cls_svf2(self, reasoning: Any) -> None:
        """Who has any value, a literal included."""
        thing = ":R owl:onProperty :p ; owl:someValuesFrom owl:Thing ."

        assert reasoning.facts(f"{thing} :x :p :y . :z :q :x .") == {"x rdf:type R"}
        assert reasoning.facts(f"{thing} :x :p 1 .") == {"x rdf:type R"}

    def test_cls_avf(self, reasoning: Any) -> None:
        """Every value of a member is in the class; not those of others, or of other properties."""
        assert reasoning.facts(f"{EVERY} :x a :R ; :p :y, :z .") == {"y rdf:type C", "z rdf:type C"}
        assert reasoning.facts(f"{EVERY} :x a :R ; :q :y . :z :p :y .") == set()

    def test_cls_avf_finds_no_members(self, reasoning: Any) -> None:
        """Others may have values that nobody has stated."""
        assert reasoning.facts(f"{EVERY} :x :p :y . :y a :C .") == set()

    def test_cls_hv1(self, reasoning: Any) -> None:
        """A member has the value."""
        assert reasoning.facts(f"{FIXED} :x a :R . :y a :S .") == {"x p v"}

    def test_cls_hv2(self, reasoning: Any) -> None:
        """Who has the value is a member; who has another one is not."""
        assert reasoning.facts(f"{FIXED} :x :p :v . :y :p :w ; :q :v .") == {"x rdf:type R"}

    def test_cls_hv2_by_value(self, reasoning: Any) -> None:
        """A number written in another way is the value; a string is not."""
        number = ":R owl:onProperty :p ; owl:hasValue 1 ."

        found = reasoning.facts(f'{number} :x :p "01"^^xsd:integer . :y :p "1" .')

        assert "x rdf:type R" in found
        assert "y rdf:type R" not in found

    def test_cls_maxc1(self, reasoning: Any) -> None:
        """A member with a value where it may have none."""
        none = restriction("owl:maxCardinality 0")

        assert reasoning.clashes(f"{none} :x :p :y .") == ["cls-maxc1"]
        assert reasoning.clashes(f"{none} :x :p 1 .") == ["cls-maxc1"]
        assert reasoning.clashes(f"{none} :x :q :y . :z :p :y .") == []

    @pytest.mark.parametrize("one", ["1", '"1"^^xsd:nonNegativeInteger', '"01"^^xsd:int', "1.0"])
    def test_cls_maxc2(self, reasoning: Any, one: str) -> None:
        """Two values of a member are the same, however the one is written."""
        assert reasoning.facts(f"{restriction(f'owl:maxCardinality {one}')} :x :p :a, :b .") == {"b owl:sameAs a"}

    def test_cls_maxc2_is_for_members(self, reasoning: Any) -> None:
        """Not for others, nor for other properties, nor for a count of two."""
        assert reasoning.facts(f"{restriction('owl:maxCardinality 1')} :y :p :a, :b . :x :q :a, :b .") == set()
        assert reasoning.facts(f"{restriction('owl:maxCardinality 2')} :x :p :a, :b, :c .") == set()

    def test_cls_maxqc1(self, reasoning: Any) -> None:
        """A member with a value of the class where it may have none."""
        none = restriction("owl:maxQualifiedCardinality 0 ; owl:onClass :C")

        assert reasoning.clashes(f"{none} :x :p :y . :y a :C .") == ["cls-maxqc1"]
        assert reasoning.clashes(f"{none} :x :p :y ; :q :z . :z a :C .") == []

    def test_cls_maxqc2(self, reasoning: Any) -> None:
        """A member with any value where it may have none."""
        none = restriction("owl:maxQualifiedCardinality 0 ; owl:onClass owl:Thing")

        assert reasoning.clashes(f"{none} :x :p :y .") == ["cls-maxqc2"]
        assert reasoning.clashes(f"{none} :x :q :y . :y :p :x .") == []

    def test_cls_maxqc3(self, reasoning: Any) -> None:
        """Two values of the class are the same; a value outside it is none of them."""
        one = restriction("owl:maxQualifiedCardinality 1 ; owl:onClass :C")

        assert reasoning.facts(f"{one} :x :p :a, :b, :d . :a a :C . :b a :C .") == {"b owl:sameAs a"}
        assert reasoning.facts(f"{one} :x :p :a, :b . :a a :C . :b a :D .") == set()

    def test_cls_maxqc4(self, reasoning: Any) -> None:
        """Two values of any kind are the same."""
        one = restriction("owl:maxQualifiedCardinality 1 ; owl:onClass owl:Thing")

        assert reasoning.facts(f"{one} :x :p :a, :b .") == {"b owl:sameAs a"}
        assert reasoning.facts(f"{one} :x :p :a . :y :p :b .") == set()

    @pytest.mark.parametrize("individual", ["a", "b", "c"])
    def test_cls_oo(self, reasoning: Any, individual: str) -> None:
        """Who is listed is a member."""
        found = reasoning.facts(":O owl:oneOf ( :a :b :c ) . :d a :D .")

        assert f"{individual} rdf:type O" in found
        assert len(found) == 3
