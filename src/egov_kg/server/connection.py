"""One connection: uvicorn's HTTP/1.1 with clocks for clients that stall, and our own answer to what is no HTTP.

Uvicorn waits for ever for the end of a request's head and for a client that does not read. Each such client would keep
a descriptor, and one that asked for a large answer its file too.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from egov_kg.server.envelope import constant_headers
from egov_kg.server.problems import MEDIA_TYPE, TYPES, Problem

__all__ = ["SECONDS", "Connection"]

SECONDS: Final = 20.0
"""How long a client may keep us waiting for the head of a request, or leave all that we send unread."""

_NO_HTTP: Final = Problem(
    TYPES["bad-encoding"],
    "this is no request of HTTP (RFC 9112); in an address every character beyond ASCII must be percent-encoded",
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


class Connection(H11Protocol):
    """A connection that ends when its client sends no whole head, or takes none of our bytes, for 20 seconds."""

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
        if self.cycle is None or self.cycle.response_complete:  # type: ignore[redundant-expr]  # None at first
            self._head.start()
        else:
            self._head.stop()

    def on_response_complete(self) -> None:
        """Leave the next head to uvicorn's own clock until its first byte."""
        self._head.stop()
        super().on_response_complete()

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

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words
        """Answer what is no HTTP with a problem document, like all else."""
        instance, release = secrets.token_hex(8), self.config.loaded_app.state.serving.now.release
        body = _NO_HTTP.body(instance=instance, release=release)
        headers = {
            **constant_headers(release, instance),
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
        }
        head = h11.Response(status_code=400, headers=list(headers.items()), reason=b"Bad Request")
        self.transport.write(self.conn.send(head))
        self.transport.write(self.conn.send(h11.Data(data=body)))
        self.transport.write(self.conn.send(h11.EndOfMessage()))
        self.transport.close()
