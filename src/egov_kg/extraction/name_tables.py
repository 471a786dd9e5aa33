"""The tables of known names: how a row is written, and what is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.errors import DataFileError

__all__ = ["COLUMNS", "Name", "class_of", "read_names"]

COLUMNS: Final = ("thing", "name", "lang", "kind", "match", "needs", "source")
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


def read_names(folders: Iterable[Path]) -> list[Name]:
    """Return the rows of the tables ``*.tsv`` of folders.

    Raises:
        DataFileError: If a row is malformed, stands twice, or a table is not sorted; with file and line.
    """
    names: list[Name] = []
    seen: dict[tuple[str, str, str], str] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.tsv")):
            names.extend(_rows(path, seen))
    return names


def _rows(path: Path, seen: dict[tuple[str, str, str], str]) -> Iterator[Name]:
    lines = unicodedata.normalize("NFC", path.read_text(encoding="utf-8")).split("\n")
    if tuple(lines[0].split("\t")) != COLUMNS:
        raise DataFileError(path, 1, f"the header must be {' '.join(COLUMNS)}, tab-separated")
    previous = ""
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            raise DataFileError(path, number, f"{len(cells)} cells, expected {len(COLUMNS)}")
        row = Name(*cells)
        problem = _problem(row)
        if problem:
            raise DataFileError(path, number, problem)
        if line < previous:
            raise DataFileError(path, number, "rows must be sorted")
        previous = line
        key = (row.thing, row.name, row.lang)
        if key in seen:
            raise DataFileError(path, number, f"{row.name!r} of {row.thing} stands already in {seen[key]}")
        seen[key] = f"{path.name}:{number}"
        yield row


def _problem(row: Name) -> str:
    """Return what is wrong with a row, or an empty string."""
    parts = row.thing.split("/")
    if len(parts) < 3 or parts[0] not in _CLASS:
        return f"{row.thing!r} is no id of a known class"
    if row.kind not in _KINDS or row.match not in _MATCHES:
        return f"unknown kind {row.kind!r} or match {row.match!r}"
    if not (row.needs in ("-", "defined") or row.needs.startswith("near:")):
        return f"needs must be '-', 'defined' or 'near:Class', not {row.needs!r}"
    if not row.name or row.name != row.name.strip():
        return "the name is empty or has white space at its ends"
    return ""
