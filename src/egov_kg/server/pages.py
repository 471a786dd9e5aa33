"""Pages for people: plain data in, HTML out.

Templates hold loops and labels, this module holds the few decisions about addresses and columns, and neither of them
asks the store: what a page shows is handed over by `egov_kg.server.views`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from egov_kg import iri
from egov_kg.server import wording

EXCEL: Final = "csv-excel"
"""The name of CSV as Excel reads it: with a byte order mark, and no cell that runs."""

__all__ = [
    "EXCEL",
    "FORMATS_OF_ROWS",
    "FORMATS_OF_THINGS",
    "Cell",
    "Format",
    "Imprint",
    "Pages",
    "Reader",
    "ResultView",
    "excerpt",
    "result_view",
]

ROWS: Final = 1000
"""How many rows of an answer a page shows; the whole answer is one click away."""

_SAFE: Final = "/:@!$&()*+,;=~.-_"
"""What may stand in the path of an address as it is."""

FORMATS_OF_ROWS: Final = (
    ("csv", "CSV"),
    (EXCEL, "CSV for Excel"),
    ("tsv", "TSV"),
    ("json", "JSON"),
    ("xml", "XML"),
)
FORMATS_OF_THINGS: Final = (("ttl", "Turtle"), ("nt", "N-Triples"), ("jsonld", "JSON-LD"), ("rdf", "RDF/XML"))


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every page says of the deployment and its release."""

    title: str
    release: str
    version: str
    issued: str
    base: str
    public_url: str
    licence: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the language, whether the address asked for it, and the address itself.

    Attributes:
        lang: One of `wording.LANGUAGES`.
        asked: The value of ``lang`` in the address, or empty; links keep it.
        path: The path of the page.
        query: The query string of the page, without ``lang``.
    """

    lang: str
    asked: str
    path: str
    query: str

    @classmethod
    def of(cls, path: str, query: str, accept_language: str | None) -> Reader:
        """Return the reader of one request.

        Example:
            >>> Reader.of("/search", "q=x&lang=ko", None)
            Reader(lang='ko', asked='ko', path='/search', query='q=x')
        """
        pairs = parse_qsl(query, keep_blank_values=True)
        asked = next((value for key, value in pairs if key == "lang" and value in wording.LANGUAGES), "")
        rest = urlencode([(key, value) for key, value in pairs if key != "lang"])
        return cls(wording.chosen_language(asked or None, accept_language), asked, path, rest)

    def here_in(self, lang: str) -> str:
        """Return the address of this page in another language."""
        path = quote(self.path, safe=_SAFE)
        return f"{path}?{self.query}&lang={lang}" if self.query else f"{path}?lang={lang}"

    def link(self, path: str) -> str:
        """Return a local address that keeps the language that was asked for."""
        if not self.asked:
            return path
        before, mark, fragment = path.partition("#")
        joint = "&" if "?" in before else "?"
        return f"{before}{joint}lang={self.asked}{mark}{fragment}"


@dataclass(frozen=True, slots=True)
class Format:
    """Another form of what a page shows: its name, address, ``format=`` and media type."""

    name: str
    href: str = ""
    token: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of an answer: text, and where it leads."""

    text: str
    href: str = ""
    lang: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ResultView:
    """An answer as a page shows it: one of rows, a boolean, or a graph in Turtle."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell | None, ...], ...] = ()
    count: int = 0
    boolean: bool | None = None
    turtle: str | None = None
    formats: tuple[Format, ...] = ()


def is_web(value: str) -> bool:
    """Tell whether a text may become a link: http, https or mailto, nothing else."""
    return value.startswith(("http://", "https://", "mailto:")) and not any(c.isspace() or c in '<>"' for c in value)


def local_href(address: str, base: str) -> str:
    """Return where an IRI leads on this server, or an empty string for an IRI of somebody else.

    Example:
        >>> local_href("https://w3id.org/egov-kg/id/law/kr/e-government-act", iri.BASE)
        '/page/law/kr/e-government-act'
        >>> local_href("https://w3id.org/egov-kg/ontology#Law", iri.BASE)
        '/ontology#Law'
        >>> local_href("https://w3id.org/egov-kg/mappings/kr-iso", iri.BASE)
        '/mappings/kr-iso'
        >>> local_href("http://purl.org/dc/terms/title", iri.BASE)
        ''
    """
    thing = iri.id_of(address, base)
    if thing is not None:
        return f"/page/{quote(thing, safe=_SAFE)}"
    if address.startswith(iri.ONTOLOGY):
        return f"/ontology#{quote(address.removeprefix(iri.ONTOLOGY))}"
    if address.startswith(f"{base}dataset/"):
        return f"/links/{quote(address.removeprefix(f'{base}dataset/'))}"
    if address.startswith(f"{base}graph/"):
        return f"/graph/{quote(address.removeprefix(f'{base}graph/'))}"
    if address.startswith((f"{base}dataset/", f"{base}mappings/")):
        return f"/{quote(address.removeprefix(base))}"
    return ""


def result_view(
    answer: Mapping[str, Any],
    *,
    base: str,
    lang: str,
    columns: Mapping[str, str] | None = None,
    hidden: Sequence[str] = (),
    words: Mapping[str, str] | None = None,
    rows: int = ROWS,
    formats: Sequence[Format] = (),
) -> ResultView:
    """Return an answer in the SPARQL JSON format as a page shows it.

    A column ``x`` of IRIs beside a column ``xLabel`` becomes one column of links.

    Args:
        answer: The parsed SPARQL 1.1 Query Results JSON.
        base: The base of the deployment.
        lang: The reader's language.
        columns: The heading of each variable; the variable's name where it is missing.
        hidden: Variables that the page leaves out.
        rows: How many rows are shown.
        words: What plain words of the answer are called in the reader's language.
        formats: Where the whole answer can be had.
    """
    if "boolean" in answer:
        return ResultView(boolean=bool(answer["boolean"]), formats=tuple(formats))
    variables: list[str] = list(answer["head"]["vars"])
    labelled = {name.removesuffix("Label") for name in variables if name.endswith("Label")} & set(variables)
    shown = [
        v for v in variables if v not in hidden and not (v.endswith("Label") and v.removesuffix("Label") in labelled)
    ]
    bindings: list[dict[str, dict[str, str]]] = answer["results"]["bindings"]
    cells = tuple(
        tuple(
            _cell(row.get(v), row.get(f"{v}Label") if v in labelled else None, base, lang, words or {}) for v in shown
        )
        for row in bindings[:rows]
    )
    names = columns or {}
    return ResultView(tuple(names.get(v, v) for v in shown), cells, len(bindings), formats=tuple(formats))


def _cell(
    value: Mapping[str, str] | None, label: Mapping[str, str] | None, base: str, lang: str, words: Mapping[str, str]
) -> Cell | None:
    if value is None:
        return None if label is None else Cell(label["value"], lang=label.get("xml:lang", ""))
    text = value["value"]
    if value["type"] == "uri":
        href = local_href(text, base) or (text if is_web(text) else "")
        if label is not None:
            return Cell(label["value"], href, label.get("xml:lang", ""), text)
        return Cell(iri.curie(text, base), href, "", text)
    if value["type"] == "triple":
        return Cell(json.dumps(value["value"], ensure_ascii=False))
    if value.get("datatype", "").endswith("#date"):
        return Cell(wording.day(text, lang), title=text)
    if set(value) == {"type", "value"} and text in words:
        return Cell(words[text], title=text)
    return Cell(text, text if is_web(text) else "", value.get("xml:lang", ""))


def excerpt(text: str, line: int, column: int) -> str:
    r"""Return the offending line of a query with a caret under the place.

    Example:
        >>> print(excerpt("SELECT *\nWHERE { ?s ?p }", 2, 15))
        WHERE { ?s ?p }
                      ^
    """
    lines = text.splitlines()
    if not 1 <= line <= len(lines):
        return ""
    found = lines[line - 1].expandtabs(1)
    start = max(0, column - 60)
    return f"{found[start : start + 120]}\n{' ' * (column - 1 - start)}^"


@dataclass(frozen=True, slots=True)
class Pages:
    """The templates of one deployment.

    Attributes:
        imprint: What every page says.
    """

    imprint: Imprint
    _environment: Environment = field(init=False, repr=False)

    def __post_init__(self) -> None:
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        object.__setattr__(self, "_environment", environment)

    def render(
        self, template: str, reader: Reader, *, formats: Sequence[Format] = (), searched: str = "", **values: Any
    ) -> str:
        """Return one page.

        Args:
            template: The name of a template, without its suffix.
            reader: Who reads.
            formats: Other forms of the same content, for the foot of the page.
            searched: What stands in the search box.
            values: What the template shows.

        Raises:
            jinja2.UndefinedError: If the template needs a value that was not given, which is a mistake of ours.
        """
        lang = reader.lang
        return self._environment.get_template(f"{template}.html").render(
            site=self.imprint,
            lang=lang,
            asked_lang=reader.asked,
            here=reader.path,
            languages=[{"code": c, "name": wording.NAMES[c], "href": reader.here_in(c)} for c in wording.LANGUAGES],
            formats=formats,
            searched=searched,
            t=lambda key, **words: wording.message(lang, key, **words),
            count=lambda key, number, **words: wording.plural(lang, key, number, **words),
            label=lambda named: wording.best_label(named["labels"], lang, named["curie"]),
            href=lambda named: self.href(named, reader),
            link=reader.link,
            day=lambda value: wording.day(value, lang),
            number=lambda value: f"{value:,}",
            is_open="view=print" in reader.query.split("&"),
            web=is_web,
            written_in=wording.written_in,
            **values,
        )

    def href(self, named: Mapping[str, Any], reader: Reader) -> str:
        """Return where a term leads: a page of ours, else the address itself if it is one of the web."""
        address: str = named["iri"]
        local = local_href(address, self.imprint.base)
        if local:
            return reader.link(local)
        known = any(address.startswith(namespace) for namespace in iri.PREFIXES.values())
        return address if is_web(address) and not known else ""


def json_ld(value: Mapping[str, Any]) -> Markup:
    """Return data as JSON that is safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704  (escaped here)
