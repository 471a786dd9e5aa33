"""What a person decides about facts: a table to edit, and decisions that are kept and win over later runs.

Names are imported when they are first used: the server reads tables without what reads documents.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from egov_kg.review.applying import Outcome, Stale, apply_decisions
    from egov_kg.review.decisions import Decision, read_decisions
    from egov_kg.review.identity import fact_id
    from egov_kg.review.rows import review_rows
    from egov_kg.review.table import COLUMNS, read_table, table_text

__all__ = [
    "COLUMNS",
    "Decision",
    "Outcome",
    "Stale",
    "apply_decisions",
    "fact_id",
    "read_decisions",
    "read_table",
    "review_rows",
    "table_text",
]

_HOMES: Final = {
    "COLUMNS": "table",
    "Decision": "decisions",
    "Outcome": "applying",
    "Stale": "applying",
    "apply_decisions": "applying",
    "fact_id": "identity",
    "read_decisions": "decisions",
    "read_table": "table",
    "review_rows": "rows",
    "table_text": "table",
}


def __getattr__(name: str) -> object:
    """Import a name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
