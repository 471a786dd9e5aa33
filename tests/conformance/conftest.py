"""Servers of an empty store, one that infers and one that does not."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.conformance.running import Server
from tests.conformance.serving import scratch_server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a server of an empty store."""
    with scratch_server() as (url, token), httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        yield Server(url, client)


@pytest.fixture(scope="module")
def inferring() -> Iterator[Server]:
    """Return a server of an empty store whose queries see what follows under RDFS."""
    served = scratch_server("--entailment", "rdfs")
    with served as (url, token), httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        yield Server(url, client)
