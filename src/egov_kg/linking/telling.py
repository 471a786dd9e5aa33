"""The comments of mappings, written: notes of people, and why a row waits again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from egov_kg.linking.comments import NOTE, Told, read_comment
from egov_kg.linking.sssom import MappingRow, plain_text

__all__ = ["Told", "noted", "reopened", "told"]


def told(row: MappingRow) -> Told:
    """Return what the comment of a mapping tells."""
    return read_comment(row.comment)


def noted(comment: str, note: str) -> str:
    """Return a comment with a note of a person at its end, in place of an earlier one.

    Example:
        >>> noted("band=review; note: old", "see; there")
        'band=review; note: see, there'
        >>> noted("band=review; note: old", "")
        'band=review'
    """
    parts = [part for part in comment.split("; ") if part and not part.startswith(NOTE)]
    text = plain_text(note).replace(";", ",")
    return "; ".join([*parts, f"{NOTE}{text}"] if text else parts)


def reopened(row: MappingRow, why: Iterable[str]) -> MappingRow:
    """Return a mapping that a run had accepted as one that waits for a person, with the reason."""
    parts = [part for part in row.comment.split("; ") if not part.startswith(("band=", "why="))]
    reasons = ", ".join(why).replace(";", ",")
    return replace(row, comment="; ".join([*parts, "band=review", f"why={reasons}"]))
