"""Limits that hold over HTTP: time, size, waiting, clients that leave, connections that must not be made."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.server.conftest import QUERY_BYTES, SECONDS, Ask, Server, publish, slug, start, stop
from tests.sparql.conftest import Canary, canary

__all__ = ["canary"]

ENDLESS = "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(CONCAT(STR(?a), STR(?d), STR(?g), STR(?j)) = 'x') }"
PATHS = "SELECT (COUNT(*) AS ?n) { ?a (egov:amends*)* ?b . ?c (egov:amends*)* ?d . ?e (egov:amends*)* ?f }"


def children(pid: int) -> set[int]:
    """Return the processes that a process has started and that live, and those that they have started."""
    found: set[int] = set()
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found |= {int(child)} | children(int(child))
    return found


def busy(pid: int) -> bool:
    """Whether a process runs or is ready to run."""
    try:
        return any(
            stat.read_text().rpartition(")")[2].split()[0] == "R" for stat in Path(f"/proc/{pid}/task").glob("*/stat")
        )
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return False


class TestTime:
    @pytest.mark.parametrize(
        "query",
        [
            ENDLESS,
            f"PREFIX egov: <https://w3id.org/egov-kg/ontology#> {PATHS}",
            "SELECT * {" + "(" * 8000 + "1" + ")" * 8000 + " ?p ?o }",
            "SELECT * {" + "".join(f"?x <x:{i}> ?o{i} ." for i in range(300)) + "}",
        ],
        ids=["no row fits", "paths", "8,000 parentheses", "planning"],
    )
    def test_a_query_ends_at_the_deadline(self, server: Server, client: httpx.Client, query: str) -> None:
        """503 with the limit, a word when to come back, and no process that works on."""
        response = client.post("sparql", data={"query": query})

        assert (response.status_code, slug(response)) == (503, "time-limit")
        assert response.json()["seconds"] == SECONDS
        assert int(response.headers["retry-after"]) > 0
        until = time.monotonic() + 20
        while any(busy(child) for child in children(server.process.pid)):
            assert time.monotonic() < until
            time.sleep(0.05)

    def test_a_request_may_ask_for_less_time(self, ask: Ask) -> None:
        """More is cut to what the server allows."""
        assert ask(ENDLESS, timeout="0.2").json()["seconds"] == 0.2
        assert ask(ENDLESS, timeout="3600").json()["seconds"] == SECONDS

    def test_what_has_just_timed_out_is_not_tried_again_at_once(self, client: httpx.Client) -> None:
        """The second time it costs nothing, and the answer says when to come back."""
        query = f"{ENDLESS} # again"
        first = client.post("sparql", data={"query": query})
        began = time.monotonic()
        second = client.post("sparql", data={"query": query})

        assert [slug(first), slug(second)] == ["time-limit", "time-limit"]
        assert time.monotonic() - began < SECONDS
        assert 10 < int(second.headers["retry-after"]) <= 60
        assert client.post("sparql", data={"query": "ASK {}"}).status_code == 200

    def test_24_endless_queries_leave_room_for_others(self, server: Server, client: httpx.Client) -> None:
        """All are answered; meanwhile pages and the queries of another client are, and afterwards a query is."""
        transport = httpx.HTTPTransport(local_address="127.0.0.2")
        with ThreadPoolExecutor(24) as executor, httpx.Client(base_url=server.url, transport=transport) as other:
            each = [f"{ENDLESS} # {number}" for number in range(24)]  # equal ones would share a run
            pending = [executor.submit(client.post, "sparql", data={"query": query}) for query in each]
            alive = client.get("healthz").status_code
            page = client.get("page/law/kr/act").status_code
            control = [other.get("sparql", params={"query": f"ASK {{}} # {n}"}).status_code for n in range(20)]
            found = sorted(slug(answer.result()) for answer in pending)

        assert set(found) == {"busy", "time-limit"}
        assert (alive, page, set(control)) == (200, 200, {200})
        assert client.get("sparql", params={"query": "ASK {}"}).status_code == 200

    def test_a_client_that_leaves_ends_its_query(self, server: Server, client: httpx.Client) -> None:
        """Nobody waits for it."""
        patient = start(server.out, server.release, seconds=60)
        try:
            before = children(patient.process.pid)
            for _ in range(3):
                with socket.create_connection(("127.0.0.1", patient.port)) as connection:
                    connection.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                    time.sleep(0.2)
            until = time.monotonic() + 20
            while any(busy(child) for child in children(patient.process.pid)):
                assert time.monotonic() < until
                time.sleep(0.05)
            assert len(before - children(patient.process.pid)) >= 1
        finally:
            stop(patient)
        assert client.get("healthz").status_code == 200


class TestSize:
    def test_a_result_beyond_the_limit_is_an_error(self, ask: Ask) -> None:
        """Never a part of an answer with 200; it says where the whole graph is."""
        response = ask("SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", format="csv")

        assert (response.status_code, slug(response)) == (422, "result-too-large")
        assert response.json()["dump"] == "/dumps/latest/"

    def test_a_large_answer_arrives_whole(self, ask: Ask) -> None:
        """Its length is known before its first byte."""
        response = ask("SELECT * { ?s ?p ?o }", format="json")

        assert int(response.headers["content-length"]) == response.num_bytes_downloaded
        assert len(response.content) > 300_000
        assert len(response.json()["results"]["bindings"]) > 1000

    def test_a_text_of_the_largest_size_is_read(self, client: httpx.Client) -> None:
        """One byte more is not."""
        comment = "#" * (QUERY_BYTES - 7) + "\n"
        headers = {"Content-Type": "application/sparql-query"}

        assert client.post("sparql", content=comment + "ASK {}", headers=headers).status_code == 200
        assert client.post("sparql", content=comment + "ASK { }", headers=headers).status_code == 413

    def test_memory_has_an_end(self, client: httpx.Client) -> None:
        """503 says that it was memory."""
        doubling = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(28))
        query = f"SELECT (STRLEN(?x28) AS ?n) {{ BIND('xxxxxxxxxxxxxxxx' AS ?x0) {doubling} }}"
        response = client.post("sparql", data={"query": query})

        assert response.status_code == 503
        assert slug(response) in {"memory-limit", "time-limit"}


def test_no_request_opens_a_connection(client: httpx.Client, canary: Canary) -> None:
    """Whatever names an address: SERVICE, FROM, LOAD, parameters, paths."""
    url = canary.url
    queries = [
        f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        f"PREFIX ex: <{url}> SELECT * {{ SERVICEex:y {{ ?s ?p ?o }} }}",
        f"SELECT * {{ FILTER(?a<'>')SERVICE<{url}>{{ ?s ?p ?o }}FILTER(''='') }}",
        f"SELECT * FROM <{url}> {{ ?s ?p ?o }}",
        f"LOAD <{url}>",
        f"DESCRIBE <{url}>",
    ]
    for query in queries:
        client.get("sparql", params={"query": query})
        client.post("sparql", data={"update": query})
    client.get("sparql", params={"query": "ASK {}", "default-graph-uri": url, "named-graph-uri": url})
    client.get("graph", params={"graph": url})
    client.get(f"id/{url}")
    client.get("explain", params={"s": url, "p": url, "o": url})

    assert canary.calls == 0


def test_a_new_release_is_served_when_current_moves(tmp_path: Path) -> None:
    """Answers name their release all the time, and none fails while it changes."""
    first = publish(tmp_path, "2026.1.0").id
    server = start(tmp_path, first)
    law = "<https://w3id.org/egov-kg/id/law/kr/act>"
    label = f"SELECT ?l {{ {law} <http://www.w3.org/2004/02/skos/core#prefLabel> ?l }} ORDER BY ?l"
    seen: dict[str, set[str]] = {}
    try:
        with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
            second = ""
            until = time.monotonic() + 30
            while second not in seen:
                assert time.monotonic() < until
                response = client.get("sparql", params={"query": label, "format": "csv"})
                assert response.status_code == 200
                seen.setdefault(response.headers["egov-release"], set()).add(response.text)
                if not second:
                    second = publish(tmp_path, "2026.2.0").id
                time.sleep(0.1)
            old = client.get(f"dumps/{first}/egov-kg-all.ttl")
    finally:
        stop(server)

    assert [sorted(texts) for texts in (seen[first], seen[second])] == [
        ["l\r\nAct 2026.1.0\r\n전자정부법\r\n"],
        ["l\r\nAct 2026.2.0\r\n전자정부법\r\n"],
    ]
    assert "Act 2026.1.0" in old.text


def test_nothing_is_left_when_the_server_ends(tmp_path: Path) -> None:
    """Its query processes end with it, even if it is killed."""
    server = start(tmp_path, publish(tmp_path).id)
    processes = children(server.process.pid)
    server.process.kill()
    stop(server)

    until = time.monotonic() + 20
    while any(Path(f"/proc/{process}").exists() for process in processes):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert len(processes) >= 3


def test_queries_at_the_same_time_do_not_mix(client: httpx.Client) -> None:
    """Each gets the answer to its own question."""
    wrong: list[tuple[int, str]] = []

    def send(number: int) -> None:
        query = f"SELECT ({number} AS ?n) {{ ?s ?p ?o }} LIMIT {number % 7 + 1}"
        rows = json.loads(client.get("sparql", params={"query": query}).content)["results"]["bindings"]
        if {row["n"]["value"] for row in rows} != {str(number)} or len(rows) != number % 7 + 1:
            wrong.append((number, str(rows)))

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(send, range(160)))

    assert wrong == []
