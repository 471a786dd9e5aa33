"""Each case of conformance holds: what must follow follows, what contradicts itself is found, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.inference.conformance.cases import COLLECTION, Case, collected_cases, entails
from tests.inference.conformance.own_cases import OWN
from tests.inference.reasoning import closed, findings

_LIST: Final = Path(__file__).with_name("left-out-of-lean.tsv").read_text(encoding="utf-8").splitlines()[1:]
LEFT_OUT: Final = {case: rule for case, _, rule in (line.partition("\t") for line in _LIST)}
"""Cases that the lean closure leaves out, each with the rule by which it does."""


def _check(case: Case, *, lean: bool = False) -> None:
    if case.kind == "entailment":
        found = closed(case.premise, "lean" if lean else "full")
        assert entails(found, case.conclusion), "\n".join(sorted(f"{t} ." for t in case.conclusion))
        assert not set(case.never) & found
        return
    assert bool(findings(case.premise)) == (case.kind == "inconsistency")


@pytest.mark.parametrize("case", OWN, ids=lambda case: case.id)
def test_our_own_case_holds(case: Case) -> None:
    """The rule fires where it must and not where it must not."""
    _check(case)


@pytest.mark.shared
@pytest.mark.skipif(not COLLECTION.exists(), reason="the collection of conformance cases is not on this machine")
class TestCollection:
    @pytest.mark.parametrize("case", collected_cases(), ids=lambda case: case.id)
    def test_a_case_holds_in_the_full_closure(self, case: Case) -> None:
        """All of them."""
        _check(case)

    @pytest.mark.parametrize(
        "case", [one for one in collected_cases() if one.id not in LEFT_OUT], ids=lambda one: one.id
    )
    def test_a_case_holds_in_the_lean_closure(self, case: Case) -> None:
        """All but those that a rule leaves out on purpose."""
        _check(case, lean=True)

    @pytest.mark.parametrize("case", [one for one in collected_cases() if one.id in LEFT_OUT], ids=lambda one: one.id)
    def test_a_case_that_is_left_out_is_left_out(self, case: Case) -> None:
        """The list names nothing that holds all the same."""
        assert not entails(closed(case.premise, "lean"), case.conclusion)

    def test_the_list_names_cases(self) -> None:
        """Each id in it is that of a case."""
        assert set(LEFT_OUT) <= {case.id for case in collected_cases()}
