"""Queries of a smith sent to a server with limits that are hit at random, and what is wrong with the answers."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import httpx

from tests.chaos.attacking import client_of, processes
from tests.fuzz.smith import Smith
from tests.fuzz.whole import is_whole
from tests.server.conftest import QUERY_BYTES, Server

__all__ = ["Findings", "forge", "texts"]

_TABLES: Final = ("json", "xml", "csv", "tsv", "html", "csv-excel")
_GRAPHS: Final = ("ttl", "nt", "rdf", "jsonld", "trig", "nq", "html")
_KINDS: Final = {
    "syntax": 400,
    "bad-encoding": 400,
    "service-refused": 403,
    "not-acceptable": 406,
    "too-large": 413,
    "result-too-large": 422,
    "rate-limited": 429,
    "unknown-function": 501,
    "service-not-constant": 400,
    "busy": 503,
    "time-limit": 503,
    "memory-limit": 503,
}


@dataclass(slots=True)
class Findings:
    """What became of many queries.

    Attributes:
        outcomes: How many had which status and kind.
        wrong: What must not be, with the query.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def note(self, response: httpx.Response, query: str, *, may_crash: bool) -> None:
        """Judge an answer."""
        status, kind = response.status_code, ""
        if response.headers["content-type"] == "application/problem+json":
            kind = json.loads(response.content)["type"].rpartition("/")[2]
        self.outcomes[f"{status} {kind}".strip()] += 1
        if status == 200:
            try:
                whole = int(response.headers["content-length"]) == response.num_bytes_downloaded
                whole = whole and is_whole(response.headers, response.content)
            except Exception as error:  # noqa: BLE001 - whatever a parser says, it is wrong
                self.wrong.append((f"does not parse as {response.headers['content-type']}: {error!r}", query))
            else:
                if not whole:
                    self.wrong.append((f"is not whole as {response.headers['content-type']}", query))
        elif _KINDS.get(kind) != status and not (may_crash and kind == "worker-crashed"):
            self.wrong.append((f"{status} {kind}: {response.text[:300]}", query))


def texts(smith: Smith, count: int) -> Iterator[str]:
    """Yield queries: two in five as they are, two broken, now and then one that is as large as may be."""
    for number in range(count):
        if number % 50 == 49:
            yield smith.large(QUERY_BYTES if number % 100 == 99 else 20_000)[:QUERY_BYTES]
        else:
            yield smith.query() if number % 2 else smith.broken()


def forge(
    server: Server, queries: Iterable[str], *, seed: int, kills: float = 0.0, address: str = "127.0.0.1"
) -> Findings:
    """Send queries, one after the other, each with a format and a deadline that are drawn.

    Args:
        server: Where to.
        queries: The texts.
        seed: For formats, deadlines, and what is killed.
        kills: How often, of one, a process of the server is killed before a query is sent.
        address: Where the client calls from.
    """
    chance, findings = random.Random(seed), Findings()
    with client_of(server, address) as client:
        for query in queries:
            is_graph = ("CONSTRUCT" in query or "DESCRIBE" in query) != (chance.random() < 0.1)
            form = chance.choice(_GRAPHS if is_graph else _TABLES)
            parameters = {"format": form, "timeout": chance.choice(("0.02", "0.1", "0.3", "0.6"))}
            if chance.random() < kills:
                children = sorted(processes(server.process.pid) - {server.process.pid})
                with contextlib.suppress(ProcessLookupError, IndexError):
                    os.kill(chance.choice(children), signal.SIGKILL)
            try:
                headers = {"Accept-Encoding": chance.choice(("identity", "gzip", "br", "zstd, gzip;q=0.5", "*"))}
                response = client.post("sparql", data={"query": query, **parameters}, headers=headers)
            except (httpx.TransportError, UnicodeEncodeError) as error:
                if isinstance(error, httpx.TransportError):
                    findings.wrong.append((f"no answer: {error!r}", query))
                continue
            findings.note(response, query, may_crash=kills > 0)
            if server.process.poll() is not None:
                findings.wrong.append(("the server has ended", query))
                break
    return findings
