"""The service description of a writable store, which says what the newest state holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from egov_kg.server import negotiation
from egov_kg.server.changing import GRAPH_BYTES, UPDATE_BYTES
from egov_kg.server.exchange import Exchange
from egov_kg.server.responses import cache_headers, etag_of, is_known, not_modified
from egov_kg.sparql.engine import Request
from egov_kg.sparql.formats import Format

if TYPE_CHECKING:
    from egov_kg.server.scratch import ScratchServing

__all__ = ["describe_state"]

_REGIMES: Final = "http://www.w3.org/ns/entailment/"
_QUERY: Final = Path(__file__).parent / "queries" / "state-description.rq"


async def describe_state(exchange: Exchange, form: Format) -> Response:
    """Answer with the description in one of the formats of graphs.

    Raises:
        EgovKGError: If the state does not answer.
    """
    site = exchange.site
    if form.name == "html":
        raise negotiation.not_acceptable({"ttl": form})
    etag = etag_of(site.state, "description", form.name, site.public_url)
    headers = {**cache_headers(cacheable=False), "Cache-Control": "no-cache", "ETag": etag}
    if is_known(exchange.request, etag):
        return not_modified(etag, headers)
    serving: ScratchServing = exchange.request.app.state.serving
    limits = (
        f"A query ends within {site.config.query_seconds:g} seconds, its text has at most {site.config.query_bytes} "
        f"bytes and its answer at most {site.config.result_bytes}; an update has at most {UPDATE_BYTES} bytes and a "
        f"graph that is sent at most {GRAPH_BYTES}; beyond that it is an error, never a part of one. "
        f"State {site.state}."
    )
    request = Request(
        _QUERY.read_text(encoding="utf-8"),
        table=None,
        graph=form.name,
        substitutions={
            "service": f"<{site.public_url}sparql#service>",
            "regime": f"<{_REGIMES}{'RDFS' if serving.entails else 'Simple'}>",
            "endpoint": f"<{site.public_url}sparql>",
            "dataset": f"<{site.public_url}sparql#dataset>",
            "default": f"<{site.public_url}sparql#default-graph>",
            "limits": f'"{limits}"@en',
        },
    )
    answer = await site.answer(request, client="description")
    return Response(answer.read(), headers={**headers, "Content-Type": form.content_type})
