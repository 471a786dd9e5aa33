"""Words and sentences of a view, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = ["Token", "fold", "is_korean", "root_of", "sentences", "singular", "stem", "tokens"]

# "E-Government", "G4C", "3.0", "Korea’s", "multi-functional", "U-Korea", "Government-for-Citizens", "1st"
_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+|\w+(?:[-.’'](?=\w)\w+)*|[^\w\s]")
_HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]+")
_LETTERS = re.compile(r"[^\W\d_]+")


class Token(NamedTuple):
    """A word, a number or one sign of punctuation.

    Attributes:
        start, end: Its half-open range in the view.
        text: As written.
        low: Folded for comparison: lower case, straight apostrophe.
    """

    start: int
    end: int
    text: str
    low: str


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words and signs of a text; a possessive ending is a token of its own.

    Example:
        >>> [t.text for t in tokens("Korea’s E-Government 3.0 (2001).")]
        ['Korea', '’s', 'E-Government', '3.0', '(', '2001', ')', '.']
    """
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word = match[0]
        if len(word) > 2 and word[-2] in "’'" and word[-1] in "sS":
            found.append(_new(Token, (start, end - 2, word[:-2], word[:-2].casefold())))
            found.append(_new(Token, (end - 2, end, word[-2:], "'s")))
        else:
            found.append(_new(Token, (start, end, word, _low(word))))
    return tuple(found)


_new = tuple.__new__  # what the constructor of a named tuple calls; every word of every document is made here


@lru_cache(maxsize=1 << 16)
def _low(word: str) -> str:
    return word.casefold().replace("’", "'")


# A full stop ends no sentence after these, nor between an initial and a name.
_ABBREVIATED: Final = re.compile(
    r"(?:\b(?:etc|al|e\.g|i\.e|p|pp|No|Nos|vs|cf|Dr|Mr|Mrs|Ms|Prof|St|vol|ed|eds|Art|Sec|Fig|Inc|Ltd|Co|approx|[A-Z]))\.$"
)
_BRACKET = re.compile(r"\([^()]{0,400}\)")
_STOP = re.compile(r"[.!?]")
_ETC = re.compile(r"\betc\.$")
_END = re.compile(r"[.!?。](?=[\"”’')\]]*(?:\s|$))[\"”’')\]]*")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the half-open range of each sentence, without the white space around it.

    Example:
        >>> text = "It rose, etc. in 2001. He (Moon et al. 2019) left."
        >>> [text[a:b] for a, b in sentences(text)]
        ['It rose, etc. in 2001.', 'He (Moon et al. 2019) left.']
    """
    start = 0
    depth_until = _bracket_ends(text)
    for match in _END.finditer(text):
        end = match.end()
        if depth_until.get(match.start()):
            continue
        following = text[end : end + 40].lstrip()[:1]
        before = text[max(start, match.start() - 12) : match.start() + 1]
        if _ABBREVIATED.search(before) and not (following.isupper() and _ETC.search(before)):
            continue
        if following and (following.islower() or following in ",;:)"):
            continue
        yield from _trimmed(text, start, end)
        start = end
    yield from _trimmed(text, start, len(text))


def _bracket_ends(text: str) -> dict[int, bool]:
    """Return the places of full stops that lie inside round brackets (at most 400 characters wide)."""
    inside: dict[int, bool] = {}
    for match in _BRACKET.finditer(text):
        inside.update((match.start() + stop.start(), True) for stop in _STOP.finditer(match[0]))
    return inside


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def is_korean(text: str) -> bool:
    """Return whether Hangul makes up at least a fifth of the letters.

    Example:
        >>> is_korean("전자정부법 (E-Government)"), is_korean("The act 전자정부법 governs services")
        (True, False)
    """
    if text.isascii():
        return False
    letters = sum(map(len, _LETTERS.findall(text)))
    return letters > 0 and sum(map(len, _HANGUL.findall(text))) * 5 >= letters


_IRREGULAR: Final = {
    "cities": "city", "policies": "policy", "agencies": "agency", "ministries": "ministry", "authorities": "authority",
    "countries": "country", "companies": "company", "crises": "crisis", "bodies": "body", "parties": "party",
    "people": "people", "data": "data", "series": "series", "services": "service", "databases": "database",
    "analyses": "analysis", "bases": "basis", "businesses": "business", "campuses": "campus", "women": "woman",
    "men": "man", "criteria": "criterion", "strategies": "strategy", "societies": "society", "media": "media",
}  # fmt: skip


@lru_cache(maxsize=1 << 16)
def singular(word: str) -> str:
    """Return the singular of a lower-case English noun, by form.

    Example:
        >>> [singular(w) for w in ("plans", "strategies", "process", "businesses", "news", "status")]
        ['plan', 'strategy', 'process', 'business', 'news', 'status']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ics", "ews")):
        return word[:-1]
    return word


@lru_cache(maxsize=1 << 16)
def root_of(low: str) -> str:
    """Return a folded word as name tables are searched by: singular, ordinals in figures.

    Example:
        >>> root_of("plans"), root_of("second"), root_of("2nd")
        ('plan', '2nd', '2nd')
    """
    return ORDINAL_WORDS.get(low) or singular(low)


_ENDINGS: Final = (
    "izations", "isations", "ization", "isation", "ational", "ations", "ation", "ional", "itions", "ition", "ments",
    "ment", "ings", "ing", "ities", "ity", "ness", "ical", "ies", "ied", "ions", "ion", "ers", "er", "ed", "es", "al",
    "ic", "ly", "s", "y", "e",
)  # fmt: skip


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return a crude stem for comparing content words; never shown to anybody.

    Example:
        >>> stem("education") == stem("educational"), stem("technologies") == stem("technological")
        (True, True)
    """
    word = word.casefold().removeprefix("re-")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


_LIGHT: Final = frozenset(["the", "a", "an", "of", "for", "and", "to", "in", "on", "at", "by", "with", "&", "s", "'s"])
_PUNCTUATION = re.compile(r"[^\w\s.]+")


@lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """Return the key under which two spellings of one name meet.

    Case, hyphens, articles, light prepositions, brackets and plural endings do not count; numbers and ordinals do.

    Example:
        >>> fold("The 1st E-Government Plans for the Nation") == fold("first e-government plan of nation")
        True
        >>> fold("first plan") == fold("second plan")
        False
    """
    name = re.sub(r"[’']s\b", "", name.casefold())
    if _HANGUL.search(name):
        return re.sub(r"[\s\u00b7\u318d\u30fb「」『』〈〉\"'()]+", "", name)
    words = _PUNCTUATION.sub(" ", name.replace("(", " ").replace(")", " ")).split()
    kept = [ORDINAL_WORDS.get(w, singular(w)) for w in words if w not in _LIGHT]
    return " ".join(k.strip(".") for k in kept) or name


ORDINAL_WORDS: Final = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th",
    "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
