"""Solutions as a group of a query: VALUES, and what VALUES cannot hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox

__all__ = ["Term", "has_node", "is_the_same_everywhere", "node", "renamed", "values"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_STRING: Final = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")


def values(
    columns: Sequence[str], rows: Sequence[Sequence[Term | None]], *, function: ox.NamedNode, secret: str
) -> str:
    """Return a group with some solutions and nothing else.

    Args:
        columns: The variables that it shows.
        rows: Their values; None where one has none.
        function: Makes a blank node of its name: VALUES cannot hold one.
        secret: Makes names of variables that no query has.
    """
    nodes = [any(isinstance(row[n], ox.BlankNode) for row in rows) for n in range(len(columns))]
    if not any(nodes):
        lines = " ".join(f"({' '.join(_written(term) for term in row)})" for row in rows)
        return f"{{ VALUES ({' '.join(f'?{name}' for name in columns)}) {{ {lines} }} }}"
    heads, binds = [], []
    for n, name in enumerate(columns):
        if nodes[n]:
            term, node = f"?term{n}_{secret}", f"?node{n}_{secret}"
            heads.append(f"{term} {node}")
            binds.append(f"BIND(COALESCE({term}, {function}({node})) AS ?{name})")
        else:
            heads.append(f"?{name}")
    lines = " ".join(
        f"({' '.join(_cells(term, node=node) for term, node in zip(row, nodes, strict=True))})" for row in rows
    )
    shown = " ".join(f"?{name}" for name in columns)
    return f"{{ SELECT {shown} {{ VALUES ({' '.join(heads)}) {{ {lines} }} {' '.join(binds)} }} }}"


def is_the_same_everywhere(term: Term | None) -> bool:
    """Whether a term has one form only: engines fold numbers and the case of language tags, each in its own way."""
    return isinstance(term, ox.NamedNode) or (
        isinstance(term, ox.Literal) and term.datatype == _STRING and not term.language
    )


def node(name: Term) -> ox.BlankNode | None:
    """Return the blank node of a name."""
    return ox.BlankNode(name.value) if isinstance(name, ox.Literal) else None


def has_node(term: Term | None) -> bool:
    """Whether a term is a blank node, or a triple with one in it."""
    if isinstance(term, ox.Triple):
        return has_node(term.subject) or has_node(term.object)
    return isinstance(term, ox.BlankNode)


def renamed(term: Term | None, prefix: str) -> Term | None:
    """Return a term, or a blank node that is called after its answer: each answer has its own."""
    return ox.BlankNode(prefix + term.value) if isinstance(term, ox.BlankNode) else term


def _cells(term: Term | None, *, node: bool) -> str:
    """Return one cell, or two for a column with blank nodes: the term, and the name of the node."""
    if not node:
        return _written(term)
    if isinstance(term, ox.BlankNode):
        return f'UNDEF "{term.value}"'
    return f"{_written(term)} UNDEF"


def _written(term: Term | None) -> str:
    """Return a term as it stands in VALUES."""
    match term:
        case None:
            return "UNDEF"
        case ox.Triple():
            return f"<<( {_written(term.subject)} {_written(term.predicate)} {_written(term.object)} )>>"
    return str(term)
