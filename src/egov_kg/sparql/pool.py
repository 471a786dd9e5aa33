"""Query processes under one clock: each query gets one of them, a deadline, and a kill when the deadline has come."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import io
import itertools
import logging
import signal
import socket
import sys
from collections import Counter
from collections.abc import Coroutine
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
from egov_kg.sparql.engine import Answer, Request
from egov_kg.sparql.forking import Forking, processes_of
from egov_kg.sparql.limits import Limits
from egov_kg.sparql.processes import Process, Processes, processor_seconds
from egov_kg.sparql.runs import Run, Running
from egov_kg.sparql.spool import Spools
from egov_kg.sparql.turns import TimedOut, Turn, Turns

__all__ = ["Pool"]

_LOG = logging.getLogger(__name__)

_LIMITS: Final = Limits()
_MOST_QUERIES: Final = 1000
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
        processes: Processes | None = None,
    ) -> None:
        self.release, self.limits, self.base = release, limits, base
        self.turns = Turns(limits.workers, limits.waiting, limits.waiting_client)
        self.graphs: tuple[str, ...] = ()
        self.walls: tuple[str, ...] = ()
        self.kills: Counter[str] = Counter()
        self._kind = "view" if views else "query"
        self.processes: Processes = processes or processes_of(
            release, memory=limits.memory, result_bytes=limits.result_bytes, quads=quads
        )
        self._spools = Spools(spool, max(2 * (limits.workers + 1), spool_bytes // limits.result_bytes))
        self._timed_out = TimedOut(repeat_seconds)
        self._numbers = itertools.count(1)
        self._runs: dict[str, Run] = {}
        self._idle: asyncio.Queue[Process] = asyncio.Queue()
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
        loop = asyncio.get_running_loop()
        seconds = min(self.limits.seconds, request.seconds or self.limits.seconds)
        key = _key(request)
        self._timed_out.check(key, seconds)
        began = loop.time()
        run: Run | None = None
        try:
            async with asyncio.timeout_at(began + seconds):
                for turn in self.turns.turns(client, patient=request.patient):
                    run = None
                    async with turn:
                        run = await self._begun(request, client)
                        turn.measure(functools.partial(processor_seconds, run.process.pid))
                        try:
                            return await self._answered(run, began, seconds, turn)
                        except EngineStopped:
                            again = run.again()
                            if again is None:
                                raise
                        run = await self._begun(again, client)
                        return await self._answered(run, began, seconds, turn)
        except TimeoutError as error:
            if run is not None:
                self._timed_out.note(key, loop.time() - run.began)
            raise DeadlineExceeded(seconds) from error
        raise AssertionError  # a turn that is over was left by an answer or an error

    async def _begun(self, request: Request, client: str) -> Run:
        process = await self._living()
        return Run(str(next(self._numbers)), request, client, process, asyncio.get_running_loop().time())

    async def _answered(self, run: Run, began: float, seconds: float, turn: Turn) -> Answer:
        process = run.process
        self._runs[run.id] = run
        if not self._is_watching:
            self._is_watching = True
            self._background(self._watch())
        if run.request.started is not None:
            run.request.started()
        try:
            self._send(process, run.request, seconds)
            answer, content = await process.line.receive()
        except EOFError as error:
            run.ended = asyncio.get_running_loop().time()
            run.status = await self._ended(process)
            raise self._stopped(run, run.status) from error
        except BaseException:  # the deadline, a cancelled caller, anything: the query must not go on
            is_late = asyncio.get_running_loop().time() >= began + seconds
            turn.stop()
            self._dismiss(process, "deadline" if is_late else "called-back" if turn.is_called_back else "gone")
            raise
        finally:
            del self._runs[run.id]
        body, length, offset = _body(process, answer, content)
        self._take_back(process, answer)
        if "error" in answer:
            raise wire.error_from_head(answer)
        timings = {"queue": run.began - began, **answer["seconds"]}
        return Answer(answer["form"], answer["format"], answer["cacheable"], timings, body, length, offset)

    def _send(self, process: Process, request: Request, seconds: float) -> None:
        if _PASSES_FILES and process.spool is None:
            process.spool = self._spools.make()
            if process.spool is not None:
                process.line.give("spool", process.spool)
        text, attached = request.text.encode(), b""
        if request.attached is not None:
            attached = _attach(process, request.attached)
        head = {
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
            "text": len(text),
            "spools": _PASSES_FILES,
            "kinds_apart": request.kinds_apart,
        }
        process.line.send(head, text + attached)

    def _take_back(self, process: Process, answer: dict[str, Any]) -> None:
        """Let a process go on that has answered, or replace one that has done enough."""
        process.answered += 1
        if process.is_stale or process.answered >= _MOST_QUERIES or answer.get("growth", 0) > _MOST_GROWTH:
            self._dismiss(process, "recycled")
        else:
            self._idle.put_nowait(process)

    async def _living(self) -> Process:
        """Return an idle process; replace those that have died while nobody asked them."""
        while True:
            process = await self._idle.get()
            if process.lives:
                return process
            self._dismiss(process, "crash")

    async def _watch(self) -> None:
        """End queries whose processes take too much memory: the system does not count how deep a stack has become."""
        while self._runs:
            await asyncio.sleep(_WATCH_SECONDS)
            for run in list(self._runs.values()):
                if run.process.growth() > self.limits.memory + _MOST_GROWTH:
                    run.is_greedy = True
                    run.process.kill()
        self._is_watching = False

    def _stopped(self, run: Run, status: int | None) -> EgovKGError:
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

    def _dismiss(self, process: Process, reason: str) -> None:
        """End a process that must not go on, and let another one take its place."""
        self.kills[reason] += 1
        process.kill()
        self._background(self._replaced(process))

    async def _replaced(self, process: Process) -> None:
        await self._ended(process)

    async def _ended(self, process: Process) -> int | None:
        """Return the exit status of a process once it has ended; another one takes its place."""
        status = await process.end()
        self._all.discard(process)
        _LOG.info("query process %d ended with %s", process.pid, status)
        if process.words:
            _LOG.debug("query process %d said: %s", process.pid, process.words)
        self._background(self._refill())
        return status

    def _renew(self) -> None:
        """Replace the idle processes that are copies of a zygote that is gone."""
        for _ in range(self._idle.qsize()):
            process = self._idle.get_nowait()
            if process.is_stale:
                self._dismiss(process, "recycled")
            else:
                self._idle.put_nowait(process)

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
        self._idle.put_nowait(process)

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        if self._is_closing:
            work.close()
            return
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _key(request: Request) -> tuple[object, ...]:
    """Return what makes two requests the same query."""
    graphs = [None if names is None else tuple(names) for names in (request.default_graphs, request.named_graphs)]
    asked = [tuple(sorted(pairs.items())) if pairs else None for pairs in (request.substitutions, request.view)]
    job = None if request.job is None else id(request.job)  # another one each time
    return (request.text, *graphs, *asked, job)


def _attach(process: Process, file: IO[bytes]) -> bytes:
    """Hand a file to a process; return its content instead if it is none that can be handed over."""
    if _PASSES_FILES:
        with contextlib.suppress(OSError):
            file.fileno()  # from here on it stands on the disk
            process.line.give("attached", file, file.seek(0, io.SEEK_END))  # which also writes what was kept back
            return b""
    file.seek(0)
    return file.read()


def _body(process: Process, answer: dict[str, Any], content: bytes) -> tuple[IO[bytes], int, int]:
    """Return the body of an answer, its length, and where it begins."""
    if "spooled" not in answer or process.spool is None:
        return io.BytesIO(content), len(content), 0
    offset, length = answer["spooled"]
    file, process.spool = process.spool, None
    file.seek(offset)
    return file, length, offset
