"""A column keeps facts in order, each once, with the stage in which each came."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.inference.columns import Column, Rows, flip, sorted_unique, without
from egov_kg.inference.joins import members, probe

batches = st.lists(st.sets(st.integers(0, 60), max_size=9), max_size=40)


def rows(numbers: set[int]) -> Rows:
    """Numbers in order."""
    return np.array(sorted(numbers), dtype=np.uint64)


class TestColumn:
    @given(batches)
    def test_facts_come_once_with_their_first_stage(self, added: list[set[int]]) -> None:
        """Whatever comes in whatever order: all facts, and the first stage of each."""
        column = Column()
        first: dict[int, int] = {}
        for stage, batch in enumerate(added):
            fresh = column.new(rows(batch))
            assert set(fresh.tolist()) == batch - first.keys()
            column.add(fresh, stage)
            first.update({number: stage for number in batch if number not in first})

        assert len(column) == len(first)
        assert {number: column.stage(number) for number in range(61)} == {n: first.get(n) for n in range(61)}
        assert column.rows().tolist() == sorted(first)

    @given(batches)
    def test_the_other_way_round(self, added: list[set[int]]) -> None:
        """Turned pairs are those of the column, ordered, also after more has come."""
        column = Column()
        for stage, batch in enumerate(added):
            column.add(column.new(flip(rows(batch)) | np.uint64(5)), stage)
            turned = column.turned()
            assert all((part[1:] > part[:-1]).all() for part in turned)
            assert sorted(row for part in turned for row in part.tolist()) == sorted(flip(column.rows()).tolist())

    def test_what_was_derived_may_be_given(self) -> None:
        """A fact that is given after it was derived has the stage of what is given."""
        column = Column()
        column.add(rows({1, 2}), 3)

        fresh = column.give(rows({2, 4}))

        assert fresh.tolist() == [4]
        assert column.given.tolist() == [2, 4]
        assert [column.stage(number) for number in (1, 2, 4)] == [3, 0, 0]

    def test_what_is_given_again_and_again_is_kept_once(self) -> None:
        """Layers stay few, and a row that was derived and then given has the lower stage in whatever layer."""
        column = Column()
        for number in range(100):
            column.add(rows({number}), number + 1)
        for number in range(100):
            column.give(rows({number}))
            column.give(rows({number}))

        assert len(column.layers) <= 30
        assert {column.stage(number) for number in range(100)} == {0}
        column.given = column.given[:0]
        column.remove(rows(set(range(100))))
        assert ([column.stage(number) for number in (0, 50, 99)], len(column)) == ([None] * 3, 0)

    @given(batches, batches)
    def test_it_can_be_made_what_it_was(self, first: list[set[int]], second: list[set[int]]) -> None:
        """Whatever was added and removed since."""
        column = Column()
        for batch in first:
            column.add(column.new(rows(batch)), 1)
        before, known = column.state(), (column.rows().tolist(), [column.stage(n) for n in range(61)])
        for batch in second:
            column.give(rows(batch))
            column.remove(rows({one for one in batch if one % 2}))

        column.restore(before)

        assert (column.rows().tolist(), [column.stage(n) for n in range(61)]) == known

    def test_what_was_rewritten_keeps_its_stage(self) -> None:
        """A row that goes is no fact of the column any more, but what rested on it can still find it."""
        column = Column()
        column.add(rows({1, 2, 3}), 0)

        fresh = column.replace([np.array([False, True, True])], np.array([1, 7], dtype=np.uint64), 2)

        assert fresh.tolist() == [7]
        assert column.rows().tolist() == [1, 7]
        assert [column.stage(number) for number in (1, 2, 7)] == [0, 0, 2]


class TestProbe:
    @given(st.sets(st.integers(0, 5)), st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5))), st.integers(1, 4))
    def test_all_matches_in_pieces(self, keys: set[int], pairs: set[tuple[int, int]], most: int) -> None:
        """Each key with each value beside it, however small the pieces are."""
        column = rows({(left << 32) | right for left, right in pairs})
        wanted = rows(keys)

        pieces = list(probe(wanted, wanted, [column, rows({(3 << 32) | 9})], most))

        found = sorted((row >> 32, row & 0xFFFF_FFFF) for piece in pieces for row in piece.tolist())
        assert found == sorted([pair for pair in pairs if pair[0] in keys] + [(3, 9)] * (3 in keys))
        assert all(len(piece) <= most or len(set(piece.tolist())) == len(piece) for piece in pieces)

    @given(st.lists(st.integers(0, 40)), st.sets(st.integers(0, 40)), st.sampled_from([50, 5000]))
    def test_members_of_a_class(self, asked: list[int], inside: set[int], terms: int) -> None:
        """With one flag for each id or by search, the answer is the same."""
        part = rows({(3 << 32) | one for one in inside} | {(2 << 32) | 1, (4 << 32) | 1})

        found = members(np.array(asked, dtype=np.uint64), 3, [part], terms)

        assert found.tolist() == [one in inside for one in asked]


class TestLongArrays:
    """Long arrays that are in order already are known as such; the result is that of short ones."""

    @pytest.mark.parametrize("odd", [[], [5], [200_000], [70_000, 70_000]])
    def test_each_once_and_in_order(self, odd: list[int]) -> None:
        """Whether the array is in order, not at its end, or at its beginning."""
        rows = np.array([*odd[:1], *range(100_000), *odd[1:]], dtype=np.uint64)

        assert sorted_unique(rows).tolist() == sorted(set(rows.tolist()))

    @pytest.mark.parametrize("part", [[0, 99_999], [17], [99_999, 100_000, 7_000_000], list(range(0, 50_000, 2))])
    @pytest.mark.parametrize("turned", [False, True])
    def test_without_others(self, part: list[int], *, turned: bool) -> None:
        """The rest keeps its order."""
        rows = np.arange(100_000, dtype=np.uint64)[:: -1 if turned else 1]
        gone = set(part)

        found = without(rows, [np.array(part, dtype=np.uint64)])

        assert found.tolist() == [row for row in rows.tolist() if row not in gone]
