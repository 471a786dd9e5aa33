"""Turtle, TriG and RDF/XML by the engine's writers, with what they leave open decided: order and head.

The engine writes what it is given in the order in which it is given, but lists the prefixes in an order of its own that
differs between runs. So the quads are sorted first, and the head is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import quoteattr

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.terms import RDF_TYPE, Names, in_order, is_relative
from egov_kg.errors import RdfSyntaxError

__all__ = ["nodes_in_turtle", "rdfxml", "trig", "trig_body", "turtle", "turtle_head", "used_prefixes"]

_DIRECTIVES: Final = re.compile(rb"(?:@(?:base|prefix) [^\n]*\n)*")
_STRING_OR_SCHEMELESS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|<(?=//)')
_XML_ROOT: Final = re.compile(rb"\A<\?xml [^>]*\?>\s*<rdf:RDF\b[^>]*>")
_HAS_LOCAL_NAME: Final = re.compile(r"[#/][A-Za-z_][\w-]*\Z")
_INTEGER: Final = f'"^^<{iri.expand("xsd:integer")}>'
_DIGITS: Final = re.compile(r'"[0-9]+"\^')
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def turtle(triples: Iterable[ox.Triple | ox.Quad], base: str, *, comment: str = "", ordered: bool = False) -> bytes:
    """Return triples as Turtle, UTF-8.

    Args:
        triples: Without blank nodes, each once, in any order; graph names of quads are ignored.
        base: The base that our own IRIs are written relative to.
        comment: Lines for the head of the document.
        ordered: Whether they are quads in the order of `egov_kg.dumps.terms.in_order`.

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
    return _turtle(_ordered(triples, ordered=ordered), ox.RdfFormat.TURTLE, base, comment)


def trig(quads: Iterable[ox.Quad], base: str, *, comment: str = "") -> bytes:
    """Return quads as TriG, UTF-8: the default graph first, then the named graphs by name; otherwise as `turtle`."""
    return _turtle(in_order(quads), ox.RdfFormat.TRIG, base, comment)


def _ordered(triples: Iterable[ox.Triple | ox.Quad], *, ordered: bool) -> list[ox.Quad]:
    if ordered:
        return list(triples)  # type: ignore[arg-type]  # the caller says that they are quads
    return in_order(ox.Quad(t.subject, t.predicate, t.object) for t in triples)


def rdfxml(triples: Iterable[ox.Triple | ox.Quad], base: str, *, comment: str = "", ordered: bool = False) -> bytes:
    """Return triples as RDF/XML, UTF-8, one description a subject.

    Args:
        triples: Without blank nodes, each once, in any order.
        base: The base of the graph; the IRIs are written in full, since few tools read ``xml:base`` alike.
        comment: Lines for the head of the document.
        ordered: Whether they are quads in the order of `egov_kg.dumps.terms.in_order`.

    Raises:
        RdfSyntaxError: If a literal holds a character that XML 1.0 cannot hold, or a predicate has no local name.
    """
    quads = _ordered(triples, ordered=ordered)
    for predicate in {quad.predicate for quad in quads}:
        if not _HAS_LOCAL_NAME.search(predicate.value):
            raise RdfSyntaxError("the dataset", f"RDF/XML has no element for the property {predicate}")
    for thing in {quad.object for quad in quads if isinstance(quad.object, ox.Literal)}:
        if _NOT_XML.search(thing.value):
            raise RdfSyntaxError("the dataset", f"XML cannot hold a control character in {thing}")
    prefixes = used_prefixes(quads, base) | {"rdf": iri.PREFIXES["rdf"]}
    data = _bytes(ox.serialize((q.triple for q in quads), format=ox.RdfFormat.RDF_XML, prefixes=prefixes))
    data = data.replace(b"\r", b"&#13;")  # which the engine leaves as it is, and every reader of XML turns into \n
    spaces = "".join(f"\n    xmlns:{p}={quoteattr(n)}" for p, n in iri.PREFIXES.items() if p in prefixes)
    remark = f"<!-- {comment.replace('--', '- -').strip()} -->\n" if comment else ""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n{remark}<rdf:RDF{spaces}>'
    return _XML_ROOT.sub(lambda _: head.encode(), data, count=1)


def _turtle(quads: list[ox.Quad], form: ox.RdfFormat, base: str, comment: str) -> bytes:
    prefixes = used_prefixes(quads, base)
    return turtle_head(prefixes, base, comment) + _turtle_body(quads, form, base, prefixes)


def turtle_head(prefixes: Iterable[str], base: str, comment: str) -> bytes:
    """Return the head of a Turtle or TriG document: comment, base, and prefixes in our usual order."""
    known = frozenset(prefixes)
    head = [f"# {line}".rstrip() for line in comment.splitlines()]
    head += [f"@base <{base}> ."]
    head += [f"@prefix {prefix}: <{iri.PREFIXES[prefix]}> ." for prefix in iri.PREFIXES if prefix in known]
    return "\n".join([*head, "", ""]).encode()


def trig_body(quads: list[ox.Quad], base: str, prefixes: dict[str, str]) -> bytes:
    """Return quads as TriG without a head, in the order given.

    Args:
        quads: Graph by graph.
        base: The base that our own IRIs are written relative to.
        prefixes: Those that may be used.
    """
    return _turtle_body(quads, ox.RdfFormat.TRIG, base, prefixes)


def _turtle_body(quads: list[ox.Quad], form: ox.RdfFormat, base: str, prefixes: dict[str, str]) -> bytes:
    statements = (q.triple for q in quads) if form == ox.RdfFormat.TURTLE else quads
    data = _bytes(ox.serialize(statements, format=form, prefixes=prefixes, base_iri=base))
    data = _STRING_OR_SCHEMELESS.sub(lambda found: _with_scheme(found[0], base), data)
    directives = _DIRECTIVES.match(data)
    assert directives is not None
    return data[directives.end() :]


def nodes_in_turtle(nodes: Iterable[tuple[str, list[tuple[str, str]]]], names: Names) -> Iterator[bytes]:
    """Yield nodes as they stand inside a graph of TriG, indented; the type first, then in the order given.

    Args:
        nodes: A subject with its predicates and objects, in N-Triples form.
        names: The short forms, and the prefixes that may be used.
    """
    short: dict[str, str] = {}  # of predicates and classes, which are few
    base = len(names.base) + 1
    things = f"<{names.base}id/"  # no prefix of ours is a part of the name of a thing
    type_ = str(RDF_TYPE)
    for subject, pairs in nodes:
        kinds: list[str] = []
        rest: list[str] = []
        for predicate, thing in pairs:
            if thing.startswith(things):
                name = thing[base:-1]
                written = f"<{name}>" if is_relative(name) else thing
            elif thing[0] == '"':
                figures = thing.endswith(_INTEGER) and _DIGITS.match(thing)
                written = thing[1 : -len(_INTEGER)] if figures else thing
            else:
                written = short.get(thing) or _short(thing, names, short)
            if predicate == type_:
                kinds.append(f"a {written}")
            else:
                rest.append(f"{short.get(predicate) or _short(predicate, names, short)} {written}")
        body = " ;\n\t\t".join([*kinds, *rest])
        yield f"\t<{names.relative(subject[1:-1])}> {body} .\n".encode()


def _short(term: str, names: Names, short: dict[str, str]) -> str:
    """Return the short form of an IRI, and keep it."""
    name = term[1:-1]
    found = short[term] = names.prefixed(name) or f"<{names.relative(name)}>"
    return found


def _bytes(data: bytes | None) -> bytes:
    """Return what the engine gives when it is given no file to write to."""
    assert data is not None
    return data


def _with_scheme(found: bytes, base: str) -> bytes:
    """Return a string as it is, and the beginning of an IRI that the engine wrote as ``<//host>`` with its scheme."""
    return b"<" + base.partition("//")[0].encode() if found == b"<" else found


def used_prefixes(quads: Iterable[ox.Quad], base: str) -> dict[str, str]:
    """Return the prefixes that some term needs, with their namespaces, in our usual order."""
    quads = list(quads)
    names = Names(base)
    terms: set[object] = {quad.predicate for quad in quads}
    terms |= {quad.subject for quad in quads}
    terms |= {quad.object for quad in quads}
    for term in terms:
        if isinstance(term, ox.NamedNode):
            names.prefixed(term.value)
        elif isinstance(term, ox.Literal) and not term.language:
            names.prefixed(term.datatype.value)
    return dict(names.used())
