"""Files and strings into documents: decode, choose a profile, outline, number the blocks."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from egov_kg.documents import profiles
from egov_kg.documents.decode import LARGEST, decode, decoded, normalise, too_large
from egov_kg.documents.mapping import mapping_beside, read_mapping
from egov_kg.documents.outline import Outline
from egov_kg.documents.script import language
from egov_kg.documents.sheets import outline_table, text_of_workbook
from egov_kg.errors import UnreadableDocument
from egov_kg.iri import slug
from egov_kg.model import Document

__all__ = ["SUFFIXES", "document_from_text", "passed_over", "read_document", "read_documents"]

SUFFIXES = (".md", ".txt")
"""The files of a folder that are read."""

TABLES = (".csv", ".tsv", ".xlsx")
"""The files that are read through a mapping beside them."""


def read_document(path: Path, *, name: str | None = None) -> Document:
    """Return the document that a file holds.

    Args:
        path: A file of at most 16 MiB: plain text, Markdown, or a text copy of a page, in UTF-8, UTF-16, CP949, or any
            encoding that its bytes tell without doubt.
        name: What stands for the file in messages and reports; its own name if None.

    Raises:
        UnreadableDocument: If it cannot be read; names the file, the reason and the remedy.
    """
    path = Path(path)
    if path.suffix.lower() in TABLES:
        return _table(path, name)
    text, encoding = decoded(_bytes_of(path), path)
    # A name need not be UTF-8 where files are named in bytes; messages, reports and titles are.
    readable = Path(os.fsencode(path).decode("utf-8", "replace"))
    return _document(normalise(text, path), name or readable.name, readable, encoding)


def read_documents(places: Iterable[Path]) -> tuple[Document, ...]:
    """Return the documents of files and folders, sorted by file name.

    Args:
        places: Files, and folders, of which the files ``*.md`` and ``*.txt`` are read, not those of folders inside,
            not hidden ones and not a ``README``, which tells of the folder. A file that is named twice is read once.

    Raises:
        UnreadableDocument: If one of them cannot be read, a folder holds no document, or two have the same id.
    """
    paths: dict[str, Path] = {}
    for place in places:
        for path in _files_of(Path(place)):
            paths.setdefault(os.path.realpath(path), path)
    documents: list[Document] = []
    seen: dict[str, Path] = {}
    for path in sorted(paths.values(), key=lambda path: (path.name, str(path))):
        document = read_document(path)
        if document.id in seen:
            raise UnreadableDocument(
                path,
                f"has the id {document.id}, as {seen[document.id]} has",
                "Leave one out, or give them different titles.",
            )
        seen[document.id] = path
        documents.append(document)
    return tuple(documents)


def document_from_text(text: str, source: str) -> Document:
    r"""Return the document that a text is.

    Args:
        text: Any characters.
        source: The name that stands for it in messages and reports.

    Raises:
        UnreadableDocument: If there is nothing to read in it, or it is no text.

    Example:
        >>> document = document_from_text("The First Act\n\nIt was enacted in 2001.", "act.txt")
        >>> document.id, [block.kind for block in document.blocks]
        ('document/int/the-first-act', ['heading', 'paragraph'])
    """
    return _document(normalise(text, Path(source)), source, Path(source))


def _table(path: Path, name: str | None) -> Document:
    data = _bytes_of(path)
    beside = mapping_beside(path)
    if not beside.is_file():
        raise UnreadableDocument(
            path, "is a table without a mapping", f"Write {beside.name} beside it, which says what its columns mean."
        )
    mapping = read_mapping(beside)
    if path.suffix.lower() == ".xlsx":
        text = text_of_workbook(data, mapping.table.get("sheet", ""), path)
    elif encoding := mapping.table.get("encoding"):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise UnreadableDocument(path, f"is not {encoding}: {error}", "Correct encoding in [table].") from error
    else:
        text = decode(data, path)
    text = normalise(text, path)
    return _finished(text, outline_table(text, mapping, path), "table", name or path.name, path)


def _document(text: str, source: str, path: Path, encoding: str = "UTF-8") -> Document:
    profile = profiles.choose(text)
    outline = profile.outline(text, str(path))
    if encoding != "UTF-8":
        outline.metadata["encoding"] = encoding
    return _finished(text, outline, profile.name, source, path)


def _finished(text: str, outline: Outline, profile: str, source: str, path: Path) -> Document:
    blocks = outline.blocks()
    title = outline.title or path.stem
    metadata = {"kind": "original", "profile": profile, "title": title} | outline.metadata
    given = metadata.pop("id", None)
    metadata["lang"] = language(" ".join(block.view.text for block in blocks if block.kind != "field"))
    if outline.notices:
        metadata["notices"] = "; ".join(outline.notices)
    return Document(
        id=given or f"document/int/{_slug(outline, title)}",
        text=text,
        blocks=blocks,
        metadata=dict(sorted(metadata.items())),
        source=source,
        text_digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _slug(outline: Outline, title: str) -> str:
    """Return the slug of a title; for one that is mostly not in Latin letters, the start of its SHA-256."""
    words = slug(title)
    letters = sum(character.isalpha() for character in title)
    if words and 2 * sum(character.isalpha() for character in words) >= letters:
        return words
    seed = outline.title or outline.text
    return f"text-{hashlib.sha256(seed.encode()).hexdigest()[:12]}"


def _files_of(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    try:
        entries = sorted(place.iterdir())
    except OSError as error:
        raise _unreadable(place, error) from error
    files = [path for path in entries if not path.is_dir() and not _reason_to_pass_over(path)]
    if not files:
        raise UnreadableDocument(
            place,
            "is a folder without documents",
            f"Put files that end with {' or '.join(SUFFIXES)} into it, or name a file.",
        )
    return files


def passed_over(places: Iterable[Path]) -> tuple[tuple[Path, str], ...]:
    """Return the files of folders that `read_documents` does not read, each with the reason; hidden ones are not told.

    Args:
        places: Files and folders, as for `read_documents`.
    """
    entries = {path for place in places if Path(place).is_dir() for path in Path(place).iterdir() if not path.is_dir()}
    return tuple(
        (path, reason)
        for path in sorted(entries)
        if not path.name.startswith(".") and (reason := _reason_to_pass_over(path))
    )


def _reason_to_pass_over(path: Path) -> str:
    """Return why a file of a folder is no document of it, or an empty string."""
    if path.name.startswith("."):
        return "is hidden"
    if path.suffix.lower() in TABLES:
        return "" if mapping_beside(path).is_file() else f"is a table without a mapping ({path.name}.toml)"
    if path.suffix.lower() == ".toml" and Path(path.stem).suffix.lower() in TABLES:
        return "is the mapping of a table"
    if path.suffix.lower() not in SUFFIXES:
        return f"does not end with {' or '.join(SUFFIXES)}"
    if path.stem.lower() == "readme":
        return "tells of the folder"
    return ""


def _bytes_of(path: Path) -> bytes:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UnreadableDocument(path, "is a folder, not a file", "Name the file in it that you mean.")
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableDocument(path, "is not a regular file", "Save what it holds to a file and read that.")
        if found.st_size > LARGEST:
            raise too_large(path, found.st_size)
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, UnreadableDocument):
            raise
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | ValueError) -> UnreadableDocument:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UnreadableDocument(path, "does not exist", "Check the name and the folder you are in.")
    if isinstance(error, PermissionError):
        return UnreadableDocument(path, "may not be read by you", "Change its permissions or ask its owner: chmod u+r.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UnreadableDocument(path, f"cannot be read: {reason}", "Check the name of the file and the disk it is on.")
