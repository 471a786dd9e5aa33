"""RDF as a target: subjects are rows, properties are columns, whatever the order of the triples."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg.errors import DataFileError
from egov_kg.linking.rdf_rows import rdf_batches
from tests.linking.conftest import Desk

SPECIFICATION = """
[dataset]
id = "portal"
title = { en = "A portal" }
licence = "CC0"
source = "portal.ttl"
format = "rdf"
prefix = { ex = "https://portal.example/" }

[[match]]
ours = "egov:Law"
level = "work"
class = "ex:Law"
label = [{ column = "rdfs:label", lang = "ko" }, { column = "rdfs:label", lang = "en" }]
number = { column = "ex:number" }
"""

TURTLE = """
@prefix ex: <https://portal.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:1 a ex:Law ; rdfs:label "전자정부법"@ko, "E-Government Act"@en, "Lei"@pt ; ex:number "6439" .
ex:2 a ex:Law ; rdfs:label "가법"@ko, "나법"@ko-KR ; ex:number 7, 8 .
ex:3 a ex:Decree ; rdfs:label "다"@ko .
ex:4 a ex:Law ; rdfs:label "two\\tlines\\nof text"@en ; ex:part ex:5 .
ex:5 a ex:Law ; rdfs:label "b"@en ; ex:part ex:4 .
[] a ex:Law ; rdfs:label "nameless"@en .
"""


def rows(desk: Desk, specification: str = SPECIFICATION, *, seed: int = 0) -> list[dict[str, str]]:
    """Return the rows of the portal, its triples shuffled."""
    read = desk.specification(specification)
    quads = list(
        ox.parse(TURTLE.encode(), format=ox.RdfFormat.TURTLE, without_named_graphs=False, rename_blank_nodes=False)
    )
    random.Random(seed).shuffle(quads)
    batches = rdf_batches(quads, read, read.matches[0], Path("portal.ttl"), desk.folder)
    return [dict(zip(batch, cells, strict=True)) for batch in batches for cells in zip(*batch.values(), strict=True)]


class TestSubjects:
    def test_of_the_class_are_rows_with_their_values(self, desk: Desk) -> None:
        """Names by language, several values in one cell, white space folded; circles and blank nodes do not matter."""
        found = {row["subject"].rpartition("/")[2]: row for row in rows(desk)}

        assert set(found) == {"1", "2", "4", "5"}
        assert found["1"]["rdfs:label@ko"] == "전자정부법"
        assert found["1"]["rdfs:label@en"] == "E-Government Act"
        assert found["2"]["rdfs:label@ko"].split("\x1f") == ["가법", "나법"]
        assert found["2"]["ex:number"].split("\x1f") == ["7", "8"]
        assert found["4"]["rdfs:label@en"] == "two lines of text"

    def test_come_in_one_order(self, desk: Desk) -> None:
        """The order of the triples of a dump says nothing."""
        assert rows(desk, seed=1) == rows(desk, seed=2)

    def test_of_all_classes_are_rows_if_none_is_named(self, desk: Desk) -> None:
        """Whatever has one of the properties."""
        found = rows(desk, SPECIFICATION.replace('class = "ex:Law"\n', ""))

        assert "https://portal.example/3" in {row["subject"] for row in found}

    def test_may_be_narrowed_by_a_condition(self, desk: Desk) -> None:
        """Over the columns by their names."""
        found = rows(desk, SPECIFICATION.replace("level =", "where = '\"ex:number\" IS NOT NULL'\nlevel ="))

        assert [row["subject"].rpartition("/")[2] for row in found] == ["1", "2"]


class TestColumns:
    def test_need_a_prefix_that_is_known(self, desk: Desk) -> None:
        """A property is a CURIE, or an IRI in angle brackets."""
        with pytest.raises(DataFileError, match=r"'xe:number' has no prefix that is known"):
            desk.specification(SPECIFICATION.replace("ex:number", "xe:number"))
