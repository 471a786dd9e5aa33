"""The service description of a data set beside the release: what it holds, where it is from, what it may cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from egov_kg.ntriples import literal_term
from egov_kg.server import negotiation
from egov_kg.server.exchange import Exchange
from egov_kg.server.responses import cache_headers, etag_of, is_known, not_modified
from egov_kg.sparql import GRAPH, Request

if TYPE_CHECKING:
    from egov_kg.server.companions import Companion

__all__ = ["describe_companion"]

_QUERY: Final = Path(__file__).parent / "queries" / "companion-description.rq"


async def describe_companion(exchange: Exchange, companion: Companion) -> Response:
    """Answer with the description in one of the formats of graphs; there is no page.

    Raises:
        EgovKGError: If the data set does not answer.
    """
    formats = {name: form for name, form in GRAPH.items() if name != "html"}
    form = negotiation.chosen(exchange.accept, exchange.parameters.format, formats)
    site = exchange.site
    etag = etag_of(site.state, "description", form.name, site.public_url)
    headers = {**cache_headers(), "ETag": etag}
    if is_known(exchange.request, etag):
        return not_modified(etag, headers)
    if form.name not in site.descriptions:
        request = Request(
            _QUERY.read_text(encoding="utf-8"), table=None, graph=form.name, substitutions=_terms(exchange, companion)
        )
        answer = await site.answer(request, client="description")
        site.descriptions[form.name] = answer.read()
    return Response(site.descriptions[form.name], headers={**headers, "Content-Type": form.content_type})


def _terms(exchange: Exchange, companion: Companion) -> dict[str, str]:
    site = exchange.site
    endpoint = f"{site.public_url}{companion.path[1:]}"
    limits = (
        f"A query ends within {site.config.query_seconds:g} seconds, its text has at most {site.config.query_bytes} "
        f"bytes and its answer at most {site.config.result_bytes}; beyond that it is an error, never a part of one. "
        f"Nothing can be written, and no other endpoint is asked."
    )
    titles = {"english": (companion.title.get("en"), "en"), "korean": (companion.title.get("ko"), "ko")}
    plain = {"licence": companion.licence, "version": companion.version, "identifier": companion.id}
    return {
        "service": f"<{endpoint}#service>",
        "endpoint": f"<{endpoint}>",
        "dataset": f"<{endpoint}#dataset>",
        "default": f"<{endpoint}#default-graph>",
        "limits": f'"{limits}"@en',
        **{name: f"{literal_term(text)}@{lang}" for name, (text, lang) in titles.items() if text},
        **{name: literal_term(text) for name, text in plain.items() if text},
    }
