"""A release put into a store elsewhere: beside what is there, checked, and then changed over by one request.

What readers of that store see is the old release until the last request, and the new one after it. The request is one
transaction where the store has transactions (Oxigraph); where it has not (Virtuoso commits graph by graph) the mark
that says which release is there goes first and comes back last, so that our server, which looks at the mark with each
query, answers with an error in between and never from both.

The graphs of the release keep their names. The default graph becomes a named graph, because not every store has one of
its own (`egov_kg.sparql.remote.default_graph`). Nothing outside of our graphs is touched.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx

from egov_kg import __version__, iri
from egov_kg.config import Config, engine_secret
from egov_kg.errors import ConfigurationError, StoreUnavailable
from egov_kg.sparql.remote import credentials, default_graph, mark_query
from egov_kg.store import QUADS, Release

__all__ = ["Published", "publish_into_store"]

_CHUNK_BYTES: Final = 4 << 20
_MOST_BYTES: Final = 256 << 20
_CHUNK_LINES: Final = 200
"""How many triples an INSERT DATA has: Virtuoso compiles each as a program."""
_SECONDS: Final = 600.0
_MARK: Final = iri.expand("dcterms:identifier")
_PART: Final = iri.expand("dcterms:hasPart")


@dataclass(frozen=True, slots=True)
class Published:
    """What was done.

    Attributes:
        store: The store: host and port.
        release: The id of the release.
        graphs: How many triples each graph of the store holds now, by its IRI.
        is_new: Whether anything had to be done: a store that holds the release already is left alone.
    """

    store: str
    release: str
    graphs: Mapping[str, int]
    is_new: bool


def publish_into_store(release: Release, config: Config, tell: Callable[[str], None] | None = None) -> Published:
    """Make a store hold a release, wholly or not at all.

    Args:
        release: Of which release.
        config: ``engine_url`` is set; ``engine_update_url`` and ``engine_graph_store_url`` say where to write.
        tell: Gets a line on each step.

    Returns:
        What the store holds, counted there afterwards.

    Raises:
        ConfigurationError: If no store is configured, or not how to write into it.
        StoreUnavailable: If the store refuses or fails, or holds something else afterwards. The release that was there
            before is there still, unless the message says otherwise.
    """
    if not config.engine_url:
        raise ConfigurationError("there is no store to write into: set engine_url, or [engine] url in egov-kg.toml")
    with _Store(config) as store:
        return _Publication(store, release, config, tell or (lambda _: None)).run()


class _Publication:
    """One release on its way into one store."""

    def __init__(self, store: _Store, release: Release, config: Config, tell: Callable[[str], None]) -> None:
        self._store, self._release, self._tell = store, release, tell
        self._base = release.base
        self._default = default_graph(config, release.base)
        self._published = iri.graph_iri("published", release.base)
        self._staging = iri.graph_iri("staging", release.base)
        self._nonce = secrets.token_hex(8)

    def run(self) -> Published:
        counts = self._counts()
        self._remove_staged()
        mark = self._mark()
        if mark.partition("/")[0] == self._release.id and self._found(counts) == counts:
            return Published(self._store.name, self._release.id, counts, is_new=False)
        staged = {graph: f"{self._staging}/{self._nonce}/{n}" for n, graph in enumerate(counts)}
        self._store.update(_insert(self._staging, [(self._staging, _PART, f"<{one}>") for one in staged.values()]))
        self._load(staged)
        found = {graph: self._count(place) for graph, place in staged.items()}
        if found != counts:
            self._remove_staged()
            raise StoreUnavailable(self._store.name, f"it took in something else: {_difference(counts, found)}")
        self._tell(f"{sum(counts.values())} triples in {len(counts)} graphs stand beside the old ones")
        try:
            self._change_over(staged)
        except StoreUnavailable as error:
            if self._mark() == mark:
                raise
            raise StoreUnavailable(
                self._store.name, f"{error.reason}. It may hold a part of the release; publish again", kind=error.kind
            ) from error
        found = self._found(counts)
        if found != counts or self._mark() != self._new_mark:
            self._store.update(f"DROP SILENT GRAPH <{self._published}>")
            raise StoreUnavailable(
                self._store.name,
                f"the change was not complete: {_difference(counts, found)}. It is marked as holding no release; "
                "publish again",
            )
        return Published(self._store.name, self._release.id, counts, is_new=True)

    @property
    def _new_mark(self) -> str:
        return f"{self._release.id}/{self._nonce}"

    def _counts(self) -> dict[str, int]:
        """Return how many triples each graph of the store is to hold."""
        counted: Counter[str] = Counter()
        for graph, _ in self._lines():
            counted[graph] += 1
        return dict(sorted(counted.items()))

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Yield the graph of each quad, and its triple as a line of N-Triples, in the order of the release."""
        with self._release.file(QUADS).open(encoding="utf-8", newline="\n") as file:
            for line in file:
                triple, graph = _split(line)
                yield graph or self._default, triple

    def _load(self, staged: Mapping[str, str]) -> None:
        """Write the triples into the new graphs: a part of a graph whenever there is enough of it."""
        parts: dict[str, list[str]] = {}
        sizes: Counter[str] = Counter()
        for graph, line in self._lines():
            parts.setdefault(graph, []).append(line)
            sizes[graph] += len(line)
            if sizes[graph] >= _CHUNK_BYTES or sizes.total() >= _MOST_BYTES:
                fullest = max(sizes, key=sizes.__getitem__)
                self._store.load(staged[fullest], parts.pop(fullest))
                del sizes[fullest]
        for graph, lines in parts.items():
            self._store.load(staged[graph], lines)

    def _mark(self) -> str:
        rows = self._store.select(mark_query(self._base))
        return rows[0]["mark"] if len(rows) == 1 else ""

    def _found(self, counts: Mapping[str, int]) -> dict[str, int]:
        return {graph: self._count(graph) for graph in counts}

    def _count(self, graph: str) -> int:
        return int(self._store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")[0]["n"])

    def _parts(self, graph: str) -> list[str]:
        """Return the graphs that a list of ours in the store names; nothing outside of our base is believed."""
        rows = self._store.select(f"SELECT ?part WHERE {{ GRAPH <{graph}> {{ <{graph}> <{_PART}> ?part }} }}")
        ours = (iri.graph_iri("", self._base), self._default)
        return sorted(row["part"] for row in rows if row["part"].startswith(ours) and _IRI.isdisjoint(row["part"]))

    def _remove_staged(self) -> None:
        """Remove what an earlier publication left that did not come to its end."""
        drops = [f"DROP SILENT GRAPH <{graph}>" for graph in self._parts(self._staging)]
        if drops:
            self._store.update(" ;\n".join([*drops, f"DROP SILENT GRAPH <{self._staging}>"]))

    def _change_over(self, staged: Mapping[str, str]) -> None:
        """Let the new graphs take the place of the old ones, by one request."""
        gone = [graph for graph in self._parts(self._published) if graph not in staged]
        told = [(self._published, _MARK, f'"{self._new_mark}"')]
        told += [(self._published, _PART, f"<{graph}>") for graph in staged]
        self._store.update(
            " ;\n".join(
                [
                    f"DROP SILENT GRAPH <{self._published}>",
                    *(f"DROP SILENT GRAPH <{graph}>" for graph in gone),
                    *(f"MOVE GRAPH <{place}> TO GRAPH <{graph}>" for graph, place in staged.items()),
                    f"DROP SILENT GRAPH <{self._staging}>",
                    _insert(self._published, told),
                ]
            )
        )


_IRI: Final = frozenset('<>"{}|\\^` ')


def _split(line: str) -> tuple[str, str]:
    """Return the triple of a line of canonical N-Quads, as a line, and the IRI of its graph or an empty text.

    Example:
        >>> _split('<x:s> <x:p> "a > <b" <x:g> .')
        ('<x:s> <x:p> "a > <b" .', 'x:g')
        >>> _split('<x:s> <x:p> "a"^^<x:t> .')
        ('<x:s> <x:p> "a"^^<x:t> .', '')
        >>> _split("<x:s> <x:p> <x:o> .")
        ('<x:s> <x:p> <x:o> .', '')
    """
    body = line.rstrip().removesuffix(".").rstrip()
    subject, predicate, rest = body.split(" ", 2)
    if rest.startswith("<"):
        value, _, graph = rest.partition(" ")
    else:
        end = rest.rindex('"') + 1
        tail, _, graph = rest[end:].partition(" ")
        value = rest[:end] + tail
    return f"{subject} {predicate} {value} .", graph[1:-1]


def _insert(graph: str, triples: Sequence[tuple[str, str, str]]) -> str:
    lines = " ".join(f"<{s}> <{p}> {o} ." for s, p, o in triples)
    return f"INSERT DATA {{ GRAPH <{graph}> {{ {lines} }} }}"


def _difference(wanted: Mapping[str, int], found: Mapping[str, int]) -> str:
    graph = next((graph for graph in wanted if wanted[graph] != found.get(graph)), "")
    return (
        f"<{graph}> has {found.get(graph, 0)} triples instead of {wanted[graph]}"
        if graph
        else "its mark is another one"
    )


class _Store:
    """A SPARQL store that can be written into."""

    def __init__(self, config: Config) -> None:
        self.name = urlsplit(config.engine_url).netloc
        self._url = config.engine_url
        self._update_url = config.engine_update_url or config.engine_url
        self._graphs_url = config.engine_graph_store_url
        headers = {"User-Agent": f"egov-kg/{__version__} (publishing)"}
        auth: httpx.Auth | None = None
        match credentials(config, engine_secret()):
            case {"kind": "basic", "user": user, "secret": secret}:
                auth = httpx.BasicAuth(user, secret)
            case {"kind": "digest", "user": user, "secret": secret}:
                auth = httpx.DigestAuth(user, secret)
            case {"kind": "bearer", "secret": secret}:
                headers["Authorization"] = f"Bearer {secret}"
        self._client = httpx.Client(
            headers=headers,
            auth=auth,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(_SECONDS, connect=10),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def select(self, text: str) -> list[dict[str, str]]:
        """Return the rows of a small SELECT as texts."""
        headers = {"Accept": "application/sparql-results+json"}
        response = self._sent("POST", self._url, data={"query": text}, headers=headers)
        try:
            bindings = json.loads(response.content)["results"]["bindings"]
            return [{name: str(term["value"]) for name, term in row.items()} for row in bindings]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise StoreUnavailable(self.name, "its answer is no table", kind="format") from error

    def update(self, text: str) -> None:
        """Run an update."""
        self._sent("POST", self._update_url, data={"update": text})

    def load(self, graph: str, lines: Sequence[str]) -> None:
        """Add triples to a graph: by the Graph Store Protocol, or else, slower, by updates."""
        if self._graphs_url:
            content = "\n".join([*lines, ""]).encode()
            headers = {"Content-Type": "application/n-triples"}
            self._sent("POST", self._graphs_url, params={"graph": graph}, content=content, headers=headers)
            return
        for at in range(0, len(lines), _CHUNK_LINES):
            self.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {' '.join(lines[at : at + _CHUNK_LINES])} }} }}")

    def _sent(self, method: str, url: str, **more: Any) -> httpx.Response:
        try:
            response = self._client.request(method, url, **more)
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise StoreUnavailable(self.name, f"the connection failed ({type(error).__name__})") from error
        if response.status_code in {401, 403}:
            raise StoreUnavailable(
                self.name,
                f"it refused us (status {response.status_code}); see engine_auth, engine_user and EGOVKG_ENGINE_SECRET",
                kind="credentials",
            )
        if not response.is_success:
            what = "; see engine_update_url and engine_graph_store_url" if response.status_code in {404, 405} else ""
            raise StoreUnavailable(self.name, f"{method} {urlsplit(url).path} got status {response.status_code}{what}")
        return response
