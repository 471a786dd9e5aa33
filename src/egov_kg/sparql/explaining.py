"""Why a release holds a triple: the proof that the reasoner finds, as a tree with labels, words and quoted passages.

The result is plain data, as in `egov_kg.sparql.description`, and travels between processes as JSON.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NotRequired, TypedDict

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.inference import Proof
from egov_kg.sparql.description import EvidenceView, Explainer, Reader, StepView, TripleView, nodes_of

__all__ = ["ExplanationView", "ProofView", "explain"]

_DEEPEST: Final = 50
"""How many steps a tree is deep at most; what reads and writes it calls itself for each."""


class ProofView(TypedDict):
    """A proof tree: the triple, the step that derives it (None for a given one), its evidence, its premises.

    A given triple has the names of the graphs that hold it, below ``graph/``; a derived one none. `premises` are those
    of the step, and behind them what proves of its axiom what was not given. With `again` the triple was derived
    further up, where its premises stand; with `further` they stand only in the proof as a graph, because a tree is at
    most 50 steps deep.
    """

    triple: TripleView
    step: StepView | None
    graphs: list[str]
    evidence: list[EvidenceView]
    premises: list[ProofView]
    again: NotRequired[bool]
    further: NotRequired[bool]


class ExplanationView(ProofView):
    """The tree of what was asked for.

    `status` is ``asserted``, ``entailed``, or ``both`` for a triple that is given and follows as well; `others` are
    its other last steps.
    """

    status: str
    others: list[StepView]


def explain(
    store: ox.Store, triple: ox.Triple, *, prover: Explainer, base: str = iri.BASE, all_steps: bool = False
) -> ExplanationView:
    """Return why a release holds a triple: the tree of derivations down to given triples and their evidence.

    Args:
        store: The store of the release.
        triple: The triple, without blank nodes.
        prover: Finds its proof.
        base: The base of the deployment.
        all_steps: Whether to look for all its other last steps, not only for those from what was known before.

    Raises:
        NotEntailed: If the release does not hold the triple.
    """
    proof = prover.proof(triple, all_steps=all_steps)
    reader = Reader(store, prover, base)
    tree = _tree(proof, reader)
    return {**tree, "status": proof.status, "others": [reader.step_view(step) for step in proof.other_steps()]}


def _tree(proof: Proof, reader: Reader) -> ProofView:
    """Return the tree of a proof; what is needed twice is followed once: it has no more steps than the proof."""
    root = _node(proof, proof.root, reader)
    shown = {proof.root}
    waiting = deque([(proof.root, root, 1)])
    while waiting:
        name, view, depth = waiting.popleft()
        for below in proof.below(name):
            premise = _node(proof, below, reader)
            view["premises"].append(premise)
            if premise["step"] is None:
                continue
            if below in shown:
                premise["again"] = True
            elif depth >= _DEEPEST:
                premise["further"] = True
            else:
                shown.add(below)
                waiting.append((below, premise, depth + 1))
    return root


def _node(proof: Proof, name: str, reader: Reader) -> ProofView:
    node, step = proof.nodes[name], proof.step(name)
    given = nodes_of(node.triple) if node.asserted is not None else None
    graphs = reader.graphs_of(*given) if given is not None else []
    return {
        "triple": reader.triple_of(node.triple),
        "step": reader.step_view(step) if step is not None else None,
        "graphs": [g.removeprefix(iri.graph_iri("", reader.base)) for g in graphs if g != reader.entailed.value],
        "evidence": [reader.evidence_of(one) for one in reader.statements(*given)] if given is not None else [],
        "premises": [],
    }
