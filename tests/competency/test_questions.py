"""Twenty questions that a build from the two documents and the registers must answer, each with its whole answer.

Their numbers are names, not a count. A superset is wrong, and so is one name where the dates leave two possible. The
answers are in the words of the product, since the documents are digests.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from egov_kg import assets, naming
from egov_kg.documents import read_documents
from egov_kg.iri import thing_iri
from egov_kg.sparql import named_queries
from egov_kg.store import Release
from tests.competency.conftest import PAGES, Ask, cells, names

STUDY = (
    "Civil Public Services and Welfare Services Innovation Using Information and Communications Technology in "
    "Local Government"
)
HISTORY = "Visionary and Sustainable Leadership for E-Government"
MISSIONS = [
    "Giving IT consulting services to developing nations",
    (
        "Giving expertise for the development and implementation of the National Framework Plan on Informatization "
        "Promotion"
    ),
    "Maintaining information systems for the sharing of information between agencies",
    "Managing and operating the information networks that public organizations use",
    "Supporting and developing the standardization of information communication",
    "Supporting the management of information resources in the public sector",
    "Supporting the supervision, evaluation and standardization of public informatization businesses",
]
ANSWERED_BY = {
    "1": "initiated-by-administration",
    "3": "digitised-records",
    "5": "names-and-acronyms",
    "7": "agency-today",
    "9": "agency-policies",
    "12": "reported-barriers",
    "14": "laws-giving-rise-to-barriers",
    "15": "laws-of-each-stage",
    "18": "laws-by-administration",
    "20": "continued-not-begun",
    "22": "administrations-of-a-stage",
    "24": "agency-missions",
    "27": "barriers-and-recommendations",
    "29": "citing-committees",
    "31": "during-administration",
    "33": "laws-in-force-on",
    "34": "created-by-orders",
    "37": "contradictions",
    "38": "laws-by-administration",
    "39": "authors-and-years",
    "N1": "laws-by-administration",
    "N2": "technology-domains",
    "N4": "figures-of-a-thing",
    "N6": "laws-by-administration",
}
"""The named query behind each question; two take more: 24 asks `same-body`, 37 `conflicting-statements`."""


class TestAdministrations:
    def test_01_who_introduced_the_first_basic_plan(self, ask: Ask) -> None:
        """Which administration introduced the first five-year basic plan for administrative computerization?"""
        rows = ask(
            "initiated-by-administration",
            undertaking="First five-year basic plan for administrative computerization",
        )

        assert names(rows, "administrationLabel") == ["Park Chung-hee administration"]

    def test_03_who_launched_nbis_and_what_it_digitised(self, ask: Ask) -> None:
        """Which administration launched the NBIS project, and which databases did it digitise?"""
        rows = ask("digitised-records", project="National Basic Information System project")

        assert cells(rows, "administrationLabel", "thingLabel") == [
            ("Chun Doo-hwan administration", "residence registration"),
            ("Chun Doo-hwan administration", "vehicle registration"),
        ]

    def test_20_what_the_roh_moo_hyun_administration_carried_on(self, ask: Ask) -> None:
        """Which projects did it continue rather than start? The network project is part of the initiatives."""
        rows = ask("continued-not-begun", administration="Roh Moo-hyun administration")

        assert names(rows, "undertakingLabel") == [
            "E-Government initiative",
            "high-speed broadband network project",
            "national informatization initiatives",
        ]

    def test_22_in_whose_terms_a_stage_falls(self, ask: Ask) -> None:
        """In which administrations' terms does the stage of 1980 to 1995 fall? That of Choi ends in August 1980."""
        rows = ask("administrations-of-a-stage", stage="Developing Basic ICT Infrastructure")

        assert cells(rows, "from", "to", "administrationLabel", "mainly") == [
            ("1979-10-26", "1980-08-16", "Choi Kyu-hah administration", "False"),
            ("1980-09-01", "1988-02-24", "Chun Doo-hwan administration", "False"),
            ("1988-02-25", "1993-02-24", "Roh Tae-woo administration", "False"),
            ("1993-02-25", "1998-02-24", "Kim Young-sam administration", "False"),
        ]

    def test_31_what_happened_during_the_roh_tae_woo_administration(self, ask: Ask) -> None:
        """The two undertakings of 1987 to 1991, begun under another administration, and the plan of 1989."""
        rows = ask("during-administration", administration="Roh Tae-woo administration")

        assert cells(rows, "undertakingLabel", "how") == [
            ("Administrative computing network plan", "ended"),
            ("Administrative computing network plan", "ran"),
            ("National basic computing network project", "ended"),
            ("National basic computing network project", "ran"),
            ("national computer network plan", "dated"),
        ]


class TestLaws:
    def test_14_which_laws_restrict_local_governments(self, ask: Ask) -> None:
        """Which laws restrict local governments in using these technologies? The members of the group are not told."""
        rows = ask("laws-giving-rise-to-barriers")

        assert cells(rows, "sourceLabel", "memberLabel") == [
            ("mobility regulations", ""),
            ("three Korean data-related laws", ""),
        ]

    def test_15_which_laws_the_history_lists(self, ask: Ask) -> None:
        """Which laws does the history table list, with year?"""
        rows = ask("laws-of-each-stage")

        assert cells(rows, "year", "lawLabel", "stageLabel") == [
            ("1986", "Act on establishment and utilization of network", "Developing Basic ICT Infrastructure"),
            ("1986", "Computing Network Act", "Developing Basic ICT Infrastructure"),
            ("1996", "Informatization Promotion Act", "Upgrading ICT Infrastructure and Formulating E-Government"),
            ("1999", "Digital Signature Act", "Upgrading ICT Infrastructure and Formulating E-Government"),
            ("2001", "E-Government Act", "Upgrading ICT Infrastructure and Formulating E-Government"),
            ("2009", "Framework Act on National Informatization", "Integrating E-Government Systems"),
            ("2010", "Act on shared utilization of public administration", "Integrating E-Government Systems"),
            ("2013", "Act on Promotion of the Provision and Use of Public Data", "Upgrading E-Government Systems"),
        ]

    def test_18_which_administration_enacted_which_law(self, ask: Ask) -> None:
        """All laws, each certain; that of 2013 because a register gives its day."""
        rows = ask("laws-by-administration")

        assert cells(rows, "administrationLabel", "lawLabel", "certainty") == [
            ("Chun Doo-hwan administration", "Act on establishment and utilization of network", "certain"),
            ("Chun Doo-hwan administration", "Computing Network Act", "certain"),
            ("Kim Dae-jung administration", "Digital Signature Act", "certain"),
            ("Kim Dae-jung administration", "E-Government Act", "certain"),
            ("Kim Young-sam administration", "Informatization Promotion Act", "certain"),
            ("Lee Myung-bak administration", "Act on shared utilization of public administration", "certain"),
            ("Lee Myung-bak administration", "Framework Act on National Informatization", "certain"),
            ("Park Geun-hye administration", "Act on Promotion of the Provision and Use of Public Data", "certain"),
        ]

    def test_33_which_laws_were_in_force_on_a_day(self, ask: Ask) -> None:
        """What was the state of e-government law on 1 January 2000? The act of 2001 is not there yet."""
        rows = ask("laws-in-force-on", day="2000-01-01")

        assert names(rows, "lawLabel") == [
            "Act on establishment and utilization of network",
            "Computing Network Act",
            "Digital Signature Act",
            "Informatization Promotion Act",
        ]

    def test_38_which_laws_the_government_of_the_people_enacted(self, ask: Ask) -> None:
        """국민의 정부(김대중 행정부)가 제정한 법률은 무엇인가? Asked and answered in Korean."""
        found = ask("search", text="국민의 정부", lang="ko")
        rows = ask("laws-by-administration", administration="국민의 정부", lang="ko")

        assert [row["class"].rpartition("#")[2] for row in found] == ["Administration"]
        assert found[0]["thing"] == rows[0]["administration"]
        assert [(row["lawLabel"], str(row["from"])[:4], row["certainty"]) for row in rows] == [
            ("전자서명법", "1999", "certain"),
            ("전자정부법", "2001", "certain"),
        ]


class TestBodies:
    def test_07_what_became_of_the_agency(self, ask: Ask) -> None:
        """What did the NCA become?"""
        rows = ask("agency-today", agency="National Computerization Agency")

        assert cells(rows, "how", "nextLabel", "nowLabel") == [
            ("renamed", "National Information Society Agency", "National Information Society Agency")
        ]

    def test_09_which_policies_it_developed(self, ask: Ask) -> None:
        """Which policies did the NCA develop, and in which years?"""
        rows = ask("agency-policies", agency="National Computerization Agency", kind="egov:Plan")

        assert cells(rows, "from", "to", "thingLabel") == [
            ("1989-01-01", "1989-12-31", "national computer network plan"),
            ("1994-01-01", "1994-12-31", "Korea Information Infrastructure"),
            ("2000-01-01", "2000-12-31", "high-speed national information network"),
            ("2006-01-01", "2006-12-31", "U-Korea masterplan"),
        ]

    @pytest.mark.parametrize("agency", ["National Computerization Agency", "National Information Society Agency"])
    def test_24_the_missions_under_either_name(self, ask: Ask, release: Release, agency: str) -> None:
        """Is the NCA the same organisation as the NIA? One body under two names, not one thing; seven missions."""
        pair = cells(ask("same-body"), "agencyLabel", "nameLabel")
        missions = names(ask("agency-missions", agency=agency), "missionLabel")

        assert pair == [
            ("National Computerization Agency", "National Information Society Agency"),
            ("National Information Society Agency", "National Computerization Agency"),
        ]
        assert missions == MISSIONS
        assert not release.ask("ASK { { ?a owl:sameAs ?b } UNION { GRAPH ?g { ?a owl:sameAs ?b } } }")


class TestBarriers:
    def test_12_which_internal_barriers_the_study_reports(self, ask: Ask) -> None:
        """Which internal barriers does the KRILA report name? Eight in so many words; a gap it finds is a ninth."""
        rows = ask("reported-barriers", document=STUDY, inContext="internal context")
        written = ask("where-is-it-written", property="egov:inContext", object="internal context")
        certainty = {row["subject"]: row["certainty"] for row in written}

        assert sorted((row["barrierLabel"], certainty[row["barrier"]]) for row in rows) == [
            ("decision-making authorities of street-level bureaucrats", "stated"),
            ("deviation in the capabilities of public servants in charge when they use technologies", "stated"),
            ("inadequate accommodation for failures and conflicts", "stated"),
            ("inadequate data integration", "stated"),
            ("inadequate establishment of platforms", "stated"),
            ("lack of regular training and education", "stated"),
            ("lack of relevant specialized manpower (computing personnel)", "stated"),
            ("lower incentives for applying technologies than in the private sector", "stated"),
            (
                "marked gap among the local autonomous governments in the level and application of the technologies",
                "inferable",
            ),
        ]

    def test_27_what_is_recommended_against_internal_barriers(self, ask: Ask) -> None:
        """Which recommendations address an internal barrier? Nine, some of them asked of the external context."""
        rows = ask("barriers-and-recommendations", context="internal context")

        assert [name for name in names(rows, "recommendationLabel") if name] == [
            "accommodation of failure and conflicts",
            "data platforms that are established and supported at the central level",
            "educational programs",
            "incentives for keeping the public servants in charge employed",
            "mid to long-term road map of the local autonomous governments",
            "platform",
            "provision of technological support and re-education programs",
            "system that enables institutions holding data to cooperate and share",
            "technological and personnel support from the central level",
        ]


class TestDocuments:
    def test_05_what_an_acronym_stands_for(self, ask: Ask) -> None:
        """What does KONEPS stand for? / KONEPS는 무엇의 약자인가?"""
        for lang in ("en", "ko"):
            rows = ask("names-and-acronyms", acronym="KONEPS", lang=lang)

            assert cells(rows, "written", "thingLabel") == [("KONEPS", "Korean Online E-Procurement System")]

    def test_29_which_documents_cite_a_committee(self, ask: Ask) -> None:
        """Which documents cite a work published by a committee?"""
        rows = ask("citing-committees")

        assert cells(rows, "documentLabel", "workLabel", "committeeLabel") == [
            (
                HISTORY,
                "E-government of the Participative Administration",
                "Presidential Committee for Government Innovation and Decentralization",
            ),
            (HISTORY, "Special Committee for E-Government 2003", "Special Committee on E-Government"),
        ]

    def test_34_which_passage_says_who_introduced_a_post(self, ask: Ask) -> None:
        """Which document and which passage says that the Kim Dae-jung administration introduced CIOs?"""
        documents = {thing_iri(one.id): one.text for one in read_documents([assets.data("documents")])}

        rows = ask("created-by-orders", during="Kim Dae-jung administration")

        assert cells(rows, "administrationLabel", "issuerLabel", "createdLabel", "documentLabel") == [
            ("Kim Dae-jung administration", "Kim Dae-jung", "Chief Information Officer", f"Digest of {HISTORY}")
        ]
        for row in rows:
            text, start, end = documents[row["document"]], row["start"], row["end"]
            assert text[start:end] == row["words"]
            assert {"created", "Chief", "Information", "Officer"} <= set(row["words"].split())
            before, after = text[:start].rpartition(". ")[2], text[end:].partition(". ")[0]
            assert "executive order" in before + row["words"] + after

    def test_37_where_documents_contradict_themselves_or_known_facts(self, ask: Ask) -> None:
        """Four places; the agency acted, and was founded, before the law that it is said to rest on."""
        rows = ask("contradictions")
        sides = ask("conflicting-statements", thing="National Computerization Agency")

        assert cells(rows, "thingLabel", "text") == [
            (
                "Informatization Promotion Act",
                "Informatization Promotion Act is stated with the year 1996, but was promulgated in 1995",
            ),
            (
                "National Computerization Agency",
                (
                    "National Computerization Agency is said to be founded under Informatization Promotion Act (1995), "
                    "but is dated 1987"
                ),
            ),
            (HISTORY, f"{HISTORY} gives its language as Korean; its text is in English"),
            (HISTORY, f"{HISTORY} is dated 2015 and cites 2 works of 2016"),
        ]
        assert {
            ("National Computerization Agency", "founded under, has legal basis", "Informatization Promotion Act"),
            ("Informatization Promotion Act", "stated year", "1996"),
            ("National Computerization Agency", "began in", "January 1987"),
            ("national computer network plan", "developed by", "National Computerization Agency"),
            ("national computer network plan", "dated", "1989"),
        } <= set(cells(sides, "subjectLabel", "propertyLabel", "objectLabel"))

    def test_39_who_wrote_the_report_and_when(self, ask: Ask) -> None:
        """한국지방행정연구원 보고서의 저자와 발간연도는? Asked and answered in Korean."""
        rows = ask("authors-and-years", publishedBy="한국지방행정연구원", lang="ko")

        assert cells(rows, "authorLabel", "issued", "publisherLabel") == [
            ("김정숙", "2020", "한국지방행정연구원"),
            ("이재용", "2020", "한국지방행정연구원"),
        ]


class TestUnanswered:
    def test_n1_which_laws_the_moon_administration_enacted(self, ask: Ask) -> None:
        """None, not even possibly: "Moon, et al., 2019" is an author."""
        assert ask("laws-by-administration", administration="Moon Jae-in administration") == []

    def test_n2_whether_blockchain_is_applied_in_transport(self, ask: Ask) -> None:
        """Not stated: three other technologies are, and nothing follows for the fourth of their kind."""
        domain = "transportation and parking"

        assert names(ask("technology-domains", domain=domain), "technologyLabel") == [
            "Internet of Things",
            "artificial intelligence",
            "big data",
        ]
        assert ask("technology-domains", technology="blockchain", domain=domain) == []
        assert ask("technology-domains", technology="blockchain") == []

    def test_n4_what_the_budget_of_nbis_was(self, ask: Ask) -> None:
        """Unknown: no figure is told of it, and nothing is called a budget."""
        assert ask("figures-of-a-thing", thing="National Basic Information System project") == []
        assert ask("search", text="budget") == []
        assert cells(ask("figures-of-a-thing", thing=STUDY), "measureLabel", "value") == [
            ("downloads", "2767"),
            ("views", "41085"),
        ]

    def test_n6_whether_the_lee_administration_enacted_the_public_data_act(self, ask: Ask, release: Release) -> None:
        """It must not be derived, neither for certain nor as possible."""
        law = naming.read_thing(release, "Act on Promotion of the Provision and Use of Public Data")
        lee = naming.read_thing(release, "Lee Myung-bak administration")

        laws = names(ask("laws-by-administration", administration="Lee Myung-bak administration"), "lawLabel")

        assert laws == [
            "Act on shared utilization of public administration",
            "Framework Act on National Informatization",
        ]
        assert not release.ask(
            "ASK { VALUES (?law ?lee) { (%s %s) } ?law egov:enactedUnder|egov:possiblyEnactedUnder ?lee }"  # noqa: UP031
            % (law, lee)
        )


class TestEveryQuestion:
    @pytest.mark.parametrize("number", sorted(ANSWERED_BY))
    def test_has_a_named_query_in_two_languages(self, number: str) -> None:
        """Whoever asks finds the question on the page of questions."""
        query = named_queries(assets.queries())[ANSWERED_BY[number]]

        assert set(query.question) == {"en", "ko"}

    def test_with_an_example_has_an_answer(self, release: Release) -> None:
        """Each example that a named query offers gives rows, if the question has any over the shipped data."""
        silent = [
            (query.name, parameter.name)
            for query in named_queries(assets.queries()).values()
            if release.select(query.name)
            for parameter in query.parameters.values()
            if parameter.example and not release.select(query.name, **{parameter.name: parameter.example})  # type: ignore[arg-type]
        ]

        assert silent == []

    @pytest.mark.shared
    @pytest.mark.skipif(not PAGES.is_dir(), reason="the list of questions is not part of the project")
    def test_of_the_list_has_a_test_here(self) -> None:
        """No question is left out, none is added."""
        listed = re.findall(
            r"^\| (N?\d+) \|", (PAGES.parent / "gold" / "competency.md").read_text("utf-8"), re.MULTILINE
        )
        tested = re.findall(r"def test_(n?\d+)_", Path(__file__).read_text("utf-8"))

        assert sorted(listed) == sorted(ANSWERED_BY)
        assert sorted(listed) == sorted(number.upper().lstrip("0") for number in tested)
