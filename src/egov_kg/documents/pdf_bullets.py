"""List marks that are drawn and not written: browsers print the disc before an item as a small filled shape."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

__all__ = ["Dot", "beside_words", "dot_of"]

_LEAST: Final = 1.5  # points across
_MOST: Final = 8.0
_FAR: Final = 2.5  # times the size of the type: from a mark to the first word of its item


@dataclass(frozen=True, slots=True)
class Dot:
    """A small shape, about as wide as it is high: its edges, and the height of its middle from the top of the page."""

    x0: float
    x1: float
    middle: float


class _Placed(Protocol):
    x0: float
    x1: float
    size: float

    @property
    def middle(self) -> float: ...


Word = TypeVar("Word", bound=_Placed)


def dot_of(points: Sequence[tuple[float, float]]) -> Dot | None:
    """Return the dot that a drawn path is, or None for anything larger, flatter or thinner.

    Args:
        points: Its corners, or those that its curves lie between, in points from the upper left corner of the page.

    Example:
        >>> dot_of([(10, 20), (14, 20), (14, 24), (10, 24)]), dot_of([(10, 20), (90, 20)])
        (Dot(x0=10, x1=14, middle=22.0), None)
    """
    if len(points) < 3:
        return None
    (x0, x1), (y0, y1) = ((min(place), max(place)) for place in ([x for x, _ in points], [y for _, y in points]))
    wide, high = x1 - x0, y1 - y0
    if not (_LEAST <= wide <= _MOST and _LEAST <= high <= _MOST and abs(wide - high) <= 0.3 * max(wide, high)):
        return None
    return Dot(x0, x1, (y0 + y1) / 2)


def beside_words(dots: Sequence[Dot], words: Sequence[Word]) -> list[tuple[Dot, Word]]:
    """Return the dots that mark items, each with the word that begins its item.

    A dot marks an item if it stands at the height of small letters, a little to the left of a word, and nothing else of
    that line is near on its left: a dot between two words is a sign of its own.
    """
    by_height = sorted(words, key=lambda word: word.middle)
    heights = [word.middle for word in by_height]
    found: list[tuple[Dot, Word]] = []
    for dot in dots:
        near = by_height[bisect.bisect_left(heights, dot.middle - _MOST) : bisect.bisect(heights, dot.middle + _MOST)]
        line = [word for word in near if abs(word.middle - dot.middle) < 0.35 * word.size]
        behind = [word for word in line if 0 <= word.x0 - dot.x1 < _FAR * word.size]
        if behind and not any(-word.size < dot.x0 - word.x1 < 1.5 * word.size for word in line):
            found.append((dot, min(behind, key=lambda word: (word.x0, word.middle))))
    return found
