"""The lines about a text that stand around its title: what kind of text it is, its number in a series, its date.

The words stand in ``data/rules/masthead.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from egov_kg import assets
from egov_kg.documents.fields import Field
from egov_kg.documents.shapes import MONTH
from egov_kg.errors import DataFileError

__all__ = ["LONGEST", "byline", "masthead"]

_LISTS: Final = ("kinds", "leads", "updates", "notices", "weekdays", "bodies", "particles")

_DATE: Final = (
    r"(?:(?:19|20)\d\d[-./]\s?\d{1,2}[-./]\s?\d{1,2}\.?|(?:19|20)\d\d년\s?\d{1,2}월(?:\s?\d{1,2}일)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s{MONTH},?\s(?:19|20)\d\d|{MONTH}\s(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s)?(?:19|20)\d\d)"
)
_GIVEN: Final = r"(?:[A-Z][a-z'\u2019\u00c0-\u024f-]+|[A-Z]\.)"
# A journal with volume and issue: "Harbour Review, vol. 28, issue 1 (2011)", "Journal of Harbours 8(1): 35-42, 2014".
_JOURNAL = re.compile(
    r"\s*(?P<journal>[A-Z][^\d:;|()]{4,90}?),?\s(?:(?:vol(?:ume)?\.?\s?\d{1,4})|\d{1,4}\s?\(\d{1,3}\)|\d{1,4}\s?,\s(?:no|issue)\.?\s?\d{1,3})"
    r"(?:[\s,:;.()\u2010-\u2015-]|\d|pp?\b\.?|no\b\.?|issue\b|pages?\b|" + MONTH + r"){1,40}?(?P<year>(?:19|20)\d\d)\b"
    r"(?:[\s,:;.()\u2010-\u2015-]|\d|pp?\b\.?|pages?\b){0,40}",
    re.IGNORECASE,
)


# Made for the number of a press release, and for the address of a digital object identifier.
_NUMBER = re.compile(r"\s*(?:No|Nr|№)\.?\s?(?P<number>\d{1,5}[/-]\d{1,5}(?:[/-]\d{1,5})?)\s*", re.IGNORECASE)
_DOI = re.compile(
    r"\s*(?P<doi>(?:https?://(?:dx\.)?doi\.org/|doi:\s?)10\.\d{4,9}/[^\s|;,]+[^\s|;,.])\s*", re.IGNORECASE
)


class _Patterns(NamedTuple):
    """What the lines of a masthead look like, by the words of the data file."""

    kind: re.Pattern[str]
    kind_and: re.Pattern[str]
    dated: re.Pattern[str]
    signed: re.Pattern[str]
    affiliated: re.Pattern[str]
    notice: re.Pattern[str]
    byline: re.Pattern[str]
    body: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    words = _words(assets.data("rules/masthead.toml"))
    kinds, leads, updates = (_any(words[key]) for key in ("kinds", "leads", "updates"))
    days, particles = _any(words["weekdays"]), "|".join(words["particles"])
    name = rf"{_GIVEN}(?:\s(?:{_GIVEN}|{particles})){{0,3}}\s[A-Z][a-z'\u2019\u00c0-\u024f-]+"
    # Made for "Published 21 January 2025", for a weekday before the day, for a column of news or a place before it.
    dated = (
        rf"\s*(?:(?:(?P<update>{updates})|{leads})\s*[:：]?\s*|[A-Z][\w& ]{{1,30}}\s\|\s|(?-i:[A-Z][a-z]+),\s(?=\d))?"
        rf"(?:{days}\.?,?\s)?(?P<date>{_DATE})"
        rf"(?:\s?\([가-힣]{{1,3}}\)|,?\s{days})?(?:,?\s(?:[-|/]{{1,2}}\s)?\d{{1,2}}:\d\d(?:\s?[ap]m)?)?(?:\s*[|·/]\s*[^|]{{0,40}})?\s*"
    )
    return _Patterns(
        # "Working Paper 14", "Policy Brief No. 3/2019", "정책연구 2022-07", "NEWS STORY"
        _compiled(
            rf"\s*(?P<kind>{kinds})(?:\s*(?:series\s)?(?:no\.?\s?|nr\.?\s?|#|제\s?)?(?P<number>\d[\d/.-]*\d|\d)(?:\s?호)?)?\s*"
        ),
        # "Press release 2 January 2020", "News | 21 January 2025": the kind and the day on one line
        _compiled(rf"\s*(?P<kind>{kinds})\s*[,|\u2010-\u2015-]?\s+(?=\S*\d|[A-Z])"),
        _compiled(dated),
        # "Posted by Ann Lee on 3 May 2011", "By Ann Lee | 3 May 2011"
        re.compile(
            rf"\s*(?:(?:Posted|Written|Published)\s)?[Bb]y:?\s(?P<names>{name})\s?(?:\son\s|[|,·\u2010-\u2015-]\s?)\s?(?P<date>{_DATE})\s*"
        ),
        # "Ann Lee, University of Utopia", "By Ann Lee, University of Utopia"
        re.compile(rf"\s*(?:[Bb]y\s)?(?P<names>{name}),\s(?P<body>[A-Z][^.;:|]{{6,100}})\s*"),
        _compiled(rf"\s*(?P<notice>{_any(words['notices'])})\s*[:.!]?\s*"),
        re.compile(
            rf"(?P<by>[Bb]y\s|[Aa]uthors?:?\s)?(?P<names>{name}(?:(?:,\s(?:and\s)?|\sand\s|\s&\s|;\s){name}){{0,8}})\s*"
        ),
        re.compile(rf"\b{_any(words['bodies'])}\b"),
    )


def _words(path: Path) -> Mapping[str, Sequence[str]]:
    """Return the lists of words of the data file.

    Raises:
        DataFileError: If it cannot be read, or lacks a list.
    """
    try:
        lists = tomllib.loads(path.read_text(encoding="utf-8"))["words"]
        return {key: tuple(map(str, lists[key])) for key in _LISTS}
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise DataFileError(path, 0, f"needs a table [words] with {', '.join(_LISTS)}: {error}") from error


def _any(words: Sequence[str]) -> str:
    """Return the pattern of any of some words, the longest first; a space in a Korean one may be left out."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s" if w.isascii() else r"\s?") for w in ordered) + ")"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


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
    patterns = _patterns()
    if match := patterns.kind.fullmatch(line):
        kind = Field("type", *match.span("kind"))
        if match["number"] is None:
            return (kind,)
        return kind, kind._replace(key="series"), Field("number", *match.span("number"))
    kind_and = patterns.kind_and.match(line)
    if kind_and and (match := patterns.dated.fullmatch(line, kind_and.end())):
        return Field("type", *kind_and.span("kind")), Field("published", *match.span("date"))
    if (match := patterns.signed.fullmatch(line)) and not patterns.body.search(match["names"]):
        return Field("author", *match.span("names")), Field("published", *match.span("date"))
    if match := patterns.dated.fullmatch(line):
        return (Field("updated" if match["update"] else "published", *match.span("date")),)
    if match := patterns.notice.fullmatch(line):
        return (Field("notice", *match.span("notice")),)
    if match := _NUMBER.fullmatch(line):
        return (Field("number", *match.span("number")),)
    if match := _DOI.fullmatch(line):
        return (Field("doi", *match.span("doi")),)
    match = patterns.affiliated.fullmatch(line)
    if match and patterns.body.search(match["body"]) and not patterns.body.search(match["names"]):
        return Field("author", *match.span("names")), Field("affiliation", *match.span("body"))
    if (match := _JOURNAL.fullmatch(line)) and not patterns.body.search(match["journal"]):
        return Field("journal", *match.span("journal")), Field("year", *match.span("year"))
    return ()


def byline(line: str) -> Field | None:
    """Return the authors that a line below a title names: several persons, or one behind "by"; else None.

    Example:
        >>> byline("Maria L. Santos and Ramon D. Reyes")
        Field(key='author', start=0, end=34)
        >>> byline("By Ann Lee"), byline("Digital Governance Agency")
        (Field(key='author', start=3, end=10), None)
    """
    match = _patterns().byline.fullmatch(line) if len(line) <= LONGEST else None
    if match is None or _patterns().body.search(line):
        return None
    several = re.search(r"\sand\s|\s&\s|,\s|;\s", match["names"])
    initial = re.search(r"\b[A-Z]\.", match["names"])
    return Field("author", *match.span("names")) if match["by"] or (several and initial) else None
