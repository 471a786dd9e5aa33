"""Accept headers as clients really send them, one expected format for each."""

from __future__ import annotations

import pytest

from egov_kg.errors import EgovKGError
from egov_kg.server.downloads import LIST_FORMATS
from egov_kg.server.negotiation import best, by_extension, chosen, prefers_html, table_and_graph
from egov_kg.sparql import GRAPH, TABLE

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"
SPARQLWRAPPER_JSON = "application/sparql-results+json,application/json,text/javascript,application/javascript"
SPARQLWRAPPER_RDF = "application/rdf+xml"
RDFLIB = (
    "application/sparql-results+xml, application/rdf+xml;q=0.9, text/turtle;q=0.8, application/n-triples;q=0.7, "
    "application/sparql-results+json;q=0.6"
)
YASGUI = "application/sparql-results+json,*/*;q=0.9"
YASGUI_GRAPH = "text/turtle,*/*;q=0.9"
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,application/xml;q=0.3,text/xml;q=0.3,"
    "image/svg+xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18"
)
JENA = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7, "
    "text/csv;q=0.5, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1"
)
RDF4J = (
    "application/x-binary-rdf-results-table;q=0.8, application/sparql-results+xml;q=0.8, "
    "application/sparql-results+json"
)


@pytest.mark.parametrize(
    ("header", "table", "graph"),
    [
        (None, "json", "ttl"),
        ("", "json", "ttl"),
        ("*/*", "json", "ttl"),
        (FIREFOX, "html", "html"),
        (CHROME, "html", "html"),
        ("text/html", "html", "html"),
        ("application/xhtml+xml", "html", "html"),
        ("text/html, */*", "json", "ttl"),
        ("text/html, application/json", "json", "jsonld"),
        ("text/html;q=0.9, text/csv;q=0.8", "html", "html"),
        ("text/html;level=1", "html", "html"),
        (SPARQLWRAPPER_JSON, "json", "jsonld"),
        (SPARQLWRAPPER_RDF, None, "rdf"),
        (RDFLIB, "xml", "rdf"),
        (YASGUI, "json", "ttl"),
        (YASGUI_GRAPH, "json", "ttl"),
        (COMUNICA, "xml", "nq"),
        (JENA, "json", "rdf"),
        (RDF4J, "json", None),
        ("text/csv", "csv", None),
        ("text/csv, */*", "csv", "ttl"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "xml", None),
        ("text/tab-separated-values", "tsv", None),
        ("application/json", "json", "jsonld"),
        ("application/xml", "xml", "rdf"),
        ("text/xml", "xml", "rdf"),
        ("text/plain", None, "nt"),
        ("text/*", "csv", "ttl"),
        ("application/*", "json", "nt"),
        ("text/turtle;charset=utf-8", None, "ttl"),
        ("TEXT/TURTLE", None, "ttl"),
        ("application/sparql-results+json;q=0, */*", "xml", "ttl"),
        ("*/*;q=0", None, None),
        ("image/png", None, None),
        ("nonsense", "json", "ttl"),
        (";;;,,q=", "json", "ttl"),
        ("text/csv;q=abc", "json", "ttl"),
        ("*/json", "json", "ttl"),
        ("text/csv\x00", "json", "ttl"),
        ("a/b," * 500 + "text/csv", "csv", None),
    ],
)
def test_an_accept_header_has_one_answer(header: str | None, table: str | None, graph: str | None) -> None:
    """Both families are chosen before the form of the query is known; HTML only if it is preferred strictly."""
    assert table_and_graph(header, None) == (table, graph)


@pytest.mark.parametrize(
    ("header", "answer"), [(FIREFOX, True), (None, False), ("*/*", False), ("text/html, */*", False)]
)
def test_pages_are_for_those_who_ask_for_pages(header: str | None, answer: bool) -> None:
    """Nobody gets HTML by accident."""
    assert prefers_html(header) is answer


def test_the_name_wins_over_the_header() -> None:
    """Of a resource that has no form too."""
    assert chosen(FIREFOX, "json", LIST_FORMATS).name == "json"
    assert chosen("text/turtle", "rdf", GRAPH).name == "rdf"
    assert chosen("text/turtle", "xml", GRAPH).name == "rdf"


@pytest.mark.parametrize("name", ["pdf", "", "ttl\x00", "x" * 5000, "csv"])
def test_a_name_that_is_no_format_of_a_resource(name: str) -> None:
    """A graph does not come as CSV."""
    with pytest.raises(EgovKGError, match="is not known; known are ttl"):
        chosen(None, name, GRAPH)


def test_formats_by_name_alone_are_never_chosen_by_header() -> None:
    """CSV for Excel has the media type of CSV."""
    found = best("text/csv", TABLE.values())

    assert found is not None
    assert found.name == "csv"


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("law/kr/act.ttl", ("law/kr/act", "ttl")),
        ("law/kr/act.pdf", ("law/kr/act.pdf", None)),
        ("time/kr/2003..2007", ("time/kr/2003..2007", None)),
        ("time/kr/2003..2007.nt", ("time/kr/2003..2007", "nt")),
        (".ttl", (".ttl", None)),
        ("a.ttl.nt", ("a.ttl", "nt")),
    ],
)
def test_only_known_extensions_at_the_very_end_count(path: str, parts: tuple[str, str | None]) -> None:
    """Ids have dots of their own."""
    assert by_extension(path, {"ttl", "nt"}) == parts
