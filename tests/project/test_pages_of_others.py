"""What the pages on other endpoints and other stores show is what happens, between real servers on free ports."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.test_documented_examples import FENCE, ROOT, commands
from tests.sparql import stores

PAGES = [ROOT / "docs" / "how-to" / name for name in ("ask-two-data-sets.md", "federate.md", "use-another-store.md")]


class Desk:
    """A folder with a release, a shell in it, and the ports of the page exchanged for free ones."""

    def __init__(self, folder: Path, built: Path) -> None:
        self.folder = folder
        (folder / "build").symlink_to(built)
        tools = folder / "tools"
        tools.mkdir()
        (tools / "egov-kg").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m egov_kg "$@"\n')
        (tools / "egov-kg").chmod(0o755)
        (tools / "oxigraph").symlink_to(stores.oxigraph_command())
        self.ports = {"8000": str(stores.free_port()), "7878": str(stores.free_port())}
        self.environment = {
            **os.environ,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "EGOVKG_PORT": self.ports["8000"],
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def here(self, text: str) -> str:
        """Return a text of the page with the ports of this desk."""
        return re.sub("8000|7878", lambda match: self.ports[match[0]], text)

    def start(self, command: str) -> None:
        """Run a command beside the others, and wait until it listens."""
        port = self.ports["7878" if "7878" in command else "8000"]
        words = ["bash", "-c", f"exec {self.here(command)}"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.running.append(
            subprocess.Popen(words, cwd=self.folder, env=self.environment, start_new_session=True, **quiet)  # type: ignore[call-overload]
        )
        ends = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()
            except OSError:
                assert time.monotonic() < ends
                time.sleep(0.05)
            else:
                return

    def run(self, command: str) -> str:
        """Run a command; return what it prints."""
        words = ["bash", "-o", "pipefail", "-c", self.here(command)]
        done = subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def desk(tmp_path: Path, built: Path) -> Iterator[Desk]:
    """A place to work at, with nothing running yet."""
    desk = Desk(tmp_path, built)
    yield desk
    for process in desk.running:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="the pages use curl and bash")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_happens(page: Path, desk: Desk) -> None:
    """The first configuration of the page is written, and its commands run in their order."""
    blocks = list(FENCE.finditer(page.read_text(encoding="utf-8")))
    configuration = next(block["body"] for block in blocks if block["info"] == "toml")
    (desk.folder / "egov-kg.toml").write_text(desk.here(configuration), encoding="utf-8")
    checker, count = doctest.OutputChecker(), 0

    for block in blocks:
        if block["info"] != "console others":
            continue
        for example in commands(block["body"], 0):
            count += 1
            if example.source.endswith("&"):
                desk.start(example.source.removesuffix("&"))
                continue
            got = desk.run(example.source)
            want = desk.here(example.output or "")
            assert checker.check_output(want, got.rstrip("\n") + "\n" if want else "", doctest.ELLIPSIS), got

    assert count >= 4
