"""What each named query answers over a small hand-written graph, row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from egov_kg.sparql.named import NamedQuery

Row = dict[str, str]

ANSWERS: Mapping[str, list[tuple[str, ...]]] = {
    "active-under-administration": [
        ("Kim administration", "Customs project", "2001-01-01", "2002-12-31"),
        ("Lee administration", "Plan for five years", "2007-01-01", "2011-12-31"),
        ("Lee administration", "Second stage", "2007-01-01", "2011-12-31"),
        ("Roh administration", "Plan for five years", "2007-01-01", "2011-12-31"),
        ("Roh administration", "Second stage", "2007-01-01", "2011-12-31"),
    ],
    "administrations": [
        ("Kim administration", "Kim", "1998-02-25", "2003-02-24", "Republic of Korea"),
        ("Roh administration", "Roh", "2003-02-25", "2008-02-24", "Republic of Korea"),
        ("Lee administration", "Lee", "2008-02-25", "", "Republic of Korea"),
    ],
    "administrations-of-a-stage": [
        ("Second stage", "Roh administration", "false", "2003-02-25", "2008-02-24"),
        ("Second stage", "Lee administration", "true", "2008-02-25", ""),
    ],
    "agency-missions": [
        ("National Computerization Agency", "Support of informatization"),
        ("National Information Society Agency", "Support of informatization"),
    ],
    "agency-policies": [
        ("National Computerization Agency", "U-Korea", "2006-01-01", "2006-12-31"),
        ("National Computerization Agency", "Plan for five years", "2007-01-01", "2007-12-31"),
    ],
    "agency-today": [
        (
            "Ministry of Information",
            "functions passed on",
            "National Information Society Agency",
            "National Information Society Agency",
        ),
        (
            "National Computerization Agency",
            "renamed",
            "National Information Society Agency",
            "National Information Society Agency",
        ),
    ],
    "authors-and-years": [
        ("Policy report", "Author", "2020", "Research institute"),
    ],
    "barriers-and-recommendations": [
        ("External context", "Restrictions", "Legal reform"),
        ("Internal context", "Lack of staff", "Training"),
        ("Internal context", "Low incentives", "Training"),
    ],
    "citing-committees": [
        ("Policy report", "White paper", "Special Committee"),
    ],
    "committees-of-an-administration": [
        ("Kim administration", "Quiet Committee", "", ""),
        ("Kim administration", "Special Committee", "proposed", "Eleven initiatives"),
        ("Kim administration", "Special Committee", "proposed", "Front page"),
        ("Kim administration", "Special Committee", "proposed", "Home Tax Service"),
        ("Kim administration", "Special Committee", "proposed", "Portal"),
    ],
    "conflicting-statements": [
        (
            "Policy report",
            "id/note/int/years",
            "E-Government Act",
            "stated year",
            "2001",
            "Policy report",
            "E-Government act (2001)",
            "40",
            "63",
        ),
        ("Policy report", "id/note/int/years", "E-Government Act", "stated year", "2002", "White paper", "", "", ""),
    ],
    "continued-not-begun": [
        ("Roh administration", "Eleven initiatives"),
        ("Roh administration", "Front page"),
        ("Roh administration", "Home Tax Service"),
        ("Roh administration", "Portal"),
    ],
    "contradictions": [
        ("Policy report", "The years of two sources differ.", "id/note/int/years"),
    ],
    "created-by-orders": [
        ("", "Research institute", "Records order", "Scribe", "the scribe", "Policy report", "300", "310"),
        (
            "Roh administration",
            "Roh",
            "Audit order",
            "Auditor",
            "an order that created the auditor",
            "Policy report",
            "200",
            "233",
        ),
    ],
    "derived-only": [
        ("Digital Signature Act", "ontology#enactedUnder", "Kim administration"),
        ("E-Government Act", "ontology#enactedUnder", "Kim administration"),
    ],
    "digitised-records": [
        ("Customs project", "Kim administration", "Customs files"),
    ],
    "during-administration": [
        ("Kim administration", "Customs project", "ran"),
        ("Lee administration", "Plan for five years", "ran"),
        ("Roh administration", "Plan for five years", "began"),
        ("Roh administration", "Plan for five years", "ran"),
        ("Roh administration", "U-Korea", "dated"),
    ],
    "figures-of-a-thing": [
        ("Eleven initiatives", "member count", "11", ""),
        ("Policy report", "views", "120", "2024-05-01"),
        ("Road map tasks", "member count", "31", ""),
    ],
    "first-package": [
        ("Home Tax Service", "Eleven initiatives"),
        ("Portal", "Eleven initiatives"),
        ("Front page", "Portal"),
    ],
    "initiated-by-administration": [
        ("Customs project", "Kim administration", ""),
        ("Eleven initiatives", "Kim administration", ""),
        ("Front page", "Kim administration", "Portal"),
        ("Home Tax Service", "Kim administration", "Eleven initiatives"),
        ("Portal", "Kim administration", "Eleven initiatives"),
        ("Road map tasks", "Roh administration", ""),
    ],
    "introduced-by-person": [
        ("Kim", "introduced", "Chief information officer"),
        ("Roh", "issued", "Audit order"),
    ],
    "laws-behind-a-law": [
        ("Digital Signature Act", "Computing Act", "1979"),
        ("Digital Signature Act", "Network Act", "1986"),
        ("Network Act", "Computing Act", "1979"),
    ],
    "laws-by-administration": [
        ("Digital Signature Act", "Kim administration", "certain", "1999-02-05", "1999-02-05"),
        ("E-Government Act", "Kim administration", "certain", "2001-01-01", "2001-12-31"),
        ("Data Act", "Kim administration", "possible", "2003-01-01", "2003-12-31"),
        ("Data Act", "Roh administration", "possible", "2003-01-01", "2003-12-31"),
    ],
    "laws-by-head": [
        ("Digital Signature Act", "Kim", "Kim administration"),
        ("E-Government Act", "Kim", "Kim administration"),
    ],
    "laws-giving-rise-to-barriers": [
        ("Restrictions", "E-Government Act", ""),
        ("Restrictions", "three data laws", "Data Act"),
    ],
    "laws-in-force-in-another-year": [
        ("Digital Signature Act", "1999-02-05", "2000-07-01"),
    ],
    "laws-in-force-on": [
        ("Computing Act", "1979-01-01", "stated year"),
    ],
    "laws-of-each-stage": [
        ("First stage", "Computing Act", "1979", "1"),
        ("First stage", "Network Act", "1986", "1"),
        ("Second stage", "Digital Signature Act", "1999", "2"),
        ("Second stage", "E-Government Act", "2001", "2"),
    ],
    "laws-undecided": [
        ("Data Act", "Kim administration", "2003-01-01", "2003-12-31"),
        ("Data Act", "Roh administration", "2003-01-01", "2003-12-31"),
    ],
    "legal-bases": [
        ("Chief information officer", "E-Government Act"),
        ("National Computerization Agency", "Network Act"),
    ],
    "mainly-in-another-term": [
        ("Plan for five years", "Roh administration", "Lee administration"),
    ],
    "names-and-acronyms": [
        ("Home Tax Service", "HTS"),
        ("National Computerization Agency", "NCA"),
        ("National Information Society Agency", "NIA"),
    ],
    "package-members": [
        ("Eleven initiatives", "11", "2"),
        ("Road map tasks", "31", "1"),
    ],
    "recommendations-against-several-barriers": [
        ("Training", "2", "Local governments"),
    ],
    "reported-barriers": [
        ("Policy report", "Restrictions", "External context"),
        ("Policy report", "Lack of staff", "Internal context"),
        ("Policy report", "Low incentives", "Internal context"),
    ],
    "roles-in-a-project": [
        ("Customs project", "implemented by", "National Computerization Agency"),
        ("Customs project", "initiated by", "Kim administration"),
        ("Eleven initiatives", "continued by", "Roh administration"),
        ("Eleven initiatives", "initiated by", "Kim administration"),
        ("Eleven initiatives", "proposed by", "Special Committee"),
        ("Front page", "continued by", "Roh administration"),
        ("Front page", "initiated by", "Kim administration"),
        ("Front page", "proposed by", "Special Committee"),
        ("Home Tax Service", "continued by", "Roh administration"),
        ("Home Tax Service", "initiated by", "Kim administration"),
        ("Home Tax Service", "proposed by", "Special Committee"),
        ("Plan for five years", "begun under", "Roh administration"),
        ("Plan for five years", "developed by", "National Computerization Agency"),
        ("Portal", "continued by", "Roh administration"),
        ("Portal", "initiated by", "Kim administration"),
        ("Portal", "proposed by", "Special Committee"),
        ("Road map tasks", "initiated by", "Roh administration"),
        ("U-Korea", "developed by", "National Computerization Agency"),
    ],
    "same-body": [
        ("National Computerization Agency", "National Information Society Agency"),
        ("National Information Society Agency", "National Computerization Agency"),
    ],
    "search": [
        ("E-Government Act", "E-Government Act", "ontology#Law"),
    ],
    "stage-contents": [
        ("First stage", "enactment", "Computing Act"),
        ("First stage", "enactment", "Network Act"),
        ("Second stage", "accomplishment", "Customs project"),
        ("Second stage", "enactment", "Digital Signature Act"),
        ("Second stage", "enactment", "E-Government Act"),
    ],
    "technologies-by-use": [
        ("Big data", "2"),
        ("Blockchain", "0"),
        ("Intelligent technology", "0"),
    ],
    "technology-domains": [
        ("Big data", "Transport", "Policy report"),
        ("Big data", "Welfare", ""),
    ],
    "technology-obstacles": [
        ("Big data", "Intelligent technology", "Lack of staff", "Training"),
        ("Blockchain", "Intelligent technology", "Lack of staff", "Training"),
        ("Intelligent technology", "Intelligent technology", "Lack of staff", "Training"),
    ],
    "things-of-a-class": [
        ("Computing Act",),
        ("Data Act",),
        ("Digital Signature Act",),
        ("E-Government Act",),
        ("Network Act",),
    ],
    "under-several-administrations": [
        ("Eleven initiatives", "Kim administration"),
        ("Eleven initiatives", "Roh administration"),
        ("Front page", "Kim administration"),
        ("Front page", "Roh administration"),
        ("Home Tax Service", "Kim administration"),
        ("Home Tax Service", "Roh administration"),
        ("Portal", "Kim administration"),
        ("Portal", "Roh administration"),
    ],
    "where-is-it-written": [
        (
            "id/law/kr/e-government",
            "ontology#statedYear",
            "2001",
            "E-Government act (2001)",
            "Policy report",
            "40",
            "63",
            "law.title-year",
            "stated",
        ),
        (
            "id/office/kr/cio",
            "ontology#introducedBy",
            "id/person/kr/kim",
            "introduced the CIO position",
            "Policy report",
            "100",
            "127",
            "act.introduced",
            "stated",
        ),
        (
            "id/office/kr/auditor",
            "ontology#createdBy",
            "id/order/kr/audit",
            "an order that created the auditor",
            "Policy report",
            "200",
            "233",
            "order.created",
            "stated",
        ),
        (
            "id/office/kr/scribe",
            "ontology#createdBy",
            "id/order/kr/records",
            "the scribe",
            "Policy report",
            "300",
            "310",
            "order.created",
            "stated",
        ),
    ],
}
"""The rows of each query without parameters: names in place of things, hidden columns left out."""


def shown(query: NamedQuery, row: Row) -> tuple[str, ...]:
    """Return the cells of a row as people see them."""
    return tuple(row[n] for n, column in query.columns.items() if f"{n}Label" not in row and not column.hidden)


def test_every_query_has_its_answer_here(queries: Mapping[str, NamedQuery]) -> None:
    """A new query comes with the rows it gives."""
    assert set(ANSWERS) == set(queries)


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_the_answer_is_complete_and_in_order(
    name: str, ask: Callable[..., list[Row]], queries: Mapping[str, NamedQuery]
) -> None:
    """The rows are all of the expected ones, no other, in the fixed order."""
    assert [shown(queries[name], row) for row in ask(name)] == ANSWERS[name]


class TestSingleQuestions:
    def test_a_law_is_asked_for_by_its_administration(self, ask: Callable[..., list[Row]]) -> None:
        """In Korean, the laws of one administration, the undecided one marked as possible."""
        rows = ask("laws-by-administration", administration="administration/kr/kim", lang="ko")

        assert [(row["lawLabel"], row["certainty"]) for row in rows] == [
            ("전자서명법", "certain"),
            ("전자정부법", "certain"),
            ("Data Act", "possible"),
        ]

    @pytest.mark.parametrize(
        ("day", "laws"),
        [
            ("1978-12-31", []),
            ("1990-01-01", ["Computing Act", "Network Act"]),
            ("1999-12-31", ["Computing Act"]),
            ("2000-07-01", ["Computing Act", "Digital Signature Act"]),
            ("2020-01-01", ["Computing Act", "Digital Signature Act", "E-Government Act"]),
        ],
    )
    def test_laws_in_force_follow_the_day(self, ask: Callable[..., list[Row]], day: str, laws: list[str]) -> None:
        """A law counts from its entry into force, or from its stated year, until a dated law takes its place."""
        assert [row["lawLabel"] for row in ask("laws-in-force-on", day=day)] == laws

    @pytest.mark.parametrize("written", ["NIA", "nia"])
    def test_an_acronym_is_found_in_any_case(self, ask: Callable[..., list[Row]], written: str) -> None:
        """Only the thing with that acronym is in the answer."""
        assert [row["thingLabel"] for row in ask("names-and-acronyms", acronym=written)] == [
            "National Information Society Agency"
        ]

    def test_search_reads_every_name(self, ask: Callable[..., list[Row]]) -> None:
        """Korean words and parts of other names are found, each with its most specific class."""
        assert [(r["thing"], r["class"]) for r in ask("search", text="전산")] == [
            ("id/agency/kr/nca", "ontology#Agency"),
            ("id/law/kr/old", "ontology#Law"),
        ]
        assert [r["name"] for r in ask("search", text="society agency")] == [
            "Information Society Agency",
            "National Information Society Agency",
        ]

    def test_where_a_fact_is_written(self, ask: Callable[..., list[Row]]) -> None:
        """Subject and property give words, document and place."""
        rows = ask("where-is-it-written", subject="office/kr/cio", property="egov:introducedBy", object="person/kr/kim")

        assert [(r["words"], r["document"], r["start"], r["end"]) for r in rows] == [
            ("introduced the CIO position", "id/document/int/report", "100", "127")
        ]

    def test_a_filter_keeps_what_fits(self, ask: Callable[..., list[Row]]) -> None:
        """Barriers of one context, documents of one publisher."""
        inside = ask("reported-barriers", inContext="context/int/internal")

        assert [row["barrierLabel"] for row in inside] == ["Lack of staff", "Low incentives"]
        assert len(ask("authors-and-years", publishedBy="agency/kr/institute")) == 1
        assert ask("authors-and-years", publishedBy="agency/kr/nia") == []

    def test_an_order_is_asked_for_by_its_administration(self, ask: Callable[..., list[Row]]) -> None:
        """The head of government who issued it stands for the administration."""
        rows = ask("created-by-orders", during="administration/kr/roh", lang="ko")

        assert [(r["orderLabel"], r["createdLabel"], r["words"]) for r in rows] == [
            ("감사 명령", "감사관", "an order that created the auditor")
        ]
        assert ask("created-by-orders", during="administration/kr/lee") == []

    def test_what_a_body_developed_is_asked_for_by_class(self, ask: Callable[..., list[Row]]) -> None:
        """Plans only, or nothing where a body developed no system."""
        plans = ask("agency-policies", agency="agency/kr/nca", kind="egov:Plan")

        assert [row["thingLabel"] for row in plans] == ["U-Korea", "Plan for five years"]
        assert ask("agency-policies", agency="agency/kr/nca", kind="egov:InformationSystem") == []

    def test_what_has_no_figure_has_no_row(self, ask: Callable[..., list[Row]]) -> None:
        """A thing of which no source tells a figure; an ordinal is none."""
        assert ask("figures-of-a-thing", thing="project/kr/customs") == []
        assert ask("figures-of-a-thing", thing="stage/kr/first") == []

    def test_a_collection_does_not_cite_what_a_document_in_it_cites(self, ask: Callable[..., list[Row]]) -> None:
        """A citation in a table is one of its document, and of nothing that the document stands in."""
        assert [row["documentLabel"] for row in ask("citing-committees")] == ["Policy report"]

    def test_a_class_lists_things_of_its_subclasses(self, ask: Callable[..., list[Row]]) -> None:
        """A ministry is an agency."""
        assert "Ministry of Information" in [
            r["thingLabel"] for r in ask("things-of-a-class", **{"class": "egov:Agency"})
        ]

    def test_what_is_not_said_is_not_answered(self, ask: Callable[..., list[Row]]) -> None:
        """A technology without a domain and an administration without a law have no rows."""
        assert ask("technology-domains", technology="technology/int/blockchain", domain="domain/int/transport") == []
        assert ask("laws-by-administration", administration="administration/kr/lee") == []
