"""Expressions of time in English and Korean: from words to stretches of the calendar."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from egov_kg.model import TimeValue

__all__ = ["MONTH", "TimeMention", "find_times", "month_number", "years_of"]


class TimeMention(NamedTuple):
    """Words of a view that name a stretch of the calendar.

    Attributes:
        start, end: Their half-open range in the view.
        value: What they name.
    """

    start: int
    end: int
    value: TimeValue


_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
MONTH: Final = (
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_YEAR = r"(?:19|20)\d\d"
_DASH = r"\s?[-\u2010-\u2015~\u223c\uff5e]\s?"
# A year is not a year inside a longer number, a page, an act number, a citation key, or before a unit.
_NOT_BEFORE = r"(?<![\w,.\u00a7#-])(?<!No\. )(?<!No\.)(?<!Nos\. )(?<!p\. )(?<!pp\. )(?<!제)"
_NOT_AFTER = (
    r"(?![\w-]|,\d|\.\d|\s?(?:호|쪽|명|건|개|원|%|percent|million|billion|people|persons|employees|users|pages))"
)


def _of_figures(year: str, first: int, second: int, sign: str) -> str | None:
    if sign == "/" and second > LAST_MONTH >= first:
        return _iso(year, first, second)
    return _iso(year, second, first) if first > LAST_MONTH or sign == "." else None


def _iso(y: str, m: int, d: int) -> str | None:
    if not (1 <= m <= 12 and 1 <= d <= 31):
        return None
    return f"{y}-{m:02}-{d:02}"


def month_number(word: str) -> int:
    """Return the number of a month by its English name, short or long."""
    return _MONTHS[word.rstrip(".").casefold()]


def _range(first: str, last: str) -> str | None:
    return f"{first}/{last}" if first <= last else None


LAST_MONTH: Final = 12
LONGEST_RANGE: Final = 40
"""In years: what two digits behind a year are farther from it than this is no year: Law 2004-63."""


def _short_range(first: str, last: str) -> str | None:
    return f"{first}/{first[:2]}{last}" if 0 < int(last) - int(first[2:]) <= LONGEST_RANGE else None


def _decade(first: str) -> str:
    return f"{first}/{first[:3]}9"


_Reader = Callable[["re.Match[str]"], tuple[str | None, bool]]
_FORMS: Final[tuple[tuple[str, re.Pattern[str], _Reader], ...]] = (
    # 2001-03-28
    (
        "hyphen",
        re.compile(rf"{_NOT_BEFORE}({_YEAR})-(\d\d)-(\d\d){_NOT_AFTER}"),
        lambda m: (_iso(m[1], int(m[2]), int(m[3])), False),
    ),
    # 28 March 2001
    (
        "month",
        re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s({MONTH}),?\s({_YEAR})\b"),
        lambda m: (_iso(m[3], month_number(m[2]), int(m[1])), False),
    ),
    # March 28, 2001
    (
        "month",
        re.compile(rf"\b({MONTH})\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s({_YEAR})\b"),
        lambda m: (_iso(m[3], month_number(m[1]), int(m[2])), False),
    ),
    # 28/03/2001, 28.03.2001, 03/28/2001: with strokes unambiguous only where one of the numbers is no month
    (
        "figures",
        re.compile(rf"(?<![\d./])(\d{{1,2}})([./])(\d{{1,2}})\2({_YEAR})(?![\w/])"),
        lambda m: (_of_figures(m[4], int(m[1]), int(m[3]), m[2]), False),
    ),
    # 2000 (10 July), 2000 (July): the way of chronologies
    (
        "month",
        re.compile(rf"{_NOT_BEFORE}({_YEAR})\s\((\d{{1,2}})(?:st|nd|rd|th)?\s({MONTH})\)"),
        lambda m: (_iso(m[1], month_number(m[3]), int(m[2])), False),
    ),
    (
        "month",
        re.compile(rf"{_NOT_BEFORE}({_YEAR})\s\(({MONTH})\)"),
        lambda m: (f"{m[1]}-{month_number(m[2]):02}", False),
    ),
    # spring 2007, the third quarter of 2005, Q3 2005
    (
        "part",
        re.compile(
            rf"\b(?:the\s)?(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter|(?:first|second|third|fourth|last)\s(?:quarter|half)|Q[1-4])"
            rf"(?:\sof)?\s({_YEAR})\b"
        ),
        lambda m: (m[1], False),
    ),
    # 2001년 3월 28일
    (
        "korean",
        re.compile(rf"({_YEAR})년\s?(\d{{1,2}})월\s?(\d{{1,2}})일"),
        lambda m: (_iso(m[1], int(m[2]), int(m[3])), False),
    ),
    # 2001. 3. 28.
    (
        "figures",
        re.compile(rf"(?<![\d.])({_YEAR})\.\s?(\d{{1,2}})\.\s?(\d{{1,2}})\.?(?!\d)"),
        lambda m: (_iso(m[1], int(m[2]), int(m[3])), False),
    ),
    # 1960s and 1970s; from the 1990s to the 2000s
    (
        "decade",
        re.compile(rf"\b(?:the\s)?((?:19|20)\d0)s(?:\s(?:and|to|through)\s|{_DASH})(?:the\s)?((?:19|20)\d0)s\b"),
        lambda m: (_range(m[1], f"{m[2][:3]}9"), False),
    ),
    # early 2000s, the late 1990s, mid-1990s
    (
        "decade",
        re.compile(r"\b(?:the\s)?(?:early|mid|middle|late)[\s-](?:the\s)?((?:19|20)\d0)s\b"),
        lambda m: (_decade(m[1]), True),
    ),
    ("korean", re.compile(r"((?:19|20)\d0)년대\s?(?:초반?|중반|후반|말)"), lambda m: (_decade(m[1]), True)),
    # the 1990s, 1990년대
    ("decade", re.compile(r"\b(?:the\s)?((?:19|20)\d0)s\b"), lambda m: (_decade(m[1]), False)),
    ("korean", re.compile(r"((?:19|20)\d0)년대"), lambda m: (_decade(m[1]), False)),
    # 2003년부터 2007년까지, 1978~1982년
    ("from", re.compile(rf"({_YEAR})년?부터\s?({_YEAR})년?까지"), lambda m: (_range(m[1], m[2]), False)),
    ("korean", re.compile(rf"(?<!\d)({_YEAR})년?{_DASH}({_YEAR})년"), lambda m: (_range(m[1], m[2]), False)),
    # from 1978 to 1982, between 1978 and 1982
    (
        "span",
        re.compile(rf"\b[Ff]rom\s({_YEAR})\s(?:to|until|through)\s({_YEAR})\b"),
        lambda m: (_range(m[1], m[2]), False),
    ),
    ("between", re.compile(rf"\b[Bb]etween\s({_YEAR})\sand\s({_YEAR})\b"), lambda m: (_range(m[1], m[2]), False)),
    # 2016 to 2020
    (
        "span",
        re.compile(rf"{_NOT_BEFORE}({_YEAR})\s(?:to|until|through)\s({_YEAR}){_NOT_AFTER}"),
        lambda m: (_range(m[1], m[2]), False),
    ),
    # 1978-1982
    ("dash", re.compile(rf"{_NOT_BEFORE}({_YEAR}){_DASH}({_YEAR}){_NOT_AFTER}"), lambda m: (_range(m[1], m[2]), False)),
    # 2003-07 (two digits greater than the start's)
    (
        "hyphen",
        re.compile(rf"{_NOT_BEFORE}({_YEAR})[-\u2010-\u2015](\d\d){_NOT_AFTER}"),
        lambda m: (_short_range(m[1], m[2]), False),
    ),
    # March 2001, 2001년 3월
    ("month", re.compile(rf"\b({MONTH})\s({_YEAR})\b"), lambda m: (f"{m[2]}-{month_number(m[1]):02}", False)),
    (
        "korean",
        re.compile(rf"({_YEAR})년\s?(\d{{1,2}})월"),
        lambda m: (f"{m[1]}-{int(m[2]):02}" if 1 <= int(m[2]) <= 12 else None, False),
    ),
    # 1997년
    ("korean", re.compile(rf"(?<!\d)({_YEAR})년(?!대)"), lambda m: (m[1], False)),
    # 1997
    ("year", re.compile(rf"{_NOT_BEFORE}({_YEAR}){_NOT_AFTER}"), lambda m: (m[1], False)),
)


_HAS_YEAR = re.compile(_YEAR)
# What a form cannot do without: a look for it is much cheaper than the form.
_SIGNS: Final[Mapping[str, Callable[[str], object]]] = {
    "between": re.compile(r"etween\s").search,
    "dash": re.compile(r"\d(?:년|\s)?[-\u2010-\u2015~\u223c\uff5e]").search,
    "decade": re.compile(r"0s").search,
    "figures": re.compile(r"\d[./]\s?\d").search,
    "from": re.compile("부터").search,
    "hyphen": re.compile(r"\d[-\u2010-\u2015]\d").search,
    "korean": re.compile("년").search,
    "month": re.compile(r"J[au]|Feb|Ma|A[pu]|Sep|Oct|Nov|Dec").search,
    "part": re.compile(r"pring|mmer|tumn|inter|quarter|half|Q[1-4]").search,
    "span": re.compile(r"\d\s(?:to|until|through)\s").search,
    "year": _HAS_YEAR.search,
}


# Most texts name a year and nothing else: one look tells.
_MORE_THAN_A_YEAR = re.compile(
    r"[년부]|0s|\d[-\u2010-\u2015~\u223c\uff5e./]|\d\s[-\u2010-\u2015~\u223c\uff5e]|\d\s(?:to|until|through)\s|etween\s"
    r"|J[au]|Feb|Ma|A[pu]|Sep|Oct|Nov|Dec|pring|mmer|tumn|inter|quarter|half|Q[1-4]"
)
_YEAR_ALONE: Final = frozenset({"year"})


def find_times(text: str) -> tuple[TimeMention, ...]:
    """Return the expressions of time in a text, in order, none inside another.

    Page numbers, act numbers, counters and citation keys such as ``2012b`` are none. Valid years are 1900-2099.

    Example:
        >>> text = "Act No. 2001 of 28 March 2001 (1996-1998), in the 1960s and 1970s; 2003-07"
        >>> [t.value.edtf for t in find_times(text)]
        ['2001-03-28', '1996/1998', '1960/1979', '2003/2007']
        >>> find_times("started in the early 2000s")[0].value
        TimeValue(edtf='2000/2009', words='the early 2000s', approximate=True)
        >>> [t.value.edtf for t in find_times("28/03/2001, 03/28/2001, 03/04/2001, Q3 2005, spring 2007, 2016 to 2020")]
        ['2001-03-28', '2001-03-28', '2001', '2005', '2007', '2016/2020']
        >>> [t.value.edtf for t in find_times("1999 (10 July) - one; 2000 (January) - two")]
        ['1999-07-10', '2000-01']
    """
    taken: list[TimeMention] = []
    if not _HAS_YEAR.search(text):
        return ()
    there = {name for name, sign in _SIGNS.items() if sign(text)} if _MORE_THAN_A_YEAR.search(text) else _YEAR_ALONE
    for needed, pattern, read in _FORMS:
        if needed not in there:
            continue
        for match in pattern.finditer(text):
            if any(match.start() < t.end and t.start < match.end() for t in taken):
                continue
            edtf, approximate = read(match)
            if edtf is not None:
                taken.append(TimeMention(match.start(), match.end(), TimeValue(edtf, match[0], approximate)))
    return tuple(sorted(taken))


def years_of(value: TimeValue) -> tuple[str, str]:
    """Return the first and the last year of a stretch of the calendar.

    Example:
        >>> years_of(TimeValue("2003/2007", "2003-07")), years_of(TimeValue("2001-03-28", "28 March 2001"))
        (('2003', '2007'), ('2001', '2001'))
    """
    first, _, last = value.edtf.partition("/")
    return first[:4], (last or first)[:4]
