"""The ontology stays inside OWL 2 RL, so that rules alone can close it, and its graph has no blank node."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.collection import Collection

from egov_kg import assets
from egov_kg.errors import RdfSyntaxError
from egov_kg.iri import ONTOLOGY, expand
from egov_kg.rdf.ontology import ontology_quads, ontology_triples, read_turtle, skolemised

KINDS = {
    OWL.Ontology,
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    OWL.SymmetricProperty,
    OWL.TransitiveProperty,
    OWL.AllDisjointClasses,
}
"""The types that a term may have. All other characteristics are either outside OWL 2 RL or refused by design:
functional properties and keys would turn a typing error into an identity."""

AXIOMS = {
    RDF.type,
    RDF.first,
    RDF.rest,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.domain,
    RDFS.range,
    OWL.inverseOf,
    OWL.members,
    OWL.propertyChainAxiom,
    OWL.versionIRI,
    OWL.versionInfo,
}
ANNOTATIONS = {
    RDFS.label,
    RDFS.isDefinedBy,
    SKOS.definition,
    SKOS.example,
    SKOS.scopeNote,
    SKOS.closeMatch,
    *map(URIRef, map(expand, ("dcterms:title", "dcterms:description", "dcterms:license", "dcterms:issued"))),
    URIRef("http://purl.org/vocab/vann/preferredNamespacePrefix"),
    URIRef("http://purl.org/vocab/vann/preferredNamespaceUri"),
}


@pytest.fixture(scope="module", params=["egov.ttl", "alignments.ttl"])
def file(request: pytest.FixtureRequest) -> Graph:
    """One of the two files that a reasoner may see."""
    return Graph().parse(assets.ontology(request.param))


class TestProfile:
    def test_only_constructs_of_owl_2_rl_are_used(self, file: Graph) -> None:
        """No functional property, key, restriction, equivalence, identity, import or class expression."""
        assert set(file.predicates()) - AXIOMS - ANNOTATIONS == set()
        assert set(file.objects(None, RDF.type)) - KINDS == set()

    def test_classes_in_axioms_have_names(self, file: Graph) -> None:
        """Sub- and super-classes, domains and ranges are named classes: no expression hides a construct."""
        for prop in (RDFS.subClassOf, RDFS.domain, RDFS.range):
            for _, value in file.subject_objects(prop):
                assert isinstance(value, URIRef)

    def test_properties_of_one_kind_stand_below_each_other(self, ontology: Graph) -> None:
        """An object property is never below a data property, nor the reverse; annotations below annotations."""
        for below, above in ontology.subject_objects(RDFS.subPropertyOf):
            if above == RDFS.label:
                continue
            kinds = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
            assert set(ontology.objects(below, RDF.type)) & kinds == set(ontology.objects(above, RDF.type)) & kinds

    def test_chains_join_object_properties(self, ontology: Graph) -> None:
        """A chain has two or three members, all of them declared object properties."""
        chains = [[*Collection(ontology, head)] for head in ontology.objects(None, OWL.propertyChainAxiom)]

        assert len(chains) == 22
        for chain in chains:
            assert len(chain) in {2, 3}
            assert all((member, RDF.type, OWL.ObjectProperty) in ontology for member in chain)

    def test_alignments_give_our_terms_outside_parents_only(self) -> None:
        """Nothing of ours stands above an outside term, and schema.org above nothing of ours."""
        graph = Graph().parse(assets.ontology("alignments.ttl"))
        for prop in (RDFS.subClassOf, RDFS.subPropertyOf):
            for below, above in graph.subject_objects(prop):
                assert str(below).startswith(ONTOLOGY)
                assert not str(above).startswith((ONTOLOGY, "https://schema.org/"))
                assert len([*graph.objects(above, RDFS.label)]) == 2, above

    def test_alignments_speak_of_terms_that_exist(self, ontology: Graph) -> None:
        """Each of our terms in the file is declared in the ontology."""
        graph = Graph().parse(assets.ontology("alignments.ttl"))
        ours = {s for s in graph.subjects() if str(s).startswith(ONTOLOGY)}

        assert ours <= set(ontology.subjects(RDF.type))


class TestOntologyGraph:
    def test_it_says_what_the_files_say(self) -> None:
        """Naming the blank nodes loses and adds nothing."""
        files = [t for name in ("egov.ttl", "alignments.ttl") for t in read_turtle(assets.ontology(name))]

        assert len(ontology_quads("https://example.org/")) == len({*files})

    def test_it_has_no_blank_node_and_each_name_once(self) -> None:
        """Every list cell has an IRI of its own, with one first member and one rest."""
        triples = ontology_triples()
        cells = [t.subject for t in triples if t.predicate == NamedNode(str(RDF.first))]

        assert not any(isinstance(node, BlankNode) for t in triples for node in (t.subject, t.object))
        assert len(cells) == len(set(cells))

    def test_lists_are_named_after_their_property(self) -> None:
        """The two chains of one property are numbered in the order of their members."""
        home = ONTOLOGY.removesuffix("#")
        firsts = {
            str(t.subject)[1:-1].removeprefix(home): str(t.object)[1:-1].removeprefix(ONTOLOGY)
            for t in ontology_triples()
            if t.predicate == NamedNode(str(RDF.first)) and "recommendedFor" in str(t.subject)
        }

        assert firsts == {
            "/list/recommendedFor/1/1": "addresses",
            "/list/recommendedFor/1/2": "hampers",
            "/list/recommendedFor/2/1": "addresses",
            "/list/recommendedFor/2/2": "hampersUseOf",
        }

    def test_the_order_of_the_file_does_not_matter(self) -> None:
        """The same axioms in another order give the same names."""
        triples = read_turtle(assets.ontology("egov.ttl"))

        assert skolemised(reversed(triples)) == skolemised(triples)

    def test_alignments_can_be_left_out(self) -> None:
        """Without them no outside class stands above one of ours."""
        above = {t.object for t in ontology_triples(alignments=False) if t.predicate == NamedNode(str(RDFS.subClassOf))}

        assert {str(node)[1:-1].startswith(ONTOLOGY) for node in above} == {True}

    def test_a_blank_node_without_a_place_is_refused(self) -> None:
        """A class expression would need a rule for its name first."""
        stray = Triple(BlankNode("x"), NamedNode(str(RDF.type)), NamedNode(str(OWL.Class)))

        with pytest.raises(ValueError, match="neither a list cell nor a group"):
            skolemised([stray])

    def test_a_broken_file_is_reported_with_its_place(self, tmp_path: Path) -> None:
        """A syntax error names file, line and column."""
        path = tmp_path / "broken.ttl"
        path.write_text("@prefix a: <urn:a:> .\na:b a:c ;;; ? .\n", encoding="utf-8")

        with pytest.raises(RdfSyntaxError, match=r"broken\.ttl:2:\d+") as caught:
            read_turtle(path)

        assert caught.value.line == 2


def test_every_file_is_sorted_turtle_without_a_base() -> None:
    """The files parse with the parser of the store, too."""
    for name in ("egov.ttl", "alignments.ttl", "shapes.ttl"):
        assert next(iter(parse(path=str(assets.ontology(name)), format=RdfFormat.TURTLE)))
