"""Proofs over a store: what follows from its facts is found anew, and each leaf says who states it, in which words.

The store of a release holds what the reasoner was given: the ontology, what documents state and what registers tell.
Inference over it takes less than a tenth of a second, once for a release; derivations are not stored.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import entail
from egov_kg.inference.proof import Proof, Triple
from egov_kg.inference.proofs import Prover
from egov_kg.sparql.description import EvidenceView, Reader

__all__ = ["StoreProver"]

_FACTS: Final = ("document/", "background/")


class StoreProver:
    """Explains the triples of a release, from the quads of its store.

    Attributes:
        given: The facts that the reasoner took, as texts of N-Triples terms, and the links that were accepted.
        schema: The triples of the ontology.

    Args:
        store: The store.
        base: The base of the deployment.
    """

    def __init__(self, store: ox.Store, base: str = iri.BASE) -> None:
        self._reader = Reader(store, None, base)
        self._graphs = iri.graph_iri("", base)
        ontology = [quad.triple for quad in store.quads_for_pattern(None, None, None, self._reader.ontology)]
        facts: list[ox.Triple] = []
        linked: list[ox.Triple] = []
        for graph in store.named_graphs():
            name = graph.value.removeprefix(self._graphs)
            if name.startswith(_FACTS):
                facts += (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
            elif name.startswith("links") and not iri.is_proposal(graph.value, base):
                linked += (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
        closure = entail(facts, compile_ontology(ontology), namespace=base)
        self.schema: Collection[Triple] = frozenset(map(_texts, ontology))
        self.given: Collection[Triple] = frozenset(map(_texts, [*facts, *linked]))
        self._prover = Prover(closure.plan, closure.facts, self.given | self.schema, origins=self._origin)

    def explain(self, triple: ox.Triple, *, all_steps: bool = False) -> Proof:
        """Return the proof of a triple, down to given triples with their graphs, documents and words.

        Args:
            triple: The triple, without blank nodes.
            all_steps: Whether to list all its one-step derivations.

        Raises:
            NotEntailed: If the release does not hold it.
        """
        return self._prover.explain(_texts(triple), all_steps=all_steps)

    def _origin(self, triple: Triple) -> dict[str, Any]:
        """Return which graphs hold a triple, and who states it: statements with document, words and place."""
        line = f"{' '.join(triple)} ."
        quad = next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES)))
        subject, predicate, thing = quad.subject, quad.predicate, quad.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(thing, ox.NamedNode | ox.Literal):
            return {"graphs": [self._reader.ontology.value]}
        graphs = [g for g in self._reader.graphs_of(subject, predicate, thing) if g != self._reader.entailed.value]
        found = [self._reader.evidence_of(one) for one in self._reader.statements(subject, predicate, thing)]
        told: dict[str, Any] = {"graphs": graphs}
        if statements := [statement for view in found for statement in _statements(view)]:
            told["statements"] = statements
        return told


def _statements(view: EvidenceView) -> list[dict[str, Any]]:
    """Return a statement once for each of its quotations; without any, its source."""
    one = {
        "id": view["statement"],
        "document": view["document"]["iri"] if view["document"] is not None else None,
        "source": view["source"]["iri"] if view["source"] is not None else None,
        "rule": view["rule"],
        "certainty": view["certainty"],
    }
    known = {key: value for key, value in one.items() if value}
    return [{**known, **quote} for quote in view["quotes"]] or [known]


def _texts(triple: ox.Triple) -> Triple:
    return str(triple.subject), str(triple.predicate), str(triple.object)
