"""Promises to who reads another country: names of a user's own table decide, and surnames alone do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.extraction import facts_table, load_extractor

TEXT = "Estonia on the way\n\nThe Laar government launched the e-Cabinet system in 2000.\n"
NAMES = (
    "thing\tname\tlang\tkind\tmatch\tneeds\tsource\n"
    "administration/ee/mart-laar\tLaar government\ten\talt\tfold\t-\tgovernments\n"
)


@pytest.fixture
def names(tmp_path: Path) -> Path:
    """A user's own table of names."""
    (tmp_path / "ee.tsv").write_text(NAMES, encoding="utf-8")
    return tmp_path


class TestAdministrations:
    def test_a_name_from_a_list_is_the_administration_of_the_list(self, names: Path) -> None:
        """The pattern does not name a second administration by the surname in it, nor invent its head."""
        extraction = load_extractor(data(), [names]).extract(document_from_text(TEXT, "a.txt"))

        assert [thing for thing in extraction.things if thing.startswith("administration/")] == [
            "administration/ee/mart-laar"
        ]
        assert "egov:headedBy" not in {fact.property for fact in extraction.facts}

    def test_without_the_list_the_surname_stays_a_surname(self) -> None:
        """Nobody said which Laar it was."""
        rows = list(facts_table([load_extractor(data()).extract(document_from_text(TEXT, "a.txt"))]))

        assert ("administration/ee/laar", "Laar") in {
            (row["subject_id"], row["object"]) for row in rows if row["relation"] == "egov:headedBy"
        }
