"""Work of a query process that does what no query may: what the text says, so that tests see who stops it."""

from __future__ import annotations

import ctypes
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from egov_kg.sparql.spool import Spool
from egov_kg.sparql.worker import Work, query_work

__all__ = ["open_work"]


def open_work(store: ox.Store, folder: Path, graphs: frozenset[str]) -> Work:
    """Return work that does what a text says, ``verb`` or ``verb argument``, and answers queries otherwise."""
    answer = query_work(store, folder, graphs)

    def work(head: Mapping[str, Any], text: str, spool: Spool) -> Mapping[str, Any]:
        verb, _, argument = text.partition(" ")
        if verb not in _VERBS:
            return answer(head, text, spool)
        spool.write(str(_VERBS[verb](argument)).encode())
        return {"form": "SELECT", "format": "csv", "cacheable": False, "seconds": {}}

    return work


def _grow(megabytes: str) -> int:
    _KEPT.append(bytearray(os.urandom(1 << 20) * int(megabytes)))
    return len(_KEPT)


def _panic(_: str) -> None:
    """End as the engine does when it finds itself wrong."""
    os.write(2, b"thread '<unnamed>' panicked at sort: no total order")
    os.abort()


def _deepen(megabytes: str) -> None:
    """Touch so much of the stack of this thread, and stay there."""
    attributes, begin, size = ctypes.create_string_buffer(128), ctypes.c_void_p(), ctypes.c_size_t()
    _LIBC.pthread_getattr_np(ctypes.c_ulong(threading.get_ident()), attributes)
    _LIBC.pthread_attr_getstack(attributes, ctypes.byref(begin), ctypes.byref(size))
    assert begin.value is not None
    assert size.value >= 1 << 30
    ctypes.memset(begin.value + (8 << 20), 1, int(megabytes) << 20)
    time.sleep(30)


_LIBC = ctypes.CDLL(None)
_KEPT: list[bytearray] = []
_VERBS: dict[str, Callable[[str], object]] = {
    "socket": lambda _: socket.socket(),
    "read": lambda path: Path(path).read_text(encoding="utf-8"),
    "write": lambda path: Path(path).write_text("x", encoding="utf-8"),
    "fork": lambda _: os.fork(),
    "execute": lambda path: os.execv(path, [path]),
    "thread": lambda _: threading.Thread(target=print).start(),
    "kill": lambda pid: os.kill(int(pid), 9),
    "die": lambda status: os._exit(int(status)),
    "abort": lambda _: os.abort(),
    "sleep": lambda seconds: time.sleep(float(seconds)),
    "grow": _grow,
    "deepen": _deepen,
    "panic": _panic,
    "pid": lambda _: os.getpid(),
    "threads": lambda _: threading.active_count(),
}
