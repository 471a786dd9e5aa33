"""The promise of the reasoner: what our release derives has proofs, down to quoted words, that the checker accepts."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import iri, store
from egov_kg.inference.checker import check
from egov_kg.inference.compiling import compile_ontology
from egov_kg.inference.entailment import entail
from egov_kg.sparql.proving import StoreProver


@pytest.fixture(scope="module")
def release(built: Path) -> store.Release:
    """Return the release of the shipped data."""
    return store.open_release(built)


@pytest.fixture(scope="module")
def prover(release: store.Release) -> StoreProver:
    """Return what explains its triples."""
    return StoreProver(release.store(), release.base)


def graph(release: store.Release, *starts: str) -> list[ox.Triple]:
    """Return the triples of the graphs whose names, below ``graph/``, start so."""
    root = iri.graph_iri("", release.base)
    return [
        quad.triple
        for quad in release.quads()
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.removeprefix(root).startswith(starts)
    ]


def given(release: store.Release, *starts: str) -> frozenset[tuple[str, str, str]]:
    """Return the triples of such graphs as texts."""
    return frozenset((str(t.subject), str(t.predicate), str(t.object)) for t in graph(release, *starts))


def test_the_compiled_engine_derives_what_the_build_derives(release: store.Release) -> None:
    """Not one triple more, not one less; no contradiction, no axiom that nobody reads."""
    plan = compile_ontology(graph(release, "ontology"))
    closure = entail(graph(release, "document/", "background/"), plan, namespace=release.base)

    assert set(closure.entailed(schema=False)) == set(graph(release, "entailed"))
    assert closure.check() == ()
    assert plan.ignored == ()


def test_every_derived_triple_has_a_proof_that_the_checker_accepts(release: store.Release, prover: StoreProver) -> None:
    """All of them, from facts of documents and registers and axioms of the ontology alone."""
    facts, schema = given(release, "document/", "background/"), given(release, "ontology")

    refused = []
    for triple in graph(release, "entailed"):
        proof = prover.explain(triple)
        if proof.status != "entailed" or check(proof.as_json(), facts, schema):
            refused.append(str(triple))

    assert refused == []


def test_no_leaf_is_without_an_origin(release: store.Release, prover: StoreProver) -> None:
    """Each names the graphs that hold it; what a document states, the statement with its document and its words."""
    silent = []
    for triple in graph(release, "entailed"):
        for node in prover.explain(triple).nodes.values():
            if node.rule:
                continue
            told = node.asserted or {}
            documents = [name for name in told["graphs"] if "/graph/document/" in name]
            quoted = [one for one in told.get("statements", ()) if one.get("document") and one.get("exact")]
            if not told["graphs"] or (documents and not quoted):
                silent.append(" ".join(node.triple))

    assert silent == []


def test_a_law_is_traced_to_its_words_and_to_the_calendar(prover: StoreProver) -> None:
    """The chain is one step: enacted in a year, which lies inside a term, which is of an administration."""
    law, administration = (
        ox.NamedNode(f"{iri.BASE}id/{name}") for name in ("law/kr/e-government-act", "administration/kr/kim-dae-jung")
    )

    proof = prover.explain(ox.Triple(law, ox.NamedNode(f"{iri.ONTOLOGY}enactedUnder"), administration)).as_json()

    root = proof["nodes"][proof["root"]]
    assert (root["rule"], len(root["premises"])) == ("prp-spo2", 3)
    assert proof["axioms"][root["axiom"]]["turtle"] == (
        "egov:enactedUnder owl:propertyChainAxiom ( egov:enactedIn egov:insideTerm egov:termOf ) ."
    )
    leaves = [node["asserted"] for node in proof["nodes"].values() if "rule" not in node]
    statements = [one for leaf in leaves for one in leaf.get("statements", ())]
    assert all(graph.startswith(iri.graph_iri("", iri.BASE)) for leaf in leaves for graph in leaf["graphs"])
    assert any("/graph/background/calendar" in graph for leaf in leaves for graph in leaf["graphs"])
    assert statements
    assert {"id", "certainty"} <= statements[0].keys()
