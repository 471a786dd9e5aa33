"""Conflicts of the sources are found before inference, with the Statements concerned; what agrees is left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import NamedNode, Quad

from egov_kg import iri
from egov_kg.validation import CONFLICTS, Finding, find_conflicts, quality_notes

Conflicts = Callable[..., tuple[Finding, ...]]
Words = Callable[[Finding], list[str]]
BASE = "https://example.org/kg/"

ACT = "<law/kr/act> a egov:Law ; skos:prefLabel 'Network Act'@en ; egov:statedYear '1996'^^xsd:gYear ."
POSITIONS = """
<time/kr/1995-08-04> egov:firstDay "1995-08-04"^^xsd:date ; egov:lastDay "1995-08-04"^^xsd:date .
<time/kr/1996-01-01> egov:firstDay "1996-01-01"^^xsd:date ; egov:lastDay "1996-01-01"^^xsd:date .
<time/kr/1996> egov:firstDay "1996-01-01"^^xsd:date ; egov:lastDay "1996-12-31"^^xsd:date .
<time/kr/1989> egov:firstDay "1989-01-01"^^xsd:date ; egov:lastDay "1989-12-31"^^xsd:date .
<time/kr/2001> egov:firstDay "2001-01-01"^^xsd:date ; egov:lastDay "2001-12-31"^^xsd:date .
"""


def only(findings: tuple[Finding, ...], check: str) -> Finding:
    """Return the one finding of a check."""
    (found,) = [finding for finding in findings if finding.check == check]
    return found


class TestStatedYears:
    """The year that a text gives a law, against promulgation and force."""

    def test_a_year_of_neither_promulgation_nor_force_is_a_doubt(self, conflicts: Conflicts, words: Words) -> None:
        """Stated 1996, promulgated 1995: a warning on the law, with the Statement of the year."""
        found = conflicts(ACT, f"<law/kr/act> egov:promulgatedOn <time/kr/1995-08-04> .{POSITIONS}")

        (finding,) = found
        assert (finding.severity, finding.check) == ("warning", "stated-year")
        assert finding.focus == f"{BASE}id/law/kr/act"
        assert finding.message == "Network Act is stated with the year 1996, but was promulgated in 1995"
        assert words(finding) == ["3"]

    def test_the_year_in_force_explains_itself(self, conflicts: Conflicts) -> None:
        """Promulgated 1995, in force from 1996: worth a remark and no warning."""
        dates = "<law/kr/act> egov:promulgatedOn <time/kr/1995-08-04> ; egov:inForceFrom <time/kr/1996-01-01> ."

        (finding,) = conflicts(ACT, dates + POSITIONS)

        assert finding.severity == "info"
        assert finding.message == (
            "Network Act is stated with 1996, the year in which it entered into force; promulgated in 1995"
        )

    @pytest.mark.parametrize("promulgated", ["", "<law/kr/act> egov:promulgatedOn <time/kr/1996> ."])
    def test_the_year_of_promulgation_is_no_conflict(self, conflicts: Conflicts, promulgated: str) -> None:
        """Nor is a year with nothing to compare it to."""
        assert conflicts(ACT, promulgated + POSITIONS) == ()


class TestLegalBasis:
    """Bodies and the laws that they are said to rest on."""

    FOUNDED = """
    <agency/kr/nca> a egov:Agency ; skos:prefLabel 'Computer Agency'@en ; egov:foundedUnder <law/kr/act> .
    <plan/kr/p> a egov:Plan ; skos:prefLabel 'Network Plan'@en ; egov:developedBy <agency/kr/nca> ;
        egov:dated <time/kr/1989> .
    <plan/kr/q> a egov:Plan ; egov:developedBy <agency/kr/nca> ; egov:dated <time/kr/2001> .
    """

    def test_a_body_that_acted_before_its_law_is_a_doubt(self, conflicts: Conflicts, words: Words) -> None:
        """Founded under an act of 1996, and a plan of 1989: founding, year, part and date are named."""
        found = conflicts(ACT + self.FOUNDED, POSITIONS)

        finding = only(found, "legal-basis")
        assert finding.message == (
            "Computer Agency is said to be founded under Network Act (1996), but has a part in Network Plan of 1989"
        )
        assert words(finding) == ["3", "6", "9", "10"]

    def test_a_body_that_is_itself_older_than_its_law_is_a_doubt(self, conflicts: Conflicts) -> None:
        """The body's own beginning counts as an act."""
        text = "<agency/kr/a> egov:foundedUnder <law/kr/act> ; egov:beganIn <time/kr/1989> ."

        assert only(conflicts(ACT + text, POSITIONS), "legal-basis").message.endswith("but is dated 1989")

    def test_a_body_that_acted_later_is_none(self, conflicts: Conflicts) -> None:
        """Acts of the year of the law itself may come after it."""
        text = """
        <agency/kr/a> egov:foundedUnder <law/kr/act> .
        <plan/kr/q> egov:managedBy <agency/kr/a> ; egov:dated <time/kr/1996> .
        """

        assert conflicts(ACT + text, POSITIONS) == ()


class TestDocuments:
    """What documents say of themselves."""

    def test_a_document_that_cites_later_works_is_a_doubt(self, conflicts: Conflicts, words: Words) -> None:
        """Dated 2015, citing works of 2016 directly and in a table: one finding with all Statements."""
        text = """
        <document/int/d> a egov:Document ; skos:prefLabel 'History'@en ; dcterms:issued '2015-12-31'^^xsd:date ;
            egov:cites <document/int/a> , <document/int/old> .
        <part/int/t> egov:partOf <document/int/d> ; egov:adaptedFrom <document/int/b> .
        <document/int/a> dcterms:issued '2016'^^xsd:gYear .
        <document/int/b> dcterms:issued '2016'^^xsd:gYear .
        <document/int/old> dcterms:issued '2003'^^xsd:gYear .
        """

        finding = only(conflicts(text), "cited-later")

        assert finding.message == "History is dated 2015 and cites 2 works of 2016"
        assert words(finding) == ["3", "4", "7", "8", "9"]

    def test_a_citation_node_counts(self, conflicts: Conflicts) -> None:
        """A page citation cites its work."""
        text = """
        <document/int/d> a egov:Document ; dcterms:issued '2015'^^xsd:gYear ; egov:hasCitation <citation/int/c> .
        <citation/int/c> egov:citedWork <document/int/a> . <document/int/a> dcterms:issued '2016'^^xsd:gYear .
        """

        assert only(conflicts(text), "cited-later").message == "d is dated 2015 and cites a work of 2016"

    def test_a_work_of_the_same_year_is_none(self, conflicts: Conflicts) -> None:
        """Years are compared, not days: a work may appear in January and be cited in March."""
        text = """
        <document/int/d> a egov:Document ; dcterms:issued '2016-01-31'^^xsd:date ; egov:cites <document/int/a> .
        <document/int/a> dcterms:issued '2016'^^xsd:gYear .
        """

        assert conflicts(text) == ()

    @pytest.mark.parametrize("stated", ["Korean", "한국어", "kor"])
    def test_a_language_that_is_not_that_of_the_text_is_a_doubt(self, conflicts: Conflicts, stated: str) -> None:
        """A page that gives its language as Korean and is written in English."""
        text = f"<document/int/d> egov:statedLanguage '{stated}' ; dcterms:language 'en' ."

        assert only(conflicts(text), "stated-language").message.endswith("its text is in English")

    @pytest.mark.parametrize(("stated", "actual"), [("English", "en"), ("한국어", "ko-KR"), ("Klingon", "en")])
    def test_a_language_that_fits_or_is_unknown_is_none(self, conflicts: Conflicts, stated: str, actual: str) -> None:
        """A language whose name we do not know is not judged."""
        assert conflicts(f"<document/int/d> egov:statedLanguage '{stated}' ; dcterms:language '{actual}' .") == ()


class TestValues:
    """Dates and numbers of one thing against one another."""

    def test_two_stated_years_are_a_doubt(self, conflicts: Conflicts, words: Words) -> None:
        """Both stay in the graph, and both Statements are named."""
        finding = only(conflicts(f"{ACT} <law/kr/act> egov:statedYear '1995'^^xsd:gYear ."), "several-values")

        assert finding.message == "Network Act has more than one stated year: 1995, 1996"
        assert words(finding) == ["3", "4"]

    def test_a_year_and_a_day_of_it_are_one_value(self, conflicts: Conflicts) -> None:
        """2020 and 2020-12-31 do not contradict one another."""
        text = "<document/int/d> dcterms:issued '2020'^^xsd:gYear , '2020-12-31'^^xsd:date ."

        assert conflicts(text) == ()

    def test_an_end_before_the_beginning_is_a_doubt(self, conflicts: Conflicts) -> None:
        """Said to begin in 2001 and to end in 1989."""
        text = "<project/kr/p> egov:beganIn <time/kr/2001> ; egov:endYear '1989'^^xsd:gYear ."

        finding = only(conflicts(text, POSITIONS), "end-before-beginning")

        assert finding.message == "p is said to end in 1989 and to begin in 2001"

    def test_a_law_without_any_date_is_a_doubt(self, conflicts: Conflicts) -> None:
        """A law whose text has a date, or that is a group of laws, is none."""
        text = """
        <law/kr/a> a egov:Law . <law-group/kr/g> a egov:LawGroup . <law/kr/b> a egov:Law .
        <text/kr/t> egov:textOf <law/kr/b> ; egov:promulgatedOn <time/kr/1996> .
        """

        (finding,) = conflicts(text, POSITIONS)

        assert (finding.check, finding.focus) == ("law-date", f"{BASE}id/law/kr/a")


class TestAdministrations:
    """Terms of office and what is ascribed to them."""

    TERMS = """
    <administration/kr/a> skos:prefLabel 'A administration'@en ; egov:hasTerm <term/kr/a> .
    <administration/kr/b> skos:prefLabel 'B administration'@en ; egov:hasTerm <term/kr/b> .
    <time/kr/2001> egov:insideTerm <term/kr/a> . <time/kr/1996> egov:meetsTerm <term/kr/a> , <term/kr/b> .
    """

    def test_an_attribution_that_its_date_excludes_is_a_doubt(self, conflicts: Conflicts, words: Words) -> None:
        """Said to be initiated by one administration, in a year that lies inside the term of another."""
        text = "<project/kr/p> egov:initiatedBy <administration/kr/b> ; egov:beganIn <time/kr/2001> ."

        finding = only(conflicts(text, self.TERMS + POSITIONS), "attribution")

        assert finding.message == "p is ascribed to the B administration; its date points to the A administration"
        assert words(finding) == ["1", "2"]

    @pytest.mark.parametrize(("administration", "date"), [("a", "2001"), ("a", "1996"), ("b", "1996"), ("b", "1989")])
    def test_an_attribution_that_its_date_allows_is_none(
        self, conflicts: Conflicts, administration: str, date: str
    ) -> None:
        """A year that meets both terms allows both; a year of no term says nothing."""
        text = f"<project/kr/p> egov:initiatedBy <administration/kr/{administration}> ; egov:beganIn <time/kr/{date}> ."

        assert conflicts(text, self.TERMS + POSITIONS) == ()

    @pytest.mark.parametrize(
        ("start", "overlaps"), [("1979-10-26", False), ("1979-10-27", False), ("1979-10-20", True)]
    )
    def test_terms_may_share_a_day_at_their_edge_and_no_more(
        self, conflicts: Conflicts, start: str, *, overlaps: bool
    ) -> None:
        """One term ends on the day on which the next begins; a week in common is a flaw of the tables."""
        text = f"""
        <term/kr/a> a egov:TermOfOffice ; egov:inJurisdiction <jurisdiction/kr/k> ;
            egov:firstDay "1963-12-17"^^xsd:date ; egov:lastDay "1979-10-26"^^xsd:date .
        <term/kr/b> a egov:TermOfOffice ; egov:inJurisdiction <jurisdiction/kr/k> ;
            egov:firstDay "{start}"^^xsd:date ; egov:lastDay "1980-08-16"^^xsd:date .
        <term/us/c> a egov:TermOfOffice ; egov:inJurisdiction <jurisdiction/us/u> ;
            egov:firstDay "1970-01-01"^^xsd:date ; egov:lastDay "1980-08-16"^^xsd:date .
        """

        assert [(f.severity, f.check) for f in conflicts("", text)] == [("violation", "term-overlap")] * overlaps


class TestNames:
    """Names and identity."""

    def test_two_preferred_labels_in_one_language_are_a_violation(self, conflicts: Conflicts, words: Words) -> None:
        """English and Korean beside one another are fine."""
        text = "<law/kr/a> skos:prefLabel 'A'@en , 'B'@en , '가'@ko ."

        finding = only(conflicts(text), "two-labels")

        assert finding.severity == "violation"
        assert words(finding) == ["1", "2"]

    def test_two_things_of_one_name_are_a_doubt(self, conflicts: Conflicts) -> None:
        """Two agencies of one country with one name; a law and an agency, or two countries, may share one."""
        text = """
        <agency/kr/a> skos:prefLabel 'Computer Agency'@en . <agency/kr/b> skos:prefLabel 'computer agency'@en .
        <agency/us/c> skos:prefLabel 'Computer Agency'@en . <office/kr/d> skos:prefLabel 'Computer Agency'@en .
        """

        (finding,) = conflicts(text)

        assert finding.message == "2 things are called Computer Agency: agency/kr/a, agency/kr/b"

    def test_an_undecided_identity_is_told_once(self, conflicts: Conflicts, words: Words) -> None:
        """It is symmetric; both directions are one doubt."""
        text = "<law/kr/a> egov:possiblySameAs <law/kr/b> . <law/kr/b> egov:possiblySameAs <law/kr/a> ."

        assert words(only(conflicts(text), "possibly-same")) == ["1", "2"]

    @pytest.mark.parametrize(
        ("text", "statements"),
        [
            ("<project/kr/a> egov:partOf <project/kr/a> .", ["1"]),
            ("<agency/kr/a> egov:renamedTo <agency/kr/b> . <agency/kr/b> egov:mergedInto <agency/kr/a> .", ["1", "2"]),
            ("<law/kr/a> egov:replaces <law/kr/b> . <law/kr/a> egov:successorLaw <law/kr/b> .", ["1", "2"]),
            (
                "<s/a> egov:followedBy <s/b> . <s/b> egov:precedes <s/c> . <s/c> egov:followedBy <s/a> .",
                ["1", "2", "3"],
            ),
        ],
    )
    def test_a_circle_in_an_order_is_a_violation(
        self, conflicts: Conflicts, words: Words, text: str, statements: list[str]
    ) -> None:
        """Through special properties and inverse meanings too; one finding a circle."""
        (finding,) = [
            one for one in conflicts(text, "<law/kr/a> egov:dated <time/kr/1996> .") if one.check != "law-date"
        ]

        assert (finding.severity, finding.check) == ("violation", "circle")
        assert words(finding) == statements

    def test_a_line_is_no_circle(self, conflicts: Conflicts) -> None:
        """Two ways to the same end are fine."""
        assert conflicts("<a/kr/a> egov:partOf <a/kr/b> , <a/kr/c> . <a/kr/b> egov:partOf <a/kr/c> .") == ()


class TestNotes:
    """Doubts become part of the graph."""

    def test_a_note_hangs_on_the_thing_and_on_the_statements(self, conflicts: Conflicts) -> None:
        """Text in English, names in both languages, all in the graph of quality."""
        findings = conflicts(ACT, f"<law/kr/act> egov:promulgatedOn <time/kr/1995-08-04> .{POSITIONS}")

        quads = quality_notes(findings, BASE)

        (note,) = {quad.object for quad in quads if quad.predicate.value.endswith("#hasQualityNote")}
        assert isinstance(note, NamedNode)
        assert note.value.startswith(f"{BASE}id/note/")
        assert {(iri.curie(q.predicate.value), str(q.object)) for q in quads if q.subject == note} == {
            ("rdf:type", "<https://w3id.org/egov-kg/ontology#QualityNote>"),
            ("egov:noteText", '"Network Act is stated with the year 1996, but was promulgated in 1995"@en'),
            ("skos:prefLabel", '"Stated year"@en'),
            ("skos:prefLabel", '"기재 연도"@ko'),
            ("egov:inConflict", f"<{BASE}id/statement/3>"),
        }
        assert {quad.graph_name for quad in quads} == {NamedNode(f"{BASE}graph/background/quality")}

    def test_every_check_has_a_name_for_its_notes(self) -> None:
        """English and Korean, since pages show it."""
        assert all(english and any("가" <= c <= "힣" for c in korean) for english, korean in CONFLICTS.values())

    def test_the_order_of_the_quads_changes_nothing(
        self, dataset: Callable[..., list[Quad]], ontology: list[Quad]
    ) -> None:
        """Same findings, same notes."""
        quads = dataset(
            ACT + TestLegalBasis.FOUNDED, f"<law/kr/act> egov:promulgatedOn <time/kr/1995-08-04> .{POSITIONS}"
        )

        once, twice = (find_conflicts(some, ontology, BASE) for some in (quads, quads[::-1]))

        assert once == twice
        assert quality_notes(once, BASE) == quality_notes(twice[::-1], BASE)
