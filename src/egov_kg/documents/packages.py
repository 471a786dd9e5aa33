"""Office files are ZIP packages of XML: what is checked before a library opens one.

A package of some kilobytes can unpack to any size, and an XML part can define entities that grow without end. Sizes are
those that the package states of itself: what unpacks to more than it states is refused while it is unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final

from egov_kg.documents.formats import Refusal

__all__ = ["check_package"]

MOST_PARTS: Final = 5_000
MOST_UNPACKED: Final = 256 * 1024 * 1024
MOST_RATIO: Final = 100
"""How many times its size a part may unpack to, if it unpacks to more than `SMALL`."""

SMALL: Final = 4 * 1024 * 1024
_DECLARATIONS = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SAVE: Final = "Open it in the program that it comes from, save it again, and read that file."
_FOREIGN: Final = "No office program writes such a file; do not trust it."


def check_package(data: bytes) -> None:
    """Make sure that a package can be opened without harm.

    Args:
        data: Its bytes.

    Raises:
        Refusal: If it is no ZIP file, encrypted, has too many parts, unpacks to too much, or declares entities.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise Refusal(f"is cut off or damaged: its list of parts cannot be read ({error})"[:200], _SAVE) from error
    with archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise Refusal(f"has {len(parts):,} parts, more than {MOST_PARTS:,}", _FOREIGN)
        if any(part.flag_bits & 1 for part in parts):
            raise Refusal("is encrypted", "Save it without a password.")
        total = sum(part.file_size for part in parts)
        if total > MOST_UNPACKED:
            raise Refusal(f"unpacks to {total:,} bytes, more than {MOST_UNPACKED:,}", _FOREIGN)
        for part in parts:
            if part.file_size > SMALL and part.file_size > MOST_RATIO * max(1, part.compress_size):
                ratio = part.file_size // max(1, part.compress_size)
                raise Refusal(f"has a part that unpacks to {ratio:,} times its size", _FOREIGN)
        names = [part.filename for part in parts]
        if len(set(names)) != len(names):
            raise Refusal("has two parts of one name", _FOREIGN)
        for part in parts:
            if part.filename.casefold().endswith((".xml", ".rels")):
                _check_xml(archive, part)


def _check_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    try:
        content = archive.read(part)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error) as error:
        raise Refusal(f"is damaged: the part {_shown(part.filename)} cannot be unpacked", _SAVE) from error
    # In UTF-16 and UTF-32 there are zeros between the letters.
    if _DECLARATIONS.search(content.replace(b"\x00", b"") if b"\x00" in content[:64] else content):
        raise Refusal(f"has a part with a document type declaration: {_shown(part.filename)}", _FOREIGN)


def _shown(name: str) -> str:
    return ascii(name[:80])
