"""Promises of tables in files of their own: exact cells, a checked mapping, nothing guessed, nothing dropped."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.documents import read_document, read_documents
from egov_kg.documents.mapping import TableMapping, read_mapping
from egov_kg.documents.read import passed_over
from egov_kg.documents.sheets import cells_of
from egov_kg.errors import DataFileError, UnreadableDocument

MAPPING = """\
[table]
title = "Laws of Utopia"
jurisdiction = "xu"

[row]
class = "egov:Law"
label = "{Act}"

[[column]]
name = "Year"
property = "egov:statedYear"
value = "date"

[[column]]
name = "Drafted by"
property = "egov:proposedBy"
value = "egov:Agency"
separator = ";"
"""
TABLE = 'Act,Year,Drafted by\n"Records Act, First",2001,Ministry of Letters; Office of Seals\nRegisters Act,1999,\n'

words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)


def written(folder: Path, text: str = TABLE, mapping: str = MAPPING, name: str = "laws.csv") -> Path:
    """Return a table that was written with its mapping beside it."""
    (folder / name).write_text(text, encoding="utf-8")
    (folder / f"{name}.toml").write_text(mapping, encoding="utf-8")
    return folder / name


class TestCells:
    @given(st.lists(st.lists(words, min_size=2, max_size=4), min_size=1, max_size=5), st.sampled_from(",;\t|"))
    def test_they_are_what_the_standard_library_reads(self, rows: list[list[str]], delimiter: str) -> None:
        """Whatever a spreadsheet program writes is read cell for cell, and each place holds the words."""
        file = io.StringIO()
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)

        found = list(cells_of(file.getvalue(), delimiter))

        assert [[cell.value for cell in row] for row in found] == [[value.strip() for value in row] for row in rows]
        for row in found:
            for cell in row:
                assert file.getvalue()[cell.start : cell.end].replace('""', '"').strip() == cell.value

    @given(st.text(max_size=200))
    def test_any_text_is_read_to_its_end(self, text: str) -> None:
        """No character of a text lies before the cell before it, and every line that is not blank is in a row."""
        places = [(cell.start, cell.end) for row in cells_of(text, ",") for cell in row]

        assert places == sorted(places)

    def test_a_quotation_mark_that_nothing_closes_swallows_no_row(self) -> None:
        """An inch mark at the start of a cell is no reason to lose the rows after it."""
        assert [[cell.value for cell in row] for row in cells_of('"1,2\n3,4\n', ",")] == [['"1', "2"], ["3", "4"]]


class TestDocument:
    def test_a_row_becomes_a_record_with_its_cells(self, tmp_path: Path) -> None:
        """The text is the file's own, so that a cell can be pointed at."""
        document = read_document(written(tmp_path))

        cells = [block for block in document.blocks if block.kind == "cell"]
        assert [(cell.attributes["column"], cell.view.text) for cell in cells] == [
            ("Act", "Records Act, First"),
            ("Year", "2001"),
            ("Drafted by", "Ministry of Letters; Office of Seals"),
            ("Act", "Registers Act"),
            ("Year", "1999"),
        ]
        assert document.text == TABLE
        assert document.text[cells[0].start : cells[0].end] == "Records Act, First"
        assert document.metadata["title"] == "Laws of Utopia"

    def test_a_workbook_says_what_the_csv_file_says(self, tmp_path: Path) -> None:
        """One line a row, tabs between the cells; a number that is whole has no point, a day is in ISO form."""
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in csv.reader(io.StringIO(TABLE)):
            sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
        book.save(tmp_path / "laws.xlsx")
        (tmp_path / "laws.xlsx.toml").write_text(MAPPING, encoding="utf-8")

        found = read_document(tmp_path / "laws.xlsx")
        expected = read_document(written(tmp_path))

        assert [b.view.text for b in found.blocks if b.kind == "cell"] == [
            b.view.text for b in expected.blocks if b.kind == "cell"
        ]

    def test_a_folder_gives_the_tables_that_have_a_mapping(self, tmp_path: Path) -> None:
        """A table that nobody explained is passed over with the reason; the mapping is no document."""
        written(tmp_path)
        (tmp_path / "other.csv").write_text("a,b\n1,2\n")

        assert [document.source for document in read_documents([tmp_path])] == ["laws.csv"]
        assert {path.name: reason for path, reason in passed_over([tmp_path])} == {
            "laws.csv.toml": "is the mapping of a table",
            "other.csv": "is a table without a mapping (other.csv.toml)",
        }

    def test_cells_beyond_the_header_are_told(self, tmp_path: Path) -> None:
        """A row that is longer than the header loses nothing silently."""
        document = read_document(written(tmp_path, f"{TABLE}Third Act,2003,,stray\n"))

        assert document.metadata["notices"] == "line 4: 1 cells more than the header has columns; they are not read"

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (
                "Act,Jahr,Drafted by\nA Act,2001,\n",
                "has no column 'Year' in line 1; it has 'Act', 'Jahr', 'Drafted by'",
            ),
            ("Act,Year,Year,Drafted by\n", "has 2 columns 'Year'"),
            ("\n\n", "holds nothing but white space"),
        ],
    )
    def test_a_table_that_does_not_fit_its_mapping_is_refused(self, tmp_path: Path, text: str, problem: str) -> None:
        """The error names the file, what it lacks and what it has."""
        with pytest.raises(UnreadableDocument, match=r"laws\.csv") as caught:
            read_document(written(tmp_path, text))

        assert problem in str(caught.value)

    def test_a_table_without_a_mapping_is_refused_by_name(self, tmp_path: Path) -> None:
        """What the columns mean is not guessed."""
        (tmp_path / "laws.csv").write_text(TABLE)

        with pytest.raises(UnreadableDocument, match=r"without a mapping. Write laws\.csv\.toml beside it"):
            read_document(tmp_path / "laws.csv")

    def test_a_workbook_that_is_none_is_refused(self, tmp_path: Path) -> None:
        """Bytes that only claim to be a workbook end in an error that says so."""
        (tmp_path / "laws.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
        (tmp_path / "laws.xlsx.toml").write_text(MAPPING)

        with pytest.raises(UnreadableDocument, match="cut off or damaged"):
            read_document(tmp_path / "laws.xlsx")


class TestMapping:
    def test_it_travels_as_json_unchanged(self, tmp_path: Path) -> None:
        """What extraction reads is what the file said."""
        written(tmp_path)

        mapping = read_mapping(tmp_path / "laws.csv.toml")

        assert TableMapping.from_json(mapping.to_json()) == mapping

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("egov:statedYear", "egov:year", r"\[\[column\]\] 1 \(Year\): unknown property 'egov:year'"),
            ("egov:proposedBy", "egov:proposed", "it is the inverse of egov:proposedBy: set inverse"),
            ('value = "date"', 'value = "integer"', "egov:statedYear takes date, not integer"),
            ('"egov:Agency"', '"egov:Agent"', "'egov:Agent' is neither a class of the ontology nor one of date"),
            ('"{Act}"', '"Act"', "names no column; write it in braces"),
            ("[row]", "[rows]", "the file has the unknown key 'rows'"),
            ("separator", "seperator", "unknown key 'seperator'; known are"),
            ('class = "egov:Law"', "class = 3", r"\[row\] needs class, a string"),
            ("egov:proposedBy", "egov:headedBy", r"\(Drafted by\): egov:headedBy is said of egov:Body, not egov:Law"),
            ('"egov:Agency"', '"egov:Barrier"', "egov:proposedBy is for egov:Actor, not egov:Barrier"),
            ("[table]", "[table]\nheader = 0", r"\[table\] header is the number of a row, from 1 on, not 0"),
            ("[table]", '[table]\nheader = "2"', r"\[table\] header is the number of a row, from 1 on, not '2'"),
            ('"xu"', '"Utopia"', "is the code of a country in small letters, such as ee"),
            ("[table]", '[table]\ndelimiter = "->"', "delimiter is one character, not '->'"),
            ("[table]", "[table", r"laws\.csv\.toml:1: is not TOML"),
        ],
    )
    def test_a_wrong_one_is_refused_with_what_was_expected(
        self, tmp_path: Path, old: str, new: str, problem: str
    ) -> None:
        """A word that is not known is an error and not a column that says nothing."""
        written(tmp_path, mapping=MAPPING.replace(old, new))

        with pytest.raises(DataFileError, match=problem):
            read_mapping(tmp_path / "laws.csv.toml")
