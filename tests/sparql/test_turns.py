"""Whose query runs next, and which need not run."""

from __future__ import annotations

import asyncio

import pytest

from egov_kg.errors import Busy, DeadlineExceeded
from egov_kg.sparql.turns import TimedOut, Turns


class TestTurns:
    def test_a_client_may_have_so_many_waiting(self) -> None:
        """Others still may; and who asks from the server's own machine may fill the queue."""

        async def run() -> tuple[int, int]:
            turns = Turns(workers=1, waiting=6, waiting_client=2)

            async def ask(client: str, *, patient: bool = False) -> None:
                async with turns.turn(client, patient=patient):
                    await asyncio.sleep(60)

            tasks = [asyncio.ensure_future(ask("a")) for _ in range(3)]
            await asyncio.sleep(0)
            with pytest.raises(Busy) as caught:
                await ask("a")
            tasks += [asyncio.ensure_future(ask("a", patient=True)) for _ in range(4)]
            await asyncio.sleep(0)
            with pytest.raises(Busy) as full:
                await ask("a", patient=True)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert (turns.running, turns.waiting) == (0, 0)
            return caught.value.waiting, full.value.waiting

        assert asyncio.run(run()) == (2, 6)

    def test_one_more_runs_for_another_client(self) -> None:
        """That is what the process that stands by is for."""

        async def run() -> list[str]:
            turns, order = Turns(workers=2, waiting=9, waiting_client=9), []

            async def ask(client: str) -> None:
                async with turns.turn(client):
                    order.append(client)
                    await asyncio.sleep(0.01)

            await asyncio.gather(*(ask(client) for client in ("a", "a", "a", "b", "b")))
            return order

        assert asyncio.run(run()) == ["a", "a", "b", "a", "b"]


class TestTimedOut:
    def test_what_had_as_much_time_is_not_tried_again(self) -> None:
        """With more time it is, and after a while."""
        now = [100.0]
        timed_out = TimedOut(60.0, clock=lambda: now[0])
        timed_out.note("query", ran=10.0)

        timed_out.check("another", 10.0)
        timed_out.check("query", 30.0)
        now[0] = 130.5
        with pytest.raises(DeadlineExceeded) as caught:
            timed_out.check("query", 10.0)
        assert caught.value.retry_after == 30
        now[0] = 160.0
        timed_out.check("query", 10.0)

    def test_what_had_little_time_for_itself_may_try_again(self) -> None:
        """It waited in the queue for most of it."""
        timed_out = TimedOut(60.0)
        timed_out.note("query", ran=2.0)

        timed_out.check("query", 10.0)

    def test_it_forgets_the_oldest(self) -> None:
        """Whoever sends many different queries takes no memory with them."""
        timed_out = TimedOut(60.0)
        for number in range(3000):
            timed_out.note(number, ran=10.0)

        timed_out.check(0, 10.0)
        with pytest.raises(DeadlineExceeded):
            timed_out.check(2999, 10.0)
