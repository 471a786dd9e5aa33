"""Fields: a key and its value, on one line with a colon, or stacked on two."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["KEYS", "Field", "field", "fields_beside", "is_key"]

KEYS: Final[frozenset[str]] = frozenset(
    {
        "abstract", "acronym", "act number", "address", "agency", "author", "authors", "award date", "budget",
        "category", "collection", "corporate author", "country", "creator", "date", "date of enactment", "doi",
        "editor", "effective date", "end date", "established", "file type", "founded", "head", "homepage",
        "implementing agency", "isbn", "issn", "issued", "jurisdiction", "keywords", "language", "legal basis",
        "licence", "license", "location", "material type", "ministry", "name", "number", "official name",
        "organisation", "organization", "page", "pages", "parent agency", "period", "place", "project name",
        "publication date", "published", "publisher", "region", "report number", "rights", "series", "series title",
        "similar titles", "source", "sponsor", "start date", "status", "subject", "subtitle", "theme", "tags", "title",
        "topic", "type", "url", "version", "volume", "website", "year", "year of publication",
        "가격", "공포일", "국가", "기간", "기관명", "날짜", "담당기관", "발간일", "발행기관", "발행년", "발행년도",
        "발행연도", "발행일", "발행처", "법률번호", "법적 근거", "부제", "분류", "분야", "사업기간", "사업명",
        "소관부처", "시리즈", "시행일", "언어", "연구자", "연도", "유형", "자료유형", "저자", "제목", "주관기관",
        "주제", "주제어", "지은이", "총서명", "총서", "키워드", "홈페이지", "누리집",
        "배포일", "보도일", "배포일시", "배포 일시", "보도일시", "보도 일시", "담당부서", "부처",
        "보고서 유형", "자료 유형", "문서 유형",
    }
)  # fmt: skip
"""The keys, folded, that make a field alone: those of records of libraries, agencies, projects and laws."""

# "Publisher: The Ministry", "사업 기간 : 2003~2007"; a key has four words at most and begins with a capital or Hangul.
_FIELD = re.compile(
    r"\s*(?P<key>[A-Z가-힣][\w./&'()-]*(?:[ \u00a0][\w./&'()-]+){0,3})\s*[:：][ \t\u00a0]*(?P<value>\S.*?)?\s*$"
)
# "June 2004: the portal opens" is an entry of a chronology.
_YEAR = re.compile(r"\b(?:19|20)\d\d$")
LONGEST_VALUE: Final = 400


class Field(NamedTuple):
    """A key and the range of its value in the line.

    Attributes:
        key: As written.
        start, end: Half-open; equal where the value is empty.
    """

    key: str
    start: int
    end: int


def field(line: str) -> Field | None:
    """Return the field that a line with a colon may be; whether it is one, its neighbours decide.

    Example:
        >>> field("Publisher: The Ministry"), field("It had the following three aims: speed, trust")
        (Field(key='Publisher', start=11, end=23), None)
    """
    match = _FIELD.match(line) if len(line) <= LONGEST_VALUE + 60 else None
    if match is None or match["key"].casefold() in {"http", "https"} or _YEAR.search(match["key"]):
        return None
    if match["value"] is None:
        return Field(match["key"], match.end(), match.end())
    if match["value"].startswith("//"):
        return None
    return Field(match["key"], match.start("value"), match.end("value"))


def fields_beside(line: str) -> tuple[Field, ...]:
    """Return the fields of a line that parts several by strokes; none for a line that holds one, or something else.

    Example:
        >>> fields_beside("ISSN: 1062-7375|DOI: 10.4018/JGIM.294124")
        (Field(key='ISSN', start=6, end=15), Field(key='DOI', start=21, end=40))
        >>> fields_beside("Agency: Post | Letters")
        ()
    """
    found: list[Field] = []
    place = 0
    for part in line.split("|"):
        one = field(part)
        if one is None or one.start == one.end:
            return ()
        found.append(Field(one.key, place + one.start, place + one.end))
        place += len(part) + 1
    return tuple(found) if len(found) > 1 else ()


def is_key(words: str) -> bool:
    """Whether words are one of `KEYS`.

    Example:
        >>> is_key(" Material Type "), is_key("Findings")
        (True, False)
    """
    return " ".join(words.split()).casefold() in KEYS
