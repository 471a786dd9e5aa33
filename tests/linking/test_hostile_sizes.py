"""Targets of many rows that say nothing, and disks that are full: the command, in a process with a limit."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.linking.conftest import LAWS
from tests.linking.hostility import CROWD, DECIDED, HEAD, ROW

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are those of Linux")
_MEMORY: Final = 2 << 30
_SECONDS: Final = 1200


def run(
    folder: Path, built: Path, rows: Iterator[str], *limits: tuple[int, int], most: str = "max_pairs = 100_000\n"
) -> subprocess.CompletedProcess[str]:
    """Link a release with a table, by the command."""
    with (folder / "register.csv").open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(rows)
    (folder / "register.toml").write_text(LAWS.replace("level =", f"{most}level ="), encoding="utf-8")
    (folder / "register.sssom.tsv").write_text(DECIDED, encoding="utf-8")

    def limit() -> None:
        for wall, value in ((resource.RLIMIT_DATA, _MEMORY), *limits):
            resource.setrlimit(wall, (value, value))

    return subprocess.run(
        [
            *(sys.executable, "-m", "egov_kg", "link", str(folder), "--spec", str(folder / "register.toml")),
            *("--from", str(built), "--workers", "2"),
        ],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        preexec_fn=limit,
    )


MANY: dict[str, tuple[Callable[[], Iterator[str]], int, str]] = {
    "a million rows of one label": (
        lambda: (f"{n}{ROW[1:]}" for n in range(1_000_000)),
        4,
        "gives 1,000,000 pairs, more than max_pairs = 100,000; nothing was compared further or written",
    ),
    "60,000 rows of one label and one id": (lambda: (ROW for _ in range(60_000)), 0, "60000"),
    "60,000 ids of one label": (lambda: (f"{n}{ROW[1:]}" for n in range(60_000)), 0, "60000"),
    "60,000 labels of one id": (lambda: (f"5,법 {n},법률,{n},1950\n" for n in range(60_000)), 0, "60000"),
}


class TestMillions:
    @pytest.mark.parametrize("name", sorted(MANY))
    def test_end_within_two_gigabytes(self, tmp_path: Path, built: Path, name: str) -> None:
        """They are compared, or refused with the counts; a name that a million rows share decides nothing."""
        make, status, words = MANY[name]

        done = run(tmp_path, built, make())

        assert (done.returncode, words in done.stdout + done.stderr) == (status, True), done.stderr[-2000:]
        text = (tmp_path / "register.sssom.tsv").read_text(encoding="utf-8")
        assert "github:me" in text
        assert "band=accept" not in text
        if status:
            assert text == DECIDED

    def test_a_million_equal_rows_are_compared_without_a_limit_of_our_own(self, tmp_path: Path, built: Path) -> None:
        """They are one comparison; `test_matching.TestEqualRows` counts it."""
        done = run(tmp_path, built, (ROW for _ in range(1_000_000)), most="")

        assert (done.returncode, "1000000  1000000" in done.stdout) == (0, True), done.stderr[-2000:]


class TestDisksThatAreFull:
    @pytest.mark.parametrize(
        ("room", "status", "words"),
        [
            (0, 3, "cannot be read: No usable temporary directory found"),
            (200, 2, "register.sssom.tsv cannot be written: File too large"),
        ],
    )
    def test_leave_the_mapping_file_as_it_was(
        self, tmp_path: Path, built: Path, room: int, status: int, words: str
    ) -> None:
        """It appears complete or not at all; the limit on the size of a file stands for a disk without room."""
        done = run(tmp_path, built, iter([ROW, CROWD]), (resource.RLIMIT_FSIZE, room))

        assert (done.returncode, words in done.stderr) == (status, True), done.stderr[-2000:]
        assert (tmp_path / "register.sssom.tsv").read_text(encoding="utf-8") == DECIDED
        assert {path.name for path in tmp_path.iterdir()} == {"register.csv", "register.sssom.tsv", "register.toml"}
