"""Promises of chronologies: the date of an entry dates what the entry tells, in each shape that pages give them."""

from __future__ import annotations

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.extraction import facts_table, load_extractor

EXTRACTOR = load_extractor(data())
BEGAN = ("Letters Portal", "egov:beganIn", "1998")
ACT = ("Seals Act", "egov:statedYear", "1999")
PLAN = ("Letters Plan", "egov:dated", "2001")
AGENCY = ("Norland Post Agency", "egov:beganIn", "2003")


def facts_of(text: str, name: str = "page.txt") -> set[tuple[str, str, str]]:
    """Return what a text yields: subject, property, object."""
    found = facts_table([EXTRACTOR.extract(document_from_text(text, name))])
    return {(r["subject"], r["relation"], r["object"]) for r in found}


SHAPES = {
    "years before capitals": (
        (
            "Milestones of Norland\n\n1998 Launch of the Letters Portal\n1999 Seals Act adopted\n"
            "2001 The Government approves the Letters Plan\n2003 Norland Post Agency set up\n"
        ),
        "page.txt",
    ),
    "years before signs": (
        (
            "Milestones of Norland\n\n1998 – Launch of the Letters Portal\n1999: Seals Act adopted\n"
            "2001 – The Government approves the Letters Plan.\n2003: Establishment of the Norland Post Agency\n"
        ),
        "page.txt",
    ),
    "years on lines of their own": (
        (
            "Milestones of Norland\n\n1998\nLaunch of the Letters Portal\n\n1999\nSeals Act adopted\n\n"
            "2001\nThe Government approves the Letters Plan.\n\n2003\nNorland Post Agency established\n"
        ),
        "page.txt",
    ),
    "years as headings": (
        (
            "# Milestones of Norland\n\n## 1998\n\nLaunch of the Letters Portal\n\n## 1999\n\n- Seals Act adopted\n\n"
            "## 2001\n\nThe Government approves the Letters Plan. Well.\n\n## 2003\n\n- Norland Post Agency created\n"
        ),
        "page.md",
    ),
    "years in bold before items": (
        (
            "# Milestones of Norland\n\n- **1998** – Letters Portal launched\n- **1999** – Seals Act passed\n"
            "- **2001** – Letters Plan approved by the Government\n- **2003** – Norland Post Agency founded\n"
        ),
        "page.md",
    ),
}


@pytest.mark.parametrize("shape", sorted(SHAPES))
class TestShapes:
    def test_the_date_of_an_entry_dates_what_it_tells(self, shape: str) -> None:
        """Whatever the shape, four entries give their four dates."""
        text, name = SHAPES[shape]

        assert {BEGAN, ACT, PLAN, AGENCY} <= facts_of(text, name)


class TestEntry:
    def test_a_name_alone_is_dated(self) -> None:
        """An entry that only names a thing says when it was."""
        found = facts_of("Milestones\n\n1998 – LetterNet Portal\n1999 – Seals Act\n2001 – more is done by all\n")

        assert {("LetterNet Portal", "egov:dated", "1998"), ACT} <= found
        assert not [fact for fact in found if fact[2] == "2001"]

    @pytest.mark.parametrize("words", ["45th place in the UN survey", "Rank: 45 of 190", "90% of homes are online"])
    def test_a_figure_is_no_thing(self, words: str) -> None:
        """What is neither a name nor an action is not taken for a thing."""
        found = facts_of(f"Milestones\n\n1998 – {words}\n1999 – Seals Act\n2001 – Letters Plan\n")

        assert not [fact for fact in found if fact[2] == "1998"]

    def test_a_month_is_kept(self) -> None:
        """A date before a colon is no key of a field."""
        found = facts_of("Milestones\n\nJune 1998: the Letters Portal goes live.\nMay 1999: the Seals Act is passed.\n")

        assert ("Letters Portal", "egov:beganIn", "1998-06") in found

    @pytest.mark.parametrize(
        ("line", "date"),
        [("2004-03: LetterNet Portal opened.", "2004-03"), ("01.12.2009: LetterNet Portal opened.", "2009-12-01")],
    )
    def test_dates_in_figures_are_kept(self, line: str, date: str) -> None:
        """A year and a month are no range of years, where they could not be one."""
        found = facts_of(f"Our history in dates\n\n1990: Seals Act passed.\n{line}\n")

        assert ("LetterNet Portal", "egov:beganIn", date) in found

    def test_a_launch_names_what_is_launched(self) -> None:
        """What stands behind the name, after a comma and an article, only describes it."""
        found = facts_of("Milestones\n\n1999 – Seals Act passed.\n2014 – Launch of Letter Norland, the way to 2020.\n")

        assert ("Letter Norland", "egov:beganIn", "2014") in found

    def test_a_sentence_keeps_its_own_date(self) -> None:
        """What an entry dates itself does not take the date of the entry."""
        found = facts_of(
            "Milestones\n\n1999 – Seals Act adopted.\n2001 – The Letters Portal, opened in 1998, is moved.\n"
        )

        assert BEGAN in found
        assert ("Letters Portal", "egov:beganIn", "2001") not in found

    def test_what_is_planned_is_not_told(self) -> None:
        """An entry about what is to come gives no date."""
        found = facts_of("Milestones\n\n1999 – Seals Act adopted.\n2031 – The Letters Portal will be launched.\n")

        assert not [fact for fact in found if fact[2] == "2031"]

    def test_the_format_of_a_file_names_nothing(self) -> None:
        """Brackets behind a title may say what the file is; two entries with it are two things."""
        text = "Milestones\n\n1998 – Seals Act (PDF, 12 KB)\n1999 – Letters Strategy (PDF)\n2001 – Stamps Act (PDF)\n"
        found = facts_of(text)

        assert {ACT[:2], ("Stamps Act", "egov:statedYear")} <= {fact[:2] for fact in found}
        assert not [fact for fact in found if fact[1] in ("egov:acronym", "skos:altLabel")]


def test_a_heading_below_a_year_names_an_entry_and_the_text_below_describes_it() -> None:
    """The name is dated by the year above; the description tells nothing that began then."""
    found = facts_of(
        "# Milestones\n\n## 1998\n\n**Norland Register**\nThe Norland Address Database holds all persons.\n\n"
        "### LetterNet\n\nThe backbone of the Norland state.\n\n## 1999\n\n- Seals Act adopted\n",
        "page.md",
    )

    dated = {fact for fact in found if fact[2] in ("1998", "1999") and fact[1] != "egov:statedYear"}
    assert dated == {("Norland Register", "egov:dated", "1998"), ("LetterNet", "egov:dated", "1998")}


class TestNameWithItsDescription:
    """An item that begins with a name and a colon or a dash says in a fragment what it is."""

    @pytest.mark.parametrize(
        ("item", "fact"),
        [
            (
                "Stamps Register: opened in 2001 by the Norland Post Agency.",
                ("Stamps Register", "egov:beganIn", "2001"),
            ),
            (
                "Norland Post Agency – operates the Stamps Register.",
                ("Stamps Register", "egov:managedBy", "Norland Post Agency"),
            ),
            (
                "Norland Letter Line: the letter portal of the towns, launched in 2004.",
                ("Norland Letter Line", "egov:beganIn", "2004"),
            ),
        ],
    )
    def test_the_mark_stands_for_the_verb(self, item: str, fact: tuple[str, str, str]) -> None:
        """What follows a participle, a verb or an article is said of the name."""
        text = f"# Systems of Norland\n\nThe country has these.\n\n- **{item}\n- The rest is paper.\n"
        mark = ":" if ":" in item else " –"

        assert fact in facts_of(text.replace(mark, f"**{mark}", 1), "page.md")

    def test_a_clause_of_its_own_keeps_its_subject(self) -> None:
        """What stands before the mark is then a topic, and not what the clause is about."""
        found = facts_of(
            "# Cases\n\nThere are two.\n\n- Norland Post Agency: the board opened LetterNet in 2001.\n- None.\n", "a.md"
        )

        assert not [fact for fact in found if fact[0] == "Norland Post Agency" and fact[2] == "2001"]
