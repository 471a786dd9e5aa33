"""Rows that are compared by several processes give the same bytes, and a process that ends is told of."""

from __future__ import annotations

import functools
import pickle
import random
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from egov_kg.errors import UnreadableTarget
from egov_kg.linking import workers
from egov_kg.linking.blocking import TooManyPairs
from egov_kg.linking.mapping_sets import merged
from egov_kg.linking.matching import Engine, link
from egov_kg.linking.parts import Comparer, Setting
from egov_kg.linking.sssom import sssom_text
from egov_kg.linking.tables import Batch
from egov_kg.linking.workers import WorkerStopped, compare_here, compare_with
from tests.linking.conftest import LAWS, Desk, filler

ROWS = [
    "5,전자서명법,법률,05792,1999-02-05",
    "6,전자서명법,대통령령,05792,1999-02-05",
    "7,전자정부법,법률,06439,2001-03-28",
    "8,전자 정부 법,법률,06439,2001-03-28",
    "9,전자정부구현을위한법,법률,06439,2001-03-28",
    *(f"a{n},공공데이터의 제공 및 이용 활성화에 관한 법률 {n},법률,{n},2013-07-{n % 30 + 1:02}" for n in range(300)),
    *filler(500),
]


def parted(size: int, engine: Engine) -> Engine:
    """Return an engine that gets its rows in batches of some size."""

    def run(setting: Setting, batches: Iterator[Batch]) -> Any:
        return engine(setting, _small(batches, size))

    return run


def _small(batches: Iterator[Batch], size: int) -> Iterator[Batch]:
    for batch in batches:
        count = len(next(iter(batch.values())))
        for begin in range(0, count, size):
            yield {name: cells[begin : begin + size] for name, cells in batch.items()}


def text_of(desk: Desk, rows: list[str], engine: Engine, specification: str = LAWS) -> str:
    """Return the mapping file of a run."""
    target = desk.target("\n".join(["id,title,kind,number,day", *rows]) + "\n")
    run = link(desk.store, desk.specification(specification), target, engine=engine)
    return sssom_text(merged(run, ()))


class TestCompareWith:
    @pytest.mark.parametrize("alone", [0, 3])
    def test_gives_the_same_bytes_as_one_process(self, desk: Desk, alone: int) -> None:
        """Whoever compares which rows, and in whatever order they come."""
        rows = ROWS[:]
        random.Random(1).shuffle(rows)

        several = text_of(desk, rows, parted(50, functools.partial(compare_with, 3, alone=alone)))

        assert several == text_of(desk, ROWS, compare_here)
        assert several.count("band=accept") == 1
        assert several.count("band=review") > 1

    def test_compares_short_targets_here(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Starting a process takes longer than comparing some thousand rows."""
        monkeypatch.setattr(workers, "_Crew", None)

        assert text_of(desk, ROWS, functools.partial(compare_with, 3)) == text_of(desk, ROWS, compare_here)

    def test_counts_pairs_of_all_processes_before_it_refuses(self, desk: Desk) -> None:
        """None of them is over alone; all of them are."""
        rows = [f"{n},전자서명법,법률,," for n in range(1000)]

        with pytest.raises(TooManyPairs) as caught:
            text_of(desk, rows, parted(100, functools.partial(compare_with, 2, alone=0)), LAWS + "max_pairs = 900\n")

        assert caught.value.counts == {"name": 1000}
        assert "'전자서명법' in 1,000 rows" in str(caught.value)

    def test_refuses_an_id_whose_rows_were_compared_by_two_processes(self, desk: Desk) -> None:
        """As one process does."""
        rows = ["5,전자서명법,법률,05792,1999-02-05", "5,전자서명법,대통령령,1,1950-01-01"]

        with pytest.raises(UnreadableTarget, match=r"gives the id https://register\.example/id/5 to rows that differ"):
            text_of(desk, rows, parted(1, functools.partial(compare_with, 2, alone=0)))

    def test_tells_that_a_process_ended_by_itself(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Mostly for want of memory; here it is another program, which ends at once."""
        monkeypatch.setattr(sys, "executable", shutil.which("false"))

        with pytest.raises(WorkerStopped, match=r"ended with status 1, .* Try again with --workers 1"):
            text_of(desk, ROWS, parted(10, functools.partial(compare_with, 2, alone=0)))

    def test_passes_on_what_is_wrong_with_the_target(self, desk: Desk) -> None:
        """The processes end with it."""
        target = desk.target("id,title,kind,number,day\n" + "1,가,법률,1,1999\n" * 100 + "2,나\n")

        with pytest.raises(UnreadableTarget, match=r"register\.csv:102"):
            link(desk.store, desk.specification(LAWS), target, engine=functools.partial(compare_with, 2, alone=0))


class TestParts:
    def test_leave_out_only_rows_that_would_not_be_kept(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is not compared because better rows are known changes nothing in the file."""
        rows = [*ROWS, *(f"c{n},전자서명{'가나다라마'[n % 5]}법,법률,{n},19{n % 90 + 10}-01-01" for n in range(400))]
        quick = text_of(desk, rows, compare_here)
        monkeypatch.setattr(Comparer, "_is_hopeless", lambda *_: False)

        assert text_of(desk, rows, compare_here) == quick

    def test_can_be_sent_to_another_process(self, desk: Desk) -> None:
        """What is found, and what is needed to find it."""
        kept: list[Setting] = []

        def keep(setting: Setting, batches: Iterator[Batch]) -> Any:
            kept.append(setting)
            return compare_here(setting, batches)

        text_of(desk, ROWS, keep)
        comparer = Comparer(pickle.loads(pickle.dumps(kept[0])))

        assert pickle.loads(pickle.dumps(comparer.part)).tally.rows == 0

    def test_count_kinds_alike_in_whatever_parts_where_there_are_too_many(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Kinds that are none of ours count as one then, whichever came first."""
        monkeypatch.setattr("egov_kg.linking.tally._MOST_KINDS", 5)
        rows = [*ROWS[:5], *(f"b{n},다른 법 {n},kind{n},{n},1950-01-01" for n in range(60))]

        texts = {
            text_of(desk, order, parted(size, compare_here)) for order in (rows, rows[::-1]) for size in (1, 7, 100)
        }

        assert len(texts) == 1
