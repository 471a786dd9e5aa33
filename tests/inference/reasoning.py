"""The reasoner as tests ask it: triples in, facts and axioms mixed; everything that holds out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pyoxigraph import Triple

from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import Closure, entail

__all__ = ["close", "closed", "findings"]


def close(
    triples: Iterable[Triple], closure: Literal["lean", "full"], same_as: Literal["representative", "expand"] = "expand"
) -> Closure:
    """Return the closure of some triples under the axioms among them."""
    given = list(triples)
    return entail(given, compile_ontology(given), closure=closure, same_as=same_as)


def closed(triples: Sequence[Triple], closure: Literal["lean", "full"] = "full") -> set[Triple]:
    """Return what was given and what follows, equality expanded."""
    return {*triples, *close(triples, closure).entailed()}


def findings(triples: Iterable[Triple]) -> list[Any]:
    """Return the inconsistencies of some triples."""
    return list(close(triples, "lean", "representative").check())
