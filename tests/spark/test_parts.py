"""Folders of parts are read piece by piece, checked, and what is malformed is told with file and line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from egov_kg.errors import RdfSyntaxError, UnreadableDocument
from egov_kg.spark.parts import Piece, files_in, pieces_of, problem_from, read_pieces, triples_of

LINES = [f"<a:s{number}> <a:p> {value} .\n" for number, value in enumerate(["<a:o>", '"1"', '"é"@fr', "_:b"] * 5)]


def texts(pieces: Iterable[Piece]) -> list[str]:
    """Return the triples of pieces as lines."""
    found = []
    for piece in pieces:
        for table in triples_of(piece):
            text = table.dictionary.text
            rows = zip(table.subjects.tolist(), table.predicates.tolist(), table.objects.tolist(), strict=True)
            found += [f"{text(s)} {text(p)} {text(o)} .\n" for s, p, o in rows]
    return found


@pytest.fixture
def part(tmp_path: Path) -> Path:
    """Twenty lines in a file."""
    path = tmp_path / "part-0.nt"
    path.write_text("".join(LINES), encoding="utf-8")
    return path


class TestFiles:
    def test_marks_and_hidden_files_are_passed_over(self, part: Path) -> None:
        """What Spark leaves beside parts is none."""
        (part.parent / "_SUCCESS").touch()
        (part.parent / ".part-0.nt.crc").touch()
        (part.parent / "_temporary").mkdir()
        (part.parent / "_temporary" / "part-9.nt").touch()
        (part.parent / "year=2001").mkdir()
        (part.parent / "year=2001" / "part-1.nt.gz").touch()

        assert [path.name for path in files_in(part.parent)] == ["part-0.nt", "part-1.nt.gz"]

    def test_what_is_no_part_is_named(self, part: Path) -> None:
        """A file of another kind is not left out without a word."""
        (part.parent / "notes.md").touch()

        with pytest.raises(UnreadableDocument, match=r"notes\.md is neither N-Triples nor Parquet"):
            files_in(part.parent)

    def test_an_empty_folder_is_refused(self, tmp_path: Path) -> None:
        """Nothing follows from nothing, and a wrong name is more likely."""
        with pytest.raises(UnreadableDocument, match="has no parts"):
            files_in(tmp_path)


class TestLines:
    @pytest.mark.parametrize("size", [1, 7, 22, 23, 100, 10_000])
    def test_each_line_is_in_one_piece(self, part: Path, size: int) -> None:
        """Wherever a file is cut, a line belongs to the piece in which it begins."""
        assert texts(pieces_of([part], size)) == LINES

    def test_a_packed_file_is_one_piece(self, part: Path) -> None:
        """It can be read from its beginning alone."""
        packed = part.with_name("part-1.nt.gz")
        packed.write_bytes(gzip.compress(part.read_bytes()))

        pieces = pieces_of([packed], 10)

        assert pieces == [Piece(str(packed), 0, -1)]
        assert texts(pieces) == LINES

    @pytest.mark.parametrize("size", [1, 40, 10_000])
    @pytest.mark.parametrize("line", [1, 2, 11, 20])
    def test_an_error_has_its_line_in_the_file(self, part: Path, line: int, size: int) -> None:
        """Also where a piece begins in the middle of the file."""
        broken = [*LINES]
        broken[line - 1] = "<a:s> <a:p .\n"
        part.write_text("".join(broken), encoding="utf-8")

        with pytest.raises(RdfSyntaxError) as caught:
            texts(pieces_of([part], size))

        assert (caught.value.source, caught.value.line) == (str(part), line)

    def test_a_file_that_goes_away_is_named(self, part: Path) -> None:
        """A worker that does not see the folder says so."""
        pieces = pieces_of([part])
        part.unlink()

        with pytest.raises(UnreadableDocument, match=r"part-0\.nt cannot be read.*Every worker"):
            texts(pieces)


class TestParquet:
    def test_rows_are_triples(self, tmp_path: Path) -> None:
        """Columns are found by their names, in row groups of any size."""
        path = written(tmp_path, [line[:-3].split(" ", 2) for line in LINES])

        assert len(pieces_of([path])) == 3
        assert texts(pieces_of([path])) == LINES

    def test_a_row_that_is_none_is_named(self, tmp_path: Path) -> None:
        """The number of the row stands where that of a line does."""
        rows = [line[:-3].split(" ", 2) for line in LINES]
        rows[10] = ["<a:s>", '"p"', "<a:o>"]

        with pytest.raises(RdfSyntaxError) as caught:
            texts(pieces_of([written(tmp_path, rows)]))

        assert caught.value.line == 11

    def test_a_row_that_hides_another_is_refused(self, tmp_path: Path) -> None:
        """A line break in a term would make two triples of one row."""
        rows = [["<a:s>", "<a:p>", "<a:o> .\n<a:s> <a:p> <a:q>"]]

        with pytest.raises(RdfSyntaxError, match="behind row 0 is no triple"):
            texts(pieces_of([written(tmp_path, rows)]))

    def test_a_missing_column_is_named(self, tmp_path: Path) -> None:
        """The columns that are needed are told."""
        pa = pytest.importorskip("pyarrow", reason="the extra spark is not installed")
        from pyarrow import parquet  # noqa: PLC0415 - an extra

        path = tmp_path / "part.parquet"
        parquet.write_table(pa.table({"subject": ["<a:s>"], "p": ["<a:p>"]}), path)

        with pytest.raises(UnreadableDocument, match="has no column 'predicate'"):
            pieces_of([path])

    def test_a_file_that_is_none(self, tmp_path: Path) -> None:
        """Its name does not make it Parquet."""
        pytest.importorskip("pyarrow", reason="the extra spark is not installed")
        path = tmp_path / "part.parquet"
        path.write_bytes(b"nonsense")

        with pytest.raises(UnreadableDocument, match="cannot be read"):
            pieces_of([path])


def written(folder: Path, rows: list[list[str]]) -> Path:
    """Write a file of Parquet, eight rows a group."""
    pa = pytest.importorskip("pyarrow", reason="the extra spark is not installed")
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    columns = dict(zip(("subject", "predicate", "object"), zip(*rows, strict=True), strict=True))
    path = folder / "part.parquet"
    parquet.write_table(pa.table({name: list(column) for name, column in columns.items()}), path, row_group_size=8)
    return path


class TestWorkers:
    def test_labels_are_marked(self, part: Path) -> None:
        """Blank nodes of a second source are none of the first."""
        rows = [row for batch in read_batches([part], "f2-") for row in batch.to_pylist()]

        assert {row["o"] for row in rows} == {"<a:o>", '"1"', '"é"@fr', "_:f2-b"}
        assert len(rows) == len(LINES)

    def test_a_problem_is_a_row(self, part: Path) -> None:
        """It comes to the driver as data, and is told there once."""
        part.write_text("".join(LINES) + "<a:s> <a:p .\n", encoding="utf-8")

        last = [row for batch in read_batches([part], "") for row in batch.to_pylist()][-1]

        assert last["s"] is None
        assert json.loads(last["p"])["line"] == 21
        assert isinstance(problem_from(last["p"]), RdfSyntaxError)


def read_batches(paths: list[Path], mark: str) -> Iterable[Any]:
    """Do what a worker does."""
    pa = pytest.importorskip("pyarrow", reason="the extra spark is not installed")
    pieces = pieces_of(paths)
    return read_pieces([pa.record_batch({"id": list(range(len(pieces)))})], pieces, mark)
