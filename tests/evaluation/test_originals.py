"""Our scorer and the one that came with the gold of the two original pages say the same of the same facts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from egov_kg.evaluation import evaluate

SHARED = Path(__file__).parents[3] / "shared"
GOLD = SHARED / "gold" / "seeds-gold.tsv"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not GOLD.exists(), reason="the two original pages are not part of the project"),
]


def test_agree_within_a_hundredth(tmp_path: Path) -> None:
    """Ours is stricter in places (a goal is no accomplishment, a part no whole), which may cost a fact or two."""
    names = [f"{path.name[:3]}={path}" for path in sorted((SHARED / "seeds").glob("0*.txt"))]
    table = tmp_path / "found.tsv"
    subprocess.run([sys.executable, "-m", "egov_kg", "extract", *names, "-o", table], check=True, capture_output=True)
    negative = GOLD.with_name("seeds-negative.tsv")
    words: list[str | Path] = [GOLD, table, "--certainty", "explicit", "--negative", negative, "--json"]
    done = subprocess.run(
        [sys.executable, SHARED / "gold" / "score.py", *words], check=False, capture_output=True, text=True
    )
    theirs = json.loads(done.stdout)

    ours = evaluate(GOLD, [("", table)]).evaluation

    assert len(ours.hits) == len(theirs["negative"])
    for level, score in ours.levels.items():
        assert score.precision == pytest.approx(theirs[level]["p"], abs=0.01)
        assert score.recall == pytest.approx(theirs[level]["r"], abs=0.01)


def test_the_gold_is_right_about_itself() -> None:
    """What a reader wrote, taken as a prediction, has no miss, no false fact and no hit."""
    ours = evaluate(GOLD, [("", GOLD)], wanted="explicit,inferable,world-knowledge").evaluation

    assert ours.misses == ()
    assert ours.false == ()
    assert ours.hits == ()
