"""Rules of one premise, closed under composition: what one row of a column writes, however many edges lie between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from egov_kg.inference.plan import Column, Edge, Op

__all__ = ["Backwards", "Composed"]

_OPS: Final = tuple(sorted(Op))
_NUMBER: Final = {op: number for number, op in enumerate(_OPS)}
_AFTER: Final = (
    (2, 3, 0, 1),  # flip, then flip, object, same, subject
    (1, 1, 1, 1),  # the object: a class follows, and there is only "same"
    (0, 1, 2, 3),  # same, then the other
    (3, 3, 3, 3),  # the subject, as the object
)
_SAME: Final = _NUMBER[Op.SAME]
_KEPT: Final = 4_000_000


class Composed(Mapping[Column, tuple[tuple[Column, Op], ...]]):
    """For each source column of an edge, all columns that its rows reach, with the op of the whole way.

    A value is found when it is asked for: its cost is its length. A chain of 100,000 sub-classes has 5 G pairs; who
    asks only for columns that hold rows pays for what these rows write. Facts that were written through these ways need
    no further application, for the ways are closed under composition.

    Args:
        edges: The single edges.
        unread: Columns that no rule reads and nobody wants to see: they are passed through and not written.
    """

    def __init__(self, edges: Iterable[Edge], unread: frozenset[Column] = frozenset()) -> None:
        edges = list(edges)
        self._columns = sorted({edge.source for edge in edges} | {edge.target for edge in edges})
        self._index = {column: number for number, column in enumerate(self._columns)}
        self._next: dict[int, list[tuple[int, int]]] = {}
        index, following = self._index, self._next
        for edge in edges:  # two rules may make one step: a walk takes it once
            following.setdefault(index[edge.source], []).append((_NUMBER[edge.op], index[edge.target]))
        self._unread = frozenset(index[column] for column in unread if column in index)
        self._reached: dict[int, tuple[Column, Op]] = {}
        self._cache: dict[int, tuple[tuple[Column, Op], ...]] = {}
        self._cached = 0

    def __getitem__(self, column: Column) -> tuple[tuple[Column, Op], ...]:
        start = self._index.get(column, -1)
        if start not in self._next:
            raise KeyError(column)
        found = self._cache.get(start)
        if found is None:
            found = self._ways(start)
            if self._cached + len(found) <= _KEPT:
                self._cache[start] = found
                self._cached += len(found)
        return found

    def __iter__(self) -> Iterator[Column]:
        return (self._columns[number] for number in sorted(self._next))

    def __len__(self) -> int:
        return len(self._next)

    def __contains__(self, column: object) -> bool:
        return self._index.get(column, -1) in self._next  # type: ignore[call-overload]

    def _ways(self, start: int) -> tuple[tuple[Column, Op], ...]:
        """Walk over states ``column * 4 + op``, without recursion."""
        first = start * 4 + _SAME
        seen = {first}
        waiting = [first]
        while waiting:
            number, so_far = divmod(waiting.pop(), 4)
            after = _AFTER[so_far]
            for op, target in self._next.get(number, ()):
                state = target * 4 + after[op]
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        seen.discard(first)
        return tuple(self._state(state) for state in sorted(seen) if state >> 2 not in self._unread)

    def _state(self, number: int) -> tuple[Column, Op]:
        """Return a target with its op; the same pair for all ways that lead there."""
        found = self._reached.get(number)
        if found is None:
            found = self._reached[number] = (self._columns[number >> 2], _OPS[number & 3])
        return found


class Backwards:
    """The same ways from their end: which columns write a row of one.

    Args:
        edges: The single edges.

    Example:
        >>> from egov_kg.inference.plan import Kind
        >>> p, q, c = Column(Kind.PROPERTY, "p"), Column(Kind.PROPERTY, "q"), Column(Kind.CLASS, "C")
        >>> ways = Backwards([Edge(p, Op.FLIP, q, "prp-inv1", ()), Edge(q, Op.SUBJECT, c, "prp-dom", ())])
        >>> [(source.name, op.value) for source, op in ways.into(c)]
        [('p', 'object'), ('q', 'subject')]
    """

    def __init__(self, edges: Iterable[Edge]) -> None:
        self._before: dict[Column, list[tuple[int, Column]]] = {}
        for edge in edges:
            self._before.setdefault(edge.target, []).append((_NUMBER[edge.op], edge.source))

    def into(self, column: Column) -> tuple[tuple[Column, Op], ...]:
        """Return the columns whose rows reach one, with the op of the whole way, sorted."""
        first = (column, _SAME)
        seen = {first}
        waiting = [first]
        while waiting:
            target, rest = waiting.pop()
            for op, source in self._before.get(target, ()):
                state = (source, _AFTER[op][rest])
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        seen.discard(first)
        return tuple((source, _OPS[op]) for source, op in sorted(seen))
