"""``egov-kg reconcile``: a table of laws with their ids, on the shipped data and without a server."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

from tests import commands

TABLE = """법령,공포,비고
전자정부법,2001-03-28,"a, b"
공공데이터의 제공 및 이용 활성화에 관한 법률,2013,
전자정부법 시행령,,
없는 것,,
"""


def reconcile(built: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the verb on the table."""
    (folder / "laws.csv").write_text(TABLE, encoding="utf-8")
    return commands.text("reconcile", "laws.csv", *words, "--from", built, cwd=folder)


def test_a_column_of_laws_is_matched(built: Path, tmp_path: Path) -> None:
    """With a column of days and years beside it; a decree is not its act, and nothing is made up."""
    done = reconcile(built, tmp_path, "--column", "법령", "--type", "Law", "--property", "공포=promulgatedOn")

    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 0
    assert [row["비고"] for row in rows] == ["a, b", "", "", ""]
    assert [(row["egov_id"], row["egov_match"]) for row in rows[:2]] == [
        ("law/kr/e-government-act", "true"),
        ("law/kr/public-data-act", "true"),
    ]
    assert rows[0]["egov_name"] == "E-Government Act"
    assert "date=+" in rows[0]["egov_features"]
    assert rows[2]["egov_match"] != "true"
    assert rows[3]["egov_id"] == ""
    assert "4 rows: " in done.stderr


def test_the_answer_is_the_same_each_time(built: Path, tmp_path: Path) -> None:
    """To the byte, in a file too, and with names in Korean."""
    words = ("--column", "법령", "--lang", "ko", "--limit", "2")
    first = reconcile(built, tmp_path, *words)
    second = reconcile(built, tmp_path, *words, "-o", "out.csv")

    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == first.stdout
    assert second.stdout == ""
    assert "law/kr/e-government-act,전자정부법," in first.stdout


def test_a_wrong_column_leaves_no_file(built: Path, tmp_path: Path) -> None:
    """And says which there are."""
    done = reconcile(built, tmp_path, "--column", "name", "-o", "out.csv")

    assert (done.returncode, done.stdout) == (2, "")
    assert "no column 'name'; there are '공포', '법령', '비고'" in done.stderr
    assert not (tmp_path / "out.csv").exists()
