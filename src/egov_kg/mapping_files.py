"""Mapping files on the disk: read, changed by one at a time, replaced as a whole.

Several people and a run may work at one file. Whoever changes it holds a lock on its folder, reads the file again,
changes what was read, and lets the new file appear in place of the old one, or nothing at all.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from egov_kg import iri
from egov_kg.errors import ConfigurationError, StorageFull
from egov_kg.linking import MappingSet, read_mappings, sssom_text
from egov_kg.store.durable import is_full, replace_file

__all__ = ["change_mappings", "write_mapping_set"]


def change_mappings(path: Path, change: Callable[[MappingSet | None], MappingSet], base: str = iri.BASE) -> MappingSet:
    """Change a mapping file under its lock and return what it holds then.

    Args:
        path: The file.
        change: Makes of what the file holds now, None if there is none, what it shall hold; it may raise, and then the
            file stays as it was.
        base: The base of our IRIs.

    Raises:
        DataFileError: If the file is wrong.
        ConfigurationError: If it cannot be written; StorageFull if the disk keeps nothing more. It stays as it was.
    """
    with _locked(path):
        now = read_mappings(path, base) if path.exists() else None
        wanted = change(now)
        write_mapping_set(wanted, path, base)
    return wanted


def write_mapping_set(found: MappingSet, path: Path, base: str = iri.BASE) -> None:
    """Write a mapping file; it appears complete or not at all, and keeps its mode and what a link to it leads to.

    Raises:
        ConfigurationError: If it cannot be written; StorageFull if the disk keeps nothing more.
    """
    data = sssom_text(found, base).encode()
    try:
        real = path.resolve()
        if real.exists():
            if real.read_bytes() == data:
                return
            replace_file(real, data, mode=stat.S_IMODE(real.stat().st_mode))
        else:
            replace_file(real, data)
    except OSError as error:
        if is_full(error):
            raise StorageFull(path, error.strerror or str(error)) from error
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of the folder of a file; the system ends it with the process. No file is left behind.

    Where folders cannot be locked (Windows, some network shares) the file is still read again right before a change.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - not there on Windows

    try:
        handle = os.open(path.resolve().parent, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
