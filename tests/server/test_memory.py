"""Memory of the whole tree of processes: what the page on limits promises, while everybody is greedy."""

from __future__ import annotations

import itertools
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from egov_kg.config import Config
from egov_kg.doctor.machine import most_memory
from tests.server.conftest import Server, publish, start, stop
from tests.server.test_limits import children

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell how much memory is shared"
)

MEMORY = 64 << 20
_SERVE = f"""
import sys
from pathlib import Path
from egov_kg.config import Config
from egov_kg.server import run

config = Config(port=0, query_seconds=5, query_memory={MEMORY}, result_bytes=32 << 20)
run(config, Path(sys.argv[1]), on_ready=lambda url: print(url, flush=True))
"""

DOUBLING = "".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(28))
GREEDY = [
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "SELECT DISTINCT ?a ?c ?d ?f { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    f"SELECT (STRLEN(?x28) AS ?n) {{ BIND('xxxxxxxxxxxxxxxx' AS ?x0) {DOUBLING} }}",
    "SELECT * " + "{" * 60_000 + "}" * 60_000,
    "SELECT ?a ?d (GROUP_CONCAT(?i) AS ?all) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } GROUP BY ?a ?d",
    "SELECT * { ?a ?b ?c . ?d ?e ?f }",
]


def taken(server: Server) -> int:
    """Return the bytes that a server and all its processes take; what they share counts once."""
    total = 0
    for pid in {server.process.pid} | children(server.process.pid):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:  # it ended meanwhile
            continue
        total += sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
    return total


def test_it_stays_below_what_the_formula_says(tmp_path: Path) -> None:
    """Sorting, grouping, doubling, nesting and large results at once, from more clients than there are processes."""
    release = publish(tmp_path)
    quads = sum(release.counts["graphs"].values())
    process = subprocess.Popen([sys.executable, "-c", _SERVE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    server = Server(tmp_path, release.id, process)
    seen = []
    try:
        idle = taken(server)

        def send(numbered: tuple[int, str]) -> int:
            transport = httpx.HTTPTransport(local_address=f"127.0.3.{1 + numbered[0] % 5}")
            with httpx.Client(base_url=server.url, transport=transport, timeout=60) as client:
                query = f"{numbered[1]} # {numbered[0]}"
                return client.post("sparql", data={"query": query, "timeout": "1.5"}).status_code

        with ThreadPoolExecutor(5) as executor:
            pending = [executor.submit(send, numbered) for numbered in enumerate(itertools.chain(GREEDY, GREEDY))]
            while not all(one.done() for one in pending):
                seen.append(taken(server))
                time.sleep(0.02)
        statuses = {one.result() for one in pending}
        after = httpx.get(f"{server.url}sparql?query=ASK{{}}", trust_env=False).status_code
    finally:
        stop(server)

    config = Config(query_memory=MEMORY)
    assert statuses <= {200, 422, 503}
    assert after == 200
    assert max(seen) < most_memory(config, quads)
    assert max(seen) > idle + MEMORY / 2  # or nobody was greedy


def test_what_is_kept_is_counted_whatever_was_asked(tmp_path: Path) -> None:
    """Long queries with short answers: answers are kept, and of a query, whether it ended in time or not, a digest."""
    server = start(tmp_path, publish(tmp_path).id, cache_bytes=1 << 20)
    try:

        def ask(number: int) -> int:
            words = {
                "query": f"ASK {{}} # {number} \U0001f600 {'x' * 120_000}",
                "timeout": "0.001" if number % 2 else "2",
            }
            return httpx.post(f"{server.url}sparql", data=words, trust_env=False, timeout=60).status_code

        statuses = {ask(number) for number in range(4)}
        before = resident(server)
        statuses |= {ask(number) for number in range(4, 124)}
        grown = resident(server) - before
    finally:
        stop(server)

    assert statuses == {200, 503}
    assert grown < 16 << 20  # each query is a text of half a megabyte


def resident(server: Server) -> int:
    """Return the bytes of memory of the process that reads requests."""
    words = Path(f"/proc/{server.process.pid}/statm").read_text(encoding="ascii").split()
    return (int(words[1]) - int(words[2])) * resource.getpagesize()
