"""The process that holds a state of a writable store. Started as ``python -m egov_kg.sparql.holder FOLDER``.

It has one thread and does nothing but copy itself: each query is answered by a copy that ends then, each change is made
by a copy that becomes the next state. So a state never changes: what is killed, stopped or refused leaves it as it was,
and a query sees one state from its beginning to its end.

The connection to the server is standard input; of a state that came about later, the connection over which the change
came. Each message on it is one byte that says what is wanted, with a socket over which the copy is talked to. When the
server ends, or needs a state no more, the connection is closed, and the process ends with the last of its copies.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import secrets
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import EgovKGError, QueryRefused, UpdateFailed
from egov_kg.sparql import walls, wire
from egov_kg.sparql.dataset import with_dataset
from egov_kg.sparql.patches import Patch, graph_of
from egov_kg.sparql.rdfs import with_entailed
from egov_kg.sparql.spool import Spool
from egov_kg.sparql.updating import Part, update, write_graph
from egov_kg.sparql.worker import error_answer, query_work, serve
from egov_kg.store.asserted import read_asserted
from egov_kg.store.snapshots import read_state, write_snapshot

__all__ = ["run"]

_STACK: Final = 1 << 30


@dataclass(slots=True)
class _Holder:
    """A state, the connection that asks for copies of it, and the copies that have not ended."""

    store: ox.Store
    connection: socket.socket
    entails: bool = False
    """Whether queries see what follows under RDFS."""
    shown: ox.Store | None = None
    """What queries see, if that is not the store itself."""
    memory: int = walls.QUERY.memory
    """How much more memory a copy may take than the state has."""
    copies: dict[int, int] = field(default_factory=dict)
    """Their process ids by descriptor."""
    changing: int = -1
    """The descriptor of the copy of the last change."""

    def serve(self) -> None:
        """Make copies until the connection is closed and the last of them has ended."""
        while True:
            with selectors.DefaultSelector() as ready:
                is_open = self.connection.fileno() >= 0
                if not is_open and not self.copies:
                    return
                if is_open:
                    ready.register(self.connection, selectors.EVENT_READ)
                for descriptor in self.copies:
                    ready.register(descriptor, selectors.EVENT_READ)
                events = [key.fileobj for key, _ in ready.select()]
            for found in events:
                if isinstance(found, int):
                    self._reap(found)
                else:
                    self._copy()
                    break  # in a copy the other events are those of the state before

    def _reap(self, descriptor: int) -> None:
        """Tell how a copy has ended."""
        process = self.copies.pop(descriptor)
        os.close(descriptor)
        _, status = os.waitpid(process, 0)
        told = {"pid": process, "status": os.waitstatus_to_exitcode(status)}
        with contextlib.suppress(OSError):
            self.connection.sendall(json.dumps(told).encode() + b"\n")

    def _copy(self) -> None:
        """Make the copy that is asked for; in the copy of a change that becomes the next state this returns too."""
        kind, descriptors, _, _ = socket.recv_fds(self.connection, 1, 1)
        if not descriptors:
            self._leave(is_followed=kind == wire.LEAVE)
            return
        process = os.fork()
        if process:
            os.close(descriptors[0])
            handle = os.pidfd_open(process)
            self.copies[handle] = process
            self.changing = handle if kind == wire.CHANGE else self.changing
            return
        try:
            asked = socket.socket(fileno=descriptors[0])
            for descriptor in self.copies:
                os.close(descriptor)
            self.connection.close()
            if not self._become(kind, asked):
                os._exit(0)
        except BaseException:  # noqa: BLE001 - a copy never goes on as what it was copied from
            os._exit(70)
        self.connection, self.copies, self.changing = asked, {}, -1

    def _leave(self, *, is_followed: bool) -> None:
        """Go without the copy that is the next state; or, when the server has gone or needs this state no more, end."""
        if is_followed:
            if self.copies.pop(self.changing, None) is not None:
                os.close(self.changing)
            return
        self.connection.close()
        for process in self.copies.values():
            os.kill(process, signal.SIGKILL)

    def _become(self, kind: bytes, asked: socket.socket) -> bool:
        """Do what a copy is for; return whether it goes on as the next state."""
        if kind == wire.CHANGE:
            is_next = _on_a_large_stack(functools.partial(_change, self, asked))
            walls.lift_fence()
            return is_next
        if kind == wire.SNAPSHOT:
            _snapshot(self.store, asked)
        else:
            _answer(self, asked)
        return False


def _on_a_large_stack(work: Callable[[], bool]) -> bool:
    """Run something on a thread with 1 GiB of stack, and return what it returns."""
    done: list[bool] = []
    threading.stack_size(_STACK)
    thread = threading.Thread(target=lambda: done.append(work()))
    thread.start()
    thread.join()
    return done == [True]


def _answer(holder: _Holder, asked: socket.socket) -> None:
    """Answer queries behind walls, one after another, until the server has no more."""
    stores = (holder.store, holder.store if holder.shown is None else holder.shown)
    asserted, shown = (query_work(store, Path(), frozenset()) for store in stores)

    def work(head: Mapping[str, Any], text: str, spool: Spool) -> Mapping[str, Any]:
        return (asserted if head["asserted"] else shown)(head, text, spool)

    _send(asked, {"pid": os.getpid()})
    serve(asked, lambda: (work, frozenset()), replace(walls.QUERY, memory=holder.memory))


def _change(holder: _Holder, asked: socket.socket) -> bool:
    """Make one change, tell of it, and return whether this process may become the next state.

    It makes copies from then on, while the change is being kept; if it is not kept the server ends it.
    """
    walls.fence(holder.memory)
    _send(asked, {"pid": os.getpid()})
    received = wire.receive(asked)
    if received is None:
        return False
    head, body = received
    walls.limit_processor_time(head["seconds"])
    try:
        patch = _patch(holder.store, head, body)
        lines = _lines(patch, head["limit"])
        if holder.entails:
            holder.shown = with_entailed(holder.store)
    except Exception as error:  # noqa: BLE001 - as above
        _send(asked, error_answer(error))
        return False
    told = {"created": sorted(patch.created), "dropped": sorted(patch.dropped)}
    _send(asked, told, lines)
    return True


def _patch(store: ox.Store, head: Mapping[str, Any], body: bytes) -> Patch:
    """Return what a change makes of a store.

    Raises:
        QueryRefused: ``derived-graph`` if it differs in a graph that is not written from outside.
    """
    base, patch = head["base"], Patch(store)
    if head["genid"]:
        patch.renamed = functools.cache(lambda _node: ox.NamedNode(f"{head['genid']}{secrets.token_hex(16)}"))
    if head["kind"] == "update":
        text = body.decode().removeprefix("\ufeff")
        update(patch, with_dataset(text, head["using"], head["using_named"]), base=base)
    else:
        parts = []
        for part in head["parts"]:
            parts.append(Part(body[: part["length"]], part["format"], part["name"]))
            body = body[part["length"] :]
        write_graph(patch, head["method"], graph_of(head["graph"]), parts, base=base)
    refused = [g for g in patch.graphs if head["curated"] and (g is None or iri.is_derived_graph(g, head["curated"]))]
    if refused:
        name = min(refused, key=str)
        place = f"<{name}>" if name is not None else "the default graph"
        raise QueryRefused("derived-graph", f"{place} is made from the other graphs; change those")
    return patch


def _lines(patch: Patch, limit: int) -> bytes:
    """Return what the log keeps of a change.

    Raises:
        UpdateFailed: If that is more than a limit of bytes.
    """
    lines = "".join(f"{line}\n" for line in patch.lines()).encode()
    if len(lines) > limit:
        raise UpdateFailed(f"what it changes has {len(lines)} bytes, and the most is {limit}; change less at once")
    return lines


def _snapshot(store: ox.Store, asked: socket.socket) -> None:
    _send(asked, {"pid": os.getpid()})
    received = wire.receive(asked)
    if received is None:
        return
    head, _ = received
    try:
        write_snapshot(Path(head["folder"]), head["number"], head["record"], store)
    except OSError as error:
        _send(asked, error_answer(error))
    else:
        _send(asked, {"ready": True})


def _send(connection: socket.socket, head: Mapping[str, Any], body: bytes | memoryview = b"") -> None:
    with contextlib.suppress(OSError):  # the server has gone: the next receive says so
        for part in wire.frame(head, body):
            connection.sendall(part)


def run(arguments: list[str]) -> int:
    """Hold the state of a folder until the server closes the connection.

    Args:
        arguments: The folder with the changes and the snapshots, and how much memory a copy may take, in bytes; with
            ``asserted`` the folder is that with the releases, and with ``rdfs`` queries see what follows.

    Returns:
        The exit status.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the connection
    connection = socket.socket(fileno=os.dup(0))
    walls.refuse_network()
    try:
        state = (read_asserted if wire.ASSERTED in arguments[1:] else read_state)(Path(arguments[0]))
        entails = wire.RDFS in arguments[1:]
        shown = with_entailed(state.store) if entails else None
    except EgovKGError as error:
        _send(connection, error_answer(error))
        return 1
    _send(
        connection,
        {
            "pid": os.getpid(),
            "graphs": state.graphs,
            "number": state.number,
            "record": state.record,
            "quads": len(state.store),
        },
    )
    with Path(os.devnull).open("wb") as nowhere:  # where the engine writes to when memory is refused
        os.dup2(nowhere.fileno(), sys.stderr.fileno())
    gc.freeze()
    gc.disable()
    _Holder(state.store, connection, entails, shown, int(arguments[1])).serve()
    os._exit(0)  # without giving back, piece by piece, what it holds


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
