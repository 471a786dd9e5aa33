"""The store that queries run on: filled from canonical N-Quads, part by part, while other work goes on."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

__all__ = ["StoreLoader", "write_store"]


class StoreLoader:
    """Fills a store in a thread of its own; the engine loads outside the interpreter, so that both go on.

    Args:
        folder: The store; made, must not exist.
        parts: A folder for the files that are loaded.
        beside: Whether to load beside the caller; else each part is loaded when it is added.
    """

    def __init__(self, folder: Path, parts: Path, *, beside: bool) -> None:
        parts.mkdir(parents=True, exist_ok=True)
        self._parts, self._folder = parts, folder
        self._store = ox.Store(folder)
        self._pool = ThreadPoolExecutor(1) if beside else None
        self._waiting: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def add(self, name: str, chunks: Iterable[bytes]) -> Path:
        """Write N-Quads to a file and load it; return the file.

        Args:
            name: Of the file.
            chunks: N-Quads, each ending with a line.
        """
        path = self._parts / f"{name}.nq"
        with path.open("wb") as file:
            file.writelines(chunks)
        if self._pool is None:
            self._load(path)
        else:
            self._waiting.append(self._pool.submit(self._load, path))
        return path

    def _load(self, path: Path) -> None:
        if path.stat().st_size:
            self._store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)

    def finish(self) -> None:
        """Wait until everything is loaded, and close the store."""
        for future in self._waiting:
            future.result()
        self._store.optimize()
        self._store.flush()
        del self._store
        _remove_log(self._folder)


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


def _remove_log(folder: Path) -> None:
    """Remove the log of RocksDB, which names the machine, and which no reader needs."""
    (folder / "LOG").unlink(missing_ok=True)
