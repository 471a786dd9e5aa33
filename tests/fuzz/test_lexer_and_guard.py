"""Lexer and guard against the engine: what the engine reads in a text, they read too."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox
import pytest

from egov_kg import iri
from egov_kg.errors import QueryRefused, QuerySyntaxError
from egov_kg.sparql import guard, hints, lexer
from tests.chaos.attacking import LONG
from tests.fuzz.smith import GRAPHS, Smith

COUNT: Final = 50_000 if LONG else 1_000
FORMS: Final = {ox.QuerySolutions: {"SELECT"}, ox.QueryBoolean: {"ASK"}, ox.QueryTriples: {"CONSTRUCT", "DESCRIBE"}}


def results(text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | Exception:
    """Return what the engine makes of a query over nothing, or how it refuses it."""
    try:
        return ox.Store().query(text, base_iri=iri.BASE)
    except (SyntaxError, RuntimeError, OSError, ValueError) as error:
        return error


@pytest.fixture(scope="module")
def sample() -> list[str]:
    """Queries, every other one of them broken."""
    smith = Smith(3)
    return [smith.query() if number % 2 else smith.broken() for number in range(COUNT)]


def calls_a_service(text: str) -> bool:
    """Whether the engine would ask another endpoint; no name of one in the text leads anywhere."""
    found = results(text.replace("SILENT", ""))
    try:
        if isinstance(found, ox.QuerySolutions | ox.QueryTriples):
            next(iter(found), None)
    except (OSError, RuntimeError) as error:
        found = error
    return "A URI scheme must be" in str(found)


def spaced(text: str) -> str:
    """Return a text with one space between its words, where there was white space or a comment before."""
    parts, end = [], 0
    for word in lexer.tokens(text):
        parts.append(word.text if word.start == end else f" {word.text}")
        end = word.start + len(word.text)
    return "".join(parts)


def test_the_form_of_a_query_is_that_of_its_answer(sample: list[str]) -> None:
    """The first keyword behind the prologue, whatever stands in comments, names and strings; or none is seen."""
    wrong = []
    for text in sample:
        found = results(text.removeprefix("\ufeff"))
        form = lexer.prologue(text.removeprefix("\ufeff")).form
        if not isinstance(found, Exception) and form not in FORMS[type(found)] | {""}:
            wrong.append((text, form))

    assert wrong == []


def test_words_are_those_of_the_engine(sample: list[str]) -> None:
    """A query is the same query with a space between its words and without its comments."""
    wrong = []
    for text in sample:
        found = results(text.removeprefix("\ufeff"))
        again = results(spaced(text.removeprefix("\ufeff")))
        if not isinstance(found, Exception) and type(again) is not type(found):
            wrong.append((text, again))

    assert wrong == []


def test_the_guard_refuses_and_nothing_else(sample: list[str]) -> None:
    """It has an answer for every text; what the engine reads as a query is an update to nobody."""
    wrong = []
    for text in sample:
        try:
            guard.check(text, base=iri.BASE, graphs=GRAPHS)
        except QueryRefused:
            pass
        except QuerySyntaxError:
            if not isinstance(results(text.removeprefix("\ufeff")), Exception):
                wrong.append(text)

    assert wrong == []


def test_no_service_passes_the_guard() -> None:
    """What the engine takes for a call of a service is refused, however broken the text around it is."""
    smith, wrong, called = Smith(4), [], 0
    for _ in range(COUNT):
        text = smith.query().replace(
            "{", "{ " + smith.random.choice(("SERVICE", "service ", "SERVICE SILENT ")) + "<unknown:x> {}", 1
        )
        for _ in range(smith.random.randint(0, 2)):
            text = smith.random.choice(smith._changes())(text)
        if calls_a_service(text):
            called += 1
            try:
                guard.check(text, base=iri.BASE, graphs=GRAPHS)
            except QueryRefused:
                continue
            wrong.append(text)

    assert wrong == []
    assert called > COUNT // 100


def test_a_syntax_error_has_a_place_in_the_text(sample: list[str]) -> None:
    """Line and column lie in the text or right behind it."""
    for text in sample:
        found = results(text)
        if isinstance(found, SyntaxError):
            error = hints.syntax_error(text, str(found))

            lines = text.split("\n")
            assert 1 <= error.line <= len(lines)
            assert 1 <= error.column <= len(lines[error.line - 1]) + 1
            assert len(error.message) <= 200
