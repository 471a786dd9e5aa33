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


def expected() -> dict[str, str]:
    """Return the tests that are not passed with what becomes of each."""
    with (HERE / "expected.tsv").open(encoding="utf-8", newline="") as file:
        return {row["test"]: row["verdict"] for row in csv.DictReader(file, delimiter="\t")}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a server of an empty store."""
    with scratch_server() as (url, token), httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        yield Server(url, client)


def suite_of(root: Path, base: str) -> Suite:
    """Return a suite, or an empty one where its files are not."""
    return read_suite(root, base) if root.is_dir() else Suite(root, base)


OWN = suite_of(HERE / "own", OWN_BASE)
SUITE = suite_of(W3C, W3C_BASE)


def run(server: Server, suite: Suite, folder: str) -> dict[str, str]:
    """Return the tests of a folder whose verdict is not the one that is expected, with both."""
    known, runner, wrong = expected(), Runner(server), {}
    for case in suite.cases[folder]:
        verdict, why = runner.run(case)
        wanted: Verdict | str = known.get(case.id, "pass")
        if verdict not in {wanted, "skip"}:
            wrong[case.id] = f"{verdict} instead of {wanted}: {why}"
    return wrong


@pytest.mark.parametrize("folder", sorted(OWN.cases))
def test_our_own_suite(server: Server, folder: str) -> None:
    """Every kind of test once, with what the W3C suites leave out."""
    assert run(server, OWN, folder) == {}


@pytest.mark.skipif(not SUITE.cases, reason="the W3C suites are not beside the checkout")
@pytest.mark.parametrize("folder", [*sorted(SUITE.cases), *([] if SUITE.cases else ["none"])])
def test_w3c_suite(server: Server, folder: str) -> None:
    """SPARQL 1.1: queries, updates, formats, protocols, service description, and entailment without inference."""
    assert run(server, SUITE, folder) == {}


@pytest.mark.skipif(not SUITE.cases, reason="the W3C suites are not beside the checkout")
def test_the_list_names_tests_that_there_are() -> None:
    """So that it shrinks when a test is renamed or withdrawn."""
    known = {case.id for cases in SUITE.cases.values() for case in cases}

    assert set(expected()) <= known
