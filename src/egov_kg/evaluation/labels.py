"""When two wordings name one thing: folding, numbers as vetoes, overlap of tokens."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["ENOUGH", "agree", "folded"]

ENOUGH: Final = 0.8
"""The token F1 from which on two labels name one thing, if their numbers are the same."""

_BRACKET: Final = re.compile(r"\([^()]*\)")
_PUNCTUATION: Final = re.compile(r"[^\w\s.:/-]")
_EMPTY: Final = frozenset({"the", "a", "an", "of", "for", "and", "to", "in", "on"})
_SHORTEST_NAME: Final = 4
_ORDINALS: Final = {
    "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3", "fourth": "4", "4th": "4",
    "fifth": "5", "5th": "5",
}  # fmt: skip
"""Words that stand for a number."""

_TELLING: Final = frozenset({"internal", "external"})
"""Words that tell two things apart as numbers do, although most of their labels may be the same."""


@lru_cache(maxsize=1 << 16)
def folded(label: str) -> str:
    """Return a label without what does not tell things apart: case, punctuation, articles, a part in brackets.

    The bracketed part stays where hardly a name would remain.

    Example:
        >>> folded("The National Basic Information System (NBIS) project")
        'national basic information system project'
        >>> folded("(ICT)")
        'ict'
    """
    text = unicodedata.normalize("NFKC", label).casefold()
    if len(_BRACKET.sub("", text).strip()) >= _SHORTEST_NAME:
        text = _BRACKET.sub(" ", text)
    words = _PUNCTUATION.sub(" ", text).split()
    return " ".join(word for word in words if word not in _EMPTY)


@lru_cache(maxsize=1 << 18)
def agree(one: str, other: str) -> bool:
    """Return whether two folded labels name one thing.

    They do if they are equal, or if their tokens have an F1 of `ENOUGH` and they have the same numbers and ordinals:
    the first plan is not the second, and eleven projects are not thirty-one.

    Example:
        >>> agree(folded("Act on the Use of Public Data"), folded("act on use of public data"))
        True
        >>> agree(folded("First basic plan for computerization"), folded("Second basic plan for computerization"))
        False
    """
    mine, theirs = _tokens(one), _tokens(other)
    if one == other or mine == theirs:
        return True
    if _numbers(mine) != _numbers(theirs):
        return False
    common = len(set(mine) & set(theirs))
    return bool(common) and 2 * common / (len(set(mine)) + len(set(theirs))) >= ENOUGH


def _tokens(text: str) -> list[str]:
    return [_ORDINALS.get(word, word) for word in text.split()]


def _numbers(tokens: list[str]) -> list[str]:
    return sorted(word for word in tokens if word in _TELLING or any(c.isdigit() for c in word))
