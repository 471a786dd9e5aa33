"""What literals mean: the values of the datatypes, as XSD 1.1, RDF 1.1 and OWL 2 identify them.

A value is written as one literal, the same for all literals that mean it: ``"1"`` of integer, ``"01"`` of byte and
``"1.0"`` of decimal are all ``"1"`` of integer. Floats, doubles and decimals are never the same. White space counts:
RDF does not strip it.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Final, TypeAlias

from egov_kg.inference.date_values import DATES, DURATIONS, canonical_date, canonical_duration
from egov_kg.inference.number_values import (
    INTEGERS,
    canonical_decimal,
    canonical_double,
    canonical_float,
    canonical_integer,
    is_in,
)

__all__ = [
    "DATATYPES",
    "are_different",
    "canonical",
    "datatypes",
    "is_plainly_well_formed",
    "is_well_formed",
    "needs_value",
    "stands_for_itself",
]

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LITERAL: Final = "<http://www.w3.org/2000/01/rdf-schema#Literal>"
_PLAIN_LITERAL: Final = f"<{_RDF}PlainLiteral>"

_START: Final = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME: Final = rf"{_START}\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_LANGUAGE: Final = r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"
_STRINGS: Final = {
    "string": r"(?s:.*)",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "language": _LANGUAGE,
    "Name": rf"[{_START}][{_NAME}]*",
    "NCName": rf"[{_START[1:]}][{_NAME[1:]}]*",
    "NMTOKEN": rf"[{_NAME}]+",
}
_IRI_REFERENCE: Final = r"(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/?#]*:))(?:[^\x00-\x20<>\"{}|\\^`%]|%[0-9A-Fa-f]{2})*"
_HEX: Final = "(?:[0-9A-Fa-f]{2})*"
_ESCAPE: Final = r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([tbnrf"\'\\]))'
"""Patterns are compiled when they are first needed, which most runs never do: it takes longer than to read them."""

_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def canonical(term: str) -> str:
    r"""Return the literal that stands for the value of a literal.

    A literal of a datatype that we do not know, and one that is ill-typed, means nothing but itself.

    Args:
        term: In N-Triples form.

    Example:
        >>> xsd = "http://www.w3.org/2001/XMLSchema#"
        >>> canonical(f'"+01"^^<{xsd}integer>') == canonical(f'"1.0"^^<{xsd}decimal>'), canonical('"a"@EN-us')
        (True, '"a"@en-us')
    """
    return _value(term) or term


def is_well_formed(term: str) -> bool:
    """Whether the text of a literal is one of its datatype (dt-not-type); of an unknown datatype every text is.

    A number that a float or a double cannot tell from zero or from infinity is none of it, as the conformance cases of
    OWL 2 have it; XSD 1.1 would round.
    """
    return term[-1] != ">" or term[term.rindex('"') + 3 :] not in _VALUES or _value(term) is not None


def are_different(one: str, other: str) -> bool:
    """Whether two literals have values that we know and that differ (dt-diff).

    Example:
        >>> are_different('"a"', '"a"@en'), are_different('"a"', '"a"^^<a:unknown>')
        (True, False)
    """
    first, second = _value(one), _value(other)
    return first is not None and second is not None and first != second


def needs_value(term: str) -> bool:
    """Whether `canonical` of a literal may be another one: strings stand for themselves."""
    if term[-1] == '"':
        return False
    return term[-1] == ">" or not term[term.rindex("@") :].islower()


_MONTH_AND_DAY: Final = rb"-[0-9]{2}-[0-9]{2}"
_ITSELF: Final = rb"|".join(
    [
        rb'"(?:0|-?[1-9][0-9]*+)"\^\^<%binteger>' % _XSD.encode(),
        rb'"-?(?:0|[1-9][0-9]*+)\.[0-9]*[1-9]"\^\^<%bdecimal>' % _XSD.encode(),
        rb'"(?:true|false)"\^\^<%bboolean>' % _XSD.encode(),
        rb'"[0-9]{4}(?:-[0-9]{2}){0,2}Z?"\^\^<%b(?:date|gYearMonth|gYear)>' % _XSD.encode(),
        rb'"[0-9]{4}%bT(?!24)[0-9]{2}(?::[0-9]{2}){2}(?:\.[0-9]*[1-9])?(?:Z|[+-](?!00:00)[0-9]{2}:[0-9]{2})?"'
        rb"\^\^<%bdateTime>" % (_MONTH_AND_DAY, _XSD.encode()),
        rb'"-?(?:[1-9][0-9]{0,7}\.(?:0|[0-9]{0,5}[1-9])|0\.0{0,3}[1-9](?:[0-9]{0,4}[1-9])?)"\^\^<%bdouble>'
        % _XSD.encode(),
        rb'".*"\^\^<(?!%b|%b)[^>"]*>' % (_XSD.encode(), _RDF.encode()),
        rb'".*"(?:@[^A-Z"]*)?',
    ]
)


def stands_for_itself(line: bytes) -> bool:
    """Whether it is plain that a literal, in UTF-8, is its own `canonical` one: this takes a tenth of the time.

    Numbers as they are mostly written, dates, strings, and literals of datatypes that we do not know.
    """
    return re.fullmatch(_ITSELF, line) is not None


_WELL_FORMED: Final = rb"|".join(
    [
        rb'"[+-]?[0-9]+"\^\^<%b(?:integer|decimal)>' % _XSD.encode(),
        rb'"[+-]?[0-9]{1,15}\.[0-9]{0,15}"\^\^<%b(?:decimal|double)>' % _XSD.encode(),
        rb'"(?:true|false|0|1)"\^\^<%bboolean>' % _XSD.encode(),
        rb'"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])'
        rb"(?:T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}(?:\.[0-9]+)?(?:Z|[+-]0[0-9]:[0-5][0-9])?"
        rb'"\^\^<%bdateTime>|"\^\^<%bdate>)' % (_XSD.encode(), _XSD.encode()),
        rb'"[0-9]{4}"\^\^<%bgYear>' % _XSD.encode(),
        rb'".*"\^\^<(?!%b|%b)[^>"]*>' % (_XSD.encode(), _RDF.encode()),
        rb'".*"@[^"]*',
    ]
)


def is_plainly_well_formed(line: bytes) -> bool:
    """Whether it is plain that a typed or tagged literal, in UTF-8, `is_well_formed`: a tenth of the time."""
    return re.fullmatch(_WELL_FORMED, line) is not None


def datatypes(term: str) -> tuple[str, ...]:
    """Return the datatypes of OWL 2 RL that have the value of a literal, sorted, as terms (dt-type2).

    Returns:
        None of them for an ill-typed literal and for one of an unknown datatype.

    Example:
        >>> [name.rpartition("#")[2] for name in datatypes('"a b"')]
        ['PlainLiteral>', 'Literal>', 'normalizedString>', 'string>', 'token>']
    """
    found = _value(term)
    if found is None:
        return ()
    text, _, suffix = _parts(found)
    if not suffix.startswith("^^"):
        plain = () if suffix else tuple(name for name, pattern in _STRINGS.items() if re.fullmatch(pattern, text))
        return tuple(sorted((_LITERAL, _PLAIN_LITERAL, *map(_xsd, plain))))
    known = {suffix[2:]}
    if suffix == f"^^{_xsd('integer')}":
        known |= {_xsd("decimal"), *(_xsd(name) for name in INTEGERS if is_in(name, text))}
    elif suffix == f"^^{_xsd('dateTime')}" and canonical_date("dateTimeStamp", text):
        known.add(_xsd("dateTimeStamp"))
    return tuple(sorted({_LITERAL, *(known & DATATYPES)}))


def _xsd(name: str) -> str:
    return f"<{_XSD}{name}>"


def _parts(term: str) -> tuple[str, str, str]:
    """Return the text of a literal, the same as it is written, and what follows it."""
    end = term.rindex('"')
    raw = term[1:end]
    return (re.sub(_ESCAPE, _unescaped, raw) if "\\" in raw else raw), raw, term[end + 1 :]


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])


def _value(term: str) -> str | None:
    if not needs_value(term):
        return term
    text, raw, suffix = _parts(term)
    if suffix[0] == "@":
        return f'"{raw}"{suffix.lower()}'
    found = _VALUES.get(suffix[2:])
    return None if found is None else found(text, raw)


_Reader: TypeAlias = Callable[[str, str], str | None]
"""From a text, and the same as it is written with its escapes, to the literal of its value."""


def _of(datatype: str, form: Callable[[str], str | None]) -> _Reader:
    def read(text: str, _raw: str) -> str | None:
        written = form(text)
        return None if written is None else f'"{written}"^^<{datatype}>'

    return read


def _named(datatype: str, form: Callable[[str, str], str | None], name: str) -> _Reader:
    return _of(datatype, lambda text: form(name, text))


def _decimal(form: Callable[[str], str | None]) -> _Reader:
    def read(text: str, _raw: str) -> str | None:
        written = form(text)
        return None if written is None else f'"{written}"^^{_xsd("decimal" if "." in written else "integer")}'

    return read


def _whole(name: str) -> _Reader:
    return _decimal(lambda text: canonical_integer(name, text))


def _string(pattern: str) -> _Reader:
    return lambda text, raw: f'"{raw}"' if re.fullmatch(pattern, text) else None


def _plain(_text: str, raw: str) -> str | None:
    before, at, language = raw.rpartition("@")
    if not at or (language and not re.fullmatch(_LANGUAGE, language)):
        return None
    return f'"{before}"@{language.lower()}' if language else f'"{before}"'


def _boolean(text: str) -> str | None:
    return {"true": "true", "1": "true", "false": "false", "0": "false"}.get(text)


def _hexadecimal(text: str) -> str | None:
    return text.upper() if re.fullmatch(_HEX, text) else None


def _base64(text: str) -> str | None:
    if text != text.strip(" ") or "  " in text:
        return None
    packed = text.replace(" ", "")
    try:
        written = b64encode(b64decode(packed, validate=True)).decode()
    except ValueError:
        return None
    return written if written == packed else None


def _iri(text: str, raw: str) -> str | None:
    return f'"{raw}"^^{_xsd("anyURI")}' if re.fullmatch(_IRI_REFERENCE, text) else None


def _xml(text: str, raw: str) -> str | None:
    from xml.parsers import expat  # noqa: PLC0415 - hardly ever needed

    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(f"<x>{text}</x>".encode(), True)
    except (expat.ExpatError, ValueError):
        return None
    return f'"{raw}"^^<{_RDF}XMLLiteral>'


_VALUES: Final[dict[str, _Reader]] = {
    _xsd("decimal"): _decimal(canonical_decimal),
    _xsd("double"): _of(f"{_XSD}double", canonical_double),
    _xsd("float"): _of(f"{_XSD}float", canonical_float),
    _xsd("boolean"): _of(f"{_XSD}boolean", _boolean),
    _xsd("hexBinary"): _of(f"{_XSD}hexBinary", _hexadecimal),
    _xsd("base64Binary"): _of(f"{_XSD}base64Binary", _base64),
    _xsd("anyURI"): _iri,
    _PLAIN_LITERAL: _plain,
    f"<{_RDF}XMLLiteral>": _xml,
    f"<{_RDF}langString>": lambda _text, _raw: None,  # only with a language
    **{_xsd(name): _whole(name) for name in INTEGERS},
    **{_xsd(name): _string(pattern) for name, pattern in _STRINGS.items()},
    **{_xsd(name): _named(f"{_XSD}{name}", canonical_date, name) for name in DATES},
    _xsd("dateTimeStamp"): _named(f"{_XSD}dateTime", canonical_date, "dateTimeStamp"),
    **{_xsd(name): _named(f"{_XSD}duration", canonical_duration, name) for name in DURATIONS},
}
_NOT_RL: Final = frozenset(map(_xsd, (*DURATIONS, *(name for name in DATES if not name.startswith("dateTime")))))

DATATYPES: Final = frozenset({_LITERAL, *_VALUES} - _NOT_RL - {f"<{_RDF}langString>"})
"""The datatypes of OWL 2 RL (OWL 2 Profiles, section 4.2), as terms."""
