"""Requests that want the server to go out, to read a file, or to write: it does none of that."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

import httpx
import pytest

from tests.chaos.attacking import post
from tests.chaos.canaries import SECRET, Canaries
from tests.server.conftest import Server

SPARQL: Final = {"Content-Type": "application/sparql-query"}
UPDATE: Final = {"Content-Type": "application/sparql-update"}

SERVICES: Final = (
    "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ sErViCe <{0}> {{ ?s ?p ?o }} }}",
    "PREFIX ex: <{0}> SELECT * {{ SERVICE ex:x {{ ?s ?p ?o }} }}",
    "PREFIX ex: <{0}> SELECT * {{ SERVICEex:x{{?s ?p ?o}} }}",
    "BASE <{0}> SELECT * {{ SERVICE <sparql> {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?e {{ <{0}> }} SERVICE ?e {{ ?s ?p ?o }} }}",
    "SELECT * {{ BIND(IRI('{0}') AS ?e) SERVICE SILENT ?e {{ ?s ?p ?o }} }}",
    "ASK {{ FILTER NOT EXISTS {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ {{ SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }} }}",
    "SELECT * {{ OPTIONAL {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ # a comment\nSERVICE#another\n<{0}>#third\n{{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p 1SERVICE<{0}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ FILTER(?a<'>')SERVICE<{0}>{{ ?s ?p ?o }}FILTER(''='') }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "DESCRIBE ?s {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE <{0}> {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ GRAPH ?g {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ ?s ?p ?o LATERAL {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ \\u0053ERVICE <{0}> {{ ?s ?p ?o }} }}",
    "\ufeffSELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }} VALUES ?x {{ 1 }}",
)
DATASETS: Final = (
    "SELECT * FROM <{0}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "BASE <{0}> SELECT * FROM <x> {{ ?s ?p ?o }}",
    "PREFIX ex: <{0}> ASK FROM ex:x {{ ?s ?p ?o }}",
    "DESCRIBE <{0}>",
    "SELECT * {{ GRAPH <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ <{0}> ?p ?o }}",
    "SELECT (<{0}>() AS ?x) {{}}",
    "SELECT (IRI('{0}') AS ?x) {{}}",
)
WRITING: Final = (
    "INSERT DATA {{ <{0}a> <{0}b> <{0}c> }}",
    "DELETE WHERE {{ ?s ?p ?o }}",
    "LOAD <{0}>",
    "LOAD SILENT <{0}> INTO GRAPH <{0}g>",
    "PREFIX ex: <{0}> LOAD ex:x",
    "DROP ALL",
    "CLEAR DEFAULT",
    "CREATE GRAPH <{0}g>",
    "COPY DEFAULT TO <{0}g>",
    "MOVE DEFAULT TO <{0}g>",
    "ADD DEFAULT TO <{0}g>",
    "WITH <{0}g> DELETE {{ ?s ?p ?o }} INSERT {{ ?o ?p ?s }} WHERE {{ ?s ?p ?o }}",
    "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "ASK {{}} ; DROP ALL",
    "SELECT * {{ ?s ?p ?o }} ; INSERT DATA {{ <{0}a> <{0}b> <{0}c> }}",
    "# SELECT * {{}}\nDROP ALL",
    "PREFIX SELECT: <x:> DROP ALL",
)


@pytest.fixture(params=["address", "file", "file of the system", "path"])
def place(request: pytest.FixtureRequest, canaries: Canaries) -> str:
    """What nobody may open: an address of this machine or a file."""
    return {
        "address": canaries.url,
        "file": canaries.file_url,
        "file of the system": "file:///etc/passwd",
        "path": f"../../../../../../../..{canaries.file}",
    }[request.param]


@pytest.fixture
def unchanged(client: httpx.Client) -> Iterator[None]:
    """The graph has as many triples after a test as before."""
    count = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    before = post(client, count, format="csv").body
    yield
    assert post(client, count, format="csv").body == before


def is_silent(response: httpx.Response) -> bool:
    """Whether an answer holds nothing of a file."""
    return SECRET not in response.text and "root:x:" not in response.text


class TestGoingOut:
    @pytest.mark.parametrize("query", SERVICES, ids=range(len(SERVICES)))
    def test_a_service_is_refused(self, client: httpx.Client, place: str, query: str) -> None:
        """Whoever writes it, and wherever it stands; and nobody is called."""
        response = client.post("sparql", content=query.format(place), headers=SPARQL)

        assert response.status_code in {400, 403}
        assert is_silent(response)

    @pytest.mark.parametrize("query", DATASETS, ids=range(len(DATASETS)))
    def test_an_address_is_a_name(self, client: httpx.Client, place: str, query: str) -> None:
        """Of a graph that is not there, of a thing that is not known; never of something to fetch."""
        for accept in ("text/html", "*/*"):
            response = client.post("sparql", content=query.format(place), headers={**SPARQL, "Accept": accept})

            assert response.status_code in {200, 400, 403, 501}
            assert is_silent(response)

    @pytest.mark.parametrize(
        "name", ["default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"]
    )
    def test_a_graph_in_a_parameter_is_a_name(self, client: httpx.Client, place: str, name: str) -> None:
        """The same for the dataset of the protocol, in address and form."""
        query = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } LIMIT 5"
        for response in (
            client.get("sparql", params={"query": query, name: place}),
            client.post("sparql", data={"query": query, name: place}),
            client.post("sparql", data={"update": "DELETE WHERE { ?s ?p ?o }", name: place}),
        ):
            assert response.status_code in {200, 400, 403}
            assert is_silent(response)

    def test_no_other_address_fetches(self, client: httpx.Client, place: str) -> None:
        """Whatever takes a name."""
        for path, parameters in (
            ("graph", {"graph": place}),
            ("explain", {"s": place, "p": place, "o": place}),
            ("search", {"q": place}),
            ("network", {"thing": place}),
            ("sparql", {"query": "ASK {}", "endpoint": place, "service": place, "url": place}),
            (f"id/{place}", {}),
            (f"page/{place}", {}),
            (f"data/{place}.ttl", {}),
            (f"dumps/{place}", {}),
            ("queries/things-of-class", {"class": place}),
        ):
            response = client.get(path, params=parameters)

            assert response.status_code in {200, 303, 400, 403, 404}
            assert is_silent(response)


class TestWriting:
    @pytest.mark.usefixtures("unchanged")
    @pytest.mark.parametrize("update", WRITING, ids=range(len(WRITING)))
    def test_without_a_right_nothing_is_written(self, client: httpx.Client, canaries: Canaries, update: str) -> None:
        """In a form, a body, an address, a query, with cookies, from the page of somebody else, with any token."""
        text = update.format(canaries.url)
        foreign = {
            "Origin": "https://evil.example",
            "Referer": "https://evil.example/",
            "Cookie": "session=admin; token=admin",
            "Authorization": "Bearer " + "a" * 43,
            "Sec-Fetch-Site": "cross-site",
        }
        for headers in ({}, foreign):
            found = [
                client.post("sparql", content=text, headers={**UPDATE, **headers}),
                client.post("sparql", data={"update": text}, headers=headers),
                client.get("sparql", params={"update": text}, headers=headers),
                client.get("sparql", params={"query": text}, headers=headers),
                client.post("sparql", data={"query": text}, headers=headers),
                client.post("sparql", content=text, headers={**SPARQL, **headers}),
                client.post("sparql", content=text, headers={"Content-Type": "text/plain", **headers}),
                client.post("sparql", content=f"update={text}", headers={"Content-Type": "text/plain", **headers}),
                client.post("sparql", files={"update": text.encode()}, headers=headers),
                client.put("sparql", content=text, headers={**UPDATE, **headers}),
                client.post("sparql?update=x", data={"update": text}, headers=headers),
            ]

            assert {response.status_code for response in found} <= {400, 401, 403, 405, 415}
            assert not [
                r for r in found if "access-control-allow-credentials" in r.headers or "set-cookie" in r.headers
            ]

    @pytest.mark.usefixtures("unchanged")
    @pytest.mark.parametrize(
        "path", ["graph", "graph?default", "graph?graph=x:y", "graph/entailed", "graph/new", "dumps/x", "id/law/kr/act"]
    )
    def test_without_a_right_no_graph_is_written(self, client: httpx.Client, path: str) -> None:
        """By any method, in any format."""
        for method in ("PUT", "POST", "DELETE", "PATCH"):
            for kind in ("text/turtle", "application/sparql-update", "multipart/form-data; boundary=x"):
                headers = {"Content-Type": kind, "Origin": "https://evil.example", "Authorization": "Bearer x"}
                response = client.request(method, path, content=b"<x:s> <x:p> <x:o> .", headers=headers)

                assert 400 <= response.status_code < 500

    def test_a_browser_may_not_send_a_token_from_elsewhere(self, client: httpx.Client) -> None:
        """The preflight allows reading alone, and no credentials."""
        preflight = {
            "Origin": "https://evil.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type",
        }
        for path in ("sparql", "graph", "graph/entailed"):
            response = client.options(path, headers=preflight)

            assert "authorization" not in response.headers.get("access-control-allow-headers", "").lower()
            assert "access-control-allow-credentials" not in response.headers
            assert "PUT" not in response.headers.get("access-control-allow-methods", "")


class TestPacked:
    @pytest.mark.parametrize(
        "encoding", ["gzip", "deflate", "br", "zstd", "x-gzip", "gzip, gzip", "compress", "aws-chunked"]
    )
    def test_a_packed_request_is_refused(self, client: httpx.Client, encoding: str) -> None:
        """64 MB in 64 kB are never unpacked: 415."""
        body = gzip.compress(b"#" * (64 << 20))
        for headers in (SPARQL, {"Content-Type": "application/x-www-form-urlencoded"}):
            response = client.post("sparql", content=body, headers={**headers, "Content-Encoding": encoding})

            assert response.status_code == 415
            assert "accept-post" in response.headers


class TestLogs:
    def test_no_header_or_text_of_a_request_comes_back_in_problems(self, server: Server, client: httpx.Client) -> None:
        """A line feed in what is sent does not end a line in what is told: problems are JSON of one object."""
        evil = '\n{"level": "admin"}\n'
        for response in (
            client.get("sparql", params={"query": evil}),
            client.get("nothing/" + quote(evil)),
            client.get("sparql", params={"query": "ASK {}", "format": evil}),
        ):
            assert isinstance(json.loads(response.content), dict)
            assert b"\n{" not in response.content
        assert server.process.poll() is None
