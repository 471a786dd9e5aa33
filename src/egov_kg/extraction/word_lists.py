"""Lists of words that mark a place of a cell or of an entry; they stand in the data files, with examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg.errors import DataFileError
from egov_kg.extraction.lexicon import read_toml

__all__ = ["WordList", "read_word_lists"]

_KEYS: Final = frozenset({"id", "words", "place", "examples", "counters"})
# Where the words stand; {words} is any of them. "before" is for what is said close before the end of a text.
_PLACES: Final[Mapping[str, str]] = {
    "whole": r"\s*{words}\s*\Z",
    "inside": r".*?{words}",
    "start": r"\s*{words}",
    "end": r".*?\s{words}\s*\Z",
    "before": r".*?{words}(?:\s\w+){{0,3}}\s?\Z",
}


@dataclass(frozen=True, slots=True)
class WordList:
    """Words that mark a place of a text.

    Attributes:
        id: Its id.
        pattern: What matches a text that has one of the words in that place; the group ``words`` is it.
        examples: Texts that have one.
        counters: Texts that have none.
    """

    id: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counters: tuple[str, ...]

    def find(self, text: str) -> int:
        """Return where the words begin in a text, or -1."""
        match = self.pattern.match(text)
        return match.start("words") if match else -1

    def marks(self, text: str) -> bool:
        """Return whether a text has one of the words in that place."""
        return self.pattern.match(text) is not None


def read_word_lists(path: Path, needed: Sequence[str]) -> Mapping[str, WordList]:
    """Return the lists of the tables ``[[words]]`` of a file, by id.

    Args:
        path: The file.
        needed: The ids that must be there, and no others.

    Raises:
        DataFileError: If one is missing or unknown, names no known place, or lacks words, examples or counters.
    """
    found: dict[str, WordList] = {}
    for raw in read_toml(path).get("words", []):
        name = str(raw.get("id", "a [[words]] without id"))
        if unknown := sorted(set(raw) - _KEYS):
            raise DataFileError(path, 0, f"{name}: unknown keys {', '.join(unknown)}")
        if name not in needed or name in found:
            raise DataFileError(path, 0, f"{name}: is no list of this file, or stands twice")
        if raw.get("place") not in _PLACES:
            raise DataFileError(path, 0, f"{name}: the place is one of {', '.join(sorted(_PLACES))}")
        if not (raw.get("words") and raw.get("examples") and raw.get("counters")):
            raise DataFileError(path, 0, f"{name}: needs words, examples and counters")
        pattern = re.compile(_PLACES[raw["place"]].format(words=_any_of(raw["words"])), re.IGNORECASE | re.DOTALL)
        found[name] = WordList(name, pattern, tuple(raw["examples"]), tuple(raw["counters"]))
    if missing := sorted(set(needed) - set(found)):
        raise DataFileError(path, 0, f"lacks the words of {', '.join(missing)}")
    return found


def _any_of(words: Sequence[str]) -> str:
    """Return the pattern of any of some words, the longest first; a star stands for whatever follows."""
    return f"(?P<words>{'|'.join(_word(word) for word in sorted(words, key=lambda w: (-len(w), w)))})"


def _word(word: str) -> str:
    body = re.escape(word).replace(r"\ ", r"\s").replace(r"\*", ".*")
    if not word.isascii():
        return body
    return rf"{chr(92) + 'b' if word[0].isalnum() else ''}{body}{chr(92) + 'b' if word[-1].isalnum() else ''}"
