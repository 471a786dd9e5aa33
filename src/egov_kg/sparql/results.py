"""The formats of answers: their names, media types and file extensions, and how the engine's results become bytes."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Final
from xml.parsers import expat

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import FormatNotAvailable, ResultTooLarge

__all__ = ["GRAPH", "PAGE_ROWS", "TABLE", "Format", "LimitedBuffer", "Results", "available", "by_name", "write"]

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

PAGE_ROWS: Final = 1000
"""How many rows of a result a page shows."""


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
_ENGINE_TABLE: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_ENGINE_GRAPH: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


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
    return tuple(dict.fromkeys(f.media_type for f in formats.values()))


class LimitedBuffer(io.BytesIO):
    """Bytes in memory that refuse to grow beyond a limit.

    Attributes:
        limit: The most bytes that it takes.
    """

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Append.

        Raises:
            ResultTooLarge: If the limit would be passed; nothing is written then.
        """
        if self.tell() + len(data) > self.limit:
            raise ResultTooLarge(self.limit)
        return super().write(data)


class _Xml(io.RawIOBase):
    """Passes XML on to a sink."""

    def __init__(self, sink: IO[bytes]) -> None:
        super().__init__()
        self._sink = sink
        self.parser = expat.ParserCreate(namespace_separator=" ")

    def write(self, data: bytes | memoryview, /) -> int:  # type: ignore[override]
        """Pass some bytes on if they go on as XML."""
        exact = bytes(data).replace(b"\r", b"&#13;")
        self.parser.Parse(exact, False)
        self._sink.write(exact)
        return len(data)


@contextlib.contextmanager
def _xml(sink: IO[bytes], form: str) -> Iterator[IO[bytes]]:
    """Give a sink that takes nothing but one XML document with namespaces.

    The engine writes characters that XML cannot hold (U+0000, U+FFFE), tags without a local name for properties that
    end in a digit or a slash, and a bare carriage return, which every reader takes for a line feed (pyoxigraph 0.5.13).
    The carriage return is mended; for the rest there is no XML.

    Raises:
        FormatNotAvailable: If what was written is none.
    """
    xml = _Xml(sink)
    try:
        yield xml  # type: ignore[misc]
        xml.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FormatNotAvailable(form, tuple(t for t in available(form) if not t.endswith("xml"))) from error


def write(
    results: Results,
    sink: IO[bytes],
    *,
    table: str | None,
    graph: str | None,
    form: str = "",
    prefixes: Mapping[str, str] | None = None,
) -> Format:
    """Write a result to its last byte.

    Args:
        results: What the engine returned; used up here, and in this thread.
        sink: Gets the bytes. For the format ``html`` it gets JSON, of which the page is made: for a table the SPARQL
            JSON of the first `PAGE_ROWS` rows with a member ``total``, for a graph ``turtle`` (the first `PAGE_ROWS`
            triples) and ``total``.
        table: The name of the format if this is SELECT or ASK, or None if none of them is acceptable.
        graph: The same for CONSTRUCT and DESCRIBE.
        form: The form of the query, for the message.
        prefixes: Prefixes of the query; they win over ours in Turtle, TriG and RDF/XML.

    Returns:
        The format.

    Raises:
        FormatNotAvailable: If the result has a form for which no format was given, or the writer cannot express it.
    """
    if isinstance(results, ox.QueryTriples):
        if graph is None:
            raise FormatNotAvailable(form or "CONSTRUCT", available("CONSTRUCT"))
        if graph == "html":
            _write_graph_page(results, sink, form, {**iri.PREFIXES, **(prefixes or {})})
        else:
            _write_graph(results, sink, graph, form, {**iri.PREFIXES, **(prefixes or {})})
        return GRAPH[graph]
    if table is None:
        raise FormatNotAvailable(form or "SELECT", available("SELECT"))
    if isinstance(results, ox.QueryBoolean):
        fallback = ox.QueryResultsFormat.JSON if table == "html" else ox.QueryResultsFormat.CSV
        results.serialize(sink, _ENGINE_TABLE.get(table, fallback))
    elif table == "html":
        _write_page([v.value for v in results.variables], results, sink)
    elif table == "csv-excel":
        _write_excel_csv(results, sink)
    elif table == "xml":
        with _xml(sink, form or "SELECT") as xml:
            results.serialize(xml, _ENGINE_TABLE[table])
    else:
        results.serialize(sink, _ENGINE_TABLE[table])
    return TABLE[table]


def _write_graph_page(triples: ox.QueryTriples, sink: IO[bytes], form: str, prefixes: Mapping[str, str]) -> None:
    shown = list(itertools.islice(triples, PAGE_ROWS))
    total = len(shown) + sum(1 for _ in triples)
    turtle = io.BytesIO()
    _write_graph(shown, turtle, "ttl", form, prefixes)
    page = {"head": {}, "turtle": turtle.getvalue().decode(), "total": total}
    sink.write(json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode())


def _write_graph(
    triples: Iterable[ox.Triple], sink: IO[bytes], name: str, form: str, prefixes: Mapping[str, str]
) -> None:
    by_namespace = {namespace: prefix for prefix, namespace in prefixes.items() if _is_namespace(namespace)}
    usable = {
        prefix: namespace
        for namespace, prefix in by_namespace.items()
        if not (name == "rdf" and prefix.lower().startswith("xml"))  # which XML keeps for itself
    }
    buffer = LimitedBuffer(sink.limit) if isinstance(sink, LimitedBuffer) else io.BytesIO()
    try:
        ox.serialize(triples, buffer, _ENGINE_GRAPH[name], prefixes=usable)
    except OSError as error:
        if "RDF 1.2" not in str(error):
            raise
        rest = tuple(t for t in available("CONSTRUCT") if t not in {"application/ld+json", "application/rdf+xml"})
        raise FormatNotAvailable(form, rest) from error
    head, rest_at = _head(buffer.getbuffer(), name, list(prefixes))
    with _xml(sink, form) if name == "rdf" else contextlib.nullcontext(sink) as out:
        out.write(head)
        out.write(buffer.getbuffer()[rest_at:])


_DECLARATION: Final = {
    "ttl": re.compile(rb"@prefix (?P<prefix>[^:]*): <[^>]*> \.\n"),
    "trig": re.compile(rb"@prefix (?P<prefix>[^:]*): <[^>]*> \.\n"),
    "rdf": re.compile(rb' xmlns:(?P<prefix>[^=]*)="[^"]*"'),
}


def _head(data: memoryview, name: str, order: Sequence[str]) -> tuple[bytes, int]:
    """Return the head of a document with the prefixes that it uses, in our order, and where the rest begins.

    The engine writes all prefixes it was given, in an order that differs from run to run (pyoxigraph 0.5.13).
    """
    pattern = _DECLARATION.get(name)
    if pattern is None:
        return b"", 0
    text = bytes(data)
    before = text.find(b"<rdf:RDF") + len(b"<rdf:RDF") if name == "rdf" else 0
    end = before
    declared: dict[str, bytes] = {}
    while match := pattern.match(text, end):
        declared[match["prefix"].decode()] = match.group()
        end = match.end()
    rank = {prefix: number for number, prefix in enumerate(order)}
    used = [
        prefix
        for prefix in sorted(declared, key=lambda p: (rank.get(p, len(rank)), p))
        if text.find(f"{prefix}:".encode(), end) >= 0
    ]
    if name == "rdf":
        used = ["rdf", *(prefix for prefix in used if prefix != "rdf")]
    return text[:before] + b"".join(declared[prefix] for prefix in used if prefix in declared), end


def _is_namespace(namespace: str) -> bool:
    try:
        ox.NamedNode(namespace)
    except ValueError:
        return False
    return True


def _write_page(names: Sequence[str], rows: Iterable[Iterable[object]], sink: IO[bytes]) -> None:
    shown: list[dict[str, object]] = []
    total = 0
    for row in rows:
        total += 1
        if total <= PAGE_ROWS:
            shown.append({name: _json_term(term) for name, term in zip(names, row, strict=True) if term is not None})
    table = {"head": {"vars": list(names)}, "results": {"bindings": shown}, "total": total}
    sink.write(json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def _json_term(term: object) -> dict[str, object]:
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Literal():
            value: dict[str, object] = {"type": "literal", "value": term.value}
            if term.language:
                value["xml:lang"] = term.language
            elif term.datatype.value != iri.expand("xsd:string"):
                value["datatype"] = term.datatype.value
            return value
        case ox.Triple():
            parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
            return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}
    raise TypeError(term)


def _write_excel_csv(results: ox.QuerySolutions, sink: IO[bytes]) -> None:
    """Write CSV that Excel opens right and never runs: BOM, CRLF, an apostrophe before what looks like a formula."""
    sink.write(b"\xef\xbb\xbf")
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    writer.writerow([_harmless(v.value) for v in results.variables])
    for solution in results:
        writer.writerow([_harmless("" if term is None else _plain(term)) for term in solution])
        if line.tell() > 65536:
            sink.write(line.getvalue().encode())
            line.seek(0)
            line.truncate()
    sink.write(line.getvalue().encode())


def _plain(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else str(term)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
