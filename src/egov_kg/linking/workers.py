"""The own engine: rows are compared here, and by processes beside this one where there are many.

A process is started as ``python -m egov_kg.linking.workers``: it reads what it needs and then rows from standard input
and answers with what it found once there are no more. It opens nothing. Which process compares which rows is chance;
what they find adds up to the same.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, Self

from egov_kg.errors import EgovKGError
from egov_kg.linking.parts import Comparer, Found, Part, Setting, found_in
from egov_kg.linking.tables import Batch

__all__ = ["WorkerStopped", "compare_here", "compare_with"]

_ALONE: Final = 6
"""Batches that are compared before another process is worth its start."""


class WorkerStopped(EgovKGError):
    """A process that compared rows ended by itself.

    Attributes:
        status: Its exit status; below zero the signal that ended it.
    """

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(
            f"a process that compared rows ended with status {status}, mostly for want of memory; nothing was "
            "written. Try again with --workers 1"
        )


def compare_here(setting: Setting, batches: Iterable[Batch]) -> Found:
    """Return what all rows of a target give, compared in this process.

    Raises:
        TooManyPairs: If there are more pairs than may be compared.
        UnreadableTarget: If the target is not as its specification says.
    """
    comparer = Comparer(setting)
    for batch in batches:
        comparer.take(batch)
    return found_in(comparer.part, setting)


def compare_with(workers: int, setting: Setting, batches: Iterable[Batch], *, alone: int = _ALONE) -> Found:
    """Return what `compare_here` returns, compared by several processes; short targets are compared here.

    Args:
        workers: How many processes.
        setting: Our side, and what is compared.
        batches: The rows.
        alone: How many batches are compared here before the processes are started.

    Raises:
        WorkerStopped: If one of them ended by itself.
        TooManyPairs: If there are more pairs than may be compared.
        UnreadableTarget: If the target is not as its specification says.
    """
    comparer, rest = Comparer(setting), iter(batches)
    for batch in islice(rest, alone):
        comparer.take(batch)
    for first in rest:
        with _Crew(workers, setting) as crew:
            crew.take(first)
            for batch in rest:
                crew.take(batch)
            for part in crew.parts():
                comparer.part.add(part)
    return found_in(comparer.part, setting)


class _Crew:
    """Processes that compare rows, each fed by a thread; who is free takes the next batch."""

    def __init__(self, workers: int, setting: Setting) -> None:
        self._told = pickle.dumps(setting)
        self._waiting: queue.Queue[Batch | None] = queue.Queue(maxsize=workers)
        self._processes = [self._started() for _ in range(workers)]
        self._threads = [threading.Thread(target=self._feed, args=(one,), daemon=True) for one in self._processes]
        self._stopped = threading.Event()

    @staticmethod
    def _started() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "egov_kg.linking.workers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        del error
        self._stopped.set()
        for process in self._processes:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                with contextlib.suppress(OSError):
                    pipe.close()
            process.wait()
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        for _thread in self._threads:
            with contextlib.suppress(queue.Full):
                self._waiting.put_nowait(None)

    def take(self, batch: Batch) -> None:
        """Hand a batch to whoever is free.

        Raises:
            WorkerStopped: If a process ended by itself.
        """
        while True:
            with contextlib.suppress(queue.Full):
                return self._waiting.put(batch, timeout=1.0)
            self._check()

    def parts(self) -> Iterator[Part]:
        """Yield what each process found, now that there are no more rows.

        Raises:
            WorkerStopped: If a process ended by itself.
        """
        for _ in self._processes:
            self._end_of_rows()
        for process in self._processes:
            assert process.stdout is not None
            try:
                yield pickle.load(process.stdout)  # noqa: S301 - our own process
            except (EOFError, pickle.UnpicklingError) as error:
                raise WorkerStopped(process.wait()) from error

    def _end_of_rows(self) -> None:
        while True:
            with contextlib.suppress(queue.Full):
                return self._waiting.put(None, timeout=1.0)
            self._check()

    def _check(self) -> None:
        for process in self._processes:
            if process.poll() is not None:
                raise WorkerStopped(process.returncode)

    def _feed(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # it has ended; whoever waits for it is told
            process.stdin.write(self._told)
            while (batch := self._waiting.get()) is not None and not self._stopped.is_set():
                pickle.dump(batch, process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
                process.stdin.flush()
            process.stdin.close()


def _serve() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    comparer = Comparer(pickle.load(source))  # noqa: S301 - what our own parent says
    while True:
        try:
            batch: Batch = pickle.load(source)  # noqa: S301 - the same
        except EOFError:
            break
        comparer.take(batch)
    with contextlib.suppress(BrokenPipeError):
        pickle.dump(comparer.part, sink, protocol=pickle.HIGHEST_PROTOCOL)
        sink.flush()
    return 0


if __name__ == "__main__":
    sys.exit(_serve())
