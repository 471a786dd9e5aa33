"""Processes that read documents: one document at a time each, and the death of one costs the document it was on."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg import errors
from egov_kg.documents import IsolatedReader, Limits, read_document
from egov_kg.errors import EgovKGError, UnreadableDocument
from egov_kg.extraction import Extractor, load_extractor
from egov_kg.gathering.format import encode
from egov_kg.model import Document

__all__ = ["Made", "Task", "follow_the_parent", "run"]


class Task(NamedTuple):
    """A document to read.

    Attributes:
        number: Its place among all.
        what: A file, or a document that was read before.
        key: Under which its facts are kept, or an empty string.
    """

    number: int
    what: Path | Document
    key: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What reading a document gave.

    Attributes:
        encoded: Its facts, in the form of `egov_kg.gathering.format`.
        key: Under which they may be kept.
    """

    encoded: bytes
    key: str


def run(
    tasks: Sequence[Task], data: Path, extractor: Extractor, *, workers: int, limits: Limits
) -> Iterator[tuple[Task, Made | EgovKGError]]:
    """Yield the outcome of each task, in whatever order they end.

    Args:
        tasks: In any order.
        data: Where a process loads its extractor from.
        extractor: The same, for this process.
        workers: With one, no process is started but that which opens foreign formats.
        limits: What a file of a foreign format may cost.
    """
    if workers == 1 or not tasks:
        with IsolatedReader(limits) as reader:
            for task in tasks:
                yield task, _made(task, extractor, reader)
        return
    yield from _Pool(tasks, data, extractor.gazetteers, min(workers, len(tasks)), limits).outcomes()


def _made(task: Task, extractor: Extractor, reader: IsolatedReader) -> Made | EgovKGError:
    """Return what a document says, or the error that tells why it says nothing; nothing else is raised."""
    what = task.what
    try:
        document = what if isinstance(what, Document) else read_document(what, reader=reader)
        return Made(encode(extractor.extract(document)), task.key)
    except EgovKGError as error:
        return error
    except (MemoryError, RecursionError) as error:
        reason = "needs more memory than there is" if isinstance(error, MemoryError) else "is nested too deeply"
        return _unreadable(what, reason, "Leave it out, or split it.")
    except Exception as error:  # noqa: BLE001 - a defect of ours must not cost the other documents; it is reported
        reason = f"made egov-kg fail ({type(error).__name__}: {str(error)[:120]})"
        return _unreadable(what, reason, "This is a defect: please report it, and leave the document out.")


def _unreadable(what: Path | Document, reason: str, remedy: str) -> UnreadableDocument:
    return UnreadableDocument(what.source if isinstance(what, Document) else what, reason, remedy)


# --- the process that reads ---

_READY: Final = -1


def _serve(connection: Connection, data: Path, gazetteers: tuple[Path, ...], limits: Limits) -> None:
    """Read what comes through a connection until it is closed."""
    follow_the_parent()
    extractor = load_extractor(data, gazetteers)
    gc.collect()
    gc.freeze()  # the tables live as long as the process: nobody need look through them for cycles again
    # A parent that has gone is told nothing: it may have been killed, or have left when another document failed.
    with contextlib.suppress(EOFError, ConnectionError), IsolatedReader(limits) as reader:
        connection.send((_READY, None))
        while True:
            task: Task = connection.recv()
            made = _made(task, extractor, reader)
            # An error does not travel as itself: its class and its sentence do.
            connection.send((task.number, made if isinstance(made, Made) else (type(made).__name__, str(made))))


def follow_the_parent() -> None:
    """Leave Ctrl-C to the parent, and end with it however it ends: a process that was killed tells nobody."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()


# --- the process that waits ---


class _Worker:
    def __init__(self, data: Path, gazetteers: tuple[Path, ...], limits: Limits) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=_serve, args=(theirs, data, gazetteers, limits), daemon=True
        )
        self.process.start()
        theirs.close()
        self.task: Task | None = None

    def close(self) -> None:
        self.connection.close()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


class _Pool:
    """So many processes, each with one task at a time; a dead one is replaced."""

    def __init__(
        self, tasks: Sequence[Task], data: Path, gazetteers: tuple[Path, ...], size: int, limits: Limits
    ) -> None:
        self.waiting = deque(tasks)
        self.data, self.gazetteers, self.size, self.limits = data, gazetteers, size, limits
        self.workers: dict[Connection, _Worker] = {}
        self.left = len(tasks)
        self.lost = 0

    def outcomes(self) -> Iterator[tuple[Task, Made | EgovKGError]]:
        try:
            for _ in range(self.size):
                self._start()
            while self.left:
                for ready in wait(list(self.workers)):
                    yield from self._outcome(self.workers[ready])  # type: ignore[index]  # we gave connections
        finally:
            for worker in self.workers.values():
                if worker.task is not None:  # left early: nobody waits for what it is doing
                    worker.process.kill()
                worker.close()

    def _start(self) -> None:
        worker = _Worker(self.data, self.gazetteers, self.limits)
        self.workers[worker.connection] = worker

    def _outcome(self, worker: _Worker) -> Iterator[tuple[Task, Made | EgovKGError]]:
        try:
            number, value = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._death(worker)
            return
        if number != _READY:
            task, worker.task = worker.task, None
            assert task is not None
            assert task.number == number
            self.left -= 1
            yield task, _outcome(value)
        if self.waiting:
            worker.task = self.waiting.popleft()
            with contextlib.suppress(OSError):  # a worker that died meanwhile is seen at the next wait
                worker.connection.send(worker.task)

    def _death(self, worker: _Worker) -> Iterator[tuple[Task, EgovKGError]]:
        worker.process.join()
        code = worker.process.exitcode or 0
        del self.workers[worker.connection]
        worker.close()
        task = worker.task
        if task is None:
            self.lost += 1
            if self.lost > self.size:
                raise EgovKGError(f"the processes that read documents do not start (exit {code}); try --workers 1")
        else:
            self.left -= 1
            how = f"signal {-code}: {signal.strsignal(-code)}" if code < 0 else f"exit {code}"
            reason = f"ended the process that read it ({how})"
            remedy = "It may need more memory than there is; leave it out, or split it."
            yield task, _unreadable(task.what, reason, remedy)
        if self.waiting:
            self._start()


def _outcome(value: object) -> Made | EgovKGError:
    if isinstance(value, Made):
        return value
    assert isinstance(value, tuple)
    name, sentence = value
    cls = getattr(errors, name, EgovKGError)
    error: EgovKGError = cls.__new__(cls, sentence)
    return error
