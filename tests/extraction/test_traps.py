"""The traps of the two pages that the project began with, by their number in the design."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from egov_kg.assets import data
from egov_kg.documents import read_document
from egov_kg.extraction import load_extractor
from egov_kg.model import Extraction, Fact, Thing, TimeValue, Value

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
LEADERSHIP = SEEDS / "003_7f9da50741b1fc5e.txt"
INTELLIGENT = SEEDS / "000_7f3db59c61ea85ca.txt"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SEEDS.exists(), reason="the two original pages are not part of the project"),
]


@pytest.fixture(scope="module")
def leadership() -> Extraction:
    """The page on leadership and the history of Korean e-government."""
    return load_extractor(data()).extract(read_document(LEADERSHIP))


@pytest.fixture(scope="module")
def intelligent() -> Extraction:
    """The abstract on intelligent technologies in local government."""
    return load_extractor(data()).extract(read_document(INTELLIGENT))


def text_of(obj: Thing | Value | TimeValue) -> str:
    """Return an object as a reader would write it."""
    return obj.label if isinstance(obj, Thing) else obj.lexical if isinstance(obj, Value) else obj.edtf


def about(extraction: Extraction, prop: str, subject: str = "") -> list[str]:
    """Return the objects of a property, of one subject if it is named."""
    return [
        text_of(f.object)
        for f in extraction.facts
        if f.property == prop and (not subject or f.subject.label == subject)
    ]


def subjects(extraction: Extraction, prop: str, obj: str) -> list[str]:
    """Return the subjects of a property with an object."""
    return [f.subject.label for f in extraction.facts if f.property == prop and text_of(f.object) == obj]


def with_rule(facts: Sequence[Fact], prefix: str) -> list[Fact]:
    """Return the facts that a family of rules gave."""
    return [f for f in facts if f.rule.startswith(prefix)]


class TestLeadershipPage:
    def test_1_the_title_is_told_once_and_the_licence_not_at_all(self, leadership: Extraction) -> None:
        """The title stands four times, once with a number stuck to it; the licence field is empty."""
        assert about(leadership, "dcterms:title") == ["Visionary and Sustainable Leadership for E-Government"]
        assert about(leadership, "egov:numberInSeries") == ["06"]
        assert not [f for f in leadership.facts if "licen" in f.property]

    def test_2_notes_give_their_projects_acronyms_and_missions(self, leadership: Extraction) -> None:
        """Eleven projects with nine acronyms stand in a note, seven missions in a pop-up, with their anchors."""
        members = set(subjects(leadership, "egov:partOf", "11 E-Government projects"))
        acronyms = {
            text_of(f.object) for f in leadership.facts if f.property == "egov:acronym" and f.subject.label in members
        }

        assert len(members) == 11
        assert acronyms >= {"G4C", "SIIS", "KONEPS", "HTS", "NAFIS", "LGIN", "NEIS", "PPSS", "EDMS"}
        assert len(about(leadership, "egov:hasMission", "National Information Society Agency")) == 7
        fact = next(f for f in with_rule(leadership.facts, "note.members") if f.subject.label == "E-Signature")
        assert len(fact.evidence) == 2

    def test_3_the_table_without_cells_has_six_stages_in_order(self, leadership: Extraction) -> None:
        """Stages, their periods and every row come back, though the text copy lost the cells."""
        ordinals = {f.subject.label: text_of(f.object) for f in leadership.facts if f.property == "egov:ordinal"}
        starts = {s: about(leadership, "egov:startYear", s) for s in ordinals}

        assert sorted(ordinals.values()) == ["1", "2", "3", "4", "5", "6"]
        assert sorted(y for years in starts.values() for y in years) == ["1960", "1980", "1996", "2003", "2008", "2013"]
        assert len(about(leadership, "egov:enactedInStage")) == 8

    def test_4_years_are_read_in_each_of_their_forms(self, leadership: Extraction) -> None:
        """A short range, two distributed periods, a decade that stays loose."""
        linking = next(s.label for s in leadership.things.values() if "groundwork" in s.label)
        second = next(s.label for s in leadership.things.values() if s.label.startswith("2nd national"))
        began = [
            f.object for f in leadership.facts if f.property == "egov:beganIn" and f.subject.label.startswith("E-Gov")
        ]

        assert (about(leadership, "egov:startYear", linking), about(leadership, "egov:endYear", linking)) == (
            ["2003"],
            ["2007"],
        )
        assert (about(leadership, "egov:startYear", second), about(leadership, "egov:endYear", second)) == (
            ["1999"],
            ["2000"],
        )
        assert TimeValue("2000/2009", "the early 2000s", approximate=True) in began

    def test_6_both_claims_about_the_agency_stay(self, leadership: Extraction) -> None:
        """It is founded on the act of 1996 and yet developed a plan of 1989; nothing is repaired here."""
        assert about(leadership, "egov:foundedUnder", "National Computerization Agency") == [
            "Informatization Promotion Act"
        ]
        assert about(leadership, "egov:dated", "national computer network plan") == ["1989"]

    def test_7_the_year_in_brackets_is_stated_not_promulgated(self, leadership: Extraction) -> None:
        """The page writes 1996 behind the act; it does not say that it was promulgated then."""
        assert set(about(leadership, "egov:statedYear", "Informatization Promotion Act")) == {"1996"}
        assert not about(leadership, "egov:promulgatedOn")

    def test_8_two_acts_of_one_year_stay_two(self, leadership: Extraction) -> None:
        """Whether the two network acts of 1986 are one is for the background to say."""
        laws = {
            t.id
            for t in leadership.things.values()
            if t.cls == "egov:Law" and "1986" in about(leadership, "egov:statedYear", t.label)
        }

        assert len(laws) == 2
        assert not about(leadership, "egov:possiblySameAs")

    def test_9_an_act_that_no_register_knows_is_a_thing_of_its_own(self, leadership: Extraction) -> None:
        """It gets a local id and its stated year."""
        law = next(t for t in leadership.things.values() if t.label.startswith("Act on shared utilization"))

        assert law.id.startswith("law/kr/")
        assert about(leadership, "egov:statedYear", law.label) == ["2010"]

    @pytest.mark.parametrize("prop", ["egov:enactedUnder", "egov:activeUnder", "egov:begunWith", "egov:begunUnder"])
    def test_10_and_12_no_administration_is_chosen_by_dates(self, leadership: Extraction, prop: str) -> None:
        """What follows from years belongs to the calendar and the reasoner; the page attributes no law in words."""
        assert not about(leadership, prop)

    def test_11_names_are_variants_of_one_person_and_an_unknown_acronym_stays_unresolved(
        self, leadership: Extraction
    ) -> None:
        """Roh Mu-hyun is Roh Moo-hyun; the agency behind MOSPA is not guessed."""
        assert set(about(leadership, "skos:altLabel", "Roh Moo-hyun")) == {"Roh Mu-hyun"}
        assert about(leadership, "egov:statedLanguage") == ["Korean"]
        assert about(leadership, "dcterms:language") == ["en"]
        assert "MOSPA" in {t.label for t in leadership.things.values()}

    def test_13_authors_are_no_presidents(self, leadership: Extraction) -> None:
        """Kim and Choi (2016) is a work, and the Kim in it nobody else."""
        assert {"Kim and Choi 2016", "Song and Cho 2007", "Lee 2012b"} <= {
            t.label for t in leadership.things.values() if t.cls == "egov:Document"
        }
        assert not [f for f in leadership.facts if f.property == "dcterms:creator"]

    def test_a_listed_again_system_is_not_initiated_twice(self, leadership: Extraction) -> None:
        """Systems that the second package lists again get no initiator from it."""
        assert not about(leadership, "egov:initiatedBy", "Home Tax Service")

    def test_15_nothing_is_said_about_money_places_and_lives(
        self, leadership: Extraction, intelligent: Extraction
    ) -> None:
        """The pages give no figures of that kind, so there are none."""
        measured = {f.property for e in (leadership, intelligent) for f in e.facts if "Measurement" in f.property}

        assert measured == {"egov:hasMeasurement#views", "egov:hasMeasurement#downloads"}


class TestIntelligentTechnologiesPage:
    def test_5_publisher_counters_and_enumerations(self, intelligent: Extraction) -> None:
        """The publisher stands only in Korean; views are not downloads; twenty-four phrases come apart."""
        kinds = [t.cls for t in intelligent.things.values()]

        assert about(intelligent, "dcterms:publisher") == ["Korea Research Institute for Local Administration"]
        assert about(intelligent, "egov:hasMeasurement#views") == ["41085"]
        assert about(intelligent, "egov:hasMeasurement#downloads") == ["2767"]
        assert kinds.count("egov:Recommendation") == 13
        assert kinds.count("egov:Enabler") == 3
        assert len(set(about(intelligent, "egov:recommends"))) == 13

    def test_13_authors_and_a_cited_surname_are_no_presidents(self, intelligent: Extraction) -> None:
        """Moon in "Moon, et al., 2019" is an author, and Jae-yong Lee is nobody but himself."""
        assert set(about(intelligent, "dcterms:creator")) == {"Jung-sook Kim", "Jae-yong Lee"}
        assert "Moon et al. 2019" in about(intelligent, "egov:cites")
        assert not [t for t in intelligent.things.values() if t.cls == "egov:Administration"]

    def test_14_external_context_is_reported_and_hampers_nothing(self, intelligent: Extraction) -> None:
        """Where the syntax leaves the role open, the weaker statement is made."""
        external = {
            f.subject.label
            for f in intelligent.facts
            if f.property == "egov:inContext" and text_of(f.object) == "external context"
        }
        hampering = {f.subject.label for f in intelligent.facts if f.property == "egov:hampers"}

        assert "alleviation of various regulations" in external
        assert not external & hampering

    def test_a_technology_is_applied_only_where_the_sentence_lists_it(self, intelligent: Extraction) -> None:
        """Blockchain is studied, but no domain is named for it."""
        assert not about(intelligent, "egov:appliedInDomain", "blockchain")
        assert set(about(intelligent, "egov:appliesMost")) == {"big data"}

    def test_nine_recommendations_meet_an_internal_barrier(self, intelligent: Extraction) -> None:
        """By rare words in common, or by the kind of government that a plan is for; all of it inferable."""
        internal = {
            f.subject.id
            for f in intelligent.facts
            if f.property == "egov:inContext" and text_of(f.object) == "internal context"
        }
        facts = [
            f
            for f in intelligent.facts
            if f.property == "egov:addresses" and isinstance(f.object, Thing) and f.object.id in internal
        ]

        assert len({f.subject.id for f in facts}) == 9
        assert {f.certainty for f in facts} == {"inferable"}
