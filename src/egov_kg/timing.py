"""The stages of a build as they are timed and told; the times stand nowhere in a release."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["Clock", "Progress", "Stage", "Tick", "Ticks"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A finished step of a build.

    Attributes:
        name: ``documents``, ``extraction``, ``rdf``, ``changes``, ``inference``, ``dumps``, ``shapes``, ``store``,
            ``release``.
        summary: What it made, with numbers.
        seconds: How long it took.
    """

    name: str
    summary: str
    seconds: float


Progress = Callable[[Stage], None]
Tick = Callable[[int, int], object]
"""Called while a stage works: how many of its parts are done, and of how many."""

Ticks = Callable[[str, int, int], object]
"""The same for any stage: its name comes first."""


class Clock:
    """Times the stages and tells them to whoever listens."""

    def __init__(self, progress: Progress | None = None, ticks: Ticks | None = None) -> None:
        self.stages: list[Stage] = []
        self._progress, self._ticks = progress, ticks

    def ticks(self, name: str) -> Tick | None:
        """Return what tells that parts of a stage are done, if anybody listens."""
        return functools.partial(self._ticks, name) if self._ticks is not None else None

    def tell(self, line: str) -> None:
        """Tell that something inside a stage was done; it is no stage of its own."""
        if self._progress is not None:
            self._progress(Stage("", line, 0.0))

    @contextmanager
    def stage(self, name: str) -> Iterator[list[str]]:
        """Time a stage; its summary is what the body puts into the list."""
        began = time.perf_counter()
        words: list[str] = []
        yield words
        self.stages.append(Stage(name, ", ".join(words), time.perf_counter() - began))
        if self._progress is not None:
            self._progress(self.stages[-1])
