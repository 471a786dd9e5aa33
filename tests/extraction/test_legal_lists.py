"""What every fragment of a legal list promises: its example holds, and its counter-example yields nothing of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.errors import DataFileError
from egov_kg.extraction import facts_table, load_extractor
from egov_kg.extraction.legal_lists import read_fragments
from egov_kg.extraction.tokens import fold

EXTRACTOR = load_extractor(data())
RULES = {fragment.id: fragment for fragment in EXTRACTOR.fragments}


@cache
def facts_of(entries: tuple[str, ...]) -> tuple[tuple[str, str, str, str], ...]:
    """Return what a numbered list yields; an entry that begins with a dash stands below the one before it."""
    numbers = iter(range(1, 99))
    lines = [f"   {entry}" if entry.startswith("-") else f"{next(numbers)}. {entry}" for entry in entries]
    text = "\n".join(["Laws of Utopia", "", "These are the laws of the islands.", "", *lines, "9. Closing words.", ""])
    found = facts_table([EXTRACTOR.extract(document_from_text(text, "laws.txt"))])
    return tuple((fold(r["subject"]), r["relation"], fold(r["object"]), r["rule"]) for r in found)


@pytest.mark.parametrize("name", sorted(RULES))
class TestEachFragment:
    def test_its_examples_hold(self, name: str) -> None:
        """Each fact of an example is taken from its entries."""
        for entries, expected in RULES[name].examples:
            found = {fact[:3] for fact in facts_of(entries)}
            for fact in expected:
                subject, prop, obj = fact.split(" | ")
                assert (fold(subject), prop, fold(obj)) in found, (fact, sorted(found))

    def test_its_counter_examples_yield_nothing(self, name: str) -> None:
        """The rule takes nothing from the entries, for the reason that it states."""
        for entries, why in RULES[name].counters:
            assert [fact for fact in facts_of(entries) if fact[3] == name] == [], why


class TestEntry:
    def test_an_entry_speaks_of_its_own_law(self) -> None:
        """The law of the entry before has nothing to do with this one."""
        found = facts_of(("Letters Act (1999).", "Seals Act (2003). In force from 1 January 2004."))

        assert [fact[:3] for fact in found if fact[1] == "egov:inForceFrom"] == [
            ("seal act", "egov:inForceFrom", "2004 01 01")
        ]

    def test_words_below_no_law_say_nothing(self) -> None:
        """An entry that begins with no law is no entry of a legal list."""
        found = facts_of(("The harbour. In force from 1 January 2004.", "- Repealed on 1 May 2005."))

        assert not [fact for fact in found if fact[3].startswith("entry.")]


class TestFile:
    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("{date}", "{day}", "words end with one slot"),
            ("egov:inForceFrom", "egov:inForce", "unknown property 'egov:inForce'"),
            ("counter = ", "contra = ", "unknown keys contra"),
            ("entry.adopted.1", "entry.force.1", "the id 'entry.force.1' stands twice"),
        ],
    )
    def test_a_wrong_fragment_is_refused(self, tmp_path: Path, old: str, new: str, problem: str) -> None:
        """The error names the file, the fragment and what was found."""
        text = (data() / "rules" / "en" / "legal_lists.toml").read_text(encoding="utf-8")
        head, rest = text.split("[[fragment]]", 1)
        (tmp_path / "legal_lists.toml").write_text(f"{head}[[fragment]]{rest.replace(old, new, 1)}", encoding="utf-8")

        with pytest.raises(DataFileError, match=problem):
            read_fragments(tmp_path / "legal_lists.toml")


class TestPageOfALaw:
    """Below a heading that is a law, lines without subject speak of that law."""

    PAGE = "Letters Act, 2001\n\nAct 24 of 2001\n\n  • Assented to on 3 May 2001\n  • Commenced on 1 January 2002\n\n"

    @staticmethod
    def told(text: str) -> set[tuple[str, str, str]]:
        """Return what a page says of its laws: subject, property, object."""
        found = facts_table([EXTRACTOR.extract(document_from_text(text, "page.txt"))])
        return {
            (r["subject"], r["relation"], r["object"])
            for r in found
            if r["subject_class"] in ("egov:Law", "egov:ExecutiveOrder")
        }

    def test_its_number_and_dates_are_those_of_the_law(self) -> None:
        """A line that is a number, and lines that begin with what befell a law, need not name it again."""
        text = f"{self.PAGE}This Act makes letters as good as speech.\n"

        assert self.told(text) == {
            ("Letters Act, 2001", "egov:actNumber", "24"),
            ("Letters Act, 2001", "egov:statedYear", "2001"),
            ("Letters Act, 2001", "egov:enactedIn", "2001-05-03"),
            ("Letters Act, 2001", "egov:inForceFrom", "2002-01-01"),
        }

    def test_the_next_heading_ends_it(self) -> None:
        """What stands below another heading is not said of the law."""
        text = f"{self.PAGE}Harbour news\n\n[In force from 1 May 2003]\n\nThe harbour was closed for a day.\n"

        assert not [fact for fact in self.told(text) if fact[2].startswith("2003")]

    def test_a_heading_of_several_laws_is_none(self) -> None:
        """The name of a list of laws is no law."""
        assert not self.told("Laws of Norland\n\n[In force from 1 May 2003]\n\nThe laws are many, and they are long.\n")


class TestYearInTheName:
    def test_a_law_named_with_its_year_has_that_year(self) -> None:
        """The year is part of the name, and is stated by it."""
        text = "The Privacy Act 1988 and Law No. 63/2012 bind the post. The Letters Act binds nobody.\n"

        assert {fact for fact in TestPageOfALaw.told(text) if "Year" in fact[1]} == {
            ("Privacy Act 1988", "egov:statedYear", "1988"),
            ("Law No. 63/2012", "egov:statedYear", "2012"),
        }


class TestNamesOfNorms:
    @pytest.mark.parametrize(
        ("entry", "facts"),
        [
            (
                'Law of Utopia "On Open Letters" No. 5203-VI of 6 September 2012',
                {("Law on Open Letters", "egov:actNumber", "5203-VI")},
            ),
            (
                "Law No. 20.285 on Access to Letters (2008)",
                {
                    ("Law No. 20.285 on Access to Letters", "egov:actNumber", "20.285"),
                    ("Law No. 20.285 on Access to Letters", "egov:statedYear", "2008"),
                },
            ),
            (
                "Decree-Law No. 116/2007 of 27 April",
                {
                    ("Decree-Law No. 116/2007", "egov:actNumber", "116/2007"),
                    ("Decree-Law No. 116/2007", "egov:statedDate", "2007-04-27"),
                },
            ),
            (
                "The Stamps (Online Content) Regulations, 2020",
                {("Stamps (Online Content) Regulations, 2020", "egov:statedYear", "2020")},
            ),
            (
                "The Written Letters (Miscellaneous Amendments) (No. 5) Act, 2019",
                {("Written Letters (Miscellaneous Amendments) (No. 5) Act, 2019", "egov:statedYear", "2019")},
            ),
            ("Law on Open Letters No. 12 of 2001", {("Law on Open Letters", "egov:actNumber", "12")}),
            (
                "Organic Law 2004-63 on the protection of letters",
                {("Organic Law 2004-63", "egov:actNumber", "2004-63")},
            ),
        ],
    )
    def test_a_norm_is_named_with_number_and_title(self, entry: str, facts: set[tuple[str, str, str]]) -> None:
        """A title in capitals behind a number belongs to the name; a number behind a title does not."""
        assert facts <= TestPageOfALaw.told(
            f"The laws on letters are the following.\n\n- {entry}\n- Seals Act (1999)\n"
        )

    def test_a_law_that_amends_another_is_named_whole(self) -> None:
        """The law that it amends is part of its name, and not its date's owner."""
        text = "Laws\n\n1. Seals Act of 3 May 2001. Amended by the First Act Amending the Seals Act of 5 July 2017.\n"
        found = TestPageOfALaw.told(f"{text}2. Letters Act of 1 May 2002.\n")

        assert ("First Act Amending the Seals Act", "egov:amends", "Seals Act") in found
        assert ("First Act Amending the Seals Act", "egov:statedDate", "2017-07-05") in found

    def test_what_another_law_does_is_not_said_of_the_entry(self) -> None:
        """A law directly before the words is their subject."""
        text = "Laws\n\n1. Seals Act of 3 May 2001. The Stamps Amendment Act entered into force on 24 July 2024.\n"
        found = TestPageOfALaw.told(f"{text}2. Letters Act of 1 May 2002.\n")

        assert not [fact for fact in found if fact[0] == "Seals Act" and "2024" in fact[2]]

    def test_an_acronym_may_stand_in_front(self) -> None:
        """The first word of an entry with a dash or a colon behind it abbreviates the name that follows."""
        found = TestPageOfALaw.told(
            "# Laws\n\n- SLA - Seals and Letters Act (2003, amended 2020)\n- Stamps Act (1999)\n"
        )

        assert ("Seals and Letters Act", "egov:acronym", "SLA") in found
        assert {fact for fact in found if fact[1] == "egov:statedYear"} == {
            ("Seals and Letters Act", "egov:statedYear", "2003"),
            ("Stamps Act", "egov:statedYear", "1999"),
        }

    def test_entries_below_a_country_are_its_laws(self) -> None:
        """Two countries may have an act of one name and one acronym: they stay two."""
        text = (
            "# Laws on letters\n\n## Kenya\n\n- SLA - Seals Act (2003)\n\n## Ghana\n\n- SLA - Seals Act (2007)\n\n"
            "## Lessons from Chile\n\n- Stamps Act (1999)\n"
        )
        rows = list(facts_table([EXTRACTOR.extract(document_from_text(text, "laws.md"))]))

        places = {(row["subject_id"], row["object"]) for row in rows if row["relation"] == "egov:inJurisdiction"}
        assert places == {("law/ke/seal-act", "Kenya"), ("law/gh/seal-act", "Ghana")}
        years = {(row["subject_id"], row["object"]) for row in rows if row["relation"] == "egov:statedYear"}
        assert {("law/ke/seal-act", "2003"), ("law/gh/seal-act", "2007")} <= years


class TestAmendments:
    def test_laws_below_amendments_amend_the_law_of_the_page(self) -> None:
        """The page is about the law of its title, be it in capitals; a list below another heading says nothing."""
        text = (
            "LAW 1341 OF 2009\n\nThe law is on letters and on those who write them.\n\nAmendments\n\n"
            "- Law 1753 of 2015 (Plan of Seals).\n- Law 1978 of 25 July 2019.\n\nRegulations\n\n- Law 2052 of 2020.\n"
        )
        found = TestPageOfALaw.told(text)

        assert {fact for fact in found if fact[1] == "egov:amends"} == {
            ("Law 1753 of 2015", "egov:amends", "Law 1341 of 2009"),
            ("Law 1978", "egov:amends", "Law 1341 of 2009"),
        }
        assert ("Law 1978", "egov:statedDate", "2019-07-25") in found

    def test_a_remark_beside_a_law_is_said_of_it(self) -> None:
        """A column whose header says nothing may hold what an entry of a list would say."""
        text = (
            "# Acts\n\n| Act | Number | Remarks |\n|---|---|---|\n"
            "| Seals Act | 37/1993 | amended by Act No. 51/2003 |\n"
            "| Letters Act | 90/2018 | repealed the Stamps Act |\n| Ports Act | 1/2019 | is long |\n"
        )
        found = facts_table([EXTRACTOR.extract(document_from_text(text, "a.md"))])

        assert {(r["subject"], r["relation"], r["object"]) for r in found if r["rule"].startswith("entry.")} == {
            ("Act No. 51/2003", "egov:amends", "Seals Act"),
            ("Letters Act", "egov:repeals", "Stamps Act"),
        }

    @pytest.mark.parametrize(
        ("entry", "fact"),
        [
            (
                "Letters Ordinance, 2000 (Ordinance No. VIII of 2000)",
                ("Letters Ordinance, 2000", "egov:actNumber", "VIII"),
            ),
            ("Decree 767 of 16 May 2022", ("Decree 767", "egov:statedDate", "2022-05-16")),
            (
                "Letters Act, 2025. Assented to by President Lee on 9 May 2025.",
                ("Letters Act, 2025", "egov:enactedIn", "2025-05-09"),
            ),
            (
                "Letters Act, 2016. Passed by the National Assembly on 11 August 2016.",
                ("Letters Act, 2016", "egov:adoptedOn", "2016-08-11"),
            ),
        ],
    )
    def test_numbers_and_dates_of_many_countries(self, entry: str, fact: tuple[str, str, str]) -> None:
        """Roman numbers, numbers before a whole date, and who passed it between the verb and the day."""
        assert fact in TestPageOfALaw.told(f"The laws on letters are the following.\n\n- {entry}\n- Seals Act (1999)\n")
