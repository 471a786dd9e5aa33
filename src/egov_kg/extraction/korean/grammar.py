"""The Korean grammar of a data folder: word tables and rules together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from egov_kg.extraction.korean.frames import read_frames
from egov_kg.extraction.korean.reader import Grammar
from egov_kg.extraction.korean.words import read_words
from egov_kg.extraction.lexicon import Country

__all__ = ["read_grammar"]


def read_grammar(rules: Path, countries: Iterable[Country]) -> Grammar:
    """Return the Korean word tables and rules below a rules folder.

    Args:
        rules: The folder that holds ``ko``.
        countries: The countries, with their Korean names.

    Raises:
        DataFileError: If a table or a rule is wrong; with the file.
    """
    return Grammar(read_words(rules, countries), read_frames(rules))
