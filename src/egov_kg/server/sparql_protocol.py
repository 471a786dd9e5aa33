"""SPARQL 1.1 Protocol, the query part: what stands in a request, and the answer complete or an error."""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from egov_kg.server import description, negotiation
from egov_kg.server.exchange import Exchange
from egov_kg.server.problems import refused
from egov_kg.server.requests import Parameters, body_of, media_type_of, parameters_of, text_of, while_connected
from egov_kg.server.responses import BodyResponse, cache_headers, etag_of, is_known, not_modified
from egov_kg.sparql import GRAPH, TABLE, Answer, Request

__all__ = ["ACCEPT_POST", "METHODS", "data_response", "parsed", "sparql"]

METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")
ACCEPT_POST: Final = "application/sparql-query, application/sparql-update, application/x-www-form-urlencoded"
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*\Z")


async def sparql(exchange: Exchange) -> Response:
    """Answer a request to ``/sparql``.

    Raises:
        RequestRefused, EgovKGError: Whatever is wrong; no answer has begun then.
    """
    is_post = exchange.request.method == "POST"
    parameters = exchange.parameters
    if is_post:
        parameters += await _posted(exchange)
    queries, updates = parameters.all("query"), parameters.all("update")
    if len(queries) + len(updates) > 1:
        found = f"{len(queries)} query and {len(updates)} update are given; give one"
        raise refused("duplicate-parameter", found, parameter="query")
    if updates:
        if not is_post:
            raise refused("update-needs-post", "an update in an address is never run; and this endpoint is read-only")
        raise refused("read-only", "updates are not accepted here; the graph is changed by building a release")
    if queries:
        return await _answer(exchange, parameters, queries[0])
    if is_post:
        raise refused("missing-query", "the body has neither query nor update")
    return await _without_query(exchange, parameters)


async def _posted(exchange: Exchange) -> Parameters:
    """Return what stands in the body, as parameters."""
    request, limit = exchange.request, exchange.site.config.query_bytes
    media_type, charset = media_type_of(request.headers.get("content-type"))
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if charset not in {"", "utf-8", "utf8"}:
        raise _unsupported(f"charset {charset[:40]!r}")
    if encoding not in {"", "identity"}:
        raise _unsupported(f"Content-Encoding {encoding[:40]!r}")
    match media_type:
        case "application/x-www-form-urlencoded":
            return parameters_of(await body_of(request, 4 * limit))
        case "application/sparql-query":
            return Parameters((("query", text_of(await body_of(request, limit), "the query")),))
        case "application/sparql-update":
            return Parameters((("update", ""),))
    raise _unsupported(f"Content-Type {media_type[:80]!r}" if media_type else "a body without Content-Type")


def _unsupported(what: str) -> Exception:
    detail = f"{what} is not accepted; see Accept-Post"
    return refused("unsupported-media-type", detail, headers={"Accept-Post": ACCEPT_POST})


async def _without_query(exchange: Exchange, parameters: Parameters) -> Response:
    form = negotiation.chosen(exchange.accept, parameters.format, GRAPH)
    if form.name == "html":
        return exchange.page(await exchange.pages.editor(exchange.visit))
    return await description.service_description(exchange, form)


async def _answer(exchange: Exchange, parameters: Parameters, text: str) -> Response:
    exchange.request.state.text = text  # for the page of a problem
    size, limit = len(text.encode()), exchange.site.config.query_bytes
    if size > limit:
        raise refused("too-large", f"the query has {size} bytes; the most is {limit}", limit=limit)
    table, graph = negotiation.table_and_graph(exchange.accept, parameters.format)
    query = Request(
        text,
        table=table,
        graph=graph,
        default_graphs=_graphs(parameters, "default-graph-uri", "named-graph-uri"),
        named_graphs=_graphs(parameters, "named-graph-uri", "default-graph-uri"),
        seconds=_seconds(parameters.one("timeout")),
    )
    etag = None
    if exchange.request.method != "POST":
        language = exchange.visit.lang if "html" in {table, graph} else None
        address = exchange.visit.query_string if "html" in {table, graph} else None
        dataset = (query.default_graphs, query.named_graphs)
        etag = etag_of(exchange.site.release.id, text, *dataset, table, graph, language, address)
        if is_known(exchange.request, etag):
            return not_modified(etag, cache_headers())
    answer = await while_connected(exchange.request, exchange.site.answer(query, client=exchange.client))
    if answer.format != "html":
        return data_response(answer, etag=etag, filename="answer")
    headers = _headers(answer, etag)
    page = await exchange.pages.answer(exchange.visit, text, parsed(answer))
    return exchange.page(page, **headers)


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
        detail = f"timeout={value[:40]!r} is not a number of seconds above 0"
        raise refused("bad-parameter", detail, parameter="timeout")
    return seconds


def parsed(answer: Answer) -> Mapping[str, Any]:
    """Return an answer in JSON as a value, and close it."""
    with contextlib.closing(answer.body):
        value: Mapping[str, Any] = json.loads(answer.read())
    return value


def data_response(answer: Answer, *, etag: str | None, filename: str) -> Response:
    """Return the response to a query that was answered with data.

    Args:
        answer: The answer; its body is closed once it is sent.
        etag: The tag of the answer, or None for POST.
        filename: What a file of it is called, without extension.
    """
    headers = _headers(answer, etag)
    form = (GRAPH if answer.form in {"CONSTRUCT", "DESCRIBE"} else TABLE)[answer.format]
    if form.attachment:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{filename}.{form.extension}"
    return BodyResponse(answer.body, answer.length, {**headers, "Content-Type": form.content_type})


def _headers(answer: Answer, etag: str | None) -> dict[str, str]:
    timing = ", ".join(f"{name};dur={1000 * seconds:.1f}" for name, seconds in answer.seconds.items())
    headers = {"Server-Timing": timing}
    if not answer.cacheable:
        headers.update(cache_headers(cacheable=False))
    elif etag is not None:
        headers.update({**cache_headers(), "ETag": etag})
    else:
        headers["Cache-Control"] = "no-cache"
    return headers
