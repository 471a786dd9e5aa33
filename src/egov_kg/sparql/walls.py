"""The walls around a process that runs what others wrote: limits of the system, and a filter of system calls.

They are built once the process has all it needs; nothing takes them away again. Where the system has no such wall (the
filter exists on Linux alone) the others stand, and so does the guard, which refuses SERVICE and LOAD by their words.
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg import seccomp

__all__ = [
    "PAGE",
    "QUERY",
    "VIEW",
    "Growth",
    "ProcessorTime",
    "Walls",
    "build",
    "fence",
    "lift_fence",
    "limit_processor_time",
    "memory_in_use",
    "refuse_network",
]

PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
"""The bytes of a page of memory."""

_NOTICED_SECONDS: Final = 0.002
_NOTICED_TIMES: Final = 32

_OOM_SCORE: Final = "500"
"""Who is ended first when the machine has no memory left: not the server."""


@dataclass(frozen=True, slots=True)
class Walls:
    """What a process may still do.

    Attributes:
        memory: How many bytes more than it has now.
        file_bytes: How long a file may become that it writes.
        descriptors: How many more descriptors it may hold; None for as many as it likes.
        opens: Whether it may open files, start threads and copy itself; never sockets or programs.
    """

    memory: int = 768 << 20
    file_bytes: int = 0
    descriptors: int | None = None
    opens: bool = False


QUERY: Final = Walls(descriptors=2)
"""Around a query from outside: it opens nothing, and may be handed a file for its answer and one to read."""

VIEW: Final = Walls(opens=True)
"""Around our own views, which are asked for by the names of things alone: files may be opened."""


def build(walls: Walls) -> tuple[str, ...]:
    """Build walls around this process and all its threads; return the names of those that stand, sorted.

    The names are ``memory``, ``processor`` (see `ProcessorTime`), ``core``, ``files``, ``descriptors``,
    ``processes``, ``oom``, and for the filter ``network``, with ``calls`` where only the calls of a query are left.
    """
    standing = set()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
        standing.add("oom")
    standing.update(_limits(walls))
    if walls.opens and seccomp.installed(seccomp.program_without_network):
        standing.add("network")
    if not walls.opens and seccomp.installed(seccomp.program_for_queries):
        standing |= {"calls", "network"}
    return tuple(sorted(standing))


def fence(memory: int) -> None:
    """Allow this much more memory, until the fence is lifted: for a change, after which the process goes on.

    The filter is not of that kind, so it must stand before; see `refuse_network`.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    with contextlib.suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (memory_in_use() + memory, most))


def lift_fence() -> None:
    """Allow again what `fence` and `limit_processor_time` took away."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    for limit in (resource.RLIMIT_DATA, resource.RLIMIT_CPU):
        with contextlib.suppress(OSError, ValueError):
            _, most = resource.getrlimit(limit)
            resource.setrlimit(limit, (most, most))


def refuse_network() -> bool:
    """Let this process and its children open no socket, start no program and look into no other process.

    Returns:
        Whether the system does so.
    """
    return seccomp.installed(seccomp.program_without_network)


class Growth:
    """How much memory a process has taken since a moment; one that took much is replaced before it takes more.

    The file that tells it stays open, because later no file can be opened.
    """

    def __init__(self) -> None:
        self._file: int | None = None
        with contextlib.suppress(OSError):
            self._file = os.open("/proc/self/statm", os.O_RDONLY)
        self._before = self._noticed = self._left = 0
        self._at = 0.0

    def begin(self) -> None:
        """Count from here."""
        self._before = self._own()

    def noticed(self) -> int:
        """Return `bytes` of now, or of a moment ago if little has been done since: a few queries of a millisecond."""
        now = time.process_time()
        if self._left <= 0 or now - self._at > _NOTICED_SECONDS:
            self._noticed, self._left, self._at = self.bytes(), _NOTICED_TIMES, now
        self._left -= 1
        return self._noticed

    def bytes(self) -> int:
        """Return how many bytes more are its own; 0 where the system does not tell."""
        return max(0, self._own() - self._before)

    def _own(self) -> int:
        if self._file is None:
            return 0
        words = os.pread(self._file, 128, 0).split()
        return (int(words[1]) - int(words[2])) * PAGE  # resident, without what is shared through files


class ProcessorTime:
    """The wall of processor time, which the system counts over the whole life of a process, moved on query by query.

    It stands between one and three seconds behind the time that a query has, and is moved only if it stands elsewhere:
    most queries take so little that the same wall does for thousands.
    """

    def __init__(self) -> None:
        self._stands = 0

    def allow(self, seconds: float) -> None:
        """Allow this much from now on."""
        ends = time.process_time() + seconds
        if not ends + 1 <= self._stands <= ends + 3:
            self._stands = math.ceil(ends) + 2
            _set_processor_time(self._stands)


def _limits(walls: Walls) -> list[str]:
    """Set the limits of the system; return the names of those that it took."""
    if sys.platform == "win32":
        return []
    import resource  # noqa: PLC0415 - POSIX only

    wanted = {
        "core": (resource.RLIMIT_CORE, 0),
        "files": (resource.RLIMIT_FSIZE, walls.file_bytes),
        "memory": (resource.RLIMIT_DATA, memory_in_use() + walls.memory),
    }
    if not walls.opens:
        wanted["processes"] = (getattr(resource, "RLIMIT_NPROC", -1), 0)
    if walls.descriptors is not None:
        wanted["descriptors"] = (resource.RLIMIT_NOFILE, _lowest_free_descriptor() + walls.descriptors)
    standing = ["processor"]
    for name, (limit, value) in wanted.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, value))
            standing.append(name)
    return standing


def _lowest_free_descriptor() -> int:
    """Return the number that the next descriptor would get: with that limit there is no next one."""
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    return free


def memory_in_use() -> int:
    """Return what counts against the limit of memory already, the stacks of threads included, in bytes."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) << 10
    return (1 << 30) + (256 << 20)


def limit_processor_time(seconds: float) -> None:
    """Allow this much processor time from now on: the system counts the whole life of the process."""
    _set_processor_time(int(time.process_time() + seconds) + 2)


def _set_processor_time(limit: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
