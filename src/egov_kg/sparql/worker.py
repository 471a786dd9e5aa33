"""A query process: one release, one query at a time, behind walls. Started as ``python -m egov_kg.sparql.worker``.

The engine has no deadline, no cancellation and no way to switch off its network, and a nested query can overflow its
stack. So it lives here, in a process that may be killed at any moment: the parent does that at the deadline. The walls:

- text of at most 128 KiB on a thread with 1 GiB of stack (together they hold: every nesting that fits was tried);
- memory, processor time, core dumps, file sizes and processes are limited by the system (`egov_kg.sparql.walls`);
- once the release is open no file and no socket can be opened: the system calls for it are refused, and the limit of
  descriptors is what is open already. That is the second wall behind the guard, which refuses SERVICE and LOAD by
  their words.

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
from egov_kg.sparql import jobs, wire
from egov_kg.sparql.evaluation import evaluate, graphs_of
from egov_kg.sparql.results import LimitedBuffer
from egov_kg.sparql.walls import QUERY, VIEW, build, limit_processor_time

__all__ = ["Work", "error_answer", "query_work", "run"]

Work = Callable[[Mapping[str, Any], str, LimitedBuffer], Mapping[str, Any]]
"""What answers a request: takes its head, its text and a buffer for the body, and returns the head of the answer."""

OpenWork = Callable[[ox.Store, Path, frozenset[str]], Work]
"""What makes it, from the store, the folder of the release and the IRIs of the named graphs."""

_STACK: Final = 1 << 30


def run(arguments: list[str], open_work: OpenWork, *, walls: bool = True) -> int:
    """Serve one release until the parent closes the connection.

    Args:
        arguments: The folder of the release.
        open_work: Gives what answers requests, from the store, the folder of the release and the IRIs of its graphs.
        walls: Whether files are refused once the release is open.

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
    standing = build(QUERY if walls else VIEW)
    _send(connection, {"ready": True, "graphs": sorted(graphs), "walls": standing})
    while (received := wire.receive(connection)) is not None:
        head, body = received
        length = head.get("text", len(body))
        text, head["attached"] = body[:length], memoryview(body)[length:]
        limit_processor_time(head["seconds"])
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
        return wire.error_head(MemoryExceeded(QUERY.memory))
    return wire.error_head(EngineStopped(f"{type(error).__name__}: {error}"[:200]))


def query_work(store: ox.Store, _folder: Path, graphs: frozenset[str]) -> Work:
    """Return what answers queries over a store."""

    def work(head: Mapping[str, Any], text: str, buffer: LimitedBuffer) -> Mapping[str, Any]:
        if head.get("job") is not None:
            return jobs.run(store, graphs, head, text, buffer)
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


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], query_work))
