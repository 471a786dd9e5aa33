"""Terms as N-Triples spells them, for code that must not load an RDF library: the process that faces the network."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

__all__ = ["iri_term", "is_iri", "literal_term"]

_PLANES: Final = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
_LETTERS: Final = f"\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef{_PLANES}\U000e1000-\U000efffd"
_PRIVATE: Final = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_NAME: Final = rf"A-Za-z0-9\-._~!$&'()*+,;={_LETTERS}"
_HEX: Final = "%[0-9A-Fa-f]{2}"
_IRI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    rf"(?://(?:(?:[{_NAME}:]|{_HEX})*@)?(?:\[(?P<address>[^\[\]]*)\]|(?:[{_NAME}]|{_HEX})*)(?::[0-9]*)?(?=[/?#]|\Z)|(?!//))"
    rf"(?:[{_NAME}:@/]|{_HEX})*"
    rf"(?:\?(?:[{_NAME}:@/?{_PRIVATE}]|{_HEX})*)?"
    rf"(?:#(?:[{_NAME}:@/?]|{_HEX})*)?"
)
"""An IRI with a scheme (RFC 3987 section 2.2)."""

_FUTURE: Final = re.compile(r"[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+")
_ESCAPES: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
_ESCAPED: Final = re.compile(r'["\\\x00-\x1f\x7f]')


def is_iri(text: str) -> bool:
    """Whether a text is an IRI with a scheme.

    Example:
        >>> is_iri("https://w3id.org/egov-kg/id/law/kr/전자정부법"), is_iri("https://w3id.org/egov-kg/id/law/<b>")
        (True, False)
    """
    found = _IRI.fullmatch(text)
    if found is None:
        return False
    address = found["address"]
    return address is None or _is_address(address)


def _is_address(address: str) -> bool:
    if _FUTURE.fullmatch(address):
        return True
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return "%" not in address


def iri_term(iri: str) -> str:
    """Return an IRI as a term.

    Raises:
        ValueError: If it is none.

    Example:
        >>> iri_term("https://w3id.org/egov-kg/id/law/kr/act")
        '<https://w3id.org/egov-kg/id/law/kr/act>'
    """
    if not is_iri(iri):
        raise ValueError(f"{iri[:80]!r} is no IRI")
    return f"<{iri}>"


def literal_term(value: str, datatype: str = "") -> str:
    r"""Return a literal as a term.

    Args:
        value: Its text.
        datatype: The IRI of its datatype; without one it is a string.

    Example:
        >>> print(literal_term('a "b"'), literal_term("2001", "http://www.w3.org/2001/XMLSchema#gYear"))
        "a \"b\"" "2001"^^<http://www.w3.org/2001/XMLSchema#gYear>
    """
    quoted = _ESCAPED.sub(lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04X}"), value)
    return f'"{quoted}"^^<{datatype}>' if datatype else f'"{quoted}"'
