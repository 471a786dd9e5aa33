"""Each hostile document has a row in docs/reference/hostile-documents.md, which says what comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from egov_kg.documents import IsolatedReader, Limits, read_document
from egov_kg.errors import UnreadableDocument

PAGE: Final = Path(__file__).parents[3] / "docs" / "reference" / "hostile-documents.md"
LIMITS: Final = Limits(seconds=10, memory=384 * 1024 * 1024)

Rows = dict[str, tuple[str, str]]
Check = Callable[[Path, tuple[str, str]], None]


@dataclass(frozen=True, slots=True)
class Table:
    """The tables of the page."""

    text: str

    def rows(self, section: str) -> Rows:
        """Return what comes of each document of a section, and the words that it says or holds, by its name."""
        found = self.text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
        lines = [line for line in found.split("\n") if line.startswith("| ")][1:]
        cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
        return {row[0]: (row[2], row[3].removeprefix("`").removesuffix("`")) for row in cells}


@pytest.fixture(scope="session")
def page() -> Table:
    """The page."""
    return Table(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    """Reads foreign files, all of a module with as few processes as it can."""
    with IsolatedReader(LIMITS) as made:
        yield made


@pytest.fixture
def check(reader: IsolatedReader) -> Check:
    """Read a document, and compare what comes of it with its row."""

    def checked(path: Path, row: tuple[str, str]) -> None:
        outcome, words = row
        if outcome == "refused":
            with pytest.raises(UnreadableDocument) as caught:
                read_document(path, reader=reader)
            assert words in str(caught.value)
            assert str(path) in str(caught.value)
            assert caught.value.remedy
            return
        assert outcome == "read"
        document = read_document(path, reader=reader)
        assert words in " ".join(block.view.text for block in document.blocks)
        assert all(document.text[o] == c or c == " " for b in document.blocks for c, o in zip(*_view(b), strict=True))

    def _view(block: object) -> tuple[str, tuple[int, ...]]:
        view = block.view  # type: ignore[attr-defined]
        return view.text, view.offsets

    return checked
