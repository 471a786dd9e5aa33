"""A bench for hostile targets: a release, a folder with decisions of a person, and what must not change."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from egov_kg import targets
from egov_kg.errors import ConfigurationError, InputError, LimitExceeded
from egov_kg.linking.sssom import read_mappings
from egov_kg.store import Release
from tests.linking.conftest import LAWS

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "hostile-targets.md"
HEAD: Final = "id,title,kind,number,day\n"
ROW: Final = "5,전자서명법,법률,05792,1999-02-05\n"
LAW: Final = "law/kr/digital-signature-act"
CROWD: Final = "".join(
    f"f{n},{''.join(chr(ord('가') + (n * 7919 + i * 523) % 11172) for i in range(4))}에 관한 사항법,법률,{20000 + n},"
    f"{1950 + n % 70}-0{1 + n % 9}-1{n % 9}\n"
    for n in range(400)
)
"""Rows that are none of ours: what is rare tells only in a crowd."""

DECIDED: Final = (
    "subject_id\tsubject_label\tpredicate_id\tpredicate_modifier\tobject_id\tobject_label\tmapping_justification\t"
    "reviewer_id\tmapping_date\n"
    "https://w3id.org/egov-kg/id/law/kr/e-government-act\tE-Government Act\tskos:exactMatch\tNot\t"
    "https://register.example/id/9\t전자정부법\tsemapv:ManualMappingCuration\tgithub:me\t2026-01-01\n"
)
TOLD: Final = (InputError, ConfigurationError, LimitExceeded)
"""What a target or a specification that is wrong ends in."""


def tables_of(section: str) -> dict[str, tuple[str, str]]:
    """Return what the page says of each target of a section: what comes of it, and the words."""
    found = PAGE.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = [line for line in found.split("\n") if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return {row[0]: (row[2], row[3].strip("`").replace("\\|", "|")) for row in cells}


def without_dialect(specification: str, form: str) -> str:
    """Return a specification of a format that has no dialect."""
    text = specification.replace('"csv"', f'"{form}"')
    return "\n".join(line for line in text.splitlines() if not line.startswith("dialect")) + "\n"


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder, and the release that is linked."""

    folder: Path
    release: Release
    own_temporary: Path

    def write(self, data: str | bytes, name: str = "register.csv") -> Path:
        """Write a target."""
        path = self.folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def link(self, target: Path, specification: str = LAWS) -> targets.Linked:
        """Link the release with a target, as the command does, and write the mapping file."""
        path = self.folder / "register.toml"
        path.write_text(specification, encoding="utf-8")
        found = targets.link(self.release, target, path, engine=targets.engine_of("own", workers=1))
        targets.write_mappings(found, found.specification.mapping_path, self.release.base)
        read_mappings(found.specification.mapping_path, self.release.base)  # what is written can be read
        return found

    def check(self, row: tuple[str, str], target: Path, specification: str = LAWS) -> None:
        """Link, and compare what comes of it with a row of the page: refused, or read."""
        outcome, words = row
        before = self.state()
        if outcome == "refused":
            with pytest.raises(TOLD) as caught:
                self.link(target, specification)
            assert words in str(caught.value)
            assert self.state() == before
            assert str(caught.value).count("\n") == 0
        else:
            assert outcome == "read"
            found = self.link(target, specification)
            shown = " ".join(f"{one.subject} {one.object} {one.object_label}" for one in found.mappings.mappings)
            assert words in shown or words == f"{sum(block.rows for block in found.run.blocks):,} rows"
        assert list(self.own_temporary.iterdir()) == []

    def state(self) -> dict[str, object]:
        """Return what must not change: the mapping file and the files of the release."""
        mapping = self.folder / "register.sssom.tsv"
        files = sorted(path for path in self.release.path.rglob("*") if path.is_file())
        told = {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}
        return {"mapping": mapping.read_bytes(), "left": sorted(self.folder.glob(".*")), **told}


def bench_in(folder: Path, release: Release, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a bench whose temporary files stand in a folder of its own."""
    temporary = folder / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    desk = folder / "desk"
    desk.mkdir()
    (desk / "register.sssom.tsv").write_text(DECIDED, encoding="utf-8")
    return Bench(desk, release, temporary)
