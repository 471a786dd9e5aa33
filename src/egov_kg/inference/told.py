"""A contradiction as data: rule, axiom and facts, with the proof down to what was given and who states it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from egov_kg.inference.findings import Finding
from egov_kg.inference.proof import Proof, axiom_text
from egov_kg.inference.proofs import Prover

__all__ = ["told"]


def told(
    finding: Finding, prover: Prover, with_origins: Callable[[Proof], Proof] = lambda proof: proof
) -> dict[str, Any]:
    """Return a finding as JSON: ``rule``, ``axiom`` as Turtle, ``triples``, ``proofs`` and ``statements``.

    A literal that its own datatype excludes needs no step: its proof is that the triple was given.

    Args:
        finding: The contradiction.
        prover: Of the closure in which it was found.
        with_origins: Tells who states the leaves of a proof, where the prover does not.
    """
    ill_typed = finding.rule == "dt-not-type" and not finding.triples[0][0].startswith('"')
    proof = prover.explain(finding.triples[0]) if ill_typed else prover.contradiction(finding)
    proof = with_origins(proof)
    leaves = [node.asserted for node in proof.nodes.values() if node.asserted is not None]
    return {
        "rule": finding.rule,
        "axiom": axiom_text(finding.axiom, proof.members),
        "triples": [list(triple) for triple in finding.triples],
        "proofs": [proof.as_json()],
        "statements": [statement for leaf in leaves for statement in leaf.get("statements", ())],
    }
