"""Query processes: the deadline ends queries, walls hold, the next query is answered."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from egov_kg import iri
from egov_kg.errors import (
    Busy,
    DeadlineExceeded,
    EgovKGError,
    EngineStopped,
    LimitExceeded,
    MemoryExceeded,
    QueryRefused,
    QuerySyntaxError,
    ReleaseDamaged,
    ResultTooLarge,
    UnknownFunction,
)
from egov_kg.sparql import Limits, Pool, Request, wire
from tests.sparql.conftest import Canary

T = TypeVar("T")

ENDLESS = "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(CONCAT(STR(?a), STR(?d), STR(?g), STR(?j)) = 'x') }"
PATHS = "SELECT (COUNT(*) AS ?n) { ?a (egov:amends*)* ?b . ?c (egov:amends*)* ?d . ?e (egov:amends*)* ?f }"
AMENDS = "PREFIX egov: <https://w3id.org/egov-kg/ontology#> "
WALL = "SELECT * { SERVICE <%s> { ?s ?p ?o } }"
SILENT = "SELECT * { SERVICE SILENT <%s> { ?s ?p ?o } }"


def asked(release: Path, work: Callable[[Pool], Awaitable[T]], *, workers: int = 1, seconds: float = 1.0) -> T:
    """Return what some work over a pool gives; the pool has 1 s for a query unless it says otherwise."""

    async def run() -> T:
        async with Pool(release, Limits(workers=workers, seconds=seconds, result_bytes=1 << 20)) as pool:
            return await work(pool)

    return asyncio.run(run())


async def ended(pool: Pool, processes: frozenset[int]) -> None:
    """Wait until one of some processes of a pool has ended."""
    while processes <= pool.pids():  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.02)


class TestAnswers:
    def test_an_answer_is_complete(self, release: Path) -> None:
        """The body is there when the answer is."""

        async def work(pool: Pool) -> bytes:
            return (await pool.answer(Request("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", table="csv"))).read()

        assert asked(release, work) == b"n\r\n600\r\n"

    def test_the_graphs_of_the_release_are_known(self, release: Path) -> None:
        """The process tells them when it is ready."""

        async def work(pool: Pool) -> tuple[str, ...]:
            return pool.graphs

        assert asked(release, work) == (iri.graph_iri("document/int/laws"),)

    def test_a_large_body_comes_through_a_file(self, release: Path) -> None:
        """Beyond 1 MiB nothing is kept in memory."""

        async def work(pool: Pool) -> tuple[int, int]:
            answer = await pool.answer(Request("SELECT * { ?s ?p ?o . VALUES ?x { 1 2 3 4 5 6 7 8 } }", table="tsv"))
            return answer.length, len(answer.read())

        length, read = asked(release, work)
        assert length == read > 300_000

    def test_terms_are_bound_and_not_pasted(self, release: Path) -> None:
        """A literal that looks like SPARQL is a literal."""

        async def work(pool: Pool) -> str:
            request = Request("SELECT ?x {}", substitutions={"x": '"} ; DROP ALL #"@en'})
            value: str = json.loads((await pool.answer(request)).read())["results"]["bindings"][0]["x"]["value"]
            return value

        assert asked(release, work) == "} ; DROP ALL #"

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("SELECT * { ?s ?p }", QuerySyntaxError),
            ("DROP ALL", QuerySyntaxError),
            ("SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }", QueryRefused),
            ("SELECT (<x:f>(1) AS ?y) {}", UnknownFunction),
            ("SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", ResultTooLarge),
        ],
    )
    def test_errors_travel_with_their_facts(self, release: Path, text: str, kind: type[EgovKGError]) -> None:
        """And the process goes on: it answers the next query."""

        async def work(pool: Pool) -> bytes:
            with pytest.raises(kind):
                await pool.answer(Request(text))
            return (await pool.answer(Request("ASK {}", table="csv"))).read()

        assert asked(release, work) == b"true"


class TestDeadline:
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(ENDLESS, id="rows without end, none of which fits"),
            pytest.param(AMENDS + PATHS, id="paths"),
            pytest.param("SELECT * {" + "(" * 8000 + "1" + ")" * 8000 + " ?p ?o }", id="collections"),
            pytest.param("SELECT * {" + "OPTIONAL {?a ?b ?c " * 800 + "}" * 800 + "}", id="nested OPTIONAL"),
            pytest.param("SELECT * {" + "".join(f"?x <x:{i}> ?o{i} ." for i in range(300)) + "}", id="planning"),
            pytest.param(
                "SELECT (COUNT(*) AS ?n) { ?a (<x:p>|!<x:q>)* ?b . ?c (<x:p>|!<x:q>)* ?d }", id="negated paths"
            ),
        ],
    )
    def test_no_query_outlives_it(self, release: Path, text: str) -> None:
        """Whatever the engine is doing: its process is ended, and the next query is answered."""

        async def work(pool: Pool) -> bytes:
            before = pool.pids()
            with pytest.raises(LimitExceeded):
                await pool.answer(Request(text))
            await ended(pool, before)
            return (await pool.answer(Request("ASK {}", table="csv"))).read()

        assert asked(release, work) == b"true"

    def test_a_request_may_ask_for_less(self, release: Path) -> None:
        """But not for more."""

        async def work(pool: Pool) -> list[float]:
            found = []
            for seconds in (0.2, 60.0):
                with pytest.raises(DeadlineExceeded) as caught:
                    await pool.answer(Request(ENDLESS, seconds=seconds))
                found.append(caught.value.seconds)
            return found

        assert asked(release, work) == [0.2, 1.0]

    def test_waiting_counts(self, release: Path) -> None:
        """Four endless queries for one process all end at the deadline of each, not one after the other."""

        async def work(pool: Pool) -> list[object]:
            loop = asyncio.get_running_loop()
            began = loop.time()
            found = await asyncio.gather(*(pool.answer(Request(ENDLESS)) for _ in range(4)), return_exceptions=True)
            return [type(error) for error in found] + [loop.time() - began < 2 * pool.limits.seconds]

        assert asked(release, work) == [DeadlineExceeded] * 4 + [True]

    def test_too_many_may_not_wait(self, release: Path) -> None:
        """They hear at once that they should come back."""

        async def work(pool: Pool) -> list[str]:
            pool.turns.most_waiting = 2
            found = await asyncio.gather(*(pool.answer(Request(ENDLESS)) for _ in range(5)), return_exceptions=True)
            return sorted(type(error).__name__ for error in found)

        assert asked(release, work) == ["Busy"] * 2 + ["DeadlineExceeded"] * 3
        assert issubclass(Busy, LimitExceeded)

    def test_one_client_cannot_keep_others_out(self, release: Path) -> None:
        """However many queries it sends, there is a process for somebody else."""

        async def work(pool: Pool) -> tuple[bytes, set[str]]:
            flood = [asyncio.ensure_future(pool.answer(Request(ENDLESS), client="a")) for _ in range(40)]
            await asyncio.sleep(0.3)
            control = await pool.answer(Request("ASK {}", table="csv"), client="b")
            found = await asyncio.gather(*flood, return_exceptions=True)
            return control.read(), {type(error).__name__ for error in found}

        assert asked(release, work) == (b"true", {"Busy", "DeadlineExceeded"})

    def test_who_is_cancelled_while_waiting_takes_nobodys_place(self, release: Path) -> None:
        """Neither before nor after its turn has come."""

        async def work(pool: Pool) -> bytes:
            for pause in (0, 0.05):
                tasks = [asyncio.ensure_future(pool.answer(Request("ASK {}"))) for _ in range(12)]
                await asyncio.sleep(pause)
                for task in tasks[::2]:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            return (await pool.answer(Request("ASK {}", table="csv"))).read()

        assert asked(release, work, seconds=10) == b"true"

    def test_a_cancelled_caller_ends_the_query(self, release: Path) -> None:
        """Nobody waits for the answer: the process is killed, and another one takes its place."""

        async def work(pool: Pool) -> bytes:
            before = pool.pids()
            task = asyncio.ensure_future(pool.answer(Request(ENDLESS)))
            await asyncio.sleep(0.3)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await ended(pool, before)
            return (await pool.answer(Request("ASK {}", table="csv"))).read()

        assert asked(release, work, seconds=5) == b"true"


class TestWalls:
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("SELECT (" + "(" * 60_000 + "1" + ")" * 60_000 + " AS ?x) {}", id="parentheses"),
            pytest.param("SELECT * " + "{" * 60_000 + "}" * 60_000, id="groups"),
            pytest.param("SELECT (" + "!" * 120_000 + "true AS ?x) {}", id="negations"),
            pytest.param("SELECT (" + "IF(true," * 10_000 + "1" + ",0)" * 10_000 + " AS ?x) {}", id="IF"),
            pytest.param("SELECT (" + "1+" * 60_000 + "1 AS ?x) {}", id="sums"),
            pytest.param("SELECT * { ?s " + "^(" * 40_000 + "<x:p>" + ")" * 40_000 + " ?o }", id="inverse paths"),
            pytest.param("SELECT * { ?s ?p " + "[ ?p " * 20_000 + "1" + "]" * 20_000 + " }", id="blank nodes"),
            pytest.param("SELECT * {" + "{?a ?b ?c} UNION " * 7_000 + "{} }", id="UNION"),
        ],
    )
    def test_nesting_kills_nobody(self, release: Path, text: str) -> None:
        """Texts that fill the cap are answered or end at the deadline; none overflows the stack."""

        async def work(pool: Pool) -> str:
            try:
                await pool.answer(Request(text))
            except EgovKGError as error:
                return type(error).__name__
            return "answered"

        assert asked(release, work) in {"answered", "DeadlineExceeded", "QuerySyntaxError", "MemoryExceeded"}

    def test_memory_has_an_end(self, release: Path) -> None:
        """A string that doubles thirty times does not fit; the engine gives up and is replaced."""
        text = "SELECT (STRLEN(?x30) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?x0) "
        text += " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(30)) + "}"

        async def work(pool: Pool) -> bytes:
            with pytest.raises(MemoryExceeded):
                await pool.answer(Request(text))
            return (await pool.answer(Request("ASK {}", table="csv"))).read()

        assert asked(release, work, seconds=60) == b"true"

    def test_no_query_opens_a_connection(self, release: Path, canary: Canary) -> None:
        """SERVICE, FROM, and parameters that name an address."""
        url = canary.url

        async def work(pool: Pool) -> None:
            for text in (WALL % url, SILENT % url):
                with pytest.raises(QueryRefused):
                    await pool.answer(Request(text))
            for text in (f"LOAD <{url}>", f"LOAD SILENT <{url}>"):
                with pytest.raises(QuerySyntaxError):
                    await pool.answer(Request(text))
            for request in (
                Request(f"SELECT ?s FROM <{url}> {{ ?s ?p ?o }}", table="csv"),
                Request(f"SELECT ?s FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", table="csv"),
                Request("SELECT ?s { ?s ?p ?o }", table="csv", default_graphs=[url]),
                Request("SELECT ?s { GRAPH ?g { ?s ?p ?o } }", table="csv", named_graphs=[url]),
            ):
                assert (await pool.answer(request)).read() == b"s\r\n"

        asked(release, work)
        assert canary.calls == 0

    def test_the_second_wall_holds_without_the_guard(self, release: Path, canary: Canary) -> None:
        """Were the guard to miss a SERVICE, the process still could not open a socket."""
        work = (
            "import sys; import pyoxigraph as ox; from egov_kg.sparql.worker import run\n"
            "def unguarded(store, folder, graphs):\n"
            "    def work(head, text, buffer):\n"
            "        buffer.write(store.query(text).serialize(format=ox.QueryResultsFormat.JSON))\n"
            "        return {'form': 'SELECT', 'format': 'json', 'cacheable': False, 'seconds': {}}\n"
            "    return work\n"
            "sys.exit(run([sys.argv[1]], unguarded))\n"
        )

        asked_engine = _ask_process([sys.executable, "-c", work, str(release)], WALL % canary.url)
        silent = _ask_process(
            [sys.executable, "-c", work, str(release)], (WALL % canary.url).replace("CE", "CE SILENT")
        )

        assert "EngineStopped" in asked_engine
        assert "bindings" in silent
        assert canary.calls == 0

    def test_a_process_ends_with_its_parent(self, release: Path) -> None:
        """When the connection closes, so does it."""
        process, connection = _start([sys.executable, "-m", "egov_kg.sparql.worker", str(release)])

        connection.close()

        assert process.wait(10) == 0


class TestStart:
    def test_a_release_that_cannot_be_opened_is_said_to_be_damaged(self, tmp_path: Path) -> None:
        """Not a pool that never answers."""
        (tmp_path / "store").mkdir()

        async def work(_pool: Pool) -> None:
            raise AssertionError

        with pytest.raises(ReleaseDamaged):
            asked(tmp_path, work)

    def test_a_process_that_dies_is_replaced(self, release: Path) -> None:
        """The query that it was answering fails with its reason; the next one does not."""

        async def work(pool: Pool) -> bytes:
            task = asyncio.ensure_future(pool.answer(Request(ENDLESS)))
            await asyncio.sleep(0.3)
            for pid in pool.pids():
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(EngineStopped):
                await task
            await asyncio.sleep(0.5)
            return (await pool.answer(Request("ASK {}", table="csv"))).read()

        assert asked(release, work, seconds=10) == b"true"


def _start(command: list[str]) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a query process; return it and our end of its connection."""
    ours, theirs = socket.socketpair()
    with theirs:
        return subprocess.Popen(command, stdin=theirs.fileno(), stderr=subprocess.DEVNULL), ours


def _ask_process(command: list[str], text: str) -> str:
    """Return the head and body with which a query process answers."""
    process, connection = _start(command)
    with connection:
        wire.receive(connection)
        for part in wire.frame({"seconds": 5, "limit": 1 << 20}, text.encode()):
            connection.sendall(part)
        answer = wire.receive(connection)
    process.wait(10)
    return repr(answer)
