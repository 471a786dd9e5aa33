"""The two original pages give, by name, the answers that our digests of them give, and their release what they say."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from typing import NamedTuple

import pytest
from pyoxigraph import Literal, NamedNode

import egov_kg as kg
from egov_kg import iri
from egov_kg.evaluation import evaluate
from egov_kg.store import Release
from tests.competency.conftest import PAGES, Ask, asking, cells, names
from tests.competency.test_questions import HISTORY, STUDY

pytestmark = pytest.mark.shared

AGENCY = "National Computerization Agency"


class Case(NamedTuple):
    """A question that names and dates answer.

    Attributes:
        number: Of the question.
        query: The name of the query.
        values: Of its parameters.
        columns: Those that hold names and dates, not phrases of the text.
    """

    number: str
    query: str
    values: dict[str, str]
    columns: tuple[str, ...]


BY_NAME = [
    Case(
        "1",
        "initiated-by-administration",
        {"undertaking": "First five-year basic plan for administrative computerization"},
        ("administrationLabel",),
    ),
    Case(
        "3",
        "digitised-records",
        {"project": "National Basic Information System project"},
        ("administrationLabel", "thingLabel"),
    ),
    Case("5", "names-and-acronyms", {"acronym": "KONEPS"}, ("thingLabel",)),
    Case("7", "agency-today", {"agency": AGENCY}, ("how", "nextLabel", "nowLabel")),
    Case("9", "agency-policies", {"agency": AGENCY, "kind": "egov:Plan"}, ("thingLabel", "from", "to")),
    Case("14", "laws-giving-rise-to-barriers", {}, ("sourceLabel",)),
    Case("15", "laws-of-each-stage", {}, ("stageLabel", "lawLabel", "year")),
    Case("18", "laws-by-administration", {}, ("lawLabel", "administrationLabel", "certainty", "from", "to")),
    Case("20", "continued-not-begun", {"administration": "Roh Moo-hyun administration"}, ("undertakingLabel",)),
    Case(
        "22",
        "administrations-of-a-stage",
        {"stage": "Developing Basic ICT Infrastructure"},
        ("administrationLabel", "mainly"),
    ),
    Case("24", "same-body", {}, ("agencyLabel", "nameLabel")),
    Case("29", "citing-committees", {}, ("documentLabel", "workLabel", "committeeLabel")),
    Case("31", "during-administration", {"administration": "Roh Tae-woo administration"}, ("undertakingLabel", "how")),
    Case("33", "laws-in-force-on", {"day": "2000-01-01"}, ("lawLabel", "from", "basis")),
    Case("37", "contradictions", {}, ("thingLabel", "text")),
    Case("38", "laws-by-administration", {"administration": "국민의 정부", "lang": "ko"}, ("lawLabel", "certainty")),
    Case("39", "authors-and-years", {"publishedBy": "한국지방행정연구원", "lang": "ko"}, ("authorLabel", "issued")),
    Case("N1", "laws-by-administration", {"administration": "Moon Jae-in administration"}, ("lawLabel",)),
    Case("N2", "technology-domains", {"domain": "transportation and parking"}, ("technologyLabel",)),
    Case("N4", "figures-of-a-thing", {"thing": "National Basic Information System project"}, ("measureLabel", "value")),
    Case("N6", "laws-by-administration", {"administration": "Lee Myung-bak administration"}, ("lawLabel", "certainty")),
]


@pytest.fixture(scope="module")
def ask_pages(pages_release: Release) -> Ask:
    """Answer a named query over the release of the original pages."""
    return asking(pages_release)


class TestAnswers:
    @pytest.mark.parametrize("case", BY_NAME, ids=lambda case: case.number)
    def test_of_names_are_those_of_our_digests(self, ask: Ask, ask_pages: Ask, case: Case) -> None:
        """A digest says in other words what the page says, of the same things; a capital may differ."""

        def answer(asked: Ask) -> list[tuple[str, ...]]:
            rows = cells(asked(case.query, **case.values), *case.columns)
            return sorted(tuple(cell.casefold() for cell in row) for row in rows)

        assert answer(ask_pages) == answer(ask)

    def test_of_phrases_are_as_many(self, ask: Ask, ask_pages: Ask) -> None:
        """Barriers, recommendations and missions are phrases, shorter in one text than in the other."""

        def counts(asked: Ask) -> dict[str, int]:
            inside = asked("reported-barriers", document=STUDY, inContext="internal context")
            met = asked("barriers-and-recommendations", context="internal context")
            return {
                "12": len(names(inside, "barrierLabel")),
                "24": len(names(asked("agency-missions", agency=AGENCY), "missionLabel")),
                "27": len([name for name in names(met, "recommendationLabel") if name]),
            }

        assert counts(ask_pages) == counts(ask) == {"12": 9, "24": 7, "27": 9}

    def test_of_passages_lead_to_the_page(self, ask_pages: Ask) -> None:
        """Who introduced the post stands in the page itself, at the characters that the answer gives."""
        rows = ask_pages("created-by-orders", during="Kim Dae-jung administration")

        assert cells(rows, "issuerLabel", "createdLabel", "documentLabel") == [
            ("Kim Dae-jung", "Chief Information Officer", HISTORY)
        ]
        assert all(row["end"] - row["start"] == len(row["words"]) > 0 for row in rows)


class TestFacts:
    def test_of_the_release_are_those_that_extract_prints(self, pages_release: Release) -> None:
        """What ``egov-kg extract`` prints of one thing and another is in the release, and the release adds no other.

        Both ways for links between things; positions in time, citations and measurements are nodes that the release
        makes of a printed value.
        """
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "egov_kg",
                "extract",
                "--format",
                "tsv",
                *sorted(PAGES.glob("*.txt")),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        printed = list(csv.DictReader(io.StringIO(done.stdout), delimiter="\t", quoting=csv.QUOTE_NONE))
        quads = {
            quad.triple
            for name in pages_release.graphs()
            if name.startswith("document/")
            for quad in pages_release.quads(name)
        }

        links = {(r["subject_id"], r["relation"], r["object_id"]) for r in printed if r["object_id"]}
        made = ("id/time/", "id/citation/", "id/measurement/", "id/concept/int/views", "id/concept/int/downloads")
        found = {
            (iri.id_of(t.subject.value), iri.curie(t.predicate.value), iri.id_of(t.object.value))
            for t in quads
            if isinstance(t.subject, NamedNode)
            and isinstance(t.object, NamedNode)
            and iri.id_of(t.object.value)
            and not t.object.value.removeprefix(iri.BASE).startswith(made)
            and not t.subject.value.removeprefix(iri.BASE).startswith(made)
        }
        literals = {
            (iri.id_of(t.subject.value), iri.curie(t.predicate.value), t.object.value)
            for t in quads
            if isinstance(t.subject, NamedNode) and isinstance(t.object, Literal)
        }
        stated = {
            (r["subject_id"], r["relation"], r["object"])
            for r in printed
            if not r["object_id"] and r["relation"] in {"egov:statedYear", "egov:startYear", "egov:endYear"}
        }

        assert len(links) > 100
        assert sorted(links - found) == []
        assert sorted(found - links) == []
        assert stated <= literals


def test_the_pages_are_read_from_their_place(pages_release: Release) -> None:
    """The release names its documents by file, never by folder."""
    files = {row.name for row in pages_release.manifest.inputs if row.role == "document"}

    assert files == {path.name for path in PAGES.glob("*.txt")}


class TestInferableFacts:
    def test_are_in_the_graph_as_far_as_they_follow(self, pages_release: Release) -> None:
        """Of what follows for a reader from the pages and the terms of office, 85 in 100 are asserted or entailed."""
        gold = PAGES.parent / "gold" / "seeds-gold.tsv"

        found = evaluate(gold, [("", pages_release.path)], wanted="inferable").evaluation.levels["triple"]

        assert found.gold == 143
        assert found.recall >= 0.85

    def test_of_a_year_of_handover_are_not(self, pages_release: Release) -> None:
        """The plan and the projects of 2003, and the plan of 2008, were initiated by nobody who is named."""
        rows = asking(pages_release)("initiated-by-administration")
        begun = {row["undertakingLabel"] for row in rows}

        assert {"first E-Government plan", "11 E-Government projects"} <= begun
        assert begun & {"second E-Government plan", "31 key E-Government projects", "national ICT master plan"} == set()

    def test_are_explained_down_to_the_words_of_the_page(self, pages_release: Release) -> None:
        """That an administration initiated a system follows from the package that it came with, and from a row."""
        proof = str(
            kg.explain(
                pages_release,
                "system/kr/social-insurance-information-system",
                "egov:initiatedBy",
                "administration/kr/kim-dae-jung",
            )
        )

        assert "resolved.begun-with" in proof
        assert "resolved.stage-initiates" in proof
        assert "implementation of 11 E-Government projects" in proof
        assert "with: South Korea: heads of state and government" in proof
