"""A server that is the first process, as in a container: it leaves no dead processes, and ends when it is told to."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import Server, publish
from tests.server.test_lifetime import descendants, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces of Linux")

_SERVE = """
import sys
from pathlib import Path
from egov_kg.config import Config
from egov_kg.server import run

run(Config(port=0), Path(sys.argv[1]), on_ready=lambda url: print(url, flush=True))
"""


@pytest.fixture
def contained(tmp_path: Path) -> Iterator[tuple[Server, int]]:
    """A server in a namespace of processes, and the number under which we see the first of them."""
    release = publish(tmp_path)
    words = ["unshare", "--pid", "--fork", "--kill-child", sys.executable, "-c", _SERVE, str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run(["unshare", "--pid", "--fork", "true"], check=False).returncode:
        pytest.skip("this system makes no namespaces for us")
    server = Server(tmp_path, release.id, subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
    (first,) = (
        int(word) for word in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    )
    yield server, first
    server.process.kill()
    server.process.wait()
    assert server.process.stdout is not None
    server.process.stdout.close()


def dead(first: int) -> list[int]:
    """Return the processes below one that have ended, and of which nobody has taken notice."""
    states = {}
    for pid in descendants(first):
        with contextlib.suppress(OSError):
            states[pid] = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return [pid for pid, state in states.items() if state == "Z"]


def test_takes_notice_of_who_has_lost_a_parent(contained: tuple[Server, int]) -> None:
    """Query processes whose zygote was killed are gone, and others have taken their place."""
    server, first = contained
    before = descendants(first)
    for pid in before:
        if b"egov_kg.sparql.zygote" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    until(lambda: httpx.get(f"{server.url}readyz", trust_env=False, timeout=30).status_code == 200)
    until(lambda: len(descendants(first) - before) >= 3)

    until(lambda: dead(first) == [])


def test_ends_as_the_server_does(contained: tuple[Server, int]) -> None:
    """At SIGTERM, with status 0."""
    server, first = contained
    os.kill(first, signal.SIGTERM)

    assert server.process.wait(30) == 0
