"""The word lists below ``data/linking``, read once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from egov_kg import assets
from egov_kg.errors import DataFileError

__all__ = ["number_words", "ordinals", "rows", "surnames"]


def rows(name: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a word list.

    Raises:
        DataFileError: If a row has other columns.
    """
    path = assets.data("linking") / name
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or tuple(lines[0].split("\t")) != columns:
        raise DataFileError(path, 1, f"expected the columns {', '.join(columns)}, parted by tabs")
    for number, line in enumerate(lines[1:], 2):
        cells = tuple(line.split("\t"))
        if len(cells) != len(columns):
            raise DataFileError(path, number, f"{len(cells)} cells, expected {len(columns)}")
        yield cells


@cache
def ordinals() -> dict[str, int]:
    """Return the number that each word means: ``{"second": 2, "ii": 2}``."""
    return {word: int(value) for word, value in rows("ordinals.tsv", ("word", "value"))}


@cache
def number_words() -> tuple[str, ...]:
    """Return the words that stand around the number of an act and say nothing: ``("act", "law", "no", ...)``."""
    return tuple(word for _, word in rows("numbers.tsv", ("lang", "word")))


@cache
def surnames() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return Korean family names: from Hangul to the official spelling, and from each spelling to the official ones."""
    official: dict[str, str] = {}
    spelled: dict[str, list[str]] = {}
    for surname, spellings in rows("surnames.tsv", ("surname", "spellings")):
        words = spellings.split()
        official[surname] = words[0]
        for word in words:
            spelled.setdefault(word, []).append(words[0])
    return official, {word: tuple(dict.fromkeys(found)) for word, found in spelled.items()}
