"""What follows from a default graph under RDFS (RDF 1.1 Semantics, sections 8 and 9), written beside what is asserted.

The rules are updates of the engine, run until nothing is new. Rules that say of every node that it is a resource are
left out, and so are the axiomatic triples about the vocabularies of RDF and RDFS: they hold of any graph. What follows
from such a triple about other nodes is there: that a type is a class comes from the range of ``rdf:type``.
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
    # rdfs12, and the superclass of its properties
    "INSERT { ?p a rdf:Property ; rdfs:subPropertyOf rdfs:member } WHERE { ?p a rdfs:ContainerMembershipProperty }",
    "INSERT { ?d a rdfs:Class ; rdfs:subClassOf rdfs:Literal } WHERE { ?d a rdfs:Datatype }",  # rdfs13
    # axiomatic triples: the range of rdf:type, rdfs:isDefinedBy, containers, lists, statements about statements
    "INSERT { ?c a rdfs:Class } WHERE { SELECT DISTINCT ?c { ?s a ?c } }",
    "INSERT { ?s rdfs:seeAlso ?o } WHERE { ?s rdfs:isDefinedBy ?o }",
    "INSERT { ?s a rdfs:Container } WHERE { VALUES ?c { rdf:Alt rdf:Bag rdf:Seq } ?s a ?c }",
    """
    INSERT { ?p a rdfs:ContainerMembershipProperty }
    WHERE { SELECT DISTINCT ?p { ?s ?p ?o FILTER REGEX(STRAFTER(STR(?p), STR(rdf:_)), "^[1-9][0-9]*$") } }
    """,
    "INSERT { ?s a rdf:List } WHERE { ?s rdf:first|rdf:rest ?o }",
    "INSERT { ?o a rdf:List } WHERE { ?s rdf:rest ?o }",
    "INSERT { ?s a rdf:Statement } WHERE { ?s rdf:subject|rdf:predicate|rdf:object ?o }",
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
