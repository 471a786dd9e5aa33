"""The command `review`, and the options of extractors and decisions: exit codes, streams, what is said."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from egov_kg.review import COLUMNS
from tests import commands

TEXT = "# A history\n\nThe Kim Dae-jung administration launched the Bright Window project in 2001.\n"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a folder of documents."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "history.md").write_text(TEXT, encoding="utf-8")
    return tmp_path


def run(desk: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command there."""
    return commands.text(*words, cwd=desk)


def decide(desk: Path, verdict: str, *, fact: str = "") -> None:
    """Write a decision about the first fact of the table, or about another one."""
    table = run(desk, "review", "--documents", "documents").stdout.splitlines()
    cells = table[1].split("\t")
    cells[0] = fact or cells[0]
    cells[1:3] = [verdict, "Jane Doe"]
    (desk / "review").mkdir(exist_ok=True)
    (desk / "review" / "mine.tsv").write_text("\n".join([table[0], "\t".join(cells)]) + "\n", encoding="utf-8")


class TestReview:
    def test_writes_a_table_to_stdout_and_the_rest_to_stderr(self, desk: Path) -> None:
        """A pipe holds the table alone."""
        done = run(desk, "review", "--documents", "documents")

        head, *rows = done.stdout.splitlines()
        assert done.returncode == 0
        assert head.split("\t") == list(COLUMNS)
        assert len(rows) > 2
        assert {len(row.split("\t")) for row in rows} == {len(COLUMNS)}
        assert f"{len(rows)} rows" in done.stderr

    def test_knows_the_names_that_a_build_knows(self, desk: Path) -> None:
        """With the same tables of names the facts are those of the build, and decisions reach them."""
        (desk / "names").mkdir()
        row = "project/int/clear-window\tBright Window project\ten\tpref\tfold\t-\ttest"
        (desk / "names" / "int.tsv").write_text(
            f"thing\tname\tlang\tkind\tmatch\tneeds\tsource\n{row}\n", encoding="utf-8"
        )

        done = run(desk, "review", "--documents", "documents", "--gazetteer", "names")

        assert done.returncode == 0, done.stderr
        assert "project/int/clear-window" in done.stdout

    def test_keeps_decisions_when_it_is_written_again(self, desk: Path) -> None:
        """The new table may replace the old one."""
        decide(desk, "reject")

        done = run(desk, "review", "--documents", "documents", "--review", "review", "-o", "review/mine.tsv", "-q")

        again = run(desk, "review", "--documents", "documents", "--review", "review", "--check", "--json")
        assert done.returncode == 0
        assert json.loads(again.stdout)["review"]["rejected"] == 1

    def test_check_ends_with_one_if_a_decision_is_stale(self, desk: Path) -> None:
        """It names the table, the line and the reason."""
        decide(desk, "reject", fact="f-00000000000000000000")

        done = run(desk, "review", "--documents", "documents", "--review", "review", "--check", "-q")

        assert done.returncode == 1
        assert done.stdout.splitlines() == ["accepted  0", "rejected  0", "stale     1", "resting   0"]
        assert done.stderr.startswith("stale decision, mine.tsv:2, f-00000000000000000000: ")

    def test_check_is_content_with_decisions_that_hold(self, desk: Path) -> None:
        """Exit 0, and the count."""
        decide(desk, "accept")

        done = run(desk, "review", "--documents", "documents", "--review", "review", "--check", "-q")

        assert (done.returncode, done.stdout.splitlines()[0], done.stderr) == (0, "accepted  1", "")


class TestBuild:
    def test_says_what_decisions_did(self, desk: Path) -> None:
        """In words on stderr, and with --json as data."""
        decide(desk, "reject")
        words = ("build", "--documents", "documents", "--out", "out", "--review", "review")

        text = run(desk, *words)
        data = run(desk, *words, "--json")

        assert text.returncode == data.returncode == 0, text.stderr
        assert "decisions: 0 accepted, 1 rejected, 0 stale, 0 resting" in text.stderr
        assert json.loads(data.stdout)["review"]["rejected"] == 1

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--extractor", "nobody"), "there is no extractor 'nobody'; known are: "),
            (("--review", "nowhere"), "nowhere does not exist"),
            (("--extractor", "llm"), "which model is asked? Set llm_model"),
        ],
    )
    def test_with_what_does_not_exist_ends_with_two(self, desk: Path, words: tuple[str, ...], told: str) -> None:
        """A mistyped name is no empty answer; nothing is published."""
        done = run(desk, "build", "--documents", "documents", "--out", "out", *words)

        assert done.returncode == 2
        assert told in done.stderr
        assert not (desk / "out" / "current").exists()

    def test_with_a_table_that_cannot_be_read_names_file_and_line(self, desk: Path) -> None:
        """Whoever edited it finds the place."""
        decide(desk, "perhaps")

        done = run(desk, "build", "--documents", "documents", "--out", "out", "--review", "review")

        assert done.returncode == 2
        assert "mine.tsv:2: the decision must be accept, reject or empty, not 'perhaps'" in done.stderr
