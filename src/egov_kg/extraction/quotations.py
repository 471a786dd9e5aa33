"""Quotations: words found again in a text, character by character but for white space."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Folded", "folded"]


class Folded(NamedTuple):
    """A text in which each run of white space is one space.

    Attributes:
        text: The text.
        places: For each of its characters the index in the original.
    """

    text: str
    places: list[int]

    def find(self, quotation: str) -> Iterator[tuple[int, int]]:
        r"""Yield the half-open range in the original of each place where a quotation stands, none inside another.

        Args:
            quotation: With single spaces, and none at its ends.

        Example:
            >>> list(folded("It began\n  in 2001. It began in  2001.").find("began in 2001"))
            [(3, 18), (23, 37)]
        """
        start = self.text.find(quotation) if quotation else -1
        while start >= 0:
            end = start + len(quotation)
            yield self.places[start], self.places[end - 1] + 1
            start = self.text.find(quotation, end)


def folded(text: str) -> Folded:
    """Return a text with its white space folded, and the way back for each character."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        if not sign.isspace():
            signs.append(sign)
            places.append(place)
        elif signs and signs[-1] != " ":
            signs.append(" ")
            places.append(place)
    return Folded("".join(signs), places)
