"""The command that links: a mapping file beside the specification, numbers on stdout, errors in one sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from egov_kg import assets
from egov_kg.__main__ import main
from egov_kg.linking import read_mappings


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a specification that ships, and its data."""
    shutil.copytree(assets.data("external/kr-iso"), tmp_path / "data")
    shutil.copy(assets.data("mappings/kr-iso.toml"), tmp_path / "kr-iso.toml")
    return tmp_path


def link(desk: Path, built: Path, *more: str) -> int:
    """Run the command."""
    words: Sequence[str] = [
        "link",
        str(desk / "data"),
        "--spec",
        str(desk / "kr-iso.toml"),
        "--from",
        str(built),
        *more,
    ]
    return main(words)


class TestLink:
    def test_writes_the_mapping_file_beside_the_specification(
        self, desk: Path, built: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """And prints the numbers of each block."""
        assert link(desk, built) == 0

        out, err = capfd.readouterr()
        (one,) = read_mappings(desk / "kr-iso.sssom.tsv").mappings
        assert one.object.endswith("/iso-3166-1/KR")
        assert out.splitlines()[0].split() == [
            "block", "things", "rows", "pairs", "accept", "review", "veto", "unlinked", "nameless"
        ]  # fmt: skip
        assert "1 mappings, 0 of them decided by people" in err

    def test_prints_one_document_of_json(self, desk: Path, built: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """With the same numbers."""
        assert link(desk, built, "--json") == 0

        found = json.loads(capfd.readouterr().out)
        assert found["blocks"][0]["accept"] == 1
        assert found["file"] == str(desk / "kr-iso.sssom.tsv")

    def test_writes_to_stdout_if_asked(self, desk: Path, built: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """Then nothing else stands there."""
        assert link(desk, built, "-o", "-") == 0

        out = capfd.readouterr().out
        assert out.startswith("#curie_map:\n")
        assert out.rstrip("\n").endswith("band=accept\tname:name=Korea, Republic of|code:alpha2=KR")
        assert not (desk / "kr-iso.sssom.tsv").exists()

    def test_keeps_what_a_person_decided(self, desk: Path, built: Path) -> None:
        """A rejected pair stays rejected, and is not proposed again."""
        assert link(desk, built) == 0
        path = desk / "kr-iso.sssom.tsv"
        lines = path.read_text(encoding="utf-8").splitlines()
        cells = lines[-1].split("\t")
        cells[3], cells[6], cells[13], cells[14] = "Not", "semapv:ManualMappingCuration", "github:someone", "2026-11-22"
        path.write_text("\n".join([*lines[:-1], "\t".join(cells)]) + "\n", encoding="utf-8")

        assert link(desk, built) == 0

        rows = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        assert rows[1:] == ["\t".join(cells)]

    def test_leaves_everything_as_it_was_if_the_target_is_damaged(
        self, desk: Path, built: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """One line on stderr, exit 3."""
        assert link(desk, built) == 0
        before = (desk / "kr-iso.sssom.tsv").read_bytes()
        (desk / "data" / "iso3166-1.csv").write_bytes(b"alpha2;name\nKR;Korea\n")
        capfd.readouterr()

        assert link(desk, built) == 3

        out, err = capfd.readouterr()
        assert out == ""
        assert "iso3166-1.csv has no column 'alpha2'" in err
        assert (desk / "kr-iso.sssom.tsv").read_bytes() == before

    def test_refuses_a_wrong_specification(self, desk: Path, built: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """File and line, exit 2."""
        path = desk / "kr-iso.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("licence =", "license ="), encoding="utf-8")

        assert link(desk, built) == 2

        assert "kr-iso.toml:5: [dataset]: there is no key 'license'; did you mean 'licence'" in capfd.readouterr().err
