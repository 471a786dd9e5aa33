"""How a release comes into being: a folder beside the others, filled, synced, renamed, and then pointed to.

Every name that a reader looks for appears by one rename. A crash at any moment leaves the releases as they were, and a
folder whose name starts with ``.staging-``, which the next build removes.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from egov_kg.errors import ConfigurationError, ReleaseDamaged
from egov_kg.store.checking import check_store
from egov_kg.store.durable import is_full, lock_file, locked, sync_folder, sync_tree, words_of
from egov_kg.store.history import note, prune
from egov_kg.store.manifest import MANIFEST, Manifest, list_files
from egov_kg.store.release import CURRENT, RELEASES, STORE, Release, find_release, open_release

__all__ = ["Staging", "publish", "use_release"]

_STAGING: Final = ".staging-"
_LOCK: Final = ".lock"


class Staging:
    """A folder that nobody reads yet: fill `path`, then `publish` it; leaving the context unpublished removes it.

    Attributes:
        out: The folder that holds ``releases`` and ``current``.
        path: The folder to fill.
    """

    def __init__(self, out: Path) -> None:
        self.out = Path(out)
        self.path = Path()
        self._lock: int | None = None

    def __enter__(self) -> Self:
        """Make the folder, and remove what builds that died have left.

        Raises:
            ConfigurationError: If the folder cannot be written, or ``current`` is a folder.
        """
        releases, pointer = self.out / RELEASES, self.out / CURRENT
        if pointer.is_dir() and not pointer.is_symlink():
            raise ConfigurationError(f"{pointer} is a folder where the name of a release must stand; move it away")
        try:
            releases.mkdir(parents=True, exist_ok=True)
            with locked(releases / _LOCK):
                _remove_stale(releases)
                self.path = Path(tempfile.mkdtemp(prefix=_STAGING, dir=releases))
                self.path.chmod(0o755)
                self._lock = lock_file(_lock_of(self.path), wait=False)
        except OSError as error:
            raise ConfigurationError(f"releases cannot be written to {self.out}: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the folder, unless it was published.

        Raises:
            ConfigurationError: If it could not be filled: the disk is full, or was taken away.
        """
        shutil.rmtree(self.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            _lock_of(self.path).unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if isinstance(error, OSError) and is_full(error):
            what = f"a release cannot be written to {self.out}: {words_of(error)}"
            raise ConfigurationError(f"{what}; make room there, or choose another folder with --out") from error


def publish(
    staging: Staging,
    head: Manifest,
    known: Mapping[str, tuple[str, int]] | None = None,
    *,
    keep: int | None = None,
) -> Release:
    """Make a release of what stands in the staging folder, and let ``current`` point to it.

    Publishing what is already there changes nothing but ``current``; a damaged release of that name is replaced. Before
    anybody can see it, the store is read through all of its indexes.

    Args:
        staging: An entered staging whose folder is complete, ``store`` included.
        head: The manifest; its `files` are filled in here.
        known: The hash and the size of files that were hashed while they were written, by path.
        keep: How many releases stay besides the current one; all if None.

    Returns:
        The release, opened.

    Raises:
        ReleaseDamaged: If the store cannot be read as it was written; nothing is published then.
    """
    manifest = dataclasses.replace(head, files=list_files(staging.path, known=known))
    data = manifest.to_bytes()
    (staging.path / MANIFEST).write_bytes(data)
    identifier = hashlib.sha256(data).hexdigest()
    releases = staging.out / RELEASES
    target = releases / identifier
    if not target.exists():
        _check(staging.path)
    sync_tree(staging.path)
    with locked(releases / _LOCK):
        if target.exists() and not _is_sound(target):
            target.rename(tempfile.mkdtemp(prefix=_STAGING, dir=releases) + "/damaged")
        if not target.exists():
            staging.path.rename(target)
            sync_folder(releases)
        _point(staging.out, identifier)
        if keep is not None:
            prune(staging.out, keep)
    return open_release(target)


def _check(folder: Path) -> None:
    """Read the store of a release that nobody has seen yet."""
    release = open_release(folder)
    check_store(release.store(), release.quads(), folder / STORE)


def use_release(out: Path, name: str) -> Release:
    """Let ``current`` point to a release that is there already, after every byte of it was checked.

    Args:
        out: The folder that holds the releases.
        name: The id, or its beginning.

    Raises:
        NotFound: If there is no such release.
        ReleaseDamaged: If it is not whole; ``current`` stays as it was.
    """
    release = open_release(find_release(out, name).path, deep=True)
    with locked(out / RELEASES / _LOCK):
        _point(out, release.id)
    return release


def _is_sound(folder: Path) -> bool:
    try:
        open_release(folder, deep=True)
    except ReleaseDamaged:
        return False
    return True


def _point(out: Path, identifier: str) -> None:
    """Let ``current`` name a release, in one step: a link where the system has them, else a file with the id."""
    beside = out / f".{CURRENT}-{os.getpid()}"
    beside.unlink(missing_ok=True)
    try:
        beside.symlink_to(Path(RELEASES) / identifier, target_is_directory=True)
    except (OSError, NotImplementedError):
        beside.write_text(identifier + "\n", encoding="ascii")
    beside.replace(out / CURRENT)
    sync_folder(out)
    note(out, identifier)


def _lock_of(staging: Path) -> Path:
    return staging.with_name(staging.name + _LOCK)


def _remove_stale(releases: Path) -> None:
    """Remove the folders of builds that no longer live: those whose lock nobody holds."""
    for path in sorted(releases.glob(f"{_STAGING}*")):
        if path.name.endswith(_LOCK):
            continue
        try:
            handle = lock_file(_lock_of(path), wait=False)
        except BlockingIOError:
            continue
        shutil.rmtree(path, ignore_errors=True)
        _lock_of(path).unlink(missing_ok=True)
        os.close(handle)
