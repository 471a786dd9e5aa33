"""Query processes under one clock: each query gets one of them, a deadline, and a kill when the deadline has come."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import os
import signal
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import IO, Any, Final, Self

from egov_kg import iri
from egov_kg.errors import Busy, DeadlineExceeded, EgovKGError, EngineStopped, MemoryExceeded, ReleaseDamaged
from egov_kg.sparql import wire
from egov_kg.sparql.engine import Answer, Request

__all__ = ["Answer", "Pool", "Request"]

_LOG = logging.getLogger(__name__)
_IN_MEMORY: Final = 1 << 20
_CHUNK: Final = 256 << 10
_START_SECONDS: Final = 30.0


class _Worker:
    """One process and the connection to it."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.process, self.reader, self.writer = process, reader, writer
        self.graphs: tuple[str, ...] = ()

    @classmethod
    async def start(cls, release: Path, module: str) -> _Worker:
        """Start a process and wait until it has opened the release.

        Raises:
            ReleaseDamaged: If it ends before.
        """
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
                str(release),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            )
        finally:
            theirs.close()
        worker = cls(process, *await asyncio.open_connection(sock=ours))
        try:
            async with asyncio.timeout(_START_SECONDS):
                head = await worker.head()
                await worker.body(head)
        except (EOFError, TimeoutError, OSError) as error:
            await worker.end()
            raise ReleaseDamaged(release / "store", "no query process could open it") from error
        if "error" in head:
            await worker.end()
            raise wire.error_from_head(head)
        worker.graphs = tuple(head["graphs"])
        return worker

    async def ask(
        self, head: Mapping[str, Any], text: bytes, attached: IO[bytes] | None = None
    ) -> tuple[dict[str, Any], IO[bytes], int]:
        more = attached.seek(0, io.SEEK_END) if attached is not None else 0
        self.writer.write(wire.lengths_and_head({**head, "text": len(text)}, len(text) + more))
        self.writer.write(text)
        await self.writer.drain()
        if attached is not None:
            attached.seek(0)
            while chunk := attached.read(_CHUNK):
                self.writer.write(chunk)
                await self.writer.drain()
        answer = await self.head()
        body, length = await self.body(answer)
        return answer, body, length

    async def head(self) -> dict[str, Any]:
        head_length, body_length = wire.LENGTHS.unpack(await self.reader.readexactly(wire.LENGTHS.size))
        head: dict[str, Any] = json.loads(await self.reader.readexactly(head_length))
        head["body_length"] = body_length
        return head

    async def body(self, head: Mapping[str, Any]) -> tuple[IO[bytes], int]:
        length: int = head["body_length"]
        spool: IO[bytes] = io.BytesIO() if length <= _IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115
        left = length
        try:
            while left:
                part = await self.reader.readexactly(min(left, _CHUNK))
                spool.write(part)
                left -= len(part)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return spool, length

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.writer.close()

    async def end(self) -> int:
        """Kill, and return the exit status; negative for the signal that ended it before."""
        if self.process.returncode is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await self.process.wait()
        self.kill()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()
        return await self.process.wait()


class Pool:
    """The query processes of one release.

    Use it as an asynchronous context, or call `start` and `close`.

    Args:
        release: The folder of the release.
        workers: How many queries of one client run at once. One more process stands by: for a client that has no
            query running, and to replace one that was killed.
        seconds: The deadline of a query: queue, plan, run and serialisation together.
        result_bytes: The largest body of an answer.
        waiting: How many queries may wait.
        base: The base of our IRIs.
        views: Whether the processes also make views (`Request.view`). They have fewer walls: give them no queries from
            outside.
    """

    def __init__(
        self,
        release: Path,
        *,
        workers: int = 2,
        seconds: float = 10.0,
        result_bytes: int = 64 << 20,
        waiting: int = 16,
        base: str = iri.BASE,
        views: bool = False,
    ) -> None:
        self.release, self.workers, self.seconds = release, workers, seconds
        self.result_bytes, self.most_waiting, self.base = result_bytes, waiting, base
        self.graphs: tuple[str, ...] = ()
        self._module = "egov_kg.sparql.viewer" if views else "egov_kg.sparql.worker"
        self._running: Counter[str] = Counter()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._closing = asyncio.Event()
        self._all: set[_Worker] = set()
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
        first = await _Worker.start(self.release, self._module)
        self.graphs = first.graphs
        self._all.add(first)
        self._idle.put_nowait(first)
        for _ in range(self.workers):
            self._background(self._refill())

    async def close(self) -> None:
        """End all processes, also those that are just starting."""
        self._closing.set()
        workers, self._all = list(self._all), set()
        for worker in workers:
            worker.kill()
        await asyncio.gather(*(worker.process.wait() for worker in workers))
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def answer(self, request: Request, *, client: str = "") -> Answer:
        """Return the complete answer to a query.

        If the caller is cancelled the query is killed.

        Args:
            request: The query.
            client: Who asks. One client cannot keep all processes busy.

        Raises:
            DeadlineExceeded: If it did not end in time; its process has been killed.
            MemoryExceeded, ResultTooLarge, Busy: As their names say.
            QueryError: If it cannot be answered as it stands.
            EngineStopped: If the process ended by itself.
        """
        loop = asyncio.get_running_loop()
        seconds = min(self.seconds, request.seconds or self.seconds)
        began = loop.time()
        try:
            async with asyncio.timeout_at(began + seconds):
                async with self._slot(client):
                    return await self._run(request, began, seconds)
        except TimeoutError as error:
            raise DeadlineExceeded(seconds) from error

    @contextlib.asynccontextmanager
    async def _slot(self, client: str) -> AsyncIterator[None]:
        if self._may_run(client):
            self._running[client] += 1
        else:
            await self._turn(client)
        try:
            yield
        finally:
            self._leave(client)

    def _may_run(self, client: str) -> bool:
        return self._running.total() <= self.workers and self._running[client] < self.workers

    async def _turn(self, client: str) -> None:
        """Wait until there is a process for a client, in the order in which they came."""
        if len(self._waiting) >= self.most_waiting:
            raise Busy(len(self._waiting))
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
        self._running[client] -= 1
        self._running += Counter()  # forget clients that have none
        entry = next((e for e in self._waiting if self._may_run(e[0]) and not e[1].done()), None)
        if entry is not None:
            self._waiting.remove(entry)
            self._running[entry[0]] += 1
            entry[1].set_result(None)

    async def _run(self, request: Request, began: float, seconds: float) -> Answer:
        worker = await self._living()
        started = asyncio.get_running_loop().time()
        if request.started is not None:
            request.started()
        head = {
            "table": request.table,
            "graph": request.graph,
            "default_graphs": request.default_graphs,
            "named_graphs": request.named_graphs,
            "substitutions": dict(request.substitutions),
            "base": self.base,
            "limit": self.result_bytes,
            "seconds": seconds,
            "view": dict(request.view) if request.view is not None else None,
            "job": dict(request.job) if request.job is not None else None,
        }
        try:
            answer, body, length = await worker.ask(head, request.text.encode(), request.attached)
        except (EOFError, ConnectionError) as error:
            status = await self._replace(worker)
            raise self._stopped(status) from error
        except BaseException:  # the deadline, a cancelled caller, anything: the query must not go on
            worker.kill()
            self._background(self._replaced(worker))
            raise
        self._idle.put_nowait(worker)
        if "error" in answer:
            body.close()
            raise wire.error_from_head(answer)
        timings = {"queue": started - began, **answer["seconds"]}
        return Answer(answer["form"], answer["format"], answer["cacheable"], timings, body, length)

    async def _living(self) -> _Worker:
        """Return an idle process; replace those that have died while nobody asked them."""
        while True:
            worker = await self._idle.get()
            if worker.process.returncode is None:
                return worker
            self._background(self._replaced(worker))

    @staticmethod
    def _stopped(status: int) -> EgovKGError:
        if sys.platform != "win32":
            if status == -signal.SIGABRT:  # how the engine ends when memory is refused
                return MemoryExceeded(768 << 20)
            if status == -signal.SIGXCPU:
                return DeadlineExceeded(0)
        return EngineStopped(f"signal {-status}" if status < 0 else f"status {status}")

    async def _replace(self, worker: _Worker) -> int:
        status = await worker.end()
        self._all.discard(worker)
        _LOG.info("query process %d ended with %d", worker.process.pid, status)
        self._background(self._refill())
        return status

    async def _replaced(self, worker: _Worker) -> None:
        await self._replace(worker)

    async def _refill(self) -> None:
        """Start one more process; try again for as long as the pool lives."""
        pause = 0.1
        while not self._closing.is_set():
            try:
                worker = await _Worker.start(self.release, self._module)
            except (EgovKGError, OSError) as error:
                _LOG.warning("a query process did not start: %s", error)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), pause)
                pause = min(2 * pause, 5.0)
                continue
            if self._closing.is_set():
                await worker.end()
                return
            self._all.add(worker)
            self._idle.put_nowait(worker)
            return

    def _background(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
