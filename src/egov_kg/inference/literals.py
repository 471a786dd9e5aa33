"""What literals mean: the values of the datatypes, as XSD 1.1 and OWL 2 identify them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, TypeAlias

__all__ = ["Value", "value"]

Value: TypeAlias = tuple[str, object]
"""The value space, and what is the same in it exactly where the values are."""

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_INTEGER: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)


def value(term: str) -> Value | None:
    """Return the value of a literal; None where only literals of the same text mean the same.

    Example:
        >>> integer = "http://www.w3.org/2001/XMLSchema#integer"
        >>> value(f'"01"^^<{integer}>') == value(f'"1.0"^^<{integer.replace("integer", "decimal")}>')
        True
    """
    text, _, datatype = term.rpartition('"^^<')
    if not text:
        return None
    name = datatype.removesuffix(">").removeprefix(_XSD)
    lexical = text[1:]
    if name == "integer" and _INTEGER.fullmatch(lexical):
        return "decimal", Decimal(lexical)
    if name == "decimal" and _DECIMAL.fullmatch(lexical):
        return "decimal", Decimal(lexical)
    return None
