"""Promises of the lines around a title: kind, number, day and counters are facts about the document."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.documents.masthead import masthead
from egov_kg.extraction import facts_table, load_extractor

EXTRACTOR = load_extractor(data())
LINES = tomllib.loads(data("rules/masthead.toml").read_text(encoding="utf-8"))


def about(text: str) -> set[tuple[str, str]]:
    """Return what a text says of itself."""
    extraction = EXTRACTOR.extract(document_from_text(text, "a.txt"))
    title = extraction.document.metadata["title"]
    return {(row["relation"], row["object"]) for row in facts_table([extraction]) if row["subject"] == title}


def _told(line: str) -> list[str]:
    return [f"{key}: {line[start:end]}" for key, start, end in masthead(line)]


class TestLines:
    @pytest.mark.parametrize("row", LINES["example"], ids=lambda row: row["line"])
    def test_an_example_gives_its_fields(self, row: dict[str, Any]) -> None:
        """Each line of the data file says what stands beside it."""
        assert _told(row["line"]) == row["fields"]

    @pytest.mark.parametrize("row", LINES["counter"], ids=lambda row: row["line"])
    def test_a_counter_example_gives_none(self, row: dict[str, Any]) -> None:
        """The line belongs to the text, for the reason that the data file states."""
        assert _told(row["line"]) == [], row["why"]


class TestTitle:
    @pytest.mark.parametrize(
        "above",
        [
            "Thursday, July 17, 2008\n\n",
            "Journal article\n\n",
            "Journal of Harbour Studies 8(1): 35-42, 2014\nISSN: 2040-7459\n© Harbour Press, 2014\n",
        ],
    )
    def test_a_masthead_is_no_title(self, above: str) -> None:
        """The first line that says something else is the title."""
        text = f"{above}From counters to platforms\n\nServices moved to the net in 2001.\n"

        assert document_from_text(text, "a.txt").metadata["title"] == "From counters to platforms"

    def test_a_title_goes_on_behind_a_small_word(self) -> None:
        """A line that ends with "of" or "and" is half a title."""
        text = "The way of services from counters to\nplatforms and\nback\n\nServices moved to the net in 2001.\n"

        assert (
            document_from_text(text, "a.txt").metadata["title"]
            == "The way of services from counters to platforms and back"
        )


class TestMasthead:
    @pytest.mark.parametrize(
        ("line", "fact"),
        [
            ("Working Paper 14", ("egov:numberInSeries", "14")),
            ("Working Paper 14", ("dcterms:type", "Working Paper")),
            ("보도자료", ("dcterms:type", "보도자료")),
        ],
    )
    def test_a_line_above_the_title_says_the_kind(self, line: str, fact: tuple[str, str]) -> None:
        """The kind and the number in the series stand as the line has them."""
        assert fact in about(f"{line}\n\nFrom counters to platforms\n\nServices moved in 2001.")

    @pytest.mark.parametrize("line", ["Published 21 January 2025", "2025. 1. 21.(화) | 정책기획팀", "21 January 2025"])
    def test_a_line_below_the_title_says_the_day(self, line: str) -> None:
        """The day is that of the document, to the day."""
        found = about(f"From counters to platforms\n\n{line}\n\nServices moved in 2001.")

        assert ("dcterms:issued", "2025-01-21") in found

    def test_kind_and_day_may_share_a_line(self) -> None:
        """Press offices write both above the title."""
        found = about("Press release 2 January 2020\n\nNew agency starts its work\n\nIt opened in 2001.")

        assert found >= {("dcterms:type", "Press release"), ("dcterms:issued", "2020-01-02")}

    def test_a_day_within_the_text_is_not_its_date(self) -> None:
        """A date that stands in a sentence belongs to what the sentence tells."""
        found = about("From counters to platforms\n\nPublished 21 January 2025 was the strategy on portals.")

        assert not [fact for fact in found if fact[0] == "dcterms:issued"]

    def test_counters_are_measurements_and_nothing_else(self) -> None:
        """Views are views and downloads are downloads."""
        found = about("From counters to platforms\n\nServices moved in 2001.\n\nViews 1,204    Downloads 388")

        assert {f for f in found if "hasMeasurement" in f[0]} == {
            ("egov:hasMeasurement#views", "1204"),
            ("egov:hasMeasurement#downloads", "388"),
        }


class TestByline:
    @pytest.mark.parametrize("line", ["Ann B. Lee and Chul Oh", "By Ann B. Lee, Chul Oh"])
    def test_persons_below_a_title_are_its_authors(self, line: str) -> None:
        """Several names with an initial, or any behind "by"."""
        found = about(f"What explains adoption?\n\n{line}\n\nServices moved in 2001.")

        assert {fact[1] for fact in found if fact[0] == "dcterms:creator"} >= {"Chul Oh"}

    @pytest.mark.parametrize("line", ["Digital Governance Agency", "Office of Ann B. Lee", "Latin America"])
    def test_other_names_below_a_title_are_none(self, line: str) -> None:
        """A body, a place, a subtitle in capitals: nobody says that they wrote it."""
        found = about(f"What explains adoption\n\n{line}\n\nServices moved in 2001.")

        assert not [fact for fact in found if fact[0] == "dcterms:creator"]


class TestFields:
    def test_authors_that_are_bodies_are_no_persons(self) -> None:
        """A government writes as a body."""
        text = "Title: A strategy\nAuthor: Danish Government; Ann Lee\nISBN: not recorded\nSubject: roads; mail\n\nIt."
        rows = list(facts_table([EXTRACTOR.extract(document_from_text(text, "a.txt"))]))

        creators = {row["object"]: row["object_class"] for row in rows if row["relation"] == "dcterms:creator"}
        assert creators == {"Danish Government": "egov:Agency", "Ann Lee": "egov:Person"}
        assert {row["object"] for row in rows if row["relation"] == "dcterms:subject"} == {"roads", "mail"}
        assert not [row for row in rows if row["relation"] == "dcterms:identifier"]

    def test_a_line_of_several_fields_is_each_of_them(self) -> None:
        """Strokes part the fields of a journal's page; an identifier is taken alone."""
        found = about("From counters to platforms\n\nISSN: 1062-7375|DOI: 10.1234/HARB.29.4\n\nServices moved in 2001.")

        assert {fact for fact in found if fact[0] == "dcterms:identifier"} == {
            ("dcterms:identifier", "10.1234/HARB.29.4")
        }

    def test_keywords_may_stand_as_items_below_their_heading(self) -> None:
        """The items below "Keywords" are the subjects, and nothing else."""
        found = about(
            "From counters to platforms\n\nServices moved in 2001.\n\nKeywords\n\n- adoption\n- trust in services\n"
        )

        assert {fact[1] for fact in found if fact[0] == "dcterms:subject"} == {"adoption", "trust in services"}

    def test_the_handle_of_a_writer_is_no_name(self) -> None:
        """What somebody is called on a site, in small letters without a space, names nobody."""
        found = about("Title: From counters to platforms\nAuthors: alee; ann-lee; Ann Lee\n\nServices moved in 2001.")

        assert {fact[1] for fact in found if fact[0] == "dcterms:creator"} == {"Ann Lee"}


class TestNews:
    TEXT = (
        "PRESS RELEASE\nNo. 45/2019\nFor immediate release\n\nMINISTRY OF LETTERS OPENS A PORTAL\n\n"
        "Seal City, 3 May 2019 - The Ministry of Letters launched the Letters Portal.\n"
    )

    def test_the_lines_above_the_title_are_each_a_statement(self) -> None:
        """Kind and number are told; the notice of a press office says nothing."""
        assert about(self.TEXT) >= {
            ("dcterms:title", "MINISTRY OF LETTERS OPENS A PORTAL"),
            ("dcterms:type", "PRESS RELEASE"),
            ("egov:numberInSeries", "45/2019"),
        }

    def test_a_dateline_is_the_day_of_the_text_and_no_part_of_its_first_sentence(self) -> None:
        """The place neither launches anything nor dates it."""
        rows = list(facts_table([EXTRACTOR.extract(document_from_text(self.TEXT, "a.txt"))]))

        assert ("dcterms:issued", "2019-05-03") in about(self.TEXT)
        assert {(r["relation"], r["object"]) for r in rows if r["subject"] == "Letters Portal"} == {
            ("egov:introducedBy", "Ministry of Letters")
        }


class TestArticle:
    TEXT = (
        "Digital harbours: what makes towns share?\nAnn Lee, University of Utopia\nBo Roe, Institute of Seals\n\n"
        "Harbour Quarterly, Volume 12, Issue 3, September 2019, Pages 33-54\nhttps://doi.org/10.1234/harb.12\n\n"
        "Abstract\n\nThis paper asks why towns share their data. It uses a survey of 120 towns.\n"
    )

    def test_its_lines_tell_authors_journal_year_and_identifier(self) -> None:
        """Each line below the title is read by itself."""
        assert about(self.TEXT) >= {
            ("dcterms:title", "Digital harbours: what makes towns share?"),
            ("dcterms:creator", "Ann Lee"),
            ("dcterms:creator", "Bo Roe"),
            ("egov:partOf", "Harbour Quarterly"),
            ("dcterms:issued", "2019"),
            ("dcterms:identifier", "10.1234/harb.12"),
        }

    def test_an_author_has_the_affiliation_behind_the_name(self) -> None:
        """What stands behind the comma is where the author works."""
        rows = facts_table([EXTRACTOR.extract(document_from_text(self.TEXT, "a.txt"))])
        told = {(r["subject"], r["object"]) for r in rows if r["relation"] == "egov:affiliatedWith"}

        assert told == {("Ann Lee", "University of Utopia"), ("Bo Roe", "Institute of Seals")}
