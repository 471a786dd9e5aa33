"""Comments of mappings, taken apart: bits, veto, band, why a row waits, what a person noted. Texts in, texts out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["NOTE", "Told", "parts_of", "read_comment"]

NOTE: Final = "note: "
_PRIOR: Final = "prior"
_BITS: Final = re.compile(r"([a-z]+)=([+-]\d+(?:\.\d+)?)")
_BANDS: Final = frozenset({"accept", "review", "veto"})


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


def parts_of(comment: str) -> dict[str, float]:
    """Return the bits by feature that a comment tells.

    Example:
        >>> parts_of("name=+12.3; date=+4.6; kind=-6.1; prior=-10.8; veto=none; band=accept")
        {'name': 12.3, 'date': 4.6, 'kind': -6.1, 'prior': -10.8}
    """
    told = (_BITS.fullmatch(part) for part in comment.split("; "))
    return {found[1]: float(found[2]) for found in told if found}


def read_comment(comment: str) -> Told:
    """Return what a comment tells.

    Example:
        >>> found = read_comment("name=+9.5; prior=-10.8; veto=none; band=review; why=only name agrees; note: see p. 3")
        >>> found.bits, found.band, found.veto, found.reasons, found.note
        (-1.3, 'review', '', 'only name agrees', 'see p. 3')
    """
    bits = parts_of(comment)
    parts = comment.split("; ")
    found = dict(part.partition("=")[::2] for part in parts if not part.startswith(NOTE))
    veto, band = found.get("veto", ""), found.get("band", "")
    return Told(
        parts=tuple((name, value) for name, value in bits.items() if name != _PRIOR),
        prior=bits.get(_PRIOR),
        veto="" if veto == "none" else veto,
        band=band if band in _BANDS else "",
        reasons=found.get("why", ""),
        note=" ".join(part.removeprefix(NOTE) for part in parts if part.startswith(NOTE)),
    )
