"""Edges closed under composition write what edges write one after the other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.inference.composition import Composed
from egov_kg.inference.plan import Column, Edge, Kind, Op

CLASSES = [Column(Kind.CLASS, f"<{name}>") for name in "ABC"]
PROPS = [Column(Kind.PROPERTY, f"<{name}>") for name in "pqr"]
EDGES = st.one_of(
    st.builds(Edge, st.sampled_from(CLASSES), st.just(Op.SAME), st.sampled_from(CLASSES), st.just(""), st.just(())),
    st.builds(
        Edge,
        st.sampled_from(PROPS),
        st.sampled_from([Op.SAME, Op.FLIP]),
        st.sampled_from(PROPS),
        st.just(""),
        st.just(()),
    ),
    st.builds(
        Edge,
        st.sampled_from(PROPS),
        st.sampled_from([Op.SUBJECT, Op.OBJECT]),
        st.sampled_from(CLASSES),
        st.just(""),
        st.just(()),
    ),
)
Row = tuple[int, ...]


def apply(op: Op, row: Row) -> Row:
    """What an edge makes of a row: a pair, or a member."""
    return {Op.SAME: row, Op.FLIP: row[::-1], Op.SUBJECT: row[:1], Op.OBJECT: row[-1:]}[op]


def by_steps(edges: list[Edge], column: Column, row: Row) -> set[tuple[Column, Row]]:
    """What follows from one row, edge by edge, until nothing is new."""
    known = {(column, row)}
    while True:
        new = {(e.target, apply(e.op, r)) for c, r in known for e in edges if e.source == c} - known
        if not new:
            return known
        known |= new


class TestComposition:
    @settings(max_examples=300, deadline=None)
    @given(st.lists(EDGES, max_size=8))
    def test_one_application_writes_all_that_single_steps_write(self, edges: list[Edge]) -> None:
        """For a row of each column."""
        composed = Composed(edges)

        for column in {edge.source for edge in edges}:
            row = (1,) if column.kind is Kind.CLASS else (1, 2)
            written = {(target, apply(op, row)) for target, op in composed[column]}
            assert written | {(column, row)} == by_steps(edges, column, row)

    @settings(max_examples=100, deadline=None)
    @given(st.lists(EDGES, max_size=8), st.lists(EDGES, max_size=3))
    def test_it_does_not_depend_on_the_order_of_edges(self, edges: list[Edge], twice: list[Edge]) -> None:
        """Nor on how often one stands there."""
        one, other = Composed([*edges, *twice]), Composed([*twice, *reversed(edges), *twice])

        assert list(one.items()) == list(other.items())
        assert all(list(ways) == sorted(set(ways)) for ways in one.values())

    def test_a_column_is_passed_through_and_not_written_where_nothing_reads_it(self) -> None:
        """As ``owl:Thing``, mostly."""
        a, b, c = CLASSES
        edges = [Edge(a, Op.SAME, b, "", ()), Edge(b, Op.SAME, c, "", ())]

        assert Composed(edges, frozenset({b}))[a] == ((c, Op.SAME),)

    def test_a_column_without_edges_has_no_ways(self) -> None:
        """It is no key."""
        a, b, _ = CLASSES
        composed = Composed([Edge(a, Op.SAME, b, "", ())])

        assert list(composed) == [a]
        assert a in composed
        assert b not in composed
        with pytest.raises(KeyError):
            composed[b]

    def test_a_ring_of_a_thousand_properties_with_a_flip_reaches_each_both_ways(self) -> None:
        """And itself turned round."""
        ring = [Column(Kind.PROPERTY, f"<{number:04}>") for number in range(1_000)]
        edges = [Edge(a, Op.SAME, b, "", ()) for a, b in pairwise(ring)]
        edges.append(Edge(ring[-1], Op.FLIP, ring[0], "", ()))

        assert len(Composed(edges)[ring[500]]) == 1_999
