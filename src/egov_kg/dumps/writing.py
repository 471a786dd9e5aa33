"""Turtle, TriG and RDF/XML by the engine's writers, with what they leave open decided: order and head.

The engine writes what it is given in the order in which it is given, but lists the prefixes in an order of its own that
differs between runs. So the quads are sorted first, and the head is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import quoteattr

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.terms import Names, in_order
from egov_kg.errors import RdfSyntaxError

__all__ = ["rdfxml", "trig", "turtle"]

_DIRECTIVES: Final = re.compile(rb"(?:@(?:base|prefix) [^\n]*\n)*")
_STRING_OR_SCHEMELESS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|<(?=//)')
_XML_ROOT: Final = re.compile(rb"\A<\?xml [^>]*\?>\s*<rdf:RDF\b[^>]*>")
_HAS_LOCAL_NAME: Final = re.compile(r"[#/][A-Za-z_][\w-]*\Z")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


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
    return _turtle(
        in_order(ox.Quad(t.subject, t.predicate, t.object) for t in triples), ox.RdfFormat.TURTLE, base, comment
    )


def trig(quads: Iterable[ox.Quad], base: str, *, comment: str = "") -> bytes:
    """Return quads as TriG, UTF-8: the default graph first, then the named graphs by name; otherwise as `turtle`."""
    return _turtle(in_order(quads), ox.RdfFormat.TRIG, base, comment)


def rdfxml(triples: Iterable[ox.Triple | ox.Quad], base: str, *, comment: str = "") -> bytes:
    """Return triples as RDF/XML, UTF-8, one description a subject.

    Args:
        triples: Without blank nodes, each once, in any order.
        base: The base of the graph; the IRIs are written in full, since few tools read ``xml:base`` alike.
        comment: Lines for the head of the document.

    Raises:
        RdfSyntaxError: If a literal holds a character that XML 1.0 cannot hold, or a predicate has no local name.
    """
    ordered = in_order(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    for quad in ordered:
        if not _HAS_LOCAL_NAME.search(quad.predicate.value):
            raise RdfSyntaxError("the dataset", f"RDF/XML has no element for the property {quad.predicate}")
        if isinstance(quad.object, ox.Literal) and _NOT_XML.search(quad.object.value):
            raise RdfSyntaxError("the dataset", f"XML cannot hold a control character in {quad.object}")
    prefixes = _used(ordered, base) | {"rdf": iri.PREFIXES["rdf"]}
    data = _bytes(ox.serialize((q.triple for q in ordered), format=ox.RdfFormat.RDF_XML, prefixes=prefixes))
    data = data.replace(b"\r", b"&#13;")  # which the engine leaves as it is, and every reader of XML turns into \n
    spaces = "".join(f"\n    xmlns:{p}={quoteattr(n)}" for p, n in iri.PREFIXES.items() if p in prefixes)
    remark = f"<!-- {comment.replace('--', '- -').strip()} -->\n" if comment else ""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n{remark}<rdf:RDF{spaces}>'
    return _XML_ROOT.sub(lambda _: head.encode(), data, count=1)


def _turtle(quads: list[ox.Quad], form: ox.RdfFormat, base: str, comment: str) -> bytes:
    prefixes = _used(quads, base)
    statements = (q.triple for q in quads) if form == ox.RdfFormat.TURTLE else quads
    data = _bytes(ox.serialize(statements, format=form, prefixes=prefixes, base_iri=base))
    data = _STRING_OR_SCHEMELESS.sub(lambda found: _with_scheme(found[0], base), data)
    directives = _DIRECTIVES.match(data)
    assert directives is not None
    head = [f"# {line}".rstrip() for line in comment.splitlines()]
    head += [f"@base <{base}> ."]
    head += [f"@prefix {prefix}: <{iri.PREFIXES[prefix]}> ." for prefix in iri.PREFIXES if prefix in prefixes]
    return "\n".join([*head, "", ""]).encode() + data[directives.end() :]


def _bytes(data: bytes | None) -> bytes:
    """Return what the engine gives when it is given no file to write to."""
    assert data is not None
    return data


def _with_scheme(found: bytes, base: str) -> bytes:
    """Return a string as it is, and the beginning of an IRI that the engine wrote as ``<//host>`` with its scheme."""
    return b"<" + base.partition("//")[0].encode() if found == b"<" else found


def _used(quads: list[ox.Quad], base: str) -> dict[str, str]:
    """Return the prefixes that some predicate, class or datatype needs."""
    names = Names(base)
    for quad in quads:
        names.prefixed(quad.predicate.value)
        if isinstance(quad.object, ox.NamedNode):
            names.prefixed(quad.object.value)
        elif isinstance(quad.object, ox.Literal) and not quad.object.language:
            names.prefixed(quad.object.datatype.value)
        if isinstance(quad.subject, ox.NamedNode):
            names.prefixed(quad.subject.value)
    return dict(names.used())
