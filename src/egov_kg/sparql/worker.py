"""A query process: one release, one query at a time, behind walls. Started as ``python -m egov_kg.sparql.worker``.

The engine has no deadline, no cancellation and no way to switch off its network, and a nested query can overflow its
stack. So it lives here, in a process that may be killed at any moment: the parent does that at the deadline. The walls:

- text of at most 128 KiB on a thread with 1 GiB of stack (together they hold: every nesting that fits was tried);
- memory, processor time, core dumps, file sizes and processes are limited by the system;
- once the release is open no file and no socket can be opened: the limit of descriptors is what is open already. That
  is the second wall behind the guard, which refuses SERVICE and LOAD by their words.

The connection to the parent is standard input. When the parent ends, it closes, and so does this process.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from egov_kg.errors import EgovKGError, EngineStopped, MemoryExceeded, ReleaseDamaged
from egov_kg.sparql import wire
from egov_kg.sparql.evaluation import evaluate, graphs_of
from egov_kg.sparql.results import LimitedBuffer

__all__ = ["Work", "error_answer", "query_work", "run"]

Work = Callable[[Mapping[str, Any], str, LimitedBuffer], Mapping[str, Any]]
"""What answers a request: takes its head, its text and a buffer for the body, and returns the head of the answer."""

OpenWork = Callable[[ox.Store, Path, frozenset[str]], Work]
"""What makes it, from the store, the folder of the release and the IRIs of the named graphs."""

_STACK: Final = 1 << 30
_MEMORY: Final = 768 << 20


def run(arguments: list[str], open_work: OpenWork, *, walls: bool = True) -> int:
    """Serve one release until the parent closes the connection.

    Args:
        arguments: The folder of the release.
        open_work: Gives what answers requests, from the store, the folder of the release and the IRIs of its graphs.
        walls: Whether files and sockets are refused once the release is open.

    Returns:
        The exit status.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the connection
    connection = socket.socket(fileno=os.dup(0))
    serving = functools.partial(_serve, Path(arguments[0]), connection, open_work, walls=walls)
    thread = threading.Thread(target=serving, name="queries")
    threading.stack_size(_STACK)
    thread.start()
    thread.join()
    return 0


def _serve(folder: Path, connection: socket.socket, open_work: OpenWork, *, walls: bool) -> None:
    try:
        store = ox.Store.read_only(str(folder / "store"))
        graphs = graphs_of(store)
        work = open_work(store, folder, graphs)
    except OSError as error:
        _send(connection, wire.error_head(ReleaseDamaged(folder / "store", f"it cannot be opened: {error}"[:300])))
        return
    _build_walls(connection, descriptors=walls)
    _send(connection, {"ready": True, "graphs": sorted(graphs)})
    while (received := wire.receive(connection)) is not None:
        head, body = received
        length = head.get("text", len(body))
        text, head["attached"] = body[:length], memoryview(body)[length:]
        _limit_processor_time(head["seconds"])
        buffer = LimitedBuffer(head["limit"])
        try:
            answer = work(head, text.decode(), buffer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
            _send(connection, error_answer(error))
        else:
            _send(connection, answer, buffer.getbuffer())


def error_answer(error: Exception) -> dict[str, Any]:
    """Return the head that tells the parent of an error."""
    if isinstance(error, EgovKGError):
        return wire.error_head(error)
    if isinstance(error, MemoryError):
        return wire.error_head(MemoryExceeded(_MEMORY))
    return wire.error_head(EngineStopped(f"{type(error).__name__}: {error}"[:200]))


def query_work(store: ox.Store, _folder: Path, graphs: frozenset[str]) -> Work:
    """Return what answers queries over a store."""

    def work(head: Mapping[str, Any], text: str, buffer: LimitedBuffer) -> Mapping[str, Any]:
        outcome = evaluate(
            store,
            text,
            buffer,
            table=head["table"],
            graph=head["graph"],
            default_graphs=head["default_graphs"],
            named_graphs=head["named_graphs"],
            substitutions=head["substitutions"],
            base=head["base"],
            graphs=graphs,
        )
        return {
            "form": outcome.form,
            "format": outcome.format.name,
            "cacheable": outcome.cacheable,
            "seconds": dict(outcome.seconds),
        }

    return work


def _send(connection: socket.socket, head: Mapping[str, Any], body: bytes | memoryview = b"") -> None:
    with contextlib.suppress(OSError):  # the parent has gone: the next receive says so
        for part in wire.frame(head, body):
            connection.sendall(part)


def _build_walls(connection: socket.socket, *, descriptors: bool) -> None:
    """Let the system refuse what no query needs. Where it has no such limits, the guard stands alone."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    used = _memory_in_use()
    walls = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        getattr(resource, "RLIMIT_NPROC", -1): 0,
        resource.RLIMIT_DATA: used + _MEMORY,
    }
    if descriptors:
        walls[resource.RLIMIT_NOFILE] = _lowest_free_descriptor(connection)
    for wall, value in walls.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(wall, (value, value))


def _lowest_free_descriptor(connection: socket.socket) -> int:
    """Return the number that the next descriptor would get: with that limit there is no next one."""
    free = os.dup(connection.fileno())
    os.close(free)
    return free


def _memory_in_use() -> int:
    """Return what counts against the limit already, the stack of this thread included."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) << 10
    return _STACK + (256 << 20)


def _limit_processor_time(seconds: float) -> None:
    """Allow this much processor time from now on: the system counts the whole life of the process."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    usage = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(usage.ru_utime + usage.ru_stime + seconds) + 2
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], query_work))
