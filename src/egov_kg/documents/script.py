"""The language of a text, told by its script."""

from __future__ import annotations

import re

__all__ = ["language"]

_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")

KOREAN_FROM = 0.2
"""The share of Hangul among the letters from which on a text is Korean: it may hold many names in Latin letters."""


def language(text: str) -> str:
    """Return ``ko``, ``en`` or ``und``.

    ``en`` stands for any text in Latin letters: it chooses the rules, and claims nothing of the document.

    Example:
        >>> language("전자정부(E-Government) 사업"), language("Electronic government"), language("2001. 3. 28.")
        ('ko', 'en', 'und')
    """
    letters = len(_LETTER.findall(text))
    if not letters:
        return "und"
    if len(_HANGUL.findall(text)) >= KOREAN_FROM * letters:
        return "ko"
    return "en" if 2 * len(_LATIN.findall(text)) >= letters else "und"
