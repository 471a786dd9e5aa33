"""As many queries of a smith as there is time for, at a server whose limits are soon reached.

    python benchmarks/smith.py --queries 100000 --seed 1 --clients 2 --kills 0.01

Prints how many had which outcome, and how many a second. What is wrong is written to ``smith-wrong/``, one file a
query, and makes the exit status 1. The queries are the same for the same seed and number of clients; deadlines are not.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fuzz.forging import Findings, forge, texts
from tests.fuzz.smith import Smith
from tests.server.conftest import publish, start, stop


def run(seed: int, queries: int, kills: float) -> Findings:
    """Send queries to a server of their own; a server that ends is replaced."""
    found = Findings()
    with tempfile.TemporaryDirectory(prefix="smith-") as folder:
        out = Path(folder)
        release = publish(out).id
        smith, left = Smith(seed), queries
        while left > 0:
            server = start(out, release, result_bytes=1 << 16)
            try:
                part = forge(server, texts(smith, min(left, 5_000)), seed=seed + left, kills=kills)
            finally:
                stop(server)
            found.outcomes += part.outcomes
            found.wrong += part.wrong
            left -= 5_000
    return found


def main() -> int:
    """Run, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--kills", type=float, default=0.0)
    options = parser.parse_args()
    began = time.monotonic()
    count = options.queries // options.clients
    seeds = [options.seed + number for number in range(options.clients)]
    with ProcessPoolExecutor(options.clients) as executor:
        parts = list(executor.map(run, seeds, [count] * len(seeds), [options.kills] * len(seeds)))
    seconds = time.monotonic() - began
    outcomes = sum((part.outcomes for part in parts), Counter[str]())
    wrong = [one for part in parts for one in part.wrong]
    for outcome, number in outcomes.most_common():
        print(f"{number:9,} {outcome}")
    print(f"{outcomes.total():9,} queries in {seconds:.0f} s, {outcomes.total() / seconds:.0f}/s, {len(wrong)} wrong")
    for reason, query in wrong:
        folder = Path("smith-wrong")
        folder.mkdir(exist_ok=True)
        name = hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        (folder / f"{name}.rq").write_bytes(query.encode("utf-8", "surrogatepass"))
        print(f"{name} {reason[:300]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
