"""The process of which query processes are copies. Started as ``python -m egov_kg.sparql.zygote ARGUMENTS``.

It has one thread, loads a release once, and copies itself when it is asked to; a copy shares the memory of the release
with all others (copy on write) and is ready in milliseconds. A release with too many quads for that stays on the disk:
each copy then opens its store for reading, after it was made, because the threads of that store would not be copied.

It is asked over standard input, a connection that keeps messages apart: ``{"id", "kind"}`` with one end of a connection
that the copy is to serve. It tells the number of each copy, with a descriptor that stands for it and no other process,
and how each ended. It can open no network connection. When the server ends, the connection closes; then it ends its
copies, and itself.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import hashlib
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

import pyoxigraph as ox

from egov_kg.errors import EgovKGError, ReleaseDamaged
from egov_kg.sparql.evaluation import graphs_of
from egov_kg.sparql.walls import refuse_network
from egov_kg.sparql.worker import Open, OpenWork, Work, error_answer, open_store, serve, walls_of, work_named
from egov_kg.store.manifest import MANIFEST, Manifest

__all__ = ["Prepare", "main"]

Prepare = Callable[[ox.Store, Path], object]
"""What makes ready, from the store and the folder of a release, what its copies share."""

_QUADS: Final = "egov.nq"
_MESSAGE: Final = 4 << 10
_CHUNK: Final = 1 << 20
_WORDS: Final = 2 << 10


class _Held(NamedTuple):
    """A release in memory."""

    store: ox.Store
    graphs: frozenset[str]
    quads: int


def main(arguments: str) -> int:
    """Serve until the server closes the connection.

    Args:
        arguments: JSON: the folder of the ``release``, ``limits``, ``works`` and ``prepare`` as in
            `egov_kg.sparql.forking.Forking`.

    Returns:
        The exit status.
    """
    for ending in (signal.SIGINT, signal.SIGTERM):  # these are for the server, which then closes the connection
        signal.signal(ending, signal.SIG_IGN)
    control = _control()
    refuse_network()
    try:
        asked = json.loads(arguments)
        works = {kind: work_named(name) for kind, name in asked["works"].items()}
        folder, limits = Path(asked["release"]), asked["limits"]
        held = _hold(folder, limits.get("quads", 0))
        if held is not None and asked["prepare"]:
            _named(asked["prepare"])(held.store, folder)
        told = {"held": "memory", "quads": held.quads} if held else {"held": "disk"}
    except (EgovKGError, OSError) as error:
        _tell(control, error_answer(error))
        return 1
    gc.collect()
    gc.freeze()  # so that the collector of a copy does not touch, and so copy, what is here
    _tell(control, {"ready": True, **told})
    opening = {kind: _opening(folder, held, work) for kind, work in works.items()}
    _Copies(control, opening, limits).run()
    return 0


def _named(name: str) -> Prepare:
    module, _, attribute = name.partition(":")
    found: Prepare = getattr(importlib.import_module(module), attribute)
    return found


def _control() -> socket.socket:
    """Return the connection that is standard input, and put nothing in its place."""
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    return control


def _opening(folder: Path, held: _Held | None, open_work: OpenWork) -> Open:
    def opened(release: _Held) -> tuple[Work, frozenset[str]]:
        return open_work(release.store, folder, release.graphs), release.graphs

    if held is None:
        return functools.partial(open_store, folder, open_work)
    return functools.partial(opened, held)


def _hold(folder: Path, most: int) -> _Held | None:
    """Return a release in memory, or None if it has more quads than may be held.

    Raises:
        ReleaseDamaged: If its quads are not those that its manifest names.
    """
    place = folder / _QUADS
    if not most or not place.is_file():
        return None
    digest, quads = hashlib.sha256(), 0
    with place.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            quads += chunk.count(b"\n")
            if quads > most:
                return None
    _check(folder, digest.hexdigest())
    store = ox.Store()
    try:
        # Our own file: its IRIs need no check, which takes as long as the rest of the parsing.
        store.bulk_load(path=str(place), format=ox.RdfFormat.N_QUADS, lenient=True)
    except SyntaxError as error:
        raise ReleaseDamaged(place, f"it is no N-Quads ({error})") from error
    return _Held(store, graphs_of(store), quads)


def _check(folder: Path, sha256: str) -> None:
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return
    files = Manifest.from_bytes(manifest.read_bytes(), manifest).files
    if any(file.path == _QUADS and file.sha256 != sha256 for file in files):
        raise ReleaseDamaged(folder / _QUADS, "its SHA-256 is not the one of the manifest")


def _tell(control: socket.socket, message: Mapping[str, Any], descriptors: tuple[int, ...] = ()) -> None:
    with contextlib.suppress(OSError):  # the server has gone: the next receive says so
        socket.send_fds(control, [json.dumps(message).encode()], descriptors)


class _Copies:
    """Makes copies of this process and waits for their ends."""

    def __init__(self, control: socket.socket, opening: Mapping[str, Open], limits: Mapping[str, int]) -> None:
        self._control, self._opening, self._limits = control, opening, limits
        self._numbers: dict[int, int] = {}
        self._words: dict[int, int] = {}
        self._ended, self._telling = os.pipe()
        for end in (self._ended, self._telling):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        signal.set_wakeup_fd(self._telling, warn_on_full_buffer=False)

    def run(self) -> None:
        """Make copies until the server closes the connection."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._ended, select.POLLIN)
        asked = True
        while asked:
            for descriptor, _ in poll.poll():
                if descriptor == self._ended:
                    self._bury()
                else:
                    asked = self._answer()
        for pid in self._numbers:
            os.kill(pid, signal.SIGKILL)
        while self._numbers:
            self._note(*os.waitpid(-1, 0))

    def _bury(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._ended, 4096):
                pass
        while self._numbers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._note(pid, status)

    def _note(self, pid: int, status: int) -> None:
        number, reading = self._numbers.pop(pid), self._words.pop(pid)
        words = b""
        with contextlib.suppress(BlockingIOError):  # nothing was said
            words = os.read(reading, _WORDS)
        os.close(reading)
        told = {"id": number, "status": os.waitstatus_to_exitcode(status), "words": words.decode("utf-8", "replace")}
        _tell(self._control, told)

    def _answer(self) -> bool:
        """Make the copy that is asked for; return whether the server is there."""
        data, descriptors, _flags, _address = socket.recv_fds(self._control, _MESSAGE, 1)
        if not data:
            return False
        message = json.loads(data)
        try:
            self._copy(message["id"], message["kind"], descriptors[0])
        except OSError as error:  # no memory, or too many processes
            _tell(self._control, {"id": message["id"], "status": error.errno, "words": ""})
        finally:
            os.close(descriptors[0])
        return True

    def _copy(self, number: int, kind: str, connection: int) -> None:
        reading, writing = os.pipe()
        for end in (reading, writing):
            os.set_blocking(end, False)  # what does not fit is lost; nobody waits for it
        try:
            pid = os.fork()
            if pid == 0:
                self._become(connection, kind, writing)
        except OSError:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self._numbers[pid], self._words[pid] = number, reading
        handle = os.pidfd_open(pid)  # it is not waited for yet, so that the number is its own
        _tell(self._control, {"id": number, "pid": pid}, (handle,))
        os.close(handle)

    def _become(self, descriptor: int, kind: str, words: int) -> NoReturn:
        """Go on as the copy; keep nothing of the zygote but what it holds."""
        try:
            os.dup2(words, 2)  # the last words of the engine say why it stops
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.closerange(3, descriptor)
            os.closerange(descriptor + 1, os.sysconf("SC_OPEN_MAX"))
            walls = walls_of(self._limits, opens=kind != "query")
            serve(socket.socket(fileno=descriptor), self._opening[kind], walls)
        finally:
            os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
