"""Answers that are kept and shared: nobody gets those of another request, or goes without because of others."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
import pytest

from tests.chaos.attacking import client_of, post
from tests.chaos.shapes import ENDLESS
from tests.chaos.wire import Answer, answers
from tests.fuzz.whole import is_whole
from tests.server.conftest import Server, publish, start, stop

LABELS: Final = "SELECT ?s ?l { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?l } ORDER BY ?l LIMIT 60"
TYPES: Final = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
    "text/html": "text/html",
    "*/*": "application/sparql-results+json",
    "text/csv;q=0.1, application/xml": "application/sparql-results+xml",
}
ENCODINGS: Final = {"identity": "", "gzip": "gzip", "br": "br", "zstd": "zstd", "gzip;q=0.1, br": "br", "": ""}


def fresh(query: str = LABELS) -> str:
    """Return a query that nobody has asked before."""
    return f"{query} # {os.urandom(8).hex()}"


def kept_open(server: Server, requests: list[bytes]) -> list[Answer]:
    """Send requests on one connection, each when the answer to the one before is there."""
    found = []
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        for request in requests:
            connection.sendall(request)
            data = b""
            while True:
                data += connection.recv(1 << 16)
                with contextlib.suppress(AssertionError, ValueError):
                    found.append(answers(data, to_head=request.startswith(b"HEAD"))[0])
                    break
    return found


def get(path: str, **headers: str) -> bytes:
    """Return the bytes of a request."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET /{path} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode()


class TestVariants:
    def test_each_request_gets_its_own_format_and_encoding(self, client: httpx.Client) -> None:
        """However often and in whatever order they come: all formats by all encodings by GET, HEAD and POST."""
        query = fresh()
        variants = list(itertools.product(TYPES, ENCODINGS, ("GET", "POST", "HEAD"))) * 2
        random.Random(5).shuffle(variants)
        bodies: dict[str, set[bytes]] = {}
        for accept, encoding, method in variants:
            headers = {"Accept": accept, "Accept-Encoding": encoding}
            if method == "POST":
                response = client.post("sparql", data={"query": query}, headers=headers)
            else:
                response = client.request(method, "sparql", params={"query": query}, headers=headers)

            assert response.status_code == 200
            assert response.headers["content-type"].partition(";")[0] == TYPES[accept]
            assert response.headers.get("content-encoding", "") == ENCODINGS[encoding]
            if method == "HEAD":
                assert response.content == b""
            else:
                assert is_whole(response.headers, response.content)
                if TYPES[accept] != "text/html":
                    bodies.setdefault(TYPES[accept], set()).add(response.content)
            assert ("etag" in response.headers) == (method != "POST")

        assert {kind: len(found) for kind, found in bodies.items()} == dict.fromkeys(
            set(TYPES.values()) - {"text/html"}, 1
        )

    def test_the_same_bytes_have_the_same_answer_and_another_id(self, server: Server) -> None:
        """Also when the answer is not made again; other bytes have another one."""
        path = f"sparql?query={quote(fresh())}"
        plain, packed = get(path, Accept="text/csv"), get(path, Accept="text/csv", Accept_Encoding="gzip")
        other = get(f"sparql?query={quote(fresh('ASK {}'))}", Accept="text/csv")

        found = kept_open(server, [plain, packed, other] * 8)

        assert len({answer.header("x-request-id") for answer in found}) == 24
        assert [answer.header("content-encoding") for answer in found] == ["", "gzip", ""] * 8
        assert len({answer.body for answer in found}) == 3
        assert {answer.status for answer in found} == {200}

    @pytest.mark.parametrize("step", [1, 7, 60])
    def test_a_request_in_pieces_is_that_request(self, server: Server, step: int) -> None:
        """What stands inside of a body, or behind another request, is no request of its own."""
        path = f"sparql?query={quote(fresh('ASK {}'))}"
        asked = get(path, Accept="text/csv")
        kept_open(server, [asked] * 3)
        posted = b"POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(asked)
        last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(posted)
            time.sleep(0.02)
            connection.sendall(asked)  # the body
            time.sleep(0.05)
            connection.sendall(asked[:9])
            for place in range(9, len(asked), step * 8):
                connection.sendall(asked[place : place + step * 8])
                time.sleep(0.001)
            time.sleep(0.05)
            connection.sendall(asked + asked)
            time.sleep(0.05)
            connection.sendall(last)
            data = b"".join(iter(lambda: connection.recv(1 << 16), b""))

        assert [answer.status for answer in answers(data)] == [405 if b"405" in data[:20] else 404, 200, 200, 200, 200]

    def test_a_range_of_an_answer_is_the_whole_answer(self, server: Server) -> None:
        """Ranges are for files; half a table would be a partial answer."""
        path = f"sparql?query={quote(fresh())}"
        whole, part, again = kept_open(server, [get(path), get(path, Range="bytes=0-9", If_Range='"x"'), get(path)])

        assert [answer.status for answer in (whole, part, again)] == [200, 200, 200]
        assert whole.body == part.body == again.body


class TestTags:
    def test_whatever_changes_the_answer_changes_its_tag(self, client: httpx.Client) -> None:
        """Text, dataset, format; lists that are the same when written one after the other are not the same."""
        one, two = "https://w3id.org/egov-kg/graph/entailed", "https://w3id.org/egov-kg/graph/document/int/laws"
        query = fresh("SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
        requests: list[list[tuple[str, str]]] = [
            [],
            [("default-graph-uri", one)],
            [("named-graph-uri", one)],
            [("default-graph-uri", one), ("default-graph-uri", two)],
            [("default-graph-uri", one), ("named-graph-uri", two)],
            [("named-graph-uri", one), ("default-graph-uri", two)],
            [("named-graph-uri", one), ("named-graph-uri", two)],
            [("default-graph-uri", one + two)],
            [("format", "xml")],
            [("format", "csv")],
        ]
        tags = {}
        for parameters in requests:
            response = client.get("sparql", params=[("query", query), *parameters])
            assert response.status_code == 200
            tags[response.headers["etag"]] = response.content
        for parameters in requests:
            for tag, content in tags.items():
                response = client.get("sparql", params=[("query", query), *parameters], headers={"If-None-Match": tag})
                assert response.status_code == (304 if response.headers["etag"] == tag else 200)
                assert response.status_code == 304 or tags[response.headers["etag"]] == response.content
                assert response.status_code == 200 or content is tags[response.headers["etag"]]

        assert len(tags) == len(requests)

    def test_a_tag_of_another_release_is_not_known(self, tmp_path: Path) -> None:
        """After a change of release nobody hears 304, or an old answer, for what has changed."""
        first = publish(tmp_path, "2026.1.0").id
        server = start(tmp_path, first)
        path = "sparql?format=csv&query=" + quote(
            "SELECT ?l { <https://w3id.org/egov-kg/id/law/kr/act> <http://www.w3.org/2004/02/skos/core#prefLabel> ?l }"
        )
        seen: dict[str, set[bytes]] = {}
        try:
            (before,) = kept_open(server, [get(path)])
            second, until = publish(tmp_path, "2026.2.0").id, time.monotonic() + 30
            while second not in seen:
                assert time.monotonic() < until
                plain, known = kept_open(server, [get(path), get(path, If_None_Match=before.header("etag"))])
                seen.setdefault(plain.header("egov-release"), set()).add(plain.body)
                assert known.status == (304 if known.header("egov-release") == first else 200)
                time.sleep(0.05)
        finally:
            stop(server)

        assert {key: len(bodies) for key, bodies in seen.items()} == {first: 1, second: 1}
        assert b"2026.1.0" in next(iter(seen[first]))
        assert b"2026.2.0" in next(iter(seen[second]))


class TestSharing:
    SLOW: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?a), STR(?f))) = 7) }"

    def test_a_query_that_waits_behind_others_keeps_nobody_waiting(self, server: Server) -> None:
        """A client that has all its processes busy asks what others ask: they do not wait in its queue."""
        query, over = fresh("ASK { ?s ?p ?o }"), threading.Event()

        def ask(text: str) -> tuple[int, float]:
            with client_of(server, "127.0.3.1") as client:
                reply = post(client, text)
                over.set()
                return reply.status, reply.seconds

        with ThreadPoolExecutor(3) as executor, client_of(server, "127.0.3.2") as other:
            flood = [executor.submit(ask, fresh(ENDLESS)) for _ in range(2)]
            time.sleep(0.3)
            flood.append(executor.submit(ask, query))
            time.sleep(0.3)
            reply = post(other, query)
            was_over = over.is_set()
            for one in flood:
                one.result()

        assert reply.status == 200
        assert not was_over

    def test_a_short_deadline_is_its_own(self, server: Server) -> None:
        """Whoever asks with a deadline of a moment does not end the run of who has time."""
        query = fresh(self.SLOW)

        def ask(timeout: str) -> int:
            with client_of(server, f"127.0.4.{1 + len(timeout)}") as client:
                return post(client, query, timeout=timeout).status

        with ThreadPoolExecutor(4) as executor:
            hasty = [executor.submit(ask, "0.01") for _ in range(2)]
            patient = executor.submit(ask, "2")

        assert {one.result() for one in hasty} <= {503, 200}
        assert patient.result() in {200, 503}

    def test_an_error_of_one_moment_is_not_kept(self, client: httpx.Client) -> None:
        """A query that had no time is answered when it has."""
        query = fresh("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")  # its time must be enough on a loaded machine

        first = post(client, query, timeout="0.001").status
        second = post(client, query)

        assert first in {200, 503}
        assert second.status == 200
        assert json.loads(second.body)["results"]["bindings"]
