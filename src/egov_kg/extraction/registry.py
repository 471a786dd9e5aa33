"""The registry of ids: minted once, never derived again, never reused."""

from __future__ import annotations

import hashlib
import re
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


_LONGEST_SLUG: Final = 60


def _slug(label: str) -> str:
    """Return the slug of a name; Hangul is written in Latin letters, so that no syllable is lost.

    Example:
        >>> _slug("제1차 행정전산화 기본계획"), _slug("제1차 정보화촉진 기본계획")
        ('je1chahaengjeongjeonsanhwagibongyehoek', 'je1chajeongbohwachokjingibongyehoek')
        >>> _slug("정부24"), _slug("First Plan")
        ('jeongbu24', '1st-plan')
    """
    folded = unicodedata.normalize("NFC", fold(label))
    made = slug(_latin(folded), longest=10_000)
    if len(made) > _LONGEST_SLUG and _SYLLABLE.search(folded):
        digest = hashlib.sha256(folded.encode()).hexdigest()[:8]
        made = f"{made[:_LONGEST_SLUG]}-{digest}"
    elif not _SYLLABLE.search(folded):
        made = slug(folded)
    # A name without an ASCII form: its code points, so that the id is stable and says where it comes from.
    return made or "u-" + "-".join(f"{ord(c):x}" for c in folded[:16])


_SYLLABLE: Final = re.compile("[\uac00-\ud7a3]")
_FIRST: Final[tuple[str, ...]] = tuple("g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "").split(" "))
_MIDDLE: Final[tuple[str, ...]] = tuple(
    re.findall(r"\w+", "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
)
_LAST: Final[tuple[str, ...]] = (
    "",
    *re.findall(r"\w+", "k k ks n nj nh t l lk lm lb ls lt lp lh m p ps t t ng t t k t p t"),
)
"""How the Revised Romanization spells first consonants, vowels and last consonants, in the order of the syllables."""


def _latin(name: str) -> str:
    """Return a name with its Hangul in Latin letters, syllable by syllable, as the Revised Romanization spells them."""
    return _SYLLABLE.sub(lambda m: _syllable(ord(m[0]) - 0xAC00), name)


def _syllable(number: int) -> str:
    return _FIRST[number // 588] + _MIDDLE[number % 588 // 28] + _LAST[number % 28]


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
