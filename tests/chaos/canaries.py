"""Canaries: an address that nobody may call and a file that nobody may open."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

__all__ = ["SECRET", "Canaries", "canaries_in"]

SECRET: Final = "the canary sings of 38472619"
"""What stands in the file; no answer may hold it."""

_IN_ACCESS: Final = 0x1
_IN_OPEN: Final = 0x20
_EVENT: Final = struct.Struct("iIII")


@dataclass
class Canaries:
    """What an attack wants the server to touch.

    Attributes:
        url: An address on this machine, with a closing slash.
        file: A file of some RDF.
        calls: Who has connected.
    """

    url: str
    file: Path
    calls: list[str] = field(default_factory=list)
    _watch: int = -1

    @property
    def file_url(self) -> str:
        """The file as an address."""
        return self.file.as_uri()

    def is_watched(self) -> bool:
        """Whether the system tells of every opening of the file, by any process; Linux does."""
        return self._watch >= 0

    def openings(self) -> int:
        """Return how often the file was opened or read since the last question."""
        seen = 0
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._watch, 4096) if self.is_watched() else b"":
                place = 0
                while place < len(data):
                    seen += 1
                    place += _EVENT.size + _EVENT.unpack_from(data, place)[3]
        return seen

    def heard(self) -> tuple[list[str], int]:
        """Return who has called, and how often the file was opened, since the last question."""
        calls, self.calls = self.calls, []
        return calls, self.openings()

    def listen(self, listening: socket.socket) -> None:
        """Note who connects, until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, address = listening.accept()
                with connection:
                    connection.settimeout(1)
                    with contextlib.suppress(OSError):
                        self.calls.append(f"{address}: {connection.recv(200)!r}")
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@contextlib.contextmanager
def canaries_in(folder: Path) -> Iterator[Canaries]:
    """Give canaries that live as long as the context; the file lies in `folder`."""
    file = folder / "canary.nt"
    file.write_text(f'<http://canary.example/s> <http://canary.example/p> "{SECRET}" .\n', encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        canaries = Canaries(f"http://127.0.0.1:{listening.getsockname()[1]}/", file, _watch=_watch(file))
        thread = threading.Thread(target=canaries.listen, args=(listening,), daemon=True)
        thread.start()
        try:
            yield canaries
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            if canaries.is_watched():
                os.close(canaries._watch)


def _watch(file: Path) -> int:
    if sys.platform != "linux":
        return -1
    library = ctypes.CDLL(None, use_errno=True)
    watch: int = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if watch >= 0 and library.inotify_add_watch(watch, os.fsencode(file), _IN_OPEN | _IN_ACCESS) < 0:
        os.close(watch)
        return -1
    return watch
