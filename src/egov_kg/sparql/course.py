"""The course of one query: it waits for its turn, then for a process, runs, and ends with an answer or an error.

Nothing here waits in a task: who asks is called when it has ended. `egov_kg.sparql.pool.Pool.answer` waits for that;
for small answers, of which there may be thousands a second, the server does without.
"""

from __future__ import annotations

import asyncio
import enum
import functools
import io
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

from egov_kg.errors import Busy, DeadlineExceeded, EngineStopped
from egov_kg.sparql import wire
from egov_kg.sparql.engine import Answer, Request
from egov_kg.sparql.processes import Process, processor_seconds
from egov_kg.sparql.runs import Run
from egov_kg.sparql.turns import Turn, Turns

if TYPE_CHECKING:
    from egov_kg.sparql.pool import Pool

__all__ = ["Course"]


class _At(enum.Enum):
    """Where a query is on its course."""

    QUEUE = enum.auto()
    SEEKING = enum.auto()
    RUNNING = enum.auto()
    LOST = enum.auto()
    END = enum.auto()


class Course:
    """One query on its way through a pool; `egov_kg.sparql.pool.Pool.begin` begins it.

    Args:
        pool: Whose processes.
        request: The query.
        client: Who asks.
        seconds: The deadline, over all of its course.
        done: Is called once, when it has ended otherwise than by `cancel`; maybe before `start` returns.

    Attributes:
        request: The query.
        answer: The answer, if there is one.
        error: What became of it instead.
    """

    __slots__ = (
        "_at",
        "_began",
        "_client",
        "_done",
        "_has_been_tried",
        "_loop",
        "_pool",
        "_run",
        "_seconds",
        "_timer",
        "_turn",
        "answer",
        "error",
        "request",
    )

    def __init__(
        self, pool: Pool, request: Request, client: str, seconds: float, done: Callable[[Course], object]
    ) -> None:
        self.request = request
        self.answer: Answer | None = None
        self.error: Exception | None = None
        self._pool, self._client, self._seconds, self._done = pool, client, seconds, done
        self._loop = asyncio.get_running_loop()
        self._at, self._has_been_tried = _At.QUEUE, False
        self._run: Run | None = None
        self._turn = _Turn(self, pool.turns, client, patient=request.patient)
        self._began = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Take a place in the queue.

        Raises:
            Busy: If there is none; nothing has begun then.
        """
        self._turn.ask()
        if self._at is not _At.END:
            self._timer = self._loop.call_later(self._seconds, self._expire)

    def result(self) -> Answer:
        """Return the answer, or raise what became of it instead."""
        error, self.error = self.error, None
        if error is not None:
            raise error
        assert self.answer is not None
        return self.answer

    def cancel(self) -> None:
        """End it: nobody waits any more. `done` is not called."""
        if self._at is not _At.END:
            self._done = _nobody
            self._give_up("gone")
            self._end()

    def seek(self) -> None:
        """Go on in a turn that has come."""
        self._at = _At.SEEKING
        self._pool.seek(self)

    def refuse(self, error: Busy) -> None:
        """End without a turn."""
        self.error = error
        self._end()

    def begin_anew(self) -> None:
        """Give way to others, and wait for another turn, unless it has ended meanwhile."""
        if self._at is _At.END or not self._turn.is_called_back:
            return
        self._give_up("called-back")
        self._run, self._at = None, _At.QUEUE
        self._pool.turns.leave(self._turn, is_answered=False)
        try:
            self._turn.ask()
        except Busy as error:
            self.refuse(error)

    def given(self, process: Process) -> None:
        """Go on with a process that is idle and lives."""
        run = self._run = Run(self._pool.next_number(), self.request, self._client, process, self._loop.time())
        self._at = _At.RUNNING
        self._turn.measure(functools.partial(processor_seconds, process.pid))
        self._pool.note(run)
        if self.request.started is not None:
            self.request.started()
        try:
            self._pool.send(process, self.request, self._seconds)
        except EOFError:
            self._lost()
        except Exception as error:  # noqa: BLE001 - whatever it is, who asks hears of it
            self.error = error
            self._give_up("gone")
            self._end()
        else:
            process.line.expect(self._answered, self._lost)

    def _answered(self, head: dict[str, Any], content: bytes) -> None:
        run = self._run
        assert run is not None
        self._pool.forget(run)
        if "error" in head:
            self._pool.take_back(run.process, head)
            self.error = wire.error_from_head(head)
        else:
            body, length, offset = _body(run.process, head, content)
            self._pool.take_back(run.process, head)
            timings = {"queue": run.began - self._began, **head["seconds"]}
            self.answer = Answer(head["form"], head["format"], head["cacheable"], timings, body, length, offset)
        self._end()

    def _lost(self) -> None:
        """Find out why the process has ended by itself."""
        assert self._run is not None
        self._at = _At.LOST
        self._run.ended = self._loop.time()
        self._pool.bury(self._run.process, self._buried)

    def _buried(self, status: int | None) -> None:
        """Try once more if it was not the fault of the query; else end."""
        if self._at is not _At.LOST:
            return
        run = self._run
        assert run is not None
        self._pool.forget(run)
        run.status = status
        error = self._pool.stopped(run, status)
        may_try = isinstance(error, EngineStopped) and not self._has_been_tried and not self._pool.is_closing
        again = run.again() if may_try else None
        if again is None:
            self.error = error
            self._end()
            return
        self.request, self._has_been_tried = again, True
        self.seek()

    def _expire(self) -> None:
        """End at the deadline."""
        if self._run is not None:
            self._pool.note_timed_out(self.request, self._loop.time() - self._run.began)
        self.error = DeadlineExceeded(self._seconds)
        self._give_up("deadline")
        self._end()

    def _give_up(self, reason: str) -> None:
        """Stop before there is an answer; a process that works on it is killed."""
        if self._at is _At.SEEKING:
            self._pool.unseek(self)
        elif self._at in {_At.RUNNING, _At.LOST}:
            assert self._run is not None
            self._pool.forget(self._run)
            if self._at is _At.RUNNING:
                self._run.process.line.expect(None, None)
                self._turn.stop()
                self._pool.dismiss(self._run.process, reason)

    def _end(self) -> None:
        self._at = _At.END
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._pool.turns.leave(self._turn, is_answered=self.answer is not None)
        self._turn.course = None  # no circle is left for the collector
        done, self._done = self._done, _nobody
        done(self)


class _Turn(Turn):
    """The turn of a course."""

    def __init__(self, course: Course, turns: Turns, client: str, *, patient: bool) -> None:
        super().__init__(turns, client, patient=patient)
        self.course: Course | None = course

    def begin(self) -> None:
        if self.course is not None:
            self.course.seek()

    def refuse(self, error: Busy) -> None:
        if self.course is not None:
            self.course.refuse(error)

    def end(self) -> None:
        if self.course is not None:
            asyncio.get_running_loop().call_soon(self.course.begin_anew)


def _nobody(_course: Course) -> None:
    """Hear of the end for those who have gone."""


def _body(process: Process, head: dict[str, Any], content: bytes) -> tuple[IO[bytes], int, int]:
    """Return the body of an answer, its length, and where it begins."""
    if "spooled" not in head or process.spool is None:
        return io.BytesIO(content), len(content), 0
    offset, length = head["spooled"]
    file, process.spool = process.spool, None
    file.seek(offset)
    return file, length, offset
