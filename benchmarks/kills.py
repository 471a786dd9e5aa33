"""Kill -9, a thousand times: is anything lost that was acknowledged, does any answer mix two states?

    python benchmarks/kills.py --cycles 1000

Three worlds (see `tests.chaos.promises`), each a process of its own with its clients and its model:

- curated: the front of ``serve --updates``, the publisher, the updater (the process that holds what is asserted, and
  its copies), and ``egov-kg build`` of other documents, while changes are accepted and published;
- scratch: the front of ``serve --scratch``, all processes that hold a state, or one of them or of their copies;
- queries: workers and zygotes of a server whose release changes meanwhile.

Of the cycles, 45 % go to the first, 30 % to the second, 25 % to the third; ``--worlds`` leaves some out. Moments are
drawn with ``--seed``, but what happens at a moment is up to the machine. The table is printed and, with ``--table``,
written as TSV after every 10 cycles. The status is 1 if there was a fault. Folders of worlds with faults are kept.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.chaos.curated_world import CuratedWorld
from tests.chaos.promises import SORTS, Tally, World
from tests.chaos.query_world import QueryWorld
from tests.chaos.scratch_world import ScratchWorld

WORLDS: Final[Mapping[str, tuple[type[World], Mapping[str, int]]]] = {
    "curated": (CuratedWorld, {"front": 60, "publisher": 60, "updater": 180, "builder": 150}),
    "scratch": (ScratchWorld, {"front": 60, "holder": 120, "copy": 120}),
    "queries": (QueryWorld, {"worker": 170, "zygote": 80}),
}
"""How many of a thousand cycles go to which kind of process."""
HEAD: Final = (
    *("world", "killed", "cycles", "acknowledged", "refused", "unknown", "answers", "no answer"),
    *SORTS,
    "longest recovery, s",
)


def row(name: str, kind: str, tally: Tally) -> list[str]:
    """Return the cells of one kind."""
    numbers = (tally.cycles, tally.acknowledged, tally.refused, tally.unknown, tally.answers, tally.failed)
    faults = (tally.faults[sort] for sort in SORTS)
    return [name, kind, *(f"{number}" for number in (*numbers, *faults)), f"{tally.longest:.1f}"]


def write(place: Path | None, rows: Iterable[list[str]], faults: Iterable[str] = ()) -> None:
    """Write a table as TSV, and what was wrong below it."""
    if place is not None:
        lines = ["\t".join(cells) for cells in (HEAD, *rows)]
        place.write_text("".join(f"{line}\n" for line in (*lines, *faults)), encoding="utf-8")


def run(
    name: str, cycles: int, seed: int, minutes: float, table: Path | None
) -> tuple[list[list[str]], list[str], str]:
    """Let a world live through cycles in a random order; return its rows, its faults and what else it tells."""
    make, shares = WORLDS[name]
    order = [kind for kind, share in shares.items() for _ in range(max(1, share * cycles // 1000))]
    random.Random(seed).shuffle(order)
    folder, until = Path(tempfile.mkdtemp(prefix=f"kills-{name}-")), time.monotonic() + 60 * minutes
    world = make(folder, seed)

    def rows() -> list[list[str]]:
        return [row(name, kind, tally) for kind, tally in world.tallies.items()]

    try:
        with world:
            for number, kind in enumerate(order, 1):
                if time.monotonic() > until:
                    break
                world.cycle(kind)
                if number % 10 == 0:
                    write(table and table.with_suffix(f".{name}.tsv"), rows(), world.faults)
            world.finish()
    except Exception as error:  # noqa: BLE001 - the other worlds go on, and the table says how far this one came
        world.fault("repair", f"the world ended with {error!r}")
    write(table and table.with_suffix(f".{name}.tsv"), rows(), world.faults)
    if not world.faults:
        shutil.rmtree(folder, ignore_errors=True)
    return rows(), [f"{name}: {words} ({folder})" for words in world.faults], f"{name}: {world.told()}"


def main() -> int:
    """Run, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", default=",".join(WORLDS), help="those to run, with commas")
    parser.add_argument("--at-once", type=int, default=1, help="how many worlds run at the same time")
    parser.add_argument("--minutes", type=float, default=1e9, help="after so many no further cycle of a world begins")
    parser.add_argument("--table", type=Path, help="a file for the table")
    options = parser.parse_args()
    began, names = time.monotonic(), options.worlds.split(",")
    count = len(names)
    with ProcessPoolExecutor(options.at_once) as executor:
        given = ([options.cycles] * count, [options.seed] * count, [options.minutes] * count, [options.table] * count)
        parts = list(executor.map(run, names, *given))
    rows = [cells for part, *_ in parts for cells in part]
    sums = [str(sum(int(cells[place]) for cells in rows)) for place in range(2, len(HEAD) - 1)]
    rows.append(["all", "", *sums, max((cells[-1] for cells in rows), key=float)])
    write(options.table, rows)
    print("| " + " | ".join(HEAD) + " |\n|" + " --- |" * len(HEAD))
    for cells in rows:
        print("| " + " | ".join(cells) + " |")
    print("\n".join(told for *_, told in parts) + f"\n{time.monotonic() - began:.0f} s")
    faults = [words for _, found, _ in parts for words in found]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
