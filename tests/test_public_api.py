"""The public names: few, documented, imported when they are used, and doing what the page about them says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import egov_kg as kg
from egov_kg.errors import NotEntailed, NotFound, UsageError

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "python.md"
LAW = "https://w3id.org/egov-kg/id/law/kr/e-government-act"
CHAIN = ("law/kr/e-government-act", "egov:enactedUnder", "administration/kr/kim-dae-jung")


class TestNames:
    """`__all__` is the promise."""

    def test_the_page_and_the_package_name_the_same(self) -> None:
        """Every public name has a heading, and every heading a name."""
        documented = re.findall(r"^### `(\w+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

        assert sorted(documented) == sorted(kg.__all__)

    @pytest.mark.parametrize("name", kg.__all__)
    def test_is_there_and_says_what_it_is(self, name: str) -> None:
        """Each name can be imported, and has a docstring of its own."""
        found = getattr(kg, name)

        assert isinstance(found, str) or found.__doc__

    def test_are_about_twenty(self) -> None:
        """One name an idea."""
        assert len(kg.__all__) <= 25

    def test_are_listed_for_completion(self) -> None:
        """`dir()` shows the public names before any was used."""
        done = subprocess.run(
            [sys.executable, "-c", "import egov_kg; print(*dir(egov_kg))"], capture_output=True, text=True, check=True
        )

        assert done.stdout.split() == sorted(kg.__all__)

    def test_other_names_are_an_error(self) -> None:
        """As in any module."""
        with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
            kg.nonsense  # noqa: B018

    def test_importing_the_package_imports_nothing_heavy(self) -> None:
        """Who wants one class does not wait for a reasoner."""
        code = "import sys, egov_kg; egov_kg.Document; print([m for m in sys.modules if 'rdf' in m or 'oxi' in m])"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

        assert done.stdout == "[]\n"


class TestReading:
    """A release from Python."""

    def test_rows_of_a_named_query(self, built: Path) -> None:
        """By its name, with parameters as keywords."""
        release = kg.open_release(built)

        rows = release.select("laws-by-administration", administration="administration/kr/kim-dae-jung")

        assert LAW in {row["law"] for row in rows}
        assert {row["administrationLabel"] for row in rows} == {"Kim Dae-jung administration"}

    def test_rows_of_sparql_with_our_prefixes(self, built: Path) -> None:
        """Prefixes of ours need no declaration."""
        rows = kg.open_release(built).select("SELECT ?law { ?law egov:enactedUnder ?a } ORDER BY ?law")

        assert {"law": LAW} in rows

    def test_an_unknown_named_query(self, built: Path) -> None:
        """The error lists what there is."""
        with pytest.raises(NotFound, match="laws-by-administration"):
            kg.open_release(built).select("nonsense")

    def test_graph_and_dataset_for_rdflib(self, built: Path) -> None:
        """The default graph holds every fact once; the dataset holds the evidence too."""
        release = kg.open_release(built, deep=True)

        graph, dataset = kg.graph(release), kg.dataset(release)

        assert len(graph) == release.counts["totals"]["facts"]
        assert (rdflib.URIRef(LAW), rdflib.RDF.type, rdflib.URIRef("https://w3id.org/egov-kg/ontology#Law")) in graph
        assert sum(len(part) for part in dataset.graphs()) == release.counts["totals"]["quads"]

    def test_explanations(self, built: Path) -> None:
        """As text a tree, as data a tree."""
        why = kg.explain(built, *CHAIN)

        assert str(why).splitlines()[0] == "E-Government Act | enacted under | Kim Dae-jung administration"
        assert [premise["triple"]["property"]["curie"] for premise in why.proof["premises"]] == [
            "egov:enactedIn",
            "egov:insideTerm",
            "egov:termOf",
        ]

    def test_what_does_not_follow_has_no_explanation(self, built: Path) -> None:
        """The error is a word of its own."""
        with pytest.raises(NotEntailed):
            kg.explain(built, *CHAIN[:2], "administration/kr/roh-moo-hyun")

    def test_validation(self, built: Path) -> None:
        """The shipped graph conforms."""
        report = kg.validate(built)

        assert report.conforms
        assert {finding.severity for finding in report.findings} <= {"warning", "info"}


class TestLinking:
    """Data sets outside, from Python."""

    def test_a_table_by_its_specification(self, tmp_path: Path, built: Path) -> None:
        """The file is written where it was asked for, and a decision in it stays."""
        (tmp_path / "acts.csv").write_text("no,title,day\n1,전자서명법,1999-02-05\n2,통계법,1962-01-15\n", "utf-8")
        (tmp_path / "acts.toml").write_text(
            '[dataset]\nid = "acts"\ntitle = { en = "Acts" }\nlicence = "CC0"\nsource = "acts.csv"\nformat = "csv"\n'
            'dialect = { delimiter = ",", quote = \'"\', encoding = "utf-8", header = true }\n'
            'prefix = { act = "https://acts.example/id/" }\n[[match]]\nours = "egov:Law"\nlevel = "work"\n'
            'id = "act:{no}"\nlabel = [{ column = "title", lang = "ko" }]\ndate = { column = "day" }\n',
            "utf-8",
        )
        path = tmp_path / "mine.sssom.tsv"

        first = kg.link(tmp_path / "acts.csv", tmp_path / "acts.toml", built, into=path)
        text = path.read_text("utf-8")
        head, row = text.splitlines()[-2:]
        cells = dict(zip(head.split("\t"), row.split("\t"), strict=True))
        cells |= {
            "predicate_modifier": "Not",
            "mapping_justification": "semapv:ManualMappingCuration",
            "reviewer_id": "github:me",
            "mapping_date": "2026-11-22",
        }
        path.write_text(text.replace(row, "\t".join(cells.values())), "utf-8")
        again = kg.link(tmp_path / "acts.csv", tmp_path / "acts.toml", kg.open_release(built), into=path)

        assert [one.object for one in first.mappings.mappings] == ["https://acts.example/id/1"]
        assert [(one.object, one.negated) for one in again.mappings.mappings] == [("https://acts.example/id/1", True)]
        assert (first.decisions, again.decisions) == (0, 1)

    def test_a_person_decides(self, tmp_path: Path, built: Path) -> None:
        """The decision is in the file at once, and a run keeps it."""
        path = tmp_path / "iso.sssom.tsv"
        kg.link("kr-iso", release=built, into=path)
        desk = kg.review_links(path)
        (row,) = (one for one in desk.read().mappings if not one.negated)

        desk.decide(row, "no", reviewer="github:me", day="2026-11-22", note="tried")

        found = kg.link("kr-iso", release=built, into=path).mappings.mappings
        (decided,) = (one for one in found if one.pair == row.pair)
        assert (decided.negated, decided.reviewer, decided.date) == (True, "github:me", "2026-11-22")
        assert row.pair in [one.pair for one in kg.review_links("kr-iso").read().mappings if not one.negated]

    def test_a_target_by_its_name(self, built: Path) -> None:
        """Nothing is written."""
        found = kg.link("kr-iso", release=built)

        assert [one.block for one in found.summary] == ["egov:Country, place"]

    def test_a_name_that_nothing_has(self, built: Path) -> None:
        """The sentence says what to do."""
        with pytest.raises(UsageError, match="nothing"):
            kg.link("nothing", release=built)


class TestMaking:
    """Documents to a release, step by step and at once."""

    def test_documents_facts_release(self, tmp_path: Path) -> None:
        """The steps in the order of the first page of the style guide."""
        (tmp_path / "page.md").write_text(
            "# A page\n\nThe Kim Dae-jung administration launched the Bright Window project in 2001.\n", "utf-8"
        )

        documents = kg.read_documents(tmp_path)
        (extraction,) = kg.extract(documents)
        release = kg.build(documents, into=tmp_path / "release")

        assert documents == (kg.read_document(tmp_path / "page.md"),)
        assert isinstance(extraction.facts[0], kg.Fact)
        began = [fact for fact in extraction.facts if fact.property == "egov:initiatedBy"]
        assert documents[0].quote(began[0].evidence[0]).startswith("The Kim Dae-jung administration launched")
        assert release.ask("ASK { ?p egov:initiatedBy <id/administration/kr/kim-dae-jung> }")
        assert kg.open_release(tmp_path / "release").id == release.id

    def test_the_shipped_documents_are_the_default(self) -> None:
        """Without an argument the documents are those that come along."""
        assert len(kg.read_documents()) >= 2

    def test_entail_takes_triples_and_rdflib_graphs(self) -> None:
        """Two forms of the same facts have the same closure."""
        law, day, term = (ox.NamedNode(f"urn:{name}") for name in ("law", "day", "term"))
        names = ("enactedIn", "insideTerm", "termOf")
        egov = {name: ox.NamedNode(f"https://w3id.org/egov-kg/ontology#{name}") for name in names}
        king = ox.NamedNode("urn:administration")
        facts = [
            ox.Triple(law, egov["enactedIn"], day),
            ox.Triple(day, egov["insideTerm"], term),
            ox.Triple(term, egov["termOf"], king),
        ]
        graph = rdflib.Graph()
        for fact in facts:
            assert isinstance(fact.subject, ox.NamedNode)
            assert isinstance(fact.object, ox.NamedNode)
            graph.add(tuple(rdflib.URIRef(t.value) for t in (fact.subject, fact.predicate, fact.object)))  # type: ignore[arg-type]

        closure = kg.entail(facts)

        derived = ox.Triple(law, ox.NamedNode("https://w3id.org/egov-kg/ontology#enactedUnder"), king)
        assert derived in closure.entailed()
        assert list(kg.entail(graph).entailed()) == list(closure.entailed())
        assert closure.explain(derived).leaves == tuple(sorted(tuple(map(str, fact)) for fact in facts))


class TestReconcile:
    """Names to things."""

    def test_a_name_gives_candidates(self, built: Path) -> None:
        """In Korean and in English, and by id."""
        names = ["전자정부법", "Digital Signature Act", "law/kr/public-data-act", "no such thing at all"]

        found = kg.reconcile(names, built, cls="Law", lang="ko")

        ids = ["law/kr/e-government-act", "law/kr/digital-signature-act", "law/kr/public-data-act"]
        assert [one[0].id for one in found[:3]] == ids
        assert [one[0].name for one in found[:2]] == ["전자정부법", "전자서명법"]
        assert (found[2][0].score, found[2][0].match) == (100.0, True)
        assert not any(one.match for one in found[3])

    def test_a_class_must_be_one(self, built: Path) -> None:
        """Of the things of the release."""
        with pytest.raises(NotFound, match="egov:Lau is no class"):
            kg.reconcile(["전자정부법"], built, cls="Lau")
