"""Clients that stall: none of them keeps a connection, or the file of its answer, for longer than the server waits."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import Server, start, stop


@pytest.fixture(scope="module")
def hasty(server: Server) -> Iterator[Server]:
    """A server that waits half a second."""
    running = start(server.out, server.release, patience=0.5)
    yield running
    stop(running)


def descriptors(server: Server) -> int:
    """Return how many files and sockets a server holds."""
    return sum(1 for _ in Path(f"/proc/{server.process.pid}/fd").iterdir())


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
    ],
)
def test_a_head_that_does_not_come_ends_the_connection(hasty: Server, sent: bytes) -> None:
    """Also the head of a second request; what was asked in full has been answered."""
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=20) as connection:
        connection.sendall(sent)
        received = b""
        try:
            while part := connection.recv(1 << 16):
                received += part
        except ConnectionResetError:
            pass

    assert received.count(b"HTTP/1.1 200 OK") == sent.count(b"\r\n\r\n")


def test_a_client_that_does_not_read_is_let_go(hasty: Server) -> None:
    """Its descriptors come back; others are served meanwhile."""
    address = f"/dumps/{hasty.release}/egov-kg-all.nq".encode()
    with httpx.Client(base_url=hasty.url, trust_env=False) as client:
        client.get("healthz")
        before = descriptors(hasty)
        deaf = [socket.create_connection(("127.0.0.1", hasty.port)) for _ in range(4)]
        for connection in deaf:
            connection.sendall(100 * (b"GET " + address + b" HTTP/1.1\r\nHost: x\r\n\r\n"))

        until = time.monotonic() + 20
        while descriptors(hasty) > before:
            assert client.get("healthz").status_code == 200
            assert time.monotonic() < until
            time.sleep(0.05)
    for connection in deaf:
        connection.close()


def test_a_slow_query_is_waited_for(hasty: Server) -> None:
    """The clocks are for clients, not for us."""
    with httpx.Client(base_url=hasty.url, trust_env=False, timeout=20) as client:
        query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?a), STR(?f))) = 7) }"
        response = client.post("sparql", data={"query": query})

    assert response.status_code in {200, 503}
