"""Version 0.2 of the Reconciliation API at ``/reconcile``, for OpenRefine and others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from egov_kg import __version__, iri
from egov_kg.reconciliation import v02
from egov_kg.reconciliation.model import Reconciling
from egov_kg.server import negotiation
from egov_kg.server.authorization import authorize_query
from egov_kg.server.exchange import Exchange
from egov_kg.server.problems import refused
from egov_kg.server.reconciling import (
    FORM,
    Version,
    answer,
    extended,
    is_answered_by,
    json_response,
    langs_of,
    matched,
    note,
    posted,
    proposed,
    reconciler_of,
    suggested,
)
from egov_kg.server.requests import parameters_of

__all__ = ["routes"]

_VERSION: Final = Version(
    name=v02.VERSION,
    offset="cursor",
    with_names=False,
    entities=v02.entities_json,
    types=v02.types_found_json,
    properties=v02.properties_json,
    proposals=v02.proposals_json,
    extension=v02.extension_json,
)
_FORM_HINT: Final = (
    'Batches stand in the field queries, as in queries={"q0": {"query": "..."}}; JSON is for /reconcile/1.0'
)


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/reconcile", _endpoint, methods=["GET", "POST"]),
        Route("/reconcile/", _endpoint, methods=["GET", "POST"]),
        Route("/reconcile/properties", _properties, methods=["GET"]),
        Route("/reconcile/suggest/{kind:str}", _suggest, methods=["GET"]),
    ]


async def _endpoint(request: Request) -> Response:
    exchange = Exchange.of(request)
    parameters = exchange.parameters
    is_post = request.method == "POST"
    if is_post:
        parameters += parameters_of(await posted(exchange, FORM, _FORM_HINT))
    queries, extend = parameters.one("queries"), parameters.one("extend")
    if queries is None and extend is None:
        if is_post or parameters.one("query") is not None:
            raise _nothing_asked(exchange, has_query=bool(parameters.all("query")))
        return await _about(exchange)
    authorize_query(exchange.request)
    if queries is not None and extend is not None:
        raise refused("duplicate-parameter", "queries and extend are given; give one of them", parameter="extend")
    note(queries if queries is not None else extend or "")

    async def make(_reconciler: Reconciling, _langs: tuple[str, ...]) -> Mapping[str, Any] | bytes:
        if queries is None:
            return await extended(exchange, _VERSION, v02.read_extend(extend or ""))
        batch = v02.read_queries(queries)
        return v02.results_text(list(batch), await matched(exchange, _VERSION, list(batch.values())))

    if not is_post:
        return await is_answered_by(exchange, make)
    reconciler = reconciler_of(exchange)
    return json_response(exchange, await answer(exchange, make(reconciler, langs_of(exchange))))


def _nothing_asked(exchange: Exchange, *, has_query: bool) -> Exception:
    """Return the error for a request that asks nothing; a single ``query`` is of version 0.1, which is not spoken."""
    said = "a single query is of version 0.1, which is not answered here" if has_query else "the form has neither"
    detail = f'{said}: send queries={{"q0": {{"query": "..."}}}}, or extend'
    return refused("bad-parameter", detail, parameter="queries", manifest=f"{exchange.site.public_url}reconcile")


async def _about(exchange: Exchange) -> Response:
    """Answer with the manifest, and people with a page."""
    if negotiation.prefers_html(exchange.accept):
        authorize_query(exchange.request)
        types = reconciler_of(exchange).default_types
        return exchange.page(await exchange.pages.reconciliation(exchange.visit, types))

    async def make(reconciler: Reconciling, langs: tuple[str, ...]) -> Mapping[str, Any]:
        site = exchange.site
        return v02.manifest(
            name=site.release.manifest.title,
            root=site.public_url.removesuffix("/"),
            base=iri.thing_iri("", site.base),
            schema=iri.ONTOLOGY,
            software=__version__,
            types=reconciler.default_types,
            lang=langs[0] if exchange.parameters.one("lang") else "",
            needs_token=site.config.reading == "token",
        )

    return await is_answered_by(exchange, make)


async def _suggest(request: Request) -> Response:
    kind = request.path_params["kind"]
    if kind not in {"entity", "type", "property"}:
        raise refused("not-found", f"nothing is suggested at {kind[:40]!r}: ask for entity, type or property")
    return await suggested(Exchange.of(request), _VERSION, kind)


async def _properties(request: Request) -> Response:
    return await proposed(Exchange.of(request), _VERSION)
