"""Answers that are kept, and equal queries that share a run."""

from __future__ import annotations

import asyncio
import concurrent.futures
import io
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx
import pytest

from egov_kg.errors import DeadlineExceeded, RateLimited
from egov_kg.server.cache import AnswerCache, Content, Presence
from egov_kg.sparql import Answer
from tests.server.conftest import Server, start, stop
from tests.server.test_limits import ENDLESS

T = TypeVar("T")


def answer(body: bytes, *, cacheable: bool = True) -> Answer:
    """Return an answer to some SELECT query."""
    return Answer("SELECT", "csv", cacheable, {"run": 0.1}, io.BytesIO(body), len(body))


class Runs:
    """A query whose runs are counted, and end when they are told to.

    Args:
        result: What a run gives, or raises.
    """

    def __init__(self, result: Answer | Callable[[], Answer] | Exception) -> None:
        self._result, self.count, self.ended = result, 0, 0
        self.go_on = asyncio.Event()

    async def __call__(self) -> Answer:
        """Run once."""
        self.count += 1
        try:
            await self.go_on.wait()
        finally:
            self.ended += 1
        if isinstance(self._result, Exception):
            raise self._result
        return self._result() if callable(self._result) else self._result


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Return the result of a coroutine."""

    async def within() -> T:
        async with asyncio.timeout(20):
            return await work()

    return asyncio.run(within())


async def begun(
    cache: AnswerCache, runs: Runs, number: int
) -> list[tuple[asyncio.Task[tuple[Content, str]], Presence]]:
    """Let somebody ask the same several times; return when all of them wait."""
    waiting = []
    for _ in range(number):
        presence = Presence(None)
        task = asyncio.ensure_future(cache.answer("key", runs, presence))
        presence.works(task)
        waiting.append((task, presence))
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    return waiting


class TestKeeping:
    def test_an_answer_is_kept_until_the_budget_is_used_up(self) -> None:
        """The least recently used goes first."""

        async def work() -> list[int]:
            cache = AnswerCache(budget=8000, largest=4000)
            for number in range(3):
                runs = Runs(answer(b"x" * 2000))
                runs.go_on.set()
                await cache.answer(number, runs, Presence(None))
                cache.find(0)
            assert cache.used <= 8000
            return [number for number in range(3) if cache.find(number) is not None]

        assert run(work) == [0, 2]

    def test_what_is_too_large_or_changes_is_not_kept(self) -> None:
        """One body could push out all others."""

        async def work() -> int:
            cache = AnswerCache(budget=100_000, largest=1000)
            for key, made in (("large", answer(b"x" * 1001)), ("changing", answer(b"x", cacheable=False))):
                runs = Runs(made)
                runs.go_on.set()
                await cache.answer(key, runs, Presence(None))
            return len(cache)

        assert run(work) == 0

    def test_encoded_bodies_count_too(self) -> None:
        """Each encoding is made once."""

        async def work() -> tuple[bool, int]:
            cache = AnswerCache()
            runs = Runs(answer(b"x" * 20_000))
            runs.go_on.set()
            await cache.answer("key", runs, Presence(None))
            content = cache.find("key")
            assert content is not None
            before = cache.used
            made = [await cache.encoded("key", content, "gzip") for _ in range(2)]
            assert cache.used == before + len(made[0])
            return made[0] is made[1], len(made[0])

        same, length = run(work)
        assert same
        assert 0 < length < 200


class TestSharing:
    def test_equal_queries_share_a_run(self) -> None:
        """All get its answer."""

        async def work() -> tuple[int, list[tuple[bytes, str]]]:
            cache, runs = AnswerCache(budget=0), Runs(answer(b"body"))
            waiting = await begun(cache, runs, 5)
            runs.go_on.set()
            found = [await task for task, _ in waiting]
            return runs.count, [(content.read(), origin) for content, origin in found]

        assert run(work) == (1, [(b"body", "miss"), *[(b"body", "shared")] * 4])

    def test_a_large_answer_is_read_by_all_at_once(self) -> None:
        """Its file is closed when the last has read it."""

        async def work() -> tuple[list[bool], bool]:
            body = bytes(range(256)) * 20_000
            file = io.BytesIO(body)
            cache = AnswerCache()
            runs = Runs(Answer("SELECT", "csv", cacheable=True, seconds={}, body=file, length=len(body)))
            waiting = await begun(cache, runs, 3)
            runs.go_on.set()
            contents = [(await task)[0] for task, _ in waiting]
            parts = [content.parts(100_000) for content in contents]
            read = [b"".join(pieces) for pieces in zip(*zip(*parts, strict=True), strict=True)]
            for content in contents:
                assert not file.closed
                content.close()
            return [one == body for one in read], file.closed

        assert run(work) == ([True, True, True], True)

    def test_a_run_goes_on_without_whoever_began_it(self) -> None:
        """Others wait for it."""

        async def work() -> tuple[int, int, bytes]:
            cache, runs = AnswerCache(), Runs(answer(b"body"))
            waiting = await begun(cache, runs, 2)
            waiting[0][1].leave()
            await asyncio.sleep(0.01)
            ended = runs.ended
            runs.go_on.set()
            return runs.count, ended, (await waiting[1][0])[0].read()

        assert run(work) == (1, 0, b"body")

    @pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 0, 1)])
    def test_a_run_ends_with_the_last_who_waits(self, order: tuple[int, ...]) -> None:
        """In whatever order they leave."""

        async def work() -> list[int]:
            cache, runs = AnswerCache(), Runs(answer(b"body"))
            waiting = await begun(cache, runs, 3)
            ended = []
            for number in order:
                waiting[number][1].leave()
                await asyncio.sleep(0.01)
                ended.append(runs.ended)
            assert all(task.done() for task, _ in waiting)
            return ended

        assert run(work) == [0, 0, 1]

    def test_an_error_is_that_of_all(self) -> None:
        """One run is enough to know it."""

        async def work() -> tuple[int, list[type[BaseException]]]:
            cache, runs = AnswerCache(), Runs(DeadlineExceeded(2.0))
            waiting = await begun(cache, runs, 3)
            runs.go_on.set()
            found = await asyncio.gather(*(task for task, _ in waiting), return_exceptions=True)
            return runs.count, [type(error) for error in found if isinstance(error, BaseException)]

        assert run(work) == (1, [DeadlineExceeded] * 3)

    def test_an_error_of_one_client_is_nobody_elses(self) -> None:
        """Its budget is used up, not theirs."""

        async def work() -> tuple[int, list[object]]:
            outcomes = iter([RateLimited("60 seconds", 1), None, None])

            def result() -> Answer:
                error = next(outcomes)
                if error is not None:
                    raise error
                return answer(b"body")

            cache, runs = AnswerCache(), Runs(result)
            waiting = await begun(cache, runs, 3)
            runs.go_on.set()
            found = await asyncio.gather(*(task for task, _ in waiting), return_exceptions=True)
            return runs.count, [type(one) if isinstance(one, BaseException) else one[0].read() for one in found]

        count, found = run(work)
        assert found == [RateLimited, b"body", b"body"]
        assert count in {2, 3}

    def test_what_changes_is_run_for_each(self) -> None:
        """Two clients never get one UUID."""

        async def work() -> tuple[int, set[bytes]]:
            numbers = iter(range(10))
            cache = AnswerCache()
            runs = Runs(lambda: answer(b"%d" % next(numbers), cacheable=False))
            waiting = await begun(cache, runs, 4)
            runs.go_on.set()
            found = {(await task)[0].read() for task, _ in waiting}
            return runs.count, found

        assert run(work) == (4, {b"0", b"1", b"2", b"3"})


class TestOverHttp:
    def test_get_and_post_share_entries_and_hosts_do_too(self, server: Server) -> None:
        """Server-Timing says where an answer comes from."""
        query = "SELECT ?s { ?s a ?shared } LIMIT 1"
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            first = client.get("sparql", params={"query": query})
            posted = client.post("sparql", data={"query": query})
            elsewhere = client.get("sparql", params={"query": query}, headers={"Host": "elsewhere.example"})

        assert "cache;desc=hit" not in first.headers["server-timing"]
        assert posted.headers["server-timing"].startswith("cache;desc=hit")
        assert elsewhere.headers["server-timing"].startswith("cache;desc=hit")
        assert first.content == posted.content == elsewhere.content

    def test_named_queries_are_kept_too(self, server: Server) -> None:
        """By their parameters."""
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            name = next(
                q["name"] for q in client.get("queries").json() if not any(p["required"] for p in q["parameters"])
            )
            answers = [client.get(f"queries/{name}.csv") for _ in range(2)]

        assert [a.headers["server-timing"].startswith("cache;desc=hit") for a in answers] == [False, True]
        assert answers[0].content == answers[1].content

    def test_what_is_known_needs_no_query_process(self, server: Server) -> None:
        """Neither 304 nor an answer that is kept waits while all of them are busy."""
        busy = start(server.out, server.release, seconds=20, workers=1)
        query = {"query": "ASK { ?s ?p ?o }"}
        try:
            with (
                httpx.Client(base_url=busy.url, trust_env=False, timeout=60) as client,
                ThreadPoolExecutor(3) as executor,
            ):
                etag = client.get("sparql", params=query).headers["etag"]
                texts = [{"query": f"{ENDLESS} # {number}"} for number in range(3)]
                pending = [executor.submit(client.get, "sparql", params=text) for text in texts]
                time.sleep(0.5)
                known = client.get("sparql", params=query, headers={"If-None-Match": etag})
                kept = client.get("sparql", params={**query, "other": "1"})
                were_busy = not any(answer.done() for answer in pending)
                busy.process.kill()
                concurrent.futures.wait(pending)
        finally:
            stop(busy)

        assert (known.status_code, kept.status_code) == (304, 200)
        assert kept.headers["server-timing"].startswith("cache;desc=hit")
        assert were_busy

    def test_nothing_is_kept_if_that_is_wanted(self, server: Server) -> None:
        """And the tag is the same."""
        plain = start(server.out, server.release, cache_bytes=0)
        try:
            with httpx.Client(base_url=plain.url, trust_env=False) as client:
                answers = [client.get("sparql", params={"query": "ASK {}"}) for _ in range(3)]
        finally:
            stop(plain)

        assert not any("cache" in a.headers["server-timing"] for a in answers)
        assert len({a.headers["etag"] for a in answers}) == 1
