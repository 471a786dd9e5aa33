"""A process that reads foreign files, behind walls. Started as ``python -m egov_kg.documents.child``.

The libraries that read PDF and office files were not made for hostile ones. So they run here, in a process that may be
killed at any moment: the parent does that at the deadline. The walls:

- memory, processor time, time by the clock, core dumps and file sizes are limited by the system;
- the system refuses sockets, programs, processes, signals to others, and every change of a file (`egov_kg.seccomp`,
  Linux), also to machine code;
- nothing but files of the installation can be opened. An audit hook of Python refuses the others, and what the system
  may not refuse where it has no filter: that stops libraries, not machine code;
- what goes back is JSON, which the parent checks.

The connection to the parent is standard input. When the parent ends it closes, and so does this process; if it is busy
then, the clock ends it.
"""

from __future__ import annotations

import contextlib
import json
import mimetypes
import os
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any, Final

from egov_kg import assets, seccomp
from egov_kg.documents.formats import FORMATS, Refusal, reader_of

__all__ = ["LENGTHS", "receive", "send"]

LENGTHS: Final = struct.Struct("!IQ")
"""The lengths of head and body, in bytes."""

_GRACE: Final = 2
"""Seconds beyond the deadline, at which the parent kills this process; if there is no parent, it ends by itself."""

_NESTED: Final = "is nested too deeply to be read"
_SAVE: Final = "Open it in the program that it comes from, save it again, and read that file."
_REFUSED: Final = frozenset(
    {
        "socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname",
        "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn",
        "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.chown",
        "os.truncate", "os.kill", "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp",
        "urllib.Request", "webbrowser.open",
    }
)  # fmt: skip
"""What no reader needs, by its name among the audit events of Python."""


def send(connection: socket.socket, head: Any, body: bytes = b"") -> None:
    """Send a head, as JSON, and a body."""
    text = json.dumps(head).encode()
    connection.sendall(LENGTHS.pack(len(text), len(body)) + text)
    connection.sendall(body)


def receive(connection: socket.socket, most: int = sys.maxsize) -> tuple[Any, bytes] | None:
    """Return the next head and body, or None when the other end has closed.

    Args:
        connection: Where from.
        most: The longest body, in bytes.

    Raises:
        ValueError: If the body is longer, or the head is no JSON.
        TimeoutError: If the connection has a timeout, and it has come.
    """
    lengths = _exactly(connection, LENGTHS.size)
    if lengths is None:
        return None
    head_length, body_length = LENGTHS.unpack(lengths)
    if head_length > 1 << 20 or body_length > most:
        raise ValueError(f"{body_length:,} bytes, more than {most:,}")
    head, body = _exactly(connection, head_length), _exactly(connection, body_length)
    return None if head is None or body is None else (json.loads(head), body)


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(min(count - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _serve() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the connection
    connection = socket.socket(fileno=os.dup(0))
    in_use = _memory_in_use()
    mimetypes.init([])  # a library would look for the tables of the machine
    sys.addaudithook(_refuse)
    _build_walls()
    is_filtered = seccomp.installed(seccomp.program_for_readers)
    with contextlib.suppress(OSError):  # the parent has gone
        send(connection, {"ready": True, "filter": is_filtered})
        while (received := receive(connection)) is not None:
            head, data = received
            _arm(head["seconds"], head["memory"], in_use)
            answer, body = _read(head["format"], data, head["option"])
            del received, data
            _disarm()
            send(connection, answer, body)
    return 0


def _read(key: str, data: bytes, option: str) -> tuple[dict[str, Any], bytes]:
    """Return what the parent gets to hear of a file: an outline, or why there is none."""
    if key not in FORMATS:
        return _failure(Refusal(f"is in no known format: {key}", _SAVE))
    try:
        outline = reader_of(key)(data, option)
        body = json.dumps(outline.data(), separators=(",", ":")).encode()
    except Refusal as refusal:
        return _failure(refusal)
    except MemoryError:
        return {"memory": True}, b""
    except RecursionError:
        return _failure(Refusal(_NESTED, _SAVE))
    except Exception as error:  # noqa: BLE001 - libraries raise whatever they stumble over in a damaged file
        name, words = FORMATS[key].name, type(error).__name__
        if type(error).__module__ != "builtins":
            words = " ".join(f"{words}: {error}".split())[:160]
        return _failure(Refusal(f"is damaged, or no {name} file as the standard has it ({words})", _SAVE))
    return {"read": True}, body


def _failure(refusal: Refusal) -> tuple[dict[str, Any], bytes]:
    return {"reason": refusal.reason, "remedy": refusal.remedy}, b""


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse, as an audit hook, what no reader needs."""
    if event == "open":
        place, mode, _ = arguments
        if isinstance(place, int) or place == os.devnull:
            return
        named = os.fsdecode(place)
        if set(str(mode or "r")) & set("wax+") or not os.path.realpath(named).startswith(_ROOTS):
            raise PermissionError(f"a reader may not open {named!r}")
    elif event in _REFUSED:
        raise PermissionError(f"a reader may not do {event}")


_ROOTS: Final = tuple(
    sorted(
        {
            os.path.realpath(place) + os.sep
            for place in [sys.prefix, sys.base_prefix, *sys.path, str(assets.data())]
            if place
        }
    )
)
"""Where the interpreter, its libraries and our own tables are: the folders that a reader may read from."""


def _build_walls() -> None:
    """Let the system refuse files and dumps of memory; Windows has no such limits."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    for wall in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(wall, (0, 0))


def _arm(seconds: float, memory: int, in_use: int) -> None:
    """Allow so much memory beyond what is in use, and so much time, from now on."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime + seconds) + _GRACE
    for wall, value in ((resource.RLIMIT_AS, in_use + memory), (resource.RLIMIT_CPU, spent)):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(wall, (value, resource.getrlimit(wall)[1]))
    # Nobody catches this signal: the system ends the process, whatever machine code it is in.
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)


def _disarm() -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 0)


def _memory_in_use() -> int:
    """Return how much address space the process has; where the system does not tell, what it usually is."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmSize:"):
                return int(line.split()[1]) << 10
    return 256 << 20


if __name__ == "__main__":
    sys.exit(_serve())
