"""The addresses of the server for programs: an OpenAPI 3.1 document, written from the named queries and formats."""

from __future__ import annotations

from typing import Any, Final

from egov_kg import __version__
from egov_kg.server.openapi_reconciliation import reconciliation_paths
from egov_kg.server.problems import MEDIA_TYPE
from egov_kg.server.signposting import LINKSET_FORMATS
from egov_kg.server.site import Site
from egov_kg.sparql import GRAPH, TABLE, NamedQuery, Parameter

__all__ = ["document"]

_TYPES: Final = {"integer": "integer", "decimal": "number", "boolean": "boolean"}
_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}


def document(site: Site) -> dict[str, Any]:
    """Return the OpenAPI document of a site."""
    text = {"schema": {"type": "string"}}
    path = [{"name": "path", "in": "path", "required": True, **text}]
    paths: dict[str, Any] = {
        "/sparql": _sparql(),
        "/queries": {"get": _operation("The named queries", {"application/json": {}})},
        **{f"/queries/{query.name}": {"get": _named(query)} for query in site.queries.values()},
        "/id/{path}": {"get": _operation("A thing: redirects to its page or data", {}, path, status="303")},
        "/data/{path}": {
            "get": _operation("What the graph says of a thing", _contents("ttl", "nt", "jsonld", "rdf"), path)
        },
        "/graph/{path}": {"get": _operation("A named graph", _contents(*(f for f in GRAPH if f != "html")), path)},
        "/ontology": {"get": _operation("The ontology", _contents("ttl", "rdf", "jsonld", "nt"))},
        "/explain": {
            "get": _operation(
                "Why a triple is in the graph",
                {"application/json": {}, "application/vnd.egov-kg.proof+json": {}, "text/plain": {}},
                [
                    *({"name": name, "in": "query", "required": True, **text} for name in ("s", "p", "o")),
                    *({"name": name, "in": "query", **text} for name in ("format", "all")),
                ],
            )
        },
        "/dumps/": {"get": _operation("The files of the release", {"application/json": {}})},
        "/void.ttl": {"get": _operation("VoID description", _contents("ttl"))},
        "/catalog": {"get": _operation("DCAT catalogue", _contents("ttl", "jsonld", "rdf", "nt"))},
        **reconciliation_paths(_PROBLEM),
        "/linkset": {
            "get": _operation(
                "What belongs to the data set, as links", {f.media_type: {} for f in LINKSET_FORMATS.values()}
            )
        },
        "/healthz": {"get": _operation("Whether the server is there", {"application/json": {}})},
        "/readyz": {"get": _operation("Whether it can answer", {"application/json": {}})},
    }
    closed: dict[str, Any] = {"security": [{"token": []}]} if site.config.reading == "token" else {}
    schemes = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}} if closed else {}
    return {
        "openapi": "3.1.0",
        **closed,
        "info": {"title": site.release.manifest.title, "version": __version__},
        "servers": [{"url": site.public_url.removesuffix("/")}],
        "paths": paths,
        "components": {
            **schemes,
            "responses": {
                "Problem": {
                    "description": "A problem document (RFC 9457); the types are listed at /problem",
                    "content": {MEDIA_TYPE: {"schema": {"type": "object"}}},
                }
            },
        },
    }


def _contents(*names: str) -> dict[str, Any]:
    return {GRAPH[name].media_type: {} for name in names}


def _operation(
    summary: str, content: dict[str, Any], parameters: list[dict[str, Any]] | None = None, *, status: str = "200"
) -> dict[str, Any]:
    return {
        "summary": summary,
        "parameters": parameters or [],
        "responses": {
            status: {"description": summary, **({"content": content} if content else {})},
            "default": _PROBLEM,
        },
    }


def _sparql() -> dict[str, Any]:
    media_types = dict.fromkeys(f.media_type for f in (*TABLE.values(), *GRAPH.values()))
    content: dict[str, Any] = {name: {} for name in media_types}
    graphs = {"type": "array", "items": {"type": "string", "format": "iri"}}
    parameters = [
        {"name": "query", "in": "query", "schema": {"type": "string"}},
        {"name": "default-graph-uri", "in": "query", "schema": graphs},
        {"name": "named-graph-uri", "in": "query", "schema": graphs},
        {"name": "format", "in": "query", "schema": {"enum": sorted({*TABLE, *GRAPH})}},
        {"name": "timeout", "in": "query", "schema": {"type": "number", "exclusiveMinimum": 0}},
    ]
    get = _operation("SPARQL query; without a query the service description", content, parameters)
    post = _operation("SPARQL query", content, parameters[1:])
    form = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
    post["requestBody"] = {
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/x-www-form-urlencoded": {"schema": form},
        }
    }
    return {"get": get, "post": post}


def _named(query: NamedQuery) -> dict[str, Any]:
    formats = TABLE if query.form in {"SELECT", "ASK"} else GRAPH
    content: dict[str, Any] = {form.media_type: {} for form in formats.values()}
    parameters = [_parameter(p) for p in query.parameters.values()]
    parameters.append({"name": "format", "in": "query", "schema": {"enum": [*formats, "rq"]}})
    return _operation(query.question["en"], content, parameters)


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": _TYPES.get(parameter.type, "string")}
    if parameter.values:
        schema["enum"] = list(parameter.values)
    if parameter.default is not None:
        schema["default"] = parameter.default
    return {"name": parameter.name, "in": "query", "required": parameter.required, "schema": schema}
