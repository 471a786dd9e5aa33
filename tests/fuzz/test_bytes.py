"""Requests with bytes changed at random: what comes back is HTTP, and no answer of it a defect of ours."""

from __future__ import annotations

import random
import socket
from typing import Final

import pytest

from tests.chaos.attacking import LONG, client_of
from tests.chaos.wire import answers, exchanged
from tests.server.conftest import Server

COUNT: Final = 20_000 if LONG else 250
FORM: Final = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SEEDS: Final = (
    b"GET /sparql?query=ASK%20%7B%7D&format=csv HTTP/1.1\r\nHost: x\r\nAccept: text/csv;q=0.5, */*\r\n\r\n",
    b"GET /page/law/kr/act?lang=ko HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nAccept-Language: ko, en;q=0.5\r\n\r\n",
    b"HEAD /dumps/latest/egov-kg-all.ttl HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\n\r\n",
    b'GET /graph?default&format=nt HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, br\r\nIf-None-Match: "a"\r\n\r\n',
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\n\r\nASK {}",
    FORM + b"Transfer-Encoding: chunked\r\n\r\n10\r\nquery=ASK+%7B%7D\r\n0\r\n\r\n",
    b"OPTIONS /sparql HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n\r\n",
    b"PUT /graph?graph=x:y HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nContent-Length: 0\r\n\r\n",
    b"GET /explain?s=law/kr/act&p=egov:amends&o=law/kr/law-0 HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n",
)  # fmt: skip
BITS: Final = (
    b"\r\n", b"\n", b"\r", b"\0", b"\xff", b" ", b"\t", b":", b"%", b"%00", b"%ff", b"/../", b"//", b"?", b"#", b"&",
    b"=", b";", b",", b"\r\n\r\n", b"HTTP/1.0", b"HTTP/9.9", b"Content-Length: 5\r\n", b"Host: y\r\n", b"0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffff\r\n", b"Connection: close\r\n", b"Upgrade: x\r\n", b"GET / ",
    b"Connection: upgrade\r\nUpgrade: x\r\n", b"Expect: 100-continue\r\n", b"query=ASK%7B%7D&", b"update=DROP+ALL&",
    b"A" * 9000, b"Accept: " + b"a/b," * 200 + b"\r\n", b"-1", b"99999999999999999999", b"q=nan",
)  # fmt: skip


def changed(chance: random.Random) -> bytes:
    """Return one or two requests, changed at a few places."""
    data = bytearray(b"".join(chance.choice(SEEDS) for _ in range(chance.choice((1, 1, 2)))))
    for _ in range(chance.randint(0, 4)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data[place : place + chance.randint(1, 12)] = b""
            case 1 if place < len(data):
                data[place] = chance.randrange(256)
            case 2:
                end = place + chance.randint(1, 30)
                data[place:place] = data[place:end]
            case 3:
                data[place:] = b""
            case _:
                data[place:place] = chance.choice(BITS)
    return bytes(data)


@pytest.mark.parametrize("seed", [21, 22])
def test_bytes_at_random_get_http_or_nothing(server: Server, seed: int) -> None:
    """No answer is cut off or out of place, there are not more than requests, none is 500; the server goes on."""
    chance = random.Random(seed)
    for number in range(COUNT):
        request = changed(chance)
        received = exchanged(server, request, half_close=True)
        heads = request.count(b"HEAD") > 0
        try:
            found = answers(received)
        except (AssertionError, ValueError):
            assert heads, (request, received[:500])  # an answer to HEAD has a length and no body
            continue
        assert len(found) <= request.count(b"\n\r\n") + request.count(b"\n\n") + 2, request
        assert not [answer for answer in found if answer.status == 500], (request, received[:500])
        if number % 50 == 0:
            with client_of(server) as client:
                assert client.get("healthz").status_code == 200


def test_bytes_that_drip_are_the_same_request(server: Server) -> None:
    """However a request is cut into packets, its answer is one."""
    chance = random.Random(23)
    for request in SEEDS:
        if request.startswith(b"HEAD"):
            continue
        asked = request.replace(b"Host: x\r\n", b"Host: x\r\nConnection: close\r\n")
        whole = answers(exchanged(server, asked))
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            place = 0
            while place < len(asked):
                step = chance.randint(1, 20)
                connection.sendall(asked[place : place + step])
                place += step
            data = b"".join(iter(lambda: connection.recv(1 << 16), b""))

        dripped = answers(data)
        assert [answer.status for answer in dripped] == [answer.status for answer in whole]
        assert len(dripped) == 1
