"""Sub-classes and sub-properties as a graph of direct steps: what lies above what, and by which shortest way."""

from __future__ import annotations

from typing import NamedTuple

from egov_kg.inference.plan import SchemaStep, Term

__all__ = ["Direct", "Hierarchy"]


class Direct(NamedTuple):
    """A direct step upwards.

    Attributes:
        generation: 0 for what was given or follows from one axiom; else the round of saturation that found it. Its
            premises follow from steps of lower generations, which is what makes proofs well-founded.
        step: How it follows; None if it was given.
    """

    generation: int
    step: SchemaStep | None

    @property
    def rank(self) -> tuple[int, bool, SchemaStep | None]:
        """The order in which reasons are preferred."""
        return (self.generation, self.step is not None, self.step)


class Hierarchy:
    """A reflexive-free relation, closed under transitivity when asked and never stored closed.

    Args:
        predicate: ``rdfs:subClassOf`` or ``rdfs:subPropertyOf``.
        rule: The rule of its transitivity.
    """

    def __init__(self, predicate: Term, rule: str) -> None:
        self.predicate, self.rule = predicate, rule
        self.above: dict[Term, dict[Term, Direct]] = {}
        self.generations = 0
        self._components: dict[Term, int] | None = None

    def add(self, lower: Term, upper: Term, step: SchemaStep | None, *, generation: int = 0) -> bool:
        """Add a direct step, and tell whether it is a new one; the better of two reasons is kept."""
        above = self.above.setdefault(lower, {})
        found, new = above.get(upper), Direct(generation, step)
        if found is None or new.rank < found.rank:
            above[upper] = new
        if found is None:
            self.generations = max(self.generations, generation)
            self._components = None
        return found is None

    def reach(self, lower: Term) -> set[Term]:
        """Return all that lies above a term; itself only if it lies on a cycle."""
        seen: set[Term] = set()
        waiting = [lower]
        while waiting:
            for upper in self.above.get(waiting.pop(), ()):
                if upper not in seen:
                    seen.add(upper)
                    waiting.append(upper)
        return seen

    def ways(self, lower: Term) -> dict[Term, SchemaStep | None]:
        """Return all that lies above a term, with the last step of the way; None stands for what was given.

        The way is that of the least generation, then the shortest, then the first in term order.
        """
        found: dict[Term, SchemaStep | None] = {}
        for generation in range(self.generations + 1):
            seen: set[Term] = set()
            frontier = [lower]
            first = True
            while frontier:
                level: dict[Term, Term] = {}
                for middle in frontier:
                    for upper, direct in self.above.get(middle, {}).items():
                        if direct.generation <= generation and upper not in seen and upper not in level:
                            level[upper] = middle
                for upper, middle in level.items():
                    if upper not in found:
                        found[upper] = (
                            self.above[lower][upper].step
                            if first
                            else SchemaStep(
                                self.rule, ((lower, self.predicate, middle), (middle, self.predicate, upper))
                            )
                        )
                seen.update(level)
                frontier = sorted(level)
                first = False
        return found

    def component(self, term: Term) -> int:
        """Return the number of a term's component: two terms lie above each other if they share it."""
        return self._numbered().get(term, -1)

    def _numbered(self) -> dict[Term, int]:
        if self._components is None:
            self._components = components({lower: list(above) for lower, above in self.above.items()})
        return self._components

    def has_more_pairs(self, most: int) -> bool:
        """Tell whether the closed relation has more pairs than so many.

        The longest way up from each term is a lower bound that costs one pass; only below it are pairs counted.
        """
        numbered = self._numbered()
        longest = [0] * (max(numbered.values(), default=-1) + 1)
        for lower, number in sorted(numbered.items(), key=lambda item: item[1]):  # what lies above comes first
            for upper in self.above.get(lower, ()):
                if numbered[upper] != number:
                    longest[number] = max(longest[number], longest[numbered[upper]] + 1)
        if sum(longest[number] for number in numbered.values()) > most:
            return True
        count = 0
        for lower in self.above:
            count += len(self.reach(lower))
            if count > most:
                return True
        return False


def components(successors: dict[Term, list[Term]]) -> dict[Term, int]:
    """Return the strongly connected component of each node: Tarjan, without recursion.

    What a node leads to has a lower number, or the same one.

    >>> found = components({"a": ["b"], "b": ["a", "c"], "c": ["d"]})
    >>> found["a"] == found["b"], found["a"] == found["c"]
    (True, False)
    """
    index: dict[Term, int] = {}
    low: dict[Term, int] = {}
    found: dict[Term, int] = {}
    stack: list[Term] = []
    for root, direct in successors.items():
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        calls = [(root, iter(direct))]
        while calls:
            node, rest = calls[-1]
            for other in rest:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    calls.append((other, iter(successors.get(other, ()))))
                    break
                if other not in found:
                    low[node] = min(low[node], index[other])
            else:
                calls.pop()
                if calls:
                    low[calls[-1][0]] = min(low[calls[-1][0]], low[node])
                if low[node] == index[node]:
                    number = len(found)
                    while True:
                        member = stack.pop()
                        found[member] = number
                        if member == node:
                            break
    return found
