"""The mapping file: readable by others, the same bytes for the same rows, and back again without a loss."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from egov_kg.errors import DataFileError
from egov_kg.linking.sssom import COLUMNS, MANUAL, MappingRow, MappingSet, read_mappings, sssom_text

LAW = "https://w3id.org/egov-kg/id/law/kr/e-government-act"
ROW = MappingRow(
    subject=LAW,
    predicate="skos:closeMatch",
    object="https://register.example/id/5",
    subject_label="E-Government Act",
    object_label="전자정부법",
    confidence=0.98765,
    similarity_score=1.0,
    similarity_measure="cosine",
    match_string="전자정부법",
    tool="egov-kg",
    tool_version="0.1.0",
    comment="name=+12.3; kind=-0.1; prior=-8.0; veto=none; band=accept",
)
DECIDED = replace(
    ROW,
    object="https://register.example/id/6",
    justification=MANUAL,
    negated=True,
    reviewer="orcid:0000-0002-1825-0097",
    date="2026-11-22",
)
PREFIXES = {"reg": "https://register.example/id/"}
METADATA = {"mapping_set_id": "https://w3id.org/egov-kg/mappings/register", "license": "https://example.org/l"}


def written(folder: Path, text: str) -> Path:
    """Write a mapping file."""
    path = folder / "register.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    return path


class TestFile:
    def test_comes_back_as_it_was(self, tmp_path: Path) -> None:
        """Rows, metadata and prefixes; a confidence has four decimals."""
        text = sssom_text(MappingSet(METADATA, PREFIXES, (ROW, DECIDED)))

        found = read_mappings(written(tmp_path, text))

        assert found.mappings == tuple(replace(one, confidence=0.9877) for one in (ROW, DECIDED))
        assert (found.metadata, found.prefixes) == (METADATA, PREFIXES)
        assert sssom_text(found) == text

    def test_is_a_table_of_tabs_under_its_metadata(self) -> None:
        """The columns of SSSOM, our ids as CURIEs, sorted."""
        lines = sssom_text(MappingSet(METADATA, PREFIXES, (DECIDED, ROW))).splitlines()

        above = [line for line in lines if line.startswith("#")]
        table = list(csv.DictReader(io.StringIO("\n".join(lines[len(above) :])), delimiter="\t"))
        assert above[:4] == [
            "#curie_map:",
            '#  egovid: "https://w3id.org/egov-kg/id/"',
            '#  orcid: "https://orcid.org/"',
            '#  reg: "https://register.example/id/"',
        ]
        assert tuple(table[0]) == COLUMNS
        assert [one["object_id"] for one in table] == ["reg:5", "reg:6"]
        assert (table[0]["subject_id"], table[1]["predicate_modifier"]) == ("egovid:law/kr/e-government-act", "Not")

    @pytest.mark.parametrize(
        "label", ['=HYPERLINK("x")', "a\tb\nc", "+1", "-2", "@sum", 'say "no"', "'tis", "\u202egnirts", "\ufeffx"]
    )
    def test_holds_labels_that_no_program_runs_or_breaks_at(self, tmp_path: Path, label: str) -> None:
        """Tabs, line feeds and marks of direction become spaces; what looks like a formula is guarded."""
        text = sssom_text(MappingSet(METADATA, PREFIXES, (replace(ROW, object_label=label),)))

        (one,) = read_mappings(written(tmp_path, text)).mappings
        cell = text.splitlines()[-1].split("\t")[5]
        assert len([line for line in text.splitlines() if not line.startswith("#")]) == 2
        assert cell[:1] not in set("=+-@\t")
        assert one.object_label == " ".join(label.replace("\u202e", " ").replace("\ufeff", " ").split())

    def test_tells_what_may_enter_the_graph(self) -> None:
        """A run accepted it, or a person did; never a rejected one, a vetoed one, or one that waits."""
        waiting = replace(ROW, comment="band=review; why=band=accept?")
        by_person = replace(waiting, justification=MANUAL, reviewer="x")

        assert [one.is_accepted for one in (ROW, DECIDED, waiting, by_person)] == [True, False, False, True]


WRONG = {
    "no column": ("subject_id", "subjekt", "there is no column 'subject_id'"),
    "unknown predicate": (
        "skos:closeMatch",
        "owl:sameAs",
        "predicate_id is 'owl:sameAs', expected one of: rdfs:seeAlso, skos:broad",
    ),
    "a modifier": ("\tNot\t", "\tNOT\t", "predicate_modifier is 'NOT', expected Not or nothing"),
    "a row without a justification": (MANUAL, "", "mapping_justification is empty; expected semapv:ManualMapping"),
    "a decision of nobody": ("orcid:0000-0002-1825-0097", "", "a decision has no reviewer_id"),
    "a day that is none": ("2026-11-22", "22.11.2026", "mapping_date is '22.11.2026', expected a day"),
    "confidence of two": ("\t0.9877\t", "\t2\t", "confidence is '2', expected a number from 0 to 1"),
    "no IRI": ("reg:5", "5", "object_id is '5', expected a CURIE"),
    "an unknown prefix": ("reg:5", "rag:5", "object_id is 'rag:5', expected a CURIE"),
}


def test_columns_that_sssom_leaves_free_may_be_missing(tmp_path: Path) -> None:
    """A mapping file of somebody else may have ids alone."""
    text = "\n".join(
        (
            '#curie_map:\n#  reg: "https://register.example/id/"',
            "subject_id\tpredicate_id\tobject_id\tmapping_justification\treviewer_id",
            f"egovid:law/kr/e-government-act\tskos:closeMatch\treg:5\t{MANUAL}\torcid:0000-0002-1825-0097",
        )
    )

    (one,) = read_mappings(written(tmp_path, text + "\n")).mappings

    assert (one.object, one.is_accepted, one.object_label) == ("https://register.example/id/5", True, "")


class TestMistakes:
    @pytest.mark.parametrize("space", ["javascript:", "data:text/html,", "file:///", "https://register.example/ id/"])
    def test_a_prefix_makes_no_other_kind_of_iri(self, tmp_path: Path, space: str) -> None:
        """What a file declares as a prefix is no way around what ids may be."""
        text = sssom_text(MappingSet(METADATA, {"reg": "https://register.example/id/"}, (ROW,)))
        assert '"https://register.example/id/"' in text

        with pytest.raises(DataFileError, match=r"object_id is 'reg:5', expected a CURIE") as caught:
            read_mappings(written(tmp_path, text.replace('"https://register.example/id/"', f'"{space}"')))

        assert caught.value.line == len(text.splitlines())

    @pytest.mark.parametrize("name", WRONG)
    def test_are_told_with_their_line(self, tmp_path: Path, name: str) -> None:
        """A person edits these files."""
        right, wrong, told = WRONG[name]
        text = sssom_text(MappingSet(METADATA, PREFIXES, (ROW, DECIDED)))
        assert right in text

        with pytest.raises(DataFileError, match=told) as caught:
            read_mappings(written(tmp_path, text.replace(right, wrong, 1)))

        assert caught.value.line >= 6
