"""The ontology, small graphs and their closure under owlrl, for the tests of the ontology."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import owlrl
import pytest
from pyoxigraph import RdfFormat, Triple, serialize
from rdflib import Graph, URIRef

from egov_kg import assets
from egov_kg.iri import ONTOLOGY, expand, thing_iri
from egov_kg.rdf.ontology import ontology_triples, read_turtle

ANNOTATIONS = {
    expand(name) for name in ("rdfs:label", "rdfs:isDefinedBy", "skos:definition", "skos:example", "skos:scopeNote")
}

Closed = tuple[Graph, tuple[str, ...]]
Pairs = Callable[..., set[str]]


def _graph(triples: list[Triple]) -> Graph:
    return Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")


@pytest.fixture(scope="session")
def ontology() -> Graph:
    """The ontology with its annotations, as the file says it."""
    return Graph().parse(assets.ontology("egov.ttl"))


@pytest.fixture(scope="session")
def axioms() -> Graph:
    """The ontology without annotations and alignments: what a reasoner needs to see."""
    triples = [t for t in ontology_triples(alignments=False) if t.predicate.value not in ANNOTATIONS]
    return _graph(triples)


@pytest.fixture(scope="session")
def close(axioms: Graph) -> Callable[[Graph], Closed]:
    """Return a graph's closure under owlrl, and the inconsistencies that owlrl reports."""

    def closed(graph: Graph) -> Closed:
        whole = graph + axioms
        semantics = owlrl.OWLRL_Semantics(whole, axioms=False, daxioms=False, rdfs=False)
        semantics.closure()
        return whole, tuple(semantics.error_messages)

    return closed


@pytest.fixture(scope="session")
def calendar() -> Graph:
    """Terms of office, time positions and things that use them."""
    return _graph([*read_turtle(Path(__file__).parent / "data" / "calendar.ttl")])


@pytest.fixture(scope="session")
def calendar_closure(calendar: Graph, close: Callable[[Graph], Closed]) -> Closed:
    """The closure of `calendar`."""
    return close(calendar)


@pytest.fixture(scope="session")
def values(calendar_closure: Closed) -> Pairs:
    """Return the ids of the things that a property of a thing leads to, in the closure of `calendar`."""

    def found(subject: str, prop: str) -> set[str]:
        graph, _ = calendar_closure
        return {
            str(o).removeprefix(thing_iri(""))
            for o in graph.objects(URIRef(thing_iri(subject)), URIRef(ONTOLOGY + prop))
        }

    return found
