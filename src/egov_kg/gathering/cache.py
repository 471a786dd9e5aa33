"""What documents said, kept by content: an unchanged document is not read again, and an interrupted build resumes.

A key is the SHA-256 of everything that decides the facts: the bytes of the file and its name, the tables and rules, and
the code. So an entry is never out of date; it is right or it is not asked for. Entries are written aside and renamed,
carry the SHA-256 of their content, and are made again when they do not match it. Nothing of the cache enters a release.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from egov_kg.gathering.format import MalformedFacts, decode
from egov_kg.model import Extraction

__all__ = ["FOLDER", "FactCache", "fingerprint"]

FOLDER: Final = ".facts"
"""The folder of the cache, beside the releases."""

LIMIT: Final = 1 << 30
"""How many bytes the cache may keep after a build; the entries used longest ago go first."""

_MAGIC: Final = b"egov-kg facts 1\n"
_LARGEST: Final = 1 << 28
"""How many bytes an entry may unfold to: 16 times the largest document that is read."""

_CODE: Final = ("documents", "extraction", "gathering")
_MODULES: Final = ("assets.py", "errors.py", "iri.py", "model.py", "vocab.py")
_READERS: Final = (
    *("charset-normalizer", "markdown-it-py", "mdit-py-plugins", "openpyxl", "pdfminer.six", "pdfplumber"),
    *("pypdf", "python-docx", "selectolax"),
)


class FactCache:
    """A folder of entries, one for each document and way of reading it.

    Attributes:
        folder: Made when the first entry is kept.
        hits, made: How many documents were found, and how many were kept, since it was opened.
    """

    def __init__(self, folder: Path, *, limit: int = LIMIT) -> None:
        self.folder, self.limit = Path(folder), limit
        self.hits = self.made = 0
        self._used: set[Path] = set()

    def get(self, key: str) -> tuple[Extraction, int] | None:
        """Return what was kept under a key, or None; an entry that is damaged is removed.

        Returns:
            The extraction, its document without blocks, and the number of blocks.
        """
        path = self._path(key)
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
                return None  # nothing that we wrote, and it might not end
            data = path.read_bytes()
        except OSError:
            return None
        try:
            found = decode(_unsealed(data))
        except MalformedFacts:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        self.hits += 1
        self._used.add(path)
        return found

    def put(self, key: str, encoded: bytes) -> None:
        """Keep the facts of a document, in the form of `egov_kg.gathering.format`.

        A folder that cannot be written, or a full disk, is no reason to fail: the next build reads the document again.
        """
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
        except OSError:
            return
        aside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_sealed(encoded))
            aside.replace(path)
            self.made += 1
            self._used.add(path)
        except OSError:
            aside.unlink(missing_ok=True)

    def prune(self) -> int:
        """Remove what dead builds left behind, and the entries used longest ago above the limit; return how many."""
        removed, total = 0, 0
        entries = []
        for path in self.folder.glob("*/*"):
            with contextlib.suppress(OSError):
                found = path.stat()
                entries.append((path in self._used, found.st_mtime_ns, path.name, found.st_size, path))
        for _, _, name, size, path in sorted(entries, reverse=True):
            total += size
            if total > self.limit or (name.startswith(".") and path not in self._used):
                with contextlib.suppress(OSError):
                    path.unlink()
                    removed += 1
        return removed

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]


def _sealed(encoded: bytes) -> bytes:
    packed = zlib.compress(encoded, 1)
    return _MAGIC + hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed


def _unsealed(data: bytes) -> bytes:
    head, packed = data[: len(_MAGIC) + 65], data[len(_MAGIC) + 65 :]
    if head != _MAGIC + hashlib.sha256(packed).hexdigest().encode() + b"\n":
        raise MalformedFacts("the entry is not what its checksum says")
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(packed, _LARGEST)
    except zlib.error as error:
        raise MalformedFacts(f"the entry cannot be unpacked: {error}") from error
    if not unpacker.eof:
        raise MalformedFacts("the entry is too large, or cut off")
    return found


def fingerprint(data: Path, settings: Iterable[str] = ()) -> str:
    """Return a hash of what decides the facts of a document apart from the document: tables, rules, code, libraries.

    Args:
        data: The folder of tables and rules; its documents and background tables do not count.
        settings: Further words that count.
    """
    sha256 = hashlib.sha256(_code_digest().encode())
    for path in sorted(path for path in data.rglob("*") if path.is_file()):
        name = path.relative_to(data)
        if name.parts[0] not in {"background", "documents"} and not path.name.startswith("."):
            sha256.update(f"\n{name.as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    for word in settings:
        sha256.update(f"\n{word}".encode())
    return sha256.hexdigest()


@cache
def _code_digest() -> str:
    home = Path(__file__).parent.parent
    paths = [home / name for name in _MODULES]
    for folder in _CODE:
        paths += (path for path in (home / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    lines = [f"{path.relative_to(home).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in paths]
    for name in _READERS:
        with contextlib.suppress(PackageNotFoundError):
            lines.append(f"{name} {version(name)}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
