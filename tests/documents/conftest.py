"""What the tests of documents share: a short way to write down what a text was read as."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egov_kg.documents import document_from_text

Outlined = list[tuple[str, str]]


@pytest.fixture
def outlined() -> Callable[[str], Outlined]:
    """A function from a text to the kind and the view of each of its blocks, without chrome."""

    def outline(text: str) -> Outlined:
        document = document_from_text(text, "page.txt")
        return [(block.kind, block.view.text) for block in document.blocks if block.kind != "chrome"]

    return outline
