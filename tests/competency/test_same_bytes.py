"""The release of the shipped data is the same bytes in another folder; `tests/test_pipeline.py` has it for any data."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from egov_kg.store import Release, open_release
from tests.competency.conftest import Building


def test_twice_and_in_another_folder(release: Release, building: Building) -> None:
    """Every file but those of the store, byte by byte; the store, quad by quad."""
    other = open_release(building("elsewhere", PYTHONHASHSEED="4711", TZ="Asia/Seoul", LC_ALL="C"))

    def files(folder: Path) -> dict[str, bytes]:
        names = {path: path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        return {name: path.read_bytes() for path, name in names.items() if not name.startswith("store/")}

    assert release.manifest.inputs == other.manifest.inputs, "the inputs were changed between the two builds"
    first, second = files(release.path), files(other.path)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert release.id == other.id
    assert Counter(release.store()) == Counter(other.store())
