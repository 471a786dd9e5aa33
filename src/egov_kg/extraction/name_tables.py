"""The tables of known names: how a row is written, and what is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg import iri, vocab
from egov_kg.errors import DataFileError

__all__ = ["COLUMNS", "Name", "class_of", "read_names"]

COLUMNS: Final = ("thing", "name", "lang", "kind", "match", "needs", "source")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_KINDS: Final = ("pref", "alt", "acronym", "variant", "former")
_MATCHES: Final = ("case", "fold", "particle")


_CLASS: Final[Mapping[str, str]] = dict(vocab.CLASS_OF_SEGMENT) | {
    "agency": "egov:Agency",
    "jurisdiction": "egov:Country",
}


def class_of(thing: str) -> str:
    """Return the class of a thing by the first segment of its id, when nothing more exact is known.

    Example:
        >>> class_of("agency/int/example"), class_of("law/int/example-act")
        ('egov:Agency', 'egov:Law')
    """
    return _CLASS[thing.partition("/")[0]]


class Name(NamedTuple):
    """One row of a gazetteer table: a name of a thing."""

    thing: str
    name: str
    lang: str
    kind: str
    match: str
    needs: str
    source: str


def read_names(folder: Path, *, is_sorted: bool = False) -> list[Name]:
    """Return the rows of the tables ``*.tsv`` of a folder.

    Args:
        folder: Where they lie.
        is_sorted: Whether the rows must be sorted.

    Raises:
        DataFileError: If there is no table, a row is malformed or stands twice, or a table is not sorted though it
            must be; with file and line.
    """
    paths = sorted(folder.glob("*.tsv"))
    if not paths:
        raise DataFileError(folder, 0, "no folder with tables of names (*.tsv); give the folder that holds them")
    names: list[Name] = []
    seen: dict[tuple[str, str, str], str] = {}
    for path in paths:
        names.extend(_rows(path, seen, is_sorted=is_sorted))
    return names


def _lines(path: Path) -> list[str]:
    try:
        return unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig")).split("\n")
    except UnicodeDecodeError as error:
        raise DataFileError(path, 0, "no text in UTF-8; save the table as UTF-8, cells parted by tabs") from error
    except OSError as error:
        raise DataFileError(path, 0, f"not readable: {error.strerror}") from error


def _rows(path: Path, seen: dict[tuple[str, str, str], str], *, is_sorted: bool) -> Iterator[Name]:
    lines = [line.removesuffix("\r") for line in _lines(path)]
    if tuple(lines[0].split("\t")) != COLUMNS:
        raise DataFileError(path, 1, f"the header must be {' '.join(COLUMNS)}, tab-separated")
    previous = ""
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            raise DataFileError(path, number, f"{len(cells)} cells, expected {len(COLUMNS)}, parted by tabs")
        row = Name(*cells)
        problem = _problem(row)
        if problem:
            raise DataFileError(path, number, problem)
        if is_sorted and line < previous:
            raise DataFileError(path, number, "rows must be sorted")
        previous = line
        key = (row.thing, row.name, row.lang)
        if key in seen:
            raise DataFileError(path, number, f"{row.name!r} of {row.thing} stands already in {seen[key]}")
        seen[key] = f"{path.name}:{number}"
        if row.kind == "pref":
            place = seen.setdefault((row.thing, "", row.lang), f"{path.name}:{number}")
            if place != f"{path.name}:{number}":
                reason = f"{row.thing} has a name of kind pref in {row.lang} already, in {place}; make one of them alt"
                raise DataFileError(path, number, reason)
        yield row


def _problem(row: Name) -> str:
    """Return what is wrong with a row, or an empty string."""
    if row.thing.partition("/")[0] not in _CLASS or not iri.is_id(row.thing):
        known = ", ".join(sorted(_CLASS))
        form = "a country of two or three letters, and a name in lower case with hyphens"
        return f"{row.thing!r} is no id such as agency/ee/ria: a kind ({known}), {form}"
    if not _LANGUAGE.fullmatch(row.lang):
        return f"lang must be the tag of a language, such as en, ko or ko-Latn, not {row.lang!r}"
    if row.kind not in _KINDS or row.match not in _MATCHES:
        kinds, ways = ", ".join(_KINDS), ", ".join(_MATCHES)
        return f"kind must be one of {kinds}, and match one of {ways}; not {row.kind!r} and {row.match!r}"
    near = row.needs.removeprefix("near:") if row.needs.startswith("near:") else ""
    if row.needs not in ("-", "defined") and f"egov:{near}" not in vocab.CLASSES:
        return f"needs must be '-', 'defined' or 'near:' with a class as near:Law, not {row.needs!r}"
    if not row.name or row.name != row.name.strip():
        return "the name is empty or has white space at its ends"
    control = next((character for character in row.name if unicodedata.category(character) in {"Cc", "Cn"}), "")
    if control:
        return f"the name holds U+{ord(control):04X}, which is no character of a text"
    return ""
