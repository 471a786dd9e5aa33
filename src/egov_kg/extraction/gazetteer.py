"""Names that are known beforehand: the matcher that finds them in a view, and what a document adds to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from egov_kg.extraction.name_tables import Name, class_of, read_names
from egov_kg.extraction.tokens import Token, fold, root_of, tokens

__all__ = ["Gazetteer", "Hit", "Name", "class_of", "gazetteer_of", "longest_hits", "read_gazetteer"]

# A Korean name may be followed by particles and copula forms only; else the word is another name.
_PARTICLES = re.compile(
    r"(?:에게서|에서의|에서는|으로써|으로서|이라는|에서|에게|으로|부터|까지|에는|에도|이며|이다|이고|인|은|는|이|가|을|를|의|에|로|와|과|도|만|및|등|들|상|하)*(?![가-힣])"
)
_HANGUL = re.compile(r"[가-힣]")


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
    """Known names, ready to be found.

    Attributes:
        names: The rows of this layer, sorted.
        below: The layer below, whose names are known too; a document's own names lie over the tables'.
        hidden: Whether the names of a thing of the layers below are not to be seen here.
        classes: The classes of things of this layer that their ids do not tell.
    """

    names: tuple[Name, ...]
    below: Gazetteer | None = field(default=None, repr=False)
    hidden: Callable[[str], bool] | None = field(default=None, repr=False)
    classes: Mapping[str, str] = field(default_factory=dict, repr=False)
    _preferred: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)
    _by_thing: Mapping[str, tuple[Name, ...]] = field(default_factory=dict, repr=False)
    _by_fold: Mapping[str, tuple[Name, ...]] = field(default_factory=dict, repr=False)
    _words: Mapping[str, tuple[tuple[tuple[str, ...], Name], ...]] = field(default_factory=dict, repr=False)
    _hangul: Mapping[str, tuple[Name, ...]] = field(default_factory=dict, repr=False)

    def label(self, thing: str, lang: str = "en") -> str | None:
        """Return the preferred name of a thing in a language."""
        found = self._preferred.get((thing, lang))
        return found if found is not None or self.below is None else self.below.label(thing, lang)

    def class_of(self, thing: str) -> str:
        """Return the class of a thing: the one that it was laid in with, else that of its id."""
        own = self.classes.get(thing)
        return own or (class_of(thing) if self.below is None else self.below.class_of(thing))

    def names_of(self, thing: str) -> tuple[Name, ...]:
        """Return every name of a thing."""
        own = self._by_thing.get(thing, ())
        return own if self.below is None else (*self.below.names_of(thing), *own)

    def holds(self, thing: str) -> bool:
        """Whether a thing has a name here that can be seen."""
        return thing in self._by_thing or (self.below is not None and self._seen(thing) and self.below.holds(thing))

    def named(self, name: str) -> tuple[Name, ...]:
        """Return the rows whose name is a given one, folded; sorted."""
        own = self._by_fold.get(fold(name), ())
        if self.below is None:
            return own
        return tuple(sorted((*own, *(n for n in self.below.named(name) if self._seen(n.thing)))))

    def over(
        self,
        names: Iterable[Name],
        *,
        hidden: Callable[[str], bool] | None = None,
        classes: Mapping[str, str] | None = None,
    ) -> Gazetteer:
        """Return these names with others laid over them, at the cost of the others alone.

        Args:
            names: The further names.
            hidden: Which things of these names are not seen through the new layer.
            classes: The classes of the further things, where their ids do not tell them.
        """
        return gazetteer_of(names, below=self, hidden=hidden, classes=classes)

    def find(self, text: str, words: Sequence[Token], roots: Sequence[str] | None = None) -> tuple[Hit, ...]:
        """Return the known names in a view, longest first where two overlap, in reading order.

        Whether a name that needs something (``defined``, ``near:Class``) may count is for the caller to decide.

        Args:
            text: The view.
            words: Its words, or those of a part of it.
            roots: The words as `root_of` gives them, if they are at hand; may be longer than `words`.
        """
        if not words:
            return ()
        if roots is None:
            roots = [root_of(w.low) for w in words]
        return longest_hits(self.candidates(text, words, roots))

    def candidates(
        self, text: str, words: Sequence[Token], roots: Sequence[str], below: Iterable[Hit] | None = None
    ) -> list[Hit]:
        """Return every known name in a view, whether others overlap it or not.

        Args:
            text: The view.
            words: Its words, or those of a part of it.
            roots: The words as `root_of` gives them; may be longer than `words`.
            below: What the names below these give, if that is known.
        """
        if not words:
            return []
        found: list[Hit] = []
        known = self._words
        if known:
            size = len(words)
            for i, root in enumerate(roots[:size]):
                rows = known.get(root)
                if rows is None:
                    continue
                for parts, name in rows:
                    width = len(parts)
                    if i + width <= size and (width == 1 or tuple(roots[i : i + width]) == parts):
                        start, end = words[i].start, words[i + width - 1].end
                        if name.match != "case" or text[start:end] == name.name:
                            found.append(Hit(start, end, name.thing, name))
        if self._hangul and _HANGUL.search(text, words[0].start, words[-1].end):
            found.extend(self._find_hangul(text, words[0].start, words[-1].end))
        if self.below is not None:
            further = self.below.candidates(text, words, roots) if below is None else below
            found.extend(hit for hit in further if self._seen(hit.thing))
        return found

    def _seen(self, thing: str) -> bool:
        return self.hidden is None or not self.hidden(thing)

    def _find_hangul(self, text: str, begin: int, stop: int) -> Iterator[Hit]:
        places = [i for i in range(begin, stop) if not text[i].isspace()]
        compact = _same_dots("".join(text[i] for i in places))
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
                yield Hit(start, end, name.thing, name)


def longest_hits(found: list[Hit]) -> tuple[Hit, ...]:
    """Return the longest of names that overlap, in reading order."""
    if len(found) < 2:
        return tuple(found)
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda h: (h.start - h.end, h.start, h.thing, h.name)):
        if not any(hit.start < k.end and k.start < hit.end for k in kept):
            kept.append(hit)
    return tuple(sorted(kept))


def _same_dots(text: str) -> str:
    return re.sub("[\u00b7\u318d\u30fb]", "\u00b7", text)


def _compact(text: str) -> str:
    return _same_dots(re.sub(r"\s+", "", text))


def read_gazetteer(folder: Path, *further: Path) -> Gazetteer:
    """Return the names in the tables ``*.tsv`` of a folder, with those of further folders laid over them.

    Args:
        folder: The tables that come along. They must be sorted, so that a change of them can be reviewed.
        further: Tables of a user, in any order of rows. A name that they give to a thing goes before one of ours.

    Raises:
        DataFileError: If a folder has no table; if a row has the wrong number of cells, an unknown class or kind, or
            stands twice; or if a table of ours is not sorted; with file and line.
    """
    gazetteer = gazetteer_of(read_names(folder, is_sorted=True))
    for one in further:
        gazetteer = gazetteer.over(read_names(one))
    return gazetteer


def gazetteer_of(
    names: Iterable[Name],
    *,
    below: Gazetteer | None = None,
    hidden: Callable[[str], bool] | None = None,
    classes: Mapping[str, str] | None = None,
) -> Gazetteer:
    """Return a gazetteer that holds the given names, over those of another one if there is one."""
    rows = sorted(set(names))
    words: dict[str, list[tuple[tuple[str, ...], Name]]] = {}
    hangul: dict[str, list[Name]] = {}
    preferred: dict[tuple[str, str], str] = {}
    by_thing: dict[str, list[Name]] = {}
    by_fold: dict[str, list[Name]] = {}
    for row in rows:
        by_thing.setdefault(row.thing, []).append(row)
        by_fold.setdefault(fold(row.name), []).append(row)
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
        below,
        hidden,
        classes or {},
        preferred,
        {thing: tuple(v) for thing, v in by_thing.items()},
        {name: tuple(v) for name, v in by_fold.items()},
        {w: tuple(v) for w, v in words.items()},
        {w: tuple(v) for w, v in hangul.items()},
    )


def _spellings(name: str) -> list[tuple[str, ...]]:
    """Return a name as the token sequences that may stand for it: hyphens as written, and as spaces."""
    found = {tuple(root_of(t.low) for t in tokens(name))}
    if "-" in name:
        found.add(tuple(root_of(t.low) for t in tokens(name.replace("-", " "))))
    return sorted(found)
