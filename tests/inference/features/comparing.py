"""Two closures of one problem, compared as sets; and the smallest part of the problem on which they still differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from pyoxigraph import NamedNode, Triple

from egov_kg.inference.reference import noise_of, owlrl_expansion
from tests.inference.features.making import Problem
from tests.inference.features.values import by_value

__all__ = ["Difference", "Reasoner", "difference", "minimised", "oracle"]

Reasoner: TypeAlias = Callable[[Sequence[Triple]], Iterable[Triple]]
"""From facts and axioms together to these and all that follows, equality expanded."""

_FIRST: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")


@dataclass(frozen=True, slots=True)
class Difference:
    """How a closure differs from the reference's, noise apart, literals of equal value being one.

    Attributes:
        extra: What only the reasoner derives, sorted.
        missing: What only the reference derives, sorted.
    """

    extra: tuple[Triple, ...]
    missing: tuple[Triple, ...]

    def __bool__(self) -> bool:
        return bool(self.extra or self.missing)

    def __str__(self) -> str:
        lines = [f"extra    {triple}" for triple in self.extra] + [f"missing  {triple}" for triple in self.missing]
        return "\n".join(lines) or "no difference"


def oracle(triples: Iterable[Triple]) -> set[Triple]:
    """Return the closure by owlrl, mended where it derives too much; literals of equal value are one to it."""
    return owlrl_expansion(map(by_value, triples), mended=True)


def difference(triples: Sequence[Triple], reasoner: Reasoner, reference: Reasoner = oracle) -> Difference:
    """Return how a reasoner differs from the reference on facts and axioms; blank nodes keep their labels."""
    ours, theirs = _said(reasoner(triples)), _said(reference(triples))
    return Difference(tuple(sorted(ours - theirs, key=str)), tuple(sorted(theirs - ours, key=str)))


def _said(closure: Iterable[Triple]) -> set[Triple]:
    """Return the triples that are compared: no noise, and no list cells with equal members, which say nothing new."""
    return {t for t in map(by_value, closure) if t.predicate != _FIRST and noise_of(t) is None}


def minimised(problem: Problem, differs: Callable[[Sequence[Triple]], bool]) -> list[Triple]:
    """Return a part of a problem that still differs, of which nothing can be left out.

    Args:
        problem: One on which `differs` holds.
        differs: The question; an exception in it counts as its answer no.
    """

    def still(part: Sequence[Triple]) -> bool:
        try:
            return differs(part)
        except (ValueError, AttributeError, ArithmeticError):
            return False

    rest = list(problem.triples)
    size = max(1, len(rest) // 2)
    while True:
        shorter = _without_a_piece(rest, size, still)
        if shorter is not None:
            rest, size = shorter, min(size, max(1, len(shorter) // 2))
        elif size == 1:
            return rest
        else:
            size //= 2


def _without_a_piece(rest: list[Triple], size: int, still: Callable[[Sequence[Triple]], bool]) -> list[Triple] | None:
    for begin in range(0, len(rest), size):
        part = rest[:begin] + rest[begin + size :]
        if part and still(part):
            return part
    return None
