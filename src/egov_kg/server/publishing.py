"""The publisher of a server: a process of its own makes a release of what was accepted, one at a time, and again."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

from egov_kg.config import Config
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

    A process that fails changes nothing: it is started again, after a pause that grows. One that is killed at any
    moment, or whose server is, leaves either the old release or the new one; the changes stay in the log.

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
            try:
                if await asyncio.to_thread(self._waits):
                    await asyncio.sleep(self._config.publish_seconds)
                    self._woken.clear()
                    taken, rejected = await self._publish()
                    await self._done(rejected)
                    if taken or rejected:  # there may be more: a gate lets only so much into one release
                        self.wake()
                else:
                    self._woken.clear()
                pause = _FIRST_PAUSE
                self._note("")
            except Exception as error:  # noqa: BLE001 - whatever it is, what was accepted must be published in the end
                self._note("what was accepted cannot be published; the log of the server says more")
                _LOG.error("changes are not published: %s", error)
                await asyncio.sleep(pause)
                self.wake()
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _note(self, problem: str) -> None:
        self.problem = problem
        self._tell(problem)

    def _waits(self) -> bool:
        """Whether there are changes that the current release does not hold."""
        self._log.refresh()
        number, _ = self._log.head()
        mark = self._mark()
        rejected = self._log.rejected() if number > mark else frozenset()
        return any(one not in rejected for one in range(mark + 1, number + 1))

    async def _publish(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Run the process, and return the numbers of the changes that it took and of those that it set aside.

        Raises:
            RuntimeError: If it failed.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "egov_kg", "publish", "--json", "--workers", "1", "--from", str(self._out)),
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
            raise RuntimeError(
                f"egov-kg publish ended with {process.returncode}: {said.decode('utf-8', 'replace')[-500:]}"
            )
        with contextlib.suppress(ValueError, KeyError):
            table = json.loads(told)
            return tuple(table["taken"]), tuple(int(number) for number in table["rejected"])
        raise RuntimeError(f"egov-kg publish told something else: {said.decode('utf-8', 'replace')[-500:]}")

    def _environment(self) -> dict[str, str]:
        settings = dataclasses.asdict(self._config)
        return {**os.environ, **{f"EGOVKG_{name.upper()}": str(settings[name]) for name in _SETTINGS}}


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
