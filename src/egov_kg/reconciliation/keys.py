"""How values are written so that equal ones are equal: texts folded, official numbers bare, numbers plainly."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.linking.forms import folded, without_zeros

__all__ = ["NUMBERS", "number_key", "text_key"]

NUMBERS: Final = frozenset({"egov:actNumber"})
"""Properties of official numbers."""

_WRITTEN: Final = re.compile(r"(?:법률|법|act|law)?(?:제|no|nr|number)?(\d+)(?:호)?")


def text_key(name: str, text: str) -> str:
    """Return the key of a text as a value of a property.

    Example:
        >>> text_key("egov:actNumber", "제05792호"), text_key("egov:actNumber", "No. 5792")
        ('5792', '5792')
        >>> text_key("egov:actNumber", "법률 제5792호"), text_key("egov:actNumber", "Act No. 5792")
        ('5792', '5792')
        >>> text_key("egov:actNumber", "대통령령 제5792호")
        '대통령령제5792호'
        >>> text_key("egov:acronym", "ICT")
        'ict'
    """
    form = folded(text)
    if name not in NUMBERS:
        return form
    found = _WRITTEN.fullmatch(form)
    return without_zeros(found[1] if found else form)


def number_key(text: str | float) -> str:
    """Return the key of a number; an empty text if it is none.

    Example:
        >>> number_key("31"), number_key(31.0), number_key("0.50"), number_key("many")
        ('31', '31', '0.5', '')
    """
    try:
        return f"{float(text):.15g}"
    except ValueError:
        return ""
