"""The addresses of the data sets beside the release: each an endpoint, and a list of all."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from egov_kg.errors import NotFound
from egov_kg.server.companions import Companions
from egov_kg.server.exchange import Exchange
from egov_kg.server.responses import cache_headers, see_other
from egov_kg.server.serving import Served, Serving
from egov_kg.server.site import Site
from egov_kg.server.sparql_protocol import sparql

__all__ = ["describe_one", "endpoints", "list_companions"]

Answering = Callable[[Request], Awaitable[Response]]


def endpoints(companions: Companions) -> dict[str, Answering]:
    """Return what answers at which path, for any method that an endpoint knows."""
    return {
        f"/beside/{name}/sparql{end}": _answering(site) for name, site in companions.sites.items() for end in ("", "/")
    }


def _answering(site: Site) -> Answering:
    async def answer(request: Request) -> Response:
        exchange = Exchange.of(request)
        # The pages of problems and the cache are those of the release; each entry of the cache names its state.
        served: Served = dataclasses.replace(exchange.served, site=site, downloads=None, changing=None)
        request.scope["state"]["served"] = served
        return await sparql(dataclasses.replace(exchange, served=served))

    return answer


async def list_companions(request: Request) -> Response:
    """Answer with what stands beside the release, as JSON; nothing, if nothing does."""
    serving: Serving = request.app.state.serving
    return JSONResponse(serving.companions.shown(), headers=cache_headers())


async def describe_one(request: Request) -> Response:
    """Answer with 303 to the endpoint of a data set, which describes itself.

    Raises:
        NotFound: If none of that name stands beside the release.
    """
    serving: Serving = request.app.state.serving
    name = request.path_params["name"]
    if name not in serving.companions.sites:
        raise NotFound(f"no data set {name[:80]!r} stands beside the release; the list is at /beside")
    return see_other(f"/beside/{name}/sparql")
