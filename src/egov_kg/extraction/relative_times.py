"""Expressions of time that lean on another one: "15 December of that year", "the following year", "on 1 October"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from typing import Final

from egov_kg.extraction.times import MONTH, TimeMention, find_times, month_number, years_of
from egov_kg.model import TimeValue

__all__ = ["date_line", "with_relative"]

_THAT: Final = r"(?:that|the\ssame)\syear"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
# 15 December of that year; December the same year
_OF_THAT_YEAR = re.compile(
    rf"\b(?:{_DAY}\s)?(?P<month>{MONTH})(?:\s(?P<after>\d{{1,2}})(?:st|nd|rd|th)?)?,?\s(?:of\s)?{_THAT}\b"
)
# the same year; later that year
_THAT_YEAR = re.compile(rf"\b(?:(?:later|earlier)\s)?(?:in\s)?{_THAT}\b(?!\s(?:of|when|in))", re.IGNORECASE)
# the following year; two years later
_NUMBERS: Final = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_SHIFTED = re.compile(
    r"\b(?:(?P<next>the\s(?:following|next|subsequent)\syear)|(?P<last>the\s(?:previous|preceding)\syear)"
    rf"|(?P<count>{'|'.join(_NUMBERS)})\syears?\s(?P<way>later|afterwards|earlier|before))\b",
    re.IGNORECASE,
)
# on 1 October; in June; On December 1. Only where a line says the year.
_PARTIAL = re.compile(
    rf"\b(?:[Oo]n\s(?:{_DAY}\s(?P<month>{MONTH})|(?P<month2>{MONTH})\s(?P<day2>\d{{1,2}}))|[Ii]n\s(?P<month3>{MONTH}))"
    r"(?!\s?,?\s(?:19|20)\d\d)(?![\w-])"
)
# What stands between the date of an entry and its words: "1998 – ", "May 1999: ", "(2001) ", "2003 | ".
_MARK: Final = re.compile(r"\)?\s*(?:[:|]|[\u2010-\u2015-]{1,2})\s*")
# Without a mark the entry begins with a capital, and not with the verb of a sentence: "1998 Launch of the portal".
_BARE: Final = re.compile(r"\)?\s+(?=[\"\u201c'\u2018]?[A-Z])")
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])(?![\d-])")
LOOKING_BACK: Final = 400
"""In characters: a year that stands farther back is not meant."""


def date_line(text: str, *, listed: bool) -> tuple[TimeMention, int] | None:
    """Return the date that an entry begins with, and where its words begin; None for a text that is no entry.

    Args:
        text: The text of a block.
        listed: Whether it is an item of a list, where the date needs no mark behind it.

    Example:
        >>> date_line("May 1999: the portal opens", listed=False)[0].value.edtf
        '1999-05'
        >>> date_line("2001 Launch of the portal", listed=True)[1]
        5
        >>> date_line("2001 Launch of the portal", listed=False), date_line("2001 was a good year", listed=True)
        (None, None)
    """
    start = len(text) - len(text.lstrip(" (["))
    if (month := _YEAR_MONTH.match(text, start)) and month[2] <= month[1][2:]:
        # "2004-03:" is no range of years
        value = TimeValue(f"{month[1]}-{month[2]}", month[0])
        mark = _MARK.match(text, month.end())
        return (TimeMention(start, month.end(), value), mark.end()) if mark and mark.end() < len(text) else None
    head = find_times(text[: start + 60])
    if not head or head[0].start != start or head[0].value.approximate:
        return None
    time = head[0]
    mark = _MARK.match(text, time.end) or (_BARE.match(text, time.end) if listed else None)
    return (time, mark.end()) if mark and mark.end() < len(text) else None


def with_relative(text: str, times: Sequence[TimeMention], before: str, line: str) -> tuple[TimeMention, ...]:
    """Return the times of a sentence together with those that lean on another one.

    Args:
        text: The sentence.
        times: Its times, in order.
        before: The last year that the paragraph named before the sentence, or nothing.
        line: The year that the entry of a chronology begins with, or nothing.

    Example:
        >>> from egov_kg.extraction.times import find_times
        >>> text = "It was adopted on 8 March 2000 and in force since 15 December of that year."
        >>> [t.value.edtf for t in with_relative(text, find_times(text), "", "")]
        ['2000-03-08', '2000-12-15']
        >>> [t.value.edtf for t in with_relative("Two years later it is renamed.", (), "2018", "")]
        ['2020']
        >>> [t.value.edtf for t in with_relative("It is released in June.", (), "", "2018")]
        ['2018-06']
    """
    found: list[TimeMention] = []
    if (before or line or times) and "year" in text.lower():
        for match in _OF_THAT_YEAR.finditer(text):
            year = _year_before(match.start(), times, before or line)
            _add(
                found,
                times,
                match.start(),
                match.end(),
                _point(year, match["month"], match["day"] or match["after"]),
                text,
            )
        for match in _SHIFTED.finditer(text):
            year = _year_before(match.start(), times, before or line)
            _add(found, times, match.start(), match.end(), _shifted(year, match), text)
        for match in _THAT_YEAR.finditer(text):
            year = _year_before(match.start(), times, before or line)
            _add(found, times, match.start(), match.end(), year, text)
    if line:
        for match in _PARTIAL.finditer(text):
            month = match["month"] or match["month2"] or match["month3"]
            start = match.start() + match[0].index(" ") + 1
            _add(found, times, start, match.end(), _point(line, month, match["day"] or match["day2"]), text)
    return tuple(sorted((*times, *found))) if found else tuple(times)


def _add(  # noqa: PLR0917 - each is a different thing
    found: list[TimeMention], times: Sequence[TimeMention], start: int, end: int, edtf: str, text: str
) -> None:
    if edtf and not any(t.start < end and start < t.end for t in (*times, *found)):
        found.append(TimeMention(start, end, TimeValue(edtf, text[start:end])))


def _year_before(place: int, times: Sequence[TimeMention], before: str) -> str:
    """Return the year that stands last before a place; nothing if that is a range, or too far back."""
    for time in reversed(times):
        if time.end <= place:
            first, last = years_of(time.value)
            near = place - time.end <= LOOKING_BACK and not time.value.approximate
            return first if first == last and near else ""
    return before


def _point(year: str, month: str, day: str | None) -> str:
    if not year:
        return ""
    number = month_number(month)
    if day is None:
        return f"{year}-{number:02}"
    last = calendar.monthrange(int(year), number)[1]
    return f"{year}-{number:02}-{int(day):02}" if 1 <= int(day) <= last else ""


def _shifted(year: str, match: re.Match[str]) -> str:
    if not year:
        return ""
    if match["next"]:
        return str(int(year) + 1)
    if match["last"]:
        return str(int(year) - 1)
    count = _NUMBERS[match["count"].casefold()]
    return str(int(year) + (count if match["way"].casefold() in ("later", "afterwards") else -count))
