"""Promises of times that lean on another one: resolved against what stands before, or left alone."""

from __future__ import annotations

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.extraction import facts_table, load_extractor
from egov_kg.extraction.relative_times import date_line, with_relative
from egov_kg.extraction.times import find_times

EXTRACTOR = load_extractor(data())


def times(text: str, before: str = "", line: str = "") -> list[str]:
    """Return the times of a sentence."""
    return [time.value.edtf for time in with_relative(text, find_times(text), before, line)]


class TestRelativeTimes:
    @pytest.mark.parametrize(
        ("text", "before", "expected"),
        [
            ("adopted on 8 March 2000, in force since 15 December of that year", "", ["2000-03-08", "2000-12-15"]),
            ("It was published in May the same year.", "1999", ["1999-05"]),
            ("In the same year the board opened it.", "2000", ["2000"]),
            ("It began in 2001; the following year it ended.", "", ["2001", "2002"]),
            ("Three years later it was renamed.", "2018", ["2021"]),
            ("A year earlier it had been announced.", "2018", ["2017"]),
            ("It was announced the previous year.", "2018", ["2017"]),
        ],
    )
    def test_a_year_is_that_of_the_time_before(self, text: str, before: str, expected: list[str]) -> None:
        """The last time in the sentence, or else in the paragraph, gives the year."""
        assert times(text, before) == expected

    @pytest.mark.parametrize(
        ("text", "before"),
        [
            ("Three years later it was renamed.", ""),
            ("It was published in May the same year.", ""),
            ("It ran from 2001 to 2005; the following year it ended.", ""),
            ("On 1 October it was renamed.", "1999"),
        ],
    )
    def test_what_could_be_several_years_stays_open(self, text: str, before: str) -> None:
        """Without a year, after a range, and for a bare day in prose nothing is resolved."""
        assert times(text, before) == [time.value.edtf for time in find_times(text)]

    def test_a_line_of_a_chronology_gives_its_days_their_year(self) -> None:
        """A day and a month without year belong to the year that the line begins with."""
        assert times("On 1 October it opens, in December it closes.", line="1999") == ["1999-10-01", "1999-12"]

    @pytest.mark.parametrize("text", ["In 2014 it opened.", "2014 portals opened.", "2014 was warm."])
    def test_a_sentence_is_no_line_of_a_chronology(self, text: str) -> None:
        """Only a date before a dash or a colon heads a line; one before a capital does in a list."""
        assert date_line(text, listed=True) is None


class TestChronology:
    def test_its_dates_reach_the_facts(self) -> None:
        """The year of the line, or of the heading above it, is that of the day in the line."""
        text = (
            "# Milestones of Utopia\n\n- **2014** - The Letters Portal is launched on 24 November.\n\n"
            "## 2016\n\n- In June the Seals Portal is launched.\n"
        )
        rows = facts_table([EXTRACTOR.extract(document_from_text(text, "a.md"))])

        began = {(row["subject"], row["object"]) for row in rows if row["relation"] == "egov:beganIn"}
        assert began == {("Letters Portal", "2014-11-24"), ("Seals Portal", "2016-06")}
