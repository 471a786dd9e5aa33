"""Promise of docs/evaluation.md: its figures are those of the texts and rules that stand here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_shows_what_is_reached_now() -> None:
    """A figure of last month would be worse than none; a rule that changes one has the page written again."""
    script = ROOT / "scripts" / "evaluation_figures"

    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
