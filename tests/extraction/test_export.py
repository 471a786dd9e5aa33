"""Promises of the table of facts: one row a fact, names in the language of the document."""

from __future__ import annotations

from egov_kg.assets import data
from egov_kg.documents import document_from_text
from egov_kg.extraction import facts_table, load_extractor

EXTRACTOR = load_extractor(data())
RECORD = "제목: 지방행정 연구\n발행기관: 한국지방행정연구원\n\n이 보고서는 지방자치단체의 정보화를 다룬다."


class TestNames:
    def test_a_thing_goes_by_its_korean_name_in_a_korean_document(self) -> None:
        """A reader of the document finds the words of the document, whatever name the graph prefers in English."""
        rows = facts_table([EXTRACTOR.extract(document_from_text(RECORD, "record.txt"))])

        assert "한국지방행정연구원" in {row["object"] for row in rows if row["relation"] == "dcterms:publisher"}
