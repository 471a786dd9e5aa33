"""RDF/XML, one description a subject, for tools that read nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.terms import Names, by_subject
from egov_kg.errors import RdfSyntaxError

__all__ = ["rdfxml"]

_STRING: Final = iri.expand("xsd:string")
_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def rdfxml(triples: Iterable[ox.Triple | ox.Quad], base: str, *, comment: str = "") -> bytes:
    """Return triples as RDF/XML, UTF-8.

    Args:
        triples: Without blank nodes, each once, in any order.
        base: The base of the graph; the IRIs are written in full, since few tools read ``xml:base`` alike.
        comment: Lines for the head of the document.

    Raises:
        RdfSyntaxError: If a literal holds a character that XML 1.0 cannot hold, or a predicate has no local name.
    """
    names = Names(base)
    body = []
    for subject, predicates in by_subject(triples):
        body.append(f"  <rdf:Description rdf:about={quoteattr(subject.value)}>\n")
        for predicate, values in predicates:
            tag, declaration = _element(names, predicate.value)
            body += [f"    <{tag}{declaration}{_content(value, tag)}\n" for value in values]
        body.append("  </rdf:Description>\n")
    names.prefixed(iri.expand("rdf:Description"))
    spaces = "".join(f'\n    xmlns:{prefix}="{namespace}"' for prefix, namespace in names.used())
    remark = f"<!-- {comment.replace('--', '- -').strip()} -->\n" if comment else ""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n{remark}<rdf:RDF{spaces}>\n'
    return "".join([head, *body, "</rdf:RDF>\n"]).encode()


def _element(names: Names, predicate: str) -> tuple[str, str]:
    """Return the name of an element, and the declaration of its prefix where it is none of ours."""
    known = names.prefixed(predicate)
    if known:
        return known, ""
    cut = max(predicate.rfind("#"), predicate.rfind("/")) + 1
    if not _LOCAL.match(predicate, cut):
        raise RdfSyntaxError("the dataset", f"RDF/XML has no element for the property <{predicate}>")
    return f"p:{predicate[cut:]}", f" xmlns:p={quoteattr(predicate[:cut])}"


def _content(value: ox.NamedNode | ox.Literal, tag: str) -> str:
    if isinstance(value, ox.NamedNode):
        return f" rdf:resource={quoteattr(value.value)}/>"
    if _NOT_XML.search(value.value):
        raise RdfSyntaxError("the dataset", f"XML cannot hold a control character in {value}")
    text = escape(value.value, {"\r": "&#13;"})
    if value.language:
        return f' xml:lang="{value.language}">{text}</{tag}>'
    if value.datatype.value == _STRING:
        return f">{text}</{tag}>"
    return f" rdf:datatype={quoteattr(value.datatype.value)}>{text}</{tag}>"
