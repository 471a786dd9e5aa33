"""Transitive closures equal those of the definition, and long chains, rings and trees end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import InferenceTooLarge
from egov_kg.inference import reach
from egov_kg.inference.columns import Rows, flip, merged
from egov_kg.inference.reach import connected, extended, transitive

Pair = tuple[int, int]
relations = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16)


def rows(pairs: set[Pair]) -> Rows:
    """Pairs as numbers, ordered."""
    return np.array(sorted((left << 32) | right for left, right in pairs), dtype=np.uint64)


def pairs(packed: Rows) -> list[Pair]:
    """Numbers as pairs, in their order."""
    return [(row >> 32, row & 0xFFFF_FFFF) for row in packed.tolist()]


def closed(relation: set[Pair]) -> set[Pair]:
    """The closure as it is defined."""
    known = set(relation)
    while True:
        new = {(a, d) for a, b in known for c, d in known if b == c} - known
        if not new:
            return known
        known |= new


@contextmanager
def algorithm(most: int) -> Iterator[None]:
    """Relations of up to so many nodes are closed by rows of bits, others level by level."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "_FEW", most)
        patch.setattr(reach, "_SOME", most)
        yield


class TestTransitive:
    @pytest.mark.parametrize("most", [0, 1 << 14], ids=["levels", "bits"])
    @given(relation=relations)
    def test_it_is_the_closure(self, most: int, relation: set[Pair]) -> None:
        """All pairs with a path between them, in order, each once; loops where there is a way back."""
        with algorithm(most):
            assert pairs(transitive(rows(relation))) == sorted(closed(relation))

    @pytest.mark.parametrize("nodes", [63, 64, 65, 700])
    def test_both_algorithms_agree(self, nodes: int) -> None:
        """Rows of bits and levels give the same array: a tree, a chain beside it, and a few ways back."""
        chance = Random(nodes)
        tree = {(n + 5, chance.randrange(n) + 5) for n in range(1, nodes)}
        chain = {(2 * nodes + n, 2 * nodes + n + 1) for n in range(nodes)}
        back = {(chance.randrange(nodes), chance.randrange(nodes)) for _ in range(nodes // 50)}
        for relation in (tree, tree | chain, tree | chain | back):
            with algorithm(0):
                levels = transitive(rows(relation))
            with algorithm(1 << 14):
                bits = transitive(rows(relation))

            assert np.array_equal(levels, bits)

    @given(relations)
    def test_a_symmetric_relation_makes_cliques(self, relation: set[Pair]) -> None:
        """Everything in a component reaches everything in it, itself included."""
        both = relation | {(right, left) for left, right in relation}

        assert pairs(transitive(rows(both))) == sorted(closed(both))

    @pytest.mark.parametrize("length", [500, 2000])
    def test_a_chain(self, length: int) -> None:
        """A chain of n edges has n (n + 1) / 2 pairs."""
        found = transitive(rows({(n, n + 1) for n in range(length)}))

        assert len(found) == length * (length + 1) // 2
        assert pairs(found[:2]) == [(0, 1), (0, 2)]

    def test_a_ring(self) -> None:
        """On a ring everything reaches everything."""
        assert len(transitive(rows({(n, (n + 1) % 300) for n in range(300)}))) == 300 * 300

    def test_a_tail_of_a_ring(self) -> None:
        """What leads to a ring reaches all of it, and what it leads to is reached by all of it."""
        found = transitive(rows({(9, 1), (1, 2), (2, 3), (3, 1), (3, 4)}))

        assert {right for left, right in pairs(found) if left == 9} == {1, 2, 3, 4}
        assert {left for left, right in pairs(found) if right == 4} == {1, 2, 3, 9}
        assert (9, 9) not in pairs(found)

    @pytest.mark.parametrize("most", [0, 1 << 14], ids=["levels", "bits"])
    def test_it_can_be_stopped(self, most: int) -> None:
        """Whoever watches the number of pairs may refuse to go on."""

        def check(count: int) -> None:
            if count > 1000:
                raise InferenceTooLarge(count, 1000, "a chain")

        with algorithm(most), pytest.raises(InferenceTooLarge):
            transitive(rows({(n, n + 1) for n in range(200)}), check)


class TestExtended:
    @given(relations, relations)
    def test_new_edges_in_a_closed_relation(self, relation: set[Pair], more: set[Pair]) -> None:
        """What new edges add, whether they are in the relation already or not."""
        old = closed(relation)
        wanted = closed(old | more)

        outside = extended([rows(old)], [np.sort(flip(rows(old)))], rows(more - old))
        both = merged([rows(old), rows(more - old)])
        inside = extended([both], [np.sort(flip(both))], rows(more - old))

        assert pairs(outside) == sorted(wanted - old)
        assert pairs(inside) == sorted(wanted - old - more)


class TestConnected:
    @given(relations)
    def test_each_component_has_its_least_node(self, relation: set[Pair]) -> None:
        """Two nodes have one number where a way joins them, whatever its direction."""
        ways = closed(relation | {(b, a) for a, b in relation} | {(n, n) for n in range(8)})
        left, right = (np.array([pair[side] for pair in sorted(relation)], dtype=np.int64) for side in (0, 1))

        assert connected(left, right, 8).tolist() == [min(b for a, b in ways if a == n) for n in range(8)]
