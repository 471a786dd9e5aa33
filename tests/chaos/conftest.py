"""The server under attack: a small release, a deadline of 2 s, and canaries that must stay silent in every test."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.chaos.attacking import client_of
from tests.chaos.canaries import Canaries, canaries_in
from tests.server.conftest import Server, publish, start, stop


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a deadline of 2 s and results of at most 1 MiB."""
    out = tmp_path_factory.mktemp("attacked")
    running = start(out, publish(out).id)
    yield running
    stop(running)


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of the server that follows no redirect."""
    with client_of(server) as client:
        yield client


@pytest.fixture(scope="session")
def all_canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canaries]:
    """An address that nobody may call and a file that nobody may open."""
    with canaries_in(tmp_path_factory.mktemp("canaries")) as canaries:
        yield canaries


@pytest.fixture(autouse=True)
def canaries(all_canaries: Canaries) -> Iterator[Canaries]:
    """The canaries; whatever a test does, nobody has called and nobody has opened the file when it ends."""
    yield all_canaries
    assert all_canaries.heard() == ([], 0)
