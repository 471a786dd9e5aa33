"""The promises of the border to rdflib: nothing is lost or changed on the way there and back."""

from __future__ import annotations

import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from egov_kg.rdf.convert import rdflib_dataset, rdflib_graph, triples_from_rdflib

A, B = NamedNode("https://example.org/a"), NamedNode("https://example.org/b")
XSD = "http://www.w3.org/2001/XMLSchema#"

literals = st.one_of(
    st.builds(Literal, st.text(st.characters(codec="utf-8"), max_size=12)),
    st.builds(lambda lang: Literal("법", language=lang), st.sampled_from(["en", "ko"])),
    st.builds(
        lambda lexical, datatype: Literal(lexical, datatype=NamedNode(XSD + datatype)),
        st.sampled_from(["01", "1", "2001", "2001-03-28", "true", "1.50", "not a number"]),
        st.sampled_from(["integer", "gYear", "date", "boolean", "decimal"]),
    ),
)


class TestRoundTrip:
    @settings(deadline=None)
    @given(st.lists(st.builds(Triple, st.just(A), st.just(B), literals), max_size=6))
    def test_literals_keep_their_lexical_form(self, triples: list[Triple]) -> None:
        """``01`` stays ``01``, and an ill-typed literal stays what it is."""
        assert set(triples_from_rdflib(rdflib_graph(triples))) == set(triples)

    def test_blank_nodes_keep_their_labels(self) -> None:
        """Reasoners and validators make blank nodes; the border passes them."""
        triple = Triple(BlankNode("b0"), B, BlankNode("b1"))

        assert triples_from_rdflib(rdflib_graph([triple])) == [triple]

    def test_triples_come_back_sorted(self) -> None:
        """Rdflib's graphs have no order; ours do."""
        triples = [Triple(A, B, Literal(str(n))) for n in (3, 1, 2)]

        assert triples_from_rdflib(rdflib_graph(triples)) == [Triple(A, B, Literal(str(n))) for n in (1, 2, 3)]


class TestDataset:
    def test_named_graphs_stay_apart_and_the_default_graph_is_not_their_union(self) -> None:
        """A query without GRAPH sees the default graph alone, as in the store."""
        dataset = rdflib_dataset([Quad(A, B, A), Quad(A, B, B, NamedNode("https://example.org/graph"))])

        assert len(dataset.graph(rdflib.URIRef("https://example.org/graph"))) == 1
        assert [str(row) for row in dataset.query("SELECT ?o { ?s ?p ?o }").bindings] == [
            str({rdflib.Variable("o"): rdflib.URIRef(A.value)})
        ]

    def test_our_prefixes_are_bound(self) -> None:
        """What people print is readable."""
        graph = rdflib_graph([Triple(A, NamedNode("https://w3id.org/egov-kg/ontology#enactedUnder"), B)])

        assert "egov:enactedUnder" in graph.serialize(format="turtle")
