"""The dateline of a piece of news: place and day before its first sentence, which belong to the text and not to it."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.extraction.draft import Draft
from egov_kg.extraction.times import MONTH, find_times
from egov_kg.model import Block, Value, View

__all__ = ["without_dateline"]

# "Nuuk, 3 May 2019 - The ministry", "NUUK (3 May 2019) – ", "Nuuk, Nov 30: The ministry"; the year may be left out
_DATELINE = re.compile(
    r"\s*[A-Z][\w.’' -]{1,30}(?:,\s[A-Z][\w.’' ]{1,20})?,?\s\(?"
    rf"(?P<date>\d{{1,2}}(?:st|nd|rd|th)?\s{MONTH}(?:,?\s(?:19|20)\d\d)?|{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s(?:19|20)\d\d)?)\)?"
    r"\s?(?:\([A-Z][\w .]{1,30}\)\s?)?(?:[:\u2010-\u2015-]{1,2})\s+(?=[\"\u201c'\u2018]?[A-Z])"
)
EARLY: Final = 8
"""Among so many blocks from the first on, a dateline may stand."""


def without_dateline(draft: Draft, block: Block, place: int) -> Block:
    """Return a paragraph without its dateline; the day, if it has a year, is that of the document.

    Args:
        draft: Where the day goes.
        block: A paragraph.
        place: Its number among the blocks that are no chrome, from 0 on.
    """
    match = _DATELINE.match(block.view.text) if place < EARLY else None
    if match is None:
        return block
    times = find_times(match["date"])
    if times and not any(f.property == "dcterms:issued" and f.subject.id == draft.work.id for f in draft.facts):
        spans = draft.spans(block, *match.span("date"))
        draft.emit(draft.work, "dcterms:issued", Value(times[0].value.edtf, "xsd:date"), spans, "dateline.issued.1")
    view = View(block.view.text[match.end() :], block.view.offsets[match.end() :])
    return Block(block.kind, view.offsets[0], block.end, block.parent, block.lang, view, dict(block.attributes))
