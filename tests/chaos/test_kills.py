"""Processes of the server that are killed or stand still: it goes on, and nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from tests.chaos.attacking import LONG, client_of, controlled, post, processes
from tests.chaos.shapes import ENDLESS
from tests.server.conftest import Server, start, stop

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not tell of processes")

ROUNDS: Final = 200 if LONG else 4
SMALL: Final = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


MARK: Final = "CHAOS_MARK"


def marked(mark: str) -> set[int]:
    """Return all processes of the machine that have a mark in their environment, but for those that ended."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            ended = (path / "stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
            if not ended and f"{MARK}={mark}".encode() in (path / "environ").read_bytes():
                found.add(int(path.name))
    return found


def gone(mark: str, patience: float = 20) -> bool:
    """Whether no process with a mark is left, after some patience."""
    until = time.monotonic() + patience
    while marked(mark):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@contextlib.contextmanager
def marked_server(of: Server) -> Iterator[tuple[Server, str]]:
    """Give a server of its own, and the mark of its processes; none of them is left in the end."""
    mark = os.urandom(8).hex()
    os.environ[MARK] = mark
    try:
        running = start(of.out, of.release)
    finally:
        del os.environ[MARK]
    try:
        yield running, mark
    finally:
        stop(running)
    assert gone(mark)


@pytest.fixture(scope="module")
def victim(server: Server) -> Iterator[Server]:
    """A server of which all processes but the front may be killed."""
    with marked_server(server) as (running, _):
        yield running


@contextlib.contextmanager
def load(server: Server) -> Iterator[list[int]]:
    """Ask small and endless questions from several clients meanwhile; note the statuses."""
    statuses: list[int] = []
    over = threading.Event()

    def ask(number: int) -> None:
        with client_of(server, f"127.0.5.{number}") as client:
            while not over.is_set():
                text = f"{SMALL} # {os.urandom(4).hex()}" if number % 3 else ENDLESS
                statuses.append(post(client, text, timeout="0.5").status)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        over.set()
        for thread in threads:
            thread.join()


def answers_again(server: Server, patience: float = 20) -> bool:
    """Whether a question is answered, after some patience."""
    until = time.monotonic() + patience
    with client_of(server, "127.0.6.1") as client:
        while post(client, f"{SMALL} # {os.urandom(4).hex()}").status != 200:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
    return True


def test_nothing_outlives_the_front(server: Server) -> None:
    """Killed while it answers and while processes are being made: all of them end."""
    with marked_server(server) as (front, mark), load(front):
        time.sleep(0.7)
        before = marked(mark)
        front.process.kill()
        front.process.wait(20)

        assert gone(mark)
    assert len(before) >= 3


def test_the_front_outlives_all_others(victim: Server) -> None:
    """Whichever of its processes are killed, and however often: it answers again, and no process is left over."""
    chance = random.Random(6)
    with load(victim) as statuses:
        time.sleep(0.3)
        for _ in range(ROUNDS):
            others = sorted(processes(victim.process.pid) - {victim.process.pid})
            for pid in chance.sample(others, min(len(others), chance.randint(1, 3))):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(chance.random() / 2)
            assert victim.process.poll() is None

    assert set(statuses) <= {200, 503}
    assert answers_again(victim)
    assert 200 in statuses


def test_all_at_once_may_be_killed(victim: Server) -> None:
    """Queries, views and what makes their processes."""
    for _ in range(ROUNDS // 2):
        for pid in processes(victim.process.pid) - {victim.process.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

        assert answers_again(victim)
        with client_of(victim) as client:
            assert client.get("page/law/kr/act").status_code in {200, 503}
    until = time.monotonic() + 20
    with client_of(victim) as client:
        while client.get("page/law/kr/act").status_code != 200:
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.mark.parametrize("which", ["one that answers", "all but the front"])
def test_a_process_that_stands_still_costs_a_deadline(victim: Server, which: str) -> None:
    """The clock is the front's; what stands still is killed, and others take its place."""
    others = sorted(processes(victim.process.pid) - {victim.process.pid})
    for pid in others if which != "one that answers" else others[-1:]:
        os.kill(pid, signal.SIGSTOP)
    try:
        with client_of(victim) as client:
            first = post(client, f"{SMALL} # still")
            assert first.status in {200, 503}
        assert first.seconds < 6
        assert which != "one that answers" or answers_again(victim)
    finally:
        for pid in others:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    assert answers_again(victim)


def test_nothing_piles_up_while_processes_are_killed(victim: Server) -> None:
    """Descriptors of the front come back to what they were."""

    def held() -> int:
        return len(list(Path(f"/proc/{victim.process.pid}/fd").iterdir()))

    with client_of(victim) as client:
        assert post(client, SMALL).status == 200
        time.sleep(0.5)
        before = held()
        for number in range(30 * ROUNDS):
            post(client, f"{SMALL} # {number}" if number % 5 else ENDLESS, timeout="0.05")
            if number % 10 == 9:
                others = sorted(processes(victim.process.pid) - {victim.process.pid})
                with contextlib.suppress(ProcessLookupError):
                    for pid in others[number % max(1, len(others)) :][:1]:
                        os.kill(pid, signal.SIGKILL)
    assert answers_again(victim)
    until = time.monotonic() + 20
    while held() > before + 4:
        assert time.monotonic() < until, (before, held())
        time.sleep(0.1)


def test_readers_that_stop_hold_files_and_nobody(server: Server) -> None:
    """Answers of 60 MB that nobody reads: others are served, the front stays small, the files go with the readers."""
    large = start(server.out, server.release, seconds=10, result_bytes=64 << 20)
    path = quote("SELECT (CONCAT(STR(?s), '" + "x" * 9_000 + "') AS ?x) { ?s ?p ?o } LIMIT 6500")

    def spooled() -> int:
        links = []
        for one in Path(f"/proc/{large.process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                links.append(str(one.readlink()))
        return sum(1 for link in links if "(deleted)" in link)

    def resident() -> int:
        status = Path(f"/proc/{large.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) << 10

    try:
        assert answers_again(large)
        before, small = spooled(), resident()
        with contextlib.ExitStack() as stack:
            deaf = [stack.enter_context(socket.socket()) for _ in range(6)]
            for number, connection in enumerate(deaf):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.connect(("127.0.0.1", large.port))
                connection.sendall(
                    f"GET /sparql?format=csv&query={path}%23{number} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
                )
            with controlled(large):
                for connection in deaf:
                    connection.settimeout(30)
                    assert connection.recv(12) in {b"HTTP/1.1 200", b"HTTP/1.1 503"}
                assert resident() < small + (64 << 20)
        until = time.monotonic() + 20
        while spooled() > before + 3:  # each query process has one at hand for its next answer
            assert time.monotonic() < until, (before, spooled())
            time.sleep(0.1)
    finally:
        stop(large)
