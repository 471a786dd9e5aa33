"""One connection: uvicorn's HTTP/1.1 with clocks for clients that stall, and our own answer to what is no HTTP.

Uvicorn waits for ever for the end of a request's head and for a client that does not read. Each such client would keep
a descriptor, and one that asked for a large answer its file too. The parser is llhttp where httptools is installed, and
then requests that have a ready answer (`egov_kg.server.ready`) never get as far as the application; else it is h11.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from egov_kg.server import logs, metrics
from egov_kg.server.direct import Direct
from egov_kg.server.limits import Budgets, Client
from egov_kg.server.link import EXTENSION, Link, Made
from egov_kg.server.outgoing import constant_headers
from egov_kg.server.problems import MEDIA_TYPE, TYPES, Problem
from egov_kg.server.ready import LONGEST_REQUEST, Ready
from egov_kg.server.shapes import BEGINNING, Shape, Shapes
from egov_kg.server.watching import Watch

try:
    from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
except ImportError:  # httptools has no wheel for this platform
    STATUS_LINE = {400: b"HTTP/1.1 400 Bad Request\r\n", 431: b"HTTP/1.1 431 Request Header Fields Too Large\r\n"}
    HttpToolsProtocol = None  # type: ignore[assignment, misc]

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from egov_kg.server.serving import Serving

__all__ = ["SECONDS", "H11Connection", "HttpToolsConnection", "connection_class"]

SECONDS: Final = 20.0
"""How long a client may keep us waiting for the head of a request, or leave all that we send unread."""

HEAD_BYTES: Final = 128 << 10
"""What is read of a head, and of what stands between the chunks of a body, before the connection ends.

The application refuses far smaller heads."""

_READY: Final = metrics.CACHE.labels("ready")
_MOST_PIPELINED: Final = 1000
_CODINGS: Final[tuple[list[bytes], ...]] = ([], [b"chunked"])
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_NO_HTTP: Final = Problem(
    TYPES["bad-encoding"],
    "this is no request of HTTP (RFC 9112); in an address every character beyond ASCII must be percent-encoded",
)
_ENDLESS: Final = Problem(
    TYPES["headers-too-large"], f"the request has more than {HEAD_BYTES} bytes besides its body", {"limit": HEAD_BYTES}
)


class _Clock:
    """Something that happens after a while unless it is stopped before."""

    def __init__(self, loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
        self._loop, self._act = loop, act
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start; one that runs goes on running."""
        if self._handle is None:
            self._handle = self._loop.call_later(SECONDS, self._ring)

    def _ring(self) -> None:
        self._handle = None
        self._act()

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class _Patient(asyncio.Protocol):
    """Ends a connection whose client sends no whole head, or takes none of our bytes, for 20 seconds."""

    if TYPE_CHECKING:  # what uvicorn's protocols have
        config: Any
        loop: asyncio.AbstractEventLoop
        transport: asyncio.Transport
        cycle: Any

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock of the first head."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(0)  # so that `pause_writing` tells of every byte that waits
        self._unread = 0
        self._head = _Clock(self.loop, transport.abort)
        self._reading = _Clock(self.loop, self._end_if_stalled)
        self._head.start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        self._head.stop()
        super().connection_lost(exc)
        self._reading.stop()

    def data_received(self, data: bytes) -> None:
        """Go on, and keep the clock of the head running until the head is whole."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._head.start()
        else:
            self._head.stop()

    def on_response_complete(self) -> None:
        """Leave the next head to uvicorn's own clock until its first byte."""
        self._head.stop()
        super().on_response_complete()  # type: ignore[misc]  # both of uvicorn's protocols have it

    def pause_writing(self) -> None:
        """Start the clock of a client that does not read."""
        super().pause_writing()
        self._unread = self.transport.get_write_buffer_size()
        self._reading.start()

    def resume_writing(self) -> None:
        """Stop it: the client has all that was sent."""
        super().resume_writing()
        self._reading.stop()

    def _end_if_stalled(self) -> None:
        left = self.transport.get_write_buffer_size()
        if left >= self._unread:
            self.transport.abort()
        else:
            self._unread = left
            self._reading.start()

    @property
    def serving(self) -> Serving:
        """What the application serves."""
        found: Serving = self.config.loaded_app.state.serving
        return found

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words
        """Answer what is no HTTP with a problem document, like all else."""
        self._refuse(_NO_HTTP)

    def _refuse(self, problem: Problem) -> None:
        instance, release = secrets.token_hex(8), self.serving.now.release
        body = problem.body(instance=instance, release=release)
        headers = {
            **constant_headers(release, instance),
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
        }
        head = "".join(f"{name.lower()}: {value}\r\n" for name, value in headers.items())
        self.transport.write(STATUS_LINE[problem.kind.status] + head.encode("latin-1") + b"\r\n" + body)
        self.transport.close()


class H11Connection(_Patient, H11Protocol):
    """A connection that is read by h11."""


class HttpToolsConnection(_Patient, HttpToolsProtocol or H11Protocol):  # type: ignore[misc]
    """A connection that is read by llhttp, and answered from the table of ready answers where there is one."""

    if TYPE_CHECKING:
        cycle: RequestResponseCycle

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin between two requests."""
        super().connection_made(transport)
        state = self._state = self.config.loaded_app.state
        self._key: str | None = state.key_of_peer(self.client[0] if self.client else "")
        self._served_by: Serving = state.serving
        self.budgets: Budgets = state.budgets
        self.watch: Watch = state.watch
        self.shapes: Shapes = state.shapes
        self.direct: Direct | None = None
        self._asking: tuple[Shape, Client] | None = None
        self._held = bytearray()  # what came while an answer was made directly
        self._is_stopping = False
        self._between = True  # no request has begun that is not whole
        self._framing = 0  # bytes of the present request that are no body
        self._whole = 0  # requests that ended in the bytes being read

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever works on an answer that nobody waits for it."""
        super().connection_lost(exc)
        if self.direct is not None:
            direct, self.direct = self.direct, None
            direct.leave()
        for cycle in (self.cycle, *(waiting for waiting, _ in self.pipeline)):
            link = cycle and cycle.scope.get("extensions", {}).get(EXTENSION)
            if link is not None:
                link.end()

    def data_received(self, data: bytes) -> None:
        """Answer at once, or directly, if these bytes are one request of that kind; else let them be parsed."""
        if self.direct is not None:
            self._hold(data)
            return
        quiet = self._between and (self.cycle is None or self.cycle.response_complete)  # type: ignore[redundant-expr]
        asked = quiet and len(data) <= LONGEST_REQUEST and data.startswith(b"GET /")
        if asked and not self.flow.write_paused and not self.budgets.is_refused(self._key):
            served = self._served_by.now
            ready = served.ready.find(served.site.state, data)
            if ready is not None:
                self._replay(ready)
                return
            if data.startswith(BEGINNING) and Direct.begin(self, data, served):
                self._head.stop()
                self._unset_keepalive_if_required()
                return
        self._parse(data, is_alone=asked)

    def _parse(self, data: bytes, *, is_alone: bool, made: Made | None = None) -> None:
        """Let bytes be parsed.

        Args:
            data: The bytes.
            is_alone: Whether they may be one whole request, and nothing else is being answered.
            made: What became of the query in it already.
        """
        before, self._whole = self.cycle, 0
        if not self._between:
            self._framing += len(data)
        super().data_received(data)
        if self.cycle is not before and self.cycle.scope.get("extensions") is None:
            only = is_alone and self._between and self._whole == 1 and self.cycle.keep_alive
            link: Any = Link(self, self.cycle, data if only else None, made)
            self.cycle.scope["extensions"] = {EXTENSION: link}
        if self._framing > HEAD_BYTES and not self._between and not self.transport.is_closing():
            self._refuse(_ENDLESS)
        elif len(self.pipeline) > _MOST_PIPELINED:
            self.transport.abort()

    def next_id(self) -> str:
        """Return the id of the next request."""
        return self._served_by.next_id()

    def client_of(self, shape: Shape) -> Client:
        """Return who sends requests of a shape over this connection."""
        if self._asking is None or self._asking[0] is not shape:
            peer = self.client[0] if self.client else None
            self._asking = shape, self._state.who(peer, shape.headers)
        return self._asking[1]

    def finish_direct(self, status: int, head: bytes, body: bytes) -> None:
        """Write the answer that was made directly, and go on with what came meanwhile.

        Args:
            status: The status.
            head: The lines of the headers, each with its line end.
            body: The body.
        """
        self.direct = None
        self._write(status, head, b"connection: close\r\n\r\n" if self._is_stopping else b"\r\n", body)
        if self._is_stopping:
            self.transport.close()
        self.on_response_complete()
        self._go_on()

    def hand_over(self, asked: bytes, made: Made) -> None:
        """Let the application answer a request after all.

        Args:
            asked: Its bytes.
            made: What became of its query.
        """
        self.direct = None
        self._parse(asked, is_alone=True, made=made)
        if self._is_stopping:
            self.cycle.keep_alive = False
        self._go_on()

    def _hold(self, data: bytes) -> None:
        """Keep what comes while an answer is made; much of it waits in the system, and then the end is heard late."""
        self._held += data
        if len(self._held) > HEAD_BYTES:
            self.flow.pause_reading()

    def _go_on(self) -> None:
        held, self._held = bytes(self._held), bytearray()
        if held and not self.transport.is_closing():
            self.data_received(held)

    def shutdown(self) -> None:
        """End after the answer that is being made, if there is one."""
        if self.direct is None:
            super().shutdown()
        else:
            self._is_stopping = True

    def _replay(self, ready: Ready) -> None:
        """Write a ready answer with what differs from one answer to the next: the day and the id."""
        began, request_id = time.perf_counter(), self.next_id()
        self._unset_keepalive_if_required()
        self._write(ready.status, ready.head, request_id.encode(), ready.rest)
        self.on_response_complete()
        _READY.inc()
        if ready.record is None:
            return
        if not logs.ACCESS.isEnabledFor(logging.INFO):
            took, length = time.perf_counter() - began, ready.record.length
            metrics.observe(ready.kind, ready.status, "", took=took, length=length, phases={})
            return
        client = ready.record.client if self._key is None else dataclasses.replace(ready.record.client, key=self._key)
        told = logs.REQUEST.set(request_id)
        self._state.watch.done(dataclasses.replace(ready.record, client=client, began=began, cache="ready"))
        logs.REQUEST.reset(told)

    def write_answer(self, status: int, head: bytes, body: bytes) -> None:
        """Write a complete answer.

        Args:
            status: The status.
            head: The lines of the headers, each with its line end.
            body: The body.
        """
        self._write(status, head, b"\r\n", body)

    def _write(self, status: int, *parts: bytes) -> None:
        lines = [part for name, value in self.server_state.default_headers for part in (name, b": ", value, b"\r\n")]
        self.transport.write(b"".join((STATUS_LINE[status], *lines, *parts)))

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        self._between, self._framing = False, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Refuse what others may read in another way; the parser turns the error into an answer.

        Raises:
            ValueError: For a version that is none of HTTP/1, and for any coding of the body but chunks alone.
        """
        codings = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
        if codings not in _CODINGS or self.parser.get_http_version() not in _VERSIONS:
            raise ValueError
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Tell the body from what is around it."""
        self._framing -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that it is whole."""
        self._between = True
        self._whole += 1
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP; a whole request before it is answered first, and then the connection ends."""
        if self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body:  # type: ignore[redundant-expr]
            self.cycle.keep_alive = False
        elif not self.transport.is_closing():
            super().send_400_response(msg)


def connection_class() -> type[asyncio.Protocol]:
    """Return the faster of the two connections that this installation has."""
    return H11Connection if HttpToolsProtocol is None else HttpToolsConnection
