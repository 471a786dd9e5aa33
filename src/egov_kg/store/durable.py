"""What outlives a loss of power: files that appear complete or not at all, folders that are synced, locks."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = [
    "FULL",
    "create_file",
    "is_full",
    "lock_file",
    "locked",
    "replace_file",
    "sync_folder",
    "sync_tree",
    "write_aside",
]

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""What the system answers when nothing more can be kept on a disk."""

_WORDS: Final = tuple(os.strerror(code) for code in sorted(FULL))


def is_full(error: BaseException | None) -> bool:
    """Whether an error says that the disk keeps nothing more; RocksDB gives words and no number."""
    return isinstance(error, OSError) and (error.errno in FULL or any(words in str(error) for words in _WORDS))


def words_of(error: OSError) -> str:
    """Return what the system says of an error, also where RocksDB has wrapped it."""
    return error.strerror or next((words for words in _WORDS if words in str(error)), str(error))


def replace_file(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Let a file have this content, or keep the one it had: written aside, synced, renamed, its folder synced."""
    aside = write_aside(path, data, mode)
    try:
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def create_file(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Make a file with this content that is not there yet: written aside, synced, linked, its folder synced.

    Raises:
        FileExistsError: If there is one; it stays as it is.
    """
    aside = write_aside(path, data, mode)
    try:
        path.hardlink_to(aside)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_aside(path: Path, data: bytes, mode: int = 0o644) -> Path:
    """Write a synced file beside the path, which no reader looks for: its name begins with a dot."""
    aside = path.with_name(f".{path.name}-{secrets.token_hex(6)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return aside


def sync_tree(folder: Path) -> None:
    """Ask the disk to keep every file below a folder, then the folders, from the bottom up."""
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            with (Path(place) / name).open("rb") as file:
                os.fsync(file.fileno())
        sync_folder(Path(place))


def sync_folder(folder: Path) -> None:
    """Ask the disk to keep the names in a folder."""
    if sys.platform == "win32":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold a lock between processes; the system releases it when the holder dies.

    Raises:
        BlockingIOError: If it is held, and `wait` is false.
    """
    handle = lock_file(path, wait=wait)
    try:
        yield
    finally:
        os.close(handle)


def lock_file(path: Path, *, wait: bool, shared: bool = False) -> int:
    """Open and lock a file, which is made; closing the handle that is returned ends the lock.

    Args:
        path: The file.
        wait: Whether to wait for whoever holds it.
        shared: Whether others may hold it at the same time, if they share it too.

    Raises:
        BlockingIOError: If it is held, and `wait` is false.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - not there on Windows, where one builder at a time is the user's care

        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, how if wait else how | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise
    return handle
