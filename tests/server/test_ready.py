"""Ready answers: byte for byte what the application answers, until the graph is in another state."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from urllib.parse import quote

import pytest

from egov_kg.server.ready import Ready, ReadyAnswers
from tests.server.conftest import Server, publish, start, stop

LABEL = "SELECT ?l { <https://w3id.org/egov-kg/id/law/kr/act> <http://www.w3.org/2004/02/skos/core#prefLabel> ?l }"
CRLF = "\r\n"
QUERIES = {
    "ask": "ASK { ?s ?p ?o }",
    "rows": "SELECT ?s ?o { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?o } LIMIT 10",
    "graph": "CONSTRUCT WHERE { <https://w3id.org/egov-kg/id/law/kr/act> ?p ?o }",
    "changing": "SELECT (UUID() AS ?x) {}",
    "wrong": "SELECT",
    "large": "SELECT * { ?s ?p ?o }",
}
HEADERS = {
    "nothing": "",
    "csv": "Accept: text/csv\r\n",
    "turtle": "Accept: text/turtle;q=0.9, text/tab-separated-values\r\n",
    "gzip": "Accept-Encoding: gzip\r\n",
    "encodings": "Accept-Encoding: br;q=0.5, zstd\r\n",
    "no plain body": "Accept-Encoding: gzip, identity;q=0\r\n",
    "token": "Authorization: Bearer x\r\n",
    "page": "Accept: text/html\r\nAccept-Language: ko\r\n",
}


class Connection:
    """A connection that stays open, on which requests are written as they stand.

    Args:
        server: Where it goes.
    """

    def __init__(self, server: Server) -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()

    def ask(self, request: str) -> tuple[bytes, bytes]:
        """Return head and body of the answer to a request."""
        self._socket.sendall(request.encode())
        received = b""
        while b"\r\n\r\n" not in received:
            part = self._socket.recv(1 << 16)
            assert part
            received += part
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        left = int(length[1]) - len(body) if length and not request.startswith("HEAD") else 0
        while left > 0:
            part = self._socket.recv(1 << 16)
            assert part
            body, left = body + part, left - len(part)
        return head, body


@pytest.fixture(scope="module")
def plain(server: Server) -> Iterator[Server]:
    """A server of the same release that keeps nothing."""
    running = start(server.out, server.release, cache_bytes=0)
    yield running
    stop(running)


def comparable(head: bytes) -> list[bytes]:
    """Return a head without what differs from one answer to the next: day, id, timings."""
    lines = head.lower().split(b"\r\n")
    differing = [b"date: ", b"x-request-id: ", b"server-timing: "]
    if b" 200 " not in lines[0]:
        differing.append(b"content-length: ")  # a problem names the request, and that packs more or less well
    return sorted(line for line in lines if not line.startswith(tuple(differing)))


def header(head: bytes, name: bytes) -> bytes:
    """Return the value of a header."""
    return next(line for line in head.split(b"\r\n") if line.startswith(name + b": ")).partition(b": ")[2]


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_the_first_answer_and_the_tenth_are_the_same(server: Server, plain: Server, query: str, headers: str) -> None:
    """And the same as those of a server that keeps nothing; each has an id of its own."""
    request = f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n{headers}\r\n"
    with Connection(plain) as connection:
        expected, body = connection.ask(request)
    with Connection(server) as connection:
        answers = [connection.ask(request) for _ in range(10)]

    for head, _ in answers:
        if "UUID" not in query:
            assert comparable(head) == comparable(expected)
    is_data = expected.startswith(b"HTTP/1.1 200 ") and "html" not in headers  # pages and problems name the request
    if is_data and query != QUERIES["changing"]:
        assert {found for _, found in answers} == {body}
    assert len({header(head, b"x-request-id") for head, _ in answers}) == 10
    if query == QUERIES["changing"] and not headers:
        assert len({found for _, found in answers}) == 10


def test_ready_and_made_answers_have_the_same_headers_in_the_same_order(server: Server) -> None:
    """A request with one more space in a header is made, the same one without it is ready."""
    request = f"GET /sparql?query={quote('ASK { ?s a ?ready }')} HTTP/1.1\r\nHost: x\r\n\r\n"
    with Connection(server) as connection:
        ready = [connection.ask(request) for _ in range(4)][-1]
        made = connection.ask(request.replace("Host: ", "Host:  "))

    for name in (b"date", b"x-request-id"):
        assert re.fullmatch(rb"[\w :,]+", header(ready[0], name))
    mask = re.compile(rb"(date|x-request-id): [^\r]*")
    assert mask.sub(rb"\1", ready[0]) == mask.sub(rb"\1", made[0])
    assert ready[1] == made[1]


def test_not_modified_is_ready_too(server: Server) -> None:
    """With all headers of the first one."""
    request = f"GET /sparql?query={quote('ASK { ?s ?p 304 }')} HTTP/1.1\r\nHost: x\r\n\r\n"
    with Connection(server) as connection:
        etag = header(connection.ask(request)[0], b"etag").decode()
        conditional = f"{request.removesuffix(CRLF)}If-None-Match: {etag}{CRLF}{CRLF}"
        answers = [connection.ask(conditional) for _ in range(4)]

    assert {head.split(b"\r\n")[0] for head, _ in answers} == {b"HTTP/1.1 304 Not Modified"}
    assert len({tuple(comparable(head)) for head, _ in answers}) == 1
    assert {body for _, body in answers} == {b""}


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    """Whether they have a ready answer or not, and however they are cut into packets."""
    one = f"GET /sparql?query={quote('ASK { ?s ?p 1 }')} HTTP/1.1\r\nHost: x\r\n\r\n"
    other = f"GET /sparql?query={quote('SELECT (2 AS ?n) {}')}&format=csv HTTP/1.1\r\nHost: x\r\n\r\n"
    last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with Connection(server) as connection:
        for _ in range(3):
            connection.ask(one)
            connection.ask(other)
    together = server.raw((one + other + one + other + last).encode())
    cut = (one + other + last).encode()
    pieces = []
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as slow:
        slow.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for place in range(0, len(cut), 37):
            slow.sendall(cut[place : place + 37])
        while part := slow.recv(1 << 16):
            pieces.append(part)

    bodies = re.compile(rb'"boolean":(?:true|false)|n\r\n2\r\n|"status"')
    assert bodies.findall(together) == [b'"boolean":false', b"n\r\n2\r\n"] * 2 + [b'"status"']
    assert bodies.findall(b"".join(pieces)) == [b'"boolean":false', b"n\r\n2\r\n", b'"status"']


def test_a_ready_answer_does_not_outlive_its_release(tmp_path: Path) -> None:
    """On a connection that was open before, too."""
    server = start(tmp_path, publish(tmp_path, "2026.1.0").id)
    request = f"GET /sparql?query={quote(LABEL)}&format=csv HTTP/1.1\r\nHost: x\r\n\r\n"
    try:
        with Connection(server) as connection:
            before = [connection.ask(request) for _ in range(5)]
            second = publish(tmp_path, "2026.2.0").id.encode()
            while header(connection.ask(request)[0], b"egov-release") != second:
                time.sleep(0.05)
            after = [connection.ask(request) for _ in range(5)]
    finally:
        stop(server)

    assert all(b"Act 2026.1.0" in body for _, body in before)
    assert all(b"Act 2026.2.0" in body and header(head, b"egov-release") == second for head, body in after)


def test_the_other_parser_answers_alike(server: Server) -> None:
    """Where httptools is not installed requests are read by h11, and nothing is ready: the answers are the same."""
    code = """
import sys
from pathlib import Path
from egov_kg.config import Config
from egov_kg.server import connection, run

connection.HttpToolsProtocol = None
run(Config(port=0), Path(sys.argv[1]), on_ready=lambda url: print(url, flush=True))
"""
    command = [sys.executable, "-c", code, str(server.out)]
    other = Server(server.out, server.release, subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    try:
        for query in ("ask", "rows", "graph", "wrong", "large"):
            for headers in (value for name, value in HEADERS.items() if name != "page"):  # pages name their server
                request = f"GET /sparql?query={quote(QUERIES[query])} HTTP/1.1\r\nHost: x\r\n{headers}\r\n"
                with Connection(server) as one, Connection(other) as two:
                    first, second = one.ask(request), two.ask(request)
                assert comparable(first[0]) == comparable(second[0])
                if first[0].startswith(b"HTTP/1.1 200 "):
                    assert first[1] == second[1]
    finally:
        stop(other)


def test_ready_answers_stand_in_the_log_and_in_the_metrics(server: Server) -> None:
    """Each with its own id, as if it had been made."""
    code = """
import sys
from pathlib import Path
from egov_kg.config import Config
from egov_kg.server import run

config = Config(port=0, log_format="json", log_access=True, metrics="local")
run(config, Path(sys.argv[1]), on_ready=lambda url: print(url, flush=True))
"""
    command = [sys.executable, "-c", code, str(server.out)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    logged = Server(server.out, server.release, process)
    request = f"GET /sparql?query={quote('ASK {}')} HTTP/1.1\r\nHost: x\r\n\r\n"
    with Connection(logged) as connection:
        ids = [header(connection.ask(request)[0], b"x-request-id").decode() for _ in range(5)]
        _, metrics = connection.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    process.terminate()
    _, errors = process.communicate(timeout=20)
    lines = [json.loads(line) for line in errors.splitlines() if '"path": "/sparql"' in line]

    assert [line["request"] for line in lines] == ids
    assert [line["cache"] for line in lines] == ["miss", "hit", *["ready"] * 3]
    assert len({(line["bytes"], line["client"], line["status"], line["form"]) for line in lines}) == 1
    assert b'egov_answers_total{form="ask",problem="",status="200"} 5.0' in metrics
    assert b'egov_cache_requests_total{result="ready"} 3.0' in metrics


def test_what_is_ready_stays_within_its_budget() -> None:
    """The oldest goes first."""
    table = ReadyAnswers(budget=3000)
    table.find("state", b"")
    for number in range(10):
        table.keep("state", b"%d" % number, Ready(200, b"h" * 100, b"b" * 400))

    assert [number for number in range(10) if table.find("state", b"%d" % number)] == [7, 8, 9]


def test_an_answer_that_was_made_before_a_change_is_not_kept() -> None:
    """It was asked of another state."""
    table = ReadyAnswers()
    table.find("new", b"asked")
    table.keep("old", b"asked", Ready(200, b"", b""))

    assert table.find("new", b"asked") is None
