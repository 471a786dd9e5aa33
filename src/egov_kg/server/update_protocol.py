"""SPARQL 1.1 Protocol, the update part: who may, what stands in the request; making the change is another's work."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from egov_kg.server.authorization import authorize
from egov_kg.server.changing import UPDATE_BYTES, changing_of
from egov_kg.server.exchange import Exchange
from egov_kg.server.problems import refused
from egov_kg.server.requests import Parameters, absolute_iris, body_of, text_of
from egov_kg.sparql.states import Write

__all__ = ["FORM_BYTES", "respond", "update_body"]

_MEDIA_TYPE: Final = "application/sparql-update"
FORM_BYTES: Final = 3 * UPDATE_BYTES + (64 << 10)
"""The longest form: an update of which every byte is percent-encoded, and its parameters."""


async def update_body(exchange: Exchange) -> str:
    """Return the update that is the body of a request, once its sender may write.

    Raises:
        RequestRefused: ``read-only``, ``token-required`` and its like, ``too-large``, ``bad-encoding``.
    """
    changing_of(exchange)
    authorize(exchange.request, "update")
    return text_of(await body_of(exchange.request, UPDATE_BYTES), "the update")


async def respond(exchange: Exchange, parameters: Parameters, text: str) -> Response:
    """Answer an update.

    Args:
        exchange: The request.
        parameters: Of the address and of the body.
        text: The update.

    Raises:
        RequestRefused: ``update-needs-post``, ``read-only``, ``token-required`` and its like, ``too-large``,
            ``bad-parameter``.
        EgovKGError: If the change is not made; then nothing has changed.
    """
    if exchange.request.method != "POST":
        raise refused("update-needs-post", "an update in an address is never run; send it by POST")
    changing = changing_of(exchange)
    token = authorize(exchange.request, "update")
    data = text.encode()
    if len(data) > UPDATE_BYTES:
        detail = f"the update has {len(data)} bytes; the most is {UPDATE_BYTES}; larger data go to /graph"
        raise refused("too-large", detail, limit=UPDATE_BYTES)
    write = Write(
        _MEDIA_TYPE,
        data,
        using=absolute_iris(parameters, "using-graph-uri"),
        using_named=absolute_iris(parameters, "using-named-graph-uri"),
        token=token,
    )
    return await changing.update(exchange, write)
