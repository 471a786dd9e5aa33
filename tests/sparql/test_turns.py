"""Whose query runs next, and which need not run."""

from __future__ import annotations

import asyncio

import pytest

from egov_kg.errors import Busy, DeadlineExceeded
from egov_kg.sparql import turns
from egov_kg.sparql.turns import TimedOut, Turns


class Asking:
    """Clients of a queue, whose queries run until they are told to end.

    Args:
        turns: The queue.
    """

    def __init__(self, turns: Turns) -> None:
        self.turns, self.order = turns, list[str]()
        self.ran: dict[str, asyncio.Event] = {}
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[str]] = {}

    async def ask(self, query: str, *, patient: bool = False) -> None:
        """Ask a query, whose name begins with that of its client, and wait until it runs or waits."""
        self.ran[query], self.ends[query] = asyncio.Event(), asyncio.Event()
        self.tasks[query] = asyncio.ensure_future(self._run(query, patient=patient))
        await settle()

    async def _run(self, query: str, *, patient: bool) -> str:
        for turn in self.turns.turns(query.rstrip("0123456789"), patient=patient):
            async with turn:
                turn.measure(lambda: None)
                self.order.append(query)
                self.ran[query].set()
                await self.ends[query].wait()
                return query
        raise AssertionError

    async def end(self, query: str) -> None:
        """Let a query be answered."""
        self.ends[query].set()
        assert await self.tasks[query] == query
        await settle()

    async def over(self) -> None:
        """End what still runs or waits; nothing is left of it."""
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        assert (self.turns.running, self.turns.waiting) == (0, 0)


async def settle() -> None:
    """Let everybody do what is to be done."""
    for _ in range(10):
        await asyncio.sleep(0)


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return what it was set to, in seconds."""
        return self.now


class TestTurns:
    def test_a_client_may_have_so_many_waiting(self) -> None:
        """Others still may; and who asks from the server's own machine may fill the queue."""

        async def run() -> tuple[int, int]:
            asking = Asking(Turns(workers=1, waiting=6, waiting_client=2))
            for number in range(3):
                await asking.ask(f"a{number}")
            await asking.ask("a3")
            with pytest.raises(Busy) as caught:
                await asking.tasks["a3"]
            for number in range(4, 8):
                await asking.ask(f"a{number}", patient=True)
            await asking.ask("a8", patient=True)
            with pytest.raises(Busy) as full:
                await asking.tasks["a8"]
            await asking.over()
            return caught.value.waiting, full.value.waiting

        assert asyncio.run(run()) == (2, 6)

    def test_one_more_runs_for_another_client(self) -> None:
        """That is what the process that stands by is for; then clients take turns."""

        async def run() -> list[str]:
            asking = Asking(Turns(workers=2, waiting=9, waiting_client=9))
            for query in ("a1", "a2", "a3", "a4", "b1", "b2"):
                await asking.ask(query)
            for query in ("b1", "a1", "a2", "a3"):
                await asking.end(query)
            await asking.over()
            return asking.order

        assert asyncio.run(run()) == ["a1", "a2", "b1", "b2", "a3", "a4"]

    def test_the_last_place_is_for_clients_that_are_not_slow(self) -> None:
        """Whoever had a query that took long waits for the others to end, for some minutes."""

        async def run() -> list[str]:
            clock = Clock()
            asking = Asking(Turns(workers=1, waiting=9, waiting_client=9, clock=clock))
            await asking.ask("slow1")
            clock.now += 10
            await asking.end("slow1")
            await asking.ask("a1")
            await asking.ask("slow2")
            assert asking.turns.waiting == 1
            await asking.ask("b1")
            assert asking.order == ["slow1", "a1", "b1"]
            await asking.end("b1")
            clock.now += 300
            await asking.ask("slow3")
            await asking.over()
            return asking.order

        assert asyncio.run(run()) == ["slow1", "a1", "b1", "slow3"]

    def test_what_takes_long_on_a_busy_machine_is_not_slow_for_that(self) -> None:
        """The time of the processor counts, where the system tells it, and not that for which it had no process."""

        async def run() -> list[float]:
            clock, found = Clock(), []
            queue = Turns(workers=1, waiting=1, waiting_client=1, clock=clock)
            for turn in queue.turns("a"):
                async with turn:
                    clock.now += 3
                    found.append(turn.used())
                    for before, after in ((7.0, 7.05), (7.0, None), (None, None)):
                        turn.measure(iter((before, after)).__next__)
                        clock.now += 3
                        found.append(round(turn.used(), 3))
                    turn.measure(iter((7.0, 7.05)).__next__)
                    clock.now += 3
                    turn.stop()
                    found.append(round(turn.used(), 3))
            return found

        assert asyncio.run(run()) == [0.0, 0.05, 3.0, 3.0, 0.05]

    def test_who_is_known_to_be_quick_runs_before_newcomers_and_these_before_the_slow(self) -> None:
        """However late they come; among equals whoever comes first, and who has nothing else running or waiting."""

        async def run() -> list[str]:
            clock = Clock()
            asking = Asking(Turns(workers=1, waiting=9, waiting_client=9, clock=clock))
            for query, seconds in (("quick1", 0.01), ("slow1", 5.0)):
                await asking.ask(query)
                clock.now += seconds
                await asking.end(query)
            for query in ("x1", "y1", "slow2", "new1", "newer1", "newer2", "quick2"):
                await asking.ask(query)
            for query in ("x1", "quick2", "new1", "newer1", "newer2"):
                await asking.end(query)
            await asking.over()
            return asking.order[2:]

        assert asyncio.run(run()) == ["x1", "y1", "quick2", "new1", "newer1", "newer2"]

    def test_a_newcomer_finds_room_where_others_have_several_waiting(self) -> None:
        """The last of these hears that the server is busy; where all have one, the newcomer does."""

        async def run() -> tuple[list[str], bool]:
            asking = Asking(Turns(workers=1, waiting=3, waiting_client=3))
            for query in ("a1", "z1", "a2", "a3", "b1"):
                await asking.ask(query)
            await asking.ask("c1")
            busy = [query for query, task in asking.tasks.items() if task.done() and task.exception()]
            await asking.ask("d1")
            await asking.ask("e1")
            with pytest.raises(Busy):
                await asking.tasks["e1"]
            still = not asking.tasks["b1"].done()
            await asking.over()
            return busy, still

        assert asyncio.run(run()) == (["a3"], True)

    def test_a_quick_client_finds_room_among_those_who_use_much(self) -> None:
        """Two dozen newcomers, or clients of many queries, do not keep out who asks a little now and then."""

        async def run() -> list[str]:
            clock = Clock()
            asking = Asking(Turns(workers=1, waiting=4, waiting_client=4, clock=clock))
            await asking.ask("polite1")
            clock.now += 0.01
            await asking.end("polite1")
            for query in ("x1", "y1", "a1", "b1", "c1", "d1", "e1"):
                await asking.ask(query)
            await asking.ask("polite2")
            busy = [query for query, task in asking.tasks.items() if task.done() and task.exception()]
            await asking.end("x1")
            assert asking.order[-1] == "polite2"
            await asking.over()
            return busy

        assert asyncio.run(run()) == ["d1", "e1"]

    def test_a_query_in_the_last_place_gives_way_after_a_while_to_a_quick_client(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It was a trial: what was begun is cancelled, and begins again when a place for slow ones is free."""
        monkeypatch.setattr(turns, "TRIAL", 0.05)
        monkeypatch.setattr(turns, "_QUICK", 0.02)

        async def run() -> list[str]:
            asking = Asking(Turns(workers=1, waiting=9, waiting_client=9))
            for query in ("x1", "flood1", "quick1"):
                await asking.ask(query)
            assert asking.turns.waiting == 1
            await asyncio.wait_for(asking.ran["quick1"].wait(), 10)
            await asking.end("quick1")
            assert (asking.turns.running, asking.turns.waiting) == (1, 1)
            await asking.end("x1")
            await asking.end("flood1")
            await asking.over()
            return asking.order

        assert asyncio.run(run()) == ["x1", "flood1", "quick1", "flood1"]

    def test_nobody_is_called_back_while_only_slow_ones_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nor while nobody does, nor what has one of the other places."""
        monkeypatch.setattr(turns, "TRIAL", 0.02)
        monkeypatch.setattr(turns, "_QUICK", 0.01)

        async def run() -> list[str]:
            asking = Asking(Turns(workers=1, waiting=9, waiting_client=9))
            await asking.ask("slow1")
            await asyncio.sleep(0.05)
            await asking.end("slow1")
            for query in ("x1", "y1", "slow2", "x2"):
                await asking.ask(query)
            await asyncio.sleep(0.1)
            await asking.over()
            return asking.order

        assert asyncio.run(run()) == ["slow1", "x1", "y1"]

    def test_a_caller_who_leaves_while_it_is_called_back_is_not_held(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its cancellation is not taken for ours."""
        monkeypatch.setattr(turns, "TRIAL", 0.0)
        monkeypatch.setattr(turns, "_QUICK", -1.0)
        queue = Turns(workers=1, waiting=9, waiting_client=9)

        async def run() -> bool:
            began = asyncio.Event()

            async def ask() -> None:
                for turn in queue.turns("a"):
                    async with turn:
                        began.set()
                        turn.call_back()
                        asyncio.get_running_loop().call_soon(task.cancel)
                        await asyncio.sleep(60)

            task = asyncio.ensure_future(ask())
            await began.wait()
            await asyncio.wait([task], timeout=10)
            return task.cancelled()

        assert asyncio.run(run())
        assert (queue.running, queue.waiting) == (0, 0)

    def test_it_remembers_so_many_clients(self) -> None:
        """Whoever has a million addresses takes no memory with them."""

        async def run() -> int:
            queue = Turns(workers=1, waiting=1, waiting_client=1)
            for number in range(10_000):
                for turn in queue.turns(f"2001:db8:{number:x}::/64"):
                    async with turn:
                        break
            return len(queue)

        assert asyncio.run(run()) == 4096


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
