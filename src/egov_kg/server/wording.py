"""The words of the pages in the reader's language: messages, numbers, dates, labels with their fallback."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

__all__ = [
    "LANGUAGES",
    "NAMES",
    "Text",
    "best_label",
    "chosen_language",
    "day",
    "message",
    "messages",
    "plural",
    "written_in",
]

LANGUAGES: Final = ("en", "ko")
NAMES: Final[Mapping[str, str]] = {"en": "English", "ko": "한국어"}
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Text(NamedTuple):
    """Words and the language they are in; an empty language means that they are the same in all."""

    text: str
    lang: str


@cache
def messages(lang: str) -> Mapping[str, str]:
    """Return the messages of a language as ``section.key`` to sentence.

    Args:
        lang: One of `LANGUAGES`.
    """
    path = Path(__file__).parent / "messages" / f"{lang}.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, texts in table.items() for key, text in texts.items()}


def message(lang: str, key: str, **values: object) -> str:
    """Return one message with its placeholders filled.

    Raises:
        KeyError: If there is no such message, which is a mistake in a template.

    Example:
        >>> message("en", "entity.characters", start=3, end=9)
        'characters 3 to 9'
    """
    return messages(lang)[key].format(**values)


def plural(lang: str, key: str, count: int, **values: object) -> str:
    """Return the message for a count: ``key_one`` or ``key_other``.

    Example:
        >>> plural("en", "query.rows", 1), plural("en", "query.rows", 1200)
        ('1 row', '1,200 rows')
    """
    form = "one" if count == 1 else "other"
    return message(lang, f"{key}_{form}", count=f"{count:,}", **values)


def chosen_language(asked: str | None, accept: str | None) -> str:
    """Return the language of a page: what was asked for, else what the browser prefers, else English.

    Args:
        asked: The value of ``lang`` in the address, or None; a value that we do not have is ignored.
        accept: The header ``Accept-Language``, or None.

    Example:
        >>> chosen_language(None, "ko-KR,ko;q=0.9,en;q=0.5"), chosen_language("en", "ko"), chosen_language("xx", None)
        ('ko', 'en', 'en')
    """
    if asked in LANGUAGES:
        return asked
    return parse_accept_header(accept, LanguageAccept).best_match(LANGUAGES, default="en") or "en"


def best_label(labels: Mapping[str, str], lang: str, otherwise: str) -> Text:
    """Return the label to show: the reader's language, English, any, else `otherwise`.

    Args:
        labels: Language to label; a label without language has the key ``""``.
        lang: The reader's language.
        otherwise: What stands in for a missing label (a CURIE).

    Example:
        >>> best_label({"ko": "전자정부법"}, "en", "law/kr/x")
        Text(text='전자정부법', lang='ko')
    """
    for choice in (lang, "en", *sorted(labels)):
        if choice in labels:
            return Text(labels[choice], choice)
    return Text(otherwise, "")


def written_in(text: str) -> str:
    """Return the language of a passage by its script: documents are read in Korean and in English.

    Example:
        >>> written_in("전자정부법 (E-Government Act)"), written_in("the act of 2001")
        ('ko', 'en')
    """
    return "ko" if any("가" <= c <= "힣" for c in text) else "en"


def day(value: str, lang: str) -> str:
    """Return an ISO day for people; anything else comes back unchanged.

    Example:
        >>> day("2001-03-28", "en"), day("2001-03-28", "ko"), day("2001", "en")
        ('28 March 2001', '2001년 3월 28일', '2001')
    """
    parts = value.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return value
    year, month, number = (int(part) for part in parts)
    if lang == "ko":
        return f"{year}년 {month}월 {number}일"
    return f"{number} {_MONTHS[month - 1]} {year}" if 1 <= month <= 12 else value
