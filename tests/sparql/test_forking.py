"""A zygote and its copies: the release is loaded once, a process is a copy of it, and nobody is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from egov_kg.errors import EngineStopped, MemoryExceeded, QueryAborted, ReleaseDamaged
from egov_kg.sparql import Limits, Pool, Request, forking
from egov_kg.sparql.forking import Forking
from egov_kg.sparql.processes import Spawning
from egov_kg.store import Manifest, ReleaseFile
from tests.sparql.conftest import Canary
from tests.sparql.test_pool import ENDLESS

pytestmark = pytest.mark.skipif(not forking.is_supported(), reason="the system makes no copies of processes")

T = TypeVar("T")

WORKS = {"query": "tests.sparql.tries:open_work", "view": "egov_kg.sparql.viewer:view_work"}
LIMITS = {"memory": 256 << 20, "result": 1 << 20, "quads": 10_000}
PATIENCE = 20.0


def asked(release: Path, work: Callable[[Pool], Awaitable[T]], *, seconds: float = 10.0, quads: int = 10_000) -> T:
    """Return what some work over a pool gives, whose processes do what texts say."""

    async def run() -> T:
        source = Forking(release, {**LIMITS, "quads": quads}, WORKS)
        limits = Limits(workers=1, seconds=seconds, result_bytes=1 << 20, memory=256 << 20)
        async with Pool(release, limits, processes=source) as pool:
            return await work(pool)

    return asyncio.run(run())


async def said(pool: Pool, text: str) -> str:
    """Return what a process says to a text."""
    return (await pool.answer(Request(text, table="csv"))).read().decode()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def lives(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        has_ended = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return not has_ended or len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    return False


def zygote(pool: Pool) -> int:
    """Return the number of the zygote of a pool."""
    assert isinstance(pool.processes, Forking)
    assert pool.processes.pid is not None
    return pool.processes.pid


class TestHolding:
    @pytest.mark.parametrize(("quads", "held"), [(10_000, "memory"), (1200, "memory"), (1199, "disk"), (0, "disk")])
    def test_a_release_is_held_in_memory_up_to_a_number_of_quads(
        self, held_release: Path, quads: int, held: str
    ) -> None:
        """A larger one is opened by each process; the answers are the same."""

        async def work(pool: Pool) -> tuple[str, str]:
            assert isinstance(pool.processes, Forking)
            return pool.processes.told["held"], await said(pool, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")

        assert asked(held_release, work, quads=quads) == (held, "n\r\n600\r\n")

    def test_quads_that_are_not_those_of_the_manifest_are_refused(self, held_release: Path, tmp_path: Path) -> None:
        """A byte that has changed on the disk is noticed where it would be loaded."""
        quads = (held_release / "egov.nq").read_bytes()
        (tmp_path / "egov.nq").write_bytes(quads.replace(b"Law 17", b"Law 71", 1))
        listed = ReleaseFile("egov.nq", hashlib.sha256(quads).hexdigest(), len(quads))
        manifest = Manifest("small", "https://w3id.org/egov-kg/", "2026.1.0", "2026-01-31", files=(listed,))
        (tmp_path / "manifest.json").write_bytes(manifest.to_bytes())

        async def work(_pool: Pool) -> None:
            raise AssertionError

        with pytest.raises(ReleaseDamaged, match="SHA-256"):
            asked(tmp_path, work)

    def test_each_copy_has_chance_of_its_own(self, held_release: Path) -> None:
        """Copies of one process would otherwise give the same UUIDs."""

        async def distinct(pool: Pool) -> int:
            found = set()
            for _ in range(6):
                found.add(await said(pool, "SELECT (UUID() AS ?x) {}"))
            return len(found)

        assert asked(held_release, distinct) == 6


class TestWalls:
    def test_a_process_can_do_nothing_but_answer(self, held_release: Path, tmp_path: Path, canary: Canary) -> None:
        """Whatever code runs in it: the system refuses, and the process goes on."""
        secret = tmp_path / "canary"
        secret.write_text("secret", encoding="ascii")
        texts = ["socket", f"read {secret}", f"write {secret}", "fork", "execute /bin/true", "thread", "kill 1"]

        async def work(pool: Pool) -> tuple[list[str], int]:
            messages = []
            for text in texts:
                with pytest.raises(EngineStopped) as caught:
                    await said(pool, text)
                messages.append(caught.value.reason.partition(":")[0])
            return messages, pool.kills.total()

        refused = ["PermissionError"] * 3 + ["BlockingIOError", "PermissionError", "RuntimeError", "PermissionError"]
        assert asked(held_release, work) == (refused, 0)
        assert canary.calls == 0
        assert secret.read_text(encoding="ascii") == "secret"

    def test_the_server_knows_which_walls_stand(self, held_release: Path) -> None:
        """All of them on Linux."""

        async def work(pool: Pool) -> set[str]:
            return set(pool.walls)

        walls = {"calls", "core", "descriptors", "files", "memory", "network", "oom", "processes", "processor"}
        assert asked(held_release, work) == walls


class TestEnds:
    @pytest.mark.parametrize(
        ("text", "kind", "reason"), [("abort", MemoryExceeded, "memory"), ("die 3", EngineStopped, "crash")]
    )
    def test_of_a_process_are_told_and_counted(
        self, held_release: Path, text: str, kind: type[Exception], reason: str
    ) -> None:
        """Its status comes from the zygote."""

        async def work(pool: Pool) -> tuple[str, int]:
            with pytest.raises(kind) as caught:
                await said(pool, text)
            assert await said(pool, "ASK {}") == "true"
            return str(caught.value), pool.kills[reason]

        message, counted = asked(held_release, work)
        assert counted == 1
        assert "status 3" in message or "memory" in message

    def test_a_process_that_grew_is_replaced(self, held_release: Path) -> None:
        """What it holds comes back to the system."""

        async def work(pool: Pool) -> int:
            await said(pool, "grow 80")
            assert await said(pool, "ASK {}") == "true"
            return pool.kills["recycled"]

        assert asked(held_release, work) == 1

    def test_an_old_process_answers_until_another_one_is_there(
        self, held_release: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """So that nobody waits for it; there is never more than one too many."""
        monkeypatch.setattr("egov_kg.sparql.pool._MOST_QUERIES", 5)

        async def work(pool: Pool) -> tuple[int, int, int]:
            await until(lambda: len(pool.pids()) == 2)
            seen: set[object] = set()
            fewest, most = 2, 2
            while len(seen) < 4:
                seen.add(await said(pool, "pid"))
                fewest, most = min(fewest, len(pool.pids())), max(most, len(pool.pids()))
            return fewest, most, sum(pool.kills.values()) - pool.kills["recycled"]

        assert asked(held_release, work) == (2, 3, 0)

    def test_an_engine_that_gives_up_has_not_run_out_of_memory(self, held_release: Path) -> None:
        """Both end with the same signal; what it said before tells which."""

        async def work(pool: Pool) -> tuple[str, int]:
            with pytest.raises(EngineStopped) as caught:
                await said(pool, "panic")
            return caught.value.reason, pool.kills["memory"]

        assert asked(held_release, work) == ("signal 6", 0)

    def test_a_stack_that_grows_counts_as_memory(self, held_release: Path) -> None:
        """The system limits the heap; how deep a stack has become the server sees from outside."""

        async def work(pool: Pool) -> tuple[int, str]:
            with pytest.raises(MemoryExceeded):
                await said(pool, "deepen 500")
            return pool.kills["memory"], await said(pool, "ASK {}")

        assert asked(held_release, work) == (1, "true")

    def test_a_query_is_ended_by_its_id(self, held_release: Path) -> None:
        """Who asked hears it; the next query is answered."""

        async def work(pool: Pool) -> tuple[bool, bool, str]:
            task = asyncio.ensure_future(pool.answer(Request(ENDLESS), client="somebody"))
            await until(lambda: bool(pool.running()))
            (run,) = pool.running()
            assert (run.client, len(run.digest)) == ("somebody", 16)
            aborted, again = pool.abort(run.id), pool.abort("no such id")
            with pytest.raises(QueryAborted):
                await task
            assert pool.running() == []
            return aborted, again, await said(pool, "ASK {}")

        assert asked(held_release, work) == (True, False, "true")

    def test_a_zygote_that_ends_is_replaced_and_no_query_fails(self, held_release: Path) -> None:
        """What runs goes on, and what comes meanwhile is answered by processes that are there."""

        async def work(pool: Pool) -> tuple[str, set[str], bool]:
            running = asyncio.ensure_future(said(pool, "sleep 0.5"))
            await asyncio.sleep(0.1)
            before, processes = zygote(pool), pool.pids()
            os.kill(before, signal.SIGKILL)
            answers = {await said(pool, f"ASK {{}} # {number}") for number in range(5)}
            await until(lambda: isinstance(pool.processes, Forking) and pool.processes.pid not in {None, before})
            await until(lambda: not processes & pool.pids() and len(pool.pids()) == 2)
            answers.add(await said(pool, "ASK {}"))
            return await running, answers, any(lives(process) for process in processes)

        assert asked(held_release, work) == ("None", {"true"}, False)

    def test_a_process_can_be_ended_when_its_zygote_is_gone(self, held_release: Path) -> None:
        """The deadline holds for what the old zygote has left behind, too."""

        async def work(pool: Pool) -> str:
            running = asyncio.ensure_future(pool.answer(Request(ENDLESS)))
            await until(lambda: bool(pool.running()))
            os.kill(zygote(pool), signal.SIGKILL)
            with pytest.raises(TimeoutError):
                await running
            return await said(pool, "ASK {}")

        assert asked(held_release, work, seconds=4) == "true"

    def test_who_tells_all_processes_to_stop_means_the_server(self, held_release: Path) -> None:
        """A terminal and some service managers tell everybody; what was begun may end all the same."""

        async def work(pool: Pool) -> tuple[str, bool, int | None]:
            await until(lambda: len(pool.pids()) == 2)
            running = asyncio.ensure_future(said(pool, "sleep 0.3"))
            await asyncio.sleep(0.1)
            before = pool.pids() | {zygote(pool)}
            for pid in before:
                for ending in (signal.SIGINT, signal.SIGTERM):
                    os.kill(pid, ending)
            return await running, before == pool.pids() | {zygote(pool)}, pool.kills.total()

        assert asked(held_release, work) == ("None", True, 0)

    def test_a_zygote_that_does_nothing_is_replaced(self, held_release: Path) -> None:
        """One that is stopped would keep everybody waiting for the next process."""

        async def work(pool: Pool) -> str:
            os.kill(zygote(pool), signal.SIGSTOP)
            for _ in range(3):
                with pytest.raises(EngineStopped):
                    await said(pool, "die 1")
            return await said(pool, "ASK {}")

        assert asked(held_release, work, seconds=20) == "true"

    @pytest.mark.parametrize("moment", ["starting", "idle", "busy"])
    def test_nobody_outlives_the_server(self, held_release: Path, moment: str) -> None:
        """Even if it is killed, while processes start, wait, or work without end."""
        code = (
            "import asyncio, sys\n"
            "from pathlib import Path\n"
            "from egov_kg.sparql import Limits, Pool, Request\n"
            "async def main():\n"
            "    pool = Pool(Path(sys.argv[1]), Limits(workers=3, seconds=60), quads=10_000)\n"
            "    await pool.start()\n"
            "    if sys.argv[2] != 'starting':\n"
            "        while len(pool.pids()) < 4: await asyncio.sleep(0.01)\n"
            "    if sys.argv[2] == 'busy':\n"
            "        for n in range(3): asyncio.ensure_future(pool.answer(Request(sys.argv[3] + f' # {n}')))\n"
            "        while len(pool.running()) < 3: await asyncio.sleep(0.01)\n"
            "    print(pool.processes.pid, *pool.pids(), flush=True)\n"
            "    await asyncio.sleep(60)\n"
            "asyncio.run(main())\n"
        )
        command = [sys.executable, "-c", code, str(held_release), moment, ENDLESS]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            told = {int(word) for word in server.stdout.readline().split()}
            everybody = told | descendants(server.pid)
            server.kill()

        end = time.monotonic() + PATIENCE
        while any(lives(pid) for pid in everybody):
            assert time.monotonic() < end
            time.sleep(0.01)
        assert len(everybody) >= 2

    def test_a_copy_and_a_zygote_that_are_killed_together_leave_nobody(self, held_release: Path) -> None:
        """Closing the pool ends what is left."""

        async def work(pool: Pool) -> frozenset[int]:
            everybody = pool.pids() | {zygote(pool)}
            for pid in sorted(everybody)[:2]:
                os.kill(pid, signal.SIGKILL)
                await until(lambda pid=pid: not lives(pid))  # type: ignore[misc]
            assert await said(pool, "ASK {}") == "true"
            return everybody | pool.pids() | {zygote(pool)}

        everybody = asked(held_release, work)
        assert not any(lives(pid) for pid in everybody)


def descendants(pid: int) -> set[int]:
    """Return the processes that a process has started, and those that they have started."""
    found: set[int] = set()
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found |= {int(child)} | descendants(int(child))
    return found


class TestSpawning:
    def test_where_nothing_is_copied_processes_are_started_anew(self, release: Path) -> None:
        """They answer, end at the deadline, and are replaced, as copies are."""

        async def run() -> tuple[bytes, bytes, int]:
            source = Spawning(release, {"memory": 256 << 20, "result": 1 << 20})
            async with Pool(release, Limits(workers=1, seconds=30, result_bytes=1 << 20), processes=source) as pool:
                first = (await pool.answer(Request("ASK {}", table="csv"))).read()
                with pytest.raises(TimeoutError):
                    await pool.answer(Request(ENDLESS, seconds=0.5))
                last = (await pool.answer(Request("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", table="csv"))).read()
                return first, last, pool.kills["deadline"]

        assert asyncio.run(run()) == (b"true", b"n\r\n600\r\n", 1)
