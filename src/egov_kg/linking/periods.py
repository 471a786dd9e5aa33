"""Dates with their precision: a year is a year, not its first of January."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from enum import IntEnum
from typing import Final, NamedTuple

__all__ = ["Agreement", "Period", "compare", "read_period"]

_EDTF: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T.*|Z|[+-]\d\d:\d\d)?)?)?\Z")
_OTHER: Final = (
    re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})\.?\Z"),
    re.compile(r"(\d{4})(\d{2})(\d{2})\Z"),
    re.compile(r"(\d{4})년\s*(?:(\d{1,2})월\s*(?:(\d{1,2})일)?)?\Z"),
)


class Period(NamedTuple):
    """The days from the first to the last, both inclusive, and how the date was told.

    Attributes:
        first, last: ISO days.
        precision: ``day``, ``month``, ``year`` or ``span``.
    """

    first: str
    last: str
    precision: str

    def __str__(self) -> str:
        """Return the date as it was told."""
        match self.precision:
            case "day":
                return self.first
            case "month":
                return self.first[:7]
            case "year":
                return self.first[:4]
            case _:
                return f"{self.first}/{self.last}"


class Agreement(IntEnum):
    """How two dates agree; the higher the better."""

    contradiction = 0
    unknown = 1
    within = 2
    year = 3
    month = 4
    day = 5


def read_period(text: str) -> Period | None:
    """Return the date that a text tells, or None if it tells none.

    Example:
        >>> [str(read_period(one)) for one in ("2013-07-30", "1996-05", "2013", "2013. 7. 30", "2013년 7월")]
        ['2013-07-30', '1996-05', '2013', '2013-07-30', '2013-07']
        >>> read_period("2013-02-30"), read_period("soon")
        (None, None)
    """
    text = text.strip()
    found = _EDTF.match(text)
    if found is None:
        packed = re.sub(r"([./])\s+", r"\1", text)
        found = next((match for pattern in _OTHER if (match := pattern.match(packed))), None)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        if day:
            first = dt.date(year, month, day).isoformat()
            return Period(first, first, "day")
        if month:
            last = calendar.monthrange(year, month)[1]
            return Period(f"{year:04}-{month:02}-01", f"{year:04}-{month:02}-{last:02}", "month")
        return Period(f"{year:04}-01-01", f"{year:04}-12-31", "year") if year else None
    except ValueError:
        return None


def compare(one: Period, other: Period) -> Agreement:
    """Return how two dates agree, by the coarser of the two.

    Example:
        >>> day, month, year = read_period("2013-07-30"), read_period("2013-07"), read_period("2013")
        >>> [compare(day, that).name for that in (day, month, year, read_period("2013-07-31"))]
        ['day', 'month', 'year', 'contradiction']
    """
    if one.last < other.first or other.last < one.first:
        return Agreement.contradiction
    precisions = {one.precision, other.precision}
    if "span" in precisions:
        return Agreement.within
    if "year" in precisions:
        return Agreement.year
    return Agreement.month if "month" in precisions else Agreement.day
