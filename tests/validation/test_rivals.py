"""Claims that cannot both be right at one time: told with all Statements, as a doubt or as a remark."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egov_kg.validation import Finding

Conflicts = Callable[..., tuple[Finding, ...]]
Words = Callable[[Finding], list[str]]

DAYS = """
<time/kr/2003> egov:firstDay "2003-01-01"^^xsd:date ; egov:lastDay "2003-12-31"^^xsd:date .
<time/kr/2003-05> egov:firstDay "2003-05-01"^^xsd:date ; egov:lastDay "2003-05-31"^^xsd:date .
<time/kr/2005> egov:firstDay "2005-01-01"^^xsd:date ; egov:lastDay "2005-12-31"^^xsd:date .
"""
PORTAL = "<system/kr/p> skos:prefLabel 'Portal'@en ."
AGENCY = "<agency/kr/a> a egov:Agency ; skos:prefLabel 'Records Agency'@en ."
MINISTRIES = (
    "<agency/kr/m> a egov:Ministry ; skos:prefLabel 'M'@en . <agency/kr/n> a egov:Ministry ; skos:prefLabel 'N'@en ."
)


class TestDates:
    @pytest.mark.parametrize("prop", ["beganIn", "endedIn", "adoptedOn", "inForceFrom"])
    def test_that_share_no_day_are_a_doubt(self, conflicts: Conflicts, words: Words, prop: str) -> None:
        """Both stay, and the note names both Statements."""
        (found,) = conflicts(f"<system/kr/p> egov:{prop} <time/kr/2003> , <time/kr/2005> .", PORTAL + DAYS)

        assert (found.severity, found.check) == ("warning", "several-dates")
        assert found.message.startswith("Portal has more than one ")
        assert found.message.endswith(": 2003, 2005")
        assert words(found) == ["1", "2"]

    def test_of_which_one_lies_within_the_other_agree(self, conflicts: Conflicts) -> None:
        """May 2003 is 2003, told more exactly."""
        assert conflicts("<system/kr/p> egov:beganIn <time/kr/2003> , <time/kr/2003-05> .", PORTAL + DAYS) == ()

    def test_that_stand_there_as_years_too_are_told_once(self, conflicts: Conflicts) -> None:
        """The start years say it already."""
        stated = """
        <system/kr/p> egov:beganIn <time/kr/2003> , <time/kr/2005> ;
          egov:startYear '2003'^^xsd:gYear , '2005'^^xsd:gYear .
        """

        assert [one.check for one in conflicts(stated, PORTAL + DAYS)] == ["several-values"]


LAW = "<law/kr/a> a egov:Law ; skos:prefLabel 'Act A'@en ."


class TestDatesWithoutAnEvent:
    def test_that_lie_outside_each_other_are_a_doubt(self, conflicts: Conflicts, words: Words) -> None:
        """A day beside a year of which it is no day, where no promulgation is decided."""
        stated = "<law/kr/a> egov:statedDate '1999-02-05'^^xsd:date ; egov:statedYear '2013'^^xsd:gYear ."

        (found,) = conflicts(stated, LAW)

        assert (found.severity, found.check) == ("warning", "stated-date")
        assert found.message == "Act A is stated with the date 1999-02-05 and with the year 2013"
        assert len(words(found)) == 2

    @pytest.mark.parametrize(
        "stated",
        [
            "egov:statedDate '2013-07-30'^^xsd:date ; egov:statedYear '2013'^^xsd:gYear",
            "egov:statedPeriod '2012/2014' ; egov:statedYear '2013'^^xsd:gYear",
            "egov:statedPeriod 'over four decades' ; egov:statedYear '2013'^^xsd:gYear",
        ],
    )
    def test_of_which_one_lies_within_the_other_agree(self, conflicts: Conflicts, stated: str) -> None:
        """So do words that are no date."""
        assert conflicts(f"<law/kr/a> {stated} .", LAW) == ()


class TestHeads:
    def test_of_an_administration_are_a_doubt(self, conflicts: Conflicts, words: Words) -> None:
        """It is the government under one head."""
        stated = "<administration/kr/a> egov:headedBy <person/kr/x> , <person/kr/y> ."
        register = """
        <administration/kr/a> a egov:Administration ; skos:prefLabel 'A administration'@en .
        <person/kr/x> skos:prefLabel 'X'@en . <person/kr/y> skos:prefLabel 'Y'@en .
        """

        (found,) = conflicts(stated, register)

        assert (found.severity, found.check) == ("warning", "several-heads")
        assert found.message == "A administration is said to be headed by more than one person: X, Y"
        assert words(found) == ["1", "2"]

    def test_of_another_body_are_a_remark(self, conflicts: Conflicts) -> None:
        """Heads change, and documents seldom say when."""
        stated = "<agency/kr/a> egov:headedBy <person/kr/x> , <person/kr/y> ."

        (found,) = conflicts(stated, AGENCY)

        assert (found.severity, found.check) == ("info", "several-heads")

    def test_one_head_told_twice_is_none(self, conflicts: Conflicts) -> None:
        """A register and a document agree."""
        head = "<agency/kr/a> egov:headedBy <person/kr/x> ."

        assert conflicts(head, AGENCY + head) == ()


class TestParents:
    def test_of_a_body_that_are_apart_are_a_remark(self, conflicts: Conflicts, words: Words) -> None:
        """By either property."""
        stated = "<agency/kr/a> egov:partOf <agency/kr/m> ; egov:subOrganizationOf <agency/kr/n> ."

        (found,) = conflicts(stated, AGENCY + MINISTRIES)

        assert (found.severity, found.check) == ("info", "several-parents")
        assert found.message == "Records Agency is said to belong to more than one body: M, N"
        assert words(found) == ["1", "2"]

    def test_of_which_one_belongs_to_the_other_agree(self, conflicts: Conflicts) -> None:
        """A bureau of a ministry is of the government, too; a circle ends nothing."""
        stated = "<agency/kr/a> egov:partOf <agency/kr/m> , <agency/kr/n> . <agency/kr/m> egov:partOf <agency/kr/n> ."

        assert conflicts(stated, AGENCY + MINISTRIES) == ()

    def test_of_what_is_no_body_are_none(self, conflicts: Conflicts) -> None:
        """A system may be in several packages."""
        stated = "<system/kr/p> egov:partOf <project/kr/x> , <project/kr/y> ."

        assert conflicts(stated, PORTAL) == ()
