"""Query processes as copies of a zygote: the server's side. The zygote itself is `egov_kg.sparql.zygote`.

The server never copies itself: it has threads. It sends the zygote one end of a new connection; the copy serves it. So
nothing has to come back before the connection works, and a zygote that dies in between closes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import EgovKGError, ReleaseDamaged
from egov_kg.sparql import wire
from egov_kg.sparql.line import Line
from egov_kg.sparql.processes import START_SECONDS, WORKS, Process, Spawning, environment, greeted

__all__ = ["Forking", "is_supported", "processes_of"]

_LOG = logging.getLogger(__name__)

_MESSAGE: Final = 64 << 10
_END_SECONDS: Final = 5.0
_FORK_SECONDS: Final = 5.0
"""How long a zygote may take to make a copy; one that takes longer is replaced."""
_QUADS_A_SECOND: Final = 20_000
"""How many it loads at least, also on a slow machine."""


@functools.cache
def is_supported() -> bool:
    """Whether the system copies processes, and gives descriptors for them that take signals."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return False
    try:
        descriptor = os.pidfd_open(os.getpid())
    except OSError:  # an old kernel, or a container that does not allow it
        return False
    try:
        signal.pidfd_send_signal(descriptor, 0)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


@dataclass(slots=True, eq=False)
class _Copy:
    """What is known of a copy from the moment when it is asked for.

    Attributes:
        made: Gets its number, or EOFError.
        ended: Gets its exit status.
        handle: Its pidfd; closed when it has ended.
        process: What the server makes of it.
    """

    made: asyncio.Future[int]
    ended: asyncio.Future[int | None]
    handle: int | None = None
    process: Process | None = None

    def begin(self, pid: int, handle: int) -> None:
        self.handle = handle
        self.ended.add_done_callback(lambda _: os.close(handle))
        if not self.made.done():
            self.made.set_result(pid)

    def end(self, status: int | None, words: str = "") -> None:
        if self.process is not None:
            self.process.words = words
        if not self.made.done():
            self.made.set_exception(EOFError())
        if not self.ended.done():
            self.ended.set_result(status)

    def lose(self) -> None:
        """Note that the zygote is gone, and nobody will tell how the copy ends."""
        if not self.made.done():
            self.made.set_exception(EOFError())
            self.ended.cancel()
        elif self.process is not None and not self.process.is_stale:
            process, self.process.is_stale = self.process, True
            process.line.watch(lambda: self.end(_status(process.pid)))


def _status(pid: int) -> int | None:
    """Return the exit status of a process that has become a child of ours, as all orphans do in a container."""
    with contextlib.suppress(ChildProcessError):
        found, status = os.waitpid(pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if found else None
    return None


class _Zygote:
    """One zygote: the process, the connection that controls it, and its copies.

    Attributes:
        told: What it said when it was ready: ``ready``, or an error.
        is_ready: Set when it has said so, or has ended.
        has_ended: Set when it has ended.
    """

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self.process, self._control = process, control
        self.told: dict[str, Any] = {}
        self.is_ready, self.has_ended = asyncio.Event(), asyncio.Event()
        self._numbers = itertools.count()
        self._copies: dict[int, _Copy] = {}
        control.setblocking(False)
        asyncio.get_running_loop().add_reader(control.fileno(), self._on_message)

    @classmethod
    async def start(cls, arguments: Mapping[str, Any]) -> _Zygote:
        """Start one; it is not ready yet."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "egov_kg.sparql.zygote",
                    json.dumps(arguments),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    env=environment(),
                )
            except BaseException:
                ours.close()
                raise
        return cls(process, ours)

    def _on_message(self) -> None:
        try:
            data, descriptors, _flags, _address = socket.recv_fds(self._control, _MESSAGE, 1)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        if not data:
            self._lose()
            return
        message = json.loads(data)
        match message:
            case {"id": number, "pid": pid}:
                self._copies[number].begin(pid, descriptors[0])
            case {"id": number, "status": status, "words": words}:
                self._copies.pop(number).end(status, words)
            case _:
                self.told = message
                self.is_ready.set()

    def _lose(self) -> None:
        """Note that the zygote is gone. Its copies work on; they are replaced when another one is there."""
        if not self.has_ended.is_set():
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self._control.close()
            self.has_ended.set()
            self.is_ready.set()
        for copy in self._copies.values():
            copy.lose()

    async def copy(self, kind: str) -> Process:
        """Return a new copy that is not ready yet.

        Raises:
            EOFError: If the zygote ends before, or takes too long, which ends it.
        """
        loop = asyncio.get_running_loop()
        number, copy = next(self._numbers), _Copy(loop.create_future(), loop.create_future())
        copy.made.add_done_callback(lambda made: made.cancelled() or made.exception())  # somebody may wait, or nobody
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._copies[number] = copy
                socket.send_fds(self._control, [json.dumps({"id": number, "kind": kind}).encode()], [theirs.fileno()])
            async with asyncio.timeout(_FORK_SECONDS):
                pid = await asyncio.shield(copy.made)
            copy.process = Process(pid, await Line.open(ours), copy.ended, copy.handle)
        except BaseException as error:
            ours.close()
            if isinstance(error, TimeoutError | OSError):
                self.kill()
                raise EOFError from error  # noqa: TRY004 - no matter of types
            raise
        if self.has_ended.is_set():
            copy.lose()
        return copy.process

    def kill(self) -> None:
        """End the zygote; it takes nothing with it."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def close(self) -> None:
        """Let the zygote end all its copies and itself."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.kill()
            await self.process.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await self.has_ended.wait()
        self._lose()


class Forking:
    """Copies a zygote that holds the release; replaces a zygote that ends. Several pools may share it.

    Args:
        release: The folder of the release.
        limits: As `egov_kg.sparql.worker.walls_of` reads them, and ``quads``: how many a release may have to be held in
            memory; one with more is opened by each process.
        works: What makes the work of each kind of process: a module and a name in it.
        prepare: What a zygote that holds the release makes before it makes copies, which then share it: a module and a
            name in it, as `egov_kg.sparql.zygote.Prepare`.

    Attributes:
        told: What the zygote says of itself: ``held`` (``memory`` or ``disk``), and ``quads`` if it has counted them.
        replaced: How many zygotes have ended unasked.
    """

    def __init__(
        self, release: Path, limits: Mapping[str, int], works: Mapping[str, str] = WORKS, *, prepare: str = ""
    ) -> None:
        self.release = release
        self._arguments = {
            "release": str(release),
            "limits": dict(limits),
            "works": dict(works),
            "prepare": prepare,
        }
        self._quads = limits.get("quads", 0)
        self._users = 0
        self._starting: asyncio.Future[None] | None = None
        self._zygote: _Zygote | None = None
        self._has_zygote = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._renewing: list[Callable[[], None]] = []
        self.told: Mapping[str, Any] = {}
        self.replaced = 0

    @property
    def pid(self) -> int | None:
        """The number of the zygote, or None if there is none just now."""
        return self._zygote.process.pid if self._zygote is not None else None

    def when_renewed(self, tell: Callable[[], None]) -> None:
        """Call something whenever a new zygote has taken the place of one that ended."""
        self._renewing.append(tell)

    async def start(self) -> None:
        """Start the zygote, if nobody has; return when it is ready.

        Raises:
            ReleaseDamaged: If it cannot open the release.
        """
        self._users += 1
        if self._starting is None:
            self._starting = asyncio.ensure_future(self._begin())
        await asyncio.shield(self._starting)

    async def _begin(self) -> None:
        self._zygote = await self._ready()
        self._has_zygote.set()
        self._keeping = asyncio.ensure_future(self._keep())

    async def _ready(self) -> _Zygote:
        zygote = await _Zygote.start(self._arguments)
        try:
            async with asyncio.timeout(START_SECONDS + self._quads / _QUADS_A_SECOND):
                await zygote.is_ready.wait()
            if "ready" in zygote.told:
                self.told = zygote.told
                return zygote
        except TimeoutError as error:
            raise ReleaseDamaged(self.release / "store", "opening it takes too long") from error
        finally:
            if "ready" not in zygote.told:
                zygote.kill()
                await zygote.close()
        if "error" in zygote.told:
            raise wire.error_from_head(zygote.told)
        raise ReleaseDamaged(self.release / "store", "the process that opens it has ended")

    async def _keep(self) -> None:
        """Replace the zygote whenever it ends."""
        while True:
            assert self._zygote is not None
            await self._zygote.has_ended.wait()
            await self._zygote.process.wait()
            _LOG.warning("zygote %d has ended with %s", self._zygote.process.pid, self._zygote.process.returncode)
            self._has_zygote.clear()
            self._zygote = None
            self.replaced += 1
            pause = 0.1
            while self._zygote is None:
                try:
                    self._zygote = await self._ready()
                except (EgovKGError, OSError) as error:
                    _LOG.warning("a zygote did not start: %s", error)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, 5.0)
            self._has_zygote.set()
            for tell in self._renewing:
                tell()

    async def make(self, kind: str) -> Process:
        """Return a new process that is ready; see `egov_kg.sparql.processes.Processes.make`."""
        try:
            async with asyncio.timeout(START_SECONDS):
                while True:
                    await self._has_zygote.wait()
                    if self._zygote is not None and not self._zygote.has_ended.is_set():
                        with contextlib.suppress(EOFError):
                            process = await self._zygote.copy(kind)
                            break
                    await asyncio.sleep(0.01)  # until it is known that the zygote is gone
        except TimeoutError as error:
            raise ReleaseDamaged(self.release / "store", "no query process could be made") from error
        return await greeted(process, self.release)

    async def close(self) -> None:
        """End the zygote and all copies, when nobody needs them any more."""
        self._users -= 1
        if self._users > 0:
            return
        for task in (self._starting, self._keeping):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        if self._zygote is not None:
            await self._zygote.close()
            self._zygote = None


def processes_of(
    release: Path,
    *,
    memory: int = 768 << 20,
    result_bytes: int = 64 << 20,
    quads: int = 0,
    works: Mapping[str, str] = WORKS,
    prepare: str = "",
) -> Forking | Spawning:
    """Return where the query processes of a release come from: copies of one, or, where nothing is copied, new ones.

    Args:
        release: The folder of the release.
        memory: How much memory a query may take, in bytes.
        result_bytes: The largest body of an answer.
        quads: Up to how many quads a release is held in memory, once for all processes.
        works: What makes the work of each kind of process.
        prepare: What copies share; see `Forking`.
    """
    limits = {"memory": memory, "result": result_bytes, "quads": quads}
    if is_supported():
        return Forking(release, limits, works, prepare=prepare)
    return Spawning(release, limits, works)
