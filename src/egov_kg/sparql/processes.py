"""Where query processes come from: copies of one that holds the release, or, where nothing is copied, started anew."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from egov_kg.errors import ReleaseDamaged
from egov_kg.sparql import wire
from egov_kg.sparql.line import Line
from egov_kg.sparql.spool import SpoolFile
from egov_kg.sparql.walls import PAGE

__all__ = ["START_SECONDS", "WORKS", "Process", "Processes", "Spawning", "environment", "greeted", "processor_seconds"]

START_SECONDS: Final = 30.0
_END_SECONDS: Final = 5.0
WORKS: Final[Mapping[str, str]] = {
    "query": "egov_kg.sparql.worker:query_work",
    "view": "egov_kg.sparql.viewer:view_work",
}
"""What makes the work of each kind of process."""


@dataclass(slots=True, eq=False)
class Process:
    """A query process, as the server sees it.

    Attributes:
        pid: Its number; for people, never to send it a signal.
        line: The connection to it.
        ended: Is set to its exit status, negative for the signal that ended it, or to None if nobody knows.
        handle: What stands for it and no other process, even when its number is taken by another one.
        graphs: The IRIs of the named graphs that it sees.
        walls: The names of the walls that stand around it.
        is_stale: Whether where it came from is gone, so that it should be replaced.
        retires: Whether another one is made to take its place; until that is there it goes on.
        is_retired: Whether it is there.
        answered: How many queries it has answered.
        spool: The file that it was handed for its next large answer.
        words: What it said before it ended by itself; nothing where nobody listens.
        resident: How much memory it took when it was ready, in bytes; 0 where the system does not tell.
    """

    pid: int
    line: Line
    ended: asyncio.Future[int | None]
    handle: int | asyncio.subprocess.Process | None
    graphs: tuple[str, ...] = ()
    walls: tuple[str, ...] = ()
    is_stale: bool = False
    retires: bool = False
    is_retired: bool = False
    answered: int = 0
    spool: SpoolFile | None = None
    words: str = ""
    resident: int = 0
    _poll: select.poll | None = None

    @property
    def lives(self) -> bool:
        """Whether it can be asked."""
        if not self.line.is_open or self.ended.done():
            return False
        if not isinstance(self.handle, int):
            return True
        if self._poll is None:
            self._poll = select.poll()
            self._poll.register(self.handle, select.POLLIN)  # when it has ended, which is known here before it is told
        return not self._poll.poll(0)

    def growth(self) -> int:
        """Return how much memory it has taken since it was ready, in bytes, its stacks included."""
        return max(0, _resident(self.pid) - self.resident) if self.resident else 0

    def kill(self) -> None:
        """End it, whatever it does; `ended` tells when that is done."""
        if self.spool is not None:
            self.spool.close()
            self.spool = None
        with contextlib.suppress(ProcessLookupError):
            if isinstance(self.handle, int):
                if not self.ended.done():
                    signal.pidfd_send_signal(self.handle, signal.SIGKILL)
            elif self.handle is not None:
                self.handle.kill()
        self.line.close()

    async def end(self) -> int | None:
        """Return the exit status of a process whose line is closed; kill it if it has not ended by itself."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await asyncio.shield(self.ended)
        self.kill()
        try:
            async with asyncio.timeout(_END_SECONDS):
                return await asyncio.shield(self.ended)
        except TimeoutError:
            return None


def _resident(pid: int) -> int:
    """Return the memory of a process without what it shares through files; 0 where the system does not tell."""
    with contextlib.suppress(OSError, IndexError):
        words = Path(f"/proc/{pid}/statm").read_bytes().split()
        return (int(words[1]) - int(words[2])) * PAGE
    return 0


def processor_seconds(pid: int) -> float | None:
    """Return how much processor time a process has taken, all its threads together; None where the system is silent.

    Linux has a clock for each process (``clock_getcpuclockid``, whose number Python tells of the own process alone);
    to look at it takes less than a microsecond.
    """
    if sys.platform != "linux":
        return None
    with contextlib.suppress(OSError):
        return time.clock_gettime(~pid << 3 | 2)
    return None


class Processes(Protocol):
    """Makes the query processes of one release."""

    async def start(self) -> None:
        """Make ready.

        Raises:
            ReleaseDamaged: If the release cannot be opened.
        """

    async def make(self, kind: str) -> Process:
        """Return a new process that is ready.

        Args:
            kind: ``query`` for queries from outside, ``view`` for our own views.

        Raises:
            ReleaseDamaged: If it cannot open the release.
        """

    async def close(self) -> None:
        """End all processes that were made."""


def environment() -> dict[str, str]:
    """Return the environment of our processes: ours without settings, which hold secrets, and with our modules."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EGOVKG_")}
    one_thread = {"OPENBLAS_NUM_THREADS": "1"}  # a process that is copied has no second one
    return {
        **kept,
        **one_thread,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "RUST_BACKTRACE": "0",
    }


async def greeted(process: Process, release: Path) -> Process:
    """Return a process once it says that it is ready.

    Raises:
        ReleaseDamaged: If it says that it cannot open the release, or ends before it is ready.
    """
    try:
        async with asyncio.timeout(START_SECONDS):
            head, _ = await process.line.receive()
    except (EOFError, TimeoutError) as error:
        process.kill()
        raise ReleaseDamaged(release / "store", "no query process could open it") from error
    except BaseException:
        process.kill()
        raise
    if "error" in head:
        process.kill()
        raise wire.error_from_head(head)
    process.graphs, process.walls = tuple(head["graphs"]), tuple(head["walls"])
    process.resident = _resident(process.pid)
    return process


class Spawning:
    """Starts each process anew: it opens the store of the release itself.

    Args:
        release: The folder of the release.
        limits: As `egov_kg.sparql.worker.walls_of` reads them.
        works: What makes the work of each kind of process.
    """

    def __init__(self, release: Path, limits: Mapping[str, int], works: Mapping[str, str] = WORKS) -> None:
        self.release, self.limits, self.works = release, limits, works
        self._users = 0
        self._all: set[Process] = set()
        self._waiting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Note that one more needs it: each process opens the release itself."""
        self._users += 1

    async def make(self, kind: str) -> Process:
        """Return a new process that is ready; see `Processes.make`."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                started = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "egov_kg.sparql.worker",
                    str(self.release),
                    json.dumps({**self.limits, "opens": kind != "query"}),
                    self.works[kind],
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    env=environment(),
                )
            except BaseException:
                ours.close()
                raise
        ended: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        process = Process(started.pid, await Line.open(ours), ended, started)
        task = asyncio.ensure_future(self._wait(process, started))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
        return await greeted(process, self.release)

    async def _wait(self, process: Process, started: asyncio.subprocess.Process) -> None:
        self._all.add(process)
        process.ended.set_result(await started.wait())
        self._all.discard(process)

    async def close(self) -> None:
        """End all processes, when nobody needs them any more."""
        self._users -= 1
        if self._users > 0:
            return
        for process in list(self._all):
            process.kill()
        await asyncio.gather(*self._waiting, return_exceptions=True)
