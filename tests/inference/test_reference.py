"""owlrl as oracle: what it writes, what of that is noise, and each of its known bugs by name."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple

from egov_kg import iri
from egov_kg.inference.reference import NOISE, expand_with_owlrl, noise_of, owlrl_expansion
from egov_kg.inference.reference_bugs import KNOWN_BUGS, KnownBug
from tests.inference.reasoning import closed, findings

PREFIXES = "@prefix : <urn:x:> .\n" + "".join(
    f"@prefix {name}: <{iri.PREFIXES[name]}> .\n" for name in ("rdf", "rdfs", "owl", "xsd")
)


def turtle(text: str) -> list[Triple]:
    """Return the triples of Turtle with the usual prefixes."""
    return [quad.triple for quad in ox.parse(PREFIXES + text, format=RdfFormat.TURTLE)]


class TestExpansion:
    def test_what_was_given_is_in_it_as_it_was_written(self) -> None:
        """Literals keep their lexical form, language tags and datatypes; blank nodes keep their labels."""
        given = turtle('_:b :p "01"^^xsd:integer , "1"^^xsd:integer , 1.0 , "a"@en-GB , true .')

        found = owlrl_expansion(given)

        assert set(given) <= found

    def test_what_follows_is_in_it(self) -> None:
        """A sub-class of a sub-class, and its member."""
        found = owlrl_expansion(turtle(":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :x a :A ."))

        assert set(turtle(":x a :B , :C . :A rdfs:subClassOf :C .")) <= found

    def test_facts_about_literals_are_counted_and_left_out(self) -> None:
        """A range types its values; where they are literals that is no RDF."""
        found = expand_with_owlrl(turtle(':p rdfs:range :D . :x :p "a" .'))

        assert found.generalised == 2  # the type, and that the literal is the same as itself
        assert {t.subject for t in found.triples if t.object == NamedNode("urn:x:D")} == {
            NamedNode("urn:x:p"),
            NamedNode("urn:x:D"),
        }

    def test_error_messages_are_told_apart_from_triples(self) -> None:
        """It writes them into the graph as blank nodes of a class of its own."""
        found = expand_with_owlrl(turtle(":A owl:disjointWith :B . :x a :A , :B ."))

        assert len(found.errors) == 1
        assert re.search("Disjoint classes.*common individual urn:x:x", found.errors[0])
        assert not any("agent-ont" in str(triple) for triple in found.triples)

    def test_nothing_is_lost_when_it_is_mended(self) -> None:
        """Keys whose values all agree still make their things the same, three properties included."""
        given = ":K owl:hasKey ( :k :l :m ) . :x a :K ; :k 1 , 2 ; :l :a ; :m 3 . :y a :K ; :k 2 ; :l :a , :b ; :m 3 ."

        found = owlrl_expansion(turtle(given), mended=True)

        assert set(turtle(":x owl:sameAs :y . :y owl:sameAs :x ; :k 1 .")) <= found

    @pytest.mark.parametrize("bug", [bug for bug in KNOWN_BUGS if bug.shows == "excess"], ids=lambda bug: bug.name)
    def test_what_derives_too_much_is_mended(self, bug: KnownBug) -> None:
        """An oracle must not claim what does not follow."""
        found = owlrl_expansion(turtle(bug.data), mended=True)

        assert set(turtle(bug.triple)).isdisjoint(found)

    def test_mended_it_notices_two_values_where_one_may_be(self) -> None:
        """Two literals that would be the same are an error instead."""
        found = expand_with_owlrl(turtle(":p a owl:FunctionalProperty . :x :p 1 , 2 ."), mended=True)

        assert any("would be the same" in error for error in found.errors)


class TestNoise:
    """Each kind is written by owlrl for no data at all, or for the smallest, and is told by its name."""

    @pytest.mark.parametrize(
        ("rule", "data", "noise"),
        [
            ("eq-ref", ":x :p :y .", ":y owl:sameAs :y ."),
            ("cls-thing", "", "owl:Thing a owl:Class ."),
            ("cls-nothing1", "", "owl:Nothing a owl:Class ."),
            ("prp-ap", "", "rdfs:label a owl:AnnotationProperty ."),
            ("dt-type1", "", "xsd:dateTime a rdfs:Datatype ."),
            ("dt-disjoint", ":x :p true , 1.5 .", "xsd:boolean owl:disjointWith xsd:decimal ."),
            ("scm-cls", ":A a owl:Class .", ":A rdfs:subClassOf :A , owl:Thing ; owl:equivalentClass :A ."),
            ("scm-cls", ":A a owl:Class .", "owl:Nothing rdfs:subClassOf :A ."),
            ("scm-op", ":p a owl:ObjectProperty .", ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p ."),
            ("scm-op", ":p a owl:DatatypeProperty .", ":p rdfs:subPropertyOf :p ."),
            ("owl:Thing", ":A a owl:Class . :x a :A .", ":x a owl:Thing ."),
        ],
    )
    def test_a_kind_of_noise_is_written_and_told(self, rule: str, data: str, noise: str) -> None:
        """The list is of what really happens, and none of it passes for a finding."""
        expected = set(turtle(noise))

        found = owlrl_expansion(turtle(data))

        assert expected <= found
        assert {kind.rule if (kind := noise_of(triple)) else None for triple in expected} == {rule}

    def test_membership_in_a_class_without_a_name_is_noise(self) -> None:
        """The restriction is a help for rules; its members are asked for by nobody."""
        data = ":R rdfs:subClassOf _:r . _:r owl:onProperty :p ; owl:hasValue :v . :x a :R ."

        found = owlrl_expansion(turtle(data))

        noise = [t for t in found if t.subject == NamedNode("urn:x:x") and isinstance(t.object, BlankNode)]
        assert [kind.rule for triple in noise if (kind := noise_of(triple))] == ["anonymous classes"]

    def test_what_somebody_asks_for_is_no_noise(self) -> None:
        """Facts, equality of two names, and the hierarchy between named terms."""
        said = turtle(":x a :A ; :p :y ; owl:sameAs :z . :A rdfs:subClassOf :B ; owl:equivalentClass :C .")

        kinds = [noise_of(triple) for triple in said]

        assert kinds == [None] * len(said)

    def test_rules_are_named_once(self) -> None:
        """A name stands for one kind."""
        names = [noise.rule for noise in NOISE]

        assert len(set(names)) == len(names)


class TestKnownBugs:
    """If one of these fails, owlrl was mended: take the bug from the list."""

    @pytest.mark.parametrize("bug", KNOWN_BUGS, ids=lambda bug: bug.name)
    def test_the_bug_is_there(self, bug: KnownBug) -> None:
        """The data shows what the list says."""
        given = turtle(bug.data)

        if bug.shows == "crash":
            with pytest.raises((ValueError, AttributeError, ArithmeticError)):
                owlrl_expansion(given)
            return
        found = expand_with_owlrl(given)

        assert bool(found.errors) == (bug.shows == "alarm")
        if bug.shows in {"excess", "lack"}:
            assert set(turtle(bug.triple)).issubset(found.triples) == (bug.shows == "excess")

    def test_names_are_unique(self) -> None:
        """A bug is known by its name."""
        names = [bug.name for bug in KNOWN_BUGS]

        assert len(set(names)) == len(names)


class TestOurs:
    @pytest.mark.parametrize("bug", KNOWN_BUGS, ids=lambda bug: bug.name)
    def test_our_reasoner_does_right(self, bug: KnownBug) -> None:
        """It finds what owlrl does not, stays quiet where owlrl does not, and ends where owlrl breaks off."""
        given = turtle(bug.data)

        found = findings(given)
        entailed = closed(given)

        if bug.triple:
            assert set(turtle(bug.triple)).issubset(entailed) == (bug.shows == "lack")
        elif bug.shows != "crash":
            assert bool(found) == (bug.shows == "silence")
