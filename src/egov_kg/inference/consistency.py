"""Contradictions: which facts cannot be true together, and by which axiom. Nothing follows from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from pyoxigraph import NamedNode, Triple

from egov_kg.inference.axioms import SAME_AS, TYPE, Axioms, Pair, term_text, triple_text

__all__ = ["Inconsistency", "find_inconsistencies"]


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """Facts that contradict one another.

    Attributes:
        rule: ``cax-dw``, ``cax-adc``, ``eq-diff1`` or ``eq-diff2``.
        axiom: The axiom that they violate, in CURIEs: ``egov:Actor owl:disjointWith egov:Jurisdiction``.
        premises: The facts, asserted or entailed.
        leaves: The asserted facts that the premises rest on, in term order; filled by `egov_kg.inference.entail`.
    """

    rule: str
    axiom: str
    premises: tuple[Triple, ...]
    leaves: tuple[Triple, ...] = ()

    @property
    def message(self) -> str:
        """The contradiction in one sentence."""
        facts = " and ".join(map(triple_text, self.premises))
        return f"{self.axiom} forbids {facts} ({self.rule})"


def find_inconsistencies(facts: Iterable[Triple], axioms: Axioms) -> tuple[Inconsistency, ...]:
    """Return every contradiction in a closed set of facts, in the order of rule, axiom and premises.

    One for each individual and pair of disjoint classes, one for each pair of different individuals that are the same.

    Args:
        facts: The asserted and the entailed ones; the whole closure, or contradictions are missed.
        axioms: Disjointness is read from ``owl:disjointWith`` and ``owl:AllDisjointClasses``, difference from
            ``owl:differentFrom`` and ``owl:AllDifferent``.
    """
    members: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
    same: list[Pair] = []
    for fact in facts:
        subject, thing = fact.subject, fact.object
        if isinstance(subject, NamedNode) and isinstance(thing, NamedNode):
            if fact.predicate == TYPE:
                members[thing].add(subject)
            elif fact.predicate == SAME_AS and subject.value < thing.value:  # eq-sym gives both directions
                same.append((subject, thing))
    found = {*_in_two_classes(members, axioms), *_same_and_different(same, axioms)}
    return tuple(sorted(found, key=lambda one: (one.rule, one.axiom, [str(premise) for premise in one.premises])))


def _in_two_classes(members: dict[NamedNode, set[NamedNode]], axioms: Axioms) -> Iterator[Inconsistency]:
    for left, right in axioms.disjoint_pairs:
        for individual in members.get(left, set()) & members.get(right, set()):
            text = f"{term_text(left)} owl:disjointWith {term_text(right)}"
            yield Inconsistency("cax-dw", text, (Triple(individual, TYPE, left), Triple(individual, TYPE, right)))
    for group in axioms.disjoint_groups:
        # By individual, not by pair of classes: a group of thirty has four hundred pairs and hardly any is met.
        classes_of: defaultdict[NamedNode, list[NamedNode]] = defaultdict(list)
        for cls in sorted(set(group), key=str):
            for individual in members.get(cls, ()):
                classes_of[individual].append(cls)
        for individual, classes in classes_of.items():
            for left, right in combinations(classes, 2):
                text = f"owl:AllDisjointClasses ( {term_text(left)} {term_text(right)} )"
                yield Inconsistency("cax-adc", text, (Triple(individual, TYPE, left), Triple(individual, TYPE, right)))


def _same_and_different(same: Iterable[Pair], axioms: Axioms) -> Iterator[Inconsistency]:
    pairs = {frozenset(pair) for pair in axioms.different_pairs}
    groups = [frozenset(group) for group in axioms.different_groups]
    for left, right in same:
        fact = Triple(left, SAME_AS, right)
        names = f"{term_text(left)} {term_text(right)}"
        if frozenset((left, right)) in pairs:
            yield Inconsistency("eq-diff1", f"owl:differentFrom ( {names} )", (fact,))
        if any(left in group and right in group for group in groups):
            yield Inconsistency("eq-diff2", f"owl:AllDifferent ( {names} )", (fact,))
