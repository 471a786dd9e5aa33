"""Korean expressions of time that the common parser leaves open: short years, spaced dates, relative years."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.extraction.times import TimeMention, find_times
from egov_kg.model import TimeValue

__all__ = ["YearMemory", "find_korean_times"]

_Y = r"(?:19|20)\d\d"
_APOSTROPHE = r"['\u2018\u2019\u02bc`]"
_UNIT = r"(?!\s?(?:명|건|개|원|%|억|만|대|위|점|회|쪽|면|호|조|항|p|배|곳|종|가지))"
_DASH = r"\s?[-\u2010-\u2015~\u223c\uff5e\u301c]\s?"


def _day(year: str, month: str, day: str = "") -> str | None:
    if not 1 <= int(month) <= 12:
        return None
    if not day:
        return f"{year}-{int(month):02}"
    return f"{year}-{int(month):02}-{int(day):02}" if 1 <= int(day) <= 31 else None


def _short(year: str) -> str:
    return ("19" if int(year) >= 45 else "20") + year


_FULL: Final = re.compile(
    # 1996년 8월 4일, 1996. 8. 4., 1996.08.04
    rf"(?<![\d.])(?P<y>{_Y})(?:년\s?(?P<m>\d{{1,2}})월\s?(?P<d>\d{{1,2}})일"
    rf"|\s?\.\s?(?P<m2>\d{{1,2}})\s?\.\s?(?P<d2>\d{{1,2}})\.?(?!\d))"
    # 2003년 6월부터 2007년 3월까지 and the like are two times; 2003~2007년, 2003년~2007년, 2003. 1.~2007. 12.
    rf"|(?<![\d.])(?P<a>{_Y})년?(?:\.\s?\d{{1,2}}\.?)?(?:{_DASH}|부터\s)(?P<b>{_Y}|{_APOSTROPHE}?\d\d(?=년|\)|\s|,|$))"
    rf"(?P<bm>\.\s?\d{{1,2}}\.?|-\d)?(?:년(?:까지)?|까지)?(?!\d)"
    # 1996. 8., 1996.8, 1996년 8월
    rf"|(?<![\d.])(?P<y3>{_Y})(?:년\s?(?P<m3>\d{{1,2}})월|\s?\.\s?(?P<m4>\d{{1,2}})(?:\.|월)?(?![\d%]|\.\d){_UNIT})"
    # ’96.8.4., '96.8., ’96년 8월, '96~'99
    rf"|{_APOSTROPHE}(?P<sa>\d\d)년?{_DASH}{_APOSTROPHE}?(?P<sb>\d\d)(?!\d)년?"
    rf"|{_APOSTROPHE}(?P<sy>\d\d)(?:\s?\.\s?(?P<sm>\d{{1,2}})(?:\s?\.\s?(?P<sd>\d{{1,2}}))?\.?(?!\d)"
    rf"|년\s?(?P<sm2>\d{{1,2}})월(?:\s?(?P<sd2>\d{{1,2}})일)?|년|(?!\d))"
    # 1996년말, 1996년 초, 1996년 상반기, 1996년 봄 are that year; 1990년대 초반 a decade
    rf"|(?<!\d)(?P<dec>(?:19|20)\d0)년대(?:\s?(?P<loose>초중반|중후반|초반|중반|후반|초|말|중엽))?"
    rf"|(?<![\d.])(?P<y5>{_Y})년(?!대|도?\s?(?:\d{{1,2}}월|이후|간))(?:도)?"
)


class YearMemory:
    """The years that a text has named, to read "the same year" by; None while it is open.

    Attributes:
        last: The year that was named last.
        issued: The year of the document, for "this year"; None where it is not known.
        day: The day of the document, for "10일"; empty where it is not known.
        last_day: The day that was named last, for "같은 날".
        age: How many sentences ago that was.
    """

    def __init__(self, issued: int | None = None, day: str = "") -> None:
        self.last: int | None = None
        self.issued = issued
        self.day = day
        self.last_day = day
        self.age = 0

    def see(self, time: TimeMention) -> None:
        """Remember the year of a time, unless it is loose or a range."""
        if not time.value.approximate and "/" not in time.value.edtf:
            self.last = int(time.value.edtf[:4])
            if len(time.value.edtf) == 10:
                self.last_day = time.value.edtf
                self.age = 0

    def of_day(self, number: int) -> str:
        """Return the day of the month that news mean by its number: the last one before they were written.

        Example:
            >>> YearMemory(2020, "2020-12-10").of_day(10), YearMemory(2020, "2020-12-10").of_day(23)
            ('2020-12-10', '2020-11-23')
        """
        year, month, day = (int(part) for part in self.day.split("-"))
        if number > day:
            year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        return f"{year}-{month:02}-{number:02}"

    def of_month(self, month: int) -> str:
        """Return the month that "지난 7월" means: the last one before the text was written."""
        year, own = (int(part) for part in self.day.split("-")[:2])
        return f"{year if month <= own else year - 1}-{month:02}"

    def relative(self, words: str) -> int | None:
        """Return the year that relative words mean.

        Example:
            >>> memory = YearMemory(2020)
            >>> memory.last = 1996
            >>> [memory.relative(w) for w in ("같은 해", "이듬해", "지난해")]
            [1996, 1997, 2019]
        """
        step = _RELATIVE[re.sub(r"\s", "", words)]
        base = self.last if step[0] == "text" else self.issued
        return None if base is None else base + step[1]


_RELATIVE: Final = {
    "같은해": ("text", 0), "동년": ("text", 0), "그해": ("text", 0), "이해": ("text", 0), "이듬해": ("text", 1),
    "다음해": ("text", 1), "그다음해": ("text", 1), "전년": ("text", -1), "올해": ("issued", 0), "금년": ("issued", 0),
    "작년": ("issued", -1), "지난해": ("issued", -1), "내년": ("issued", 1), "재작년": ("issued", -2),
}  # fmt: skip
_RELATIVE_WORDS: Final = re.compile(
    r"(?<![가-힣])(?:같은\s?해|동년|그\s?해|이듬해|그?\s?다음\s?해|올해|금년|작년|지난해|재작년|내년)"
    r"(?=에|의|부터|까지|는|은|,|\s|$)(?:\s(?P<m>\d{1,2})월(?:\s?(?P<d>\d{1,2})일)?)?"
)


def find_korean_times(text: str, memory: YearMemory) -> tuple[TimeMention, ...]:
    """Return the expressions of time in a Korean sentence, in order, and remember the last year named.

    Example:
        >>> memory = YearMemory()
        >>> text = "1996. 8. 4. 제정, ’97.3. 개통, 이듬해 5월 개편, 2003~2007년, 1990년대 초반"
        >>> [t.value.edtf for t in find_korean_times(text, memory)]
        ['1996-08-04', '1997-03', '1998-05', '2003/2007', '1990/1999']
        >>> find_korean_times("제2001호 1,996건", memory)
        ()
    """
    memory.age += 1
    found: list[TimeMention] = []
    if any(c.isdigit() for c in text):
        for match in _FULL.finditer(text):
            value = _value(match)
            if value is not None and not _counts(text, match.start()):
                found.append(TimeMention(match.start(), match.end(), value))
        for time in find_times(text):
            if not any(time.start < t.end and t.start < time.end for t in found) and not _counts(text, time.start):
                found.append(time)
        for match in _LAST_CENTURY.finditer(text):
            edtf = _day("19" + match["y"], match["m"], match["d"] or "") if match["m"] else "19" + match["y"]
            if edtf:
                time = TimeMention(match.start(), match.end(), TimeValue(edtf, match[0]))
                found.extend(_free_from(found, [time]))
        found.sort()
    if "해" in text or "년" in text:
        found.extend(_relative(text, found, memory))
        found.sort()
    day = memory.last_day if memory.age <= _NEAR else memory.day
    if day and "날" in text:
        found.extend(_free_from(found, _same_days(text, day)))
    if memory.day:
        found.extend(_free_from(found, _news_days(text, memory)))
    found.sort()
    for time in found:
        memory.see(time)
    return tuple(found)


_LAST_CENTURY: Final = re.compile(
    r"(?<![\d.,'\u2018\u2019제])(?P<y>[6-9]\d)년(?:\s?(?P<m>\d{1,2})월(?:\s?(?P<d>\d{1,2})일)?)?"
    r"(?!\s?(?:간|동안|째|생|만|여|된|전|이상|넘|역사|전통|세|대))"
)
"""News of the time wrote "87년" for 1987."""
_NEAR: Final = 3
"""How many sentences back "같은 날" may look."""
_NEWS_MONTH: Final = re.compile(
    r"(?<![가-힣])(?P<which>지난달|이달|이번\s?달)"
    r"(?:\s(?P<d>\d{1,2})일)?(?=\s|에|,|의|부터|\()"
)
_NEWS_DAY: Final = re.compile(
    r"(?<![\d월년.~∼-])(?<![월년달] )(?<!오는 )(?<!내년 )(?:(?P<past>지난)\s)?"
    r"(?:(?P<m>\d{1,2})월\s?)?(?:(?P<d>\d{1,2})일)?"
    r"(?=\s|에|,|부터|자로|\()"
)


def _news_days(text: str, memory: YearMemory) -> list[TimeMention]:
    added = []
    for match in _NEWS_MONTH.finditer(text):
        year, month = (int(part) for part in memory.day.split("-")[:2])
        if match["which"] == "지난달":
            year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        edtf = _day(str(year), str(month), match["d"] or "")
        if edtf:
            added.append(TimeMention(match.start(), match.end(), TimeValue(edtf, match[0])))
    for match in _NEWS_DAY.finditer(text):
        if not match["m"] and not match["d"]:
            continue
        if match["m"] and not 1 <= int(match["m"]) <= 12:
            continue
        if match["d"] and not 1 <= int(match["d"]) <= 28 and not match["m"]:
            continue
        edtf = memory.of_month(int(match["m"])) if match["m"] else memory.of_day(int(match["d"]))
        if match["m"] and match["d"]:
            edtf = f"{edtf}-{int(match['d']):02}"
        added.append(TimeMention(match.start(), match.end(), TimeValue(edtf, match[0])))
    return added


def _same_days(text: str, day: str) -> list[TimeMention]:
    return [
        TimeMention(m.start(), m.end(), TimeValue(day, m[0]))
        for m in re.finditer(r"(?<![가-힣])(?:같은|이)\s?날(?=에|부터|\s|,)", text)
    ]


def _free_from(found: list[TimeMention], added: list[TimeMention]) -> list[TimeMention]:
    return [a for a in added if not any(a.start < t.end and t.start < a.end for t in found)]


def _counts(text: str, place: int) -> bool:
    """Return whether a number is that of an act, a page or an amount."""
    before = text[max(0, place - 2) : place]
    return before.endswith(("제", ",", "p.", "호")) or bool(re.search(r"제\s$|\d$", before))


def _value(match: re.Match[str]) -> TimeValue | None:
    words = match[0].strip()
    g = match.groupdict()
    edtf: str | None = None
    approximate = False
    if g["y"]:
        edtf = _day(g["y"], g["m"] or g["m2"], g["d"] or g["d2"])
    elif g["a"]:
        last = g["b"].strip("'\u2018\u2019\u02bc`")
        if len(last) == 2:
            last = g["a"][:2] + last
        edtf = f"{g['a']}/{last}" if g["a"] <= last else None
    elif g["y3"]:
        edtf = _day(g["y3"], g["m3"] or g["m4"])
    elif g["sa"]:
        first, last = _short(g["sa"]), _short(g["sb"])
        edtf = f"{first}/{last}" if first <= last else None
    elif g["sy"]:
        month, day = g["sm"] or g["sm2"], g["sd"] or g["sd2"]
        edtf = _day(_short(g["sy"]), month, day or "") if month else _short(g["sy"])
    elif g["dec"]:
        edtf, approximate = f"{g['dec']}/{g['dec'][:3]}9", bool(g["loose"])
    elif g["y5"]:
        edtf = g["y5"]
    return TimeValue(edtf, words, approximate) if edtf else None


def _relative(text: str, found: list[TimeMention], memory: YearMemory) -> list[TimeMention]:
    added = []
    issued = memory.last
    for match in _RELATIVE_WORDS.finditer(text):
        if any(match.start() < t.end and t.start < match.end() for t in found):
            continue
        before = [t for t in found if t.end <= match.start() and "/" not in t.value.edtf and not t.value.approximate]
        if before:
            memory.last = int(before[-1].value.edtf[:4])
        year = memory.relative(re.match(r"\D*?(?:해|년)", match[0])[0])  # type: ignore[index]
        memory.last = issued if not before else memory.last
        if year is None or not 1900 <= year <= 2099:
            continue
        edtf = _day(str(year), match["m"], match["d"] or "") if match["m"] else str(year)
        if edtf:
            added.append(TimeMention(match.start(), match.end(), TimeValue(edtf, match[0])))
    return added
