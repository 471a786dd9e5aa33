"""The promise of evidence: every triple of a document can say in which document, which words, by which rule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import store
from egov_kg.sparql.explaining import explain
from egov_kg.sparql.proving import StoreProver


@pytest.fixture(scope="module")
def release(built: Path) -> store.Release:
    """Return the release of the shipped data."""
    return store.open_release(built)


def stated(release: store.Release) -> Iterator[ox.Triple]:
    """Yield each triple that a document states, once."""
    seen = set()
    for quad in release.quads():
        graph = quad.graph_name
        if isinstance(graph, ox.NamedNode) and "/graph/document/" in graph.value and quad.triple not in seen:
            seen.add(quad.triple)
            yield quad.triple


class TestEveryStatedTriple:
    def test_it_names_document_passage_and_rule(self, release: store.Release) -> None:
        """No triple of a document is without the words that it rests on, and the rule that read them."""
        opened = release.store()
        prover = StoreProver(opened, release.base)

        silent = []
        for triple in stated(release):
            proof = explain(opened, triple, prover=prover, base=release.base)
            told = [
                e for e in proof["evidence"] if e["document"] and e["rule"] and any(q["exact"] for q in e["quotes"])
            ]
            if not told:
                silent.append(str(triple))

        assert silent == []
