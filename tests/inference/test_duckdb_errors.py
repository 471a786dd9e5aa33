"""What DuckDB lacks is told in our words, and nothing is left where it worked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from egov_kg.errors import ConfigurationError, EgovKGError, StorageFull, TooLittleMemory, WorkDamaged

pytest.importorskip("duckdb", reason="needs the extra duckdb")
import duckdb

from egov_kg.inference.duckdb_engine import DuckDb
from egov_kg.inference.duckdb_errors import in_our_words

MANY = "SELECT range AS a, hash(range) % 1000000007 AS b FROM range(3000000)"
SMALL = 96 << 20


def infer(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command over two facts and an axiom."""
    facts = folder / "facts.nt"
    sub_class = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    facts.write_text(f"<urn:C> {sub_class} <urn:D> .\n<urn:a> {kind} <urn:C> .\n", encoding="utf-8")
    command = [sys.executable, "-m", "egov_kg", "infer", str(facts), "--engine", "duckdb", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class TestMemory:
    def test_what_does_not_fit_goes_to_disk(self, tmp_path: Path) -> None:
        """Three million rows, grouped and sorted in a third of their size, are the same as in as much as they take."""
        query = f"SELECT DISTINCT a, b FROM ({MANY}) m ORDER BY b, a"
        check = "SELECT count(*), sum(a), max(b) FROM sorted"
        with DuckDb(memory=SMALL, folder=tmp_path) as small, DuckDb(memory=2 << 30, folder=tmp_path) as large:
            small.make("sorted", query)
            large.make("sorted", query)

            assert small.rows(check) == large.rows(check)

    def test_without_room_on_the_disk_it_is_not_done(self, tmp_path: Path) -> None:
        """The same rows need the disk: where that is full, the folder is named."""
        with DuckDb(memory=SMALL, folder=tmp_path) as database:
            database.run("SET max_temp_directory_size = '1MB'")

            with pytest.raises(StorageFull, match=r"--work-folder") as caught:
                database.make("sorted", f"SELECT DISTINCT a, b FROM ({MANY}) m ORDER BY b, a")

        assert caught.value.path == tmp_path

    def test_too_little_to_work_in_is_said(self, tmp_path: Path) -> None:
        """The command ends with exit code 4, says how much suffices, and leaves no folder and no output."""
        done = infer(tmp_path, "--memory", "1M", "-o", str(tmp_path / "out.nt"))

        assert done.returncode == TooLittleMemory.exit_code == 4
        assert "1 MiB of memory do not suffice" in done.stderr
        assert "give it 128M or more with --memory" in done.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["facts.nt"]


class TestFolder:
    def test_the_folder_that_is_asked_for_is_used(self, tmp_path: Path) -> None:
        """One that is not there is named, with what to do."""
        done = infer(tmp_path, "--work-folder", str(tmp_path / "none"))

        assert done.returncode == ConfigurationError.exit_code
        assert f"no folder can be made in {tmp_path / 'none'}: No such file or directory" in done.stderr
        assert "--work-folder" in done.stderr

    def test_a_damaged_file_is_told(self, tmp_path: Path) -> None:
        """What DuckDB says of a file that is none of its own."""
        (tmp_path / "bad.duckdb").write_text("no database" * 1000, encoding="utf-8")

        with (
            pytest.raises(WorkDamaged, match=r"is damaged|was damaged") as caught,
            in_our_words(duckdb, tmp_path, SMALL, "the rules"),
        ):
            duckdb.connect(str(tmp_path / "bad.duckdb"))

        assert str(tmp_path) in str(caught.value)

    def test_a_missing_file_is_a_fault_of_the_folder(self, tmp_path: Path) -> None:
        """It cannot be written to."""
        with (
            pytest.raises(ConfigurationError, match="--work-folder"),
            in_our_words(duckdb, tmp_path, SMALL, "the rules"),
        ):
            duckdb.connect(str(tmp_path / "none" / "facts.duckdb"))

    def test_what_no_user_can_mend_is_called_a_defect(self, tmp_path: Path) -> None:
        """A statement of ours that does not parse."""
        with DuckDb(folder=tmp_path) as database, pytest.raises(EgovKGError, match="a defect of ours") as caught:
            database.make("t", "SELEC 1")

        assert caught.value.exit_code == EgovKGError.exit_code

    def test_an_error_leaves_nothing(self, tmp_path: Path) -> None:
        """The folder is gone after an error too."""
        with pytest.raises(EgovKGError), DuckDb(folder=tmp_path) as database:
            database.make("t", "SELEC 1")

        assert list(tmp_path.iterdir()) == []


class TestInterrupt:
    def test_a_statement_that_runs_is_given_up(self, tmp_path: Path) -> None:
        """Ctrl-C in the middle of a long statement ends it as anywhere else, and the folder is gone."""
        script = (
            "import resource, signal\nfrom pathlib import Path\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
            "from egov_kg.inference.duckdb_engine import DuckDb\n"
            f"with DuckDb(memory={SMALL}, folder=Path({str(tmp_path)!r})) as database:\n"
            "    print('ready', flush=True)\n"
            "    database.make('t', 'SELECT range AS a FROM range(60000000) ORDER BY hash(range)')\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as child:
            try:
                assert child.stdout is not None
                assert child.stdout.readline() == "ready\n"
                os.kill(child.pid, signal.SIGINT)
                _, words = child.communicate()
            finally:
                child.kill()

        assert words.rstrip().endswith("KeyboardInterrupt")
        assert list(tmp_path.iterdir()) == []
