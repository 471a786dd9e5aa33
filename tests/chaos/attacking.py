"""What attacks have in common: one request and its answer, many at once, and what another client sees meanwhile."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from tests.server.conftest import Server

__all__ = ["LONG", "Control", "Reply", "at_once", "client_of", "controlled", "post", "processes", "settled"]

LONG: Final = os.environ.get("LONG_TESTS") == "1"
"""Whether the long variants run: with ``EGOVKG_LONG=1`` in the environment of the tests."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    Attributes:
        status: The status; 0 if the connection ended without an answer.
        kind: The slug of the problem, or an empty text.
        seconds: How long it took.
        body: The bytes.
        headers: By lower-case name.
    """

    status: int
    kind: str
    seconds: float
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def client_of(server: Server, address: str = "127.0.0.1") -> httpx.Client:
    """Return a client that calls from an address of this machine."""
    transport = httpx.HTTPTransport(local_address=address, limits=httpx.Limits(max_connections=100))
    return httpx.Client(base_url=server.url, transport=transport, timeout=90)


def post(client: httpx.Client, query: str, **parameters: str) -> Reply:
    """Send a query, in a form."""
    return _sent(client, client.build_request("POST", "sparql", data={"query": query, **parameters}))


def _sent(client: httpx.Client, request: httpx.Request) -> Reply:
    began = time.monotonic()
    try:
        response = client.send(request)
    except httpx.TransportError as error:
        return Reply(0, type(error).__name__, time.monotonic() - began)
    seconds = time.monotonic() - began
    kind = ""
    if response.headers.get("content-type") == "application/problem+json":
        kind = json.loads(response.content)["type"].rpartition("/")[2]
    return Reply(response.status_code, kind, seconds, response.content, dict(response.headers))


def at_once(server: Server, queries: Iterable[str], *, clients: int = 2, **parameters: str) -> list[Reply]:
    """Send queries, each client one after the other, from as many addresses; return the replies in order."""

    def send(numbered: tuple[int, str]) -> Reply:
        with client_of(server, f"127.0.0.{10 + numbered[0] % clients}") as client:
            return post(client, numbered[1], **parameters)

    with ThreadPoolExecutor(clients) as executor:
        return list(executor.map(send, enumerate(queries)))


@dataclass(slots=True)
class Control:
    """What another client sees: a small question, again and again.

    Attributes:
        replies: What it heard.
    """

    replies: list[Reply] = field(default_factory=list)

    @property
    def statuses(self) -> set[int]:
        """What it was answered."""
        return {reply.status for reply in self.replies}

    def within(self, share: float) -> float:
        """How long it waited at most in a share of the cases, in seconds."""
        return sorted(reply.seconds for reply in self.replies)[int(share * (len(self.replies) - 1))]

    @property
    def slowest(self) -> float:
        """The longest that it waited, in seconds."""
        return max(reply.seconds for reply in self.replies)


@contextlib.contextmanager
def controlled(server: Server, *, pause: float = 0.1, statuses: Collection[int] = (200,)) -> Iterator[Control]:
    """Ask a small question from another address before the context, and again and again for as long as it lasts.

    Each must be answered within 5 s, with one of the statuses. No two have the same text, so that no cache answers.
    """
    control, over = Control(), threading.Event()

    def ask(client: httpx.Client) -> None:
        control.replies.append(post(client, f"ASK {{ ?s ?p ?o }} # {os.urandom(8).hex()}"))

    def ask_on() -> None:
        with client_of(server, "127.0.0.9") as client:
            while not over.wait(pause):
                ask(client)
            ask(client)

    with client_of(server, "127.0.0.9") as client:
        ask(client)
    thread = threading.Thread(target=ask_on)
    thread.start()
    try:
        yield control
    finally:
        over.set()
        thread.join()
    assert server.process.poll() is None
    assert control.statuses <= set(statuses)
    assert control.slowest < 5


def processes(pid: int) -> set[int]:
    """Return a process and all that descend from it and live."""
    found = {pid}
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                for child in children.read_text().split():
                    found |= processes(int(child))
    return found


def _ticks(pid: int) -> int:
    """Return the processor time of a process, in ticks of the clock of the system."""
    try:
        values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(values[11]) + int(values[12])


def settled(server: Server, *, share: float = 0.25, patience: float = 20) -> None:
    """Wait until the processes of a server take less than a share of one processor."""
    until = time.monotonic() + patience
    while True:
        before = {pid: _ticks(pid) for pid in processes(server.process.pid)}
        began = time.monotonic()
        time.sleep(0.3)
        used = sum(max(0, _ticks(pid) - ticks) for pid, ticks in before.items()) / os.sysconf("SC_CLK_TCK")
        if used < share * (time.monotonic() - began):
            return
        assert time.monotonic() < until, f"{used:.1f} s of processor time in {time.monotonic() - began:.1f} s"
