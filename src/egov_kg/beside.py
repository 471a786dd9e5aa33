"""Work in a copy of this process: what was made so far need not be sent there, only the result comes back."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

__all__ = ["beside"]

T = TypeVar("T")


@contextlib.contextmanager
def beside(work: Callable[[], T], *, forked: bool) -> Iterator[Callable[[], T]]:
    """Begin some work, and yield what waits for its result.

    Args:
        work: Reads what there is and changes nothing. It may run twice: a copy that fails or is killed says nothing,
            and the work is then done here, so that its error is raised here.
        forked: Whether to work in a copy; without, and where the system has none, the work is done when it is asked
            for.
    """
    if not forked or sys.platform in {"win32", "darwin"}:
        yield work
        return
    ours, theirs = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: the only other one draws the bar of progress
        child = os.fork()
    if child == 0:
        os.close(ours)  # or writing would go on for a reader that is gone
        _work(work, theirs)
    os.close(theirs)
    reader = os.fdopen(ours, "rb")
    try:
        yield lambda: _result(reader.read(), work)
    finally:
        reader.close()  # who still writes gets SIGPIPE
        os.waitpid(child, 0)


def _work(work: Callable[[], object], pipe: int) -> None:
    """Do some work, write its result, and leave without any of the goodbyes of the process that was copied."""
    status = 1
    try:
        data = pickle.dumps(work(), pickle.HIGHEST_PROTOCOL)
        with os.fdopen(pipe, "wb") as file:
            file.write(b"+" + data)
        status = 0
    finally:
        os._exit(status)


def _result(data: bytes, work: Callable[[], Any]) -> Any:
    if data[:1] == b"+":
        with contextlib.suppress(pickle.UnpicklingError, EOFError):
            return pickle.loads(data[1:])  # noqa: S301 - from the copy that we made
    return work()
