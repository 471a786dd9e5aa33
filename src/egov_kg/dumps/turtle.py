"""Turtle and TriG as a person would write them: sorted, grouped by subject, with prefixes and a base."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.terms import RDF_TYPE, Names, Node, by_subject

__all__ = ["trig", "turtle"]

_STRING: Final = iri.expand("xsd:string")
_PLAIN: Final = {
    iri.expand("xsd:integer"): re.compile(r"(?:0|-?[1-9][0-9]*)\Z"),
    iri.expand("xsd:boolean"): re.compile(r"(?:true|false)\Z"),
}
"""Datatypes whose canonical forms are written without quotes."""


def turtle(triples: Iterable[ox.Triple | ox.Quad], base: str, *, comment: str = "") -> bytes:
    """Return triples as Turtle, UTF-8.

    Args:
        triples: Without blank nodes, each once, in any order; graph names of quads are ignored.
        base: The base that our own IRIs are written relative to.
        comment: Lines for the head of the document.

    Example:
        >>> law = ox.NamedNode("https://w3id.org/egov-kg/id/law/kr/e-government-act")
        >>> title = ox.NamedNode("http://purl.org/dc/terms/title")
        >>> print(turtle([ox.Triple(law, title, ox.Literal("전자정부법", language="ko"))], iri.BASE).decode())
        @base <https://w3id.org/egov-kg/> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        <BLANKLINE>
        <id/law/kr/e-government-act> dcterms:title "전자정부법"@ko .
        <BLANKLINE>
    """
    writer = _Writer(base)
    body = "\n".join(writer.node(node, "") for node in by_subject(triples))
    return (writer.head(comment) + body).encode()


def trig(quads: Iterable[ox.Quad], base: str, *, comment: str = "") -> bytes:
    """Return quads as TriG, UTF-8: the default graph first, then the named graphs by name; otherwise as `turtle`."""
    writer = _Writer(base)
    body = "\n".join([writer.graph(name, group) for name, group in _by_graph(quads)])
    return (writer.head(comment) + body).encode()


def _by_graph(quads: Iterable[ox.Quad]) -> Iterator[tuple[ox.NamedNode | None, Iterator[ox.Quad]]]:
    def name(quad: ox.Quad) -> str:
        return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""

    for graph, group in groupby(sorted(quads, key=name), key=name):
        yield (ox.NamedNode(graph) if graph else None), group


class _Writer:
    def __init__(self, base: str) -> None:
        self._names = Names(base)
        self._terms: dict[ox.NamedNode, str] = {}

    def head(self, comment: str) -> str:
        """Return the head of the document; to be called after everything else, since it lists the prefixes used."""
        lines = [f"# {line}".rstrip() for line in comment.splitlines()]
        lines.append(f"@base <{self._names.base}> .")
        lines += [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in self._names.used()]
        return "\n".join(lines) + "\n\n"

    def graph(self, name: ox.NamedNode | None, quads: Iterable[ox.Quad]) -> str:
        if name is None:
            return "\n".join(self.node(node, "") for node in by_subject(quads))
        body = "\n".join(self.node(node, "  ") for node in by_subject(quads))
        return f"{self._iri(name)} {{\n{body}}}\n"

    def node(self, node: Node, indent: str) -> str:
        subject, predicates = node
        lines = [
            f"{'a' if predicate == RDF_TYPE else self._iri(predicate)} {', '.join(map(self._term, values))}"
            for predicate, values in predicates
        ]
        return f"{indent}{self._iri(subject)} " + f" ;\n{indent}    ".join(lines) + " .\n"

    def _term(self, term: ox.NamedNode | ox.Literal) -> str:
        if isinstance(term, ox.NamedNode):
            return self._iri(term)
        datatype = term.datatype.value
        if term.language or datatype == _STRING:
            return str(term)
        plain = _PLAIN.get(datatype)
        if plain is not None and plain.match(term.value):
            return term.value
        return f"{ox.Literal(term.value)}^^{self._iri(term.datatype)}"

    def _iri(self, node: ox.NamedNode) -> str:
        found = self._terms.get(node)
        if found is None:
            name = node.value
            found = self._terms[node] = self._names.prefixed(name) or f"<{self._names.relative(name)}>"
        return found
