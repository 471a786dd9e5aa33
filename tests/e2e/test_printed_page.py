"""A page that a browser prints to a file says what the page says, and so does a text."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e


@pytest.fixture
def texts() -> ModuleType:
    """The text of tests/documents, and what makes its formats."""
    path = Path(__file__).parents[1] / "documents" / "test_same_text_same_facts.py"
    spec = importlib.util.spec_from_file_location("same_text", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_printed_page_says_the_same(browser: Browser, tmp_path: Path, texts: ModuleType) -> None:
    """Its table is ruled by lines alone, its note stands in a list at the end; each fact is there, and no other."""
    context = browser.new_context()
    page = context.new_page()
    page.set_content(texts.page())
    printed = page.pdf(format="A4")
    context.close()

    found = texts.facts(texts.extraction("freedonia.pdf", printed, tmp_path))

    expected = texts.facts(texts.extraction("freedonia.md", texts.markdown().encode(), tmp_path))
    assert sorted(expected - found) == []
    assert sorted(found - expected) == []


DEVELOPMENT = Path(__file__).parents[1] / "evaluation" / "development"
STYLES = {
    "plain": "td, th { border: 1px solid; padding: 3px; vertical-align: top }",
    "columns": (
        "main { column-count: 2; column-gap: 1cm } body { font-size: 10pt; text-align: justify }"
        "tr { break-inside: avoid } td, th { border-bottom: 1px solid; padding: 6px }"
        "td, th { text-align: left; vertical-align: top }"
    ),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["australia-dta", "india-nic", "seoul-egov-table-ko", "singapore-milestones"])
def test_a_printed_text_says_the_same(
    browser: Browser, tmp_path: Path, texts: ModuleType, name: str, style: str
) -> None:
    """Lists whose marks are drawn, tables with lines below their rows alone, Korean lines that end within a word."""
    written = (DEVELOPMENT / f"{name}.md").read_text(encoding="utf-8")
    body = MarkdownIt("commonmark").enable("table").render(written)
    context = browser.new_context()
    page = context.new_page()
    page.set_content(f"<style>table {{ border-collapse: collapse }} {STYLES[style]}</style><main>{body}</main>")
    printed = page.pdf(format="Letter")
    context.close()

    found = texts.facts(texts.extraction(f"{name}.pdf", printed, tmp_path))

    expected = texts.facts(texts.extraction(f"{name}.md", written.encode(), tmp_path))
    assert sorted(expected - found) == []
    assert sorted(found - expected) == []
