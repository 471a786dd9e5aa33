"""Things, graphs and the ontology at their own addresses: 303 from the thing to its page or its data."""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from egov_kg import assets, iri
from egov_kg.errors import NotFound
from egov_kg.ntriples import iri_term
from egov_kg.server import leading, negotiation
from egov_kg.server.exchange import Exchange
from egov_kg.server.limits import charged
from egov_kg.server.problems import refused
from egov_kg.server.responses import BodyResponse, cache_headers, etag_of, is_known, not_modified, see_other
from egov_kg.server.site import Site
from egov_kg.sparql import GRAPH, TABLE, Format, Request

__all__ = ["alignments", "catalogue", "data", "graph", "graph_store", "is_mentioned", "ontology", "thing", "void"]

_QUERIES: Final = Path(__file__).parent / "queries"
_THING: Final[Mapping[str, Format]] = {**GRAPH, "csv": TABLE["csv"]}
_EXTENSIONS: Final = frozenset({*(name for name in _THING if name != "html"), "html"})
_SAFE: Final = "/:@!$&()*+,;=~.-_"


def _text(name: str) -> str:
    return (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")


def _term(site: Site, path: str, *, family: str = "id") -> str:
    """Return the IRI below the base as a term.

    Raises:
        NotFound: If there can be no such IRI.
    """
    try:
        return iri_term(f"{site.base}{family}/{path}")
    except ValueError as error:
        raise NotFound(f"there is no {path[:80]!r}") from error


async def _must_exist(site: Site, path: str) -> str:
    term = _term(site, path)
    if not path or not await site.ask(_text("exists"), this=term):
        raise NotFound(f"the graph does not mention {path[:200]!r}")
    return term


async def thing(exchange: Exchange, path: str) -> Response:
    """Answer for a thing: 303 to its page or to its data.

    Raises:
        NotFound: If the graph does not mention it.
    """
    path, extension = negotiation.by_extension(path, _EXTENSIONS)
    form = negotiation.chosen(exchange.accept, extension or exchange.parameters.format, _THING)
    await _must_exist(exchange.site, path)
    place = quote(path, safe=_SAFE)
    headers = {"Cache-Control": "public, max-age=300"}
    if form.name == "html":
        return see_other(f"/page/{place}", headers)
    return see_other(f"/data/{place}.{form.extension}", headers)


async def data(exchange: Exchange, path: str) -> Response:
    """Answer with what the graph says of a thing: its triples, labels of its neighbours, what points to it.

    Raises:
        NotFound: If the graph does not mention it.
    """
    path, extension = negotiation.by_extension(path, _EXTENSIONS - {"html"})
    formats = {name: form for name, form in _THING.items() if name != "html"}
    form = negotiation.chosen(exchange.accept, extension or exchange.parameters.format, formats)
    site = exchange.site
    etag = etag_of(site.release.id, "data", path, form.name)
    headers = {**cache_headers(), "ETag": etag, **leading.of_data(site, path, form)}
    if is_known(exchange.request, etag):
        return not_modified(etag, headers)
    term = await _must_exist(site, path)
    table = form.name == "csv"
    query = Request(
        _text("description-table" if table else "description"),
        table="csv" if table else None,
        graph=None,
        substitutions={"this": term},
    )
    if table:
        name = re.sub(r"[^A-Za-z0-9.-]+", "-", path)
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.csv"
        answer = await charged(site.viewers, query, client="")
    else:
        answer = await site.viewed("graph", query, format=form.name)
    return BodyResponse(answer.body, answer.length, {**headers, "Content-Type": form.content_type})


async def graph(exchange: Exchange, path: str, *, exact: bool = False) -> Response:
    """Answer with a named graph.

    Args:
        exchange: The request.
        path: The name of the graph, perhaps with an extension.
        exact: Whether the path has no extension.

    Raises:
        RequestRefused: ``no-such-graph``.
    """
    extension, site = None, exchange.site
    if not exact:
        path, extension = negotiation.by_extension(path, _EXTENSIONS)
    if iri.graph_iri(path, site.base) not in site.graphs:
        raise refused("no-such-graph", f"the release has no graph {path[:200]!r}")
    form = negotiation.chosen(exchange.accept, extension or exchange.parameters.format, GRAPH)
    links = leading.of_graph(site, path, form)
    if form.name == "html":
        return exchange.page(await exchange.pages.graph(exchange.visit, path), **links)
    etag = etag_of(site.release.id, "graph", path, form.name).removeprefix("W/")
    headers = {**cache_headers(), "ETag": etag, **links}
    if is_known(exchange.request, etag, is_there=True):
        return not_modified(etag, headers)
    query = Request(_text("graph"), named_graphs=[iri.graph_iri(path, site.base)])
    answer = await site.viewed("graph", query, format=form.name)
    return BodyResponse(answer.body, answer.length, {**headers, "Content-Type": form.content_type})


async def graph_store(exchange: Exchange) -> Response:
    """Answer with a graph that a parameter names: ``?default`` or ``?graph=IRI``.

    Raises:
        RequestRefused: ``bad-parameter`` for both or neither, ``no-such-graph``.
    """
    site, parameters = exchange.site, exchange.parameters
    name, default = parameters.one("graph"), parameters.one("default")
    if (name is None) == (default is None):
        raise refused("bad-parameter", "give either default or graph=IRI", parameter="graph")
    if name is not None:
        start = iri.graph_iri("", site.base)
        if not name.startswith(start):
            raise refused("no-such-graph", f"the release has no graph <{name[:200]}>")
        return await graph(exchange, name.removeprefix(start), exact=True)
    form = negotiation.chosen(exchange.accept, parameters.format, _data_formats())
    query = Request(_text("default-graph"), expands=parameters.expands)
    names = ("same-as",) if query.expands else ()
    etag = etag_of(site.release.id, "default", form.name, *names).removeprefix("W/")
    headers = {**cache_headers(), "ETag": etag}
    if is_known(exchange.request, etag, is_there=True):
        return not_modified(etag, headers)
    answer = await site.viewed("graph", query, format=form.name)
    return BodyResponse(answer.body, answer.length, {**headers, "Content-Type": form.content_type})


async def ontology(exchange: Exchange, extension: str | None) -> Response:
    """Answer with the ontology; an extension of the address wins over all else."""
    form = negotiation.chosen(exchange.accept, extension or exchange.parameters.format, GRAPH)
    links = leading.of_ontology(exchange.site, form)
    if form.name == "html":
        return exchange.page(await exchange.pages.ontology(exchange.visit), **links)
    return await _file(exchange, "ontology", assets.ontology("egov.ttl"), form, links)


async def alignments(exchange: Exchange, extension: str | None) -> Response:
    """Answer with what relates our terms to those of others, in any format of graphs."""
    form = negotiation.chosen(exchange.accept, extension or exchange.parameters.format, _data_formats())
    return await _file(exchange, "alignments", assets.ontology("alignments.ttl"), form)


async def is_mentioned(exchange: Exchange, path: str) -> bool:
    """Whether the release holds triples about what stands at a path below the base."""
    family, _, rest = path.partition("/")
    return await exchange.site.ask(_text("exists"), this=_term(exchange.site, rest, family=family))


def _data_formats() -> dict[str, Format]:
    return {key: form for key, form in GRAPH.items() if key != "html"}


async def void(exchange: Exchange, extension: str | None) -> Response:
    """Answer with ``void.ttl`` of the release, in any format of graphs."""
    form = negotiation.chosen(exchange.accept, extension or exchange.parameters.format, _data_formats())
    path = exchange.site.release.path / "void.ttl"
    if not path.is_file():
        raise NotFound("the release has no void.ttl")
    return await _file(exchange, "void", path, form, leading.of_description(exchange.site, "/void", form))


async def catalogue(exchange: Exchange, extension: str | None) -> Response:
    """Answer with the catalogue of the release and of those before it, in any format of graphs.

    Raises:
        ReleaseDamaged: If the release has no readable ``catalog.ttl``.
    """
    form = negotiation.chosen(exchange.accept, extension or exchange.parameters.format, _data_formats())
    site, downloads = exchange.site, exchange.served.downloads
    earlier = " ".join(await downloads.earlier()) if downloads is not None else ""
    reading = "yes" if site.config.reading == "open" else ""
    etag = etag_of(site.release.id, "catalogue", earlier, site.public_url, reading, form.name)
    headers = {**cache_headers(), "ETag": etag, **leading.of_description(site, "/catalog", form)}
    if is_known(exchange.request, etag, is_there=True):
        return not_modified(etag, headers)
    content = await _kept(
        etag,
        functools.partial(
            site.made,
            "catalogue",
            format=form.name,
            release=site.release.id,
            public_url=site.public_url,
            earlier=earlier,
            open=reading,
        ),
    )
    return Response(content, headers={**headers, "Content-Type": form.content_type})


async def _file(
    exchange: Exchange, name: str, path: Path, form: Format, links: Mapping[str, str] | None = None
) -> Response:
    """Answer with a Turtle file of ours in a format; Turtle as it is, with its comments and lists."""
    site = exchange.site
    etag = etag_of(site.release.id, "file", path.name, form.name)
    headers = {**cache_headers(), "ETag": etag, **(links or {})}
    if is_known(exchange.request, etag, is_there=True):
        return not_modified(etag, headers)
    if form.name == "ttl":
        content = await asyncio.to_thread(path.read_bytes)
    else:
        content = await _kept(etag, functools.partial(site.made, "file", name=name, format=form.name))
    return Response(content, headers={**headers, "Content-Type": form.content_type})


_MADE: Final[dict[str, bytes]] = {}
_KEPT: Final = 32


async def _kept(etag: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
    """Return what has a tag, made when it is first asked for."""
    if etag not in _MADE:
        content = await make()
        if len(_MADE) >= _KEPT:
            _MADE.clear()
        _MADE[etag] = content
    return _MADE[etag]
