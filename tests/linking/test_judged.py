"""The figures that linking promises, over pairs that a person judged, half of them near misses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from egov_kg.linking.deciding import CandidateLink
from tests.linking import judging

Found = Mapping[tuple[str, str], CandidateLink]


@pytest.fixture(scope="module")
def judged() -> list[judging.Pair]:
    """The judged pairs."""
    return judging.pairs()


@pytest.fixture(scope="module")
def found() -> Found:
    """What the matcher proposes."""
    return judging.proposed(judging.store())


class TestJudgedSet:
    def test_has_120_pairs_and_more_and_half_of_them_are_near_misses(self, judged: list[judging.Pair]) -> None:
        """Each pair once, of known things and known rows."""
        ours, theirs = judging.names(judging.store())

        assert len(judged) == len({one[:2] for one in judged}) >= 120
        assert sum(one.verdict == "none" for one in judged) * 2 >= len(judged)
        assert {one.verdict for one in judged} == {"exact", "close", "none"}
        assert {one.ours for one in judged} <= set(ours)
        assert {one.theirs for one in judged if one.verdict != "none"} <= set(theirs)


class TestMatcher:
    def test_accepts_nothing_wrong(self, found: Found, judged: list[judging.Pair]) -> None:
        """Precision 1.00 in the accept band; a pair that nobody judged would count as wrong."""
        assert judging.matcher_figures(found, judged, {"accept"}).precision == 1.0

    def test_finds_nearly_all_and_shows_nearly_nothing_else(self, found: Found, judged: list[judging.Pair]) -> None:
        """F1 of at least 0.95 over what it accepts and what it shows to a person."""
        assert judging.matcher_figures(found, judged, {"accept", "review"}).f1 >= 0.95

    def test_calls_nothing_exact_that_is_close(self, found: Found, judged: list[judging.Pair]) -> None:
        """Neither accepted nor shown."""
        close = {one[:2] for one in judged if one.verdict == "close"}
        wrong = [
            key
            for key, one in found.items()
            if key in close and one.predicate == "skos:exactMatch" and one.band != "veto"
        ]

        assert wrong == []

    def test_is_better_than_comparing_strings(self, found: Found, judged: list[judging.Pair]) -> None:
        """Also than each comparison at the threshold that suits this very set best."""
        ours = judging.matcher_figures(found, judged, {"accept", "review"})

        for one in judging.baselines(judging.store(), judged):
            assert ours.f1 > one.f1, one.method
            assert ours.precision > one.precision, one.method


class TestReference:
    def test_shows_these_figures(self, found: Found, judged: list[judging.Pair]) -> None:
        """The table of the page on linking is what a run prints."""
        page = (Path(__file__).parents[2] / "docs" / "reference" / "linking.md").read_text(encoding="utf-8")
        rows = judging.table(found, judged, judging.baselines(judging.store(), judged))

        for row in rows:
            assert f"| {' | '.join(row)} |".replace("|  |", "| |") in page


class TestJaroWinkler:
    @pytest.mark.parametrize(
        ("one", "other", "similarity"),
        [
            ("martha", "marhta", 0.9611),
            ("dixon", "dicksonx", 0.8133),
            ("jellyfish", "smellyfish", 0.8963),
            ("a", "b", 0.0),
        ],
    )
    def test_is_that_of_the_literature(self, one: str, other: str, similarity: float) -> None:
        """A baseline that is written wrongly would flatter us."""
        assert judging.jaro_winkler(one, other) == pytest.approx(similarity, abs=0.0001)
