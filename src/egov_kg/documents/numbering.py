"""The marks that a word processor puts before the items of its lists."""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["Numbering"]

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_SYLLABLES: Final = "가나다라마바사아자차카타파하"


class Numbering:
    """Counts the items of each list of a document.

    Args:
        part: The root of ``word/numbering.xml``; None if there is none.
    """

    def __init__(self, part: Any) -> None:
        self._abstract: dict[str, dict[int, tuple[str, str]]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        for element in () if part is None else part:
            if element.tag == f"{_W}abstractNum":
                key = element.get(f"{_W}abstractNumId", "")
                self._abstract[key] = {
                    int(level.get(f"{_W}ilvl")): (_value(level, "numFmt"), _value(level, "lvlText"))
                    for level in element.iter(f"{_W}lvl")
                    if level.get(f"{_W}ilvl", "").isdecimal()
                }
            elif element.tag == f"{_W}num":
                self._lists[element.get(f"{_W}numId", "")] = _value(element, "abstractNumId")

    def next(self, number: str, depth: int) -> str:
        """Return the mark of the next item: ``-`` for bullets, else as the list has it: ``2.``, ``제2조``, ``1.1``.

        Args:
            number: The id of the list.
            depth: How deep the item lies, from 0.
        """
        key = self._lists.get(number, number)
        levels = self._abstract.get(key, {})
        form, pattern = levels.get(depth, ("decimal", f"%{depth + 1}."))
        counts = self._counts.setdefault(key, [0] * 9)
        counts[depth] += 1
        counts[depth + 1 :] = [0] * (8 - depth)
        if form in {"bullet", "none", ""} or not _PLACE.search(pattern):
            return "-"

        def written(place: re.Match[str]) -> str:
            level = int(place[1]) - 1
            return _written(counts[level], levels.get(level, ("decimal", ""))[0])

        return _PLACE.sub(written, pattern)


def _written(count: int, form: str) -> str:
    """Return a number as a list writes it.

    Example:
        >>> _written(3, "lowerLetter"), _written(2, "ganada"), _written(4, "upperRoman"), _written(12, "decimal")
        ('c', '나', 'IV', '12')
    """
    if form in {"lowerLetter", "upperLetter"} and 1 <= count <= 26:
        return chr((97 if form == "lowerLetter" else 65) + count - 1)
    if form == "ganada" and 1 <= count <= len(_SYLLABLES):
        return _SYLLABLES[count - 1]
    if form in {"lowerRoman", "upperRoman"} and 1 <= count < 40:
        tens, ones = divmod(count, 10)
        roman = "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
        return roman if form == "upperRoman" else roman.lower()
    return str(count)


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    value: str = "" if found is None else found.get(f"{_W}val", "")
    return value
