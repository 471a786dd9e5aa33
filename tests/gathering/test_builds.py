"""Builds of many documents from the outside: interrupted and resumed, strict and not, and always the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from egov_kg import pipeline, store
from egov_kg.errors import FindingsError


def _command(folder: Path, out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "egov_kg", "build", "--documents", str(folder), "--out", str(out), *options]


def _build(folder: Path, out: Path, *options: str) -> tuple[str, str]:
    done = subprocess.run(_command(folder, out, *options), capture_output=True, text=True, check=True)
    return Path(done.stdout.strip()).name, done.stderr


class TestSameBytes:
    """One collection, one release."""

    def test_workers_cache_order_and_interruption_do_not_show(self, folder: Path, tmp_path: Path) -> None:
        """The name of a release is the hash of its bytes; it is one for every way to get there."""
        alone = pipeline.build([folder], out=tmp_path / "alone", cached=False).release.id
        expected = [alone] * 4

        found = [
            pipeline.build([folder], out=tmp_path / "cold").release.id,
            pipeline.build([folder], out=tmp_path / "cold").release.id,
            pipeline.build(sorted(folder.iterdir(), reverse=True), out=tmp_path / "order").release.id,
            _build(folder, tmp_path / "three", "--workers", "3")[0],
        ]

        assert found == expected
        assert not (tmp_path / "alone" / ".facts").exists()

    def test_a_build_that_was_killed_resumes(self, folder: Path, tmp_path: Path) -> None:
        """What was read before the end is not read again, no process is left, and the release is the same."""
        text = " ".join(f"The Ministry of Works launched the Gate {n} Portal in 2001." for n in range(20_000))
        (folder / "z-slow.md").write_text(f"# Slow\n\n{text}\n", encoding="utf-8")
        out = tmp_path / "out"
        process = subprocess.Popen(
            _command(folder, out, "--workers", "2", "-q"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        deadline = time.monotonic() + 300
        while len(list(out.glob(".facts/*/[!.]*"))) < 3:  # not those that are just being written
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()  # ends when the last process that holds the pipe has ended
        (folder / "z-slow.md").unlink()

        name, told = _build(folder, out, "--workers", "2")

        assert process.returncode == -signal.SIGKILL
        assert "documents unchanged" in told
        assert name == pipeline.build([folder], out=tmp_path / "fresh").release.id


class TestBadDocuments:
    """A document that cannot be read is told everywhere, and stops a strict build only."""

    @pytest.fixture
    def flawed(self, folder: Path) -> Path:
        """Return the folder with one more document, which is empty."""
        (folder / "empty.md").write_bytes(b"")
        return folder

    def test_it_is_in_the_report_and_on_stderr(self, flawed: Path, tmp_path: Path) -> None:
        """Also of a quiet build; the others are in the release."""
        name, told = _build(flawed, tmp_path / "out", "-q")
        report = json.loads((tmp_path / "out" / "releases" / name / "report.json").read_bytes())

        assert len(report["documents"]) == 6
        (failed,) = report["failed"]
        assert failed["source"] == "empty.md"
        assert failed["reason"].startswith("empty.md is empty")
        assert "NOT READ: empty.md is empty" in told
        assert "1 of 7 documents could not be read" in told

    def test_a_strict_build_publishes_nothing(self, flawed: Path, tmp_path: Path) -> None:
        """It ends with 1 and says where the report is."""
        done = subprocess.run(
            _command(flawed, tmp_path / "out", "--strict"), capture_output=True, text=True, check=False
        )

        assert done.returncode == 1
        assert "1 document could not be read" in done.stderr
        assert store.list_releases(tmp_path / "out") == ()
        assert json.loads((tmp_path / "out" / "rejected.json").read_bytes())["failed"][0]["source"] == "empty.md"

    def test_a_strict_build_of_good_documents_is_published(self, folder: Path, tmp_path: Path) -> None:
        """Nothing else counts against it but violations."""
        result = pipeline.build([folder], out=tmp_path / "out", strict=True)

        assert store.open_release(tmp_path / "out").id == result.release.id

    def test_an_api_build_is_strict_in_the_same_way(self, flawed: Path, tmp_path: Path) -> None:
        """The number counts violations and documents."""
        with pytest.raises(FindingsError) as caught:
            pipeline.build([flawed], out=tmp_path / "out", strict=True)

        assert caught.value.count == 1

    def test_the_summary_names_it(self, flawed: Path, tmp_path: Path) -> None:
        """For programs that read JSON."""
        done = subprocess.run(
            _command(flawed, tmp_path / "out", "--json"), capture_output=True, check=True, env={**os.environ}
        )

        assert json.loads(done.stdout)["failed"][0]["source"] == "empty.md"
