"""The clients that people have, against the running server."""

from __future__ import annotations

import io
import warnings

import httpx
import pandas as pd
import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from egov_kg import iri
from tests.server.conftest import Server

LAWS = "PREFIX egov: <https://w3id.org/egov-kg/ontology#> SELECT ?law { ?law a egov:Law } ORDER BY ?law"


def test_pandas(server: Server) -> None:
    """It sends no useful Accept: the parameter or the extension makes it work."""
    query = httpx.QueryParams({"query": LAWS, "format": "csv"})

    assert len(pd.read_csv(f"{server.url}sparql?{query}")) == 301
    assert len(pd.read_csv(f"{server.url}queries/things-of-a-class.csv?class=egov:Law")) >= 301


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib(server: Server, method: str) -> None:
    """Its Accept names both families of formats at once."""
    store = SPARQLStore(f"{server.url}sparql", method=method, returnFormat="json")

    found = {row[0] for row in store.query(LAWS)}  # type: ignore[index]

    assert URIRef(iri.thing_iri("law/kr/act")) in found
    assert len(found) == 301


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_sparqlwrapper(server: Server, form: str) -> None:
    """Tables, by GET and by POST."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from SPARQLWrapper import POST, SPARQLWrapper  # noqa: PLC0415

    wrapper = SPARQLWrapper(f"{server.url}sparql", returnFormat=form)
    wrapper.setQuery(LAWS)
    by_get = wrapper.query().response.read()
    wrapper.setMethod(POST)

    assert b"law/kr/act" in by_get
    assert wrapper.query().response.read() == by_get


def test_sparqlwrapper_gets_a_graph(server: Server) -> None:
    """CONSTRUCT as RDF/XML, which it asks for by itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from SPARQLWrapper import SPARQLWrapper  # noqa: PLC0415

    wrapper = SPARQLWrapper(f"{server.url}sparql", returnFormat="xml")
    wrapper.setQuery("CONSTRUCT WHERE { ?s a <https://w3id.org/egov-kg/ontology#Law> }")

    graph = wrapper.queryAndConvert()

    assert isinstance(graph, Graph)
    assert len(graph) == 301


def test_a_spreadsheet_reads_the_csv_for_it(server: Server) -> None:
    """With the byte order mark that makes Korean right."""
    data = httpx.get(f"{server.url}queries/things-of-a-class.csv-excel?class=egov:Law&lang=ko", trust_env=False).content

    assert data.startswith(b"\xef\xbb\xbf")
    assert "전자정부법" in pd.read_csv(io.BytesIO(data)).to_string()
