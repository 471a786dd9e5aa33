"""Version 1.0 (draft) of the Reconciliation API at ``/reconcile/1.0``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from egov_kg import __version__
from egov_kg.reconciliation import v10
from egov_kg.reconciliation.model import Reconciling
from egov_kg.server.exchange import Exchange
from egov_kg.server.problems import refused
from egov_kg.server.reconciling import (
    JSON,
    Version,
    answer,
    extended,
    is_answered_by,
    json_response,
    matched,
    note,
    posted,
    proposed,
    reconciler_of,
    suggested,
)
from egov_kg.server.requests import text_of

__all__ = ["routes"]

_VERSION: Final = Version(
    name=v10.VERSION,
    offset="offset",
    with_names=True,
    entities=v10.entities_json,
    types=v10.types_found_json,
    properties=v10.properties_json,
    proposals=v10.proposals_json,
    extension=v10.extension_json,
)
_ROOT: Final = "/reconcile/1.0"


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route(_ROOT, _manifest, methods=["GET"]),
        Route(f"{_ROOT}/", _manifest, methods=["GET"]),
        Route(f"{_ROOT}/match", _match, methods=["POST"]),
        Route(f"{_ROOT}/extend", _extend, methods=["POST"]),
        Route(f"{_ROOT}/extend/propose", _propose, methods=["GET"]),
        Route(f"{_ROOT}/suggest/{{kind:str}}", _suggest, methods=["GET"]),
    ]


async def _manifest(request: Request) -> Response:
    exchange = Exchange.of(request)

    async def make(reconciler: Reconciling, _langs: tuple[str, ...]) -> Mapping[str, Any]:
        site = exchange.site
        return v10.manifest(
            name=site.release.manifest.title,
            root=site.public_url.removesuffix("/"),
            software=__version__,
            types=reconciler.default_types,
            needs_token=site.config.reading == "token",
        )

    return await is_answered_by(exchange, make)


async def _match(request: Request) -> Response:
    exchange = Exchange.of(request)
    text = await _posted(exchange)
    reconciler_of(exchange)

    async def make() -> bytes:
        return v10.results_text(await matched(exchange, _VERSION, v10.read_match(text)))

    return json_response(exchange, await answer(exchange, make()))


async def _extend(request: Request) -> Response:
    exchange = Exchange.of(request)
    text = await _posted(exchange)
    reconciler_of(exchange)

    async def make() -> Mapping[str, Any]:
        return await extended(exchange, _VERSION, v10.read_extend(text))

    return json_response(exchange, await answer(exchange, make()))


async def _posted(exchange: Exchange) -> str:
    hint = "Forms with the field queries are for /reconcile, version 0.2"
    text = text_of(await posted(exchange, JSON, hint), "the body")
    note(text)
    return text


async def _propose(request: Request) -> Response:
    return await proposed(Exchange.of(request), _VERSION)


async def _suggest(request: Request) -> Response:
    kind = request.path_params["kind"]
    if kind not in {"entity", "type", "property"}:
        raise refused("not-found", f"nothing is suggested at {kind[:40]!r}: ask for entity, type or property")
    return await suggested(Exchange.of(request), _VERSION, kind)
