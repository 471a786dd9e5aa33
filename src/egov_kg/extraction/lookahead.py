"""What stands further on in a clause: whether a list, a new clause or another verb follows."""

from __future__ import annotations

from collections.abc import Sequence

from egov_kg.extraction.chunks import Chunk

__all__ = ["end_of_purpose", "finite_later", "has_own_subject", "is_list", "opens_clause", "takes_object"]


def is_list(chunks: Sequence[Chunk], n: int) -> bool:
    """Whether an "and" follows that makes commas those of a list."""
    for chunk in chunks[n + 1 : n + 8]:
        if chunk.kind == "C":
            return True
        if chunk.kind not in ("N", "K", "T"):
            return False
    return False


def opens_clause(chunks: Sequence[Chunk], n: int) -> bool:
    """Whether a phrase after a joint is the subject of a verb to come."""
    for chunk in chunks[n + 1 : n + 12]:
        if chunk.kind == "V":
            return chunk.form == "finite"
        if chunk.kind in ("K", "C", "R", "S", "X"):
            return chunk.kind == "K" and _verb_after_aside(chunks, n)
    return False


def has_own_subject(chunks: Sequence[Chunk], n: int) -> bool:
    """Whether the relative clause that begins at a chunk brings a subject: "that the ministry opened"."""
    if n + 2 >= len(chunks) or chunks[n + 1].kind != "N":
        return False
    k = n + 2
    while k + 1 < len(chunks) and chunks[k].kind == "P" and chunks[k + 1].kind == "N" and k < n + 6:
        k += 2
    return k < len(chunks) and chunks[k].kind == "V" and chunks[k].form in ("finite", "participle")


def _verb_after_aside(chunks: Sequence[Chunk], n: int) -> bool:
    """Whether "X, an agency of Y, manages" follows: a finite verb directly behind a second comma."""
    commas = 0
    for chunk in chunks[n + 1 : n + 14]:
        if chunk.kind == "K":
            commas += 1
        elif chunk.kind == "V" and chunk.form == "finite" and commas >= 2:
            return True
        elif chunk.kind in ("S", "X") or commas > 2:
            return False
    return False


def takes_object(chunks: Sequence[Chunk], n: int) -> bool:
    """Whether a noun phrase stands directly behind."""
    return n + 1 < len(chunks) and chunks[n + 1].kind == "N"


def finite_later(chunks: Sequence[Chunk], n: int) -> bool:
    """Whether a finite verb is still to come."""
    return any(c.kind == "V" and c.form == "finite" for c in chunks[n + 1 :])


def end_of_purpose(chunks: Sequence[Chunk], n: int, stop: int) -> int:
    """Return where the words of purpose end that begin at a chunk: an item, at most `stop`."""
    inside = False
    for c in chunks[n + 1 :]:
        inside = inside or (c.kind == "S" and c.text == "that")
        if c.kind in ("X", "R") or (c.kind == "V" and c.form in ("finite", "participle") and not inside):
            return c.first
    return stop
