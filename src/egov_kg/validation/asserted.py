"""The asserted dataset as checks read it: facts by subject and by property, names, Statements, days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from egov_kg import iri
from egov_kg.rdf.evidence import Evidence

__all__ = ["Asserted", "Fact", "Node", "holds_content", "is_document_graph", "node"]

Node = NamedNode | BlankNode | Literal
Fact = tuple[NamedNode, Node]

_CONTENT = ("document/", "background/", "links/")


@cache
def node(curie: str) -> NamedNode:
    """Return the IRI that a CURIE stands for."""
    return NamedNode(iri.expand(curie))


def is_document_graph(graph: object, base: str) -> bool:
    """Return whether a graph name is that of what one document asserts."""
    start = iri.graph_iri("document/", base)
    return isinstance(graph, NamedNode) and graph.value.startswith(start) and not iri.is_proposal(graph.value, base)


def holds_content(graph: str, base: str) -> bool:
    """Return whether a graph, by its IRI, holds facts of the dataset: of documents, background or accepted links.

    What an extractor of somebody else's proposes is none.
    """
    start = iri.graph_iri("", base)
    return graph.startswith(start) and graph[len(start) :].startswith(_CONTENT) and not iri.is_proposal(graph, base)


def _term(text: str) -> Node:
    """Return a term from its N-Triples form."""
    (quad,) = parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, Node)
    return quad.object


class Asserted:
    """An index over quads; what documents, background and accepted links assert, and the Statements about it.

    Everything that it returns is sorted. Properties are given as CURIEs.

    Args:
        quads: All graphs, or at least the asserted ones.
        ontology: Which properties and classes are above which.
        base: The base of the dataset.
        evidence: The Statements, where they are not among the quads.
    """

    def __init__(
        self,
        quads: Iterable[Quad],
        ontology: Iterable[Quad | Triple] = (),
        base: str = iri.BASE,
        *,
        evidence: Evidence | None = None,
    ) -> None:
        self.base = base
        self._names: dict[NamedNode, str] = {}
        self._inverse: dict[str, dict[Node, list[NamedNode]]] = {}
        self._objects: defaultdict[tuple[NamedNode, NamedNode], set[Node]] = defaultdict(set)
        self._pairs: defaultdict[NamedNode, set[Fact]] = defaultdict(set)
        self._about: dict[tuple[str, str, str], tuple[Node, ...]] = {}
        statements: defaultdict[NamedNode, dict[str, Node]] = defaultdict(dict)
        is_content = cache(lambda graph: holds_content(graph, base))
        of_evidence = NamedNode(iri.graph_iri("evidence", base))
        parts = {node(f"rdf:{part}"): part for part in ("subject", "predicate", "object")}
        for quad in quads:
            subject, predicate, thing = quad.subject, quad.predicate, quad.object
            if not isinstance(subject, NamedNode) or isinstance(thing, Triple):
                continue
            if quad.graph_name == of_evidence:
                if predicate in parts:
                    statements[subject][parts[predicate]] = thing
            elif isinstance(quad.graph_name, NamedNode) and is_content(quad.graph_name.value):
                self._objects[subject, predicate].add(thing)
                self._pairs[predicate].add((subject, thing))
        self._statements: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._evidence = evidence
        if evidence is not None:
            self._statements = evidence.by_triple()
        for statement, terms in sorted(statements.items(), key=lambda item: item[0].value):
            if len(terms) == len(parts):
                key = (str(terms["subject"]), str(terms["predicate"]), str(terms["object"]))
                self._statements[key] = (*self._statements.get(key, ()), statement.value)
                self._about.setdefault(key, (terms["subject"], terms["predicate"], terms["object"]))
        self._below: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
        order = {node("rdfs:subPropertyOf"), node("rdfs:subClassOf")}
        for axiom in ontology:
            lower, upper = axiom.subject, axiom.object
            if axiom.predicate in order and isinstance(lower, NamedNode) and isinstance(upper, NamedNode):
                self._below[upper].add(lower)

    def objects(self, subject: NamedNode, *properties: str) -> list[Node]:
        """Return the values of any of the properties."""
        found = {thing for prop in properties for thing in self._objects.get((subject, node(prop)), ())}
        return sorted(found, key=str)

    def links(self, subject: NamedNode, *properties: str) -> list[NamedNode]:
        """Return the values that are things."""
        return [thing for thing in self.objects(subject, *properties) if isinstance(thing, NamedNode)]

    def literals(self, subject: NamedNode, *properties: str) -> list[Literal]:
        """Return the values that are literals."""
        return [thing for thing in self.objects(subject, *properties) if isinstance(thing, Literal)]

    def pairs(self, *properties: str) -> list[Fact]:
        """Return subject and value of all facts with any of the properties."""
        found = {pair for prop in properties for pair in self._pairs.get(node(prop), ())}
        return sorted(found, key=lambda pair: (pair[0].value, str(pair[1])))

    def having(self, prop: str, thing: Node) -> list[NamedNode]:
        """Return what has a value."""
        if prop not in self._inverse:
            index: dict[Node, list[NamedNode]] = {}
            for subject, value in self._pairs.get(node(prop), ()):
                index.setdefault(value, []).append(subject)
            self._inverse[prop] = index
        return sorted(self._inverse[prop].get(thing, ()), key=str)

    def below(self, name: str) -> tuple[str, ...]:
        """Return a property or class and all below it in the ontology, as CURIEs."""
        found = {node(name)}
        waiting = [node(name)]
        while waiting:
            for lower in self._below.get(waiting.pop(), set()) - found:
                found.add(lower)
                waiting.append(lower)
        return tuple(sorted(iri.curie(term.value) for term in found))

    def members(self, cls: str) -> list[NamedNode]:
        """Return the things that are asserted to be of a class or one below it."""
        classes = set(map(node, self.below(cls)))
        return sorted({s for s, o in self._pairs.get(node("rdf:type"), ()) if o in classes}, key=str)

    def statements(self, *facts: tuple[NamedNode, str, Node]) -> tuple[str, ...]:
        """Return the IRIs of all Statements about any of the facts (subject, CURIE of the property, value)."""
        keys = ((str(subject), str(node(prop)), str(thing)) for subject, prop, thing in facts)
        return tuple(sorted({name for key in keys for name in self._statements.get(key, ())}))

    def has_statement(self, subject: NamedNode, predicate: NamedNode, thing: Node) -> bool:
        """Return whether some Statement is about a fact."""
        return (str(subject), str(predicate), str(thing)) in self._statements

    def triples(self) -> set[Triple]:
        """Return every triple that some graph asserts."""
        return {Triple(s, p, thing) for (s, p), things in self._objects.items() for thing in things}

    def stated(self) -> Iterator[tuple[tuple[Node, ...], tuple[str, ...]]]:
        """Yield each triple that Statements are about, with the IRIs of those; asserted ones need not be among them."""
        if self._evidence is None:
            for key, terms in self._about.items():
                yield terms, self._statements[key]
            return
        known = {(str(s), str(p)): {str(thing) for thing in things} for (s, p), things in self._objects.items()}
        for key, names in self._statements.items():
            if key[2] not in known.get(key[:2], ()):  # what is asserted needs no terms
                yield tuple(map(_term, key)), names

    def asserts(self, subject: Node, predicate: Node, thing: Node) -> bool:
        """Return whether a graph asserts a fact."""
        if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode):
            return False
        return thing in self._objects.get((subject, predicate), ())

    def name(self, thing: Node) -> str:
        """Return what people call a thing: its English name, any name, the last part of its IRI; a literal's text."""
        if not isinstance(thing, NamedNode):
            return thing.value
        if thing not in self._names:
            labels = self.literals(thing, "skos:prefLabel")
            best = min(labels, key=lambda label: (label.language != "en", str(label)), default=None)
            self._names[thing] = (
                best.value if best is not None else iri.curie(thing.value, self.base).rpartition("/")[2]
            )
        return self._names[thing]

    def days(self, position: Node) -> tuple[str, str] | None:
        """Return the first and last day of a time position as ISO dates, or None if it has none."""
        if not isinstance(position, NamedNode):
            return None
        first, last = self.literals(position, "egov:firstDay"), self.literals(position, "egov:lastDay")
        return (first[0].value, last[-1].value) if first and last else None
