"""Which blocks are read: the rules know English and Korean, and are not let loose on other languages."""

from __future__ import annotations

from typing import Final

from egov_kg.model import Block, Document

__all__ = ["is_foreign"]

_READ: Final = frozenset({"en", "ko", "und"})
_OF_ANY_LANGUAGE: Final = frozenset({"field", "heading", "table", "record", "cell"})


def is_foreign(block: Block, document: Document) -> bool:
    """Return whether a block is in a language that no rule knows.

    A paragraph is if its own words say so. A row, an item or a note may be a foreign title in an English list, and is
    read unless most of the document is foreign.
    """
    if block.lang in _READ or block.kind in _OF_ANY_LANGUAGE:
        return False
    return block.kind == "paragraph" or document.metadata.get("lang", "und") not in _READ
