"""The manifest of a release: what it was made from, what it holds, and the SHA-256 of every file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import ReleaseDamaged

__all__ = ["DERIVED", "FORMAT", "MANIFEST", "Input", "Manifest", "ReleaseFile", "digest", "list_files"]

MANIFEST: Final = "manifest.json"
"""The name of the manifest in a release folder."""

FORMAT: Final = 1
"""The version of the release layout; a reader refuses a higher one."""

DERIVED: Final = ("store",)
"""Folders that can be made again from ``egov.nq`` and stand outside the hash: RocksDB writes session ids and times into
its files, so that no two loads of the same quads give the same bytes."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file that a release was made from.

    Attributes:
        role: ``document``, ``background``, ``gazetteer``, ``profile``, ``rules``, ``registry``, ``ontology``,
            ``review`` or ``mapping``.
        name: Its name inside the folder that was read, with slashes; never a path of the machine.
        sha256: Hexadecimal.
        bytes: Its size.
    """

    role: str
    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """A file of a release.

    Attributes:
        path: Below the release folder, with slashes.
        sha256: Hexadecimal.
        bytes: Its size.
    """

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in ``manifest.json``; its bytes name the release, so that nothing of it comes from a clock.

    Attributes:
        title: The name of the graph.
        base: The base of its IRIs.
        version: The version of the data, ``2026.11.0``.
        issued: The day of the release, from the configuration.
        licence: The IRI of the licence of the facts; like `publisher` it stands in the manifest only if there is one.
        publisher: The name of who answers for the graph.
        versions: The versions of egov-kg, of the ontology and of the libraries that decide bytes.
        inputs: The files it was made from, sorted.
        counts: ``graphs``, ``classes``, ``rules`` and ``totals``, each name to number.
        extractors: Those besides the rules, by name: ``version`` and what else decided their facts. It stands in the
            manifest only if there are any.
        changes: What of the change log is folded in: ``mark``, the number of the last record that was looked at, and
            ``sha256``, that of its file, which names all before it too. Only if there are any.
        files: All files but the manifest and the derived folders, sorted by path. Empty until the release is published.
    """

    title: str
    base: str
    version: str
    issued: str
    versions: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    files: tuple[ReleaseFile, ...] = ()
    extractors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    licence: str = ""
    publisher: str = ""

    @property
    def mark(self) -> int:
        """The number of the last record of the change log that this release has taken into account, or 0."""
        return int(self.changes.get("mark", 0))

    def to_bytes(self) -> bytes:
        """Return the one spelling of this manifest: sorted keys, UTF-8, a line feed at the end.

        Example:
            >>> Manifest("t", "https://example.org/", "2026.1.0", "2026-01-31").to_bytes().splitlines()[1].decode()
            ' "base": "https://example.org/",'
        """
        table = {"format": FORMAT, **asdict(self)}
        for key in ("extractors", "changes", "licence", "publisher"):
            if not table[key]:
                del table[key]
        return (json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes, path: Path) -> Manifest:
        """Return the manifest that the bytes spell.

        Args:
            data: The content of a ``manifest.json``.
            path: Where they come from, for the message.

        Raises:
            ReleaseDamaged: If they are not a manifest, or one of a later layout.
        """
        try:
            table: dict[str, Any] = json.loads(data)
            layout = table.pop("format")
            if layout != FORMAT:
                raise ReleaseDamaged(path, f"it has layout {layout!r}, and this version of egov-kg reads {FORMAT}")
            inputs = tuple(Input(**row) for row in table.pop("inputs"))
            files = tuple(ReleaseFile(**row) for row in table.pop("files"))
            if any(Path(file.path).is_absolute() or ".." in Path(file.path).parts for file in files):
                raise ReleaseDamaged(path, "it names a file outside the release")
            return cls(**table, inputs=inputs, files=files)
        except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise ReleaseDamaged(path, f"it is not the manifest of a release ({error})") from error


def digest(path: Path) -> tuple[str, int]:
    """Return the SHA-256 of a file, hexadecimal, and its size in bytes."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return sha256, file.tell()


def list_files(
    folder: Path,
    *,
    without: Iterable[str] = (MANIFEST, *DERIVED),
    known: Mapping[str, tuple[str, int]] | None = None,
) -> tuple[ReleaseFile, ...]:
    """Return the files of a folder with their hashes, sorted by path.

    Args:
        folder: Walked to the bottom.
        without: Names at its top that are left out, files or folders.
        known: The hash and the size of files that were hashed while they were written, by path.
    """
    skipped, known = frozenset(without), known or {}
    found = []
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if relative.parts[0] not in skipped and path.is_file():
            name = relative.as_posix()
            found.append(ReleaseFile(name, *(known.get(name) or digest(path))))
    return tuple(sorted(found, key=lambda file: file.path))
