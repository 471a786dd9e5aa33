"""Frames between the server and its query processes: a head in JSON and a body of bytes, each with its length before.

The head of a plain answer, of which there are thousands a second, is a few numbers instead (`answer_frame`). Both ends
run the same program; nothing is unpickled, and an error travels as its name and its facts.
"""

from __future__ import annotations

import array
import json
import socket
import struct
from collections.abc import Mapping
from typing import Any, Final

from egov_kg import errors
from egov_kg.errors import EgovKGError, EngineStopped
from egov_kg.sparql.formats import GRAPH, TABLE

__all__ = [
    "ASSERTED",
    "CHANGE",
    "LEAVE",
    "LENGTHS",
    "QUERY",
    "RDFS",
    "SNAPSHOT",
    "Reader",
    "answer_frame",
    "error_from_head",
    "error_head",
    "frame",
    "head_bytes",
    "head_of",
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

_PLAIN: Final = struct.Struct("!BB?ddQ")
"""The head of a plain answer: form, format, whether it may be kept, seconds of ``run`` and ``write``, ``growth``."""

_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_FORMATS: Final = tuple(dict.fromkeys((*TABLE, *GRAPH)))
_FORM_NUMBERS: Final = {name: number for number, name in enumerate(_FORMS)}
_FORMAT_NUMBERS: Final = {name: number for number, name in enumerate(_FORMATS)}
_SECONDS: Final = {"run", "write"}
_BRACE: Final = ord("{")
_DESCRIPTOR: Final = array.array("i")

_MOST_DESCRIPTORS: Final = 4
_MOST_HEADS: Final = 64
_SMALL_HEAD: Final = 1 << 10
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
    text = head_bytes(head)
    return LENGTHS.pack(len(text), body_length) + text


def head_bytes(head: Mapping[str, Any]) -> bytes:
    """Return a head as it goes over the socket."""
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()


def answer_frame(head: Mapping[str, Any], body: bytes | memoryview = b"") -> tuple[bytes, bytes | memoryview]:
    """Return what goes over the socket for an answer: its head in numbers if it is a plain one, else as `frame`.

    Example:
        >>> plain = {"form": "ASK", "format": "json", "cacheable": True, "seconds": {"run": 0.5, "write": 0.25}}
        >>> begin, _ = answer_frame({**plain, "growth": 0})
        >>> len(begin), head_of(begin[LENGTHS.size :]) == {**plain, "growth": 0}
        (39, True)
    """
    form, form_number = head.get("form"), _FORM_NUMBERS.get(head.get("form", ""))
    if form is None or form_number is None or len(head) != 5 or head["seconds"].keys() != _SECONDS:
        return frame(head, body)
    seconds = head["seconds"]
    begin = LENGTHS.pack(_PLAIN.size, len(body)) + _PLAIN.pack(
        form_number,
        _FORMAT_NUMBERS[head["format"]],
        head["cacheable"],
        seconds["run"],
        seconds["write"],
        head["growth"],
    )
    return begin, body


def head_of(data: bytes) -> dict[str, Any]:
    """Return the head that bytes of a frame stand for."""
    if data[0] == _BRACE:
        found: dict[str, Any] = json.loads(data)
        return found
    form, name, cacheable, run, write, growth = _PLAIN.unpack(data)
    return {
        "form": _FORMS[form],
        "format": _FORMATS[name],
        "cacheable": cacheable,
        "seconds": {"run": run, "write": write},
        "growth": growth,
    }


class Reader:
    """Reads frames, with as few calls of the system as there are packets.

    Args:
        connection: Nobody else may read from it.

    Attributes:
        descriptors: Those that came along, in their order; whoever uses one takes it out.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._data = connection, bytearray()
        self._heads: dict[bytes, dict[str, Any]] = {}
        self.descriptors: list[int] = []
        self._room = socket.CMSG_LEN(_MOST_DESCRIPTORS * _DESCRIPTOR.itemsize) if hasattr(socket, "recv_fds") else 0

    def receive(self) -> tuple[Mapping[str, Any], bytes] | None:
        """Return the next head and body, or None when the other end has closed.

        A head that comes again and again, as that of most queries does, is the same value each time: leave it as it is.
        """
        while len(self._data) < LENGTHS.size:
            if not self._more():
                return None
        head_length, body_length = LENGTHS.unpack_from(self._data)
        begin, end = LENGTHS.size + head_length, LENGTHS.size + head_length + body_length
        while len(self._data) < end:
            if not self._more():
                return None
        head = self._head(bytes(self._data[LENGTHS.size : begin]))
        body = bytes(self._data[begin:end])
        del self._data[:end]
        return head, body

    def _head(self, data: bytes) -> Mapping[str, Any]:
        head = self._heads.get(data)
        if head is None:
            head = json.loads(data)
            if len(data) <= _SMALL_HEAD:
                if len(self._heads) >= _MOST_HEADS:
                    self._heads.clear()
                self._heads[data] = head
        return head

    def _more(self) -> bool:
        if not self._room:
            part = self._connection.recv(_AT_ONCE)
        else:
            part, beside, _flags, _address = self._connection.recvmsg(_AT_ONCE, self._room)
            for _level, _kind, data in beside:  # the only thing that comes beside bytes here
                found = array.array(_DESCRIPTOR.typecode, data[: len(data) - len(data) % _DESCRIPTOR.itemsize])
                self.descriptors += found
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
    return head_of(head), body


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
