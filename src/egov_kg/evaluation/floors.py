"""Floors below which an evaluation has failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from egov_kg.errors import UsageError
from egov_kg.evaluation.scoring import LEVELS, Evaluation

__all__ = ["below", "floors", "verdict"]


def floors(words: Iterable[str]) -> dict[str, float]:
    """Return the least F1 by level.

    Raises:
        UsageError: If a word is no level with a share.

    Example:
        >>> floors(["triple=0.6", "entity=0.8"])
        {'triple': 0.6, 'entity': 0.8}
    """
    found = {}
    for word in words:
        level, _, share = word.partition("=")
        try:
            found[level] = float(share)
        except ValueError:
            found[level] = -1.0
        if level not in LEVELS or not 0 <= found[level] <= 1:
            raise UsageError(f"{word!r} is no floor; expected one of {', '.join(LEVELS)} with an F1, as in triple=0.6")
    return found


def below(outcome: Evaluation, wanted: Mapping[str, float]) -> list[str]:
    """Return, as clauses, the levels whose F1 is below what is wanted."""
    return [
        f"{level} F1 {outcome.levels[level].f1:.3f} is below {least:g}"
        for level, least in wanted.items()
        if outcome.levels[level].f1 < least
    ]


def verdict(failed: list[str], hits: int) -> tuple[int, str]:
    """Return how many findings there are, and the words that follow the number."""
    if not hits:
        return len(failed), f"{'floors' if len(failed) > 1 else 'floor'} missed: {'; '.join(failed)}"
    what = f"{'facts' if hits > 1 else 'fact'} found that the gold knows to be wrong"
    return hits, "; ".join([what, *failed])
