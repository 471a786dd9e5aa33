"""Why a triple is in the graph: ``/explain?s=&p=&o=``."""

from __future__ import annotations

import re

import pyoxigraph as ox
from starlette.responses import JSONResponse, Response

from egov_kg import iri
from egov_kg.errors import ParameterError
from egov_kg.server import negotiation
from egov_kg.server.downloads import LIST_FORMATS
from egov_kg.server.exchange import Exchange
from egov_kg.server.problems import refused
from egov_kg.server.requests import while_connected
from egov_kg.server.responses import cache_headers
from egov_kg.sparql import Parameter

__all__ = ["explain", "term_of"]

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\"]|[a-z][a-z-]*/\S+\Z")


async def explain(exchange: Exchange) -> Response:
    """Answer with the proof of a triple.

    Raises:
        NotEntailed: If the graph does not hold it.
        RequestRefused: ``bad-parameter`` if a term is missing or is none.
    """
    parameters = exchange.parameters
    form = negotiation.chosen(exchange.accept, parameters.format, LIST_FORMATS)
    terms = {}
    for name, role in (("s", "subject"), ("p", "property"), ("o", "object")):
        value = parameters.one(name)
        if not value:
            raise refused("bad-parameter", f"the {role} is missing: give s, p and o", parameter=name)
        terms[role] = term_of(name, value, exchange.site.base, literal=name == "o")
    proof = await while_connected(exchange.request, exchange.site.view("explanation", **terms))
    if form.name == "html":
        return exchange.page(await exchange.pages.explanation(exchange.visit, proof))
    return JSONResponse(proof, headers=cache_headers())


def term_of(name: str, value: str, base: str, *, literal: bool) -> str:
    """Return the term, in N-Triples form, that a parameter stands for.

    Args:
        name: Of the parameter, for the message.
        value: An IRI (in angle brackets or bare), a CURIE, the path of a thing, or a literal in N-Triples or Turtle
            form.
        base: The base of our IRIs.
        literal: Whether a literal may stand here; then what looks like no IRI is the text of one.

    Raises:
        RequestRefused: ``bad-parameter`` if it is no term.

    Example:
        >>> term_of("o", "law/kr/e-government-act", iri.BASE, literal=True)
        '<https://w3id.org/egov-kg/id/law/kr/e-government-act>'
        >>> term_of("o", '"전자정부법"@ko', iri.BASE, literal=True)
        '"전자정부법"@ko'
    """
    if literal and value.startswith('"'):
        return _literal(name, value)
    if literal and not value.startswith("<") and not _IRI.match(value):
        return str(ox.Literal(value))
    try:
        return Parameter(name, "iri").term(value, base)
    except ParameterError as error:
        raise refused("bad-parameter", str(error), parameter=name) from error


def _literal(name: str, value: str) -> str:
    declared = "".join(f"@prefix {prefix}: <{namespace}> . " for prefix, namespace in iri.PREFIXES.items())
    try:
        triples = list(ox.parse(f"{declared}<x:s> <x:p> {value} .", format=ox.RdfFormat.TURTLE))
    except (SyntaxError, ValueError) as error:
        raise refused("bad-parameter", f"{name}={value[:80]!r} is no literal", parameter=name) from error
    if len(triples) != 1 or not isinstance(triples[0].object, ox.Literal):
        raise refused("bad-parameter", f"{name}={value[:80]!r} is not one literal", parameter=name)
    return str(triples[0].object)
