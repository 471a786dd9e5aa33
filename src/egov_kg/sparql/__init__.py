"""Questions to a release: guarded, run in processes that can be ended, answered in the standard formats.

Names are imported when they are first used: the process that faces the network must not load the engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from egov_kg.sparql.engine import Answer, Engine, Request
from egov_kg.sparql.forking import processes_of
from egov_kg.sparql.formats import GRAPH, TABLE, Format
from egov_kg.sparql.limits import Limits
from egov_kg.sparql.named import Column, NamedQuery, Parameter, named_queries
from egov_kg.sparql.pool import Pool
from egov_kg.sparql.runs import Running

if TYPE_CHECKING:
    from egov_kg.sparql.evaluation import Outcome, evaluate
    from egov_kg.sparql.preparing import preparer

__all__ = [
    "GRAPH",
    "TABLE",
    "Answer",
    "Column",
    "Engine",
    "Format",
    "Limits",
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

_HOMES: Final = {"Outcome": "evaluation", "evaluate": "evaluation", "preparer": "preparing"}


def __getattr__(name: str) -> object:
    """Import what needs the engine when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
