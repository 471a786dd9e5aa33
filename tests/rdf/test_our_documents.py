"""The promises of the dataset that comes with egov-kg: its documents, and the tables beside them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from egov_kg import assets, iri
from egov_kg.documents import read_documents
from egov_kg.extraction import load_extractor
from egov_kg.model import Document, Extraction
from egov_kg.rdf import assemble, read_background
from egov_kg.rdf.assertion import named

SCRIPT = """
import sys
from hashlib import sha256
from egov_kg import assets
from egov_kg.documents import read_documents
from egov_kg.extraction import load_extractor
from egov_kg.rdf import assemble, read_background, to_nquads
documents = read_documents([assets.data("documents")])
if sys.argv[1] == "reversed":
    documents = documents[::-1]
extractions = load_extractor(assets.data()).extract_all(documents)
print(sha256(to_nquads(assemble(extractions, read_background(assets.data("background"))))).hexdigest())
"""


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    """The documents that come with egov-kg."""
    return read_documents([assets.data("documents")])


@pytest.fixture(scope="module")
def extractions(documents: tuple[Document, ...]) -> tuple[Extraction, ...]:
    """What they say."""
    return load_extractor(assets.data()).extract_all(documents)


@pytest.fixture(scope="module")
def quads(extractions: tuple[Extraction, ...]) -> tuple[Quad, ...]:
    """The asserted dataset."""
    return assemble(extractions, read_background(assets.data("background")))


def graph_of(quad: Quad) -> str:
    """Return the name of the graph that a quad is in."""
    assert isinstance(quad.graph_name, NamedNode)
    return quad.graph_name.value.removeprefix(iri.graph_iri(""))


class TestOurDocuments:
    def test_all_triples_of_document_graphs_have_a_statement(self, quads: tuple[Quad, ...]) -> None:
        """100 %, names and types included."""
        parts: defaultdict[object, dict[str, object]] = defaultdict(dict)
        for quad in quads:
            if graph_of(quad) == "evidence":
                parts[quad.subject][quad.predicate.value] = quad.object
        reified = [iri.expand(f"rdf:{part}") for part in ("subject", "predicate", "object")]
        stated = {
            tuple(part[p] for p in reified)
            for part in parts.values()
            if reified[0] in part and iri.expand("oa:hasTarget") in part
        }

        asserted = {(q.subject, q.predicate, q.object) for q in quads if graph_of(q).startswith("document/")}

        assert len(asserted) > 300
        assert asserted <= stated

    def test_all_quotations_are_verbatim(self, quads: tuple[Quad, ...], documents: tuple[Document, ...]) -> None:
        """100 % at their offsets."""
        texts = {iri.thing_iri(document.id): document.text for document in documents}
        spans: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for quad in quads:
            name = iri.curie(quad.predicate.value)
            if name in {"oa:exact", "oa:start", "oa:end"}:
                assert isinstance(quad.subject, NamedNode)
                assert isinstance(quad.object, Literal)
                spans[quad.subject.value.rpartition("/")[0]][name] = quad.object.value
            elif name == "oa:hasSource":
                assert isinstance(quad.subject, NamedNode)
                assert isinstance(quad.object, NamedNode)
                spans[quad.subject.value][name] = quad.object.value

        wrong = [
            span
            for span, found in spans.items()
            if texts[found["oa:hasSource"]][int(found["oa:start"]) : int(found["oa:end"])] != found["oa:exact"]
        ]

        assert len(spans) > 100
        assert wrong == []

    def test_nothing_has_two_preferred_labels_in_a_language(self, quads: tuple[Quad, ...]) -> None:
        """Over all graphs together."""
        labels = {q.triple for q in quads if q.predicate == named("skos:prefLabel")}
        counts = Counter((t.subject, t.object.language) for t in labels if isinstance(t.object, Literal))

        assert [key for key, count in counts.items() if count > 1] == []

    def test_a_label_is_not_preferred_and_alternative_at_once(self, quads: tuple[Quad, ...]) -> None:
        """SKOS forbids it."""
        labels = {
            prop: {(q.subject, q.object) for q in quads if q.predicate == named(prop)}
            for prop in ("skos:prefLabel", "skos:altLabel")
        }

        assert labels["skos:prefLabel"] & labels["skos:altLabel"] == set()

    def test_everything_that_is_named_has_a_type(self, quads: tuple[Quad, ...]) -> None:
        """No thing of ours stands in the object of a triple and is nothing."""
        typed = {q.subject for q in quads if q.predicate == named("rdf:type")}
        content = [q for q in quads if graph_of(q) != "evidence"]
        used = {q.object for q in content if isinstance(q.object, NamedNode)}

        ours = {node for node in used if iri.id_of(node.value) and "/administrations/" not in node.value}
        assert ours - typed == set()

    def test_there_is_no_blank_node_and_no_same_as(self, quads: tuple[Quad, ...]) -> None:
        """Neither in any graph."""
        assert not [q for q in quads if isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode)]
        assert not [q for q in quads if q.predicate == named("owl:sameAs")]

    def test_no_law_has_two_times_of_enactment(self, quads: tuple[Quad, ...]) -> None:
        """One date of promulgation, or one of enactment, or none."""
        times: defaultdict[object, set[Triple]] = defaultdict(set)
        for quad in quads:
            if quad.predicate in {named("egov:promulgatedOn"), named("egov:enactedIn")}:
                times[quad.subject].add(quad.triple)

        assert times
        assert {law: found for law, found in times.items() if len(found) > 1} == {}

    def test_hash_seed_and_order_of_documents_leave_no_trace(self) -> None:
        """Two processes with other hash seeds, the documents turned round, give the same bytes."""
        digests = {
            subprocess.run(
                [sys.executable, "-c", SCRIPT, order],
                env={**os.environ, "PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            for seed, order in (("1", "as-read"), ("4711", "reversed"))
        }

        assert len(digests) == 1
