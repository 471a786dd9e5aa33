"""What a series of kills is judged by: what was promised and what was seen, and what each recovery took.

A world is a folder, processes that live on it, and clients that never stop. In each cycle one process, or all of one
kind, gets kill -9 at a random moment; then the world must come back by itself: a front is started again, as an init
system would do it, and nothing else is ever touched. What is on the disk and what was answered is compared with a model
that knows only what clients have sent and what they were told.
"""

from __future__ import annotations

import abc
import contextlib
import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final, Self

__all__ = ["PATIENCE", "PYTHON", "SORTS", "Caller", "Found", "Reply", "Tally", "World", "living"]

Reply = tuple[int, http.client.HTTPMessage, bytes]
"""Status, headers and body of an answer."""
PATIENCE: Final = 120.0
"""Seconds after which a world that has not come back would have to be repaired by somebody."""
PYTHON: Final = (sys.executable, "-m", "egov_kg")
IDLE: Final = 5.0
"""Seconds after which a connection is not used again: the server closes those that are idle."""
SORTS: Final = ("lost", "made up", "mixed", "repair")


@dataclass(slots=True)
class Tally:
    """What came of the kills of one kind of process.

    Attributes:
        cycles: How many times one was killed and the world came back.
        acknowledged: Changes that were acknowledged meanwhile.
        refused: Changes that were answered with a problem.
        unknown: Changes that were not answered.
        answers: Complete answers to queries, each of which was judged.
        failed: Queries without an answer, or with a problem.
        longest: The longest recovery in seconds.
        faults: What must not be, by sort.
        words: The first faults, in words.
    """

    cycles: int = 0
    acknowledged: int = 0
    refused: int = 0
    unknown: int = 0
    answers: int = 0
    failed: int = 0
    longest: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """A process.

    Attributes:
        pid: Its number.
        parent: That of the process that it is a child of.
        words: Its command line.
    """

    pid: int
    parent: int
    words: str


def living(folder: Path, name: str = "") -> list[Found]:
    """Return the processes that have a folder, and a name, in their command lines, and have not ended."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if str(folder) in words and name in words:
                state, parent = (place / "stat").read_text().rpartition(")")[2].split()[:2]
                if state not in {"Z", "X"}:
                    found.append(Found(int(place.name), int(parent), words))
    return found


class Caller:
    """A client of a world that may die at any moment.

    Args:
        world: Says where it listens just now.
        secret: A token, if it may write.
    """

    def __init__(self, world: World, secret: str = "") -> None:
        self._world = world
        self._right = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._connection: http.client.HTTPConnection | None = None
        self._used = 0.0
        world.callers.append(self)

    def close(self) -> None:
        """Close the connection, if there is one; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def send(self, method: str, path: str, body: str | None = None, **headers: str) -> Reply | None:
        """Return status, headers and body of an answer that came whole, or None."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if time.monotonic() > self._used + IDLE:
            self.close()
        self._used = time.monotonic()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._world.port, timeout=60)
            self._connection.request(method, path, body, {**given, **self._right})
            answer = self._connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def update(self, text: str) -> Reply | None:
        """Send an update."""
        return self.send("POST", "/sparql", text, Content_Type="application/sparql-update")

    def ask(self, text: str) -> Reply | None:
        """Send a query, for CSV."""
        return self.send("POST", "/sparql", text, Content_Type="application/sparql-query", Accept="text/csv")


class World(abc.ABC):
    """A folder, processes, clients.

    Use it as a context. The clients run from `start` to the end.

    Args:
        folder: For all that it keeps.
        seed: For the moments of the kills.

    Attributes:
        kinds: The kinds of process that can be killed.
        longest: How many seconds pass before a kill, at most.
        port: Where the front listens, or listened last.
        tallies: What came of it, by kind.
        callers: All clients, to be closed.
        listening: Set while the front has not been killed, as far as this process knows.
        over: Set when the clients are to stop.
        answered, promised: When the last request began that had its answer, a query or a change.
    """

    kinds: ClassVar[tuple[str, ...]]
    longest: ClassVar[Mapping[str, float]]

    def __init__(self, folder: Path, seed: int = 0) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.tallies = {kind: Tally() for kind in self.kinds}
        self.port = 0
        self.answered = self.promised = 0.0
        self.lock = threading.Lock()
        self.over, self.listening = threading.Event(), threading.Event()
        self._now = self.kinds[0]
        self._front: subprocess.Popen[str] | None = None
        self._clients: list[threading.Thread] = []
        self.callers: list[Caller] = []

    @property
    def tally(self) -> Tally:
        """That of the kind that is being killed."""
        return self.tallies[self._now]

    def fault(self, sort: str, words: str) -> None:
        """Note what must not be."""
        assert sort in SORTS
        with self.lock:
            self.tally.faults[sort] += 1
            if len(self.tally.words) < 20:
                self.tally.words.append(f"{sort}: {words}"[:600])

    @property
    def faults(self) -> list[str]:
        """All that must not be, in words."""
        return [words for tally in self.tallies.values() for words in tally.words]

    def __enter__(self) -> Self:
        self.start_front()
        self._clients = [threading.Thread(target=self._run, args=(work,), daemon=True) for work in self.clients()]
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.quiet()
        for caller in self.callers:
            caller.close()
        if self._front is not None:
            self._front.terminate()
            self._front.wait(60)
            assert self._front.stdout is not None
            self._front.stdout.close()

    def quiet(self) -> None:
        """Let the clients stop."""
        self.over.set()
        for client in self._clients:
            client.join(90)

    def _run(self, work: Iterator[None]) -> None:
        while not self.over.is_set():
            if self.listening.wait(0.1):
                next(work)

    def start_front(self) -> None:
        """Start the server, or note that it does not start."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("EGOVKG_")}
        front = subprocess.Popen(
            self.command(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self.folder,
            env={**environment, **self.settings()},
        )
        assert front.stdout is not None
        address = front.stdout.readline().strip()
        self._front = front
        if not address:
            self.fault("repair", f"the server does not start: it ended with {front.wait()}")
            raise RuntimeError(self.faults[-1])
        self.port = int(address.rstrip("/").rpartition(":")[2])
        self.listening.set()

    @property
    def front(self) -> int:
        """The number of the process that listens."""
        assert self._front is not None
        return self._front.pid

    def cycle(self, kind: str) -> None:
        """Kill something at a random moment, wait until all is well again, and look at what is there.

        Raises:
            RuntimeError: If it does not come back by itself.
        """
        self._now = kind
        time.sleep(self.chance.uniform(0.0, self.longest[kind]))
        began = self.kill(kind)
        if kind == "front":
            assert self._front is not None
            assert self._front.stdout is not None
            self.listening.clear()
            self._front.wait()
            self._front.stdout.close()
            self.start_front()
        while not self.has_recovered(kind, began):
            if time.monotonic() > began + PATIENCE:
                self.fault("repair", f"{kind}: nothing goes on {PATIENCE:g} s after the kill")
                raise RuntimeError(self.faults[-1])
            time.sleep(0.01)
        self.tally.longest = max(self.tally.longest, time.monotonic() - began)
        self.tally.cycles += 1
        self.check()

    def kill(self, kind: str) -> float:
        """Kill what is wanted as soon as it is there; return when."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            victims = self.victims(kind)
            for pid in victims:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if victims:
                return time.monotonic()
            time.sleep(0.02)
        self.fault("repair", f"there is no {kind} any more")
        raise RuntimeError(self.faults[-1])

    def settings(self) -> Mapping[str, str]:
        """Return settings of the server."""
        return {}

    @abc.abstractmethod
    def command(self) -> list[str]:
        """Return what starts the server."""

    @abc.abstractmethod
    def clients(self) -> list[Iterator[None]]:
        """Return what clients do, one step after the other."""

    @abc.abstractmethod
    def victims(self, kind: str) -> list[int]:
        """Return the processes to kill; none if there is no such process just now, or the moment has not come."""

    @abc.abstractmethod
    def has_recovered(self, kind: str, began: float) -> bool:
        """Whether all is well again after a kill at a moment of `time.monotonic`."""

    @abc.abstractmethod
    def check(self) -> None:
        """Compare what is there with what was promised, and note what is wrong."""

    @abc.abstractmethod
    def told(self) -> str:
        """Return what else happened, in words."""

    @abc.abstractmethod
    def finish(self) -> None:
        """Let everything come to rest, and compare once more, all of it."""
