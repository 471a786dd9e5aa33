"""Views: readable strings made from ranges of a text, with the way back for each character."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.model import View, lines_of

__all__ = ["Cut", "Line", "Surface", "index_in", "lift", "part", "without"]

Cut = tuple[int, int]
"""A half-open range of the text that a view leaves out."""

# Soft hyphens, zero-width spaces, joiners and marks of direction: they are in the text and nobody sees them.
_INVISIBLE: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
# Words with single spaces between them are taken at once: most lines are one match.
_WORDS = re.compile(rf"[^\s{_INVISIBLE}]+(?: [^\s{_INVISIBLE}]+)*")
_SEEN = re.compile(rf"[^\s{_INVISIBLE}]")
_SPACE = re.compile(r"\s")
# Full-width forms of the signs, digits and letters of ASCII, as East Asian typesetting has them; and the hyphen at
# which no line may break.
_WIDE = re.compile("[\u2011\uff01-\uff5e]")
_NARROW: Final = {0x2011: "-"} | {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
_HYPHENS: Final = "-\u2010"
_AFTER_A_SUSPENDED_HYPHEN: Final = frozenset({"and", "or", "to"})


def lift(text: str, start: int, end: int, cuts: Sequence[Cut] = (), *, parting: bool = False) -> View:
    r"""Return the view of a range: cuts left out, white space folded, wrapped lines joined, full-width forms narrow.

    A hyphen after a letter at the end of a line joins the next line without a space, unless the next word is "and",
    "or" or "to" (a suspended hyphen).

    Args:
        text: The document's text.
        start: Where it begins.
        end: Where it ends, half-open.
        cuts: Ranges to leave out, sorted and disjoint; those outside the range do not matter.
        parting: Whether a cut between two letters or digits parts two words, as a pop-up does and emphasis does not.

    Example:
        >>> lift("  two\n   lines of Government-for-\nCitizens ", 0, 43).text
        'two lines of Government-for-Citizens'
        >>> lift("전자정부법（２００１）", 0, 11).text
        '전자정부법(2001)'
        >>> lift("a **strong** word", 0, 17, [(2, 4), (10, 12)]).offsets
        (0, 1, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16)
    """
    parts: list[str] = []
    offsets: list[int] = []
    space = crossed = -1
    before = start
    for first, last in _kept(start, end, cuts):
        if first > before and crossed < 0:
            crossed = before
        before = last
        position = first
        for match in _WORDS.finditer(text, first, last):
            begin, stop = match.span()
            if space < 0 and begin > position:
                found = _SPACE.search(text, position, begin)
                space = found.start() if found else -1
            words = match.group()
            if not words.isascii() and _WIDE.search(words):
                words = words.translate(_NARROW)
            if offsets:
                joint = space
                if space >= 0 and crossed < 0 and _is_hyphenated(parts, text[space:begin], words):
                    joint = -1
                elif space < 0 and parting and crossed >= 0 and parts[-1][-1].isalnum() and words[0].isalnum():
                    joint = crossed
                if joint >= 0:
                    parts.append(" ")
                    offsets.append(joint)
            parts.append(words)
            offsets.extend(range(begin, stop))
            position, space, crossed = stop, -1, -1
        if space < 0 and position < last:
            found = _SPACE.search(text, position, last)
            space = found.start() if found else -1
    return View("".join(parts), tuple(offsets))


def _kept(start: int, end: int, cuts: Sequence[Cut]) -> Iterator[tuple[int, int]]:
    position = start
    for first, last in cuts[bisect.bisect_left(cuts, start, key=lambda cut: cut[1]) :]:
        if first >= end:
            break
        if position < first:
            yield position, first
        position = max(position, last)
    if position < end:
        yield position, end


def _is_hyphenated(parts: Sequence[str], gap: str, words: str) -> bool:
    before = parts[-1]
    return (
        "\n" in gap
        and len(before) > 1
        and before[-1] in _HYPHENS
        and before[-2].isalnum()
        and words[0].isalpha()
        and words.partition(" ")[0] not in _AFTER_A_SUSPENDED_HYPHEN
    )


def part(view: View, start: int, end: int) -> View:
    """Return a range of a view as a view of its own, without white space at its ends.

    Example:
        >>> part(View("one; two", (5, 6, 7, 8, 9, 10, 11, 12)), 4, 8)
        View(text='two', offsets=(10, 11, 12))
    """
    words = view.text[start:end]
    first = start + len(words) - len(words.lstrip())
    last = first + len(words.strip())
    return View(view.text[first:last], view.offsets[first:last])


def without(view: View, index: int) -> View:
    """Return a view without one of its characters.

    Example:
        >>> without(View("1> a", (5, 6, 7, 8)), 1).text
        '1 a'
    """
    return View(view.text[:index] + view.text[index + 1 :], view.offsets[:index] + view.offsets[index + 1 :])


def index_in(view: View, offset: int) -> int:
    """Return the index of the first character of a view that stands at or after a place in the document.

    Example:
        >>> index_in(View("ab", (3, 9)), 4)
        1
    """
    return bisect.bisect_left(view.offsets, offset)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a surface; several lines of the text where markup runs over their ends.

    Attributes:
        start, end: Its half-open range, without the line feed.
        text: What stands there, markup lifted, white space as it is where there is no markup.
    """

    start: int
    end: int
    text: str

    @property
    def is_blank(self) -> bool:
        """Whether nothing can be seen on the line."""
        return not _SEEN.search(self.text)

    @property
    def indent(self) -> int:
        """How many characters of white space it begins with."""
        return len(self.text) - len(self.text.lstrip())


@dataclass(frozen=True, slots=True)
class Surface:
    """A text with its inline markup: what a reader would see of it.

    Attributes:
        text: The document's text.
        cuts: The ranges that views leave out, sorted and disjoint.
        holds: The ranges inside which a line feed ends no line, sorted and disjoint.
        parting: Whether a cut between two letters parts two words.
    """

    text: str
    cuts: tuple[Cut, ...] = ()
    holds: tuple[Cut, ...] = ()
    parting: bool = False

    def view(self, start: int, end: int) -> View:
        """Return the view of a range."""
        return lift(self.text, start, end, self.cuts, parting=self.parting)

    def lines(self, start: int = 0, end: int | None = None) -> list[Line]:
        """Return the lines of a range, blank ones included; it should begin at a line's start."""
        end = len(self.text) if end is None else end
        lines: list[Line] = []
        begin = start
        for _, last in lines_of(self.text[start:end]):
            stop = start + last
            if stop < begin or any(first <= stop < after for first, after in self._holds_near(stop)):
                continue
            lines.append(self._line(begin, stop))
            begin = stop + 1
        if begin < end:
            lines.append(self._line(begin, end))
        return lines

    def _holds_near(self, offset: int) -> tuple[Cut, ...]:
        index = bisect.bisect_right(self.holds, (offset, len(self.text) + 1))
        return self.holds[max(0, index - 1) : index]

    def _line(self, start: int, end: int) -> Line:
        index = bisect.bisect_left(self.cuts, start, key=lambda cut: cut[1])
        if index < len(self.cuts) and self.cuts[index][0] < end:
            return Line(start, end, self.view(start, end).text)
        return Line(start, end, self.text[start:end])
