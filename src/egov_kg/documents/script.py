"""The language of a text, told by its script and, among those in Latin letters, by its small words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

__all__ = ["language", "languages", "main_language"]

_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9d]+")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile("[a-z]+")

KOREAN_FROM: Final = 0.2
"""The share of Hangul among the letters from which on a text is Korean: it may hold many names in Latin letters."""

SAMPLE: Final = 600
"""So many characters of a block tell its language."""

UNCODED: Final = "mis"
"""What stands for a language in Latin letters that is not English and that these tables do not know."""

# Words that are frequent in one language and rare in others; what several share ("de", "la", "en") counts for each.
_SMALL_WORDS: Final = {
    "en": "the of and to by with that for is are was were from which has have be it this its their an as been on in",
    "fr": "le la les des du une est dans pour par sur qui avec aux été sont et cette ses leur ont entre loi",
    "de": "der die das und den dem des ein eine ist wurde werden mit für von zu auf im zur zum nicht auch bei durch",
    "es": "el los las del una en por para con que se su fue como más al la sus entre también",
    "pt": "os as dos das uma em por para com que não foi pelo pela ao são do da na no",
    "it": "il lo gli della delle dei una per con che di nel nella alla sono stato dal del ha",
    "nl": "de het een van en op voor met zijn wordt werd dat bij ook aan door om te",
    "sv": "och det att som för av på ett med är till inte har om den",
    "da": "og det som af på et med er til ikke har den fra blev",
    "fi": "ja on että sekä tai ovat oli joka myös sen",
    "et": "ja on et ning mis või see oli kui ka aasta",
    "pl": "na do się jest oraz przez dla nie od po roku",
    "cs": "na se je pro od které podle byl roku nebo",
    "hu": "az és hogy nem egy volt meg szóló évi",
    "ro": "și în cu care este pentru din prin la de fost",
    "tr": "ve bir bu için ile olarak olan yılında",
    "id": "dan yang untuk dengan dari pada ini dalam adalah tahun",
    "vi": "và của là các cho được trong một có những",
}
_LANGUAGES_OF: Final[dict[str, tuple[str, ...]]] = {}
for _name, _words in _SMALL_WORDS.items():
    for _one in _words.split():
        _LANGUAGES_OF[_one] = (*_LANGUAGES_OF.get(_one, ()), _name)


def language(text: str) -> str:
    """Return the language of a text by itself: ``ko``, ``en``, ``ja``, ``zh``, ``fr`` ..., ``mis`` or ``und``.

    A text in Latin letters without small words is taken for English: a heading, a list of names.

    Example:
        >>> language("전자정부(E-Government) 사업"), language("Electronic government"), language("2001. 3. 28.")
        ('ko', 'en', 'und')
        >>> language("La loi a été adoptée par le parlement."), language("行政手続のオンライン化"), language("电子政务")
        ('fr', 'ja', 'zh')
    """
    return _told(text) or "en"


def languages(texts: Sequence[str]) -> list[str]:
    """Return the language of each block of a document; what does not tell its own has that of most others.

    A short line in Latin letters follows the paragraphs in Latin letters, and Han characters alone are Korean among
    Korean paragraphs.

    Example:
        >>> languages(["Loi Informatique (1978)", "La loi a été adoptée par le parlement.", "전자정부법 제정"])
        ['fr', 'fr', 'ko']
        >>> languages(["電子政府法", "전자정부법은 2001년에 제정되었다."])
        ['ko', 'ko']
    """
    told = [_told(text) for text in texts]
    sizes: Counter[str] = Counter()
    for text, found in zip(texts, told, strict=True):
        sizes[found] += len(text)
    latin = max(
        (name for name in sizes if name in _SMALL_WORDS or name == UNCODED), key=lambda n: sizes[n], default="en"
    )
    if sizes["en"] >= sizes[latin]:
        latin = "en"
    han = "ko" if sizes["ko"] > sizes["zh"] else "ja" if sizes["ja"] > sizes["zh"] else "zh"
    return [(found if found != "zh" else han) or latin for found in told]


def main_language(blocks: Iterable[tuple[str, int]]) -> str:
    """Return the language that most of a document is in, ``und`` where it tells none.

    Args:
        blocks: Of each block its language and its length.

    Example:
        >>> main_language([("en", 20), ("ko", 300), ("und", 900)]), main_language([("und", 3)])
        ('ko', 'und')
    """
    sizes: Counter[str] = Counter()
    for lang, size in blocks:
        if lang != "und":
            sizes[lang] += size
    return max(sizes, key=lambda lang: (sizes[lang], lang), default="und")


def _told(text: str) -> str:
    """Return the language that a text tells of itself, an empty string for Latin letters without small words."""
    text = text[:SAMPLE]
    if text.isascii():
        return _by_small_words(text) if _LATIN.search(text) else "und"
    letters = _count(_WORD, text)
    if not letters:
        return "und"
    if _count(_HANGUL, text) >= KOREAN_FROM * letters:
        return "ko"
    if 2 * _count(_LATIN, text) >= letters:
        return _by_small_words(text)
    kana = _count(_KANA, text)
    if 2 * (kana + _count(_HAN, text)) >= letters:
        return "ja" if 20 * kana >= letters else "zh"
    return "und"


def _count(runs: re.Pattern[str], text: str) -> int:
    """Return how many characters stand in runs of a kind."""
    return sum(map(len, runs.findall(text)))


def _by_small_words(text: str) -> str:
    words = (_ASCII_WORD if text.isascii() else _WORD).findall(text.casefold())
    found: dict[str, int] = {}
    for word in words:
        if word in _LANGUAGES_OF:
            for name in _LANGUAGES_OF[word]:
                found[name] = found.get(name, 0) + 1
    english = found.pop("en", 0)
    other = max(found, key=lambda name: found[name], default="")
    if other and found[other] >= 2 and found[other] > english:
        return other
    if english:
        return "en"
    lower = sum(word.islower() for word in _WORD.findall(text))
    return UNCODED if len(words) >= 30 and lower >= 0.6 * len(words) else ""
