"""A scratch store over HTTP: every row of the tables of changes in docs/reference/http.md."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conformance.serving import scratch_server

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")

UPDATE = {"Content-Type": "application/sparql-update"}
TURTLE = {"Content-Type": "text/turtle"}
G = "graph?graph=http%3A%2F%2Fexample.org%2Fg"


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, str]]:
    """Return the address of a server and its token."""
    with scratch_server() as found:
        yield found


@pytest.fixture
def anybody(address: tuple[str, str]) -> Iterator[httpx.Client]:
    """Return a client without a token."""
    with httpx.Client(base_url=address[0]) as client:
        yield client


@pytest.fixture
def scratch(address: tuple[str, str]) -> Iterator[httpx.Client]:
    """Return a client that may write to an empty store."""
    with httpx.Client(base_url=address[0], headers={"Authorization": f"Bearer {address[1]}"}) as client:
        assert client.post("sparql", content="DROP ALL", headers=UPDATE).status_code == 204
        yield client


def slug(response: httpx.Response) -> str:
    """Return the type of a problem."""
    return str(response.json()["type"]).rpartition("/")[2]


def rows(client: httpx.Client, query: str) -> list[str]:
    """Return the lines of an answer as TSV, without the first."""
    answer = client.post("sparql", data={"query": query}, headers={"Accept": "text/tab-separated-values"})
    return answer.text.splitlines()[1:]


class TestUpdate:
    @pytest.mark.parametrize("way", ["body", "form"])
    def test_it_is_done_and_seen_by_the_next_query(self, scratch: httpx.Client, way: str) -> None:
        """As a body or as a form; the answer names the state that it has made."""
        text = "INSERT DATA { <a:s> <a:p> 1 }"
        before = scratch.get("healthz").headers["egov-release"]

        if way == "body":
            done = scratch.post("sparql", content=text, headers=UPDATE)
        else:
            done = scratch.post("sparql", data={"update": text})

        assert (done.status_code, done.content) == (204, b"")
        assert done.headers["egov-release"] != before
        assert rows(scratch, "SELECT ?o { ?s ?p ?o }") == ["1"]
        assert scratch.get("healthz").headers["egov-release"] == done.headers["egov-release"]

    def test_an_answer_that_was_kept_is_not_given_for_another_state(self, scratch: httpx.Client) -> None:
        """The same request by GET, before and after a change; it may be kept, but must be asked for again."""
        question = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}
        before = scratch.get("sparql", params=question)

        scratch.post("sparql", content="INSERT DATA { <a:s> <a:p> 1 }", headers=UPDATE)
        after = scratch.get("sparql", params=question, headers={"If-None-Match": before.headers["etag"]})
        again = scratch.get("sparql", params=question, headers={"If-None-Match": after.headers["etag"]})

        assert (before.text.split(), after.text.split(), again.status_code) == (["n", "0"], ["n", "1"], 304)
        assert after.headers["cache-control"] == "no-cache"

    def test_the_dataset_of_the_parameters_is_that_of_where(self, scratch: httpx.Client) -> None:
        """As USING would say it."""
        scratch.post("sparql", content="INSERT DATA { GRAPH <a:g> { <a:s> <a:p> 1 } }", headers=UPDATE)

        where = {"using-graph-uri": "a:g"}
        scratch.post("sparql", params=where, content="INSERT { ?s <a:q> ?o } WHERE { ?s ?p ?o }", headers=UPDATE)

        assert rows(scratch, "SELECT ?p { ?s ?p ?o }") == ["<a:q>"]

    @pytest.mark.parametrize(
        ("text", "parameters", "status", "problem"),
        [
            ("INSERT DATA { <a:s> <a:p> }", {}, 400, "syntax"),
            ("INSERT { ?s ?p 1 } USING <a:g> WHERE { ?s ?p ?o }", {"using-graph-uri": "a:g"}, 400, "dataset-conflict"),
            ("WITH <a:g> DELETE { ?s ?p 1 } WHERE { }", {"using-named-graph-uri": "a:g"}, 400, "dataset-conflict"),
            ("DELETE WHERE { ?s ?p ?o }", {"using-graph-uri": "g"}, 400, "bad-parameter"),
            ("LOAD <http://127.0.0.1:9/x>", {}, 403, "load-refused"),
            ("INSERT { ?s ?p 1 } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", {}, 403, "service-refused"),
            ("DROP GRAPH <a:none>", {}, 422, "update-failed"),
            ("INSERT DATA { <a:s> <a:p> 1 } ; DROP GRAPH <a:none>", {}, 422, "update-failed"),
            ("INSERT DATA { <a:s> <a:p> '" + "x" * (1 << 20) + "' }", {}, 413, "too-large"),
            ("INSERT { <a:s> <a:p> ?o } WHERE { BIND(<a:f>(1) AS ?o) }", {}, 501, "unknown-function"),
        ],
    )
    def test_what_is_refused_changes_nothing(
        self, scratch: httpx.Client, text: str, parameters: dict[str, str], status: int, problem: str
    ) -> None:
        """Each with its type; the state stays."""
        before = scratch.get("healthz").headers["egov-release"]

        answer = scratch.post("sparql", params=parameters, content=text, headers=UPDATE)

        assert (answer.status_code, slug(answer)) == (status, problem)
        assert scratch.get("healthz").headers["egov-release"] == before

    def test_load_silent_is_done_and_fetches_nothing(self, scratch: httpx.Client) -> None:
        """A listener on the loopback interface sees no connection."""
        with socket.create_server(("127.0.0.1", 0)) as canary:
            canary.settimeout(0.2)
            url = f"http://127.0.0.1:{canary.getsockname()[1]}/x"

            assert scratch.post("sparql", content=f"LOAD SILENT <{url}>", headers=UPDATE).status_code == 204

            with pytest.raises(TimeoutError):
                canary.accept()

    @pytest.mark.parametrize(
        ("headers", "status", "problem"),
        [
            ({}, 401, "token-required"),
            ({"Authorization": "Bearer egovkg_wrong"}, 401, "token-invalid"),
            ({"Cookie": "token=x"}, 401, "token-required"),
        ],
    )
    def test_nobody_writes_without_a_token(
        self, anybody: httpx.Client, headers: dict[str, str], status: int, problem: str
    ) -> None:
        """Neither by an update, nor into a graph."""
        answers = [
            anybody.post("sparql", content="CLEAR ALL", headers={**headers, **UPDATE}),
            anybody.post("sparql", data={"update": "CLEAR ALL"}, headers=headers),
            anybody.put(G, content=b"", headers={**headers, **TURTLE}),
            anybody.post("graph", content=b"", headers={**headers, **TURTLE}),
            anybody.delete("graph?default", headers=headers),
        ]

        assert {(answer.status_code, slug(answer)) for answer in answers} == {(status, problem)}
        assert all(answer.headers["www-authenticate"].startswith("Bearer") for answer in answers)

    def test_if_match_takes_the_state_that_was_seen(self, scratch: httpx.Client) -> None:
        """In any list of tags; one that is weak, empty or of another state makes no change."""
        text = "INSERT DATA { <a:s> <a:p> 1 }"
        seen = scratch.get("healthz").headers["egov-release"]
        for tags in ('"other"', f'W/"{seen}"', "", '"', f'"{seen[:-1]}"'):
            refused = scratch.post("sparql", content=text, headers={**UPDATE, "If-Match": tags})
            assert (refused.status_code, slug(refused)) == (412, "precondition-failed"), tags

        for tags in (f'"other", "{seen}"', "*"):
            assert scratch.post("sparql", content=text, headers={**UPDATE, "If-Match": tags}).status_code == 204
        again = scratch.post("sparql", content="DROP ALL", headers={**UPDATE, "If-Match": f'"{seen}"'})

        assert again.status_code == 412
        assert rows(scratch, "SELECT ?o { ?s ?p ?o }") == ["1"]

    def test_metrics_tell_of_changes(self, scratch: httpx.Client) -> None:
        """How many were accepted, the number of the state, and how much the log holds."""
        found = []
        for _ in range(2):
            lines = dict(line.rsplit(" ", 1) for line in scratch.get("metrics").text.splitlines() if line[0] != "#")
            names = ('egov_changes_total{outcome="accepted"}', "egov_state_number", "egov_change_log_bytes")
            found.append([float(lines[name]) for name in names])
            assert scratch.post("sparql", content="INSERT DATA { <a:s> <a:p> 7 }", headers=UPDATE).status_code == 204

        assert [after - before for before, after in zip(*found, strict=True)][:2] == [1, 1]
        assert found[1][2] > found[0][2]

    def test_a_folder_of_releases_is_no_scratch_store(self, tmp_path: Path) -> None:
        """Their changes are not written among; it is said what to do instead."""
        (tmp_path / "releases").mkdir()
        command = [sys.executable, "-m", "egov_kg", "serve", "--scratch", "--port", "0", "--out", str(tmp_path)]

        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

        assert done.returncode == 2
        assert f"egov-kg: {tmp_path} holds releases" in done.stderr
        assert not (tmp_path / "changes").exists()

    def test_an_update_in_an_address_is_never_run(self, scratch: httpx.Client) -> None:
        """GET is safe, with a token as well."""
        answer = scratch.get("sparql", params={"update": "INSERT DATA { <a:s> <a:p> 1 }"})

        assert (answer.status_code, slug(answer)) == (400, "update-needs-post")

    def test_a_query_and_an_update_together_are_neither(self, scratch: httpx.Client) -> None:
        """Address and body count together."""
        answer = scratch.post("sparql", params={"query": "ASK {}"}, content="CLEAR ALL", headers=UPDATE)

        assert (answer.status_code, slug(answer)) == (400, "duplicate-parameter")


class TestBudget:
    def test_an_update_that_ends_its_process_is_paid_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The client that nested a mebibyte has used up its time; the state stays, and another client changes it."""
        for name, value in {"QUERY_SECONDS": 3, "CLIENT_SECONDS": 0.5, "CLIENT_BURST_SECONDS": 0.5}.items():
            monkeypatch.setenv(f"EGOVKG_{name}", str(value))
        monkeypatch.setenv("EGOVKG_TRUSTED_PROXIES", "127.0.0.1")
        nested = f"INSERT {{ <a:s> <a:p> ?x }} WHERE {{ BIND({'1+(' * 250_000}1{')' * 250_000} AS ?x) }}"
        with scratch_server() as (url, secret), httpx.Client(base_url=url, timeout=30) as client:
            one, other = (
                {**UPDATE, "Authorization": f"Bearer {secret}", "X-Forwarded-For": f"198.51.100.{number}"}
                for number in (1, 2)
            )
            assert client.post("sparql", content="INSERT DATA { <a:s> <a:p> 0 }", headers=other).status_code == 204
            before = client.get("healthz").headers["egov-release"]

            ended = client.post("sparql", content=nested, headers=one)
            after = client.get("healthz").headers["egov-release"]
            refused = client.post("sparql", content="INSERT DATA { <a:s> <a:p> 1 }", headers=one)
            made = client.post("sparql", content="INSERT DATA { <a:s> <a:p> 2 }", headers=other)

        assert (ended.status_code, after) == (503, before)
        assert slug(ended) in {"time-limit", "memory-limit", "worker-crashed"}
        assert (refused.status_code, slug(refused)) == (429, "rate-limited")
        assert made.status_code == 204


class TestLeaving:
    def test_a_client_that_leaves_ends_its_update(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody else waits for its deadline, and nothing of it is there."""
        monkeypatch.setenv("EGOVKG_QUERY_SECONDS", "60")
        facts = " ".join(f"<a:s> <a:p> {number} ." for number in range(200))
        cross = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o"
        endless = f"DELETE {{ ?a ?b ?c }} WHERE {{ {cross} FILTER(?c + ?f + ?i + ?l + ?o < 0) }}"
        with (
            scratch_server() as (url, secret),
            httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}, timeout=30) as client,
        ):
            assert client.post("sparql", content=f"INSERT DATA {{ {facts} }}", headers=UPDATE).status_code == 204
            before = client.get("healthz").headers["egov-release"]
            head = f"Host: x\r\nAuthorization: Bearer {secret}\r\nContent-Type: {UPDATE['Content-Type']}"
            with socket.create_connection(("127.0.0.1", int(url.rstrip("/").rpartition(":")[2]))) as leaving:
                length = f"Content-Length: {len(endless)}"
                leaving.sendall(f"POST /sparql HTTP/1.1\r\n{head}\r\n{length}\r\n\r\n{endless}".encode())
                time.sleep(0.3)

            assert rows(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == ["200"]
            assert client.get("healthz").headers["egov-release"] == before
            assert client.post("sparql", content="INSERT DATA { <a:s> <a:p> 'x' }", headers=UPDATE).status_code == 204


class TestGraphs:
    def test_a_graph_is_put_read_extended_and_deleted(self, scratch: httpx.Client) -> None:
        """201 for a new one, 204 for one that is there, 404 for one that is not."""
        statuses = [
            scratch.put(G, content=b"<#a> <a:p> 1 .", headers=TURTLE).status_code,
            scratch.put(G, content=b"<#b> <a:p> 2 .", headers=TURTLE).status_code,
            scratch.post(G, content=b"<#c> <a:p> 3 .", headers=TURTLE).status_code,
            scratch.get(G).status_code,
            scratch.delete(G).status_code,
            scratch.delete(G).status_code,
            scratch.get(G).status_code,
        ]

        assert statuses == [201, 204, 204, 200, 204, 404, 404]

    def test_relative_names_are_those_of_the_graph(self, scratch: httpx.Client) -> None:
        """The base of a document is the IRI of its graph."""
        scratch.put(G, content=b"<#a> <a:p> <b> .", headers=TURTLE)

        read = scratch.get(G, headers={"Accept": "application/n-triples"})

        assert read.text == "<http://example.org/g#a> <a:p> <http://example.org/b> .\n"

    def test_head_has_the_headers_of_get_and_no_body(self, scratch: httpx.Client) -> None:
        """Also for a graph that is not there."""
        scratch.put(G, content=b"<#a> <a:p> 1 .", headers=TURTLE)

        head, get, none = scratch.head(G), scratch.get(G), scratch.head("graph/none")

        assert (head.status_code, head.content) == (200, b"")
        names = ("content-type", "content-length", "etag")
        assert [head.headers[name] for name in names] == [get.headers[name] for name in names]
        assert (none.status_code, none.content) == (404, b"")

    def test_percent_signs_are_decoded_once(self, scratch: httpx.Client) -> None:
        """``%2531`` names the graph that ends in ``%31``, which is not the one that ends in ``1``."""
        scratch.put("graph/p%2531", content=b"<#a> <a:p> 1 .", headers=TURTLE)

        assert rows(scratch, "SELECT ?g { GRAPH ?g { } }") == [f"<{scratch.base_url}graph/p%31>"]
        assert scratch.get("graph/p1").status_code == 404

    def test_a_post_to_the_graph_store_makes_a_graph(self, scratch: httpx.Client) -> None:
        """Its address comes back, and works."""
        made = scratch.post("graph", content=b"<#a> <a:p> 1 .", headers=TURTLE)

        assert made.status_code == 201
        assert "<a:p> 1" in scratch.get(made.headers["location"]).text

    def test_parts_of_a_form_are_read_by_their_own_types(self, scratch: httpx.Client) -> None:
        """By Content-Type, else by the name of the file; blank nodes of one part are not those of another."""
        files = [
            ("a", ("a.ttl", b"_:x <a:p> 1 .", "text/turtle")),
            ("b", ("b.nt", b"_:x <a:p> <a:o> .\n", "application/n-triples")),
        ]

        assert scratch.post(G, files=files).status_code == 201
        assert rows(scratch, "SELECT (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s ?p ?o } }") == ["2"]

    def test_a_form_is_taken_whole_or_not_at_all(self, scratch: httpx.Client) -> None:
        """One part that cannot be read, and nothing is written; the answer says where."""
        files = [("a", ("a.ttl", b"<a:s> <a:p> 1 .", "text/turtle")), ("b", ("b.ttl", b"\n <a:s> oops", "text/turtle"))]

        answer = scratch.post(G, files=files)

        assert (answer.status_code, slug(answer), answer.json()["line"]) == (400, "rdf-syntax", 2)
        assert scratch.get(G).status_code == 404

    @pytest.mark.parametrize(
        ("path", "headers", "content", "problem"),
        [
            (G, TURTLE, b"<a:s> <a:p> <a:o> .\n<a:s> <a:p> .", (400, "rdf-syntax")),
            (G, {"Content-Type": "application/rdf+xml"}, b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', (400, "rdf-syntax")),
            (G, {"Content-Type": "application/n-quads"}, b"", (415, "unsupported-media-type")),
            (G, {"Content-Type": "application/trig"}, b"", (415, "unsupported-media-type")),
            (G, {}, b"", (415, "unsupported-media-type")),
            (G, {**TURTLE, "Content-Encoding": "gzip"}, b"", (415, "unsupported-media-type")),
            (G, {"Content-Type": "multipart/form-data"}, b"", (400, "bad-encoding")),
            (G, {"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nA: b\r\n\r\ncut", (400, "bad-encoding")),
            ("graph?graph=g", TURTLE, b"", (400, "bad-parameter")),
            ("graph?graph=a:g&default", TURTLE, b"", (400, "bad-parameter")),
            ("graph", TURTLE, b"", (400, "bad-parameter")),
            ("graph/a%20b", TURTLE, b"", (400, "bad-parameter")),
            (G, {**TURTLE, "If-Match": "*"}, b"", (412, "precondition-failed")),
            (G, TURTLE, b"#" * ((16 << 20) + 1), (413, "too-large")),
        ],
    )
    def test_what_is_refused_writes_nothing(
        self, scratch: httpx.Client, path: str, headers: dict[str, str], content: bytes, problem: tuple[int, str]
    ) -> None:
        """Each with its type."""
        answer = scratch.put(path, content=content, headers=headers)

        assert (answer.status_code, slug(answer)) == problem
        assert rows(scratch, "SELECT ?g { GRAPH ?g { } }") == []

    def test_a_graph_is_changed_only_if_it_is_what_it_was(self, scratch: httpx.Client) -> None:
        """If-Match with the tag of any format and encoding; a tag of an earlier state does not fit."""
        scratch.put(G, content=b"<#a> <a:p> 1 .", headers={**TURTLE, "If-None-Match": "*"})
        tag = scratch.get(G, headers={"Accept": "application/n-triples"}).headers["etag"]
        assert not tag.startswith("W/")

        statuses = [
            scratch.put(G, content=b"<#a> <a:p> 2 .", headers={**TURTLE, "If-None-Match": "*"}).status_code,
            scratch.put(G, content=b"<#a> <a:p> 2 .", headers={**TURTLE, "If-Match": f"W/{tag}"}).status_code,
            scratch.put(G, content=b"<#a> <a:p> 2 .", headers={**TURTLE, "If-Match": f'"x", {tag}'}).status_code,
            scratch.put(G, content=b"<#a> <a:p> 3 .", headers={**TURTLE, "If-Match": tag}).status_code,
            scratch.delete(G, headers={"If-Match": "*"}).status_code,
        ]

        assert statuses == [412, 412, 204, 412, 204]

    def test_what_is_known_is_not_sent_again(self, scratch: httpx.Client) -> None:
        """If-None-Match with the tag, until the store changes."""
        scratch.put(G, content=b"<#a> <a:p> 1 .", headers=TURTLE)
        known = {"If-None-Match": scratch.get(G).headers["etag"]}

        first = scratch.get(G, headers=known).status_code
        scratch.post("sparql", content="INSERT DATA { <a:s> <a:p> 1 }", headers=UPDATE)

        assert (first, scratch.get(G, headers=known).status_code) == (304, 200)

    def test_methods_are_told(self, scratch: httpx.Client) -> None:
        """PATCH is none of them."""
        patched, options = scratch.patch(G), scratch.options(G)

        assert (patched.status_code, slug(patched)) == (405, "method-not-allowed")
        assert patched.headers["allow"] == options.headers["allow"] == "GET, HEAD, PUT, POST, DELETE, OPTIONS"
        assert "text/turtle" in options.headers["accept-post"]

    def test_the_default_graph_is_always_there(self, scratch: httpx.Client) -> None:
        """It can be read when it is empty, and deleting it empties it."""
        statuses = [
            scratch.get("graph?default").status_code,
            scratch.put("graph?default", content=b"<a:s> <a:p> 1 .", headers=TURTLE).status_code,
            scratch.delete("graph?default").status_code,
        ]

        assert statuses == [200, 204, 204]
        assert rows(scratch, "SELECT ?s { ?s ?p ?o }") == []


class TestService:
    def test_the_description_says_what_the_newest_state_holds(self, scratch: httpx.Client) -> None:
        """Graphs with their numbers of triples, and that updates are taken."""
        scratch.post("sparql", content="INSERT DATA { GRAPH <a:g> { <a:s> <a:p> 1 , 2 } }", headers=UPDATE)

        text = scratch.get("sparql/description", headers={"Accept": "application/n-triples"}).text

        assert '<a:g> <http://rdfs.org/ns/void#triples> "2"' in text
        assert "<http://www.w3.org/ns/sparql-service-description#SPARQL11Update>" in text
        assert "_:" not in text

    def test_there_are_no_pages_of_a_release(self, scratch: httpx.Client) -> None:
        """Nor files of one; errors are told to people in pages all the same."""
        paths = ("", "dumps/", "queries", "catalog", "void.ttl")

        assert {scratch.get(path).status_code for path in paths} == {404}
        assert "<html" in scratch.get("dumps/", headers={"Accept": "text/html"}).text

    def test_it_is_ready_when_it_is_empty(self, scratch: httpx.Client) -> None:
        """The state stands in the answer."""
        ready = scratch.get("readyz")

        assert (ready.status_code, json.loads(ready.text)["state"]) == (200, ready.headers["egov-release"])
