"""The server's end of the connection to a query process: one request, one answer, in turns."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Callable
from typing import IO, Any, cast

from egov_kg.sparql import wire

__all__ = ["Line"]

Frame = tuple[dict[str, Any], bytes]


class Line(asyncio.Protocol):
    """A connection that carries frames. Made by `open`.

    Attributes:
        is_open: Whether the other end is there.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._transport: asyncio.Transport | None = None
        self._data = bytearray()
        self._needed = wire.LENGTHS.size
        self._frames: deque[Frame] = deque()
        self._answered: Callable[[dict[str, Any], bytes], object] | None = None
        self._lost: Callable[[], object] | None = None
        self._watching: list[Callable[[], None]] = []
        self.is_open = True

    @classmethod
    async def open(cls, connection: socket.socket) -> Line:
        """Return a line over a connected socket, which it closes in the end."""
        line = cls(connection)
        connection.setblocking(False)
        await asyncio.get_running_loop().create_connection(lambda: line, sock=connection)
        return line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(0)  # so that a loop that gathers small writes does not

    def data_received(self, data: bytes) -> None:
        """Put frames together."""
        self._data += data
        while len(self._data) >= self._needed:
            head_length, body_length = wire.LENGTHS.unpack_from(self._data)
            self._needed = wire.LENGTHS.size + head_length + body_length
            if len(self._data) < self._needed:
                return
            view = memoryview(self._data)[wire.LENGTHS.size : self._needed]
            frame = (wire.head_of(bytes(view[:head_length])), bytes(view[head_length:]))
            view.release()
            del self._data[: self._needed]
            self._needed = wire.LENGTHS.size
            self._arrived(frame)

    def _arrived(self, frame: Frame) -> None:
        answered, self._answered, self._lost = self._answered, None, None
        if answered is not None:
            answered(*frame)
        else:
            self._frames.append(frame)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - whatever it was
        """Tell who waits and who watches."""
        self.is_open = False
        self._transport = None
        lost, self._answered, self._lost = self._lost, None, None
        if lost is not None:
            lost()
        watching, self._watching = self._watching, []
        for tell in watching:
            tell()

    def watch(self, tell: Callable[[], None]) -> None:
        """Call something once when the connection is gone, which may be now."""
        if self._transport is None:
            tell()
        else:
            self._watching.append(tell)

    def expect(
        self, answered: Callable[[dict[str, Any], bytes], object] | None, lost: Callable[[], object] | None
    ) -> None:
        """Say who gets the next frame, which may have come already; None takes it back.

        Args:
            answered: Gets head and body.
            lost: Is called instead if the other end closes before.
        """
        self._answered, self._lost = answered, lost
        if answered is not None and self._frames:
            self._arrived(self._frames.popleft())
        elif lost is not None and not self.is_open:
            self._answered = self._lost = None
            lost()

    async def receive(self) -> Frame:
        """Return the next head and body.

        Raises:
            EOFError: If the other end closes before.
        """
        waiting: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()

        def answered(head: dict[str, Any], body: bytes) -> None:
            if not waiting.done():
                waiting.set_result((head, body))

        def lost() -> None:
            if not waiting.done():
                waiting.set_exception(EOFError())

        self.expect(answered, lost)
        try:
            return await waiting
        except asyncio.CancelledError:
            self.expect(None, None)
            raise

    def send(self, frame: bytes) -> None:
        """Send a frame.

        Raises:
            EOFError: If the other end has closed.
        """
        if self._transport is None or not self.is_open:
            raise EOFError
        self._transport.write(frame)

    def give(self, what: str, file: IO[bytes], length: int = 0) -> None:
        """Hand over a file for the next request; only between an answer and a request.

        Args:
            what: ``spool`` for the file of the answer, ``attached`` for one to read.
            file: Stays open here.
            length: How many bytes of it are to be read.

        Raises:
            EOFError: If the other end has closed.
        """
        frame, _ = wire.frame({"given": what, "length": length})
        try:
            sent = socket.send_fds(self._connection, [frame], [file.fileno()])
        except OSError as error:
            raise EOFError from error
        assert sent == len(frame)

    def close(self) -> None:
        """Close at once: the other end ends itself then."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
