"""Axioms at random over few names, so that they meet in ways that nobody thought of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from tests.inference.features.values import VALUES

__all__ = ["OWL", "RDF", "RDFS", "TYPE", "XSD", "Vocabulary", "random_axioms"]

Node = NamedNode | BlankNode


class Vocabulary:
    """The words of a namespace by their local names."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace

    def __getitem__(self, name: str) -> NamedNode:
        return NamedNode(self.namespace + name)


RDF: Final = Vocabulary("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Vocabulary("http://www.w3.org/2000/01/rdf-schema#")
OWL: Final = Vocabulary("http://www.w3.org/2002/07/owl#")
XSD: Final = Vocabulary("http://www.w3.org/2001/XMLSchema#")
TYPE: Final = RDF["type"]
_OWN: Final = Vocabulary("http://features.example/#")
_CLASSES: Final = tuple(_OWN[name] for name in "ABCDEF")
_PROPERTIES: Final = tuple(_OWN[name] for name in "pqrstu")
_DATA: Final = tuple(_OWN[name] for name in "de")
_THINGS: Final = tuple(_OWN[f"i{n}"] for n in range(6))


def random_axioms(chance: Random) -> tuple[tuple[Triple, ...], list[NamedNode]]:
    """Return three to twelve axioms, with the declarations of all words, and these words."""
    writer = _Writer(chance)
    for _ in range(chance.randint(3, 12)):
        chance.choices(_KINDS, weights=_WEIGHTS)[0](writer)
    for words, kind in ((_CLASSES, "Class"), (_PROPERTIES, "ObjectProperty"), (_DATA, "DatatypeProperty")):
        writer.made.extend(Triple(word, TYPE, OWL[kind]) for word in words)
    return tuple(writer.made), [*_CLASSES, *_PROPERTIES, *_DATA]


class _Writer:
    """Writes axioms; blank nodes are numbered."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.made: list[Triple] = []
        self.blanks = 0

    def blank(self) -> BlankNode:
        self.blanks += 1
        return BlankNode(f"x{self.blanks}")

    def say(self, subject: Node, word: NamedNode, thing: Node | Literal) -> None:
        self.made.append(Triple(subject, word, thing))

    def one(self, words: Sequence[NamedNode]) -> NamedNode:
        return self.chance.choice(words)

    def some(self, words: Sequence[NamedNode], least: int, most: int) -> list[NamedNode]:
        """Return words with repetition: a chain may have a property twice."""
        return [self.one(words) for _ in range(self.chance.randint(least, most))]

    def list_of(self, members: Iterable[Node | Literal]) -> Node:
        head: Node = RDF["nil"]
        for member in reversed(list(members)):
            cell = self.blank()
            self.say(cell, RDF["first"], member)
            self.say(cell, RDF["rest"], head)
            head = cell
        return head

    def value(self) -> Literal:
        return self.chance.choice(self.chance.choice(VALUES))

    def expression(self, depth: int = 0) -> Node:
        """Return a class: mostly one with a name, else a restriction or a combination."""
        if depth > 1 or self.chance.random() < 0.45:
            return self.one(_CLASSES)
        node = self.blank()
        combine = self.chance.choice(("intersectionOf", "unionOf", "oneOf", "complementOf", *["restriction"] * 6))
        if combine == "restriction":
            self._restriction(node, depth)
        elif combine == "oneOf":
            self.say(node, OWL[combine], self.list_of(self.some(_THINGS, 1, 2)))
        elif combine == "complementOf":
            self.say(node, OWL[combine], self.one(_CLASSES))
        else:
            members = [self.expression(depth + 1) for _ in range(self.chance.randint(1, 3))]
            self.say(node, OWL[combine], self.list_of(members))
        return node

    def _restriction(self, node: Node, depth: int) -> None:
        kind = self.chance.choice(("some", "some", "all", "value", "literal", "thing", "datatype", "max", "qualified"))
        on_data = kind in {"literal", "datatype"}
        self.say(node, TYPE, OWL["Restriction"])
        self.say(node, OWL["onProperty"], self.one(_DATA if on_data else _PROPERTIES))
        count = Literal(self.chance.choice("0112"), datatype=XSD["nonNegativeInteger"])
        match kind:
            case "some":
                self.say(node, OWL["someValuesFrom"], self.expression(depth + 1))
            case "all":
                self.say(node, OWL["allValuesFrom"], self.expression(depth + 1))
            case "value":
                self.say(node, OWL["hasValue"], self.one(_THINGS))
            case "literal":
                self.say(node, OWL["hasValue"], self.value())
            case "thing":
                self.say(node, OWL["someValuesFrom"], OWL["Thing"])
            case "datatype":
                self.say(node, OWL["someValuesFrom"], XSD[self.chance.choice(("decimal", "boolean", "dateTime"))])
            case "max":
                self.say(node, OWL["maxCardinality"], count)
            case _:
                self.say(node, OWL["maxQualifiedCardinality"], count)
                self.say(node, OWL["onClass"], self.chance.choice((*_CLASSES, OWL["Thing"])))


def _sub_class(w: _Writer) -> None:
    w.say(w.expression(), RDFS["subClassOf"], w.expression())


def _equivalent(w: _Writer) -> None:
    w.say(w.one(_CLASSES), OWL["equivalentClass"], w.expression())


def _combined(w: _Writer) -> None:
    """A class with a name that is an intersection, a union or an enumeration itself."""
    word = w.chance.choice(("intersectionOf", "unionOf", "oneOf"))
    members: list[Node] = (
        [*w.some(_THINGS, 1, 3)] if word == "oneOf" else [w.expression(1) for _ in range(w.chance.randint(1, 3))]
    )
    w.say(w.one(_CLASSES), OWL[word], w.list_of(members))


def _between_properties(w: _Writer) -> None:
    word = w.chance.choice((RDFS["subPropertyOf"], RDFS["subPropertyOf"], OWL["equivalentProperty"], OWL["inverseOf"]))
    w.say(w.one(_PROPERTIES), word, w.one(_PROPERTIES))


def _of_data(w: _Writer) -> None:
    w.say(_DATA[0], RDFS["subPropertyOf"], _DATA[1])
    w.say(w.one(_DATA), RDFS["domain"], w.expression())


def _domain_or_range(w: _Writer) -> None:
    w.say(w.one(_PROPERTIES), RDFS[w.chance.choice(("domain", "range"))], w.expression())


def _kind_of_property(w: _Writer) -> None:
    kinds = ("Symmetric", "Transitive", "Functional", "InverseFunctional", "Asymmetric", "Irreflexive")
    w.say(w.one(_PROPERTIES), TYPE, OWL[f"{w.chance.choice(kinds)}Property"])


def _kind_of_data(w: _Writer) -> None:
    w.say(w.one(_DATA), TYPE, OWL[w.chance.choice(("FunctionalProperty", "InverseFunctionalProperty"))])


def _chain(w: _Writer) -> None:
    w.say(w.one(_PROPERTIES), OWL["propertyChainAxiom"], w.list_of(w.some(_PROPERTIES, 1, 4)))


def _key(w: _Writer) -> None:
    w.say(w.one(_CLASSES), OWL["hasKey"], w.list_of(dict.fromkeys(w.some((*_PROPERTIES, *_DATA), 1, 2))))


def _same(w: _Writer) -> None:
    words = w.chance.choice((_THINGS, _THINGS, _CLASSES, _PROPERTIES))
    w.say(w.one(words), OWL["sameAs"], w.one(words))


def _apart(w: _Writer) -> None:
    match w.chance.randrange(4):
        case 0:
            w.say(w.one(_CLASSES), OWL["disjointWith"], w.one(_CLASSES))
        case 1:
            w.say(w.one(_PROPERTIES), OWL["propertyDisjointWith"], w.one(_PROPERTIES))
        case 2:
            w.say(w.one(_THINGS), OWL["differentFrom"], w.one(_THINGS))
        case _:
            node = w.blank()
            kind, words = w.chance.choice((("AllDisjointClasses", _CLASSES), ("AllDifferent", _THINGS)))
            w.say(node, TYPE, OWL[kind])
            w.say(node, OWL["members"], w.list_of(dict.fromkeys(w.some(words, 2, 4))))


def _denied(w: _Writer) -> None:
    node = w.blank()
    w.say(node, OWL["sourceIndividual"], w.one(_THINGS))
    w.say(node, OWL["assertionProperty"], w.one(_PROPERTIES))
    w.say(node, OWL["targetIndividual"], w.one(_THINGS))


_MADE: Final[tuple[tuple[Callable[[_Writer], None], int], ...]] = (
    (_sub_class, 8),
    (_equivalent, 3),
    (_combined, 3),
    (_between_properties, 6),
    (_of_data, 1),
    (_domain_or_range, 3),
    (_kind_of_property, 4),
    (_kind_of_data, 1),
    (_chain, 3),
    (_key, 1),
    (_same, 2),
    (_apart, 2),
    (_denied, 1),
)
_KINDS: Final = [make for make, _ in _MADE]
_WEIGHTS: Final = [weight for _, weight in _MADE]
