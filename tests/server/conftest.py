"""A small release, made of public functions, and a server of it on a free port of 127.0.0.1."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from egov_kg import dumps, iri, store
from egov_kg.deriving import derive
from egov_kg.rdf.canonical import to_nquads
from egov_kg.rdf.ontology import ontology_quads, ontology_triples
from egov_kg.reconciliation.gathered import SEARCH
from egov_kg.reconciliation.gathering import gathered
from egov_kg.reconciliation.table import write_search

BASE = iri.BASE
LAWS = 300
SECONDS = 2.0
"""The deadline of the server under test."""
RESULT_BYTES = 1 << 20
QUERY_BYTES = 128 << 10

_SERVE = """
import json, sys
from pathlib import Path
from egov_kg.config import Config
from egov_kg.server import connection, run

connection.SECONDS = float(sys.argv[4])
given = {"query_seconds": float(sys.argv[2]), "result_bytes": int(sys.argv[3]), **json.loads(sys.argv[5])}
config = Config(port=0, **given)
run(config, Path(sys.argv[1]), on_ready=lambda url: print(url, flush=True))
"""


def node(name: str) -> NamedNode:
    """Return the node that a CURIE or the path of a thing stands for."""
    return NamedNode(iri.expand(name) if ":" in name else iri.thing_iri(name))


def facts(version: str) -> list[Triple]:
    """Return laws, each of which amends the next one; the name of the first says which version of the graph this is."""
    made = [
        Triple(node("law/kr/act"), node("rdf:type"), node("egov:Law")),
        Triple(node("law/kr/act"), node("skos:prefLabel"), Literal(f"Act {version}", language="en")),
        Triple(node("law/kr/act"), node("skos:prefLabel"), Literal("전자정부법", language="ko")),
        Triple(node("law/kr/act"), node("egov:amends"), node("law/kr/law-0")),
        Triple(node("time/kr/2003..2007"), node("skos:prefLabel"), Literal("2003 to 2007", language="en")),
    ]
    for number in range(LAWS):
        law = node(f"law/kr/law-{number}")
        made.append(Triple(law, node("rdf:type"), node("egov:Law")))
        made.append(Triple(law, node("skos:prefLabel"), Literal(f"Law {number}", language="en")))
        made.append(Triple(law, node("egov:amends"), node(f"law/kr/law-{(number + 1) % LAWS}")))
    return made


def quad(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    """Return a triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def publish(
    out: Path, version: str = "2026.1.0", more: Iterable[Triple] = (), *, beside: Mapping[str, bytes] | None = None
) -> store.Release:
    """Build a release of the small graph and make it the current one.

    Args:
        out: The folder of releases.
        version: Of the data.
        more: Further facts.
        beside: Further files by name.
    """
    asserted = [*facts(version), *more]
    closure = derive(asserted, ontology_triples(), iri.BASE)
    document = NamedNode(iri.graph_iri("document/int/laws"))
    entailed = NamedNode(iri.graph_iri("entailed"))
    quads = [
        *(quad(triple, graph) for triple in asserted for graph in (DefaultGraph(), document)),
        *(quad(triple, graph) for triple in closure.entailed for graph in (DefaultGraph(), entailed)),
        *ontology_quads(),
    ]
    metadata = dumps.Metadata(
        title="small",
        base=BASE,
        version=version,
        issued="2026-01-31",
        licence="https://creativecommons.org/licenses/by/4.0/",
        publisher="tests",
        software="0",
    )
    described = dumps.described(quads, metadata)
    quads += [quad(triple, NamedNode(iri.graph_iri("catalogue"))) for triple in described.triples]
    with store.Staging(out) as staging:
        folder = staging.path
        (folder / store.QUADS).write_bytes(to_nquads(quads))
        files = dumps.write_dumps(quads, folder / "dumps", BASE)
        (folder / "void.ttl").write_bytes(dumps.turtle(described.void, BASE))
        catalogue = {*described.dcat, *dumps.dump_triples(files, metadata)}
        (folder / "catalog.ttl").write_bytes(dumps.turtle(catalogue, BASE))
        write_search(gathered(quads, BASE), folder / SEARCH)
        (folder / "report.json").write_text("{}\n", encoding="utf-8")
        for name, content in (beside or {}).items():
            (folder / name).write_bytes(content)
        store.write_store(quads, folder / store.STORE)
        counts = {"graphs": dumps.graph_counts(quads, BASE), "totals": {}, "classes": {}, "rules": {}}
        head = store.Manifest("small", BASE, version, "2026-01-31", counts=counts)
        return store.publish(staging, head)


class Server:
    """A running server.

    Attributes:
        url: Its address, with the closing slash.
        out: The folder of its releases.
        release: The id of the release that it began with.
        process: The process.
    """

    def __init__(self, out: Path, release: str, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.out, self.release, self.process = out, release, process
        self.url = process.stdout.readline().strip()
        self.port = int(self.url.rstrip("/").rpartition(":")[2] or 0)

    def raw(self, request: bytes, *, close: bool = False) -> bytes:
        """Return what the server sends to a request that is not built by a client library.

        Args:
            request: The bytes; without the closing header ``Connection: close`` the caller must end the connection.
            close: End our side at once.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(request)
            if close:
                connection.shutdown(socket.SHUT_WR)
            parts = []
            while part := connection.recv(1 << 16):
                parts.append(part)
        return b"".join(parts)


def start(
    out: Path,
    release: str,
    *,
    seconds: float = SECONDS,
    patience: float = 20,
    before: Callable[[], object] | None = None,
    **settings: object,
) -> Server:
    """Start a server and wait until it says its address.

    Args:
        out: The folder of its releases.
        release: The id of the release that it begins with.
        seconds: The deadline of a query.
        patience: How many seconds a connection may stall.
        before: Is called in the process of the server before it begins, in a session of its own.
        **settings: Further settings of `egov_kg.config.Config`.
    """
    words = [str(out), str(seconds), str(RESULT_BYTES), str(patience), json.dumps(settings)]
    command = [sys.executable, "-c", _SERVE, *words]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=before is not None,
        preexec_fn=before,  # noqa: PLW1509 - tests have no threads when they start a server
    )
    return Server(out, release, process)


def stop(server: Server) -> None:
    """End a server and wait for it."""
    server.process.terminate()
    server.process.wait(20)
    assert server.process.stdout is not None
    server.process.stdout.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the small release with a deadline of 2 s and results of at most 1 MiB."""
    out = tmp_path_factory.mktemp("out")
    running = start(out, publish(out).id)
    yield running
    stop(running)


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of the server that follows no redirect."""
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        yield client


def slug(response: httpx.Response) -> str:
    """Return the last part of the type of a problem, after checking that the document is complete."""
    assert response.headers["content-type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert problem["status"] == response.status_code
    assert {"type", "title", "detail", "instance", "release"} <= set(problem)
    assert problem["instance"] == f"urn:request:{response.headers['x-request-id']}"
    kind: str = problem["type"]
    assert kind.startswith("https://w3id.org/egov-kg/problem/")
    return kind.rpartition("/")[2]


Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def ask(client: httpx.Client) -> Ask:
    """Send a query by GET; keyword arguments are further parameters, ``accept`` is the header."""

    def send(query: str, *, accept: str = "*/*", **parameters: str) -> httpx.Response:
        return client.get("sparql", params={"query": query, **parameters}, headers={"Accept": accept})

    return send
