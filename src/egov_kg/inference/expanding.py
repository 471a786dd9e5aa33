"""What follows from a graph of rdflib, added to it: the shape that users of owlrl know."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

from egov_kg.inference.compiling import compile_schema
from egov_kg.inference.entailment import Closure, entail
from egov_kg.inference.reading import Reader
from egov_kg.inference.splitting import split
from egov_kg.inference.writing import sorted_triples
from egov_kg.rdf.convert import rdflib_graph

if TYPE_CHECKING:
    import rdflib

__all__ = ["expand"]


def expand(graph: rdflib.Graph, *, closure: Literal["lean", "full"] = "lean", schema: bool = True) -> Closure:
    """Add to a graph what follows from it under OWL 2 RL.

    Axioms are those in the graph. Unlike owlrl this leaves out what is true of everything (``x owl:sameAs x``,
    ``a owl:Thing``, axioms about RDF itself), and says nothing of literals as subjects.

    Args:
        graph: It is changed.
        closure: ``full`` adds what is true of everything.
        schema: Whether to add what follows about classes and properties.

    Returns:
        The closure, which knows why.

    Example:
        >>> import rdflib
        >>> graph = rdflib.Graph().parse(format="turtle", data='''
        ...     @prefix owl: <http://www.w3.org/2002/07/owl#> .
        ...     <urn:partOf> a owl:TransitiveProperty .
        ...     <urn:a> <urn:partOf> <urn:b> . <urn:b> <urn:partOf> <urn:c> .''')
        >>> closure = expand(graph)
        >>> (rdflib.URIRef("urn:a"), rdflib.URIRef("urn:partOf"), rdflib.URIRef("urn:c")) in graph
        True
    """
    reader = Reader()
    reader.read_lines(io.BytesIO(graph.serialize(format="nt", encoding="utf-8")), "the graph")
    axioms, facts = split(reader.table())
    found = entail(facts, compile_schema(axioms), closure=closure)
    for triple in rdflib_graph(sorted_triples(found.table(schema=schema))):
        graph.add(triple)
    return found
