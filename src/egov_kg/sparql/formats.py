"""The formats of answers: their names, media types and file extensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["GRAPH", "TABLE", "Format", "available", "by_name"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format of an answer.

    Attributes:
        name: What ``format=`` takes.
        media_type: Without parameters.
        aliases: Further media types that mean it when they are asked for.
        extension: Of files, without the dot.
        attachment: Whether browsers should save it.
        by_name_only: Whether it is never chosen by Accept.
    """

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()
    extension: str = ""
    attachment: bool = False
    by_name_only: bool = False

    @property
    def content_type(self) -> str:
        """The value of Content-Type: text types name their encoding."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


def _formats(*formats: Format) -> Mapping[str, Format]:
    return {f.name: f for f in formats}


TABLE: Final = _formats(
    Format("json", "application/sparql-results+json", ("application/json",), "json"),
    Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml"), "xml"),
    Format("csv", "text/csv", (), "csv", attachment=True),
    Format("tsv", "text/tab-separated-values", (), "tsv", attachment=True),
    Format("html", "text/html", ("application/xhtml+xml",), "html"),
    Format("csv-excel", "text/csv", (), "csv", attachment=True, by_name_only=True),
    Format(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (),
        "xlsx",
        attachment=True,
        by_name_only=True,
    ),
)
"""The formats of SELECT and ASK in the order in which the server prefers them."""

GRAPH: Final = _formats(
    Format("ttl", "text/turtle", ("application/x-turtle",), "ttl"),
    Format("nt", "application/n-triples", ("text/plain",), "nt"),
    Format("rdf", "application/rdf+xml", ("application/xml", "text/xml"), "rdf"),
    Format("jsonld", "application/ld+json", ("application/json",), "jsonld"),
    Format("trig", "application/trig", (), "trig"),
    Format("nq", "application/n-quads", (), "nq"),
    Format("html", "text/html", ("application/xhtml+xml",), "html"),
)
"""The formats of CONSTRUCT and DESCRIBE in the order in which the server prefers them."""

_SYNONYMS: Final = {"xml": "rdf", "json": "jsonld", "turtle": "ttl", "n3": "ttl", "rdf+xml": "rdf", "json-ld": "jsonld"}


def by_name(name: str) -> tuple[str | None, str | None]:
    """Return the table format and the graph format that a name or media type stands for, each None if there is none.

    Example:
        >>> by_name("json"), by_name("text/turtle"), by_name("pdf")
        (('json', 'jsonld'), (None, 'ttl'), (None, None))
        >>> by_name("application/rdf xml")
        (None, 'rdf')
    """
    wanted = name.partition(";")[0].strip().lower().replace(" ", "+")  # a plus sign that nobody encoded
    table = next(
        (f.name for f in TABLE.values() if _means(f, wanted) and not (f.by_name_only and f.name != wanted)), None
    )
    graph = next((f.name for f in GRAPH.values() if _means(f, wanted)), None)
    if wanted in _SYNONYMS:
        graph = _SYNONYMS[wanted]
    return table, graph


def _means(form: Format, wanted: str) -> bool:
    return wanted in {form.name, form.media_type, *form.aliases}


def available(form: str) -> tuple[str, ...]:
    """Return the media types in which the answer to a form of query comes.

    Example:
        >>> available("ASK")[0]
        'application/sparql-results+json'
    """
    formats = TABLE if form in {"SELECT", "ASK"} else GRAPH
    return tuple(dict.fromkeys(f.media_type for f in formats.values() if not f.by_name_only))
