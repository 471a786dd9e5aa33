"""Answers as spreadsheets: read by openpyxl as what they are, whole or not at all."""

from __future__ import annotations

import io
import zipfile

import pyoxigraph as ox
import pytest

from egov_kg.errors import FormatNotAvailable
from egov_kg.sparql import evaluate
from egov_kg.sparql.spool import Spool

openpyxl = pytest.importorskip("openpyxl")

STORE = ox.Store()


def sheet(query: str) -> list[tuple[object, ...]]:
    """Return the rows of an answer, as openpyxl reads them."""
    spool = Spool(1 << 24)
    outcome = evaluate(STORE, query, spool, table="xlsx")
    assert outcome.format.name == "xlsx"
    book = openpyxl.load_workbook(io.BytesIO(bytes(spool.finish()[0])))
    return list(book.active.iter_rows(values_only=True))


def test_numbers_are_numbers_and_text_is_text() -> None:
    """A number that a sheet would round stays text, and what looks like a formula is none."""
    query = """
        SELECT ?a ?b ?c ?d ?e ?f ?g ?h {
          VALUES (?a ?b ?c ?d ?e ?f ?g ?h) {
            (1 2.50 1e3 true "=1+1" "전자정부"@ko <http://a.example/?b&c> 12345678901234567890)
            (UNDEF -7 "1" false "<&>" "a\\u0000b_x0041_" "line\\nline" "NaN"^^<http://www.w3.org/2001/XMLSchema#double>)
          } }
    """

    assert sheet(query) == [
        tuple("abcdefgh"),
        (1, 2.5, 1000, True, "=1+1", "전자정부", "http://a.example/?b&c", "12345678901234567890"),
        (None, -7, "1", False, "<&>", "a_x0000_b_x005F_x0041_", "line\nline", "NaN"),
    ]


def test_ask_is_one_cell() -> None:
    """As CSV has the word."""
    assert sheet("ASK {}") == [("boolean",), (True,)]


def test_an_empty_answer_has_its_columns() -> None:
    """Nothing else."""
    assert sheet("SELECT ?a ?b { ?a ?b ?c }") == [("a", "b")]


def test_what_no_cell_holds_is_an_error() -> None:
    """Nothing is cut."""
    doubling = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(11))
    with pytest.raises(FormatNotAvailable) as refused:
        sheet(f"SELECT ?x11 {{ BIND('{'x' * 16}' AS ?x0) {doubling} }}")

    assert "text/csv" in refused.value.available


def test_the_same_table_is_the_same_file() -> None:
    """No clock enters it."""
    spools = [Spool(1 << 20) for _ in range(2)]
    for spool in spools:
        evaluate(STORE, "SELECT (1 AS ?n) {}", spool, table="xlsx")
    first, second = (bytes(spool.finish()[0]) for spool in spools)

    assert first == second
    assert zipfile.ZipFile(io.BytesIO(first)).testzip() is None
