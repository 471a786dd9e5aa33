"""How much of what a careful reader takes from documents the extractor finds, and what it finds that is not there."""

from egov_kg.evaluation.floors import below, floors, verdict
from egov_kg.evaluation.gold import Gold, GoldFact, Negative, read_gold
from egov_kg.evaluation.predictions import Passage, Prediction, from_extractions, from_table
from egov_kg.evaluation.relations import Relations, read_relations
from egov_kg.evaluation.releases import from_release
from egov_kg.evaluation.report import Table, as_data, tables, wrong_lines
from egov_kg.evaluation.running import Run, evaluate
from egov_kg.evaluation.scoring import LEVELS, Evaluation, Score, score

__all__ = [
    "LEVELS",
    "Evaluation",
    "Gold",
    "GoldFact",
    "Negative",
    "Passage",
    "Prediction",
    "Relations",
    "Run",
    "Score",
    "Table",
    "as_data",
    "below",
    "evaluate",
    "floors",
    "from_extractions",
    "from_release",
    "from_table",
    "read_gold",
    "read_relations",
    "score",
    "tables",
    "verdict",
    "wrong_lines",
]
