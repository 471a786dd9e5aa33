"""Names in a Korean sentence, of all kinds: surest first, none inside another."""

from __future__ import annotations

from collections.abc import Iterable

from egov_kg.extraction.gazetteer import Hit
from egov_kg.extraction.korean.after_names import finished, outside_brackets, with_pronouns
from egov_kg.extraction.korean.headed_names import find_headed
from egov_kg.extraction.korean.known_names import (
    find_bodies_meant,
    find_governments,
    find_known,
    find_levels,
    find_short_names,
)
from egov_kg.extraction.korean.law_titles import find_law_titles
from egov_kg.extraction.korean.marked_names import find_coined, find_latin, find_opener, find_quoted
from egov_kg.extraction.korean.person_names import (
    find_administrations,
    find_countries,
    find_offices,
    find_persons,
)
from egov_kg.extraction.korean.sheet import Found, Sheet
from egov_kg.extraction.korean.words import Words
from egov_kg.extraction.times import TimeMention

__all__ = ["find_mentions"]

_BEFORE_HEADS = ("agency", "committee", "administration", "person", "law", "order")
"""What is known of these kinds goes before names by their telling noun; the rest of what is known goes last."""


def find_mentions(text: str, words: Words, hits: Iterable[Hit], times: Iterable[TimeMention]) -> tuple[Found, ...]:
    """Return the names in a sentence, none inside another, in order.

    Args:
        text: The sentence.
        words: The word tables.
        hits: The known names in it, those that may be meant.
        times: The expressions of time in it; nothing inside one belongs to a name.
    """
    sheet = Sheet(text, words, tuple(hits), tuple(times))
    find_quoted(sheet)
    find_opener(sheet)
    find_offices(sheet)
    find_law_titles(sheet)
    find_administrations(sheet)
    find_persons(sheet)
    find_countries(sheet)
    find_known(sheet, _BEFORE_HEADS)
    find_headed(sheet)
    find_coined(sheet)
    find_bodies_meant(sheet)
    find_governments(sheet)
    find_short_names(sheet)
    find_levels(sheet)
    find_known(sheet, ())
    find_latin(sheet)
    sheet.found.sort(key=lambda f: f.start)
    return with_pronouns(text, tuple(outside_brackets([finished(sheet, f) for f in sheet.found])))
