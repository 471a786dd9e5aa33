"""A writable store over HTTP passes the suites of the W3C, and a small one of our own that runs everywhere.

`expected.tsv` lists every test that is not passed, with the reason. It may only shrink: a test in it that passes fails
the run, and so does one outside of it that does not.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conformance.running import Runner, Server, Verdict
from tests.conformance.serving import scratch_server
from tests.conformance.suite import Suite, read_suite

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")

HERE = Path(__file__).parent
W3C = HERE.parents[2] / "shared" / "tests-data" / "w3c-sparql11"
W3C_BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
OWN_BASE = "https://w3id.org/egov-kg/tests/"


def expected(name: str = "expected") -> dict[str, str]:
    """Return the tests that are not passed with what becomes of each."""
    with (HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return {row["test"]: row["verdict"] for row in csv.DictReader(file, delimiter="\t")}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a server of an empty store."""
    with scratch_server() as (url, token), httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        yield Server(url, client)


@pytest.fixture(scope="module")
def inferring() -> Iterator[Server]:
    """Return a server of an empty store whose queries see what follows under RDFS."""
    served = scratch_server("--entailment", "rdfs")
    with served as (url, token), httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        yield Server(url, client)


def suite_of(root: Path, base: str) -> Suite:
    """Return a suite, or an empty one where its files are not."""
    return read_suite(root, base) if root.is_dir() else Suite(root, base)


OWN = suite_of(HERE / "own", OWN_BASE)
SUITE = suite_of(W3C, W3C_BASE)


def run(server: Server, suite: Suite, folder: str, known: dict[str, str]) -> dict[str, str]:
    """Return the tests of a folder whose verdict is not the one that is expected, with both."""
    runner, wrong = Runner(server), {}
    for case in suite.cases[folder]:
        verdict, why = runner.run(case)
        wanted: Verdict | str = known.get(case.id, "pass")
        if verdict not in {wanted, "skip"}:
            wrong[case.id] = f"{verdict} instead of {wanted}: {why}"
    return wrong


@pytest.mark.parametrize("folder", sorted(OWN.cases))
def test_our_own_suite(server: Server, folder: str) -> None:
    """Every kind of test once, with what the W3C suites leave out."""
    assert run(server, OWN, folder, {}) == {}


@pytest.mark.skipif(not SUITE.cases, reason="the W3C suites are not beside the checkout")
@pytest.mark.parametrize("folder", [*sorted(SUITE.cases), *([] if SUITE.cases else ["none"])])
def test_w3c_suite(server: Server, folder: str) -> None:
    """SPARQL 1.1: queries, updates, formats, protocols, service description, and entailment without inference."""
    assert run(server, SUITE, folder, expected()) == {}


@pytest.mark.skipif(not SUITE.cases, reason="the W3C suites are not beside the checkout")
def test_w3c_entailment_under_rdfs(inferring: Server) -> None:
    """All tests of RDF and RDFS hold; of those that are left some need OWL or RIF."""
    assert run(inferring, SUITE, "entailment", expected("expected-rdfs")) == {}


def test_our_own_suite_holds_with_inference(inferring: Server) -> None:
    """What follows is no part of graphs that are read or changed; queries for what is asserted find it as before."""
    known = {"./labels-are-kept": "fail", "./prologue-after-semicolon": "fail"}  # they look at everything by a query

    assert run(inferring, OWN, ".", known) == {}


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


@pytest.mark.skipif(not SUITE.cases, reason="the W3C suites are not beside the checkout")
def test_the_list_names_tests_that_there_are() -> None:
    """So that it shrinks when a test is renamed or withdrawn."""
    known = {case.id for cases in SUITE.cases.values() for case in cases}

    assert set(expected()) <= known
