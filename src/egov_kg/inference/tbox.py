"""An ontology's schema triples, indexed: who is typed how, well-formed lists, restrictions, and what is malformed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from egov_kg.errors import RefusedAxiom
from egov_kg.inference import owl
from egov_kg.inference.plan import Ignored, SchemaTriple, Term

__all__ = ["Restriction", "TBox", "count_of"]

_MOST_OF_A_NODE: Final = 1_000_000


class Restriction(NamedTuple):
    """A class given by a restriction: its node, its property, what it says of the values, and the triple of that."""

    node: Term
    prop: Term
    value: Term
    triple: SchemaTriple

    @property
    def axiom(self) -> tuple[SchemaTriple, SchemaTriple]:
        """The triples that rules read, in the order of their tables."""
        return (self.triple, (self.node, owl.ON_PROPERTY, self.prop))


class TBox:
    """Schema triples under the representatives of classes and properties that are the same.

    Attributes:
        triples: The triples, rewritten.
        broken: What was found to be malformed, in the order of reading; filled while lists and restrictions are read.
    """

    def __init__(self, given: Iterable[SchemaTriple], names: Mapping[Term, Term]) -> None:
        renamed = ((names.get(s, s), names.get(p, p), names.get(o, o)) for s, p, o in given)
        self.triples = frozenset(renamed if names else given)
        self.broken: dict[Ignored, None] = {}
        index: dict[Term, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in sorted(self.triples):
            index[predicate][subject].append(value)
        self._index = index
        self._typed: dict[Term, list[Term]] = defaultdict(list)
        for node, classes in index[owl.TYPE].items():
            for cls in classes:
                self._typed[cls].append(node)
        self._lists: dict[Term, tuple[tuple[Term, ...], str]] = {}

    def values(self, subject: Term, predicate: Term) -> list[Term]:
        """Return the values of a predicate, in term order."""
        return self._index[predicate].get(subject, []) if predicate in self._index else []

    def pairs(self, predicate: Term) -> Iterator[tuple[Term, Term]]:
        """Yield the pairs of a predicate, in term order."""
        if predicate in self._index:
            for subject, values in self._index[predicate].items():
                for value in values:
                    yield subject, value

    def typed(self, cls: Term) -> list[Term]:
        """Return what is typed with a class of the language, in term order."""
        return self._typed.get(cls, [])

    def break_(self, triple: SchemaTriple, reason: str) -> None:
        """Note that an axiom is malformed."""
        self.broken[Ignored(triple, reason, True)] = None

    def members(self, subject: Term, predicate: Term, head: Term, *, literals: bool = False) -> tuple[Term, ...]:
        """Return the members of an axiom's list; none, and a note, if it is malformed, empty or has literals."""
        if head not in self._lists:
            self._lists[head] = self._read(head)
        members, problem = self._lists[head]
        if not problem and not members:
            problem = "its list is empty, and no rule reads that"
        if not problem and not literals and any(member.startswith('"') for member in members):
            problem = "its list holds a literal, where a name is expected"
        if problem:
            self.break_((subject, predicate, head), problem)
            return ()
        return members

    def _read(self, head: Term) -> tuple[tuple[Term, ...], str]:
        members: list[Term] = []
        seen: set[Term] = set()
        cell = head
        while cell != owl.NIL:
            if cell in seen:
                return (), f"its list is cyclic: {cell} follows itself; a list ends with rdf:nil"
            seen.add(cell)
            for predicate, name in ((owl.FIRST, "rdf:first"), (owl.REST, "rdf:rest")):
                found = len(self.values(cell, predicate))
                if found != 1:
                    return (), f"its list is broken: one {name} is expected at {cell}, and there are {found}"
            members.append(self.values(cell, owl.FIRST)[0])
            cell = self.values(cell, owl.REST)[0]
        return tuple(members), ""

    def lists(self, predicate: Term) -> Iterator[tuple[SchemaTriple, tuple[Term, ...]]]:
        """Yield each well-formed axiom of a predicate that takes a list of classes, properties or individuals."""
        for subject, head in self.pairs(predicate):
            if members := self.members(subject, predicate, head, literals=predicate == owl.ONE_OF):
                yield (subject, predicate, head), members

    def restrictions(self, predicate: Term) -> Iterator[Restriction]:
        """Yield the well-formed restrictions that say something with a predicate.

        Raises:
            RefusedAxiom: If one node would be more restrictions than anybody means.
        """
        for node, value in self.pairs(predicate):
            props = self.values(node, owl.ON_PROPERTY)
            if not props:
                self.break_((node, predicate, value), "owl:onProperty is expected at it, and there is none")
            elif value.startswith('"') and predicate in {owl.SOME, owl.ALL}:
                self.break_((node, predicate, value), "a class is expected, not a literal")
            else:
                yield from self._of_each_property(node, props, predicate, value)

    def _of_each_property(self, node: Term, props: list[Term], predicate: Term, value: Term) -> Iterator[Restriction]:
        """Yield a restriction for each property: rules read every ``owl:onProperty``, and each stands for itself."""
        count = len(props) * len(self.values(node, predicate))
        if count > _MOST_OF_A_NODE:
            reason = f"with all its properties and values, one node would be {count} restrictions"
            raise RefusedAxiom((node, owl.ON_PROPERTY, props[0]), reason)
        for prop in props:
            if prop.startswith('"'):
                self.break_((node, owl.ON_PROPERTY, prop), "a property is expected, not a literal")
            else:
                yield Restriction(node, prop, value, (node, predicate, value))

    def names(self, predicate: Term) -> Iterator[tuple[Term, Term]]:
        """Yield the pairs of a predicate between names; literals are malformed."""
        for subject, value in self.pairs(predicate):
            if value.startswith('"'):
                self.break_((subject, predicate, value), "a name is expected, not a literal")
            else:
                yield subject, value


_XSD: Final = "<http://www.w3.org/2001/XMLSchema#"
_INTEGERS: Final = {
    f"{_XSD}{name}>"
    for name in [
        "integer",
        "nonNegativeInteger",
        "positiveInteger",
        "long",
        "int",
        "short",
        "byte",
        "unsignedLong",
        "unsignedInt",
        "unsignedShort",
        "unsignedByte",
        "nonPositiveInteger",
        "negativeInteger",
    ]
}


def count_of(literal: Term) -> int | None:
    """Return the value of a cardinality; None if the literal is no count.

    >>> count_of(f'"01"^^{_XSD}int>'), count_of(f'"1.0"^^{_XSD}decimal>'), count_of('"1"')
    (1, 1, None)
    """
    lexical, marker, datatype = literal.rpartition('"^^')
    text = lexical[1:].strip()
    if not marker or not text.isascii():
        return None
    if datatype == f"{_XSD}decimal>":
        text, _, fraction = text.partition(".")
        if fraction.strip("0"):
            return None
    elif datatype not in _INTEGERS:
        return None
    digits = text.removeprefix("+")
    digits = "0" if digits.startswith("-") and not digits[1:].strip("0") else digits
    return int(digits) if digits.isdigit() and len(digits) < 100 else None
