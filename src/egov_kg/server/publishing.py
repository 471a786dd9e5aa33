"""The publisher of a server: a process of its own makes a release of what was accepted, one at a time, and again."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

from egov_kg.config import Config
from egov_kg.server import metrics
from egov_kg.store.changes import CHANGES, ChangeLog

__all__ = ["Publisher"]

_LOG: Final = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 30.0
"""So often the log is looked at, whoever may have written there."""
_FIRST_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 300.0
_SETTINGS: Final = (
    *("base", "title", "version", "issued", "licence", "publisher", "keep_releases"),
    *("gate_ratio", "gate_cluster", "gate_growth"),
)
"""What decides a release; it is handed to the process, which then makes what this server stands for."""
_FINDINGS: Final = 1
_STOP_SECONDS: Final = 10.0


class Publisher:
    """Starts ``egov-kg publish`` when there are changes, waits for it, and tells.

    A process that fails changes nothing: it is started again, after a pause that grows, for half of the changes. So
    what comes before a change that ends it is published, and that change is found and told. One that is killed at any
    moment leaves either the old release or the new one; the changes stay in the log. One whose server is killed goes on
    until its release is made, so that servers that die often get on too; that of the next server waits for it.

    Args:
        config: Of the deployment.
        out: The folder that holds the releases and the log.
        mark: Gives the number of the last change that the current release holds.
        done: Called after each release, with the numbers of the changes that were set aside.
        tell: Called with why the last release could not be made, or an empty text.

    Attributes:
        problem: The same.
    """

    def __init__(
        self,
        config: Config,
        out: Path,
        *,
        mark: Callable[[], int],
        done: Callable[[tuple[int, ...]], Awaitable[None]],
        tell: Callable[[str], None],
    ) -> None:
        self._config, self._out, self._mark, self._done, self._tell = config, out, mark, done, tell
        self._log = ChangeLog(out / CHANGES)
        self._woken = asyncio.Event()
        self.problem = ""
        self._failures = 0
        self._most: int | None = None

    def wake(self) -> None:
        """Say that there is something to publish."""
        self._woken.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Publish for as long as the context lasts; a process that works at its end is asked to end, then killed."""
        task = asyncio.ensure_future(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        self.wake()  # what was accepted before a crash
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._woken.wait()
            waiting: tuple[int, ...] = ()
            try:
                waiting = await asyncio.to_thread(self._waiting)
                if waiting:
                    await asyncio.sleep(self._config.publish_seconds)
                    self._woken.clear()
                    await self._made(waiting)
                else:
                    self._woken.clear()
                pause, self._failures = _FIRST_PAUSE, 0
                self._note("")
            except Exception as error:  # noqa: BLE001 - whatever it is, what was accepted must be published in the end
                self._failures += 1
                self._note(self._words(waiting, error, pause))
                _LOG.error("%s: %s", self.problem, error)
                self._most = max(1, len(waiting[: self._most]) // 2)
                await asyncio.sleep(pause)
                self.wake()
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _made(self, waiting: tuple[int, ...]) -> None:
        """Make a release of changes that wait, of as many as may be tried at once."""
        taken, rejected = await self._publish()
        metrics.PUBLISHER_RUNS.labels("published" if taken else "nothing").inc()
        metrics.CHANGES.labels("published").inc(len(taken))
        metrics.CHANGES.labels("rejected").inc(len(rejected))
        await self._done(rejected)
        if taken or rejected:  # there may be more: a gate lets only so much into one release
            self.wake()
        if self._most is not None:
            self._most = None if self._most >= len(waiting) else 2 * self._most

    def _note(self, problem: str) -> None:
        self.problem = problem
        metrics.PUBLISHER_FAILURES.set(self._failures)
        self._tell(problem)

    def _words(self, waiting: tuple[int, ...], error: Exception, pause: float) -> str:
        """Return why which changes are not published, and what can be done."""
        tried = waiting[: self._most]
        why = str(error) if isinstance(error, _Failed) else "the change log or the release cannot be read"
        again = f"that was attempt {self._failures}, the next comes in {pause:g} s; the log of the server says more"
        if not tried:
            return f"changes cannot be published: {why}; {again}"
        if len(tried) > 1:
            return f"changes {tried[0]} to {tried[-1]} cannot be published together: {why}; {again}"
        return (
            f"change {tried[0]} cannot be published: {why}; {again}; if it is to blame, "
            f"egov-kg changes --reject {tried[0]} --reason TEXT lets the others go on"
        )

    def _waiting(self) -> tuple[int, ...]:
        """Return the numbers of the changes that the current release does not hold, and measure the log."""
        self._log.refresh()
        number, _ = self._log.head()
        mark = self._mark()
        rejected = self._log.rejected() if number > mark else frozenset()
        waiting = tuple(one for one in range(mark + 1, number + 1) if one not in rejected)
        oldest = self._log.find(waiting[0]) if waiting else None
        metrics.CHANGES_PENDING.set(len(waiting))
        metrics.OLDEST_PENDING.set(dt.datetime.fromisoformat(oldest.time).timestamp() if oldest is not None else 0)
        metrics.LOG_BYTES.set(self._log.size())
        return waiting

    async def _publish(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Run the process, and return the numbers of the changes that it took and of those that it set aside.

        Raises:
            _Failed: If it failed.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "egov_kg", "publish", "--json", "--workers", "1", "--from", str(self._out)),
            *(() if self._most is None else ("--most", str(self._most))),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment(),
            start_new_session=True,
        )
        try:
            told, said = await process.communicate()
        except asyncio.CancelledError:
            await _end(process)
            raise
        if process.returncode not in {0, _FINDINGS}:
            _LOG.error("egov-kg publish said: %s", said.decode("utf-8", "replace")[-500:])
            how, status = "failed", f"ended with {process.returncode}"
            if process.returncode is not None and process.returncode < 0:
                how, status = "killed", f"was ended by signal {-process.returncode}"
            metrics.PUBLISHER_RUNS.labels(how).inc()
            raise _Failed(f"egov-kg publish {status}")
        with contextlib.suppress(ValueError, KeyError):
            table = json.loads(told)
            return tuple(table["taken"]), tuple(int(number) for number in table["rejected"])
        metrics.PUBLISHER_RUNS.labels("failed").inc()
        raise _Failed("egov-kg publish told something else than what it has done")

    def _environment(self) -> dict[str, str]:
        settings = dataclasses.asdict(self._config)
        return {**os.environ, **{f"EGOVKG_{name.upper()}": str(settings[name]) for name in _SETTINGS}}


class _Failed(Exception):
    """A run that made no release; the words are for whoever may read ``/readyz``."""


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a process: politely, then not."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
                return
        process.kill()
        await process.wait()
