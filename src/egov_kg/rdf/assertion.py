"""What the dataset asserts, before it becomes quads: a triple in our own ids and CURIEs, and what it rests on.

The decisions of this stage (positions, labels, which date counts) read and write these values; `quad` turns one into
RDF at the very end, with the base of the deployment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad, Triple

from egov_kg import iri
from egov_kg.model import Certainty, Span, Value

__all__ = [
    "Assertion",
    "Outside",
    "Terms",
    "by_property",
    "class_of",
    "classes_of",
    "literal",
    "named",
    "quad",
    "triple",
]


@dataclass(frozen=True, slots=True)
class Outside:
    """Something with an IRI that is not one of our things: a class, a web page.

    Attributes:
        iri: Absolute.
    """

    iri: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """A triple that one graph asserts, and what it rests on.

    Attributes:
        subject: The id of a thing.
        property: A CURIE.
        object: The id of a thing, a literal, or something outside.
        graph: The name of the graph, below ``{base}graph/``: ``document/…`` or ``background/…``.
        rule: What found or decided it.
        certainty: ``stated``, ``inferable`` (this stage or extraction resolved it), ``background``, or ``proposed``.
        spans: The words that carry it together, in reading order; empty where no document does.
        sources: The ids of the documents that say so without a span: registers behind background rows, reviews.
        grounds: The ids of the Statements that it rests on besides: of the link that brought it.
    """

    subject: str
    property: str
    object: str | Value | Outside
    graph: str
    rule: str
    certainty: Certainty = "stated"
    spans: tuple[Span, ...] = ()
    sources: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()


@cache
def named(curie: str) -> NamedNode:
    """Return the node of a CURIE."""
    return NamedNode(iri.expand(curie))


def class_of(curie: str) -> Outside:
    """Return a class as the object of ``rdf:type``."""
    return Outside(iri.expand(curie))


def triple(assertion: Assertion, base: str) -> Triple:
    """Return the triple of an assertion.

    Example:
        >>> number = Assertion("law/kr/archives-act", "egov:actNumber", Value("5709"), "background/register", "acts")
        >>> print(triple(number, "https://example.org/"))
        <https://example.org/id/law/kr/archives-act> <https://w3id.org/egov-kg/ontology#actNumber> "5709"
    """
    return Triple(
        NamedNode(iri.thing_iri(assertion.subject, base)), named(assertion.property), _object(assertion.object, base)
    )


def quad(assertion: Assertion, base: str) -> Quad:
    """Return the quad of an assertion."""
    t = triple(assertion, base)
    return Quad(t.subject, t.predicate, t.object, NamedNode(iri.graph_iri(assertion.graph, base)))


class Terms:
    """The terms of a deployment, each made once: as values of the engine, and as N-Triples text.

    Attributes:
        base: The base of the deployment.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self._nodes: dict[str | Value | Outside, NamedNode | Literal] = {}
        self._texts: dict[str | Value | Outside, str] = {}
        self._graphs: dict[str, NamedNode] = {}

    def quad(self, assertion: Assertion) -> Quad:
        """Return the quad of an assertion."""
        graph = self._graphs.get(assertion.graph)
        if graph is None:
            graph = self._graphs[assertion.graph] = NamedNode(iri.graph_iri(assertion.graph, self.base))
        subject, thing = self.node(assertion.subject), self.node(assertion.object)
        return Quad(subject, named(assertion.property), thing, graph)  # type: ignore[arg-type]  # an id is a node

    def node(self, value: str | Value | Outside) -> NamedNode | Literal:
        """Return the term of an id, a literal, or something outside."""
        found = self._nodes.get(value)
        if found is None:
            found = self._nodes[value] = _object(value, self.base)
        return found

    def text(self, value: str | Value | Outside) -> str:
        """Return the same in N-Triples form."""
        found = self._texts.get(value)
        if found is None:
            found = self._texts[value] = str(self.node(value))
        return found

    def thing(self, identifier: str) -> str:
        """Return the IRI of a thing in N-Triples form."""
        return self.text(identifier)

    def property(self, curie: str) -> str:
        """Return the IRI of a property in N-Triples form."""
        return _property_text(curie)


@cache
def _property_text(curie: str) -> str:
    return str(named(curie))


def _object(value: str | Value | Outside, base: str) -> NamedNode | Literal:
    match value:
        case str():
            return NamedNode(iri.thing_iri(value, base))
        case Outside():
            return NamedNode(value.iri)
        case Value():
            return literal(value)


def literal(value: Value) -> Literal:
    """Return the literal of a value, with its lexical form as it is.

    Example:
        >>> print(literal(Value("2001", "xsd:gYear")), literal(Value("전자정부법", "rdf:langString", "ko")))
        "2001"^^<http://www.w3.org/2001/XMLSchema#gYear> "전자정부법"@ko
    """
    if value.lang:
        return Literal(value.lexical, language=value.lang)
    if value.datatype in {"xsd:string", "rdf:langString"}:
        return Literal(value.lexical)
    return Literal(value.lexical, datatype=named(value.datatype))


def by_property(assertions: Iterable[Assertion]) -> Mapping[str, Mapping[str, list[Assertion]]]:
    """Return assertions by property and then by subject, each list in the order given."""
    index: defaultdict[str, defaultdict[str, list[Assertion]]] = defaultdict(lambda: defaultdict(list))
    for assertion in assertions:
        index[assertion.property][assertion.subject].append(assertion)
    return index


def classes_of(assertions: Iterable[Assertion]) -> Mapping[str, tuple[str, ...]]:
    """Return the asserted classes of each thing, as CURIEs, sorted."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for assertion in assertions:
        if assertion.property == "rdf:type" and isinstance(assertion.object, Outside):
            found[assertion.subject].add(iri.curie(assertion.object.iri))
    return {thing: tuple(sorted(classes)) for thing, classes in found.items()}
