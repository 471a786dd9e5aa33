"""How long Splink takes for two big tables, and how much memory it needs, on DuckDB or on Spark.

    python benchmarks/linking_splink.py [--rows 10000,100000,1000000] [--master local[2]]

Both sides have that many statutes, made of the titles that ship: a name of its own for each, a number and a day. In the
target a third of the titles have one letter more, a third of the rows no number, and one in twenty another day. Each
run is a process of its own. What is measured: writing both sides in normal forms, counting the blocks, Splink's
comparisons, and the best rows of each thing; not: reading a graph, and deciding. Printed as a table in Markdown.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from linking import SPECIFICATION, WORDS, titles  # the benchmark beside this one

SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"


def title_of(known: list[dict[str, str]], number: int) -> str:
    """Return the title of a statute: a known one with words that make it its own."""
    chance = random.Random(number)
    mark = "".join(chance.choice(SYLLABLES) for _ in range(4))
    return f"{mark}{chance.choice(WORDS)}{known[number % len(known)]['title_ko']}"


def day_of(number: int) -> str:
    """Return the day of a statute, one of some 28,000."""
    return (dt.date(1948, 7, 17) + dt.timedelta(days=number * 7919 % 28_000)).isoformat()


def things(rows: int) -> Iterator[object]:
    """Yield our side."""
    from egov_kg.linking.forms import folded  # noqa: PLC0415 - the parent does without
    from egov_kg.linking.ours import Alias, Entity  # noqa: PLC0415
    from egov_kg.linking.periods import read_period  # noqa: PLC0415

    known = titles()
    for number in range(rows):
        title, day = title_of(known, number), read_period(day_of(number))
        alias = Alias(title, "ko", folded(title), preferred=True)
        yield Entity(
            iri=f"https://w3id.org/egov-kg/id/law/kr/l{number}",
            cls="egov:Law",
            label=title,
            aliases=(alias,),
            kind="act",
            jurisdiction="kr",
            dates=(day,) if day else (),
            numbers=(str(number + 1),),
        )


def batches(rows: int) -> Iterator[dict[str, list[str]]]:
    """Yield the target; the row of a thing has its number as id, and the order is another one."""
    known, chance = titles(), random.Random(7)
    for begin in range(0, rows, 1 << 14):
        batch: dict[str, list[str]] = {name: [] for name in ("id", "title", "kind", "number", "day")}
        for place in range(begin, min(rows, begin + (1 << 14))):
            number = place * 7_368_787 % rows
            title = title_of(known, number)
            if chance.random() < 1 / 3:
                cut = chance.randrange(len(title) // 2, len(title))
                title = title[:cut] + chance.choice(SYLLABLES) + title[cut:]
            batch["id"].append(str(number))
            batch["title"].append(title)
            batch["kind"].append("법률")
            batch["number"].append("" if chance.random() < 1 / 3 else str(number + 1))
            batch["day"].append(day_of(number if chance.random() > 1 / 20 else number + 1))
        yield batch


def measured(folder: Path, rows: int, master: str) -> None:
    """Link both sides, and print what it took as JSON."""
    from egov_kg.linking import read_specification  # noqa: PLC0415
    from egov_kg.linking.rows import RowReader  # noqa: PLC0415
    from egov_kg.linking.scoring import DEFAULTS  # noqa: PLC0415
    from egov_kg.linking.splink_engines import best_pairs  # noqa: PLC0415
    from egov_kg.linking.splink_records import Records, record_blocks  # noqa: PLC0415

    specification = read_specification(folder / "target.toml")
    match = specification.matches[0]
    began = time.perf_counter()
    reader = RowReader(match, specification.prefixes)
    records = Records.write(folder, things(rows), batches(rows), reader, match)  # type: ignore[arg-type]
    written = time.perf_counter()
    blocks = record_blocks(records)
    counted = time.perf_counter()
    pairs = best_pairs(records, match, DEFAULTS, tuple(blocks), master)
    done = time.perf_counter()
    best: dict[int, int] = {}
    for place, theirs in zip(pairs["place_l"].to_pylist(), pairs["place_r"].to_pylist(), strict=True):
        best.setdefault(place, theirs)
    right = sum(place * 7_368_787 % rows == number for number, place in best.items())
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {
        "write": written - began,
        "count": counted - written,
        "splink": done - counted,
        "seconds": done - began,
        "peak": (own.ru_maxrss + others.ru_maxrss) << 10,
        "pairs": sum(blocks.values()),
        "right": right / rows,
    }
    print(json.dumps(told))


def main() -> int:
    """Measure every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="10000,100000")
    parser.add_argument("--master", default="", help="Where Spark runs; DuckDB without it.")
    parser.add_argument("--measured", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "target.toml").write_text(SPECIFICATION, encoding="utf-8")
        if given.measured:
            measured(folder, given.measured, given.master)
            return 0
    print("| rows | engine | seconds | normal forms | blocks | Splink | peak MiB | pairs | found |")
    print("|---:|---|---:|---:|---:|---:|---:|---:|---:|")
    for rows in map(int, given.rows.split(",")):
        words = [sys.executable, __file__, "--measured", str(rows), "--master", given.master]
        told = json.loads(subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1])
        engine = "Spark" if given.master else "DuckDB"
        cells = [f"{rows:,} x {rows:,}", engine, f"**{told['seconds']:.0f}**"]
        cells += [f"{told[name]:.0f}" for name in ("write", "count", "splink")]
        cells += [f"{told['peak'] >> 20:,}", f"{told['pairs']:,}", f"{told['right']:.1%}"]
        print(f"| {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
