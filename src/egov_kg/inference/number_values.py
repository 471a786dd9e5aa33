"""Numbers as XSD 1.1 writes them, in one form for each value."""

from __future__ import annotations

import re
import struct
from typing import Final

__all__ = ["INTEGERS", "canonical_decimal", "canonical_double", "canonical_float", "canonical_integer", "is_in"]

INTEGERS: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "positiveInteger": (1, None),
    "negativeInteger": (None, -1),
    "long": (-(1 << 63), (1 << 63) - 1),
    "int": (-(1 << 31), (1 << 31) - 1),
    "short": (-(1 << 15), (1 << 15) - 1),
    "byte": (-(1 << 7), (1 << 7) - 1),
    "unsignedLong": (0, (1 << 64) - 1),
    "unsignedInt": (0, (1 << 32) - 1),
    "unsignedShort": (0, (1 << 16) - 1),
    "unsignedByte": (0, (1 << 8) - 1),
}
"""The least and the most of each datatype of whole numbers; None where there is no bound."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN")
_INFINITE: Final = {float("inf"), float("-inf")}
_LONGEST: Final = 25
"""Digits beyond all bounds."""


def canonical_decimal(text: str) -> str | None:
    """Return the one form of a decimal number; None if the text is none.

    Example:
        >>> canonical_decimal("+03.1410"), canonical_decimal("-0."), canonical_decimal("1e3")
        ('3.141', '0', None)
    """
    if not _DECIMAL.fullmatch(text):
        return None
    whole, _, rest = text.lstrip("+-").partition(".")
    whole, rest = whole.lstrip("0") or "0", rest.rstrip("0")
    written = f"{whole}.{rest}" if rest else whole
    return f"-{written}" if text[0] == "-" and written != "0" else written


def canonical_integer(name: str, text: str) -> str | None:
    """Return the one form of a whole number, as of a decimal one.

    Args:
        name: Of the datatype, a key of `INTEGERS`.
        text: The literal's.

    Example:
        >>> canonical_integer("byte", "+042"), canonical_integer("byte", "128")
        ('42', None)
    """
    if not _INTEGER.fullmatch(text):
        return None
    written = canonical_decimal(text)
    return written if written is not None and is_in(name, written) else None


def is_in(name: str, decimal: str) -> bool:
    """Whether a number, in its one form, is one of a datatype of whole numbers."""
    least, most = INTEGERS[name]
    if "." in decimal:
        return False
    if len(decimal) > _LONGEST:  # the sign alone tells
        return (least if decimal[0] == "-" else most) is None
    number = int(decimal)
    return (least is None or number >= least) and (most is None or number <= most)


def canonical_double(text: str) -> str | None:
    """Return the one form of a double.

    Returns:
        None if the text is none, or is a number that a double does not tell from zero or from infinity.

    Example:
        >>> canonical_double("+0.31410E+01"), canonical_double("-0"), canonical_double("1E310")
        ('3.141', '-0.0', None)
    """
    return _written(text, float(text)) if _FLOAT.fullmatch(text) else None


def canonical_float(text: str) -> str | None:
    """Return the one form of a float; None as for a double.

    Example:
        >>> canonical_float("16777217") == canonical_float("16777216"), canonical_float("1E-50")
        (True, None)
    """
    if not _FLOAT.fullmatch(text):
        return None
    number = float(text)
    try:
        single: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return None
    return _written(text, _nearest(text, number, single))


def _nearest(text: str, double: float, single: float) -> float:
    """Return the float nearest to a number: its double may lie in the middle of two floats, it itself beside that."""
    if double in {single, *_INFINITE} or double != double:  # noqa: PLR0124 - NaN
        return single
    bits: int = struct.unpack("<i", struct.pack("<f", single))[0]
    other: float = struct.unpack("<f", struct.pack("<i", bits + (1 if abs(double) > abs(single) else -1)))[0]
    if double - single != other - double:
        return single
    from decimal import Decimal  # noqa: PLC0415 - hardly ever needed

    exact, middle = Decimal(text), Decimal(double)
    if exact == middle:
        return single
    return max(single, other) if exact > middle else min(single, other)


def _written(text: str, number: float) -> str | None:
    if number in _INFINITE:
        return repr(number).upper() if "I" in text else None
    if number == 0 and re.search("[1-9]", re.split("[Ee]", text)[0]):
        return None
    return "NaN" if number != number else repr(number)  # noqa: PLR0124 - NaN
