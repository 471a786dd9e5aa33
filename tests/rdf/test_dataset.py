"""A dataset whose evidence is values is the dataset of quads: the same bytes, dumps, counts and findings."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import assets, dumps, iri, store
from egov_kg.deriving import derive
from egov_kg.documents import document_from_text, read_documents
from egov_kg.extraction import load_extractor
from egov_kg.model import Document, Span
from egov_kg.rdf import (
    Dataset,
    assemble,
    assemble_dataset,
    canonical_quads,
    default_graph,
    ontology_quads,
    read_background,
    to_nquads,
)
from egov_kg.rdf.assertion import Assertion, Terms, class_of
from egov_kg.rdf.evidence import evidence_of
from egov_kg.validation import check_dataset, check_shapes, find_conflicts, quality_notes


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    """Return the documents that come with egov-kg, and one in Korean."""
    korean = document_from_text("# 전자정부\n\n행정안전부는 2001년 전자조달 시스템을 구축하였다.\n", "ko.md")
    return (*read_documents([assets.data("documents")]), korean)


@pytest.fixture(scope="module")
def dataset(documents: tuple[Document, ...]) -> Dataset:
    """Return the dataset of these documents and the background, as a build makes it, without a catalogue."""
    extractions = load_extractor(assets.data()).extract_all(documents)
    made = assemble_dataset(extractions, read_background(assets.data("background")), version="1")
    ontology = ontology_quads()
    notes = quality_notes(find_conflicts(made.quads, ontology, evidence=made.evidence))
    asserted = (*made.quads, *notes)
    entailed = derive((q.triple for q in default_graph(asserted, ())), (q.triple for q in ontology), iri.BASE).entailed
    graph = ox.NamedNode(iri.graph_iri("entailed"))
    derived = [ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in entailed]
    return made.with_quads(canonical_quads([*asserted, *ontology, *derived, *default_graph(asserted, entailed)]))


@pytest.fixture(scope="module")
def quads(dataset: Dataset) -> tuple[ox.Quad, ...]:
    """Return the same as quads."""
    return tuple(dataset.all_quads())


class TestEvidence:
    """The values say what the quads say."""

    def test_it_knows_how_many_quads_it_is(self, dataset: Dataset, quads: tuple[ox.Quad, ...]) -> None:
        """Without making them."""
        assert dataset.evidence is not None
        assert len(dataset) == len(quads) == len(set(quads))
        assert dumps.graph_counts(dataset, iri.BASE) == dumps.graph_counts(quads, iri.BASE)

    def test_nodes_come_in_the_order_of_their_subjects(self, dataset: Dataset) -> None:
        """So that they can be merged with other sorted things."""
        assert dataset.evidence is not None
        subjects = [subject for subject, _ in dataset.evidence.nodes()]

        assert subjects == sorted(set(subjects))

    def test_documents_of_one_text_share_the_nodes_of_their_spans(self) -> None:
        """A span is named by text and offsets; each document is a source of it."""
        texts = {
            name: Document(name, "A law.", (), {}, f"{name}.md", "d1") for name in ("document/x/a", "document/x/b")
        }
        law = class_of("egov:Law")
        said = [
            Assertion("law/x/a", "rdf:type", law, "document/a", "r", spans=(Span(name, 0, 5),))
            for name in sorted(texts)
        ]
        evidence = evidence_of(said, texts, build="build/1", terms=Terms(iri.BASE))

        quads = list(evidence.quads())

        sources = [q for q in quads if q.predicate.value == iri.expand("oa:hasSource")]
        assert len(sources) == 2
        assert len({q.subject for q in sources}) == 1
        assert len(quads) == len(set(quads)) == len(evidence)


class TestFiles:
    """What is written part by part is what is written at once."""

    def test_the_dumps_are_those_of_the_quads(
        self, dataset: Dataset, quads: tuple[ox.Quad, ...], tmp_path: Path
    ) -> None:
        """Byte for byte; TriG, laid out by another hand, and gzip, cut elsewhere, read back the same."""
        dumps.write_dumps(quads, tmp_path / "quads", iri.BASE, comment="c")
        dumps.write_dumps(dataset, tmp_path / "dataset", iri.BASE, comment="c")

        for path in sorted((tmp_path / "quads").glob("egov-kg*")):
            one, other = path.read_bytes(), (tmp_path / "dataset" / path.name).read_bytes()
            if path.suffix == ".gz":
                one, other = gzip.decompress(one), gzip.decompress(other)
            if ".trig" in path.name:
                form = ox.RdfFormat.TRIG
                assert set(ox.parse(other, format=form)) == set(ox.parse(one, format=form)), path.name
            else:
                assert other == one, path.name

    def test_the_number_of_threads_does_not_show(self, dataset: Dataset, tmp_path: Path) -> None:
        """Parts are compressed beside one another, and each as if it were alone."""
        for threads in (0, 1, 3):
            dumps.write_dumps(dataset, tmp_path / str(threads), iri.BASE, threads=threads)

        sums = {(tmp_path / str(threads) / "SHA256SUMS").read_bytes() for threads in (0, 1, 3)}
        assert len(sums) == 1

    def test_canonical_lines_are_merged_in_order(
        self, dataset: Dataset, quads: tuple[ox.Quad, ...], tmp_path: Path
    ) -> None:
        """Quality notes speak of Statements, so that lines of two kinds stand among each other."""
        dumps.write_dumps(dataset, tmp_path, iri.BASE)

        assert (tmp_path / "egov-kg-all.nq").read_bytes() == to_nquads(quads)
        asserted = to_nquads(dumps.asserted_quads(quads, iri.BASE))
        assert (tmp_path / "egov-kg-asserted.nq").read_bytes() == asserted
        assert gzip.decompress((tmp_path / "egov-kg-asserted.nq.gz").read_bytes()) == asserted

    def test_a_store_loaded_in_parts_holds_every_quad(
        self, dataset: Dataset, quads: tuple[ox.Quad, ...], tmp_path: Path
    ) -> None:
        """In a thread of its own or not."""
        assert dataset.evidence is not None
        counts = []
        for beside in (False, True):
            folder = tmp_path / f"store-{beside}"
            with store.StoreLoader(folder, tmp_path / f"parts-{beside}", beside=beside) as loader:
                loader.add("evidence", dataset.evidence.chunks(1000))
                loader.add("quads", (f"{quad} .\n".encode() for quad in dataset.quads))
                loader.finish()
            counts.append(len(ox.Store.read_only(str(folder))))

        store.write_store(quads, tmp_path / "whole")
        assert counts == [len(ox.Store.read_only(str(tmp_path / "whole")))] * 2


class TestFindings:
    """A check of the values is a check of the quads."""

    def test_a_sound_dataset_has_the_same_findings(
        self, dataset: Dataset, quads: tuple[ox.Quad, ...], documents: tuple[Document, ...]
    ) -> None:
        """Shapes, integrity, and the Statements that they name."""
        graph = ox.NamedNode(iri.graph_iri("entailed"))
        entailed = [quad.triple for quad in quads if quad.graph_name == graph]

        found = check_dataset(dataset, entailed, documents=documents)

        assert found == check_shapes(quads, entailed, documents=documents)
        assert any(finding.statements for finding in found)

    def test_conflicts_are_the_same(self, dataset: Dataset, quads: tuple[ox.Quad, ...]) -> None:
        """They read Statements and quoted words."""
        asserted = [q for q in dataset.quads if isinstance(q.graph_name, ox.NamedNode)]
        whole = [q for q in quads if isinstance(q.graph_name, ox.NamedNode)]

        found = find_conflicts(asserted, ontology_quads(), evidence=dataset.evidence)

        assert found
        assert found == find_conflicts(whole, ontology_quads())

    def test_a_fact_without_its_statement_is_found(self, dataset: Dataset, documents: tuple[Document, ...]) -> None:
        """And a Statement without its fact."""
        graph = ox.NamedNode(iri.graph_iri("document/ko"))
        stray = ox.Quad(ox.NamedNode(iri.thing_iri("law/kr/x")), ox.NamedNode(iri.expand("rdf:type")),
                        ox.NamedNode(iri.expand("egov:Law")), graph)  # fmt: skip
        gone = next(q for q in dataset.quads if "/graph/document/" in str(q.graph_name))
        kept = canonical_quads([*(q for q in dataset.quads if q.triple != gone.triple), stray])

        found = check_dataset(dataset.with_quads(kept), (), documents=documents)

        checks = {(one.check, one.focus) for one in found}
        assert ("no-statement", iri.thing_iri("law/kr/x")) in checks
        assert ("stale-statement", gone.subject.value) in checks  # type: ignore[union-attr]

    def test_assemble_gives_the_quads_of_the_dataset(self, documents: tuple[Document, ...]) -> None:
        """Both forms are public."""
        extractions = load_extractor(assets.data()).extract_all(documents)

        assert tuple(assemble_dataset(extractions).all_quads()) == assemble(extractions)
