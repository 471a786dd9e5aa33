"""Our closures equal the reference's, over random data that meet every feature of OWL 2 RL.

Ten seeds a test; ``benchmarks/reasoner/differential.py`` goes on where these end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, Literal

import pytest
from pyoxigraph import Triple

from tests.inference.features.comparing import Difference, Reasoner, difference, minimised, oracle
from tests.inference.features.making import make_problem
from tests.inference.reasoning import closed

SEEDS: Final = 200
BLOCK: Final = 10


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_the_closures_are_those_of_the_reference(first: int) -> None:
    """Nothing extra, nothing missing, but for the written list of noise and known bugs; the lean one has no noise."""
    for seed in range(first, first + BLOCK):
        problem = make_problem(seed)
        expected = oracle(problem.triples)

        for closure in ("full", "lean"):
            found = _difference(problem.triples, closure, lambda _, known=expected: known)  # type: ignore[misc]

            assert not found, f"seed {seed}, {closure}:\n{found}\nsmallest:\n{_smallest(seed, closure)}"


def _difference(
    triples: Sequence[Triple], closure: Literal["full", "lean"], reference: Reasoner = oracle
) -> Difference:
    return difference(triples, partial(closed, closure=closure), reference, lean=closure == "lean")


def _smallest(seed: int, closure: Literal["full", "lean"]) -> str:
    least = minimised(make_problem(seed), lambda part: bool(_difference(part, closure)))
    return "\n".join(map(str, [*least, "", _difference(least, closure)]))
