"""Writing with a right to: what is too much ends alone, what is acknowledged stays, nobody writes over another."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
import pytest

from egov_kg.store.tokens import new_token, revoke_token
from tests.chaos.attacking import LONG, client_of
from tests.chaos.canaries import SECRET, Canaries
from tests.chaos.shapes import NESTED, filled
from tests.chaos.test_sharing import get, kept_open
from tests.server.conftest import Server

UPDATE_BYTES: Final = 1 << 20
BOMB: Final = (
    '<!DOCTYPE r [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    + "]><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>&l9;</r:RDF>"
)
SECONDS: Final = 2.0 if LONG else 1.0
ENDLESS: Final = (
    "DELETE { ?a ?b ?c } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(CONCAT(STR(?a), STR(?l)) = '') }"
)
_SERVE: Final = """
import sys
from pathlib import Path
from egov_kg import server
from egov_kg.config import Config

config = Config(port=0, query_seconds=float(sys.argv[3]), token_file=sys.argv[2])
server.run_scratch(config, Path(sys.argv[1]), on_ready=lambda url: print(url, flush=True))
"""


@dataclass(slots=True)
class Scratch:
    """A writable server, and a client of it that may write."""

    folder: Path
    tokens: Path
    secret: str
    token: str
    server: Server
    client: httpx.Client

    def update(self, text: str, **headers: str) -> httpx.Response:
        """Send an update."""
        kind = {"Content-Type": "application/sparql-update"}
        return self.client.post("sparql", content=text, headers={**kind, **headers})

    def state(self) -> str:
        """Return all that the store holds, in one order."""
        query = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        response = self.client.get("sparql", params={"query": query, "format": "csv"})
        assert response.status_code == 200, response.text
        return "\n".join(sorted(response.text.splitlines()))


def begin(folder: Path, tokens: Path) -> Server:
    """Start a server of a writable store that is kept in a folder."""
    command = [sys.executable, "-c", _SERVE, str(folder), str(tokens), str(SECONDS)]
    return Server(folder, "", subprocess.Popen(command, stdout=subprocess.PIPE, text=True))


def end(server: Server) -> None:
    """End a server, if it has not ended."""
    with contextlib.suppress(ProcessLookupError):
        server.process.terminate()
    server.process.wait(20)
    assert server.process.stdout is not None
    server.process.stdout.close()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Scratch]:
    """Give a writable server whose store is kept in a folder."""
    tokens = folder / "tokens.json"
    secret, token = new_token(tokens, ("read", "update"), days=None, note="tests")
    server = begin(folder / "store", tokens)
    with client_of(server) as client:
        client.headers["Authorization"] = f"Bearer {secret}"
        yield Scratch(folder / "store", tokens, secret, token.id, server, client)
    end(server)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """A writable server with a deadline of 2 s, and some triples."""
    with running(tmp_path_factory.mktemp("scratch")) as made:
        facts = " ".join(f"<x:s{n}> <x:p> <x:s{n + 1}> ." for n in range(300))
        assert made.update(f"INSERT DATA {{ {facts} GRAPH <x:g> {{ {facts} }} }}").status_code == 204
        yield made


@pytest.fixture
def unchanged(scratch: Scratch) -> Iterator[None]:
    """The store holds the same after a test as before, and takes the next update."""
    before = scratch.state()
    yield
    assert scratch.state() == before
    assert scratch.update("INSERT DATA { <x:a> <x:b> <x:c> } ; DELETE DATA { <x:a> <x:b> <x:c> }").status_code == 204
    assert scratch.server.process.poll() is None


class TestTooMuch:
    SHAPES: Final = sorted(NESTED) if LONG else ["parentheses", "groups", "sums", "UNION"]

    @pytest.mark.usefixtures("unchanged")
    @pytest.mark.parametrize("shape", SHAPES)
    def test_nesting_ends_no_state(self, scratch: Scratch, shape: str) -> None:
        """As much of it as a query may have, and as an update: the process of the update ends, the state stays."""
        for size in (100 << 10, UPDATE_BYTES - 200) if LONG else (UPDATE_BYTES - 200,):
            where = filled(NESTED[shape], size).partition("{")[2].rpartition("}")[0]
            select = filled(NESTED[shape], size)
            for text in (
                f"INSERT {{ <x:x> <x:y> <x:z> }} WHERE {{ {{ {select} }} FILTER(false) }}",
                f"INSERT DATA {{ {where} }}",
            ):
                response = scratch.update(text)

                assert response.status_code in {204, 400, 422, 503}
                if response.status_code == 503:
                    kind = response.json()["type"].rpartition("/")[2]
                    assert kind in {"time-limit", "memory-limit", "worker-crashed"}
                if response.status_code == 204:
                    scratch.update("DELETE DATA { <x:x> <x:y> <x:z> }")

    @pytest.mark.usefixtures("unchanged")
    @pytest.mark.parametrize(
        "text",
        [
            ENDLESS,
            "INSERT { ?a <x:q> ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
            "DELETE { ?a ?p ?b } WHERE { ?a ((<x:p>*)*)* ?b . ?c (<x:p>|!<x:q>)* ?d . ?e ?p ?f }",
            "CLEAR ALL ; INSERT { ?a ?b ?c } WHERE { ?a ?b ?c } ; DROP GRAPH <x:not-there>",
            "DELETE WHERE { ?s ?p ?o } ; LOAD <x:y>",
            "DELETE WHERE { ?s ?p ?o } ; INSERT DATA { <x:a> <x:b> }",
            "DELETE WHERE { ?s ?p ?o } ; INSERT { ?s ?p ?o } WHERE { SERVICE <x:y> { ?s ?p ?o } }",
            "DELETE WHERE { ?s ?p ?o } ; INSERT { <x:a> <x:b> ?x } WHERE { BIND(<x:none>() AS ?x) }",
            "#" + "x" * UPDATE_BYTES,
            "INSERT DATA { " + "".join(f"<x:a> <x:b> {n} . " for n in range(1_000_000)) + "}",
            "INSERT { ?a ?d ?g } WHERE { ?a <x:p> ?c . ?d <x:p> ?f . ?g <x:p> ?i }",
        ],
        ids=range(11),
    )
    def test_what_cannot_be_done_is_not_half_done(self, scratch: Scratch, text: str) -> None:
        """It never ends, or fails at its last operation: the state is that of before."""
        response = scratch.update(text)

        assert response.status_code in {400, 403, 413, 422, 501, 503}
        assert response.elapsed.total_seconds() < SECONDS + 5

    @pytest.mark.usefixtures("unchanged")
    def test_others_are_answered_meanwhile(self, scratch: Scratch) -> None:
        """Queries see the state as it is while an update that does not end goes on; the next update waits for it."""
        with ThreadPoolExecutor(2) as executor, client_of(scratch.server, "127.0.7.1") as other:
            first = executor.submit(scratch.update, ENDLESS)
            time.sleep(0.3)
            second = executor.submit(
                scratch.update, "INSERT DATA { <x:a> <x:b> <x:d> } ; DELETE DATA { <x:a> <x:b> <x:d> }"
            )
            asked = other.get("sparql", params={"query": f"ASK {{ ?s ?p ?o }} # {time.monotonic()}"})

            assert asked.status_code == 200
            assert not first.done()
            assert first.result().status_code == 503
            assert second.result().status_code in {204, 503}

    @pytest.mark.usefixtures("unchanged")
    @pytest.mark.parametrize(
        ("kind", "body", "statuses"),
        [
            ("text/turtle", "<x:s> <x:p> " + "<<(<x:s> <x:p> " * 40_000 + "1" + ")>>" * 40_000 + " .", {400, 422, 503}),
            ("application/ld+json", '{"x:p":' * 20_000 + "1" + "}" * 20_000, {400, 422, 503}),
            ("application/ld+json", '{"@context":' * 20_000 + "{}" + "}" * 20_000, {400, 422, 503}),
            (
                "application/rdf+xml",
                f"<!--{'x' * 70_000}--><!DOCTYPE r [<!ENTITY a 'b'>]><r:RDF xmlns:r='http://x.example/'/>",
                {400},
            ),
            ("text/turtle", "<x:s> <x:p> '" + "a" * (16 << 20) + "' .", {413}),
            ("text/turtle", "<x:s> <x:p> '\ud800' .".encode("utf-8", "surrogatepass"), {400}),
            ("text/turtle", "<x:s> <x:p> <http://x.example/a b> .", {400}),
            ("application/n-quads", "<x:s> <x:p> <x:o> <x:g> .", {415}),
            ("application/trig", "<x:g> { <x:s> <x:p> <x:o> }", {415}),
            ("application/sparql-update", "DROP ALL", {415}),
            ("text/csv", "a,b", {415}),
            ("application/trix", BOMB, {415}),
            ("application/sparql-results+xml", BOMB, {415}),
            ("application/rdf+xml", BOMB, {400}),
            ("", "<x:s> <x:p> <x:o> .", {415}),
            ("text/turtle; charset=utf-16", "<x:s> <x:p> <x:o> .", {415}),
        ],
        ids=range(16),
    )
    def test_documents_that_are_made_to_harm(
        self, scratch: Scratch, kind: str, body: str | bytes, statuses: set[int]
    ) -> None:
        """They are refused, or end their own process."""
        for method in ("PUT", "POST"):
            response = scratch.client.request(method, "graph?graph=x:g", content=body, headers={"Content-Type": kind})

            assert response.status_code in statuses, response.text[:300]


class TestForms:
    PART: Final = b'Content-Disposition: form-data; name="f"; filename="f.ttl"\r\nContent-Type: text/turtle\r\n\r\n'
    GOOD: Final = b"--b\r\n" + PART + b"<x:f> <x:p> 1 .\r\n"

    @pytest.mark.usefixtures("unchanged")
    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("multipart/form-data", GOOD + b"--b--\r\n"),
            ("multipart/form-data; boundary=", GOOD + b"--b--\r\n"),
            ("multipart/form-data; boundary=other", GOOD + b"--b--\r\n"),
            ("multipart/form-data; boundary=b", GOOD),
            ("multipart/form-data; boundary=b", GOOD + b"--b\r\n" + PART + b"<x:f> <x:p> .\r\n--b--\r\n"),
            (
                "multipart/form-data; boundary=b",
                GOOD + b"--b\r\n" + PART.replace(b"turtle", b"csv") + b"a\r\n--b--\r\n",
            ),
            ("multipart/form-data; boundary=b", (b"--b\r\n" + PART + b"<x:f> <x:p> 1 .\r\n") * 101 + b"--b--\r\n"),
            ("multipart/form-data; boundary=b", b"--b\r\n" + b"X: y\r\n" * 50_000 + b"\r\n\r\n--b--\r\n"),
            ("multipart/form-data; boundary=b", b"--b\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n\r\n--b--\r\n"),
            ("multipart/form-data; boundary=b", b"\r\n" * 1_000_000),
            ("multipart/form-data; boundary=b; boundary=c", b"--b\r\n"),
            ("multipart/form-data; boundary=" + "b" * 5000, GOOD + b"--b--\r\n"),
            ("multipart/mixed; boundary=b", GOOD + b"--b--\r\n"),
        ],
        ids=range(13),
    )
    def test_a_form_that_is_none_writes_nothing(self, scratch: Scratch, kind: str, body: bytes) -> None:
        """All of it or nothing: one bad part, and the good ones are not written either."""
        response = scratch.client.post("graph?graph=x:g", content=body, headers={"Content-Type": kind})

        assert 400 <= response.status_code < 500, response.text[:300]


class TestOutside:
    @pytest.mark.usefixtures("unchanged")
    def test_no_write_goes_out(self, scratch: Scratch, canaries: Canaries) -> None:
        """LOAD, SERVICE, contexts, entities, names of graphs."""
        for place in (canaries.url, canaries.file_url):
            for text in (
                f"LOAD <{place}>",
                f"LOAD SILENT <{place}>",
                f"LOADSILENT<{place}>",
                f"PREFIX ex: <{place}> LOAD ex:x INTO GRAPH <x:g>",
                f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{place}> {{ ?s ?p ?o }} }}",
                f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE SILENT <{place}> {{ ?s ?p ?o }} }}",
                f"INSERT {{ ?s ?p ?o }} USING <{place}> WHERE {{ ?s ?p ?o }}",
                f"COPY <{place}> TO <x:new>",
            ):
                assert scratch.update(text).status_code in {204, 400, 403, 422}
            for kind, body in (
                ("application/ld+json", f'{{"@context": "{place}", "p": 1}}'),
                ("application/rdf+xml", f'<!DOCTYPE r SYSTEM "{place}"><r/>'),
                ("application/rdf+xml", f'<!DOCTYPE r [<!ENTITY a SYSTEM "{place}">]><r>&a;</r>'),
            ):
                response = scratch.client.put("graph?graph=x:g", content=body, headers={"Content-Type": kind})
                assert response.status_code in {400, 403}
        assert SECRET not in scratch.state()

    @pytest.mark.parametrize(
        "name", ["a%0d%0aX-Evil:1", "%2e%2e%2f%2e%2e%2fetc", "a%00b", "%zz", "%ff", "<script>", "//evil.example/a"]
    )
    def test_a_name_in_an_address_makes_no_header(self, scratch: Scratch, name: str) -> None:
        """A graph may have an odd name, if it is an IRI; nothing else comes of it."""
        head = f"Authorization: Bearer {scratch.secret}\r\nContent-Type: text/turtle\r\nContent-Length: 0\r\n"
        for method, body in (("PUT", head), ("DELETE", f"Authorization: Bearer {scratch.secret}\r\n")):
            asked = f"{method} /graph/{name} HTTP/1.1\r\nHost: evil.example\r\n{body}\r\n"

            (answer,) = kept_open(scratch.server, [asked.encode()])

            assert answer.status in {201, 204, 400, 404}
            assert not [value for key, value in answer.headers if key == "x-evil" or "evil.example" in value]

    def test_a_new_graph_has_an_address_of_the_server(self, scratch: Scratch) -> None:
        """Whatever the client calls the server."""
        headers = {"Content-Type": "text/turtle", "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        response = scratch.client.post("graph", content="<x:s> <x:p> 1 .", headers=headers)

        assert response.status_code == 201
        assert response.headers["location"].startswith(scratch.server.url)
        assert scratch.client.delete(response.headers["location"]).status_code == 204


class TestRights:
    @pytest.mark.usefixtures("unchanged")
    @pytest.mark.parametrize(
        "authorization",
        [
            "",
            "Bearer",
            "Bearer x",
            "bearer {}x",
            "Basic {}",
            "{}",
            "Bearer {} {}",
            "Bearer {}, Bearer {}",
            "Token {}",
        ],
    )
    def test_whoever_has_no_token_writes_nothing(self, scratch: Scratch, authorization: str) -> None:
        """401, with the way to ask; before the body is read."""
        with client_of(scratch.server) as client:
            headers = {"Authorization": authorization.format(scratch.secret, scratch.secret)} if authorization else {}
            for response in (
                client.post("sparql", data={"update": "DROP ALL"}, headers=headers),
                client.post(f"sparql?access_token={scratch.secret}", data={"update": "DROP ALL"}, headers=headers),
                client.post("sparql", data={"update": "DROP ALL", "access_token": scratch.secret}, headers=headers),
                client.put("graph?default", content="", headers={"Content-Type": "text/turtle", **headers}),
                client.delete("graph?graph=x:g", headers={**headers, "Cookie": f"token={scratch.secret}"}),
            ):
                assert response.status_code in {400, 401}
                assert response.status_code == 400 or response.headers["www-authenticate"].startswith("Bearer")
                assert scratch.secret not in response.text

    def test_a_token_that_was_revoked_is_none(self, scratch: Scratch) -> None:
        """At once: also on a connection that is open, also for a request that was right a moment ago."""
        secret, token = new_token(scratch.tokens, ("update",), days=None, note="to be revoked")
        headers = {"Authorization": f"Bearer {secret}"}
        text = "INSERT DATA { <x:r> <x:b> <x:c> } ; DELETE DATA { <x:r> <x:b> <x:c> }"
        until = time.monotonic() + 20
        with client_of(scratch.server) as client:
            while client.post("sparql", data={"update": text}, headers=headers).status_code != 204:
                assert time.monotonic() < until
                time.sleep(0.05)
            revoke_token(scratch.tokens, token.id)
            time.sleep(1.1)
            found = client.post("sparql", data={"update": "INSERT DATA { <x:r> <x:b> <x:c> }"}, headers=headers)

        assert found.status_code == 401
        assert "x:r" not in scratch.state()


class TestTogether:
    def test_no_update_is_lost_among_others(self, scratch: Scratch) -> None:
        """Eight clients count on together: each sees what the one before has written."""
        scratch.update("INSERT DATA { <x:counter> <x:n> 0 }")
        where = "WHERE { <x:counter> <x:n> ?n BIND(?n + 1 AS ?m) }"
        text = f"DELETE {{ <x:counter> <x:n> ?n }} INSERT {{ <x:counter> <x:n> ?m }} {where}"
        with ThreadPoolExecutor(8) as executor:
            done = [reply.status_code for reply in executor.map(lambda _: scratch.update(text), range(40))]
        value = scratch.client.get(
            "sparql", params={"query": "SELECT ?n { <x:counter> <x:n> ?n }", "format": "csv"}
        ).text

        assert set(done) <= {204, 503}
        assert value == f"n\r\n{done.count(204)}\r\n"

    def test_of_those_who_know_one_state_one_writes(self, scratch: Scratch) -> None:
        """If-Match: the others hear that the graph is not what it was."""
        put = {"Content-Type": "text/turtle"}
        scratch.client.put("graph?graph=x:race", content="<x:s> <x:p> 0 .", headers=put)
        tag = scratch.client.get("graph?graph=x:race", headers={"Accept": "text/turtle"}).headers["etag"]

        def write(number: int) -> int:
            headers = {**put, "If-Match": tag}
            return scratch.client.put(
                "graph?graph=x:race", content=f"<x:s> <x:p> {number} .", headers=headers
            ).status_code

        with ThreadPoolExecutor(8) as executor:
            found = sorted(executor.map(write, range(1, 17)))

        assert found == [204, *[412] * 15]
        assert scratch.client.delete("graph?graph=x:race").status_code == 204

    @pytest.mark.parametrize("tag", ['W/"x"', "*, *", '"', "x", '"a' * 5000, '"x-gzip"', "W/*"])
    def test_a_tag_that_is_none_writes_nothing(self, scratch: Scratch, tag: str) -> None:
        """412, for what is there and for what is not."""
        for graph in ("x:g", "x:not-there"):
            headers = {"Content-Type": "text/turtle", "If-Match": tag}
            response = scratch.client.put(f"graph?graph={graph}", content="<x:s> <x:p> 0 .", headers=headers)

            assert response.status_code in {400, 412} or (tag == "*, *" and graph == "x:g")

    def test_no_answer_is_older_than_what_was_acknowledged(self, scratch: Scratch) -> None:
        """The same bytes again and again, on one connection: ready and kept answers and tags are of the new state."""
        path = "sparql?format=csv&query=" + quote("SELECT ?n { <x:seen> <x:n> ?n }")
        tag = '"none"'
        for number in range(10):
            text = f"DELETE WHERE {{ <x:seen> <x:n> ?n }} ; INSERT DATA {{ <x:seen> <x:n> {number} }}"
            assert scratch.update(text).status_code == 204
            found = kept_open(scratch.server, [get(path)] * 4 + [get(path, If_None_Match=tag)])
            assert [answer.body for answer in found] == [f"n\r\n{number}\r\n".encode()] * 5
            assert {answer.status for answer in found} == {200}
            tag = found[0].header("etag")


class TestKills:
    ROUNDS: Final = 100 if LONG else 2

    def test_what_was_acknowledged_is_there_after_any_end(self, tmp_path: Path) -> None:
        """Killed at a random moment, with all its processes or alone: each update is there wholly or not at all."""
        chance, acknowledged, tried = random.Random(9), set[int](), 0
        tokens = tmp_path / "tokens.json"
        secret, _ = new_token(tokens, ("read", "update"), days=None, note="tests")
        for _ in range(self.ROUNDS):
            server = begin(tmp_path / "store", tokens)
            over = threading.Timer(0.2 + chance.random(), os.kill, (server.process.pid, signal.SIGKILL))
            with client_of(server) as client:
                client.headers["Authorization"] = f"Bearer {secret}"
                over.start()
                with contextlib.suppress(httpx.TransportError):
                    while True:
                        tried += 1
                        one = f"<x:{tried}> <x:one> {tried}"
                        text = f"INSERT DATA {{ {one} . GRAPH <x:g> {{ <x:{tried}> <x:two> {tried} }} }}"
                        if client.post("sparql", data={"update": text}).status_code == 204:
                            acknowledged.add(tried)
            over.join()
            end(server)
        server = begin(tmp_path / "store", tokens)
        try:
            with client_of(server) as client:
                rows = client.get(
                    "sparql",
                    params={"query": "SELECT ?n { ?s <x:one> ?n GRAPH <x:g> { ?s <x:two> ?n } }", "format": "csv"},
                ).text.split()[1:]
                halves = client.get(
                    "sparql",
                    params={
                        "query": "SELECT ?s { { ?s <x:one> ?n } UNION { GRAPH <x:g> { ?s <x:two> ?n } } }",
                        "format": "csv",
                    },
                ).text.split()[1:]
        finally:
            end(server)

        assert acknowledged <= {int(row) for row in rows} <= set(range(1, tried + 1))
        assert len(halves) == 2 * len(rows)

    @pytest.mark.parametrize("damage", ["a gap", "a cut", "an edit"] if LONG else ["a gap"])
    def test_a_log_that_is_damaged_is_not_served(self, tmp_path: Path, damage: str) -> None:
        """It is said which record, and nothing is thrown away."""
        with running(tmp_path) as made:
            for number in range(6):
                assert made.update(f"INSERT DATA {{ <x:s> <x:p> {number} }}").status_code == 204
        records = sorted((tmp_path / "store").rglob("*.nqp"))
        assert len(records) >= 6
        match damage:
            case "a gap":
                records[2].unlink()
            case "a cut":
                records[2].write_bytes(records[2].read_bytes()[:-4])
            case _:
                records[2].write_bytes(records[2].read_bytes().replace(b'"2"', b'"7"'))
        command = [sys.executable, "-c", _SERVE, str(tmp_path / "store"), str(tmp_path / "tokens.json"), "2"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

        assert done.returncode != 0
        assert "ChangeLogDamaged: " in done.stderr
        assert ".nqp" in done.stderr.splitlines()[-1]
        assert done.stdout == ""
        assert len(list((tmp_path / "store").rglob("*.nqp"))) == len(records) - (damage == "a gap")
