"""The pages about links with data sets of others: which there are, and each link with both sides and its evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from egov_kg.errors import NotFound
from egov_kg.server.link_cards import accepted_link
from egov_kg.server.link_files import BANDS, LinkFile, LinkFiles
from egov_kg.server.lookups import Lookups
from egov_kg.server.pages import Pages, Reader
from egov_kg.server.responses import PAGE_HEADERS

__all__ = ["LinkPages"]

SHOWN: Final = 8
"""How many links a page shows."""


class LinkPages:
    """Pages about links.

    Args:
        pages: Makes them.
        lookups: Asks which links there are.
        describe: Gives the description of a thing by its IRI.
        base: The base of our IRIs.
        mappings: The folder of the mapping files of the release, or None.
    """

    def __init__(
        self,
        pages: Pages,
        lookups: Lookups,
        describe: Callable[[str], Awaitable[Any]],
        base: str,
        mappings: Path | None = None,
    ) -> None:
        self._pages, self._lookups, self._describe, self._base = pages, lookups, describe, base
        self._files = LinkFiles(mappings, base)

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes."""
        return (Route("/links", self._all), Route("/links/{name}", self._one))

    async def _all(self, request: Request) -> Response:
        reader = _reader_of(request)
        sets = [self._told(one) for one in await self._lookups.link_sets()]
        return _html(self._pages.render("links", reader, sets=sets), reader)

    async def _one(self, request: Request) -> Response:
        reader, name = _reader_of(request), request.path_params["name"]
        sets = [self._told(one) for one in await self._lookups.link_sets()]
        own = next((one for one in sets if one["id"] == name), None)
        if own is None:
            raise NotFound(f"there are no links with a data set {name[:80]!r}; /links lists those there are")
        file = await asyncio.to_thread(self._files.read, name)
        counts = {"accepted": own["count"], **{band: len(file.parted[band]) if file else 0 for band in BANDS}}
        band = request.query_params.get("rows", "accepted")
        band = band if counts.get(band) else "accepted"
        last = max(1, -(-counts[band] // SHOWN))
        asked = request.query_params.get("page", "1")
        number = min(max(int(asked), 1), last) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
        text = self._pages.render(
            "linkset",
            reader,
            dataset=own,
            cards=await self._cards(name, file, band, (number - 1) * SHOWN),
            counts=counts,
            band=band,
            number_of_page=number,
            pages=last,
        )
        return _html(text, reader)

    async def _cards(self, name: str, file: LinkFile | None, band: str, first: int) -> list[dict[str, Any]]:
        """Return some rows with both sides; those that are accepted as the graph has them."""
        if file is not None and band != "accepted":
            rows = file.parted[band][first : first + SHOWN]
            found = await self._described(row.subject for row in rows)
            return [file.card(row, found[row.subject]) for row in rows]
        links = await self._lookups.links(name, first, SHOWN)
        found = await self._described(link["subject"] for link in links)
        cards = []
        for link in links:
            besides = file.besides(link["subject"], link["object"]) if file is not None else None
            cards.append(accepted_link(link, found[link["subject"]], self._base, besides))
        return cards

    async def _described(self, things: Iterable[str]) -> dict[str, Any]:
        names = sorted(set(things))
        return dict(zip(names, await asyncio.gather(*map(self._describe, names)), strict=True))

    def _told(self, one: Mapping[str, Any]) -> dict[str, Any]:
        name = one["named"]["iri"].removeprefix(f"{self._base}dataset/")
        return {**one, "id": name, "count": sum(one["links"].values())}


def _reader_of(request: Request) -> Reader:
    return Reader.of(request.url.path, request.url.query, request.headers.get("accept-language"))


def _html(text: str, reader: Reader) -> Response:
    return HTMLResponse(text, headers={**PAGE_HEADERS, "Content-Language": reader.lang})
