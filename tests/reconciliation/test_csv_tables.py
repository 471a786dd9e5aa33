"""Tables on this machine: read whole or not at all, matched row by row."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest

from egov_kg.errors import UnreadableTarget, UsageError
from egov_kg.reconciliation.csv_tables import ADDED, CsvTable, Wish, matched, wish_of
from egov_kg.reconciliation.model import Candidate, Condition, Question, Value
from tests.reconciliation.answering import ACT, candidate

EMPTY = [""] * len(ADDED)


class Asked:
    """Answers with the act, and remembers what it was asked."""

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def match(self, questions: Sequence[Question], langs: Sequence[str] = ()) -> list[list[Candidate]]:
        """Return the act for everything but "nothing"."""
        del langs
        self.questions += questions
        return [[] if one.text == "nothing" else [ACT, candidate("law/kr/b", 5)][: one.limit] for one in questions]


def written(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    """Write a table."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


class TestReading:
    @pytest.mark.parametrize(
        ("content", "options"),
        [
            ('name,note\nact,"a, ""b"""\nplan\n', {}),
            ('\ufeffname,note\r\nact,"a, ""b"""\r\n\r\nplan,', {}),
            ('name;note\nact;a, "b"\nplan;', {"delimiter": ";", "encoding": "utf-16"}),
        ],
    )
    def test_cells_are_those_of_the_file(self, tmp_path: Path, content: str, options: dict[str, str]) -> None:
        """With or without a byte order mark; a short row has empty cells, an empty line is none."""
        text = content.replace('"b"', "b") if options else content
        path = written(tmp_path, text.encode(options.get("encoding", "utf-8")))

        with CsvTable(path, **options) as table:
            rows = list(table)

        assert (list(table.head), table.rows) == (["name", "note"], 2)
        assert rows[0] == ["act", "a, b" if options else 'a, "b"']
        assert rows[1] == ["plan", ""]

    def test_a_packed_file(self, tmp_path: Path) -> None:
        """Is unpacked aside."""
        path = written(tmp_path, gzip.compress("이름\n전자정부법\n".encode()), "table.csv.gz")

        with CsvTable(path) as table:
            assert list(table) == [["전자정부법"]]

    @pytest.mark.parametrize(
        ("content", "line", "says"),
        [
            (b"", 0, "is empty"),
            (b"\n", 1, "is no header"),
            (b"a,a\n1,2\n", 1, "names the column 'a' twice"),
            (b"a,b\n1,2\n1,2,3\n", 3, "has 3 cells, and the header 2"),
            (b'a,b\n1,2\n"1,2\n', 3, "cannot be read"),
            (b'a,b\n1,"2" x\n', 2, "cannot be read"),
            (b"a,b\n1,\xff\n", 2, "is not utf-8"),
            (b"a,b\n1,\x00\n", 0, "NUL"),
        ],
    )
    def test_a_broken_file_gives_nothing(self, tmp_path: Path, content: bytes, line: int, says: str) -> None:
        """The error names the line, and is there before the first row is matched."""
        with pytest.raises(UnreadableTarget, match=says) as caught:
            CsvTable(written(tmp_path, content))

        assert caught.value.line == line or not line


class TestMatching:
    def test_columns_are_added(self, tmp_path: Path) -> None:
        """Id, name, score, whether it is certain, and why; nothing for a row without candidates."""
        with CsvTable(written(tmp_path, "name,year\nact,2013\nnothing,\n,\n")) as table:
            found = list(matched(table, Wish("name"), Asked()))

        why = "name=+12.35; date=+4.60; unknown-property=a property that nothing has; unknown-property=another one"
        assert found == [
            ["name", "year", *ADDED],
            ["act", "2013", "law/kr/public-data-act", "Public Data Act", "98.0001", "true", why],
            ["nothing", "", *EMPTY],
            ["", "", *EMPTY],
        ]

    def test_questions_are_made_of_cells(self, tmp_path: Path) -> None:
        """An empty cell is no condition; what stands twice is asked once."""
        asked = Asked()
        wish = Wish("name", "egov:Law", {"year": "egov:statedYear"}, ("ko",), 3)
        with CsvTable(written(tmp_path, "year,name\n2013, act \n2013,act\n,act\n")) as table:
            rows = list(matched(table, wish, asked))

        condition = Condition("egov:statedYear", (Value("2013"),))
        plain = Question("act", type="egov:Law", strictness="must", limit=3)
        assert asked.questions == [
            Question("act", type="egov:Law", strictness="must", limit=3, conditions=(condition,)),
            plain,
        ]
        assert [row[2] for row in rows[1:]] == ["law/kr/public-data-act", "law/kr/b"] * 3

    def test_progress_is_told(self, tmp_path: Path) -> None:
        """Row by row."""
        told: list[tuple[int, int]] = []
        with CsvTable(written(tmp_path, "name\na\nb\n")) as table:
            list(matched(table, Wish("name"), Asked(), lambda *done: told.append(done)))

        assert told == [(1, 2), (2, 2)]

    @pytest.mark.parametrize(
        ("head", "wish", "says"),
        [
            ("name", Wish("nmae"), "did you mean 'name'"),
            ("name", Wish("name", "", {"year": "egov:statedYear"}), "no column 'year'"),
            ("name,egov_id", Wish("name"), "'egov_id' already"),
        ],
    )
    def test_what_is_not_there(self, tmp_path: Path, head: str, wish: Wish, says: str) -> None:
        """Is said before anything is matched."""
        with (
            CsvTable(written(tmp_path, f"{head}\na\n")) as table,
            pytest.raises(UsageError, match=says),
        ):
            next(matched(table, wish, Asked()))

    @pytest.mark.parametrize(
        ("cls", "properties", "says"),
        [
            ("Lau", [], "the type 'Lau'; did you mean 'Law'"),
            ("", ["year"], "COLUMN=PROPERTY"),
            ("", ["year=statedYaer"], "the property 'statedYaer'; did you mean 'statedYear'"),
        ],
    )
    def test_what_the_release_has_not(self, cls: str, properties: list[str], says: str) -> None:
        """Is named, with what is spelled alike."""
        with pytest.raises(UsageError, match=says):
            wish_of("name", cls, properties, ["en"], 1, classes=["egov:Law"], known=["egov:statedYear"])
