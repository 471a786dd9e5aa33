"""What stands in the margins of the pages of a PDF file: running heads and feet, page numbers, footnotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.documents.pdf_lines import Line

__all__ = ["Footnote", "footnotes", "running_lines"]

_DEPTH: Final = 3  # lines at the top and at the foot of a page that may be running ones
_PAGE_NUMBER = re.compile(
    r"(?:[-–—|\s]*(?:page|p\.|쪽|페이지)?\s*\d{1,4}\s*(?:(?:of|/)\s*\d{1,4})?\s*(?:쪽|페이지)?[-–—|\s]*|[ivxlc]{1,7})",
    re.IGNORECASE,
)
# Made for the starts of notes: a number, which may be raised or in brackets, or signs.
_MARK = re.compile(
    r"(?:\[(?P<square>\d{1,3})\]|\(?(?P<number>\d{1,3})[).]?|(?P<sign>[*†‡§]{1,3}))(?=\s|[A-Z가-힣「『“\"(])"
)


@dataclass(slots=True)
class Footnote:
    """A note at the foot of a page.

    Attributes:
        label: Its number or sign.
        page: The number of its page.
        text: Its words, without the label.
    """

    label: str
    page: int
    text: str


def running_lines(pages: Sequence[tuple[float, Sequence[Line]]]) -> set[int]:
    """Return the ids of the lines that are repeated on other pages at the same height, and of page numbers.

    Args:
        pages: The height of each page, and its lines from top to bottom.
    """
    seen: Counter[tuple[str, int, bool]] = Counter()
    places: list[tuple[tuple[str, int, bool], Line]] = []
    running: set[int] = set()
    for height, rows in pages:
        ends = [*rows[:_DEPTH], *rows[max(_DEPTH, len(rows) - _DEPTH) :]]
        for row in ends:
            is_head = row.base < 0.5 * height
            if 0.16 * height < row.base < 0.84 * height:
                continue
            key = (re.sub(r"\d+", "#", row.text), round(row.base / 4), is_head)
            seen[key] += 1
            places.append((key, row))
            is_outermost = row is rows[0] or row is rows[-1]
            if is_outermost and not 0.1 * height < row.base < 0.88 * height and _PAGE_NUMBER.fullmatch(row.text):
                running.add(id(row))
    fewest = 2 if len(pages) < 6 else 3
    for key, row in places:
        text, base, is_head = key
        count = sum(seen[text, base + step, is_head] for step in (-1, 0, 1))
        if count >= fewest and any(character.isalnum() or character == "#" for character in text):
            running.add(id(row))
    return running


def footnotes(rows: Sequence[Line], body: float) -> tuple[list[Line], list[Footnote]]:
    """Return the lines of a column without the notes at its foot, and those notes.

    Args:
        rows: The lines of a column.
        body: The size of the type of the text.
    """
    first = len(rows)
    while first and rows[first - 1].size <= body - 0.75:
        first -= 1
    while first < len(rows) and not _begins_a_note(rows[first]):
        first += 1
    notes: list[Footnote] = []
    for row in rows[first:]:
        match = _MARK.match(row.text)
        if match and _begins_a_note(row) and (not notes or _follows(notes[-1].label, _label(match))):
            notes.append(Footnote(_label(match), row.page, row.text[match.end() :].strip()))
        else:
            notes[-1].text = joined(notes[-1].text, row.text)
    return list(rows[:first]), notes


def joined(before: str, after: str) -> str:
    """Return two lines of a small text as one; a hyphen between small letters is that of a divided word.

    Example:
        >>> joined("The adminis-", "tration"), joined("one", "two")
        ('The administration', 'one two')
    """
    if re.search(r"[a-z][-\u2010\u00ad]$", before) and after[:1].islower():
        return before[:-1] + after
    return f"{before} {after}"


def _label(match: re.Match[str]) -> str:
    return match["square"] or match["number"] or match["sign"]


def _begins_a_note(row: Line) -> bool:
    match = _MARK.match(row.text)
    if match is None:
        return False
    # The number is raised, or has a bracket or a sign; "12 systems ran" begins with a plain number.
    is_raised = row.words[0].size < row.size - 0.4 or row.words[0].base < row.base - 0.15 * row.size
    return is_raised or match["square"] is not None or match["sign"] is not None or match.group()[-1] in ".)"


def _follows(before: str, after: str) -> bool:
    """Whether a label comes after another, so that a number in a note does not begin the next one."""
    return not (before.isdecimal() and after.isdecimal()) or int(before) < int(after) <= int(before) + 3
