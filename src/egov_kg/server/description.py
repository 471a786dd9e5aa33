"""The service description at ``/sparql``: made once for a release by a view process, then kept.

What stands in it says `egov_kg.viewing.service`.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from egov_kg.server.exchange import Exchange
from egov_kg.server.responses import cache_headers, etag_of, is_known, not_modified
from egov_kg.server.site import Site
from egov_kg.sparql import Format

__all__ = ["described", "service_description"]

_KEPT: Final = 16
_MADE: Final[dict[tuple[str, str, str], bytes]] = {}


async def service_description(exchange: Exchange, form: Format) -> Response:
    """Answer with the description in one of the formats of graphs.

    Raises:
        ReleaseDamaged: If the release has no readable ``void.ttl``.
    """
    site = exchange.site
    etag = etag_of(site.release.id, "description", form.name, site.public_url)
    headers = {**cache_headers(), "ETag": etag}
    if is_known(exchange.request, etag):
        return not_modified(etag, headers)
    content = await described(site, form.name)
    return Response(content, headers={**headers, "Content-Type": form.content_type})


async def described(site: Site, extension: str) -> bytes:
    """Return the description of a site in a format; it is made when it is first asked for."""
    key = (site.release.id, extension, site.public_url)
    if key not in _MADE:
        config = site.config
        limits = (
            f"A query ends within {config.query_seconds:g} seconds, its text has at most {config.query_bytes} bytes "
            f"and its answer at most {config.result_bytes}; beyond that it is an error, never a part of one."
        )
        content = await site.made(
            "service",
            format=extension,
            public_url=site.public_url,
            limits=limits,
            federated="yes" if config.federation_allow and not config.engine_url else "",
        )
        if len(_MADE) >= _KEPT:
            _MADE.clear()
        _MADE[key] = content
    return _MADE[key]
