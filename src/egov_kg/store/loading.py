"""The store that queries run on: filled from canonical N-Quads, part by part, while other work goes on."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from egov_kg.errors import EngineStopped

__all__ = ["StoreLoader", "write_file", "write_store"]


class StoreLoader:
    """Fills a store, in a process of its own if there may be one.

    Args:
        folder: The store; made, must not exist.
        parts: A folder for the files that are loaded.
        beside: Whether to load beside the caller; else everything is loaded at the end.
    """

    def __init__(self, folder: Path, parts: Path, *, beside: bool) -> None:
        parts.mkdir(parents=True, exist_ok=True)
        self._parts, self._folder = parts, folder
        self._files: list[Path] = []
        self._connection: Connection | None = None
        if beside:
            context = get_context("spawn")
            self._connection, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs, folder), daemon=True)
            self._process.start()
            theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
            if kind is not None:
                self._process.kill()
            self._process.join()
            self._connection = None

    def add(self, name: str, chunks: Iterable[bytes]) -> Path:
        """Write N-Quads to a file that will be loaded; return the file, which must stay until the end.

        Args:
            name: Of the file.
            chunks: N-Quads, each ending with a line.
        """
        path = self._parts / f"{name}.nq"
        with path.open("wb") as file:
            file.writelines(chunks)
        self._files.append(path)
        if self._connection is not None:
            self._connection.send(str(path))
        return path

    def finish(self) -> None:
        """Wait until everything is loaded, and close the store.

        Raises:
            EngineStopped: If the process that loads ended by itself.
            OSError: If the store cannot be written.
        """
        if self._connection is None:
            _load(self._folder, self._files)
            return
        try:
            self._connection.send(None)
            problem = self._connection.recv()
        except (EOFError, OSError) as error:
            self._process.join()
            raise EngineStopped(f"loading the store, exit {self._process.exitcode}") from error
        if problem is not None:
            raise OSError(*problem)


def _serve(connection: Connection, folder: Path) -> None:
    """Load the files whose names come through a connection, until None comes."""
    parent = parent_process()
    assert parent is not None

    def end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()  # a parent that was killed tells nobody
    try:
        _load(folder, (Path(name) for name in iter(connection.recv, None)))
        problem = None
    except EOFError:
        return
    except OSError as error:
        problem = (error.errno, str(error))
    with contextlib.suppress(ConnectionError):  # nobody waits any more
        connection.send(problem)


def _load(folder: Path, files: Iterable[Path]) -> None:
    store = ox.Store(folder)
    for path in files:
        if path.stat().st_size:
            # What is loaded was written here: its IRIs need no check, which takes as long as the rest of the parsing.
            store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS, lenient=True)
    # Each file makes tables of its own, over the same range of keys. A query that has to read them side by side needs
    # threads or memory that the walls of a query process do not leave it, and ends with "memory limit".
    store.optimize()
    store.flush()
    del store
    _remove_log(folder)


def write_store(quads: Iterable[ox.Quad], folder: Path) -> None:
    """Write quads as the RocksDB folder that queries run on.

    Args:
        quads: The whole dataset. The engine folds numbers and language tags when it stores them.
        folder: Made; must not exist.
    """
    store = ox.Store(folder)
    store.bulk_extend(quads)
    store.optimize()
    store.flush()
    del store
    _remove_log(folder)


def write_file(path: Path, folder: Path) -> None:
    """Write a file of N-Quads as such a folder.

    Args:
        path: Written here, so that its IRIs need no check.
        folder: Made; must not exist.
    """
    _load(folder, [path])


def _remove_log(folder: Path) -> None:
    """Remove the log of RocksDB, which names the machine, and which no reader needs."""
    (folder / "LOG").unlink(missing_ok=True)
