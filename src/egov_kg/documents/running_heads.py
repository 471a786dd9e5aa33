"""Lines of text copies that belong to the page and not to the text: running heads, feet, page numbers, split words."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from egov_kg.documents import shapes
from egov_kg.documents.view import Cut, Line

__all__ = ["running_heads", "split_words", "without_running_heads"]

LONGEST: Final = 100
_LEAST: Final = 3
"""What stands on two pages only may be a coincidence."""
_APART: Final = 12
"""Pages have more lines than lists have between repetitions."""

# "- 3 -", "12", "Page 4 of 20", "p. 7", "3쪽"
_NUMBER = re.compile(
    r"\s*(?:[-–—|[]\s*)?(?:(?:page|p\.|쪽)\s*)?(?P<number>\d{1,4})(?:\s*(?:of|/)\s*\d{1,4})?\s*(?:쪽|페이지)?\s*(?:[-–—|\]])?\s*",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*")
_DIGITS = re.compile(r"\d+")
_SPLIT = re.compile(r"(?<![^\W\d_])([a-z]{2,20})-\n[ \t]*([a-z]{2,20})(?![\w-])")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def running_heads(lines: Sequence[Line]) -> frozenset[int]:
    """Return the indexes of lines that stand on page after page, or number the pages.

    A head has the same words at least three times, numbers aside, a dozen lines apart, with a blank line, a number or
    the end of the text beside it. Page numbers ascend.

    Args:
        lines: The lines of a text.
    """
    numbers = _page_numbers(lines)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        words = line.text.strip()
        if 3 < len(words) <= LONGEST and any(map(str.isalpha, words)) and not shapes.item(line.text):
            places[_DIGITS.sub("#", words)].append(index)
    heads = set(numbers)
    for found in places.values():
        if len(found) >= _LEAST and found[-1] - found[0] >= _APART * (len(found) - 1):
            apart = all(after - before >= _APART // 2 for before, after in itertools.pairwise(found))
            if apart and all(_is_at_an_edge(lines, index, numbers) for index in found):
                heads.update(found)
    return frozenset(heads)


def _page_numbers(lines: Sequence[Line]) -> frozenset[int]:
    found: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        match = _NUMBER.fullmatch(line.text) if len(line.text) <= 40 else None
        if match and not _YEAR.fullmatch(line.text):
            found.append((index, int(match["number"])))
    if len(found) < _LEAST or found[-1][0] - found[0][0] < _APART * (len(found) - 1):
        return frozenset()
    ascending = all(0 < after[1] - before[1] <= 3 for before, after in itertools.pairwise(found))
    return frozenset(index for index, _ in found) if ascending else frozenset()


def _is_at_an_edge(lines: Sequence[Line], index: int, numbers: frozenset[int]) -> bool:
    return any(
        not 0 <= beside < len(lines) or lines[beside].is_blank or beside in numbers for beside in (index - 1, index + 1)
    )


def without_running_heads(lines: Sequence[Line], heads: frozenset[int]) -> list[Line]:
    """Return lines without running heads, and without the blank ones around them where a sentence goes on."""
    if not heads:
        return list(lines)
    kept: list[Line] = []
    index = 0
    while index < len(lines):
        end = index
        while end < len(lines) and (end in heads or lines[end].is_blank):
            end += 1
        gap = range(index, end)
        if not any(one in heads for one in gap):
            kept += lines[index : end + 1]
            index = end + 1
            continue
        before = kept[-1].text if kept else ""
        after = lines[end].text.lstrip() if end < len(lines) else ""
        if not (before and after[:1].islower() and not shapes.closes_a_sentence(before)):
            kept += [lines[one] for one in gap if one not in heads] or [_blank(lines[index])]
        index = end
    return kept


def _blank(line: Line) -> Line:
    return Line(line.start, line.start, "")


def split_words(text: str) -> list[Cut]:
    r"""Return what parts the halves of words that were split at the ends of lines: the hyphen and the line feed.

    A word was split if the text has it whole elsewhere, and nowhere with the hyphen.

    Example:
        >>> text = "The govern-\nment is a government of long-\nterm plans."
        >>> [text[start:end] for start, end in split_words(text)]
        ['-\n']
    """
    candidates = list(_SPLIT.finditer(text))
    if not candidates:
        return []
    known = {word.casefold() for word in _WORD.findall(text)}
    return [
        (match.end(1), match.start(2))
        for match in candidates
        if f"{match[1]}{match[2]}" in known and f"{match[1]}-{match[2]}" not in known
    ]
