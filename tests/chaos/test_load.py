"""Many at once: what one does to the server is not felt by the others, and what nobody waits for ends."""

from __future__ import annotations

import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
import pytest

from tests.chaos.attacking import LONG, client_of, controlled, post, processes, settled
from tests.chaos.shapes import ENDLESS, NESTED, PLANNING, filled
from tests.chaos.test_queries import LATE, MEMORY
from tests.server.conftest import QUERY_BYTES, SECONDS, Server

MOST_MEMORY: Final = 3 << 29
"""What all processes of a server with two workers may take together: 1.5 GiB, shared pages counted once."""


def memory(server: Server) -> int:
    """Return the bytes that the processes of a server take, shared pages counted once (Pss)."""
    total = 0
    for pid in processes(server.process.pid):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # it ended meanwhile
        total += sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
    return total


class TestPileUp:
    def test_24_endless_queries_are_answered_in_time(self, server: Server) -> None:
        """All hear by the deadline and half a second; others are served, whether one client sends them or 24 do."""
        for addresses in (1, 24):
            with ThreadPoolExecutor(24) as executor, controlled(server):

                def send(number: int, addresses: int = addresses) -> tuple[int, str, float]:
                    with client_of(server, f"127.0.1.{1 + number % addresses}") as client:
                        reply = post(client, f"{ENDLESS} #{number}")
                        return reply.status, reply.kind, reply.seconds

                found = list(executor.map(send, range(24)))

            assert {(status, kind) for status, kind, _ in found} <= {
                (503, "time-limit"),
                (503, "busy"),
                (429, "rate-limited"),
            }
            assert max(seconds for *_, seconds in found) < LATE
        settled(server)

    def test_a_polite_client_is_answered_among_two_dozen_that_flood(self, server: Server) -> None:
        """Ten times what the server can do, from 24 addresses: a client whose queries are quick is never refused.

        It gives way to one trial of a newcomer at most, half a second; on a quiet machine 99 of 100 take less than one.
        """
        until = time.monotonic() + (30 if LONG else 5)

        def flood(number: int) -> set[int]:
            found = set()
            with client_of(server, f"127.0.4.{1 + number}") as client:
                while time.monotonic() < until:
                    found.add(post(client, f"{ENDLESS} # {os.urandom(8).hex()}").status)
            return found

        with ThreadPoolExecutor(24) as executor, controlled(server, pause=0.02) as control:
            statuses = set().union(*executor.map(flood, range(24)))

        assert statuses <= {503, 429}
        assert control.within(0.99) < SECONDS
        settled(server)

    @pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell shared memory")
    def test_memory_has_an_end_for_all_together(self, server: Server) -> None:
        """What nests, what does not end and what needs memory at once, from many clients: less than 1.5 GiB in all."""
        queries = [*MEMORY.values(), *PLANNING.values(), ENDLESS]
        queries += [
            filled(NESTED[name], QUERY_BYTES)
            for name in ("parentheses", "groups", "sums", "UNION", "IF", "collections")
        ]
        queries = queries * (5 if LONG else 1)
        seen = []
        with ThreadPoolExecutor(8) as executor, controlled(server):

            def send(numbered: tuple[int, str]) -> int:
                with client_of(server, f"127.0.2.{1 + numbered[0] % 8}") as client:
                    return post(client, numbered[1], timeout=str(SECONDS if LONG else 0.7)).status

            pending = [executor.submit(send, numbered) for numbered in enumerate(queries)]
            while not all(one.done() for one in pending):
                seen.append(memory(server))
                time.sleep(0.05)

        assert {one.result() for one in pending} <= {200, 400, 422, 429, 503}
        assert max(seen) < MOST_MEMORY
        assert server.process.poll() is None


class TestAbandoned:
    def test_queries_that_nobody_waits_for_end(self, server: Server) -> None:
        """Eight clients connect, send and leave, by closing or by resetting, four send half: all is idle soon after."""
        for number in range(12):
            query = quote(f"{ENDLESS} # {number}")
            request = f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(request if number % 3 else request[: len(request) // 2])
                if number % 3 == 1:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                time.sleep(0.02)

        settled(server, patience=SECONDS + 20)

    def test_one_who_leaves_takes_nobody_along(self, server: Server) -> None:
        """Equal queries may share one run; the run goes on for those who stay."""
        query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?a), STR(?f))) = 7) }"
        query += f" # {os.urandom(8).hex()}"
        request = f"GET /sparql?format=csv&query={quote(query)} HTTP/1.1\r\nHost: x\r\n".encode()
        stays = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(3)]
        leaves = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(3)]
        for first, second in zip(leaves, stays, strict=True):
            first.sendall(request + b"\r\n")
            second.sendall(request + b"Connection: close\r\n\r\n")
        time.sleep(0.1)
        for connection in leaves:
            connection.close()
        heard = []
        for connection in stays:
            with connection:
                heard.append(b"".join(iter(lambda: connection.recv(1 << 16), b"")))  # noqa: B023 - used up at once

        assert {answer.split(b" ")[1] for answer in heard} <= {b"200", b"503"}
        assert [
            answer
            for answer in heard
            if answer.startswith(b"HTTP/1.1 503") and b"time-limit" not in answer and b"busy" not in answer
        ] == []

    def test_descriptors_and_processes_do_not_pile_up(self, server: Server, client: httpx.Client) -> None:
        """After hundreds of requests of all kinds there are as many as before."""

        def held() -> tuple[int, int]:
            return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir())), len(processes(server.process.pid))

        kinds = (
            ("GET", "sparql?query=ASK%20{}", 200),
            ("GET", "sparql?query=nonsense", 400),
            ("GET", "sparql?query=" + quote("SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }"), 422),
            ("GET", "sparql?format=csv&query=" + quote("SELECT * { ?s ?p ?o . VALUES ?x { 1 2 } }"), 200),
            ("HEAD", "page/law/kr/act", 200),
            ("GET", f"dumps/{server.release}/egov-kg-all.nq", 200),
            ("HEAD", f"dumps/{server.release}/egov-kg-all.nq", 200),
            ("GET", "nothing", 404),
            ("POST", "healthz", 405),
        )
        for method, path, status in kinds:
            assert client.request(method, path).status_code == status
        time.sleep(0.5)
        before = held()
        for _ in range(1_100 if LONG else 20):
            for method, path, _status in kinds:
                client.request(method, path)
        until = time.monotonic() + 20
        while held() > (before[0] + 4, before[1] + 1):
            assert time.monotonic() < until, (before, held())
            time.sleep(0.1)
