"""What should not be sent, and the documented problem that each gets; the server answers the next request."""

from __future__ import annotations

import json
from urllib.parse import quote

import httpx
import pytest

from tests.server.conftest import QUERY_BYTES, Ask, Server, slug

SPARQL = "application/sparql-query"
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("", 400, "syntax"),
        ("  # only a comment", 400, "syntax"),
        ("SELECT", 400, "syntax"),
        ("SELEC * { ?s ?p ?o }", 400, "syntax"),
        ("SELECT * { ?s ?p ?o ", 400, "syntax"),
        ("SELECT * { ?s egov:x ?o }", 400, "syntax"),
        ("SELECT * { ?s ?p 'open }", 400, "syntax"),
        ("SELECT * { <http://a b> ?p ?o }", 400, "syntax"),
        ("SELECT (FOO(1) AS ?x) {}", 400, "syntax"),
        ("SELECT ?x (SUM(?y) AS ?z) { ?x ?p ?y }", 400, "syntax"),
        ("SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999", 400, "syntax"),
        ("SELECT * { ?s ?p ?o } ; DROP ALL", 400, "syntax"),
        ('SELECT ("\\uD800" AS ?x) {}', 400, "syntax"),
        ("\\u0053ELECT * { ?s ?p ?o }", 400, "syntax"),
        ("INSERT DATA { <a:b> <a:c> <a:d> }", 400, "syntax"),
        ("LOAD SILENT <file:///etc/passwd>", 400, "syntax"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403, "service-refused"),
        ("SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }", 403, "service-refused"),
        ("SELECT (<http://x.example/f>(1) AS ?x) {}", 501, "unknown-function"),
        ("SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", 422, "result-too-large"),
        ("x" * 10_000, 400, "syntax"),
        ("🙂", 400, "syntax"),
    ],
)
def test_a_bad_query(ask: Ask, query: str, status: int, kind: str) -> None:
    """The problem document is complete, whatever the query was."""
    response = ask(query)

    assert (response.status_code, slug(response)) == (status, kind)


@pytest.mark.parametrize(
    ("parameters", "status", "kind"),
    [
        ("query=ASK%20{}&query=ASK%20{}", 400, "duplicate-parameter"),
        ("query=ASK%20{}&update=DROP%20ALL", 400, "duplicate-parameter"),
        ("query=ASK%20{}&timeout=1&timeout=2", 400, "duplicate-parameter"),
        ("query=ASK%20{}&format=pdf", 400, "bad-parameter"),
        ("query=ASK%20{}&format=", 400, "bad-parameter"),
        ("query=ASK%20{}&timeout=soon", 400, "bad-parameter"),
        ("query=ASK%20{}&timeout=0", 400, "bad-parameter"),
        ("query=ASK%20{}&timeout=-1", 400, "bad-parameter"),
        ("query=ASK%20{}&timeout=nan", 400, "bad-parameter"),
        ("query=ASK%20{}&timeout=inf", 400, "bad-parameter"),
        ("query=ASK%20{}&default-graph-uri=not-an-iri", 400, "bad-parameter"),
        ("query=ASK%20{}&default-graph-uri=", 400, "bad-parameter"),
        ("query=ASK%20{}&named-graph-uri=http://x.example/%3Ca%3E", 400, "bad-parameter"),
        ("query=ASK%20{}&default-graph-uri=https://w3id.org/egov-kg/graph/%25zz", 400, "bad-parameter"),
        ("query=ASK%20{}&default-graph-uri=https://w3id.org/egov-kg/graph/%EF%BF%BD", 400, "bad-parameter"),
        ("query=ASK%20{}&named-graph-uri=https://w3id.org/egov-kg/graph/[", 400, "bad-parameter"),
        ("query=ASK%20{}&named-graph-uri=http://[x", 400, "bad-parameter"),
        ("query=ASK%20{}%zz", 400, "bad-encoding"),
        ("query=ASK%20{}%", 400, "bad-encoding"),
        ("query=ASK%20{}%2", 400, "bad-encoding"),
        ("query=%FF%FE", 400, "bad-encoding"),
        ("query=%C0%AF", 400, "bad-encoding"),
        ("query=%ED%A0%80", 400, "bad-encoding"),
        ("query=ASK%20{}%00", 400, "bad-encoding"),
        ("%FF=1", 400, "bad-encoding"),
        ("update=DROP%20ALL", 400, "update-needs-post"),
        ("using-graph-uri=x&update=DROP%20ALL", 400, "update-needs-post"),
    ],
)
def test_bad_parameters(server: Server, parameters: str, status: int, kind: str) -> None:
    """Sent as they stand: a client library would mend some of them."""
    answer = server.raw(f"GET /sparql?{parameters} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert json.loads(body)["type"] == f"https://w3id.org/egov-kg/problem/{kind}"


@pytest.mark.parametrize(
    ("headers", "body", "status", "kind"),
    [
        ({"Content-Type": "text/plain"}, b"ASK {}", 415, "unsupported-media-type"),
        ({"Content-Type": "application/json"}, b"{}", 415, "unsupported-media-type"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--", 415, "unsupported-media-type"),
        ({"Content-Type": ""}, b"ASK {}", 415, "unsupported-media-type"),
        ({"Content-Type": f"{SPARQL}; charset=utf-16"}, "ASK {}".encode("utf-16"), 415, "unsupported-media-type"),
        ({"Content-Type": SPARQL, "Content-Encoding": "gzip"}, b"\x1f\x8b", 415, "unsupported-media-type"),
        ({"Content-Type": SPARQL}, b"ASK { ?s ?p '\xff' }", 400, "bad-encoding"),
        ({"Content-Type": SPARQL}, b"ASK {}\x00", 400, "bad-encoding"),
        ({"Content-Type": SPARQL}, b"#" * (QUERY_BYTES + 1), 413, "too-large"),
        ({"Content-Type": FORM}, b"query=" + b"%23" * (QUERY_BYTES + 1), 413, "too-large"),
        ({"Content-Type": FORM}, b"x=" + b"a" * (5 * QUERY_BYTES), 413, "too-large"),
        ({"Content-Type": FORM}, b"query=%zz", 400, "bad-encoding"),
        ({"Content-Type": FORM}, b"", 400, "missing-query"),
        ({"Content-Type": FORM}, b"query=ASK+%7B%7D&query=ASK+%7B%7D", 400, "duplicate-parameter"),
        ({"Content-Type": FORM}, b"query=ASK+%7B%7D&update=DROP+ALL", 400, "duplicate-parameter"),
        ({"Content-Type": FORM}, b"update=DROP+ALL", 403, "read-only"),
    ],
)
def test_bad_bodies(client: httpx.Client, headers: dict[str, str], body: bytes, status: int, kind: str) -> None:
    """415 says what is accepted."""
    response = client.post("sparql", content=body, headers=headers)

    assert (response.status_code, slug(response)) == (status, kind)
    if status == 415:
        assert response.headers["accept-post"].startswith("application/sparql-query")


def test_parameters_of_address_and_body_count_together(client: httpx.Client) -> None:
    """One query in each is two queries."""
    response = client.post("sparql?query=ASK%20%7B%7D", content="ASK {}", headers={"Content-Type": SPARQL})

    assert (response.status_code, slug(response)) == (400, "duplicate-parameter")


def test_a_body_sent_in_chunks_is_limited_too(client: httpx.Client) -> None:
    """No Content-Length says how long it is."""

    def chunks() -> object:
        for _ in range(40):
            yield b"#" * 4096

    response = client.post("sparql", content=chunks(), headers={"Content-Type": SPARQL})  # type: ignore[arg-type]

    assert (response.status_code, slug(response)) == (413, "too-large")


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "../../etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "..%5c..%5cetc",
        "dumps/../../etc/passwd",
        "dumps/%2e%2e/manifest.json",
        "dumps/latest/..%2f..%2fmanifest.json",
        "dumps/latest/%2e%2e%2fmanifest.json",
        "dumps/latest/nothing.ttl",
        "dumps/latest/store/CURRENT",
        "dumps/0000/egov-kg-all.ttl",
        "dumps//etc/passwd",
        "dumps/latest/%00",
        "dumps/latest/%252e%252e%252fmanifest.json",
        "static/../app.py",
        "static/%2e%2e/app.py",
        "static/..%2fapp.py",
        "id/law/kr/nothing",
        "id/",
        "id//evil.example",
        "id/http://evil.example/",
        "id/law/kr/%0d%0aSet-Cookie:%20a=b",
        "id/law/kr/a%22%3E%7D",
        "id/%ff%fe",
        "page/law/kr/nothing",
        "page//evil.example",
        "data/law/kr/nothing.ttl",
        "data/law/kr/act%00.ttl",
        "graph/nothing",
        "graph/../store",
        "ontology.pdf",
        "ontology/9.9.9",
        "queries/nothing",
        "queries/..%2f..%2fpyproject.toml",
        "catalog.html",
        "problem/nothing",
        "browse/Nothing",
    ],
)
def test_what_is_not_there(server: Server, path: str) -> None:
    """404 and nothing else; no header is added, nobody is sent elsewhere."""
    answer = server.raw(f"GET /{path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 404 ")
    assert b"set-cookie" not in head.lower()
    assert b"\r\nlocation:" not in head.lower()
    assert b"root:" not in body
    assert json.loads(body)["type"].rpartition("/")[2] in {"not-found", "no-such-graph"}


@pytest.mark.parametrize("path", ["", "queries", "dumps/", "id/law/kr/act", "ontology", "healthz"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_methods_that_would_change_something(client: httpx.Client, method: str, path: str) -> None:
    """405 everywhere but at the endpoint and at graphs."""
    response = client.request(method, path, content=b"<a:b> <a:c> <a:d> .")

    assert (response.status_code, slug(response)) == (405, "method-not-allowed")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"


class TestHeads:
    def test_a_long_address(self, server: Server) -> None:
        """414 says to send it by POST."""
        answer = server.raw(
            b"GET /sparql?query=" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )

        assert answer.startswith(b"HTTP/1.1 414 ")
        assert b"uri-too-long" in answer

    def test_long_headers(self, server: Server) -> None:
        """431."""
        answer = server.raw(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 70_000 + b"\r\nConnection: close\r\n\r\n"
        )

        assert answer.startswith(b"HTTP/1.1 431 ")
        assert b"headers-too-large" in answer

    def test_a_foreign_host_is_not_believed(self, server: Server) -> None:
        """No answer holds the name that the client gave us."""
        head = b"Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n"

        for path in (
            b"/",
            b"/sparql",
            b"/dumps",
            b"/dumps/latest/egov-kg-all.ttl",
            b"/id/law/kr/act",
            b"/openapi.json",
        ):
            assert b"evil" not in server.raw(b"GET " + path + b" HTTP/1.1\r\n" + head)

    @pytest.mark.parametrize(
        "request_bytes",
        [
            b"nonsense\r\n\r\n",
            b"GET /sparql HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
            POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            POST + b"Content-Length: 1000\r\n\r\nASK",
        ],
    )
    def test_what_is_no_http(self, server: Server, client: httpx.Client, request_bytes: bytes) -> None:
        """At most one answer, which is an error; the next client is served."""
        answer = server.raw(request_bytes, close=True)

        assert answer.count(b"HTTP/1.1 ") <= 1
        assert b"HTTP/1.1 200" not in answer
        assert client.get("healthz").status_code == 200

    def test_a_letter_beyond_ascii_in_an_address(self, server: Server) -> None:
        """A shell sends it as it is typed; the problem says what to do, with the headers of every answer."""
        answer = server.raw("GET /search?q=전자정부 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head, _, body = answer.partition(b"\r\n\r\n")

        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"content-security-policy: default-src 'none'" in head.lower()
        assert server.release.encode() in head
        assert json.loads(body)["type"] == "https://w3id.org/egov-kg/problem/bad-encoding"
        assert "percent-encoded" in json.loads(body)["detail"]


def test_what_people_see_is_escaped(client: httpx.Client) -> None:
    """A path that looks like HTML is text."""
    response = client.get(quote("nothing/<script>alert(1)</script>"), headers={"Accept": "text/html"})

    assert response.status_code == 404
    assert "<script>" not in response.text


@pytest.mark.parametrize("path", ["graph/entailed", "graph?default", "graph", "graph?graph=http://example.org/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_graphs_of_a_release_are_not_written(client: httpx.Client, method: str, path: str) -> None:
    """They could be, by the protocol, but not here."""
    response = client.request(method, path, content=b"<a:b> <a:c> <a:d> .", headers={"Content-Type": "text/turtle"})

    assert (response.status_code, slug(response)) == (403, "read-only")


def test_a_graph_is_not_patched(client: httpx.Client) -> None:
    """The protocol leaves PATCH open; nobody offers it here."""
    response = client.request("PATCH", "graph/entailed")

    assert (response.status_code, slug(response)) == (405, "method-not-allowed")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
