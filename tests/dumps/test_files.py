"""Every dump says the same, is byte-identical for the same quads, and reads back to what was written."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from egov_kg import dumps, iri
from egov_kg.errors import RdfSyntaxError
from egov_kg.rdf.convert import triples_from_rdflib

BASE = iri.BASE


def node(name: str) -> ox.NamedNode:
    """Return an IRI from a CURIE, an id path, or an IRI."""
    if ":" not in name:
        return ox.NamedNode(iri.thing_iri(name))
    return ox.NamedNode(name if "//" in name or name.startswith("urn:") else iri.expand(name))


def fact(subject: str, prop: str, value: str | ox.Literal) -> ox.Triple:
    """Return a triple."""
    return ox.Triple(node(subject), node(prop), node(value) if isinstance(value, str) else value)


def typed(lexical: str, datatype: str) -> ox.Literal:
    """Return a typed literal."""
    return ox.Literal(lexical, datatype=node(datatype))


ASSERTED = [
    fact("law/kr/e-government-act", "rdf:type", "egov:Law"),
    fact("law/kr/e-government-act", "skos:prefLabel", ox.Literal("전자정부법", language="ko")),
    fact("law/kr/e-government-act", "skos:prefLabel", ox.Literal("E-Government Act", language="en")),
    fact("law/kr/e-government-act", "skos:altLabel", ox.Literal("Jeonja-jeongbu-beop", language="ko-Latn")),
    fact("law/kr/e-government-act", "egov:statedYear", typed("2001", "xsd:gYear")),
    fact("law/kr/e-government-act", "egov:enactedIn", "time/kr/2001-03-28"),
    fact("time/kr/2003..2007", "egov:firstDay", typed("2003-01-01", "xsd:date")),
    fact("time/kr/2003..2007", "egov:approximate", typed("false", "xsd:boolean")),
    fact("time/kr/2003..2007", "egov:ordinal", typed("3", "xsd:integer")),
    fact("time/kr/2003..2007", "egov:memberCount", typed("007", "xsd:integer")),
    fact("time/kr/2003..2007", "egov:value", typed("1.50", "xsd:decimal")),
    fact("document/int/a", "egov:statedPeriod", ox.Literal('a "b" \\ c\n\td\re < & > \u00a0\u0085\u2028 ]]> \ue000😀')),
    fact("document/int/a", "dcterms:title", ox.Literal("")),
    fact("document/int/a", "foaf:homepage", "https://example.org/a?b=c&d='e'#f"),
    fact("document/int/a", "https://schema.org/about", "urn:x:y"),
    fact("document/int/a", "http://example.org/terms/about", "https://w3id.org/egov-kg/odd//path/../x"),
    fact("document/int/a", "egov:statedPeriod", typed("P1D", "http://example.org/datatype")),
]
ENTAILED = [
    fact("law/kr/e-government-act", "egov:enactedUnder", "administration/kr/kim-dae-jung"),
    fact("administration/kr/kim-dae-jung", "egov:enacted", "law/kr/e-government-act"),
]
DOCUMENT = ox.NamedNode(iri.graph_iri("document/a"))
DERIVED = ox.NamedNode(iri.graph_iri("entailed"))
DATASET = [
    *(ox.Quad(*t) for t in [*ASSERTED, *ENTAILED]),
    *(ox.Quad(t.subject, t.predicate, t.object, DOCUMENT) for t in ASSERTED),
    *(ox.Quad(t.subject, t.predicate, t.object, DERIVED) for t in ENTAILED),
]
FORMATS = sorted(dumps.FORMATS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all dumps of the small dataset."""
    folder = tmp_path_factory.mktemp("dumps")
    dumps.write_dumps(DATASET, folder, BASE, comment="A small graph\nLicence: CC BY 4.0")
    return folder


def read(path: Path, extension: str) -> set[str]:
    """Return the quads of a dump as text, read by the engine."""
    form = ox.RdfFormat.from_extension(extension)
    assert form is not None
    return {str(statement) for statement in ox.parse(path.read_bytes(), format=form)}


class TestContent:
    """What is in which file."""

    @pytest.mark.parametrize("extension", FORMATS)
    def test_each_format_reads_back_to_what_was_written(self, folder: Path, extension: str) -> None:
        """Quad formats hold the dataset; triple formats hold its default graph. Lexical forms are exact."""
        quads = dumps.FORMATS[extension].quads
        expected = DATASET if quads else [*ASSERTED, *ENTAILED]

        assert read(folder / f"egov-kg-all.{extension}", extension) == {str(x) for x in expected}

    @pytest.mark.parametrize("extension", FORMATS)
    def test_asserted_is_without_what_the_rules_derived(self, folder: Path, extension: str) -> None:
        """Neither the graph of derived triples nor their copies in the default graph are there."""
        quads = dumps.FORMATS[extension].quads
        expected = [q for q in DATASET if q.triple in ASSERTED] if quads else ASSERTED

        assert read(folder / f"egov-kg-asserted.{extension}", extension) == {str(x) for x in expected}

    @pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld"])
    def test_rdflib_reads_the_same_triples(self, folder: Path, extension: str) -> None:
        """Two independent parsers agree, up to the numbers that rdflib spells anew when it reads."""
        name = {"rdf": "xml", "jsonld": "json-ld", "ttl": "turtle", "nt": "nt"}[extension]
        graph = rdflib.Graph().parse(folder / f"egov-kg-all.{extension}", format=name)

        found = {str(t).replace('"7"^^', '"007"^^').replace('"1.5"^^', '"1.50"^^') for t in triples_from_rdflib(graph)}

        assert found == {str(t) for t in [*ASSERTED, *ENTAILED]}

    @pytest.mark.parametrize("extension", ["nq", "trig"])
    def test_rdflib_reads_the_same_graphs(self, folder: Path, extension: str) -> None:
        """The named graphs survive in both quad formats."""
        dataset = rdflib.Dataset()
        dataset.parse(folder / f"egov-kg-all.{extension}", format={"nq": "nquads"}.get(extension, extension))

        sizes = {str(graph.identifier): len(graph) for graph in dataset.graphs() if len(graph)}

        assert sizes[iri.graph_iri("document/a")] == len(ASSERTED)
        assert sizes[iri.graph_iri("entailed")] == len(ENTAILED)
        assert sum(sizes.values()) == len(DATASET)

    @pytest.mark.parametrize("extension", FORMATS)
    @pytest.mark.parametrize("subset", ["all", "asserted"])
    def test_gzip_holds_the_same_bytes_and_no_clock(self, folder: Path, extension: str, subset: str) -> None:
        """The header of the file has neither a name nor a time."""
        path = folder / f"egov-kg-{subset}.{extension}"
        compressed = path.with_name(path.name + ".gz").read_bytes()

        assert gzip.decompress(compressed) == path.read_bytes()
        assert compressed[3] == 0
        assert compressed[4:8] == b"\0\0\0\0"

    def test_turtle_reads_as_a_person_would_write_it(self, folder: Path) -> None:
        """Real prefixes, `a` first, one predicate a line, our own things relative to the base."""
        text = (folder / "egov-kg-all.ttl").read_text(encoding="utf-8")

        assert text.startswith("# A small graph\n# Licence: CC BY 4.0\n@base <https://w3id.org/egov-kg/> .\n@prefix ")
        assert (
            "<id/law/kr/e-government-act> a egov:Law ;\n"
            '\tskos:altLabel "Jeonja-jeongbu-beop"@ko-latn ;\n'
            '\tskos:prefLabel "E-Government Act"@en , "전자정부법"@ko ;\n'
            "\tegov:enactedIn <id/time/kr/2001-03-28> ;\n"
            "\tegov:enactedUnder <id/administration/kr/kim-dae-jung> ;\n"
            '\tegov:statedYear "2001"^^xsd:gYear .\n'
        ) in text
        assert "ns1" not in text

    def test_subjects_are_sorted(self, folder: Path) -> None:
        """A diff of two releases shows the change alone."""
        text = (folder / "egov-kg-all.ttl").read_text(encoding="utf-8")

        subjects = [line.split(" ", 1)[0] for line in text.splitlines() if line.startswith("<")]

        assert subjects == sorted(subjects)
        assert len(subjects) == len(set(subjects))

    def test_n_quads_are_the_canonical_file(self, folder: Path) -> None:
        """Who hashes the sorted lines of any store gets the sum of this dump."""
        lines = (folder / "egov-kg-all.nq").read_text(encoding="utf-8").split("\n")[:-1]

        assert lines == sorted(lines)
        assert len(lines) == len(DATASET)


class TestFiles:
    """The folder around them."""

    def test_the_folder_holds_two_subsets_in_six_formats_and_their_sums(self, folder: Path) -> None:
        """Nothing else is in it."""
        names = {f"egov-kg-{s}.{e}{z}" for s in ("all", "asserted") for e in FORMATS for z in ("", ".gz")}

        assert {p.name for p in folder.iterdir()} == names | {"SHA256SUMS"}

    @pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
    def test_sha256sum_checks_the_folder(self, folder: Path) -> None:
        """The sums are in the form that the usual program reads."""
        run = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)

        assert run.returncode == 0
        assert run.stdout.count(": OK\n") == 24

    def test_the_list_tells_what_is_on_the_disk(self, tmp_path: Path) -> None:
        """The download page is made from this list."""
        written = dumps.write_dumps(DATASET, tmp_path, BASE)

        assert len(written) == 24
        assert written[0].name == "egov-kg-all.ttl"
        assert written[1].name == "egov-kg-all.ttl.gz"
        assert all((tmp_path / dump.name).stat().st_size == dump.bytes for dump in written)
        assert {f"{dump.sha256}  {dump.name}" for dump in written} == set(
            (tmp_path / "SHA256SUMS").read_text(encoding="ascii").splitlines()
        )

    def test_the_order_of_the_quads_does_not_matter(self, folder: Path, tmp_path: Path) -> None:
        """The same dataset gives the same bytes."""
        dumps.write_dumps(DATASET[::-1], tmp_path, BASE, comment="A small graph\nLicence: CC BY 4.0")

        assert (tmp_path / "SHA256SUMS").read_bytes() == (folder / "SHA256SUMS").read_bytes()

    def test_the_hash_seed_does_not_matter(self, folder: Path, tmp_path: Path) -> None:
        """Another process with another seed of `hash()` writes the same bytes."""
        code = (
            "import sys; from pathlib import Path; import pyoxigraph as ox; from egov_kg import dumps, iri\n"
            "quads = list(ox.parse(path=sys.argv[1], format=ox.RdfFormat.N_QUADS))\n"
            "dumps.write_dumps(quads, Path(sys.argv[2]), iri.BASE, comment='A small graph\\nLicence: CC BY 4.0')"
        )
        environment = {**os.environ, "PYTHONHASHSEED": "4711"}
        subprocess.run(
            [sys.executable, "-c", code, str(folder / "egov-kg-all.nq"), str(tmp_path)], check=True, env=environment
        )

        assert (tmp_path / "SHA256SUMS").read_bytes() == (folder / "SHA256SUMS").read_bytes()

    def test_an_empty_dataset_has_valid_dumps(self, tmp_path: Path) -> None:
        """A build over nothing is still a release."""
        dumps.write_dumps([], tmp_path, BASE)

        assert all(read(tmp_path / f"egov-kg-all.{extension}", extension) == set() for extension in FORMATS)

    def test_what_is_no_dump_is_passed_over(self) -> None:
        """The manifest of a release lists more than dumps."""
        listed = dumps.known_dumps([("egov.nq", 1, "a"), ("egov-kg-all.ttl", 2, "b")])

        assert [dump.name for dump in listed] == ["egov-kg-all.ttl"]


class TestAddresses:
    """What the base does not shorten."""

    def test_an_iri_of_another_host_keeps_its_scheme(self) -> None:
        """The engine would write it relative to the scheme of the base; words that look alike are left alone."""
        licence = "https://creativecommons.org/licenses/by/4.0/"
        rows = [
            ox.Quad(*fact("law/kr/a", "dcterms:license", licence)),
            ox.Quad(*fact("law/kr/a", "dcterms:title", ox.Literal('<//a> "b\\" <//c>'))),
        ]

        for extension in ("ttl", "trig"):
            text = dumps.serialise(rows, dumps.FORMATS[extension], BASE).decode()

            assert "<https://creativecommons.org/licenses/by/4.0/>" in text
            assert set(ox.parse(text, format=ox.RdfFormat.TRIG)) == set(rows)


class TestLimits:
    """What a format cannot say is refused, not bent."""

    def test_a_control_character_has_no_xml(self) -> None:
        """XML 1.0 has no spelling for U+0001; the other formats have."""
        with pytest.raises(RdfSyntaxError, match="XML cannot hold"):
            dumps.serialise(
                [ox.Quad(*fact("law/kr/a", "dcterms:title", ox.Literal("\x01")))], dumps.FORMATS["rdf"], BASE
            )

    def test_a_property_without_a_local_name_has_no_xml(self) -> None:
        """An element needs a name."""
        with pytest.raises(RdfSyntaxError, match="has no element"):
            dumps.serialise(
                [ox.Quad(*fact("law/kr/a", "http://example.org/1", ox.Literal("x")))], dumps.FORMATS["rdf"], BASE
            )

    def test_a_blank_node_is_refused(self) -> None:
        """It would have another name in every file."""
        with pytest.raises(RdfSyntaxError, match="blank node"):
            dumps.serialise(
                [ox.Quad(ox.BlankNode("b"), node("dcterms:title"), ox.Literal("x"))], dumps.FORMATS["nq"], BASE
            )

    @pytest.mark.parametrize("extension", FORMATS)
    @given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
    def test_any_text_comes_back(self, extension: str, text: str) -> None:
        """Quotes, ampersands, brackets, line separators, any script."""
        quad = ox.Quad(*fact("document/int/a", "dcterms:title", ox.Literal(text, language="ko")))
        form = ox.RdfFormat.from_extension(extension)
        assert form is not None

        data = dumps.serialise([quad], dumps.FORMATS[extension], BASE)

        assert [s.object for s in ox.parse(data, format=form)] == [quad.object]
