"""A server whose limits are soon reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.conftest import Server, publish, start, stop


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with results of at most 64 KiB."""
    out = tmp_path_factory.mktemp("forged")
    running = start(out, publish(out).id, result_bytes=1 << 16)
    yield running
    stop(running)
