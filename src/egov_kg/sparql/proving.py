"""Proofs over a store: what follows from its facts is found anew, and each leaf says who states it, in which words.

The store of a release holds what the reasoner was given: the ontology, what documents state and what registers tell.
Inference over it takes less than a tenth of a second, once for a release; derivations are not stored.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import EgovKGError, NotEntailed
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import entail
from egov_kg.inference.proof import LastStep, Node, Proof, Triple
from egov_kg.inference.proofs import Prover
from egov_kg.inference.told import told
from egov_kg.sparql.description import EvidenceView, Reader, nodes_of, term_of
from egov_kg.store.manifest import MANIFEST, Manifest

__all__ = ["StoreProver", "prepare", "prover_of"]

_FACTS: Final = ("document/", "background/")
_KEPT: Final = 50_000
"""So many last steps are kept: pages ask for the same ones again and again."""


@functools.lru_cache(maxsize=2)
def prover_of(store: ox.Store, base: str) -> StoreProver:
    """Return what explains the triples of a store; it is made once."""
    return StoreProver(store, base)


def prepare(store: ox.Store, folder: Path) -> None:
    """Make what explains the triples of a release, for all copies of this process.

    Where that fails it fails again for whoever asks for a proof, and tells them why.
    """
    manifest = folder / MANIFEST
    if manifest.is_file():
        with contextlib.suppress(EgovKGError, MemoryError):
            prover_of(store, Manifest.from_bytes(manifest.read_bytes(), manifest).base)


class StoreProver:
    """Explains the triples of a release, from the quads of its store.

    Args:
        store: The store.
        base: The base of the deployment.

    Raises:
        RefusedAxiom: If an axiom of the ontology would collapse the language itself.
    """

    def __init__(self, store: ox.Store, base: str = iri.BASE) -> None:
        self._reader = Reader(store, None, base)
        self._root = iri.graph_iri("", base)
        graphs = [graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
        known = [graph for graph in graphs if not iri.is_proposal(graph.value, base)]
        facts = [graph for graph in known if graph.value.removeprefix(self._root).startswith(_FACTS)]
        plan = compile_ontology(_triples(store, [self._reader.ontology]))
        closure = entail(_triples(store, facts), plan, namespace=base)
        self._prover = Prover(closure.plan, closure.facts, _Given(self._reader, self._root))
        self._check = closure.check
        self._last_step = functools.lru_cache(maxsize=_KEPT)(self._prover.last_step)

    def explain(self, triple: ox.Triple, *, all_steps: bool = False) -> Proof:
        """Return the proof of a triple, down to given triples with their graphs, documents and words.

        Args:
            triple: The triple, without blank nodes.
            all_steps: Whether to list all its one-step derivations.

        Raises:
            NotEntailed: If the release does not hold it.
        """
        return self._with_origins(self.proof(triple, all_steps=all_steps))

    def _with_origins(self, proof: Proof) -> Proof:
        nodes = {name: self._told(node) for name, node in proof.nodes.items()}
        axioms = {
            name: axiom._replace(origin=self._origin(axiom.triples[0])) if axiom.triples else axiom
            for name, axiom in proof.axioms.items()
        }
        return dataclasses.replace(proof, nodes=nodes, axioms=axioms)

    def proof(self, triple: ox.Triple, *, all_steps: bool = False) -> Proof:
        """Return the proof of a triple as `explain` does, its leaves without graphs and statements.

        What the reasoner was not given, and a graph of the release holds all the same, is a leaf: evidence, links.
        """
        texts = _texts(triple)
        try:
            return self._prover.explain(texts, all_steps=all_steps)
        except NotEntailed:
            if not self._origin(texts)["graphs"]:
                raise
        return Proof(texts, "asserted", "n0", {"n0": Node(texts, "", None, (), {})}, {})

    def last_step(self, triple: ox.Triple) -> LastStep | None:
        """Return the last step of the proof of a derived triple; None for one that does not follow."""
        return self._last_step(_texts(triple))

    def _told(self, node: Node) -> Node:
        return node if node.asserted is None else node._replace(asserted=self._origin(node.triple))

    def contradictions(self, most: int) -> Iterator[dict[str, Any]]:
        """Yield what cannot be true together, with rule, axiom, triples, proof and statements; sorted.

        Args:
            most: How many of each rule at most.
        """
        for _, of_rule in groupby(self._check(), key=lambda finding: finding.rule):
            for finding in islice(of_rule, most):
                yield told(finding, self._prover, self._with_origins)

    def _origin(self, triple: Triple) -> dict[str, Any]:
        """Return which graphs hold a triple, and who states it: statements with document, words and place."""
        nodes = nodes_of(triple)
        if nodes is None:
            return {"graphs": [self._reader.ontology.value]}
        told: dict[str, Any] = {
            "graphs": [g for g in self._reader.graphs_of(*nodes) if g != self._reader.entailed.value]
        }
        found = [self._reader.evidence_of(one) for one in self._reader.statements(*nodes)]
        if statements := [statement for view in found for statement in _statements(view)]:
            told["statements"] = statements
        return told


class _Given:
    """What the reasoner was given, and the links that were accepted; looked up in the store."""

    def __init__(self, reader: Reader, root: str) -> None:
        self._reader, self._root = reader, root

    def __contains__(self, triple: object) -> bool:
        assert isinstance(triple, tuple)
        nodes = nodes_of(triple)
        if nodes is None:
            return self._is_axiom(triple)
        names = (graph.removeprefix(self._root) for graph in self._reader.graphs_of(*nodes))
        return any(name == "ontology" or name.startswith((*_FACTS, "links")) for name in names)

    def _is_axiom(self, triple: Triple) -> bool:
        """Whether the ontology has a triple with blank nodes, as it alone may."""
        subject, predicate, thing = map(term_of, triple)
        if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode):
            return False
        return ox.Quad(subject, predicate, thing, self._reader.ontology) in self._reader.store


def _triples(store: ox.Store, graphs: list[ox.NamedNode]) -> Iterator[ox.Triple]:
    return (quad.triple for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph))


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
