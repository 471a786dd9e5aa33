"""In a year of two administrations nothing is guessed; a register that knows the day decides, and says so."""

from __future__ import annotations

import shutil

import pytest

import egov_kg as kg
from egov_kg import assets
from egov_kg.linking import MappingSet, sssom_text
from egov_kg.store import Release
from tests.competency.conftest import Ask, Building, asking, cells, names

PAGE = """# Laws of digital administration in Korea

Table 1. History of Korea's digital administration

| Stage | Laws |
|---|---|
| First stage (1996-2002) | Bright records act (1998) |
| | Open registers act (2001) |
| Second stage (2003-2012) | Quiet networks act (2003) |
| | Plain services act (2008) |
| Third stage (2013-2017) | Clear archives act (2013) |
"""
PUBLIC_DATA = "Act on Promotion of the Provision and Use of Public Data"


@pytest.fixture(scope="session")
def unregistered(building: Building, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the shipped documents beside a background and links that date no law."""
    background = tmp_path_factory.mktemp("undated") / "background"
    shutil.copytree(assets.data("background"), background)
    laws = (background / "laws.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in laws if row.split("\t")[2] not in {"egov:promulgatedOn", "egov:inForceFrom"}]
    assert len(kept) < len(laws)
    (background / "laws.tsv").write_text("".join(kept), encoding="utf-8")
    mappings = background.with_name("mappings")
    mappings.mkdir()
    (mappings / "kr-law-history.sssom.tsv").write_text(sssom_text(MappingSet({}, {})), encoding="utf-8")
    return kg.open_release(building("unregistered", "--background", background, "--mappings", mappings))


@pytest.fixture(scope="session")
def invented(building: Building, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Ask a release of a page with a law in each of several years, most of them years of two administrations."""
    page = tmp_path_factory.mktemp("invented") / "laws.md"
    page.write_text(PAGE, encoding="utf-8")
    return asking(kg.open_release(building("invented", "--documents", page)))


class TestLaws:
    def test_of_a_shared_year_are_undecided(self, invented: Ask) -> None:
        """Without a day each has two possible administrations, and the law of a plain year has one for certain."""
        rows = [row for row in invented("laws-by-administration") if f"{row['lawLabel']} (" in PAGE]

        assert [(row["lawLabel"], row["administrationLabel"], row["certainty"]) for row in rows] == [
            ("Bright records act", "Kim Dae-jung administration", "possible"),
            ("Bright records act", "Kim Young-sam administration", "possible"),
            ("Open registers act", "Kim Dae-jung administration", "certain"),
            ("Quiet networks act", "Kim Dae-jung administration", "possible"),
            ("Quiet networks act", "Roh Moo-hyun administration", "possible"),
            ("Plain services act", "Lee Myung-bak administration", "possible"),
            ("Plain services act", "Roh Moo-hyun administration", "possible"),
            ("Clear archives act", "Lee Myung-bak administration", "possible"),
            ("Clear archives act", "Park Geun-hye administration", "possible"),
        ]

    def test_of_a_shared_year_have_no_head_either(self, invented: Ask) -> None:
        """What follows from an enactment does not follow from a possible one."""
        laws = names(invented("laws-by-head"), "lawLabel")

        assert [law for law in laws if f"{law} (" in PAGE] == ["Open registers act"]

    def test_of_2013_is_undecided_without_a_register(self, unregistered: Release) -> None:
        """From the year of the table alone there are two, as there are for no other law of the history."""
        rows = asking(unregistered)("laws-undecided")

        assert [(row["lawLabel"].casefold(), row["administrationLabel"]) for row in rows] == [
            (PUBLIC_DATA.casefold(), "Lee Myung-bak administration"),
            (PUBLIC_DATA.casefold(), "Park Geun-hye administration"),
        ]

    def test_of_2013_is_decided_by_its_day(self, ask: Ask) -> None:
        """The day of promulgation leaves one, and nothing of the doubt remains."""
        assert ask("laws-undecided") == []
        assert cells(ask("laws-by-administration", law=PUBLIC_DATA), "administrationLabel", "certainty", "from") == [
            ("Park Geun-hye administration", "certain", "2013-07-30")
        ]


class TestUndertakings:
    @pytest.mark.parametrize(
        ("thing", "administrations"),
        [
            ("national ICT master plan", ["Lee Myung-bak administration", "Roh Moo-hyun administration"]),
            ("31 key E-Government projects", ["Kim Dae-jung administration", "Roh Moo-hyun administration"]),
        ],
    )
    def test_of_a_shared_year_are_begun_under_nobody(
        self, release: Release, thing: str, administrations: list[str]
    ) -> None:
        """The plan of 2008 and the projects of 2003 have two possible administrations, and none for certain."""
        query = """SELECT DISTINCT ?name { ?thing skos:prefLabel|skos:altLabel ?called ; %s ?administration .
            ?administration skos:prefLabel ?name FILTER (LANG(?name) = "en" && STR(?called) = ?asked) }"""

        def under(path: str) -> list[str]:
            return names(release.select((query % path).replace("?asked", f'"{thing}"')), "name")

        assert under("(egov:possiblyBegunUnder|egov:possiblyDatedUnder)") == administrations
        assert under("(egov:begunUnder|egov:datedUnder|egov:initiatedBy|egov:endedUnder)") == []
