"""How terms are written in the documents that people read: prefixed names, and our own IRIs relative to the base."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from egov_kg import iri

__all__ = ["RDF_TYPE", "Names", "Node", "by_subject"]

RDF_TYPE: Final = ox.NamedNode(iri.expand("rdf:type"))

_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_RELATIVE: Final = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+(?:\.+[A-Za-z0-9_-]+)*)*\Z")

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
        self._prefixed: dict[str, str | None] = {}

    def prefixed(self, name: str) -> str | None:
        """Return the prefixed name of an IRI, or None if no prefix of ours fits.

        Example:
            >>> Names("https://w3id.org/egov-kg/").prefixed("http://purl.org/dc/terms/title")
            'dcterms:title'
        """
        if name not in self._prefixed:
            self._prefixed[name] = self._find(name)
        return self._prefixed[name]

    def _find(self, name: str) -> str | None:
        for prefix, namespace in iri.PREFIXES.items():
            if name.startswith(namespace) and _LOCAL.match(name, len(namespace)):
                self._used.add(prefix)
                return f"{prefix}:{name[len(namespace) :]}"
        return None

    def relative(self, name: str) -> str:
        """Return an IRI relative to the base where it lies below it and can be written so, else the IRI itself.

        Example:
            >>> Names("https://w3id.org/egov-kg/").relative("https://w3id.org/egov-kg/id/time/kr/2003..2007")
            'id/time/kr/2003..2007'
        """
        rest = name.removeprefix(self.base)
        return rest if rest != name and _RELATIVE.match(rest) else name

    def used(self) -> Iterator[tuple[str, str]]:
        """Yield the prefixes used so far with their namespaces, in our usual order."""
        return ((prefix, namespace) for prefix, namespace in iri.PREFIXES.items() if prefix in self._used)


def by_subject(triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[Node]:
    """Yield nodes in one order: subjects by code point, ``rdf:type`` first, then predicates and objects by code point.

    Args:
        triples: Without blank nodes and without repetition; graph names are ignored.
    """
    keys: dict[object, str] = {}

    def key(term: object) -> str:
        found = keys.get(term)
        if found is None:
            found = keys[term] = str(term)
        return found

    rows = sorted(
        (key(t.subject), t.predicate != RDF_TYPE, key(t.predicate), key(t.object), t.subject, t.predicate, t.object)
        for t in triples
    )
    for _, node in groupby(rows, key=lambda row: row[0]):
        predicates: list[tuple[ox.NamedNode, list[ox.NamedNode | ox.Literal]]] = []
        subject: ox.NamedNode | None = None
        for row in node:
            subject, predicate, value = row[4], row[5], row[6]  # type: ignore[assignment]
            if not predicates or predicates[-1][0] != predicate:
                predicates.append((predicate, []))
            predicates[-1][1].append(value)  # type: ignore[arg-type]
        assert subject is not None
        yield subject, predicates
