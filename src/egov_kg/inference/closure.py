"""What follows from a dataset: derived facts, the step behind each, contradictions, and a report of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pyoxigraph import Triple

from egov_kg.inference.axioms import read_axioms, without_blank_nodes
from egov_kg.inference.consistency import Inconsistency, find_inconsistencies
from egov_kg.inference.lean import lean_filter
from egov_kg.inference.prover import Step, prove
from egov_kg.inference.steps import Steps, steps_lines

__all__ = ["Closure", "Progress", "entail", "write_steps"]

Progress = Callable[[str], object]
"""Called with a sentence now and then."""


@dataclass(frozen=True, slots=True)
class Closure:
    """What follows from asserted triples and an ontology.

    Attributes:
        entailed: Facts about individuals that follow and are not asserted, each once, in term order.
        steps: The last step of the shortest proof of each of them.
        inconsistencies: Contradictions. They never stop a build; publishing may refuse.
        report: ``engine``, ``asserted``, ``entailed``, ``rules`` (entailed triples by the rule of their last step),
            ``unproved`` (derived by owlrl, without a step), ``unconfirmed`` (with a step, not derived by owlrl),
            ``unread_axioms`` (outside what the prover reads), ``inconsistencies``. No clock enters it.
    """

    entailed: tuple[Triple, ...]
    steps: Steps
    inconsistencies: tuple[Inconsistency, ...]
    report: dict[str, Any]


def entail(asserted: Iterable[Triple], ontology: Iterable[Triple], *, progress: Progress | None = None) -> Closure:
    """Return what follows from asserted triples under OWL 2 RL, as facts about individuals.

    Two engines work on every call: owlrl derives, and a small prover of our own derives the same once more and
    remembers why. The answer is what either derives; where they differ, the report says so.

    Args:
        asserted: Facts about individuals. No evidence, no catalogue, no ontology of others.
        ontology: The axioms. Blank nodes are fine.
        progress: Called with a sentence now and then.

    Raises:
        ConfigurationError: If a list of the ontology is broken.
    """
    # A third of a second of imports that a reader of proofs does not need.
    from egov_kg.inference.engine import owlrl_closure  # noqa: PLC0415

    facts = sorted(set(asserted), key=str)
    schema = without_blank_nodes(ontology)
    axioms = read_axioms(schema, facts)
    is_lean = lean_filter(axioms)
    derived = owlrl_closure(facts, schema, progress)
    known = set(facts)
    by_owlrl = {triple for triple in derived if is_lean(triple)} - known
    all_steps = prove(facts, axioms)
    if progress is not None:
        progress(f"prover: {len(all_steps)} triples")
    by_prover = {triple for triple in all_steps if is_lean(triple)}
    steps = Steps(_needed(by_prover, all_steps))
    found = find_inconsistencies([*facts, *sorted(derived | by_prover, key=str)], axioms)
    inconsistencies = tuple(replace(one, leaves=_leaves(one.premises, Steps(all_steps), known)) for one in found)
    entailed = tuple(sorted(by_owlrl | by_prover, key=str))
    rules = Counter(steps[triple].rule for triple in entailed if triple in steps)
    report = {
        "engine": f"owlrl {version('owlrl')}",
        "asserted": len(facts),
        "entailed": len(entailed),
        "rules": dict(sorted(rules.items())),
        "unproved": sorted(f"{triple} ." for triple in by_owlrl - by_prover),
        "unconfirmed": sorted(f"{triple} ." for triple in by_prover - by_owlrl),
        "unread_axioms": list(axioms.outside),
        "inconsistencies": [one.message for one in inconsistencies],
    }
    return Closure(entailed, steps, inconsistencies, report)


def _needed(wanted: Iterable[Triple], steps: Mapping[Triple, Step]) -> dict[Triple, Step]:
    """Return the steps of the wanted triples and of everything that their proofs pass through."""
    needed: dict[Triple, Step] = {}
    waiting = list(wanted)
    while waiting:
        triple = waiting.pop()
        if triple in steps and triple not in needed:
            needed[triple] = steps[triple]
            waiting.extend(steps[triple].premises)
    return {triple: needed[triple] for triple in sorted(needed, key=str)}


def _leaves(premises: Iterable[Triple], steps: Steps, asserted: set[Triple]) -> tuple[Triple, ...]:
    provable = [premise for premise in premises if premise in asserted or premise in steps]
    leaves = {leaf for premise in provable for leaf in steps.explain(premise, asserted.__contains__).leaves()}
    return tuple(sorted(leaves, key=str))


def write_steps(closure: Closure, path: Path) -> None:
    """Write the steps of a closure as ``proofs.tsv``: sorted, the same bytes for the same closure."""
    path.write_text("".join(f"{line}\n" for line in steps_lines(closure.steps)), encoding="utf-8", newline="\n")
