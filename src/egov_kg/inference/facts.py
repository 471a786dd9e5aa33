"""What the reasoner knows at its fixpoint, as proofs and findings ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from egov_kg.inference.plan import Term

__all__ = ["Facts", "Merge"]


class Merge(NamedTuple):
    """Why two terms are the same: one pair as the union of equals consumed it.

    Attributes:
        left: A term.
        right: Another one.
        rule: ``prp-fp``, ``prp-ifp``, ``prp-key``, ``cls-maxc2``, ``cls-maxqc3``, ``cls-maxqc4``, ``dt-eq``, or
            ``asserted`` where ``left owl:sameAs right`` was a row of its column.
        premises: The facts that it rests on, as they stood then, as triples of terms. For ``dt-eq`` these are two
            identities with literals of one value.
        axiom: Index into the plan's tuple for that rule; -1 for ``asserted`` and ``dt-eq``.
        stage: The stage in which it was made: premises have lower ones.
    """

    left: Term
    right: Term
    rule: str
    premises: tuple[tuple[Term, Term, Term], ...]
    axiom: int
    stage: int


class Facts(Protocol):
    """Columns with stages: 0 for what was given, n for what the n-th step added.

    Terms are representatives; `name` says which one stands for a term. Every premise of a fact's last step has a lower
    stage, or stands before it on a path of composed edges. Terms come in term order. With `below` only rows of lower
    stages than that come: a proof of a transitive fact asks for the rows that it was made from, not for the
    whole closure.
    """

    def name(self, term: Term) -> Term:
        """Return the representative of a term: the term itself where it equals no other."""

    def equals(self, term: Term) -> tuple[Term, ...]:
        """Return all terms that are the same as this one, itself included."""

    def merges(self) -> tuple[Merge, ...]:
        """Return why terms are the same, in the order in which it was found."""

    def member_stage(self, cls: Term, individual: Term) -> int | None:
        """Return the stage at which an individual became a member of a class; None if it is not one."""

    def pair_stage(self, prop: Term, subject: Term, value: Term) -> int | None:
        """Return the stage of a pair; None if it does not hold."""

    def members(self, cls: Term, below: int | None = None) -> Iterator[tuple[Term, int]]:
        """Return the members of a class, with their stages."""

    def values(self, prop: Term, subject: Term, below: int | None = None) -> Iterator[tuple[Term, int]]:
        """Return the values of a property for a subject, with their stages."""

    def subjects(self, prop: Term, value: Term, below: int | None = None) -> Iterator[tuple[Term, int]]:
        """Return the subjects that have a value, with their stages."""

    def pairs(self, prop: Term) -> Iterator[tuple[Term, Term, int]]:
        """Return all pairs of a property, with their stages."""
