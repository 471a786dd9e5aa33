"""What operators alone may see and do: metrics now; each needs a token, and a server without tokens has none of it."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from egov_kg.errors import NotFound
from egov_kg.server import metrics
from egov_kg.server.authorization import authorize

__all__ = ["read_metrics"]

_NO_STORE = {"Cache-Control": "no-store"}


async def read_metrics(request: Request) -> Response:
    """Answer with the series for Prometheus.

    Raises:
        NotFound: If nobody may read them here.
        RequestRefused: As in `authorize`, for the scope ``read``.
    """
    is_local = request.state.served.site.config.metrics == "local" and request.state.client.is_exempt
    if not is_local:
        _must_have_tokens(request)
        authorize(request, "read")
    content = await asyncio.to_thread(metrics.exposition)
    return Response(content, headers={**_NO_STORE, "Content-Type": metrics.CONTENT_TYPE})


def _must_have_tokens(request: Request) -> None:
    if getattr(request.app.state, "tokens", None) is None:
        raise NotFound(f"there is nothing at {request.url.path[:80]!r}")
