"""Questions to a release: guarded, run in processes that can be ended, answered in the standard formats."""

from __future__ import annotations

from egov_kg.sparql.engine import Answer, Engine, Request
from egov_kg.sparql.evaluation import Outcome, evaluate
from egov_kg.sparql.formats import GRAPH, TABLE, Format
from egov_kg.sparql.named import Column, NamedQuery, Parameter, named_queries, preparer
from egov_kg.sparql.pool import Pool, Running, processes_of

__all__ = [
    "GRAPH",
    "TABLE",
    "Answer",
    "Column",
    "Engine",
    "Format",
    "NamedQuery",
    "Outcome",
    "Parameter",
    "Pool",
    "Request",
    "Running",
    "evaluate",
    "named_queries",
    "preparer",
    "processes_of",
]
