"""The contract of the endpoint, row by row: what a request is answered with, on real servers of the three modes.

Each row is a request and its answer: the status, then the media type of the body or the type of the problem, then what
its headers hold. A row that needs a server of its own is elsewhere: a token for reading in ``test_reading``, a full
disk in ``tests/chaos``, endpoints that may be asked in ``tests/sparql/test_federation``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

import httpx
import pytest

from egov_kg import iri
from egov_kg.store.tokens import new_token
from tests.conformance.serving import scratch_server
from tests.server.conftest import Server, publish, slug, start, stop

JSON: Final = "application/sparql-results+json"
XML: Final = "application/sparql-results+xml"
TURTLE: Final = "text/turtle; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"
FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ACCEPT_POST: Final = f"{QUERY}, {UPDATE}, {FORM}"
GRAPH_TYPES: Final = "text/turtle, application/n-triples, application/rdf+xml, application/ld+json, multipart/form-data"
ANY: Final = "..."
"""Stands for what a header may hold."""
ABSENT: Final = ""

ASK: Final = quote("ASK { ?s ?p ?o }")
SELECT: Final = quote("SELECT ?s { ?s ?p ?o } LIMIT 2")
CONSTRUCT: Final = quote("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 2")
NAMED: Final = quote("ASK { GRAPH ?g { ?s ?p ?o } }")
TWO_NODES: Final = quote("ASK { GRAPH <graph/parts> { ?x <urn:p> 1 . ?y <urn:p> '2' FILTER(?x != ?y) } }")
INSERT: Final = "INSERT DATA { GRAPH <https://w3id.org/egov-kg/graph/mine> { <urn:a> <urn:b> <urn:c> } }"
TRIPLE: Final = "<urn:a> <urn:b> <urn:c> ."
ENTAILED: Final = iri.graph_iri("entailed")


needs_linux = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")


class Row(NamedTuple):
    """A row of the contract.

    Attributes:
        request: Method and path.
        status: Of the answer.
        answer: The media type of its body, the type of its problem, or empty if there is no body.
        holds: What its headers hold: the value, `ANY`, or `ABSENT`.
        headers: Of the request; where an update token is needed, ``update`` stands for it.
        body: Of the request.
        says: What stands in the body of the answer.
    """

    request: str
    status: int
    answer: str = ""
    holds: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body: str | bytes = ""
    says: str = ""

    def __str__(self) -> str:
        """Return the name of the test."""
        words = [f"{name}: {value[:30]}" for name, value in self.headers.items() if name != "Authorization"]
        body = self.body.decode("utf-8", "replace") if isinstance(self.body, bytes) else self.body
        return " ".join([self.request[:60], *words, body[:30], str(self.status)])


def typed(media_type: str, **more: str) -> dict[str, str]:
    """Return headers with a Content-Type."""
    return {"Content-Type": media_type, **{name.replace("_", "-"): value for name, value in more.items()}}


def holding(client: httpx.Client, row: Row) -> httpx.Response:
    """Return the answer to the request of a row, after checking all that the row says, and what is on every answer."""
    method, path = row.request.split(" ", 1)
    response = client.request(method, path, headers=row.headers, content=row.body or None)

    assert response.status_code == row.status, response.text
    if "/" in row.answer:
        assert response.headers["content-type"] == row.answer
    elif row.answer:
        assert slug(response) == row.answer
    else:
        assert response.content == b""
    for name, value in row.holds.items():
        assert (name in response.headers) is (value != ABSENT), name
        if value not in {ABSENT, ANY}:
            assert response.headers[name] == value
    assert row.says in response.text
    assert {"egov-release", "x-request-id", "link"} <= set(response.headers)
    assert response.headers["vary"].startswith("Accept")
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers
    assert response.headers["x-content-type-options"] == "nosniff"
    return response


QUERIES: Final = [
    # the query and the ways in which it comes
    Row(f"GET /sparql?query={ASK}", 200, JSON, {"ETag": ANY, "Cache-Control": "public, max-age=300"}),
    Row(f"GET /sparql/?query={ASK}", 200, JSON, {"Server-Timing": ANY}),
    Row("POST /sparql", 200, JSON, {"ETag": ABSENT}, typed(FORM), f"query={ASK}"),
    Row("POST /sparql", 200, JSON, {"ETag": ABSENT}, typed(QUERY), "ASK {}"),
    Row("POST /sparql", 200, JSON, {}, typed(f"{QUERY}; charset=utf-8"), "ASK { FILTER(STRLEN('법') = 1) }", "true"),
    Row(f"POST /sparql?query={ASK}", 200, JSON, {}, typed(FORM), ""),
    Row(f"HEAD /sparql?query={ASK}", 200, "", {"Content-Length": "26", "Content-Type": JSON, "ETag": ANY}),
    Row("HEAD /sparql?query=ASK", 400, "", {"Content-Type": "application/problem+json", "Content-Length": ANY}),
    Row(f"GET /sparql?query={ASK}&Query=1&unknown=2", 200, JSON),
    # the dataset
    Row(f"GET /sparql?query={ASK}&default-graph-uri={ENTAILED}", 200, JSON, says="true"),
    Row(f"GET /sparql?query={ASK}&named-graph-uri={ENTAILED}", 200, JSON, says="false"),
    Row(f"GET /sparql?query={NAMED}&named-graph-uri={ENTAILED}", 200, JSON, says="true"),
    Row(f"GET /sparql?query={NAMED}&default-graph-uri={ENTAILED}", 200, JSON, says="false"),
    Row(f"GET /sparql?query={NAMED}", 200, JSON, says="true"),
    Row(f"GET /sparql?query={ASK}&default-graph-uri=http://127.0.0.1:1/", 200, JSON, says="false"),
    Row(f"GET /sparql?query={ASK}&default-graph-uri=file:///etc/passwd", 200, JSON, says="false"),
    Row(f"GET /sparql?query={quote('ASK FROM <http://127.0.0.1:1/> { ?s ?p ?o }')}", 200, JSON, says="false"),
    Row(
        f"GET /sparql?query={quote('ASK FROM <http://127.0.0.1:1/> { ?s ?p ?o }')}&default-graph-uri={ENTAILED}",
        200,
        JSON,
        says="true",
    ),
    Row(f"POST /sparql?named-graph-uri={ENTAILED}", 200, JSON, {}, typed(QUERY), "ASK { ?s ?p ?o }", "false"),
    Row(
        f"POST /sparql?named-graph-uri={ENTAILED}",
        *(200, JSON, {}, typed(FORM)),
        body=f"query={NAMED}&default-graph-uri=urn:x",
        says="true",
    ),
    Row(f"GET /sparql?query={ASK}&default-graph-uri=x", 400, "bad-parameter"),
    # the format
    Row(f"GET /sparql?query={SELECT}&format=csv", 200, "text/csv; charset=utf-8", {"Content-Disposition": ANY}),
    Row(f"GET /sparql?query={ASK}&format=tsv", 200, "text/tab-separated-values; charset=utf-8", says="true"),
    Row(f"GET /sparql?query={SELECT}&format={quote(XML)}", 200, XML, headers={"Accept": JSON}),
    Row(f"GET /sparql?query={SELECT}", 200, JSON, headers={"Accept": "application/json"}),
    Row(f"GET /sparql?query={SELECT}", 200, XML, headers={"Accept": f"text/turtle, {XML};q=0.9, {JSON};q=0.8"}),
    Row(f"GET /sparql?query={CONSTRUCT}", 200, TURTLE, headers={"Accept": f"text/turtle, {XML};q=0.9"}),
    Row(f"GET /sparql?query={CONSTRUCT}", 200, TURTLE, headers={"Accept": "text/turtle;charset=utf-8"}),
    Row(f"GET /sparql?query={CONSTRUCT}&format=xml", 200, "application/rdf+xml"),
    Row(f"GET /sparql?query={CONSTRUCT}&format=json", 200, "application/ld+json"),
    Row(f"GET /sparql?query={SELECT}", 200, HTML, headers={"Accept": BROWSER}),
    Row(f"GET /sparql?query={SELECT}", 200, JSON, headers={"Accept": "text/html;q=0.5, */*"}),
    Row(f"GET /sparql?query={SELECT}", 200, JSON, headers={"Accept": "unreadable"}),
    Row(f"GET /sparql?query={ASK}&format=pdf", 400, "bad-parameter", says="csv-excel"),
    Row(f"GET /sparql?query={SELECT}", 406, "not-acceptable", headers={"Accept": "text/turtle"}, says="available"),
    # no query
    Row("GET /sparql", 200, TURTLE, {"ETag": ANY}, says="sd:Service"),
    Row("GET /sparql", 200, "application/rdf+xml", headers={"Accept": "application/rdf+xml"}),
    Row("GET /sparql", 200, HTML, headers={"Accept": BROWSER}, says="<textarea"),
    Row("POST /sparql", 400, "missing-query", headers=typed(FORM), body="x=1"),
    # what is wrong with it
    Row(f"GET /sparql?query={ASK}&query={ASK}", 400, "duplicate-parameter"),
    Row(f"GET /sparql?query={ASK}&update=x", 400, "duplicate-parameter"),
    Row(f"POST /sparql?query={ASK}", 400, "duplicate-parameter", headers=typed(QUERY), body="ASK {}"),
    Row(f"GET /sparql?query={quote('SELECT * { ?s egov:amends ?o }')}", 400, "syntax", says="PREFIX egov: <"),
    Row(f"GET /sparql?query={quote('SELECT * { ?s egv:amends ?o }')}", 400, "syntax", says="did you mean egov:?"),
    Row(f"GET /sparql?query={quote('SELEC * {}')}", 400, "syntax", says='"column": 1'),
    Row(f"GET /sparql?query={quote('INSERT DATA {}')}", 400, "syntax", says="this is an update"),
    Row("GET /sparql?query=%zz", 400, "bad-encoding"),
    Row("GET /sparql?query=%ff", 400, "bad-encoding"),
    Row("GET /sparql?query=%00", 400, "bad-encoding"),
    Row("POST /sparql", 400, "bad-encoding", headers=typed(QUERY), body=b"ASK {} #\xff"),
    Row("POST /sparql", 415, "unsupported-media-type", {"Accept-Post": ACCEPT_POST}, typed("text/plain"), "ASK {}"),
    Row("POST /sparql", 415, "unsupported-media-type", {"Accept-Post": ACCEPT_POST}, {}, "ASK {}"),
    Row("POST /sparql", 415, "unsupported-media-type", {}, typed(f"{QUERY}; charset=iso-8859-1"), "ASK {}"),
    Row("POST /sparql", 415, "unsupported-media-type", {}, typed(QUERY, Content_Encoding="gzip"), "ASK {}"),
    *(
        Row(f"{method} /sparql?query={ASK}", 405, "method-not-allowed", {"Allow": "GET, HEAD, POST, OPTIONS"})
        for method in ("PUT", "DELETE", "PATCH", "TRACE")
    ),
    Row(
        "OPTIONS /sparql",
        204,
        holds={
            "Allow": "GET, HEAD, POST, OPTIONS",
            "Accept-Post": ACCEPT_POST,
            "Access-Control-Allow-Methods": "GET, HEAD, POST",
            "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
        headers={"Origin": "https://a.example", "Access-Control-Request-Headers": "authorization"},
    ),
    Row(f"GET /sparql?query={quote('ASK { SERVICE <urn:x> {} }')}", 403, "service-refused"),
    Row(f"GET /sparql?query={quote('ASK { SERVICE SILENT <urn:x> {} }')}", 403, "service-refused"),
    Row(f"GET /sparql?query={quote('SELECT (<urn:f>(1) AS ?x) {}')}", 501, "unknown-function", says="urn:f"),
    Row(f"GET /sparql?query={quote('SELECT (RAND() AS ?x) {}')}", 200, JSON, {"Cache-Control": "no-store"}),
    Row(f"GET /sparql?query={quote('SELECT (NOW() AS ?x) {}')}", 200, JSON, {"ETag": ABSENT}),
    # limits of the request
    Row(f"GET /sparql?query={'x' * 33_000}", 414, "uri-too-long"),
    Row("GET /sparql", 431, "headers-too-large", headers={"X-Long": "x" * 66_000}),
    Row("POST /sparql", 413, "too-large", headers=typed(QUERY), body="#" * 132_000),
    # updates change nothing here
    Row("GET /sparql?update=DROP+ALL", 400, "update-needs-post"),
    Row("POST /sparql", 403, "read-only", headers=typed(UPDATE), body="DROP ALL"),
    Row("POST /sparql", 403, "read-only", headers=typed(FORM), body="update=DROP+ALL"),
    Row("PUT /graph/mine", 403, "read-only", headers=typed("text/turtle"), body=TRIPLE),
    Row("POST /graph", 403, "read-only", headers=typed("text/turtle"), body=TRIPLE),
    Row("DELETE /graph/entailed", 403, "read-only"),
    # beside it
    Row("GET /sparql/description", 200, TURTLE, says="sd:Service"),
    Row("GET /graph/entailed", 200, TURTLE, {"ETag": ANY}),
    Row("GET /graph/entailed", 304, "", {}, {"If-None-Match": "*"}),
    Row("GET /graph/none", 404, "no-such-graph"),
    Row("GET /graph?default", 200, TURTLE),
    Row(f"GET /graph?graph={ENTAILED}", 200, TURTLE),
    Row("GET /graph", 400, "bad-parameter"),
    Row(f"GET /graph?default&graph={ENTAILED}", 400, "bad-parameter"),
    Row("PATCH /graph/entailed", 405, "method-not-allowed"),
    Row("GET /queries/laws-by-adminstration", 404, "not-found", says="did you mean 'laws-by-administration'?"),
    Row("GET /queries/zzz", 404, "not-found", says="the list is at /queries"),
    Row("OPTIONS /admin/reload", 204, "", {"Allow": "POST, OPTIONS", "Accept-Post": ABSENT}),
    Row("GET /healthz", 200, "application/json", {"Cache-Control": "no-store"}),
    Row("GET /readyz", 200, "application/json", {"Cache-Control": "no-store"}),
]


@pytest.mark.parametrize("row", QUERIES, ids=str)
def test_a_release(client: httpx.Client, row: Row) -> None:
    """A server of a release answers as the row says."""
    holding(client, row)


class TestWhatIsKnown:
    PATH: Final = f"/sparql?query={SELECT}"

    @pytest.mark.parametrize(
        "form", ["{0}", "{1}", '"x", {0}', 'W/"x",{1} , "y"'], ids=["as told", "strong", "in a list", "in another"]
    )
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_is_not_sent_again(self, client: httpx.Client, method: str, form: str) -> None:
        """If-None-Match compares weakly, and no query process is asked."""
        tag = client.get(self.PATH).headers["etag"]

        row = Row(
            f"{method} {self.PATH}",
            304,
            "",
            {"ETag": tag, "Cache-Control": "public, max-age=300"},
            {"If-None-Match": form.format(tag, tag.removeprefix("W/"))},
        )
        assert "server-timing" not in holding(client, row).headers

    @pytest.mark.parametrize("tags", ['"x"', "*", "", "x", 'w/"x"'])
    def test_another_tag_is_not_known(self, client: httpx.Client, tags: str) -> None:
        """Nor is one that cannot be read; whether a query has any answer is not known before it has run."""
        holding(client, Row(f"GET {self.PATH}", 200, JSON, {"ETag": ANY}, {"If-None-Match": tags}))

    def test_several_headers_are_one_list(self, client: httpx.Client) -> None:
        """As RFC 9110, 5.3, says."""
        tag = client.get(self.PATH).headers["etag"]
        headers = [("If-None-Match", '"x"'), ("If-None-Match", tag)]

        assert client.get(self.PATH, headers=headers).status_code == 304

    def test_of_two_types_of_a_body_none_is_taken(self, client: httpx.Client) -> None:
        """Others on the way may have believed the other one."""
        headers = [("Content-Type", QUERY), ("Content-Type", "application/json")]
        response = client.post("/sparql", content="ASK {}", headers=headers)

        assert (response.status_code, slug(response)) == (415, "unsupported-media-type")


AUTHORIZED: Final = {"Authorization": "update"}
TYPED: Final = {**typed("text/turtle"), **AUTHORIZED}

CHANGES: Final = [
    # who may
    Row("POST /sparql", 401, "token-required", {"WWW-Authenticate": 'Bearer realm="egov-kg"'}, typed(UPDATE), INSERT),
    Row("POST /sparql", 401, "token-required", {}, typed(FORM), f"update={quote(INSERT)}"),
    Row("POST /sparql?token=x", 401, "token-required", {}, typed(UPDATE, Cookie="token=x"), INSERT),
    Row(
        "POST /sparql", 401, "token-invalid", {"WWW-Authenticate": ANY}, typed(UPDATE, Authorization="Bearer x"), INSERT
    ),
    Row(
        "POST /sparql",
        403,
        "insufficient-scope",
        headers=typed(UPDATE, Authorization="admin"),
        body=INSERT,
        says='"scope": "update"',
    ),
    Row("PUT /graph/mine", 401, "token-required", {}, typed("text/turtle"), TRIPLE),
    Row("DELETE /graph/mine", 401, "token-required"),
    # what is wrong with it
    Row("GET /sparql?update=DROP+ALL", 400, "update-needs-post", headers=AUTHORIZED),
    Row("POST /sparql", 400, "syntax", {}, typed(UPDATE, **AUTHORIZED), "INSERT DATA {"),
    Row("POST /sparql", 400, "syntax", {}, typed(QUERY), "INSERT DATA {}", "this is an update"),
    Row("POST /sparql?update=x", 400, "duplicate-parameter", {}, typed(UPDATE, **AUTHORIZED), "DROP ALL"),
    Row("POST /sparql?using-graph-uri=x", 400, "bad-parameter", {}, typed(UPDATE, **AUTHORIZED), INSERT),
    Row(
        "POST /sparql?using-graph-uri=urn:x",
        *(400, "dataset-conflict", {}, typed(UPDATE, **AUTHORIZED)),
        body="WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ),
    Row(
        "POST /sparql?using-named-graph-uri=urn:x",
        *(400, "dataset-conflict", {}, typed(UPDATE, **AUTHORIZED)),
        body="DELETE { ?s ?p ?o } USING <urn:g> WHERE { ?s ?p ?o }",
    ),
    Row("POST /sparql", 403, "load-refused", {}, typed(UPDATE, **AUTHORIZED), "LOAD <http://127.0.0.1:1/>"),
    Row(
        "POST /sparql",
        *(403, "service-refused", {}, typed(UPDATE, **AUTHORIZED)),
        body="INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ),
    Row("POST /sparql", 422, "update-failed", {}, typed(UPDATE, **AUTHORIZED), "DROP GRAPH <urn:none>"),
    Row("POST /sparql", 415, "unsupported-media-type", {}, typed(UPDATE, Content_Encoding="gzip", **AUTHORIZED), "x"),
    # graphs
    Row("GET /graph/none", 404, "no-such-graph"),
    Row("HEAD /graph/none", 404, "", {"Content-Type": "application/problem+json"}),
    Row("DELETE /graph/none", 404, "no-such-graph", headers=AUTHORIZED),
    Row("PATCH /graph/none", 405, "method-not-allowed", {"Allow": "GET, HEAD, PUT, POST, DELETE, OPTIONS"}, AUTHORIZED),
    Row("OPTIONS /graph/none", 204, "", {"Accept-Post": GRAPH_TYPES, "Access-Control-Allow-Methods": "GET, HEAD"}),
    *(
        Row(f"{method} /graph{query}", 400, "bad-parameter", {}, TYPED, "" if method == "GET" else TRIPLE)
        for method in ("GET", "PUT", "DELETE")
        for query in ("", "?default&graph=urn:g", "?graph=relative", "?Graph=urn:g")
    ),
    Row("PUT /graph/mine", 400, "rdf-syntax", {}, TYPED, "<urn:a> .", '"line": 1'),
    Row("PUT /graph/mine", 412, "precondition-failed", {}, {**TYPED, "If-Match": '"x"'}, TRIPLE),
    *(
        Row("PUT /graph/mine", 415, "unsupported-media-type", {"Accept-Post": GRAPH_TYPES}, {**TYPED, **headers}, "x")
        for headers in (
            typed("application/trig"),
            typed("application/n-quads"),
            typed("text/html"),
            typed("text/turtle; charset=latin1"),
            {"Content-Encoding": "gzip"},
        )
    ),
]

CURATED: Final = [
    Row("POST /sparql", 202, "application/json", {"Location": ANY}, typed(UPDATE, **AUTHORIZED), INSERT),
    Row("POST /sparql", 200, "application/json", {}, typed(UPDATE, **AUTHORIZED), "LOAD SILENT <urn:x>", "unchanged"),
    Row("POST /sparql", 412, "precondition-failed", {}, typed(UPDATE, If_Match='"x"', **AUTHORIZED), INSERT),
    *(
        Row("POST /sparql", 403, "derived-graph", {}, typed(UPDATE, **AUTHORIZED), INSERT.replace("graph/mine", name))
        for name in ("graph/entailed", "graph/evidence", "graph/catalogue")
    ),
    Row("POST /sparql", 403, "derived-graph", {}, typed(UPDATE, **AUTHORIZED), "INSERT DATA { <urn:a> <urn:b> 1 }"),
    Row("PUT /graph/entailed", 403, "derived-graph", {}, TYPED, TRIPLE),
    Row("DELETE /graph/entailed", 403, "derived-graph", {}, AUTHORIZED),
    Row("PUT /graph?default", 403, "derived-graph", {}, TYPED, TRIPLE),
    Row("PUT /graph/other", 202, "application/json", {"Location": ANY}, TYPED, TRIPLE, '"added":1'),
    Row("POST /graph", 202, "application/json", {"Location": ANY}, TYPED, TRIPLE, f'"graph":"{iri.graph_iri("")}'),
    Row("GET /updates/1", 200, "application/json", {"Cache-Control": "no-store"}, AUTHORIZED, says='"number":1'),
    Row("GET /updates/1", 401, "token-required"),
    Row("GET /updates/9999", 404, "not-found", {}, AUTHORIZED),
]

SCRATCH: Final = [
    Row("POST /sparql", 204, "", {}, typed(UPDATE, **AUTHORIZED), INSERT),
    Row("POST /sparql", 204, "", {}, typed(FORM, **AUTHORIZED), f"update={quote(INSERT)}"),
    Row("POST /sparql", 204, "", {}, typed(UPDATE, **AUTHORIZED), "LOAD SILENT <http://127.0.0.1:1/>"),
    Row("POST /sparql", 204, "", {}, typed(UPDATE, **AUTHORIZED), "INSERT DATA { <urn:a> <urn:b> 1 }"),
    Row(f"GET /sparql?query={ASK}", 200, JSON, {"Cache-Control": "no-cache", "ETag": ANY}, says="true"),
    Row("GET /graph?default", 200, TURTLE, {"ETag": ANY, "Cache-Control": "no-cache"}, says="<urn:b>"),
    Row("PUT /graph/new", 201, "", {}, TYPED, TRIPLE),
    Row("PUT /graph/new", 204, "", {}, TYPED, TRIPLE.replace(":c", ":d")),
    Row("PUT /graph/new", 204, "", {}, {**TYPED, "If-Match": "*"}, TRIPLE),
    Row("PUT /graph/new", 412, "precondition-failed", {}, {**TYPED, "If-None-Match": "*"}, TRIPLE),
    Row("POST /graph/new", 204, "", {}, TYPED, TRIPLE.replace(":c", ":e")),
    Row("GET /graph/new", 200, TURTLE, {"ETag": ANY}, says="<urn:e>"),
    Row("GET /graph/new", 200, "application/n-triples", headers={"Accept": "application/n-triples"}, says="<urn:c>"),
    Row("HEAD /graph/new", 200, "", {"Content-Type": TURTLE, "Content-Length": ANY, "ETag": ANY}),
    Row("GET /graph/new", 304, "", {}, {"If-None-Match": "*"}),
    Row("POST /graph/newer", 201, "", {}, TYPED, TRIPLE),
    Row("DELETE /graph/newer", 204, "", {}, AUTHORIZED),
    Row("POST /graph", 201, "", {"Location": ANY}, TYPED, TRIPLE),
    Row("PUT /graph?graph=urn:g", 201, "", {}, TYPED, TRIPLE),
    Row("GET /graph?graph=urn:g", 200, TURTLE, says="<urn:c>"),
    Row("PUT /graph/%2531", 201, "", {}, TYPED, TRIPLE),
    Row("GET /graph/1", 404, "no-such-graph"),
    Row("GET /sparql?query=ASK+{+GRAPH+<graph/%2531>+{+?s+?p+?o+}+}", 200, JSON, says="true"),
    Row(
        "POST /graph/parts",
        *(201, "", {}, {**TYPED, "Content-Type": "multipart/form-data; boundary=b"}),
        body="--b\r\nContent-Disposition: form-data; name=a; filename=a.ttl\r\n\r\n_:x <urn:p> 1 .\r\n"
        "--b\r\nContent-Disposition: form-data; name=b\r\nContent-Type: application/n-triples\r\n\r\n"
        '_:x <urn:p> "2" .\r\n--b--\r\n',
    ),
    Row(f"GET /sparql?query={TWO_NODES}", 200, JSON, says="true"),
    Row(
        "POST /graph/parts",
        *(400, "rdf-syntax", {}, {**TYPED, "Content-Type": "multipart/form-data; boundary=b"}),
        body="--b\r\nContent-Disposition: form-data; name=a; filename=a.ttl\r\n\r\n<urn:q> <urn:p> 1 .\r\n"
        "--b\r\nContent-Disposition: form-data; name=b; filename=b.ttl\r\n\r\n<urn:q> .\r\n--b--\r\n",
    ),
    Row("GET /sparql?query=ASK+{+GRAPH+<graph/parts>+{+<urn:q>+?p+?o+}+}", 200, JSON, says="false"),
]


def authorized(row: Row, secrets: Mapping[str, str]) -> Row:
    """Return a row with real tokens in place of the names of scopes."""
    scope = row.headers.get("Authorization", "")
    if scope not in secrets:
        return row
    return row._replace(headers={**row.headers, "Authorization": f"Bearer {secrets[scope]}"})


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A file of tokens, and one token for each of two scopes."""
    place = tmp_path_factory.mktemp("tokens") / "tokens.json"
    return place, {scope: new_token(place, [scope], days=1)[0] for scope in ("update", "admin")}


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory, tokens: tuple[Path, dict[str, str]]) -> Iterator[httpx.Client]:
    """A client of a server that takes changes and publishes none of them meanwhile."""
    out = tmp_path_factory.mktemp("curated")
    server: Server = start(out, publish(out).id, mode="updates", token_file=str(tokens[0]), publish_seconds=3600)
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
        yield client
    stop(server)


@needs_linux
def test_a_curated_graph(curated: httpx.Client, tokens: tuple[Path, dict[str, str]]) -> None:
    """A server of releases that takes changes: one row after the other; later ones see what earlier ones did."""
    for row in (*CHANGES, *CURATED):
        holding(curated, authorized(row, tokens[1]))


@needs_linux
def test_a_scratch_store() -> None:
    """A store that is written at once: one row after the other; later ones see what earlier ones did."""
    with scratch_server() as (address, secret), httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        for row in (*CHANGES, *SCRATCH):
            if row.headers.get("Authorization") != "admin":  # that server has one token
                holding(client, authorized(row, {"update": secret}))
