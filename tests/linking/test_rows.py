"""The IRI of a row: made of its cells, and the same wherever it is written and read again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from egov_kg import iri
from egov_kg.link_review.theirs import read_theirs
from egov_kg.linking.candidates import Question, answers, candidate_table
from egov_kg.linking.rows import RowReader
from egov_kg.linking.specification import Asking
from egov_kg.linking.sssom import MappingRow, MappingSet, read_mappings, sssom_text
from tests.linking.conftest import LAWS, Desk
from tests.linking.test_candidates import SERVICE, answer

PATHS = [
    "7",
    "law/kr/public-data-act",
    "law/kr/전자정부법",
    "law%2Fkr%2F7",
    "a:b",
    "a(1)",
    "a?x=1&y=2",
    "a#part",
    "~a",
    "=1",
    "/a",
    "a/",
]
"""Ends of IRIs."""


def with_id(template: str) -> str:
    """Return a specification of a CSV file with another template."""
    assert 'id = "reg:{id}"' in LAWS
    return LAWS.replace('id = "reg:{id}"', f'id = "{template}"')


class TestTemplates:
    @pytest.mark.parametrize("path", PATHS)
    def test_with_a_plus_take_the_end_of_an_iri_as_it_is(self, desk: Desk, path: str) -> None:
        """Slashes, escapes and letters of any script stay."""
        specification = desk.specification(with_id("reg:{+id}"))
        reader = RowReader(specification.matches[0], specification.prefixes)

        assert reader.id({"id": [path]}, 0) == f"https://register.example/id/{path}"
        assert reader.has_id({"id": [path]}, 0)

    @pytest.mark.parametrize(
        ("cell", "end"),
        [("a b", "a%20b"), ("a|b", "a%7Cb"), ("100%", "100%25"), ("<a>", "%3Ca%3E"), ("[a]", "%5Ba%5D")],
    )
    def test_with_a_plus_escape_what_no_iri_holds(self, desk: Desk, cell: str, end: str) -> None:
        """And nothing else."""
        specification = desk.specification(with_id("reg:{+id}"))
        reader = RowReader(specification.matches[0], specification.prefixes)

        assert reader.id({"id": [cell]}, 0) == f"https://register.example/id/{end}"

    @pytest.mark.parametrize("cell", ["../a", "a/../b", "a/%2e%2E/b", "..", "a/.", "..?b", "x/..#y"])
    def test_with_a_plus_lead_out_of_no_name_space(self, desk: Desk, cell: str) -> None:
        """A browser would follow the dots."""
        specification = desk.specification(with_id("reg:{+id}"))
        reader = RowReader(specification.matches[0], specification.prefixes)

        assert reader.id({"id": [cell]}, 0) == ""
        assert not reader.has_id({"id": [cell]}, 0)

    def test_without_it_escape_a_slash(self, desk: Desk) -> None:
        """The cell is one part of the IRI."""
        specification = desk.specification(LAWS)
        reader = RowReader(specification.matches[0], specification.prefixes)

        assert reader.id({"id": ["2001/3"]}, 0) == "https://register.example/id/2001%2F3"


class TestCandidates:
    @pytest.mark.parametrize("path", PATHS)
    def test_are_called_as_their_service_calls_them(self, desk: Desk, path: str) -> None:
        """Its space of identifiers, and the id behind it; the table of answers keeps the id."""
        specification = desk.specification(SERVICE)
        found = answers(answer(q0=[{"id": path, "name": "A"}]), [Question(1, "A")])
        table = candidate_table(found, Asking()).decode()
        (row,) = csv.DictReader(io.StringIO(table))

        name = RowReader(specification.matches[0], specification.prefixes).id({"id": [row["id"]]}, 0)

        assert name == f"https://service.example/id/{path}"

    @pytest.mark.parametrize("thing", ["a b", "a\nb", "a\u202eb", "x" * 3000])
    def test_whose_id_would_have_to_be_changed_are_left_out(self, thing: str) -> None:
        """A mended id is the id of something else."""
        found = answers(answer(q0=[{"id": thing, "name": "A"}, {"id": "7", "name": "B"}]), [Question(1, "A")])

        assert [one.id for one in found] == ["7"]

    @pytest.mark.parametrize("path", ["law/kr/7", "law%2Fkr%2F7"])
    def test_are_found_again_by_a_review(self, desk: Desk, path: str) -> None:
        """Their side is read from the kept answer by the IRI that the mapping file has."""
        specification = desk.specification(SERVICE)
        found = answers(answer(q0=[{"id": path, "name": "전자정부법"}]), [Question(1, "A")])
        target = desk.folder / "service-2026-11-22.csv"
        target.write_bytes(candidate_table(found, Asking(extend={"code": "P1", "country": "P2"})))

        told = read_theirs(specification, target, {f"https://service.example/id/{path}"})

        (row,) = told.rows[f"https://service.example/id/{path}"]
        assert "전자정부법" in {cell.text for cell in row}


class TestMappingFiles:
    @pytest.mark.parametrize("spaces", [{}, {"t": "https://x.example/id/"}, {"t": "https://x.example/id"}])
    @pytest.mark.parametrize("path", [*PATHS, "//a", "a,b;c", "a|b", "TRUE", "1e5"])
    def test_give_every_iri_back_as_it_went_in(self, tmp_path: Path, path: str, spaces: dict[str, str]) -> None:
        """Whether it is written with a prefix or as a whole."""
        name = f"https://x.example/id/{path}"
        if "|" in name:
            name = name.replace("|", "%7C")
        file = tmp_path / "x.sssom.tsv"
        row = MappingRow(f"{iri.BASE}id/law/kr/e-government-act", "skos:exactMatch", name)
        file.write_text(sssom_text(MappingSet({}, spaces, (row,))), encoding="utf-8")

        (read,) = read_mappings(file).mappings

        assert read.object == name
