"""The page of threats: every row is a test."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
ROWS: Final = re.findall(
    r"^\| (\d+) \| .* \| ([^|]*) \|$", (ROOT / "docs/reference/threats.md").read_text(encoding="utf-8"), re.MULTILINE
)


def has(path: Path, names: list[str]) -> bool:
    """Whether a file of tests has a test, or a class with tests, of some names inside of each other."""
    body: list[ast.stmt] = ast.parse(path.read_text(encoding="utf-8")).body
    for name in names:
        found = [one for one in body if isinstance(one, ast.ClassDef | ast.FunctionDef) and one.name == name]
        if len(found) != 1:
            return False
        body = found[0].body
    return True


def test_it_has_every_row() -> None:
    """From 1 to 37."""
    assert [int(number) for number, _ in ROWS] == list(range(1, 38))


@pytest.mark.parametrize(("number", "tests"), ROWS, ids=[f"row {number}" for number, _ in ROWS])
def test_a_row_has_tests(number: str, tests: str) -> None:
    """Which exist."""
    named = re.findall(r"`([^`]+)`", tests)

    assert named, number
    for name in named:
        path, *inside = name.split("::")
        assert (ROOT / path).is_file(), name
        assert has(ROOT / path, inside), name
