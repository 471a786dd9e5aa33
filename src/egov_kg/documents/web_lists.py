"""The lists of web pages: the mark of each item is the one that a browser shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["WebList"]

_NUMBERED: Final = {"a": "abcdefghijklmnopqrstuvwxyz", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass(slots=True)
class WebList:
    """A list that is being read.

    Attributes:
        kind: Its tag; only ``ol`` numbers its items.
        number: The number of the item before the next one.
        style: What numbers are written as, as in the attribute ``type``: ``a``, ``A``, else in digits.
    """

    kind: str
    number: int
    style: str

    def marker(self) -> str:
        """Return the mark of its next item."""
        if self.kind != "ol":
            return "-"
        self.number += 1
        letters = _NUMBERED.get(self.style)
        if letters and 0 < self.number <= len(letters):
            return f"{letters[self.number - 1]}."
        return f"{self.number}."
