"""Which axioms, or halves of axioms, no rule of OWL 2 RL reads, and which are malformed beyond their lists."""

from __future__ import annotations

from collections.abc import Iterator

from egov_kg.inference import owl
from egov_kg.inference.plan import Ignored, SchemaTriple, Term
from egov_kg.inference.tbox import TBox, count_of

__all__ = ["ignored_axioms"]


def ignored_axioms(tbox: TBox) -> Iterator[Ignored]:
    """Yield what the rules do not read, and what is malformed, some of it more than once.

    Broken lists and restrictions are not among it: who reads them notes them in `TBox.broken`.
    """
    for predicate, reason in owl.UNREAD.items():
        for subject, value in tbox.pairs(predicate):
            yield Ignored((subject, predicate, value), reason, False)
    for prop in tbox.typed(owl.word("ReflexiveProperty")):
        triple = (prop, owl.TYPE, owl.word("ReflexiveProperty"))
        yield Ignored(triple, "no rule relates all things to themselves", False)
    yield from _counts(tbox)
    yield from _unfinished(tbox)
    yield from _Halves(tbox).found()


def _counts(tbox: TBox) -> Iterator[Ignored]:
    for predicate in (owl.MAX, owl.MAX_QUALIFIED):
        for subject, value in tbox.pairs(predicate):
            count, triple = count_of(value), (subject, predicate, value)
            if count is None:
                yield Ignored(triple, "a count is expected, such as 1 as xsd:nonNegativeInteger", True)
            elif count > 1:
                yield Ignored(triple, "only counts of 0 and 1 have rules", False)
            elif predicate == owl.MAX_QUALIFIED and not _says(tbox, subject, (owl.ON_CLASS, owl.word("onDataRange"))):
                yield Ignored(triple, "one owl:onClass is expected at it, and there is none", True)


_RESTRICTING = (owl.SOME, owl.ALL, owl.HAS_VALUE, owl.MAX, owl.MAX_QUALIFIED, *owl.UNREAD)
_LISTED = ("AllDifferent", "AllDisjointClasses", "AllDisjointProperties")
_ASSERTION = (owl.word("sourceIndividual"), owl.word("assertionProperty"))
_TARGETS = (owl.word("targetIndividual"), owl.word("targetValue"))


def _says(tbox: TBox, subject: Term, predicates: tuple[Term, ...]) -> bool:
    return any(tbox.values(subject, predicate) for predicate in predicates)


def _unfinished(tbox: TBox) -> Iterator[Ignored]:
    """Yield nodes that lack a triple that rules ask for."""
    for node, prop in tbox.pairs(owl.ON_PROPERTY):
        if not _says(tbox, node, _RESTRICTING):
            yield Ignored((node, owl.ON_PROPERTY, prop), "nothing is said of the values, such as owl:hasValue", True)
    for name in _LISTED:
        for node in tbox.typed(owl.word(name)):
            lists = (owl.MEMBERS, owl.DISTINCT_MEMBERS) if name == "AllDifferent" else (owl.MEMBERS,)
            if not _says(tbox, node, lists):
                yield Ignored((node, owl.TYPE, owl.word(name)), "owl:members with a list is expected at it", True)
    typed = {node for name in _LISTED for node in tbox.typed(owl.word(name))}
    for predicate in (owl.MEMBERS, owl.DISTINCT_MEMBERS):
        for node, head in tbox.pairs(predicate):
            if node not in typed:
                yield Ignored(
                    (node, predicate, head), f"one of the types owl:{', owl:'.join(_LISTED)} is expected", True
                )
    assertion = owl.word("NegativePropertyAssertion")
    negative = {node for predicate in (*_ASSERTION, *_TARGETS) for node, _ in tbox.pairs(predicate)}
    for node in negative | set(tbox.typed(assertion)):
        if not all(_says(tbox, node, (predicate,)) for predicate in _ASSERTION) or not _says(tbox, node, _TARGETS):
            reason = (
                "owl:sourceIndividual, owl:assertionProperty and owl:targetIndividual or owl:targetValue are expected"
            )
            yield Ignored((node, owl.TYPE, assertion), reason, True)


class _Halves:
    """Walks through class expressions: on the right of an axiom membership follows, on the left it is tested.

    Expressions without a name are looked at from each axiom that uses them; those with a name are axioms themselves,
    in both directions.
    """

    def __init__(self, tbox: TBox) -> None:
        self._tbox = tbox
        self._found: dict[Ignored, None] = {}
        self._seen: set[tuple[Term, SchemaTriple, bool]] = set()
        self._waiting: list[tuple[Term, SchemaTriple, bool]] = []

    def found(self) -> Iterator[Ignored]:
        """Yield the halves that are not used."""
        tbox = self._tbox
        sides: tuple[tuple[Term, tuple[bool, ...], tuple[bool, ...]], ...] = (
            (owl.SUB_CLASS, (False,), (True,)),
            (owl.EQUIVALENT_CLASS, (False, True), (False, True)),
            (owl.DISJOINT, (False,), (False,)),
            (owl.DOMAIN, (), (True,)),
            (owl.RANGE, (), (True,)),
            (owl.KEY, (False,), ()),
        )
        for predicate, of_subject, of_value in sides:
            for subject, value in tbox.pairs(predicate):
                self._waiting += [(subject, (subject, predicate, value), side) for side in of_subject]
                self._waiting += [(value, (subject, predicate, value), side) for side in of_value]
        for node in tbox.typed(owl.word("AllDisjointClasses")):
            for head in tbox.values(node, owl.MEMBERS):
                self._go(head, owl.MEMBERS, node, (node, owl.MEMBERS, head), right=False)
        for predicate in (owl.INTERSECTION, owl.UNION, owl.ONE_OF, owl.COMPLEMENT, *_RESTRICTING):
            for node, value in tbox.pairs(predicate):
                if not node.startswith("_:"):
                    self._expression(node, (node, predicate, value), predicate, value)
        while self._waiting:
            state = self._waiting.pop()
            node, axiom, right = state
            if state in self._seen or not node.startswith("_:"):
                continue
            self._seen.add(state)
            for predicate in (owl.INTERSECTION, owl.UNION, owl.ONE_OF, owl.COMPLEMENT, *_RESTRICTING):
                for value in tbox.values(node, predicate):
                    self._side(node, axiom, predicate, value, right=right)
        yield from self._found

    def _expression(self, node: Term, axiom: SchemaTriple, predicate: Term, value: Term) -> None:
        for right in (False, True):
            self._side(node, axiom, predicate, value, right=right)

    def _go(self, head: Term, predicate: Term, node: Term, axiom: SchemaTriple, *, right: bool) -> None:
        self._waiting += [(member, axiom, right) for member in self._tbox.members(node, predicate, head)]

    def _side(self, node: Term, axiom: SchemaTriple, predicate: Term, value: Term, *, right: bool) -> None:
        """Look at one side of an expression: what is not used, and where to go on."""
        if predicate == owl.INTERSECTION or (predicate == owl.UNION and not right):
            self._go(value, predicate, node, axiom, right=right)
        elif predicate == owl.ALL and right:
            self._waiting.append((value, axiom, True))
        elif (predicate == owl.SOME and not right) or (predicate == owl.COMPLEMENT and right):
            self._waiting.append((value, axiom, False))
        elif predicate == owl.MAX_QUALIFIED and right:
            self._waiting += [(cls, axiom, False) for cls in self._tbox.values(node, owl.ON_CLASS)]
        elif predicate in _COUNTS and (count_of(value) not in {0, 1} or not self._has_filler(node, predicate)):
            pass  # the count itself is listed
        elif reason := (_RIGHT if right else _LEFT).get(predicate):
            prop = " ".join(self._tbox.values(node, owl.ON_PROPERTY))
            name = "this expression" if node.startswith("_:") else node
            self._found[Ignored(axiom, reason.format(node=name, prop=prop, value=value), False)] = None

    def _has_filler(self, node: Term, predicate: Term) -> bool:
        return predicate == owl.MAX or bool(self._tbox.values(node, owl.ON_CLASS))


_COUNTS = {owl.MAX, owl.MAX_QUALIFIED}
_RIGHT = {
    owl.SOME: "that members of {node} have a value of {prop} in {value} makes no such value: rules make no individuals",
    owl.UNION: "that members of {node} are in one of the classes of its union is not used: rules do not choose",
    owl.ONE_OF: "that {node} has no members but those listed is not used: rules do not choose",
}
_LEFT = {
    owl.ALL: "members of {node} are not found by all their values of {prop} being in {value}: others may exist",
    owl.COMPLEMENT: "members of {node} are not found by what is not in {value}: it may be, unknown to the data",
    owl.MAX: "members of {node} are not found by how few values of {prop} they have: others may exist",
    owl.MAX_QUALIFIED: "members of {node} are not found by how few values of {prop} they have: others may exist",
}
