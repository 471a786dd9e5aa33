"""What the comment of a mapping tells, taken apart: bits, veto, band, why it waits, what a person noted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from egov_kg.linking.sssom import MappingRow, parts_of, plain_text

__all__ = ["Told", "noted", "reopened", "told"]

_NOTE: Final = "note: "
_PRIOR: Final = "prior"


@dataclass(frozen=True, slots=True)
class Told:
    """A comment.

    Attributes:
        parts: Bits by feature, in the order of the comment; the prior is not among them.
        prior: Bits before anything was compared; None if nobody compared.
        veto: What contradicts, or empty.
        band: ``accept``, ``review``, ``veto``, or empty if no run proposed it.
        reasons: Why a run did not accept it, or empty.
        note: What the person who decided wrote, or empty.
    """

    parts: tuple[tuple[str, float], ...] = ()
    prior: float | None = None
    veto: str = ""
    band: str = ""
    reasons: str = ""
    note: str = ""

    @property
    def bits(self) -> float | None:
        """The sum; None if nobody compared."""
        return None if self.prior is None else round(self.prior + sum(bits for _, bits in self.parts), 1)


def told(row: MappingRow) -> Told:
    """Return what the comment of a mapping tells.

    Example:
        >>> row = MappingRow("s", "skos:exactMatch", "o", comment="name=+9.5; prior=-10.8; veto=none; band=review; "
        ...     "why=only name agrees; note: see the gazette")
        >>> told(row).bits, told(row).band, told(row).reasons, told(row).note
        (-1.3, 'review', 'only name agrees', 'see the gazette')
    """
    bits = parts_of(row.comment)
    found = dict(part.partition("=")[::2] for part in row.comment.split("; ") if not part.startswith(_NOTE))
    notes = [part.removeprefix(_NOTE) for part in row.comment.split("; ") if part.startswith(_NOTE)]
    veto = found.get("veto", "")
    return Told(
        parts=tuple((name, value) for name, value in bits.items() if name != _PRIOR),
        prior=bits.get(_PRIOR),
        veto="" if veto == "none" else veto,
        band=row.band,
        reasons=found.get("why", ""),
        note=" ".join(notes),
    )


def noted(comment: str, note: str) -> str:
    """Return a comment with a note of a person at its end, in place of an earlier one.

    Example:
        >>> noted("band=review; note: old", "see; there")
        'band=review; note: see, there'
        >>> noted("band=review; note: old", "")
        'band=review'
    """
    parts = [part for part in comment.split("; ") if part and not part.startswith(_NOTE)]
    text = plain_text(note).replace(";", ",")
    return "; ".join([*parts, f"{_NOTE}{text}"] if text else parts)


def reopened(row: MappingRow, why: Iterable[str]) -> MappingRow:
    """Return a mapping that a run had accepted as one that waits for a person, with the reason."""
    parts = [part for part in row.comment.split("; ") if not part.startswith(("band=", "why="))]
    reasons = ", ".join(why).replace(";", ",")
    return replace(row, comment="; ".join([*parts, "band=review", f"why={reasons}"]))
