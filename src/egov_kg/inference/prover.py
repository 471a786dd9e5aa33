"""The rules once more, by our own forward chaining that remembers why: the shortest proof of each derived triple.

Knuth's generalisation of Dijkstra's algorithm: triples are settled in the order of the size of their smallest proof
tree, so the step kept for a triple only rests on triples that were settled before it. Ties go to the lower rule name,
then the lower axiom, then the lower premises in term order; nothing depends on the order of the input.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from egov_kg.inference.axioms import SAME_AS, TYPE, Axioms, PropertyChain, Term, term_text

__all__ = ["Step", "prove"]


@dataclass(frozen=True, slots=True)
class Step:
    """One application of a rule.

    Attributes:
        rule: Its name in OWL 2 Profiles, tables 4 to 9: ``prp-spo2``.
        axiom: The axiom that it used, in CURIEs: ``egov:directSuccessor rdfs:subPropertyOf egov:successor``.
        premises: The facts that it used, in the order in which the rule names them.
    """

    rule: str
    axiom: str
    premises: tuple[Triple, ...]


def prove(asserted: Iterable[Triple], axioms: Axioms) -> dict[Triple, Step]:
    """Return the step that derives each triple which follows from the asserted ones and is not one of them.

    Covers prp-dom, -rng, -spo1, -spo2, -eqp1/2, -inv1/2, -symp, -trp, cax-sco, cax-eqc1/2 and eq-sym, -trans, -rep-s,
    -rep-p, -rep-o. ``x owl:sameAs x`` is left out.

    Returns:
        In term order. The premises of a step are asserted or have a step themselves; following them always ends.
    """
    return _Prover(asserted, axioms).run()


Fact = tuple[int, int, int]


class _Candidate(NamedTuple):
    cost: int
    rule: str
    axiom: str
    premises: tuple[Fact, ...]


class _Link(NamedTuple):
    target: int
    rule: str
    axiom: str


class _ChainPlace(NamedTuple):
    head: int
    members: tuple[int, ...]
    place: int
    axiom: str


_EQUALITY: Final = "owl:sameAs"
_REPLACED: Final = ("eq-rep-s", "eq-rep-p", "eq-rep-o")


class _Prover:
    def __init__(self, asserted: Iterable[Triple], axioms: Axioms) -> None:
        triples = set(asserted)
        terms: set[Term] = {TYPE, SAME_AS}
        for triple in triples:
            terms.update((triple.subject, triple.predicate, triple.object))  # type: ignore[arg-type]
        _collect(axioms, terms)
        # Numbers in term order: comparing numbers compares terms.
        self.terms = sorted(terms, key=str)
        self.number = {term: number for number, term in enumerate(self.terms)}
        self.is_literal = [isinstance(term, Literal) for term in self.terms]
        self.type, self.same = self.number[TYPE], self.number[SAME_AS]
        self.best: dict[Fact, _Candidate] = {}
        self.settled: dict[Fact, int] = {}
        self.objects: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self.subjects: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self.same_as: defaultdict[int, list[Fact]] = defaultdict(list)
        self._compile(axioms)
        self.asserted = frozenset(map(self._fact, triples))
        self.queue = [(1, fact) for fact in self.asserted]
        heapq.heapify(self.queue)

    def _fact(self, triple: Triple) -> Fact:
        number = self.number
        return number[triple.subject], number[triple.predicate], number[triple.object]  # type: ignore[index]

    def _compile(self, axioms: Axioms) -> None:
        self.above: defaultdict[int, list[_Link]] = defaultdict(list)  # class to its super-classes
        self.copies: defaultdict[int, list[_Link]] = defaultdict(list)  # (s p o) gives (s q o)
        self.flips: defaultdict[int, list[_Link]] = defaultdict(list)  # (s p o) gives (o q s)
        self.domains: defaultdict[int, list[_Link]] = defaultdict(list)
        self.ranges: defaultdict[int, list[_Link]] = defaultdict(list)
        self.transitive: dict[int, str] = {}
        self.chains: defaultdict[int, list[_ChainPlace]] = defaultdict(list)
        number = self.number

        def link(
            table: defaultdict[int, list[_Link]], source: NamedNode, target: NamedNode, rule: str, text: str
        ) -> None:
            table[number[source]].append(_Link(number[target], rule, text))

        for table, pairs, rule, word in (
            (self.above, axioms.sub_classes, "cax-sco", "rdfs:subClassOf"),
            (self.copies, axioms.sub_properties, "prp-spo1", "rdfs:subPropertyOf"),
            (self.domains, axioms.domains, "prp-dom", "rdfs:domain"),
            (self.ranges, axioms.ranges, "prp-rng", "rdfs:range"),
        ):
            for left, right in pairs:
                link(table, left, right, rule, f"{term_text(left)} {word} {term_text(right)}")
        for table, pairs, rule, word in (
            (self.above, axioms.equivalent_classes, "cax-eqc", "owl:equivalentClass"),
            (self.copies, axioms.equivalent_properties, "prp-eqp", "owl:equivalentProperty"),
            (self.flips, axioms.inverses, "prp-inv", "owl:inverseOf"),
        ):
            for left, right in pairs:
                text = f"{term_text(left)} {word} {term_text(right)}"
                link(table, left, right, f"{rule}1", text)
                link(table, right, left, f"{rule}2", text)
        for node in axioms.symmetric:
            link(self.flips, node, node, "prp-symp", f"{term_text(node)} rdf:type owl:SymmetricProperty")
        for node in axioms.transitive:
            self.transitive[number[node]] = f"{term_text(node)} rdf:type owl:TransitiveProperty"
        for chain in axioms.chains:
            self._compile_chain(chain)

    def _compile_chain(self, chain: PropertyChain) -> None:
        members = tuple(self.number[member] for member in chain.members)
        for place, member in enumerate(members):
            self.chains[member].append(_ChainPlace(self.number[chain.head], members, place, chain.text))

    def run(self) -> dict[Triple, Step]:
        queue, settled = self.queue, self.settled
        while queue:
            cost, fact = heapq.heappop(queue)
            if fact in settled:
                continue
            settled[fact] = cost
            subject, predicate, thing = fact
            self.objects[subject, predicate].append(thing)
            self.subjects[predicate, thing].append(subject)
            self._fire(fact, cost)
        return dict(self._steps())

    def _steps(self) -> Iterator[tuple[Triple, Step]]:
        terms = self.terms
        triples: dict[Fact, Triple] = {}

        def triple(fact: Fact) -> Triple:
            if fact not in triples:
                subject, predicate, thing = (terms[number] for number in fact)
                triples[fact] = Triple(subject, predicate, thing)  # type: ignore[arg-type]
            return triples[fact]

        for fact in sorted(self.best):
            _, rule, axiom, premises = self.best[fact]
            yield triple(fact), Step(rule, axiom, tuple(map(triple, premises)))

    def _offer(self, fact: Fact, cost: int, rule: str, axiom: str, premises: tuple[Fact, ...]) -> None:
        if fact in self.settled or fact in self.asserted or self.is_literal[fact[0]]:
            return
        old = self.best.get(fact)
        if old is None or cost < old.cost:
            heapq.heappush(self.queue, (cost, fact))
        elif cost > old.cost or (rule, axiom, premises) >= old[1:]:
            return
        self.best[fact] = _Candidate(cost, rule, axiom, premises)

    def _fire(self, fact: Fact, cost: int) -> None:
        subject, predicate, thing = fact
        one = (fact,)
        if predicate == self.type:
            for target, rule, axiom in self.above.get(thing, ()):
                self._offer((subject, predicate, target), cost + 1, rule, axiom, one)
        for target, rule, axiom in self.domains.get(predicate, ()):
            self._offer((subject, self.type, target), cost + 1, rule, axiom, one)
        for target, rule, axiom in self.ranges.get(predicate, ()):
            self._offer((thing, self.type, target), cost + 1, rule, axiom, one)
        for target, rule, axiom in self.copies.get(predicate, ()):
            self._offer((subject, target, thing), cost + 1, rule, axiom, one)
        for target, rule, axiom in self.flips.get(predicate, ()):
            self._offer((thing, target, subject), cost + 1, rule, axiom, one)
        if predicate in self.transitive:
            self._fire_transitive(fact, cost)
        for chain in self.chains.get(predicate, ()):
            self._fire_chain(fact, cost, chain)
        if predicate == self.same:
            if subject != thing:
                self._fire_same(fact, cost)
        elif self.same_as:
            for place in range(3):
                for identity in tuple(self.same_as.get(fact[place], ())):
                    self._replace(fact, place, identity)

    def _fire_transitive(self, fact: Fact, cost: int) -> None:
        subject, predicate, thing = fact
        axiom = self.transitive[predicate]
        for end in tuple(self.objects.get((thing, predicate), ())):
            other = (thing, predicate, end)
            self._offer((subject, predicate, end), cost + self.settled[other] + 1, "prp-trp", axiom, (fact, other))
        for start in tuple(self.subjects.get((predicate, subject), ())):
            other = (start, predicate, subject)
            self._offer((start, predicate, thing), cost + self.settled[other] + 1, "prp-trp", axiom, (other, fact))

    def _fire_chain(self, fact: Fact, cost: int, chain: _ChainPlace) -> None:
        paths: list[tuple[int, tuple[Fact, ...]]] = [(cost, (fact,))]
        for member in reversed(chain.members[: chain.place]):
            paths = [
                (size + self.settled[before], (before, *path))
                for size, path in paths
                for start in self.subjects.get((member, path[0][0]), ())
                for before in [(start, member, path[0][0])]
            ]
        for member in chain.members[chain.place + 1 :]:
            paths = [
                (size + self.settled[after], (*path, after))
                for size, path in paths
                for end in self.objects.get((path[-1][2], member), ())
                for after in [(path[-1][2], member, end)]
            ]
        for size, path in paths:
            self._offer((path[0][0], chain.head, path[-1][2]), size + 1, "prp-spo2", chain.axiom, path)

    def _fire_same(self, fact: Fact, cost: int) -> None:
        left, same, right = fact
        self._offer((right, same, left), cost + 1, "eq-sym", _EQUALITY, (fact,))
        for other in tuple(self.same_as.get(right, ())):
            if other[2] != left:
                self._offer(
                    (left, same, other[2]), cost + self.settled[other] + 1, "eq-trans", _EQUALITY, (fact, other)
                )
        for start in tuple(self.subjects.get((same, left), ())):
            other = (start, same, left)
            if start not in {left, right}:
                self._offer((start, same, right), cost + self.settled[other] + 1, "eq-trans", _EQUALITY, (other, fact))
        self.same_as[left].append(fact)
        # Rare, so a walk over all facts is cheaper than the indexes that every other run would keep for it.
        for known in tuple(self.settled):
            if known[1] != same and left in known:
                for place in range(3):
                    if known[place] == left:
                        self._replace(known, place, fact)

    def _replace(self, fact: Fact, place: int, identity: Fact) -> None:
        changed = (*fact[:place], identity[2], *fact[place + 1 :])
        cost = self.settled[fact] + self.settled[identity] + 1
        self._offer((changed[0], changed[1], changed[2]), cost, _REPLACED[place], _EQUALITY, (identity, fact))


def _collect(axioms: Axioms, terms: set[Term]) -> None:
    for pairs in (
        *(axioms.sub_classes, axioms.sub_properties, axioms.domains, axioms.ranges, axioms.inverses),
        *(axioms.equivalent_classes, axioms.equivalent_properties),
    ):
        for pair in pairs:
            terms.update(pair)
    terms.update(axioms.symmetric, axioms.transitive)
    for chain in axioms.chains:
        terms.update((chain.head, *chain.members))
