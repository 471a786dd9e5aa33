"""What a row of theirs holds is carried in the mapping file, whatever its columns and values are."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from egov_kg.linking.sssom import MappingRow, MappingSet, read_mappings, sssom_text
from egov_kg.linking.their_cells import OTHER, ROLES, Cell, cells_of, read_cells, written_cells

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs"]), min_size=1, max_size=40)
ROW = MappingRow(
    subject="https://w3id.org/egov-kg/id/law/kr/e-government-act",
    predicate="skos:exactMatch",
    object="https://register.example/id/7",
    confidence=0.9,
    comment="name=+3.0; prior=-1.0; veto=none; band=accept",
)


class TestCells:
    @given(st.lists(st.tuples(LINE, st.sampled_from(ROLES), LINE), max_size=10))
    def test_come_back_as_they_were_written(self, told: list[tuple[str, str, str]]) -> None:
        """Also with bars, equals signs, colons and backslashes in columns and values."""
        cells = tuple(Cell(column, role, text) for column, role, text in told)

        assert read_cells(written_cells(cells)) == cells

    @given(LINE, LINE)
    def test_come_back_from_a_mapping_file(self, column: str, text: str) -> None:
        """The slot is a column of the file like any other."""
        cells = cells_of([(column, "number")], [text])
        told = sssom_text(MappingSet({}, {}, (replace(ROW, extra=((OTHER, written_cells(cells)),)),)))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.sssom.tsv"
            path.write_text(told, encoding="utf-8")

            (row,) = read_mappings(path).mappings

        assert read_cells(dict(row.extra)[OTHER]) == cells

    @given(st.text(max_size=200))
    def test_are_read_from_any_text(self, text: str) -> None:
        """Whatever others wrote there; what is no cell is left out."""
        assert all(one.role in ROLES and one.column and one.text for one in read_cells(text))

    def test_are_in_one_line_and_of_bounded_length(self) -> None:
        """Whatever the table holds."""
        (cell,) = cells_of([("a\tb", "name")], ["x\n\u202e" + "y" * 1000])

        assert cell.column == "a b"
        assert cell.text.startswith("x y")
        assert len(cell.text) == 403

    def test_that_are_not_compared_are_not_carried(self) -> None:
        """The mapping file holds what the score rests on, and no copy of the data set."""
        assert written_cells(cells_of([("a", ""), ("b", "code")], ["1", "2"])) == "code:b=2"
