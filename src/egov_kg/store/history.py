"""Which releases were current, the way back, and the end of those that nobody needs any more."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from egov_kg.errors import NotFound
from egov_kg.store.durable import sync_folder
from egov_kg.store.release import RELEASES, current_id, list_releases

__all__ = ["earlier", "hold", "note", "prune", "release_before", "visits"]

_HISTORY: Final = ".history"
_STAGING: Final = ".staging-"


def note(out: Path, identifier: str) -> None:
    """Remember that a release became the current one; synced."""
    path = out / RELEASES / _HISTORY
    line = json.dumps({"time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "release": identifier}) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def visits(out: Path) -> list[tuple[str, str]]:
    """Return when which release became the current one, oldest first; a line that was cut short is passed over."""
    try:
        lines = (out / RELEASES / _HISTORY).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            row = json.loads(line)
            found.append((str(row["time"]), str(row["release"])))
    return found


def release_before(out: Path) -> str:
    """Return the id of the release that the current one replaced, if it is still there, else of the one before that.

    Going back twice goes back two steps; what was left that way is not returned to.

    Raises:
        NotFound: If there is none.
    """
    current, kept = current_id(out), set(list_releases(out))
    before = earlier(out, current)
    if before:
        return before[0]
    others = sorted((name for name in kept if name != current), key=lambda name: _age(out, name))
    if not visits(out) and others:
        return others[-1]
    raise NotFound(f"there is no release before the current one in {out}; egov-kg releases lists what there is")


def earlier(out: Path, identifier: str) -> list[str]:
    """Return the ids of the releases that led to one, the newest first, those of them that are still there.

    What was gone back from is not among them.

    Args:
        out: The folder that holds the releases.
        identifier: Of the release; if it never was the current one, all that were count.
    """
    path: list[str] = []
    for _, name in visits(out):
        if name in path:
            del path[path.index(name) :]
        path.append(name)
    before = path[: path.index(identifier)] if identifier in path else path
    kept = set(list_releases(out))
    return [name for name in reversed(before) if name in kept]


def _age(out: Path, name: str) -> float:
    with contextlib.suppress(OSError):
        return (out / RELEASES / name).stat().st_mtime
    return 0.0


@contextlib.contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep a release from being removed for as long as the context lasts; any number of processes may hold it.

    Raises:
        FileNotFoundError: If it is not there, or was being removed.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - not there on Windows, where a folder in use cannot be removed

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        if not folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, "it was removed just now", str(folder))
        yield
    finally:
        os.close(handle)


def prune(out: Path, keep: int) -> list[str]:
    """Remove all releases but the current one, the last ones before it, and those that somebody holds.

    Args:
        out: The folder that holds the releases.
        keep: How many stay besides the current one: those that were current most lately.

    Returns:
        The ids of those that were removed.
    """
    releases, current = out / RELEASES, current_id(out)
    last = {name: place for place, (_, name) in enumerate(visits(out))}
    others = [name for name in list_releases(out) if name != current]
    others.sort(key=lambda name: (last.get(name, -1), _age(out, name)))
    removed = [name for name in others[: max(len(others) - keep, 0)] if _take_away(releases / name)]
    if removed:
        sync_folder(releases)
    return removed


def _take_away(folder: Path) -> bool:
    """Remove a release unless it is held: first its name, so that nobody opens what is half gone."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - as above

        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
    else:
        handle = -1
    try:
        grave = Path(tempfile.mkdtemp(prefix=_STAGING, dir=folder.parent))
        folder.rename(grave / folder.name)
        shutil.rmtree(grave, ignore_errors=True)
    finally:
        if handle >= 0:
            os.close(handle)
    return True
