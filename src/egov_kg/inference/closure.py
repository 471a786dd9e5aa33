"""What follows from a dataset: derived facts, the step behind each, contradictions, and a report of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any, Literal

from pyoxigraph import Triple

from egov_kg.inference.axioms import read_axioms, without_blank_nodes
from egov_kg.inference.consistency import Inconsistency, find_inconsistencies
from egov_kg.inference.lean import lean_filter
from egov_kg.inference.prover import Step, prove

__all__ = ["Closure", "Progress", "Reasoner", "entail"]

Reasoner = Literal["own", "owlrl"]

Progress = Callable[[str], object]
"""Called with a sentence now and then."""


@dataclass(frozen=True, slots=True)
class Closure:
    """What follows from asserted triples and an ontology.

    Attributes:
        entailed: Facts about individuals that follow and are not asserted, each once, in term order.
        steps: The last step of the shortest proof of each of them.
        inconsistencies: Contradictions. They never stop a build; publishing may refuse.
        report: ``engine`` (``own``, with owlrl's version if it worked as well), ``asserted``, ``entailed``, ``rules``
            (entailed triples by the rule of their last step), ``unproved`` (derived by owlrl, without a step),
            ``unconfirmed`` (with a step, not derived by owlrl), ``unread_axioms`` (outside what the prover reads),
            ``inconsistencies``. No clock enters it.
    """

    entailed: tuple[Triple, ...]
    steps: Mapping[Triple, Step]
    inconsistencies: tuple[Inconsistency, ...]
    report: dict[str, Any]


def entail(
    asserted: Iterable[Triple],
    ontology: Iterable[Triple],
    *,
    progress: Progress | None = None,
    reasoner: Reasoner = "own",
) -> Closure:
    """Return what follows from asserted triples under OWL 2 RL, as facts about individuals.

    Our own prover derives, and remembers why. It reads every kind of axiom that our ontology has. Where an ontology has
    others, and where it is asked for, owlrl derives beside it: the answer is what either derives, and the report says
    where they differ.

    Args:
        asserted: Facts about individuals. No evidence, no catalogue, no ontology of others.
        ontology: The axioms. Blank nodes are fine.
        progress: Called with a sentence now and then.
        reasoner: ``own``, or ``owlrl`` to have owlrl derive as well, which takes time and memory: a minute and a
            gigabyte for 100,000 facts.

    Raises:
        ConfigurationError: If a list of the ontology is broken.
    """
    facts = sorted(set(asserted), key=str)
    schema = without_blank_nodes(ontology)
    axioms = read_axioms(schema, facts)
    is_lean = lean_filter(axioms)
    known = set(facts)
    all_steps = prove(facts, axioms)
    if progress is not None:
        progress(f"prover: {len(all_steps)} triples")
    by_prover = [triple for triple in all_steps if is_lean(triple)]
    steps = _needed(by_prover, all_steps)
    entailed, closed = tuple(by_prover), list(all_steps)
    unproved: list[Triple] = []
    unconfirmed: list[Triple] = []
    both = reasoner == "owlrl" or bool(axioms.outside)
    if both:
        # A third of a second of imports that nobody else needs.
        from egov_kg.inference.engine import owlrl_closure  # noqa: PLC0415

        derived = owlrl_closure(facts, schema, progress)
        by_owlrl = {triple for triple in derived if is_lean(triple)} - known
        unproved = sorted(by_owlrl.difference(by_prover), key=str)
        unconfirmed = [triple for triple in by_prover if triple not in by_owlrl]
        entailed = tuple(sorted([*by_prover, *unproved], key=str))
        closed = sorted(derived.union(all_steps), key=str)
    found = find_inconsistencies([*facts, *closed], axioms)
    inconsistencies = tuple(replace(one, leaves=_leaves(one.premises, all_steps, known)) for one in found)
    rules = Counter(steps[triple].rule for triple in entailed if triple in steps)
    report = {
        "engine": f"own, owlrl {version('owlrl')}" if both else "own",
        "asserted": len(facts),
        "entailed": len(entailed),
        "rules": dict(sorted(rules.items())),
        "unproved": [f"{triple} ." for triple in unproved],
        "unconfirmed": [f"{triple} ." for triple in unconfirmed],
        "unread_axioms": list(axioms.outside),
        "inconsistencies": [one.message for one in inconsistencies],
    }
    return Closure(entailed, steps, inconsistencies, report)


def _needed(wanted: Iterable[Triple], steps: Mapping[Triple, Step]) -> dict[Triple, Step]:
    """Return the steps of the wanted triples and of everything that their proofs pass through, in the order given."""
    needed: dict[Triple, Step] = {}
    waiting = list(wanted)
    while waiting:
        triple = waiting.pop()
        if triple in steps and triple not in needed:
            needed[triple] = steps[triple]
            waiting.extend(steps[triple].premises)
    return {triple: needed[triple] for triple in steps if triple in needed}


def _leaves(premises: Iterable[Triple], steps: Mapping[Triple, Step], asserted: set[Triple]) -> tuple[Triple, ...]:
    leaves: set[Triple] = set()
    seen: set[Triple] = set()
    waiting = list(premises)
    while waiting:
        triple = waiting.pop()
        if triple in asserted:
            leaves.add(triple)
        elif triple in steps and triple not in seen:
            seen.add(triple)
            waiting.extend(steps[triple].premises)
    return tuple(sorted(leaves, key=str))
