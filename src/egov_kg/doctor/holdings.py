"""Whether what is served is there and whole, and can be added to: releases, the change log, another store."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from egov_kg.config import Config
from egov_kg.doctor.outcome import Check
from egov_kg.errors import ChangeLogDamaged, ConfigurationError, EgovKGError, ReleaseNotFound

__all__ = ["examine", "nearest_folder", "who"]

_TIGHT, _LITTLE = 64 << 20, 512 << 20
_PORTS: Final = {"http": 80, "https": 443}
_SECONDS: Final = 5


def examine(config: Config, *, deep: bool) -> Iterator[Check]:
    """Yield the outcome of every check.

    Args:
        config: Says where releases are, who may change them, and which store answers.
        deep: Read every byte of the release.
    """
    release = _release(config.out, deep=deep)
    yield _writable(config, is_needed=release.status != "ok" or config.mode == "updates")
    yield _space(config.out)
    yield release
    yield from _changes(config)
    yield from _engine(config)


def nearest_folder(path: Path) -> Path:
    """Return the folder, or the lowest one above it that exists."""
    path = path.absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def who() -> str:
    """Return the user that this process is, as ``chown`` takes it."""
    return str(os.geteuid()) if hasattr(os, "geteuid") else "USER"


def _writable(config: Config, *, is_needed: bool) -> Check:
    out = config.out
    folder = nearest_folder(out)
    remedy = f"chown -R {who()} {folder}, or choose another folder with --out or EGOVKG_OUT"
    if not folder.is_dir():
        return Check("releases", "fail", f"{folder} is not a folder", remedy)
    if (out / "current").is_dir() and not (out / "current").is_symlink():
        found = f"{out / 'current'} is a folder and no link: it is served, and nothing can be published beside it"
        return Check("releases", "warn", found, f"rm -r {out / 'current'}, then egov-kg releases --use ID")
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            return Check("releases", "ok", f"{out} can be written")
    except OSError as error:
        found = f"{folder} cannot be written: {error.strerror}"
    if is_needed:
        return Check("releases", "fail", found, remedy)
    return Check("releases", "warn", f"{found}; serving needs no more, publishing does", remedy)


def _space(out: Path) -> Check:
    free = shutil.disk_usage(nearest_folder(out)).free
    found = f"{free >> 20} MB free"
    if free < _LITTLE:
        return Check("disk", "fail" if free < _TIGHT else "warn", found, "make room: a release takes about 50 MB")
    return Check("disk", "ok", found)


def _release(out: Path, *, deep: bool) -> Check:
    from egov_kg.store import open_release  # noqa: PLC0415 - the doctor must speak where it cannot be imported

    try:
        release = open_release(out, deep=deep)
    except ReleaseNotFound:
        return Check("release", "warn", f"there is none in {out}", f"egov-kg build --out {out}")
    except (EgovKGError, PermissionError) as error:
        if isinstance(error, PermissionError) or isinstance(error.__cause__, PermissionError):
            found = f"{error}".partition(". ")[0]
            return Check("release", "fail", found, f"let the user that serves read it: chown -R {who()} {out}")
        return Check("release", "fail", str(error), f"egov-kg build --out {out}, or egov-kg rollback")
    facts = release.counts.get("totals", {}).get("facts", 0)
    how = "every byte verified" if deep else "sizes verified"
    return Check("release", "ok", f"{release.id[:12]}, version {release.manifest.version}, {facts} facts, {how}")


def _changes(config: Config) -> Iterator[Check]:
    from egov_kg.store.changes import CHANGES, ChangeLog  # noqa: PLC0415 - as in `_release`

    folder = config.out / CHANGES
    if not folder.exists():
        return
    try:
        count = ChangeLog(folder).verify()
    except ChangeLogDamaged as error:
        yield Check("changes", "fail", str(error), f"restore {folder} from a copy: nothing else has these changes")
        return
    except OSError as error:
        found = f"{folder} cannot be read: {error.strerror}"
        yield Check("changes", "fail", found, f"chown -R {who()} {folder}")
        return
    as_we_are = os.access in os.supports_effective_ids
    if config.mode == "updates" and not os.access(folder, os.W_OK | os.X_OK, effective_ids=as_we_are):
        yield Check("changes", "fail", f"{folder} cannot be written", f"chown -R {who()} {folder}")
        return
    yield Check("changes", "ok", f"{count} in {folder}, each read")


def _engine(config: Config) -> Iterator[Check]:
    from egov_kg.sparql.remote import credentials  # noqa: PLC0415 - the doctor must speak where it cannot be imported

    if not config.engine_url:
        return
    parts = urlsplit(config.engine_url)
    place = f"{parts.hostname}:{parts.port or _PORTS.get(parts.scheme, 443)}"
    try:
        credentials(config, os.environ.get("EGOVKG_ENGINE_SECRET", ""))
        host, _, port = place.rpartition(":")
        socket.create_connection((host, int(port)), timeout=_SECONDS).close()
    except ConfigurationError as error:
        yield Check("engine", "fail", str(error), "set it in the environment of the server")
    except OSError as error:
        found = f"nothing answers at {place}: {error.strerror or error}"
        yield Check("engine", "fail", found, "start that store, or mend engine_url")
    else:
        yield Check("engine", "ok", f"{place} takes connections")
