"""The names of data sets of others and of the mappings to them: 303 to what the release tells of them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from egov_kg.errors import NotFound
from egov_kg.server import negotiation
from egov_kg.server.exchange import Exchange
from egov_kg.server.resources import is_mentioned
from egov_kg.server.responses import cache_headers, see_other
from egov_kg.sparql import GRAPH

__all__ = ["dataset", "mapping_set"]


async def dataset(request: Request) -> Response:
    """Answer for a data set of others that things are linked with: 303 to VoID, or to the page of its links.

    Raises:
        NotFound: If the release does not speak of it.
    """
    exchange, name = Exchange.of(request), request.path_params["name"]
    form = negotiation.chosen(exchange.accept, exchange.parameters.format, GRAPH)
    if not await is_mentioned(exchange, f"dataset/{name}"):
        raise NotFound(f"there is no data set {name[:80]!r}")
    return see_other(f"/links/{name}" if form.name == "html" else f"/void.{form.extension}", cache_headers())


async def mapping_set(request: Request) -> Response:
    """Answer for the mappings to a data set: 303 to the file of the release, or to VoID if it has none.

    Raises:
        NotFound: If the release does not speak of them.
    """
    exchange, name = Exchange.of(request), request.path_params["name"]
    downloads, file = exchange.served.downloads, f"{name}.sssom.tsv"
    release = exchange.site.release.id
    if downloads is not None and file in downloads.files(release):
        return see_other(f"/dumps/{release}/{file}", cache_headers())
    if not await is_mentioned(exchange, f"mappings/{name}"):
        raise NotFound(f"there are no mappings {name[:80]!r}")
    return see_other("/void.ttl", cache_headers())
