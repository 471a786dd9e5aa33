"""What follows from facts and an ontology: each fact once, nothing that was given, nothing that says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pyoxigraph as ox
import pytest

from egov_kg.errors import InferenceTooLarge, InferenceTooSlow, UsageError
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import Closure, entail
from egov_kg.inference.owl import is_schema

PREFIXES = """
@prefix : <urn:x:> . @prefix other: <urn:other:> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def read(text: str) -> list[ox.Triple]:
    """Triples of Turtle."""
    return [quad.triple for quad in ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)]


def close(text: str, **options: Any) -> Closure:
    """The closure of facts and axioms in Turtle."""
    triples = read(text)
    facts = [t for t in triples if not is_schema(str(t.subject), str(t.predicate), str(t.object))]
    return entail(facts, compile_ontology(triples), **options)


def short(triples: Iterable[ox.Triple]) -> list[str]:
    """Triples without what their IRIs have in common."""
    return [
        " ".join(str(term).rpartition("#" if "#" in str(term) else ":")[2].rstrip(">") for term in triple)
        for triple in triples
    ]


def said(text: str, **options: Any) -> list[str]:
    """The entailed facts, in their order."""
    return short(close(text, **options).entailed(schema=False))


class TestOutput:
    def test_facts_come_once_and_in_order(self) -> None:
        """In term order, without what was given, and without doubles from two rules."""
        text = ":p rdfs:domain :D ; rdfs:range :C . :C rdfs:subClassOf :D . :b :p :a , :b . :a a :D ."

        assert said(text) == ["a type C", "b type C", "b type D"]

    def test_the_order_of_the_input_does_not_matter(self) -> None:
        """Lines turned round give the same triples in the same order."""
        triples = read(":p a owl:FunctionalProperty . :x :p :b , :c , :a . :b :q :x . :q rdfs:subPropertyOf :r .")
        plan = compile_ontology(triples)
        facts = [t for t in triples if not is_schema(str(t.subject), str(t.predicate), str(t.object))]

        assert list(entail(facts, plan).entailed()) == list(entail(facts[::-1], plan).entailed())

    def test_what_is_true_of_everything_is_left_out(self) -> None:
        """No owl:Thing, no class without a name, no literal as subject, nothing that is the same as itself."""
        text = """:p rdfs:domain owl:Thing , [ owl:unionOf ( :A :B ) ] ; rdfs:range xsd:string ; owl:inverseOf :q .
            :x :p "text" ; owl:sameAs :x ."""

        assert said(text) == []

    def test_a_literal_in_a_class_takes_part(self) -> None:
        """A range types a literal, and a restriction on the property reads this, though RDF could not say it."""
        text = """:p rdfs:range :D . :R owl:onProperty :p ; owl:someValuesFrom :D . :x :p 5 ."""

        assert said(text) == ["x type R"]

    def test_schema_triples_follow_too(self) -> None:
        """They come when they are asked for: a release holds facts alone."""
        closure = close(":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :x a :A .")

        assert short(closure.entailed()) == ["A subClassOf C", "x type B", "x type C"]
        assert short(closure.entailed(schema=False)) == ["x type B", "x type C"]

    def test_members_of_enumerations(self) -> None:
        """What a list enumerates is a member, and more follows from it."""
        assert said(":C owl:oneOf ( :a :b ) ; rdfs:subClassOf :D .") == ["a type C", "a type D", "b type C", "b type D"]

    def test_the_report_counts(self) -> None:
        """All but the seconds is the same in each run."""
        text = ":p rdfs:subPropertyOf :q . :q a owl:TransitiveProperty . :a :p :b . :b :p :c ."
        first, second = close(text).report, close(text).report

        assert first.keys() == second.keys()
        assert {key: first[key] for key in first if key != "seconds"} == {
            key: second[key] for key in second if key != "seconds"
        }
        assert (first["asserted"], first["kept"], first["rounds"]) == (2, 5, 2)
        assert first["made"] == {"prp-spo1": 2, "prp-trp": 1}


class TestEquality:
    CLIQUE = ":a owl:sameAs :b . :c owl:sameAs :b . :c :p :d . :p rdfs:domain :C ."

    def test_one_name_stands_for_all(self) -> None:
        """Facts stand on the first name in term order; the others are the same as it."""
        assert said(self.CLIQUE) == ["a type C", "a p d", "b sameAs a", "c sameAs a"]

    def test_every_name_on_request(self) -> None:
        """Expanded, facts hold for every name, and all names are the same as one another."""
        assert said(self.CLIQUE, same_as="expand") == [
            *("a type C", "a sameAs c", "a p d", "b type C", "b sameAs a", "b sameAs c", "b p d"),
            *("c type C", "c sameAs a"),
        ]

    def test_own_names_come_first(self) -> None:
        """Where others may be merged, a name of our namespace stands for them, though they are first in term order."""
        text = "other:a owl:sameAs :z . other:a :p :d ."

        assert "z p d" in said(text, namespace="urn:x:", merge=["urn:other:"])

    def test_outside_identities_are_listed(self) -> None:
        """With a namespace of our own, a term of another one is not merged, and the report has both."""
        closure = close("other:a owl:sameAs :z . other:a :p :d . :y owl:sameAs :z .", namespace="urn:x:")

        assert short(closure.entailed()) == ["z sameAs y"]
        assert closure.report["foreign"] == [["<urn:other:a>", "<urn:x:y>", "asserted"]]

    def test_equality_comes_before_other_rules(self) -> None:
        """Two merges in one delta, of which one makes the other, and a join over both: nothing is lost."""
        text = """:f a owl:FunctionalProperty . :g a owl:FunctionalProperty . :c owl:propertyChainAxiom ( :g :h ) .
            :x :f :a , :b . :a :g :m . :b :g :n . :n :h :o ."""

        assert set(said(text)) == {"a g m", "b sameAs a", "n sameAs m", "m h o", "a c o"} - {"a g m"}

    def test_literals_between_things(self) -> None:
        """Two things are merged though a literal stands between them in the order of their numbers."""
        text = ':f a owl:FunctionalProperty . :x :f :a . :x :f "m" . :x :f :z .'

        assert "z sameAs a" in said(text)

    def test_literals_are_compared_by_value(self) -> None:
        """For inverse functional properties, keys and hasValue, 1 is 01 and 1.0."""
        text = """:n a owl:InverseFunctionalProperty . :a :n 1 . :b :n "01"^^xsd:integer .
            :K owl:hasKey ( :k :l ) . :p a :K ; :k 1.0 ; :l :x . :q a :K ; :k "1"^^xsd:integer ; :l :x .
            :One owl:onProperty :v ; owl:hasValue 1 . :r :v "+1"^^xsd:integer ."""

        assert {"b sameAs a", "q sameAs p", "r type One"} <= set(said(text))

    def test_literals_keep_their_form(self) -> None:
        """What is derived has the literal as it was written."""
        closure = close(':p rdfs:subPropertyOf :q . :x :p "01"^^xsd:integer , 1 .')

        assert sorted(str(t.object) for t in closure.entailed()) == [
            '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
            '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        ]

    def test_a_clique_of_a_thousand(self) -> None:
        """A group is kept once, however large, and reported when it is."""
        text = ":p rdfs:domain :C . " + " ".join(f":n{n} owl:sameAs :n{n + 1} ; :p :v ." for n in range(999))

        report = close(text).report

        assert report["kept"] == 2
        assert report["same_as"] == {"groups": 1, "members": 1000, "large": {"<urn:x:n0>": 1000}}

    def test_many_aliases_are_stored_once(self) -> None:
        """Fifty groups of twenty names with ten facts each: fewer triples than were given."""
        same = "".join(f":g{g}n{n} owl:sameAs :g{g}n0 . " for g in range(50) for n in range(1, 20))
        facts = "".join(f":g{g}n{n} :p :g{(g + n) % 50}n{n} . " for g in range(50) for n in range(10))
        closure = close(same + facts)

        assert closure.report["kept"] == 500
        assert closure.report["kept"] + closure.report["same_as"]["members"] - 50 <= 1500

    def test_why_things_are_the_same(self) -> None:
        """The record of merges has the premises as they stood, and a stage above theirs."""
        facts = close(":f a owl:FunctionalProperty . :x :f :b , :a . :y owl:sameAs :x .").facts

        first, second = facts.merges()
        assert (first.left, first.right, first.rule) == ("<urn:x:y>", "<urn:x:x>", "asserted")
        assert (second.rule, second.axiom) == ("prp-fp", 0)
        assert set(second.premises) == {
            ("<urn:x:x>", "<urn:x:f>", "<urn:x:a>"),
            ("<urn:x:x>", "<urn:x:f>", "<urn:x:b>"),
        }
        assert facts.pair_stage("<urn:x:f>", "<urn:x:x>", "<urn:x:b>") == 0
        assert facts.name("<urn:x:b>") == "<urn:x:a>"
        assert facts.equals("<urn:x:b>") == ("<urn:x:a>", "<urn:x:b>")


class TestSchemaFromData:
    def test_axioms_that_follow_are_applied(self) -> None:
        """A property under rdfs:subClassOf states hierarchies, and these hold."""
        closure = close(":under rdfs:subPropertyOf rdfs:subClassOf . :A :under :B . :x a :A .")

        assert short(closure.entailed(schema=False)) == ["A subClassOf B", "x type B"]
        assert closure.report["compilations"] == 2

    def test_until_none_is_new(self) -> None:
        """An axiom that follows may make another one follow."""
        text = """:below rdfs:subPropertyOf :under . :say rdfs:subPropertyOf rdfs:subPropertyOf .
            :under :say rdfs:subClassOf . :A :below :B . :x a :A ."""

        assert "x type B" in said(text)

    def test_a_class_that_data_make_the_same(self) -> None:
        """Two classes that a functional property makes one have the same members."""
        text = ":f a owl:FunctionalProperty . :o :f :C , :D . :C a owl:Class . :D a owl:Class . :x a :D ."

        assert "x type C" in said(text)
        assert {"x type C", "C sameAs D"} <= set(said(text, same_as="expand"))

    def test_another_name_for_a_member_of_a_list_leaves_the_list_whole(self) -> None:
        """The equal member stands in the same cell, which does not make it malformed."""
        triples = read(":C owl:oneOf ( :a :b ) . :b owl:sameAs :c . :C rdfs:subClassOf :D .")

        closure = entail(triples, compile_ontology(triples), same_as="expand")

        assert {"a type D", "b type D", "c type D"} <= set(short(closure.entailed(schema=False)))

    def test_what_says_nothing_is_left_out(self) -> None:
        """Where a property means rdfs:subClassOf, no blank node and nothing below itself is in the lean closure."""
        text = (
            ":under rdfs:subPropertyOf rdfs:subClassOf . :A owl:sameAs :B ."
            " :A :under :B . :C :under :C . :B :under [ owl:onProperty :p ; owl:hasValue :x ] ."
        )

        assert [line for line in said(text) if "subClassOf" in line] == []
        assert "C subClassOf C" in said(text, closure="full")

    def test_types_by_another_property(self) -> None:
        """A property under rdf:type types."""
        assert "x type C" in said(":is rdfs:subPropertyOf rdf:type . :C a owl:Class . :x :is :C .")


class TestLimits:
    CHAIN = ":p a owl:TransitiveProperty . " + " ".join(f":n{n} :p :n{n + 1} ." for n in range(400))

    def test_what_will_not_fit_is_refused_before(self) -> None:
        """The error says how much it needs and what to do."""
        with pytest.raises(InferenceTooLarge, match=r"400 triples .* --engine duckdb"):
            close(self.CHAIN, memory=1000)

    def test_what_explodes_is_named(self) -> None:
        """If the facts outgrow the memory on the way, the error names the property."""
        with pytest.raises(InferenceTooLarge, match=r"for <urn:x:p> and may take 0 MiB"):
            close(self.CHAIN, memory=400_000)

    def test_too_many_names(self) -> None:
        """A group of twenty thousand names has four hundred million pairs: this is said before they are made."""
        closure = close(" ".join(f":n{n} owl:sameAs :n{n + 1} ." for n in range(20_000)), same_as="expand")

        with pytest.raises(InferenceTooLarge, match="every name of everything"):
            closure.table()

    def test_time(self) -> None:
        """A run ends when its time is over."""
        with pytest.raises(InferenceTooSlow, match="0 seconds"):
            close(self.CHAIN, seconds=0)

    def test_other_engines_are_elsewhere(self) -> None:
        """This function has one engine."""
        unknown: Any = "duckdb"
        with pytest.raises(UsageError, match="numpy"):
            close(self.CHAIN, engine=unknown)


@pytest.mark.parametrize("length", [3, 300])
def test_chains_that_recur(length: int) -> None:
    """A property that is inherited along another one goes down to the last, as deep as it is."""
    text = ":under owl:propertyChainAxiom ( :part :under ) . :n0 :under :top . " + " ".join(
        f":n{n + 1} :part :n{n} ." for n in range(length)
    )

    assert len(said(text)) == length


def test_progress_is_told() -> None:
    """After each round somebody may hear of it."""
    heard: list[str] = []
    told: Callable[[str], object] = heard.append

    close(":p rdfs:domain :C . :a :p :b .", progress=told)

    assert heard == ["round 1: 0 new facts, 2 in all"]
