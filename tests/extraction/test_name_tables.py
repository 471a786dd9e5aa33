"""Tables of names: what a row may hold, and how a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import DataFileError
from egov_kg.extraction.name_tables import COLUMNS, Name, read_names

ROW = ("system/ee/x-road", "X-Road", "en", "pref", "fold", "-", "its own page")


def table(folder: Path, *rows: tuple[str, ...], head: bytes = b"", end: str = "\n") -> Path:
    """Write a table; return its folder."""
    lines = ["\t".join(row) for row in (COLUMNS, *rows)]
    (folder / "ee.tsv").write_bytes(head + (end.join(lines) + end).encode())
    return folder


def with_cell(column: str, value: str) -> tuple[str, ...]:
    """Return a row that is right but for one cell."""
    return tuple(Name(*ROW)._replace(**{column: value}))


class TestRows:
    @pytest.mark.parametrize(("head", "end"), [(b"", "\n"), (b"\xef\xbb\xbf", "\r\n")], ids=["plain", "spreadsheet"])
    def test_a_table_is_read_as_programs_save_it(self, tmp_path: Path, head: bytes, end: str) -> None:
        """With a byte order mark and other line ends, too."""
        assert read_names(table(tmp_path, ROW, head=head, end=end)) == [Name(*ROW)]

    @pytest.mark.parametrize(
        ("column", "value", "words"),
        [
            ("thing", "portal/ee/x-road", "is no id such as agency/ee/ria: a kind (administration, agency, "),
            ("thing", "system/ee/X Road", "and a name in lower case with hyphens"),
            ("thing", "system/estonia/x-road", "a country of two or three letters"),
            ("thing", "system/x-road", "is no id such as agency/ee/ria"),
            ("name", "", "the name is empty or has white space at its ends"),
            ("name", "X-Road ", "the name is empty or has white space at its ends"),
            ("name", "X-\x01Road", "the name holds U+0001, which is no character of a text"),
            ("lang", "", "lang must be the tag of a language, such as en, ko or ko-Latn, not ''"),
            ("lang", "English words", "not 'English words'"),
            ("kind", "preferred", "kind must be one of pref, alt, acronym, variant, former"),
            ("match", "fuzzy", "and match one of case, fold, particle; not 'pref' and 'fuzzy'"),
            ("needs", "near:Portal", "needs must be '-', 'defined' or 'near:' with a class as near:Law"),
        ],
    )
    def test_a_wrong_cell_is_told_with_its_place(self, tmp_path: Path, column: str, value: str, words: str) -> None:
        """File and line, what was found, what was expected."""
        with pytest.raises(DataFileError) as caught:
            read_names(table(tmp_path, with_cell(column, value)))

        assert "ee.tsv:2: " in str(caught.value)
        assert words in str(caught.value)

    def test_a_name_stands_once(self, tmp_path: Path) -> None:
        """The row before is named."""
        with pytest.raises(DataFileError, match=r"ee\.tsv:3: 'X-Road' of system/ee/x-road stands already in ee\.tsv:2"):
            read_names(table(tmp_path, ROW, with_cell("kind", "alt")))

    def test_a_thing_has_one_preferred_name_in_a_language(self, tmp_path: Path) -> None:
        """Of two nobody could say which one is shown; one in another language is no second one."""
        korean = ("system/ee/x-road", "엑스로드", "ko", "pref", "particle", "-", "its own page")
        assert len(read_names(table(tmp_path, ROW, korean))) == 2

        with pytest.raises(DataFileError, match=r"ee\.tsv:4: system/ee/x-road has a name of kind pref in en already"):
            read_names(table(tmp_path, ROW, korean, with_cell("name", "X-tee")))

    def test_cells_that_no_tabs_part_are_told(self, tmp_path: Path) -> None:
        """Blanks look like tabs."""
        (tmp_path / "ee.tsv").write_text("\t".join(COLUMNS) + "\nsystem/ee/x-road  X-Road  en\n", encoding="utf-8")

        with pytest.raises(DataFileError, match=r"ee\.tsv:2: 1 cells, expected 7, parted by tabs"):
            read_names(tmp_path)
