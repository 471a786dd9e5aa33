"""What becomes of bodies and who heads them, in the many ways that running text says it."""

from __future__ import annotations

import hashlib

import pytest

from egov_kg.assets import data
from egov_kg.extraction import facts_table, load_extractor
from egov_kg.extraction.tokens import fold
from egov_kg.model import Block, Document, View

EXTRACTOR = load_extractor(data())


def facts_of(text: str) -> set[tuple[str, str, str]]:
    """Return the facts of a paragraph, labels folded."""
    block = Block("paragraph", 0, len(text), None, "en", View(text, tuple(range(len(text)))), {})
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = Document("document/int/example", text, (block,), {"title": "Example"}, "example.txt", digest)
    rows = facts_table([EXTRACTOR.extract(document)])
    return {(fold(r["subject"]), r["relation"], fold(r["object"])) for r in rows}


class TestMergers:
    @pytest.mark.parametrize(
        "text",
        [
            "The Harbour Agency was created in 2008 after a merger of the Tide Office and the Land Office.",
            "The Harbour Agency emerged from the merger of the Tide Office and the Land Office.",
            "The Harbour Agency was formed from the merger of the Tide Office with the Land Office.",
            "The Harbour Agency resulted from a merger of two bodies, the Tide Office and the Land Office.",
            "The Harbour Agency grew from a merger of two: the Tide Office, set up in 1999, and the Land Office.",
            "The Harbour Agency was established by merging the Tide Office with the Land Office.",
            "The Harbour Agency is the result of a merger between the Tide Office and the Land Office.",
            "The Tide Office and the Land Office were merged in 2008 to form the Harbour Agency.",
            "The Tide Office and the Land Office merged in 2008 to create the Harbour Agency.",
            "The Tide Office was merged with the Land Office to form the Harbour Agency.",
            "In 2008, the merger of the Tide Office and the Land Office created the Harbour Agency.",
        ],
    )
    def test_parts_go_into_what_a_merger_makes(self, text: str) -> None:
        """Whatever the syntax, both parts are merged into the whole, and neither into the other."""
        found = {f for f in facts_of(text) if f[1] == "egov:mergedInto"}

        assert found == {
            ("tide office", "egov:mergedInto", "harbour agency"),
            ("land office", "egov:mergedInto", "harbour agency"),
        }

    @pytest.mark.parametrize(
        "text",
        [
            "The Tide Office and the Land Office will be merged to form the Harbour Agency.",
            "The merger of the Tide Office and the Land Office was debated by the Harbour Agency.",
            "The Harbour Agency opposed the merger of the Tide Office and the Land Office.",
        ],
    )
    def test_a_merger_that_made_nothing_is_none(self, text: str) -> None:
        """What is planned, debated or opposed has merged nobody."""
        assert not {f for f in facts_of(text) if f[1] == "egov:mergedInto"}

    def test_what_describes_a_part_is_no_part(self) -> None:
        """A ministry to which a part belonged is not merged."""
        found = facts_of(
            "The Harbour Agency was formed through the merger of the Tide Office, the chart maker of the Ministry of "
            "Works, and the Land Office."
        )

        assert ("ministry work", "egov:mergedInto", "harbour agency") not in found


class TestHeads:
    @pytest.mark.parametrize(
        "text",
        [
            "The first director of the Harbour Agency was Anna Larsen.",
            "The Harbour Agency was created in 2003. Its first director was Anna Larsen.",
            "Anna Larsen was appointed director of the Harbour Agency in 2013.",
            "In 2013 the minister appointed Anna Larsen director general of the Harbour Agency.",
            "Anna Larsen became the first head of the Harbour Agency.",
            "Anna Larsen, the head of the Harbour Agency, opened the fair.",
        ],
    )
    def test_a_body_is_headed_by_whom_the_sentence_says(self, text: str) -> None:
        """By copula, appointment and apposition."""
        assert ("harbour agency", "egov:headedBy", "anna larsen") in facts_of(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Anna Larsen was not appointed director of the Harbour Agency.",
            "Anna Larsen was appointed deputy director of the Harbour Agency.",
            "Anna Larsen, a former head of the Harbour Agency, opened the fair.",
        ],
    )
    def test_who_is_no_head_heads_nothing(self, text: str) -> None:
        """Deputies, former heads and those who were not appointed."""
        assert not {f for f in facts_of(text) if f[1] == "egov:headedBy"}


class TestDescriptions:
    @pytest.mark.parametrize(
        "text",
        [
            "The Harbour Agency is an executive agency of the Ministry of Works that was established in 2003.",
            "The Harbour Agency, an agency of the Ministry of Works established in 2003, runs the land portal.",
            "The Harbour Agency or HA is a state agency subordinate to the Ministry of Works. It was founded in 2003.",
        ],
    )
    def test_what_is_said_of_a_description_is_said_of_the_body(self, text: str) -> None:
        """An agency of a ministry, founded in 2003: the body whose description that is."""
        found = facts_of(text)

        assert ("harbour agency", "egov:beganIn", "2003") in found
        assert ("harbour agency", "egov:partOf", "ministry work") in found
        assert {f[0] for f in found if f[1] in ("egov:beganIn", "egov:partOf")} == {"harbour agency"}

    def test_a_campaign_launched_by_somebody_is_the_subject(self) -> None:
        """X is a campaign launched by Y: it is X that was launched."""
        found = facts_of("The land portal is a web service launched by the Harbour Agency in 2009.")

        assert ("land portal", "egov:introducedBy", "harbour agency") in found
        assert ("land portal", "egov:beganIn", "2009") in found

    def test_a_later_version_is_not_the_beginning(self) -> None:
        """When a new version went live, the thing itself had begun."""
        found = facts_of("A new version of the land portal went live in 2012.")

        assert not {f for f in found if f[1] == "egov:beganIn"}

    @pytest.mark.parametrize(
        "text",
        [
            "The legal basis of the Harbour Agency is the Harbour Records Act.",
            "The Harbour Records Act is the legal basis for the Harbour Agency.",
        ],
    )
    def test_a_legal_basis_is_named_from_either_side(self, text: str) -> None:
        """The act is the basis, or the basis is the act."""
        assert ("harbour agency", "egov:foundedUnder", "harbour record act") in facts_of(text)

    def test_the_successor_takes_over(self) -> None:
        """X, the successor to Y."""
        found = facts_of("The Harbour Agency, the successor to the Tide Office, has forty clerks.")

        assert ("tide office", "egov:functionsPassedTo", "harbour agency") in found


class TestCircumstances:
    def test_its_launch_is_that_of_the_subject(self) -> None:
        """Since its launch in 2001, X has ..."""
        assert ("land portal", "egov:beganIn", "2001") in facts_of(
            "Since its launch in 2001, the land portal has served firms."
        )

    def test_a_year_before_when_is_that_of_what_follows(self) -> None:
        """Back to 1971 when the board was founded."""
        assert ("harbour agency", "egov:beganIn", "1971") in facts_of(
            "Paperless files date back to 1971 when the Harbour Agency was established by decree."
        )

    def test_an_aim_behind_with_is_a_goal(self) -> None:
        """With the aim of cutting queues and saving paper."""
        found = facts_of("The land portal was launched in 2001 with the aim of cutting queues and saving paper.")

        assert ("land portal", "egov:hasGoal", "cutting queue") in found
        assert ("land portal", "egov:hasGoal", "saving paper") in found


class TestTasks:
    @pytest.mark.parametrize(
        "text",
        [
            "The Tide Office was founded in 1999. Five years later its tasks passed to the Harbour Agency.",
            "The functions of the Tide Office were transferred to the Harbour Agency.",
            "The Harbour Agency took over the functions of the former Tide Office.",
            "The Tide Office was dissolved in 2014 and its functions were transferred to the Harbour Agency.",
        ],
    )
    def test_tasks_that_pass_on_are_those_of_their_owner(self, text: str) -> None:
        """Its tasks, the functions of X: X hands them over."""
        assert ("tide office", "egov:functionsPassedTo", "harbour agency") in facts_of(text)

    @pytest.mark.parametrize(
        "text",
        [
            "The land portal, for which the Harbour Agency is responsible, went live in 2004.",
            "Responsibility for the land portal lies with the Harbour Agency.",
            "The land portal falls under the responsibility of the Harbour Agency.",
            "The Harbour Agency has overall responsibility for the land portal.",
        ],
    )
    def test_responsibility_has_many_words(self, text: str) -> None:
        """Whichever way round it is said."""
        assert ("harbour agency", "egov:responsibleFor", "land portal") in facts_of(text)

    def test_members_of_a_set_are_run_like_the_set(self) -> None:
        """Platforms such as A and B."""
        found = facts_of("The Harbour Agency operates systems such as the land portal and the tide register.")

        assert ("land portal", "egov:managedBy", "harbour agency") in found
        assert ("tide register", "egov:managedBy", "harbour agency") in found


class TestRelativeClauses:
    def test_the_antecedent_may_be_the_object(self) -> None:
        """The system that the agency opened in 1991."""
        found = facts_of("The land portal, an information system that the Harbour Agency opened in 1991, is slow.")

        assert ("land portal", "egov:introducedBy", "harbour agency") in found
        assert ("land portal", "egov:beganIn", "1991") in found
        assert ("harbour agency", "egov:beganIn", "1991") not in found

    def test_what_somebody_was_told_is_not_what_was_done(self) -> None:
        """Told parliament that the agency opened the portal: it did not open parliament."""
        found = facts_of("The minister told the Harbour Board that the Harbour Agency opened the land portal in 1991.")

        assert ("land portal", "egov:introducedBy", "harbour agency") in found
        assert not {f for f in found if f[0] == "harbour board" and f[1] == "egov:introducedBy"}

    def test_a_date_behind_and_belongs_to_the_verb_to_come(self) -> None:
        """Adopted the plan, and from 2011 the agency ran the portal."""
        found = facts_of(
            "The ministry adopted the records plan, and from 2011 the land portal was run by the Harbour Agency."
        )

        assert ("record plan", "egov:dated", "2011") not in found
        assert ("land portal", "egov:managedBy", "harbour agency") in found


class TestHearsay:
    @pytest.mark.parametrize(
        "text",
        [
            "It is said that the land portal was launched in 2004.",
            "The land portal was reportedly launched in 2004.",
            "It was believed that the Harbour Agency launched the land portal in 2004.",
        ],
    )
    def test_what_nobody_vouches_for_is_no_fact(self, text: str) -> None:
        """Said, believed, reportedly: hedged, not told."""
        assert not {f for f in facts_of(text) if f[1] in ("egov:beganIn", "egov:introducedBy")}

    def test_who_is_named_as_saying_it_vouches_for_it(self) -> None:
        """According to the report it happened."""
        assert ("land portal", "egov:beganIn", "2004") in facts_of(
            "According to the annual report, the land portal was launched in 2004."
        )


class TestPeriods:
    def test_a_plan_bears_its_years_in_its_name(self) -> None:
        """The Digital Strategy 2018-2025 runs from the one to the other."""
        found = facts_of("The ministry published the Harbour Digital Strategy 2018-2025 in November 2017.")

        assert ("harbour digital strategy 2018 2025", "egov:startYear", "2018") in found
        assert ("harbour digital strategy 2018 2025", "egov:endYear", "2025") in found

    def test_a_single_year_in_a_name_is_no_period(self) -> None:
        """Digital Agenda 2030 says neither when it began nor when it ends."""
        found = facts_of("The ministry published the Harbour Digital Agenda 2030 in November 2017.")

        assert not {f for f in found if f[1] in ("egov:startYear", "egov:endYear")}


class TestMoney:
    @pytest.mark.parametrize(
        "text",
        [
            "The land portal was built with a loan from the World Bank.",
            "The land portal was financed by a grant from the World Bank.",
            "The World Bank provided funding for the land portal.",
            "The land portal received funding from the World Bank.",
            "The land portal was developed with the support of the World Bank.",
        ],
    )
    def test_who_pays_supports(self, text: str) -> None:
        """Loans, grants, funding and support."""
        assert ("land portal", "egov:supportedBy", "world bank") in facts_of(text)

    def test_no_money_is_no_support(self) -> None:
        """Received no funding."""
        found = facts_of("The land portal received no funding from the World Bank.")

        assert not {f for f in found if f[1] == "egov:supportedBy"}


class TestSets:
    def test_what_stands_behind_a_colon_is_in_the_set(self) -> None:
        """Comprises three projects: A, B and C."""
        found = facts_of("The records programme comprises two projects: the land portal and the tide register.")

        assert ("land portal", "egov:partOf", "record programme") in found
        assert ("tide register", "egov:partOf", "record programme") in found

    def test_one_of_the_components_is_a_part(self) -> None:
        """One of the components of X."""
        assert ("land portal", "egov:partOf", "record programme") in facts_of(
            "The land portal is one of the components of the records programme."
        )


class TestMissions:
    @pytest.mark.parametrize(
        "text",
        [
            "The mission of the Harbour Agency is to guard registers and to advise ministries.",
            "The Harbour Agency's main task is to guard registers and to advise ministries.",
            "The Harbour Agency was mandated to guard registers and to advise ministries.",
        ],
    )
    def test_each_task_is_a_mission(self, text: str) -> None:
        """The mission, the task, the mandate."""
        found = {f[2] for f in facts_of(text) if f[:2] == ("harbour agency", "egov:hasMission")}

        assert found == {"guard register", "advise ministry"}


class TestInversions:
    @pytest.mark.parametrize(
        "text",
        [
            "The body responsible for the land portal is the Harbour Agency.",
            "Responsible for the land portal is the Harbour Agency.",
        ],
    )
    def test_who_is_responsible_may_stand_behind(self, text: str) -> None:
        """Responsible for X is Y."""
        assert ("harbour agency", "egov:responsibleFor", "land portal") in facts_of(text)

    @pytest.mark.parametrize(
        "text",
        [
            "It was in 2009 that the Harbour Agency launched the land portal.",
            "It was the Harbour Agency that launched the land portal in 2009.",
            "It was not until 2009 that the Harbour Agency launched the land portal.",
        ],
    )
    def test_a_cleft_sentence_says_what_the_plain_one_says(self, text: str) -> None:
        """It was X that; it was in 2009 that; it was not until 2009 that."""
        found = facts_of(text)

        assert ("land portal", "egov:introducedBy", "harbour agency") in found
        assert ("land portal", "egov:beganIn", "2009") in found

    def test_two_participles_in_front_share_their_subject(self) -> None:
        """Developed by X and financed by Y, Z ..."""
        found = facts_of(
            "Developed by the Harbour Agency and financed by the World Bank, the land portal serves firms."
        )

        assert ("land portal", "egov:developedBy", "harbour agency") in found
        assert ("land portal", "egov:supportedBy", "world bank") in found

    @pytest.mark.parametrize(
        ("text", "unsaid"),
        [
            ("Unlike the Tide Office, the Harbour Agency was founded in 1999.", ("tide office", "egov:beganIn")),
            ("Neither the Tide Office nor the Harbour Agency runs the land portal.", ("land portal", "egov:managedBy")),
            (
                "Funding became permanent, solidifying the presence of the organization as a driver of change.",
                ("example", "egov:reports"),
            ),
            ("The land portal was almost closed in 2010.", ("land portal", "egov:endedIn")),
            ("Critics claimed that the Harbour Agency had built the land portal.", ("land portal", "egov:developedBy")),
        ],
    )
    def test_what_is_excluded_or_only_claimed_is_no_fact(self, text: str, unsaid: tuple[str, str]) -> None:
        """Unlike X; neither X nor Y; almost; critics claimed."""
        assert not {f for f in facts_of(text) if f[:2] == unsaid}


class TestWhoIsMeant:
    @pytest.mark.parametrize("where", ["body of the Kenyan government", "lead body within the Kenyan government"])
    def test_a_body_of_a_government_is_what_the_relative_speaks_of(self, where: str) -> None:
        """X is the body of the government that is responsible for Y."""
        found = facts_of(f"The Harbour Agency is the {where} that is responsible for tide records.")

        assert ("harbour agency", "egov:responsibleFor", fold("tide records")) in found
        assert not {f for f in found if "government" in f[0] + f[2]}

    @pytest.mark.parametrize(
        "text",
        [
            "Supervision lies with the Harbour Agency, which until 2017 was called the Tide Office.",
            "Until 2017 the Harbour Agency was called the Tide Office.",
            "The Harbour Agency, called the Tide Office until 2017, keeps registers.",
        ],
    )
    def test_a_name_that_a_body_had_until_a_year_is_its_old_one(self, text: str) -> None:
        """It is a renaming, and no second name."""
        found = facts_of(text)

        assert ("tide office", "egov:renamedTo", "harbour agency") in found
        assert not {f for f in found if f[1] == "skos:altLabel"}

    def test_among_others_hides_no_list(self) -> None:
        """Formed by merging, among others, A and B."""
        found = facts_of("The Harbour Agency was formed in 2017 by merging, among others, the Tide Office and Seadata.")

        assert ("tide office", "egov:mergedInto", "harbour agency") in found

    def test_the_last_goal_stands_behind_a_comma(self) -> None:
        """Reducing A, accelerating B, and C: three goals."""
        found = facts_of("The Harbour Strategy names three goals: reducing gaps, accelerating growth, and open ports.")

        assert {f[2] for f in found if f[1] == "egov:hasGoal"} == {
            fold(g) for g in ("reducing gaps", "accelerating growth", "open ports")
        }

    def test_the_former_second_one_is_no_new_name(self) -> None:
        """X was converted into A, and the former Y into B."""
        found = facts_of(
            "The Tide Office was converted into the Harbour Agency, and the former Tide Fund into the Harbour Fund."
        )

        assert {f for f in found if f[1] == "egov:renamedTo"} == {("tide office", "egov:renamedTo", "harbour agency")}
