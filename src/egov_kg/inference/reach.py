"""What follows from transitivity: all pairs of a relation's closure, by condensing its cycles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference.bit_rows import closed_by_bits
from egov_kg.inference.columns import LOW, NO_ROWS, SHIFT, Column, Rows, flip, merged, sorted_unique, without
from egov_kg.inference.joins import probe, spread

__all__ = ["connected", "extended", "reached", "transitive"]

Check = Callable[[int], object]
"""Called with the number of pairs so far; may raise."""

Places = NDArray[np.int64]

_FEW: Final = 512
"""So few nodes are closed by rows of bits, which takes less than a millisecond."""
_SOME: Final = 1 << 14
"""With more nodes rows of bits would take more than 64 MiB."""
_LEVELS: Final = 32
"""A relation of more levels is deep: each of them costs a tenth of a millisecond."""


def transitive(edges: Rows, check: Check | None = None) -> Rows:
    """Return all pairs that are joined by a path of one or more edges, in order.

    Joined with itself, a chain of n edges would make n**3 / 6 candidates. Here cycles are condensed, and what a node
    reaches is united from what its successors reach, sinks first: all nodes of a level at once, or, where there are
    many levels and few nodes, by rows of bits.

    Args:
        edges: Pairs, ordered, each once.
        check: Called now and then with the number of pairs found.

    Example:
        >>> chain = np.array([(1 << 32) | 2, (2 << 32) | 3], np.uint64)
        >>> [(int(row >> np.uint64(32)), int(row & np.uint64(0xFFFFFFFF))) for row in transitive(chain)]
        [(1, 2), (1, 3), (2, 3)]
    """
    if not len(edges):
        return NO_ROWS
    told = check or (lambda _: None)
    if len(edges) > 1 and np.array_equal(np.sort(flip(edges)), edges):
        return _cliques(edges, told)
    nodes, places = np.unique(np.concatenate([edges >> SHIFT, edges & LOW]), return_inverse=True)
    source, target = (half.astype(np.int64) for half in np.split(places, 2))
    if len(nodes) <= _FEW or (len(nodes) <= _SOME and _is_deep(source, target, len(nodes))):
        return closed_by_bits(nodes, source, target, _components(source, target, len(nodes)), told)
    group, count = _condense(source, target, len(nodes))
    if count == len(nodes) and not (source == target).any():
        reach, starts, lengths = _united(source, target, len(nodes), told)
        left = np.repeat(np.arange(len(nodes), dtype=np.int64), lengths)
        right = reach[spread(starts, lengths)]
        pairs: Rows = (nodes[left] << SHIFT) | nodes[right]
        return pairs
    return _with_cycles(nodes, source, target, group, told)


def _is_deep(source: Places, target: Places, count: int) -> bool:
    """Tell whether a relation has many levels, or cycles."""
    for _ in range(_LEVELS):
        is_inner = np.zeros(count, dtype=np.bool_)
        is_inner[source] = True
        kept = is_inner[target]
        if not kept.any():
            return False
        source, target = source[kept], target[kept]
    return True


def _with_cycles(nodes: Rows, source: Places, target: Places, group: Places, told: Check) -> Rows:
    """Return the closure where some nodes reach themselves."""
    count = int(group.max()) + 1
    first, second = group[source], group[target]
    cyclic = np.unique(first[first == second])
    apart = first != second
    reach, starts, lengths = _united(first[apart], second[apart], count, told)
    left = np.concatenate([np.repeat(np.arange(count, dtype=np.int64), lengths), cyclic])
    right = np.concatenate([reach[spread(starts, lengths)], cyclic])
    order = np.argsort(group, kind="stable")
    size = np.bincount(group, minlength=count)
    begin = np.cumsum(size) - size
    told(int((size[left] * size[right]).sum()))
    # Each pair of groups becomes all pairs of their nodes: first the nodes on the left, then those on the right.
    pair = np.repeat(np.arange(len(left)), size[left])
    ours = order[spread(begin[left], size[left])]
    theirs = order[spread(begin[right[pair]], size[right[pair]])]
    ours = np.repeat(ours, size[right[pair]])
    return np.sort((nodes[ours] << SHIFT) | nodes[theirs])


def _united(source: Places, target: Places, count: int, told: Check) -> tuple[Places, Places, Places]:
    """Return what each node of an acyclic relation reaches: one array, and where each node's part begins, and its size.

    Levels are taken from the sinks on; all nodes of a level at once.
    """
    edges = sorted_unique((source.astype(np.uint64) << SHIFT) | target.astype(np.uint64))
    source, target = (edges >> SHIFT).astype(np.int64), (edges & LOW).astype(np.int64)
    out = np.bincount(source, minlength=count)
    first = np.cumsum(out) - out
    backwards = np.argsort(target, kind="stable")
    into = np.bincount(target, minlength=count)
    back_first = np.cumsum(into) - into
    starts, lengths = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    reach, used = np.empty(max(1024, len(source)), dtype=np.int64), 0
    waiting = out.copy()
    level = np.flatnonzero(out == 0)
    while len(level):
        sources = source[backwards[spread(back_first[level], into[level])]]
        if not len(sources):
            break
        touched, times = np.unique(sources, return_counts=True)
        waiting[touched] -= times
        level = touched[waiting[touched] == 0]
        successors = target[spread(first[level], out[level])]
        owner = np.repeat(np.arange(len(level), dtype=np.int64), out[level])
        parts = [NO_ROWS]
        held = used
        for piece in _pieces(lengths[successors]):
            new = _reach_of(owner[piece], successors[piece], (reach, starts, lengths))
            # Owners come in order, and so only the last one of the part before can have more here.
            cut = int(np.searchsorted(parts[-1], np.uint64(owner[piece.start]) << SHIFT))
            new = sorted_unique(np.concatenate([parts[-1][cut:], new])) if cut < len(parts[-1]) else new
            parts[-1:] = [parts[-1][:cut], new]
            held += cut
            told(held + len(new))
        found = np.concatenate(parts)
        if used + len(found) > len(reach):
            reach = np.concatenate([reach[:used], np.empty(max(len(reach), len(found)), dtype=np.int64)])
        reach[used : used + len(found)] = (found & LOW).astype(np.int64)
        sizes = np.bincount((found >> SHIFT).astype(np.int64), minlength=len(level))
        starts[level], lengths[level] = used + np.cumsum(sizes) - sizes, sizes
        used += len(found)
        told(used)
    return reach, starts, lengths


_MOST: Final = 1 << 24


def _pieces(sizes: Places) -> Iterator[slice]:
    """Return ranges of edges that make at most so many candidates each, an edge with more alone."""
    ends = np.cumsum(sizes + 1)
    first = 0
    while first < len(sizes):
        before = int(ends[first - 1]) if first else 0
        end = max(first + 1, int(np.searchsorted(ends, before + _MOST, side="right")))
        yield slice(first, end)
        first = end


def _reach_of(owner: Places, successors: Places, found: tuple[Places, Places, Places]) -> Rows:
    """Return pairs of an owner and what it reaches through some of its successors, in order."""
    reach, starts, lengths = found
    further = reach[spread(starts[successors], lengths[successors])]
    owners = np.concatenate([owner, np.repeat(owner, lengths[successors])]).astype(np.uint64)
    return sorted_unique((owners << SHIFT) | np.concatenate([successors, further]).astype(np.uint64))


def _condense(source: Places, target: Places, count: int) -> tuple[Places, int]:
    """Return for each node the number of its strongly connected component, and how many there are."""
    core = _on_cycles(source, target, count)
    if not len(core):
        return np.arange(count, dtype=np.int64), count
    inside = np.zeros(count, dtype=np.bool_)
    inside[core] = True
    kept = inside[source] & inside[target]
    place = np.full(count, -1, dtype=np.int64)
    place[core] = np.arange(len(core))
    component = _components(place[source[kept]], place[target[kept]], len(core))
    group = np.empty(count, dtype=np.int64)
    outside = np.flatnonzero(~inside)
    group[core] = component
    found = int(component.max()) + 1
    group[outside] = found + np.arange(len(outside))
    return group, found + len(outside)


def _on_cycles(source: Places, target: Places, count: int) -> Places:
    """Return the nodes that neither a walk from the sinks nor one from the sources takes away."""
    alive = np.ones(count, dtype=np.bool_)
    for first, second in ((source, target), (target, source)):
        left = np.bincount(first[alive[first] & alive[second]], minlength=count)
        order = np.argsort(second, kind="stable")
        into = np.bincount(second, minlength=count)
        begin = np.cumsum(into) - into
        level = np.flatnonzero(alive & (left == 0))
        while len(level):
            alive[level] = False
            touched, times = np.unique(first[order[spread(begin[level], into[level])]], return_counts=True)
            left[touched] -= times
            level = touched[(left[touched] == 0) & alive[touched]]
    return np.flatnonzero(alive)


def _components(source: Places, target: Places, count: int) -> Places:
    """Return strongly connected components by Tarjan's algorithm, without recursion."""
    order = np.argsort(source, kind="stable")
    successors: list[int] = target[order].tolist()
    begin: list[int] = np.searchsorted(source[order], np.arange(count + 1)).tolist()
    index, low, component = [-1] * count, [0] * count, [-1] * count
    stack: list[int] = []
    number = found = 0
    for root in range(count):
        if index[root] != -1:
            continue
        calls = [(root, begin[root])]
        index[root] = low[root] = number
        number += 1
        stack.append(root)
        while calls:
            node, edge = calls[-1]
            if edge < begin[node + 1]:
                calls[-1] = (node, edge + 1)
                other = successors[edge]
                if index[other] == -1:
                    index[other] = low[other] = number
                    number += 1
                    stack.append(other)
                    calls.append((other, begin[other]))
                elif component[other] == -1:
                    low[node] = min(low[node], index[other])
                continue
            calls.pop()
            if calls:
                low[calls[-1][0]] = min(low[calls[-1][0]], low[node])
            if low[node] == index[node]:
                while component[node] == -1:
                    component[stack.pop()] = found
                found += 1
    return np.array(component, dtype=np.int64)


def connected(left: Places, right: Places, count: int) -> Places:
    """Return for each node the least node that it is connected with, in whatever direction.

    Example:
        >>> connected(np.array([3, 1]), np.array([1, 2]), 5).tolist()
        [0, 1, 1, 1, 4]
    """
    least = np.arange(count, dtype=np.int64)
    while True:
        ours, theirs = least[left], least[right]
        apart = ours != theirs
        if not apart.any():
            return least
        left, right = left[apart], right[apart]
        low, high = np.minimum(ours[apart], theirs[apart]), np.maximum(ours[apart], theirs[apart])
        np.minimum.at(least, high, low)
        while True:
            further = least[least]
            if np.array_equal(further, least):
                break
            least = further


def _cliques(edges: Rows, told: Check) -> Rows:
    """Return the closure of a symmetric relation: every node of a component with every other one, and with itself."""
    nodes, places = np.unique(np.concatenate([edges >> SHIFT, edges & LOW]), return_inverse=True)
    left, right = (half.astype(np.int64) for half in np.split(places, 2))
    least = connected(left, right, len(nodes))
    order = np.argsort(least, kind="stable")
    size = np.bincount(least, minlength=len(nodes))
    begin = np.cumsum(size) - size
    told(int((size * size).sum()))
    ours = np.repeat(np.arange(len(nodes)), size[least])
    theirs = order[spread(begin[least], size[least])]
    pairs: Rows = (nodes[ours] << SHIFT) | nodes[theirs]
    return pairs


def reached(sources: Rows, edges: Rows) -> Rows:
    """Return each source with each node that a path leads to from it, in order.

    It costs what it returns: of a deep hierarchy only the ways up from the sources are walked.

    Args:
        sources: Nodes, ordered, each once.
        edges: Pairs, ordered.
    """
    known = Column()
    last = (sources << SHIFT) | sources
    while len(last):
        pieces = list(probe(last & LOW, last >> SHIFT, [edges]))
        last = known.new(np.concatenate(pieces)) if pieces else NO_ROWS
        known.add(last, 0)
    return known.rows()


def extended(parts: Sequence[Rows], turned: Sequence[Rows], edges: Rows) -> Rows:
    """Return the pairs that a few new edges add to a closed relation, in order, without those of the relation.

    Args:
        parts: The relation, closed, maybe with the new edges in it.
        turned: The same, each pair the other way round.
        edges: The new edges.
    """
    after, before = [*parts, NO_ROWS], [*turned, NO_ROWS]
    known = NO_ROWS
    for edge in edges.tolist():
        source, target = edge >> 32, edge & 0xFFFF_FFFF
        ancestors = _row_values(before, source)
        descendants = _row_values(after, target)
        found = sorted_unique((np.repeat(ancestors, len(descendants)) << SHIFT) | np.tile(descendants, len(ancestors)))
        found = without(found, after)
        known = merged([known, found])
        after[-1], before[-1] = known, np.sort(flip(known))
    return without(known, parts)


def _row_values(parts: Sequence[Rows], key: int) -> Rows:
    """Return a key and what stands beside it, in order."""
    bounds = np.array([key << 32, (key + 1) << 32], dtype=np.uint64)
    found = [part[slice(*np.searchsorted(part, bounds))] & LOW for part in parts]
    return sorted_unique(np.concatenate([np.array([key], dtype=np.uint64), *found]))
