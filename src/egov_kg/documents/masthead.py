"""The lines about a text that stand around its title: what kind of text it is, its number in a series, its date."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.documents.fields import Field

__all__ = ["LONGEST", "byline", "masthead"]

_KINDS: Final = (
    r"(?:discussion|working|research|policy|issue|technical|white|green|occasional|briefing|position|background)\s"
    r"(?:papers?|briefs?|notes?|reports?|series|study|studies)"
    r"|(?:news|press|media)\s(?:story|release|article|statement|notice)|case\sstudy|country\s(?:profile|report|note|review)"
    r"|fact\s?sheet|(?:annual|basic|final|interim|research|progress)\sreport|report|guidance|newsletter|speech|blog(?:\spost)?"
    r"|보도\s?자료|설명\s?자료|참고\s?자료|정책\s?연구|기본\s?연구|수탁\s?연구|현안\s?연구|연구\s?보고서|정책\s?보고서|이슈\s?(?:페이퍼|리포트)"
    r"|정책\s?브리프|브리프|백서|사례집|뉴스|기고"
)
# "Working Paper 14", "Policy Brief No. 3/2019", "정책연구 2022-07", "NEWS STORY"
_KIND = re.compile(
    rf"\s*(?P<kind>{_KINDS})(?:\s*(?:series\s)?(?:no\.?\s?|nr\.?\s?|#|제\s?)?(?P<number>\d[\d/.-]*\d|\d)(?:\s?호)?)?\s*",
    re.IGNORECASE,
)
# "Press release 2 January 2020", "News | 21 January 2025": the kind and the day on one line
_KIND_AND = re.compile(rf"\s*(?P<kind>{_KINDS})\s*[,|\u2010-\u2015-]?\s+(?=\S*\d|[A-Z])", re.IGNORECASE)
_DATE: Final = (
    r"(?:(?:19|20)\d\d[-./]\s?\d{1,2}[-./]\s?\d{1,2}\.?|(?:19|20)\d\d년\s?\d{1,2}월(?:\s?\d{1,2}일)?"
    r"|\d{1,2}(?:st|nd|rd|th)?\s[A-Z][a-z]{2,8}\.?,?\s(?:19|20)\d\d|[A-Z][a-z]{2,8}\.?\s(?:\d{1,2}(?:st|nd|rd|th)?,?\s)?(?:19|20)\d\d)"
)
_LEAD: Final = (
    r"(?:(?:first\s)?published(?:\son)?|posted(?:\son)?|issued(?:\son)?|released(?:\son)?|date(?:d|\sof\spublication)?|publication\sdate"
    r"|등록일자?|게시일자?|작성일자?|입력일?시?|배포일자?|배포|보도일시?|발행일자?|발간일자?)"
)
# Made for lines such as Published 21 January 2025, and for those with a department behind a stroke.
_DATED = re.compile(
    rf"\s*(?:{_LEAD}\s*[:：]?\s*)?(?P<date>{_DATE})(?:\s?\([가-힣]{{1,3}}\)|,?\s\d{{1,2}}:\d\d)?(?:\s*[|·/]\s*[^|]{{1,40}})?\s*",
    re.IGNORECASE,
)
_GIVEN: Final = r"(?:[A-Z][a-z'\u2019\u00c0-\u024f-]+|[A-Z]\.)"
_NAME: Final = rf"{_GIVEN}(?:\s(?:{_GIVEN}|de|da|van|von|bin|al|el)){{0,3}}\s[A-Z][a-z'\u2019\u00c0-\u024f-]+"
_BYLINE = re.compile(
    rf"(?P<by>[Bb]y\s|[Aa]uthors?:?\s)?(?P<names>{_NAME}(?:(?:,\s(?:and\s)?|\sand\s|\s&\s|;\s){_NAME}){{0,8}})\s*"
)
_BODY_WORD = re.compile(
    r"\b(?:Ministry|Agency|Government|Office|Department|Institute|University|Council|Commission|Authority|Strategy|Plan|Act"
    r"|Digital|Services?|System|Policy|Programme|Project|Republic|Kingdom|States)\b"
)
LONGEST: Final = 120


def masthead(line: str) -> tuple[Field, ...]:
    """Return what a line says about the text, as fields; none for a line that belongs to it.

    Example:
        >>> [field.key for field in masthead("Working Paper 14")]
        ['type', 'series', 'number']
        >>> masthead("Published 21 January 2025"), masthead("Report on the state of the portal")
        ((Field(key='published', start=10, end=25),), ())
    """
    if len(line) > LONGEST:
        return ()
    if match := _KIND.fullmatch(line):
        kind = Field("type", *match.span("kind"))
        if match["number"] is None:
            return (kind,)
        return kind, kind._replace(key="series"), Field("number", *match.span("number"))
    kind_and = _KIND_AND.match(line)
    if kind_and and (match := _DATED.fullmatch(line, kind_and.end())):
        return Field("type", *kind_and.span("kind")), Field("published", *match.span("date"))
    if match := _DATED.fullmatch(line):
        return (Field("published", *match.span("date")),)
    return ()


def byline(line: str) -> Field | None:
    """Return the authors that a line below a title names: several persons, or one behind "by"; else None.

    Example:
        >>> byline("Maria L. Santos and Ramon D. Reyes")
        Field(key='author', start=0, end=34)
        >>> byline("By Ann Lee"), byline("Digital Governance Agency")
        (Field(key='author', start=3, end=10), None)
    """
    match = _BYLINE.fullmatch(line) if len(line) <= LONGEST else None
    if match is None or _BODY_WORD.search(line):
        return None
    several = re.search(r"\sand\s|\s&\s|,\s|;\s", match["names"])
    initial = re.search(r"\b[A-Z]\.", match["names"])
    return Field("author", *match.span("names")) if match["by"] or (several and initial) else None
