"""Inference over RDF files of the user by owlrl alone: the slow second opinion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from egov_kg.errors import UsageError
from egov_kg.inference.plan import SchemaTriple
from egov_kg.inference.reference import derived_by_owlrl
from egov_kg.inference.terms import Table, encode
from egov_kg.inference.writing import sorted_triples

__all__ = ["check_options", "infer_by_owlrl"]


def check_options(*, engine: str, merges: Sequence[str], memory: int | None) -> None:
    """Refuse what owlrl cannot do.

    Raises:
        UsageError: If something of it is wished for.
    """
    asked = {f"--engine {engine}": engine != "numpy", "--merge-same-as": merges, "--memory": memory is not None}
    if refused := [option for option, is_asked in asked.items() if is_asked]:
        raise UsageError(f"owlrl knows no {' and no '.join(refused)}; leave it out, or take --reasoner own")


def infer_by_owlrl(given: Table, axioms: Sequence[SchemaTriple], *, lean: bool) -> tuple[Table, Mapping[str, Any]]:
    """Return what owlrl derives, and a report: ``errors`` as it words them, ``generalised`` triples it has besides.

    Args:
        given: Facts and axioms; their dictionary takes the terms.
        axioms: Further axioms.
        lean: Whether only what a lean closure shows is wanted.

    Raises:
        UsageError: If it ends in an exception of its own.
    """
    lines = "".join(f"{' '.join(triple)} .\n" for triple in axioms)
    further = [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]
    found = derived_by_owlrl([*sorted_triples(given), *further], lean=lean)
    report = {"errors": list(found.errors), "generalised": found.generalised}
    return encode(found.triples, given.dictionary), report
