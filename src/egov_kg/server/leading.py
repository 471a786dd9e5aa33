"""Which links stand on which answer: the first page, pages and data of things, graphs, descriptions, files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from egov_kg.errors import NotFound
from egov_kg.server import negotiation
from egov_kg.server.exchange import Exchange
from egov_kg.server.html import DumpFile
from egov_kg.server.responses import cache_headers, see_other
from egov_kg.server.signposting import (
    LINKSET_FORMATS,
    Context,
    Signpost,
    alternates,
    header,
    linkset,
    linkset_text,
)
from egov_kg.server.site import Site
from egov_kg.sparql import GRAPH, Format

__all__ = [
    "is_for_a_person",
    "of_data",
    "of_description",
    "of_download",
    "of_graph",
    "of_home",
    "of_ontology",
    "of_page",
    "send_linkset",
    "send_to_files",
]

_SAFE: Final = "/:@!$&()*+,;=~.-_"
_HTML: Final = "text/html"
_ABOUT_PAGE: Final = Signpost("https://schema.org/AboutPage", "type")
_DATASET: Final = Signpost("https://schema.org/Dataset", "type")
_FORMS: Final = tuple(form for form in GRAPH.values() if form.name != "html")
_TOLD: Final = ("ttl", "jsonld", "rdf")
"""The forms of the catalogue that the first page names; the others are a click away."""
_DUMP: Final = re.compile(r"egov-kg-(all|asserted)\.[a-z]+")
_MAPPINGS: Final = ".sssom.tsv"


def of_home(exchange: Exchange) -> dict[str, str]:
    """Return the links of the first page: what to cite, where it is described, and the dumps of everything."""
    return header(_home(exchange.site, [file for file in _files(exchange) if "-all." in file.name]))


def of_page(site: Site, thing: str) -> dict[str, str]:
    """Return the links of the page of a thing: its name, its data, and the data set that it is a part of."""
    place = f"/data/{quote(thing, safe=_SAFE)}"
    return header(
        [
            _cite(f"{site.base}id/{quote(thing, safe=_SAFE)}"),
            _ABOUT_PAGE,
            *alternates(place, _FORMS, rel="describedby"),
            *alternates(place, _FORMS),
            *_licence(site),
            _collection(),
        ]
    )


def of_data(site: Site, thing: str, form: Format) -> dict[str, str]:
    """Return the links of the data of a thing: what they describe, and their other forms."""
    place = quote(thing, safe=_SAFE)
    return header(
        [
            Signpost(f"{site.base}id/{place}", "describes"),
            *alternates(f"/data/{place}", _FORMS, but=form.name),
            Signpost(f"/page/{place}", "alternate", _HTML),
            *_licence(site),
            _collection(),
        ]
    )


def of_graph(site: Site, name: str, form: Format) -> dict[str, str]:
    """Return the links of a named graph, as a page or as data."""
    place = quote(name, safe=_SAFE)
    data = alternates(f"/graph/{place}", _FORMS, rel="describedby") if form.name == "html" else []
    return header(
        [
            _cite(f"{site.base}graph/{place}"),
            *data,
            *alternates(f"/graph/{place}", _FORMS, but=form.name),
            *_licence(site),
            _collection(),
        ]
    )


def of_ontology(site: Site, form: Format) -> dict[str, str]:
    """Return the links of the ontology, as a page or as data."""
    data = alternates("/ontology", _FORMS, rel="describedby") if form.name == "html" else []
    return header([_cite(f"{site.base}ontology"), *data, *alternates("/ontology", _FORMS, but=form.name)])


def of_description(site: Site, place: str, form: Format) -> dict[str, str]:
    """Return the links of the catalogue or of VoID."""
    return header([Signpost("/", "describes", _HTML), *alternates(place, _FORMS, but=form.name), *_licence(site)])


def of_download(exchange: Exchange, path: str) -> dict[str, str]:
    """Return the links of a list of files, or of a file: the data set that it is a part of, and its terms.

    Args:
        exchange: The request.
        path: What stands after ``/dumps/``, of something that is there.
    """
    site = exchange.site
    release, _, name = path.partition("/")
    if name:
        return header(_file(site, name))
    files = _files(exchange, release if release not in {"", "latest"} else None)
    return header([_cite(site.base), _DATASET, *_described(), *_items(files), *_licence(site)])


def is_for_a_person(exchange: Exchange) -> bool:
    """Whether a description for machines is asked for by a browser: HTML is preferred, and no format is named."""
    return exchange.parameters.format is None and negotiation.prefers_html(exchange.accept)


def send_to_files() -> Response:
    """Answer a person who came to a description for machines: 303 to the page of the files, where it can be had."""
    return see_other("/dumps/", {**cache_headers(), "Vary": "Accept"})


async def send_linkset(request: Request) -> Response:
    """Answer with all links of the first page and of what it leads to, in one document.

    A browser is sent to the page of the files.

    Raises:
        NotFound: If the address ends with an extension that is none.
        RequestRefused: ``not-acceptable``.
    """
    exchange, extension = Exchange.of(request), request.path_params.get("extension")
    if extension is not None and extension not in LINKSET_FORMATS:
        raise NotFound(f"there is nothing at {request.scope['path'][:80]!r}")
    if extension is None and is_for_a_person(exchange):
        return send_to_files()
    form = negotiation.chosen(exchange.accept, extension or exchange.parameters.format, LINKSET_FORMATS)
    contexts, url = _contexts(exchange), exchange.site.public_url
    if form.name == "json":
        return JSONResponse(linkset(contexts, url), headers=cache_headers(), media_type=form.media_type)
    return Response(linkset_text(contexts, url), headers={**cache_headers(), "Content-Type": form.media_type})


def _contexts(exchange: Exchange) -> list[Context]:
    site, files = exchange.site, _files(exchange)
    places = [f"/{name}.{form.extension}" for name in ("catalog", "void") for form in _FORMS]
    return [
        ("/", _home(site, files)),
        *((file.href, _file(site, file.name)) for file in files),
        *((place, [Signpost("/", "describes", _HTML)]) for place in places),
    ]


def _files(exchange: Exchange, release: str | None = None) -> list[DumpFile]:
    """Return the dumps and mapping files of a release, without those that are the same with gzip."""
    downloads = exchange.served.downloads
    assert downloads is not None  # these links are of releases
    listed = [file.listed for file in downloads.files(release or exchange.site.release.id).values()]
    return [file for file in listed if file.name.endswith(_MAPPINGS) or _DUMP.fullmatch(file.name)]


def _home(site: Site, files: Iterable[DumpFile]) -> list[Signpost]:
    return [
        _cite(site.base),
        _ABOUT_PAGE,
        _DATASET,
        *_described(),
        *_items(files),
        *_licence(site),
        *(Signpost("/linkset", "linkset", form.media_type) for form in LINKSET_FORMATS.values()),
    ]


def _items(files: Iterable[DumpFile]) -> list[Signpost]:
    return [Signpost(file.href, "item", file.media_type.partition(";")[0]) for file in files]


def _file(site: Site, name: str) -> list[Signpost]:
    """Return the links of a file; the catalogue alone knows the terms of a mapping file."""
    terms = [] if name.endswith(_MAPPINGS) else _licence(site)
    return [_collection(), _cite(site.base), *_described(), *terms]


def _described() -> list[Signpost]:
    return alternates("/catalog", [GRAPH[name] for name in _TOLD], rel="describedby")


def _cite(address: str) -> Signpost:
    return Signpost(address, "cite-as")


def _collection() -> Signpost:
    return Signpost("/", "collection", _HTML)


def _licence(site: Site) -> list[Signpost]:
    return [Signpost(site.licence, "license")]
