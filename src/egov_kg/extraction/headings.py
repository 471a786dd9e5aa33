"""Headings in capitals, as their words would stand in a text."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.model import Block, View

__all__ = ["in_small_letters"]

_SMALL: Final = frozenset(["OF", "ON", "THE", "AND", "FOR", "TO", "IN", "BY", "WITH"])


def in_small_letters(block: Block) -> Block:
    """Return a heading in capitals as it would stand in a text: "LAW 1341 OF 2009" as "Law 1341 of 2009".

    One in any other letters is returned as it is. Each character keeps its place in the document.
    """
    text = block.view.text
    if not text.isupper() or not text.isascii():
        return block
    words = re.sub(r"[A-Z]{2,}", lambda m: m[0].lower() if m[0] in _SMALL else m[0].capitalize(), text)
    view = View(words, block.view.offsets)
    return Block(block.kind, block.start, block.end, block.parent, block.lang, view, block.attributes)
