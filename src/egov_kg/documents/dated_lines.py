"""Chronologies whose dates stand on lines of their own, above the entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egov_kg.documents import fields, shapes
from egov_kg.documents.view import Line

__all__ = ["entry_end", "has_dates_alone"]

FEWEST_DATES: Final = 3
"""So many lines that are a date alone make a chronology."""
LONG_LINE: Final = 60
"""A line as long as this may have been wrapped: the next one goes on with it."""


def has_dates_alone(lines: Sequence[Line]) -> bool:
    """Whether several lines are a date and nothing else, with words below."""
    count, after_date = 0, False
    for line in lines:
        if not line.is_blank:
            alone = shapes.date_alone(line.text)
            count += after_date and not alone
            after_date = alone
    return count >= FEWEST_DATES


def entry_end(lines: Sequence[Line], index: int) -> int | None:
    """Return the index behind the entry below a date; None where another date follows, or nothing.

    Args:
        lines: All lines.
        index: The line of the date.
    """
    after = next((i for i in range(index + 1, len(lines)) if not lines[i].is_blank), None)
    if after is None or shapes.date_alone(lines[after].text):
        return None
    end = after + 1
    while end < len(lines) and not lines[end].is_blank and _goes_on(lines[end].text, lines[end - 1].text):
        end += 1
    return end


def _goes_on(line: str, before: str) -> bool:
    wrapped = line[:1].islower() or (len(before) > LONG_LINE and not shapes.closes_a_sentence(before))
    return wrapped and not shapes.date_alone(line) and fields.field(line) is None
