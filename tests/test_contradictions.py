"""A contradiction is found with its rule, its proof, the document and the words; it stops no build, and no release."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

import egov_kg
from egov_kg import assets, iri, pipeline, republishing, store
from egov_kg.config import Config
from egov_kg.documents import document_from_text
from egov_kg.finishing import Content, Made, close, findings_in
from egov_kg.inference.checker import check
from egov_kg.rdf import Dataset, assemble_dataset, asserted_facts, ontology_quads, read_background
from egov_kg.store.changes import CHANGES, ChangeLog
from egov_kg.timing import Clock

TEXT = """# Digital administration in Korea

The Kim Dae-jung administration launched the Bright Window project in 2001.

The Bright Window project was continued by the Roh Moo-hyun administration.
"""
PLANTED = ox.NamedNode(iri.graph_iri("background/planted"))
PREFIXES = "@prefix : <urn:x:> .\n" + "".join(
    f"@prefix {name}: <{iri.PREFIXES[name]}> .\n" for name in ("rdf", "rdfs", "owl", "xsd", "egov", "skos")
)
PROJECT, KIM, ROH = (
    iri.thing_iri(name)
    for name in (
        "project/kr/bright-window-project",
        "administration/kr/kim-dae-jung",
        "administration/kr/roh-moo-hyun",
    )
)

AXIOMS = {
    "cax-dw": "egov:Project owl:disjointWith egov:Undertaking .",
    "cax-adc": "[] a owl:AllDisjointClasses ; owl:members ( egov:Law egov:Undertaking egov:Project ) .",
    "cls-nothing2": f":of-kim owl:onProperty egov:initiatedBy ; owl:hasValue <{KIM}> ; rdfs:subClassOf owl:Nothing .",
    "cls-com": "egov:Project owl:complementOf egov:Undertaking .",
    "cls-maxc1": "egov:Project rdfs:subClassOf :none . :none owl:onProperty egov:initiatedBy ;"
    ' owl:maxCardinality "0"^^xsd:nonNegativeInteger .',
    "cls-maxqc1": "egov:Project rdfs:subClassOf :none . :none owl:onProperty egov:initiatedBy ;"
    ' owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger ; owl:onClass egov:Administration .',
    "cls-maxqc2": "egov:Project rdfs:subClassOf :none . :none owl:onProperty egov:initiatedBy ;"
    ' owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger ; owl:onClass owl:Thing .',
    "prp-irp": "egov:initiatedBy a owl:SymmetricProperty , owl:TransitiveProperty , owl:IrreflexiveProperty .",
    "prp-asyp": "egov:initiatedBy a owl:SymmetricProperty , owl:AsymmetricProperty .",
    "prp-pdw": ":by owl:propertyDisjointWith egov:initiatedBy . egov:initiatedBy rdfs:subPropertyOf :by .",
    "prp-adp": "[] a owl:AllDisjointProperties ; owl:members ( :a :by egov:initiatedBy ) ."
    " egov:initiatedBy rdfs:subPropertyOf :by .",
    "prp-npa1": f"[] owl:sourceIndividual <{PROJECT}> ; owl:assertionProperty egov:initiatedBy ;"
    f" owl:targetIndividual <{KIM}> .",
    "prp-npa2": f"[] owl:sourceIndividual <{PROJECT}> ; owl:assertionProperty skos:prefLabel ;"
    ' owl:targetValue "Bright Window project"@en .',
    "eq-diff1": ":by a owl:FunctionalProperty . egov:initiatedBy rdfs:subPropertyOf :by ."
    f" egov:continuedBy rdfs:subPropertyOf :by . <{KIM}> owl:differentFrom <{ROH}> .",
    "eq-diff3": ":by a owl:FunctionalProperty . egov:initiatedBy rdfs:subPropertyOf :by ."
    " egov:continuedBy rdfs:subPropertyOf :by .",
    "dt-not-type": "egov:beganIn rdfs:subPropertyOf :begun . skos:altLabel rdfs:range xsd:integer .",
}
"""By rule, axioms that what the document says cannot stand beside; eq-diff3 by the list of the calendar."""


def quads(turtle: str) -> list[ox.Quad]:
    """Return Turtle as quads of a graph of background, blank nodes with names: a release has none."""
    found: list[ox.Quad] = []
    for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE):
        ends = [ox.NamedNode(f"urn:b:{t.value}") if isinstance(t, ox.BlankNode) else t for t in (quad[0], quad[2])]
        found.append(ox.Quad(ends[0], quad.predicate, ends[1], PLANTED))
    return found


@pytest.fixture(scope="module")
def content() -> Content:
    """Return what a document of three sentences says, beside the registers."""
    background = read_background(assets.data("background"))
    extractions = egov_kg.extract([document_from_text(TEXT, "korea.md")])
    return Content(assemble_dataset(extractions, background, base=iri.BASE, version="1"), (), 1, "")


def planted(content: Content, turtle: str) -> Made:
    """Return what follows from the document and some axioms."""
    both = sorted({*content.dataset.quads, *quads(turtle)}, key=lambda quad: str(quad).encode())
    dataset = Dataset(tuple(both), content.dataset.evidence, iri.BASE)
    return close(replace(content, dataset=dataset), Config(), Clock())


@pytest.mark.parametrize("rule", sorted(AXIOMS))
def test_a_planted_contradiction_is_found_with_document_and_passage(content: Content, rule: str) -> None:
    """A violation names it, and the report proves it down to the words of the document."""
    made = planted(content, AXIOMS[rule])

    found = [one for one in findings_in(made, ()) if one.check == f"inconsistency.{rule}"]
    rows = [row for row in made.contradictions if row["rule"] == rule]
    assert found
    assert {one.severity for one in found} == {"violation"}
    assert all(f"({rule})" in one.message for one in found)
    assert len(rows) == min(len(found), 20)
    statements = [one for row in rows for one in row["statements"] if "exact" in one]
    assert {one["document"] for one in statements} == {iri.thing_iri("document/int/digital-administration-in-korea")}
    assert all(one["exact"] == TEXT[one["start"] : one["end"]] for one in statements)
    assert {iri.thing_iri(one["id"]) for one in statements} <= {name for one in found for name in one.statements}


@pytest.mark.parametrize("rule", sorted(AXIOMS))
def test_its_proof_is_one_that_the_checker_accepts(content: Content, rule: str) -> None:
    """The axiom is shown, and every leaf was given."""
    made = planted(content, AXIOMS[rule])

    stored = ox.Store()  # which says integer for what is written as nonNegativeInteger
    stored.extend(made.dataset.quads)
    given = {texts(triple) for triple in asserted_facts(stored, links=False)}
    schema = {texts(quad.triple) for quad in ontology_quads()} | given
    rows = [row for row in made.contradictions if row["rule"] == rule]
    assert rows
    for row in rows:
        (proof,) = row["proofs"]
        assert check(proof, given, schema) == ()
        assert row["axiom"] or rule in {"dt-not-type", "cls-nothing2"}


def texts(triple: ox.Triple) -> tuple[str, str, str]:
    """Return a triple as texts of terms."""
    return str(triple.subject), str(triple.predicate), str(triple.object)


def test_nothing_follows_from_a_contradiction(content: Content) -> None:
    """A project in owl:Nothing is in no class more than before."""
    before = planted(content, "")

    after = planted(content, AXIOMS["cax-dw"])

    assert after.derived.entailed == before.derived.entailed
    assert before.derived.contradictions == ()
    assert before.contradictions == ()


def test_names_of_others_are_not_merged_and_are_listed(content: Content) -> None:
    """An owl:sameAs to another namespace is told in the report, and moves no fact."""
    made = planted(content, f"<{KIM}> owl:sameAs <http://other.example/kim> .")

    assert [told["names"] for told in made.derived.report["foreign"]] == [["<http://other.example/kim>", f"<{KIM}>"]]
    assert made.derived.report["same_as"]["groups"] == 0
    assert not any("other.example" in str(triple) for triple in made.derived.entailed)


def test_axioms_that_no_rule_reads_are_told(content: Content) -> None:
    """What lies outside OWL 2 RL is a remark, what is broken a warning."""
    made = planted(content, ":R owl:hasSelf true . :C owl:intersectionOf :list . :list rdf:first :A .")

    found = {(one.check, one.severity, one.focus) for one in findings_in(made, ()) if one.check.startswith("axiom.")}
    assert ("axiom.ignored", "info", "urn:x:R") in found
    assert ("axiom.malformed", "warning", "urn:x:C") in found
    assert any("hasSelf" in line for line in made.derived.report["ignored"])


def test_an_axiom_that_would_collapse_the_language_is_a_violation(content: Content) -> None:
    """With it everything would be one thing; the axioms beside it are left aside, and the rest is derived."""
    before = planted(content, "")

    made = planted(content, "rdf:type a owl:FunctionalProperty . egov:Project rdfs:subClassOf :Endeavour .")

    (found,) = (one for one in findings_in(made, ()) if one.check == "axiom.refused")
    assert found.severity == "violation"
    assert "FunctionalProperty" in found.message
    assert made.derived.entailed == before.derived.entailed


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Return a folder with the document."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "korea.md").write_text(TEXT, encoding="utf-8")
    return tmp_path / "documents"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout like ours but for one axiom: no project is an undertaking, which projects of ours are."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "src").mkdir()
    (folder / "src" / "egov_kg").symlink_to(Path(egov_kg.__file__).parent, target_is_directory=True)
    for name in ("data", "queries"):
        (folder / name).symlink_to(assets.find(name), target_is_directory=True)
    shutil.copytree(assets.ontology(), folder / "ontology")
    with (folder / "ontology" / "egov.ttl").open("a", encoding="utf-8") as file:
        file.write(f"\n{AXIOMS['cax-dw']}\n")
    return folder


def build(checkout: Path, documents: Path, out: Path, *options: str) -> int:
    """Build with another checkout, in a process of its own; return the exit code."""
    command = [sys.executable, "-m", "egov_kg", "build", "--documents", str(documents), "--out", str(out), *options]
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    return subprocess.run(command, env=environment, check=False, capture_output=True, cwd=checkout).returncode


def test_publishing_refuses_a_change_that_contradicts(documents: Path, tmp_path: Path) -> None:
    """The release stays what it was, and the reason names rule and thing."""
    before = pipeline.build([documents], out=tmp_path / "out").release
    graph = iri.graph_iri("document/curated")
    ChangeLog(tmp_path / "out" / CHANGES).append(
        token="t-0badcafe",
        media_type="application/sparql-update",
        request=b"",
        base=before.id,
        removed=(),
        added=(f"<{PROJECT}> <{iri.expand('rdf:type')}> <{iri.expand('egov:Country')}> <{graph}> .",),
    )

    published = republishing.publish(tmp_path / "out", Config())

    assert published.taken == ()
    assert store.current_id(tmp_path / "out") == before.id
    reasons = [reason for reason in published.rejected[1] if reason["check"] == "inconsistency.cax-adc"]
    assert {reason["focus"] for reason in reasons} == {PROJECT}


def test_a_strict_build_publishes_nothing_and_keeps_the_proof(checkout: Path, documents: Path, tmp_path: Path) -> None:
    """It exits with 1, and what it leaves behind names rule, document and words."""
    code = build(checkout, documents, tmp_path / "out", "--strict")

    report = json.loads((tmp_path / "out" / pipeline.REJECTED).read_bytes())
    grave = {one["check"] for one in report["findings"] if one["severity"] == "violation"}
    words = {one.get("exact") for row in report["inference"]["contradictions"] for one in row["statements"]}
    assert code == 1
    assert grave == {"inconsistency.cax-dw"}
    assert "Bright Window project" in " ".join(filter(None, words))
    assert store.list_releases(tmp_path / "out") == ()


def test_a_build_that_is_not_strict_publishes_and_counts_it(checkout: Path, documents: Path, tmp_path: Path) -> None:
    """A contradiction stops no build; the manifest counts it by its rule, and the same inputs give the same bytes."""
    codes = [build(checkout, documents, tmp_path / name) for name in ("one", "two")]

    first, second = (store.open_release(tmp_path / name) for name in ("one", "two"))
    report = json.loads(first.file("report.json").read_bytes())
    assert codes == [0, 0]
    assert first.counts["contradictions"]["cax-dw"] == len(report["inference"]["contradictions"]) >= 1
    assert report["severities"]["violation"] == first.counts["contradictions"]["cax-dw"]
    assert first.id == second.id
