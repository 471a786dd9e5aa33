"""DuckDB's errors in our words: what was too small, full or damaged, where, and what to do."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

from egov_kg.errors import ConfigurationError, EgovKGError, StorageFull, TooLittleMemory, WorkDamaged

__all__ = ["LEAST_MEMORY", "in_our_words"]

LEAST_MEMORY: Final = 128 << 20
"""With less than this for all of a run, DuckDB does not get through small data."""

_FULL: Final = re.compile(r"max_temp_directory_size|[Nn]o space left|[Dd]isk quota|out of disk space", re.ASCII)
_DAMAGED: Final = re.compile(r"not a valid DuckDB database|[Cc]orrupt|[Cc]hecksum|[Ff]ailed to deserialize", re.ASCII)


@contextlib.contextmanager
def in_our_words(duckdb: ModuleType, folder: Path, memory: int, what: str) -> Iterator[None]:
    """Raise what DuckDB raises as an error of ours.

    Args:
        duckdb: The module.
        folder: Where it works.
        memory: Bytes that the run may take.
        what: What it is doing, for the message.

    Raises:
        TooLittleMemory: If it needs more memory.
        StorageFull: If the disk of the folder is full.
        WorkDamaged: If a file of its own is not as it was written.
        ConfigurationError: If it cannot write in the folder, or read a file.
    """
    try:
        yield
    except duckdb.Error as error:
        raise _translated(duckdb, error, folder, memory, what) from error


def _translated(duckdb: ModuleType, error: Exception, folder: Path, memory: int, what: str) -> Exception:
    words = str(error)
    if _FULL.search(words):
        return StorageFull(folder, f"the disk is full; {what} needs more room there, or another --work-folder")
    if isinstance(error, duckdb.OutOfMemoryException):
        return TooLittleMemory(memory, what, least=LEAST_MEMORY if memory < LEAST_MEMORY else 2 * memory)
    first = _first_sentence(words)
    if _DAMAGED.search(words) or isinstance(error, duckdb.SerializationException | duckdb.FatalException):
        return WorkDamaged(folder, first)
    if isinstance(error, duckdb.IOException | duckdb.PermissionException):
        return ConfigurationError(f"DuckDB cannot work in {folder}: {first}; give it a --work-folder that it may use")
    return EgovKGError(f"DuckDB stopped at {what}: {first}; this is a defect of ours, --engine numpy does without it")


def _first_sentence(words: str) -> str:
    """Return the first line of an error, without the kind that stands before it."""
    line = (words.strip().splitlines() or ["it did not say why"])[0]
    return re.sub(r"^(?:[A-Z][A-Za-z-]+ )+Error: ", "", line).rstrip(".")
