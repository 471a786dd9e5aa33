"""Changes on the command line: load, publish, list, set aside, compare, go back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from egov_kg import pipeline, store
from tests import commands

TEXT = """# Digital administration in Korea

President Kim Dae-jung headed the Kim Dae-jung administration.
"""
LAW = """@prefix egov: <https://w3id.org/egov-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/egov-kg/id/law/kr/lantern-act> a egov:Law ;
    skos:prefLabel "Lantern Act"@en , "등불법"@ko ;
    egov:enactedUnder <https://w3id.org/egov-kg/id/administration/kr/kim-dae-jung> .
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of releases that no test changes."""
    folder = tmp_path_factory.mktemp("changes")
    (folder / "korea.md").write_text(TEXT, encoding="utf-8")
    pipeline.build([folder / "korea.md"], out=folder / "out", cached=False)
    return folder / "out"


@pytest.fixture
def out(plain: Path, tmp_path: Path) -> Path:
    """Return a folder of releases of one's own."""
    return Path(shutil.copytree(plain, tmp_path / "out", symlinks=True, copy_function=os.link))


def run(out: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command on a folder."""
    return commands.text(*words, "--from", out, stdin=stdin, cwd=out.parent)


class TestChanges:
    def test_from_a_file_to_a_release_and_back(self, out: Path, tmp_path: Path) -> None:
        """What is loaded is published, listed and compared; rolling back leads to the release before."""
        before = store.current_id(out)
        (tmp_path / "law.ttl").write_text(LAW, encoding="utf-8")

        loaded = run(out, "load", str(tmp_path / "law.ttl"))

        assert loaded.returncode == 0, loaded.stderr
        after = store.current_id(out)
        assert loaded.stdout.strip() == str(out / "releases" / after)
        assert "change 1: 4 quads added" in loaded.stderr
        listed = json.loads(run(out, "changes", "--verify", "--json").stdout)
        assert [(row["number"], row["token"], row["status"]) for row in listed] == [(1, "command-line", "published")]
        differences = run(out, "diff", before[:12], "current")
        assert differences.returncode == 1
        assert "+ <https://w3id.org/egov-kg/id/law/kr/lantern-act> " in differences.stdout
        back = run(out, "rollback")
        assert back.returncode == 0, back.stderr
        assert store.current_id(out) == before
        assert "changes 1 are set aside" in back.stderr
        assert [row["status"] for row in json.loads(run(out, "changes", "--json").stdout)] == ["rejected"]

    def test_records_that_every_release_holds_are_archived(self, out: Path) -> None:
        """Those that a kept release lacks stay, because going back to it needs them; all are listed as before."""
        for number in range(4):
            text = f'<https://example.org/s{number}> <https://example.org/p> "x" .'
            assert (
                run(out, "load", "-", "--format", "ttl", "--graph", "https://example.org/g", stdin=text).returncode == 0
            )
        for path in (out / "releases").iterdir():  # those without the first two changes
            if path.is_dir() and not path.name.startswith(".") and store.open_release(path).manifest.mark < 2:
                shutil.rmtree(path)

        moved = run(out, "changes", "--archive")
        again = run(out, "changes", "--archive")

        assert (moved.returncode, again.returncode) == (0, 0), moved.stderr
        assert "2 records moved" in moved.stderr
        assert "0 records moved" in again.stderr
        assert sorted(path.name for path in (out / "changes" / "archive").iterdir()) == [
            "000000000001.nqp",
            "000000000002.nqp",
        ]
        assert len(json.loads(run(out, "changes", "--verify", "--json").stdout)) == 4

    def test_a_folder_without_releases_archives_nothing(self, tmp_path: Path) -> None:
        """It is said that there are none, and no record is touched."""
        done = run(tmp_path / "none", "changes", "--archive")

        assert done.returncode == 2
        assert "no release" in done.stderr

    def test_the_same_file_twice_is_one_change(self, out: Path) -> None:
        """What the graph holds already is no change; blank nodes get the same names each time."""
        text = '<https://example.org/s> <https://example.org/p> [ <https://example.org/q> "x" ] .'
        assert run(out, "load", "-", "--format", "ttl", "--no-publish", stdin=text).returncode == 0

        again = run(out, "load", "-", "--format", "ttl", "--no-publish", stdin=text)

        assert "holds all of it already" in again.stderr
        assert len(json.loads(run(out, "changes", "--json").stdout)) == 1

    def test_what_breaks_the_graph_is_told(self, out: Path) -> None:
        """The command ends with 1 and says why; the release stays."""
        before = store.current_id(out)
        text = LAW + '<https://w3id.org/egov-kg/id/law/kr/lantern-act> egov:enactedUnder "a text" .'

        loaded = run(out, "load", "-", "--format", "ttl", stdin=text)

        assert loaded.returncode == 1
        assert "change 1 was set aside: " in loaded.stderr
        assert store.current_id(out) == before

    def test_an_operator_can_set_a_change_aside(self, out: Path) -> None:
        """A change that waits and is not wanted is never published; why stands beside it."""
        run(out, "load", "-", "--format", "ttl", "--no-publish", stdin=LAW)
        assert run(out, "changes", "--reject", "1").returncode == 2

        rejected = run(out, "changes", "--reject", "1", "--reason", "the act is a draft")

        assert rejected.returncode == 0, rejected.stderr
        assert [row["status"] for row in json.loads(run(out, "changes", "--json").stdout)] == ["rejected"]
        assert "no change waits" in run(out, "publish").stderr

    @pytest.mark.parametrize("graph", ["entailed", "evidence", "background/quality"])
    def test_a_derived_graph_is_refused(self, out: Path, graph: str) -> None:
        """Nobody writes into what every release makes anew."""
        loaded = run(out, "load", "-", "--format", "ttl", "--graph", graph, stdin=LAW)

        assert loaded.returncode == 2
        assert "made by every release" in loaded.stderr
