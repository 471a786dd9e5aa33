"""Front, publisher and state chain are killed at random moments; the model remembers what was acknowledged.

`CHAOS_CYCLES=1000` is the goal; a few cycles run with every change.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from egov_kg import iri, pipeline, store
from egov_kg.store.changes import CHANGES, ChangeLog
from egov_kg.store.tokens import new_token

CYCLES: Final = int(os.environ.get("CHAOS_CYCLES", "3"))
PATIENCE: Final = 180.0
LONGEST: Final = 2.5
"""Seconds until something is killed."""

TEXT: Final = """# Digital administration in Korea

President Kim Dae-jung headed the Kim Dae-jung administration.
"""
GRAPH: Final = iri.graph_iri("background/curated")


class World:
    """A folder of releases, a server of it that dies now and then, and what it has promised.

    Attributes:
        promised: The name of each law whose change was acknowledged, by the number that it was given.
        tried: The names of all laws that were sent.
        kept: What the log holds.
    """

    def __init__(self, folder: Path) -> None:
        (folder / "korea.md").write_text(TEXT, encoding="utf-8")
        self.out, self.tokens = folder / "out", folder / "tokens.json"
        pipeline.build([folder / "korea.md"], out=self.out, cached=False)
        self.secret, _ = new_token(self.tokens, ["update"], days=None)
        self.promised: dict[int, str] = {}
        self.tried: set[str] = set()
        self.kept: dict[int, str] = {}
        self._server: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        """Start the server unless it runs."""
        if self._server is not None and self._server.poll() is None:
            return
        self.stop()
        command = [sys.executable, "-m", "egov_kg", "serve", "--updates", "--from", str(self.out), "--port", "0"]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("EGOVKG_")}
        self._server = subprocess.Popen(
            [*command, "--token-file", str(self.tokens)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self.out.parent,
            env={**environment, "EGOVKG_PUBLISH_SECONDS": "0.05"},
        )
        assert self._server.stdout is not None
        self.url = self._server.stdout.readline().strip()
        assert self.url, "the server did not start again by itself"

    def stop(self) -> None:
        """End the server, if there is one."""
        if self._server is not None:
            with contextlib.suppress(ProcessLookupError):
                self._server.terminate()
            self._server.wait(60)
            assert self._server.stdout is not None
            self._server.stdout.close()
            self._server = None

    def client(self) -> httpx.Client:
        """Return a client that may write."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.secret}"}, timeout=60)

    def write(self, client: httpx.Client) -> None:
        """Send a change, and remember what is promised."""
        name = f"act-{len(self.tried)}"
        self.tried.add(name)
        thing = iri.thing_iri(f"law/kr/{name}")
        text = (
            "PREFIX egov: <https://w3id.org/egov-kg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
            f'INSERT DATA {{ GRAPH <{GRAPH}> {{ <{thing}> a egov:Law ; skos:prefLabel "{name}"@en }} }}'
        )
        answer = client.post("sparql", content=text, headers={"Content-Type": "application/sparql-update"})
        if answer.status_code in {200, 202}:
            self.promised[answer.json()["number"]] = name
        else:
            assert answer.status_code in {503, 429}, answer.text

    def kill(self, target: str) -> bool:
        """Kill what is wanted with -9; return whether there was such a process."""
        wanted = {"front": "egov_kg serve", "publisher": "egov_kg publish", "chain": "egov_kg.sparql.holder"}[target]
        victims = [pid for pid, words in _processes() if wanted in words and str(self.out) in words]
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(victims)

    def check(self) -> None:
        """Compare the disk with what was promised: nothing is missing, nothing was made up, what is seen is whole."""
        log = ChangeLog(self.out / CHANGES)
        for change in log.read(after=max(self.kept, default=0)):
            (self.kept[change.number],) = (line.split('"')[1] for line in change.added if "prefLabel" in line)
        lost = {number: name for number, name in self.promised.items() if self.kept.get(number) != name}
        assert lost == {}
        assert set(self.kept.values()) <= self.tried
        assert store.open_release(self.out).manifest.mark <= max(self.kept, default=0)


def _processes() -> Iterator[tuple[int, str]]:
    """Yield the processes of this machine, each with its command line."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield int(place.name), (place / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a world; its server ends with the test."""
    world = World(tmp_path)
    yield world
    world.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
class TestKills:
    def test_lose_nothing_that_was_acknowledged(self, world: World) -> None:
        """After each kill -9 the log is whole and holds every promise; in the end every promise is in a release."""
        draw = random.Random()
        killed: Counter[str] = Counter()
        for cycle in range(CYCLES):
            target = ("front", "publisher", "chain")[cycle % 3]
            world.start()
            stop = threading.Event()
            writer = threading.Thread(target=self.write_until, args=(world, stop))
            writer.start()
            time.sleep(draw.uniform(0.0, LONGEST))
            hit = world.kill(target)
            until = time.monotonic() + LONGEST
            while not hit and time.monotonic() < until:  # a publisher comes and goes
                time.sleep(0.01)
                hit = world.kill(target)
            killed[target] += hit
            if target == "chain":
                time.sleep(0.3)  # the next writes must get a new one
            stop.set()
            writer.join(90)
            world.check()

        world.start()
        self.must_be_published(world)
        print(f"{dict(killed)} kills, {len(world.promised)} promises of {len(world.tried)} changes")  # noqa: T201

    def write_until(self, world: World, stop: threading.Event) -> None:
        """Write one change after the other."""
        with world.client() as client:
            while not stop.is_set():
                with contextlib.suppress(httpx.TransportError):
                    world.write(client)
                stop.wait(0.1)

    def must_be_published(self, world: World) -> None:
        """Wait until the server has published everything, and compare it with the promises."""
        last = ChangeLog(world.out / CHANGES).head()[0]
        until = time.monotonic() + PATIENCE
        while store.open_release(world.out).manifest.mark < last:
            assert time.monotonic() < until, "what was accepted is not published"
            time.sleep(0.2)
        release = store.open_release(world.out, deep=True)
        rows = release.select("SELECT ?name { ?law a egov:Law ; skos:prefLabel ?name }")
        assert set(world.promised.values()) <= {row["name"] for row in rows}
        assert ChangeLog(world.out / CHANGES).rejected() == frozenset()
        for name in store.list_releases(world.out):
            store.open_release(world.out / store.RELEASES / name, deep=True)
