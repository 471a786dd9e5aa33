"""Query processes under one clock: each query gets one of them, a deadline, and a kill when the deadline has come."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import itertools
import logging
import signal
import socket
import sys
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import IO, Any, Final, Self

from egov_kg import iri
from egov_kg.errors import (
    DeadlineExceeded,
    EgovKGError,
    EngineStopped,
    MemoryExceeded,
    QueryAborted,
)
from egov_kg.sparql import wire
from egov_kg.sparql.course import Course
from egov_kg.sparql.engine import Answer, Request
from egov_kg.sparql.forking import Forking, processes_of
from egov_kg.sparql.limits import Limits
from egov_kg.sparql.processes import Process, Processes
from egov_kg.sparql.runs import Run, Running
from egov_kg.sparql.spool import Spools
from egov_kg.sparql.turns import TimedOut, Turns

__all__ = ["Pool"]

_LOG = logging.getLogger(__name__)

_LIMITS: Final = Limits()
_MOST_QUERIES: Final = 50_000
"""What grows is replaced at once; this is for what nobody sees. A copy takes 10 ms, which others would feel."""
_MOST_HEADS: Final = 100
_MOST_GROWTH: Final = 64 << 20
_END_SECONDS: Final = 10.0
_WATCH_SECONDS: Final = 0.1
_PASSES_FILES: Final = hasattr(socket, "send_fds")


class Pool:
    """The query processes of one release.

    Use it as an asynchronous context, or call `start` and `close`.

    Args:
        release: The folder of the release.
        limits: What queries may take. One process more than their workers stands by: for a client whose queries do not
            take long (`egov_kg.sparql.turns`), and to replace one that was killed.
        quads: Up to how many quads a release is held in memory.
        spool: The folder for large answers; the system's for temporary files if None.
        spool_bytes: How much room large answers have at most, all together.
        repeat_seconds: For how long a query that did not end in time is not tried again.
        base: The base of our IRIs.
        views: Whether the processes also make views (`Request.view`). They have fewer walls: give them no queries from
            outside.
        kind: What makes the work of the processes, where it is neither queries nor views: a name in `processes`.
        processes: Where the processes come from, if several pools share it; as `processes_of` by default.

    Attributes:
        graphs: The IRIs of the named graphs, sorted.
        walls: The names of the walls around the processes (`egov_kg.sparql.walls.build`).
        kills: How many processes have ended otherwise than by closing the pool, by reason: ``deadline``, ``gone`` (the
            client), ``called-back`` (`egov_kg.sparql.turns`; its query is tried again), ``aborted``, ``memory``,
            ``processor``, ``crash``, ``recycled``.
    """

    def __init__(
        self,
        release: Path,
        limits: Limits = _LIMITS,
        *,
        quads: int = 0,
        spool: Path | None = None,
        spool_bytes: int = 1 << 30,
        repeat_seconds: float = 60.0,
        base: str = iri.BASE,
        views: bool = False,
        kind: str = "",
        processes: Processes | None = None,
    ) -> None:
        self.release, self.limits, self.base = release, limits, base
        self.turns = Turns(limits.workers, limits.waiting, limits.waiting_client)
        self.graphs: tuple[str, ...] = ()
        self.walls: tuple[str, ...] = ()
        self.kills: Counter[str] = Counter()
        self._kind = kind or ("view" if views else "query")
        self.processes: Processes = processes or processes_of(
            release, memory=limits.memory, result_bytes=limits.result_bytes, quads=quads
        )
        self._spools = Spools(spool, max(2 * (limits.workers + 1), spool_bytes // limits.result_bytes))
        self._timed_out = TimedOut(repeat_seconds)
        self._numbers = itertools.count(1)
        self._runs: dict[str, Run] = {}
        self._heads: dict[tuple[object, ...], bytes] = {}
        self._idle: list[Process] = []
        self._seeking: deque[Course] = deque()
        self._is_closing = self._is_watching = False
        self._all: set[Process] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the processes; return when the first is ready.

        Raises:
            ReleaseDamaged: If it cannot open the release.
        """
        await self.processes.start()
        try:
            first = await self.processes.make(self._kind)
        except BaseException:
            await self.processes.close()
            raise
        self.graphs, self.walls = first.graphs, first.walls
        _LOG.info("walls around each %s process: %s", self._kind, ", ".join(self.walls) or "none")
        self._enter(first)
        for _ in range(self.limits.workers):
            self._background(self._refill())
        if isinstance(self.processes, Forking):
            self.processes.when_renewed(self._renew)

    async def close(self) -> None:
        """End all processes, also those that are just starting."""
        self._is_closing = True
        processes, self._all = list(self._all), set()
        for process in processes:
            process.kill()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if processes:
            await asyncio.wait([process.ended for process in processes], timeout=_END_SECONDS)
        await self.processes.close()

    @property
    def is_closing(self) -> bool:
        """Whether no process will be made any more."""
        return self._is_closing

    def pids(self) -> frozenset[int]:
        """Return the numbers of the processes."""
        return frozenset(process.pid for process in self._all)

    def running(self) -> list[Running]:
        """Return the queries that run, the oldest first."""
        now = asyncio.get_running_loop().time()
        return [run.shown(now) for run in self._runs.values()]

    def abort(self, number: str) -> bool:
        """End a query; who asked gets `QueryAborted`. Return whether it was running.

        Args:
            number: Its id, of `running`.
        """
        run = self._runs.get(number)
        if run is None:
            return False
        run.is_aborted = True
        run.process.kill()
        return True

    async def answer(self, request: Request, *, client: str = "") -> Answer:
        """Return the complete answer to a query.

        If the caller is cancelled the query is killed.

        Args:
            request: The query.
            client: Who asks. One client cannot keep all processes busy.

        Raises:
            DeadlineExceeded: If it did not end in time, now or a moment ago; its process has been killed.
            MemoryExceeded, ResultTooLarge, Busy, SpoolFull: As their names say.
            QueryError: If it cannot be answered as it stands.
            EngineStopped: If the process ended by itself.
            QueryAborted: If somebody has ended it.
        """
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def tell(_course: Course) -> None:
            if not ended.done():
                ended.set_result(None)

        course = self.begin(request, client, tell)
        try:
            await ended
        except asyncio.CancelledError:
            course.cancel()
            if course.answer is not None:  # it has just come
                course.answer.body.close()
            raise
        return course.result()

    def begin(self, request: Request, client: str, done: Callable[[Course], object]) -> Course:
        """Begin to answer a query without waiting for anything.

        Args:
            request: The query.
            client: Who asks.
            done: Is called once when there is an answer or an error; maybe before this returns.

        Raises:
            DeadlineExceeded: If it did not end in time a moment ago.
            Busy: If too many wait. Nothing has begun if this raises.
        """
        seconds = min(self.limits.seconds, request.seconds or self.limits.seconds)
        if self._timed_out:
            self._timed_out.check(_key(request), seconds)
        course = Course(self, request, client, seconds, done)
        course.start()
        return course

    def next_number(self) -> str:
        """Return the id of the next run."""
        return str(next(self._numbers))

    def note(self, run: Run) -> None:
        """Note that a query runs."""
        self._runs[run.id] = run
        if not self._is_watching:
            self._is_watching = True
            self._background(self._watch())

    def forget(self, run: Run) -> None:
        """Note that it does not run any more."""
        del self._runs[run.id]

    def note_timed_out(self, request: Request, ran: float) -> None:
        """Note that a query had not ended after so many seconds in a process."""
        self._timed_out.note(_key(request), ran)

    def send(self, process: Process, request: Request, seconds: float) -> None:
        """Send a query to a process.

        Raises:
            EOFError: If it has ended.
        """
        if _PASSES_FILES and process.spool is None:
            process.spool = self._spools.make()
            if process.spool is not None:
                process.line.give("spool", process.spool)
        text, attached = request.text.encode(), b""
        if request.attached is not None:
            attached = _attach(process, request.attached)
        head = self._head(request, seconds, len(text))
        process.line.send(wire.LENGTHS.pack(len(head), len(text) + len(attached)) + head + text + attached)

    def _head(self, request: Request, seconds: float, length: int) -> bytes:
        """Return the head of the frame of a request; that of most queries is the same, and is made once."""
        is_plain = (
            request.default_graphs is None
            and request.named_graphs is None
            and request.view is None
            and request.job is None
            and not request.substitutions
        )
        kind = (request.table, request.graph, seconds, request.kinds_apart, request.expands)
        if is_plain and kind in self._heads:
            return self._heads[kind]
        head = wire.head_bytes(
            {
                "table": request.table,
                "graph": request.graph,
                "default_graphs": request.default_graphs,
                "named_graphs": request.named_graphs,
                "substitutions": dict(request.substitutions),
                "base": self.base,
                "limit": self.limits.result_bytes,
                "seconds": seconds,
                "view": dict(request.view) if request.view is not None else None,
                "job": dict(request.job) if request.job is not None else None,
                "spools": _PASSES_FILES,
                "kinds_apart": request.kinds_apart,
                "expands": self.base if request.expands else "",
                **({"text": length} if request.job is not None else {}),
            }
        )
        if is_plain and len(self._heads) < _MOST_HEADS:
            self._heads[kind] = head
        return head

    def take_back(self, process: Process, answer: Mapping[str, Any]) -> None:
        """Let a process go on that has answered, or replace one that has done enough."""
        process.answered += 1
        if process.is_stale or process.is_retired or answer.get("growth", 0) > _MOST_GROWTH:
            self.dismiss(process, "recycled")
            return
        if process.answered >= _MOST_QUERIES and not any(other.retires for other in self._all):
            process.retires = True
            self._background(self._succeed(process))
        self._offer(process)

    async def _succeed(self, process: Process) -> None:
        """Let another process take the place of one, which answers until that is there."""
        await self._refill()
        process.is_retired = True
        if process in self._idle:
            self._idle.remove(process)
            self.dismiss(process, "recycled")

    def seek(self, course: Course) -> None:
        """Give a query an idle process, now or later; replace those that have died while nobody asked them."""
        while self._idle:
            process = self._idle.pop()  # the last one, whose memory is nearest
            if process.lives:
                course.given(process)
                return
            self.dismiss(process, "crash")
        self._seeking.append(course)

    def unseek(self, course: Course) -> None:
        """Note that a query needs no process any more."""
        self._seeking.remove(course)

    def _offer(self, process: Process) -> None:
        self._idle.append(process)
        if self._seeking:
            self.seek(self._seeking.popleft())

    async def _watch(self) -> None:
        """End queries whose processes take too much memory: the system does not count how deep a stack has become."""
        while self._runs:
            await asyncio.sleep(_WATCH_SECONDS)
            for run in list(self._runs.values()):
                if run.process.growth() > self.limits.memory + _MOST_GROWTH:
                    run.is_greedy = True
                    run.process.kill()
        self._is_watching = False

    def stopped(self, run: Run, status: int | None) -> EgovKGError:
        """Return the error for a process that ended before it had answered."""
        error: EgovKGError = EngineStopped("nobody knows how" if status is None else f"status {status}")
        reason = "crash"
        if run.is_aborted:
            reason, error = "aborted", QueryAborted()
        elif run.is_greedy:
            reason, error = "memory", MemoryExceeded(self.limits.memory)
        elif sys.platform != "win32" and status is not None and status < 0:
            if status == -signal.SIGABRT and "panicked" not in run.process.words:  # the engine was refused memory
                self.kills["memory"] += 1
                return MemoryExceeded(self.limits.memory)
            if status == -signal.SIGXCPU:
                self.kills["processor"] += 1
                return DeadlineExceeded(self.limits.seconds)
            error = EngineStopped(f"signal {-status}")
        self.kills[reason] += 1
        return error

    def dismiss(self, process: Process, reason: str) -> None:
        """End a process that must not go on, and let another one take its place."""
        self.kills[reason] += 1
        process.kill()
        self.bury(process)

    def bury(self, process: Process, tell: Callable[[int | None], object] = lambda _status: None) -> None:
        """Wait for the end of a process whose connection is closed, and let another one take its place.

        Args:
            process: The process.
            tell: Gets its exit status, or None if nobody knows it.
        """
        if self._is_closing:
            asyncio.get_running_loop().call_soon(tell, None)
        else:
            self._background(self._replaced(process, tell))

    async def _replaced(self, process: Process, tell: Callable[[int | None], object]) -> None:
        status = None
        try:
            status = await self._ended(process)
        finally:
            tell(status)

    async def _ended(self, process: Process) -> int | None:
        """Return the exit status of a process once it has ended; another one takes its place."""
        status = await process.end()
        self._all.discard(process)
        _LOG.info("query process %d ended with %s", process.pid, status)
        if process.words:
            _LOG.debug("query process %d said: %s", process.pid, process.words)
        if not process.retires:
            self._background(self._refill())
        return status

    def _renew(self) -> None:
        """Replace the idle processes that are copies of a zygote that is gone."""
        for process in [process for process in self._idle if process.is_stale]:
            self._idle.remove(process)
            self.dismiss(process, "recycled")

    async def _refill(self) -> None:
        """Start one more process; try again for as long as the pool lives."""
        pause = 0.1
        while not self._is_closing:
            try:
                process = await self.processes.make(self._kind)
            except (EgovKGError, OSError) as error:
                _LOG.warning("a query process did not start: %s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 5.0)
                continue
            self._enter(process)
            return

    def _enter(self, process: Process) -> None:
        self._all.add(process)
        self._offer(process)

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        if self._is_closing:
            work.close()
            return
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _key(request: Request) -> bytes:
    """Return what makes two requests the same query; a digest, because many are remembered and texts may be long."""
    graphs = [None if names is None else tuple(names) for names in (request.default_graphs, request.named_graphs)]
    asked = [tuple(sorted(pairs.items())) if pairs else None for pairs in (request.substitutions, request.view)]
    job = None if request.job is None else id(request.job)  # another one each time
    asking = repr((request.text, *graphs, *asked, job, request.expands))
    return hashlib.sha256(asking.encode("utf-8", "surrogatepass")).digest()


def _attach(process: Process, file: IO[bytes]) -> bytes:
    """Hand a file to a process; return its content instead if it is none that can be handed over."""
    if _PASSES_FILES:
        with contextlib.suppress(OSError):
            file.fileno()  # from here on it stands on the disk
            process.line.give("attached", file, file.seek(0, io.SEEK_END))  # which also writes what was kept back
            return b""
    file.seek(0)
    return file.read()
