"""Promises of the gold tables: what a reader writes is read, and what is wrong is named with line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import DataFileError, UsageError
from egov_kg.evaluation import Relations, read_gold
from egov_kg.evaluation.gold import certainties
from tests.evaluation.conftest import FACTS, HEAD


class TestReading:
    def test_takes_the_tables_that_stand_beside_the_facts(self, gold: Path, relations: Relations) -> None:
        """Nobody has to name three files."""
        (gold.parent / "aliases.tsv").write_text(
            "seed\tlabel\talso_accepted\npage\tCoastal Agency\tCoast Office\n", encoding="utf-8"
        )

        read = read_gold(gold, relations)

        assert [one.why for one in read.negatives] == ["denied", "the other way round"]
        assert read.names("page", "coast office", "coastal agency")

    def test_leaves_further_wordings_out_if_strict(self, gold: Path, relations: Relations) -> None:
        """The strict figure shows how much the list of wordings is worth."""
        (gold.parent / "aliases.tsv").write_text(
            "seed\tlabel\talso_accepted\npage\tCoastal Agency\tCoast Office\n", encoding="utf-8"
        )

        assert not read_gold(gold, relations, strict=True).names("page", "coast office", "coastal agency")

    def test_reads_the_lines_of_the_evidence(self, tmp_path: Path, relations: Relations) -> None:
        """A fact may rest on a header and a row."""
        table = tmp_path / "facts.tsv"
        row = FACTS[0].replace("\t3\t", "\t3,7-9\t")
        table.write_text(f"{HEAD}\n{row}\n", encoding="utf-8")

        assert read_gold(table, relations).facts[0].lines == (3, 7, 8, 9)

    def test_accepts_doc_for_seed_and_no_further_column(self, tmp_path: Path, relations: Relations) -> None:
        """The four columns that matter are enough."""
        table = tmp_path / "mine.tsv"
        table.write_text("doc\tsubject\trelation\tobject\na\tX-Road\tdates from\t2001\n", encoding="utf-8")

        (fact,) = read_gold(table, relations).facts

        assert (fact.doc, fact.certainty, fact.subject_class, fact.lines) == ("a", "explicit", "", ())


class TestWrongTables:
    @pytest.mark.parametrize(
        ("line", "place", "problem"),
        [
            (FACTS[0].replace("launched", "lanched"), 2, "column 'relation': 'lanched' is neither"),
            (FACTS[0].replace("launched", "lanched"), 2, "did you mean 'launched'?"),
            (FACTS[0].replace("explicit", "sure"), 2, "'sure' is none of explicit, inferable, world-knowledge"),
            (FACTS[0].replace("\t3\t", "\tthree\t"), 2, "'three' is no list of lines; expected 12, 12-14 or 3,12-14"),
            (FACTS[0].replace("Bright Window project", ""), 2, "column 'object': is empty; expected a value"),
            (FACTS[0].replace("\tProject", ""), 2, "has 7 cells; expected 8, as the header has"),
        ],
    )
    def test_are_refused_with_line_column_and_what_was_expected(
        self, tmp_path: Path, relations: Relations, line: str, place: int, problem: str
    ) -> None:
        """A gold with a slip in it would measure the slip."""
        table = tmp_path / "facts.tsv"
        table.write_text(f"{HEAD}\n{line}\n", encoding="utf-8")

        with pytest.raises(DataFileError) as error:
            read_gold(table, relations)

        assert str(error.value).startswith(f"{table}:{place}: ")
        assert problem in str(error.value)

    def test_a_wrong_entity_is_named_where_it_is_looked_for(self, gold: Path, relations: Relations) -> None:
        """A row that no fact can ever hit would promise what nobody checks."""
        table = gold.parent / "negative.tsv"
        table.write_text(
            "seed\tsubject\trelation\tobject\tlevel\twhy_wrong\npage\tCoast Act\tnames\tany value\tentity\tdenied\n",
            encoding="utf-8",
        )

        with pytest.raises(DataFileError, match="'any value' names nothing; expected the name that no fact may have"):
            read_gold(gold, relations)

    def test_must_have_the_columns(self, tmp_path: Path, relations: Relations) -> None:
        """The message lists those that are there."""
        table = tmp_path / "facts.tsv"
        table.write_text("doc\tsubject\tpredicate\tobject\n", encoding="utf-8")

        with pytest.raises(DataFileError, match="lacks the column 'relation'; it has 'doc', 'subject', 'predicate'"):
            read_gold(table, relations)

    def test_must_have_a_fact(self, tmp_path: Path, relations: Relations) -> None:
        """Nothing to find is no measure."""
        table = tmp_path / "facts.tsv"
        table.write_text(f"{HEAD}\n", encoding="utf-8")

        with pytest.raises(DataFileError, match="has no fact"):
            read_gold(table, relations)

    def test_of_wrong_facts_must_be_about_the_documents_of_the_facts(self, gold: Path, relations: Relations) -> None:
        """A negative of a document that nobody reads would never be hit."""
        other = gold.with_name("negative.tsv")
        other.write_text(other.read_text(encoding="utf-8").replace("page\tHarbour", "pgae\tHarbour"), encoding="utf-8")

        with pytest.raises(DataFileError, match="'pgae' is no document of the facts; there are page"):
            read_gold(gold, relations)

    @pytest.mark.parametrize("data", [b"\xff\xfe\x00", None])
    def test_must_be_readable(self, tmp_path: Path, relations: Relations, data: bytes | None) -> None:
        """Neither a table in another encoding nor a missing one ends in a traceback."""
        table = tmp_path / "facts.tsv"
        if data is not None:
            table.write_bytes(data)

        with pytest.raises(DataFileError, match=r"is not UTF-8|cannot be read"):
            read_gold(table, relations)


def test_certainties_are_checked() -> None:
    """A certainty that is none would leave nothing to find."""
    with pytest.raises(UsageError, match="expected some of explicit, inferable, world-knowledge"):
        certainties("explicit,stated")
