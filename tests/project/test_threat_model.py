"""Promise of THREAT_MODEL.md: every claim has a tag, and a claim that is tested names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
MODEL: Final = (ROOT / "THREAT_MODEL.md").read_text(encoding="utf-8")
CLAIMS: Final = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in MODEL.splitlines()
    if re.match(r"^\|.*\| (tested|documented|inferred|[a-z]+) \|", line) and not line.startswith("| claim ")
]
NODES: Final = sorted(set(re.findall(r"`(tests/[^`]+)`", MODEL)))


def names(path: Path) -> set[str]:
    """Return the tests of a file as they are named on a command line, without the file."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return found


@pytest.mark.parametrize("node", NODES)
def test_a_test_that_is_named_is_there(node: str) -> None:
    """In its file, under its class."""
    file, _, name = node.partition("::")

    assert (ROOT / file).is_file()
    assert not name or name in names(ROOT / file)


def test_every_claim_has_a_tag_and_something_that_shows_it() -> None:
    """What is tested names a test; what is not does not pretend to be."""
    assert len(CLAIMS) > 40
    for claim, tag, shown in CLAIMS:
        assert tag in {"tested", "documented", "inferred"}, claim
        assert shown, claim
        assert ("`tests/" in shown) == (tag == "tested"), claim


def test_what_is_not_promised_is_said() -> None:
    """In the model, and the page on weaknesses leads there."""
    assert "## Not promised" in MODEL
    assert "(THREAT_MODEL.md)" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_links_lead_somewhere() -> None:
    """Of both pages."""
    for page in ("SECURITY.md", "THREAT_MODEL.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        links = re.findall(r"\]\(([^)#]+)[^)]*\)", text)
        assert [link for link in links if not (ROOT / link).exists()] == []
