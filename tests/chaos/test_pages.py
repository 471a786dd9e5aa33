"""Words of the graph and of requests that would be markup, formulas or queries: they stay words."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Triple
from selectolax.lexbor import LexborHTMLParser

from tests.chaos.attacking import LONG, client_of
from tests.server.conftest import Server, node, publish, start, stop

SOURCE: Final = Path(__file__).parents[2] / "src" / "egov_kg"

MARKUP: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></textarea></pre></code><script>alert(1)</script>",
    "<!--<script>-->",
    "javascript:alert(1)//",
    "{{ 7*7 }}{% include '/etc/passwd' %}${7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href=javascript:alert(1)>x</a>",
    "\u202ecod.exe\u2066 \u0301\u0301",
    '=HYPERLINK("http://evil.example/","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-1+1",
    '" } ; DROP ALL #',
    "\\u0022 } UNION { ?s ?p ?o } #",
)  # fmt: skip
ADDRESSES: Final = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>".replace("<", "%3C").replace(">", "%3E"),
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "http:javascript:alert(1)",
    "https://evil.example/'onmouseover='alert(1)",
    "//evil.example/",
)


def poisoned() -> Iterator[Triple]:
    """Yield facts on things whose names are markup."""
    for number, text in enumerate(MARKUP):
        thing = node(f"law/kr/evil-{number}")
        yield Triple(thing, node("rdf:type"), node("egov:Law"))
        yield Triple(thing, node("skos:prefLabel"), Literal(text, language="en"))
        yield Triple(thing, node("skos:altLabel"), Literal(text, language="ko"))
        yield Triple(thing, node("egov:amends"), node("law/kr/act"))
        yield Triple(thing, node("skos:definition"), Literal(text))
    for address in ADDRESSES[:-1]:
        for term in ("rdfs:seeAlso", "dcterms:source", "skos:exactMatch", "owl:sameAs", "foaf:page", "egov:amends"):
            yield Triple(node("law/kr/evil-0"), node(term), NamedNode(address))


@pytest.fixture(scope="module")
def poisoned_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a release whose words are markup."""
    out = tmp_path_factory.mktemp("poisoned")
    running = start(out, publish(out, more=poisoned()).id)
    yield running
    stop(running)


@pytest.fixture(scope="module")
def reader(poisoned_server: Server) -> Iterator[httpx.Client]:
    """A browser without scripts."""
    with client_of(poisoned_server) as client:
        client.headers["Accept"] = "text/html"
        yield client


def is_harmless(response: httpx.Response) -> bool:
    """Check that a page runs nothing and links nowhere but to http and to itself."""
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    for element in LexborHTMLParser(response.text).css("*"):
        assert element.tag not in {"iframe", "object", "embed", "base", "foreignobject", "applet", "frame"}
        if element.tag == "script" and element.attributes.get("type") == "application/ld+json":
            json.loads(element.text())
        elif element.tag == "script":
            assert (element.attributes.get("src") or "").startswith("/static/"), element.html
        for name, value in element.attributes.items():
            assert not name.startswith("on"), element.html
            assert name != "srcdoc", element.html
            if name in {"href", "src", "action", "formaction", "cite", "poster", "data", "xlink:href"}:
                parts = urlsplit(value or "")
                assert parts.scheme in {"", "http", "https"} or (value or "").startswith("data:image/"), element.html
                assert parts.scheme or not parts.netloc, element.html
    return True


class TestMarkup:
    @pytest.mark.parametrize("number", range(len(MARKUP)))
    def test_of_the_graph_is_shown_as_words(self, reader: httpx.Client, number: int) -> None:
        """On its page, on pages that name it, in proofs and answers, in both languages."""
        here = f"law/kr/evil-{number}"
        for path in (
            f"page/{here}",
            f"page/{here}?lang=ko",
            f"explain?s={here}&p=egov:amends&o=law/kr/act",
            f"network?thing={here}",
            f"search?q={quote(MARKUP[number])}",
            "sparql?query=" + quote(f"SELECT * {{ <https://w3id.org/egov-kg/id/{here}> ?p ?o }}"),
            "sparql?query=" + quote(f"DESCRIBE <https://w3id.org/egov-kg/id/{here}>"),
        ):
            response = reader.get(path)

            assert response.status_code in {200, 303, 404}
            assert response.status_code == 303 or is_harmless(response)
        shown = LexborHTMLParser(reader.get(f"page/{here}").text).text()
        assert " ".join(MARKUP[number].split()) in " ".join(shown.split())

    def test_of_the_graph_on_lists(self, reader: httpx.Client) -> None:
        """The pages that name many things."""
        for path in (
            "",
            "browse",
            "browse/Law",
            "page/law/kr/act",
            "graph/document/int/laws",
            "queries",
            "dumps/",
            "ontology",
        ):
            response = reader.get(path)

            assert response.status_code == 200, path
            assert is_harmless(response)

    @pytest.mark.parametrize("text", MARKUP)
    def test_of_a_request_is_shown_as_words(self, reader: httpx.Client, text: str) -> None:
        """In a path, a parameter, a query, an answer, an error."""
        quoted = quote(text, safe="")
        literal = json.dumps(text)
        for path in (
            f"nothing/{quoted}",
            f"page/{quoted}",
            f"id/{quoted}",
            f"browse/{quoted}",
            f"queries/{quoted}",
            f"problem/{quoted}",
            f"search?q={quoted}",
            f"search?q={quoted}&lang={quoted}&page={quoted}",
            f"network?thing={quoted}",
            f"explain?s={quoted}&p={quoted}&o={quoted}",
            f"sparql?query={quoted}",
            f"sparql?query=ASK%20{{}}&format={quoted}",
            f"sparql?query=ASK%20{{}}&default-graph-uri={quoted}",
            f"sparql?{quoted}={quoted}",
            "sparql?query=" + quote(f"SELECT ({literal} AS ?x) {{}}"),
            "sparql?query=" + quote(f"SELECT (IRI({literal}) AS ?x) {{}}"),
            "sparql?query=" + quote(f"CONSTRUCT {{ <x:s> <x:p> {literal} }} {{}}"),
            "sparql?query=" + quote(f"SELECT * {{ ?s ?p {literal} <"),
            "sparql?query=" + quote(f"SELECT (<http://x.example/{quoted}>(1) AS ?x) {{}}"),
        ):
            response = reader.get(path)

            assert response.status_code < 500 or response.status_code == 501, path
            assert is_harmless(response)

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_only_addresses_of_the_web_become_links(self, reader: httpx.Client, address: str) -> None:
        """Others are shown, and lead nowhere."""
        for query in (
            f'SELECT (IRI("{address}") AS ?x) {{}}',
            f"SELECT * {{ VALUES ?x {{ <{address}> }} }}",
            f"CONSTRUCT {{ <{address}> <{address}> <{address}> }} {{}}",
        ):
            assert is_harmless(reader.get("sparql", params={"query": query}))
        assert is_harmless(reader.get("page/law/kr/evil-0"))


class TestFormulas:
    def test_csv_has_the_bytes_of_the_w3c_and_is_no_page(self, client: httpx.Client) -> None:
        """Spreadsheets ask before they run a file that was saved; browsers save it, and take it for nothing else."""
        cells = ("=HYPERLINK(1)", "+cmd", "-1+1", "@SUM(1)", "\t=1", "a")
        values = " ".join(json.dumps(cell) for cell in cells)

        plain = client.get("sparql", params={"query": f"SELECT ?x {{ VALUES ?x {{ {values} }} }}", "format": "csv"})
        safe = client.get(
            "sparql", params={"query": f"SELECT ?x {{ VALUES ?x {{ {values} }} }}", "format": "csv-excel"}
        )

        assert plain.content == b"x\r\n=HYPERLINK(1)\r\n+cmd\r\n-1+1\r\n@SUM(1)\r\n\t=1\r\na\r\n"
        assert plain.headers["x-content-type-options"] == "nosniff"
        assert plain.headers["content-disposition"].startswith("attachment")
        rows = [row[0] for row in csv.reader(io.StringIO(safe.content.decode("utf-8-sig"), newline=""))]
        assert [row[:1] for row in rows[1:6]] == ["'"] * 5

    def test_names_of_columns_are_cells_too(self, client: httpx.Client) -> None:
        """A variable cannot begin with a sign that a spreadsheet runs."""
        safe = client.get("sparql", params={"query": "SELECT ?_ ?a { FILTER(false) }", "format": "csv-excel"})

        assert safe.content == b"\xef\xbb\xbf_,a\r\n"


class TestOurOwnQueries:
    INJECTIONS: Final = (
        '" } ; DROP ALL #',
        '"} UNION { SELECT * { ?s ?p ?o } } #',
        "> ?p ?o } #",
        "\\u0022 } #",
        "\\",
        "'''",
        '"""',
        "law/kr/act> <x:p> <x:o> . <x:s",
        "?x",
        "$x",
        "_:b",
        "<http://x.example/>",
        "\n}\nSERVICE <http://127.0.0.1/> {",
        "a" * 8_000,
        "\u0000".join("ab"),
        "%",
        "%%s{0}{this}",
    )

    @pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
    def test_a_parameter_is_a_term_and_no_text(self, client: httpx.Client, text: str) -> None:
        """Of a page, a search, a proof, a graph, a named query: never a defect, and never more than was asked."""
        quoted = quote(text, safe="")
        for path in (
            f"page/{quoted}",
            f"id/{quoted}",
            f"data/{quoted}.ttl",
            f"graph/{quoted}",
            f"graph?graph={quoted}",
            f"browse/{quoted}",
            f"search?q={quoted}",
            f"network?thing={quoted}",
            f"explain?s={quoted}&p=egov:amends&o={quoted}",
            f"explain?s=law/kr/act&p={quoted}&o=%22{quoted}%22",
            f"queries/things-of-class?class={quoted}",
            f"queries/{quoted}",
            f"ontology/{quoted}",
        ):
            response = client.get(path, headers={"Accept": "application/json"})
            page = client.get(path, headers={"Accept": "text/html"})

            assert {response.status_code, page.status_code} <= {200, 303, 400, 404, 406}, path
            assert len(response.content) < 50_000

    def test_every_named_query_binds_its_parameters(self, client: httpx.Client) -> None:
        """With texts in each of them: an answer, or a parameter that is bad."""
        listed = client.get("queries", params={"format": "json"}).json()
        named = listed["queries"] if isinstance(listed, dict) else listed
        for query in named:
            for parameter in query["parameters"]:
                for text in self.INJECTIONS if LONG else self.INJECTIONS[:7]:
                    found = client.get(f"queries/{query['name']}", params={parameter["name"]: text, "format": "csv"})

                    assert found.status_code in {200, 400}, (query["name"], parameter, text)

    MAY: Final = {  # why a file may put a query together
        "server/browsing.py": "what stands behind a link to the editor: the reader asks it, as any query",
        "server/query_pages.py": "what stands in the editor: the reader asks it, as any query",
        "server/views.py": "what stands behind a link to the editor: the reader asks it, as any query",
        "sparql/inline.py": "what another endpoint answered is written as terms, by the serialiser of terms",
        "sparql/remote.py": "the mark of a store is asked for by the name of a graph of ours",
        "sparql/remote_publishing.py": "no request reaches it: a release is published with the names of its graphs",
        "sparql/service_groups.py": "what another endpoint is asked is made of the words of the query itself",
        "sparql/updating.py": "an update is rewritten with its own words",
    }

    def test_no_query_is_put_together_from_words_of_a_request(self) -> None:
        """In the code that answers requests no string with a query in it has a hole for a value; see the exceptions."""
        query = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE|INSERT|DELETE)\b[^.]*\{", re.DOTALL)
        found = set()
        for folder in ("server", "sparql"):
            for path in sorted((SOURCE / folder).rglob("*.py")):
                for tree in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    if isinstance(tree, ast.JoinedStr):
                        parts = [str(part.value) if isinstance(part, ast.Constant) else "\0" for part in tree.values]
                        if "\0" in parts and query.search("".join(parts)):
                            found.add(str(path.relative_to(SOURCE)))

        assert sorted(found - set(self.MAY)) == []
