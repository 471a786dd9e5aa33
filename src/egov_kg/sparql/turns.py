"""Whose query runs next: a queue with an end, in which no client can keep the others out; and what need not run."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from typing import Final

from egov_kg.errors import Busy, DeadlineExceeded

__all__ = ["TimedOut", "Turns"]

_MOST_REMEMBERED: Final = 1024
_NEARLY: Final = 0.9


class Turns:
    """Lets so many queries run at once.

    Args:
        workers: How many of one client. One more may run if it is another client's.
        waiting: How many may wait.
        waiting_client: How many of one client may wait.
    """

    def __init__(self, workers: int, waiting: int, waiting_client: int) -> None:
        self.workers, self.most_waiting, self.most_of_client = workers, waiting, waiting_client
        self._running: dict[str, int] = {}
        self._total = 0
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    @property
    def running(self) -> int:
        """How many run."""
        return self._total

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @contextlib.asynccontextmanager
    async def turn(self, client: str, *, patient: bool = False) -> AsyncIterator[None]:
        """Wait for a turn, and have it for as long as the context lasts; first come, first served.

        Args:
            client: Whose turn.
            patient: Whether the client may fill the queue alone.

        Raises:
            Busy: If too many wait already.
        """
        if self._may_run(client):
            self._enter(client)
        else:
            await self._wait(client, patient=patient)
        try:
            yield
        finally:
            self._leave(client)

    def _may_run(self, client: str) -> bool:
        return self._total <= self.workers and self._running.get(client, 0) < self.workers

    def _enter(self, client: str) -> None:
        self._running[client] = self._running.get(client, 0) + 1
        self._total += 1

    async def _wait(self, client: str, *, patient: bool) -> None:
        of_client = sum(name == client for name, _ in self._waiting)
        if len(self._waiting) >= self.most_waiting:
            raise Busy(len(self._waiting))
        if of_client >= self.most_of_client and not patient:
            raise Busy(of_client)
        entry = (client, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            await entry[1]
        except asyncio.CancelledError:
            if entry in self._waiting:
                self._waiting.remove(entry)
            else:  # its turn had just come
                self._leave(client)
            raise

    def _leave(self, client: str) -> None:
        self._total -= 1
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]  # forget clients that have none
        if not self._waiting:
            return
        entry = next((e for e in self._waiting if self._may_run(e[0]) and not e[1].done()), None)
        if entry is not None:
            self._waiting.remove(entry)
            self._enter(entry[0])
            entry[1].set_result(None)


class TimedOut:
    """Remembers which queries did not end in time: what has just failed is not tried again at once.

    Args:
        seconds: For how long; 0 for not at all.
        clock: Seconds that only grow.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._known: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def note(self, query: Hashable, ran: float) -> None:
        """Note that a query had not ended after so many seconds in a query process."""
        if self._seconds > 0:
            self._known[query] = (ran, self._clock() + self._seconds)
            self._known.move_to_end(query)
            if len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)

    def check(self, query: Hashable, seconds: float) -> None:
        """Let a query through unless it had as much time a moment ago, and did not end.

        Args:
            query: The query.
            seconds: How much time it would have.

        Raises:
            DeadlineExceeded: Says when to come back.
        """
        ran, until = self._known.get(query, (0.0, 0.0))
        left = until - self._clock()
        if left <= 0:
            self._known.pop(query, None)
        elif ran >= _NEARLY * seconds:
            raise DeadlineExceeded(seconds, retry_after=math.ceil(left))
