"""SPARQL 1.1 Protocol, the query part: what stands in a request, and the answer complete or an error."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from egov_kg.server import description, negotiation
from egov_kg.server.html import HtmlPages, Visit
from egov_kg.server.problems import refused
from egov_kg.server.requests import Parameters, body_of, media_type_of, parameters_of, text_of, while_connected
from egov_kg.server.responses import BodyResponse, etag_of, is_known, not_modified
from egov_kg.server.site import Site
from egov_kg.sparql import GRAPH, TABLE, Answer
from egov_kg.sparql import Request as Query

__all__ = ["ACCEPT_POST", "METHODS", "answered", "cache_headers", "sparql"]

METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")
ACCEPT_POST: Final = "application/sparql-query, application/sparql-update, application/x-www-form-urlencoded"
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*\Z")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query and what it wants."""

    parameters: Parameters
    text: str


async def sparql(request: Request, site: Site, pages: HtmlPages, visit: Visit) -> Response:
    """Answer a request to ``/sparql``.

    Raises:
        RequestRefused, EgovKGError: Whatever is wrong; no answer has begun then.
    """
    is_post = request.method == "POST"
    parameters = parameters_of(request.scope["query_string"])
    if is_post:
        parameters = await _posted(request, site, parameters)
    queries, updates = parameters.all("query"), parameters.all("update")
    if len(queries) + len(updates) > 1:
        raise refused(
            "duplicate-parameter", f"{len(queries)} query and {len(updates)} update are given; give one", parameter="query"
        )
    if updates:
        if not is_post:
            raise refused("update-needs-post", "an update in an address is never run; and this endpoint is read-only")
        raise refused("read-only", "updates are not accepted here; the graph is changed by building a release")
    if not queries:
        if is_post:
            raise refused("missing-query", "the body has neither query nor update")
        return await _without_query(request, site, pages, visit, parameters)
    return await _query(request, site, pages, visit, parameters, queries[0])


async def _posted(request: Request, site: Site, parameters: Parameters) -> Parameters:
    media_type, charset = media_type_of(request.headers.get("content-type"))
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if charset not in {"", "utf-8", "utf8"}:
        raise _unsupported(f"charset {charset[:40]!r}")
    if encoding not in {"", "identity"}:
        raise _unsupported(f"Content-Encoding {encoding[:40]!r}")
    limit = site.config.query_bytes
    match media_type:
        case "application/x-www-form-urlencoded":
            return parameters + parameters_of(await body_of(request, 4 * limit))
        case "application/sparql-query":
            return parameters + Parameters((("query", text_of(await body_of(request, limit), "the query")),))
        case "application/sparql-update":
            return parameters + Parameters((("update", ""),))
    raise _unsupported(f"Content-Type {media_type[:80]!r}" if media_type else "a body without Content-Type")


def _unsupported(what: str) -> Exception:
    return refused(
        "unsupported-media-type", f"{what} is not accepted; see Accept-Post", headers={"Accept-Post": ACCEPT_POST}
    )


async def _without_query(
    request: Request, site: Site, pages: HtmlPages, visit: Visit, parameters: Parameters
) -> Response:
    form = negotiation.chosen(request.headers.get("accept"), parameters.one("format"), GRAPH)
    if form.name == "html":
        return HTMLResponse(await pages.editor(visit), headers={"Vary": "Accept, Accept-Language, Accept-Encoding"})
    etag = etag_of(site.release.id, "description", form.name, site.public_url)
    if is_known(request, etag):
        return not_modified(etag, cache_headers())
    data = await description.service_description(site, form.name)
    return Response(data, headers={**cache_headers(), "Content-Type": form.content_type, "ETag": etag})


async def _query(
    request: Request, site: Site, pages: HtmlPages, visit: Visit, parameters: Parameters, text: str
) -> Response:
    size = len(text.encode())
    if size > site.config.query_bytes:
        limit = site.config.query_bytes
        raise refused("too-large", f"the query has {size} bytes; the most is {limit}", limit=limit)
    table, graph = negotiation.table_and_graph(request.headers.get("accept"), parameters.one("format"))
    query = Query(
        text,
        table=table,
        graph=graph,
        default_graphs=_graphs(parameters, "default-graph-uri", "named-graph-uri"),
        named_graphs=_graphs(parameters, "named-graph-uri", "default-graph-uri"),
        seconds=_seconds(parameters.one("timeout")),
    )
    etag = etag_of(
        site.release.id,
        text,
        query.default_graphs,
        query.named_graphs,
        table,
        graph,
        visit.accept_language if "html" in {table, graph} else None,
    )
    conditional = request.method != "POST"
    if conditional and is_known(request, etag):
        return not_modified(etag, cache_headers())
    answer = await while_connected(request, site.answer(query))
    return await answered(answer, pages, visit, text, etag=etag if conditional else None)


def _graphs(parameters: Parameters, name: str, other: str) -> tuple[str, ...] | None:
    """Return the graphs that a parameter names; none, not all, if only the other parameter is there."""
    names = parameters.all(name)
    for value in names:
        if not _ABSOLUTE.match(value):
            raise refused("bad-parameter", f"{name}={value[:80]!r} is not an absolute IRI", parameter=name)
    return names if names or parameters.all(other) else None


def _seconds(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise refused("bad-parameter", f"timeout={value[:40]!r} is not a number of seconds above 0", parameter="timeout")
    return seconds


def cache_headers(*, cacheable: bool = True) -> dict[str, str]:
    """Return the headers that say how long an answer may be kept."""
    return {"Cache-Control": "public, max-age=300" if cacheable else "no-store"}


async def answered(
    answer: Answer, pages: HtmlPages, visit: Visit, text: str, *, etag: str | None, filename: str = "answer"
) -> Response:
    """Return the response to a query that was answered.

    Args:
        answer: The answer; its body is closed here or after it is sent.
        pages: Make the page if the format is HTML.
        visit: The request.
        text: The query, for the page.
        etag: The tag of the answer, or None for POST.
        filename: What a file of it is called, without extension.
    """
    headers = _headers(answer, etag)
    if answer.format == "html":
        page = await pages.answer(visit, text, json.loads(answer.read()))
        answer.body.close()
        return HTMLResponse(page, headers={**headers, "Vary": "Accept, Accept-Language, Accept-Encoding"})
    form = (GRAPH if answer.form in {"CONSTRUCT", "DESCRIBE"} else TABLE)[answer.format]
    if form.attachment:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{filename}.{form.extension}"
    return BodyResponse(answer.body, answer.length, {**headers, "Content-Type": form.content_type})


def _headers(answer: Answer, etag: str | None) -> dict[str, str]:
    timing = ", ".join(f"{name};dur={1000 * seconds:.1f}" for name, seconds in answer.seconds.items())
    headers: dict[str, str] = {"Server-Timing": timing}
    if not answer.cacheable:
        headers.update(cache_headers(cacheable=False))
    elif etag is not None:
        headers.update({**cache_headers(), "ETag": etag})
    return headers


