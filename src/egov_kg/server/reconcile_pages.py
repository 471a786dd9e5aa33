"""What clients of reconciliation show to people: the preview of a thing, which they frame, and the way to its page."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from egov_kg.errors import NotFound
from egov_kg.reconciliation.terms import path_of
from egov_kg.server.exchange import Exchange
from egov_kg.server.outgoing import FRAMED
from egov_kg.server.problems import refused
from egov_kg.server.reconciling import answer, langs_of, reconciler_of
from egov_kg.server.responses import PAGE_HEADERS, cache_headers, etag_of, is_known, not_modified, see_other

__all__ = ["routes"]

_LONGEST: Final = 2000
_SAFE: Final = "/:@!$&()*+,;=~.-_"


def routes() -> list[Route]:
    """Return the routes."""
    return [
        Route("/reconcile/view", _view, methods=["GET"]),
        Route("/reconcile/preview", _preview, methods=["GET"]),
        Route("/reconcile/1.0/preview", _preview, methods=["GET"]),
    ]


async def _view(request: Request) -> Response:
    """Send somebody on to a thing; its id stands in a parameter, because proxies refuse ``%2F`` in a path."""
    exchange = Exchange.of(request)
    name = _id(exchange)
    path = path_of(name, exchange.site.base)
    if path is None:
        raise NotFound(f"{name[:80]!r} is no id of this service; ids are such as law/kr/e-government-act")
    lang = exchange.parameters.one("lang")
    more = f"?lang={quote(lang, safe='')}" if lang else ""
    return see_other(f"/id/{quote(path, safe=_SAFE)}{more}", cache_headers())


async def _preview(request: Request) -> Response:
    """Answer with a small page about a thing, which others may frame; no other page may be."""
    exchange = Exchange.of(request)
    name, langs, reconciler = _id(exchange), langs_of(exchange), reconciler_of(exchange)
    etag = etag_of(exchange.site.state, "preview", name, langs, exchange.visit.lang)
    headers = {**PAGE_HEADERS, "Content-Security-Policy": FRAMED, "Content-Language": exchange.visit.lang}
    if is_known(request, etag):
        return not_modified(etag, headers)
    described = await answer(exchange, reconciler.describe(name, langs=langs))
    page = await exchange.pages.preview(exchange.visit, described, name)
    if described is None:
        return HTMLResponse(page, 404, {**headers, **cache_headers(cacheable=False)})
    return HTMLResponse(page, headers={**headers, "ETag": etag})


def _id(exchange: Exchange) -> str:
    name = exchange.parameters.one("id")
    if not name or len(name) > _LONGEST:
        said = "is missing" if not name else f"has {len(name)} characters"
        raise refused("bad-parameter", f"id {said}: give the id of a thing", parameter="id")
    return name
