"""Our closure equals the reference's, over random data that meet every feature of OWL 2 RL.

Ten seeds a test; ``benchmarks/reasoner/differential.py`` goes on where these end.
"""

from __future__ import annotations

from typing import Final

import pytest

from tests.inference.features.comparing import difference, minimised
from tests.inference.features.making import make_problem
from tests.inference.reasoning import closed

SEEDS: Final = 200
BLOCK: Final = 10


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_the_full_closure_is_that_of_the_reference(first: int) -> None:
    """Nothing extra, nothing missing, but for the written list of noise and known bugs."""
    for seed in range(first, first + BLOCK):
        problem = make_problem(seed)

        found = difference(problem.triples, closed)

        assert not found, f"seed {seed}:\n{found}\nsmallest:\n{_smallest(seed)}"


def _smallest(seed: int) -> str:
    least = minimised(make_problem(seed), lambda part: bool(difference(part, closed)))
    return "\n".join(map(str, [*least, "", difference(least, closed)]))
