"""The publisher of a server: what it does when its process dies, and what it tells of that."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from egov_kg.config import Config
from egov_kg.server import metrics, publishing
from egov_kg.server.publishing import Publisher
from egov_kg.store.changes import CHANGES, ChangeLog

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")

_PROGRAM = """#!{python}
import json, os, signal, sys, time
from pathlib import Path

place, killing = Path({folder!r}), {killing}
mark, last = int((place / "mark").read_text()), 7
most = int(sys.argv[sys.argv.index("--most") + 1]) if "--most" in sys.argv else last
tried = list(range(mark + 1, min(mark + most, last) + 1))
with (place / "runs").open("a") as runs:
    runs.write(" ".join(map(str, tried)) + "\\n")
while (place / "held").exists():
    time.sleep(0.01)
if killing & set(tried) or len(tried) > {most}:
    os.kill(os.getpid(), signal.SIGKILL)
(place / "next").write_text(str(tried[-1]))
(place / "next").replace(place / "mark")
print(json.dumps({{"taken": tried, "rejected": {{}}}}))
"""


def value(name: str, **labels: str) -> float:
    """Return the present value of a series."""
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


class World:
    """Seven changes that wait, a publisher, and a program in place of ours that dies of some of them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, *, killing: set[int], most: int = 100) -> None:
        self.folder, self.problems = folder, list[str]()
        log = ChangeLog(folder / CHANGES)
        for number in range(7):
            log.append(
                token="t", media_type="", request=b"", base="", removed=(), added=[f"<a:s> <a:p> <a:{number}> ."]
            )
        program = folder / "program"
        program.write_text(_PROGRAM.format(python=sys.executable, folder=str(folder), killing=killing, most=most))
        program.chmod(0o755)
        (folder / "mark").write_text("0")
        monkeypatch.setattr(sys, "executable", str(program))
        monkeypatch.setattr(publishing, "_FIRST_PAUSE", 0.01)
        self.publisher = Publisher(
            Config(publish_seconds=0.01), folder, mark=self.mark, done=self._done, tell=self.problems.append
        )

    def mark(self) -> int:
        """Return the last change that is in a release."""
        return int((self.folder / "mark").read_text())

    async def _done(self, rejected: tuple[int, ...]) -> None:
        assert not rejected

    def runs(self) -> list[list[int]]:
        """Return which changes were tried, run by run."""
        return [[int(word) for word in line.split()] for line in (self.folder / "runs").read_text().splitlines()]

    def run_until(self, is_enough: Callable[[], bool]) -> None:
        """Let the publisher work."""

        async def work() -> None:
            async with asyncio.timeout(60), self.publisher.running():
                while not is_enough():  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(0.01)

        asyncio.run(work())


_SERVER = """
import asyncio, sys
from pathlib import Path
from egov_kg.config import Config
from egov_kg.server.publishing import Publisher

async def main():
    place = Path(sys.argv[1])
    sys.executable = str(place / "program")
    publisher = Publisher(Config(publish_seconds=0.01), place, mark=lambda: 0, done=None, tell=lambda _: None)
    async with publisher.running():
        await asyncio.sleep(60)

asyncio.run(main())
"""


class TestServer:
    def test_that_is_killed_leaves_a_publisher_that_ends_its_work(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """So servers that die often get on; nothing is published twice, because a mark tells what is."""
        python = sys.executable
        world = World(tmp_path, monkeypatch, killing=set())
        (tmp_path / "held").touch()
        server = subprocess.Popen([python, "-c", _SERVER, str(tmp_path)])
        until = time.monotonic() + 60
        while not (tmp_path / "runs").exists() and time.monotonic() < until:
            time.sleep(0.02)

        server.kill()
        server.wait()
        (tmp_path / "held").unlink()

        while world.mark() != 7 and time.monotonic() < until:
            time.sleep(0.02)
        assert (world.mark(), world.runs()) == (7, [[1, 2, 3, 4, 5, 6, 7]])


class TestDeath:
    def test_by_too_much_at_once_leads_to_less_at_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each release that is made stays, so that all changes are published in the end."""
        world = World(tmp_path, monkeypatch, killing=set(), most=2)
        killed = value("egov_publisher_runs_total", outcome="killed")

        world.run_until(lambda: world.mark() == 7 and world.problems[-1:] == [""])

        assert world.runs()[:3] == [[1, 2, 3, 4, 5, 6, 7], [1, 2, 3], [1]]
        assert world.runs()[-1][-1] == 7
        assert value("egov_publisher_runs_total", outcome="killed") > killed
        assert value("egov_publisher_failures") == 0

    def test_by_one_change_is_told_with_its_number(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Those before it are published; it is said which it is, why, and what can be done; nothing is thrown away."""
        world = World(tmp_path, monkeypatch, killing={4})

        world.run_until(lambda: world.mark() == 3 and world.problems[-1].startswith("change 4 "))

        assert (
            "cannot be published: egov-kg publish was ended by signal 9; that was attempt " in world.publisher.problem
        )
        assert "egov-kg changes --reject 4 --reason TEXT" in world.publisher.problem
        assert value("egov_publisher_failures") >= 1
        assert value("egov_changes_pending") == 4
        assert value("egov_changes_oldest_pending_timestamp_seconds") > 1.7e9
        assert value("egov_change_log_bytes") == sum(path.stat().st_size for path in (tmp_path / CHANGES).iterdir())
        assert ChangeLog(tmp_path / CHANGES).verify() == 7
