"""Syntax errors name the place, the word and what may have been meant."""

from __future__ import annotations

import io

import pytest
from pyoxigraph import Store

from egov_kg.errors import QuerySyntaxError
from egov_kg.sparql import evaluate


def error_of(text: str) -> QuerySyntaxError:
    """Return the error that a query gives."""
    with pytest.raises(QuerySyntaxError) as caught:
        evaluate(Store(), text, io.BytesIO())
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "column", "token", "hint"),
    [
        ("SELEC * { ?s ?p ?o }", 1, 1, "SELEC", "did you mean SELECT?"),
        ("SELECT *\nWHERE { ?s ?p ?o FILTR(?o) }", 2, 18, "FILTR", "did you mean FILTER?"),
        ("SELECT ?x WHERE { ?x a }", 1, 24, "}", ""),
        ("SELECT * WHERE ?s ?p ?o", 1, 16, "?s", ""),
        ("SELECT * { ?s ?p ?o ) }", 1, 21, ")", "the ) of line 1, column 21 has no partner"),
        ("SELECT * {\n  ?s ?p ?o ", 2, 12, "", "the { of line 1, column 10 has no partner"),
        ("SELECT * { ?s ?p 'abc }", 1, 18, "'", "close it, or use three quotes for several lines"),
        ("", 1, 1, "", "the query is empty"),
        ("SELECT ?s { ?s ?p ?o } ORDER ?s", 1, 30, "?s", ""),
        ("SELECT ?x { ?x ?y ?z } ; DROP ALL", 1, 24, ";", ""),
    ],
)
def test_the_place_is_the_word_that_does_not_fit(text: str, line: int, column: int, token: str, hint: str) -> None:
    """The engine's own column lies up to fourteen characters behind the place."""
    error = error_of(text)

    assert (error.line, error.column, error.token, error.hint) == (line, column, token, hint)


@pytest.mark.parametrize(
    ("prefix", "hint"),
    [
        ("egov", "add this line at the top: PREFIX egov: <https://w3id.org/egov-kg/ontology#>"),
        ("egvo", "did you mean egov:? Then add: PREFIX egov: <https://w3id.org/egov-kg/ontology#>"),
        ("zzz", "add a line PREFIX zzz: <...> at the top"),
    ],
)
def test_an_undeclared_prefix_is_named_with_the_line_to_add(prefix: str, hint: str) -> None:
    """The commonest mistake gets an answer that can be pasted."""
    error = error_of(f"SELECT * WHERE {{\n  ?s {prefix}:Law ?o }}")

    assert (error.line, error.column, error.hint) == (2, 6, hint)
    assert error.message == f"the prefix {prefix}: is not declared"


def test_an_iri_with_a_space_is_not_taken_for_a_prefix() -> None:
    """What looks like the prefix http: is an IRI that is not closed."""
    error = error_of("SELECT * { ?s ?p <http://a b> }")

    assert (error.column, error.message) == (18, "the IRI that begins here is not closed")


@pytest.mark.parametrize(
    "text", ["SELECT * { " + "?s ?p ?o . " * 3000 + " ) }", "{" * 300, "\x01\x02", "SELECT \ud800 {}"]
)
def test_long_and_odd_texts_get_an_error_too(text: str) -> None:
    """No text makes the search for its place fail."""
    error = error_of(text.encode("utf-8", "replace").decode())

    assert error.line == 1
    assert len(error.message) <= 200
