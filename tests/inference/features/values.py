"""Literals in groups of equal value: what a reasoner by values takes for one, and owlrl for several."""

from __future__ import annotations

from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

__all__ = ["VALUES", "by_value"]

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"


def _group(*members: tuple[str, str]) -> tuple[Literal, ...]:
    return tuple(Literal(text, datatype=NamedNode(_XSD + datatype)) for text, datatype in members)


VALUES: Final = (
    _group(("1", "integer"), ("01", "integer"), ("1.0", "decimal"), ("+1", "byte"), ("1", "nonNegativeInteger")),
    _group(("2", "integer"), ("2.00", "decimal"), ("2", "unsignedShort")),
    _group(("1", "double"), ("1.0E0", "double"), ("10e-1", "double")),
    _group(("true", "boolean"), ("1", "boolean")),
    _group(("2001-03-28T00:00:00", "dateTime"), ("2001-03-27T24:00:00", "dateTime")),
    (Literal("one"),),
    (Literal("one", language="en"),),
    (Literal("one", language="ko"),),
)
"""Each group's first member stands for it."""

_STANDS: Final = {literal: group[0] for group in VALUES for literal in group}


def by_value(triple: Triple) -> Triple:
    """Return a triple with the literal that stands for its object's value.

    Example:
        >>> a, one = NamedNode("urn:a"), NamedNode(_XSD + "byte")
        >>> print(by_value(Triple(a, a, Literal("+1", datatype=one))).object)
        "1"^^<http://www.w3.org/2001/XMLSchema#integer>
    """
    thing = triple.object
    if isinstance(thing, Literal) and thing in _STANDS:
        return Triple(triple.subject, triple.predicate, _STANDS[thing])
    return triple
