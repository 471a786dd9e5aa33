"""How long linking takes and how much memory it needs, for growing targets.

    python benchmarks/linking.py [--rows 10000,100000,1000000] [--things 8,1000] [--workers 2] [--keep FOLDER]

The target is a CSV file of titles of statutes: those that ship, and variations of them, a tenth of the rows with the
name of a thing of ours. The graph has laws of such titles with numbers and days; those beyond the acts that ship have
rows that are alike, and none of their own. Each run is a process of its own; the memory is its peak, DuckDB included,
and that of the processes that it starts is added. Printed as a table in Markdown.
"""

from __future__ import annotations

import argparse
import csv
import functools
import gzip
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORDS = ("에 관한 ", "지역 ", "산업 ", "진흥 ", "관리 ", "특별 ", "기본 ", "지원 ", "정보 ", "교육 ")
SPECIFICATION = """
[dataset]
id = "target"
title = { en = "A target" }
licence = "made for a benchmark"
source = "target.csv"
format = "csv"
dialect = { delimiter = ",", quote = '"', encoding = "utf-8", header = true }
prefix = { reg = "https://register.example/id/" }

[[match]]
ours = "egov:Law"
level = "work"
id = "reg:{id}"
label = [{ column = "title", lang = "ko" }]
kind = { column = "kind", map = { "법률" = "act" } }
number = { column = "number", strip = "0" }
date = { column = "day" }
jurisdiction = { value = "kr" }
max_pairs = 20_000_000
"""


def titles() -> list[dict[str, str]]:
    """Return the rows of the register that ships."""
    path = ROOT / "data" / "external" / "kr-law-history" / "enactments.csv.gz"
    with gzip.open(path) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, "utf-8")))


def varied(title: str, chance: random.Random) -> str:
    """Return a title with a word more somewhere."""
    place = chance.randrange(len(title) + 1)
    return title[:place] + chance.choice(WORDS) + title[place:]


def write_target(path: Path, rows: int) -> None:
    """Write a target; the same number of rows gives the same bytes."""
    chance, known = random.Random(5), titles()
    with path.open("w", encoding="utf-8", newline="") as file:
        sink = csv.writer(file, lineterminator="\n")
        sink.writerow(["id", "title", "kind", "number", "day"])
        for number in range(rows):
            row = known[number % len(known)]
            title = row["title_ko"] if number < len(known) else varied(row["title_ko"], chance)
            act = row["number"] if number < len(known) else str(100_000 + number)
            sink.writerow([number, title, row["kind"], act, row["promulgated"]])


def write_graph(path: Path, things: int) -> None:
    """Write laws as Turtle: every law of the register that was enacted, until there are enough."""
    acts = [row for row in titles() if row["kind"] == "법률"]
    lines = [
        "@prefix egov: <https://w3id.org/egov-kg/ontology#> .",
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
    ]
    for number in range(things):
        row = acts[number % len(acts)]
        title = row["title_ko"] if number < len(acts) else varied(row["title_ko"], random.Random(number))
        act = int(row["number"]) if number < len(acts) else 500_000 + number
        lines.append(
            f"<https://w3id.org/egov-kg/id/law/kr/l{number}> a egov:Law ; skos:prefLabel {json.dumps(title)}@ko ; "
            f'egov:actNumber "{act}" ; egov:promulgatedOn "{row["promulgated"]}" .'
        )
    path.write_text("\n".join(lines), encoding="utf-8")


def measured(folder: Path, workers: int) -> None:
    """Link the graph of a folder with its target, and print what it took as JSON."""
    import pyoxigraph as ox  # noqa: PLC0415 - the parent does without

    from egov_kg.linking import link, read_specification  # noqa: PLC0415
    from egov_kg.linking.workers import compare_here, compare_with  # noqa: PLC0415

    store = ox.Store()
    store.load((folder / "graph.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    specification = read_specification(folder / "target.toml")
    began = time.perf_counter()
    engine = functools.partial(compare_with, workers) if workers > 1 else compare_here
    run = link(store, specification, folder / "target.csv", engine=engine)
    block = run.blocks[0]
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {
        "seconds": time.perf_counter() - began,
        "cpu": own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime,
        "peak": (own.ru_maxrss + (others.ru_maxrss * workers if workers > 1 else 0)) << 10,
        "pairs": sum(block.pairs.values()),
        "accept": block.count("accept"),
        "review": block.count("review"),
    }
    print(json.dumps(told))


def main() -> int:
    """Measure every combination."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--things", default="8,1000")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder:
        measured(given.folder, given.workers)
        return 0
    print("| rows | things | seconds | processor | peak MiB | pairs | accepted | to review |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "target.toml").write_text(SPECIFICATION, encoding="utf-8")
        for rows in map(int, given.rows.split(",")):
            write_target(folder / "target.csv", rows)
            for things in map(int, given.things.split(",")):
                write_graph(folder / "graph.ttl", things)
                words = [sys.executable, __file__, "--folder", str(folder), "--workers", str(given.workers)]
                done = subprocess.run(words, capture_output=True, text=True, check=True)
                told = json.loads(done.stdout)
                cells = [f"{rows:,}", f"{things:,}", f"**{told['seconds']:.1f}**", f"{told['cpu']:.1f}"]
                cells += [f"{told['peak'] >> 20:,}", f"{told['pairs']:,}", f"{told['accept']:,}", f"{told['review']:,}"]
                print(f"| {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
