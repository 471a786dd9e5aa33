"""What operators alone may see and do: metrics, the queries that run, ending one, changing the release at once.

Each needs a token with its scope. A server without a file of tokens has none of these addresses.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import logging
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from egov_kg.errors import NotFound, ReleaseDamaged, ReleaseNotFound
from egov_kg.server import logs, metrics
from egov_kg.server.authorization import authorize
from egov_kg.server.problems import refused
from egov_kg.server.serving import Served, Serving
from egov_kg.sparql import Pool, Running

__all__ = ["METHODS", "abort_query", "list_queries", "read_metrics", "reload"]

_LOG: Final = logging.getLogger(__name__)
_NO_STORE: Final = {"Cache-Control": "no-store"}
_RELEASE_DIGITS: Final = 12

METHODS: Final = {"/admin/queries": ("GET", "HEAD"), "/admin/queries/": ("DELETE",), "/admin/reload": ("POST",)}
"""The methods by the beginning of the address, the longest that fits."""


async def read_metrics(request: Request) -> Response:
    """Answer with the series for Prometheus.

    Raises:
        NotFound: If nobody may read them here.
        RequestRefused: As in `authorize`, for the scope ``read``.
    """
    served: Served = request.state.served
    is_local = served.site.config.metrics == "local" and request.state.client.is_exempt
    if not is_local:
        _must_have_tokens(request)
        authorize(request, "read")
    serving: Serving = request.app.state.serving
    metrics.measure(serving.pools)
    content = await asyncio.to_thread(metrics.exposition)
    return Response(content, headers={**_NO_STORE, "Content-Type": metrics.CONTENT_TYPE})


async def list_queries(request: Request) -> Response:
    """Answer with the queries that run, the oldest first.

    Their text is not told, as it is not written down: a digest of it is, which is the same for the same text.

    Raises:
        NotFound: If the server has no tokens.
        RequestRefused: As in `authorize`, for the scope ``admin``.
    """
    _authorize(request)
    served: Served = request.state.served
    listed = [_shown(state, run, request) for state, pool in _pools(request) for run in pool.running()]
    return JSONResponse({"release": served.release, "queries": listed}, headers=_NO_STORE)


def _pools(request: Request) -> list[tuple[str, Pool]]:
    """Return the processes that answer queries from outside, by the id of what they answer from."""
    served: Served = request.state.served
    serving: Serving = request.app.state.serving
    sites = (served.site, *serving.companions.sites.values())
    return [(site.release.id[:_RELEASE_DIGITS], pool) for site in sites for pool in site.pools[:1]]


def _shown(state: str, run: Running, request: Request) -> dict[str, Any]:
    shown = {
        **dataclasses.asdict(run),
        "id": f"{state}-{run.id}",
        "started": dt.datetime.fromtimestamp(run.started, dt.UTC).isoformat(timespec="milliseconds"),
        "seconds": round(run.seconds, 3),
    }
    if run.client:
        salt: logs.DailySalt = request.app.state.salt
        shown["client"] = salt.digest(run.client)
    return shown


async def abort_query(request: Request) -> Response:
    """End a query that runs. Who asked it gets a problem that says so.

    Raises:
        NotFound: If no query of that id runs, or the server has no tokens.
        RequestRefused: As in `authorize`, for the scope ``admin``.
    """
    token = _authorize(request)
    wanted, _, number = str(request.path_params["id"]).partition("-")
    if not any(state == wanted and pool.abort(number) for state, pool in _pools(request)):
        raise NotFound(f"no query {request.path_params['id'][:40]!r} is running")
    logs.event(_LOG, logging.INFO, "query ended by an operator", query=number, token=token)
    return Response(status_code=204, headers=_NO_STORE)


async def reload(request: Request) -> Response:
    """Change at once to the release that ``current`` points to.

    Raises:
        NotFound: If the server has no tokens.
        RequestRefused: As in `authorize`, for the scope ``admin``; ``not-ready`` if that release cannot be served.
    """
    token = _authorize(request)
    serving: Serving = request.app.state.serving
    logs.event(_LOG, logging.INFO, "reload asked for by an operator", token=token)
    try:
        await serving.reload()
    except (ReleaseNotFound, ReleaseDamaged, OSError) as error:
        _LOG.warning("the release that current points to is not served: %s", error)
        detail = f"that release cannot be served; {serving.now.release} goes on. The log of the server says why"
        raise refused("not-ready", detail) from error
    return JSONResponse({"release": serving.now.release}, headers=_NO_STORE)


def _authorize(request: Request) -> str:
    _must_have_tokens(request)
    return authorize(request, "admin")


def _must_have_tokens(request: Request) -> None:
    if getattr(request.app.state, "tokens", None) is None:
        raise NotFound(f"there is nothing at {request.scope['path'][:80]!r}")
