"""What several parts of the suite stand on: the shipped data built once, and a server of it on this machine."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

_START_SECONDS = 60

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background by a shell, which lets Ctrl-C pass by; what the tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


if "EGOVKG_LONG" in os.environ:
    # For tests alone; as a setting it would be unknown to every program that they start.
    os.environ["LONG_TESTS"] = os.environ.pop("EGOVKG_LONG")

# Tests time nothing, and machines have other work. The long run alone looks for new examples: elsewhere the same commit
# passes or fails the same way twice.
hypothesis.settings.register_profile("egov-kg", deadline=None, derandomize="LONG_TESTS" not in os.environ)
hypothesis.settings.load_profile("egov-kg")


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs.

    Attributes:
        url: Its address, without a closing slash.
        out: The folder that holds its releases.
    """

    url: str
    out: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of releases that `egov-kg build` makes from the shipped data; made once for all processes of a run."""
    top = tmp_path_factory.getbasetemp()
    top = top.parent if "PYTEST_XDIST_WORKER" in os.environ else top
    out = top / "built"
    with (top / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "current").exists():
            done = subprocess.run(
                [sys.executable, "-m", "egov_kg", "build", "--out", out],
                capture_output=True,
                text=True,
                cwd=top,
                check=False,
            )
            assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def served(built: Path) -> Iterator[Served]:
    """A server of the shipped data, started as people start it, on a free port of 127.0.0.1."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = built.parent / f"served-{port}.log"
    with log.open("w") as sink:
        server = subprocess.Popen(
            [sys.executable, "-m", "egov_kg", "serve", "--from", built, "--port", str(port)],
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=built.parent,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server, log)
        yield Served(url, built)
    finally:
        server.terminate()
        server.wait(20)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            if server.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"the server does not answer: {error}\n{log.read_text()}") from error
            time.sleep(0.1)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long bytes by their place: what a packer makes may hold the time, and all processes name tests alike."""
    return argname if isinstance(val, bytes) and len(val) > 20 else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests that drive a browser come first: they are long, and a run should end with short ones."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)
