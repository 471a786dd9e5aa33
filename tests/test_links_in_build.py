"""Links with data sets outside, from the mapping files to what a release answers: with the files, and without."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import egov_kg as kg
from egov_kg import assets, pipeline, targets, views
from egov_kg.config import Config
from egov_kg.linking import MappingSet, read_mappings, sssom_text
from egov_kg.store import Release

DATASETS = ("kr-iso", "kr-law-history", "kr-offices")
ACT = "law/kr/public-data-act"
LEE, PARK = "administration/kr/lee-myung-bak", "administration/kr/park-geun-hye"
PAGE = """# Laws of digital administration in Korea

Table 1. History of Korea's digital administration

| Stage | Laws |
|---|---|
| First stage (1996-2002) | E-Government act (2001) |
"""


@pytest.fixture(scope="module")
def release(built: Path) -> Release:
    """The release of the shipped data."""
    return kg.open_release(built)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The same documents and tables, without the links to the register of statutes."""
    folder = tmp_path_factory.mktemp("unlinked")
    (folder / "mappings").mkdir()
    (folder / "mappings" / "kr-law-history.sssom.tsv").write_text(sssom_text(MappingSet({}, {})), encoding="utf-8")
    return kg.build(into=folder / "out", mappings=[folder / "mappings"])


def administrations(release: Release, prop: str, law: str = ACT) -> set[str]:
    """Return the ids of the administrations that a law has by a property."""
    rows = release.select(f"SELECT ?a WHERE {{ <{release.base}id/{law}> egov:{prop} ?a }}")
    return {str(row["a"]).removeprefix(f"{release.base}id/") for row in rows}


class TestTheActOf2013:
    def test_is_of_either_of_two_administrations_without_the_link(self, without: Release) -> None:
        """Its document has the year alone, and two administrations were in office."""
        assert administrations(without, "enactedUnder") == set()
        assert administrations(without, "possiblyEnactedUnder") == {LEE, PARK}

    def test_is_of_one_for_certain_with_it(self, release: Release) -> None:
        """The register has its day, and nothing of the doubt remains."""
        assert administrations(release, "enactedUnder") == administrations(release, "possiblyEnactedUnder") == {PARK}
        assert release.ask(
            f"ASK {{ <{release.base}id/{ACT}> egov:promulgatedOn/egov:firstDay '2013-07-30'^^xsd:date }}"
        )
        assert release.ask(f"ASK {{ <{release.base}id/{ACT}> egov:actNumber '11956' }}")

    def test_the_proof_goes_down_to_register_and_link(self, release: Release) -> None:
        """Day, register, rule, the link with its confidence, the data set with its terms, who reviewed it."""
        told = str(kg.explain(release, ACT, "enactedUnder", PARK))

        for words in (
            "promulgated on | 30 July 2013",
            "stated in: Korean statutes: every promulgation, from the open interface",
            "rule register.enactment, background",
            "rests on the link: Act on Promotion of the Provision and Use of Public Data | close match | 공공데이터의",
            f"{ACT} skos:closeMatch text/law-go-kr/142444",
            "2026-06-08 (public works of the Republic of Korea; metadata MIT)",
            "confidence=1.0000; reviewer=egovid:reviewer/maintainers; decided=2026-11-22; number=+12.5;",
        ):
            assert words in told


REGISTER = (
    "mst,title_ko,kind,action,promulgated,number\n"
    "76703,전자정부법,법률,일부개정,2007-01-03,08171\n"
    "102476,전자정부법,법률,전부개정,2010-02-04,10012\n"
)


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mapping that takes the first rows of the register, a retitling and a revision, for texts of the act."""
    folder = tmp_path_factory.mktemp("retitled")
    shutil.copytree(assets.data("background"), folder / "background")
    (folder / "mappings" / "kr-law-history").mkdir(parents=True)
    specification = assets.data("mappings/kr-law-history.toml").read_text(encoding="utf-8")
    (folder / "mappings" / "kr-law-history.toml").write_text(
        specification.replace("enactments.csv.gz", "enactments.csv"), encoding="utf-8"
    )
    (folder / "mappings" / "kr-law-history" / "enactments.csv").write_text(REGISTER, encoding="utf-8")
    shipped = read_mappings(assets.data("mappings/kr-law-history.sssom.tsv"))
    (row,) = [one for one in shipped.mappings if one.object.endswith("/102476")]
    rows = [replace(row, negated=False, object=row.object.replace("102476", mst)) for mst in ("76703", "102476")]
    (folder / "mappings" / "kr-law-history.sssom.tsv").write_text(
        sssom_text(MappingSet(shipped.metadata, shipped.prefixes, tuple(rows))), encoding="utf-8"
    )
    (folder / "page.md").write_text(PAGE, encoding="utf-8")
    return folder


class TestTheEGovernmentAct:
    def test_does_not_take_the_first_row_of_the_register_for_its_enactment(self, revised: Path) -> None:
        """The day of 2001 stays, and so does the administration; the report says why the rows bring nothing."""
        built = pipeline.build(
            [revised / "page.md"], out=revised / "out", mappings=[revised / "mappings"], cached=False
        )

        law = "law/kr/e-government-act"
        release = kg.open_release(built.release.path)
        assert administrations(release, "enactedUnder", law) == {"administration/kr/kim-dae-jung"}
        (told,) = [one for one in built.report["links"] if one["dataset"] == "kr-law-history"]
        assert [one["reason"] for one in told["passed"]] == [
            "action is '전부개정', not '제정'",
            "action is '일부개정', not '제정'",
        ]
        assert (told["linked"], told["paid"]) == (2, 0)

    def test_is_dated_by_no_revision_where_nothing_else_dates_it(self, revised: Path) -> None:
        """Without the day in the tables the year of the document is all that is known."""
        laws = revised / "background" / "laws.tsv"
        rows = laws.read_text(encoding="utf-8").splitlines(keepends=True)
        laws.write_text(
            "".join(r for r in rows if not r.startswith("law/kr/e-gov") or "promulgatedOn" not in r), encoding="utf-8"
        )

        release = kg.build(
            [revised / "page.md"],
            into=revised / "undated",
            background=revised / "background",
            mappings=[revised / "mappings"],
        )

        law = f"<{release.base}id/law/kr/e-government-act>"
        assert not release.ask(f"ASK {{ {law} egov:promulgatedOn ?day }}")
        assert administrations(release, "enactedUnder", "law/kr/e-government-act") == {"administration/kr/kim-dae-jung"}


class TestADecree:
    def test_dates_no_act_whoever_linked_it(self, tmp_path: Path) -> None:
        """The decree of the act on public data is of the same year, and under one administration, too."""
        (tmp_path / "mappings" / "kr-law-history").mkdir(parents=True)
        shutil.copy(assets.data("mappings/kr-law-history.toml"), tmp_path / "mappings")
        with gzip.open(tmp_path / "mappings" / "kr-law-history" / "enactments.csv.gz", "wt", encoding="utf-8") as table:
            table.write(f"{REGISTER.splitlines()[0]}\n145732,공공데이터의 … 시행령,대통령령,제정,2013-10-30,24812\n")
        shipped = read_mappings(assets.data("mappings/kr-law-history.sssom.tsv"))
        (row,) = [one for one in shipped.mappings if one.object.endswith("/142444")]
        wrong = replace(row, object=row.object.replace("142444", "145732"))
        (tmp_path / "mappings" / "kr-law-history.sssom.tsv").write_text(
            sssom_text(MappingSet(shipped.metadata, shipped.prefixes, (wrong,))), encoding="utf-8"
        )

        release = kg.build(into=tmp_path / "out", mappings=[tmp_path / "mappings"])

        assert administrations(release, "enactedUnder") == set()
        assert administrations(release, "possiblyEnactedUnder") == {LEE, PARK}
        assert not release.ask(f"ASK {{ <{release.base}id/{ACT}> egov:promulgatedOn|egov:actNumber ?value }}")


ELSEWHERE = """[dataset]
id = "acts-of-two"
title = { en = "Acts of two countries" }
licence = "CC0"
source = "acts.csv"
format = "csv"
dialect = { delimiter = ",", quote = '"', encoding = "utf-8", header = true }
prefix = { act = "https://acts.example/id/" }

[[match]]
ours = "egov:Law"
level = "work"
id = "act:{no}"
label = [{ column = "title", lang = "en" }]
jurisdiction = { column = "country", map = { "Korea" = "kr", "Elsewhere" = "xx" } }

[[payback]]
match = 1
property = "egov:promulgatedOn"
column = "day"
rule = "acts.day"
"""


@pytest.mark.parametrize(("country", "dated"), [("Korea", {LEE}), ("Elsewhere", set[str]())])
def test_the_act_of_another_country_dates_none_of_ours(tmp_path: Path, country: str, dated: set[str]) -> None:
    """Whoever linked it: its day of the same year would make one of two administrations certain."""
    folder = tmp_path / "mappings"
    folder.mkdir()
    (folder / "acts-of-two.toml").write_text(ELSEWHERE, encoding="utf-8")
    (folder / "acts.csv").write_text(f"no,title,country,day\n1,Act,{country},2013-01-05\n", encoding="utf-8")
    shipped = read_mappings(assets.data("mappings/kr-law-history.sssom.tsv"))
    (row,) = [one for one in shipped.mappings if one.object.endswith("/142444")]
    wrong = replace(row, predicate="skos:exactMatch", object="https://acts.example/id/1")
    (folder / "acts-of-two.sssom.tsv").write_text(sssom_text(MappingSet({}, {}, (wrong,))), encoding="utf-8")
    (folder / "kr-law-history.sssom.tsv").write_text(sssom_text(MappingSet({}, {})), encoding="utf-8")

    release = kg.build(into=tmp_path / "out", mappings=[folder])

    assert administrations(release, "enactedUnder") == dated
    assert administrations(release, "possiblyEnactedUnder") == (dated or {LEE, PARK})


class TestTheShippedLinks:
    def test_are_those_that_a_person_accepted(self, release: Release) -> None:
        """Written out in full: statutes, presidents, their administrations, one country."""
        rows = release.select(
            "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/graph/links/')) }"
        )
        ids = f"{release.base}id/"
        found = {
            (str(row["s"]).removeprefix(ids), str(row["p"]).rpartition("#")[2], str(row["o"]).removeprefix(ids))
            for row in rows
        }
        wikidata = "http://www.wikidata.org/entity/"
        heads = {
            "kim-dae-jung": "Q45785-1998-02-25",
            "roh-moo-hyun": "Q14345-2003-02-25",
            "lee-myung-bak": "Q14342-2008-02-25",
            "park-geun-hye": "Q138048-2013-02-25",
            "moon-jae-in": "Q21001-2017-05-10",
        }
        assert found == {
            ("law/kr/digital-signature-act", "closeMatch", "text/law-go-kr/54720"),
            ("law/kr/digital-signature-act", "exactMatch", "law/law-go-kr/009413"),
            ("law/kr/e-government-act", "exactMatch", "law/law-go-kr/009199"),
            ("law/kr/framework-act-national-informatization", "closeMatch", "law/law-go-kr/000028"),
            ("law/kr/informatization-promotion-act", "closeMatch", "law/law-go-kr/000028"),
            ("law/kr/public-data-act", "closeMatch", "text/law-go-kr/142444"),
            ("law/kr/public-data-act", "exactMatch", "law/law-go-kr/011895"),
            ("jurisdiction/kr/republic-korea", "exactMatch", "jurisdiction/iso-3166-1/KR"),
            *((f"administration/kr/{name}", "closeMatch", f"tenure/wikidata/{row}") for name, row in heads.items()),
            *((f"person/kr/{n}", "exactMatch", f"{wikidata}{row.partition('-')[0]}") for n, row in heads.items()),
        }

    @pytest.mark.parametrize("name", DATASETS)
    def test_stay_as_they_are_when_the_matcher_runs_again(self, release: Release, name: str) -> None:
        """The same bytes: every candidate was decided, and a rejected pair does not come back."""
        path = assets.data(f"mappings/{name}.sssom.tsv")
        found = targets.link(release, assets.data(f"external/{name}"), assets.data(f"mappings/{name}.toml"))

        assert found.decisions == len(found.mappings.mappings)
        assert sssom_text(found.mappings, release.base) == path.read_text(encoding="utf-8")

    @pytest.mark.parametrize("name", DATASETS)
    def test_are_decided_and_dated_each_with_a_reason(self, name: str) -> None:
        """Accepted ones and rejected ones."""
        rows = read_mappings(assets.data(f"mappings/{name}.sssom.tsv")).mappings

        assert all(one.is_decided and one.date and "note: " in one.comment for one in rows)
        assert {one.negated for one in rows} == {True, False}

    def test_are_told_in_the_report_and_the_manifest(self, built: Path) -> None:
        """Rows, links, values that came back; every file that decided something."""
        folder = built / "current"
        report = json.loads((folder / "report.json").read_bytes())
        told = {one["dataset"]: (one["accepted"], one["linked"], one["paid"], one["absent"]) for one in report["links"]}

        assert told == {"kr-iso": (1, 1, 0, []), "kr-law-history": (7, 7, 4, []), "kr-offices": (10, 10, 5, [])}
        inputs = json.loads((folder / "manifest.json").read_bytes())["inputs"]
        assert [one["name"] for one in inputs if one["role"] == "mapping"] == [
            "kr-iso.sssom.tsv",
            "kr-iso.toml",
            "kr-law-history.sssom.tsv",
            "kr-law-history.toml",
            "kr-law-history/enactments.csv.gz",
            "kr-offices.sssom.tsv",
            "kr-offices.toml",
            "kr-offices/holders21.csv",
        ]
        assert [*views.links_lines(report)] == [
            "links with kr-iso: 1",
            "links with kr-law-history: 7, which bring back 4 values",
            "links with kr-offices: 10, which bring back 5 values",
        ]

    def test_change_nothing_that_is_known_besides(self, release: Release, without: Release) -> None:
        """Without the links to the register number and day of the act are missing, and what follows from them."""
        query = "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER(!CONTAINS(STR(?p), 'Match')) }"
        ours, theirs = ({tuple(map(str, row.values())) for row in one.select(query)} for one in (release, without))

        gone = {row[0].rpartition("/id/")[2] for row in ours - theirs}
        assert {ACT, "time/kr/2013-07-30"} <= gone
        assert {one for one in gone if one.startswith("law/")} == {ACT}


class TestAFolderOfOnesOwn:
    def test_is_named_on_the_command_line_or_in_the_configuration(self, tmp_path: Path, without: Release) -> None:
        """Both ways give the release that Python gives."""
        mappings = without.path.parents[2] / "mappings"
        done = subprocess.run(
            [sys.executable, "-m", "egov_kg", "build", "--mappings", mappings, "--out", tmp_path / "a", "-q"],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        configured = pipeline.build(out=tmp_path / "b", config=Config(mappings=str(mappings)), cached=False).release

        assert kg.open_release(tmp_path / "a").id == configured.id == without.id

    def test_of_things_that_the_graph_lacks_is_told(self, tmp_path: Path) -> None:
        """Nothing is dropped in silence: the report names them."""
        (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
        (tmp_path / "mappings").mkdir()
        shipped = read_mappings(assets.data("mappings/kr-iso.sssom.tsv"))
        (row,) = [one for one in shipped.mappings if not one.negated]
        other = replace(row, subject=row.subject.replace("jurisdiction/kr/republic-korea", "jurisdiction/int/estonia"))
        own = replace(row, object=row.subject, object_label="Another name")
        text = sssom_text(MappingSet(shipped.metadata, shipped.prefixes, (row, other, own)))
        (tmp_path / "mappings" / "kr-iso.sssom.tsv").write_text(text, encoding="utf-8")

        built = pipeline.build(
            [tmp_path / "page.md"], out=tmp_path / "out", mappings=[tmp_path / "mappings"], cached=False
        )

        told = built.report["links"][0]
        assert (told["dataset"], told["accepted"], told["linked"]) == ("kr-iso", 3, 1)
        assert told["own"] == [row.subject]
        assert told["absent"] == ["jurisdiction/int/estonia"]
        assert (
            "links with kr-iso: 1; 1 things that are linked are not in the graph; 1 of ours are no things outside, "
            "and are not linked with"
        ) in views.links_lines(built.report)
        assert built.summary()["links"] == built.report["links"]

    def test_that_are_exact_with_two_of_one_register_are_told(self, tmp_path: Path) -> None:
        """Whoever edits a mapping file is not asked again, as a review asks."""
        (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
        (tmp_path / "mappings").mkdir()
        shipped = read_mappings(assets.data("mappings/kr-iso.sssom.tsv"))
        (row,) = [one for one in shipped.mappings if not one.negated]
        other = replace(row, object=row.object.replace("/KR", "/KP"))
        text = sssom_text(MappingSet(shipped.metadata, shipped.prefixes, (row, other)))
        (tmp_path / "mappings" / "kr-iso.sssom.tsv").write_text(text, encoding="utf-8")

        built = pipeline.build(
            [tmp_path / "page.md"], out=tmp_path / "out", mappings=[tmp_path / "mappings"], cached=False
        )

        told = {one["dataset"]: one["doubled"] for one in built.report["links"]}
        subject = row.subject.partition("/id/")[2]
        assert told.pop("kr-iso") == [{"subjects": [subject], "objects": sorted([row.object, other.object])}]
        assert not any(told.values())
        (line,) = [line for line in views.links_lines(built.report) if "at most one is" in line]
        assert line.startswith(f"links with kr-iso: {subject} exactMatch {other.object}, {row.object}: ")


class TestLinksThatClaimNoIdentity:
    def test_are_published_as_what_they_say(self, tmp_path: Path) -> None:
        """In the graph of links, in the default graph, in a link set of their own; and their rows bring nothing."""
        for name in ("mappings", "external"):
            shutil.copytree(assets.data(name), tmp_path / name)
        path = tmp_path / "mappings" / "kr-law-history.sssom.tsv"
        shipped = read_mappings(path)
        rows = [
            replace(one, predicate="rdfs:seeAlso") if one.object.endswith("/142444") else one
            for one in shipped.mappings
        ]
        path.write_text(sssom_text(MappingSet(shipped.metadata, shipped.prefixes, tuple(rows))), encoding="utf-8")

        built = pipeline.build(out=tmp_path / "out", mappings=[tmp_path / "mappings"], cached=False)

        release = kg.open_release(built.release.path)
        said = f"<{release.base}id/{ACT}> rdfs:seeAlso <{release.base}id/text/law-go-kr/142444>"
        assert release.ask(f"ASK {{ {said} . GRAPH <{release.base}graph/links/kr-law-history> {{ {said} }} }}")
        assert "void:linkPredicate rdfs:seeAlso" in release.file("void.ttl").read_text(encoding="utf-8")
        assert not release.ask(f"ASK {{ <{release.base}id/{ACT}> egov:promulgatedOn ?day }}")
        (told,) = [one for one in built.report["links"] if one["dataset"] == "kr-law-history"]
        assert "rdfs:seeAlso says" in {one["object"][-6:]: one["reason"] for one in told["passed"]}["142444"]
