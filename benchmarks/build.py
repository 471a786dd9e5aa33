"""How long a build takes and how much memory it needs, for growing collections and one or two workers.

    python benchmarks/build.py [--documents 10,100,1000] [--workers 1,2] [--bytes 10000] [--keep FOLDER]

Each build starts as people start it, in a fresh folder. Printed as a table in Markdown: seconds of each stage and in
all, seconds of processor time, and the peak of the proportional set size of all its processes (Linux). Then the same
build with a full cache, the releases removed. Releases of one collection must be the same bytes for any number of
workers, cold and warm; else the program ends with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corpus

STAGES = ("extraction", "rdf", "inference", "dumps", "search", "shapes", "store", "release")


@dataclass
class Run:
    """A build that was measured."""

    documents: int
    size: int
    workers: int
    warm: bool
    seconds: float
    cpu: float
    peak: int
    told: dict[str, Any]

    def row(self) -> list[str]:
        """Return the cells of a table."""
        totals = self.told["totals"]
        return [
            f"{self.documents}{' again' if self.warm else ''}",
            f"{self.size / 1e6:.2f}",
            str(self.workers),
            f"{totals['facts']:,}",
            f"{totals['quads']:,}",
            *(f"{self.told['seconds'][stage]:.1f}" for stage in STAGES),
            f"**{self.seconds:.1f}**",
            f"{self.cpu:.1f}",
            f"{self.peak >> 20:,}",
            self.told["release"][:12],
        ]


HEADS = ("documents", "MB", "workers", "facts", "quads", *STAGES, "seconds", "CPU", "peak MB", "release")


def measured(folder: Path, out: Path, documents: int, workers: int, *, warm: bool = False) -> Run:
    """Return a build, measured from outside."""
    command = [sys.executable, "-m", "egov_kg", "build", "--documents", str(folder), "--out", str(out)]
    began, before = time.perf_counter(), os.times()
    process = subprocess.Popen(
        [*command, "--workers", str(workers), "--json", "-q"], stdout=subprocess.PIPE, stderr=sys.stderr
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak))
    watcher.start()
    output, _ = process.communicate()
    seconds, after = time.perf_counter() - began, os.times()
    watcher.join()
    if process.returncode:
        sys.exit(f"the build of {folder} ended with {process.returncode}")
    size = sum(path.stat().st_size for path in folder.iterdir())
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(documents, size, workers, warm, seconds, cpu, peak[0], json.loads(output))


def _watch(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_memory, _tree(process.pid))))
        time.sleep(0.25)


def _tree(pid: int) -> Iterable[int]:
    yield pid
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = {int(child) for task in tasks for child in (task / "children").read_text("ascii").split()}
    except OSError:
        return
    for child in children:
        yield from _tree(child)


def _memory(pid: int) -> int:
    """Return the memory of a process, shared pages divided among those that share them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def table(runs: Iterable[Run]) -> str:
    """Return a table in Markdown."""
    lines = [f"| {' | '.join(HEADS)} |", f"|{' ---: |' * len(HEADS)}"]
    return "\n".join([*lines, *(f"| {' | '.join(run.row())} |" for run in runs)])


def main() -> int:
    """Run and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", default="10,100,1000")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--bytes", type=int, default=10_000)
    parser.add_argument("--keep", type=Path, help="where collections and releases stay; a temporary folder if missing")
    options = parser.parse_args()
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as temporary:
        top = options.keep or Path(temporary)
        for count in map(int, options.documents.split(",")):
            folder = top / f"documents-{count}"
            corpus.write(folder, count, options.bytes)
            for workers in map(int, options.workers.split(",")):
                out = top / f"out-{count}-{workers}"
                runs.append(measured(folder, out, count, workers))
                print(f"{count} documents, {workers} workers: {runs[-1].seconds:.1f} s", file=sys.stderr)
            shutil.rmtree(out / "releases")  # or the new release would be compared with the old one, which takes longer
            (out / "current").unlink()
            runs.append(measured(folder, out, count, workers, warm=True))
    print(table(runs))
    names = {
        count: {run.told["release"] for run in runs if run.documents == count} for count in {r.documents for r in runs}
    }
    same = all(len(found) == 1 for found in names.values())
    print(f"\nOne release for each collection, whatever the workers and the cache: {'yes' if same else 'NO'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
