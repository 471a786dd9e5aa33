"""Names in one form, so that case, width, spaces, hyphens and the several middle dots do not count.

The form holds letters and digits alone. Whole columns are folded at once: joined, folded by the interpreter's own
loops, and parted again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from egov_kg.linking.word_tables import ordinals

__all__ = ["distinct", "folded", "folded_all", "folded_words", "letters", "number_form", "numbers_in", "without_zeros"]

_NOT_COUNTED: Final = re.compile(r"[\W_]+")
_NOT_COUNTED_BUT_LINES: Final = re.compile(r"[^\w\n]+|_+")
_BREAKS: Final = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_MIDDLE_DOTS: Final = re.compile("[\u00b7\u318d\u119e\u30fb\uff65\u2022\u2027\u22c5\u2219]")
"""One of them, U+318D, is a letter to Unicode: the vowel arae-a, which keyboards offer for the dot."""

_WORDS: Final = re.compile(r"[^\W\d_]+|\d+")


def folded(text: str) -> str:
    """Return the letters and digits of a name in one case (NFKC, casefold).

    Example:
        >>> folded("10ㆍ27법난  피해자"), folded("10·27 법난피해자"), folded("１０・27법난 피해자")
        ('1027법난피해자', '1027법난피해자', '1027법난피해자')
        >>> folded("E-Government Act")
        'egovernmentact'
    """
    return _NOT_COUNTED.sub("", letters(text))


def letters(text: str) -> str:
    """Return a text in one case and width, with a space for each of the middle dots; everything else stays.

    Example:
        >>> letters("민원ㆍ복지 ＩＣＴ")
        '민원 복지 ict'
    """
    # Casefolding may undo the composition; the second pass makes equal what looks equal.
    return _composed(_composed(_MIDDLE_DOTS.sub(" ", text)).casefold())


def _composed(text: str) -> str:
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def folded_all(texts: Sequence[str]) -> list[str]:
    """Return `folded` of each text, some ten times as fast.

    Example:
        >>> folded_all(["E-Government Act", "", "전자 정부법"])
        ['egovernmentact', '', '전자정부법']
    """
    if not texts:
        return []
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:
        joined = "\n".join([_BREAKS.sub(" ", text) for text in texts])
    found = _NOT_COUNTED_BUT_LINES.sub("", letters(joined).replace(" ", "")).split("\n")
    return found if len(found) == len(texts) else [folded(text) for text in texts]


def folded_words(text: str) -> tuple[str, ...]:
    """Return the words of a name, folded; a hyphen parts no words.

    Example:
        >>> folded_words("Kim, Jung-sook")
        ('kim', 'jungsook')
    """
    return tuple(word for part in re.split(r"[\s,;/()]+", letters(text)) if (word := _NOT_COUNTED.sub("", part)))


@lru_cache(maxsize=1 << 15)
def numbers_in(text: str) -> tuple[int, ...]:
    """Return the numbers that a name counts with, as digits or as words, sorted.

    Example:
        >>> numbers_in("Second basic plan"), numbers_in("제2차 기본계획"), numbers_in("31 agenda tasks")
        ((2,), (2,), (31,))
        >>> numbers_in("E-Government Act")
        ()
    """
    known = ordinals()
    found: list[int] = []
    for word in _WORDS.findall(letters(text)):
        if word.isdecimal():
            found.append(int(word[:18]))
        elif word in known:
            found.append(known[word])
    return tuple(sorted(found))


def without_zeros(text: str, stripped: str = "0") -> str:
    """Return an official number without white space and without some characters at its beginning; one digit stays.

    Example:
        >>> without_zeros(" 05792 "), without_zeros("000"), without_zeros("제5792호", "제")
        ('5792', '0', '5792호')
    """
    if text.isascii() and text.isalnum():
        return text.lstrip(stripped) or text[-1:]
    whole = "".join(unicodedata.normalize("NFKC", text).split())
    return whole.lstrip(stripped) or whole[-1:]


def number_form(text: str, stripped: str = "", words: tuple[str, ...] = ()) -> str:
    """Return an official number as it is compared.

    Words that may stand around a number are left out where they and one number are all that a text holds; a text with
    any other word keeps all of its words, for it is another number.

    Args:
        text: As it is written.
        stripped: Characters that do not count at the beginning; without them the text is folded.
        words: The words, folded.

    Example:
        >>> cited = ("법률", "act", "no", "제", "호")
        >>> number_form("법률 제05792호", "0", cited), number_form("Act No. 5792", "", cited), number_form("5792")
        ('5792', '5792', '5792')
        >>> number_form("대통령령 제5792호", "0", cited), number_form("제5792호의2", "0", cited)
        ('대통령령제5792호', '제5792호의2')
    """
    if words and not (text.isascii() and text.isdecimal()):
        found = _around(words).fullmatch(letters(text))
        text = found[1] if found is not None else text
    return without_zeros(text, stripped) if stripped else folded(text)


@lru_cache(maxsize=64)
def _around(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches one number in digits with words around it: ``act no. 5792``, ``법률 제5792호``."""
    word = rf"(?:{'|'.join(re.escape(one) for one in sorted(words, key=len, reverse=True))})"
    return re.compile(rf"[\s.:#(\[]*(?:{word}[\s.:#(\[]*)*+([0-9]+)[\s.)\]]*(?:{word}[\s.)\]]*)*+")


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(text for text in texts if text))
