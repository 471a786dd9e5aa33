"""The table of a review: safe in a program for tables, and the same when it comes back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import DataFileError, UsageError
from egov_kg.review import COLUMNS, read_decisions, read_table, table_text
from egov_kg.review.table import guarded, unguarded

FACT = "f-0123456789abcdef0123"
OTHER = "f-ffffffffffffffffffff"
ROW = {
    "fact": FACT,
    "decision": "accept",
    "by": "Jane Doe",
    "note": 'says "so", twice',
    "document": "document/int/history",
    "subject": "Open Portal; of the city",
    "object": "2001-03-28",
    "quote": "\"Open\" means, he said, 'open'",
    "spans": "12..40 61..70",
}


def write(folder: Path, data: str | bytes, name: str = "mine.tsv") -> Path:
    """Write a table."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


class TestCells:
    @pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "|calc", "%x", "\t=1", " =1"])
    def test_that_begin_like_a_formula_are_none(self, text: str) -> None:
        """A page may hold anything; opening the table must run nothing."""
        assert guarded(text).startswith("'")

    @pytest.mark.parametrize("text", ["2001-03-28", "1/2", "12:30", "0012", "3.50", "123456789012", "1e5"])
    def test_that_would_be_rewritten_are_not(self, text: str) -> None:
        """A date stays the words of the page; a number keeps its digits."""
        assert guarded(text) == f"'{text}"

    @given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=30))
    def test_come_back_as_they_were(self, text: str) -> None:
        """Whatever stands in a cell, reading undoes what writing did."""
        assert unguarded(guarded(text)) == text

    @given(st.lists(st.text(max_size=40), min_size=len(COLUMNS), max_size=len(COLUMNS)))
    def test_never_begin_like_a_formula_in_a_file(self, cells: list[str]) -> None:
        """Of any text, each cell of each row."""
        text = table_text([dict(zip(COLUMNS, cells, strict=True))])

        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))

        assert [len(row) for row in rows] == [len(COLUMNS)] * 2
        assert not [cell for cell in rows[1] if cell[:1] in set("=+-@\t\r")]


class TestRoundTrip:
    """What the usual programs make of a table when they save it."""

    def expected(self) -> dict[str, str]:
        """Return the row with every column."""
        return {column: ROW.get(column, "") for column in COLUMNS}

    def test_as_it_was_written(self, tmp_path: Path) -> None:
        """UTF-8, tabs, a line feed."""
        path = write(tmp_path, table_text([ROW]))

        assert list(read_table(path)) == [(2, self.expected())]

    @pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
    @pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
    @pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    def test_as_programs_save_it(self, tmp_path: Path, delimiter: str, coding: str, quoting: int) -> None:
        """With a byte order mark or without, other delimiters, quotes about everything, CRLF."""
        rows = list(csv.reader(io.StringIO(table_text([ROW]), newline=""), delimiter="\t"))
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=quoting).writerows(rows)  # type: ignore[arg-type]
        path = write(tmp_path, text.getvalue().encode(coding))

        ((_, row),) = read_table(path)

        assert row == self.expected()

    def test_with_columns_moved_added_and_left_out(self, tmp_path: Path) -> None:
        """Columns are read by name; only two are needed."""
        path = write(tmp_path, f"mine\tDecision\tfact\tby\nx\treject\t{FACT}\tJane\n\t\t\t\n")

        assert list(read_table(path)) == [(2, {"mine": "x", "decision": "reject", "fact": FACT, "by": "Jane"})]


class TestDecisions:
    def test_are_read_with_file_and_line(self, tmp_path: Path) -> None:
        """Empty decisions are none."""
        write(tmp_path, f"fact\tdecision\tby\n{OTHER}\t\t\n{FACT}\tAccept\tJane Doe\n")

        (decision,) = read_decisions([tmp_path]).values()

        assert (decision.fact, decision.verdict, decision.by, decision.place) == (
            FACT,
            "accept",
            "Jane Doe",
            "mine.tsv:3",
        )

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            (f"{FACT}\tmaybe\tJane", r"mine\.tsv:2: the decision must be accept, reject or empty, not 'maybe'"),
            (f"{FACT}\taccept\t", r"mine\.tsv:2: who decided to accept this\?"),
            (
                f"{FACT}\taccept\tJ\x1bane",
                r"mine\.tsv:2: the name in the column 'by' is not one of at most 120 characters",
            ),
            ("1,23E+45\treject\tJane", r"mine\.tsv:2: the column 'fact' must keep the id"),
            (f"{FACT}\treject\tJane\tmore", r"mine\.tsv:2: 4 cells, expected 3"),
            (f'"{FACT}"x\treject\tJane', r"mine\.tsv:2: not readable as a table"),
        ],
    )
    def test_that_cannot_be_understood_name_the_line(self, tmp_path: Path, row: str, problem: str) -> None:
        """Whoever edited the table finds the place."""
        write(tmp_path, f"fact\tdecision\tby\n{row}\n")

        with pytest.raises(DataFileError, match=problem):
            read_decisions([tmp_path])

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            (b"", "is empty"),
            (b"fact\tby\n", "there is no column 'decision'"),
            (b"fact\tdecision\tfact\n", "the column 'fact' stands twice"),
            ("fact\tdecision\tby\n한글\t\t\n".encode("cp949"), "is neither UTF-8 nor UTF-16"),
        ],
    )
    def test_of_a_file_that_is_no_table_are_refused(self, tmp_path: Path, data: bytes, problem: str) -> None:
        """The message says what was expected."""
        write(tmp_path, data)

        with pytest.raises(DataFileError, match=problem):
            read_decisions([tmp_path])

    def test_in_a_workbook_are_not_passed_over(self, tmp_path: Path) -> None:
        """Who saves in the program's own format is told so, and decides nothing by mistake."""
        write(tmp_path, b"PK\x03\x04", "mine.xlsx")

        with pytest.raises(DataFileError, match=r"mine\.xlsx: is a workbook; save it as Unicode text or as CSV UTF-8"):
            read_decisions([tmp_path])

    def test_that_differ_within_a_folder_are_refused(self, tmp_path: Path) -> None:
        """Two people who disagree must talk; the message names both places."""
        write(tmp_path, f"fact\tdecision\tby\n{FACT}\taccept\tJane\n", "a.tsv")
        write(tmp_path, f"fact\tdecision\tby\n{FACT}\treject\tJohn\n", "b.tsv")

        with pytest.raises(DataFileError, match=r"b\.tsv:2: .* rejected, but a\.tsv:2 says otherwise"):
            read_decisions([tmp_path])

    def test_of_a_later_folder_win(self, tmp_path: Path) -> None:
        """One's own decisions go before those that come along."""
        for name, verdict in (("first", "accept"), ("second", "reject")):
            (tmp_path / name).mkdir()
            write(tmp_path / name, f"fact\tdecision\tby\n{FACT}\t{verdict}\tJane\n")

        decisions = read_decisions([tmp_path / "first", tmp_path / "second"])

        assert decisions[FACT].verdict == "reject"

    def test_of_a_folder_that_is_missing_are_an_error(self, tmp_path: Path) -> None:
        """A mistyped folder must not look like one without decisions."""
        with pytest.raises(UsageError, match="does not exist"):
            read_decisions([tmp_path / "nowhere"])
