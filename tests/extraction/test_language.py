"""The language that a text is in, which is claimed only where its words show it."""

from __future__ import annotations

import pytest

from egov_kg import assets
from egov_kg.documents import document_from_text
from egov_kg.extraction import load_extractor


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("The act was passed by the parliament of Estonia in 2000.", {"en"}),
        ("La loi a été adoptée par le parlement estonien en 2000.", set()),
        ("Das Gesetz wurde im Jahr 2000 vom Parlament in Tallinn beschlossen.", set()),
        ("전자정부법은 2001년에 제정되었다.", {"ko"}),
    ],
)
def test_latin_letters_alone_are_no_english(text: str, languages: set[str]) -> None:
    """A French or German text gets no language rather than a wrong one."""
    document = document_from_text(f"Digital State\n\n{text}\n", "page.txt")

    extraction = load_extractor(assets.data()).extract(document)

    assert {getattr(f.object, "lexical", "") for f in extraction.facts if f.property == "dcterms:language"} == languages
