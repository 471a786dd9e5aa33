"""Finding things by name: what was typed against every name of a release, in English and Korean.

Hangul is found anywhere, because Korean writes compounds without spaces: 정부 stands inside 전자정부법. Latin letters
and digits are found where a word begins, so that an acronym does not match the inside of other words. Case, spaces,
hyphens and the several middle dots do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.linking import forms as linking_forms

__all__ = ["LONGEST", "Name", "best_names", "folded"]

LONGEST: Final = 200
"""How many characters of what was typed count."""


def folded(text: str) -> tuple[str, frozenset[int]]:
    """Return the letters and digits of a text in one case, and where its words begin among them.

    Example:
        >>> folded("E-Government Act")
        ('egovernmentact', frozenset({0, 1, 11}))
        >>> folded("민원・복지 ICT")[0], folded("민원ㆍ복지 ICT")[0]
        ('민원복지ict', '민원복지ict')
    """
    letters: list[str] = []
    starts: set[int] = set()
    before = ""
    for c in linking_forms.letters(text):
        if c.isalnum():
            if not before.isalnum() or before.isascii() != c.isascii():
                starts.add(len(letters))
            letters.append(c)
        before = c
    return "".join(letters), frozenset(starts)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a thing, prepared for search.

    Attributes:
        thing: The IRI of the thing.
        text: As it is written.
        lang: Its language, or empty.
        letters, starts: As `folded` gives them.
    """

    thing: str
    text: str
    lang: str
    letters: str
    starts: frozenset[int]

    @classmethod
    def of(cls, thing: str, text: str, lang: str) -> Name:
        """Return a name, prepared."""
        return cls(thing, text, lang, *folded(text))

    def rank(self, wanted: str, words: Sequence[str]) -> int | None:
        """Return how well the name fits: 0 whole, 1 its beginning, 2 inside, 3 its words apart, None not at all.

        Args:
            wanted: All that was typed, folded.
            words: Each word of it, folded.
        """
        if not wanted:
            return None
        if self.letters == wanted:
            return 0
        if self.letters.startswith(wanted):
            return 1
        if self._holds(wanted):
            return 2
        return 3 if len(words) > 1 and all(self._holds(word) for word in words) else None

    def _holds(self, wanted: str) -> bool:
        if not wanted[0].isascii():
            return wanted in self.letters
        return any(self.letters.startswith(wanted, start) for start in self.starts)


def best_names(names: Iterable[Name], text: str) -> list[tuple[Name, int]]:
    """Return for each thing that fits the name that fits best, and its rank; the best things first, then the shorter.

    Args:
        names: Of all things.
        text: What was typed; beyond `LONGEST` characters it does not count.

    Example:
        >>> laws = [Name.of("a", "Public E-Government", "en"), Name.of("b", "E-Government Act", "en")]
        >>> [(name.text, rank) for name, rank in best_names(laws, "e-government")]
        [('E-Government Act', 1), ('Public E-Government', 2)]
        >>> best_names(laws, "govern act")[0][1], best_names(laws, "vern"), best_names(laws, " - ")
        (3, [], [])
    """
    text = text[:LONGEST]
    wanted = folded(text)[0]
    words = [word for part in text.split() if (word := folded(part)[0])]
    best: dict[str, tuple[tuple[int, int, str, str], Name]] = {}
    for name in names:
        rank = name.rank(wanted, words)
        if rank is None:
            continue
        key = (rank, len(name.letters), name.letters, name.lang)
        if name.thing not in best or key < best[name.thing][0]:
            best[name.thing] = (key, name)
    return [(best[thing][1], best[thing][0][0]) for thing in sorted(best, key=lambda thing: (best[thing][0], thing))]
