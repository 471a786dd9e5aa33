"""What follows from a default graph under RDFS (RDF 1.1 Semantics, sections 8 and 9), written beside what is asserted.

The rules are updates of the engine, run until nothing is new. Those that say of every node that it is a resource, and
the axiomatic triples about the vocabularies of RDF and RDFS themselves, are left out: they hold of any graph.
"""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

__all__ = ["with_entailed"]

_PREFIXES: Final = (
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
_RULES: Final = (
    "INSERT { ?p a rdf:Property } WHERE { SELECT DISTINCT ?p { ?s ?p ?o } }",  # rdfD2
    "INSERT { ?p a rdf:Property . ?q a rdf:Property } WHERE { ?p rdfs:subPropertyOf ?q }",
    "INSERT { ?c a rdfs:Class . ?d a rdfs:Class } WHERE { ?c rdfs:subClassOf ?d }",
    "INSERT { ?p a rdf:Property . ?c a rdfs:Class } WHERE { ?p rdfs:domain|rdfs:range ?c }",
    "INSERT { ?p rdfs:subPropertyOf ?r } WHERE { ?p rdfs:subPropertyOf+ ?r }",  # rdfs5
    "INSERT { ?c rdfs:subClassOf ?e } WHERE { ?c rdfs:subClassOf+ ?e }",  # rdfs11
    "INSERT { ?p rdfs:subPropertyOf ?p } WHERE { ?p a rdf:Property }",  # rdfs6
    "INSERT { ?c rdfs:subClassOf ?c } WHERE { ?c a rdfs:Class }",  # rdfs10
    "INSERT { ?s ?q ?o } WHERE { ?p rdfs:subPropertyOf ?q . ?s ?p ?o }",  # rdfs7
    "INSERT { ?s a ?c } WHERE { ?p rdfs:domain ?c . ?s ?p ?o }",  # rdfs2
    "INSERT { ?o a ?c } WHERE { ?p rdfs:range ?c . ?s ?p ?o }",  # rdfs3
    "INSERT { ?s a ?d } WHERE { ?c rdfs:subClassOf ?d . ?s a ?c }",  # rdfs9
    "INSERT { ?p rdfs:subPropertyOf rdfs:member } WHERE { ?p a rdfs:ContainerMembershipProperty }",  # rdfs12
    "INSERT { ?d rdfs:subClassOf rdfs:Literal } WHERE { ?d a rdfs:Datatype }",  # rdfs13
)


def with_entailed(store: ox.Store) -> ox.Store:
    """Return a store with the same quads, and in its default graph also what follows from the triples there.

    Args:
        store: Is not changed.
    """
    closed = ox.Store()
    closed.bulk_extend(store)
    for graph in store.named_graphs():
        closed.add_graph(graph)
    before = -1
    while before != len(closed):
        before = len(closed)
        for rule in _RULES:
            closed.update(_PREFIXES + rule)
    return closed
