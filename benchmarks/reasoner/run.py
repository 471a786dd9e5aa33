"""Our reasoner beside others: first what each derives, then how long it takes and how much memory it needs.

In parts, for a machine that is quiet for a quarter of an hour; each adds to what the work folder has, and `--write` puts
all of it on the page. PYTHON is that of an environment with owlrl, reasonable and sparq-rdf, W a work folder:

    run.py --peers PYTHON --work W --inputs lubm10,lubm1,lubm50 --only own,sparq              # 6 minutes
    run.py --peers PYTHON --work W --inputs lubm10,lubm1 --only reasonable                    # 5 minutes
    run.py --peers PYTHON --work W --inputs lubm1 --only owlrl                                # 3 minutes
    run.py --peers PYTHON --work W --inputs chain500,chain2000,aliases50,same20,classes100000 --only own,sparq --limit 60
                                                                                              # 4 minutes
    run.py --peers PYTHON --work W --inputs own1000,lubm5 --only own,sparq                    # 4 minutes
    run.py --work W --inputs "" --write                                                       # at once

Each run is a process of its own, cold, pinned to one core: the same for all, one after the other in turn. The first run
of each is discarded, and medians of five others count; of a run that takes longer than a minute one has to be enough.
What is not installed is left out, with a note. What is derived about individuals in the words of the ontology is
compared as sets before any clock counts: a peer that derives less has the number beside its time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from inputs import ROOT, Input, make_input
from measuring import Run, quietest_core, run_pinned
from page import write_page

PEERS: Final = ("own", "sparq", "reasonable", "owlrl")
TOO_SLOW: Final = {"owlrl": 200_000, "reasonable": 2_000_000}
"""Triples beyond which a peer takes hours, or more memory than the machine has."""
UNFIT: Final = {"owlrl": ("chain", "aliases", "same", "classes", "own")}
"""Inputs on which a peer does not end: it walks through all pairs of triples."""
INPUTS: Final = "lubm1,lubm5,lubm10,lubm50,chain500,chain2000,aliases50,same20,classes100000,own1000"
LONG: Final = 60.0
"""Seconds after which one run has to be enough."""


@dataclass(slots=True)
class Figures:
    """What one reasoner took for one input.

    Attributes:
        peer: Its name.
        version: Of its package.
        input: The input's name.
        triples: How many were given.
        runs: How many counted.
        derived: How many triples it says that it derived.
        wall: Median seconds of each step by the clock, and ``file to file``.
        cpu: The same of the processor.
        peak: Bytes of all its processes to the end, median.
        held: Bytes of the process until everything was inferred, median.
        load: Of the machine, when the input was begun.
        asked: How many it derives about individuals in the words of the ontology; None if not compared.
        missing: How many of those of ours it lacks.
        extra: How many ours lacks.
        failure: Why there are no figures.
    """

    peer: str
    version: str
    input: str
    triples: int
    runs: int = 0
    derived: int = 0
    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    peak: int = 0
    held: int = 0
    load: float = 0.0
    asked: int | None = None
    missing: int | None = None
    extra: int | None = None
    failure: str | None = None


class Bench:
    """Runs of reasoners on inputs, in one folder."""

    def __init__(self, work: Path, peers: str | None, *, core: int, limit: float) -> None:
        self.work, self.core, self.limit = work, core, limit
        self.pythons = {name: peers or sys.executable for name in PEERS}
        self.pythons["own"] = sys.executable

    def installed(self) -> list[str]:
        """Return the reasoners that can be imported, and print which cannot."""
        found = []
        for name in PEERS:
            module = "egov_kg" if name == "own" else name
            done = subprocess.run([self.pythons[name], "-c", f"import {module}"], capture_output=True, check=False)
            if done.returncode:
                print(f"{name}: not installed, left out", file=sys.stderr)
            else:
                found.append(name)
        return found

    def once(self, name: str, given: Input, *written: Path) -> Run:
        """Run one reasoner once."""
        script = Path(__file__).with_name("peer.py")
        out = self.work / "out.nt"
        command = [self.pythons[name], str(script), name, *map(str, (given.ontology, given.data, out, *written))]
        paths = f"{ROOT / 'src'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}" if name == "own" else ""
        done = run_pinned(command, core=self.core, limit=self.limit, environment={"PYTHONPATH": paths})
        out.unlink(missing_ok=True)
        return done

    def asked_for(self, name: str, given: Input) -> tuple[Path | None, Run]:
        """Return the file of what a reasoner derives in the words of the ontology, None if it fails; and the run."""
        words, target = self.work / f"{given.name}-words.txt", self.work / f"{given.name}-{name}.txt"
        words.write_text("\n".join(sorted(ontology_words(given.ontology))), encoding="utf-8")
        done = self.once(name, given, words, target)
        if done.failure:
            print(f"{given.name} {name}: {done.failure}", file=sys.stderr)
            return None, done
        return (target if target.exists() else None), done

    def measure(self, given: Input, names: list[str], repeat: int, first: Mapping[str, Run]) -> list[Figures]:
        """Return the figures of each reasoner; they take turns.

        Args:
            given: The input.
            names: The reasoners.
            repeat: How many runs count.
            first: Runs that were made already, to be discarded, unless they took so long that they have to be enough.
        """
        load = round(os.getloadavg()[0], 1)
        figures = {name: Figures(name, "", given.name, given.triples, load=load) for name in names}
        results: dict[str, list[Run]] = {name: [first[name]] if name in first else [] for name in names}
        for name, done in first.items():
            figures[name].failure = done.failure
        for turn in range(0 if not first else 1, repeat + 1):
            for name in names:
                runs, one = results[name], figures[name]
                if one.failure or (runs and runs[0].wall > LONG):
                    continue
                done = self.once(name, given)
                one.failure = done.failure
                runs.append(done)
                print(f"{given.name} {name} {turn}: {done.failure or f'{done.wall:.2f} s'}", file=sys.stderr)
        for name, runs in results.items():
            if not figures[name].failure:
                _fill(figures[name], runs[1:] or runs)
        return list(figures.values())


def ontology_words(ontology: Path) -> set[str]:
    """Return the classes and properties that an ontology has axioms about, in N-Triples, without those of OWL."""
    words: set[str] = set()
    for line in ontology.read_text(encoding="utf-8").splitlines():
        words.update(term for term in line.rstrip(" .").split(" ", 2) if term[0] == "<" and "www.w3.org" not in term)
    return words


def _fill(one: Figures, runs: list[Run]) -> None:
    said: list[dict[str, Any]] = [json.loads(run.output.splitlines()[0]) for run in runs]
    one.version, one.derived, one.runs = said[0]["version"], said[0]["derived"], len(runs)
    for place, target in ((0, one.wall), (1, one.cpu)):
        for step in said[0]["steps"]:
            target[step] = statistics.median(run["steps"][step][place] for run in said)
    one.wall["file to file"] = statistics.median(run.wall for run in runs)
    one.cpu["file to file"] = sum(one.cpu.values())
    one.peak = int(statistics.median(run.peak for run in runs))
    one.held = int(statistics.median(run["held"]["infer"] for run in said))


Counts = dict[str, tuple[int, int, int]]


def compare(bench: Bench, given: Input, names: list[str]) -> tuple[Counts, dict[str, Run]]:
    """Return how many consequences each reasoner has, lacks beside ours, and has beside these; and the runs."""
    sets, runs = {}, {}
    for name in dict.fromkeys(["own", *names]):
        path, runs[name] = bench.asked_for(name, given)
        if path is not None:
            sets[name] = set(path.read_text(encoding="utf-8").splitlines())
            path.unlink()
    ours = sets.get("own")
    counts = {}
    for name, theirs in sets.items() if ours is not None else ():
        counts[name] = len(theirs), len(ours - theirs), len(theirs - ours)
        print("{} {}: {:,} consequences, {:,} missing, {:,} more".format(given.name, name, *counts[name]))
        for line in [*sorted(theirs - ours)[:3], *sorted(ours - theirs)[:3]]:
            print(f"    {'only' if line in theirs else 'not'} {name}: {line}", file=sys.stderr)
    return counts, {name: runs[name] for name in names}


def _is_able(peer: str, given: Input) -> bool:
    return given.triples <= TOO_SLOW.get(peer, given.triples) and not given.name.startswith(UNFIT.get(peer, ()))


def _keep(path: Path, figures: list[Figures]) -> None:
    """Put figures beside those that are kept already, in place of older ones of the same reasoner."""
    rows = {row["peer"]: row for row in _read(path)} if path.exists() else {}
    rows |= {one.peer: asdict(one) for one in figures}
    path.write_text(json.dumps([rows[name] for name in PEERS if name in rows], indent=1), encoding="utf-8")


def main() -> int:
    """Measure, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", help="the Python of an environment with the peers")
    parser.add_argument("--inputs", default=INPUTS)
    parser.add_argument("--only", help="reasoners, with commas between them")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--limit", type=float, default=900, help="seconds of one run")
    parser.add_argument("--compare-up-to", type=int, default=2_000_000, help="triples")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "egov-kg-reasoner-benchmark")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(options.work, options.peers, core=quietest_core(), limit=options.limit)
    names = [name for name in bench.installed() if not options.only or name in options.only.split(",")]
    print(f"Python {platform.python_version()}, core {bench.core}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    for name in filter(None, options.inputs.split(",")):
        given = make_input(name, options.work / "inputs")
        able = [peer for peer in names if _is_able(peer, given)]
        counts, runs = compare(bench, given, able) if given.triples <= options.compare_up_to else ({}, {})
        figures = bench.measure(given, able, options.repeat, runs)
        for one in figures:
            one.asked, one.missing, one.extra = counts.get(one.peer, (None, None, None))
        _keep(options.work / f"{name}.json", figures)
    if options.write:
        write_page(ROOT / "docs", [row for path in sorted(options.work.glob("*.json")) for row in _read(path)])
    return 0


def _read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


if __name__ == "__main__":
    sys.exit(main())
