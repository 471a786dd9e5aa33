"""Their side is read again from the data set: every column, whatever the format; what cannot be read is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import assets
from egov_kg.link_review import Desk
from egov_kg.link_review.theirs import read_theirs
from egov_kg.linking import read_specification
from tests.link_review.conftest import SPECIFICATION

RDF = """
[dataset]
id = "portal"
title = { en = "A portal" }
licence = "CC0"
source = "portal.ttl"
format = "rdf"

[[match]]
ours = "egov:Country"
level = "place"
label = [{ column = "dcterms:title", lang = "en" }]
code = { column = "dcterms:identifier" }
"""


def test_rows_come_with_every_column(desk: Desk) -> None:
    """Those that are compared first, with what they are compared as; empty cells are left out."""
    found = read_theirs(desk.specification, desk.target, {"https://acts.example/id/5", "https://acts.example/id/77"})

    (row,) = found.rows["https://acts.example/id/5"]
    assert [(cell.column, cell.role, cell.text) for cell in row] == [
        ("title", "name", "전자정부법"),
        ("type", "kind", "Act"),
        ("act_no", "number", "08171"),
        ("enacted", "date", "2007-01-03"),
        ("no", "id", "5"),
        ("remark", "", "retitled"),
    ]
    assert (list(found.rows), found.problem) == (["https://acts.example/id/5"], "")


def test_several_values_in_an_id_and_several_rows_of_one_id() -> None:
    """An administration is known by its head and first day; a person held several offices, three of which are shown."""
    specification = read_specification(assets.data("mappings/kr-offices.toml"))
    tenure = "https://w3id.org/egov-kg/id/tenure/wikidata/Q45785-1998-02-25"
    goh = "http://www.wikidata.org/entity/Q484988"

    found = read_theirs(specification, assets.data("external/kr-offices"), {tenure, goh})

    assert {cell.text for cell in found.rows[tenure][0]} >= {"Kim Dae-jung", "President", "1998-02-25"}
    assert all(len(rows) <= 3 for rows in found.rows.values())


def test_subjects_of_rdf_are_rows(tmp_path: Path) -> None:
    """With the properties that the specification names."""
    (tmp_path / "portal.toml").write_text(RDF, encoding="utf-8")
    (tmp_path / "portal.ttl").write_text(
        '<https://p.example/kr> <http://purl.org/dc/terms/title> "Korea"@en, "한국"@ko ; '
        '<http://purl.org/dc/terms/identifier> "KR" .',
        encoding="utf-8",
    )

    found = read_theirs(read_specification(tmp_path / "portal.toml"), tmp_path, {"https://p.example/kr"})

    (row,) = found.rows["https://p.example/kr"]
    assert {(cell.role, cell.text) for cell in row} >= {("name", "Korea"), ("code", "KR")}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("missing", "acts.csv is not at hand; --target names it"),
        ("other columns", "has no column 'no'"),
    ],
)
def test_what_cannot_be_read_is_told(desk: Desk, change: str, problem: str) -> None:
    """A review goes on without it."""
    target = desk.path.parent
    if change == "missing":
        found = read_theirs(desk.specification, None, {"https://acts.example/id/5"})
    else:
        (target / "acts.csv").write_text("a;b\n1;2\n", encoding="utf-8")
        found = read_theirs(desk.specification, target, {"https://acts.example/id/5"})

    assert found.rows == {}
    assert problem in found.problem


@pytest.mark.parametrize("value", ["it's", 'a "b"', "x) OR (1=1", "a b", "가/나", "%27"])
def test_ids_are_values_whatever_they_hold(desk: Desk, value: str) -> None:
    """A quote in an id neither breaks nor widens the question to the table."""
    from urllib.parse import quote  # noqa: PLC0415 - only here

    folder = desk.path.parent
    (folder / "acts.toml").write_text(SPECIFICATION, encoding="utf-8")
    cell = value.replace('"', '""')
    (folder / "acts.csv").write_text(
        f'no;title;type;enacted;act_no\n"{cell}";A;Act;;\nother;B;Act;;\n', encoding="utf-8"
    )
    name = f"https://acts.example/id/{quote(value, safe='-._~')}"

    found = read_theirs(read_specification(folder / "acts.toml"), folder, {name})

    assert {key: [cell.text for cell in rows[0] if cell.role == "name"] for key, rows in found.rows.items()} == {
        name: ["A"]
    }
