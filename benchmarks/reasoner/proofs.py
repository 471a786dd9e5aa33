"""How long a proof takes: ``python benchmarks/reasoner/proofs.py lubm10.nt``.

A sample of what follows from LUBM is explained, one triple after the other, and every proof is checked. Processor
seconds, one process.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from time import process_time

import pyoxigraph as ox

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from egov_kg.inference.checker import check  # noqa: E402
from egov_kg.inference.compiling import compile_ontology  # noqa: E402
from egov_kg.inference.entailment import entail  # noqa: E402
from egov_kg.inference.reading import read_table  # noqa: E402


def main() -> None:
    """Print milliseconds a proof."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="LUBM as N-Triples, as lubm.py writes it")
    parser.add_argument("--proofs", type=int, default=1000, help="How many triples are explained.")
    arguments = parser.parse_args()
    ontology = [quad.triple for quad in ox.parse(path=str(Path(__file__).with_name("univ-bench.ttl")))]
    schema = {(str(one.subject), str(one.predicate), str(one.object)) for one in ontology}
    table = read_table([arguments.data])
    closure = entail(table, compile_ontology(ontology))
    derived = closure.table(schema=False)
    chosen = sorted(random.Random(1).sample(range(len(derived)), min(arguments.proofs, len(derived))))
    text = derived.dictionary.text
    columns = (derived.subjects, derived.predicates, derived.objects)
    triples = [tuple(text(int(column[place])) for column in columns) for place in chosen]
    taken, nodes, refused = [], 0, 0
    given = closure.prover.asserted
    for subject, predicate, thing in triples:
        start = process_time()
        proof = closure.explain((subject, predicate, thing))
        taken.append(1000 * (process_time() - start))
        nodes = max(nodes, len(proof.nodes))
        refused += bool(check(proof.as_json(), given, schema))
    first, taken = taken[0], sorted(taken)
    print(f"given {len(table)}, derived {len(derived)}, proofs {len(taken)}, most nodes {nodes}, refused {refused}")
    print(f"ms a proof: first {first:.1f}, mean {sum(taken) / len(taken):.2f}, median {taken[len(taken) // 2]:.2f}")
    print(f"99 of 100 within {taken[int(0.99 * len(taken))]:.2f}, most {taken[-1]:.2f}")


if __name__ == "__main__":
    main()
