"""A small store on disk as a release has it, a listener that nobody may call, and a pool over the store."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from egov_kg import iri
from egov_kg.rdf.canonical import to_nquads
from egov_kg.store import write_store
from tests.sparql import stores

LAWS = 300
"""How many laws the small graph holds."""


def law(number: int) -> NamedNode:
    """Return one of the laws."""
    return NamedNode(iri.thing_iri(f"law/kr/law-{number}"))


def quads() -> list[Quad]:
    """Return laws with names; each amends the next, so that paths are long; one document states it all."""
    document = NamedNode(iri.graph_iri("document/int/laws"))
    label, amends = NamedNode(iri.expand("skos:prefLabel")), NamedNode(iri.expand("egov:amends"))
    made = []
    for graph in (DefaultGraph(), document):
        for number in range(LAWS):
            made.append(Quad(law(number), label, Literal(f"Law {number}", language="en"), graph))
            made.append(Quad(law(number), amends, law((number + 1) % LAWS), graph))
    return made


@pytest.fixture(scope="session")
def small_store() -> Store:
    """The small graph in memory."""
    store = Store()
    store.extend(quads())
    return store


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small graph as the store of a release."""
    folder = tmp_path_factory.mktemp("release")
    write_store(quads(), folder / "store")
    return folder


@pytest.fixture(scope="session")
def held_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small graph as the store of a release and as its quads, so that it can be held in memory."""
    folder = tmp_path_factory.mktemp("held")
    write_store(quads(), folder / "store")
    (folder / "egov.nq").write_bytes(to_nquads(quads()))
    return folder


class Canary:
    """A listener on 127.0.0.1 that counts who calls it.

    Attributes:
        url: Its address.
        calls: How many connections it has seen.
    """

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.calls = 0
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/"

    def listen(self) -> None:
        """Count calls until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.calls += 1
                connection.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    """A listener that must not be called."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        canary = Canary(listening)
        threading.Thread(target=canary.listen, daemon=True).start()
        yield canary
        listening.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="session")
def oxigraph_store() -> Iterator[stores.Store]:
    """An Oxigraph server, one for all tests; each publishes into it what it needs."""
    with stores.oxigraph() as running:
        yield running


@pytest.fixture(scope="session")
def virtuoso_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stores.Store]:
    """Debian's Virtuoso, one for all tests; each publishes into it what it needs."""
    with stores.virtuoso(tmp_path_factory.mktemp("virtuoso")) as running:
        yield running
