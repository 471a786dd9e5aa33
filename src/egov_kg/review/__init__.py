"""What a person decides about facts: a table to edit, and decisions that are kept and win over later runs."""

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
