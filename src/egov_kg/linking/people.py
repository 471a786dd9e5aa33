"""Keys for names of people: either order, and the several ways to write Korean names in Latin letters.

A key is for finding, not for deciding: it makes some different names equal on purpose (정 and 종 both become "jong"),
and how many rows of a data set have the key says how much it is worth.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from egov_kg.linking.word_tables import surnames

__all__ = ["person_keys", "romanised"]

_HANGUL: Final = re.compile(r"[가-힣]{2,5}\Z")
_INITIALS: Final = tuple("g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "").split(" "))
_VOWELS: Final = tuple("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split(" "))  # noqa: SIM905 - read as a row
_FINALS: Final = ("", *"k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(" "))  # noqa: SIM905 - read as a row
"""As they are pronounced at the end of a word."""

_BETWEEN: Final = "'"
"""Stands between syllables where they are known; vowels on its two sides are no diphthong."""

_VOWEL_SPELLINGS: Final = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"eui|ui", "i"),
        (r"oo|ou|eu|eo|woo|wo(?![aeiou])|wu", "o"),  # Hun and Hoon, Jung and Jeong, Seo and Suh
        (r"ee", "i"),
        (r"ae|ai", "e"),
        (r"u", "o"),
        (r"o+", "o"),
    )
)
_CONSONANT_SPELLINGS: Final = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"t?ch", "j"),
        (r"sh", "s"),
        (r"ph", "p"),
        (r"[gkcq]+", "k"),
        (r"[dt]+", "t"),
        (r"[bp]+", "p"),
        (r"[lr]+", "r"),
        (r"(.)\1+", r"\1"),
        (r"(?<=[aeo])h(?![aeiouy])", ""),  # Noh, Kahng
    )
)


@lru_cache(maxsize=1 << 16)
def person_keys(name: str) -> frozenset[str]:
    """Return the keys of a person's name: family name and given name, whichever of the two comes first.

    Example:
        >>> person_keys("Jung-sook Kim") & person_keys("Kim Jung-sook") != frozenset()
        True
        >>> [bool(person_keys("Roh Moo-hyun") & person_keys(one)) for one in ("Roh Mu-hyun", "No Mu-hyeon", "노무현")]
        [True, True, True]
        >>> bool(person_keys("Roh Moo-hyun") & person_keys("Roh Tae-woo")), person_keys("")
        (False, frozenset())
    """
    words = _words(name)
    if len(words) == 1 and _HANGUL.match(words[0]):
        return _keys_of_hangul(words[0])
    if len(words) < 2:
        return frozenset(words)
    first, last = _BETWEEN.join(words[1:]), _BETWEEN.join(words[:-1])
    pairs = {*_pairs(words[0], first), *_pairs(words[-1], last)}
    return frozenset(f"{family}|{given}" for family, given in pairs)


def _keys_of_hangul(name: str) -> frozenset[str]:
    official, _ = surnames()
    length = 2 if name[:2] in official and len(name) > 2 else 1
    family = official.get(name[:length], _latin(name[:length]))
    return frozenset({f"{romanised(family)}|{romanised(_latin(name[length:]))}"})


def _pairs(family: str, given: str) -> set[tuple[str, str]]:
    _, spelled = surnames()
    given_key = romanised(_latin(given))
    names = spelled.get(_plain(family).replace(_BETWEEN, ""))
    return {(romanised(one), given_key) for one in names} if names else {(romanised(_latin(family)), given_key)}


@lru_cache(maxsize=1 << 14)
def romanised(word: str) -> str:
    """Return a word in Latin letters with the spellings of one Korean sound made one.

    Example:
        >>> romanised("moo-hyun") == romanised("muhyeon"), romanised("taewoo") == romanised("tae'u")
        (True, True)
        >>> romanised("park") == romanised("bak")
        False
    """
    found = _plain(word)
    for pattern, to in _VOWEL_SPELLINGS:
        found = pattern.sub(to, found)
    found = found.replace(_BETWEEN, "")
    for pattern, to in _CONSONANT_SPELLINGS:
        found = pattern.sub(to, found)
    return found


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name without accents; a hyphen becomes a mark between syllables."""
    marked = unicodedata.normalize("NFKC", name.replace("-", _BETWEEN).replace("\u2010", _BETWEEN))
    return tuple(word for part in re.split(r"[\s,;()·]+", marked) if (word := _plain(part).strip(_BETWEEN)))


def _plain(word: str) -> str:
    """Return the letters of a word without accents, Hangul composed, and the marks between its syllables."""
    if word.isascii() and word.isalpha():
        return word.lower()
    letters = (c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isalpha() or c in {_BETWEEN, "-"})
    return unicodedata.normalize("NFC", "".join(letters)).replace("-", _BETWEEN)


def _latin(word: str) -> str:
    """Return Hangul syllables in the Revised Romanization, with marks between them; other characters as they are."""
    return _BETWEEN.join(_syllable(c) for c in word) if word and all("가" <= c <= "힣" for c in word) else word


def _syllable(c: str) -> str:
    number = ord(c) - ord("가")
    return _INITIALS[number // 588] + _VOWELS[number % 588 // 28] + _FINALS[number % 28]
