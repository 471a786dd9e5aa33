"""The ontology as the rules read it: axioms by kind, lists read and checked once, nothing dropped in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from egov_kg import iri
from egov_kg.errors import ConfigurationError

__all__ = [
    "SAME_AS",
    "TYPE",
    "Axioms",
    "Pair",
    "PropertyChain",
    "Term",
    "is_schema_predicate",
    "read_axioms",
    "term_text",
    "triple_text",
    "without_blank_nodes",
]

T = TypeVar("T")
Term = NamedNode | BlankNode | Literal
Pair = tuple[NamedNode, NamedNode]

_OWL: Final = iri.PREFIXES["owl"]
_RDFS: Final = iri.PREFIXES["rdfs"]
_RDF: Final = iri.PREFIXES["rdf"]
_STAND_IN: Final = "urn:x-egov-kg:node:"

TYPE: Final = NamedNode(_RDF + "type")
SAME_AS: Final = NamedNode(_OWL + "sameAs")
_DIFFERENT: Final = _OWL + "differentFrom"
_CHAIN: Final = _OWL + "propertyChainAxiom"
_MEMBERS: Final = frozenset((_OWL + "members", _OWL + "distinctMembers"))

_ABOUT_SCHEMA: Final = frozenset(_RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range"))
_PAIRS: Final = _ABOUT_SCHEMA | frozenset(
    _OWL + name for name in ("inverseOf", "equivalentClass", "equivalentProperty", "disjointWith", "differentFrom")
)
_SILENT_KINDS: Final = frozenset(
    _OWL + name
    for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology", "NamedIndividual")
)
"""Declarations: they name a term and no rule needs them."""
_READ_KINDS: Final = frozenset(
    _OWL + name for name in ("SymmetricProperty", "TransitiveProperty", "AllDisjointClasses", "AllDifferent")
)
_SILENT_WORDS: Final = frozenset(
    _OWL + name
    for name in (
        *("versionIRI", "versionInfo", "priorVersion", "deprecated", "imports"),
        *("backwardCompatibleWith", "incompatibleWith", "sameAs"),
    )
)


@dataclass(frozen=True, slots=True)
class PropertyChain:
    """``head owl:propertyChainAxiom ( members )``: what the members link one after the other, the head links."""

    head: NamedNode
    members: tuple[NamedNode, ...]

    @property
    def text(self) -> str:
        """The axiom in CURIEs."""
        members = " ".join(map(term_text, self.members))
        return f"{term_text(self.head)} owl:propertyChainAxiom ( {members} )"


@dataclass(frozen=True, slots=True)
class Axioms:
    """The axioms of an ontology that our rules read, and a list of those that they do not read.

    Everything stands in the order of the IRIs, so that what is made from it is the same on every run.

    Attributes:
        sub_classes, sub_properties, domains, ranges, inverses, equivalent_classes, equivalent_properties,
            disjoint_pairs, different_pairs: Subject and object of each axiom of that kind.
        symmetric, transitive: Properties.
        chains: Property chains.
        disjoint_groups, different_groups: The members of each ``owl:AllDisjointClasses`` and ``owl:AllDifferent``.
        schema_terms: What the ontology is made of: classes, properties, its lists and its header.
        anonymous: Those of them that have no name for people: list nodes, class and property expressions.
        outside: Axioms that owlrl reads and our prover does not, as texts.
    """

    sub_classes: tuple[Pair, ...]
    sub_properties: tuple[Pair, ...]
    domains: tuple[Pair, ...]
    ranges: tuple[Pair, ...]
    inverses: tuple[Pair, ...]
    equivalent_classes: tuple[Pair, ...]
    equivalent_properties: tuple[Pair, ...]
    disjoint_pairs: tuple[Pair, ...]
    different_pairs: tuple[Pair, ...]
    symmetric: tuple[NamedNode, ...]
    transitive: tuple[NamedNode, ...]
    chains: tuple[PropertyChain, ...]
    disjoint_groups: tuple[tuple[NamedNode, ...], ...]
    different_groups: tuple[tuple[NamedNode, ...], ...]
    schema_terms: frozenset[Term]
    anonymous: frozenset[Term]
    outside: tuple[str, ...]


def is_schema_predicate(predicate: NamedNode) -> bool:
    """Return whether triples with this predicate speak about the ontology and not about individuals.

    Example:
        >>> is_schema_predicate(NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf"))
        True
        >>> is_schema_predicate(NamedNode("http://www.w3.org/2000/01/rdf-schema#label"))
        False
    """
    text = predicate.value
    return text in _ABOUT_SCHEMA or (text.startswith(_OWL) and text not in {SAME_AS.value, _DIFFERENT})


def term_text(term: Term | Triple) -> str:
    """Return a term for people: a CURIE where there is one, else its N-Triples form.

    Example:
        >>> term_text(NamedNode("https://w3id.org/egov-kg/ontology#partOf"))
        'egov:partOf'
        >>> term_text(NamedNode("https://example.org/a"))
        '<https://example.org/a>'
    """
    if isinstance(term, NamedNode):
        short = iri.curie(term.value)
        if not short.startswith(("http:", "https:", "urn:")) and ":" in short:
            return short
    return str(term)


def triple_text(triple: Triple) -> str:
    """Return a triple for people, in CURIEs.

    Example:
        >>> a = NamedNode("https://w3id.org/egov-kg/ontology#Law")
        >>> triple_text(Triple(a, TYPE, a))
        'egov:Law rdf:type egov:Law'
    """
    return " ".join(map(term_text, (triple.subject, triple.predicate, triple.object)))


def without_blank_nodes(triples: Iterable[Triple]) -> list[Triple]:
    """Return the triples with an IRI in place of each blank node.

    The rules then see names alone; what they derive about such a node is never written.

    Example:
        >>> p = NamedNode("urn:p")
        >>> str(without_blank_nodes([Triple(BlankNode("b"), p, p)])[0])
        '<urn:x-egov-kg:node:b> <urn:p> <urn:p>'
    """

    def named(term: T) -> T | NamedNode:
        return NamedNode(_STAND_IN + term.value) if isinstance(term, BlankNode) else term

    return [Triple(named(t.subject), t.predicate, named(t.object)) for t in triples]


def read_axioms(ontology: Iterable[Triple], asserted: Iterable[Triple] = ()) -> Axioms:
    """Return the axioms of an ontology.

    Args:
        ontology: Its triples; lists may hang on blank nodes or on IRIs.
        asserted: Facts. Only ``owl:AllDifferent`` and ``owl:differentFrom`` are read from them, since the loader
            writes those beside the individuals.

    Raises:
        ConfigurationError: If a list is cyclic, forked, without end, or holds a literal.
    """
    reader = _Reader()
    for triple in without_blank_nodes(ontology):
        reader.read(triple)
    identity = _MEMBERS | {_DIFFERENT, _RDF + "first", _RDF + "rest"}
    for triple in asserted:
        if triple.predicate.value in identity or (
            triple.predicate == TYPE and triple.object == NamedNode(_OWL + "AllDifferent")
        ):
            reader.read(triple)
    return reader.axioms()


class _Reader:
    def __init__(self) -> None:
        self.pairs: defaultdict[str, set[Pair]] = defaultdict(set)
        self.kinds: defaultdict[str, set[NamedNode]] = defaultdict(set)
        self.lists: defaultdict[object, dict[str, list[Term]]] = defaultdict(lambda: {"first": [], "rest": []})
        self.heads: dict[str, set[Pair]] = {_CHAIN: set(), "members": set()}
        self.outside: set[str] = set()
        self.schema: set[Term] = set()
        self.anonymous: set[Term] = set()

    def read(self, triple: Triple) -> None:
        subject, predicate, thing = triple.subject, triple.predicate.value, triple.object
        if not isinstance(subject, NamedNode) or isinstance(thing, Triple):
            return
        if predicate in {_RDF + "first", _RDF + "rest"}:
            self.lists[subject][predicate.removeprefix(_RDF)].append(thing)
            self.schema.add(subject)
            self.anonymous.add(subject)
        elif isinstance(thing, NamedNode):
            self._read_axiom(subject, predicate, thing)

    def _read_axiom(self, subject: NamedNode, predicate: str, thing: NamedNode) -> None:
        if predicate in _PAIRS:
            self.pairs[predicate].add((subject, thing))
            if predicate != _DIFFERENT:
                self.schema.update((subject, thing))
        elif predicate == TYPE.value:
            if thing.value.startswith((_OWL, _RDFS)) or thing.value in {_RDF + "Property", _RDF + "List"}:
                self.schema.add(subject)
                self.kinds[thing.value].add(subject)
        elif predicate == _CHAIN:
            self.heads[_CHAIN].add((subject, thing))
        elif predicate in _MEMBERS:
            self.heads["members"].add((subject, thing))
        elif predicate.startswith(_OWL) and predicate not in _SILENT_WORDS:
            self.schema.add(subject)
            self.outside.add(f"{term_text(subject)} {term_text(NamedNode(predicate))} {term_text(thing)}")

    def _items(self, node: Term, axiom: str) -> Iterator[NamedNode]:
        seen: set[Term] = set()
        while node != NamedNode(_RDF + "nil"):
            cell = self.lists.get(node)
            if cell is None or node in seen or len(cell["first"]) != 1 or len(cell["rest"]) != 1:
                raise ConfigurationError(f"the list of {axiom} is broken at {term_text(node)}; write it as ( a b c )")
            seen.add(node)
            item, node = cell["first"][0], cell["rest"][0]
            if not isinstance(item, NamedNode):
                raise ConfigurationError(f"the list of {axiom} holds {item}; it may hold names only")
            yield item

    def _groups(self, kind: str) -> tuple[tuple[NamedNode, ...], ...]:
        nodes = self.kinds[_OWL + kind]
        groups = {tuple(self._items(top, f"owl:{kind}")) for node, top in self.heads["members"] if node in nodes}
        return tuple(sorted(groups, key=lambda group: [node.value for node in group]))

    def _pairs(self, predicate: str) -> tuple[Pair, ...]:
        return tuple(sorted(self.pairs[predicate], key=lambda pair: (pair[0].value, pair[1].value)))

    def _kind(self, name: str) -> tuple[NamedNode, ...]:
        return tuple(sorted(self.kinds[_OWL + name], key=lambda node: node.value))

    def axioms(self) -> Axioms:
        chains = [PropertyChain(head, tuple(self._items(top, term_text(head)))) for head, top in self.heads[_CHAIN]]
        for chain in chains:
            self.schema.update((chain.head, *chain.members))
        unread = {
            f"{term_text(subject)} rdf:type {term_text(NamedNode(kind))}"
            for kind, subjects in self.kinds.items()
            if kind.startswith(_OWL) and kind not in _SILENT_KINDS | _READ_KINDS
            for subject in subjects
        }
        return Axioms(
            sub_classes=self._pairs(_RDFS + "subClassOf"),
            sub_properties=self._pairs(_RDFS + "subPropertyOf"),
            domains=self._pairs(_RDFS + "domain"),
            ranges=self._pairs(_RDFS + "range"),
            inverses=self._pairs(_OWL + "inverseOf"),
            equivalent_classes=self._pairs(_OWL + "equivalentClass"),
            equivalent_properties=self._pairs(_OWL + "equivalentProperty"),
            disjoint_pairs=self._pairs(_OWL + "disjointWith"),
            different_pairs=self._pairs(_DIFFERENT),
            symmetric=self._kind("SymmetricProperty"),
            transitive=self._kind("TransitiveProperty"),
            chains=tuple(sorted(chains, key=lambda c: (c.head.value, [m.value for m in c.members]))),
            disjoint_groups=self._groups("AllDisjointClasses"),
            different_groups=self._groups("AllDifferent"),
            schema_terms=frozenset(self.schema),
            anonymous=frozenset(self.anonymous | {term for term in self.schema if _is_stand_in(term)}),
            outside=tuple(sorted(self.outside | unread)),
        )


def _is_stand_in(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(_STAND_IN)
