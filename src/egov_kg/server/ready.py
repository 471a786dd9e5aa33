"""Ready answers: what the bytes of one whole request were answered with, for the next request of the same bytes.

The table stands before the parser. An answer comes into it only from the application, which gave it from its own cache
to a request of just these bytes; it is written again byte for byte but for the date and the id of the request. So a
ready answer cannot differ from the one that would be made, as long as the state of the graph is the same; with another
state the table is empty.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from egov_kg.server.watching import Record

__all__ = ["LONGEST_BODY", "LONGEST_REQUEST", "Ready", "ReadyAnswers"]

LONGEST_REQUEST: Final = 8 << 10
"""The largest request, in bytes, that may have a ready answer."""

LONGEST_BODY: Final = 32 << 10
"""The largest body of one; the time for a larger one goes into sending it."""

_OVERHEAD: Final = 400
"""What an entry takes besides its bytes, about."""


class Ready(NamedTuple):
    """An answer in the form in which it is written.

    Attributes:
        status: The status.
        head: The lines of the headers up to the value of the request's id.
        rest: What follows the id: the other lines, and the body.
        kind: What was asked for, as the record says it.
        record: What is known of the request and its answer, as of the one that was made.
    """

    status: int
    head: bytes
    rest: bytes
    kind: str = ""
    record: Record | None = None


class ReadyAnswers:
    """Answers by the bytes of the request, the oldest forgotten first.

    Args:
        budget: The most bytes that requests and answers may take together; 0 keeps none.

    Example:
        >>> table = ReadyAnswers(budget=10_000)
        >>> table.find("release 1", b"GET / HTTP/1.1")
        >>> table.keep("release 1", b"GET / HTTP/1.1", Ready(200, b"x-request-id: ", b"..."))
        >>> table.find("release 1", b"GET / HTTP/1.1").status
        200
        >>> table.find("release 2", b"GET / HTTP/1.1")
    """

    def __init__(self, budget: int = 8 << 20) -> None:
        self._budget, self._state, self._used = budget, "", 0
        self._table: dict[bytes, Ready] = {}

    def find(self, state: str, asked: bytes) -> Ready | None:
        """Return the answer to a request, or None if there is none.

        Args:
            state: The present state of the graph; answers of another one are forgotten.
            asked: The request.
        """
        if state != self._state:
            self._table.clear()
            self._used, self._state = 0, state
        return self._table.get(asked)

    def keep(self, state: str, asked: bytes, ready: Ready) -> None:
        """Take an answer in.

        Args:
            state: The state of the graph that was asked; if `find` has seen another one nothing is kept.
            asked: The request.
            ready: The answer.
        """
        size = _size(asked, ready)
        if state != self._state or size > self._budget or asked in self._table:
            return
        self._table[asked] = ready
        self._used += size
        while self._used > self._budget:
            oldest = next(iter(self._table))
            self._used -= _size(oldest, self._table.pop(oldest))


def _size(asked: bytes, ready: Ready) -> int:
    return 2 * len(asked) + len(ready.head) + len(ready.rest) + _OVERHEAD
