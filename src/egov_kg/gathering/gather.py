"""Documents in, facts out, for many documents: what is known is taken from the cache, the rest is read in processes.

The outcome is the same for any number of processes, for an empty or a full cache, and for any order of the documents:
each document is read by itself, and what is decided over all of them is decided at the end, over the sorted whole.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from egov_kg.documents import Limits, document_paths, profile_files
from egov_kg.errors import EgovKGError, UnreadableDocument
from egov_kg.extraction import Extractor, unified
from egov_kg.gathering.cache import FactCache, fingerprint
from egov_kg.gathering.format import decode
from egov_kg.gathering.workers import Made, Task, run
from egov_kg.model import Document, Extraction

__all__ = ["Failure", "Gathered", "Tick", "gather"]

Tick = Callable[[int, int], object]
"""Called with how many documents are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that gave nothing because it could not be read.

    Attributes:
        source: The name of its file, without folder.
        reason: Why, as a sentence without a path of the machine.
        error: What to raise where no document is left.
    """

    source: str
    reason: str
    error: EgovKGError


@dataclass(frozen=True, slots=True)
class Gathered:
    """What documents said.

    Attributes:
        extractions: Sorted by document id, with one class and one label for each thing; the documents are without
            blocks, which nothing after extraction reads and which are most of their memory.
        blocks: How many blocks each document had, by its id.
        failures: What could not be read, sorted by name.
        known: How many documents were taken from the cache.
    """

    extractions: tuple[Extraction, ...]
    blocks: dict[str, int]
    failures: tuple[Failure, ...]
    known: int = 0


def gather(
    documents: Sequence[Path | Document],
    data: Path,
    extractor: Extractor,
    *,
    workers: int = 1,
    cache: FactCache | None = None,
    tick: Tick | None = None,
    limits: Limits | None = None,
) -> Gathered:
    """Return the facts of documents.

    Args:
        documents: Files, folders, and documents that were read before.
        data: The tables and rules.
        extractor: Made from `data`; used where no process is started.
        workers: How many processes may read. With one, everything happens in this process.
        cache: What earlier builds read; nothing is kept without it. It is for files alone.
        tick: Told after each document.
        limits: What a file of a foreign format may cost; the defaults if None.

    Raises:
        EgovKGError: If no document at all could be read: what was wrong with the first.
    """
    ready = sorted(
        (one for one in documents if isinstance(one, Document)), key=lambda one: (one.id, one.source, one.text_digest)
    )
    places = [one for one in documents if not isinstance(one, Document)]
    paths = document_paths(places) if places else ()
    total = len(ready) + len(paths)
    done = 0

    def told(count: int = 1) -> None:
        nonlocal done
        done += count
        if tick is not None:
            tick(done, total)

    keys = _keys(paths, data, extractor.gazetteers) if cache is not None else {}
    found: dict[int, tuple[Extraction, int] | Failure] = {}
    tasks: list[Task] = []
    whats: list[Path | Document] = [*ready, *paths]
    for number, one in enumerate(whats):
        key = keys.get(one, "") if isinstance(one, Path) else ""
        known = cache.get(key) if cache is not None and key else None
        if known is None:
            tasks.append(Task(number, one, key))
        else:
            found[number] = known
            told()
    for task, outcome in run(tasks, data, extractor, workers=workers, limits=limits or Limits()):
        if isinstance(outcome, Made):
            found[task.number] = decode(outcome.encoded)
            if cache is not None and outcome.key:
                cache.put(outcome.key, outcome.encoded)
        else:
            found[task.number] = _failure(task.what, outcome)
        told()
    return _gathered(ready, paths, found, known=total - len(tasks))


def _gathered(
    ready: Sequence[Document],
    paths: Sequence[Path],
    found: dict[int, tuple[Extraction, int] | Failure],
    *,
    known: int,
) -> Gathered:
    names = [*(document.source for document in ready), *(path.name for path in paths)]
    extractions: dict[str, tuple[Extraction, int]] = {}
    of: dict[str, str] = {}
    failures: list[Failure] = []
    for number, name in enumerate(names):
        outcome = found.pop(number)
        if isinstance(outcome, Failure):
            failures.append(outcome)
            continue
        identifier = outcome[0].document.id
        if identifier in extractions:
            error = UnreadableDocument(
                name, f"has the id {identifier}, as {of[identifier]} has", "Leave one out, or give them other titles."
            )
            failures.append(Failure(name, str(error), error))
        else:
            extractions[identifier], of[identifier] = outcome, name
    if failures and not extractions:
        raise failures[0].error
    ordered = [extractions[identifier] for identifier in sorted(extractions)]
    return Gathered(
        extractions=unified([extraction for extraction, _ in ordered]),
        blocks={extraction.document.id: blocks for extraction, blocks in ordered},
        failures=tuple(sorted(failures, key=lambda one: (one.source, one.reason))),
        known=known,
    )


def _failure(what: Path | Document, error: EgovKGError) -> Failure:
    if isinstance(what, Document):
        return Failure(what.source, str(error), error)
    name = os.fsencode(what.name).decode("utf-8", "replace")
    return Failure(name, str(error).replace(str(what), name).replace(str(what.parent), "its folder"), error)


def _keys(paths: Sequence[Path], data: Path, gazetteers: Sequence[Path]) -> dict[Path, str]:
    """Return the key of each file that can have one; what is no regular file is left to the reader's error."""
    tables = [path for folder in gazetteers for path in sorted(folder.glob("*.tsv"))]
    decided = fingerprint(data, [hashlib.sha256(path.read_bytes()).hexdigest() for path in tables])
    beside = _companions(paths)
    return {path: key for path in paths if (key := document_key(path, decided, beside[path]))}


def document_key(path: Path, decided: str, companions: Sequence[Path] = ()) -> str:
    """Return the key of a document's facts, or an empty string if it has none.

    Args:
        path: The file.
        decided: From `egov_kg.gathering.cache.fingerprint`.
        companions: Files beside it that may say how it is read.
    """
    sha256 = hashlib.sha256(decided.encode())
    try:
        for one in (path, *companions):
            if not stat.S_ISREG(one.stat().st_mode):
                return ""
            with one.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            sha256.update(b"\n" + os.fsencode(one.name) + b" " + digest.encode())
    except (OSError, ValueError):
        return ""
    return sha256.hexdigest()


def _companions(paths: Sequence[Path]) -> dict[Path, tuple[Path, ...]]:
    """Return the files that may say how each file is read: those of its name with another ending, and profiles."""
    folders = {path.parent for path in paths}
    profiles = {folder: tuple(profile_files(folder)) for folder in folders}
    siblings: defaultdict[Path, list[Path]] = defaultdict(list)
    for folder in folders:
        for path in _entries(folder):
            siblings[path.parent / path.name.partition(".")[0]].append(path)
    return {
        path: (
            *(one for one in siblings[path.parent / path.name.partition(".")[0]] if one.name != path.name),
            *profiles[path.parent],
        )
        for path in paths
    }


def _entries(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return
