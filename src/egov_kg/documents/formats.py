"""Formats that are read in a process of their own: how their bytes tell them, and which module reads them."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg.documents.outline import Outline
from egov_kg.errors import MissingExtra, UnreadableDocument

__all__ = ["FORMATS", "Format", "Refusal", "format_of", "need", "reader_of"]


class Refusal(Exception):
    """A reader cannot read a file; `egov_kg.errors.UnreadableDocument` without the path, which it does not know.

    Attributes:
        reason: Why, as a clause.
        remedy: What the user can do about it.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(f"{reason}. {remedy}")


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Attributes:
        name: What people call it: ``PDF``.
        module: What reads it: a module with a function ``outline(data: bytes, option: str) -> Outline``, which raises
            `Refusal`.
        extra: The extra that installs what the module needs; empty for none.
        needs: The package that tells whether the extra is installed.
    """

    name: str
    module: str
    extra: str = ""
    needs: str = ""


_PDF_WITHIN: Final = 1024  # bytes that may stand before "%PDF-", as other readers allow

FORMATS: Final[Mapping[str, Format]] = {
    "pdf": Format("PDF", "egov_kg.documents.pdf", "pdf", "pdfminer"),
    "html": Format("HTML", "egov_kg.documents.html"),
    "docx": Format("DOCX", "egov_kg.documents.docx", "office", "docx"),
    "xlsx": Format("XLSX", "egov_kg.documents.workbooks", "office", "openpyxl"),
}
"""By the ending of their files."""


def format_of(data: bytes) -> str:
    r"""Return the key in `FORMATS` of the format that bytes are in, by what they hold; an empty string for none.

    Example:
        >>> format_of(b"%PDF-1.7 ..."), format_of(b"PK\x03\x04 ... word/document.xml"), format_of(b"An act.")
        ('pdf', 'docx', '')
    """
    head = data[:_PDF_WITHIN]
    if data.startswith(b"%PDF-") or (b"%PDF-" in head and (b"\x00" in head or head.lstrip().startswith(b"%PDF-"))):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "docx" if b"word/document.xml" in data else ""
    return ""


def need(key: str, path: Path) -> None:
    """Make sure that a format can be read.

    Raises:
        UnreadableDocument: If the extra that reads it is not installed; names the extra.
    """
    found = FORMATS[key]
    if found.extra and importlib.util.find_spec(found.needs) is None:
        raise UnreadableDocument(
            path,
            f"is a {found.name} file, and what reads those is not installed",
            f'Install it: pip install "egov-kg[{found.extra}]"',
        ) from MissingExtra(found.extra, f"reading a {found.name} file")


def reader_of(key: str) -> Callable[[bytes, str], Outline]:
    """Return the function that reads a format."""
    reader: Callable[[bytes, str], Outline] = importlib.import_module(FORMATS[key].module).outline
    return reader
