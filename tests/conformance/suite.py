"""Tests of a suite as its manifests describe them: what is there before, what is asked, what must come back."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

__all__ = ["Case", "Exchange", "Source", "Suite", "read_suite"]

MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT: Final = "http://www.w3.org/2009/sparql/tests/test-update#"
HT: Final = "http://www.w3.org/2011/http#"
CNT: Final = "http://www.w3.org/2011/content#"
SD: Final = "http://www.w3.org/ns/sparql-service-description#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_APPROVAL: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#approval"
_DROPPED: Final = ("Withdrawn", "Deprecated")
_STATUS: Final = "http://www.w3.org/2011/http-statusCodes#"

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the suite.

    Attributes:
        path: Where it is.
        base: Its IRI.
        graph: The graph that it belongs to; None is the default graph.
    """

    path: Path
    base: str
    graph: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request of a test of a protocol, and what must be answered.

    Attributes:
        method, path, headers, body: Of the request.
        statuses: Those that are right: ``Created``, ``StatusCode4xx`` ...
        format: The kind of answer: ``boolean``, ``tabular``, ``RDF``, or empty.
        boolean: The answer to ASK, if it must be one.
        content_type, content: What must come back, or empty.
        has_location: Whether there must be a header Location.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: tuple[str, ...]
    format: str = ""
    boolean: bool | None = None
    content_type: str = ""
    content: str = ""
    has_location: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One test.

    Attributes:
        id: Its folder and name: ``bind/bind01``.
        kind: The local name of its class: ``QueryEvaluationTest`` ...
        action: The query or the update, if it is a file.
        data: What is in the store before.
        result: For a query the answer, for an update the content of the store.
        exchanges: For a test of a protocol.
        is_lax: Whether equal solutions may be fewer (REDUCED).
        needs_network: Whether it asks another endpoint.
        regimes: The local names of the entailment regimes under which it holds: ``RDFS`` ...
    """

    id: str
    kind: str
    action: Source | None = None
    data: tuple[Source, ...] = ()
    result: tuple[Source, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    is_lax: bool = False
    needs_network: bool = False
    regimes: frozenset[str] = frozenset()


@dataclass(slots=True)
class Suite:
    """The manifests below a folder.

    Attributes:
        root: The folder.
        base: Its IRI.
        cases: The tests by folder.
    """

    root: Path
    base: str
    cases: dict[str, list[Case]] = field(default_factory=dict)


class _Graph:
    """The triples of a manifest."""

    def __init__(self, path: Path, base: str) -> None:
        quads = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=base)
        self._store = ox.Store()
        self._store.extend(ox.Quad(*quad.triple) if hasattr(quad, "triple") else quad for quad in quads)

    def all(self, subject: Node | None, predicate: str) -> list[Node]:
        """Return the objects of a subject."""
        assert subject is None or isinstance(subject, ox.NamedNode | ox.BlankNode)
        found = self._store.quads_for_pattern(subject, ox.NamedNode(predicate), None)
        return [quad.object for quad in found]

    def one(self, subject: Node | None, predicate: str) -> Node | None:
        """Return the object of a subject, or None."""
        if subject is None:
            return None
        return next(iter(self.all(subject, predicate)), None)

    def text(self, subject: Node | None, predicate: str) -> str:
        """Return the text of the object of a subject, or an empty one."""
        found = self.one(subject, predicate)
        return found.value if isinstance(found, ox.NamedNode | ox.Literal) else ""

    def items(self, head: Node | None) -> Iterator[Node]:
        """Yield the members of a list."""
        while head is not None and head != ox.NamedNode(f"{RDF}nil"):
            item = self.one(head, f"{RDF}first")
            if item is not None:
                yield item
            head = self.one(head, f"{RDF}rest")


def read_suite(root: Path, base: str) -> Suite:
    """Return the tests of the manifests below a folder, `manifest-all.ttl` or `manifest.ttl` first.

    Args:
        root: The folder.
        base: The IRI of the folder, with a slash at its end.
    """
    suite = Suite(root, base)
    first = next(path for name in ("manifest-all.ttl", "manifest.ttl") if (path := root / name).is_file())
    waiting, seen = [first], set()
    while waiting:
        path = waiting.pop(0)
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        waiting += _read(suite, path)
    return suite


def _read(suite: Suite, path: Path) -> list[Path]:
    """Take in the tests of a manifest; return those that it includes."""
    folder = path.parent.relative_to(suite.root).as_posix()
    base = suite.base if folder == "." else f"{suite.base}{folder}/"
    graph = _Graph(path, base + path.name)
    for head in graph.all(None, f"{MF}entries"):
        for node in graph.items(head):
            if graph.text(node, _APPROVAL).rpartition("#")[2] not in _DROPPED:
                suite.cases.setdefault(folder, []).append(_Reader(suite, graph, folder, node).case())
    included = (item for head in graph.all(None, f"{MF}include") for item in graph.items(head))
    return [_path(suite, item.value) for item in included if isinstance(item, ox.NamedNode)]


def _path(suite: Suite, iri: str) -> Path:
    return suite.root / urllib.parse.unquote(iri.removeprefix(suite.base))


class _Reader:
    """Reads one test out of a manifest."""

    def __init__(self, suite: Suite, graph: _Graph, folder: str, node: Node) -> None:
        assert isinstance(node, ox.NamedNode)
        self.suite, self.graph, self.folder, self.node = suite, graph, folder, node
        kinds = [n.value for n in graph.all(node, f"{RDF}type") if isinstance(n, ox.NamedNode)]
        kind = next((value for value in kinds if value.startswith(MF)), "")
        self.kind = kind.removeprefix(MF).replace("Test11", "Test").replace("Test12", "Test")

    def case(self) -> Case:
        graph, node = self.graph, self.node
        action, result = graph.one(node, f"{MF}action"), graph.one(node, f"{MF}result")
        local = node.value.rpartition("#")[2].rpartition("/")[2]
        name = f"{self.folder}/{local}"
        if self.kind in {"ProtocolTest", "GraphStoreProtocolTest"}:
            return Case(name, self.kind, data=tuple(self._data(node)), exchanges=tuple(self._exchanges(action)))
        asked = graph.one(action, f"{QT}query") or graph.one(action, f"{UT}request") or action
        is_update = self.kind == "UpdateEvaluationTest"
        results = tuple(self._data(result)) if is_update else self._sources([result])
        lax = graph.text(node, f"{MF}resultCardinality") == f"{MF}LaxCardinality"
        service = bool(graph.all(action, f"{QT}serviceData")) if isinstance(action, ox.BlankNode) else False
        data = tuple(self._data(action)) if isinstance(action, ox.BlankNode) else ()
        return Case(
            name,
            self.kind,
            self._source(asked),
            data,
            results,
            is_lax=lax,
            needs_network=service,
            regimes=frozenset(self._regimes(action)),
        )

    def _regimes(self, action: Node | None) -> Iterator[str]:
        """Yield the entailment regimes of an action, which are one or a list."""
        for value in self.graph.all(action, f"{SD}entailmentRegime") if isinstance(action, ox.BlankNode) else ():
            for regime in (value,) if isinstance(value, ox.NamedNode) else self.graph.items(value):
                assert isinstance(regime, ox.NamedNode)
                yield regime.value.rpartition("/")[2]

    def _source(self, node: Node | None, graph: str | None = None) -> Source | None:
        if not isinstance(node, ox.NamedNode):
            return None
        return Source(_path(self.suite, node.value), node.value, graph)

    def _sources(self, nodes: list[Node | None]) -> tuple[Source, ...]:
        return tuple(source for node in nodes if (source := self._source(node)) is not None)

    def _data(self, node: Node | None) -> Iterator[Source]:
        """Yield the files of a dataset, which two vocabularies describe."""
        if node is None:
            return
        graph = self.graph
        for vocabulary in (QT, UT):
            yield from self._sources(list(graph.all(node, f"{vocabulary}data")))
            for entry in graph.all(node, f"{vocabulary}graphData"):
                file = entry
                for name in (f"{QT}graph", f"{UT}graph", f"{UT}data"):
                    file = (graph.one(entry, name) if isinstance(entry, ox.BlankNode) else None) or file
                label = graph.text(entry, f"{RDFS}label")
                assert isinstance(file, ox.NamedNode)
                source = self._source(file, label or file.value)
                assert source is not None
                yield source

    def _exchanges(self, action: Node | None) -> Iterator[Exchange]:
        graph = self.graph
        for request in graph.items(graph.one(action, f"{HT}requests")):
            response = graph.one(request, f"{HT}resp")
            body, answer = graph.one(request, f"{HT}body"), graph.one(response, f"{HT}body")
            boolean = graph.text(response, f"{MF}expectedBoolean")
            encoding = graph.text(body, f"{CNT}characterEncoding") or "UTF-8"
            statuses = (n.value for n in graph.all(response, f"{MF}expectedStatus") if isinstance(n, ox.NamedNode))
            yield Exchange(
                graph.text(request, f"{HT}methodName"),
                graph.text(request, f"{HT}absolutePath"),
                self._headers(request),
                None if body is None else graph.text(body, f"{CNT}chars").encode(encoding),
                tuple(sorted(status.removeprefix(_STATUS) for status in statuses)),
                format=graph.text(response, f"{MF}expectedFormat"),
                boolean=boolean == "true" if boolean else None,
                content_type=self._headers(response).get("content-type", ""),
                content=graph.text(answer, f"{CNT}chars"),
                has_location=graph.one(response, f"{MF}expectedLocation") is not None,
            )

    def _headers(self, node: Node | None) -> dict[str, str]:
        graph = self.graph
        items = graph.items(graph.one(node, f"{HT}headers"))
        return {graph.text(n, f"{HT}fieldName").lower(): graph.text(n, f"{HT}fieldValue") for n in items}
