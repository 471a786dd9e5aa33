"""Which format an answer comes in: extension, then ``format=``, then Accept, by one rule for every route.

HTML is given only to those who name it and prefer it strictly: browsers get pages, programs get data.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from egov_kg.server.problems import refused
from egov_kg.sparql import GRAPH, TABLE, Format
from egov_kg.sparql.formats import by_name

__all__ = [
    "accept",
    "best",
    "by_extension",
    "chosen",
    "not_acceptable",
    "prefers_html",
    "table_and_graph",
]

_HTML: Final = ("text/html", "application/xhtml+xml")
_RANGE: Final = re.compile(r"\*/\*|[a-z0-9!#$&^_.+-]+/(?:\*|[a-z0-9!#$&^_.+-]+)")
_ANYTHING: Final = MIMEAccept([("*/*", 1.0)])


def accept(header: str | None) -> MIMEAccept:
    """Return the ranges of a header Accept.

    One that is absent, empty or unreadable accepts anything; parameters such as ``charset`` are left out, because no
    offer has them.

    Example:
        >>> accept("text/turtle;charset=utf-8, */*;q=0.1").best_match(["application/json", "text/turtle"])
        'text/turtle'
        >>> accept("nonsense").quality("text/csv")
        1.0
    """
    ranges: list[tuple[str, float]] = []
    try:
        for value, quality in parse_accept_header(header, MIMEAccept):
            media_type = value.partition(";")[0].strip().lower()
            if _RANGE.fullmatch(media_type):
                ranges.append((media_type, quality))
    except ValueError:
        return _ANYTHING
    return MIMEAccept(ranges) if ranges else _ANYTHING


def best(header: str | None, formats: Iterable[Format]) -> Format | None:
    """Return the format that an Accept header prefers, the first of equals, or None if it accepts none.

    Args:
        header: The value of Accept, or None.
        formats: What there is, the preferred one first.
    """
    offered = [f for f in formats if not f.by_name_only]
    ranges = accept(header)
    html = next((f for f in offered if f.media_type in _HTML), None)
    weights = {f.name: _weight(ranges, f) for f in offered if f is not html}
    data = max(
        (f for f in offered if f is not html), key=lambda f: weights[f.name], default=None
    )  # the first of equals
    quality = weights[data.name][0] if data is not None else 0.0
    if html is not None and max((q for value, q in ranges if value in _HTML), default=0.0) > quality:
        return html
    return data if quality > 0 else None


def _weight(ranges: MIMEAccept, offer: Format) -> tuple[float, int]:
    """Return how much a format is wanted: its quality, then how precisely it is named; an alias must be named."""
    named = dict(ranges)
    best_alias = max((named[alias] for alias in offer.aliases if alias in named), default=0.0)
    kind = offer.media_type.partition("/")[0]
    for number, value in enumerate((offer.media_type, f"{kind}/*", "*/*")):
        if value in named:
            return max((named[value], 2 - number), (best_alias, 2))
    return best_alias, 2


def prefers_html(header: str | None) -> bool:
    """Whether an error or a redirect should be for people: HTML is named, and nothing is preferred to it.

    Pictures, which browsers name beside HTML, do not count: an error is never one.

    Example:
        >>> prefers_html("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8")
        True
        >>> prefers_html("*/*"), prefers_html(None)
        (False, False)
    """
    ranges = accept(header)
    html = [quality for value, quality in ranges if value in _HTML]
    other = [q for value, q in ranges if value not in _HTML and value.startswith(("*/", "application/", "text/"))]
    return bool(html) and max(html) > max(other, default=0)


@functools.lru_cache(maxsize=256)
def table_and_graph(header: str | None, name: str | None, *, with_html: bool = True) -> tuple[str | None, str | None]:
    """Return the format for a table and the one for a graph, each None if it is not acceptable.

    Only the engine knows the form of a query, so both are chosen before it is asked. Clients send both families in
    one Accept.

    Args:
        header: The value of Accept, or None.
        name: The value of ``format``, or None; it wins.
        with_html: Whether there are pages.

    Raises:
        RequestRefused: ``bad-parameter`` if there is no such format.

    Example:
        >>> table_and_graph("text/turtle, application/sparql-results+xml;q=0.9", None)
        ('xml', 'ttl')
        >>> table_and_graph("text/html, */*;q=0.8", None, with_html=False)
        ('json', 'ttl')
    """
    tables = [form for form in TABLE.values() if with_html or form.name != "html"]
    graphs = [form for form in GRAPH.values() if with_html or form.name != "html"]
    if name is not None:
        table, graph = by_name(name)
        if (table is None and graph is None) or (table == "html" and not with_html):
            raise unknown_format(name, {form.name: form for form in (*tables, *graphs)})
        return table, graph
    found = best(header, tables), best(header, graphs)
    return found[0].name if found[0] else None, found[1].name if found[1] else None


def chosen(header: str | None, name: str | None, formats: Mapping[str, Format]) -> Format:
    """Return the one format of a resource that has no form: of a graph, a thing, a list.

    Raises:
        RequestRefused: ``bad-parameter`` if there is no such format, ``not-acceptable`` if Accept fits none.
    """
    if name is not None:
        found = next((formats[n] for n in (name, *by_name(name)) if n is not None and n in formats), None)
        if found is None:
            raise unknown_format(name, formats)
        return found
    found = best(header, formats.values())
    if found is None:
        raise not_acceptable(formats)
    return found


def not_acceptable(formats: Mapping[str, Format]) -> Exception:
    """Return the error for an Accept header that fits none of the formats."""
    available = list(dict.fromkeys(f.media_type for f in formats.values()))
    return refused("not-acceptable", f"this comes as {', '.join(available)}", available=available)


def unknown_format(name: str, formats: Collection[str]) -> Exception:
    """Return the error for a name that is no format."""
    listed = list(formats)
    return refused(
        "bad-parameter",
        f"format={name[:40]!r} is not known; known are {', '.join(listed)}",
        parameter="format",
        available=listed,
    )


def by_extension(path: str, extensions: Collection[str]) -> tuple[str, str | None]:
    """Split a path into what it names and its extension, which counts only if it is one of a closed list.

    Example:
        >>> by_extension("law/kr/e-government-act.ttl", {"ttl"})
        ('law/kr/e-government-act', 'ttl')
        >>> by_extension("time/kr/2003..2007", {"ttl"})
        ('time/kr/2003..2007', None)
    """
    stem, dot, extension = path.rpartition(".")
    return (stem, extension) if dot and stem and extension in extensions else (path, None)
