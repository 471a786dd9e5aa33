"""A writable store is a chain of states: what was acknowledged is kept, what was refused leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from egov_kg.errors import (
    ConfigurationError,
    DeadlineExceeded,
    EgovKGError,
    EngineStopped,
    MemoryExceeded,
    QuerySyntaxError,
    StorageFull,
    UpdateFailed,
)
from egov_kg.sparql import copies
from egov_kg.sparql.engine import Request
from egov_kg.sparql.limits import Limits
from egov_kg.sparql.states import Changed, Document, State, StateChain, Write
from egov_kg.store.changes import CHANGES, Change, ChangeLog
from egov_kg.store.snapshots import SNAPSHOTS
from tests.chaos.attacking import processes

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")

BASE = "http://example.org/"
CROSS = " ".join(f"VALUES (?{name}) {{ {' '.join(f'({n})' for n in range(300))} }}" for name in "abcd")
ENDLESS = f"INSERT {{ <a> <b> ?a }} WHERE {{ {CROSS} FILTER(?a + ?b + ?c + ?d < 0) }}"


def run(folder: Path, work: Callable[[StateChain], Awaitable[Any]], **limits: Any) -> Any:
    """Do something with the store of a folder."""

    async def main() -> Any:
        async with StateChain(folder, Limits(**limits), base=BASE) as chain:
            return await work(chain)

    return asyncio.run(main())


async def change(chain: StateChain, text: str) -> Changed:
    """Let an update run."""
    async with chain.writing():
        return await chain.change(Write("application/sparql-update", text.encode()))


async def count(chain: StateChain, state: State | None = None) -> int:
    """Return how many triples the default graph of a state has."""
    answer = await chain.answer(Request("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"), state=state)
    return int(json.loads(answer.read())["results"]["bindings"][0]["n"]["value"])


class TestChange:
    def test_the_next_query_sees_it(self, tmp_path: Path) -> None:
        """When a change returns it is there, for everybody."""

        async def work(chain: StateChain) -> None:
            done = await change(chain, "INSERT DATA { <a> <b> 1 , 2 GRAPH <g> { <a> <b> 3 } }")

            assert (done.number, done.removed, done.added, done.created) == (1, 0, 3, (f"{BASE}g",))
            assert await count(chain) == 2
            assert chain.now.graphs == (f"{BASE}g",)

        run(tmp_path, work)

    def test_a_state_stays_as_it_was_for_those_who_hold_it(self, tmp_path: Path) -> None:
        """A request that began before a change ends with the state that it began with."""

        async def work(chain: StateChain) -> None:
            await change(chain, "INSERT DATA { <a> <b> 1 }")
            before = chain.now
            await change(chain, "INSERT DATA { <a> <b> 2 }")

            assert (await count(chain, before), await count(chain)) == (1, 2)

        run(tmp_path, work)

    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("DROP GRAPH <none>", UpdateFailed),
            ("INSERT DATA { <a> <b> }", QuerySyntaxError),
            ("INSERT DATA { <a> <b> 2 } ; CREATE GRAPH <g> ; CREATE GRAPH <g>", UpdateFailed),
            ("INSERT { ?a <x> 1 } WHERE { ?a ?p 1 FILTER(" + "!" * 100_000 + "true) }", None),
        ],
    )
    def test_one_that_is_refused_leaves_nothing_behind(
        self, tmp_path: Path, text: str, error: type[EgovKGError] | None
    ) -> None:
        """Also one whose first operations could be done, and one that nests deeply."""

        async def work(chain: StateChain) -> None:
            await change(chain, "INSERT DATA { <a> <b> 1 }")
            before = chain.now
            if error is None:
                assert (await change(chain, text)).added == 1
                return

            with pytest.raises(error):
                await change(chain, text)

            assert chain.now is before
            assert await count(chain) == 1

        run(tmp_path, work)

    def test_one_that_changes_nothing_makes_no_state(self, tmp_path: Path) -> None:
        """What is inserted again is there already."""

        async def work(chain: StateChain) -> None:
            await change(chain, "INSERT DATA { <a> <b> 1 }")
            before = chain.now

            done = await change(chain, "INSERT DATA { <a> <b> 1 }")

            assert done.state is before

        run(tmp_path, work)

    def test_one_that_takes_too_long_or_too_much_is_ended(self, tmp_path: Path) -> None:
        """The processes of the state go on; the next change works."""
        text = "CONCAT(STR(?a), '-', STR(?b), '-', STR(?c), '-', STR(?d))"
        huge = f"INSERT {{ <a> <b> ?x }} WHERE {{ {CROSS} BIND({text} AS ?x) }}"

        async def work(chain: StateChain) -> None:
            for text in (ENDLESS, huge):
                with pytest.raises((DeadlineExceeded, MemoryExceeded, UpdateFailed)):
                    await change(chain, text)
            assert (await change(chain, "INSERT DATA { <a> <b> 1 }")).number == 1

        run(tmp_path, work, seconds=2.0)

    @pytest.mark.parametrize("moment", ["before it is kept", "while it is kept"])
    def test_one_that_nobody_waits_for_is_made_only_if_it_was_being_kept(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
    ) -> None:
        """Before, it is ended at once and leaves nothing; then, it stands, and the next one is made on it."""
        begun, may_go_on = threading.Event(), threading.Event()
        append = ChangeLog.append

        def slow(log: ChangeLog, **record: Any) -> Change:
            begun.set()
            assert may_go_on.wait(60)
            return append(log, **record)

        async def work(chain: StateChain) -> list[int]:
            await change(chain, f"INSERT DATA {{ {' '.join(f'<a:s> <a:p{n}> {n} .' for n in range(100))} }}")
            monkeypatch.setattr(ChangeLog, "append", slow)
            text = "INSERT DATA { <a:kept> <a:p> 1 }" if moment == "while it is kept" else ENDLESS
            first = asyncio.ensure_future(change(chain, text))
            if moment == "while it is kept":
                await asyncio.to_thread(begun.wait)
            else:
                await asyncio.sleep(0.3)
            first.cancel()
            second = asyncio.ensure_future(change(chain, "INSERT { ?s <a:q> 2 } WHERE { ?s <a:p> 1 }"))
            await asyncio.sleep(0.1)
            may_go_on.set()
            with pytest.raises(asyncio.CancelledError):
                await first
            return [(await second).number, await count(chain)]

        found = run(tmp_path, work, seconds=60)

        assert found == ([3, 102] if moment == "while it is kept" else [1, 100])
        assert ChangeLog(tmp_path / CHANGES).verify() == (3 if moment == "while it is kept" else 1)

    def test_one_that_the_disk_does_not_keep_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is refused, queries go on, and a later change works."""

        def full(*_: object, **__: object) -> None:
            raise StorageFull(tmp_path, "No space left on device")

        async def work(chain: StateChain) -> None:
            with monkeypatch.context() as patched:
                patched.setattr(ChangeLog, "append", full)
                with pytest.raises(StorageFull):
                    await change(chain, "INSERT DATA { <a> <b> 1 }")

            assert await count(chain) == 0
            assert (await change(chain, "INSERT DATA { <a> <b> 1 }")).number == 1

        run(tmp_path, work)

    def test_a_graph_is_written_as_a_document(self, tmp_path: Path) -> None:
        """PUT replaces, and an empty document makes an empty graph."""

        async def work(chain: StateChain) -> None:
            for data in (b"<a> <b> 1 .", b"<a> <b> 2, 3 .", b""):
                async with chain.writing():
                    write = Write(
                        "text/turtle", data, method="PUT", graph=f"{BASE}g", documents=[Document(data, "ttl")]
                    )
                    done = await chain.change(write)

            assert (done.removed, done.added, done.created, chain.now.graphs) == (2, 0, (), (f"{BASE}g",))

        run(tmp_path, work)


class TestDurability:
    def test_a_restart_finds_the_same_state(self, tmp_path: Path) -> None:
        """Quads, blank nodes, graphs without a triple and the id of the state are those of before."""
        query = Request("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g ?s ?p ?o", table="tsv")

        async def fill(chain: StateChain) -> tuple[bytes, str, tuple[str, ...]]:
            await change(chain, 'INSERT DATA { _:x <b> 1 , "a\\nb\\\\"@ko GRAPH <g> { _:x <b> _:y } }')
            await change(chain, "CREATE GRAPH <h> ; CREATE GRAPH <i>")
            await change(chain, "DELETE WHERE { ?s <b> 1 } ; DROP GRAPH <i>")
            return await look(chain)

        async def look(chain: StateChain) -> tuple[bytes, str, tuple[str, ...]]:
            return (await chain.answer(query)).read(), chain.now.id, chain.now.graphs

        assert run(tmp_path, fill) == run(tmp_path, look)

    def test_a_snapshot_saves_the_replay(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every so many changes the whole is written; the next start reads that and the changes after it."""
        monkeypatch.setattr("egov_kg.sparql.states._SNAPSHOT_EVERY", 3)

        async def work(chain: StateChain) -> str:
            for number in range(5):
                await change(chain, f"INSERT DATA {{ _:x <b> {number} }} ; DROP SILENT GRAPH <g> ; CREATE GRAPH <g>")
            await chain.settled()
            return chain.now.id

        name = run(tmp_path, work)
        (snapshot,) = (tmp_path / SNAPSHOTS).iterdir()
        for record in sorted((tmp_path / CHANGES).glob("*.nqp"))[:2]:
            record.unlink()

        async def look(chain: StateChain) -> None:
            assert (chain.now.id, chain.now.graphs, await count(chain)) == (name, (f"{BASE}g",), 5)

        assert snapshot.name == "000000000003.nq"
        with pytest.raises(EgovKGError):  # records are missing: that is noticed, whatever the snapshot says
            run(tmp_path, look)

    def test_a_damaged_snapshot_is_passed_over(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It only saves time: the log has everything."""
        monkeypatch.setattr("egov_kg.sparql.states._SNAPSHOT_EVERY", 2)

        async def work(chain: StateChain) -> None:
            for number in range(3):
                await change(chain, f"INSERT DATA {{ <a> <b> {number} }}")
            await chain.settled()

        run(tmp_path, work)
        (snapshot,) = (tmp_path / SNAPSHOTS).iterdir()
        snapshot.write_bytes(snapshot.read_bytes().replace(b'"0"', b'"7"'))

        async def look(chain: StateChain) -> None:
            answer = await chain.answer(Request("ASK { <a> <b> 0 , 1 , 2 }"))
            assert json.loads(answer.read())["boolean"]

        run(tmp_path, look)

    def test_a_folder_is_served_once(self, tmp_path: Path) -> None:
        """A second server would write records of the same numbers."""

        async def work(_chain: StateChain) -> None:
            with pytest.raises(ConfigurationError, match="served by another process"):
                await StateChain(tmp_path, base=BASE).start()

        run(tmp_path, work)

    @pytest.mark.parametrize("moment", ["before", "while"])
    def test_the_death_of_the_process_of_a_state_loses_nothing(self, tmp_path: Path, moment: str) -> None:
        """The folder is read again, and who asked meanwhile is answered."""

        async def work(chain: StateChain) -> None:
            await change(chain, "INSERT DATA { <a> <b> 1 }")
            if moment == "while":
                task = asyncio.ensure_future(change(chain, "INSERT DATA { <a> <b> 2 }"))
                await asyncio.sleep(0.005)
                os.kill(chain.now.original.pid, signal.SIGKILL)
                done = (await asyncio.gather(task, return_exceptions=True))[0]
                known = {2} if isinstance(done, Changed) else {1, 2}
            else:
                os.kill(chain.now.original.pid, signal.SIGKILL)
                known = {1}

            assert await count(chain) in known
            assert (await change(chain, "INSERT DATA { <a> <b> 3 }")).added == 1

        run(tmp_path, work)

    def test_what_is_kept_is_told_whatever_dies_then(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who hears that it failed would change it again; the next request reads the folder."""
        append, start = ChangeLog.append, copies.start
        failures = ["no process can be started"]

        async def work(chain: StateChain) -> None:
            await change(chain, "INSERT DATA { <a> <b> 1 }")

            def kept(log: ChangeLog, **record: Any) -> Change:
                made = append(log, **record)
                for pid in processes(chain.now.original.pid):
                    os.kill(pid, signal.SIGKILL)
                return made

            async def started(*given: Any) -> Any:
                if failures:
                    raise EngineStopped(failures.pop())
                return await start(*given)

            monkeypatch.setattr(ChangeLog, "append", kept)
            monkeypatch.setattr(copies, "start", started)
            done = await change(chain, "INSERT DATA { <a> <b> 2 }")
            monkeypatch.setattr(ChangeLog, "append", append)

            assert (done.number, chain.now.number) == (2, 2)
            with contextlib.suppress(EngineStopped):  # of a process of which nobody knew yet that it had died
                await count(chain)
            assert await count(chain) == 2
            assert (await change(chain, "INSERT DATA { <a> <b> 3 }")).number == 3

        run(tmp_path, work)

    def test_no_process_outlives_the_server(self, tmp_path: Path) -> None:
        """The processes of all states end with the connection to the server."""

        async def work(chain: StateChain) -> int:
            for number in range(3):
                await change(chain, f"INSERT DATA {{ <a> <b> {number} }}")
                await count(chain)
            return chain.now.original.pid

        pid = run(tmp_path, work)

        for _ in range(100):
            if not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes():
                return
            asyncio.run(asyncio.sleep(0.1))
        pytest.fail(f"process {pid} is still there")
