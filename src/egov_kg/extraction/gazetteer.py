"""Names that are known beforehand: tables of names, and the matcher that finds them in a view."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg import vocab
from egov_kg.errors import DataFileError
from egov_kg.extraction.tokens import ORDINAL_WORDS, Token, singular, tokens

__all__ = ["Gazetteer", "Hit", "Name", "class_of", "gazetteer_of", "read_gazetteer"]

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


_KINDS: Final = ("pref", "alt", "acronym", "variant", "former")
_MATCHES: Final = ("case", "fold", "particle")
_COLUMNS: Final = ("thing", "name", "lang", "kind", "match", "needs", "source")
# A Korean name may be followed by particles and copula forms only; else the word is another name.
_PARTICLES = re.compile(
    r"(?:에게서|에서의|에서는|으로써|으로서|이라는|에서|에게|으로|부터|까지|에는|에도|이며|이다|이고|인|은|는|이|가|을|를|의|에|로|와|과|도|만|및|등|들|상|하)*(?![가-힣])"
)
_HANGUL = re.compile(r"[가-힣]")


class Name(NamedTuple):
    """One row of a gazetteer table: a name of a thing."""

    thing: str
    name: str
    lang: str
    kind: str
    match: str
    needs: str
    source: str


class Hit(NamedTuple):
    """A known name in a view.

    Attributes:
        start, end: Its half-open range in the view.
        thing: The id of what it names.
        name: The row that matched.
    """

    start: int
    end: int
    thing: str
    name: Name


@dataclass(frozen=True)
class Gazetteer:
    """All known names, ready to be found.

    Attributes:
        names: The rows, sorted.
        preferred: The preferred name of a thing in a language, by (thing, language).
    """

    names: tuple[Name, ...]
    preferred: Mapping[tuple[str, str], str]
    by_thing: Mapping[str, tuple[Name, ...]]
    _words: Mapping[str, tuple[tuple[tuple[str, ...], Name], ...]] = field(repr=False)
    _hangul: Mapping[str, tuple[Name, ...]] = field(repr=False)

    def label(self, thing: str, lang: str = "en") -> str | None:
        """Return the preferred name of a thing in a language."""
        return self.preferred.get((thing, lang))

    def find(self, text: str, words: Sequence[Token]) -> tuple[Hit, ...]:
        """Return the known names in a view, longest first where two overlap, in reading order.

        Whether a name that needs something (``defined``, ``near:Class``) may count is for the caller to decide.
        """
        found: list[Hit] = []
        for i, word in enumerate(words):
            for parts, name in self._words.get(_part(word.low), ()):
                last = i + len(parts) - 1
                if last < len(words) and all(_part(words[i + k].low) == parts[k] for k in range(1, len(parts))):
                    surface = text[word.start : words[last].end]
                    if name.match == "case" and surface != name.name:
                        continue
                    found.append(Hit(word.start, words[last].end, name.thing, name))
        if self._hangul and _HANGUL.search(text):
            found.extend(self._find_hangul(text))
        found.sort(key=lambda h: (h.start - h.end, h.start, h.thing, h.name))
        kept: list[Hit] = []
        taken = bytearray(len(text))
        for hit in found:
            if not any(taken[hit.start : hit.end]):
                taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
                kept.append(hit)
        return tuple(sorted(kept))

    def _find_hangul(self, text: str) -> list[Hit]:
        places = [i for i, c in enumerate(text) if not c.isspace()]
        compact = _same_dots("".join(text[i] for i in places))
        found: list[Hit] = []
        for i in range(len(compact) - 1):
            for name in self._hangul.get(compact[i : i + 2], ()):
                key = _compact(name.name)
                if not compact.startswith(key, i):
                    continue
                start, end = places[i], places[i + len(key) - 1] + 1
                if start and _HANGUL.match(text[start - 1]):
                    continue
                if name.match == "particle" and not _PARTICLES.match(text, end):
                    continue
                found.append(Hit(start, end, name.thing, name))
        return found


def _part(low: str) -> str:
    return ORDINAL_WORDS.get(low, singular(low))


def _same_dots(text: str) -> str:
    return re.sub("[\u00b7\u318d\u30fb]", "\u00b7", text)


def _compact(text: str) -> str:
    return _same_dots(re.sub(r"\s+", "", text))


def read_gazetteer(folder: Path) -> Gazetteer:
    """Return the names in the tables ``*.tsv`` of a folder.

    Raises:
        DataFileError: If a row has the wrong number of cells, an unknown class or kind, stands twice, or the file is
            not sorted; with file and line.
    """
    names: list[Name] = []
    seen: dict[tuple[str, str, str], str] = {}
    for path in sorted(folder.glob("*.tsv")):
        names.extend(_rows(path, seen))
    return gazetteer_of(names)


def _rows(path: Path, seen: dict[tuple[str, str, str], str]) -> Iterable[Name]:
    lines = unicodedata.normalize("NFC", path.read_text(encoding="utf-8")).split("\n")
    if tuple(lines[0].split("\t")) != _COLUMNS:
        raise DataFileError(path, 1, f"the header must be {' '.join(_COLUMNS)}, tab-separated")
    previous = ""
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(_COLUMNS):
            raise DataFileError(path, number, f"{len(cells)} cells, expected {len(_COLUMNS)}")
        row = Name(*cells)
        parts = row.thing.split("/")
        if len(parts) < 3 or parts[0] not in _CLASS:
            raise DataFileError(path, number, f"{row.thing!r} is no id of a known class")
        if row.kind not in _KINDS or row.match not in _MATCHES:
            raise DataFileError(path, number, f"unknown kind {row.kind!r} or match {row.match!r}")
        if not (row.needs in ("-", "defined") or row.needs.startswith("near:")):
            raise DataFileError(path, number, f"needs must be '-', 'defined' or 'near:Class', not {row.needs!r}")
        if not row.name or row.name != row.name.strip():
            raise DataFileError(path, number, "the name is empty or has white space at its ends")
        if line < previous:
            raise DataFileError(path, number, "rows must be sorted")
        previous = line
        key = (row.thing, row.name, row.lang)
        if key in seen:
            raise DataFileError(path, number, f"{row.name!r} of {row.thing} stands already in {seen[key]}")
        seen[key] = f"{path.name}:{number}"
        yield row


def gazetteer_of(names: Iterable[Name]) -> Gazetteer:
    """Return a gazetteer that holds the given names."""
    rows = sorted(set(names))
    words: dict[str, list[tuple[tuple[str, ...], Name]]] = {}
    hangul: dict[str, list[Name]] = {}
    preferred: dict[tuple[str, str], str] = {}
    by_thing: dict[str, list[Name]] = {}
    for row in rows:
        by_thing.setdefault(row.thing, []).append(row)
        if row.kind == "pref":
            preferred.setdefault((row.thing, row.lang), row.name)
        if _HANGUL.search(row.name):
            key = _compact(row.name)
            if len(key) >= 2:
                hangul.setdefault(key[:2], []).append(row)
            continue
        for parts in _spellings(row.name):
            words.setdefault(parts[0], []).append((parts, row))
    return Gazetteer(
        tuple(rows),
        preferred,
        {thing: tuple(v) for thing, v in by_thing.items()},
        {w: tuple(v) for w, v in words.items()},
        {w: tuple(v) for w, v in hangul.items()},
    )


def _spellings(name: str) -> list[tuple[str, ...]]:
    """Return a name as the token sequences that may stand for it: hyphens as written, and as spaces."""
    found = {tuple(_part(t.low) for t in tokens(name))}
    found.add(tuple(_part(t.low) for t in tokens(name.replace("-", " "))))
    return sorted(found)
