"""Raw bytes to a server, and what comes back, read as strictly as HTTP/1.1 is written."""

from __future__ import annotations

import contextlib
import json
import re
import socket
from dataclasses import dataclass

from tests.server.conftest import Server

__all__ = ["Answer", "answers", "exchanged"]

_STATUS = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) [ -~]*\r\n")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\x20-\x7e\x80-\xff]*)\r\n")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on a connection.

    Attributes:
        status: Its status.
        headers: In order, names in lower case.
        body: As long as Content-Length says.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Return the value of a header that may be there once, or an empty text."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) <= 1, (name, values)
        return values[0] if values else ""

    @property
    def kind(self) -> str:
        """The slug of the problem, or an empty text."""
        if self.header("content-type") != "application/problem+json" or not self.body:
            return ""
        problem: dict[str, str] = json.loads(self.body)
        return problem["type"].rpartition("/")[2]


def answers(data: bytes, *, to_head: bool = False) -> list[Answer]:
    r"""Return the answers that some bytes hold; nothing may stand before, between or behind them.

    Args:
        data: All that a connection gave.
        to_head: Whether the requests were HEAD, whose answers have no body.

    Example:
        >>> answers(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")[0].body
        b'no'
    """
    found, place = [], 0
    while place < len(data):
        status = _STATUS.match(data, place)
        assert status, data[place : place + 80]
        place = status.end()
        headers: list[tuple[str, str]] = []
        while data[place : place + 2] != b"\r\n":
            header = _HEADER.match(data, place)
            assert header, data[place : place + 80]
            headers.append((header[1].decode().lower(), header[2].decode("latin-1")))
            place = header.end()
        place += 2
        number = int(status[1])
        if number == 100:
            continue
        answer = Answer(number, tuple(headers), b"")
        assert not answer.header("transfer-encoding")
        length = 0 if to_head or number in {204, 304} else int(answer.header("content-length"))
        assert len(data) - place >= length, "the body is cut off"
        found.append(Answer(number, tuple(headers), data[place : place + length]))
        place += length
    return found


def exchanged(server: Server, request: bytes, *, half_close: bool = False, seconds: float = 10) -> bytes:
    """Return all that a server sends until it closes the connection.

    Args:
        server: The server.
        request: The bytes; if they do not make it close, `half_close` must.
        half_close: End our side when all is sent.
        seconds: How long to wait for more.
    """
    received = bytearray()
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as connection:
        with contextlib.suppress(ConnectionError):  # a server may refuse before it has read all
            connection.sendall(request)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while part := connection.recv(1 << 16):
                received += part
    return bytes(received)
