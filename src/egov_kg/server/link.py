"""What the application may know of the connection under it, where that is ours: `EXTENSION` in the scope of ASGI.

Without it all works as ASGI says; with it a short answer goes out in one piece, a client that leaves is noticed without
a task that waits for it, and an answer may become a ready one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from egov_kg.server.cache import Content
    from egov_kg.server.connection import HttpToolsConnection
    from egov_kg.server.serving import Served

__all__ = ["EXTENSION", "Link", "Made"]

EXTENSION: Final = "egov_kg.link"


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a query before the application took over its request.

    Attributes:
        served: The release that was asked.
        began: When the request came, a moment of `time.perf_counter`.
        text: The query.
        content: The answer, or None if there is an error.
        error: What became of it instead.
        origin: How the cache took part.
    """

    served: Served
    began: float
    text: str
    content: Content | None
    error: Exception | None
    origin: str

    def result(self) -> Content:
        """Return the answer, or raise what became of it instead."""
        if self.error is not None:
            raise self.error
        assert self.content is not None
        return self.content


class Link:
    """The way from one request to its connection.

    Args:
        connection: Where the request came from.
        cycle: What uvicorn knows of the request.
        asked: The bytes of the request if they came alone and whole, so that the answer may become a ready one.

    Attributes:
        asked: See above.
        made: What became of its query already; whoever uses it takes it away.
    """

    __slots__ = ("_connection", "_cycle", "_left", "asked", "made")

    def __init__(
        self,
        connection: HttpToolsConnection,
        cycle: RequestResponseCycle,
        asked: bytes | None,
        made: Made | None = None,
    ) -> None:
        self._connection, self._cycle, self.asked, self.made = connection, cycle, asked, made
        self._left: Callable[[], object] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether the client has gone."""
        return self._cycle.disconnected

    def when_left(self, act: Callable[[], object] | None) -> None:
        """Say what happens if the client leaves before its answer is complete; None takes it back."""
        self._left = act
        if act is not None:
            self._cycle.flow.resume_reading()  # a pipelined request stops it, and then nobody hears of the end

    def end(self) -> None:
        """Say that the client has gone."""
        act, self._left = self._left, None
        if act is not None and not self._cycle.response_complete:
            act()

    async def send(self, status: int, head: bytes, body: bytes) -> None:
        """Send a complete answer.

        Args:
            status: The status.
            head: The lines of the headers, each with its line end.
            body: The body; empty for HEAD.
        """
        cycle = self._cycle
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.disconnected:
            return
        cycle.response_started, cycle.waiting_for_100_continue = True, False
        self._connection.write_answer(status, head if cycle.keep_alive else head + b"connection: close\r\n", body)
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()
