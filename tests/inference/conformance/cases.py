"""Cases of conformance: premises, and what must follow from them or that they contradict themselves.

The collection of the RDF-Based Semantics of OWL 2 is read from development material; `OWN` runs everywhere.
"""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import pyoxigraph as ox
from pyoxigraph import BlankNode, RdfFormat, Triple

from egov_kg import iri

__all__ = ["COLLECTION", "Case", "collected_cases", "entails", "turtle"]

COLLECTION: Final = Path(__file__).resolve().parents[4] / "shared" / "tests-data" / "owl2-rl" / "rdfbased-owl2rl.jsonl"
_PREFIXES: Final = "@prefix : <urn:x:> .\n" + "".join(
    f"@prefix {name}: <{iri.PREFIXES[name]}> .\n" for name in ("rdf", "rdfs", "owl", "xsd")
)

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        id: Its name.
        kind: ``entailment``, ``inconsistency``, or, of ours alone, ``consistency``.
        premise: What is given.
        conclusion: What must follow.
        never: What must not follow, each triple by itself; of ours alone.
    """

    id: str
    kind: Literal["entailment", "inconsistency", "consistency"]
    premise: tuple[Triple, ...]
    conclusion: tuple[Triple, ...] = ()
    never: tuple[Triple, ...] = ()


def turtle(text: str) -> tuple[Triple, ...]:
    """Return the triples of Turtle with the prefixes of RDF, RDFS, OWL and XSD, and ``:`` for names of its own."""
    return tuple(quad.triple for quad in ox.parse(_PREFIXES + text, format=RdfFormat.TURTLE))


@functools.cache
def collected_cases() -> tuple[Case, ...]:
    """Return the cases of the collection; none where it is not there."""
    if not COLLECTION.exists():
        return ()
    return tuple(map(_case, COLLECTION.read_text(encoding="utf-8").splitlines()))


def _case(line: str) -> Case:
    raw = json.loads(line)
    return Case(raw["id"], raw["kind"], _n_triples(raw["premise"]), _n_triples(raw.get("conclusion", "")))


def _n_triples(text: str) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(text, format=RdfFormat.N_TRIPLES))


def entails(closure: Iterable[Triple], conclusion: Iterable[Triple]) -> bool:
    """Tell whether a closure simply entails a conclusion: with its blank nodes mapped to terms it is a part of it.

    Example:
        >>> entails(turtle(":a :p :b ."), turtle(":a :p [] ."))
        True
        >>> entails(turtle(":a :p :b . :b :q :c ."), turtle(":a :p _:x . _:x :p :c ."))
        False
    """
    have = set(closure)
    wanted = set(conclusion)
    ground = {triple for triple in wanted if not any(_blank(triple))}
    if not ground <= have:
        return False
    by_predicate = defaultdict(list)
    for triple in have:
        by_predicate[triple.predicate].append(triple)
    # Triples with the fewest candidates first; what is the same blank node stays together by that often enough.
    rest = sorted(wanted - ground, key=lambda triple: (len(by_predicate[triple.predicate]), str(triple)))
    return _match(rest, by_predicate, {})


def _blank(triple: Triple) -> Iterator[bool]:
    yield isinstance(triple.subject, BlankNode)
    yield isinstance(triple.object, BlankNode)


def _match(rest: list[Triple], have: dict[ox.NamedNode, list[Triple]], names: dict[BlankNode, Term]) -> bool:
    if not rest:
        return True
    wanted = rest[0]
    for triple in have[wanted.predicate]:
        known = dict(names)
        pairs = ((wanted.subject, triple.subject), (wanted.object, triple.object))
        if all(_fits(want, found, known) for want, found in pairs) and _match(rest[1:], have, known):
            return True
    return False


def _fits(want: Term, found: Term, names: dict[BlankNode, Term]) -> bool:
    if isinstance(want, BlankNode):
        return names.setdefault(want, found) == found
    return want == found
