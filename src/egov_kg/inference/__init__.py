"""What follows from the asserted facts, and why."""

from __future__ import annotations

from egov_kg.inference.closure import Closure, Reasoner, entail, write_steps
from egov_kg.inference.consistency import Inconsistency
from egov_kg.inference.prover import Step
from egov_kg.inference.steps import Proof, Steps, read_steps
from egov_kg.inference.words import rule_in_words

__all__ = [
    "Closure",
    "Inconsistency",
    "Proof",
    "Reasoner",
    "Step",
    "Steps",
    "entail",
    "read_steps",
    "rule_in_words",
    "write_steps",
]
