"""Why a triple is in the graph: ``/explain?s=&p=&o=``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import JSONResponse, PlainTextResponse, Response

from egov_kg.errors import ParameterError
from egov_kg.ntriples import literal_term
from egov_kg.server import negotiation
from egov_kg.server.downloads import LIST_FORMATS
from egov_kg.server.exchange import Exchange
from egov_kg.server.problems import refused
from egov_kg.server.requests import while_connected
from egov_kg.server.responses import cache_headers
from egov_kg.sparql import Format, Parameter
from egov_kg.sparql.telling import proof_lines

__all__ = ["FORMATS", "explain", "term_of"]

FORMATS: Final[Mapping[str, Format]] = {
    **LIST_FORMATS,
    "proof": Format("proof", "application/vnd.egov-kg.proof+json", (), "json"),
    "text": Format("text", "text/plain", (), "txt"),
}
"""A tree with labels, for pages and people, or as text; ``proof`` is the graph of steps that the checker reads."""

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\"]|[a-z][a-z-]*/\S+\Z")


async def explain(exchange: Exchange) -> Response:
    """Answer with the proof of a triple as the reasoner finds it: its tree, or as ``proof`` the graph of its steps.

    Raises:
        NotEntailed: If the graph does not hold it.
        RequestRefused: ``bad-parameter`` if a term is missing or is none.
    """
    parameters = exchange.parameters
    form = negotiation.chosen(exchange.accept, parameters.format, FORMATS)
    wanted = parameters.one("all") or "0"
    if wanted not in {"0", "1"}:
        raise refused("bad-parameter", f"all={wanted[:40]!r} is neither 1 nor 0", parameter="all")
    terms = {}
    for name, role in (("s", "subject"), ("p", "property"), ("o", "object")):
        value = parameters.one(name)
        if not value:
            raise refused("bad-parameter", f"the {role} is missing: give s, p and o", parameter=name)
        terms[role] = term_of(name, value, exchange.site.base, literal=name == "o")
    kind = "proof" if form.name == "proof" else "explanation"
    view = exchange.site.view(kind, **terms, all="1" if wanted == "1" else "")
    proof: Any = {**await while_connected(exchange.request, view), "release": f"sha256:{exchange.site.release.id}"}
    match form.name:
        case "html":
            return exchange.page(await exchange.pages.explanation(exchange.visit, proof))
        case "text":
            text = "".join(f"{line}\n" for line in proof_lines(proof, exchange.visit.lang))
            return PlainTextResponse(text, headers=cache_headers())
    return JSONResponse(proof, headers=cache_headers(), media_type=form.media_type)


def term_of(name: str, value: str, base: str, *, literal: bool) -> str:
    """Return the term, in N-Triples form, that a parameter stands for; of a literal in Turtle its text.

    Args:
        name: Of the parameter, for the message.
        value: An IRI (in angle brackets or bare), a CURIE, the path of a thing, or a literal in N-Triples or Turtle
            form.
        base: The base of our IRIs.
        literal: Whether a literal may stand here; then what looks like no IRI is the text of one.

    Raises:
        RequestRefused: ``bad-parameter`` if it is no term.

    Example:
        >>> term_of("o", "law/kr/e-government-act", "https://w3id.org/egov-kg/", literal=True)
        '<https://w3id.org/egov-kg/id/law/kr/e-government-act>'
        >>> term_of("o", '"전자정부법"@ko', "https://w3id.org/egov-kg/", literal=True)
        '"전자정부법"@ko'
    """
    if literal and value.startswith('"'):
        return value  # the view process reads it
    if literal and not value.startswith("<") and not _IRI.match(value):
        return literal_term(value)
    try:
        return Parameter(name, "iri").term(value, base)
    except ParameterError as error:
        raise refused("bad-parameter", str(error), parameter=name) from error
