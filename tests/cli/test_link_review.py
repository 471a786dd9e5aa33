"""The command of a review: answers from a terminal or a file, tables, JSON, a page; decisions at once."""

from __future__ import annotations

import io
import json
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from egov_kg import api
from egov_kg.__main__ import main
from egov_kg.linking import read_mappings
from tests.link_review.conftest import REVIEWER, link

ON_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""

BRACKETED = b"\x1b[?2004h"
"""What some libraries for lines send before they ask for one."""


@pytest.fixture
def desk(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a register, its specification and its mapping file; commands start there."""
    link(api.open_release(built), tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EGOVKG_REVIEWER", raising=False)
    return tmp_path


def review(built: Path, *words: str) -> int:
    """Run the command."""
    return main(["link", "review", *words, "--from", str(built)])


def answered(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Let these lines stand on stdin."""
    text = "".join(f"{line}\n" for line in answers).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text), encoding="utf-8"))


def decided(desk: Path) -> list[tuple[str, str]]:
    """Return what was decided, by the number of the act."""
    return [
        (one.object.rpartition("/")[2], "no" if one.negated else one.predicate.removeprefix("skos:"))
        for one in read_mappings(desk / "my-acts.sssom.tsv").mappings
        if one.is_decided
    ]


class TestWalk:
    def test_takes_answers_from_a_file(
        self, desk: Path, built: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """The cards on stdout, what was done on stderr."""
        answered(monkeypatch, "y", "n", "s", "q")

        assert review(built, "my-acts", "--reviewer", REVIEWER) == 0

        out, err = capfd.readouterr()
        assert decided(desk) == [("10", "exactMatch"), ("11", "no")]
        assert out.startswith("1 of 6 · review · skos:exactMatch · p 0.8483\nOURS\n")
        assert "\n> y\nwritten: exactMatch\n" in out
        assert "\x1b" not in out
        assert "my-acts.sssom.tsv: 3 review, 1 veto, 2 accept, 0 decided\n" in err
        assert err.endswith("1 exactMatch, 1 no decided, written to my-acts.sssom.tsv\n")

    def test_is_the_same_each_time(
        self, desk: Path, built: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """The same answers to the same file give the same bytes."""
        first = (desk / "my-acts.sssom.tsv").read_bytes()
        seen = []
        for _ in range(2):
            (desk / "my-acts.sssom.tsv").write_bytes(first)
            answered(monkeypatch, "c", "u", "n", "y")
            assert review(built, "acts.toml", "--reviewer", REVIEWER) == 0
            seen.append((capfd.readouterr().out, (desk / "my-acts.sssom.tsv").read_bytes()))

        assert seen[0] == seen[1]

    def test_needs_somebody_who_decides(
        self, desk: Path, built: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """The option, or the setting; nobody is guessed from the machine."""
        answered(monkeypatch, "y")

        assert review(built, "my-acts") == 2

        assert "nobody is named who decides; give --reviewer, or set reviewer" in capfd.readouterr().err
        assert decided(desk) == []
        monkeypatch.setenv("EGOVKG_REVIEWER", "github:me")
        answered(monkeypatch, "y")
        assert review(built, "my-acts") == 0
        assert decided(desk) == [("10", "exactMatch")]

    def test_may_be_of_some_rows(self, desk: Path, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of a band, of a thing by its name, of those that were decided."""
        for words, answer in (
            (["--only", "veto"], "n"),
            (["--subject", "Informatization Promotion Act"], "y"),
            (["--decided", "--subject", "E-Government Act"], "c"),
        ):
            answered(monkeypatch, answer)
            assert review(built, "my-acts", "--reviewer", REVIEWER, *words) == 0

        assert decided(desk) == [("5", "closeMatch"), ("12", "exactMatch")]

    @pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals there")
    def test_by_hand_keeps_what_was_decided_when_it_is_stopped(self, desk: Path, built: Path) -> None:
        """On a terminal: Ctrl-C ends with 130, and the decision before it is in the file."""
        import pty  # noqa: PLC0415 - not there on Windows

        leader, follower = pty.openpty()
        words = [sys.executable, "-c", ON_TERMINAL, sys.executable, "-m", "egov_kg", "link", "review", "my-acts"]
        person = subprocess.Popen(
            [*words, "--reviewer", REVIEWER, "--from", str(built)],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm"},
            cwd=desk,
        )
        os.close(follower)
        shown = _until(leader, "", "> ", 1)
        os.write(leader, b"n\n")
        shown = _until(leader, shown, "> ", 2)
        os.write(leader, b"\x03")
        shown = _until(leader, shown, "egov-kg: stopped", 1, again=b"\x03")

        assert person.wait(timeout=60) == 130
        os.close(leader)
        assert decided(desk) == [("10", "no")]
        assert "\x1b[1mOURS\x1b[0m" in shown
        assert "1 no decided, written to my-acts.sssom.tsv" in shown


def _until(handle: int, shown: str, text: str, count: int, *, again: bytes = b"") -> str:
    """Return what a terminal shows once a text stands in it so often, or the other side has gone.

    A key that comes between the prompt and the wait for it is not seen by Python, so it may be pressed `again`.
    """
    data = shown.encode()
    while data.replace(BRACKETED, b"").count(f"\n{text}".encode()) < count:
        if again and not select.select([handle], [], [], 2.0)[0]:
            os.write(handle, again)
            continue
        try:
            part = os.read(handle, 4096)
        except OSError:  # the other side was closed
            break
        if not part:
            break
        data += part
    return data.decode("utf-8", "replace")


@pytest.mark.usefixtures("desk")
class TestLists:
    def test_are_tables(self, built: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """One line a row; nothing is asked, and nobody needs to be named."""
        assert review(built, "my-acts.sssom.tsv", "--list") == 0

        out, err = capfd.readouterr()
        lines = [line.split() for line in out.splitlines()]
        assert lines[0] == ["ours", "predicate", "theirs", "their", "name", "p", "state", "why"]
        assert [next(word for word in line if word.startswith("act:")) for line in lines[1:]] == [
            f"act:{number}" for number in (10, 11, 12, 5, 1, 3)
        ]
        assert err == "3 review, 1 veto, 2 accept, 0 decided\n"

    def test_are_one_document_of_json(self, built: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """With both sides, the parts and the passages."""
        assert review(built, "my-acts", "--json", "--only", "veto") == 0

        (one,) = json.loads(capfd.readouterr().out)
        assert (one["object"], one["band"], one["confidence"]) == ("https://acts.example/id/5", "veto", 0.0)
        assert {part["feature"] for part in one["parts"]} == {"name", "language", "kind", "date", "number"}
        assert one["ours"]["thing"]["labels"] == {"en": "E-Government Act", "ko": "전자정부법"}
        assert {"column": "act_no", "role": "number", "text": "08171"} in one["theirs"][0]
        quotes = [
            words
            for group in one["ours"]["facts"]
            for fact in group["values"]
            for evidence in fact["evidence"]
            for words in evidence["quotes"]
        ]
        assert "E-Government act (2001)" in quotes

    def test_of_nothing_are_empty(self, built: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """Nothing was decided yet."""
        assert review(built, "my-acts", "--decided", "--json") == 0

        assert json.loads(capfd.readouterr().out) == []


class TestFiles:
    def test_a_page_is_written(self, desk: Path, built: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """Complete or not at all."""
        assert review(built, "my-acts", "--page", "review.html") == 0

        assert (desk / "review.html").read_text(encoding="utf-8").startswith("<!doctype html>")
        assert "review.html: 6 rows" in capfd.readouterr().err

    def test_a_table_goes_out_and_comes_back(self, desk: Path, built: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """With decisions written into it."""
        assert review(built, "my-acts", "--to-table", "decide.tsv", "--only", "review") == 0
        path = desk / "decide.tsv"
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text(
            "\n".join(f"no\tnot it{line[1:]}" if "\tact:12\t" in line else line for line in lines), encoding="utf-8"
        )

        assert review(built, "my-acts", "--from-table", "decide.tsv", "--reviewer", REVIEWER) == 0

        assert decided(desk) == [("12", "no")]
        assert "my-acts.sssom.tsv: 1 decisions from decide.tsv" in capfd.readouterr().err

    def test_what_speaks_against_the_decisions_of_a_table_is_told(
        self, desk: Path, built: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Nobody was asked for a second letter; the rows are written, and a person may look again."""
        assert review(built, "my-acts", "--to-table", "decide.tsv", "--only", "veto") == 0
        path = desk / "decide.tsv"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\t\tegovid:law/kr/e-g", "exact\t\tegovid:law/kr/e-g"), encoding="utf-8")
        assert path.read_text(encoding="utf-8") != text
        capfd.readouterr()

        assert review(built, "my-acts", "--from-table", "decide.tsv", "--reviewer", REVIEWER) == 0

        told = "written, though: E-Government Act and 전자정부법: a contradiction stands against it: date (2001-"
        assert told in capfd.readouterr().err


class TestWords:
    def test_a_target_of_that_name_is_reachable(
        self, desk: Path, built: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """`link review` is the review; ./review is a file or folder of that name."""
        (desk / "review").mkdir()
        (desk / "acts.csv").rename(desk / "review" / "acts.csv")
        words: Sequence[str] = ["--spec", "acts.toml", "--from", str(built)]

        assert main(["link", "review", *words]) == 2
        assert "a target named 'review' is written ./review" in capfd.readouterr().err
        assert main(["link", "./review", *words]) == 0

    @pytest.mark.usefixtures("desk")
    def test_a_data_set_that_is_none_is_told(self, built: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """With those there are."""
        assert review(built, "my-axts", "--list") == 2

        assert "there is no data set 'my-axts'" in capfd.readouterr().err

    def test_a_damaged_file_is_told_with_its_line(
        self, desk: Path, built: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """And stays as it is."""
        path = desk / "my-acts.sssom.tsv"
        path.write_text(path.read_text(encoding="utf-8").replace("skos:exactMatch", "owl:sameAs", 1), encoding="utf-8")
        before = path.read_bytes()

        assert review(built, "my-acts", "--list") == 2

        assert "predicate_id is 'owl:sameAs', expected one of" in capfd.readouterr().err
        assert path.read_bytes() == before
