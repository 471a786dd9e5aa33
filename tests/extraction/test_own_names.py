"""What a user's own tables of names promise: they lie over ours, and a defect has a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.assets import data
from egov_kg.errors import DataFileError
from egov_kg.extraction import facts_table, load_extractor
from egov_kg.extraction.gazetteer import read_gazetteer
from tests.extraction.test_rules import document_of

HEADER = "thing\tname\tlang\tkind\tmatch\tneeds\tsource\n"


def table(folder: Path, *rows: str) -> Path:
    """Return a folder with one table of names; cells are parted by bars."""
    folder.mkdir(exist_ok=True)
    body = "".join(row.replace("|", "\t") + "\n" for row in rows)
    (folder / "mine.tsv").write_text(HEADER + body, encoding="utf-8")
    return folder


def facts(text: str, *gazetteers: Path) -> set[tuple[str, str, str]]:
    """Return the facts of a text about Estonia, with the tables of a user."""
    extractor = load_extractor(data(), gazetteers)
    rows = facts_table([extractor.extract(document_of(text, jurisdiction="ee"))])
    return {(row["subject"], row["relation"], row["object"]) for row in rows}


class TestOwnTables:
    TEXT = "The land portal was launched by Ruumik in 2003."

    def test_name_things_that_no_pattern_knows(self, tmp_path: Path) -> None:
        """Two rows make a body of a word that nothing in the text explains."""
        rows = ("agency/ee/ruumik|Ruumik|en|alt|case|-|me", "agency/ee/ruumik|Space Office|en|pref|fold|-|me")
        folder = table(tmp_path, *rows)

        found = facts(self.TEXT, folder)

        assert {one for one in found if "Space Office" in one}
        assert not {one for one in facts(self.TEXT) if "Space Office" in one}

    def test_go_before_ours(self, tmp_path: Path) -> None:
        """A preferred name of the user's is the name of a thing that ours call otherwise."""
        folder = table(tmp_path, "technology/int/chatbot|conversational agent|en|pref|fold|-|me")

        extractor = load_extractor(data(), [folder])

        assert extractor.gazetteer.label("technology/int/chatbot") == "conversational agent"
        assert load_extractor(data()).gazetteer.label("technology/int/chatbot") == "chatbot"

    def test_may_stand_in_any_order_and_with_any_line_ends(self, tmp_path: Path) -> None:
        """A table that a spreadsheet program wrote is as good as a sorted one."""
        rows = "system/ee/b|Beeta|en|pref|case|-|me\r\nsystem/ee/a|Alfa|en|pref|case|-|me\r\n".replace("|", "\t")
        (tmp_path / "own.tsv").write_bytes(("\ufeff" + HEADER).replace("\n", "\r\n").encode() + rows.encode())

        extractor = load_extractor(data(), [tmp_path])

        assert extractor.gazetteer.label("system/ee/a") == "Alfa"

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("nothing/ee/x|X|en|pref|case|-|me", r"mine\.tsv:2: 'nothing/ee/x' is no id"),
            ("agency/ee|X|en|pref|case|-|me", r"mine\.tsv:2: .* is no id"),
            ("agency/ee/x|X|en|best|case|-|me", r"mine\.tsv:2: kind must be one of pref"),
            ("agency/ee/x|X|en|pref|case|near:Nothing|me", r"mine\.tsv:2: needs must be"),
            ("agency/ee/x|X|en", r"mine\.tsv:2: 3 cells, expected 7"),
        ],
    )
    def test_with_a_defect_stop_with_file_and_line(self, tmp_path: Path, row: str, problem: str) -> None:
        """What is wrong is told with its place and with what was expected."""
        folder = table(tmp_path, row)

        with pytest.raises(DataFileError, match=problem):
            load_extractor(data(), [folder])

    def test_must_be_there(self, tmp_path: Path) -> None:
        """A folder without a table is more likely a wrong path than an empty wish."""
        with pytest.raises(DataFileError, match="no folder with tables of names"):
            load_extractor(data(), [tmp_path / "typo"])


class TestOurTables:
    def test_are_sorted(self, tmp_path: Path) -> None:
        """A table that comes along is written sorted, so that a change of it can be reviewed."""
        folder = table(tmp_path, "system/ee/b|Beeta|en|pref|case|-|me", "system/ee/a|Alfa|en|pref|case|-|me")

        with pytest.raises(DataFileError, match=r"mine\.tsv:3: rows must be sorted"):
            read_gazetteer(folder)
