"""What every rule for a column promises: its example holds, and its counter-example yields nothing of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.errors import DataFileError
from egov_kg.extraction import facts_table, load_extractor
from egov_kg.extraction.columns import read_column_rules
from egov_kg.extraction.tokens import fold

EXTRACTOR = load_extractor(data())
RULES = {rule.id: rule for rule in EXTRACTOR.columns.rules}


@cache
def facts_of(table: tuple[str, ...]) -> tuple[tuple[str, str, str, str], ...]:
    """Return what a table in Markdown yields: folded subject, property, folded object, rule."""
    head, *rows = table
    ruler = "|".join("---" for _ in head.split(" | "))
    text = "\n".join(["# Example report", "", f"| {head} |", f"|{ruler}|", *(f"| {row} |" for row in rows)])
    found = facts_table([EXTRACTOR.extract(document_from_text(text, "example.md"))])
    return tuple((fold(r["subject"]), r["relation"], fold(r["object"]), r["rule"]) for r in found)


@pytest.mark.parametrize("name", sorted(RULES))
class TestEachColumn:
    def test_its_examples_hold(self, name: str) -> None:
        """Each fact of an example is taken from its table."""
        for table, expected in RULES[name].examples:
            found = {fact[:3] for fact in facts_of(table)}
            for fact in expected:
                subject, prop, obj = fact.split(" | ")
                assert (fold(subject), prop, fold(obj)) in found, (fact, sorted(found))

    def test_its_counter_examples_yield_nothing(self, name: str) -> None:
        """The rule takes nothing from the table, for the reason that it states."""
        for table, why in RULES[name].counters:
            assert [fact for fact in facts_of(table) if fact[3].startswith(name)] == [], why
            if RULES[name].role == "name":
                assert {fact[1] for fact in facts_of(table)} <= {"dcterms:title", "dcterms:language"}, why


class TestRow:
    def test_an_empty_cell_does_not_move_the_others(self) -> None:
        """A cell belongs to its column, whatever stands to the left of it."""
        found = facts_of(("Law | Adopted | In force", "Letters Act |  | 1 January 2002"))

        assert ("letter act", "egov:inForceFrom", "2002 01 01", "column.force.1") in found
        assert not [fact for fact in found if fact[1] == "egov:adoptedOn"]

    def test_stages_follow_each_other(self) -> None:
        """The order of the rows is the order of the stages."""
        found = facts_of(("Stage | Years", "Paper | 1980-1989", "Wire | 1990-1999"))

        assert ("paper", "egov:followedBy", "wire", "stage.order.2") in found

    def test_a_stage_that_goes_on_has_no_end(self) -> None:
        """An open range gives a start alone."""
        found = facts_of(("Stage | Years", "Paper | 1980-1989", "Wire | 1990-"))

        assert [fact[1:3] for fact in found if fact[0] == "wire" and "Year" in fact[1]] == [("egov:startYear", "1990")]

    def test_a_cell_is_cut_at_semicolons_alone(self) -> None:
        """Where cells are known, no two statements are glued: a title with a capital noun in it stays whole."""
        found = facts_of(
            ("Period | Legislation", "2001-2005 | Law No. 18,331 on Digital Transformation of Ports (2002)")
        )

        law = "law no 18 331 digital transformation port"
        assert (law, "egov:enactedInStage", "2001 2005", "row.law.1") in found
        assert (law, "egov:actNumber", "18 331", "law.number.1") in found

    def test_a_law_is_one_by_its_kind_and_number(self) -> None:
        """The number alone, later in the same document, is the same law as the number with its title."""
        text = "The Law No. 18,331 on Ports was signed on 3 May 2001. Law No. 18,331 entered into force on 1 June 2002."
        rows = facts_table([EXTRACTOR.extract(document_from_text(text, "ports.txt"))])

        laws = {row["subject"] for row in rows if row["relation"] == "egov:inForceFrom"}
        assert laws == {"Law No. 18,331 on Ports"}

    def test_periods_with_what_was_done_in_them_are_stages(self) -> None:
        """A period that heads the row is the stage; the head of government of its column held the office."""
        found = facts_of((
            "Period | Prime Minister | Main accomplishments | Legislation",
            "1996-2000 | Ann Bo Lee | LetterNet portal; Seals Project (1999) | Law No. 19.799 on Open Letters (1998)",
        ))  # fmt: skip

        assert {fact[:3] for fact in found} >= {
            ("1996 2000", "egov:startYear", "1996"),
            ("1996 2000", "egov:endYear", "2000"),
            ("ann bo lee", "egov:holdsOffice", "prime minister"),
            ("letternet portal", "egov:accomplishedIn", "1996 2000"),
            ("seal project", "egov:accomplishedIn", "1996 2000"),
            (fold("Law No. 19.799 on Open Letters"), "egov:enactedInStage", "1996 2000"),
            (fold("Law No. 19.799 on Open Letters"), "egov:actNumber", fold("19.799")),
            (fold("Law No. 19.799 on Open Letters"), "egov:statedYear", "1998"),
        }

    def test_a_strategy_with_its_years_is_no_stage(self) -> None:
        """A column that names one thing of each row says what the row is about."""
        found = facts_of(("Years | Strategy | Goals", "1996-2000 | Seals Strategy | letters within a day"))

        assert ("seal strategy", "egov:startYear", "1996", "column.time.1") in found

    def test_a_number_within_a_year_is_no_year(self) -> None:
        """The number of a Korean act stands between its ordinal sign and its counter."""
        found = facts_of(("법령 | 번호 | 제정일", "항만기록법 | 2009년 제25호 | 2009년 7월 18일"))

        assert {fact[1:3] for fact in found if fact[0] == "항만기록법"} >= {
            ("egov:actNumber", "25"),
            ("egov:enactedIn", "2009 07 18"),
        }

    def test_events_are_told_in_sentences_and_headlines(self) -> None:
        """A cell below "Event" is an entry of a chronology, dated by its row; semicolons part several."""
        found = facts_of((
            "Year | Event",
            "1998 | The Utopia Post Agency was established under the Ministry of Letters.",
            "2001 | Launch of the Letters Portal; Seals Act adopted",
        ))  # fmt: skip

        assert {fact[:3] for fact in found} >= {
            ("utopia post agency", "egov:beganIn", "1998"),
            ("utopia post agency", "egov:partOf", fold("Ministry of Letters")),
            ("letter portal", "egov:beganIn", "2001"),
            ("seal act", "egov:statedYear", "2001"),
        }

    def test_a_header_that_nobody_knows_says_nothing(self) -> None:
        """A table whose headers do not say what a row is about is read as statements, not by columns."""
        assert EXTRACTOR.columns.of_table("Colour | Weight | Price") is None


class TestRecord:
    def test_a_flat_box_speaks_of_the_title_where_its_heading_names_nothing(self) -> None:
        """A heading such as "Agency overview" is no thing; the page is about its title."""
        lines = ["Formed 12 March 1998", "Preceding agency Bureau of Stamps", "Agency executive Ann Lee, Director"]
        box = "\n".join([*lines, "Parent department Ministry of Letters"])
        text = f"Utopia Post Agency\n\nThe post is old and slow.\n\nAgency overview\n\n{box}\n"
        rows = facts_table([EXTRACTOR.extract(document_from_text(text, "a.txt"))])

        assert {(r["subject"], r["relation"], r["object"]) for r in rows} >= {
            ("Utopia Post Agency", "egov:beganIn", "1998-03-12"),
            ("Bureau of Stamps", "egov:directSuccessor", "Utopia Post Agency"),
            ("Utopia Post Agency", "egov:headedBy", "Ann Lee"),
            ("Utopia Post Agency", "egov:partOf", "Ministry of Letters"),
        }


class TestFile:
    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ('role = "name"', 'role = "nam"', "needs words and a role of"),
            ('"egov:Stage"', '"egov:Stag"', "class 'egov:Stag' does not fit the role name"),
            ('"stage", ', '"stage", "stage", ', "the header 'stage' stands already in column.stage.1"),
            ('"stage", ', '"Stage", ', "the header 'Stage' is compared as 'stage'"),
            ("counter = ", "contra = ", "unknown keys contra"),
        ],
    )
    def test_a_wrong_rule_is_refused(self, tmp_path: Path, old: str, new: str, problem: str) -> None:
        """The error names the file, the rule and what was found."""
        text = (data() / "rules" / "columns.toml").read_text(encoding="utf-8")
        (tmp_path / "columns.toml").write_text(text.replace(old, new, 1), encoding="utf-8")

        with pytest.raises(DataFileError, match=rf"columns\.toml: .*{problem}"):
            read_column_rules(tmp_path / "columns.toml")


SHEET = """\
Information System Authority

Formed: 1 June 2011
Parent agency: Ministry of Justice
Agency executive: Joonas Heiter, Director General
Website: https://www.ria.example

The authority manages registers.

System: Letters Portal (LP)
Launched: 2004
Responsible agency: Office of Seals
"""


class TestDataSheet:
    def test_keys_below_a_name_speak_of_what_it_names(self) -> None:
        """The heading names what the box is about; where a key names it, it is that."""
        rows = facts_table([EXTRACTOR.extract(document_from_text(SHEET, "sheet.txt"))])

        found = {(row["subject"], row["relation"], row["object"]) for row in rows}
        assert found >= {
            ("Information System Authority", "egov:beganIn", "2011-06-01"),
            ("Information System Authority", "egov:headedBy", "Joonas Heiter"),
            ("Information System Authority", "foaf:homepage", "https://www.ria.example"),
            ("Letters Portal", "egov:beganIn", "2004"),
            ("Letters Portal", "egov:managedBy", "Office of Seals"),
        }

    def test_items_with_a_key_are_fields(self) -> None:
        """A list of keys and values below a name is a record of what it names."""
        text = "# Office of Seals\n\n- Founded: 1961\n- Parent ministry: Ministry of Letters\n"
        rows = facts_table([EXTRACTOR.extract(document_from_text(text, "sheet.md"))])

        found = {(row["subject"], row["relation"], row["object"]) for row in rows}
        assert ("Office of Seals", "egov:beganIn", "1961") in found
        assert ("Office of Seals", "egov:partOf", "Ministry of Letters") in found

    def test_a_record_of_a_document_stays_the_documents(self) -> None:
        """A title, an author and a year are said of the text, whatever stands beside them."""
        text = "Title: Letters Portal\nAuthor: Ann Lee\nYear: 2004\n\nThe portal was opened."
        rows = list(facts_table([EXTRACTOR.extract(document_from_text(text, "record.txt"))]))

        assert {row["subject_class"] for row in rows if row["relation"].startswith("dcterms:")} == {"egov:Document"}
        assert not [row for row in rows if row["rule"].startswith("column.")]

    def test_keys_below_a_heading_that_names_nothing_say_nothing_of_it(self) -> None:
        """A date below "Overview" is the date of nothing."""
        rows = facts_table(
            [EXTRACTOR.extract(document_from_text("Overview\n\nFounded: 1999\nHead: Ann Lee\n\nText.", "a.txt"))]
        )

        assert not [row for row in rows if row["rule"].startswith("column.")]


class TestMissions:
    @pytest.mark.parametrize("below", ["- to carry all letters in a day\n", "To carry all letters in a day.\n"])
    def test_what_stands_below_our_mission_is_the_mission_of_the_body(self, below: str) -> None:
        """The body is that of the title, or the first that the page names."""
        about = "# About us\n\nThe Utopia Post Agency runs the post.\n\n"
        text = f"{about}## Our mission\n\n{below}\n## Offices\n\n- to the north\n"
        rows = facts_table([EXTRACTOR.extract(document_from_text(text, "a.md"))])
        found = {(r["subject"], r["object"]) for r in rows if r["relation"] == "egov:hasMission"}

        assert ("Utopia Post Agency", "carry all letters in a day") in found
        assert ("Utopia Post Agency", "the north") not in found
