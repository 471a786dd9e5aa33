"""How terms are written in the documents that people read: prefixed names, and our own IRIs relative to the base."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from egov_kg import iri

__all__ = ["RDF_TYPE", "Names", "Node", "by_subject", "in_order", "is_relative", "types_first"]

RDF_TYPE: Final = ox.NamedNode(iri.expand("rdf:type"))

_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_PREFIXES: Final = {namespace: prefix for prefix, namespace in iri.PREFIXES.items()}
is_relative: Final = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+(?:\.+[A-Za-z0-9_-]+)*)*\Z").match
"""Whether what stands behind the base in an IRI can stand alone: no sign in it that a reader would resolve."""

Node = tuple[ox.NamedNode, list[tuple[ox.NamedNode, list[ox.NamedNode | ox.Literal]]]]
"""A subject with its predicates, each with its objects."""


class Names:
    """Short forms of IRIs, remembered, with a note of the prefixes that were used.

    Attributes:
        base: The base of the document.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self._used: set[str] = set()
        self._prefixed: dict[str, str] = {}

    def prefixed(self, name: str) -> str | None:
        """Return the prefixed name of an IRI, or None if no prefix of ours fits.

        Example:
            >>> Names("https://w3id.org/egov-kg/").prefixed("http://purl.org/dc/terms/title")
            'dcterms:title'
        """
        found = self._prefixed.get(name)
        if found is None:
            # A local name holds neither sign, so that a namespace of ours ends at the last one.
            place = max(name.rfind("/"), name.rfind("#")) + 1
            prefix = _PREFIXES.get(name[:place])
            if prefix is None or not _LOCAL.match(name, place):
                return None
            self._used.add(prefix)
            found = self._prefixed[name] = f"{prefix}:{name[place:]}"
        return found

    def relative(self, name: str) -> str:
        """Return an IRI relative to the base where it lies below it and can be written so, else the IRI itself.

        Example:
            >>> Names("https://w3id.org/egov-kg/").relative("https://w3id.org/egov-kg/id/time/kr/2003..2007")
            'id/time/kr/2003..2007'
        """
        rest = name.removeprefix(self.base)
        return rest if rest != name and is_relative(rest) else name

    def used(self) -> Iterator[tuple[str, str]]:
        """Yield the prefixes used so far with their namespaces, in our usual order."""
        return ((prefix, namespace) for prefix, namespace in iri.PREFIXES.items() if prefix in self._used)


def in_order(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return quads in one order: the default graph first, then graphs, subjects, predicates and objects by code point.

    Within a subject ``rdf:type`` comes first.

    Args:
        quads: Without blank nodes, each once.
    """
    keys: dict[object, str] = {}

    def key(term: object) -> str:
        found = keys.get(term)
        if found is None:
            found = keys[term] = "" if isinstance(term, ox.DefaultGraph) else str(term)
        return found

    return sorted(
        quads,
        key=lambda q: (key(q.graph_name), key(q.subject), q.predicate != RDF_TYPE, key(q.predicate), key(q.object)),
    )


def types_first(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return quads of one graph in the order of `in_order`, given them in canonical order, which costs no sorting."""
    ordered: list[ox.Quad] = []
    rest: list[ox.Quad] = []
    subject: object = None
    for quad in quads:
        if quad.subject != subject:
            ordered += rest
            rest, subject = [], quad.subject
        (ordered if quad.predicate == RDF_TYPE else rest).append(quad)
    return ordered + rest


def by_subject(triples: Iterable[ox.Triple | ox.Quad], *, ordered: bool = False) -> Iterator[Node]:
    """Yield nodes in one order: subjects by code point, ``rdf:type`` first, then predicates and objects by code point.

    Args:
        triples: Without blank nodes and without repetition; graph names are ignored.
        ordered: Whether they are quads in the order of `in_order`.
    """
    rows = triples if ordered else in_order(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    for subject, node in groupby(rows, key=lambda quad: quad.subject):
        predicates: list[tuple[ox.NamedNode, list[ox.NamedNode | ox.Literal]]] = []
        for predicate, found in groupby(node, key=lambda quad: quad.predicate):
            values = [quad.object for quad in found]
            predicates.append((predicate, [v for v in values if isinstance(v, ox.NamedNode | ox.Literal)]))
        assert isinstance(subject, ox.NamedNode)
        yield subject, predicates
