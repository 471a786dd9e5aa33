"""Whether a name in Latin letters is that of the Korean word before it, and not its translation."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_proper", "sounds_alike"]

_FIRST, _MEDIALS, _FINALS, _LAST = 0xAC00, 21, 28, 0xD7A3
_LEADS: Final = ("K", "K", "N", "T", "T", "L", "M", "P", "P", "S", "S", "-", "S", "S", "S", "K", "T", "P", "-")
"""What each of the nineteen leading consonants sounds like, roughly; a dash for none and for h."""
_TAILS: Final = {
    1: "K", 2: "K", 4: "N", 7: "T", 8: "L", 16: "M", 17: "P", 19: "S", 20: "S", 21: "N", 24: "K", 25: "T", 26: "P",
}  # fmt: skip
_LETTERS: Final = {
    "b": "P", "p": "P", "f": "P", "v": "P", "k": "K", "c": "K", "g": "K", "q": "K", "x": "S", "t": "T", "d": "T",
    "s": "S", "z": "S", "j": "S", "l": "L", "r": "L", "m": "M", "n": "N",
}  # fmt: skip
_ALIKE: Final = 0.6
_FORM: Final = re.compile(r"[a-z]\d*[A-Z]|[A-Za-z][\d@][A-Za-z]")
_PREFIX: Final = re.compile(r"[A-Za-z]-[A-Z]")


def is_proper(korean: str, latin: str) -> bool:
    """Return whether Latin letters in brackets are a name by their form, and not the translation of the word before.

    Camel case, and a digit or a sign inside a word, make a name; a letter with a hyphen does where the sound agrees.

    Example:
        >>> is_proper("\ube0c\uc774\ud0c0\uc774\uc644", "vTaiwan"), is_proper("\uc5d1\uc2a4\ub85c\ub4dc", "X-Road")
        (True, True)
        >>> is_proper("\uc804\uc790\uc815\ubd80", "e-Government")
        False
    """
    if _FORM.search(latin):
        return True
    return _PREFIX.match(latin) is not None and sounds_alike(korean, latin)


def sounds_alike(korean: str, latin: str) -> bool:
    """Return whether a Korean word writes down the sound of a name in Latin letters, by their consonants.

    Example:
        >>> sounds_alike("\uc2f1\ud328\uc2a4", "SingPass"), sounds_alike("\uc815\ubcf4\uaca9\ucc28", "Digital Divide")
        (True, False)
    """
    one, two = _consonants(korean), "".join(_LETTERS.get(c, "") for c in latin.lower())
    two = re.sub(r"(.)\1+", r"\1", two)
    if len(one) < 2 or len(two) < 2:
        return False
    return 2 * _common(one, two) >= 2 * _ALIKE * max(len(one), len(two))


def _consonants(korean: str) -> str:
    found = []
    for char in korean:
        number = ord(char) - _FIRST
        if not _FIRST <= ord(char) <= _LAST:
            continue
        lead, tail = _LEADS[number // (_MEDIALS * _FINALS)], _TAILS.get(number % _FINALS, "")
        found.append((lead if lead != "-" else "") + tail)
    return re.sub(r"(.)\1+", r"\1", "".join(found))


def _common(one: str, two: str) -> int:
    """Return the length of the longest common subsequence; both are short."""
    row = [0] * (len(two) + 1)
    for a in one:
        previous = 0
        for j, b in enumerate(two, start=1):
            previous, row[j] = row[j], previous + 1 if a == b else max(row[j], row[j - 1])
    return row[-1]
