"""Frames between the server and its query processes: a head in JSON and a body of bytes, each with its length before.

Both ends run the same program; nothing is unpickled, and an error travels as its name and its facts.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from typing import Any, Final

from egov_kg import errors
from egov_kg.errors import EgovKGError, EngineStopped

__all__ = [
    "ASSERTED",
    "CHANGE",
    "LEAVE",
    "LENGTHS",
    "QUERY",
    "RDFS",
    "SNAPSHOT",
    "Reader",
    "error_from_head",
    "error_head",
    "frame",
    "lengths_and_head",
    "receive",
]

LENGTHS: Final = struct.Struct("!IQ")
"""The lengths of head and body, in bytes."""

QUERY: Final = b"q"
CHANGE: Final = b"c"
SNAPSHOT: Final = b"s"
LEAVE: Final = b"n"
"""What a process that copies itself is asked for: a copy for a query, a change, a snapshot; or to go without the copy
of the last change, which needs it no more."""

RDFS: Final = "rdfs"
"""What tells the process of a state that queries see what follows under RDFS."""

ASSERTED: Final = "asserted"
"""Asks a holder for what a release asserts with the changes since, instead of a store of its own."""

_MOST_DESCRIPTORS: Final = 4
_AT_ONCE: Final = 64 << 10

_TRAVELLERS: Final[Mapping[str, tuple[str, ...]]] = {
    "QuerySyntaxError": ("message", "line", "column", "token", "hint"),
    "QueryRefused": ("slug", "text"),
    "UnknownFunction": ("function",),
    "FormatNotAvailable": ("form", "available"),
    "ResultTooLarge": ("limit",),
    "MemoryExceeded": ("limit",),
    "SpoolFull": (),
    "EngineStopped": ("reason",),
    "ServiceFailed": ("endpoint", "reason", "kind"),
    "StoreUnavailable": ("store", "reason", "kind"),
    "NotEntailed": ("triple",),
    "NotFound": ("text",),
    "ParameterError": ("parameter", "message"),
    "ReleaseDamaged": ("path", "problem"),
    "ChangeLogDamaged": ("path", "problem"),
    "UpdateFailed": ("problem",),
    "RdfSyntaxError": ("source", "problem", "line", "column"),
}


def frame(head: Mapping[str, Any], body: bytes | memoryview = b"") -> tuple[bytes, bytes | memoryview]:
    """Return what goes over the socket: the lengths with the head, and the body."""
    return lengths_and_head(head, len(body)), body


def lengths_and_head(head: Mapping[str, Any], body_length: int) -> bytes:
    """Return what goes over the socket before a body."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return LENGTHS.pack(len(text), body_length) + text


class Reader:
    """Reads frames, with as few calls of the system as there are packets.

    Args:
        connection: Nobody else may read from it.

    Attributes:
        descriptors: Those that came along, in their order; whoever uses one takes it out.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._data = connection, bytearray()
        self.descriptors: list[int] = []
        self._passes_files = hasattr(socket, "recv_fds")

    def receive(self) -> tuple[dict[str, Any], bytes] | None:
        """Return the next head and body, or None when the other end has closed."""
        while len(self._data) < LENGTHS.size:
            if not self._more():
                return None
        head_length, body_length = LENGTHS.unpack_from(self._data)
        begin, end = LENGTHS.size + head_length, LENGTHS.size + head_length + body_length
        while len(self._data) < end:
            if not self._more():
                return None
        head: dict[str, Any] = json.loads(self._data[LENGTHS.size : begin])
        body = bytes(self._data[begin:end])
        del self._data[:end]
        return head, body

    def _more(self) -> bool:
        if self._passes_files:
            part, found, _flags, _address = socket.recv_fds(self._connection, _AT_ONCE, _MOST_DESCRIPTORS)
            self.descriptors += found
        else:
            part = self._connection.recv(_AT_ONCE)
        self._data += part
        return bool(part)


def receive(connection: socket.socket, descriptors: list[int] | None = None) -> tuple[dict[str, Any], bytes] | None:
    """Return the next head and body, or None when the other end has closed.

    Args:
        connection: Read until the frame is whole.
        descriptors: Gets the descriptors that come along; without it none may come.
    """
    lengths = _exactly(connection, LENGTHS.size, descriptors)
    if lengths is None:
        return None
    head_length, body_length = LENGTHS.unpack(lengths)
    head, body = _exactly(connection, head_length, descriptors), _exactly(connection, body_length, descriptors)
    if head is None or body is None:
        return None
    return json.loads(head), body


def _exactly(connection: socket.socket, count: int, descriptors: list[int] | None) -> bytes | None:
    parts: list[bytes] = []
    while count:
        most = min(count, 1 << 20)
        if descriptors is None:
            part = connection.recv(most)
        else:
            part, found, _flags, _address = socket.recv_fds(connection, most, _MOST_DESCRIPTORS)
            descriptors += found
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def error_head(error: EgovKGError) -> dict[str, Any]:
    """Return the head that tells of an error; one that is not foreseen becomes an `EngineStopped`.

    Facts that JSON does not know, such as paths and triples, travel as their text.
    """
    name = type(error).__name__
    if name not in _TRAVELLERS:
        return {"error": "EngineStopped", "reason": f"{name}: {error}"[:200]}
    facts = {key: str(error) if key == "text" else getattr(error, key, "") for key in _TRAVELLERS[name]}
    plain = {
        key: value if isinstance(value, str | int | float | list | tuple) else str(value)
        for key, value in facts.items()
    }
    return {"error": name, **plain}


def error_from_head(head: Mapping[str, Any]) -> EgovKGError:
    """Return the error that a head tells of.

    Example:
        >>> error = error_from_head(error_head(errors.QuerySyntaxError("unexpected )", line=2, column=7)))
        >>> str(error)
        'line 2, column 7: unexpected )'
    """
    name = str(head.get("error"))
    match name:
        case "QuerySyntaxError":
            rest = {key: head[key] for key in ("line", "column", "token", "hint")}
            return errors.QuerySyntaxError(head["message"], **rest)
        case "RdfSyntaxError":
            place = {key: head[key] for key in ("line", "column")}
            return errors.RdfSyntaxError(head["source"], head["problem"], **place)
        case "FormatNotAvailable":
            return errors.FormatNotAvailable(head["form"], tuple(head["available"]))
        case "ServiceFailed":
            return errors.ServiceFailed(head["endpoint"], head["reason"], kind=head["kind"])
        case "StoreUnavailable":
            return errors.StoreUnavailable(head["store"], head["reason"], kind=head["kind"])
        case _ if name in _TRAVELLERS:
            kind: type[EgovKGError] = getattr(errors, name)
            return kind(*(head[key] for key in _TRAVELLERS[name]))
    return EngineStopped(f"unknown answer {name!r}")
