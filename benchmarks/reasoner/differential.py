"""Our closure against that of owlrl, over thousands of random problems; each difference made as small as it can be.

    python benchmarks/reasoner/differential.py --seeds 5000 [--from 200] [--closure both] [--seconds 60]

The problems are those of the tests, further on. Progress goes to stderr, differences to stdout; exit 1 if there is one.
A problem that takes longer than `--seconds` is given up and named: where much is the same, owlrl does not end.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from pyoxigraph import Triple

SHOWN = 12
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.inference.features.comparing import Difference, difference, minimised, oracle  # noqa: E402
from tests.inference.features.making import make_problem  # noqa: E402
from tests.inference.reasoning import closed  # noqa: E402


class _TooLong(BaseException):
    """A problem takes longer than it may; no `except Exception` may keep this."""


def _give_up(*_: object) -> None:
    raise _TooLong


def _difference(triples: Sequence[Triple], closures: Sequence[Literal["full", "lean"]]) -> Difference:
    """Return how the first closure that differs does."""
    expected = oracle(triples)
    for closure in closures:
        reasoner = partial(closed, closure=closure)
        if found := difference(triples, reasoner, lambda _: expected, lean=closure == "lean"):
            break
    return found


def report(seed: int, found: Difference, differ: Callable[[Sequence[Triple]], Difference]) -> None:
    """Print a difference with the smallest part of its problem that still has one."""
    least = minimised(make_problem(seed), lambda part: bool(differ(part)))
    small = differ(least)
    print(f"seed {seed}: {len(found.extra)} extra, {len(found.missing)} missing; the smallest part with a difference:")
    for triple in least:
        print(f"    {triple} .")
    lines = str(small).splitlines()
    rest = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    print("  " + "\n  ".join([*lines[:SHOWN], *rest]), flush=True)


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5000)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--closure", choices=("both", "lean", "full"), default="both")
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # rdflib says with a traceback that a literal is ill-typed
    signal.signal(signal.SIGALRM, _give_up)
    closures = ("full", "lean") if options.closure == "both" else (options.closure,)
    differ = partial(_difference, closures=closures)
    different, given_up, begin = [], [], time.monotonic()
    for seed in range(options.first, options.first + options.seeds):
        signal.alarm(options.seconds)
        try:
            found = differ(make_problem(seed).triples)
            if found:
                different.append(seed)
                signal.alarm(10 * options.seconds)
                report(seed, found, differ)
        except _TooLong:
            given_up.append(seed)
            print(f"seed {seed}: not done in time", flush=True)
        finally:
            signal.alarm(0)
        done = seed - options.first + 1
        if done % 100 == 0:
            pace = done / (time.monotonic() - begin)
            print(f"{done} of {options.seeds}, {len(different)} differ, {pace:.1f} a second", file=sys.stderr)
    print(f"{options.seeds} problems: {len(different)} differ, {len(given_up)} given up", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
