"""What is known of each test of a suite, and where the server under test says otherwise."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.conformance.running import Runner, Server
from tests.conformance.suite import Case, Suite, read_suite

__all__ = ["HERE", "SHARED", "expected", "section", "suite_of", "surprises"]

HERE: Final = Path(__file__).parent
SHARED: Final = HERE.parents[2] / "shared" / "tests-data"
_FORMATS: Final = ("csv-tsv-res/", "json-res/")
_SECTIONS: Final = {
    "QueryEvaluationTest": "query evaluation",
    "PositiveSyntaxTest": "query syntax",
    "NegativeSyntaxTest": "query syntax",
    "UpdateEvaluationTest": "update evaluation",
    "PositiveUpdateSyntaxTest": "update syntax",
    "NegativeUpdateSyntaxTest": "update syntax",
    "ProtocolTest": "protocol",
    "GraphStoreProtocolTest": "graph store protocol",
    "ServiceDescriptionTest": "service description",
}


def expected(name: str) -> dict[str, str]:
    """Return the tests of a list that are not passed, with what becomes of each; in order, each with a reason."""
    with (HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    names = [row["test"] for row in rows]
    assert names == sorted(set(names))
    assert all(row["verdict"] in {"fail", "lenient"} and row["reason"] for row in rows)
    return {row["test"]: row["verdict"] for row in rows}


def suite_of(root: Path, base: str) -> Suite:
    """Return a suite, or an empty one where its files are not."""
    return read_suite(root, base) if root.is_dir() else Suite(root, base)


def is_federated(case: Case) -> bool:
    """Whether a test is one of federation: `test_federation` runs those that ask another endpoint."""
    return case.id.startswith("service/")


def section(case: Case) -> str:
    """Return the part of the standard that a test of SPARQL 1.1 belongs to.

    Example:
        >>> section(Case("bind/bind01", "QueryEvaluationTest"))
        'query evaluation'
    """
    folder = case.id.partition("/")[0]
    if folder == "entailment":
        return folder
    if is_federated(case) or folder == "syntax-fed":
        return "federation"
    return "result formats" if case.id.startswith(_FORMATS) else _SECTIONS[case.kind]


def surprises(server: Server, cases: Iterable[Case], known: dict[str, str]) -> dict[str, str]:
    """Return the tests whose verdict is not the one that is expected, with both.

    A test that fails and is not known to, one that passes and is known to fail, and one that nothing runs are the same
    kind of news.
    """
    runner, found = Runner(server), {}
    for case in cases:
        verdict, why = runner.run(case)
        wanted = known.get(case.id, "skip" if is_federated(case) else "pass")
        if verdict != wanted:
            found[case.id] = f"{verdict} instead of {wanted}: {why}"
    return found
