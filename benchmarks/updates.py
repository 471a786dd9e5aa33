"""How long a change of a scratch store takes until it is kept and until a query has seen it, beside another server.

    python benchmarks/updates.py [--triples 1000 100000 1000000] [--changes 200] [--folder DIR]

Each store is filled first. Then one triple is inserted at a time, by one client over one connection, and asked for
at once; the systems take turns, one change each. ``update`` is the time to the answer of the update: ours has written
the change and synced it by then, ``oxigraph serve`` (PyPI, in memory) keeps nothing. ``seen`` is the time from the
beginning of the update to the answer of the query. Numbers say little, ratios do. ``--folder`` names the disk that
keeps our changes, on which an empty file is created and synced as often, to tell how much of it is the disk.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.endpoint import graph
from egov_kg.store.durable import create_file
from egov_kg.store.tokens import new_token

_FEW: Final = 100_000
_START_SECONDS: Final = 60


@dataclass(slots=True)
class System:
    """Something that takes updates.

    Attributes:
        name: What it is called in the table.
        connection: To it.
        update_path, query_path: Where updates and queries go.
        headers: Of each update.
        update, seen: Milliseconds of each change.
    """

    name: str
    connection: http.client.HTTPConnection
    update_path: str
    query_path: str
    headers: dict[str, str]
    update: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)

    def ask(self, path: str, body: str, headers: dict[str, str]) -> bytes:
        """Return the body of an answer that is none of an error."""
        self.connection.request("POST", path, body.encode(), headers)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{self.name} answered {answer.status}: {data[:300].decode('utf-8', 'replace')}")
        return data

    def change(self, number: int) -> None:
        """Insert a triple and ask for it."""
        triple = f"<http://example.org/load/new{number}> <http://example.org/load/year> {number}"
        began = time.perf_counter()
        kind = {"Content-Type": "application/sparql-update", **self.headers}
        self.ask(self.update_path, f"INSERT DATA {{ {triple} }}", kind)
        self.update.append(1000 * (time.perf_counter() - began))
        kind = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
        if b"true" not in self.ask(self.query_path, f"ASK {{ {triple} }}", kind):
            raise SystemExit(f"{self.name} does not see its own change")
        self.seen.append(1000 * (time.perf_counter() - began))


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def running(words: list[str], port: int) -> Iterator[http.client.HTTPConnection]:
    """Run a server, and give a connection to it."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + _START_SECONDS
    try:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            with contextlib.suppress(OSError):
                connection.connect()
                assert connection.sock is not None
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                break
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{' '.join(words[:4])} did not start")
            time.sleep(0.05)
        yield connection
        connection.close()
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def ours(folder: Path) -> Iterator[System]:
    """Run our server of a scratch store that is kept in a folder."""
    secret, _ = new_token(folder / "tokens.json", ("read", "update"), days=None, note="benchmark")
    port = free_port()
    command = ["serve", "--scratch", "--out", str(folder / "store"), "--token-file", str(folder / "tokens.json")]
    with running([sys.executable, "-m", "egov_kg", *command, "--port", str(port)], port) as connection:
        yield System("ours", connection, "/sparql", "/sparql", {"Authorization": f"Bearer {secret}"})


@contextlib.contextmanager
def oxigraph() -> Iterator[System | None]:
    """Run the engine's own server, in memory."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        print("oxigraph is not installed beside this Python: there is nothing to compare with")
        yield None
        return
    port = free_port()
    with running([str(program), "serve", "--bind", f"127.0.0.1:{port}"], port) as connection:
        yield System("oxigraph serve", connection, "/update", "/query", {})


def fill(system: System, triples: str) -> None:
    """Put triples into a store, some at a time."""
    path = "/graph?default" if system.headers else "/store?default"
    lines = triples.splitlines(keepends=True)
    for place in range(0, len(lines), _FEW):
        kind = {"Content-Type": "application/n-triples", **system.headers}
        system.ask(path, "".join(lines[place : place + _FEW]), kind)


def disk(folder: Path, times: int) -> list[float]:
    """Return how long it takes to make a file that outlives a loss of power, in milliseconds."""
    taken = []
    (folder / "disk").mkdir()
    for number in range(times):
        began = time.perf_counter()
        create_file(folder / "disk" / str(number), b"x" * 300)
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def percentile(values: list[float], part: int) -> float:
    """Return a percentile."""
    return statistics.quantiles(values, n=100, method="inclusive")[part - 1]


def measure(count: int, changes: int, folder: Path) -> None:
    """Measure stores of so many triples, and print."""
    triples = graph(count)
    with ours(folder) as mine, oxigraph() as peer:
        systems = [mine] if peer is None else [mine, peer]
        for system in systems:
            fill(system, triples)
        for number in range(changes + 5):
            for system in systems if number % 2 else systems[::-1]:
                system.change(number)
    synced = disk(folder, changes)
    print(f"\n{count:,} triples, {changes} changes; a synced file: p50 {percentile(synced, 50):.2f} ms")
    print(f"{'':16}{'update p50':>12}{'p99':>10}{'seen p50':>12}{'p99':>10}   ms")
    rows = {s.name: [percentile(v[5:], p) for v in (s.update, s.seen) for p in (50, 99)] for s in systems}
    for name, row in rows.items():
        print(f"{name:16}" + "".join(f"{value:{width}.2f}" for value, width in zip(row, (12, 10, 12, 10), strict=True)))
    if peer is not None:
        ratios = [a / b for a, b in zip(rows[mine.name], rows[peer.name], strict=True)]
        print(f"{'ratio':16}" + "".join(f"{r:{width}.1f}" for r, width in zip(ratios, (12, 10, 12, 10), strict=True)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--triples", type=int, nargs="+", default=[1000, 100_000, 1_000_000])
    parser.add_argument("--changes", type=int, default=200, help="of each store")
    parser.add_argument("--folder", type=Path, help="where our changes are kept; the system's for temporary files")
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python", end=" ")
    print(f"{platform.python_version()}, pyoxigraph {version('pyoxigraph')}")
    for count in arguments.triples:
        with tempfile.TemporaryDirectory(prefix="updates-", dir=arguments.folder) as folder:
            measure(count, arguments.changes, Path(folder))


if __name__ == "__main__":
    main()
