"""A scratch store whose processes are killed at any moment loses nothing that it has acknowledged.

``CHAOS_CYCLES`` says how many cycles; a thousand of them are for the night.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from egov_kg.store.tokens import new_token
from tests.conformance.serving import start_scratch

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")

CYCLES = int(os.environ.get("CHAOS_CYCLES", "2"))
UPDATE = {"Content-Type": "application/sparql-update"}


def holders(folder: Path) -> list[int]:
    """Return the processes that hold a state of a folder, or make a change of it."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_bytes().split(b"\0")
            if b"egov_kg.sparql.holder" in words and os.fsencode(folder) in words:
                found.append(int(place.name))
    return sorted(found)


class Writer(threading.Thread):
    """Writes one number after another, and keeps those that were acknowledged and those that may be there."""

    def __init__(self, url: str, token: str, first: int) -> None:
        super().__init__()
        self.url, self.token, self.next = url, token, first
        self.acknowledged: list[int] = []
        self.attempted: list[int] = []
        self.is_over = threading.Event()

    def run(self) -> None:
        """Write until it is over."""
        with httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=30) as client:
            while not self.is_over.is_set():
                self.next += 1
                text = f"INSERT DATA {{ <a:s> <a:first> {self.next} }} ; INSERT DATA {{ <a:s> <a:second> {self.next} }}"
                self.attempted.append(self.next)
                with contextlib.suppress(httpx.HTTPError):
                    if client.post("sparql", content=text, headers=UPDATE).status_code == 204:
                        self.acknowledged.append(self.next)


def stored(url: str, name: str) -> set[int]:
    """Return the numbers that a store holds."""
    answer = httpx.get(f"{url}sparql", params={"query": f"SELECT ?o {{ <a:s> <a:{name}> ?o }}", "format": "csv"})
    assert answer.status_code == 200
    return {int(line) for line in answer.text.split()[1:]}


def stop(process: subprocess.Popen[str]) -> None:
    """Kill a server, and wait for it."""
    process.kill()
    process.communicate()


@pytest.mark.parametrize("victim", ["server", "holder", "change"])
def test_what_was_acknowledged_is_there_after_a_kill(
    tmp_path: Path, victim: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is killed with -9, at a random moment: no acknowledged change is lost, and none is there by half."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    tokens, folder = tmp_path / "tokens.json", tmp_path / "store"
    token, _ = new_token(tokens, ["update"], days=None)
    chance = random.Random(2026)
    acknowledged: set[int] = set()
    attempted: set[int] = set()
    process, url = start_scratch(tokens, "--out", str(folder))
    try:
        for _ in range(CYCLES):
            writer = Writer(url, token, max(attempted, default=0))
            writer.start()
            until = time.monotonic() + 60
            while not writer.acknowledged and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(chance.uniform(0.0, 0.3))
            if victim == "server":
                stop(process)
            else:
                with contextlib.suppress(ProcessLookupError, IndexError):
                    os.kill(holders(folder)[0 if victim == "holder" else -1], signal.SIGKILL)
                time.sleep(chance.uniform(0.05, 0.2))
            writer.is_over.set()
            writer.join()
            acknowledged |= set(writer.acknowledged)
            attempted |= set(writer.attempted)
            if victim == "server":
                process, url = start_scratch(tokens, "--out", str(folder))

            first, second = stored(url, "first"), stored(url, "second")

            assert acknowledged <= first <= attempted
            assert first == second
    finally:
        stop(process)
    assert acknowledged
    assert list(temporary.iterdir()) == []


def test_no_process_outlives_a_server_that_is_killed(tmp_path: Path) -> None:
    """The processes of its states end with the connection to it."""
    tokens, folder = tmp_path / "tokens.json", tmp_path / "store"
    token, _ = new_token(tokens, ["update"], days=None)
    process, url = start_scratch(tokens, "--out", str(folder))
    writer = Writer(url, token, 0)
    writer.start()
    while not writer.acknowledged:
        time.sleep(0.01)

    stop(process)
    writer.is_over.set()
    writer.join()

    end = time.monotonic() + 20
    while holders(folder) and time.monotonic() < end:
        time.sleep(0.05)
    assert holders(folder) == []
