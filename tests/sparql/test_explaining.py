"""What an explanation promises as a tree: every way that leads to a triple, told down to what was given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.errors import NotEntailed
from egov_kg.rdf.ontology import ontology_quads
from egov_kg.sparql.explaining import explain
from egov_kg.sparql.proving import StoreProver
from egov_kg.sparql.telling import proof_lines

PREFIXES = "".join(f"@prefix {prefix}: <{namespace}> . " for prefix, namespace in iri.PREFIXES.items())
LINE = 80
"""Sites in a row, each a part of the next one."""


def graph(name: str, turtle: str) -> list[ox.Quad]:
    """Return the triples of a text in a named graph of ours."""
    base = f"{iri.BASE}id/"
    triples = ox.parse(f"{PREFIXES}{turtle}", format=ox.RdfFormat.TURTLE, base_iri=base)
    return [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(iri.graph_iri(name))) for q in triples]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """Laws, one of them with a proposal, a link, a line of parts, and what the build says of itself."""
    line = "".join(f"<part/{n:03}> ex:within <part/{n + 1:03}> . " for n in range(LINE))
    found = ox.Store()
    found.extend(
        [
            *ontology_quads(),
            *graph("ontology", "ex:within a owl:TransitiveProperty .".replace("ex:", "egov:")),
            *graph("document/a", "<law/a> skos:prefLabel 'A'@en ; rdfs:label 'A'@en ; egov:enactedIn <time/2001> ."),
            *graph("document/b", line.replace("ex:", "egov:")),
            *graph("background/b", "<time/2001> egov:insideTerm <term/k> . <administration/k> egov:hasTerm <term/k> ."),
            *graph("background/c", "<time/2013> egov:meetsTerm <term/k> . <law/b> egov:enactedIn <time/2013> ."),
            *graph("links", "<law/a> skos:exactMatch <https://acts.example/a> ."),
            *graph("document/a/llm", "<law/b> egov:enactedIn <time/2001> ."),
            *graph("catalogue", "<../catalog> dcterms:title 'Our graph'@en ."),
        ]
    )
    return found


@pytest.fixture(scope="module")
def prover(store: ox.Store) -> StoreProver:
    """Return what knows why its triples hold."""
    return StoreProver(store)


def triple(turtle: str) -> ox.Triple:
    """Return the triple of a text."""
    (quad,) = graph("x", turtle)
    return quad.triple


class TestStatus:
    @pytest.mark.parametrize(
        ("turtle", "status", "graphs"),
        [
            ("<law/a> egov:enactedIn <time/2001> .", "asserted", ["document/a"]),
            ("<law/a> rdfs:label 'A'@en .", "both", ["document/a"]),
            ("<law/a> egov:enactedUnder <administration/k> .", "entailed", []),
            ("<law/b> egov:possiblyEnactedUnder <administration/k> .", "entailed", []),
            ("<law/a> skos:exactMatch <https://acts.example/a> .", "asserted", ["links"]),
            ("<../catalog> dcterms:title 'Our graph'@en .", "asserted", ["catalogue"]),
            ("egov:Law rdfs:subClassOf egov:Enactable .", "asserted", ["ontology"]),
        ],
    )
    def test_says_whether_it_is_given_or_follows(
        self, store: ox.Store, prover: StoreProver, turtle: str, status: str, graphs: list[str]
    ) -> None:
        """Facts, labels, possible facts, links, axioms, and what the build says of the graph."""
        found = explain(store, triple(turtle), prover=prover)

        assert (found["status"], found["graphs"]) == (status, graphs)
        assert (found["step"] is None) == (status == "asserted")

    @pytest.mark.parametrize(
        "turtle",
        [
            "<law/b> egov:enactedUnder <administration/k> .",
            "<law/b> egov:enactedIn <time/2001> .",
            "<law/a> rdfs:label 'a'@en .",
            "<law/a> egov:statedYear '2001'^^xsd:gYear .",
            "<nothing> a <nowhere> .",
        ],
    )
    def test_of_what_neither_holds_nor_follows_there_is_none(
        self, store: ox.Store, prover: StoreProver, turtle: str
    ) -> None:
        """A possible fact is no certain one, and of what is only proposed nothing follows."""
        with pytest.raises(NotEntailed):
            explain(store, triple(turtle), prover=prover)


class TestTree:
    def test_lists_other_ways_to_it(self, store: ox.Store, prover: StoreProver) -> None:
        """An administration that enacted a law possibly did so, by its own chain as well."""
        possible = triple("<law/a> egov:possiblyEnactedUnder <administration/k> .")

        found = explain(store, possible, prover=prover, all_steps=True)

        assert found["step"] is not None
        assert sorted(step["rule"] for step in [found["step"], *found["others"]]) == ["prp-spo1", "prp-spo2"]

    def test_follows_what_is_needed_twice_once(self, store: ox.Store, prover: StoreProver) -> None:
        """The second time it is named, without its premises."""
        proof = prover.proof(triple("<law/a> egov:datedUnder <administration/k> ."))
        found = explain(store, triple("<law/a> egov:datedUnder <administration/k> ."), prover=prover)

        derived = [node for node in every(found) if node["step"] is not None and "again" not in node]
        assert len(derived) == len([node for node in proof.nodes.values() if node.rule])

    def test_of_a_long_proof_ends_and_says_so(self, store: ox.Store, prover: StoreProver) -> None:
        """A line of eighty steps is eighty deep; the graph of steps has them all."""
        far = triple(f"<part/000> egov:within <part/{LINE:03}> .")

        found = explain(store, far, prover=prover)

        assert len(prover.proof(far).nodes) > LINE
        assert [node["step"]["rule"] for node in every(found) if node.get("further")] == ["prp-trp"]
        assert any("and so on" in line for line in proof_lines(found))


class TestText:
    def test_says_the_rule_in_the_language_of_the_reader(self, store: ox.Store, prover: StoreProver) -> None:
        """English, or Korean."""
        found = explain(store, triple("<law/a> egov:enactedUnder <administration/k> ."), prover=prover)

        assert "  derived: enacted in a time that lies inside the term of the administration" in proof_lines(found)
        assert "  derived: 제정 시점이 그 정부의 임기 안에 있음" in proof_lines(found, "ko")

    def test_of_what_is_given_and_follows_has_both(self, store: ox.Store, prover: StoreProver) -> None:
        """The rule, and where it stands."""
        lines = list(proof_lines(explain(store, triple("<law/a> rdfs:label 'A'@en ."), prover=prover)))

        assert "  rule: prp-spo1  skos:prefLabel rdfs:subPropertyOf rdfs:label" in lines
        assert "  asserted by the build itself, in document/a: no document has to say it" in lines


def every(view: Any) -> Iterator[Any]:
    """Yield the nodes of a tree."""
    waiting = [view]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += here["premises"]
