"""The page of rules tells what the rules are."""

from __future__ import annotations

import re
from pathlib import Path

from egov_kg.inference.rules import RULES, Kind
from tests.inference.test_findings import CASES
from tests.inference.test_proofs import RULES as PROVED

_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "owl2-rl.md"
_ROW = re.compile(r"\| (\S+) \| `(.*?)`(?: where (.*?))? \| (.*?) \| ([PF]?) ?\|")


def test_the_page_has_every_rule_as_it_is() -> None:
    """Name, premises and conclusion, condition, kind, and which tests there are."""
    told = [match.groups(default="") for match in map(_ROW.fullmatch, _PAGE.read_text("utf-8").splitlines()) if match]

    assert told == [
        (
            rule.name,
            rule.text,
            rule.condition,
            ("not lean" if rule.kind is Kind.AXIOMATIC else rule.kind.value)
            + ("" if rule.lean or rule.kind is Kind.AXIOMATIC else ", not lean"),
            "P" if rule.name in PROVED else "F" if rule.name in CASES else "",
        )
        for rule in RULES.values()
    ]


def test_every_contradiction_of_the_tables_is_found_by_a_test() -> None:
    """Each rule that ends in ``false`` has a case."""
    assert {rule.name for rule in RULES.values() if rule.kind is Kind.FINDING} == CASES.keys()
