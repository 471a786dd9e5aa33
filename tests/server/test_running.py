"""The server as a process: where it listens, and what it says if it cannot."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from egov_kg.config import Config
from egov_kg.errors import ConfigurationError, ReleaseNotFound
from egov_kg.server import create_app, run
from egov_kg.server.running import _listen
from tests.server.conftest import publish


def test_small_answers_are_sent_at_once() -> None:
    """Asyncio switches Nagle's algorithm off only where the socket names its protocol."""
    with _listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """With what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ConfigurationError, match=f"{port}: .*--port"):
            run(Config(port=port), tmp_path)


def test_a_host_that_is_not_ours_is_named(tmp_path: Path) -> None:
    """Not a traceback."""
    with pytest.raises(ConfigurationError, match="cannot listen at"):
        run(Config(host="203.0.113.1", port=0), tmp_path)


def test_a_folder_without_release_is_named(tmp_path: Path) -> None:
    """Before anything listens or starts."""
    with pytest.raises(ReleaseNotFound, match="egov-kg build"):
        create_app(Config(), tmp_path)


@pytest.mark.parametrize(
    ("config", "url"),
    [
        (Config(port=8000), "http://127.0.0.1:8000/"),
        (Config(host="0.0.0.0", port=8000), "http://127.0.0.1:8000/"),
        (Config(host="::1", port=8000), "http://[::1]:8000/"),
        (Config(public_url="https://kg.example.org"), "https://kg.example.org/"),
    ],
)
def test_the_address_comes_from_the_configuration(tmp_path: Path, config: Config, url: str) -> None:
    """Never from what a client says of it."""
    publish(tmp_path)

    assert create_app(config, tmp_path).state.serving.now.site.public_url == url
