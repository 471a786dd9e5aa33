"""Requests a second and latencies of the endpoint, beside those of others, in one run on the same graph.

    python benchmarks/endpoint.py [--seconds 3] [--rounds 3] [--connections 8] [--triples 1000]
                                  [--rdflib-endpoint PYTHON] [--heavy FILE.nt]

Small answers: ASK, one subject, ten rows. Ours is measured as it makes answers (each query is another text), as it
gives those that it has (the same text), as it says 304, with two fronts, and behind nginx with the shipped
configuration; beside it the engine's own server (``oxigraph serve``, PyPI) and rdflib-endpoint, where they are
installed. Systems take turns in each round, and the median of the rounds counts: numbers say little, ratios do. The
load is wrk's where it is installed, else that of a driver of ours, which is slower and shares the processor.

``--heavy`` runs queries that take long over a file of N-Triples, through our server and in this process, and tells how
much memory the front and the query processes take while answers grow.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).parents[1]))

from egov_kg import dumps, iri, store
from egov_kg.rdf.canonical import to_nquads
from tests.deploy.test_nginx import NGINX, configuration

NS: Final = "http://example.org/load/"
JSON: Final = "application/sparql-results+json"
CASES: Final = {
    "ASK": "ASK { ?s ?p ?o }",
    "one subject": f"SELECT ?p ?o WHERE {{ <{NS}item7> ?p ?o }}",
    "ten rows": f"SELECT ?s ?o WHERE {{ ?s <{NS}name> ?o }} LIMIT 10",
}
HEAVY: Final = {
    "classes": "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n)",
    "predicates": "SELECT ?p (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "join": "SELECT (COUNT(*) AS ?n) { ?a a ?c ; a ?d FILTER(?c < ?d) }",
    "sorted": "SELECT ?s ?o { ?s ?p ?o FILTER(isLiteral(?o)) } ORDER BY ?o ?s LIMIT 1000",
    "100,000 rows": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100000",
}
SIZES: Final = (10_000, 50_000, 100_000, 200_000)
LUA: Final = """
local path, text, distinct = [==[%(path)s]==], [==[%(text)s]==], %(distinct)s
wrk.headers["Accept"] = "%(accept)s"
%(headers)s
local number = os.time() %% 100000 * 1000000 + %(seed)d
local fixed
request = function()
  if not distinct then
    fixed = fixed or wrk.format(nil, path .. "?query=" .. text)
    return fixed
  end
  number = number + 1
  return wrk.format(nil, path .. "?query=" .. text .. "%%20%%23" .. number)
end
done = function(s, l, r)
  local e = s.errors
  io.write(string.format("RESULT %%d %%d %%f %%f %%d\\n", s.requests, s.duration, l:percentile(50), l:percentile(99),
    e.status + e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a system did under load: requests a second, milliseconds, answers that were none."""

    rate: float
    p50: float
    p99: float
    errors: int


@dataclass(frozen=True, slots=True)
class System:
    """Something that answers.

    Attributes:
        name: What it is called in the table.
        url: Of its SPARQL endpoint.
        distinct: Whether each query is another text.
        tag: Whether it is asked with the tag that it gave.
    """

    name: str
    url: str
    distinct: bool = False
    tag: bool = False


def graph(count: int) -> str:
    """Return a made-up graph of so many triples as N-Triples."""
    rows = []
    for number in range(max(1, count // 4)):
        item = f"<{NS}item{number}>"
        rows += [
            f"{item} <{iri.expand('rdf:type')}> <{NS}Class{number % 7}> .",
            f'{item} <{NS}name> "Item number {number}"@en .',
            f'{item} <{NS}year> "{1990 + number % 35}"^^<{iri.expand("xsd:integer")}> .',
            f"{item} <{NS}partOf> <{NS}item{number // 3}> .",
        ]
    return "\n".join(rows[:count]) + "\n"


def publish(out: Path, triples: Path) -> None:
    """Make a release of a file of N-Triples, all in the default graph."""
    quads = list(ox.parse(path=str(triples), format=ox.RdfFormat.N_TRIPLES))
    metadata = dumps.Metadata(
        title="load",
        base=iri.BASE,
        version="2026.1.0",
        issued="2026-01-31",
        licence="https://creativecommons.org/licenses/by/4.0/",
        publisher="benchmarks",
        software="0",
    )
    described = dumps.catalogue_triples(quads[:1000], metadata)
    with store.Staging(out) as staging:
        folder = staging.path
        (folder / store.QUADS).write_bytes(to_nquads(quads))
        (folder / "dumps").mkdir()
        for name in ("void", "catalog"):
            (folder / f"{name}.ttl").write_bytes(dumps.turtle(described, iri.BASE))
        (folder / "report.json").write_text("{}\n", encoding="utf-8")
        store.write_store(quads, folder / store.STORE)
        counts = {"graphs": {"default": len(quads)}, "totals": {}, "classes": {}, "rules": {}}
        store.publish(staging, store.Manifest("load", iri.BASE, "2026.1.0", "2026-01-31", counts=counts))


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@contextlib.contextmanager
def running(words: list[str], port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until its port answers and the block ends."""
    process = subprocess.Popen(
        words, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"{' '.join(words[:4])} does not answer") from None
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(60)


@contextlib.contextmanager
def ours(out: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run our server over a folder of releases; give its endpoint."""
    port = free_port()
    words = [sys.executable, "-m", "egov_kg", "serve", "--from", str(out), "--port", str(port)]
    variables = {f"EGOVKG_{name.upper()}": value for name, value in settings.items()}
    with running(words, port, **variables) as process:
        yield f"http://127.0.0.1:{port}/sparql", process


@contextlib.contextmanager
def oxigraph(triples: Path) -> Iterator[str | None]:
    """Run the engine's own server with a file in its default graph."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        print("oxigraph is not installed beside this Python: there is nothing to compare with")
        yield None
        return
    port = free_port()
    with running([str(program), "serve", "--bind", f"127.0.0.1:{port}"], port):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/store?default",
            triples.read_bytes(),
            {"Content-Type": "application/n-triples"},
            method="PUT",
        )
        urllib.request.urlopen(request).close()
        yield f"http://127.0.0.1:{port}/query"


_RDFLIB: Final = """
import sys
import uvicorn
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint
graph = Graph().parse(sys.argv[1], format="nt")
uvicorn.run(SparqlEndpoint(graph=graph), port=int(sys.argv[2]), access_log=False, log_level="error")
"""


@contextlib.contextmanager
def rdflib_endpoint(python: str | None, triples: Path) -> Iterator[str | None]:
    """Run rdflib-endpoint with a Python that has it, and uvicorn."""
    if python is None:
        print("rdflib-endpoint is left out; --rdflib-endpoint takes a Python that has it")
        yield None
        return
    port = free_port()
    with running([python, "-c", _RDFLIB, str(triples), str(port)], port):
        yield f"http://127.0.0.1:{port}/"


@contextlib.contextmanager
def nginx(url: str, folder: Path) -> Iterator[str | None]:
    """Run nginx with the shipped configuration in front of our server."""
    if NGINX is None:
        print("nginx is not installed: ours behind it is left out")
        yield None
        return
    port = free_port()
    folder.mkdir()
    main = configuration(folder, port, urlsplit(url).port or 80)
    text = main.read_text(encoding="utf-8")
    main.write_text(re.sub(r"access_log .*;", "access_log off;", text), encoding="utf-8")
    with running([NGINX, "-p", str(folder), "-c", str(main)], port):
        yield f"http://127.0.0.1:{port}/sparql"


def load(system: System, text: str, *, seconds: int, connections: int, seed: int) -> Measured:
    """Return what a system does under a load of one query."""
    headers = {}
    if system.tag:
        request = urllib.request.Request(f"{system.url}?{urlencode({'query': text})}", headers={"Accept": JSON})
        with urllib.request.urlopen(request) as answer:
            headers["If-None-Match"] = answer.headers["ETag"]
    if shutil.which("wrk"):
        return _by_wrk(system, text, headers, seconds, connections=connections, seed=seed)
    return asyncio.run(_by_driver(system, text, headers, seconds, connections))


def _by_wrk(
    system: System, text: str, headers: dict[str, str], seconds: int, *, connections: int, seed: int
) -> Measured:
    script = LUA % {
        "path": urlsplit(system.url).path,
        "text": quote(text, safe=""),
        "distinct": str(system.distinct).lower(),
        "accept": JSON,
        "headers": "\n".join(f"wrk.headers['{name}'] = [==[{value}]==]" for name, value in headers.items()),
        "seed": seed,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", file.name, system.url]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    found = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)", done.stdout)
    if found is None:
        raise SystemExit(done.stdout + done.stderr)
    requests, micros, p50, p99, errors = (float(word) for word in found.groups())
    return Measured(1e6 * requests / micros, p50 / 1e3, p99 / 1e3, int(errors))


async def _by_driver(system: System, text: str, headers: dict[str, str], seconds: int, connections: int) -> Measured:
    parts = urlsplit(system.url)
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Accept": JSON, **headers}.items())
    times: list[float] = []
    errors = 0
    until = time.perf_counter() + seconds

    async def client(place: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        number = place * 10**9
        while time.perf_counter() < until:
            number += 1
            query = quote(f"{text} #{number}" if system.distinct else text)
            began = time.perf_counter()
            writer.write(f"GET {parts.path}?query={query} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if length:
                await reader.readexactly(int(length[1]))
            errors += not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304"))
            times.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(client(place) for place in range(connections)))
    times.sort()
    p50, p99 = (1000 * times[int(share * (len(times) - 1))] for share in (0.5, 0.99))
    return Measured(len(times) / seconds, p50, p99, errors)


def small(arguments: argparse.Namespace, folder: Path) -> None:
    """Measure small answers and print a table."""
    triples = folder / "small.nt"
    triples.write_text(graph(arguments.triples), encoding="utf-8")
    publish(folder / "out", triples)
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(oxigraph(triples))
        rdflib = stack.enter_context(rdflib_endpoint(arguments.rdflib_endpoint, triples))
        one, _ = stack.enter_context(ours(folder / "out"))
        two, _ = stack.enter_context(ours(folder / "out", fronts="2"))
        proxy = stack.enter_context(nginx(one, folder / "nginx"))
        systems = [
            System("oxigraph serve", peer or "", distinct=True),
            System("rdflib-endpoint", rdflib or "", distinct=True),
            System("ours, made", one, distinct=True),
            System("ours, made, 2 fronts", two, distinct=True),
            System("ours, kept", one),
            System("ours, kept, 2 fronts", two),
            System("ours, 304", one, tag=True),
            System("ours, nginx", proxy or ""),
        ]
        systems = [system for system in systems if system.url]
        for name, text in CASES.items():
            _compare(name, text, systems, arguments)


def _compare(name: str, text: str, systems: list[System], arguments: argparse.Namespace) -> None:
    found: dict[str, list[Measured]] = {system.name: [] for system in systems}
    for number in range(arguments.rounds):
        for system in systems:
            seed = 100_000 * number
            made = load(system, text, seconds=arguments.seconds, connections=arguments.connections, seed=seed)
            found[system.name].append(made)
    base = [measured.rate for measured in found[systems[0].name]]
    slow = [measured.p99 for measured in found[systems[0].name]]
    print(f"\n{name}\n{'':24}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'errors':>8}{'rate':>8}{'p99':>8}")
    for system in systems:
        runs = found[system.name]
        rate, p50, p99 = (statistics.median(getattr(run, key) for run in runs) for key in ("rate", "p50", "p99"))
        ratio = statistics.median(run.rate / other for run, other in zip(runs, base, strict=True))
        tail = statistics.median(run.p99 / other for run, other in zip(runs, slow, strict=True))
        errors = sum(run.errors for run in runs)
        print(f"{system.name:24}{rate:9.0f}{p50:9.2f}{p99:9.2f}{errors:8}{ratio:7.2f}x{tail:7.1f}x")


def heavy(arguments: argparse.Namespace, folder: Path) -> None:
    """Measure queries that take long, through our server and in this process; then memory over the size of answers."""
    publish(folder / "heavy", arguments.heavy)
    release = next(path for path in (folder / "heavy" / "releases").iterdir() if (path / store.STORE).is_dir())
    here = ox.Store.read_only(str(release / store.STORE))
    print(f"\n{len(here)} triples{'':12}{'in process s':>14}{'through HTTP s':>16}{'ratio':>8}")
    with ours(folder / "heavy", query_seconds="600", cache_bytes="0") as (url, process):
        for name, text in HEAVY.items():
            pairs = [
                (_seconds(lambda text=text: _in_process(here, text)), _seconds(lambda text=text: _through(url, text)))
                for _ in range(arguments.rounds)
            ]
            direct, through = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(far / near for near, far in pairs)
            print(f"{name:24}{direct:14.3f}{through:16.3f}{ratio:7.2f}x")
        print(f"\n{'rows':>10}{'bytes':>14}{'front MB':>12}{'query process MB':>18}")
        for rows in SIZES:
            length = _through(url, f"SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {rows}")
            front, worker = _memory(process.pid)
            print(f"{rows:10}{length:14}{front:12.0f}{worker:18.0f}")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _in_process(here: ox.Store, text: str) -> int:
    found = here.query(text)
    assert isinstance(found, ox.QuerySolutions)
    made = found.serialize(format=ox.QueryResultsFormat.JSON)
    assert made is not None
    return len(made)


def _through(url: str, text: str) -> int:
    request = urllib.request.Request(f"{url}?{urlencode({'query': text})}", headers={"Accept": JSON})
    length = 0
    with urllib.request.urlopen(request) as answer:
        while part := answer.read(1 << 20):
            length += len(part)
    return length


def _memory(pid: int) -> tuple[float, float]:
    """Return the peak of the front's memory, and the largest of those of its descendants, in megabytes."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    below = {pid}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return _peak(pid), max((_peak(child) for child in below - {pid}), default=0.0)


def _peak(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=3, help="for each system, case and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--triples", type=int, default=1000)
    parser.add_argument("--rdflib-endpoint", metavar="PYTHON", help="a Python that has rdflib-endpoint and uvicorn")
    parser.add_argument("--heavy", type=Path, metavar="FILE", help="N-Triples; then small answers are left out")
    arguments = parser.parse_args()
    versions = ", ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "uvicorn", "httptools", "uvloop"))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}")
    with tempfile.TemporaryDirectory(prefix="endpoint-") as folder:
        (heavy if arguments.heavy else small)(arguments, Path(folder))


if __name__ == "__main__":
    main()
