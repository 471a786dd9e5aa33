"""Whose query runs next: a queue with an end, in which no client can keep the others out; and what need not run.

Queries that are quick must not wait for those that take long, and nobody knows beforehand which is which. So what a
client has asked lately tells: whoever had a query that took long is slow for a while. The last place is for clients
that are not, and a newcomer has it for a trial: if its query takes long after all and a quick client waits, it is
called back and takes its turn with the slow ones.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from egov_kg.errors import Busy, DeadlineExceeded

__all__ = ["TRIAL", "TaskTurn", "TimedOut", "Turn", "Turns"]

TRIAL: Final = 0.3
"""After so many seconds of processor time in the last place a query gives way to a quick client that waits.

That of a newcomer does so after twice the time by the clock, too: what the processor does may be something else.
"""

_QUICK: Final = TRIAL / 2
"""Clients whose queries take less are quick. It is not the time by the clock: on a machine that has much to do even a
small query takes long."""

_FADING: Final = 60.0
"""What a client has done counts for less with every second, and after so many for a third."""

_MUCH_LESS: Final = 0.5
_TICK: Final = 0.005
_MOST_CLIENTS: Final = 4096
_MOST_REMEMBERED: Final = 1024
_NEARLY: Final = 0.9


@dataclass(slots=True)
class _Past:
    """What a client has done lately.

    Attributes:
        at: When this was true.
        used: The seconds that all its queries took, of processor time where that is known.
        longest: The same of the one that took longest.
        is_known: Whether it has had an answer.
    """

    at: float
    used: float = 0.0
    longest: float = 0.0
    is_known: bool = False

    def age(self, now: float) -> None:
        """Let what was done count for less."""
        fading = math.exp((self.at - now) / _FADING)
        self.used, self.longest, self.at = self.used * fading, self.longest * fading, now


class Turn:
    """A time for which one query may run, or a place in the queue for it.

    Args:
        turns: Which it is one of.
        client: Whose it is.
        patient: Whether the client may fill the queue alone.

    Attributes:
        client: See above.
        patient: See above.
        number: Of its place in the queue.
        has_begun: Whether it has come.
        is_last: Whether it has the last place.
        is_called_back: Whether what runs in it is to be ended, to have another turn.
    """

    def __init__(self, turns: Turns, client: str, *, patient: bool) -> None:
        self.client, self.patient = client, patient
        self.number, self.has_begun, self.is_last, self.is_called_back = 0, False, False, False
        self._turns = turns
        self._meter: Callable[[], float | None] | None = None
        self._before: float | None = None
        self._began, self._used = 0.0, 0.0

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for it still."""
        return True

    def begin(self) -> None:
        """Hear that it has come."""
        raise NotImplementedError

    def refuse(self, error: Busy) -> None:
        """Hear that it has lost its place in the queue."""
        raise NotImplementedError

    def end(self) -> None:
        """Hear that what runs in it is to be ended soon; then `Turns.leave` it, and ask again."""
        raise NotImplementedError

    def ask(self) -> None:
        """Take a place in the queue; it may come before this returns.

        Raises:
            Busy: If too many wait who are before it.
        """
        self.has_begun, self.is_called_back, self._meter, self._used = False, False, None, 0.0
        self._turns.ask(self)

    def enter(self, *, is_last: bool) -> None:
        """Begin."""
        self.has_begun, self.is_last, self._began = True, is_last, self._turns.clock()
        self.begin()

    def measure(self, meter: Callable[[], float | None]) -> None:
        """Count from now on what runs in it; so far it has waited for a process.

        Args:
            meter: Returns the seconds of processor time that it has taken, or None if nobody knows.
        """
        self._began, self._meter, self._before = self._turns.clock(), meter, meter()

    def by_clock(self) -> float:
        """Return how many seconds it has lasted."""
        return self._turns.clock() - self._began

    def used(self) -> float:
        """Return how many seconds it has used: of the clock if they are few, or nobody knows those of the processor."""
        if self._meter is None:
            return self._used
        by_clock = self.by_clock()
        if by_clock <= _QUICK or self._before is None or (taken := self._meter()) is None:
            return by_clock
        return min(by_clock, taken - self._before)

    def stop(self) -> None:
        """Count no more; call it before the process is ended, which then tells nothing."""
        self._used, self._meter = self.used(), None

    def call_back(self) -> None:
        """End what runs in it; it will have another turn."""
        if not self.is_called_back:
            self.is_called_back = True
            self.end()


class TaskTurn(Turn):
    """A turn for what runs in a task; use it as an asynchronous context.

    Attributes:
        is_over: Whether nothing has to run any more.
    """

    def __init__(self, turns: Turns, client: str, *, patient: bool) -> None:
        super().__init__(turns, client, patient=patient)
        self.is_over = False
        self._came: asyncio.Future[None] | None = None
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0

    @property
    def is_wanted(self) -> bool:
        """Whether its task waits: not if it was given up just now."""
        return self._came is not None and not self._came.done()

    def begin(self) -> None:
        """Let the task go on."""
        assert self._came is not None
        self._came.set_result(None)

    def refuse(self, error: Busy) -> None:
        """Let the task hear of it."""
        assert self._came is not None
        self._came.set_exception(error)

    def end(self) -> None:
        """Cancel the task."""
        if self._task is not None:
            self._task.cancel()

    async def __aenter__(self) -> Self:
        came = self._came = asyncio.get_running_loop().create_future()
        self._task = asyncio.current_task()
        self._cancelling = self._task.cancelling() if self._task is not None else 0
        self.ask()
        try:
            await came
        except BaseException:
            self._turns.leave(self, is_answered=False)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._turns.leave(self, is_answered=kind is None)
        if self.is_called_back and self._task is not None and self._task.uncancel() <= self._cancelling:
            self.is_over = kind is not asyncio.CancelledError
            return not self.is_over
        self.is_over = True
        return False


class Turns:
    """Lets so many queries run at once.

    Args:
        workers: How many. One more may run if its client is not slow, and has fewer than these.
        waiting: How many may wait.
        waiting_client: How many of one client may wait.
        clock: Seconds that only grow.
    """

    def __init__(
        self, workers: int, waiting: int, waiting_client: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.workers, self.most_waiting, self.most_of_client = workers, waiting, waiting_client
        self.clock = clock
        self._running: list[Turn] = []
        self._waiting: list[Turn] = []
        self._past: OrderedDict[str, _Past] = OrderedDict()
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def running(self) -> int:
        """How many run."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def __len__(self) -> int:
        """Return of how many clients something is remembered."""
        return len(self._past)

    def turns(self, client: str, *, patient: bool = False) -> Iterator[TaskTurn]:
        """Yield a turn, and again for as long as what ran in it was called back.

        Args:
            client: Whose turn; empty for the server itself, which is never slow and never called back.
            patient: Whether the client may fill the queue alone.

        Raises:
            Busy: When a turn is entered, if too many wait who are before it.
        """
        turn = TaskTurn(self, client, patient=patient)
        while not turn.is_over:
            yield turn

    def ask(self, turn: Turn) -> None:
        """Let a turn begin, or wait in the queue.

        Raises:
            Busy: If too many wait who are before it.
        """
        if self._may_run(turn.client):
            self._enter(turn)
            return
        turn.number = next(self._numbers)
        self._waiting.append(turn)
        try:
            self._make_room(turn)
        except Busy:
            self._waiting.remove(turn)
            raise
        self._look_at_the_last()

    def leave(self, turn: Turn, *, is_answered: bool) -> None:
        """End a turn, and let others have theirs; or give up a place in the queue, which may be lost already."""
        if not turn.has_begun:
            if turn in self._waiting:
                self._waiting.remove(turn)
            return
        self._running.remove(turn)
        if turn.client:
            past, used = self._past_of(turn.client), turn.used()
            past.used, past.longest = past.used + used, max(past.longest, used)
            past.is_known = past.is_known or is_answered
        if not turn.is_last:
            for other in self._running:
                other.is_last = False
        while (following := self._next()) is not None:
            self._waiting.remove(following)
            self._enter(following)
        self._look_at_the_last()

    def _next(self) -> Turn | None:
        """Return the turn that comes next, if one may; one whose query was given up just now does not."""
        first: dict[str, Turn] = {}  # of each client: nobody's second place is before the first
        for turn in self._waiting:
            if turn.is_wanted:
                first.setdefault(turn.client, turn)
        fit = [turn for turn in first.values() if self._may_run(turn.client)]
        return fit[0] if len(fit) == 1 else min(fit, key=self._rank, default=None)

    def _may_run(self, client: str) -> bool:
        if len(self._running) != self.workers:
            return len(self._running) < self.workers
        return self._running_of(client) < self.workers and not self._is_slow(client)

    def _enter(self, turn: Turn) -> None:
        is_last = len(self._running) == self.workers
        self._running.append(turn)
        turn.enter(is_last=is_last)

    def _running_of(self, client: str) -> int:
        return sum(turn.client == client for turn in self._running)

    def _past_of(self, client: str) -> _Past:
        """Return what is known of a client, as of now."""
        now = self.clock()
        past = self._past.pop(client, None) or _Past(now)
        past.age(now)
        self._past[client] = past
        if len(self._past) > _MOST_CLIENTS:
            self._past.popitem(last=False)
        return past

    def _is_slow(self, client: str) -> bool:
        if not client:
            return False
        now = self.clock()
        present = max((turn.used() for turn in self._running if turn.client == client), default=0.0)
        past = self._past.get(client)
        if past is not None:
            past.age(now)
        return max(present, past.longest if past is not None else 0.0) > _QUICK

    def _is_new(self, client: str) -> bool:
        past = self._past.get(client)
        return bool(client) and (past is None or not past.is_known)

    def _rank(self, turn: Turn) -> tuple[bool, int, bool, float, int]:
        """Return what orders places: quick clients first, of equals one query each, and whoever has used least."""
        client = turn.client
        ahead = sum(other.client == client and other.number < turn.number for other in self._waiting)
        past = self._past.get(client)
        used = past.used if past is not None else 0.0
        return self._is_slow(client), self._running_of(client) + ahead, self._is_new(client), used, turn.number

    def _make_room(self, turn: Turn) -> None:
        """Let somebody go who stands behind a newcomer, if too many wait; if nobody does, the newcomer goes."""
        of_client = sum(other.client == turn.client for other in self._waiting) - 1
        if of_client >= self.most_of_client and not turn.patient:
            raise Busy(of_client)
        if len(self._waiting) <= self.most_waiting:
            return
        rank = self._rank(turn)
        last = max((other for other in self._waiting if other.is_wanted), key=self._rank)
        other = self._rank(last)
        if last is turn or (rank[:3] >= other[:3] and rank[3] >= _MUCH_LESS * other[3]):
            raise Busy(self.most_waiting)
        self._waiting.remove(last)
        last.refuse(Busy(self.most_waiting))

    def _look_at_the_last(self) -> None:
        """Call the query in the last place back if its trial is over and a quick client waits; else look again then."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        last = next((turn for turn in self._running if turn.is_last and turn.client), None)
        if last is None or last.is_called_back or not any(self._waits_for_it(turn) for turn in self._waiting):
            return
        left = TRIAL - last.used()
        if self._is_new(last.client):
            left = min(left, 2 * TRIAL - last.by_clock())
        if left > 0:
            self._timer = asyncio.get_running_loop().call_later(left + _TICK, self._look_at_the_last)
        else:
            last.call_back()

    def _waits_for_it(self, turn: Turn) -> bool:
        return self._running_of(turn.client) < self.workers and not self._is_slow(turn.client)


class TimedOut:
    """Remembers which queries did not end in time: what has just failed is not tried again at once.

    Args:
        seconds: For how long; 0 for not at all.
        clock: Seconds that only grow.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._known: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many queries are remembered, some of them perhaps for too long."""
        return len(self._known)

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
