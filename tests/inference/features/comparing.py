"""Two closures of one problem, compared as sets; and the smallest part of the problem on which they still differ."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, NamedNode, Triple

from egov_kg.inference.owl import SCHEMA_PREDICATES
from egov_kg.inference.reference import noise_of, owlrl_expansion
from tests.inference.features.axioms import OWL, RDF, RDFS
from tests.inference.features.making import Problem
from tests.inference.features.values import by_value

__all__ = ["Difference", "Reasoner", "difference", "is_lean", "minimised", "oracle"]

Reasoner: TypeAlias = Callable[[Sequence[Triple]], Iterable[Triple]]
"""From facts and axioms together to these and all that follows, equality expanded."""

_SCHEMA: Final = frozenset(
    [
        *(RDFS[name] for name in ("subClassOf", "subPropertyOf", "domain", "range")),
        *(OWL[name] for name in ("equivalentClass", "equivalentProperty")),
    ]
)
_THING: Final = OWL["Thing"]
_FIRST: Final = RDF["first"]


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


def difference(
    triples: Sequence[Triple], reasoner: Reasoner, reference: Reasoner = oracle, *, lean: bool = False
) -> Difference:
    """Return how a reasoner differs from the reference on facts and axioms; blank nodes keep their labels.

    Args:
        triples: Facts and axioms.
        reasoner: What is tested.
        reference: What it is compared with.
        lean: Whether the reasoner leaves out what a lean closure does not show. Nothing is filtered from what it
            derives then: noise is extra.
    """
    ours, theirs = set(map(by_value, reasoner(triples))), _said(reference(triples))
    if lean:
        given = set(map(by_value, triples))
        same = {(t.subject, t.object) for t in theirs if t.predicate == OWL["sameAs"]}
        ours = {t for t in ours - given if not _is_of_the_language(t.subject)}
        theirs = {t for t in theirs - given if is_lean(t, same)}
    else:
        ours = _said(ours)
    return Difference(tuple(sorted(ours - theirs, key=str)), tuple(sorted(theirs - ours, key=str)))


def _said(closure: Iterable[Triple]) -> set[Triple]:
    """Return the triples that are compared: no noise, also where a property that equals rdf:type repeats it.

    List cells with equal members are left out, too: they say nothing new.
    """
    found = (t for t in map(by_value, closure) if t.predicate != _FIRST and noise_of(t) is None)
    return {t for t in found if t.object != _THING and not _is_of_the_language(t.subject)}


def _is_of_the_language(term: object) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith("http://www.w3.org/")


def is_lean(triple: Triple, same: Collection[tuple[object, object]] = ()) -> bool:
    """Tell whether a lean closure shows a triple, noise apart.

    It shows no schema with blank nodes, and of two names of one class not that each is a sub-class of the other.

    Args:
        triple: A triple that is no noise.
        same: Which terms are the same as which.
    """
    subject, predicate, thing = triple.subject, triple.predicate, triple.object
    if str(predicate) in SCHEMA_PREDICATES and (isinstance(subject, BlankNode) or isinstance(thing, BlankNode)):
        return False
    return predicate not in _SCHEMA or (_THING not in {subject, thing} and (subject, thing) not in same)


def minimised(problem: Problem, differs: Callable[[Sequence[Triple]], bool]) -> list[Triple]:
    """Return a part of a problem that still differs, of which nothing can be left out.

    Args:
        problem: One on which `differs` holds.
        differs: The question; an exception in it counts as its answer no.
    """

    def still(part: Sequence[Unit]) -> bool:
        try:
            return differs(_together(part))
        except (ValueError, AttributeError, ArithmeticError):
            return False

    rest = _units(problem.triples)
    size = max(1, len(rest) // 2)
    while True:
        shorter = _without_a_piece(rest, size, still)
        if shorter is not None:
            rest, size = shorter, min(size, max(1, len(shorter) // 2))
        elif size == 1:
            return _together(rest)
        else:
            size //= 2


Unit: TypeAlias = tuple[Triple, ...]


def _units(triples: Sequence[Triple]) -> list[Unit]:
    """Return what may be left out one by one: a triple, or all that hang together by blank nodes, as a list does."""
    groups: list[tuple[set[BlankNode], list[Triple]]] = []
    for triple in triples:
        blanks = {term for term in (triple.subject, triple.object) if isinstance(term, BlankNode)}
        joined = [triple]
        apart = []
        for names, members in groups:
            if names & blanks:
                blanks |= names
                joined = [*members, *joined]
            else:
                apart.append((names, members))
        groups = [*apart, (blanks, joined)]
    return [tuple(members) for _, members in groups]


def _together(units: Iterable[Unit]) -> list[Triple]:
    return [triple for unit in units for triple in unit]


def _without_a_piece(rest: list[Unit], size: int, still: Callable[[Sequence[Unit]], bool]) -> list[Unit] | None:
    for begin in range(0, len(rest), size):
        part = rest[:begin] + rest[begin + size :]
        if part and still(part):
            return part
    return None
