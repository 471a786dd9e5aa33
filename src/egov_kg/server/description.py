"""The service description at ``/sparql``: made once for a release by a view process, then kept.

What stands in it says `egov_kg.viewing.endpoint`.
"""

from __future__ import annotations

from starlette.responses import Response

from egov_kg.server.exchange import Exchange
from egov_kg.server.responses import cache_headers, etag_of, is_known, not_modified
from egov_kg.sparql import Format

__all__ = ["service_description"]


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
    content = await site.described(form.name)
    return Response(content, headers={**headers, "Content-Type": form.content_type})
