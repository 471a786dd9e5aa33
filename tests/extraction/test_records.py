"""Promises of records: a fact for each value that the mapping explains, with cells as evidence; the rest is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.assets import data
from egov_kg.documents import document_from_text, read_document
from egov_kg.extraction import Extractor, facts_table, load_extractor
from egov_kg.model import Extraction

MAPPING = """\
[table]
title = "Governments of Estonia"
jurisdiction = "ee"

[row]
class = "egov:Administration"
label = "{Head} administration"

[[column]]
name = "Head"
property = "egov:headedBy"
value = "egov:Person"

[[column]]
name = "From"
property = "egov:beganIn"
value = "date"

[[column]]
name = "Law"
property = "egov:enactedUnder"
value = "egov:Law"
inverse = true
separator = ";"
"""


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """Return the shipped extractor."""
    return load_extractor(Path(__file__).parents[2] / "data")


def extracted(extractor: Extractor, folder: Path, table: str, mapping: str = MAPPING) -> Extraction:
    """Return what a table with a mapping yields."""
    (folder / "terms.csv").write_text(table, encoding="utf-8")
    (folder / "terms.csv.toml").write_text(mapping, encoding="utf-8")
    return extractor.extract(read_document(folder / "terms.csv"))


def triples(extraction: Extraction) -> list[tuple[str, str, str]]:
    """Return the facts as the table of facts shows them."""
    return [(row["subject"], row["relation"], row["object"]) for row in facts_table([extraction], None)]


class TestRow:
    def test_each_value_is_a_fact_of_its_row(self, extractor: Extractor, tmp_path: Path) -> None:
        """A cell with a separator says several things; the direction is that of the mapping."""
        extraction = extracted(extractor, tmp_path, "Head,From,Law\nMart Laar,1999-03-25,Signatures Act; Records Act\n")

        assert sorted(triples(extraction)) == [
            ("Mart Laar administration", "egov:beganIn", "1999-03-25"),
            ("Mart Laar administration", "egov:headedBy", "Mart Laar"),
            ("Records Act", "egov:enactedUnder", "Mart Laar administration"),
            ("Signatures Act", "egov:enactedUnder", "Mart Laar administration"),
        ]

    def test_the_evidence_is_the_cell_with_the_name_and_the_cell_with_the_value(
        self, extractor: Extractor, tmp_path: Path
    ) -> None:
        """A person can see in the file what a fact rests on."""
        extraction = extracted(extractor, tmp_path, "Head,From,Law\nMart Laar,1999-03-25,\n")

        began = next(fact for fact in extraction.facts if fact.property == "egov:beganIn")
        assert [extraction.document.quote(span) for span in began.evidence] == ["Mart Laar", "1999-03-25"]

    def test_the_ids_carry_the_jurisdiction_of_the_table(self, extractor: Extractor, tmp_path: Path) -> None:
        """A head of government of Estonia is no head of another country with the same name."""
        extraction = extracted(extractor, tmp_path, "Head,From,Law\nMart Laar,1999,\n")

        assert sorted(extraction.things) == ["administration/ee/mart-laar", "person/ee/mart-laar"]

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ("Mart Laar,soon,", "From: 'soon' is no date"),
            ("Mart Laar,03/04/1999,", "From: '03/04/1999' is no date"),
            (",1999,", "row 2 has no {Head} administration"),
        ],
    )
    def test_what_does_not_fit_is_told_with_its_place(
        self, extractor: Extractor, tmp_path: Path, row: str, told: str
    ) -> None:
        """A day and a month that can change places are no date until the mapping says which is which."""
        extraction = extracted(extractor, tmp_path, f"Head,From,Law\n{row}\n")

        assert [entry.detail for entry in extraction.unexpressed if entry.reason == "unmapped"] == [told]
        assert not [fact for fact in extraction.facts if fact.property == "egov:beganIn"]

    def test_the_mapping_says_how_a_date_is_written(self, extractor: Extractor, tmp_path: Path) -> None:
        """With the order declared, 03/04/1999 is the third of April."""
        mapping = MAPPING.replace('value = "date"', 'value = "date"\norder = "dmy"')
        extraction = extracted(extractor, tmp_path, "Head,From,Law\nMart Laar,03/04/1999,\n", mapping)

        assert ("Mart Laar administration", "egov:beganIn", "1999-04-03") in triples(extraction)


def test_items_above_the_first_paragraph_may_be_fields_of_the_document() -> None:
    """Copies of press releases list ministry and day so; further below, an item is what it says."""
    text = (
        "# 항만부, 통합항만포털 개통\n\n- 부처: 항만부\n- 배포일: 04/20/2021 13:40:25\n\n## 본문\n\n"
        "항만부는 2021년 4월 20일 통합항만포털을 개통하였다.\n\n- 배포일: 2009. 1. 1.\n"
    )
    rows = list(facts_table([load_extractor(data()).extract(document_from_text(text, "release.md"))]))

    assert [(r["object"], r["rule"]) for r in rows if r["relation"] == "dcterms:issued"] == [
        ("2021-04-20", "field.issued.1")
    ]
