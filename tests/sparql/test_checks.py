"""A check is made once for all who ask at the same time, and never counts for who asked after it began."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from egov_kg.sparql.checks import Checks


class TestChecks:
    def test_who_asks_while_one_runs_shares_the_next(self) -> None:
        """Ten questions and two checks."""
        began: list[int] = []

        async def run() -> list[str]:
            has_begun, may_end = asyncio.Event(), asyncio.Event()

            async def check() -> str:
                has_begun.set()
                began.append(len(began) + 1)
                found = str(began[-1])
                await may_end.wait()
                return found

            checks = Checks(check)
            first = asyncio.ensure_future(checks.result())
            await has_begun.wait()
            others = [asyncio.ensure_future(checks.result()) for _ in range(9)]
            await asyncio.sleep(0)
            may_end.set()
            return await asyncio.gather(first, *others)

        assert asyncio.run(run()) == ["1", *["2"] * 9]
        assert began == [1, 2]

    def test_an_error_is_told_to_all_and_the_next_check_is_another(self) -> None:
        """Nothing of it is kept."""
        outcomes: Iterator[str | OSError] = iter([OSError("away"), "there"])

        async def check() -> str:
            await asyncio.sleep(0)
            outcome = next(outcomes)
            if isinstance(outcome, OSError):
                raise outcome
            return outcome

        async def run() -> str:
            checks = Checks(check)
            found = await asyncio.gather(checks.result(), checks.result(), return_exceptions=True)
            assert [str(one) for one in found] == ["away", "away"]
            return await checks.result()

        assert asyncio.run(run()) == "there"

    def test_who_leaves_takes_it_from_nobody(self) -> None:
        """The check goes on for those who stay."""

        async def run() -> str:
            may_end = asyncio.Event()

            async def check() -> str:
                await may_end.wait()
                return "done"

            checks = Checks(check)
            leaving, staying = (asyncio.ensure_future(checks.result()) for _ in range(2))
            await asyncio.sleep(0)
            leaving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await leaving
            may_end.set()
            return await staying

        assert asyncio.run(run()) == "done"

    def test_closing_ends_what_runs(self) -> None:
        """Nobody waits for ever."""

        async def run() -> None:
            checks = Checks(asyncio.Event().wait)  # type: ignore[arg-type]
            waiting = asyncio.ensure_future(checks.result())
            await asyncio.sleep(0)
            await checks.close()
            with pytest.raises(asyncio.CancelledError):
                await waiting

        asyncio.run(run())
