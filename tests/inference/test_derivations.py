"""What the ontology promises to derive: the table of times, and chains across renaming, parts and barriers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egov_kg.deriving import Derived

Links = Callable[[str, str], set[tuple[str, str]]]

TERMS = """
<administration/kr/kim-young-sam> egov:hasTerm <term/kr/kim-young-sam> ; egov:headedBy <person/kr/kim-young-sam> .
<administration/kr/kim-dae-jung> egov:hasTerm <term/kr/kim-dae-jung> ; egov:headedBy <person/kr/kim-dae-jung> .
<administration/kr/roh-moo-hyun> egov:hasTerm <term/kr/roh-moo-hyun> .
<administration/kr/lee-myung-bak> egov:hasTerm <term/kr/lee-myung-bak> .
<administration/kr/park-geun-hye> egov:hasTerm <term/kr/park-geun-hye> .
<time/kr/1998> egov:meetsTerm <term/kr/kim-young-sam> , <term/kr/kim-dae-jung> ;
    egov:mainlyInTerm <term/kr/kim-dae-jung> .
<time/kr/2001> egov:insideTerm <term/kr/kim-dae-jung> ; egov:mainlyInTerm <term/kr/kim-dae-jung> .
<time/kr/2001-03-28> egov:insideTerm <term/kr/kim-dae-jung> ; egov:mainlyInTerm <term/kr/kim-dae-jung> .
<time/kr/2003> egov:meetsTerm <term/kr/kim-dae-jung> , <term/kr/roh-moo-hyun> .
<time/kr/2008> egov:meetsTerm <term/kr/roh-moo-hyun> , <term/kr/lee-myung-bak> .
<time/kr/2013> egov:meetsTerm <term/kr/lee-myung-bak> , <term/kr/park-geun-hye> .
<time/kr/2013-02-24> egov:insideTerm <term/kr/lee-myung-bak> .
<time/kr/2013-02-25> egov:insideTerm <term/kr/park-geun-hye> .
<time/kr/2013-07-30> egov:insideTerm <term/kr/park-geun-hye> .
<time/kr/2007..2011> egov:meetsTerm <term/kr/roh-moo-hyun> ; egov:mainlyInTerm <term/kr/lee-myung-bak> .
"""


class TestTime:
    """Administrations through the calendar: certain, possible, or nothing."""

    @pytest.mark.parametrize(
        ("date", "certain", "possible"),
        [
            ("2001-03-28", {"kim-dae-jung"}, {"kim-dae-jung"}),
            ("2001", {"kim-dae-jung"}, {"kim-dae-jung"}),
            ("2013-02-24", {"lee-myung-bak"}, {"lee-myung-bak"}),
            ("2013-02-25", {"park-geun-hye"}, {"park-geun-hye"}),
            ("2013-07-30", {"park-geun-hye"}, {"park-geun-hye"}),
            ("1998", set(), {"kim-young-sam", "kim-dae-jung"}),
            ("2003", set(), {"kim-dae-jung", "roh-moo-hyun"}),
            ("2008", set(), {"roh-moo-hyun", "lee-myung-bak"}),
            ("2013", set(), {"lee-myung-bak", "park-geun-hye"}),
        ],
    )
    def test_a_law_belongs_to_the_administration_of_its_time_for_certain_or_possibly(
        self, links: Links, date: str, certain: set[str], possible: set[str]
    ) -> None:
        """A time inside one term decides; a time that touches two leaves both possible and none certain."""
        text = f"{TERMS} <law/kr/a> a egov:Law ; egov:enactedIn <time/kr/{date}> ."

        found = links(text, "egov:enactedUnder"), links(text, "egov:possiblyEnactedUnder")

        assert found[0] == {("law/kr/a", f"administration/kr/{name}") for name in certain}
        assert found[1] == {("law/kr/a", f"administration/kr/{name}") for name in possible}

    def test_the_law_of_2013_is_decided_by_its_day_alone(self, links: Links) -> None:
        """With the day of promulgation asserted and no year beside it, only one administration stays possible."""
        text = f"{TERMS} <law/kr/a> a egov:Law ; egov:promulgatedOn <time/kr/2013-07-30> ."

        assert links(text, "egov:enactedUnder") == {("law/kr/a", "administration/kr/park-geun-hye")}
        assert links(text, "egov:possiblyEnactedUnder") == {("law/kr/a", "administration/kr/park-geun-hye")}

    @pytest.mark.parametrize("date", ["1979-10-26", "2017-04-01"])
    def test_a_day_of_two_terms_or_of_none_decides_nothing(self, links: Links, date: str) -> None:
        """1979-10-26 lies in two terms and only meets them; between two terms a law gets no answer at all."""
        text = f"""{TERMS} <administration/kr/park-chung-hee> egov:hasTerm <term/kr/park-chung-hee> .
        <administration/kr/choi-kyu-hah> egov:hasTerm <term/kr/choi-kyu-hah> .
        <time/kr/1979-10-26> egov:meetsTerm <term/kr/park-chung-hee> , <term/kr/choi-kyu-hah> .
        <law/kr/a> egov:enactedIn <time/kr/{date}> ."""

        assert links(text, "egov:enactedUnder") == set()
        assert len(links(text, "egov:possiblyEnactedUnder")) == (2 if date == "1979-10-26" else 0)

    def test_a_year_of_another_country_never_reaches_an_administration_here(self, links: Links) -> None:
        """Each jurisdiction has its own calendar: 2001 in one is another position than 2001 in the other."""
        text = (
            f"{TERMS} <law/us/a> egov:enactedIn <time/us/2001> . <time/us/2001> egov:inJurisdiction <jurisdiction/us> ."
        )

        assert links(text, "egov:possiblyEnactedUnder") == set()

    def test_a_plan_of_several_years_is_active_under_both_and_mainly_under_one(self, links: Links) -> None:
        """2007 to 2011 touches two terms; four of its five years lie in the second."""
        text = f"{TERMS} <plan/kr/p> a egov:Plan ; egov:ranDuring <time/kr/2007..2011> ."

        assert links(text, "egov:activeUnder") == {
            ("plan/kr/p", "administration/kr/roh-moo-hyun"),
            ("plan/kr/p", "administration/kr/lee-myung-bak"),
        }
        assert links(text, "egov:mainlyUnder") == {("plan/kr/p", "administration/kr/lee-myung-bak")}

    @pytest.mark.parametrize(
        ("prop", "certain", "possible"),
        [
            ("dated", "datedUnder", "possiblyDatedUnder"),
            ("beganIn", "begunUnder", "possiblyBegunUnder"),
            ("endedIn", "endedUnder", "possiblyEndedUnder"),
        ],
    )
    def test_other_times_are_certain_and_possible_in_the_same_way(
        self, links: Links, prop: str, certain: str, possible: str
    ) -> None:
        """What holds of enactment holds of being dated, beginning and ending."""
        text = f"{TERMS} <project/kr/x> egov:{prop} <time/kr/2001> . <project/kr/y> egov:{prop} <time/kr/2008> ."

        assert links(text, f"egov:{certain}") == {("project/kr/x", "administration/kr/kim-dae-jung")}
        assert links(text, f"egov:{possible}") == {
            ("project/kr/x", "administration/kr/kim-dae-jung"),
            ("project/kr/y", "administration/kr/roh-moo-hyun"),
            ("project/kr/y", "administration/kr/lee-myung-bak"),
        }

    def test_a_law_leads_to_the_head_of_its_administration(self, links: Links) -> None:
        """The chain of enactedUnder and headedBy gives enactedUnderHead; a possible administration gives no head."""
        text = f"{TERMS} <law/kr/a> egov:enactedIn <time/kr/2001> . <law/kr/b> egov:enactedIn <time/kr/1998> ."

        assert links(text, "egov:enactedUnderHead") == {("law/kr/a", "person/kr/kim-dae-jung")}
        assert links(text, "egov:headEnacted") == {("person/kr/kim-dae-jung", "law/kr/a")}


class TestRenaming:
    """Bodies under several names."""

    RENAMED = """
    <agency/kr/a> egov:renamedTo <agency/kr/b> ; egov:hasMission <mission/kr/m> .
    <agency/kr/b> egov:renamedTo <agency/kr/c> .
    <agency/kr/c> egov:inUse <agency/kr/c> ; egov:hasMission <mission/kr/n> .
    """

    def test_an_agency_renamed_twice_has_three_successor_pairs_and_two_current_forms(self, links: Links) -> None:
        """Successor is transitive; the current form is the successor that is in use."""
        assert links(self.RENAMED, "egov:successor") == {
            ("agency/kr/a", "agency/kr/b"),
            ("agency/kr/a", "agency/kr/c"),
            ("agency/kr/b", "agency/kr/c"),
        }
        assert links(self.RENAMED, "egov:currentForm") == {
            ("agency/kr/a", "agency/kr/c"),
            ("agency/kr/b", "agency/kr/c"),
        }

    def test_missions_reach_the_body_under_all_its_names(self, links: Links) -> None:
        """A mission stated of one name holds for the body that was renamed, forwards and backwards."""
        assert links(self.RENAMED, "egov:hasMission") == {
            ("agency/kr/a", "mission/kr/n"),
            ("agency/kr/b", "mission/kr/m"),
            ("agency/kr/b", "mission/kr/n"),
            ("agency/kr/c", "mission/kr/m"),
        }

    def test_a_merger_succeeds_and_lends_no_mission(self, links: Links) -> None:
        """A body that was merged away is not the same body as what it was merged into."""
        text = "<agency/kr/a> egov:mergedInto <agency/kr/b> . <agency/kr/b> egov:hasMission <mission/kr/m> ."

        assert links(text, "egov:successor") == {("agency/kr/a", "agency/kr/b")}
        assert links(text, "egov:hasMission") == set()

    def test_a_renamed_body_is_never_owl_same_as_its_former_name(self, links: Links) -> None:
        """Names and founding dates must not be smeared over the two."""
        assert links(self.RENAMED, "owl:sameAs") == set()


class TestParts:
    """Wholes and parts."""

    PROGRAMME = """
    <project/kr/programme> a egov:Programme ; egov:initiatedBy <administration/kr/a> ;
        egov:continuedBy <administration/kr/b> .
    <project/kr/part> egov:partOf <project/kr/programme> .
    <system/kr/piece> egov:partOf <project/kr/part> .
    """

    def test_a_part_comes_under_who_began_and_who_continued_the_whole_two_levels_down(self, links: Links) -> None:
        """The link underAdministration passes from the whole to its parts."""
        found = links(self.PROGRAMME, "egov:underAdministration")

        assert {pair for pair in found if pair[0] == "system/kr/piece"} == {
            ("system/kr/piece", "administration/kr/a"),
            ("system/kr/piece", "administration/kr/b"),
        }

    def test_continuation_passes_to_the_parts_and_initiation_does_not(self, links: Links) -> None:
        """Being listed in a later whole must not make its administration the initiator of the part."""
        assert ("project/kr/part", "administration/kr/b") in links(self.PROGRAMME, "egov:continuedBy")
        assert links(self.PROGRAMME, "egov:initiatedBy") == set()

    def test_a_system_listed_twice_has_one_initiator(self, links: Links) -> None:
        """Initiation and proposal pass on through begunWith alone: the whole with which the part was first brought."""
        text = """
        <project/kr/first> egov:initiatedBy <administration/kr/a> ; egov:proposedBy <committee/kr/c> .
        <project/kr/second> egov:initiatedBy <administration/kr/b> .
        <system/kr/s> egov:begunWith <project/kr/first> ; egov:partOf <project/kr/second> .
        """

        assert links(text, "egov:initiatedBy") == {("system/kr/s", "administration/kr/a")}
        assert links(text, "egov:proposedBy") == {("system/kr/s", "committee/kr/c")}
        assert ("system/kr/s", "project/kr/first") in links(text, "egov:partOf")

    def test_a_document_cites_what_its_parts_cite(self, links: Links) -> None:
        """The chain of hasPart and cites gives cites."""
        text = "<part/int/t> egov:partOf <document/int/d> ; egov:adaptedFrom <document/int/e> ."

        assert links(text, "egov:cites") == {("part/int/t", "document/int/e"), ("document/int/d", "document/int/e")}


class TestBarriers:
    """From barriers to recommendations and technologies."""

    GRAPH = """
    <recommendation/int/r> egov:addresses <barrier/int/b> .
    <barrier/int/b> egov:hampers <project/kr/p> .
    <project/kr/p> egov:appliesMost <technology/int/t> .
    """

    def test_a_barrier_hampers_the_use_of_the_technology_that_its_object_applies(self, links: Links) -> None:
        """The chain of hampers and appliesTechnology gives hampersUseOf, through the more special appliesMost too."""
        assert links(self.GRAPH, "egov:hampersUseOf") == {("barrier/int/b", "technology/int/t")}
        assert links(self.GRAPH, "egov:useHamperedBy") == {("technology/int/t", "barrier/int/b")}

    def test_a_recommendation_reaches_what_the_barrier_hampers_and_the_technology(self, links: Links) -> None:
        """There are two chains to recommendedFor: to the hampered thing, and to the technology."""
        assert links(self.GRAPH, "egov:recommendedFor") == {
            ("recommendation/int/r", "project/kr/p"),
            ("recommendation/int/r", "technology/int/t"),
        }


class TestCharacteristics:
    """Symmetric, transitive, inverse and special links; labels."""

    @pytest.mark.parametrize("prop", ["possiblySameAs", "collaboratedWith", "sameBodyAs"])
    def test_symmetric_links_hold_both_ways(self, links: Links, prop: str) -> None:
        """If a has the link to b, b has it to a."""
        assert ("agency/kr/b", "agency/kr/a") in links(f"<agency/kr/a> egov:{prop} <agency/kr/b> .", f"egov:{prop}")

    @pytest.mark.parametrize("prop", ["successorLaw", "precedes", "partOf", "successor", "sameBodyAs"])
    def test_transitive_links_carry_over(self, links: Links, prop: str) -> None:
        """From a to b and from b to c gives from a to c."""
        text = f"<a/kr/a> egov:{prop} <a/kr/b> . <a/kr/b> egov:{prop} <a/kr/c> ."

        assert ("a/kr/a", "a/kr/c") in links(text, f"egov:{prop}")

    def test_replacing_a_law_makes_it_a_predecessor_down_the_line(self, links: Links) -> None:
        """To replace is a kind of predecessorLaw, the inverse of a transitive property."""
        text = "<law/kr/c> egov:replaces <law/kr/b> . <law/kr/b> egov:replaces <law/kr/a> ."

        assert ("law/kr/a", "law/kr/c") in links(text, "egov:successorLaw")
        assert ("law/kr/c", "law/kr/a") in links(text, "egov:predecessorLaw")

    def test_holding_an_office_follows_from_the_tenure(self, links: Links) -> None:
        """The chain of hasTenure and tenureOffice gives holdsOffice and its inverse."""
        text = "<person/kr/p> egov:hasTenure <tenure/kr/t> . <tenure/kr/t> egov:tenureOffice <office/kr/president> ."

        assert links(text, "egov:holdsOffice") == {("person/kr/p", "office/kr/president")}
        assert links(text, "egov:heldBy") == {("office/kr/president", "person/kr/p")}

    def test_labels_follow_for_outside_readers(self, close: Callable[[str], Derived]) -> None:
        """A prefLabel gives rdfs:label, an acronym gives altLabel; language and characters stay as they are."""
        closure = close('<law/kr/a> skos:prefLabel "전자정부법"@ko . <agency/kr/a> egov:acronym "NIA"@en .')

        assert {str(t) for t in closure.entailed} == {
            '<https://w3id.org/egov-kg/id/law/kr/a> <http://www.w3.org/2000/01/rdf-schema#label> "전자정부법"@ko',
            '<https://w3id.org/egov-kg/id/agency/kr/a> <http://www.w3.org/2004/02/skos/core#altLabel> "NIA"@en',
        }
