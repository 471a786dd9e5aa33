"""Dates, times and durations as XSD 1.1 writes them, in one form for each value.

OWL 2 tells times apart by their offset too: one moment told at two offsets is two values (OWL 2 Syntax, section 4.7).
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["DATES", "DURATIONS", "canonical_date", "canonical_duration"]

_YEAR: Final = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH: Final = r"(?P<month>0[1-9]|1[0-2])"
_DAY: Final = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = (
    r"(?P<clock>(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.(?P<fraction>[0-9]+))?|(?P<midnight>24:00:00(?:\.0+)?))"
)
_OFFSET: Final = r"(?P<offset>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_SHAPES: Final = {
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_OFFSET}?",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_OFFSET}",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_OFFSET}?",
    "time": f"{_CLOCK}{_OFFSET}?",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_OFFSET}?",
    "gYear": f"{_YEAR}{_OFFSET}?",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_OFFSET}?",
    "gDay": f"---{_DAY}{_OFFSET}?",
    "gMonth": f"--{_MONTH}{_OFFSET}?",
}

_MONTHS: Final = r"(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?"
_SECONDS: Final = (
    r"(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+)(?:\.(?P<fraction>[0-9]+))?S)?)?"
)
_DURATIONS: Final = {
    "duration": rf"(?P<sign>-?)P(?=[0-9T]){_MONTHS}{_SECONDS}",
    "yearMonthDuration": rf"(?P<sign>-?)P(?=[0-9]){_MONTHS}",
    "dayTimeDuration": rf"(?P<sign>-?)P(?=[0-9T]){_SECONDS}",
}

DATES: Final = tuple(_SHAPES)
DURATIONS: Final = tuple(_DURATIONS)

_MOST_DIGITS: Final = 4000
"""Python turns no longer numbers into integers; nobody has years of so many digits."""


def canonical_date(name: str, text: str) -> str | None:
    """Return the one form of a date or time.

    Args:
        name: The datatype's, without its namespace.
        text: The literal's.

    Returns:
        The form; None if the text is none of the datatype.

    Example:
        >>> canonical_date("dateTime", "2012-12-31T24:00:00.0+00:00"), canonical_date("date", "2013-02-29")
        ('2013-01-01T00:00:00Z', None)
    """
    found = re.fullmatch(_SHAPES[name], text)
    if found is None or len(text) > _MOST_DIGITS:
        return None
    parts = found.groupdict()
    year, month, day = parts.get("year"), parts.get("month"), parts.get("day")
    if day is not None and month is not None and int(day) > _days(None if year is None else int(year), int(month)):
        return None
    if parts.get("midnight"):
        if year is not None:
            year, month, day = _day_after(int(year), int(month or 0), int(day or 0))
        parts["clock"] = "00:00:00"
    elif parts.get("fraction"):
        parts["clock"] = parts["clock"].rstrip("0").rstrip(".")
    date = _written(name, "0000" if year == "-0000" else year, month, day)
    offset = parts["offset"] or ""
    return f"{date}{parts.get('clock') or ''}{'Z' if offset[1:] == '00:00' else offset}"


def _written(name: str, year: str | None, month: str | None, day: str | None) -> str:
    if year is None:
        return {"time": "", "gMonthDay": f"--{month}-{day}", "gDay": f"---{day}", "gMonth": f"--{month}"}[name]
    date = "-".join(part for part in (year, month, day) if part is not None)
    return f"{date}T" if name.startswith("dateTime") else date


def _days(year: int | None, month: int) -> int:
    if month == 2:
        return 29 if year is None or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def _day_after(year: int, month: int, day: int) -> tuple[str, str, str]:
    if day < _days(year, month):
        day += 1
    elif month < 12:
        month, day = month + 1, 1
    else:
        year, month, day = year + 1, 1, 1
    return f"{'-' if year < 0 else ''}{abs(year):04}", f"{month:02}", f"{day:02}"


def canonical_duration(name: str, text: str) -> str | None:
    """Return the one form of a duration, months and seconds apart.

    Example:
        >>> canonical_duration("duration", "P1Y2M1DT0.50S"), canonical_duration("yearMonthDuration", "P1D")
        ('P14MT86400.5S', None)
    """
    found = re.fullmatch(_DURATIONS[name], text)
    if found is None or len(text) > _MOST_DIGITS:
        return None
    parts = {key: part or "" for key, part in found.groupdict().items()}
    count = {key: int(part or 0) for key, part in parts.items() if key not in {"sign", "fraction"}}
    months = count.get("years", 0) * 12 + count.get("months", 0)
    seconds = (count.get("days", 0) * 24 + count.get("hours", 0)) * 60 + count.get("minutes", 0)
    seconds = seconds * 60 + count.get("seconds", 0)
    fraction = parts.get("fraction", "").rstrip("0")
    sign = parts["sign"] if months or seconds or fraction else ""
    return f"{sign}P{months}MT{seconds}{'.' if fraction else ''}{fraction}S"
