"""The promises of the tables that come with egov-kg: sourced, sorted, and no wider than the documents need."""

from __future__ import annotations

import csv
import gzip
import itertools
from collections import defaultdict
from pathlib import Path

import pytest

from egov_kg import assets, iri
from egov_kg.extraction import load_extractor
from egov_kg.linking import accepted_links
from egov_kg.model import Thing, TimeValue, Value
from egov_kg.rdf import Background, assemble, read_background, to_nquads

FOLDER = assets.data("background")
TABLES = sorted(path.name for path in FOLDER.glob("*.tsv"))


@pytest.fixture(scope="module")
def background() -> Background:
    """The tables."""
    return read_background(FOLDER)


class TestTables:
    @pytest.mark.parametrize("name", TABLES)
    def test_rows_are_sorted(self, name: str) -> None:
        """A diff shows the change alone."""
        lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()[1:]

        assert lines == sorted(lines)

    def test_most_rows_are_verified_and_all_are_counted(self, background: Background) -> None:
        """The build report shows both numbers for each table."""
        assert set(background.verified) == set(background.unverified) == {Path(n).stem for n in TABLES} - {"sources"}
        assert sum(background.verified.values()) == len(background.rows) + len(background.terms)
        assert sum(background.verified.values()) > 3 * sum(background.unverified.values())

    def test_unverified_rows_leave_no_trace(self, background: Background) -> None:
        """A remembered act number, a guessed identity, a presumed day: none is in the dataset."""
        data = to_nquads(assemble([], background)).decode()

        for hint in ("1995-08-04", '"4969"', '"3848"', "possiblySameAs", "전자정부 11대 과제", "2006-10-01"):
            assert hint not in data

    def test_everything_they_speak_of_has_an_english_name(self, background: Background) -> None:
        """A build from other documents carries these things too, and pages must name them."""
        things = {row.thing.id for row in background.rows} | {
            row.value.id for row in background.rows if isinstance(row.value, Thing)
        }
        named = {
            row.thing.id
            for row in background.rows
            if row.property == "skos:prefLabel" and getattr(row.value, "lang", "") == "en"
        }

        assert things - named - {term.administration for term in background.terms} == set()

    def test_ids_are_those_that_extraction_gives(self, background: Background) -> None:
        """A thing of a document and a row about it meet in one node."""
        registry = load_extractor(assets.data()).registry
        lines = [
            line for path in assets.data("gazetteer").glob("*.tsv") for line in path.read_text("utf-8").splitlines()
        ]
        listed = {line.partition("\t")[0] for line in lines}
        given = {
            row.thing.id: registry.id_for(row.thing.cls, row.thing.jurisdiction, row.value.lexical)
            for row in background.rows
            if row.property == "skos:prefLabel" and isinstance(row.value, Value) and row.value.lang == "en"
        }

        other = {ours: theirs for ours, theirs in given.items() if ours not in listed and ours != theirs}

        assert not {ours for ours in other if not ours.startswith("document/")}

    def test_every_source_is_used(self, background: Background) -> None:
        """A source that says nothing is clutter."""
        used = {slug for row in background.rows for slug in row.sources}
        used |= {source.rpartition("/")[2] for term in background.terms for source in term.sources}

        assert used == set(background.sources)


class TestTermsOfOffice:
    def test_they_are_those_of_the_published_lists(self, background: Background) -> None:
        """Ten administrations, first and last day inclusive."""
        assert [(t.id.rpartition("/")[2], str(t.days.first), str(t.days.last)) for t in background.terms_of("kr")] == [
            ("park-chung-hee", "1963-12-17", "1979-10-26"),
            ("choi-kyu-hah", "1979-10-26", "1980-08-16"),
            ("chun-doo-hwan", "1980-09-01", "1988-02-24"),
            ("roh-tae-woo", "1988-02-25", "1993-02-24"),
            ("kim-young-sam", "1993-02-25", "1998-02-24"),
            ("kim-dae-jung", "1998-02-25", "2003-02-24"),
            ("roh-moo-hyun", "2003-02-25", "2008-02-24"),
            ("lee-myung-bak", "2008-02-25", "2013-02-24"),
            ("park-geun-hye", "2013-02-25", "2017-03-10"),
            ("moon-jae-in", "2017-05-10", "2022-05-09"),
        ]

    def test_from_1988_to_2017_they_touch(self, background: Background) -> None:
        """No day of those years is without an answer."""
        middle = [t for t in background.terms_of("kr") if t.days.first.year >= 1980 and t.days.first.year <= 2013]

        assert all((b.days.first - a.days.last).days == 1 for a, b in itertools.pairwise(middle))

    def test_each_has_a_name_in_both_languages(self, background: Background) -> None:
        """Administrations that no document names need labels as well."""
        data = to_nquads(assemble([], background)).decode()

        for term in background.terms:
            labels = [line for line in data.splitlines() if f"{term.administration}> <" in line and "prefLabel" in line]
            assert sorted(line.partition('"@')[2][:2] for line in labels) == ["en", "ko"]


class TestLaws:
    def test_the_days_are_those_of_the_register(self, background: Background) -> None:
        """Three days and a month that the tables give; the day of the law of 2013 comes back from the register."""
        found = {
            row.thing.id.rpartition("/")[2]: row.value.edtf
            for row in background.rows
            if row.property == "egov:promulgatedOn" and isinstance(row.value, TimeValue)
        }

        assert found == {
            "computing-network-act": "1986-05-12",
            "digital-signature-act": "1999-02-05",
            "e-government-act": "2001-03-28",
            "framework-act-national-informatization": "2009-05-22",
            "informatization-promotion-act": "1995-08",
        }

    def test_a_renamed_agency_is_two_bodies_and_the_last_is_in_use(self, background: Background) -> None:
        """Names and founding day stay with the body that had them."""
        found = {(row.thing.id, row.property) for row in background.rows if row.table == "agencies"}

        assert ("agency/kr/nca", "egov:renamedTo") in found
        assert ("agency/kr/nia", "egov:inUse") in found
        assert ("agency/kr/nia", "egov:beganIn") not in found


SHARED = Path(__file__).parents[2].parent / "shared" / "external"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the outside data sets for development are not here")
class TestAgainstRegisters:
    def test_terms_agree_with_the_holders_of_the_office(self, background: Background) -> None:
        """From 1998 on, a second source gives the same days."""
        with (SHARED / "kr-offices" / "holders21.csv").open(encoding="utf-8", newline="") as file:
            holders = [row for row in csv.DictReader(file) if row["position"] == "President" and row["end"]]

        ours = {iri.slug(h["person"]): (h["start"], h["end"]) for h in holders}

        terms = {t.id.rpartition("/")[2]: (str(t.days.first), str(t.days.last)) for t in background.terms_of("kr")}
        assert ours == {slug: days for slug, days in terms.items() if days[0] >= "1998"}

    def test_enactments_agree_with_the_register_of_promulgations(self, background: Background) -> None:
        """Title, day and number of the enactments that the register has under their present title."""
        with gzip.open(SHARED / "kr-law-history" / "promulgations.csv.gz", "rt", encoding="utf-8", newline="") as file:
            enacted = {
                (row["title_ko"], row["promulgated"], row["number"].lstrip("0"))
                for row in csv.DictReader(file)
                if row["action"] == "제정" and row["kind"] == "법률"
            }
        facts: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for row in background.rows:
            if row.table == "laws" and row.sources and isinstance(row.value, Value | TimeValue):
                facts[row.thing.id][row.property] = getattr(row.value, "lexical", getattr(row.value, "edtf", ""))
        for one in accepted_links([assets.data("mappings")]).sets:
            for paid in one.paid:
                if isinstance(paid.value, Value | TimeValue):
                    value = getattr(paid.value, "lexical", getattr(paid.value, "edtf", ""))
                    facts[paid.link.subject].setdefault(paid.property, value)

        found = {
            law
            for law, f in facts.items()
            if (f.get("skos:prefLabel"), f.get("egov:promulgatedOn"), f.get("egov:actNumber")) in enacted
        }

        assert found == {"law/kr/digital-signature-act", "law/kr/public-data-act"}
