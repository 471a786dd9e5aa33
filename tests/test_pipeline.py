"""A build is a function of its inputs: the same bytes anywhere, everything accounted for, nothing half published."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import assets, dumps, iri, pipeline, store
from egov_kg.config import Config
from egov_kg.documents import document_from_text
from egov_kg.errors import ConfigurationError, DataFileError, FindingsError, UnreadableDocument

TEXT = """# Digital administration in Korea

President Kim Dae-jung headed the Kim Dae-jung administration.

The Kim Dae-jung administration launched the Bright Window project in 2001.

The Bright Window project was continued by the Roh Moo-hyun administration.

Nothing in this paragraph says who did what to whom.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one document of our own."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "korea.md").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def release(built: Path) -> store.Release:
    """Return the release of the shipped data."""
    return store.open_release(built, deep=True)


class TestBytes:
    """The same inputs and versions give the same release."""

    def test_two_builds_in_two_folders_have_one_name(self, folder: Path, tmp_path: Path) -> None:
        """The name hashes every byte but those of the store."""
        first = pipeline.build([folder], out=tmp_path / "one").release
        second = pipeline.build([folder], out=tmp_path / "other" / "place").release

        assert first.id == second.id
        for file in first.manifest.files:
            assert (first.path / file.path).read_bytes() == (second.path / file.path).read_bytes()

    def test_neither_hash_seed_nor_place_nor_workers_matter(self, folder: Path, tmp_path: Path) -> None:
        """Another process in another folder with another seed and two workers gives the same release."""
        expected = pipeline.build([folder], out=tmp_path / "one").release.id
        environment = {**os.environ, "PYTHONHASHSEED": "4711", "LC_ALL": "C", "TZ": "Asia/Seoul"}
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()

        done = subprocess.run(
            [sys.executable, "-m", "egov_kg", "build", "--documents", folder, "--out", "out", "--workers", "2", "-q"],
            cwd=elsewhere,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )

        assert Path(done.stdout.strip()).name == expected

    def test_the_order_of_documents_does_not_matter(self, folder: Path, tmp_path: Path) -> None:
        """Documents are a set."""
        other = tmp_path / "b.md"
        other.write_text("# Another page\n\nThe Roh Moo-hyun administration launched the Deep Well project.\n", "utf-8")

        there = pipeline.build([folder, other], out=tmp_path / "one").release
        back = pipeline.build([other, folder], out=tmp_path / "two").release

        assert there.id == back.id

    def test_documents_that_were_read_before_give_the_same(self, folder: Path, tmp_path: Path) -> None:
        """A build of values equals a build of files."""
        document = document_from_text(TEXT, "korea.md")

        assert (
            pipeline.build([document], out=tmp_path / "one").release.id
            == pipeline.build([folder], out=tmp_path / "two").release.id
        )

    def test_no_path_and_no_clock_is_in_a_release(self, folder: Path, tmp_path: Path) -> None:
        """A release tells nothing of the machine that built it."""
        release = pipeline.build([folder], out=tmp_path / "secret-name").release

        for path in release.path.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                assert b"secret-name" not in data, path
                assert str(tmp_path).encode() not in data, path

    def test_the_configuration_names_the_release(self, folder: Path, tmp_path: Path) -> None:
        """Version and day come from the configuration, and another one is another release."""
        first = pipeline.build([folder], out=tmp_path, config=Config(version="2027.1.0", issued="2027-01-31")).release
        second = pipeline.build([folder], out=tmp_path, config=Config(version="2027.2.0", issued="2027-01-31")).release

        assert (first.manifest.version, first.manifest.issued) == ("2027.1.0", "2027-01-31")
        assert first.id != second.id

    def test_the_base_moves_things_and_graphs(self, folder: Path, tmp_path: Path) -> None:
        """A deployment under its own name keeps the ontology where it is."""
        release = pipeline.build([folder], out=tmp_path, config=Config(base="https://example.org/kg/")).release

        subjects = {quad.subject.value for quad in release.quads("default") if isinstance(quad.subject, ox.NamedNode)}
        predicates = {quad.predicate.value for quad in release.quads("default")}
        assert any(name.startswith("https://example.org/kg/id/") for name in subjects)
        assert not any(name.startswith(f"{iri.BASE}id/") for name in subjects)
        assert any(name.startswith(iri.ONTOLOGY) for name in predicates)


class TestContent:
    """What a release holds."""

    def test_files(self, release: store.Release) -> None:
        """Everything that readers need, and nothing else."""
        names = {file.path for file in release.manifest.files if not file.path.startswith("dumps/")}
        search = {"search/about.json", "search/columns.bin"}
        mappings = {f"mappings/{path.name}" for path in assets.data("mappings").glob("*.sssom.tsv")}

        assert names == search | mappings | {
            "catalog.ttl",
            "egov.nq",
            "registry.tsv",
            "report.json",
            "void.ttl",
        }
        assert len([f for f in release.manifest.files if f.path.startswith("dumps/")]) == 25

    def test_the_default_graph_is_what_is_asserted_and_what_follows(self, release: store.Release) -> None:
        """Each triple once; not the ontology, the evidence or the catalogue."""
        content = {
            quad.triple
            for name in release.graphs()
            if name.partition("/")[0] in {"document", "background", "links", "entailed"}
            for quad in release.quads(name)
        }

        default = list(release.triples())

        assert len(default) == len(set(default))
        assert set(default) == content

    def test_the_counts_are_those_of_the_graphs(self, release: store.Release) -> None:
        """The manifest counts, and nobody types."""
        quads = list(release.quads())

        assert release.counts["graphs"] == dumps.graph_counts(quads, release.base)
        assert release.counts["totals"]["quads"] == len(quads)
        assert release.counts["totals"]["facts"] == len(list(release.triples()))
        laws = release.select("SELECT (COUNT(DISTINCT ?law) AS ?n) { ?law a egov:Law }")
        assert release.counts["classes"]["egov:Law"] == laws[0]["n"]
        assert sum(release.counts["rules"].values()) <= release.counts["totals"]["entailed"]

    def test_a_statement_counts_once(self, release: store.Release) -> None:
        """Also one that a quality note names, which has its type in the default graph, too."""
        statement = ox.NamedNode(iri.expand("egov:Statement"))
        evidence = {triple.subject for triple in release.triples("evidence") if triple.object == statement}

        assert release.counts["totals"]["statements"] == len(evidence)

    def test_the_dump_of_quads_is_the_canonical_file(self, release: store.Release) -> None:
        """Who loads it has what the server answers from."""
        assert release.file("dumps/egov-kg-all.nq").read_bytes() == release.file("egov.nq").read_bytes()

    @pytest.mark.parametrize("extension", sorted(dumps.FORMATS))
    @pytest.mark.parametrize("subset", ["all", "asserted"])
    def test_every_dump_reads_back(self, release: store.Release, extension: str, subset: str) -> None:
        """All formats of one subset hold the same facts."""
        form = ox.RdfFormat.from_extension(extension)
        assert form is not None
        data = release.file(f"dumps/egov-kg-{subset}.{extension}").read_bytes()
        expected = list(release.quads())
        if subset == "asserted":
            expected = list(dumps.asserted_quads(expected, release.base))

        found = {str(statement) for statement in ox.parse(data, format=form)}

        assert found == {
            str(q) for q in expected if dumps.FORMATS[extension].quads or q.graph_name == ox.DefaultGraph()
        }

    def test_there_is_no_blank_node(self, release: store.Release) -> None:
        """Everything in the dataset has a name that lasts."""
        assert not any(
            isinstance(term, ox.BlankNode) for quad in release.quads() for term in (quad.subject, quad.object)
        )

    def test_every_thing_of_the_documents_is_in_the_registry(self, release: store.Release) -> None:
        """Ids are minted once and listed, sorted."""
        lines = release.file("registry.tsv").read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines[1:]]

        assert lines[0] == "id\tclass\tlabel\tfirst_release\tstatus\treplaced_by"
        assert [row[0] for row in rows] == sorted({row[0] for row in rows})
        assert {"law/kr/e-government-act"} <= {row[0] for row in rows}

    def test_the_metadata_is_turtle_and_names_each_dump(self, release: store.Release) -> None:
        """`catalog.ttl` holds the size and the checksum of each file, `void.ttl` holds neither."""
        store_ = ox.Store()
        store_.load(release.file("catalog.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
        query = """SELECT ?name ?sum { ?d dcat:downloadURL ?url; <http://spdx.org/rdf/terms#checksum> ?c .
            ?c <http://spdx.org/rdf/terms#checksumValue> ?sum BIND(REPLACE(STR(?url), "^.*/", "") AS ?name) }"""
        rows = store_.query(query, prefixes=dict(iri.PREFIXES))
        assert isinstance(rows, ox.QuerySolutions)
        found = {row["name"].value: row["sum"].value for row in rows}

        expected = {f.path.removeprefix("dumps/"): f.sha256 for f in release.manifest.files if ".nq" in f.path}
        assert {name: found[name] for name in expected if name in found} == {
            name: value for name, value in expected.items() if name != "egov.nq"
        }
        void = release.file("void.ttl").read_text(encoding="utf-8")
        assert "sha256-egov-kg" not in void
        assert "byteSize" not in void

    def test_inputs_are_listed_with_their_hashes(self, release: store.Release) -> None:
        """Who has the inputs can tell whether a release was made from them."""
        roles = {row.role for row in release.manifest.inputs}

        assert {"background", "document", "gazetteer", "ontology", "rules"} <= roles
        assert not any(row.name.startswith("/") for row in release.manifest.inputs)


class TestReport:
    """What a build accounts for."""

    def test_every_silent_passage_has_a_place(self, folder: Path, tmp_path: Path) -> None:
        """``file:line`` leads to the words that gave nothing."""
        report = pipeline.build([folder], out=tmp_path / "out").report

        (document,) = report["documents"]
        assert document["source"] == "korea.md"
        assert document["facts"] > 0
        places = {row["place"]: row["words"] for row in document["unexpressed"]}
        assert places["korea.md:9"].startswith("Nothing in this paragraph says who did what")

    def test_the_release_holds_the_report_and_no_times(self, folder: Path, tmp_path: Path) -> None:
        """Times differ from run to run; they are told and not kept."""
        result = pipeline.build([folder], out=tmp_path / "out")

        assert json.loads((result.release.path / "report.json").read_bytes()) == result.report
        assert "seconds" not in json.dumps(result.report)
        assert [stage.name for stage in result.stages] == [
            "documents",
            "extraction",
            "rdf",
            "inference",
            "dumps",
            "search",
            "shapes",
            "store",
            "release",
        ]

    def test_rows_of_the_background_that_nobody_verified_are_counted(self, folder: Path, tmp_path: Path) -> None:
        """They are in no graph, and the report says how many they are."""
        background = pipeline.build([folder], out=tmp_path / "out").report["background"]

        assert background["verified"]["terms"] > 0
        assert background["unverified"]["laws"] > 0

    def test_progress_is_told_stage_by_stage(self, folder: Path, tmp_path: Path) -> None:
        """The command line prints a line for each."""
        told: list[str] = []

        result = pipeline.build([folder], out=tmp_path / "out", progress=lambda stage: told.append(stage.name))

        assert told == [stage.name for stage in result.stages]


class TestStrict:
    """Findings are told; strict ones stop the publication."""

    def test_a_violation_is_reported_and_published(self, folder: Path, tmp_path: Path) -> None:
        """A graph with flaws that are listed is worth more than none."""
        result = pipeline.build([folder], out=tmp_path / "out", background=_bad(tmp_path))

        assert result.report["severities"]["violation"] > 0
        assert store.open_release(tmp_path / "out").id == result.release.id

    def test_strict_publishes_nothing_and_keeps_the_report(self, folder: Path, tmp_path: Path) -> None:
        """The old release stays the current one; the report says what was wrong."""
        out = tmp_path / "out"
        good = pipeline.build([folder], out=out).release

        with pytest.raises(FindingsError, match=r"rejected\.json"):
            pipeline.build([folder], out=out, background=_bad(tmp_path), strict=True)

        assert store.open_release(out).id == good.id
        assert store.list_releases(out) == (good.id,)
        findings = json.loads((out / "rejected.json").read_bytes())["findings"]
        assert findings[0]["severity"] == "violation"

    def test_a_good_build_takes_the_rejected_report_away(self, folder: Path, tmp_path: Path) -> None:
        """It speaks of the last build only."""
        out = tmp_path / "out"
        with pytest.raises(FindingsError):
            pipeline.build([folder], out=out, background=_bad(tmp_path), strict=True)

        pipeline.build([folder], out=out)

        assert not (out / "rejected.json").exists()


def _bad(tmp_path: Path) -> Path:
    """Return a copy of the background tables in which two laws replace one another."""
    from egov_kg import assets  # noqa: PLC0415 - only here

    folder = tmp_path / "background"
    folder.mkdir(exist_ok=True)
    for path in assets.data("background").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    laws = ("law/kr/e-government-act", "law/kr/digital-signature-act")
    with (folder / "laws.tsv").open("a", encoding="utf-8") as table:
        for law, other in (laws, laws[::-1]):
            table.write(f"{law}\tegov:Law\tegov:replaces\t{other}\tegov:Law\tkr-law-history\tverified\t\n")
    return folder


class TestErrors:
    """A build that cannot be leaves what was."""

    def test_a_folder_without_documents(self, tmp_path: Path) -> None:
        """The error says what a document is."""
        (tmp_path / "empty").mkdir()

        with pytest.raises(UnreadableDocument, match="folder without documents"):
            pipeline.build([tmp_path / "empty"], out=tmp_path / "out")

        assert store.list_releases(tmp_path / "out") == ()

    def test_a_broken_table(self, folder: Path, tmp_path: Path) -> None:
        """The error names file and line."""
        tables = tmp_path / "tables"
        tables.mkdir()
        (tables / "sources.tsv").write_text("nonsense\n", encoding="utf-8")

        with pytest.raises(DataFileError, match=r"sources\.tsv:1"):
            pipeline.build([folder], background=tables, out=tmp_path / "out")

    def test_an_output_that_is_a_file(self, folder: Path, tmp_path: Path) -> None:
        """The error is told before any work is done."""
        (tmp_path / "out").write_text("", encoding="ascii")

        with pytest.raises(ConfigurationError, match="cannot be written"):
            pipeline.build([folder], out=tmp_path / "out")
