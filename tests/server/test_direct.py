"""Answers that are made on the connection: nobody can tell them from those that the application makes."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from egov_kg.server import shapes
from egov_kg.server.shapes import Shape, Shapes
from tests.server.conftest import Server, publish
from tests.server.test_ready import HEADERS, LABEL, QUERIES, Connection, comparable, header

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is another parser")

_SERVE = """
import json, sys
from pathlib import Path
from egov_kg.config import Config
from egov_kg.server import connection, direct, run, shapes

finish = connection.HttpToolsConnection.finish_direct

def finished(*arguments):
    print("direct", flush=True)
    finish(*arguments)

connection.HttpToolsConnection.finish_direct = finished
if sys.argv[2] == "detour":
    shapes.MOST = 0

class Unreadable:
    of = staticmethod(lambda answer: 1 / 0)

if sys.argv[2] == "unreadable":
    direct.Content = Unreadable
config = Config(port=0, **json.loads(sys.argv[3]))
run(config, Path(sys.argv[1]), on_ready=lambda url: print(url, flush=True))
"""

SLOW = """PREFIX egov: <https://w3id.org/egov-kg/ontology#>
SELECT (COUNT(*) AS ?n) { ?a egov:amends ?b . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?a), STR(?f))) = 7) }"""
ENDLESS = "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(CONCAT(STR(?a), STR(?d), STR(?g), STR(?j)) = 'x') }"
MORE = {
    "a page of rows": "SELECT * { ?s ?p ?o } LIMIT 400",
    "not allowed": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "an update": "DROP ALL",
    "foreign graph": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "unknown function": "SELECT (<x:f>(1) AS ?x) {}",
    "description": "DESCRIBE <https://w3id.org/egov-kg/id/law/kr/act>",
    "two ways of sorting": "SELECT ?o { VALUES ?o { 1 'a' true <x:y> 2.5 } } ORDER BY ?o",
    "too many": "SELECT * { ?s ?p ?o . ?a ?b ?c }",
}
TARGETS = {
    "plus": "?query=ASK+%7B%7D+%23+%2B",
    "no query": "?query=",
    "two": "?query=ASK%7B%7D&query=ASK%7B%7D",
    "format": "?query=ASK%7B%7D&format=csv",
    "ampersand": "?query=ASK%7B%7D&",
    "bad percent": "?query=ASK%7B%7D%zz",
    "cut percent": "?query=ASK%7B%7D%4",
    "no text": "?query=ASK%7B%7D%20%23%FF",
    "nul": "?query=ASK%7B%7D%20%23%00",
    "braces": "?query=ASK{}",
    "equals": "?query=ASK%7B%7D%23=x=y",
    "question": "?query=ASK%7B?s%20?p%20?o%7D",
    "slashes": "?query=ASK%7B%7D%23//x:1@y;z",
    "korean": "?query=ASK%20%7B%3Fs%20%3Fp%20%22%EC%A0%84%EC%9E%90%EC%A0%95%EB%B6%80%EB%B2%95%22%40ko%7D",
    "too large": "?query=ASK%7B%7D%23" + 3000 * "x",
    "explain": "?query=ASK%7B%7D&explain=1",
}


def start(out: Path, release: str, way: str, **settings: object) -> Server:
    """Start a server that says when it has answered directly, or never does.

    Args:
        out: The folder of its releases.
        release: The id of the release that it begins with.
        way: ``direct``, ``detour``, or ``unreadable``: answers that are made directly cannot be read.
        **settings: Of the configuration.
    """
    words = [str(out), way, json.dumps({"query_seconds": 20, "result_bytes": 1 << 20, **settings})]
    command = [sys.executable, "-c", _SERVE, *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return Server(out, release, process)


def count(server: Server) -> int:
    """End a server, unless that is done; return how many answers it has made directly."""
    assert server.process.stdout is not None
    if server.process.stdout.closed:
        return 0
    server.process.terminate()
    told, _ = server.process.communicate(timeout=30)
    return told.splitlines().count("direct")


def asking(query: str, headers: str = "") -> str:
    """Return a request for a query."""
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n{headers}\r\n"


def figure(server: Server, name: str) -> float:
    """Return what a series of the metrics stands at."""
    with Connection(server) as connection:
        _, body = connection.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    found = re.search(rf"^{re.escape(name)} (\S+)$", body.decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def until(server: Server, name: str, value: float) -> None:
    """Wait until a series of the metrics stands at a value."""
    end = time.monotonic() + 30
    while figure(server, name) != value:
        assert time.monotonic() < end, (name, figure(server, name))
        time.sleep(0.02)


@pytest.fixture(scope="module")
def pair(server: Server) -> Iterator[tuple[Server, Server]]:
    """A server that answers directly and one that does not, of one release."""
    one, other = (start(server.out, server.release, way, query_bytes=2000) for way in ("direct", "detour"))
    yield one, other
    assert count(one) > 0
    assert count(other) == 0


@pytest.fixture
def observed(server: Server) -> Iterator[Server]:
    """A server that answers directly and tells what it does."""
    running = start(server.out, server.release, "direct", metrics="local")
    yield running
    count(running)


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize("query", [*QUERIES.values(), *MORE.values()], ids=[*QUERIES, *MORE])
def test_nobody_can_tell_the_ways_apart(pair: tuple[Server, Server], query: str, headers: str) -> None:
    """Whatever is asked, and in whatever form; the first time, out of the cache and out of the table."""
    heads, bodies = [], []
    for server in pair:
        with Connection(server) as connection:
            connection.ask(asking("ASK { ?s ?p ?shape }", headers))
            answers = [connection.ask(asking(f"{query} #direct", headers)) for _ in range(3)]
        heads.append([comparable(head) for head, _ in answers])
        bodies.append([body for _, body in answers])

    if "UUID" in query:  # which packs more or less well
        heads = [[[line for line in head if b"content-length" not in line] for head in made] for made in heads]
    assert heads[0] == heads[1]
    is_named = "html" in headers or not answers[0][0].startswith(b"HTTP/1.1 200 ")  # the request, or the server
    if not is_named and "UUID" not in query:
        assert bodies[0] == bodies[1]


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_what_is_unusual_is_answered_as_ever(pair: tuple[Server, Server], target: str) -> None:
    """Behind an address that nobody would write, a head that is known well."""
    made = []
    for server in pair:
        with Connection(server) as connection:
            connection.ask(asking("ASK { ?s ?p ?shape }"))
            made.append(connection.ask(f"GET /sparql{target} HTTP/1.1\r\nHost: x\r\n\r\n"))

    heads = [comparable(head) for head, _ in made]
    if "explain" in target:  # which tells how long it took
        heads = [[line for line in head if b"content-length" not in line] for head in heads]
    assert heads[0] == heads[1]
    if b" 200 " in made[0][0].split(b"\r\n")[0] and "explain" not in target:
        assert made[0][1] == made[1][1]


def test_the_headers_stand_in_the_same_order(pair: tuple[Server, Server]) -> None:
    """Byte for byte but for day, id and timings."""
    mask = re.compile(rb"(date|x-request-id|server-timing): [^\r]*")
    for query in (QUERIES["ask"], QUERIES["graph"], QUERIES["rows"]):
        heads = []
        for server in pair:
            with Connection(server) as connection:
                connection.ask(asking("ASK { ?s ?p ?shape }"))
                head, _ = connection.ask(asking(f"{query} #order"))
            assert re.search(rb"server-timing: queue;dur=[\d.]+, run;dur=[\d.]+, write;dur=[\d.]+\r\n", head)
            heads.append(mask.sub(rb"\1", head))
        assert heads[0] == heads[1]


def test_other_methods_are_answered_as_ever(pair: tuple[Server, Server]) -> None:
    """HEAD, POST, and a tag that fits, behind a head that is known."""
    got = []
    for server in pair:
        with Connection(server) as connection:
            head, _ = connection.ask(asking("ASK { ?s ?p ?tag }"))
            etag = header(head, b"etag").decode()
            body = "query=ASK%7B%7D%23post"
            requests = [
                asking("ASK { ?s ?p ?head }").replace("GET", "HEAD", 1),
                asking("ASK { ?s ?p ?tag }", f"If-None-Match: {etag}\r\n"),
                asking("ASK { ?s ?p ?range }", "Range: bytes=0-3\r\n"),
                (
                    "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}"
                ),
            ]
            got.append([comparable(connection.ask(request)[0]) for request in requests])

    assert got[0] == got[1]


def test_what_comes_meanwhile_is_answered_in_order(pair: tuple[Server, Server]) -> None:
    """Requests behind one that is being made, whole or in pieces."""
    server = pair[0]
    with Connection(server) as connection:
        connection.ask(asking("ASK { ?s ?p ?shape }"))
    last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    received = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(asking(f"{SLOW} #first").encode())
        rest = (asking("SELECT (1 AS ?one) {}") + asking("SELECT (2 AS ?two) {}") + last).encode()
        for place in range(0, len(rest), 41):
            time.sleep(0.002)
            connection.sendall(rest[place : place + 41])
        while part := connection.recv(1 << 16):
            received += part

    assert re.findall(rb'"vars":\["(\w+)"\]|("status")', received) == [
        (b"n", b""),
        (b"one", b""),
        (b"two", b""),
        (b"", b'"status"'),
    ]


def test_a_client_that_leaves_ends_its_query(observed: Server) -> None:
    """Its process is ended, its turn is over, and the counters say so."""
    with Connection(observed) as connection:
        connection.ask(asking("ASK { ?s ?p ?shape }"))
    for number in range(3):
        with socket.create_connection(("127.0.0.1", observed.port), timeout=20) as connection:
            connection.sendall(asking(f"{ENDLESS} #{number}").encode())
            until(observed, "egov_queries_running", 1)
        until(observed, "egov_queries_running", 0)
    with Connection(observed) as connection:
        _, body = connection.ask(asking("ASK { ?s ?p ?after }"))

    assert b"true" in body
    assert figure(observed, "egov_queries_waiting") == 0
    assert figure(observed, 'egov_answers_total{form="sparql",problem="",status="0"}') == 3
    assert figure(observed, 'egov_cache_requests_total{result="miss"}') == 2


def test_equal_queries_share_one_run(observed: Server) -> None:
    """One that is made directly and one that the application makes; the second goes on when the first one leaves."""
    for leaves in (False, True):
        slow = asking(f"{SLOW} #{leaves}")
        answers: list[bytes] = []
        with Connection(observed) as connection:
            connection.ask(asking("ASK { ?s ?p ?shape }"))

        def follow(request: str, answers: list[bytes]) -> None:
            with Connection(observed) as connection:
                answers.append(connection.ask(request)[1])

        with socket.create_connection(("127.0.0.1", observed.port), timeout=20) as first:
            first.sendall(slow.encode())
            until(observed, "egov_queries_running", 1)
            following = threading.Thread(target=follow, args=(slow.replace("Host: ", "Host:  "), answers))
            following.start()
            time.sleep(0.05)
            if not leaves:
                assert first.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        following.join(30)
        assert b'"value":"0"' in answers[0]
    assert figure(observed, "egov_queries_running") == figure(observed, "egov_queries_waiting") == 0


def test_who_shares_a_run_hears_of_a_fault_of_ours(server: Server) -> None:
    """The connection on which it was made directly is closed, the other request is answered with an error, both now."""
    running = start(server.out, server.release, "unreadable", metrics="local")
    slow = asking(f"{SLOW} #fault")
    answers: list[bytes] = []

    def follow() -> None:
        with Connection(running) as connection:
            answers.append(connection.ask(slow.replace("Host: ", "Host:  "))[0])

    with Connection(running) as connection:  # the head is known from here on
        connection.ask(asking("ASK { ?s ?p ?shape }"))
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as first:
        first.sendall(slow.encode())
        until(running, "egov_queries_running", 1)
        following = threading.Thread(target=follow)
        following.start()
        with contextlib.suppress(ConnectionResetError):
            assert first.recv(1 << 16) == b""
    following.join(10)
    count(running)

    assert answers[0].startswith(b"HTTP/1.1 503 ")


def test_the_deadline_holds(server: Server) -> None:
    """The answer is the one that it always is, and what has just timed out is refused at once."""
    heads = []
    for way in ("direct", "detour"):
        running = start(server.out, server.release, way, query_seconds=1, repeat_seconds=60)
        with Connection(running) as connection:
            connection.ask(asking("ASK { ?s ?p ?shape }"))
            began = time.monotonic()
            answers = [connection.ask(asking(ENDLESS)) for _ in range(2)]
            took = time.monotonic() - began
            assert b"true" in connection.ask(asking("ASK { ?s ?p ?o }"))[1]
        count(running)
        assert took < 5
        assert {json.loads(body)["type"].rpartition("/")[2] for _, body in answers} == {"time-limit"}
        heads.append([head for answer, _ in answers for head in comparable(answer) if b"retry-after" not in head])

    assert heads[0] == heads[1]


def test_a_budget_is_charged_and_holds(server: Server) -> None:
    """Time that was used up directly is missing on every way."""
    forwarded, heads = "X-Forwarded-For: 203.0.113.9\r\n", []
    settings = {"trusted_proxies": "127.0.0.1", "client_seconds": 1, "client_burst_seconds": 1, "query_seconds": 2}
    for way in ("direct", "detour"):
        running = start(server.out, server.release, way, **settings)
        with Connection(running) as connection:
            connection.ask(asking("ASK { ?s ?p ?shape }", forwarded))
            connection.ask(asking(ENDLESS, forwarded))
            refused = connection.ask(asking("ASK { ?s ?p ?refused }", forwarded))
            others = connection.ask(asking("ASK { ?s ?p ?others }", forwarded.replace(".9", ".10")))
        count(running)
        assert refused[0].startswith(b"HTTP/1.1 429 ")
        assert b"true" in others[1]
        heads.append([line for line in comparable(refused[0]) if b"retry-after" not in line])

    assert heads[0] == heads[1]


def test_another_release_answers_from_its_first_moment(tmp_path: Path) -> None:
    """On a connection that was open before, too; what was begun before ends with the release that it began with."""
    server = start(tmp_path, publish(tmp_path, "2026.1.0").id, "direct")
    try:
        with Connection(server) as connection:
            answers = [connection.ask(asking(f"{LABEL} #{number}")) for number in range(5)]
            second, number = publish(tmp_path, "2026.2.0").id.encode(), 5
            while header(answers[-1][0], b"egov-release") != second:
                number += 1
                answers.append(connection.ask(asking(f"{LABEL} #{number}")))
            answers += [connection.ask(asking(f"{LABEL} #{number + more}")) for more in range(1, 5)]
    finally:
        directly = count(server)

    for head, body in answers:
        version = b"Act 2026.2.0" if header(head, b"egov-release") == second else b"Act 2026.1.0"
        assert version in body
    assert directly == len(answers) - 1


def test_a_server_that_stops_answers_first(observed: Server) -> None:
    """And says that the connection ends."""
    with socket.create_connection(("127.0.0.1", observed.port), timeout=30) as connection:
        connection.sendall(asking("ASK { ?s ?p ?shape }").encode())
        connection.recv(1 << 16)
        connection.sendall(asking(SLOW).encode())
        until(observed, "egov_queries_running", 1)
        observed.process.send_signal(signal.SIGTERM)
        received = b""
        while part := connection.recv(1 << 16):
            received += part
    observed.process.communicate(timeout=30)

    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in received
    assert b'"value":"0"' in received
    assert observed.process.returncode == 0


def test_it_stands_in_the_log_as_any_other(server: Server) -> None:
    """With its own id, its timings, and its query if that is wanted."""
    lines = []
    for way in ("direct", "detour"):
        running = start(server.out, server.release, way, log_format="json", log_access=True, log_queries=True)
        with Connection(running) as connection:
            request = "ASK {{}} #{}"
            agent = "User-Agent: tests\r\n"
            ids = [header(connection.ask(asking(request.format(n), agent))[0], b"x-request-id") for n in range(3)]
            connection.ask(asking("SELECT", agent))
        running.process.terminate()
        _, errors = running.process.communicate(timeout=30)
        found = [json.loads(line) for line in errors.splitlines() if '"path": "/sparql"' in line]
        assert [line["request"].encode() for line in found[:3]] == ids
        lines.append(
            [
                {key: ... if key.endswith("ms") or key in {"time", "request", "client"} else line[key] for key in line}
                for line in found
            ]
        )

    assert lines[0] == lines[1]
    assert [(line["cache"], line["form"]) for line in lines[0][:3]] == [("miss", "ASK")] * 3


def test_only_usual_heads_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not those at which the application looks again, and only so many."""
    monkeypatch.setattr(shapes, "MOST", 3)
    table = Shapes()

    def keep(name: str, *, beginning: str = "GET /sparql?query=x", end: str = "\r\n\r\n") -> bool:
        rest = f" HTTP/1.1\r\n{name}: y{end}".encode()
        shape = Shape([(name.encode(), b"y")], "", None, "json", "ttl")
        table.keep(beginning.encode() + rest, shape)
        return table.find(rest) is shape

    assert keep("host")
    assert not keep("authorization")
    assert not keep("if-none-match")
    assert not keep("content-length")
    assert not keep("accept", beginning="HEAD /sparql?query=x")
    assert not keep("accept", end="\r\n\r\nbody")
    assert not keep("accept", end="\r\nx: " + 3000 * "x" + "\r\n\r\n")
    assert all(keep(name) for name in ("a", "b", "c"))
    assert table.find(b" HTTP/1.1\r\nhost: y\r\n\r\n") is None
