"""One sentence made ready for reading: its words, each folded once, its times and the works that it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from egov_kg.extraction.citations import find_citations, find_titles
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.relative_times import with_relative
from egov_kg.extraction.times import TimeMention, find_times
from egov_kg.extraction.tokens import Token, root_of, tokens

__all__ = ["CALENDAR", "Scan", "is_capital"]

_PADDING = 24
_NOWHERE: Final[frozenset[int]] = frozenset()

CALENDAR: Final = frozenset(
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "jan", "feb", "sept",
     "oct", "nov", "dec"]
)  # fmt: skip
"""Months and days of the week: capitalised, and no names."""

_DOMAIN = re.compile(r"[a-z][a-z0-9-]{1,30}(?:\.[a-z]{2,10}){1,3}\Z")
_NO_DOMAIN = frozenset(["e.g", "i.e", "a.m", "p.m", "et.al", "v.s", "c.f"])


@lru_cache(maxsize=1 << 16)
def is_capital(word: str) -> bool:
    """Return whether a word is written as names are: a capital or a figure, "e-Tax", "iGov", or a domain.

    Example:
        >>> [is_capital(w) for w in ("Estonia", "2001", "e-Tax", "borger.dk", "tax", "e-services", "e.g")]
        [True, True, True, True, False, False, False]
    """
    if word[0].isupper() or word[0].isdigit():
        return True
    if word.islower():
        return "." in word and bool(_DOMAIN.match(word)) and word not in _NO_DOMAIN
    return any(c.isupper() for c in word)


@lru_cache(maxsize=1 << 16)
def _looked_up(word: str, low: str) -> tuple[str, bool, bool]:
    """Return a word as the tables list it, whether it is a word and not a sign, and whether it is written as a name."""
    return root_of(low), word[0].isalnum(), is_capital(word)


class Scan:
    """The words of a sentence with what every pattern asks of them.

    Attributes:
        text: The view.
        start, end: The half-open range of the sentence there.
        lexicon: The word tables.
        words: The words and signs.
        lows: The words folded, and empty strings behind them: an index up to 24 beyond either end reads as empty.
        roots: The words as the tables list them, singular and with ordinals in figures; padded in the same way.
        works: The works that the sentence cites.
        times: The times outside citations.
        cited: The ranges of citations and of titles that the sentence refers to: nothing inside is a name.
        strong: Where words begin that belong to a person, an administration or a citation: no other name reaches
            over them. Filled in by whoever finds those first.
    """

    def __init__(  # noqa: PLR0917 - each is a different thing
        self,
        text: str,
        start: int,
        end: int,
        lexicon: Lexicon,
        words: Sequence[Token] | None = None,
        years: tuple[str, str] = ("", ""),
    ) -> None:
        self.text = text
        self.start, self.end = start, end
        self.lexicon = lexicon
        part = text[start:end]
        if words is None:
            words = tuple(Token(t.start + start, t.end + start, t.text, t.low) for t in tokens(part))
        self.words = tuple(words)
        self.size = len(self.words)
        self.lows = [t.low for t in self.words]
        known = [_looked_up(t.text, t.low) for t in self.words]
        self.roots = [root for root, _, _ in known]
        self._is_word = [is_word for _, is_word, _ in known]
        self._is_name = [is_name for _, _, is_name in known]
        if known:
            self._is_name[0] = False  # the first word has its capital from the sentence
        self.lows.extend([""] * _PADDING)
        self.roots.extend([""] * _PADDING)
        self.works = tuple(
            w._replace(start=w.start + start, end=w.end + start, outer=(w.outer[0] + start, w.outer[1] + start))
            for w in find_citations(part)
        )
        self.times = tuple(
            TimeMention(t.start + start, t.end + start, t.value)
            for t in with_relative(part, find_times(part), *years)
            if not any(w.outer[0] <= t.start + start < w.outer[1] for w in self.works)
        )
        self.cited = [w.outer for w in self.works]
        self.cited.extend((a + start, b + start) for a, b in find_titles(part))
        times = self.times
        self.in_time = (
            frozenset(w.start for w in self.words if any(t.start <= w.start < t.end for t in times))
            if times
            else _NOWHERE
        )
        self.first_of_sentence = self.words[0].start if self.words else start
        self.strong: frozenset[int] = _NOWHERE

    def is_word(self, i: int) -> bool:
        """Whether there is a word at `i`, and not a sign."""
        return 0 <= i < self.size and self._is_word[i]

    def is_name_word(self, i: int) -> bool:
        """Whether a word is capitalised, and not only because it opens the sentence."""
        return 0 <= i < self.size and self._is_name[i]

    def is_strong(self, i: int) -> bool:
        """Whether a word belongs to a person, an administration or a citation: no name reaches over it."""
        return 0 <= i < self.size and self.words[i].start in self.strong

    def is_time(self, i: int) -> bool:
        """Whether a word stands inside a time."""
        return self.words[i].start in self.in_time

    def is_cited(self, start: int) -> bool:
        """Whether a place lies inside a citation or the title of a work that the sentence refers to."""
        return any(a <= start < b for a, b in self.cited)

    def between(self, start: int, end: int) -> str:
        """Return a range of the view with its white space folded."""
        return " ".join(self.text[start:end].split())

    def surface(self, begin: int, end: int) -> str:
        """Return words `begin` up to `end` as written, white space folded."""
        return self.between(self.words[begin].start, self.words[end - 1].end)
