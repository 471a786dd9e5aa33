"""How long a change of a closure takes: ``python benchmarks/reasoner/changes.py lubm10.nt``.

Triples of LUBM are taken out before the closure is made, then added and deleted again, one, a hundred or ten thousand
at a time; then one after the other, for a long while. At the end the closure is compared with one that is made anew.
Processor milliseconds, one process.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from egov_kg.inference.compiling import compile_ontology  # noqa: E402
from egov_kg.inference.entailment import Closure, entail  # noqa: E402
from egov_kg.inference.reading import read_table  # noqa: E402
from egov_kg.inference.terms import Table  # noqa: E402
from egov_kg.inference.writing import sorted_lines  # noqa: E402

SIZES = (1, 100, 10_000)
TIMES = {1: 51, 100: 21, 10_000: 5}


def main() -> None:
    """Print milliseconds a change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="LUBM as N-Triples, as lubm.py writes it")
    parser.add_argument("--series", type=int, default=10_000, help="How many single changes follow one another.")
    arguments = parser.parse_args()
    schema = compile_ontology(q.triple for q in ox.parse(path=str(Path(__file__).with_name("univ-bench.ttl"))))
    table = read_table([arguments.data])
    places = list(range(len(table)))
    random.Random(1).shuffle(places)
    held, base = places[:100_000], np.sort(places[100_000:])
    start = process_time()
    closure = entail(_only(table, base), schema)
    print(f"given {len(base)}, kept {closure.report['kept']}, {1000 * (process_time() - start):.0f} ms anew")
    closure.add([_new(0)])
    for size in SIZES:
        batches = [_triples(table, held[size * n : size * (n + 1)]) for n in range(min(TIMES[size], 100_000 // size))]
        _told(f"add {size}", [_timed(closure.add, batch) for batch in batches])
        _told(f"delete {size}", [_timed(closure.delete, batch) for batch in reversed(batches)])
    _told("add one with a new literal", [_timed(closure.add, [_new(n)]) for n in range(1, 51)])
    proofs = []
    for place in held[:20]:
        (triple,) = _triples(table, [place])
        closure.add([triple])
        proofs.append(_timed(closure.explain, triple))
    _told("a proof right after a change", proofs)
    closure.delete(_triples(table, held[:20]))
    _series(closure, table, held, arguments.series)
    anew = entail(closure.asserted, schema)
    same = b"".join(sorted_lines(closure.table())) == b"".join(sorted_lines(anew.table()))
    print("the same as anew" if same else "NOT the same as anew")


def _series(closure: Closure, table: Table, held: list[int], length: int) -> None:
    """Add one, or take one of those back, so many times; tell each tenth."""
    chance = random.Random(2)
    inside: list[int] = []
    outside = held[:length]
    taken: list[float] = []
    for number in range(1, length + 1):
        if inside and (not outside or chance.random() < 0.5):
            inside[-1], inside[place] = inside[(place := chance.randrange(len(inside)))], inside[-1]
            outside.append(inside.pop())
            taken.append(_timed(closure.delete, _triples(table, outside[-1:])))
        else:
            inside.append(outside.pop(0))
            taken.append(_timed(closure.add, _triples(table, inside[-1:])))
        if number % max(1, length // 10) == 0:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            _told(f"changes to {number}, peak {peak:.0f} MB", taken)
            taken = []
    closure.delete(_triples(table, inside))


def _timed(do: Callable[..., object], argument: object) -> float:
    start = process_time()
    do(argument)
    return 1000 * (process_time() - start)


def _told(what: str, taken: list[float]) -> None:
    ordered = sorted(taken)
    middle = ordered[len(ordered) // 2]
    print(f"{what}: median {middle:.2f} ms, mean {sum(taken) / len(taken):.2f}, most {ordered[-1]:.2f}", flush=True)


def _new(number: int) -> ox.Triple:
    name = ox.NamedNode("http://swat.cse.lehigh.edu/onto/univ-bench.owl#name")
    return ox.Triple(ox.NamedNode(f"http://www.new{number}.edu"), name, ox.Literal(f"New {number}", language="EN"))


def _only(table: Table, places: NDArray[np.int64]) -> Table:
    return Table(table.dictionary, table.subjects[places], table.predicates[places], table.objects[places])


def _triples(table: Table, places: list[int]) -> list[ox.Triple]:
    text = table.dictionary.text
    lines = (
        " ".join(text(int(column[place])) for column in (table.subjects, table.predicates, table.objects)) + " .\n"
        for place in places
    )
    return [quad.triple for quad in ox.parse("".join(lines), format=ox.RdfFormat.N_TRIPLES)]


if __name__ == "__main__":
    main()
