"""Words between spaces: where each begins, what it is without its signs, and whether it may stand inside a name."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from egov_kg.extraction.korean.particles import split_particle
from egov_kg.extraction.korean.words import Words

__all__ = ["Eojeol", "eojeols", "is_modifier"]

_WORD: Final = re.compile(r"\S+")
_CORE: Final = re.compile(
    r"[\uac00-\ud7a3A-Za-z0-9\u00b7\u318d\u30fb&+/-]+(?:\.(?=[A-Za-z0-9])[\uac00-\ud7a3A-Za-z0-9\u00b7&+/-]+)*"
)


class Eojeol(NamedTuple):
    """A word between spaces.

    Attributes:
        start, end: The half-open range of its letters, without opening and closing signs.
        text: Those letters.
        close: Whether a sign follows them (a comma, a bracket), so that no name goes on behind.
        open: Whether a sign stands before them, so that no name began before.
    """

    start: int
    end: int
    text: str
    close: bool
    open: bool


def eojeols(text: str) -> tuple[Eojeol, ...]:
    """Return the words of a sentence; what stands behind an inner sign is a word of its own.

    Example:
        >>> [(e.text, e.close) for e in eojeols("「전자정부법」은 (2001) 컸다, 또")]
        [('전자정부법', True), ('은', False), ('2001', True), ('컸다', True), ('또', False)]
    """
    found = []
    for word in _WORD.finditer(text):
        parts = list(_CORE.finditer(text, word.start(), word.end()))
        for i, part in enumerate(parts):
            core = part[0].strip("\u00b7\u318d\u30fb-/&+")
            if not core:
                continue
            start = part.start() + part[0].index(core)
            end = start + len(core)
            after = parts[i + 1].start() if i + 1 < len(parts) else word.end()
            before = parts[i - 1].end() if i else word.start()
            found.append(Eojeol(start, end, core, after > end, start > before))
    return tuple(found)


_INFLECTED: Final = re.compile(
    r"(?:하는|되는|있는|없는|하던|되던|던|시키는|적인|로운|스러운|로서의|하여|되어|하고|되고|하며|되며|하면|되면|하지|되지"
    r"|하게|되게|하자|하기|되기|하면서|되면서|하여서|하도록|되도록|하려|하려는|시켜|시킨|시키|됨|돼|돼서|해서|해온|였던|었던|했던|됐던"
    r"|습니다|니다|하였다|었다|았다|였다|했다|됐다|면서|니라|지만|는데|려고|다가|므로|라서|느라|한다|된다|린다|온다|있다|없다|이다|하고자|위한|통한|따른|의한|대한|관한|향한|비롯한|포함한"
    r"|[가-힣]{1,5}(?:한|된|될|할|해|인))$"
)
_TIME_WORD: Final = re.compile(r"\d{4}|\d+(?:년|월|일|년도|세기|년대)|['\u2019]\d\d")
_ORDER: Final = re.compile(r"제?\d+(?:차|대|단계|개년|기|차년도|세대)(?:도)?|[1-9]\d?대")


def is_modifier(word: str, words: Words) -> bool:
    """Return whether a word may stand inside a name, before its head: a noun without a particle.

    Example:
        >>> from egov_kg.assets import data
        >>> from egov_kg.extraction.korean.words import read_words
        >>> known = read_words(data("rules"), ())
        >>> [w for w in "정부는 2001년 체계적인 국가 정보화 제도 제1차 수립된".split() if is_modifier(w, known)]
        ['국가', '정보화', '제도', '제1차']
    """
    if word in words.stop:
        return False
    if _ORDER.fullmatch(word):
        return True
    if _TIME_WORD.match(word) or word.isdigit():
        return False
    if word.endswith("인") and (head := words.head_of(word[:-1])) is not None and len(head.word) > 1:
        return False  # "인프라인": the copula
    if any(word.endswith(word_) for word_ in _endings_of(word, words)):
        return True
    if len(word) == 1 and "\uac00" <= word <= "\ud7a3":
        return word in "신구"
    if _INFLECTED.search(word):
        return False
    if len(word) > 1 and word[-1] in "다요까며":
        return False
    return len(split_particle(word)) == 1


def _endings_of(word: str, words: Words) -> tuple[str, ...]:
    return tuple(word[-n:] for n in range(2, min(6, len(word)) + 1) if word[-n:] in words.nouns)
