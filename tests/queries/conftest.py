"""A small store as a release has it, and the named queries, for the tests of the queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple, Variable, parse

from egov_kg import assets
from egov_kg.deriving import derive
from egov_kg.iri import BASE, graph_iri
from egov_kg.rdf.ontology import ontology_quads, ontology_triples, read_turtle
from egov_kg.sparql.named import NamedQuery, named_queries

DATA = Path(__file__).parent / "data"

Row = dict[str, str]
Ask = Callable[..., list[Row]]


@pytest.fixture(scope="session")
def queries() -> Mapping[str, NamedQuery]:
    """The named queries by name."""
    return named_queries(assets.queries())


@pytest.fixture(scope="session")
def small_store() -> Store:
    """The facts with what follows from them in the default graph; entailed, evidence and ontology in their own."""
    facts = read_turtle(DATA / "facts.ttl")
    entailed = derive(facts, ontology_triples(), BASE).entailed
    graph = NamedNode(graph_iri("entailed"))
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in (*facts, *entailed))
    store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in entailed)
    store.extend(ontology_quads())
    store.load(path=str(DATA / "evidence.trig"), format=RdfFormat.TRIG)
    return store


@pytest.fixture(scope="session")
def ask(small_store: Store, queries: Mapping[str, NamedQuery]) -> Ask:
    """Return the rows of a named query, with IRIs of ours cut to what stands below the base, unbound cells empty."""

    def rows(name: str, *, as_text: bool = False, **values: str) -> list[Row]:
        query = queries[name]
        terms = {} if as_text else query.bind(values)
        text = query.expanded(values) if as_text else query.text
        found = small_store.query(text, substitutions={Variable(k): _term(v) for k, v in terms.items()})
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [
            {
                name: "" if value is None else value.value.removeprefix(BASE)
                for name, value in zip(names, row, strict=True)
            }
            for row in found
        ]

    return rows


def _term(text: str) -> NamedNode | BlankNode | Literal | Triple:
    """Return the term that its N-Triples form stands for."""
    quad = next(iter(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)))
    assert isinstance(quad, Quad)
    return quad.object
