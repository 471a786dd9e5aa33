"""A release is immutable, complete, verified when opened, and tells exactly what was built."""

from __future__ import annotations

import datetime as dt
import errno
import multiprocessing
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import store
from egov_kg.errors import ConfigurationError, NotFound, QueryError, QuerySyntaxError, ReleaseDamaged, ReleaseNotFound
from egov_kg.iri import BASE, expand, graph_iri, thing_iri

LAW = ox.NamedNode(thing_iri("law/kr/e-government-act"))
KIM = ox.NamedNode(thing_iri("administration/kr/kim-dae-jung"))
ENTAILED = ox.NamedNode(graph_iri("entailed"))
DOCUMENT = ox.NamedNode(graph_iri("document/a-page"))


def literal(lexical: str, datatype: str) -> ox.Literal:
    """Return a literal of a datatype given as a CURIE."""
    return ox.Literal(lexical, datatype=ox.NamedNode(expand(datatype)))


def quad(subject: ox.NamedNode, prop: str, value: ox.NamedNode | ox.Literal, graph: ox.NamedNode) -> list[ox.Quad]:
    """Return a triple in the default graph and in a named graph."""
    places: tuple[ox.DefaultGraph | ox.NamedNode, ...] = (ox.DefaultGraph(), graph)
    return [ox.Quad(subject, ox.NamedNode(expand(prop)), value, place) for place in places]


QUADS: list[ox.Quad] = [
    *quad(LAW, "rdf:type", ox.NamedNode(expand("egov:Law")), DOCUMENT),
    *quad(LAW, "skos:prefLabel", ox.Literal("E-Government Act", language="en"), DOCUMENT),
    *quad(LAW, "skos:prefLabel", ox.Literal("전자정부법", language="ko"), DOCUMENT),
    *quad(LAW, "egov:statedYear", literal("2001", "xsd:gYear"), DOCUMENT),
    *quad(LAW, "egov:value", literal("1.50", "xsd:decimal"), DOCUMENT),
    *quad(LAW, "egov:firstDay", literal("2001-03-28", "xsd:date"), DOCUMENT),
    *quad(LAW, "egov:enactedUnder", KIM, ENTAILED),
]


def lines(quads: list[ox.Quad]) -> bytes:
    """Return canonical N-Quads, made without the code under test."""
    return "".join(sorted(f"{q} .\n" for q in quads)).encode()


def build(out: Path, quads: list[ox.Quad] | None = None) -> store.Release:
    """Publish a small release."""
    quads = QUADS if quads is None else quads
    with store.Staging(out) as staging:
        (staging.path / "egov.nq").write_bytes(lines(quads))
        (staging.path / "dumps").mkdir()
        (staging.path / "dumps" / "a.ttl").write_bytes(b"# nothing\n")
        (staging.path / "report.json").write_bytes(b'{"documents": []}\n')
        store.write_store(quads, staging.path / "store")
        counts = {"totals": {"quads": len(quads)}}
        return store.publish(staging, store.Manifest("A graph", BASE, "2026.11.0", "2026-11-22", counts=counts))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> store.Release:
    """Return a release that no test changes."""
    return build(tmp_path_factory.mktemp("out"))


class TestPublishing:
    """A release appears at once and complete, or not at all."""

    def test_a_release_is_named_by_the_hash_of_its_manifest(self, release: store.Release) -> None:
        """Who has the name can check every byte: the name hashes the manifest, and the manifest hashes the files."""
        assert release.path.name == release.id == store.digest(release.path / "manifest.json")[0]
        assert [file.path for file in release.manifest.files] == ["dumps/a.ttl", "egov.nq", "report.json"]

    def test_the_same_content_has_the_same_name_in_another_folder(self, release: store.Release, tmp_path: Path) -> None:
        """Neither a clock nor a path of the machine enters a release; only the derived store differs."""
        again = build(tmp_path / "elsewhere")

        assert again.id == release.id
        assert again.manifest.to_bytes() == release.manifest.to_bytes()

    def test_publishing_twice_keeps_the_first_folder(self, tmp_path: Path) -> None:
        """Readers of the first one are not disturbed."""
        first = build(tmp_path)
        inode = first.path.stat().st_ino

        second = build(tmp_path)

        assert second.path.stat().st_ino == inode
        assert store.list_releases(tmp_path) == (first.id,)

    def test_current_names_the_latest_and_the_older_stays(self, tmp_path: Path) -> None:
        """Publishing replaces a pointer; it never touches a release that somebody may be reading."""
        first = build(tmp_path)
        second = build(tmp_path, QUADS[:6])

        assert store.open_release(tmp_path).id == second.id
        assert store.open_release(first.path).id == first.id
        assert store.list_releases(tmp_path) == tuple(sorted([first.id, second.id]))

    def test_the_pointer_is_relative(self, tmp_path: Path) -> None:
        """A folder of releases can be moved or mounted elsewhere."""
        built = build(tmp_path / "here")

        (tmp_path / "here").rename(tmp_path / "there")

        assert store.open_release(tmp_path / "there").id == built.id

    def test_a_pointer_may_be_a_file(self, tmp_path: Path) -> None:
        """Where the system has no links, ``current`` is a file with the id."""
        built = build(tmp_path)
        (tmp_path / "current").unlink()
        (tmp_path / "current").write_text(built.id + "\n", encoding="ascii")

        assert store.open_release(tmp_path).id == built.id

    def test_an_error_while_filling_publishes_nothing(self, tmp_path: Path) -> None:
        """The staging folder goes away with the context, and no reader ever saw it."""
        with pytest.raises(FileExistsError), store.Staging(tmp_path) as staging:
            staging.path.mkdir()

        assert [p.name for p in (tmp_path / "releases").iterdir()] == [".lock"]
        with pytest.raises(ReleaseNotFound):
            store.open_release(tmp_path)

    def test_a_killed_build_is_invisible_and_swept_away_by_the_next(self, tmp_path: Path) -> None:
        """A process that dies leaves a folder that no reader takes for a release; the next build removes it."""
        code = (
            "import os, sys; from pathlib import Path; from egov_kg.store import Staging\n"
            "s = Staging(Path(sys.argv[1])).__enter__(); (s.path / 'egov.nq').write_text('half')\n"
            "os.kill(os.getpid(), 9)"
        )
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
        left = [p for p in (tmp_path / "releases").iterdir() if p.is_dir()]
        assert len(left) == 1
        assert store.list_releases(tmp_path) == ()

        built = build(tmp_path)

        assert sorted(p.name for p in (tmp_path / "releases").iterdir()) == [".history", ".lock", built.id]

    def test_a_living_build_is_left_alone(self, tmp_path: Path) -> None:
        """Two builds at a time do not remove one another's staging folder."""
        with store.Staging(tmp_path) as first:
            (first.path / "egov.nq").write_bytes(b"")
            build(tmp_path)

            assert (first.path / "egov.nq").exists()

    def test_concurrent_builds_all_succeed(self, tmp_path: Path) -> None:
        """Four processes that publish two contents at once leave two whole releases and one pointer."""
        context = multiprocessing.get_context("spawn")
        processes = [context.Process(target=build, args=(tmp_path, QUADS[: 6 + 2 * (i % 2)])) for i in range(4)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()

        assert [process.exitcode for process in processes] == [0, 0, 0, 0]
        assert len(store.list_releases(tmp_path)) == 2
        assert store.open_release(tmp_path, deep=True).id in store.list_releases(tmp_path)
        assert not [p for p in (tmp_path / "releases").iterdir() if p.name.startswith(".staging")]

    def test_building_again_heals_a_damaged_release(self, tmp_path: Path) -> None:
        """The remedy that the error names works, although the name of the release is the same."""
        built = build(tmp_path)
        (built.path / "egov.nq").write_bytes(b"x")

        build(tmp_path)

        assert store.open_release(tmp_path, deep=True).id == built.id

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        """The message is about the folder, not about a temporary name below it."""
        tmp_path.chmod(0o555)

        with pytest.raises(ConfigurationError, match="cannot be written"), store.Staging(tmp_path / "out"):
            pass

    def test_a_file_in_the_place_of_the_folder_is_named(self, tmp_path: Path) -> None:
        """``--out`` on a file is a mistake of the caller, told as one."""
        (tmp_path / "out").write_text("", encoding="ascii")

        with pytest.raises(ConfigurationError, match="cannot be written"), store.Staging(tmp_path / "out"):
            pass

    @pytest.mark.parametrize(
        "error",
        [
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
            OSError("IO error: No space left on device: While appending to file: a.sst"),
        ],
    )
    def test_a_disk_that_fills_up_is_named(self, error: OSError, tmp_path: Path) -> None:
        """Who builds can make room or choose another folder; nothing half written stays."""
        with pytest.raises(ConfigurationError, match="No space left on device; make room"), store.Staging(tmp_path):
            raise error

        assert [path.name for path in (tmp_path / "releases").iterdir()] == [".lock"]

    def test_a_folder_in_the_place_of_the_pointer_is_named(self, tmp_path: Path) -> None:
        """It is told before a long build, which could not be published."""
        (tmp_path / "current").mkdir()

        with pytest.raises(ConfigurationError, match="current is a folder"), store.Staging(tmp_path):
            pass

    def test_the_store_does_not_name_the_machine(self, release: store.Release) -> None:
        """RocksDB's log holds the host name; releases are given away."""
        assert not (release.path / "store" / "LOG").exists()


class TestOpening:
    """Opening finds a release that is not whole."""

    def test_no_release(self, tmp_path: Path) -> None:
        """The error says what to type."""
        with pytest.raises(ReleaseNotFound, match="egov-kg build --out"):
            store.open_release(tmp_path)

    @pytest.mark.parametrize("name", ["egov.nq", "dumps/a.ttl", "report.json"])
    def test_a_truncated_file_is_found_at_once(self, name: str, release: store.Release, tmp_path: Path) -> None:
        """Sizes are compared on every opening."""
        copy = shutil.copytree(release.path, tmp_path / release.id)
        (copy / name).write_bytes((copy / name).read_bytes()[:-1])

        with pytest.raises(ReleaseDamaged, match=name):
            store.open_release(copy)

    def test_a_missing_file_is_found_at_once(self, release: store.Release, tmp_path: Path) -> None:
        """The error names the file."""
        copy = shutil.copytree(release.path, tmp_path / release.id)
        (copy / "egov.nq").unlink()

        with pytest.raises(ReleaseDamaged, match=r"egov\.nq is damaged: it is missing"):
            store.open_release(copy)

    def test_a_flipped_bit_is_found_by_a_deep_look(self, release: store.Release, tmp_path: Path) -> None:
        """The size is right, so that only the SHA-256 tells."""
        copy = shutil.copytree(release.path, tmp_path / release.id)
        data = bytearray((copy / "egov.nq").read_bytes())
        data[20] ^= 1
        (copy / "egov.nq").write_bytes(data)

        store.open_release(copy)
        with pytest.raises(ReleaseDamaged, match="SHA-256"):
            store.open_release(copy, deep=True)

    def test_an_edited_manifest_is_found_at_once(self, release: store.Release, tmp_path: Path) -> None:
        """The name of the folder is the hash of the manifest."""
        copy = shutil.copytree(release.path, tmp_path / release.id)
        (copy / "manifest.json").write_bytes((copy / "manifest.json").read_bytes().replace(b"A graph", b"B graph"))

        with pytest.raises(ReleaseDamaged, match=r"manifest\.json"):
            store.open_release(copy)

    @pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 9}', b"\xff", b'{"format": 1}'])
    def test_a_manifest_that_is_none(self, content: bytes, tmp_path: Path) -> None:
        """Whatever stands in the file, the error names it."""
        (tmp_path / "manifest.json").write_bytes(content)

        with pytest.raises(ReleaseDamaged, match=r"manifest\.json"):
            store.open_release(tmp_path)

    @pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "dumps/../../secret"])
    def test_a_manifest_that_reaches_outside(self, path: str, tmp_path: Path) -> None:
        """A release from elsewhere cannot make a server hand out other files."""
        manifest = store.Manifest("t", BASE, "1", "2026-01-01", files=(store.ReleaseFile(path, "0" * 64, 1),))
        (tmp_path / "manifest.json").write_bytes(manifest.to_bytes())

        with pytest.raises(ReleaseDamaged, match="outside the release"):
            store.open_release(tmp_path)

    def test_a_missing_store(self, release: store.Release, tmp_path: Path) -> None:
        """A copy without the derived folder cannot be queried, and says so before the first query."""
        copy = shutil.copytree(release.path, tmp_path / release.id, ignore=shutil.ignore_patterns("store"))

        with pytest.raises(ReleaseDamaged, match="the store is missing"):
            store.open_release(copy)

    def test_rot_in_the_store_is_found_by_a_deep_look(self, release: store.Release, tmp_path: Path) -> None:
        """Blocks of RocksDB carry checksums, which only reading compares."""
        copy = shutil.copytree(release.path, tmp_path / release.id)
        for file in (copy / "store").glob("*.sst"):
            data = bytearray(file.read_bytes())
            data[len(data) // 4] ^= 0xFF
            file.write_bytes(data)

        with pytest.raises(ReleaseDamaged, match="store"):
            store.open_release(copy, deep=True)

    def test_a_store_of_other_quads_is_found_by_a_deep_look(self, release: store.Release, tmp_path: Path) -> None:
        """Queries and dumps must tell the same."""
        copy = shutil.copytree(release.path, tmp_path / release.id)
        shutil.rmtree(copy / "store")
        store.write_store(QUADS[:3], copy / "store")

        with pytest.raises(ReleaseDamaged, match="holds 3 quads and should hold 14"):
            store.open_release(copy, deep=True)

    def test_a_pointer_into_nothing(self, tmp_path: Path) -> None:
        """A release that was removed by hand is missed by name."""
        shutil.rmtree(build(tmp_path).path)

        with pytest.raises(ReleaseDamaged, match="which is not there"):
            store.open_release(tmp_path)

    def test_a_pointer_to_itself(self, tmp_path: Path) -> None:
        """A link that leads nowhere is damage, not a defect of ours."""
        (tmp_path / "current").symlink_to("current")

        with pytest.raises(ReleaseDamaged, match="which is not there"):
            store.open_release(tmp_path)

    def test_quads_that_cannot_be_parsed(self, tmp_path: Path) -> None:
        """Damage of the same length is met by who reads the file, and named."""
        place = build(tmp_path).path / "egov.nq"
        place.write_bytes(b"?" * place.stat().st_size)

        with pytest.raises(ReleaseDamaged, match=r"egov\.nq is damaged: it is no N-Quads"):
            list(store.open_release(tmp_path).quads())


class TestFinding:
    """Releases by name, and the way back."""

    def test_a_release_is_found_by_the_beginning_of_its_id(self, tmp_path: Path) -> None:
        """As people copy it from a page."""
        first, second = build(tmp_path), build(tmp_path, QUADS[:6])

        assert store.find_release(tmp_path, first.id[:12]).id == first.id
        assert store.find_release(tmp_path, "current").id == second.id
        assert store.find_release(tmp_path, str(first.path)).id == first.id

    @pytest.mark.parametrize("name", ["0000", "abc", "", "../x"])
    def test_a_name_that_is_none(self, name: str, tmp_path: Path) -> None:
        """The error lists what there is."""
        known = build(tmp_path).id[:12]

        with pytest.raises(NotFound, match=known):
            store.find_release(tmp_path, name or "zz")

    def test_a_damaged_release_is_not_gone_back_to(self, tmp_path: Path) -> None:
        """Every byte is checked first; ``current`` stays."""
        first, second = build(tmp_path), build(tmp_path, QUADS[:6])
        (first.path / "dumps" / "a.ttl").write_bytes(b"# Nothing\n")

        with pytest.raises(ReleaseDamaged):
            store.use_release(tmp_path, first.id)

        assert store.open_release(tmp_path).id == second.id

    def test_going_back(self, tmp_path: Path) -> None:
        """The pointer is replaced, nothing else."""
        first = build(tmp_path)
        build(tmp_path, QUADS[:6])

        assert store.use_release(tmp_path, first.id[:8]).id == first.id
        assert store.open_release(tmp_path).id == first.id


class TestReading:
    """What readers get."""

    def test_quads_are_exact(self, release: store.Release) -> None:
        """The engine would make 1.5 of 1.50; the canonical file does not."""
        values = [q.object.value for q in release.quads("default") if isinstance(q.object, ox.Literal)]

        assert "1.50" in values
        assert len(list(release.quads())) == len(QUADS)

    def test_a_graph_is_named_shortly_or_in_full(self, release: store.Release) -> None:
        """``entailed`` and its IRI mean the same graph."""
        short = list(release.quads("entailed"))

        assert [str(q.triple) for q in short] == [f"{LAW} <{expand('egov:enactedUnder')}> {KIM}"]
        assert list(release.quads(ENTAILED.value)) == short
        assert release.graphs() == ("document/a-page", "entailed")

    def test_rows_hold_python_values(self, release: store.Release) -> None:
        """A reader who knows no RDF gets a dict of plain values for each row."""
        query = """SELECT ?law ?year ?value ?day ?nothing
                   { ?law egov:statedYear ?year; egov:value ?value; egov:firstDay ?day }"""

        rows = release.select(query)

        assert rows == [
            {
                "law": LAW.value,
                "year": 2001,
                "value": Decimal("1.5"),
                "day": dt.date(2001, 3, 28),
                "nothing": None,
            }
        ]

    def test_rows_can_hold_terms(self, release: store.Release) -> None:
        """Languages and datatypes are there for who asks."""
        rows = release.select("SELECT ?label { ?law skos:prefLabel ?label } ORDER BY ?label", as_terms=True)

        assert sorted(str(row["label"]) for row in rows) == ['"E-Government Act"@en', '"전자정부법"@ko']

    def test_parameters_are_bound_as_terms(self, release: store.Release) -> None:
        """A hostile text stays a text, because it never becomes a part of the query."""
        query = "SELECT ?s ?label { ?s skos:prefLabel ?label }"

        assert release.select(query, label=ox.Literal("전자정부법", language="ko"))[0]["s"] == LAW.value
        assert release.select(query, label='" } ; DROP ALL #') == []

    def test_the_other_forms(self, release: store.Release) -> None:
        """ASK gives a truth, CONSTRUCT gives sorted triples."""
        assert release.ask("ASK { ?law egov:enactedUnder ?a }", a=KIM)
        assert not release.ask("ASK { ?law egov:enactedUnder ?a }", a=LAW)
        assert len(release.construct("CONSTRUCT WHERE { ?s skos:prefLabel ?o }")) == 2

    def test_a_form_in_the_wrong_place(self, release: store.Release) -> None:
        """The error names the call that fits."""
        with pytest.raises(QueryError, match=r"use ask\(\) or construct\(\)"):
            release.select("ASK {}")
        with pytest.raises(QueryError, match="takes an ASK query"):
            release.ask("SELECT * {}")
        with pytest.raises(QueryError, match="takes a CONSTRUCT"):
            release.construct("SELECT * {}")

    def test_a_syntax_error_has_a_place(self, release: store.Release) -> None:
        """Line and column come from the engine."""
        with pytest.raises(QuerySyntaxError) as caught:
            release.select("SELECT ?x\nWHERE { ?x }")

        assert (caught.value.line, caught.value.column) == (2, 13)

    def test_an_unknown_function_is_an_error_of_the_query(self, release: store.Release) -> None:
        """The engine's own error type never reaches the caller."""
        with pytest.raises(QueryError, match="cannot be answered"):
            release.select("SELECT (<http://example.org/f>(1) AS ?x) {}")

    def test_labels_fall_back_to_english(self, release: store.Release) -> None:
        """One label a thing: in the language asked for if there is one."""
        assert release.labels("ko") == {LAW.value: "전자정부법"}
        assert release.labels("fr") == {LAW.value: "E-Government Act"}

    def test_only_files_of_the_manifest_are_handed_out(self, release: store.Release) -> None:
        """A path outside the release is no file of it."""
        assert release.file("egov.nq").read_bytes() == lines(QUADS)
        with pytest.raises(NotFound, match="has no file"):
            release.file("../current")

    def test_the_report_is_read_once_asked(self, release: store.Release) -> None:
        """The report travels with the release."""
        assert release.report == {"documents": []}


class TestValues:
    """Terms and Python values."""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, None),
            (LAW, LAW.value),
            (ox.BlankNode("b"), "_:b"),
            (ox.Literal("x", language="ko"), "x"),
            (literal("true", "xsd:boolean"), True),
            (literal("2001-02-30", "xsd:date"), "2001-02-30"),
            (literal("2001-03-28T10:00:00", "xsd:dateTime"), dt.datetime(2001, 3, 28, 10)),  # noqa: DTZ001
            (literal("1.5E0", "xsd:double"), 1.5),
            (literal("P1D", "xsd:duration"), "P1D"),
        ],
    )
    def test_terms_become_values(self, value: store.Term | None, expected: object) -> None:
        """What Python has no value for keeps its lexical form."""
        assert store.python_value(value) == expected

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (LAW, str(LAW)),
            ("http://example.org/", '"http://example.org/"'),
            (True, f'"true"^^<{expand("xsd:boolean")}>'),
            (Decimal("1.5"), f'"1.5"^^<{expand("xsd:decimal")}>'),
            (dt.date(2001, 3, 28), f'"2001-03-28"^^<{expand("xsd:date")}>'),
            (dt.datetime(2001, 3, 28, 1), f'"2001-03-28T01:00:00"^^<{expand("xsd:dateTime")}>'),  # noqa: DTZ001
        ],
    )
    def test_values_become_terms(self, value: object, expected: str) -> None:
        """Text stays text, also where it looks like an IRI."""
        assert str(store.term(value)) == expected

    def test_what_has_no_literal_is_refused(self) -> None:
        """The error names the type."""
        with pytest.raises(ConfigurationError, match="cannot be a list"):
            store.term([])
