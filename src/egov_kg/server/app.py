"""The application: every route, in one place."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message, Receive, Scope, Send

from egov_kg import __version__, assets, iri
from egov_kg.config import Config
from egov_kg.errors import ConfigurationError, EgovKGError, NotFound
from egov_kg.server import (
    admin,
    companion_protocol,
    description,
    explanations,
    graph_store,
    health,
    leading,
    negotiation,
    outside,
    questions,
    reconcile_pages,
    reconcile_v02,
    reconcile_v10,
    resources,
)
from egov_kg.server.companions import Companion
from egov_kg.server.contact import security_txt
from egov_kg.server.curated import CuratedServing
from egov_kg.server.curated import tell as tell_change
from egov_kg.server.downloads import LIST_FORMATS
from egov_kg.server.envelope import Envelope
from egov_kg.server.exchange import Exchange
from egov_kg.server.html import HtmlPages
from egov_kg.server.limits import Budgets, client_of, key_of_peer, trusted_networks
from egov_kg.server.logs import DailySalt
from egov_kg.server.openapi import document
from egov_kg.server.pages import Imprint
from egov_kg.server.problems import ADDRESS, TYPES, Problem
from egov_kg.server.responses import cache_headers, see_other
from egov_kg.server.scratch import ScratchServing
from egov_kg.server.scratch import is_ready as scratch_is_ready
from egov_kg.server.serving import Serving
from egov_kg.server.shapes import Shapes
from egov_kg.server.site import Site
from egov_kg.server.sparql_protocol import sparql
from egov_kg.server.state_description import describe_state
from egov_kg.server.views import SitePages
from egov_kg.server.watching import Watch
from egov_kg.sparql import GRAPH
from egov_kg.sparql.states import State
from egov_kg.store.tokens import TokenFile

__all__ = ["create_app", "create_scratch_app"]

_ROBOTS: Final = """User-agent: *
Disallow: /sparql
Disallow: /beside/
Disallow: /search
Disallow: /explain
Disallow: /network
Disallow: /queries/*?
Allow: /
"""
_HOME: Final = {"html": LIST_FORMATS["html"], **GRAPH}


class _Application(FastAPI):
    """An application of FastAPI without its layers: the envelope does their work, and /sparql goes without routing."""

    envelope: Envelope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or start and end."""
        scope["app"] = self
        if scope["type"] == "http":
            await self.envelope(scope, receive, send)
        else:
            await self._live(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start and end; an error of ours is for whoever runs the server, in its own words and without a trace."""

        async def tell(message: Message) -> None:
            hides = message["type"] == "lifespan.startup.failed" and self.state.failure is not None
            await send({**message, "message": ""} if hides else message)

        try:
            await self.router(scope, receive, tell)
        except EgovKGError:
            if self.state.failure is None:
                raise


def create_app(config: Config, path: Path, beside: Sequence[Companion] = ()) -> FastAPI:
    """Return the application for a release; its processes start with its lifespan.

    Args:
        config: Of the deployment.
        path: A release folder, or the folder that holds ``current``, which is then followed.
        beside: The data sets that stand beside the release.

    Raises:
        ReleaseNotFound, ReleaseDamaged: As in `egov_kg.store.open_release`.
        ConfigurationError: If the file of tokens cannot be used.
    """
    make = CuratedServing if config.mode == "updates" else Serving
    serving = make(config, path, _make_pages, beside)
    return _assembled(config, serving, [*_routes(), *serving.now.pages.routes()])


def create_scratch_app(
    config: Config, folder: Path, beside: Sequence[Companion] = (), *, entails: bool = False
) -> FastAPI:
    """Return the application for a writable store; its processes start with its lifespan.

    Args:
        config: Of the deployment.
        folder: Where the changes are kept; made if it is not there.
        beside: The data sets that stand beside the store.
        entails: Whether queries see what follows under RDFS.

    Raises:
        ConfigurationError: If the file of tokens cannot be used.
    """
    serving = ScratchServing(config, folder, _make_pages, beside, entails=entails)
    return _assembled(config, serving, _scratch_routes())


def _assembled(config: Config, serving: Serving, routes: Sequence[BaseRoute]) -> FastAPI:
    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(serving.running())
            except EgovKGError as error:
                app.state.failure = error
                raise
            yield

    app = _Application(
        title=config.title,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.serving, app.state.failure = serving, None
    app.state.tokens = TokenFile(Path(config.token_file)) if config.token_file else None
    needs_token = app.state.reading_needs_token = config.reading == "token"
    if needs_token and not config.token_file:
        raise ConfigurationError('reading is "token", and token_file, the file with the tokens, is not set')
    budgets = Budgets(seconds=config.client_seconds, burst=config.client_burst_seconds, errors=config.client_errors)
    proxies = trusted_networks(config.trusted_proxies)
    app.state.budgets, app.state.key_of_peer = budgets, functools.partial(key_of_peer, trusted=proxies)
    who = functools.partial(client_of, trusted=proxies, header=config.proxy_header)
    app.state.who, app.state.shapes = who, Shapes()
    app.state.salt = DailySalt()
    watch = app.state.watch = Watch(queries=config.log_queries, salt=app.state.salt)
    direct = {"/sparql": _sparql, "/sparql/": _sparql, **companion_protocol.endpoints(serving.companions)}
    app.envelope = Envelope(
        app.router,
        serving=serving,
        budgets=budgets,
        who=who,
        watch=watch,
        direct=direct,
        asks_for_token=needs_token,
    )
    app.router.routes.extend(routes)
    return app


def _make_pages(site: Site) -> HtmlPages:
    manifest = site.release.manifest
    shown = Imprint(
        title=manifest.title,
        release=site.release.id,
        version=manifest.version,
        issued=manifest.issued,
        base=site.base,
        public_url=site.public_url,
        licence=site.licence,
        publisher=manifest.publisher,
    )

    async def describe(thing: str) -> Any:
        return await site.view("description", iri=thing)

    return SitePages(
        site.viewers,
        site.queries,
        shown,
        describe=describe,
        seconds=site.config.query_seconds,
        mappings=site.release.path / "mappings",
        reconciling=site.reconciling,
    )


def _routes() -> list[Route]:
    reading = {
        "/": _home,
        "/id/{path:path}": _id,
        "/page/{path:path}": _page,
        "/data/{path:path}": _data,
        "/ontology": _ontology,
        "/ontology/{path:path}": _ontology_part,
        "/ontology.{extension}": _ontology,
        "/alignments": _alignments,
        "/alignments.{extension}": _alignments,
        "/alignments/{version}": _alignments,
        "/explain": _explain,
        "/updates/{number}": tell_change,
        "/queries": _questions,
        "/queries/": _questions,
        "/queries/{name}": _question,
        "/dumps": _dumps_moved,
        "/dumps/{path:path}": _dumps,
        "/void.ttl": _void,
        "/void": _void,
        "/void.{extension}": _void,
        "/.well-known/void": _well_known_void,
        "/.well-known/security.txt": security_txt,
        "/linkset": leading.send_linkset,
        "/linkset.{extension}": leading.send_linkset,
        "/dataset/{name}": outside.dataset,
        "/mappings/{name}": outside.mapping_set,
        "/catalog": _catalog,
        "/catalog.{extension}": _catalog,
        "/sparql/description": _description,
        "/beside": companion_protocol.list_companions,
        "/beside/{name}": companion_protocol.describe_one,
        "/problem": _problem,
        "/problem/{slug}": _problem,
        "/openapi.json": _openapi,
        "/healthz": _healthz,
        "/readyz": _readyz,
        "/metrics": admin.read_metrics,
        "/robots.txt": _robots,
        "/favicon.ico": _favicon,
    }
    operators = [
        Route("/admin/queries", admin.list_queries, methods=["GET"]),
        Route("/admin/queries/{id}", admin.abort_query, methods=["DELETE"]),
        Route("/admin/reload", admin.reload, methods=["POST"]),
    ]
    return [
        *operators,
        *_graph_routes(),
        *_reconciliation_routes(),
        *(Route(path, endpoint, methods=["GET"]) for path, endpoint in reading.items()),
    ]


def _graph_routes() -> list[Route]:
    methods = ["GET", *graph_store.WRITING]
    return [
        Route("/graph/{path:path}", graph_store.graph, methods=methods),
        Route("/graph", graph_store.graph_store, methods=methods),
    ]


def _scratch_routes() -> list[Route]:
    reading = {
        "/sparql/description": _description,
        "/beside": companion_protocol.list_companions,
        "/beside/{name}": companion_protocol.describe_one,
        "/problem": _problem,
        "/problem/{slug}": _problem,
        "/healthz": _healthz,
        "/readyz": scratch_is_ready,
        "/metrics": admin.read_metrics,
        "/robots.txt": _robots,
        "/favicon.ico": _favicon,
    }
    return [
        *_graph_routes(),
        *_reconciliation_routes(),
        *(Route(path, endpoint, methods=["GET"]) for path, endpoint in reading.items()),
    ]


def _reconciliation_routes() -> list[Route]:
    return [*reconcile_v02.routes(), *reconcile_v10.routes(), *reconcile_pages.routes()]


async def _sparql(request: Request) -> Response:
    return await sparql(Exchange.of(request))


async def _description(request: Request) -> Response:
    exchange = Exchange.of(request)
    formats = {name: form for name, form in GRAPH.items() if name != "html"}
    form = negotiation.chosen(exchange.accept, exchange.parameters.format, formats)
    if isinstance(exchange.site.pool, State):
        return await describe_state(exchange, form)
    return await description.service_description(exchange, form)


async def _home(request: Request) -> Response:
    exchange = Exchange.of(request)
    form = negotiation.best(exchange.accept, _HOME.values())
    if form is None:
        raise negotiation.not_acceptable(_HOME)
    if form.name == "html" or any(value == "*/*" for value, _ in negotiation.accept(exchange.accept)):
        downloads = exchange.served.downloads
        assert downloads is not None  # this route is of releases
        files = [file.listed for file in downloads.files(exchange.site.release.id).values()]
        return exchange.page(await exchange.pages.home(exchange.visit, files), **leading.of_home(exchange))
    return see_other("/catalog")


async def _id(request: Request) -> Response:
    return await resources.thing(Exchange.of(request), request.path_params["path"])


async def _page(request: Request) -> Response:
    exchange = Exchange.of(request)
    thing = request.path_params["path"]
    return exchange.page(await exchange.pages.thing(exchange.visit, thing), **leading.of_page(exchange.site, thing))


async def _data(request: Request) -> Response:
    return await resources.data(Exchange.of(request), request.path_params["path"])


async def _ontology(request: Request) -> Response:
    extension = request.path_params.get("extension")
    if extension is not None and extension not in GRAPH:
        raise NotFound(f"the ontology does not come as {extension[:20]!r}")
    return await resources.ontology(Exchange.of(request), extension)


async def _ontology_part(request: Request) -> Response:
    """Answer for the version of the ontology that is served, and for its nodes that are no terms (lists, axioms)."""
    path = request.path_params["path"]
    if "/" in path and await resources.is_mentioned(Exchange.of(request), f"ontology/{path}"):
        return see_other("/ontology")
    _must_be_served("egov.ttl", "ontology", path)
    return await resources.ontology(Exchange.of(request), None)


async def _alignments(request: Request) -> Response:
    version = request.path_params.get("version")
    if version is not None:
        _must_be_served("alignments.ttl", "alignments", version)
    return await resources.alignments(Exchange.of(request), _extension(request))


def _must_be_served(file: str, name: str, version: str) -> None:
    if f"{iri.BASE}{name}/{version}>" not in assets.ontology(file).read_text(encoding="utf-8"):
        raise NotFound(f"this is not the version of the {name} that is served: {version[:40]!r}")


async def _explain(request: Request) -> Response:
    return await explanations.explain(Exchange.of(request))


async def _questions(request: Request) -> Response:
    return await questions.questions(Exchange.of(request))


async def _question(request: Request) -> Response:
    return await questions.question(Exchange.of(request), request.path_params["name"])


async def _dumps_moved(_request: Request) -> Response:
    return see_other("/dumps/")


async def _dumps(request: Request) -> Response:
    exchange = Exchange.of(request)
    make_page = functools.partial(exchange.pages.downloads, exchange.visit)
    downloads = exchange.served.downloads
    assert downloads is not None  # this route is of releases
    response = await downloads.respond(request, request.path_params["path"], make_page)
    if response.headers.get("content-type", "").startswith("text/html"):
        response.headers["Content-Language"] = exchange.visit.lang
    response.headers.update(leading.of_download(exchange, request.path_params["path"]))
    return response


async def _void(request: Request) -> Response:
    is_file = request.scope["path"] == "/void.ttl"
    return await resources.void(Exchange.of(request), "ttl" if is_file else _extension(request))


async def _well_known_void(_request: Request) -> Response:
    return see_other("/void.ttl")


async def _catalog(request: Request) -> Response:
    extension, exchange = _extension(request), Exchange.of(request)
    if extension is None and leading.is_for_a_person(exchange):
        return leading.send_to_files()
    return await resources.catalogue(exchange, extension)


def _extension(request: Request) -> str | None:
    extension: str | None = request.path_params.get("extension")
    if extension is not None and (extension not in GRAPH or extension == "html"):
        raise NotFound(f"there is nothing at {request.scope['path'][:80]!r}")
    return extension


async def _problem(request: Request) -> Response:
    exchange = Exchange.of(request)
    slug = request.path_params.get("slug")
    if slug is not None and slug not in TYPES:
        raise NotFound(f"there is no problem type {slug[:40]!r}")
    form = negotiation.chosen(exchange.accept, exchange.parameters.format, LIST_FORMATS)
    if form.name == "html" and slug is not None:
        kind = TYPES[slug]
        return exchange.page(await exchange.pages.problem(exchange.visit, Problem(kind, kind.advice)))
    kinds = [TYPES[slug]] if slug is not None else list(TYPES.values())
    listed = [{"type": ADDRESS + k.slug, "title": k.title, "status": k.status, "advice": k.advice} for k in kinds]
    return JSONResponse(listed if slug is None else listed[0], headers=cache_headers())


async def _openapi(request: Request) -> Response:
    return JSONResponse(document(Exchange.of(request).site), headers=cache_headers())


async def _healthz(request: Request) -> Response:
    return health.is_alive(Exchange.of(request).site)


async def _readyz(request: Request) -> Response:
    serving: Serving = request.app.state.serving
    return await health.is_ready(Exchange.of(request).site, serving.state)


async def _robots(_request: Request) -> Response:
    return PlainTextResponse(_ROBOTS, headers=cache_headers())


async def _favicon(_request: Request) -> Response:
    icon = Path(__file__).parent / "static" / "favicon.svg"
    return FileResponse(icon, media_type="image/svg+xml", headers=cache_headers())
