"""What follows from the asserted facts, and why.

Names are imported when they are first used: whoever reads terms alone does not load the reasoner.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from egov_kg.inference.compiling import compile_ontology
    from egov_kg.inference.entailment import Closure, entail
    from egov_kg.inference.expanding import expand
    from egov_kg.inference.findings import Finding
    from egov_kg.inference.proof import LastStep, Proof
    from egov_kg.inference.reading import read_table
    from egov_kg.inference.words import rule_in_words

__all__ = [
    "Closure",
    "Finding",
    "LastStep",
    "Proof",
    "compile_ontology",
    "entail",
    "expand",
    "read_table",
    "rule_in_words",
]

_HOMES: Final = {
    "Closure": "entailment",
    "Finding": "findings",
    "LastStep": "proof",
    "Proof": "proof",
    "compile_ontology": "compiling",
    "entail": "entailment",
    "expand": "expanding",
    "read_table": "reading",
    "rule_in_words": "words",
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
