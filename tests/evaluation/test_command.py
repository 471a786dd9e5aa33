"""``egov-kg evaluate`` as people and scripts use it: real processes, real documents, a real release."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import commands


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return commands.text("evaluate", *words)


def data(*words: str | Path) -> dict[str, Any]:
    """Return what the command prints for machines."""
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


class TestDocuments:
    def test_beside_the_table_are_read(self, gold: Path) -> None:
        """The launch and its year are found; the website, which the text does not give, is missed with its passage."""
        found = data(gold)

        assert found["levels"]["triple"]["found"] == 3
        assert [(one["relation"], one["passage"]["place"]) for one in found["misses"]] == [("has website", "page.md:5")]
        assert found["negatives"] == []

    def test_elsewhere_are_named(self, gold: Path, tmp_path: Path) -> None:
        """A folder, a file with the right name, and a file under a name give the same."""
        folder = tmp_path / "elsewhere"
        folder.mkdir()
        named = (gold.parent / "page.md").rename(folder / "page.md")
        other = folder / "another.md"
        other.write_bytes(named.read_bytes())

        scores = [data(gold, "--from", place)["levels"] for place in (folder, named, f"page={other}")]

        assert scores[0] == scores[1] == scores[2]
        assert scores[0]["triple"]["found"] == 3

    def test_cost_what_the_configuration_allows(self, gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The limits of a build hold here as well."""
        monkeypatch.setenv("EGOVKG_DOCUMENT_BYTES", "20")

        done = run(gold)

        assert done.returncode != 0
        assert "more than the 20 that a document may have" in done.stderr

    def test_in_a_place_that_is_not_there_are_told(self, gold: Path) -> None:
        """A mistyped folder is no folder without documents."""
        done = run(gold, "--from", gold.parent / "page.md", "--from", "nowhere")

        assert done.returncode == 2
        assert "nowhere does not exist; --from takes a document, a folder of them, or a release" in done.stderr

    def test_that_are_missing_are_named(self, gold: Path) -> None:
        """A document that is not read would count as all missed."""
        (gold.parent / "page.md").unlink()

        done = run(gold)

        assert done.returncode == 2
        assert "there is no document 'page'" in done.stderr
        assert "--from page=FILE" in done.stderr


class TestOtherSources:
    def test_a_table_that_extract_printed_gives_the_same_scores(self, gold: Path, tmp_path: Path) -> None:
        """Facts may come from another program."""
        table = tmp_path / "found.tsv"
        page = gold.parent / "page.md"
        subprocess.run(
            [sys.executable, "-m", "egov_kg", "extract", f"page={page}", "-o", table], check=True, capture_output=True
        )

        assert data(gold, "--from", table)["levels"] == data(gold)["levels"]

    def test_a_release_gives_what_follows_as_well(self, gold: Path, tmp_path: Path) -> None:
        """The inverse of a renaming stands in no document and is derived."""
        out = tmp_path / "out"
        page = gold.parent / "page.md"
        subprocess.run(
            [sys.executable, "-m", "egov_kg", "build", "--documents", page, "--out", out],
            check=True,
            capture_output=True,
        )

        explicit, inferable = (
            data(gold, "--from", out, "--certainty", certainty) for certainty in ("explicit", "inferable")
        )

        assert explicit["levels"]["triple"]["found"] == 3
        assert inferable["levels"]["triple"]["found"] == 1
        assert explicit["source"].startswith("release ")


class TestOutput:
    def test_for_people_shows_scores_then_every_miss(self, gold: Path) -> None:
        """The tables come first, the work after them."""
        done = run(gold)

        assert done.returncode == 0
        assert done.stdout.startswith("level ")
        assert "missed  page: Coastal Agency | has website | https://coast.example" in done.stdout
        assert "compared: 1 document\n" in done.stderr

    @pytest.mark.parametrize(
        ("word", "shown", "left_out"),
        [("--scores-only", "level ", "missed  page"), ("--misses-only", "missed  page", "level ")],
    )
    def test_can_be_one_half(self, gold: Path, word: str, shown: str, left_out: str) -> None:
        """A work list needs no scores, and a table of scores no list."""
        printed = run(gold, word).stdout

        assert shown in printed
        assert left_out not in printed

    def test_is_the_same_bytes_every_time(self, gold: Path) -> None:
        """A figure that changes by itself is none."""
        assert run(gold).stdout == run(gold).stdout


class TestGates:
    def test_pass_where_the_floor_is_reached(self, gold: Path) -> None:
        """Three of four facts and nothing false is more than 0.5."""
        assert run(gold, "--min", "triple=0.5", "--min", "entity=0.5").returncode == 0

    def test_fail_below_the_floor_and_say_which(self, gold: Path) -> None:
        """A script stops, a person reads why."""
        done = run(gold, "--min", "triple=0.99", "--scores-only")

        assert done.returncode == 1
        assert "is below 0.99" in done.stderr
        assert done.stdout.startswith("level ")

    def test_fail_where_something_known_to_be_wrong_is_said(self, gold: Path) -> None:
        """A high share does not outweigh a wrong fact."""
        negative = gold.with_name("negative.tsv")
        row = "page\tKim Dae-jung administration\tis headed by\tKim Dae-jung\tpair\tinvented for this test\n"
        negative.write_text(negative.read_text(encoding="utf-8") + row, encoding="utf-8")

        done = run(gold)

        assert done.returncode == 1
        assert "1 fact found that the gold knows to be wrong" in done.stderr
        assert "WRONG   page: Kim Dae-jung administration" in done.stdout

    @pytest.mark.parametrize("floor", ["triple", "triple=much", "word=0.5", "triple=1.5"])
    def test_must_be_a_level_and_a_share(self, gold: Path, floor: str) -> None:
        """A mistyped floor must not pass for a met one."""
        done = run(gold, "--min", floor)

        assert done.returncode == 2
        assert "as in triple=0.6" in done.stderr


class TestMistakes:
    def test_in_the_table_are_told_with_their_place(self, gold: Path) -> None:
        """File, line, column, what stands there and what was expected."""
        gold.write_text(gold.read_text(encoding="utf-8").replace("\tlaunched\t", "\tlanched\t"), encoding="utf-8")

        done = run(gold)

        assert done.returncode == 2
        assert f"{gold}:2: column 'relation': 'lanched' is neither" in done.stderr

    def test_a_document_that_the_table_does_not_have_is_told(self, gold: Path) -> None:
        """Nothing would be evaluated, and it would look like success."""
        done = run(gold, "--doc", "pages")

        assert done.returncode == 2
        assert "has no facts of 'pages'; it has those of page" in done.stderr
