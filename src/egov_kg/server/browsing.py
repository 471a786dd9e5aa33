"""The pages that only people use: browsing by class, searching, how programs ask."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from egov_kg import iri
from egov_kg.errors import NotFound
from egov_kg.server import wording
from egov_kg.server.lookups import ALIKE, Hit, Lookups, sort_key
from egov_kg.server.pages import FORMATS_OF_ROWS, Format, Pages, Reader
from egov_kg.server.responses import PAGE_HEADERS, cache_headers, see_other
from egov_kg.server.searching import LONGEST
from egov_kg.server.terms import class_view

__all__ = ["Browsing"]

_LISTED: Final = 500


class Browsing:
    """Pages that lead to the things of one release.

    Args:
        pages: Makes them.
        lookups: Asks what they show.
    """

    def __init__(self, pages: Pages, lookups: Lookups) -> None:
        self._pages, self._lookups = pages, lookups

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes, with that of style sheets."""
        static = StaticFiles(directory=Path(__file__).parent / "static")
        return (
            Route("/browse", self._browse_all),
            Route("/browse/{name}", self._browse),
            Route("/search", self._search),
            Route("/api", self._api),
            Mount("/static", static, name="static"),
        )

    async def _browse_all(self, request: HttpRequest) -> Response:
        reader = _reader_of(request)
        counts, terms = await asyncio.gather(self._lookups.counts(), self._lookups.ontology())
        classes = [
            {**class_view(terms, curie, reader.lang), "count": count, "definition": terms.definition(curie)}
            for curie, (count, _) in sorted(counts.items(), key=lambda item: (-item[1][0], item[0]))
        ]
        title = wording.message(reader.lang, "browse.title")
        return _html(self._pages.render("browse", reader, title=title, classes=classes), reader)

    async def _browse(self, request: HttpRequest) -> Response:
        reader = _reader_of(request)
        name = request.path_params["name"]
        curie = f"egov:{name}"
        if curie not in await self._lookups.counts():
            raise NotFound(f"no thing of the graph is a {name[:80]!r}; see /browse for the classes")
        things = await self._lookups.members(curie)
        label = class_view(await self._lookups.ontology(), curie, reader.lang)["label"].text
        address = f"SELECT ?thing WHERE {{ ?thing a <{iri.expand(curie)}> }} ORDER BY ?thing"
        return _html(
            self._pages.render(
                "browse",
                reader,
                title=wording.message(reader.lang, "browse.of_class", name=label),
                rows=sorted(things, key=lambda t: sort_key(t, reader.lang))[:_LISTED],
                total=len(things),
                formats=[
                    Format(n, f"/sparql?{urlencode({'query': address, 'format': token})}")
                    for token, n in FORMATS_OF_ROWS
                ],
            ),
            reader,
        )

    async def _search(self, request: HttpRequest) -> Response:
        reader = _reader_of(request)
        text = " ".join(request.query_params.get("q", "").split())[:LONGEST]
        terms = await self._lookups.ontology()
        found = await self._lookups.search(text)
        if request.query_params.get("format") == "json":
            return JSONResponse([_hit_data(hit) for hit in found], headers=cache_headers())
        whole = [hit for hit in found if hit.rank == 0]
        if len(whole) == 1 and whole[0].named["id"]:
            place = self._pages.href(whole[0].named, reader)
            return see_other(place, {"Vary": PAGE_HEADERS["Vary"]})
        hits = [{"named": hit.named, "cls": terms.named(hit.cls), "text": hit.name, "lang": hit.lang} for hit in found]
        alike = bool(found) and all(hit.rank == ALIKE for hit in found)
        formats = [Format("JSON", f"/search?{urlencode({'q': text, 'format': 'json'})}")] if hits else []
        return _html(
            self._pages.render("search", reader, searched=text, hits=hits, alike=alike, formats=formats), reader
        )

    async def _api(self, request: HttpRequest) -> Response:
        reader = _reader_of(request)
        formats = [Format("OpenAPI (JSON)", "/openapi.json")]
        return _html(self._pages.render("api", reader, formats=formats), reader)


def _reader_of(request: HttpRequest) -> Reader:
    return Reader.of(request.url.path, request.url.query, request.headers.get("accept-language"))


def _hit_data(hit: Hit) -> dict[str, Any]:
    named = hit.named
    return {"iri": named["iri"], "labels": named["labels"], "class": hit.cls, "matched": hit.name, "lang": hit.lang}


def _html(text: str, reader: Reader) -> Response:
    return HTMLResponse(text, headers={**PAGE_HEADERS, "Content-Language": reader.lang})
