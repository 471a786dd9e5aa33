"""Words that the end of a line divides in a PDF file: whether they are one word, two, or two with a hyphen."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Sequence
from typing import Final

from egov_kg.documents.pdf_lines import Line

__all__ = ["Vocabulary"]

_HYPHEN = re.compile(r"[^\W\d_][-\u2010\u00ad]$")
_RANGE = re.compile(r"\d[-\u2010-\u2014~]$")
_PREFIXES: Final = frozenset(
    {
        "anti", "co", "cross", "e", "ex", "full", "high", "inter", "long", "low", "m", "mid", "multi", "non", "on",
        "one", "post", "pre", "re", "self", "semi", "short", "sub", "u", "well",
    }
)  # fmt: skip
"""What keeps its hyphen at the end of a line, where nothing else in the file tells."""

_HANGUL = re.compile("[가-힣]$")
# What no Korean word begins with: particles that stand alone, and endings of verbs.
_TAIL = re.compile(
    r"(?:을|를|은|는|에|의|로|으로|와|과|에서|에게|까지|부터)(?=[.,)」』]|$)|(?:하[였여]|되[었어]|였|었|했|됐)"
    r"|(?:[습입]?니)?다(?=[.,]|$)|[며고](?=,)|[된될됨](?=[.,]|$)"
)
# What a Korean word may end with, at the end of a line: particles, endings, and signs.
_WORD_END = re.compile(
    r"(?:..[을를은는에의에와과도로]|에서|에게|까지|부터|으로|하[고며여는]|되[고며어는]|[었였했됐이]고|며|[한된할될던]|및|등|다|"
    r"[.,;:!?)」』”])$"
)
_SUSPENDING: Final = frozenset({"and", "or", "to"})  # "mid-" before them stands for a word that follows
_PARTICLE = re.compile(r"(?:에서|에게|까지|부터|으로|[을를은는이가에의로와과도])$")
_NAME: Final = 4  # syllables of a name that is hardly the second half of another word
_FEWEST: Final = 4  # lines that tell how those of a file end


class Vocabulary:
    """The words of a file, which tell how words that a line's end divides are written.

    Args:
        found: The lines of the file.
    """

    def __init__(self, found: Sequence[Line]) -> None:
        self._words: set[str] = set()
        ends = spaced = 0
        for line in found:
            parts = line.text.split()
            self._words.update(part.strip(".,;:()[]\"'“”‘’·").lower() for part in parts[1:-1])
            if parts and _HANGUL.search(parts[-1]):
                ends += 1
                spaced += line.words[-1].spaced
        self._tells_spaces = spaced >= 0.2 * ends > 0
        self._sorted = sorted(self._words)
        right = {line.column: 0.0 for line in found}
        for line in found:
            right[line.column] = max(right[line.column], line.x1)
        pairs = [
            (before, after)
            for before, after in itertools.pairwise(found)
            if _is_next(before, after, right[after.column])
        ]
        self._is_ragged = _are_ragged([before for before, _ in pairs], right)
        self._divides_syllables = _fill_their_lines(pairs, right) or any(
            _HANGUL.search(before.words[-1].text) and _TAIL.match(after.words[0].text) for before, after in pairs
        )

    def joint(self, before: Line, after: str) -> tuple[int, str]:
        """Return how many letters fall away at the end of a line, and what comes between it and the next.

        Args:
            before: The line.
            after: The first word of the next one.
        """
        last = before.words[-1].text
        text = before.text.rpartition(" ")[2]
        if _HYPHEN.search(text):
            if after in _SUSPENDING:
                return 0, " "
            if not after[:1].islower():
                return (1, "") if last.endswith("\u00ad") else (0, "")
            left, right = text[:-1].lstrip("(\"'“‘").lower(), after.rstrip(".,;:)\"'”’").lower()
            if last.endswith("\u00ad") or f"{left}{right}" in self._words:
                return 1, ""
            if f"{left}-{right}" in self._words or left.rpartition("-")[2] in _PREFIXES or "-" in left:
                return 0, ""
            return (0, "") if self._is_ragged or (left in self._words and right in self._words) else (1, "")
        if _RANGE.search(text) and after[:1].isdigit():
            return 0, ""
        if _HANGUL.search(last) and "가" <= after[:1] <= "힣":
            return 0, "" if self._is_divided(before, text.lower(), after.rstrip(".,;:)").lower()) else " "
        return 0, " "

    def _begins(self, letters: str) -> bool:
        """Whether a word of the file begins with some letters."""
        place = bisect.bisect_left(self._sorted, letters)
        return place < len(self._sorted) and self._sorted[place].startswith(letters)

    def _is_divided(self, line: Line, left: str, right: str) -> bool:
        """Whether a Korean word goes on in the next line: lines of Korean end anywhere in a word."""
        if self._tells_spaces:
            return not line.words[-1].spaced
        if f"{left}{right}" in self._words:
            return not (left in self._words and right in self._words)
        if not self._divides_syllables:
            return False
        stem = _PARTICLE.sub("", right)
        if len(stem) >= _NAME and not self._begins(f"{left}{stem}") and self._begins(stem):
            return False  # a name that begins a word elsewhere
        return bool(_TAIL.match(right)) or not (left in self._words or _WORD_END.search(left))


def _is_next(before: Line, after: Line, right: float) -> bool:
    """Whether a line of text may go on in the next: one below the other, and the first nearly as wide as the column."""
    below = before.size == after.size and 0 < after.base - before.base < 2 * before.size
    return before.column == after.column and below and right - before.x1 < 5 * before.size


def _are_ragged(found: Sequence[Line], right: dict[int, float]) -> bool:
    """Whether lines end where their words end: who does not fill lines does not divide words either."""
    short = sum(right[line.column] - line.x1 > 0.4 * line.size for line in found)
    return len(found) >= _FEWEST and 2 * short > len(found)


def _fill_their_lines(pairs: Sequence[tuple[Line, Line]], right: dict[int, float]) -> bool:
    """Whether lines of Korean lack less than a syllable at their end: then they end anywhere in a word.

    Where words stay whole, the white at their end or between them is as wide as a word at times.
    """
    korean = [
        before
        for before, after in pairs
        if _HANGUL.search(before.words[-1].text) and "가" <= after.words[0].text[0] <= "힣"
    ]
    if len(korean) < _FEWEST:
        return False
    gaps = sorted(b.x0 - a.x1 for line in korean for a, b in itertools.pairwise(line.words) if not b.glued)
    usual = gaps[len(gaps) // 5] if gaps else 0.0
    filled = 0
    for line in korean:
        spread = sum(b.x0 - a.x1 - usual for a, b in itertools.pairwise(line.words) if not b.glued)
        filled += right[line.column] - line.x1 + spread < 1.3 * line.size
    return 7 * filled >= 6 * len(korean)
