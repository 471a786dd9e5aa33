"""What a release derives: as the reference derives it, the same for any order, and facts about individuals alone."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from egov_kg import iri, store
from egov_kg.deriving import derive
from egov_kg.rdf import asserted_facts
from egov_kg.rdf.ontology import ontology_triples

PREFIXES = "@base <https://w3id.org/egov-kg/id/> .\n" + "".join(
    f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in iri.PREFIXES.items()
)
TYPE = NamedNode(iri.expand("rdf:type"))
SAME = NamedNode(iri.expand("owl:sameAs"))
LABELS = tuple(NamedNode(iri.expand(name)) for name in ("skos:prefLabel", "egov:acronym", "egov:actNumber"))


def triples(turtle: str) -> list[Triple]:
    """Return the triples of Turtle with our prefixes; relative IRIs are ids."""
    return [quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def ontology() -> tuple[Triple, ...]:
    """The ontology with its alignments."""
    return ontology_triples()


def random_facts(ontology: tuple[Triple, ...], seed: int, count: int) -> list[Triple]:
    """Return typings, labels and links over the classes and properties of the ontology."""
    chance = random.Random(seed)
    things = [NamedNode(iri.thing_iri(f"thing/kr/{n}")) for n in range(25)]
    classes, properties = (
        sorted(
            (
                t.subject
                for t in ontology
                if t.object == NamedNode(iri.expand(kind)) and isinstance(t.subject, NamedNode)
            ),
            key=str,
        )
        for kind in ("owl:Class", "owl:ObjectProperty")
    )
    made: dict[Triple, None] = {}
    while len(made) < count:
        kind, thing = chance.random(), chance.choice(things)
        if kind < 0.2:
            triple = Triple(thing, TYPE, chance.choice(classes))
        elif kind < 0.3:
            label = Literal(chance.choice("ABC"), language=chance.choice(["en", "ko", "ko-Latn"]))
            triple = Triple(thing, chance.choice(LABELS), label)
        else:
            triple = Triple(thing, chance.choice(properties), chance.choice(things))
        made[triple] = None
    return list(made)


class TestReference:
    """owlrl, apart from its noise, derives the same."""

    def test_the_closure_of_our_release_is_that_of_owlrl(self, built: Path) -> None:
        """Fact by fact, from all that documents and registers state under our ontology."""
        release = store.open_release(built)
        quads = list(release.quads())
        axioms = [quad.triple for quad in quads if quad.graph_name == NamedNode(iri.graph_iri("ontology"))]

        derived = derive(asserted_facts(quads, links=False), axioms, release.base, reasoner="owlrl")

        assert set(derived.entailed) == set(release.triples("entailed"))
        assert derived.report["engine"].startswith("own, owlrl ")
        assert (derived.report["unproved"], derived.report["unconfirmed"]) == ([], [])
        assert "failed" not in derived.report

    @pytest.mark.parametrize("seed", range(4))
    def test_any_facts_under_our_ontology_give_the_same(self, ontology: tuple[Triple, ...], seed: int) -> None:
        """With identities among them, which the reference writes out for every name."""
        facts = random_facts(ontology, seed, 30)
        if seed % 2:
            facts.append(Triple(facts[0].subject, SAME, facts[-1].subject))

        report = derive(facts, ontology, iri.BASE, reasoner="owlrl").report

        assert (report["unproved"], report["unconfirmed"]) == ([], [])

    def test_a_difference_is_listed(self) -> None:
        """Owlrl merges names of others with ours; a release does not, and tells of both."""
        facts = triples("<c> owl:sameAs <http://a.example/c> ; egov:p <d> .")

        report = derive(facts, [], iri.BASE, reasoner="owlrl").report

        subjects = {line.split()[0] for line in report["unproved"]}
        assert subjects == {"<http://a.example/c>"}
        assert report["unconfirmed"] == []
        assert len(report["foreign"]) == 1

    def test_where_owlrl_ends_with_an_error_the_release_is_made_all_the_same(self) -> None:
        """The error is told, and nothing is said of differences."""
        report = derive(triples('<a> egov:p "many"^^xsd:decimal .'), [], iri.BASE, reasoner="owlrl").report

        assert "owlrl ended with an error" in report["failed"]


class TestFacts:
    """What is written of a closure."""

    def test_only_facts_about_individuals_come_out(self, ontology: tuple[Triple, ...]) -> None:
        """No schema triple, no owl:Thing, no x sameAs x, no literal or blank subject, nothing that was asserted."""
        facts = random_facts(ontology, 5, 150)
        words = {triple.subject for triple in ontology}

        entailed = derive(facts, ontology, iri.BASE).entailed

        assert len(entailed) > 100
        assert not set(entailed) & set(facts)
        assert {type(triple.subject) for triple in entailed} == {NamedNode}
        assert not {triple for triple in entailed if triple.subject in words}
        assert not {triple for triple in entailed if triple.predicate == SAME and triple.subject == triple.object}
        kinds = {str(triple.object) for triple in entailed if triple.predicate == TYPE}
        assert not {kind for kind in kinds if kind.startswith((f"<{iri.PREFIXES['owl']}", f"<{iri.PREFIXES['rdfs']}"))}

    def test_types_in_unnamed_classes_and_properties_are_left_out(self) -> None:
        """A restriction and an inverse without a name take part in the rules; their facts are not written."""
        axioms = triples(
            "egov:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty egov:p ; owl:hasValue <v> ] ."
            "egov:q rdfs:subPropertyOf [ owl:inverseOf egov:r ] ."
        )

        entailed = derive(triples("<a> a egov:A . <a> egov:q <b> ."), axioms, iri.BASE).entailed

        assert set(entailed) == set(triples("<a> egov:p <v> . <b> egov:r <a> ."))

    def test_literals_keep_their_lexical_form(self) -> None:
        """An integer "01" stays "01" beside "1"."""
        text = '<a> egov:actNumber "01"^^xsd:integer , "1"^^xsd:integer , "x"@en-GB .'

        entailed = derive(
            triples(text), triples("egov:actNumber rdfs:subPropertyOf dcterms:identifier ."), iri.BASE
        ).entailed

        assert set(entailed) == set(triples(text.replace("egov:actNumber", "dcterms:identifier")))

    def test_the_order_of_the_input_changes_nothing(self, ontology: tuple[Triple, ...]) -> None:
        """Shuffled facts and axioms give the same triples in the same order, contradictions and report."""
        facts, axioms = random_facts(ontology, 7, 120), list(ontology)
        once = derive(facts, axioms, iri.BASE)
        random.Random(3).shuffle(facts)
        random.Random(4).shuffle(axioms)

        twice = derive(facts, axioms, iri.BASE)

        assert twice.entailed == once.entailed
        assert twice.contradictions == once.contradictions
        assert twice.report == once.report

    def test_axioms_among_the_facts_count(self) -> None:
        """The calendar says there that administrations differ; they are not entailed, for they are given."""
        derived = derive(triples("egov:A rdfs:subClassOf egov:B . <a> a egov:A ."), [], iri.BASE)

        assert list(derived.entailed) == triples("<a> a egov:B .")
        assert derived.report["asserted"] == 2
        assert derived.report["rules"] == {"cax-sco": 1}
