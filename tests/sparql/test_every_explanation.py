"""The promise of evidence: a triple of a document names its words and its rule, a derived one has a checked proof."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from egov_kg import iri, store
from egov_kg.inference.checker import check
from egov_kg.sparql.description import describe
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


class TestEveryDerivedTriple:
    def test_it_is_explained_by_a_proof_that_the_checker_accepts(self, release: store.Release) -> None:
        """The tree that pages show has the triples, rules and premises of that proof, and no other ones."""
        opened = release.store()
        prover = StoreProver(opened, release.base)
        facts, schema = texts(release, "document/", "background/"), texts(release, "ontology")

        wrong = []
        for triple in triples(release, "entailed"):
            proof = prover.explain(triple).as_json()
            tree = explain(opened, triple, prover=prover, base=release.base)
            if check(proof, facts, schema) or told(tree) != in_proof(proof):
                wrong.append(str(triple))

        assert wrong == []

    def test_it_stands_in_the_description_of_its_subject(self, release: store.Release) -> None:
        """With the last step of its proof, where it is shown as a fact."""
        opened = release.store()
        prover = StoreProver(opened, release.base)
        by_subject: dict[str, list[ox.Triple]] = {}
        for triple in triples(release, "entailed"):
            by_subject.setdefault(str(triple.subject)[1:-1], []).append(triple)

        for subject, derived in by_subject.items():
            found = describe(opened, subject, prover=prover, base=release.base)
            assert found is not None
            implied = sorted((one["property"]["iri"], one["term"]["value"]) for one in found["implied"])
            assert implied == sorted((t.predicate.value, value(t.object)) for t in derived)
            for group in found["facts"]:
                for fact in group["values"]:
                    if fact["step"] is None:
                        continue
                    triple = ox.Triple(
                        ox.NamedNode(subject),
                        ox.NamedNode(group["property"]["iri"]),
                        ox.NamedNode(fact["term"]["value"]),
                    )
                    assert fact["step"] == explain(opened, triple, prover=prover, base=release.base)["step"]


def triples(release: store.Release, *starts: str) -> list[ox.Triple]:
    """Return the triples of the graphs whose names, below ``graph/``, start so."""
    root = iri.graph_iri("", release.base)
    return [
        quad.triple
        for quad in release.quads()
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.removeprefix(root).startswith(starts)
    ]


def texts(release: store.Release, *starts: str) -> frozenset[tuple[str, str, str]]:
    """Return them as texts of their terms."""
    return frozenset((str(t.subject), str(t.predicate), str(t.object)) for t in triples(release, *starts))


def told(tree: Any) -> set[tuple[str, ...]]:
    """Return each triple of a tree with its rule and its premises, by their values."""
    found = set()
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        step = here["step"]
        below = step["premises"] if step is not None else ()
        found.add((plain(here["triple"]), step["rule"] if step is not None else "", *map(plain, below)))
        waiting += here["premises"]
    return found


def plain(view: Any) -> str:
    """Return a triple of a tree as text, literals by their lexical form."""
    return " ".join((view["subject"]["iri"], view["property"]["iri"], view["object"]["value"]))


def in_proof(proof: Any) -> set[tuple[str, ...]]:
    """Return the same of a proof as a graph of steps."""
    lines = {name: ox.Triple(*map(_term, node["triple"])) for name, node in proof["nodes"].items()}
    words = {name: f"{value(t.subject)} {t.predicate.value} {value(t.object)}" for name, t in lines.items()}
    return {
        (words[name], node.get("rule", ""), *(words[premise] for premise in node.get("premises", ())))
        for name, node in proof["nodes"].items()
    }


def value(term: object) -> str:
    """Return the IRI of a node, or the lexical form of a literal."""
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def _term(text: str) -> Any:
    (quad,) = ox.parse(f"<x:s> <x:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    return quad.object
