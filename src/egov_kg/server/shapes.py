"""What requests look like besides the query in them, and what the application made of that.

Clients send the same head with each query. Once the application has answered one, what it read in the head is known by
the bytes of the head, and the next query with just these bytes around it needs no parser, no negotiation and no routing
(`egov_kg.server.direct`). Nothing is decided here: an entry comes from the application alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.server.ready import LONGEST_REQUEST

__all__ = ["BEGINNING", "MOST", "Shape", "Shapes"]

BEGINNING: Final = b"GET /sparql?query="
"""How requests begin that may be known by their shape; the query follows, and then what is the shape."""

MOST = 1024
"""How many shapes are kept; 0 keeps none, so that every query goes through the application."""

_LONGEST: Final = 2 << 10
"""The largest shape, in bytes, that is kept: all of them take a few megabytes at most."""

_UNUSUAL: Final = frozenset(
    {
        b"authorization",
        b"content-length",
        b"expect",
        b"if-match",
        b"if-none-match",
        b"range",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Headers that the application looks at for each request."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the application read in a request besides its query.

    Attributes:
        headers: Its headers.
        agent: The program that asks.
        encodings: The header Accept-Encoding, or None.
        table, graph: The formats that were chosen (`egov_kg.sparql.Request`).
    """

    headers: Sequence[tuple[bytes, bytes]]
    agent: str
    encodings: str | None
    table: str | None
    graph: str | None


class Shapes:
    r"""Shapes by their bytes, the oldest forgotten first.

    Example:
        >>> shapes, headers = Shapes(), [(b"host", b"x")]
        >>> asked = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
        >>> shapes.keep(asked, Shape(headers, "", None, "json", "ttl"))
        >>> shapes.find(b" HTTP/1.1\r\nHost: x\r\n\r\n").table
        'json'
    """

    def __init__(self) -> None:
        self._table: dict[bytes, Shape] = {}

    def find(self, rest: bytes) -> Shape | None:
        """Return what is known of a request.

        Args:
            rest: Its bytes behind the query.
        """
        return self._table.get(rest)

    def keep(self, asked: bytes, shape: Shape) -> None:
        """Note what the application made of a request that it has answered with data, if it is a usual one.

        Args:
            asked: Its bytes, all of them, from an address with no parameter but the query.
            shape: What it made of it.
        """
        if not MOST or not asked.startswith(BEGINNING) or len(asked) > LONGEST_REQUEST:
            return
        if not asked.endswith(b"\r\n\r\n") or any(name in _UNUSUAL for name, _ in shape.headers):
            return
        rest = asked[asked.index(b" ", len(BEGINNING)) :]
        if rest in self._table or len(rest) > _LONGEST:
            return
        if len(self._table) >= MOST:
            del self._table[next(iter(self._table))]
        self._table[rest] = shape
