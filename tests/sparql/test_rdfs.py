"""What follows under RDFS is written beside what is asserted, in a store of its own."""

from __future__ import annotations

import pyoxigraph as ox

from egov_kg.sparql.rdfs import with_entailed

PREFIXES = (
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)


def closed(data: str) -> ox.Store:
    """Return the closure of what an update puts into an empty store."""
    store = ox.Store()
    store.update(f"{PREFIXES} INSERT DATA {{ {data} }}")
    return with_entailed(store)


def holds(store: ox.Store, triple: str) -> bool:
    """Whether a store holds a triple in its default graph."""
    return bool(store.query(f"{PREFIXES} ASK {{ {triple} }}"))


class TestWithEntailed:
    def test_types_climb_and_properties_type_their_ends(self) -> None:
        """Through a chain: a property, its superproperty, the domain of that, and a superclass."""
        store = closed(
            "<a:act> <a:amends> <a:code> . <a:amends> rdfs:subPropertyOf <a:concerns> . "
            "<a:concerns> rdfs:domain <a:Law> ; rdfs:range <a:Norm> . <a:Law> rdfs:subClassOf <a:Document>"
        )

        for triple in ("<a:act> <a:concerns> <a:code>", "<a:act> a <a:Law> , <a:Document>", "<a:code> a <a:Norm>"):
            assert holds(store, triple)
        assert not holds(store, "<a:code> a <a:Document>")

    def test_a_loop_of_classes_comes_to_an_end(self) -> None:
        """Each is a subclass of each, itself included."""
        store = closed("<a:A> rdfs:subClassOf <a:B> . <a:B> rdfs:subClassOf <a:A> . <a:x> a <a:A>")

        assert holds(store, "<a:B> rdfs:subClassOf <a:B> , <a:A> . <a:x> a <a:B>")

    def test_a_literal_is_never_a_subject(self) -> None:
        """A range says something of a literal that no triple can say."""
        store = closed("<a:act> <a:year> 2001 . <a:year> rdfs:range <a:Year>")

        assert all(isinstance(quad.subject, ox.NamedNode) for quad in store)

    def test_what_is_a_type_is_a_class(self) -> None:
        """The range of rdf:type says so; a class is a subclass of itself."""
        store = closed("<a:act> a <a:Law>")

        assert holds(store, "<a:Law> a rdfs:Class ; rdfs:subClassOf <a:Law>")

    def test_containers_lists_and_statements_follow_from_their_words(self) -> None:
        """The axiomatic triples themselves are not written; what they say of other nodes is."""
        store = closed(
            "<a:bag> a rdf:Bag ; rdf:_12 <a:act> . <a:list> rdf:first <a:act> ; rdf:rest <a:tail> . "
            "<a:claim> rdf:subject <a:act> . <a:act> rdfs:isDefinedBy <a:code> ; rdf:_0 <a:nothing>"
        )

        for triple in (
            "<a:bag> a rdfs:Container ; rdfs:member <a:act>",
            "<a:list> a rdf:List",
            "<a:tail> a rdf:List",
            "<a:claim> a rdf:Statement",
            "<a:act> rdfs:seeAlso <a:code>",
        ):
            assert holds(store, triple)
        assert not holds(store, "<a:act> rdfs:member ?anything")

    def test_named_graphs_are_as_they_were(self) -> None:
        """Nothing follows from them, nor in them; an empty one stays."""
        store = ox.Store()
        store.update("INSERT DATA { GRAPH <a:g> { <a:s> <a:p> <a:o> } } ; CREATE GRAPH <a:h>")

        after = with_entailed(store)

        assert set(after) == set(store)
        assert {graph.value for graph in after.named_graphs()} == {"a:g", "a:h"}
