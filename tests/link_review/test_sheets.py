"""Decisions made in a program for tables come back, each once, and none that is newer is overwritten."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from egov_kg.errors import DataFileError, UsageError
from egov_kg.link_review import Desk, decisions_of_table, table_to_decide
from egov_kg.linking import MappingRow
from egov_kg.linking.verdicts import open_rows
from tests.link_review.conftest import DAY, REVIEWER, row_of


def table(desk: Desk, decisions: dict[str, tuple[str, str]], delimiter: str = "\t") -> Path:
    """Write the table that a person has filled in and saved: decisions and notes by the number of the act."""
    mappings = desk.read()
    text = table_to_decide(mappings, open_rows(mappings))
    rows = [next(csv.reader([line], delimiter="\t"), []) for line in text.splitlines()]
    place = next(number for number, row in enumerate(rows) if row[0] == "decision")
    number_of = rows[place].index("object_id")
    for row in rows[place + 1 :]:
        row[:2] = decisions.get(row[number_of].removeprefix("act:"), ("", ""))
    sink = io.StringIO()
    csv.writer(sink, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path = desk.path.parent / "edited.csv"
    path.write_text(sink.getvalue(), encoding="utf-8-sig")
    return path


def told(rows: tuple[MappingRow, ...]) -> list[tuple[str, str, bool, str, str]]:
    """Return decisions as a test writes them."""
    return [
        (one.object.rpartition("/")[2], one.predicate.removeprefix("skos:"), one.negated, one.reviewer, one.date)
        for one in rows
    ]


def test_the_table_has_the_rows_that_wait_with_room_for_decisions(desk: Desk) -> None:
    """In the order of the mapping file, its columns behind."""
    mappings = desk.read()

    lines = table_to_decide(mappings, open_rows(mappings, bands={"review"})).splitlines()

    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert rows[0][:4] == ["decision", "note", "subject_id", "subject_label"]
    assert [row[6] for row in rows[1:]] == ["act:10", "act:11", "act:12"]
    assert {row[0] for row in rows[1:]} == {""}


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_what_is_written_there_is_a_decision(desk: Desk, delimiter: str) -> None:
    """By a word or a letter; an empty cell is none; formulas in labels and notes stay texts."""
    path = table(desk, {"10": ("yes", "=1+1"), "11": ("N", ""), "3": ("close", "")}, delimiter)

    brought = decisions_of_table(path, desk.read(), reviewer=REVIEWER, day=DAY)
    desk.decide_all(brought.decided)

    assert sorted(told(brought.decided)) == [
        ("10", "exactMatch", False, REVIEWER, DAY),
        ("11", "exactMatch", True, REVIEWER, DAY),
        ("3", "closeMatch", False, REVIEWER, DAY),
    ]
    assert row_of(desk, 10).comment.endswith("note: =1+1")
    assert desk.read().mappings == tuple(sorted(desk.read().mappings, key=lambda one: one.pair))
    assert decisions_of_table(path, desk.read(), reviewer=REVIEWER, day=DAY).decided == ()


def test_rows_that_were_edited_into_decisions_are_decisions(desk: Desk) -> None:
    """As SSSOM says them, with their own reviewer."""
    path = desk.path.parent / "copy.sssom.tsv"
    lines = desk.path.read_text(encoding="utf-8").splitlines()
    place = next(number for number, line in enumerate(lines) if "\tact:12\t" in line)
    cells = lines[place].split("\t")
    cells[2], cells[6], cells[13], cells[14] = "skos:broadMatch", "semapv:ManualMappingCuration", "github:you", DAY
    lines[place] = "\t".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    brought = decisions_of_table(path, desk.read(), reviewer="", day="2030-01-01")

    assert told(brought.decided) == [("12", "broadMatch", False, "github:you", DAY)]


def test_an_older_copy_overwrites_nothing(desk: Desk) -> None:
    """What was decided again since stays, and is told; a word in the table is a new decision."""
    desk.decide(row_of(desk, 12), "no", reviewer="github:first", day="2026-01-01")
    copy = desk.path.parent / "copy.tsv"
    copy.write_bytes(desk.path.read_bytes())
    desk.decide(row_of(desk, 12), "yes", reviewer="github:second", day="2026-02-02")

    brought = decisions_of_table(copy, desk.read(), reviewer=REVIEWER, day=DAY)

    assert brought.decided == ()
    assert told(brought.kept) == [("12", "exactMatch", False, "github:second", "2026-02-02")]


def test_mistakes_are_told_with_their_line(desk: Desk) -> None:
    """A word that is none; a pair that the mapping file does not hold; nobody who decides."""
    with pytest.raises(DataFileError, match=r"edited\.csv:\d+: decision is 'perhaps', expected one of: broad, close"):
        decisions_of_table(table(desk, {"10": ("perhaps", "")}), desk.read(), reviewer=REVIEWER, day=DAY)
    path = table(desk, {"10": ("yes", "")})
    with pytest.raises(UsageError, match="nobody is named who decides"):
        decisions_of_table(path, desk.read(), reviewer="", day=DAY)
    path.write_text(path.read_text(encoding="utf-8-sig").replace("act:10", "act:99"), encoding="utf-8")
    with pytest.raises(DataFileError, match="about a pair that the mapping file does not hold"):
        decisions_of_table(path, desk.read(), reviewer=REVIEWER, day=DAY)
