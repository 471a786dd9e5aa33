"""Work in a copy of the process: the same result, and the same error, as without."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from egov_kg.beside import beside


def _product() -> tuple[int, str]:
    return 6 * 7, "x" * (1 << 20)  # more than a pipe holds


def _children() -> set[str]:
    """Return the processes that this one has started and not yet waited for; others may run beside the test."""
    found: set[str] = set()
    for path in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that has ended meanwhile
            found |= set(path.read_text().split())
    return found


def _fails() -> int:
    raise LookupError("not there")


@pytest.mark.parametrize("forked", [False, True])
class TestBeside:
    """With a copy and without."""

    def test_the_result_comes_back(self, *, forked: bool) -> None:
        """However long it is."""
        with beside(_product, forked=forked) as result:
            assert result() == (42, "x" * (1 << 20))

    def test_an_error_is_raised_here(self, *, forked: bool) -> None:
        """As if the work had been done here all along."""
        with beside(_fails, forked=forked) as result, pytest.raises(LookupError, match="not there"):
            result()

    def test_nobody_waits_for_a_result_that_nobody_wants(self, *, forked: bool) -> None:
        """An error of the caller ends the copy, even one that has more to say than the pipe holds."""
        before = _children()

        with pytest.raises(KeyError), beside(_product, forked=forked):
            raise KeyError

        assert _children() <= before


def test_a_copy_that_is_killed_is_replaced_by_doing_the_work() -> None:
    """As the system kills what takes too much memory."""
    here = os.getpid()

    def dies_elsewhere() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return 42

    work: Callable[[], int] = dies_elsewhere
    with beside(work, forked=True) as result:
        assert result() == 42
