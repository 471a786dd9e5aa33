"""Files and strings into documents: decode, choose a profile, outline, number the blocks."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from egov_kg.documents import html
from egov_kg.documents.decode import LARGEST, decode, decoded, normalise, too_large
from egov_kg.documents.formats import Refusal, format_of
from egov_kg.documents.isolation import IsolatedReader
from egov_kg.documents.limits import Limits
from egov_kg.documents.mapping import mapping_beside, read_mapping
from egov_kg.documents.mhtml import page_in
from egov_kg.documents.outline import Outline
from egov_kg.documents.profiles import outline_text
from egov_kg.documents.script import main_language
from egov_kg.documents.sheets import outline_table
from egov_kg.documents.sites import Sites, shipped_sites, sites_for
from egov_kg.documents.tree import is_page, is_xml
from egov_kg.errors import EgovKGError, UnreadableDocument
from egov_kg.iri import slug
from egov_kg.model import Document

__all__ = [
    "SUFFIXES",
    "document_from_text",
    "document_paths",
    "iter_documents",
    "passed_over",
    "read_document",
    "read_documents",
]

WEB = (".htm", ".html", ".mht", ".mhtml", ".xhtml")
"""The endings of web pages."""

SUFFIXES = (".docx", ".md", ".pdf", ".txt", *WEB)
"""The files of a folder that are read."""

TABLES = (".csv", ".tsv", ".xlsx")
"""The files that are read through a mapping beside them."""


def read_document(
    path: Path, *, name: str | None = None, limits: Limits | None = None, reader: IsolatedReader | None = None
) -> Document:
    """Return the document that a file holds.

    Args:
        path: A file of at most 16 MiB: plain text, Markdown, or a text copy of a page, in UTF-8, UTF-16, CP949, or any
            encoding that its bytes tell without doubt. Or a PDF or DOCX file.
        name: What stands for the file in messages and reports; its own name if None.
        limits: What the file may cost; those of `reader`, or the defaults, if None.
        reader: What reads foreign formats; to be given by who reads many files, as each one starts a process.

    Raises:
        UnreadableDocument: If it cannot be read; names the file, the reason and the remedy.
    """
    if reader is None:
        with IsolatedReader(limits) as own:
            return read_document(path, name=name, reader=own)
    path = Path(path)
    # A name need not be UTF-8 where files are named in bytes; messages, reports and titles are.
    readable = Path(os.fsencode(path).decode("utf-8", "replace"))
    source = name or readable.name
    data = _bytes_of(path, (limits or reader.limits).bytes)
    if path.suffix.lower() in TABLES:
        return _table(path, data, source, reader)
    key = format_of(data)
    if not key:
        text, encoding = decoded(_unpacked(data, path), path)
        outline = _outline_of_text(text, path, sites_for(path), reader)
        if encoding != "UTF-8":
            outline.metadata["encoding"] = encoding
        return _document(outline, "", source, readable)
    outline = reader.outline(key, data, path)
    if len(outline.text.encode()) > LARGEST:
        raise too_large(path, len(outline.text.encode()))
    return _document(outline, key, source, readable)


def read_documents(places: Iterable[Path], *, limits: Limits | None = None) -> tuple[Document, ...]:
    """Return the documents of files and folders, sorted by file name.

    Args:
        places: Files, and folders, of which the files that end with one of `SUFFIXES` are read, not those of folders
            inside, not hidden ones and not a ``README``, which tells of the folder. A file that is named twice is read
            once.
        limits: What a file may cost; the defaults if None.

    Raises:
        UnreadableDocument: If one of them cannot be read, a folder holds no document, or two have the same id.
    """
    documents: list[Document] = []
    for _, document in iter_documents(places, limits=limits):
        if isinstance(document, EgovKGError):
            raise document
        documents.append(document)
    return tuple(documents)


def iter_documents(
    places: Iterable[Path], *, limits: Limits | None = None
) -> Iterator[tuple[Path, Document | EgovKGError]]:
    """Yield each file that `read_documents` would read with its document, or with the error that says why it has none.

    The second of two files whose documents have the same id has the error.

    Args:
        places: As for `read_documents`.
        limits: What a file may cost; the defaults if None.

    Raises:
        UnreadableDocument: If a folder cannot be listed, or holds no document.
    """
    seen: dict[str, Path] = {}
    with IsolatedReader(limits) as reader:
        for path in document_paths(places):
            try:
                document = read_document(path, reader=reader)
                if document.id in seen:
                    raise UnreadableDocument(
                        path,
                        f"has the id {document.id}, as {seen[document.id]} has",
                        "Leave one out, or give them different titles.",
                    )
            except EgovKGError as error:
                yield path, error
                continue
            seen[document.id] = path
            yield path, document


def document_paths(places: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files that `read_documents` would read, sorted by name, each once.

    Raises:
        UnreadableDocument: If a folder cannot be listed, or holds no document.
    """
    paths: dict[str, Path] = {}
    for place in places:
        for path in _files_of(Path(place)):
            paths.setdefault(os.path.realpath(path), path)
    return tuple(sorted(paths.values(), key=lambda path: (path.name, str(path))))


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
    return _document(_outline_of_text(text, Path(source), shipped_sites()), "", source, Path(source))


def _table(path: Path, data: bytes, source: str, reader: IsolatedReader) -> Document:
    beside = mapping_beside(path)
    if not beside.is_file():
        raise UnreadableDocument(
            path, "is a table without a mapping", f"Write {beside.name} beside it, which says what its columns mean."
        )
    mapping = read_mapping(beside)
    if path.suffix.lower() == ".xlsx":
        text = reader.outline("xlsx", data, path, option=mapping.table.get("sheet", "")).text
    elif encoding := mapping.table.get("encoding"):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise UnreadableDocument(path, f"is not {encoding}: {error}", "Correct encoding in [table].") from error
    else:
        text = decode(data, path)
    text = normalise(text, path)
    return _document(outline_table(text, mapping, path), "table", source, path)


def _outline_of_text(text: str, path: Path, sites: Sites, reader: IsolatedReader | None = None) -> Outline:
    """Return the outline of a web page, or of plain text or Markdown.

    Args:
        text: What the file holds.
        path: Its name.
        sites: The profiles of sites.
        reader: What reads foreign formats; a page is read in this process if None.

    Raises:
        UnreadableDocument: If there is nothing to read in it.
    """
    markup = is_page(text, by_name=path.suffix.lower() in WEB)
    text = normalise(text, path)
    if not markup:
        if is_xml(text):
            raise UnreadableDocument(path, "is XML, and no web page", "Save it as text, Markdown or HTML.")
        return outline_text(text, str(path), sites)
    try:
        if reader is not None:
            return reader.outline("html", text.encode(), path, option=sites.as_json())
        return html.outline_page(text, sites.web)
    except Refusal as refusal:
        raise UnreadableDocument(path, refusal.reason, refusal.remedy) from refusal


def _unpacked(data: bytes, path: Path) -> bytes:
    """Return the page in a file that a browser saved as one file; any other file as it is."""
    page = page_in(data)
    if page == b"":
        raise UnreadableDocument(path, "is a saved page without HTML in it", "Save the page again, as HTML.")
    return data if page is None else page


def _document(outline: Outline, profile: str, source: str, path: Path) -> Document:
    text = outline.text
    blocks = outline.blocks()
    title = outline.title or path.stem
    metadata = {"kind": "original", "profile": profile, "title": title} | outline.metadata
    given = metadata.pop("id", None)
    metadata["lang"] = main_language((block.lang, len(block.view.text)) for block in blocks if block.kind != "field")
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
            f"Put files that end with {', '.join(SUFFIXES)} into it, or name a file.",
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
        return f"does not end with {', '.join(SUFFIXES)}"
    if path.stem.lower() == "readme":
        return "tells of the folder"
    return ""


def _bytes_of(path: Path, most: int) -> bytes:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UnreadableDocument(path, "is a folder, not a file", "Name the file in it that you mean.")
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableDocument(path, "is not a regular file", "Save what it holds to a file and read that.")
        if found.st_size > most:
            raise too_large(path, found.st_size, most)
        with path.open("rb") as file:
            return file.read(most)
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
