"""The border between RDF terms and Python values: numbers, days and words for people who never asked for RDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import UsageError

__all__ = ["Term", "python_value", "term"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
"""What can stand in a result."""

_XSD: Final = iri.PREFIXES["xsd"]

_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    f"{_XSD}integer": int,
    f"{_XSD}decimal": Decimal,
    f"{_XSD}double": float,
    f"{_XSD}float": float,
    f"{_XSD}boolean": lambda lexical: lexical in {"true", "1"},
    f"{_XSD}gYear": int,
    f"{_XSD}date": dt.date.fromisoformat,
    f"{_XSD}dateTime": dt.datetime.fromisoformat,
}


def python_value(value: Term | None) -> object:
    """Return what a term means in Python.

    Args:
        value: A term, or None for an unbound variable.

    Returns:
        A `str` for an IRI and for text, whatever its language; `int` for integers and years, `decimal.Decimal`,
        `float`, `bool`, `datetime.date` and `datetime.datetime` for what XSD calls so; the lexical form where Python
        has no such value (the year 12000, a duration); None for None.

    Example:
        >>> python_value(ox.Literal("2001", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear")))
        2001
        >>> python_value(ox.Literal("전자정부법", language="ko"))
        '전자정부법'
    """
    if isinstance(value, ox.Literal):
        reader = _READERS.get(value.datatype.value)
        if reader is None:
            return value.value
        try:
            return reader(value.value)
        except (ValueError, ArithmeticError):
            return value.value
    if isinstance(value, ox.NamedNode):
        return value.value
    return None if value is None else str(value)


def term(value: object) -> Term:
    """Return the term that a Python value stands for.

    Args:
        value: A term, which is returned as it is; `bool`, `int`, `float`, `decimal.Decimal`, a day or a moment; any
            `str` is text. An IRI is given as `pyoxigraph.NamedNode`.

    Raises:
        UsageError: If there is no literal for such a value.

    Example:
        >>> str(term(3))
        '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple):
        return value
    if isinstance(value, str | bool | int | float):
        return ox.Literal(value)
    for kind, name in ((Decimal, "decimal"), (dt.datetime, "dateTime"), (dt.date, "date")):
        if isinstance(value, kind):
            lexical = value.isoformat() if isinstance(value, dt.date) else str(value)
            return ox.Literal(lexical, datatype=ox.NamedNode(_XSD + name))
    raise UsageError(f"a parameter cannot be a {type(value).__name__}; give text, a number, a day or an RDF term")
