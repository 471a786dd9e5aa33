"""What the axioms of the ontology entail under the reference reasoner."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rdflib import RDF, Graph, URIRef

from egov_kg.iri import ONTOLOGY, PREFIXES, thing_iri

Closed = tuple[Graph, tuple[str, ...]]
Values = Callable[[str, str], set[str]]

KIM_YOUNG_SAM = "administration/kr/kim-young-sam"
KIM_DAE_JUNG = "administration/kr/kim-dae-jung"
ROH = "administration/kr/roh-moo-hyun"
LEE = "administration/kr/lee-myung-bak"
PARK = "administration/kr/park-geun-hye"


def test_the_example_is_consistent(calendar_closure: Closed) -> None:
    """A graph as a loader writes it has no inconsistency, and nothing is the same as something else."""
    graph, inconsistencies = calendar_closure

    assert inconsistencies == ()
    assert [(s, o) for s, o in graph.subject_objects(URIRef(PREFIXES["owl"] + "sameAs")) if s != o] == []


class TestEnactment:
    @pytest.mark.parametrize(
        ("law", "certain", "possible"),
        [
            ("of-the-day-2001-03-28", {KIM_DAE_JUNG}, {KIM_DAE_JUNG}),
            ("of-2001", {KIM_DAE_JUNG}, {KIM_DAE_JUNG}),
            ("of-the-last-day", {LEE}, {LEE}),
            ("of-the-first-day", {PARK}, {PARK}),
            ("of-2013", set(), {LEE, PARK}),
            ("of-1998", set(), {KIM_YOUNG_SAM, KIM_DAE_JUNG}),
            ("of-2013-with-its-day", {PARK}, {PARK}),
        ],
    )
    def test_a_law_is_attributed_as_far_as_its_date_decides(
        self, values: Values, law: str, certain: set[str], possible: set[str]
    ) -> None:
        """A day, or a year inside one term, decides; a year that two terms share decides nothing."""
        assert values(f"law/kr/{law}", "enactedUnder") == certain
        assert values(f"law/kr/{law}", "possiblyEnactedUnder") == possible

    def test_the_head_of_the_administration_is_found(self, values: Values) -> None:
        """A law that is certain has a head of government, an undecided one has none."""
        assert values("law/kr/of-2001", "enactedUnderHead") == {"person/kr/kim-dae-jung"}
        assert values("law/kr/of-2013", "enactedUnderHead") == set()

    def test_the_year_is_undecided_until_the_day_is_known(
        self, calendar: Graph, close: Callable[[Graph], Closed]
    ) -> None:
        """The law of 2013 moves to one administration when its day takes the place of its year."""
        law = URIRef(thing_iri("law/kr/of-2013"))
        known = Graph() + calendar
        known.remove((law, URIRef(ONTOLOGY + "enactedIn"), None))
        known.add((law, URIRef(ONTOLOGY + "promulgatedOn"), URIRef(thing_iri("time/kr/2013-07-30"))))

        graph, _ = close(known)

        assert set(graph.objects(law, URIRef(ONTOLOGY + "possiblyEnactedUnder"))) == {URIRef(thing_iri(PARK))}
        assert set(graph.objects(law, URIRef(ONTOLOGY + "enactedUnder"))) == {URIRef(thing_iri(PARK))}

    def test_older_laws_stand_behind_a_law(self, values: Values) -> None:
        """Replacement makes a predecessor, and predecessors of predecessors are predecessors."""
        assert values("law/kr/replacing", "predecessorLaw") == {"law/kr/replaced", "law/kr/first"}
        assert values("law/kr/first", "successorLaw") == {"law/kr/replaced", "law/kr/replacing"}


class TestTime:
    def test_a_plan_across_two_terms_is_active_under_both(self, values: Values) -> None:
        """The plan for 2007 to 2011 ran under two administrations and lies mainly under the second."""
        assert values("plan/kr/of-2007-to-2011", "activeUnder") == {ROH, LEE}
        assert values("plan/kr/of-2007-to-2011", "mainlyUnder") == {LEE}

    def test_a_beginning_inside_one_term_is_certain(self, values: Values) -> None:
        """What began inside one term was begun, dated and placed under that administration."""
        assert values("plan/kr/begun-2001", "begunUnder") == {KIM_DAE_JUNG}
        assert values("plan/kr/begun-2001", "datedUnder") == {KIM_DAE_JUNG}
        assert values("plan/kr/begun-2001", "underAdministration") == {KIM_DAE_JUNG}

    def test_a_beginning_in_a_shared_year_is_possible_only(self, values: Values) -> None:
        """A year that two terms share gives two possible administrations and none for certain."""
        assert values("plan/kr/begun-2013", "begunUnder") == set()
        assert values("plan/kr/begun-2013", "possiblyBegunUnder") == {LEE, PARK}
        assert values("plan/kr/begun-2013", "possiblyDatedUnder") == {LEE, PARK}
        assert values("plan/kr/begun-2013", "underAdministration") == set()

    def test_an_end_in_a_shared_year_is_possible_only(self, values: Values) -> None:
        """The same holds for the end of a project."""
        assert values("project/kr/ended-1998", "endedUnder") == set()
        assert values("project/kr/ended-1998", "possiblyEndedUnder") == {KIM_YOUNG_SAM, KIM_DAE_JUNG}

    def test_following_directly_is_preceding(self, values: Values) -> None:
        """The first administration precedes each later one."""
        assert values(KIM_YOUNG_SAM, "precedes") == {KIM_DAE_JUNG, ROH, LEE, PARK}
        assert values(KIM_YOUNG_SAM, "followedBy") == {KIM_DAE_JUNG}


class TestWholesAndParts:
    @pytest.mark.parametrize("part", ["project/kr/package", "project/kr/task", "system/kr/of-the-task"])
    def test_a_part_is_under_both_administrations_of_the_whole(self, values: Values, part: str) -> None:
        """The one that initiated the package and the one that continued it, down to two levels below."""
        assert values(part, "underAdministration") == {KIM_DAE_JUNG, ROH}
        assert values(part, "continuedBy") == {ROH}

    def test_a_part_was_initiated_with_the_whole_it_began_in(self, values: Values) -> None:
        """A system that a second package lists again keeps its one initiator and its proposer."""
        assert values("system/kr/of-the-task", "initiatedBy") == {KIM_DAE_JUNG}
        assert values("system/kr/of-the-task", "proposedBy") == {"committee/kr/special"}

    def test_a_part_belongs_to_all_its_wholes(self, values: Values) -> None:
        """Beginning with a whole is being part of it, and of the wholes above."""
        assert values("system/kr/of-the-task", "partOf") == {
            "project/kr/package",
            "project/kr/second-package",
            "project/kr/task",
        }

    def test_a_document_cites_what_its_parts_are_adapted_from(self, values: Values) -> None:
        """A table's source is a work that the document cites."""
        assert values("document/int/report", "cites") == {"document/int/handbook"}


class TestBodies:
    def test_a_body_renamed_twice_has_three_pairs_of_successors(self, values: Values) -> None:
        """Each former name leads to each later one, and both to the name in use."""
        assert values("agency/kr/first-name", "successor") == {"agency/kr/second-name", "agency/kr/third-name"}
        assert values("agency/kr/second-name", "successor") == {"agency/kr/third-name"}
        assert values("agency/kr/first-name", "currentForm") == {"agency/kr/third-name"}
        assert values("agency/kr/second-name", "currentForm") == {"agency/kr/third-name"}
        assert values("agency/kr/third-name", "currentForm") == set()

    @pytest.mark.parametrize("name", ["first-name", "second-name", "third-name"])
    def test_a_mission_reaches_each_name_of_the_body(self, values: Values, name: str) -> None:
        """What the last name has as mission, the same body had under its former names."""
        assert values(f"agency/kr/{name}", "hasMission") == {"mission/kr/support"}

    def test_passing_on_functions_does_not_make_one_body(self, values: Values) -> None:
        """A body that took over functions is a successor, not the same."""
        assert values("agency/kr/old-ministry", "successor") == {"agency/kr/offspring"}
        assert values("agency/kr/old-ministry", "sameBodyAs") == set()

    def test_an_office_is_held_through_a_tenure(self, values: Values) -> None:
        """Who has a tenure holds its office."""
        assert values("person/kr/kim-dae-jung", "holdsOffice") == {"office/kr/president"}


class TestRecommendations:
    def test_a_barrier_hampers_the_technologies_of_those_it_hampers(self, values: Values) -> None:
        """What holds back local governments holds back the technology that they apply."""
        assert values("barrier/int/no-specialists", "hampersUseOf") == {"technology/int/internet-of-things"}

    def test_a_recommendation_is_for_what_its_barrier_hampers(self, values: Values) -> None:
        """Both the actors and their technology get the recommendation."""
        assert values("recommendation/int/training", "recommendedFor") == {
            "group/int/local-governments",
            "technology/int/internet-of-things",
        }


class TestInconsistency:
    @pytest.mark.parametrize(
        ("subject", "prop", "object_", "cls", "clash"),
        [
            ("project/kr/package", "initiatedBy", "jurisdiction/kr/kr", "Country", {"Actor", "Jurisdiction"}),
            ("project/kr/package", "initiatedBy", "agency/kr/first-name", "Agency", {"Administration", "Agency"}),
            ("project/kr/package", "proposedBy", "document/int/report", "Document", {"Actor", "Document"}),
            ("law/kr/of-2001", "enactedUnder", "person/kr/kim-dae-jung", "Person", {"Administration", "Person"}),
        ],
    )
    def test_an_agent_of_the_wrong_class_is_an_inconsistency(
        self,
        *,
        close: Callable[[Graph], Closed],
        subject: str,
        prop: str,
        object_: str,
        cls: str,
        clash: set[str],
    ) -> None:
        """The range of the property types the agent, and the disjoint classes tell that this cannot be."""
        graph = Graph()
        graph.add((URIRef(thing_iri(subject)), URIRef(ONTOLOGY + prop), URIRef(thing_iri(object_))))
        graph.add((URIRef(thing_iri(object_)), RDF.type, URIRef(ONTOLOGY + cls)))

        _, inconsistencies = close(graph)

        assert any(all(ONTOLOGY + name in message for name in clash) for message in inconsistencies), inconsistencies

    def test_two_administrations_cannot_be_one(self, close: Callable[[Graph], Closed]) -> None:
        """A wrong identity shows, because a loader says that the administrations of a jurisdiction all differ."""
        # A third member, because owlrl 7 never compares the last member of such a list with any other.
        owl = PREFIXES["owl"]
        graph = Graph().parse(
            format="turtle",
            data=f"""
            @prefix owl: <{owl}> .
            [] a owl:AllDifferent ; owl:distinctMembers ( <{thing_iri(ROH)}> <{thing_iri(LEE)}> <{thing_iri(PARK)}> ) .
            <{thing_iri(ROH)}> owl:sameAs <{thing_iri(LEE)}> .
            """,
        )

        _, inconsistencies = close(graph)

        assert inconsistencies != ()
