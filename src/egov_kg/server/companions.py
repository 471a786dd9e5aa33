"""Data sets of others beside the release: read once before the server begins, each with query processes of its own.

They have the limits, formats and tags of the main endpoint, and nothing else in common with it: no graph of theirs is
in a release, no reasoner sees them, and none of them asks another endpoint. A query of the main endpoint may name them
by SERVICE; it is handed to their query processes here, and no connection is opened.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

from egov_kg.config import Config
from egov_kg.errors import ConfigurationError
from egov_kg.server.site import Site, limits_of, public_url
from egov_kg.sparql import Engine, Pool, processes_of
from egov_kg.sparql.processes import environment
from egov_kg.store import Manifest, Release

__all__ = ["Companion", "Companions", "prepared"]

_PREFIX: Final = "egov-kg-beside-"
_LOCK: Final = "lock"
_SECONDS: Final = 300.0
_BYTES_A_SECOND: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Companion:
    """A data set that was read.

    Attributes:
        name: Of the data set; its endpoint is ``/beside/{name}/sparql``.
        folder: Holds its quads and its store.
        base: The base of our IRIs.
        id: The SHA-256 of what it was read from.
        title: By language.
        licence, version: Of the data set, or empty.
        quads: How many.
        graphs: How many in each named graph.
        rows, nameless: Of tables: how many rows, and how many of them are left out.
    """

    name: str
    folder: str
    base: str
    id: str
    title: Mapping[str, str]
    licence: str = ""
    version: str = ""
    quads: int = 0
    graphs: Mapping[str, int] = field(default_factory=dict)
    rows: int = 0
    nameless: int = 0

    @property
    def path(self) -> str:
        """The local path of its endpoint."""
        return f"/beside/{self.name}/sparql"

    def shown(self, config: Config) -> dict[str, Any]:
        """Return what everybody may know of it."""
        told = {name: value for name, value in dataclasses.asdict(self).items() if name not in {"folder", "base"}}
        return {**told, "endpoint": f"{public_url(config)}{self.path[1:]}", "service": f"{self.base}{self.path[1:]}"}


@contextlib.contextmanager
def prepared(config: Config) -> Iterator[tuple[Companion, ...]]:
    """Read the data sets that a configuration names; they are kept in a folder for as long as the context lasts.

    Raises:
        ConfigurationError: If one cannot be read, or takes too long: a server never begins with a part of them.
    """
    if not config.beside:
        yield ()
        return
    parent = Path(config.spool or tempfile.gettempdir())
    try:
        _remove_what_is_left(parent)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    except OSError as error:
        raise ConfigurationError(f"{parent}: nothing can be kept here: {error.strerror}") from error
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        _lock(stack.enter_context((folder / _LOCK).open("w")), wait=True)
        yield tuple(_read(config, one, folder) for one in config.beside)


def _remove_what_is_left(parent: Path) -> None:
    """Remove the folders of servers that were killed: nobody holds their locks any more."""
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / _LOCK).open("r+") as lock:  # not of somebody else's
            _lock(lock, wait=False)
            shutil.rmtree(folder, ignore_errors=True)


def _lock(file: IO[str], *, wait: bool) -> None:
    with contextlib.suppress(ModuleNotFoundError):
        import fcntl  # noqa: PLC0415 - not there on Windows, where a folder in use cannot be removed

        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _read(config: Config, given: str, parent: Path) -> Companion:
    name, _, path = given.partition("=")
    folder = parent / name
    folder.mkdir()
    asked = {"name": name, "path": path, "folder": str(folder), "most": config.beside_quads, "base": config.base}
    size = _size(Path(path)) if path else 0
    told = _told(name, asked, _SECONDS + size / _BYTES_A_SECOND)
    if "error" in told:
        raise ConfigurationError(f"the data set {name} is not served: {told['error']}")
    return Companion(name, str(folder), config.base, **told)


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        files = path.iterdir() if path.is_dir() else [path]
        return sum(file.stat().st_size for file in files)
    return 0


def _told(name: str, asked: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "egov_kg.companions", json.dumps(asked)]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment(), start_new_session=True
    ) as process:
        try:
            with _told_to_end():
                output, _ = process.communicate(timeout=seconds)
        except BaseException as error:
            _kill(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise ConfigurationError(f"the data set {name} could not be read in {seconds:.0f} seconds") from error
            raise
    try:
        told: dict[str, Any] = json.loads(output)
    except ValueError as error:
        status = process.returncode
        raise ConfigurationError(f"the data set {name} ended the process that read it ({status})") from error
    return told


@contextlib.contextmanager
def _told_to_end() -> Iterator[None]:
    """Let SIGTERM end this process as an error does, so that nothing is left behind; nobody serves yet."""

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process, and the one in the box with it, where there are groups of processes."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


class Companions:
    """The data sets beside a release, with their processes.

    Args:
        config: Of the deployment.
        found: What was read.
    """

    def __init__(self, config: Config, found: Sequence[Companion] = ()) -> None:
        self._config = config
        self.sites = {one.name: self._site(one) for one in found}

    def _site(self, companion: Companion) -> Site:
        config, folder = self._config, Path(companion.folder)
        limits = limits_of(config)
        pool = Pool(
            folder,
            limits,
            spool=Path(config.spool) if config.spool else None,
            spool_bytes=config.spool_bytes,
            repeat_seconds=config.repeat_seconds,
            base=companion.base,
            processes=processes_of(
                folder, memory=config.query_memory, result_bytes=config.result_bytes, quads=config.held_quads
            ),
        )
        title = companion.title.get("en") or next(iter(companion.title.values()), companion.name)
        manifest = Manifest(title=title, base=companion.base, version=companion.version, issued=config.issued)
        return Site(config, Release(folder, companion.id, manifest), {}, pool, pool, companion=companion)

    @property
    def pools(self) -> tuple[Pool, ...]:
        """The query processes of all."""
        return tuple(pool for site in self.sites.values() for pool in site.pools[:1])

    @property
    def engines(self) -> dict[str, Engine]:
        """What answers for each name that SERVICE may give one of them: below our base, and where people see it."""
        return {
            f"{start}beside/{name}/sparql": site.pool
            for name, site in self.sites.items()
            for start in dict.fromkeys((site.base, public_url(self._config)))
        }

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer for as long as the context lasts."""
        started: list[Site] = []
        try:
            for site in self.sites.values():
                started.append(site)
                await site.pool.start()
            yield
        finally:
            for site in started:
                await site.pool.close()

    def shown(self) -> list[dict[str, Any]]:
        """Return what everybody may know of all of them."""
        return [site.companion.shown(self._config) for site in self.sites.values() if site.companion is not None]
