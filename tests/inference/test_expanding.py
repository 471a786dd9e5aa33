"""A graph of rdflib, expanded in its place."""

import pytest
import rdflib
from rdflib import RDF, RDFS, URIRef

from egov_kg.errors import RdfSyntaxError
from egov_kg.inference import expand

SCHEMA = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:Law> rdfs:subClassOf <urn:Text> . <urn:Text> rdfs:subClassOf [ a owl:Restriction ;
    owl:onProperty <urn:part> ; owl:someValuesFrom <urn:Article> ] .
<urn:of> owl:inverseOf <urn:part> . <urn:number> rdfs:range xsd:integer .
<urn:a> a <urn:Law> ; <urn:part> _:article ; <urn:number> "01"^^xsd:integer .
"""


@pytest.fixture
def graph() -> rdflib.Graph:
    """A law with an article that has no name."""
    return rdflib.Graph().parse(data=SCHEMA, format="turtle")


class TestExpand:
    def test_adds_what_follows_and_keeps_what_was_there(self, graph: rdflib.Graph) -> None:
        """Nodes without a name are those of the graph."""
        before = set(graph)
        article = graph.value(URIRef("urn:a"), URIRef("urn:part"))

        expand(graph)

        assert set(graph) - before == {
            (URIRef("urn:a"), RDF.type, URIRef("urn:Text")),
            (article, URIRef("urn:of"), URIRef("urn:a")),
        }
        assert before < set(graph)

    def test_adds_facts_alone_if_asked_for(self) -> None:
        """Nothing about classes and properties."""
        data = (
            "<urn:A> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:B> . "
            "<urn:B> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:C> . <urn:x> a <urn:A> ."
        )
        facts, both = (rdflib.Graph().parse(data=data, format="turtle") for _ in range(2))

        expand(facts, schema=False)
        expand(both)

        assert set(both) - set(facts) == {(URIRef("urn:A"), RDFS.subClassOf, URIRef("urn:C"))}
        assert (URIRef("urn:x"), RDF.type, URIRef("urn:C")) in facts

    def test_twice_adds_nothing(self, graph: rdflib.Graph) -> None:
        """A closure is closed."""
        expand(graph)
        before = set(graph)

        expand(graph)

        assert set(graph) == before

    def test_tells_why_and_how_much(self, graph: rdflib.Graph) -> None:
        """What it returns is the closure."""
        assert expand(graph).report["made"]["cax-sco"] >= 1

    def test_refuses_terms_that_are_none(self) -> None:
        """The library takes any text as an IRI."""
        graph = rdflib.Graph()
        graph.add((URIRef("urn:a"), URIRef("urn:p"), URIRef("urn:%zz")))

        with pytest.raises(RdfSyntaxError, match="the graph:1"):
            expand(graph)
