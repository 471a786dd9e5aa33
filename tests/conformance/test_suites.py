"""A writable store over HTTP passes the suites of the W3C, and a small one of our own that runs everywhere.

`expected.tsv` and its like list every test that is not passed, with the reason. They may only shrink: a test in a list
that passes fails the run, and so does one outside of it that does not.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import replace

import pytest

from tests.conformance.running import Server
from tests.conformance.verdicts import HERE, SHARED, expected, section, suite_of, surprises

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")

PAGE = HERE.parents[1] / "docs" / "reference" / "conformance.md"
OWN = suite_of(HERE / "own", "https://w3id.org/egov-kg/tests/")
SUITE = suite_of(SHARED / "w3c-sparql11", "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/")
CASES = [case for cases in SUITE.cases.values() for case in cases]

# `W3C_RDF_TESTS` names a clone of the repository w3c/rdf-tests; the page on conformance says how to come by one.
CLONE = os.environ.get("W3C_RDF_TESTS")
BASES = {
    "sparql10": "http://www.w3.org/2001/sw/DataAccess/tests/data-r2/",
    "sparql12": "https://w3c.github.io/rdf-tests/sparql/sparql12/",
}
LENGTHS = {"expected": 83, "expected-rdfs": 27, "expected-sparql10": 31, "expected-sparql12": 6}
"""How many tests each list has: to be made smaller with the list, never larger."""

with_suite = pytest.mark.skipif(not SUITE.cases, reason="the W3C suites are not beside the checkout")
with_clone = pytest.mark.skipif(not CLONE, reason="W3C_RDF_TESTS names no clone of w3c/rdf-tests")


@pytest.mark.parametrize("folder", sorted(OWN.cases))
def test_our_own_suite(server: Server, folder: str) -> None:
    """Every kind of test once, with what the W3C suites leave out."""
    assert surprises(server, OWN.cases[folder], {}) == {}


@with_suite
@pytest.mark.parametrize("folder", [*sorted(SUITE.cases), *([] if SUITE.cases else ["none"])])
def test_w3c_suite(server: Server, folder: str) -> None:
    """SPARQL 1.1: queries, updates, formats, protocols, service description, and entailment without inference."""
    assert surprises(server, SUITE.cases[folder], expected("expected")) == {}


@with_suite
def test_w3c_entailment_under_rdfs(inferring: Server) -> None:
    """What is expected of a server that infers under RDFS."""
    assert surprises(inferring, SUITE.cases["entailment"], expected("expected-rdfs")) == {}


@with_suite
def test_every_test_of_rdf_and_rdfs_holds() -> None:
    """What is left holds under OWL or RIF only, by the manifest's own word."""
    cases = SUITE.cases["entailment"]
    of_rdfs = {case.id for case in cases if not case.regimes.isdisjoint({"RDF", "RDFS"})}
    others = {regime for case in cases if case.id in expected("expected-rdfs") for regime in case.regimes}

    assert len(of_rdfs) == 39
    assert of_rdfs.isdisjoint(expected("expected-rdfs"))
    assert others == {"OWL-Direct", "OWL-RDF-Based", "RIF"}


@with_clone
@pytest.mark.parametrize("name", sorted(BASES))
def test_further_w3c_suites(server: Server, name: str) -> None:
    """SPARQL 1.0 and what the drafts of 1.2 have so far."""
    suite = suite_of(HERE / CLONE / "sparql" / name, BASES[name]) if CLONE else OWN
    cases = [case for cases in suite.cases.values() for case in cases]
    known = expected(f"expected-{name}")

    assert cases
    assert set(known) <= {case.id for case in cases}
    assert surprises(server, cases, known) == {}


def test_news_of_every_kind_is_told(server: Server) -> None:
    """A test that passes although it is listed, one that fails although it is not, one that nothing runs."""
    asked = next(case for case in OWN.cases["."] if case.id == "./is-there")
    refused, unknown = replace(asked, id="b", kind="NegativeSyntaxTest"), replace(asked, id="c", kind="RifTest")

    told = surprises(server, [asked, refused, unknown], {asked.id: "fail"})

    assert told == {
        "./is-there": "pass instead of fail: ",
        "b": "fail instead of pass: it is accepted (200)",
        "c": "skip instead of pass: nothing here runs a RifTest",
    }


def test_our_own_suite_holds_with_inference(inferring: Server) -> None:
    """What follows is no part of graphs that are read or changed; queries for what is asserted find it as before."""
    known = {"./labels-are-kept": "fail", "./prologue-after-semicolon": "fail"}  # they look at everything by a query

    assert surprises(inferring, OWN.cases["."], known) == {}


def test_what_follows_is_seen_by_queries_alone(inferring: Server) -> None:
    """A graph that is read holds what was put into it; what follows goes when its reason goes."""
    inferring.fill(())
    inferring.update(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "INSERT DATA { <a:s> a <a:Law> . <a:Law> rdfs:subClassOf <a:Document> }"
    )
    asked = "SELECT ?s { ?s a <a:Document> }"

    before = inferring.query(asked, "text/csv").text.split()
    read = inferring.client.get(f"{inferring.url}graph?default", headers={"Accept": "application/n-triples"}).text
    inferring.update("DELETE DATA { <a:s> a <a:Law> }")
    after = inferring.query(asked, "text/csv").text.split()

    assert (before, after) == (["s", "a:s"], ["s"])
    assert read.count("\n") == 2


@with_suite
@pytest.mark.parametrize("name", ["expected", "expected-rdfs"])
def test_the_list_names_tests_that_there_are(name: str) -> None:
    """So that it shrinks when a test is renamed or withdrawn."""
    assert set(expected(name)) <= {case.id for case in CASES}


@pytest.mark.parametrize("name", LENGTHS)
def test_no_list_has_grown(name: str) -> None:
    """Who takes a test off a list lowers the number; who has to raise one has broken something."""
    assert len(expected(name)) == LENGTHS[name]


@with_suite
def test_the_page_gives_the_figures_of_the_lists() -> None:
    """Passed and tests of each section of SPARQL 1.1, those that are lenient among them."""
    known = expected("expected")
    tests = Counter(section(case) for case in CASES)
    failed, lenient = (
        Counter(section(case) for case in CASES if known.get(case.id) == verdict) for verdict in ("fail", "lenient")
    )
    failed["federation"] += 1  # service5 is refused, and run by nothing
    told = re.findall(r"^\| ([a-z ]+) \| (\d+) of (\d+) \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert {name: (int(good), int(of), int(soft)) for name, good, of, soft in told} == {
        name: (tests[name] - failed[name], tests[name], lenient[name]) for name in tests
    }
