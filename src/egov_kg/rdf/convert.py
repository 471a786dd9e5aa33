"""The border to rdflib: terms and quads of pyoxigraph in, rdflib's graphs out, and back.

Terms cross it here alone: what wants rdflib's graphs (owlrl, pySHACL, users) gets them from this module. Literals keep
their lexical form on both ways; rdflib would otherwise write ``01`` as ``1``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import rdflib
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.namespace import NamespaceManager
from rdflib.term import Identifier

from egov_kg import iri
from egov_kg.errors import RdfSyntaxError

__all__ = ["rdflib_dataset", "rdflib_graph", "rdflib_term", "triples_from_rdflib"]

_XSD_STRING = iri.expand("xsd:string")
_LANG_STRING = iri.expand("rdf:langString")


def rdflib_term(term: object) -> Identifier:
    """Return the rdflib form of a pyoxigraph term.

    Raises:
        RdfSyntaxError: If the term is a quoted triple, which rdflib does not know.
    """
    match term:
        case NamedNode():
            return rdflib.URIRef(term.value)
        case Literal():
            if term.language:
                return rdflib.Literal(term.value, lang=term.language)
            datatype = term.datatype.value
            if datatype == _XSD_STRING:
                return rdflib.Literal(term.value)
            return rdflib.Literal(term.value, datatype=rdflib.URIRef(datatype), normalize=False)
        case BlankNode():
            return rdflib.BNode(term.value)
        case _:
            raise RdfSyntaxError("the dataset", f"rdflib has no form for {term}")


def rdflib_graph(triples: Iterable[Triple | Quad]) -> rdflib.Graph:
    """Return an rdflib graph of triples, or of quads without their graph names, with our prefixes bound.

    Example:
        >>> a = NamedNode("urn:a")
        >>> len(rdflib_graph([Triple(a, a, a), Quad(a, a, a, NamedNode("urn:graph"))]))
        1
    """
    graph = rdflib.Graph(bind_namespaces="none")
    _bind(graph.namespace_manager)
    terms = _Terms()
    for triple in triples:
        graph.add((terms[triple.subject], terms[triple.predicate], terms[triple.object]))
    return graph


def rdflib_dataset(quads: Iterable[Quad]) -> rdflib.Dataset:
    """Return an rdflib dataset, with our prefixes bound; its default graph is not the union of the others."""
    dataset = rdflib.Dataset(default_union=False)
    _bind(dataset.namespace_manager)
    terms = _Terms()
    graphs: dict[object, rdflib.Graph] = {}
    for quad in quads:
        name = quad.graph_name
        if name not in graphs:
            graphs[name] = dataset.graph(DATASET_DEFAULT_GRAPH_ID if isinstance(name, DefaultGraph) else terms[name])
        graphs[name].add((terms[quad.subject], terms[quad.predicate], terms[quad.object]))
    return dataset


def triples_from_rdflib(graph: rdflib.Graph) -> list[Triple]:
    """Return the triples of an rdflib graph, sorted.

    Raises:
        RdfSyntaxError: If rdflib holds what RDF forbids: a literal as subject, an IRI that is none.
    """
    return sorted(_triples(graph), key=str)


def _triples(graph: rdflib.Graph) -> Iterator[Triple]:
    for subject, predicate, object_ in graph:
        try:
            yield Triple(_term(subject), _term(predicate), _term(object_))  # type: ignore[arg-type]  # pyoxigraph checks
        except (ValueError, TypeError) as error:
            raise RdfSyntaxError("the rdflib graph", f"{subject} {predicate} {object_}: {error}") from error


def _term(term: object) -> NamedNode | Literal | BlankNode:
    match term:
        case rdflib.URIRef():
            return NamedNode(str(term))
        case rdflib.BNode():
            return BlankNode(str(term))
        case rdflib.Literal():
            if term.language:
                return Literal(str(term), language=term.language)
            if term.datatype is None or str(term.datatype) in {_XSD_STRING, _LANG_STRING}:
                return Literal(str(term))
            return Literal(str(term), datatype=NamedNode(str(term.datatype)))
        case _:
            raise RdfSyntaxError("the rdflib graph", f"unknown term {term!r}")


class _Terms(dict[object, Identifier]):
    """Each term converted once."""

    def __missing__(self, term: object) -> Identifier:
        self[term] = converted = rdflib_term(term)
        return converted


def _bind(manager: NamespaceManager) -> None:
    for prefix, namespace in iri.PREFIXES.items():
        manager.bind(prefix, namespace, override=True, replace=True)
