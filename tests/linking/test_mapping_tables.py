"""A mapping file comes back from programs for tables as what it was, or is refused with the line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from egov_kg.errors import DataFileError
from egov_kg.linking.sssom import MANUAL, MappingRow, MappingSet, read_mappings, sssom_text

ROW = MappingRow(
    subject="https://w3id.org/egov-kg/id/law/kr/e-government-act",
    predicate="skos:closeMatch",
    object="https://register.example/id/5",
    subject_label='E-Government "Act", of 2001; amended',
    object_label="=전자정부법",
    confidence=0.9876,
    comment="name=+12.3; prior=-8.0; veto=none; band=review; why=p 0.9 below 0.95, only name agrees",
)
DECIDED = replace(
    ROW, object="https://register.example/id/6", justification=MANUAL, reviewer="github:me", date="2026-11-22"
)
FOUND = MappingSet(
    {"license": "https://example.org/l", "mapping_set_title": 'egov-kg, and "a register"'},
    {"reg": "https://register.example/id/"},
    (ROW, DECIDED),
)


def _cells(text: str) -> list[list[str]]:
    """Return the cells that a program for tables has when it opened the file with tabs."""
    return [next(csv.reader([line], delimiter="\t"), []) for line in text.splitlines()]


def _saved(text: str, delimiter: str, *, everything_quoted: bool = False, ends: str = "\r\n") -> str:
    """Return what such a program writes: every line as long as the longest one."""
    rows = _cells(text)
    width = max(map(len, rows))
    sink = io.StringIO()
    writer = csv.writer(
        sink,
        delimiter=delimiter,
        lineterminator=ends,
        quoting=csv.QUOTE_ALL if everything_quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
    return sink.getvalue()


WAYS: dict[str, Callable[[str], bytes]] = {
    "tabs, filled up, CR LF": lambda text: _saved(text, "\t").encode(),
    "commas": lambda text: _saved(text, ",").encode(),
    "semicolons with a byte order mark": lambda text: _saved(text, ";").encode("utf-8-sig"),
    "every cell quoted": lambda text: _saved(text, "\t", everything_quoted=True, ends="\n").encode(),
    "UTF-16": lambda text: _saved(text, "\t").encode("utf-16"),
    "empty lines at the end": lambda text: (_saved(text, "\t") + "\t\t\r\n\r\n").encode(),
    "decimal commas": lambda text: _saved(text.replace("0.9876", "0,9876"), "\t").encode(),
    "CR LF alone": lambda text: text.replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_way_through_a_program_for_tables_changes_nothing(tmp_path: Path, way: str) -> None:
    """Metadata, prefixes, rows and labels that look like formulas; written again, the bytes are the first ones."""
    text = sssom_text(FOUND)
    path = tmp_path / "register.sssom.tsv"
    path.write_bytes(WAYS[way](text))

    found = read_mappings(path)

    assert found == FOUND
    assert sssom_text(found) == text


def _written(folder: Path, text: str) -> Path:
    path = folder / "register.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_and_slots_of_others_stay(tmp_path: Path) -> None:
    """A column that SSSOM has and we do not use, and a list of creators."""
    lines = sssom_text(FOUND).splitlines()
    above = sum(line.startswith("#") for line in lines)
    table = [
        f"{line}\t{'author_label' if not place else f'=author {place}'}" for place, line in enumerate(lines[above:])
    ]
    text = "\n".join(["#creator_id:", "#  - orcid:0000-0001", "#  - github:me", *lines[:above], *table]) + "\n"

    found = read_mappings(_written(tmp_path, text))
    again = read_mappings(_written(tmp_path, sssom_text(found)))

    assert again == found
    assert [one.extra for one in again.mappings] == [(("author_label", "=author 1"),), (("author_label", "=author 2"),)]
    assert '#creator_id: ["orcid:0000-0001", "github:me"]' in sssom_text(again).splitlines()


WRONG: dict[str, tuple[Callable[[str], str], int, str]] = {
    "a cell too many": (lambda text: text.rstrip("\n") + "\tx\tmore\n", 11, "18 cells, expected 16"),
    "a quote that does not end": (lambda text: text + '"\n', 12, "not readable as a table: unexpected end of data"),
    "a column twice": (lambda text: text.replace("similarity_measure", "comment", 1), 9, "'comment' stands twice"),
    "a pair decided twice": (
        lambda text: text + text.splitlines()[-1].replace("closeMatch\t", "exactMatch\t") + "\n",
        12,
        "decides otherwise about the pair that line 11 decides",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_table_that_is_none_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    """Rather than read with rows lost."""
    made, line, told = WRONG[name]

    with pytest.raises(DataFileError, match=told) as caught:
        read_mappings(_written(tmp_path, made(sssom_text(FOUND))))

    assert caught.value.line == line


def test_a_day_that_is_not_in_the_calendar_is_told(tmp_path: Path) -> None:
    """February has no thirtieth day."""
    text = sssom_text(FOUND).replace("2026-11-22", "2026-02-30")

    with pytest.raises(DataFileError, match="mapping_date is '2026-02-30', expected a day"):
        read_mappings(_written(tmp_path, text))
