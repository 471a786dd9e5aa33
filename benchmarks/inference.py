"""How long the closure takes: owlrl as it comes, owlrl as we run it, and the prover.

    python benchmarks/inference.py [--facts 4000] [--seed 1] [--stock]

Random facts over the ontology of the project, one process, wall seconds. `--stock` also runs owlrl as it comes, which
takes minutes; all sets of derived facts are compared before any figure is printed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from owlrl import DeductiveClosure, OWLRL_Semantics
from pyoxigraph import Literal, NamedNode, Triple

from egov_kg.inference.axioms import TYPE, Axioms, read_axioms
from egov_kg.inference.closure import entail
from egov_kg.inference.engine import owlrl_closure
from egov_kg.inference.lean import lean_filter
from egov_kg.inference.prover import prove
from egov_kg.iri import expand, thing_iri
from egov_kg.rdf.convert import rdflib_graph, triples_from_rdflib
from egov_kg.rdf.ontology import ontology_triples

T = TypeVar("T")
LABELS = ("skos:prefLabel", "skos:altLabel", "egov:acronym")


def random_facts(axioms: Axioms, count: int, seed: int) -> list[Triple]:
    """Return about `count` facts: a third typings and links each, a third labels; domains and ranges are kept."""
    chance = random.Random(seed)
    domains, ranges = dict(axioms.domains), dict(axioms.ranges)
    inverse = {right for _, right in axioms.inverses}
    links = sorted({p for pair in axioms.sub_properties for p in pair} | set(domains) | set(ranges), key=str)
    links = [p for p in links if p.value.startswith(expand("egov:")) and p not in inverse]
    classes = sorted({*domains.values(), *ranges.values()}, key=str)
    things: dict[NamedNode, list[NamedNode]] = {}
    facts: set[Triple] = set()
    for cls in classes:
        name = cls.value.rpartition("#")[2].lower()
        things[cls] = [NamedNode(thing_iri(f"{name}/kr/{n}")) for n in range(max(3, count // 3 // len(classes)))]
        facts.update(Triple(thing, TYPE, cls) for thing in things[cls])
    everything = [thing for group in things.values() for thing in group]
    for number, thing in enumerate(everything):
        facts.add(Triple(thing, NamedNode(expand(LABELS[number % 3])), Literal(f"name {number}", language="en")))
    while len(facts) < count:
        prop = chance.choice(links)
        subjects = things.get(domains.get(prop, prop), everything)
        objects = things.get(ranges.get(prop, prop), everything)
        # Things of one kind point at earlier ones: partOf and its like are no cycles in the real graph.
        subject, thing = chance.choice(subjects), chance.choice(objects)
        if str(thing) < str(subject):
            facts.add(Triple(subject, prop, thing))
    return sorted(facts, key=str)


def timed(name: str, work: Callable[[], T]) -> tuple[T, float]:
    """Return the result of some work and the seconds that it took."""
    begin = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - begin
    print(f"{name:24} {seconds:8.2f} s", file=sys.stderr)
    return result, seconds


def main() -> int:
    """Run and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stock", action="store_true")
    options = parser.parse_args()
    ontology = ontology_triples()
    axioms = read_axioms(ontology)
    facts = random_facts(axioms, options.facts, options.seed)
    is_lean, known = lean_filter(axioms), set(facts)
    print(f"{len(facts)} facts, {len(ontology)} triples of the ontology", file=sys.stderr)
    derived, ours = timed("owlrl, ours", lambda: owlrl_closure(facts, ontology))
    steps, prover = timed("prover", lambda: prove(facts, axioms))
    closure, both = timed("entail (both)", lambda: entail(facts, ontology))
    lean = {triple for triple in derived if is_lean(triple)} - known
    agree = lean == {triple for triple in steps if is_lean(triple)} == set(closure.entailed)
    print(f"{len(closure.entailed)} entailed, {len(closure.inconsistencies)} inconsistencies; agree: {agree}")
    print(f"owlrl ours / prover: {ours / prover:.1f}; entail {both:.2f} s")
    if options.stock:
        graph = rdflib_graph([*facts, *ontology])
        _, stock = timed("owlrl, stock", lambda: DeductiveClosure(OWLRL_Semantics).expand(graph))
        for triple in [t for t in graph if type(t[0]).__name__ == "Literal"]:
            graph.remove(triple)
        rest = {triple for triple in triples_from_rdflib(graph) if is_lean(triple)} - known
        differences = {t for t in rest ^ lean if "agent-ont" not in str(t)}
        print(f"stock / ours: {stock / ours:.0f}; differences: {len(differences)} {sorted(map(str, differences))[:3]}")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
