"""A server at half its capacity for a long time: does its memory grow, and does anything fail?

    python benchmarks/soak.py --from build --minutes 60

A server of a release is started, and its capacity is measured: how many requests a second a few connections get out of
it on this machine, the driver included. Meanwhile caches fill; where they have not, that is growth later. Then it is
asked half as many for the given time: queries that were never asked before, queries that are asked again and again,
pages, data, graphs, a large answer now and then, and clients that leave in the middle. Every ten seconds the memory of
all its processes is looked at (Pss: what they share counts once), and how many descriptors and processes it has. With
``--swap`` it changes between two releases every so many seconds.

What it prints: growth from the second tenth of the time to the last tenth (medians), the growth an hour by a line
through all samples but the first tenth, answers that were not as they should be. The status is 1 if there was one, or
if memory grew by 5 % or more. Samples go to a TSV file.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

SAMPLE_SECONDS = 10.0
MOST_GROWTH = 0.05
CONNECTIONS = 8
_NUMBERS = itertools.count()
_PREFIX = "PREFIX egov: <https://w3id.org/egov-kg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
_KEPT = [
    "ASK { ?s a egov:Law }",
    "SELECT ?s ?l { ?s a egov:Law ; skos:prefLabel ?l } LIMIT 10",
    "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n)",
]
_LARGE = "SELECT * { ?s ?p ?o } # "


@dataclass
class Seen:
    """What came back."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    left: int = 0


class Connection:
    """A connection that is kept open; the few lines of HTTP/1.1 that are needed."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, headers: str = "", *, leave: bool = False) -> tuple[int, int]:
        """Return the status of an answer and the length of its body; 0 if we left before it came."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}\r\n".encode())
        if leave:
            await asyncio.sleep(random.uniform(0, 0.02))
            await self.close()
            return 0, 0
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        length = next((int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
        await reader.readexactly(0 if status == 304 else length)
        if "connection: close" in head:
            await self.close()
        return status, length

    async def close(self) -> None:
        """Close it; the next request opens another one."""
        if self._streams is not None:
            self._streams[1].close()
            with contextlib.suppress(OSError):
                await self._streams[1].wait_closed()
            self._streams = None


def _query(text: str, **parameters: str) -> str:
    more = "".join(f"&{name}={quote(value)}" for name, value in parameters.items())
    return f"/sparql?query={quote(_PREFIX + text)}{more}"


async def one(connection: Connection, things: list[str], seen: Seen) -> None:
    """Send one request of the mixture, and look at its answer."""
    dice, number = random.random(), next(_NUMBERS)
    headers, wanted, leave = "", 200, False
    if dice < 0.30:
        kind, path = "new query", _query(f"SELECT ?s ?l {{ ?s a egov:Law ; skos:prefLabel ?l }} LIMIT 5 # {number}")
    elif dice < 0.60:
        kind, path = "kept query", _query(random.choice(_KEPT), format="json")
        headers = f"Accept-Encoding: {random.choice(['gzip', 'br', 'identity'])}\r\n"
    elif dice < 0.70:
        kind, path = "page", f"/page/{quote(random.choice(things))}"
        headers = "Accept: text/html\r\n"
    elif dice < 0.80:
        kind, path = "data", f"/data/{quote(random.choice(things))}.{random.choice(['ttl', 'jsonld', 'nt'])}"
    elif dice < 0.88:
        kind, path = "graph", _query(f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o }} LIMIT 200 # {number}", format="ttl")
    elif dice < 0.94:
        kind, path = "sorted", _query(f"SELECT ?s ?l {{ ?s skos:prefLabel ?l }} ORDER BY ?l # {number}", format="csv")
    elif dice < 0.96:
        kind, path = "large", _query(f"{_LARGE}{number}", format="json")
    elif dice < 0.98:
        kind, path, leave = "left", _query(f"SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?a }} # {number}"), True
    else:
        kind, path = "health", "/readyz"
    began = time.perf_counter()
    try:
        status, _ = await connection.get(path, headers, leave=leave)
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        seen.wrong.append(f"{kind}: {type(error).__name__}")
        await connection.close()
        return
    seen.times.append(time.perf_counter() - began)
    seen.answers[kind] += 1
    if not leave and status != wanted:
        seen.wrong.append(f"{kind}: {status} {path[:200]}")


async def drive(address: tuple[str, int], things: list[str], seen: Seen, *, seconds: float, rate: float) -> float:
    """Ask for some time, at a rate or as fast as it goes if that is 0; return the requests a second that were sent."""
    connections = [Connection(*address) for _ in range(CONNECTIONS)]
    began, sent = time.monotonic(), 0

    async def work(connection: Connection, place: int) -> None:
        nonlocal sent
        due = began + (place / rate if rate else 0)
        while (now := time.monotonic()) < began + seconds:
            if rate:
                if due > now:
                    await asyncio.sleep(due - now)
                due += CONNECTIONS / rate
            await one(connection, things, seen)
            sent += 1

    await asyncio.gather(*(work(connection, place) for place, connection in enumerate(connections)))
    for connection in connections:
        await connection.close()
    return sent / (time.monotonic() - began)


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found.extend(map(int, (task / "children").read_text().split()))
    return found


def pss(pid: int) -> int:
    """Return the proportional share of memory of a process, in kB; 0 if it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def descriptors(pid: int) -> int:
    """Return how many files and sockets a process holds."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def sample(pid: int, table: Path, seen: Seen, until: float) -> list[dict[str, float]]:
    """Look at the processes until the time has come; write what was seen, and return it."""
    rows, began = [], time.monotonic()
    with table.open("w", encoding="utf-8") as sink:
        print("seconds", "all_kb", "front_kb", "processes", "descriptors", "answers", "wrong", sep="\t", file=sink)
        while time.monotonic() < until:
            await asyncio.sleep(SAMPLE_SECONDS)
            processes = tree(pid)
            shares = [pss(process) for process in processes]
            row = {
                "seconds": round(time.monotonic() - began, 1),
                "all_kb": sum(shares),
                "front_kb": shares[0],
                "processes": len(processes),
                "descriptors": descriptors(pid),
                "answers": sum(seen.answers.values()),
                "wrong": len(seen.wrong),
            }
            rows.append(row)
            print(*row.values(), sep="\t", file=sink, flush=True)
    return rows


async def swap(out: Path, seconds: float, until: float) -> int:
    """Move ``current`` between two releases every so often; return how often."""
    releases = sorted(path.name for path in (out / "releases").iterdir() if not path.name.startswith("."))
    swaps = 0
    while seconds and time.monotonic() + seconds < until:
        await asyncio.sleep(seconds)
        swaps += 1
        (out / "next").symlink_to(f"releases/{releases[swaps % len(releases)]}")
        (out / "next").replace(out / "current")
    return swaps


def growth(rows: list[dict[str, float]], name: str) -> tuple[float, float]:
    """Return by how much a column grew, from the second tenth of the time to the last, and an hour by a line."""
    tenth = max(1, len(rows) // 10)
    early = statistics.median(row[name] for row in rows[tenth : 2 * tenth])
    late = statistics.median(row[name] for row in rows[-tenth:])
    rest = rows[tenth:]
    slope = statistics.linear_regression([row["seconds"] for row in rest], [row[name] for row in rest]).slope
    return late / early - 1, 3600 * slope / early


def things_of(out: str) -> list[str]:
    """Return the paths of some things of a release."""
    words = [sys.executable, "-m", "egov_kg", "query", f"{_PREFIX} SELECT ?s {{ ?s a egov:Law }}", "--from", out]
    text = subprocess.run([*words, "--format", "csv"], capture_output=True, text=True, check=True).stdout
    return [line.partition("/id/")[2] for line in text.splitlines() if "/id/" in line]


async def soak(
    options: argparse.Namespace, server: subprocess.Popen[str], address: tuple[str, int], things: list[str]
) -> int:
    """Measure the capacity, ask half of it, and say what was seen."""
    capacity = await drive(address, things, Seen(), seconds=options.warm, rate=0)
    rate, seen = capacity / 2, Seen()
    print(f"capacity {capacity:.0f} requests/s with {CONNECTIONS} connections; asking {rate:.0f}/s", flush=True)
    until = time.monotonic() + 60 * options.minutes
    rows, sent, swaps = await asyncio.gather(
        sample(server.pid, Path(options.table), seen, until),
        drive(address, things, seen, seconds=60 * options.minutes, rate=rate),
        swap(Path(options.out), options.swap, until),
    )
    times = sorted(seen.times)
    whole, an_hour = growth(rows, "all_kb")
    front, _ = growth(rows, "front_kb")
    result = {
        "minutes": options.minutes,
        "capacity": round(capacity),
        "sent_per_second": round(sent),
        "answers": dict(seen.answers),
        "wrong": len(seen.wrong),
        "swaps": swaps,
        "p50_ms": round(1000 * times[len(times) // 2], 1),
        "p99_ms": round(1000 * times[int(len(times) * 0.99)], 1),
        "first_mb": round(rows[0]["all_kb"] / 1024),
        "last_mb": round(rows[-1]["all_kb"] / 1024),
        "most_mb": round(max(row["all_kb"] for row in rows) / 1024),
        "growth": round(whole, 4),
        "growth_of_front": round(front, 4),
        "growth_an_hour": round(an_hour, 4),
        "descriptors": [rows[0]["descriptors"], rows[-1]["descriptors"]],
        "processes": [rows[0]["processes"], rows[-1]["processes"]],
    }
    print(json.dumps(result, indent=1))
    for line, count in Counter(seen.wrong).most_common(5):
        print(f"WRONG {count} times: {line}")
    return int(bool(seen.wrong) or whole >= MOST_GROWTH)


def main() -> int:
    """Start a server, soak it, end it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="out", default="build", help="the folder of releases")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument(
        "--warm", type=float, default=120, help="seconds for which the capacity is measured, and caches fill"
    )
    parser.add_argument("--swap", type=float, default=0, help="seconds between changes of the release; 0 for none")
    parser.add_argument("--table", default="soak.tsv", help="where samples go")
    options = parser.parse_args()
    random.seed(1)
    things = things_of(options.out)
    with Path(options.table).with_suffix(".log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "egov_kg", "serve", "--from", options.out, "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert server.stdout is not None
            url = urlsplit(server.stdout.readline().strip())
            assert url.hostname is not None
            assert url.port is not None
            return asyncio.run(soak(options, server, (url.hostname, url.port), things))
        finally:
            server.terminate()
            status = server.wait(60)
            print(f"the server ended with {status}")


if __name__ == "__main__":
    sys.exit(main())
