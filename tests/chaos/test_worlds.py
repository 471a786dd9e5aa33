"""Every process is killed at random moments, while changes are made and answers are judged; see `promises`.

``CHAOS_CYCLES`` says how many kills of each world; ``benchmarks/kills.py`` makes a thousand of all and prints a table.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from egov_kg.store.changes import CHANGES, ChangeLog
from tests.chaos.curated_world import CuratedWorld
from tests.chaos.promises import World
from tests.chaos.query_world import QueryWorld
from tests.chaos.scratch_world import ScratchWorld

CYCLES: Final = int(os.environ.get("CHAOS_CYCLES", "4"))

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.mark.parametrize("make", [CuratedWorld, ScratchWorld, QueryWorld])
def test_what_is_killed_loses_nothing_and_mixes_nothing(tmp_path: Path, make: type[World]) -> None:
    """Nothing acknowledged is lost, nothing is there that was refused, no answer mixes two states; all comes back."""
    world = make(tmp_path)
    with world:
        for cycle in range(CYCLES):
            world.cycle(world.kinds[cycle % len(world.kinds)])
        world.finish()

    assert world.faults == []
    assert sum(tally.cycles for tally in world.tallies.values()) == CYCLES
    assert all(tally.answers for tally in world.tallies.values() if tally.cycles)
    assert world.promised > 0 or isinstance(world, QueryWorld)


class TestModel:
    """The model itself: what it must notice is made for it."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> Iterator[ScratchWorld]:
        """A world without processes: the first three changes were sent, promised and kept."""
        world = ScratchWorld(tmp_path)
        for number in (1, 2, 3):
            self.keep(world, number)
            world.sent.add(number)
            world.promises[number] = number
        world.check()
        assert world.faults == []
        yield world
        assert [words.partition(":")[0] for words in world.faults] == [self.expected]

    expected = ""

    def keep(self, world: ScratchWorld, number: int, kinds: tuple[str, ...] = ("one", "two", "at")) -> None:
        """Let the log keep the change of a number."""
        ChangeLog(world.out / CHANGES, with_nodes=True).append(
            token="t",
            media_type="",
            request=b"",
            base="",
            removed=(),
            added=[f'<x:c> <x:{kind}> "{number}" .' for kind in kinds],
        )

    def test_notices_what_was_lost(self, world: ScratchWorld) -> None:
        """A promise without a record."""
        self.expected = "lost"
        world.promises[4] = 4

        world.check()

    def test_notices_what_was_lost_behind_another(self, world: ScratchWorld) -> None:
        """A promise whose record is that of another change."""
        self.expected = "lost"
        world.sent |= {4, 5}
        world.promises[4] = 4
        self.keep(world, 5)

        world.check()

    @pytest.mark.parametrize("number", [2, 9])
    def test_notices_what_was_made_up(self, world: ScratchWorld, number: int) -> None:
        """A change that is kept twice, and one that nobody has sent."""
        self.expected = "made up"
        self.keep(world, number)

        world.check()

    def test_notices_what_was_refused_and_kept(self, world: ScratchWorld) -> None:
        """Whoever was told that nothing has changed would send it again."""
        self.expected = "made up"
        world.sent.add(4)
        world.refusals.add(4)
        self.keep(world, 4)

        world.check()

    def test_notices_what_was_kept_by_half(self, world: ScratchWorld) -> None:
        """A record that lacks a line is the record of no change that was sent."""
        self.expected = "made up"
        world.sent.add(4)
        self.keep(world, 4, ("one", "at"))

        world.check()

    @pytest.mark.parametrize(("state", "of"), [(3, 2), (2, 3), (4, 3)])
    def test_notices_an_answer_of_another_state(self, world: ScratchWorld, state: int, of: int) -> None:
        """Older or newer than the id that it carries, or of a state that never was."""
        self.expected = "mixed"
        world.seen.add((state, world.states[of]))

        world.check()

    def test_notices_half_an_answer(self, world: ScratchWorld) -> None:
        """Rows are missing, or are there twice."""
        self.expected = "mixed"
        world.seen.add((3, world.states[3][1:]))

        world.check()

    def test_notices_what_does_not_come_back(self, world: ScratchWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        """Somebody would have to repair it."""
        self.expected = "repair"
        monkeypatch.setattr("tests.chaos.promises.PATIENCE", 0.1)

        with pytest.raises(RuntimeError, match="there is no holder any more"):
            world.kill("holder")
