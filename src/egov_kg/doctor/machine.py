"""Whether this machine has what a server needs: walls around queries, memory, room for answers, descriptors, time."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from egov_kg.config import Config
from egov_kg.doctor.outcome import Check
from egov_kg.errors import EgovKGError

__all__ = ["examine", "most_memory"]

_FRONT: Final = 192 << 20
"""The server itself with its caches."""
_VIEWS: Final = 192 << 20
"""The processes for pages, which run no query from outside, and the one of which all are copies."""
_QUAD: Final = 1024
"""What a quad takes in memory at most (0.4 to 0.7 kB measured)."""
_DESCRIPTORS: Final = 1024
_SECONDS: Final = 60

_TRY: Final = """
import json, socket, sys, threading
from egov_kg.sparql import walls

def look():
    found["walls"] = walls.build(walls.QUERY)
    try:
        socket.socket().close()
    except OSError:
        found["closed"] = True

found = {"walls": [], "closed": False}
threading.stack_size(1 << 30)
thread = threading.Thread(target=look)
thread.start()
thread.join()
sys.stdout.write(json.dumps(found))
"""
_NEEDED: Final = {"memory", "processor", "descriptors", "processes", "files", "core"}


def examine(config: Config) -> Iterator[Check]:
    """Yield the outcome of every check.

    Args:
        config: Says how many query processes there are, and how large an answer may be.
    """
    yield _memory(config)
    yield _room_for_answers(config)
    yield _descriptors()
    yield _clock(config)
    yield _walls()


def _walls() -> Check:
    """Build the walls of a query process in one, and see whether they hold."""
    words = [sys.executable, "-c", _TRY]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
    try:
        done = subprocess.run(words, capture_output=True, env=environment, timeout=_SECONDS, check=True)  # noqa: S603
        found = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else type(error).__name__
        return Check(
            "walls",
            "fail",
            f"a query process did not start: {reason}"[:300],
            "raise limits on memory and threads (ulimit -v, ulimit -u, pids.max); a query has a stack of 1 GiB, of "
            "which it uses little: allow that much address space, and set vm.overcommit_memory to 0 or 1",
        )
    standing, is_closed = set(found["walls"]), found["closed"]
    missing = sorted(_NEEDED - standing)
    names = ", ".join(sorted(standing)) or "none"
    if not is_closed:
        return Check("walls", "fail", f"a query process could open a socket; walls: {names}", "serve on Linux")
    if "network" not in standing:
        return Check(
            "walls",
            "warn",
            f"no filter of system calls (seccomp); limits and the guard stand: {names}",
            "serve on Linux on x86-64 or aarch64, and let containers install filters",
        )
    if missing:
        return Check("walls", "warn", f"without {', '.join(missing)}; there are {names}", "allow setrlimit")
    return Check("walls", "ok", f"a query can open no socket and no file; {names}")


def most_memory(config: Config, quads: int) -> int:
    """Return how much memory the whole tree of processes takes at most, in bytes.

    Args:
        config: Says how many fronts there are, how many query processes each has (one more stands by), what each of
            these may take, and whether the release is held in memory, once for all processes of a front.
        quads: How many the release has.

    Example:
        >>> most_memory(Config(workers=2), 100_000) >> 20
        1441
    """
    held = quads if quads <= config.held_quads else 0
    return config.fronts * (_FRONT + _VIEWS + held * _QUAD + (config.workers + 1) * config.query_memory)


def _memory(config: Config) -> Check:
    need = most_memory(config, _quads(config.out))
    found = {name: bytes_ for name, bytes_ in (("machine", _ram()), ("cgroup", _cgroup_limit())) if bytes_}
    if not found:
        return Check("memory", "ok", f"at most {need >> 20} MB are needed; this system does not say what it has")
    place, have = min(found.items(), key=lambda item: item[1])
    who = f"{config.fronts} fronts with {config.workers} workers each"
    text = f"at most {need >> 20} MB are needed ({who}), the {place} has {have >> 20} MB"
    if have < need:
        fitting = max(1, config.workers - -(-(need - have) // (config.fronts * config.query_memory)))
        remedy = f"set workers = {fitting}" if fitting < config.workers else "give it more memory"
        return Check("memory", "warn", text, f"{remedy}; if all queries are greedy at once, some are ended otherwise")
    return Check("memory", "ok", text)


def _quads(out: Path) -> int:
    from egov_kg.store import open_release  # noqa: PLC0415 - the doctor must speak where it cannot be imported

    try:
        return sum(open_release(out).counts.get("graphs", {}).values())
    except EgovKGError:
        return 0


def _ram() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _cgroup_limit(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> int:
    """Return the least limit of memory of the control groups around this process, 0 if there is none."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    limits = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            base, name = root, "memory.max"
        elif "memory" in controllers.split(","):
            base, name = root / "memory", "memory.limit_in_bytes"
        else:
            continue
        place = base / path.strip("/")
        for folder in (place, *place.parents):
            if folder == base.parent:
                break
            try:
                text = (folder / name).read_text(encoding="ascii").strip()
            except OSError:
                continue
            if text.isdigit() and int(text) < 1 << 60:
                limits.append(int(text))
    return min(limits, default=0)


def _room_for_answers(config: Config) -> Check:
    """Look at the place where answers stand until they are read."""
    folder = config.spool or tempfile.gettempdir()
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        remedy = "set spool to a folder that the server may write"
        return Check("spool", "fail", f"{folder} cannot be written: {error.strerror}", remedy)
    most = f"answers may take {config.spool_bytes >> 20} MB there, one {config.result_bytes >> 20} MB"
    text = f"{folder} has {free >> 20} MB free; {most}"
    if free < config.result_bytes:
        return Check("spool", "fail", text, "make room there, set spool to another folder, or lower result_bytes")
    if free < config.spool_bytes:
        return Check("spool", "warn", text, "make room there, set spool to another folder, or lower spool_bytes")
    return Check("spool", "ok", text)


def _descriptors() -> Check:
    if sys.platform == "win32":
        return Check("descriptors", "ok", "this system has no such limit")
    import resource  # noqa: PLC0415 - POSIX only

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = "any number" if soft == resource.RLIM_INFINITY else str(soft)
    if 0 <= soft < _DESCRIPTORS:
        return Check("descriptors", "warn", f"{most} may be open at once", f"ulimit -n {max(_DESCRIPTORS, hard)}")
    return Check("descriptors", "ok", f"{most} may be open at once")


def _clock(config: Config) -> Check:
    """Compare the clock with what is certainly past: tokens expire by it, and so do answers in caches."""
    now = dt.datetime.now(dt.UTC)
    past = {"the day of the release": dt.datetime.combine(dt.date.fromisoformat(config.issued), dt.time(), dt.UTC)}
    try:
        newest = max(path.stat().st_mtime for path in config.out.iterdir())
        past["the newest file among the releases"] = dt.datetime.fromtimestamp(newest, dt.UTC)
    except (OSError, ValueError):
        pass
    for name, moment in past.items():
        if now < moment - dt.timedelta(days=1):
            found = f"it says {now:%Y-%m-%d %H:%M} UTC, which is before {name}, {moment:%Y-%m-%d}"
            return Check("clock", "warn", found, "set the clock (timedatectl set-ntp true); tokens expire by it")
    return Check("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")
