"""Whether the server is there, and whether it can answer."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from egov_kg.errors import EgovKGError
from egov_kg.server.problems import refused
from egov_kg.server.site import Site
from egov_kg.sparql import Request as Query

__all__ = ["is_alive", "is_ready"]

_GOLDEN = "ASK { ?s ?p ?o }"
_NO_STORE = {"Cache-Control": "no-store"}


def is_alive(site: Site) -> Response:
    """Answer that the front lives; no query process is asked."""
    return JSONResponse({"status": "ok", "release": site.release.id}, headers=_NO_STORE)


async def is_ready(site: Site) -> Response:
    """Answer that a query process has answered a query of the current release that has a known answer.

    Raises:
        RequestRefused: ``not-ready`` otherwise.
    """
    try:
        answer = await site.answer(Query(_GOLDEN, table="json"), client="readyz")
        with answer.body:
            is_right = b"true" in answer.read()
    except EgovKGError as error:
        raise refused("not-ready", "no query process answers") from error
    if not is_right:
        raise refused("not-ready", "the release is empty")
    return JSONResponse({"status": "ready", "release": site.release.id}, headers=_NO_STORE)
