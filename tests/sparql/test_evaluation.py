"""Answers in every format, from one query over one store."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.errors import FormatNotAvailable, ResultTooLarge, UnknownFunction
from egov_kg.sparql import GRAPH, TABLE, evaluate
from egov_kg.sparql.spool import Spool

ONE_LAW = 'CONSTRUCT { <id/law/kr/a> a <ontology#Law> ; <http://purl.org/dc/terms/title> "법"@ko } {}'


def answer(store: ox.Store, text: str, *, table: str | None = "json", graph: str | None = "ttl") -> bytes:
    """Return the bytes of an answer."""
    sink = io.BytesIO()
    evaluate(store, text, sink, table=table, graph=graph)
    return sink.getvalue()


class TestTables:
    ROW = "SELECT ?a ?b ?c { VALUES (?a ?b ?c) { (<http://x.example/> \"=1+1, 'x'\"@en UNDEF) } }"

    def test_json(self, small_store: ox.Store) -> None:
        """SPARQL 1.1 Query Results JSON: an unbound variable is left out."""
        row = json.loads(answer(small_store, self.ROW))["results"]["bindings"][0]

        assert row == {
            "a": {"type": "uri", "value": "http://x.example/"},
            "b": {"type": "literal", "value": "=1+1, 'x'", "xml:lang": "en"},
        }

    def test_xml(self, small_store: ox.Store) -> None:
        """SPARQL Query Results XML."""
        root = ET.fromstring(answer(small_store, self.ROW, table="xml"))

        assert [v.get("name") for v in root.iter("{http://www.w3.org/2005/sparql-results#}variable")] == ["a", "b", "c"]

    def test_csv_is_as_the_w3c_has_it(self, small_store: ox.Store) -> None:
        """No byte order mark, and nothing before what a spreadsheet would run."""
        assert answer(small_store, self.ROW, table="csv") == b"a,b,c\r\nhttp://x.example/,\"=1+1, 'x'\",\r\n"

    def test_tsv(self, small_store: ox.Store) -> None:
        """Terms as in Turtle, variables with their mark."""
        assert answer(small_store, self.ROW, table="tsv") == b"?a\t?b\t?c\n<http://x.example/>\t\"=1+1, 'x'\"@en\t\n"

    def test_csv_for_excel_runs_nothing(self, small_store: ox.Store) -> None:
        """A byte order mark, and an apostrophe before =, +, -, @, tab and CR."""
        cells = " ".join(f"'{cell}'" for cell in ("=1", "+1", "-1", "@a", "\\ta", "a=1"))
        text = answer(small_store, f"SELECT ?x {{ VALUES ?x {{ {cells} }} }}", table="csv-excel").decode("utf-8-sig")

        assert [row[0] for row in csv.reader(text.splitlines())] == ["x", "'=1", "'+1", "'-1", "'@a", "'\ta", "a=1"]

    def test_a_page_gets_a_thousand_rows_and_the_true_number(self, small_store: ox.Store) -> None:
        """What a page is made of is the beginning of the complete answer."""
        page = json.loads(answer(small_store, "SELECT * { ?s ?p ?o . ?a ?b 'Law 1'@en , ?c . ?d ?e ?f }", table="html"))

        assert (len(page["results"]["bindings"]), page["total"]) == (1000, 360000)

    @pytest.mark.parametrize(
        ("table", "body"), [("csv", b"true"), ("tsv", b"true"), ("json", b'{"head":{},"boolean":true}')]
    )
    def test_a_boolean(self, small_store: ox.Store, table: str, body: bytes) -> None:
        """In CSV and TSV it is the word."""
        assert answer(small_store, "ASK {}", table=table) == body


class TestGraphs:
    @pytest.mark.parametrize("name", [name for name in GRAPH if name != "html"])
    def test_every_format_holds_the_same_triples(self, small_store: ox.Store, name: str) -> None:
        """What comes back from a parser is what was constructed."""
        formats = {f.media_type: f for f in (ox.RdfFormat.from_media_type(g.media_type) for g in GRAPH.values()) if f}

        found = ox.parse(answer(small_store, ONE_LAW, graph=name), format=formats[GRAPH[name].media_type])

        assert {q.triple for q in found} == {
            ox.Triple(
                ox.NamedNode(iri.thing_iri("law/kr/a")),
                ox.NamedNode(iri.expand("rdf:type")),
                ox.NamedNode(iri.expand("egov:Law")),
            ),
            ox.Triple(
                ox.NamedNode(iri.thing_iri("law/kr/a")),
                ox.NamedNode(iri.expand("dcterms:title")),
                ox.Literal("법", language="ko"),
            ),
        }

    def test_turtle_has_the_prefixes_that_it_uses_and_no_other(self, small_store: ox.Store) -> None:
        """Ours by default, and those of the query; in an order that does not change from run to run."""
        text = answer(small_store, "PREFIX d: <http://purl.org/dc/terms/> " + ONE_LAW).decode()

        assert [line.split()[1] for line in text.splitlines() if line.startswith("@prefix")] == ["egov:", "d:"]
        assert "a egov:Law" in text

    def test_rdf_xml_declares_what_it_uses(self, small_store: ox.Store) -> None:
        """No ns1."""
        text = answer(small_store, ONE_LAW, graph="rdf").decode()

        assert "<dcterms:title" in text
        assert "xmlns:void" not in text

    def test_an_empty_graph_is_an_answer(self, small_store: ox.Store) -> None:
        """It parses, and holds nothing."""
        for name in ("ttl", "nt", "rdf", "jsonld", "trig", "nq"):
            assert (
                list(ox.parse(answer(small_store, "DESCRIBE <http://x.example/>", graph=name), format=_rdf(name))) == []
            )

    def test_a_format_without_triple_terms_is_not_available_for_them(self, small_store: ox.Store) -> None:
        """JSON-LD has none."""
        with pytest.raises(FormatNotAvailable) as caught:
            answer(small_store, "CONSTRUCT { <a> <b> <<( <a> <b> 1 )>> } {}", graph="jsonld")

        assert "application/ld+json" not in caught.value.available


class TestForms:
    @pytest.mark.parametrize(
        ("text", "form"),
        [
            ("SELECTDISTINCT*{?s ?p ?o}", "SELECT"),
            ("ASKFROM<graph/x>{}", "ASK"),
            ("CONSTRUCTWHERE{?s ?p ?o}", "CONSTRUCT"),
            ("PREFIXex:<http://x.example/>DESCRIBE ex:x", "DESCRIBE"),
        ],
    )
    def test_words_without_a_space_between_them(self, small_store: ox.Store, text: str, form: str) -> None:
        """Are words to the engine, so the form is that of its answer."""
        assert evaluate(small_store, text, io.BytesIO()).form == form


class TestXml:
    @pytest.mark.parametrize("text", ["a\\u0000b", "\\u0001", "\\u000B", "\\u001F", "\\uFFFE", "\\uFFFF"])
    def test_what_xml_cannot_hold_has_no_answer_in_xml(self, small_store: ox.Store, text: str) -> None:
        """XML 1.0, section 2.2; the engine would write it all the same, and no reader would take it."""
        with pytest.raises(FormatNotAvailable) as table:
            answer(small_store, f'SELECT ("{text}" AS ?x) {{}}', table="xml")
        with pytest.raises(FormatNotAvailable) as graph:
            answer(small_store, f'CONSTRUCT {{ <x:s> <x:p> "{text}" }} {{}}', graph="rdf")

        assert "application/sparql-results+xml" not in table.value.available
        assert "application/rdf+xml" not in graph.value.available

    def test_a_carriage_return_comes_back(self, small_store: ox.Store) -> None:
        """Readers of XML take a bare one for a line feed."""
        table = ET.fromstring(answer(small_store, 'SELECT ("a\\r\\nb\\r" AS ?x) {}', table="xml"))
        graph = ET.fromstring(answer(small_store, 'CONSTRUCT { <x:s> <x:p> "a\\r\\nb\\r" } {}', graph="rdf"))

        assert "".join(table.itertext()) == "a\r\nb\r"
        assert next(graph.iter("{x:}p")).text == "a\r\nb\r"

    @pytest.mark.parametrize("name", ["x:1", "http://x.example/", "http://x.example/a/1", "http://x.example/?a=1"])
    def test_a_property_without_a_name_has_no_answer_in_xml(self, small_store: ox.Store, name: str) -> None:
        """RDF/XML makes tags of properties; one that ends in a digit or a slash has no name for its tag."""
        with pytest.raises(FormatNotAvailable):
            answer(small_store, f"CONSTRUCT {{ <x:s> <{name}> 1 }} {{}}", graph="rdf")

    @pytest.mark.parametrize("prefix", ["xml", "xmlns", "XMLa", "rdf", "oxprefix"])
    def test_a_prefix_of_the_query_does_not_break_it(self, small_store: ox.Store, prefix: str) -> None:
        """XML keeps some names for itself."""
        text = f"PREFIX {prefix}: <http://x.example/> CONSTRUCT {{ <x:s> {prefix}:p 1 ; a <x:c> }} {{}}"

        root = ET.fromstring(answer(small_store, text, graph="rdf"))

        assert next(root.iter("{http://x.example/}p")).text == "1"


def _rdf(name: str) -> ox.RdfFormat:
    found = ox.RdfFormat.from_media_type(GRAPH[name].media_type)
    assert found is not None
    return found


class TestErrors:
    @pytest.mark.parametrize("gap", [" ", "\n", "# (\n"])
    def test_a_space_before_a_parenthesis_is_none(self, small_store: ox.Store, gap: str) -> None:
        """Legal SPARQL that the engine takes for an error; a comment may stand there too."""
        query = f"SELECT (coalesce{gap}(1/0, CONCAT{gap}('a', 'b)')) AS ?x) {{ FILTER isBlank(BNODE{gap}()) }}"

        assert answer(small_store, query, table="csv") == b"x\r\nab)\r\n"

    def test_a_form_without_an_acceptable_format(self, small_store: ox.Store) -> None:
        """A table cannot be Turtle, a graph cannot be CSV."""
        with pytest.raises(FormatNotAvailable) as table:
            answer(small_store, "ASK {}", table=None)
        with pytest.raises(FormatNotAvailable) as graph:
            answer(small_store, "CONSTRUCT WHERE { ?s ?p ?o }", graph=None)

        assert (table.value.available[0], graph.value.available[0]) == (
            "application/sparql-results+json",
            "text/turtle",
        )

    def test_an_unknown_function_is_named(self, small_store: ox.Store) -> None:
        """It is legal SPARQL, so it is no syntax error, and it must not leave cells empty in silence."""
        with pytest.raises(UnknownFunction) as caught:
            answer(small_store, "SELECT (<http://x.example/f>(1) AS ?x) {}")

        assert caught.value.function == "http://x.example/f"

    def test_a_result_beyond_the_limit_is_no_answer(self, small_store: ox.Store) -> None:
        """Whatever the sink has got by then is thrown away by the caller."""
        sink = Spool(10_000)

        with pytest.raises(ResultTooLarge):
            evaluate(small_store, "SELECT * { ?s ?p ?o }", sink)

    @pytest.mark.parametrize("name", ["http://127.0.0.1:1/", "file:///etc/passwd", "urn:x"])
    def test_a_graph_that_is_not_there_is_empty(self, small_store: ox.Store, name: str) -> None:
        """It is never fetched, whether FROM names it or a parameter of the protocol."""
        by_words, by_parameter = io.BytesIO(), io.BytesIO()

        evaluate(small_store, f"SELECT ?s FROM <{name}> {{ ?s ?p ?o }}", by_words, table="csv")
        evaluate(small_store, "SELECT ?s { ?s ?p ?o }", by_parameter, table="csv", default_graphs=[name])

        assert (by_words.getvalue(), by_parameter.getvalue()) == (b"s\r\n", b"s\r\n")


class TestDatasets:
    COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"

    def count(self, store: ox.Store, text: str, **dataset: list[str]) -> str:
        """Return the number that a query counts."""
        sink = io.BytesIO()
        evaluate(store, text, sink, table="csv", **dataset)  # type: ignore[arg-type]
        return sink.getvalue().split()[1].decode()

    def test_one_list_makes_the_other_one_empty(self, small_store: ox.Store) -> None:
        """The engine alone would leave all named graphs visible."""
        document = iri.graph_iri("document/int/laws")

        assert self.count(small_store, self.COUNT, default_graphs=[document]) == "600"
        assert self.count(small_store, self.NAMED, default_graphs=[document]) == "0"
        assert self.count(small_store, self.COUNT, named_graphs=[document]) == "0"
        assert self.count(small_store, self.NAMED, named_graphs=[document]) == "600"

    def test_they_replace_from(self, small_store: ox.Store) -> None:
        """The dataset of the request wins over the one of the query."""
        text = f"SELECT (COUNT(*) AS ?n) FROM <{iri.graph_iri('nothing')}> {{ ?s ?p ?o }}"

        assert self.count(small_store, text) == "0"
        assert self.count(small_store, text, default_graphs=[iri.graph_iri("document/int/laws")]) == "600"


def test_names_and_extensions_are_those_of_the_contract() -> None:
    """The tokens of ``format=``."""
    assert list(TABLE) == ["json", "xml", "csv", "tsv", "html", "csv-excel", "xlsx"]
    assert list(GRAPH) == ["ttl", "nt", "rdf", "jsonld", "trig", "nq", "html"]
