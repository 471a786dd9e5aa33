"""A query process: one release, one query at a time, behind walls.

The engine has no deadline, no cancellation and no way to switch off its network, and a nested query can overflow its
stack. So it lives here, in a process that may be killed at any moment: the server does that at the deadline. The walls:

- text of at most 128 KiB on a thread with 1 GiB of stack (together they hold: every nesting that fits was tried);
- memory, processor time, core dumps, file sizes and processes are limited by the system (`egov_kg.sparql.walls`);
- once the release is open no file and no socket can be opened: the system calls for it are refused, and the limit of
  descriptors leaves one for the file that takes a large answer, which the server hands over. That is the second wall
  behind the guard, which refuses SERVICE and LOAD by their words.

It is a copy of a process that holds the release (`egov_kg.sparql.zygote`). Where the system makes no copies it is
started as ``python -m egov_kg.sparql.worker FOLDER LIMITS WORK``, with the connection to the server as standard input.

When the server ends, the connection closes, and so does this process, whatever the engine is doing.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NoReturn

import pyoxigraph as ox

from egov_kg.errors import EgovKGError, EngineStopped, MemoryExceeded, ReleaseDamaged
from egov_kg.sparql import jobs, ordering, wire
from egov_kg.sparql.evaluation import evaluate, graphs_of
from egov_kg.sparql.expanding import expanded
from egov_kg.sparql.spool import INLINE, SLACK, Spool
from egov_kg.sparql.walls import QUERY, VIEW, Growth, ProcessorTime, Walls, build

__all__ = [
    "Open",
    "OpenWork",
    "Work",
    "error_answer",
    "open_store",
    "query_work",
    "run",
    "serve",
    "walls_of",
    "work_named",
]

Work = Callable[[Mapping[str, Any], str, Spool], Mapping[str, Any]]
"""What answers a request: takes its head, its text and a spool for the body, and returns the head of the answer."""

OpenWork = Callable[[ox.Store, Path, frozenset[str]], Work]
"""What makes it, from the store, the folder of the release and the IRIs of the named graphs."""

Open = Callable[[], tuple[Work, frozenset[str]]]
"""What makes it and knows the IRIs of the named graphs; called in the thread that answers."""

_STACK: Final = 1 << 30


def run(arguments: list[str], open_work: OpenWork, *, walls: bool = True) -> NoReturn:
    """Serve one release over standard input until the server closes it; then the process ends.

    Args:
        arguments: The folder of the release, and perhaps limits as `walls_of` reads them.
        open_work: Gives what answers requests, from the store, the folder of the release and the IRIs of its graphs.
        walls: Whether files are refused once the release is open.
    """
    folder, limits = Path(arguments[0]), json.loads(arguments[1]) if len(arguments) > 1 else {}
    connection = socket.socket(fileno=os.dup(0))
    serve(connection, functools.partial(open_store, folder, open_work), walls_of(limits, opens=not walls))


def walls_of(limits: Mapping[str, int], *, opens: bool) -> Walls:
    """Return the walls for the limits that the server sends: ``memory``, and ``result`` for the largest answer.

    Args:
        limits: In bytes.
        opens: Whether the process may open files.
    """
    walls = VIEW if opens else QUERY
    return replace(
        walls,
        memory=limits.get("memory", walls.memory),
        file_bytes=limits["result"] + SLACK if "result" in limits else 0,
    )


def open_store(folder: Path, open_work: OpenWork) -> tuple[Work, frozenset[str]]:
    """Open the store of a release for reading.

    Raises:
        ReleaseDamaged: If it cannot be opened.
    """
    try:
        store = ox.Store.read_only(str(folder / "store"))
        graphs = graphs_of(store)
    except OSError as error:
        raise ReleaseDamaged(folder / "store", f"it cannot be opened: {error}"[:300]) from error
    return open_work(store, folder, graphs), graphs


def serve(connection: socket.socket, opened: Open, walls: Walls) -> NoReturn:
    """Answer requests until the server closes the connection; then the process ends.

    Args:
        connection: To the server.
        opened: Opens what is served.
        walls: Are built once it is open.
    """
    for ending in (signal.SIGINT, signal.SIGTERM):  # these are for the server, which then closes the connection
        signal.signal(ending, signal.SIG_IGN)
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_answer, args=(connection, opened, walls), name="queries", daemon=True)
    thread.start()
    if hasattr(select, "poll"):
        _until_closed(connection)  # also while the engine works: it holds no lock of ours
    else:
        thread.join()
    os._exit(0)  # without goodbyes: the engine may still be working


def _until_closed(connection: socket.socket) -> None:
    poll = select.poll()
    poll.register(connection, getattr(select, "POLLRDHUP", 0))  # the end of the other side is told in any case
    poll.poll()


def _answer(connection: socket.socket, opened: Open, walls: Walls) -> None:
    try:
        _answer_all(connection, opened, walls)
    finally:
        os._exit(0)  # which ends the waiting of the other thread


def _answer_all(connection: socket.socket, opened: Open, walls: Walls) -> None:
    try:
        work, graphs = opened()
    except (EgovKGError, OSError) as error:
        _send(connection, error_answer(error))
        return
    growth = Growth()
    standing = build(walls)
    growth.begin()
    _send(connection, {"ready": True, "graphs": sorted(graphs), "walls": standing})
    reader, processor = wire.Reader(connection), ProcessorTime()
    file: int | None = None
    attached = b""
    while (received := reader.receive()) is not None:
        head, body = received
        if reader.descriptors and "given" in head:  # with a file, for the next request
            if head["given"] == "spool":
                file = reader.descriptors.pop(0)
            else:
                attached = _content(reader.descriptors.pop(0), head["length"])
            continue
        if "text" in head:  # and behind it what the work is about
            length = head["text"]
            head, body = {**head, "attached": memoryview(attached or body[length:])}, body[:length]
        spool = Spool(head["limit"], file, has_file=head.get("spools", False))
        processor.allow(head["seconds"])
        try:
            answer = {**work(head, body.decode(), spool), "growth": growth.noticed()}
            content, begin = spool.finish()
        except Exception as error:  # noqa: BLE001 - whatever it is, the server must hear of it
            if file is not None:
                os.ftruncate(file, 0)
                os.lseek(file, 0, os.SEEK_SET)
            _send(connection, {**error_answer(error), "growth": growth.bytes()})
        else:
            if begin is not None and file is not None:
                os.close(file)
                file, answer = None, {**answer, "spooled": [begin, spool.length]}
            _send(connection, answer, content)
        attached = b""


def _content(descriptor: int, length: int) -> bytes:
    """Return what stands in a file, and close it."""
    try:
        return os.pread(descriptor, length, 0)
    finally:
        os.close(descriptor)


def error_answer(error: Exception) -> dict[str, Any]:
    """Return the head that tells the parent of an error."""
    if isinstance(error, EgovKGError):
        return wire.error_head(error)
    if isinstance(error, MemoryError):
        return wire.error_head(MemoryExceeded(QUERY.memory))
    return wire.error_head(EngineStopped(f"{type(error).__name__}: {error}"[:200]))


def query_work(store: ox.Store, _folder: Path, graphs: frozenset[str]) -> Work:
    """Return what answers queries over a store."""

    def work(head: Mapping[str, Any], text: str, buffer: Spool) -> Mapping[str, Any]:
        if head.get("expands") and (head.get("job") or {"kind": "services"})["kind"] == "services":
            with expanded(store, head["expands"]) as seen:
                return answer(seen, head, text, buffer)
        return answer(store, head, text, buffer)

    def answer(store: ox.Store, head: Mapping[str, Any], text: str, buffer: Spool) -> Mapping[str, Any]:
        if head.get("job") is not None:
            return jobs.run(store, graphs, head, text, buffer)
        outcome = evaluate(
            store,
            ordering.kinds_apart(text) if head.get("kinds_apart") else text,
            buffer,
            table=head["table"],
            graph=head["graph"],
            default_graphs=head["default_graphs"],
            named_graphs=head["named_graphs"],
            substitutions=head["substitutions"],
            base=head["base"],
        )
        return {
            "form": outcome.form,
            "format": outcome.format.name,
            "cacheable": outcome.cacheable,
            "seconds": dict(outcome.seconds),
        }

    return work


def _send(connection: socket.socket, head: Mapping[str, Any], body: bytes | memoryview = b"") -> None:
    with contextlib.suppress(OSError):  # the server has gone: the next receive says so
        frame = wire.answer_frame(head, body)
        parts = frame if len(body) > INLINE else (b"".join(frame),)  # each piece would wake the server
        for part in parts:
            connection.sendall(part)


def work_named(name: str) -> OpenWork:
    """Return what a module and a name in it (``egov_kg.sparql.worker:query_work``) stand for."""
    module, _, attribute = name.partition(":")
    found: OpenWork = getattr(importlib.import_module(module), attribute)
    return found


def _main(folder: str, limits: str = "{}", work: str = "egov_kg.sparql.worker:query_work") -> None:
    run([folder, limits], work_named(work), walls=not json.loads(limits).get("opens", False))


if __name__ == "__main__":
    _main(*sys.argv[1:])
