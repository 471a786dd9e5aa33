"""How the engine's results become bytes, in one of the formats of answers."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Final, Protocol, cast
from xml.parsers import expat

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import FormatNotAvailable
from egov_kg.sparql.formats import GRAPH, TABLE, Format, available
from egov_kg.sparql.spool import Spool
from egov_kg.sparql.spreadsheet import write_sheet

__all__ = ["PAGE_ROWS", "Results", "Sink", "write"]


class Sink(Protocol):
    """What takes bytes: a file, or a `Spool`."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Append."""

    def flush(self) -> None:
        """Pass on what is kept back."""


Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | Iterator[ox.Triple]

PAGE_ROWS: Final = 1000
"""How many rows of a result a page shows."""


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


class _Xml(io.RawIOBase):
    """Passes XML on to a sink."""

    def __init__(self, sink: Sink) -> None:
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
def _xml(sink: Sink, form: str) -> Iterator[Sink]:
    """Give a sink that takes nothing but one XML document with namespaces.

    The engine writes characters that XML cannot hold (U+0000, U+FFFE), tags without a local name for properties that
    end in a digit or a slash, and a bare carriage return, which every reader takes for a line feed (pyoxigraph 0.5.13).
    The carriage return is mended; for the rest there is no XML.

    Raises:
        FormatNotAvailable: If what was written is none.
    """
    xml = _Xml(sink)
    try:
        yield xml
        xml.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FormatNotAvailable(form, tuple(t for t in available(form) if not t.endswith("xml"))) from error


def write(
    results: Results,
    sink: Sink,
    *,
    table: str | None,
    graph: str | None,
    form: str = "",
    prefixes: Mapping[str, str] | None = None,
) -> Format:
    """Write a result to its last byte.

    Args:
        results: What the engine returned, or triples; used up here, and in this thread.
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
    if not isinstance(results, ox.QuerySolutions | ox.QueryBoolean):
        if graph is None:
            raise FormatNotAvailable(form or "CONSTRUCT", available("CONSTRUCT"))
        if graph == "html":
            _write_graph_page(results, sink, form, {**iri.PREFIXES, **(prefixes or {})})
        else:
            _write_graph(results, sink, graph, form, {**iri.PREFIXES, **(prefixes or {})})
        return GRAPH[graph]
    if table is None:
        raise FormatNotAvailable(form or "SELECT", available("SELECT"))
    if table == "xlsx":
        if isinstance(results, ox.QueryBoolean):
            write_sheet(["boolean"], [[ox.Literal(bool(results))]], sink, "ASK")
        else:
            write_sheet([v.value for v in results.variables], results, sink, form or "SELECT")
    elif isinstance(results, ox.QueryBoolean):
        fallback = ox.QueryResultsFormat.JSON if table == "html" else ox.QueryResultsFormat.CSV
        results.serialize(cast("IO[bytes]", sink), _ENGINE_TABLE.get(table, fallback))
    elif table == "html":
        _write_page([v.value for v in results.variables], results, sink)
    elif table == "csv-excel":
        _write_excel_csv(results, sink)
    elif table == "xml":
        with _xml(sink, form or "SELECT") as xml:
            results.serialize(cast("IO[bytes]", xml), _ENGINE_TABLE[table])
    else:
        results.serialize(cast("IO[bytes]", sink), _ENGINE_TABLE[table])
    return TABLE[table]


def _write_graph_page(triples: Iterable[ox.Triple], sink: Sink, form: str, prefixes: Mapping[str, str]) -> None:
    rest = iter(triples)
    shown = list(itertools.islice(rest, PAGE_ROWS))
    total = len(shown) + sum(1 for _ in rest)
    turtle = io.BytesIO()
    _write_graph(shown, turtle, "ttl", form, prefixes)
    page = {"head": {}, "turtle": turtle.getvalue().decode(), "total": total}
    sink.write(json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode())


def _write_graph(triples: Iterable[ox.Triple], sink: Sink, name: str, form: str, prefixes: Mapping[str, str]) -> None:
    by_namespace = {namespace: prefix for prefix, namespace in prefixes.items() if _is_namespace(namespace)}
    usable = {
        prefix: namespace
        for namespace, prefix in by_namespace.items()
        if not (name == "rdf" and prefix.lower().startswith("xml"))  # which XML keeps for itself
    }
    spool = sink if isinstance(sink, Spool) else Spool(sys.maxsize)
    document = _Document(spool, name, list(prefixes), sum(len(p) + 3 * len(n) + 32 for p, n in usable.items()))
    try:
        with _xml(document, form) if name == "rdf" else contextlib.nullcontext(document) as out:
            ox.serialize(triples, cast("IO[bytes]", out), _ENGINE_GRAPH[name], prefixes=usable)
    except OSError as error:
        if "RDF 1.2" not in str(error):
            raise
        rest = tuple(t for t in available("CONSTRUCT") if t not in {"application/ld+json", "application/rdf+xml"})
        raise FormatNotAvailable(form, rest) from error
    document.finish()
    if spool is not sink:
        sink.write(spool.finish()[0])


_DECLARATION: Final = {
    "ttl": re.compile(rb"@prefix (?P<prefix>[^:]*): <[^>]*> \.\n"),
    "trig": re.compile(rb"@prefix (?P<prefix>[^:]*): <[^>]*> \.\n"),
    "rdf": re.compile(rb' xmlns:(?P<prefix>[^=]*)="[^"]*"'),
}


class _Document:
    """Takes a document from the engine and passes it on with the prefixes that it uses, in our order.

    The engine declares all prefixes it was given, in an order that differs from run to run (pyoxigraph 0.5.13). Which
    of them are used is known at the end, so room is held for them at the beginning.

    Args:
        spool: Gets the document.
        name: Its format.
        order: Prefixes in the order in which they are declared.
        longest: How many bytes all declarations have at most.
    """

    def __init__(self, spool: Spool, name: str, order: Sequence[str], longest: int) -> None:
        self._spool, self._name, self._longest = spool, name, longest + (4 << 10)
        self._rank = {prefix: number for number, prefix in enumerate(order)}
        self._start = bytearray()
        self._has_begun = name not in _DECLARATION
        self._opening = b""
        self._declared: dict[str, bytes] = {}
        self._unseen: dict[str, bytes] = {}
        self._before = b""

    def write(self, data: bytes | memoryview, /) -> int:
        """Append."""
        if self._has_begun:
            self._pass_on(bytes(data))
        else:
            self._start += data
            if len(self._start) > self._longest:
                self._begin()
        return len(data)

    def flush(self) -> None:
        """Do nothing: the engine calls it."""

    def _begin(self) -> None:
        """Split off the declarations, and pass on what stands behind them."""
        text, self._start, self._has_begun = bytes(self._start), bytearray(), True
        pattern = _DECLARATION[self._name]
        end = text.find(b"<rdf:RDF") + len(b"<rdf:RDF") if self._name == "rdf" else 0
        self._opening = text[:end]
        while match := pattern.match(text, end):
            self._declared[match["prefix"].decode()] = match.group()
            end = match.end()
        self._unseen = {prefix: f"{prefix}:".encode() for prefix in self._declared}
        self._spool.hold(end)
        self._pass_on(text[end:])

    def _pass_on(self, data: bytes) -> None:
        if self._unseen:
            seen = self._before + data
            self._unseen = {prefix: mark for prefix, mark in self._unseen.items() if seen.find(mark) < 0}
            longest = max((len(mark) for mark in self._unseen.values()), default=0)
            self._before = seen[-longest:] if longest else b""
        self._spool.write(data)

    def finish(self) -> None:
        """Write the declarations of the prefixes that were used."""
        if self._name not in _DECLARATION:
            return
        if not self._has_begun:
            self._begin()
        unknown = len(self._rank)
        used = sorted(self._declared.keys() - self._unseen, key=lambda p: (self._rank.get(p, unknown), p))
        if self._name == "rdf":
            used = ["rdf", *(prefix for prefix in used if prefix != "rdf")]
        self._spool.fill(
            self._opening + b"".join(self._declared[prefix] for prefix in used if prefix in self._declared)
        )


def _is_namespace(namespace: str) -> bool:
    try:
        ox.NamedNode(namespace)
    except ValueError:
        return False
    return True


def _write_page(names: Sequence[str], rows: Iterable[Iterable[object]], sink: Sink) -> None:
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


def _write_excel_csv(results: ox.QuerySolutions, sink: Sink) -> None:
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
