"""Named queries over HTTP: the list, and each query with its parameters in the address."""

from __future__ import annotations

import difflib
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from egov_kg.errors import NotFound, ParameterError
from egov_kg.server import negotiation
from egov_kg.server.downloads import LIST_FORMATS
from egov_kg.server.exchange import Exchange
from egov_kg.server.responses import cache_headers, etag_of, is_known, not_modified
from egov_kg.server.sparql_protocol import answered, data_response, names_of, parsed
from egov_kg.sparql import GRAPH, TABLE, NamedQuery, Request

__all__ = ["question", "questions"]

_EXTENSIONS: Final = frozenset({*TABLE, *GRAPH, "rq"})


async def questions(exchange: Exchange) -> Response:
    """Answer with the list of named queries."""
    form = negotiation.chosen(exchange.accept, exchange.parameters.format, LIST_FORMATS)
    if form.name == "html":
        return exchange.page(await exchange.pages.questions(exchange.visit))
    return JSONResponse([_listed(query) for query in exchange.site.queries.values()], headers=cache_headers())


def _listed(query: NamedQuery) -> dict[str, Any]:
    formats = TABLE if query.form in {"SELECT", "ASK"} else GRAPH
    return {
        "name": query.name,
        "href": f"/queries/{query.name}",
        "question": dict(query.question),
        "group": query.group,
        "form": query.form,
        "parameters": [
            {
                "name": p.name,
                "type": p.type,
                "class": p.cls,
                "required": p.required,
                "default": p.default,
                "values": list(p.values),
                "label": dict(p.label),
            }
            for p in query.parameters.values()
        ],
        "columns": {column.name: dict(column.label) for column in query.columns.values()},
        "formats": [name for name in formats if name != "html"] + ["rq"],
    }


async def question(exchange: Exchange, path: str) -> Response:
    """Answer a named query with the parameters of the address; other parameters of the address are ignored.

    Raises:
        NotFound: If there is no such query.
        ParameterError: If a value is missing or of the wrong type.
    """
    site = exchange.site
    name, extension = negotiation.by_extension(path, _EXTENSIONS)
    query = site.queries.get(name)
    if query is None:
        near = difflib.get_close_matches(name[:80], site.queries, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "; the list is at /queries"
        raise NotFound(f"there is no query {name[:80]!r}{hint}")
    values = exchange.parameters.only(query.parameters)
    wanted = extension or exchange.parameters.format
    if wanted == "rq":
        headers = {**cache_headers(), "Content-Type": "application/sparql-query; charset=utf-8"}
        return Response(query.expanded(values, site.base), headers=headers)
    table, graph = negotiation.table_and_graph(exchange.accept, wanted)
    is_page = (table if query.form in {"SELECT", "ASK"} else graph) == "html"
    if is_page:  # people get the names in the language of the page, unless they ask for another one
        unsaid = [key for key, p in query.parameters.items() if p.type == "language" and not values.get(key)]
        values |= dict.fromkeys(unsaid, exchange.visit.lang)
    try:
        terms = query.bind(values, site.base)
    except ParameterError as error:
        if is_page and not values.get(error.parameter):  # nothing is wrong yet: show the form
            return exchange.page(await exchange.pages.question(exchange.visit, query, values, None))
        raise
    language = exchange.visit.lang if is_page else None
    bound = [f"{key}={term}" for key, term in sorted(terms.items())]
    request = Request(query.text, table=table, graph=graph, substitutions=terms, expands=exchange.parameters.expands)
    etag = etag_of(site.state, name, bound, table, graph, language, exchange.visit.query_string, *names_of(request))
    if is_known(exchange.request, etag):
        return not_modified(etag, cache_headers())
    key = (query.text, table, graph, *bound, *names_of(request))
    content = await answered(exchange, request, key)
    if not is_page:
        return await data_response(exchange, key, content, etag=etag, filename=f"{name}-{site.release.id[:12]}")
    headers = {"ETag": etag} if content.cacheable else cache_headers(cacheable=False)
    page = await exchange.pages.question(exchange.visit, query, values, parsed(content))
    return exchange.page(page, **headers)
