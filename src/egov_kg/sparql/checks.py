"""One check for all who want to know its outcome at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

__all__ = ["Checks"]


class Checks:
    """One and the same check for all who want its outcome at once.

    A check counts for those who asked for it before it began: what it finds is not older than their question. Who asks
    while one runs waits for the next, together with all others who do.

    Args:
        check: What is done.
    """

    def __init__(self, check: Callable[[], Awaitable[str]]) -> None:
        self._check = check
        self._running: asyncio.Task[str] | None = None
        self._next: asyncio.Task[str] | None = None

    async def result(self) -> str:
        """Return what a check finds that begins now or later."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._after(self._running))
            self._next.add_done_callback(_heard)
        return await asyncio.shield(self._next)

    async def _after(self, running: asyncio.Task[str] | None) -> str:
        if running is not None:
            await asyncio.wait((running,))
        self._running, self._next = self._next, None
        return await self._check()

    async def close(self) -> None:
        """End the checks that run."""
        for task in (self._next, self._running):
            if task is not None:
                task.cancel()


def _heard(task: asyncio.Task[str]) -> None:
    """Take notice of an error that nobody waits for any more."""
    if not task.cancelled():
        task.exception()
