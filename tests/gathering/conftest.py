"""A small collection of documents of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import assets
from egov_kg.extraction import Extractor, load_extractor

COUNT = 6


def page(number: int, *, length: int = 4) -> str:
    """Return a document that states some things; another number is another document."""
    year = 1990 + number
    lines = [
        f"The Ministry of Works launched the Harbour Gate {number} Portal in {year}.",
        f"The Harbour Gate {number} Portal was developed by the Ministry of Finance.",
        "The Harbour Records Act was enacted in 1996.",
        "Nobody has counted the queues since then.",
    ]
    body = "\n\n".join(" ".join(lines) for _ in range(length))
    return f"# Norway and its harbours: report {number}\n\n{body}\n\n- {year + 1}: The Ministry of Works was founded.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with `COUNT` documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(COUNT):
        (folder / f"page-{number}.md").write_text(page(number), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """Return the extractor over the shipped tables and rules."""
    return load_extractor(assets.data())
