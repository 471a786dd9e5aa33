"""SPARQL 1.1 Graph Store HTTP Protocol: graphs that are read and written whole, by an address or by a parameter."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request
from starlette.responses import Response

from egov_kg import iri
from egov_kg.server import negotiation, resources
from egov_kg.server.authorization import authorize
from egov_kg.server.changing import GRAPH_BYTES, changing_of, graph_etag
from egov_kg.server.exchange import Exchange
from egov_kg.server.problems import refused
from egov_kg.server.requests import body_of, content_type, is_absolute_iri, media_type_of
from egov_kg.server.responses import ContentResponse, is_known, not_modified
from egov_kg.server.sparql_protocol import answered, names_of
from egov_kg.sparql import GRAPH
from egov_kg.sparql import Request as Query
from egov_kg.sparql.states import Document, State, Write

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

__all__ = ["ACCEPT_POST", "METHODS", "WRITING", "graph", "graph_store", "is_graph_path"]

WRITING: Final = ("PUT", "POST", "DELETE")
METHODS: Final = ("GET", "HEAD", *WRITING, "OPTIONS")

_DOCUMENTS: Final = {
    "text/turtle": "ttl",
    "application/x-turtle": "ttl",
    "application/n-triples": "nt",
    "text/plain": "nt",
    "application/rdf+xml": "rdf",
    "application/xml": "rdf",
    "text/xml": "rdf",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
}
_EXTENSIONS: Final = {"ttl": "ttl", "nt": "nt", "rdf": "rdf", "xml": "rdf", "owl": "rdf", "jsonld": "jsonld"}
ACCEPT_POST: Final = "text/turtle, application/n-triples, application/rdf+xml, application/ld+json, multipart/form-data"
_MULTIPART: Final = "multipart/form-data"
_MOST_PARTS: Final = 100
_TRIPLES: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def is_graph_path(path: str) -> bool:
    """Whether the protocol is spoken at a path."""
    return path == "/graph" or path.startswith("/graph/")


async def graph(request: Request) -> Response:
    """Answer for a graph by its address: its IRI is the base of IRIs and the path."""
    exchange, path = Exchange.of(request), request.path_params["path"]
    name = iri.graph_iri(path, exchange.site.base)
    if request.method in WRITING:
        return await _write(exchange, _checked(name))
    if isinstance(state := exchange.site.pool, State):
        return await _read(exchange, state, _checked(name))
    return await resources.graph(exchange, path)


async def graph_store(request: Request) -> Response:
    """Answer for a graph that a parameter names: ``?default`` or ``?graph=IRI``; without either POST makes one."""
    exchange = Exchange.of(request)
    if request.method in WRITING:
        changing_of(exchange)
    name, default = exchange.parameters.one("graph"), exchange.parameters.one("default")
    if name is None and default is None and request.method == "POST":
        return await _make(exchange)
    if (name is None) == (default is None):
        raise refused("bad-parameter", "give either default or graph=IRI", parameter="graph")
    if name is not None:
        _checked(name)
    if request.method in WRITING:
        return await _write(exchange, name)
    if isinstance(state := exchange.site.pool, State):
        return await _read(exchange, state, name)
    return await resources.graph_store(exchange)


def _checked(name: str) -> str:
    if not is_absolute_iri(name):
        raise refused("bad-parameter", f"{name[:80]!r} is not an absolute IRI", parameter="graph")
    return name


async def _read(exchange: Exchange, state: State, name: str | None) -> Response:
    """Answer with a graph of a store that changes."""
    site = exchange.site
    if name is not None and name not in state.named:
        raise refused("no-such-graph", f"there is no graph <{name[:200]}>")
    formats = {key: form for key, form in GRAPH.items() if key != "html"}
    form = negotiation.chosen(exchange.accept, exchange.parameters.format, formats)
    expands = name is None and exchange.parameters.expands
    etag = graph_etag(site.state, name, f"{form.name} same-as" if expands else form.name)
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if is_known(exchange.request, etag, is_there=True):
        return not_modified(etag, headers)
    dataset = None if name is None else (name,)
    asserted = {"kind": "asserted"}
    query = Query(_TRIPLES, table=None, graph=form.name, default_graphs=dataset, view=asserted, expands=expands)
    content = await answered(exchange, query, ("graph", name, form.name, *names_of(query)))
    headers["Content-Type"] = form.content_type
    if content.data is None:
        return ContentResponse(content, headers)
    with contextlib.closing(content):
        return Response(content.data, headers=headers)


async def _make(exchange: Exchange) -> Response:
    name = f"graph/{secrets.token_hex(16)}"
    return await _write(exchange, exchange.site.base + name, location=exchange.site.public_url + name)


async def _write(exchange: Exchange, name: str | None, *, location: str | None = None) -> Response:
    changing, request = changing_of(exchange), exchange.request
    token = authorize(request, "update")
    media_type, charset = media_type_of(content_type(request))
    body, documents = b"", []
    if request.method != "DELETE":
        _check_type(request, media_type, charset)
        body = await body_of(request, GRAPH_BYTES)
        if media_type == _MULTIPART:
            documents = _parts(request.headers["content-type"], body)
        else:
            documents = [Document(body, _DOCUMENTS[media_type])]
    base = name if name is not None else f"{exchange.site.public_url}graph"
    write = Write(media_type, body, method=request.method, graph=name, documents=documents, base=base, token=token)
    return await changing.write_graph(exchange, write, location=location)


def _check_type(request: Request, media_type: str, charset: str) -> None:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        raise _unsupported(f"Content-Encoding {encoding[:40]!r}")
    if charset not in {"", "utf-8", "utf8"}:
        raise _unsupported(f"charset {charset[:40]!r}")
    if media_type != _MULTIPART and media_type not in _DOCUMENTS:
        raise _unsupported(f"Content-Type {media_type[:80]!r}" if media_type else "a body without Content-Type")


def _unsupported(what: str) -> Exception:
    detail = f"{what} is not accepted; a graph is written as {ACCEPT_POST}"
    return refused("unsupported-media-type", detail, headers={"Accept-Post": ACCEPT_POST})


def _parts(content_type: str, body: bytes) -> list[Document]:
    """Return the documents of a form (RFC 7578), each read by its own type or else by the name of its file.

    Raises:
        RequestRefused: ``bad-encoding`` if it is no such form, ``unsupported-media-type`` for a part of another type.
    """
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise refused("bad-encoding", "the form names no boundary")
    collected = _Collected()
    try:
        parser = MultipartParser(boundary, collected.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise refused("bad-encoding", f"the body is no form: {str(error)[:120]}") from error
    if not collected.is_whole:
        raise refused("bad-encoding", "the form is cut off: its last boundary is missing")
    return [_document(headers, bytes(data)) for headers, data in collected.parts]


def _document(headers: dict[bytes, bytes], data: bytes) -> Document:
    _, options = parse_options_header(headers.get(b"content-disposition", b""))
    names = [options.get(key, b"").decode("utf-8", "replace") for key in (b"filename", b"name")]
    label = next((name[:80] for name in names if name), "a part")
    declared = headers.get(b"content-type", b"").decode("latin-1")
    media_type, charset = media_type_of(declared)
    says = media_type not in {"", "application/octet-stream"}  # which is how curl sends a file that it does not know
    form = _DOCUMENTS.get(media_type) if says else _EXTENSIONS.get(names[0].rpartition(".")[2].lower())
    if form is None or charset not in {"", "utf-8", "utf8"}:
        raise _unsupported(f"the part {label!r} of type {declared[:80]!r}" if declared else f"the part {label!r}")
    return Document(data, form, label)


class _Collected:
    """What a parser of forms finds."""

    def __init__(self) -> None:
        self.parts: list[tuple[dict[bytes, bytes], bytearray]] = []
        self.is_whole = False
        self._name = self._value = b""

    def callbacks(self) -> MultipartCallbacks:
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_name,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_part_data": self._on_data,
            "on_end": self._on_end,
        }

    def _begin(self) -> None:
        if len(self.parts) >= _MOST_PARTS:
            raise refused("too-large", f"the form has more than {_MOST_PARTS} parts", limit=_MOST_PARTS)
        self.parts.append(({}, bytearray()))

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        self.parts[-1][0][self._name.lower()] = self._value
        self._name = self._value = b""

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1][1].extend(data[start:end])

    def _on_end(self) -> None:
        self.is_whole = True
