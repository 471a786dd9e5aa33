"""Bytes and strings into the text of a document, or into an error that names the reason."""

from __future__ import annotations

import re
import shlex
import unicodedata
from pathlib import Path
from typing import Final

from egov_kg.documents.encodings import Decoded, declared_encoding, decode_bytes
from egov_kg.errors import UnreadableDocument

__all__ = ["LARGEST", "MOST_MARKS", "decode", "decoded", "normalise", "refuse_what_is_no_text", "too_large"]

LARGEST: Final = 16 * 1024 * 1024
"""The most bytes that a document may have in UTF-8: some 3,000 pages."""

_TEXT: Final = "Save it as plain text or Markdown in UTF-8 and read that file."
_FORMATS: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"%PDF-", "a PDF file", "Extract its text first: pdftotext -layout {file} {stem}.txt"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office or HWP file", _TEXT),
    (b"{\\rtf", "an RTF file", _TEXT),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", "Only text can be read; transcribe it first."),
    (b"\xff\xd8\xff", "a JPEG image", "Only text can be read; transcribe it first."),
    (b"GIF8", "a GIF image", "Only text can be read; transcribe it first."),
    (b"II*\x00", "a TIFF image", "Only text can be read; transcribe it first."),
    (b"\x1f\x8b", "a gzip file", "Unpack it first: gunzip --keep {file}"),
    (b"BZh", "a bzip2 file", "Unpack it first: bunzip2 --keep {file}"),
    (b"\xfd7zXZ\x00", "an xz file", "Unpack it first: unxz --keep {file}"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", "Unpack it first: unzstd {file}"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file", "Unpack it first."),
    (b"SQLite format 3\x00", "an SQLite database", "Only text can be read."),
    (b"\x7fELF", "a program", "Only text can be read."),
)
_PACKED: Final[tuple[tuple[bytes, str], ...]] = (
    (b"word/", "a DOCX file"),
    (b"xl/", "an XLSX file"),
    (b"ppt/", "a PPTX file"),
    (b"application/hwp+zip", "an HWPX file"),
    (b"application/epub+zip", "an EPUB file"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
)
# Control characters but the tab and the line feed; form feeds and vertical tabs have become line feeds before.
# U+FFFE and U+FFFF are no characters, and XML cannot hold them.
MOST_MARKS: Final = 1_000
_SIGNS = re.compile(r"[^\w\s]{1000,}")  # nothing else holds so many combining marks in a row
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def decode(data: bytes, path: Path) -> str:
    """Return the characters of a file, as `decoded` does, without the encoding that they were in."""
    return decoded(data, path).text


def decoded(data: bytes, path: Path) -> Decoded:
    """Return the characters of a file, and the encoding that they were in.

    Args:
        data: Its bytes.
        path: Its name, for the error.

    Raises:
        UnreadableDocument: If it is empty, too large, a known format that is not text, or in an encoding that cannot be
            told for sure.
    """
    refuse_what_is_no_text(data, path)
    found = decode_bytes(data, declared=declared_encoding(data))
    if isinstance(found, Decoded):
        return found
    remedy = _convert(path, found.guess) if found.guess else "Save it again as UTF-8; it was cut or mixed."
    if "not text" in found.reason:
        remedy = "Only text can be read."
    raise UnreadableDocument(path, found.reason, remedy)


def refuse_what_is_no_text(data: bytes, path: Path) -> None:
    """Raise the error that names what a file is, if it is empty, too large, or a known format that is not text.

    Raises:
        UnreadableDocument: With what to do instead.
    """
    if not data:
        raise UnreadableDocument(path, "is empty", "Check how it was saved or downloaded.")
    if len(data) > LARGEST:
        raise too_large(path, len(data))
    for start, name, remedy in _FORMATS:
        if data.startswith(start):
            known = remedy.format(file=shlex.quote(path.name), stem=shlex.quote(path.stem))
            raise UnreadableDocument(path, f"is {name}, not text", known)
    if data.startswith(b"PK\x03\x04"):
        name = next((name for part, name in _PACKED if part in data), "a ZIP file")
        raise UnreadableDocument(path, f"is {name}, not text", _TEXT)


def normalise(text: str, path: Path) -> str:
    r"""Return the text of a document: NFC, line feeds, no byte order mark, U+FFFD for control characters.

    Args:
        text: Any characters.
        path: The name of the source, for the error.

    Raises:
        UnreadableDocument: If nothing is left to read, or it holds NUL or lone surrogates.

    Example:
        >>> normalise("\ufeffone\r\ntwo\x07\uffff", Path("a.txt"))
        'one\ntwo��'
    """
    zero = text.find("\x00")
    if zero >= 0:
        raise UnreadableDocument(path, f"is not text: character U+0000 at offset {zero}", "Only text can be read.")
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        found = f"U+{ord(text[error.start]):04X} at offset {error.start}"
        raise UnreadableDocument(
            path, f"holds half of a surrogate pair: {found}", "Decode its bytes again, as UTF-8 or UTF-16."
        ) from error
    if size > LARGEST:
        raise too_large(path, size)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    for end in "\r\f\v":
        text = text.replace(end, "\n")
    for run in _SIGNS.finditer(text) if not text.isascii() else ():
        marks = sum(bool(unicodedata.combining(sign)) for sign in run[0])
        if marks >= MOST_MARKS:  # to bring them into order takes the square of their number
            reason = f"holds {marks:,} combining marks on one letter, more than {MOST_MARKS:,}"
            raise UnreadableDocument(path, reason, "Check how it was saved or downloaded.")
    text = _CONTROL.sub("\ufffd", unicodedata.normalize("NFC", text))
    if not text:
        raise UnreadableDocument(path, "is empty", "Check how it was saved or downloaded.")
    if not text.strip().strip("\ufeff\u200b"):
        raise UnreadableDocument(path, "holds nothing but white space", "Check how it was saved or downloaded.")
    return text


def too_large(path: Path, size: int, most: int = LARGEST) -> UnreadableDocument:
    """Return the error that refuses a document of so many bytes."""
    return UnreadableDocument(
        path, f"has {size:,} bytes, more than the {most:,} that a document may have", "Split it into several files."
    )


def _convert(path: Path, encoding: str) -> str:
    source, target = shlex.quote(path.name), shlex.quote(f"{path.stem}.utf8{path.suffix}")
    return f"Convert it first; if it is {encoding}: iconv -f {encoding} -t UTF-8 {source} > {target}"
