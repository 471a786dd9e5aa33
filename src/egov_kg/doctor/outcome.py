"""What a check of `egov-kg doctor` found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Check"]


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of a check.

    Attributes:
        name: What was looked at.
        status: ``ok``, ``warn`` (works, but look at it) or ``fail``.
        found: What was found.
        remedy: What to do; empty if all is well.
    """

    name: str
    status: Literal["ok", "warn", "fail"]
    found: str
    remedy: str = ""
