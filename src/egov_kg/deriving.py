"""What follows from what a release asserts: facts, contradictions, and a report that no clock enters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, Literal

import pyoxigraph as ox

from egov_kg.errors import RefusedAxiom, UsageError

if TYPE_CHECKING:
    from egov_kg.inference.entailment import Closure
    from egov_kg.inference.findings import Finding as Contradiction

__all__ = ["Derived", "Reasoner", "derive"]

Reasoner = Literal["own", "owlrl"]

_ADVICE: Final = "take the owl:sameAs back, and say skos:exactMatch in a mapping file: a link is no identity"


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from asserted facts and an ontology.

    Attributes:
        entailed: Facts about individuals that follow and are not asserted, each once, in term order.
        contradictions: What cannot be true together, sorted. Nothing follows from it, and it stops no build.
        rounds: How many rounds it took. An update may need other ones than a build, so no release tells it.
        report: ``engine`` (``own``, with owlrl's version if it worked as well); ``asserted`` and ``entailed`` triples;
            ``rules`` (entailed triples by the rule that gives them); ``same_as`` (``groups`` of names of one thing,
            their ``members``, and the ``large`` groups with their size); ``foreign`` (names of others that were not
            merged with ours or with each other: each pair with its reason and the next step); ``ignored`` (axioms that
            no rule reads); ``refused`` (the axiom among the asserted triples that would collapse the language: then all
            axioms among them are left aside); ``contradictions`` (by rule); after owlrl ``unproved`` (derived by it
            alone), ``unconfirmed`` (derived by us alone), and ``failed`` if it ended with an error of its own.
        closure: Knows why, and takes changes.
    """

    entailed: tuple[ox.Triple, ...]
    contradictions: tuple[Contradiction, ...]
    rounds: int
    report: Mapping[str, Any]
    closure: Closure


def derive(
    asserted: Iterable[ox.Triple], ontology: Iterable[ox.Triple], base: str, *, reasoner: Reasoner = "own"
) -> Derived:
    """Return what follows from asserted triples under OWL 2 RL.

    Here is the one place where a build, an update and the trial of a change make a closure.

    Args:
        asserted: Facts about individuals; axioms among them count as well. No evidence, no catalogue, no links.
        ontology: The axioms.
        base: The base of the deployment. Names of others are never merged with each other or with ours.
        reasoner: ``own``, or ``owlrl`` to have owlrl derive as well and the report tell where they differ.
    """
    from egov_kg.inference.outside import kept_apart  # noqa: PLC0415 - NumPy, as below

    facts, axioms = list(dict.fromkeys(asserted)), list(ontology)
    closure, refused = _closure(facts, axioms, base)
    entailed = tuple(closure.entailed(schema=False))
    contradictions = closure.check()
    told = closure.report
    report = {
        "engine": "own",
        "asserted": len(facts),
        "entailed": len(entailed),
        "rules": closure.count_by_rule(),
        "same_as": told["same_as"],
        "foreign": kept_apart(told["foreign"], [base], advice=_ADVICE),
        "ignored": told["ignored"],
        "refused": refused,
        "contradictions": dict(sorted(Counter(one.rule for one in contradictions).items())),
    }
    if reasoner == "owlrl":
        report |= _second_opinion(facts, axioms, closure)
    return Derived(entailed, contradictions, told["rounds"], report, closure)


def _closure(facts: list[ox.Triple], axioms: list[ox.Triple], base: str) -> tuple[Closure, list[str]]:
    """Return the closure, and what had to be left out: an axiom among the facts must not stop a build."""
    # NumPy, which nobody needs who only reads a release.
    from egov_kg.inference.compiling import compile_ontology, compile_schema  # noqa: PLC0415
    from egov_kg.inference.entailment import entail  # noqa: PLC0415
    from egov_kg.inference.splitting import split  # noqa: PLC0415
    from egov_kg.inference.terms import encode  # noqa: PLC0415

    schema, rest = split(encode(facts))
    try:
        plan = compile_schema([*((str(t.subject), str(t.predicate), str(t.object)) for t in axioms), *schema])
        return entail(rest, plan, namespace=base), []
    except RefusedAxiom as error:
        if not schema:
            raise
        return entail(rest, compile_ontology(axioms), namespace=base), [str(error)]


def _second_opinion(facts: list[ox.Triple], axioms: list[ox.Triple], closure: Closure) -> dict[str, Any]:
    """Return where owlrl differs on facts, apart from its noise and with literals of one value taken for one."""
    # rdflib and owlrl, which nobody else needs here.
    from egov_kg.inference.owl import is_schema  # noqa: PLC0415
    from egov_kg.inference.reference import derived_by_owlrl, stood_for  # noqa: PLC0415

    given = set(map(stood_for, [*facts, *axioms]))
    told: dict[str, Any] = {"engine": f"own, owlrl {version('owlrl')}", "unproved": [], "unconfirmed": []}
    try:
        derived = derived_by_owlrl(given).triples
    except UsageError as error:
        return {**told, "failed": str(error)}
    theirs = {one for one in derived if not is_schema(str(one.subject), str(one.predicate), str(one.object))}
    ours = set(map(stood_for, closure.entailed(schema=False, expand=True))) - given
    told["unproved"] = [f"{triple} ." for triple in sorted(theirs - ours, key=str)]
    told["unconfirmed"] = [f"{triple} ." for triple in sorted(ours - theirs, key=str)]
    return told
