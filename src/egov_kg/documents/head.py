"""What a web page says of itself in its head: title, authors, dates, publisher. Read as words, never run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from egov_kg.documents.tree import Page

__all__ = ["fields_of_head", "titles_of_head"]

# Highwire Press tags, Dublin Core, Open Graph and plain HTML, in the order in which they are believed.
_KEYS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("Author", ("citation_author", "dc.creator", "dcterms.creator", "author", "byl", "article:author")),
    ("Published", (
        "citation_publication_date", "citation_date", "citation_online_date", "dcterms.issued", "dc.date.issued",
        "dc.date", "dcterms.date", "article:published_time", "datepublished", "date", "pubdate", "publish-date",
    )),
    ("Publisher", ("citation_publisher", "dc.publisher", "dcterms.publisher")),
    ("Type", ("dc.type", "dcterms.type")),
    ("Subject", ("citation_keywords", "dc.subject", "dcterms.subject")),
    ("Report number", ("citation_technical_report_number",)),
    ("ISBN", ("citation_isbn",)),
    ("ISSN", ("citation_issn",)),
    ("DOI", ("citation_doi", "dc.identifier.doi")),
)  # fmt: skip
_TITLES: Final = ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title")
_SITES: Final = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_MANY: Final = frozenset({"Author"})
_LONGEST: Final = 300
_LARGEST_DATA: Final = 1 << 18
# "2015-03-01T09:00:00+09:00": the day is kept, the hour is of no use to a historian.
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d.*")
# A ministry that signs as the author publishes; persons are no ministries.
_BODY = re.compile(
    r"\b(?:Ministry|Office|Agency|Department|Commission|Committee|Council|Institute|Authority|Government|Bureau|Board|"
    r"University|Centre|Center|Service|Bank|Nations|Association|Organi[sz]ation|Inc|Ltd)\b|(?:부|처|청|원|위원회|센터|공단|대학교)$"
)
_PARTS = re.compile(r"\s+[|–—·»›>:-]+\s+|\s*::\s*|\s*\|\s*")


def fields_of_head(page: Page) -> Iterator[tuple[str, str]]:
    """Yield key and value of what the head tells, each key in one vocabulary only.

    Addresses of persons ("https://example.org/people/lee") are no names, and "admin" is nobody.
    """
    told = dict.fromkeys(key for key, _ in _KEYS)
    for key, names in _KEYS:
        for name in names:
            values = [_clean(content) for known, content in page.metadata if known == name]
            values = list(dict.fromkeys(value for value in values if _is_telling(key, value)))
            if values:
                told.pop(key)
                yield from (_signed(key, value) for value in (values if key in _MANY else values[:1]))
                break
    for key, value in _fields_of_data(page.data):
        if key in told and _is_telling(key, value):
            if key not in _MANY:
                told.pop(key)
            yield _signed(key, _clean(value))


def titles_of_head(page: Page) -> list[str]:
    """Return what may be the title, the likeliest first; the name of the site is taken off.

    Example:
        >>> from egov_kg.documents.tree import Source
        >>> titles_of_head(Source("<title>The Portal Act | Utopia.gov</title>").page({}))
        ['The Portal Act', 'Utopia.gov', 'The Portal Act | Utopia.gov']
    """
    known = dict(reversed(page.metadata))
    given = [known[name] for name in _TITLES if known.get(name)]
    sites = {known[name].casefold() for name in _SITES if known.get(name)}
    parts = [part for part in _PARTS.split(page.title) if part.strip() and part.casefold() not in sites]
    titles = [_without_site(title, sites) for title in given] + parts + [page.title]
    return [title for title in dict.fromkeys(titles) if title]


def _without_site(title: str, sites: Iterable[str]) -> str:
    for site in sites:
        match = re.fullmatch(rf"(.+?)\s*[|–—·:-]+\s*{re.escape(site)}", title[:_LONGEST], re.IGNORECASE)
        if match:
            return match[1]
    return title


def _signed(key: str, value: str) -> tuple[str, str]:
    return ("Publisher" if key == "Author" and _BODY.search(value) else key), value


def _clean(value: str) -> str:
    return _INSTANT.sub(r"\1", " ".join(value.split()))[:_LONGEST]


def _is_telling(key: str, value: str) -> bool:
    if not value or value.casefold() in {"admin", "administrator", "webmaster", "unknown", "none", "관리자"}:
        return False
    if key == "Published":
        return bool(re.match(r"(?:19|20)\d\d", value)) or bool(re.search(r"\b(?:19|20)\d\d$", value))
    return not (key == "Author" and value.startswith(("http:", "https:", "@")))


def _fields_of_data(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the fields of JSON-LD, read as plain JSON: names, dates and publishers of articles and reports."""
    for text in texts:
        if len(text) > _LARGEST_DATA:
            continue
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        nodes = data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
        for node in nodes if isinstance(nodes, list) else []:
            if isinstance(node, dict) and re.search(
                r"Article|Report|WebPage|CreativeWork|Book", str(node.get("@type"))
            ):
                for name, key in (("author", "Author"), ("datePublished", "Published"), ("publisher", "Publisher")):
                    yield from ((key, value) for value in _names(node.get(name)))


def _names(value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    names = [one.get("name") if isinstance(one, dict) else one for one in several[:50]]
    return [name for name in names if isinstance(name, str) and name.strip()]
