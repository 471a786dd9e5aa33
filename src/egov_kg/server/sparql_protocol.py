"""SPARQL 1.1 Protocol, the query part: what stands in a request, and the answer complete or an error."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response

from egov_kg.server import costs, description, metrics, negotiation, update_protocol
from egov_kg.server.authorization import authorize_query
from egov_kg.server.cache import Content, Presence, key_of
from egov_kg.server.companion_description import describe_companion
from egov_kg.server.compression import chosen as chosen_encoding
from egov_kg.server.compression import is_worth_it
from egov_kg.server.exchange import Exchange
from egov_kg.server.link import Made
from egov_kg.server.problems import refused
from egov_kg.server.requests import (
    Parameters,
    absolute_iris,
    attended,
    body_of,
    content_type,
    link_of,
    media_type_of,
    parameters_of,
    text_of,
)
from egov_kg.server.responses import (
    ContentResponse,
    DataResponse,
    cache_headers,
    data_headers,
    etag_of,
    form_of,
    is_known,
    not_modified,
)
from egov_kg.server.shapes import Shape
from egov_kg.server.state_description import describe_state
from egov_kg.server.watching import RECORD
from egov_kg.sparql import GRAPH, Request
from egov_kg.sparql.states import State

__all__ = ["ACCEPT_POST", "METHODS", "answered", "data_response", "names_of", "parsed", "sparql"]

METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")
ACCEPT_POST: Final = "application/sparql-query, application/sparql-update, application/x-www-form-urlencoded"


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
        return await update_protocol.respond(exchange, parameters, updates[0])
    if is_post:
        authorize_query(exchange.request)
    if queries:
        return await _answer(exchange, parameters, queries[0])
    if is_post:
        raise refused("missing-query", "the body has neither query nor update")
    return await _without_query(exchange, parameters)


async def _posted(exchange: Exchange) -> Parameters:
    """Return what stands in the body, as parameters."""
    request, limit = exchange.request, exchange.site.config.query_bytes
    media_type, charset = media_type_of(content_type(request))
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if charset not in {"", "utf-8", "utf8"}:
        raise _unsupported(f"charset {charset[:40]!r}")
    if encoding not in {"", "identity"}:
        raise _unsupported(f"Content-Encoding {encoding[:40]!r}")
    match media_type:
        case "application/x-www-form-urlencoded":
            most = 4 * limit if exchange.served.changing is None else max(4 * limit, update_protocol.FORM_BYTES)
            return parameters_of(await body_of(request, most))
        case "application/sparql-query":
            authorize_query(request)
            return Parameters((("query", text_of(await body_of(request, limit), "the query")),))
        case "application/sparql-update":
            return Parameters((("update", await update_protocol.update_body(exchange)),))
    raise _unsupported(f"Content-Type {media_type[:80]!r}" if media_type else "a body without Content-Type")


def _unsupported(what: str) -> Exception:
    detail = f"{what} is not accepted; see Accept-Post"
    return refused("unsupported-media-type", detail, headers={"Accept-Post": ACCEPT_POST})


async def _without_query(exchange: Exchange, parameters: Parameters) -> Response:
    if exchange.site.companion is not None:
        return await describe_companion(exchange, exchange.site.companion)
    form = negotiation.chosen(exchange.accept, parameters.format, GRAPH)
    if form.name == "html":
        return exchange.page(await exchange.pages.editor(exchange.visit))
    if isinstance(exchange.site.pool, State):
        return await describe_state(exchange, form)
    return await description.service_description(exchange, form)


async def _answer(exchange: Exchange, parameters: Parameters, text: str) -> Response:
    exchange.request.scope["state"]["text"] = text  # for the page of a problem
    size, limit = len(text.encode()), exchange.site.config.query_bytes
    if size > limit:
        raise refused("too-large", f"the query has {size} bytes; the most is {limit}", limit=limit)
    has_pages = exchange.site.companion is None
    table, graph = negotiation.table_and_graph(exchange.accept, parameters.format, with_html=has_pages)
    query = Request(
        text,
        table=table,
        graph=graph,
        default_graphs=_graphs(parameters, "default-graph-uri", "named-graph-uri"),
        named_graphs=_graphs(parameters, "named-graph-uri", "default-graph-uri"),
        seconds=_seconds(parameters.one("timeout")),
        expands=parameters.expands,
    )
    if costs.is_asked_for(parameters):
        return await costs.report(exchange, query)
    key = (query.text, query.default_graphs, query.named_graphs, table, graph, *names_of(query))
    etag = None
    if exchange.request.method != "POST":
        language = exchange.visit.lang if "html" in {table, graph} else None
        address = exchange.visit.query_string if "html" in {table, graph} else None
        etag = etag_of(exchange.site.state, *key, language, address)
        if is_known(exchange.request, etag):
            return not_modified(etag, _keeping(exchange))
    content = await answered(exchange, query, key)
    if content.format != "html":
        response = await data_response(exchange, key, content, etag=etag, filename="answer")
        if len(parameters.pairs) == 1 and "html" not in {table, graph}:
            _remember(exchange, table, graph)
        return response
    headers = _headers(exchange, content, etag)
    page = await exchange.pages.answer(exchange.visit, text, parsed(content))
    return exchange.page(page, **headers)


def _remember(exchange: Exchange, table: str | None, graph: str | None) -> None:
    """Note what was made of a request with a query and nothing else."""
    link = link_of(exchange.request)
    if link is None or link.asked is None:
        return
    scope = exchange.request.scope
    agent = scope["state"]["record"].agent
    shape = Shape(tuple(scope["headers"]), agent, exchange.header(b"accept-encoding"), table, graph)
    exchange.request.app.state.shapes.keep(link.asked, shape)


async def answered(exchange: Exchange, query: Request, key: Sequence[object]) -> Content:
    """Return the answer to a query, out of the cache if it is there.

    Args:
        exchange: The request.
        query: The query.
        key: What its answer depends on, besides the state of the graph.

    Raises:
        EgovKGError: As `egov_kg.server.site.Site.answer`.
        ClientDisconnect: If nobody waits for it any more.
    """
    link = link_of(exchange.request)
    if link is not None and link.made is not None:
        made, link.made = link.made, None
        _note_made(made)
        return made.result()
    cache, site = exchange.served.cache, exchange.site
    place = key_of(site.state, *key)
    kept = cache.find(place)
    if kept is not None:
        _note(kept, query.text, "hit")
        return kept.share()

    async def work(presence: Presence) -> tuple[Content, str]:
        presence.client = exchange.client
        begun = dataclasses.replace(query, started=presence.begin)
        run = functools.partial(site.answer, begun, client=exchange.client)
        return await cache.answer(place, run, presence, seconds=query.seconds)

    content, origin = await attended(exchange.request, work)
    _note(content, query.text, origin)
    metrics.CACHE_BYTES.set(cache.used)
    return content


def _note_made(made: Made) -> None:
    """Write down what became known of an answer that was made before."""
    record = RECORD.get()
    if record is not None:
        record.query = made.text
    if made.content is not None:
        if record is not None:
            record.form, record.seconds = made.content.form, made.content.seconds
        _note(made.content, made.text, made.origin)


def _note(content: Content, text: str, origin: str) -> None:
    """Write down what became known of an answer."""
    record = RECORD.get()
    if record is not None:
        record.query, record.form, record.cache = text, content.form, origin
    metrics.cache_requests(origin).inc()


def names_of(query: Request) -> tuple[str, ...]:
    """Return what the key of an answer holds of the names that the query sees; nothing where it is as usual."""
    return ("same-as",) if query.expands else ()


def _graphs(parameters: Parameters, name: str, other: str) -> tuple[str, ...] | None:
    """Return the graphs that a parameter names; none, not all, if only the other parameter is there."""
    names = absolute_iris(parameters, name)
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


def parsed(content: Content) -> Mapping[str, Any]:
    """Return an answer in JSON as a value, and close it."""
    value: Mapping[str, Any] = json.loads(content.read())
    return value


async def data_response(
    exchange: Exchange, key: Sequence[object], content: Content, *, etag: str | None, filename: str
) -> Response:
    """Return the response to a query that was answered with data.

    Args:
        exchange: The request.
        key: As in `answered`.
        content: The answer; it is closed once it is sent.
        etag: The tag of the answer, or None for POST.
        filename: What a file of it is called, without extension.
    """
    form = form_of(content.form, content.format)
    headers = data_headers(
        form,
        timing=_timing(content),
        cacheable=content.cacheable,
        keeping=_keeping(exchange),
        etag=etag,
        filename=filename,
    )
    if content.data is None:
        return ContentResponse(content, headers)
    with contextlib.closing(content):
        body = content.data
        wanted = exchange.header(b"accept-encoding")
        if is_worth_it(form.content_type, content.length, wanted) and (name := chosen_encoding(wanted)) is not None:
            body = await exchange.served.cache.encoded(key_of(exchange.site.state, *key), content, name)
            headers["Content-Encoding"] = name
    response = DataResponse(200, {**headers, "Content-Length": str(len(body))}, body)
    response.may_be_ready = not content.seconds and etag is not None
    return response


def _keeping(exchange: Exchange) -> dict[str, str]:
    """Return the headers that say how long an answer may be kept: what may change at once is asked for again."""
    return {"Cache-Control": "no-cache"} if isinstance(exchange.site.pool, State) else cache_headers()


def _timing(content: Content) -> str:
    if content.seconds:
        return ", ".join(f"{name};dur={1000 * seconds:.1f}" for name, seconds in content.seconds.items())
    return "cache;desc=hit, queue;dur=0.0, run;dur=0.0, write;dur=0.0"


def _headers(exchange: Exchange, content: Content, etag: str | None) -> dict[str, str]:
    headers = {"Server-Timing": _timing(content)}
    if not content.cacheable:
        headers.update(cache_headers(cacheable=False))
    elif etag is not None:
        headers.update({**_keeping(exchange), "ETag": etag})
    else:
        headers["Cache-Control"] = "no-cache"
    return headers
