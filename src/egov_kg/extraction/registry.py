"""The registry of ids: minted once, never derived again, never reused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.errors import DataFileError, UnknownTerm
from egov_kg.extraction.tokens import fold
from egov_kg.iri import slug
from egov_kg.model import Thing

__all__ = ["Entry", "Registry", "read_registry"]

_COLUMNS: Final = ("id", "class", "label", "first_release", "status", "replaced_by")
_STATUSES: Final = ("current", "retired")


class Entry(NamedTuple):
    """A row of the registry: an id that a release has used."""

    id: str
    cls: str
    label: str
    first_release: str
    status: str
    replaced_by: str


@dataclass(frozen=True)
class Registry:
    """Which ids exist, and which a new thing gets.

    Attributes:
        entries: The rows, by id.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    _by_name: dict[tuple[str, str, str], str] = field(default_factory=dict, repr=False)

    def id_for(self, cls: str, jurisdiction: str, label: str) -> str:
        """Return the id of a thing: the registered one of that name, else a new one made of the name.

        The slug is made of the folded name, so that it does not depend on which spelling was read first.

        Args:
            cls: The CURIE of its class.
            jurisdiction: A lower-case code, or ``int``.
            label: Its name.

        Example:
            >>> Registry().id_for("egov:Plan", "xx", "The First Plan for Records")
            'plan/xx/1st-plan-record'
        """
        segment = vocab.segment(cls)
        known = self._by_name.get((segment, jurisdiction, fold(label)))
        if known is not None:
            return self.current(known)
        return self.current(f"{segment}/{jurisdiction}/{_slug(label)}")

    def current(self, thing: str) -> str:
        """Return the id that stands for a thing today: itself, or what replaced it."""
        seen = {thing}
        while (entry := self.entries.get(thing)) is not None and entry.replaced_by and entry.replaced_by not in seen:
            thing = entry.replaced_by
            seen.add(thing)
        return thing

    def extended(self, things: Iterable[Thing], release: str) -> Registry:
        """Return a registry that also holds the given things, first seen in a release.

        Args:
            things: Things of an extraction; those already registered stay as they are.
            release: The version of the data that first holds the new ones.
        """
        entries = dict(self.entries)
        for thing in things:
            if thing.id not in entries:
                entries[thing.id] = Entry(thing.id, thing.cls, thing.label, release, "current", "")
        names = {(vocab.segment(e.cls), e.id.split("/")[1], fold(e.label)): e.id for e in entries.values()}
        return Registry(entries, names)

    def to_tsv(self) -> str:
        """Return the registry as the text of its file, sorted by id.

        Example:
            >>> made = Registry().extended([Thing("law/xx/file-act", "egov:Law", "File Act")], "2026.1.0")
            >>> made.to_tsv().splitlines()[1].split()
            ['law/xx/file-act', 'egov:Law', 'File', 'Act', '2026.1.0', 'current']
        """
        rows = ["\t".join(_COLUMNS), *("\t".join(self.entries[name]) for name in sorted(self.entries))]
        return "\n".join(rows) + "\n"


def _slug(label: str) -> str:
    made = slug(fold(label))
    if made:
        return made
    # A name without an ASCII form: its code points, so that the id is stable and says where it comes from.
    return "u-" + "-".join(f"{ord(c):x}" for c in unicodedata.normalize("NFC", fold(label))[:16])


def read_registry(path: Path) -> Registry:
    """Return the registry in a file; an absent file is an empty registry.

    Raises:
        DataFileError: If a row is malformed, stands twice, has an unknown class or status, or is replaced by an id that
            the registry lacks.
    """
    entries: dict[str, Entry] = {}
    by_name: dict[tuple[str, str, str], str] = {}
    if not path.exists():
        return Registry(entries, by_name)
    lines = path.read_text(encoding="utf-8").split("\n")
    if tuple(lines[0].split("\t")) != _COLUMNS:
        raise DataFileError(path, 1, f"the header must be {' '.join(_COLUMNS)}, tab-separated")
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(_COLUMNS):
            raise DataFileError(path, number, f"{len(cells)} cells, expected {len(_COLUMNS)}")
        entry = Entry(*cells)
        if entry.id in entries:
            raise DataFileError(path, number, f"{entry.id} stands twice")
        if entry.cls not in vocab.CLASSES:
            raise DataFileError(path, number, f"unknown class {entry.cls!r}")
        try:
            segment = vocab.segment(entry.cls)
        except UnknownTerm as error:
            raise DataFileError(path, number, str(error)) from error
        if not entry.id.startswith(f"{segment}/"):
            raise DataFileError(path, number, f"{entry.id} does not begin with the segment of {entry.cls}, {segment!r}")
        if entry.status not in _STATUSES:
            raise DataFileError(path, number, f"status must be one of {', '.join(_STATUSES)}, not {entry.status!r}")
        entries[entry.id] = entry
        by_name.setdefault((segment, entry.id.split("/")[1], fold(entry.label)), entry.id)
    for entry in entries.values():
        if entry.replaced_by and entry.replaced_by not in entries:
            raise DataFileError(path, 0, f"{entry.id} is replaced by {entry.replaced_by}, which the registry lacks")
    return Registry(entries, by_name)
