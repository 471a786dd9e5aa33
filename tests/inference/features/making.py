"""Small ontologies and small data to compare reasoners on, from a seed.

Two kinds. The *features* take some or all paragraphs of ``features.ttl`` and make data over the words of these. The
*axioms* are made at random themselves, over few names, so that they meet in ways that nobody thought of. Both are
bounded: where many things are the same, owlrl needs minutes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from tests.inference.features.axioms import OWL, TYPE, random_axioms
from tests.inference.features.values import VALUES

__all__ = ["Problem", "feature_names", "make_problem"]

NAMESPACE: Final = "http://features.example/#"
_DENSE: Final = frozenset({"alike", "bornIn", "badge", "spouse", "hat", "horse", "number", "plate"})
"""Words whose facts make things the same, or all pairs of a group: few of them, or owlrl does not end."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is given to two reasoners.

    Attributes:
        seed: Where it comes from.
        ontology: The axioms.
        facts: The data.
    """

    seed: int
    ontology: tuple[Triple, ...]
    facts: tuple[Triple, ...]

    @property
    def triples(self) -> tuple[Triple, ...]:
        """Both together."""
        return (*self.ontology, *self.facts)


def make_problem(seed: int) -> Problem:
    """Return the problem of a seed; one of four has all features, two some of them, and one axioms made at random."""
    chance = Random(seed)
    if seed % 4 == 3:
        ontology, words = random_axioms(chance)
    else:
        names = sorted(feature_names())
        chosen = names if seed % 4 == 0 else chance.sample(names, chance.randint(2, 8))
        ontology = tuple(triple for name in chosen for triple in _features()[name])
        words = sorted(
            {t.subject for t in ontology if isinstance(t.subject, NamedNode) and t.predicate == TYPE}, key=str
        )
    count = chance.randint(6, 30) if seed % 4 == 0 else chance.randint(3, 18)
    return Problem(seed, ontology, _facts(chance, ontology, words, count))


@functools.cache
def _features() -> dict[str, tuple[Triple, ...]]:
    head, _, text = Path(__file__).with_name("features.ttl").read_text(encoding="utf-8").partition("\n\n")
    paragraphs = re.findall(r"^# (.+)\n((?:[^#\n].*\n)+)", text, re.MULTILINE)
    return {name: tuple(_blank_by(number, f"{head}\n{body}")) for number, (name, body) in enumerate(paragraphs)}


def _blank_by(number: int, text: str) -> list[Triple]:
    """Return the triples of Turtle, with blank nodes numbered in order: labels must not change from run to run."""
    quads = list(ox.parse(text, format=RdfFormat.TURTLE))
    labels: dict[ox.BlankNode, ox.BlankNode] = {}

    def stable(term: ox.NamedNode | ox.BlankNode | Literal | Triple) -> ox.NamedNode | ox.BlankNode | Literal | Triple:
        if isinstance(term, ox.BlankNode):
            return labels.setdefault(term, ox.BlankNode(f"f{number}x{len(labels)}"))
        return term

    return [Triple(stable(q.subject), q.predicate, stable(q.object)) for q in quads]  # type: ignore[arg-type]


def feature_names() -> list[str]:
    """Return the headings of the paragraphs of ``features.ttl``."""
    return list(_features())


def _facts(chance: Random, ontology: Sequence[Triple], words: Sequence[NamedNode], count: int) -> tuple[Triple, ...]:
    kinds = {(t.subject, t.object) for t in ontology if t.predicate == TYPE}
    classes = [word for word in words if (word, OWL["Class"]) in kinds]
    objects = [word for word in words if (word, OWL["ObjectProperty"]) in kinds]
    values = [word for word in words if (word, OWL["DatatypeProperty"]) in kinds]
    things = [NamedNode(f"{NAMESPACE}i{n}") for n in range(chance.randint(4, 9))]
    named = [word for word in words if (word, OWL["NamedIndividual"]) in kinds]
    made: set[Triple] = set()
    for _ in range(count):
        kind = chance.random()
        if kind < 0.25 and classes:
            made.add(Triple(chance.choice(things), TYPE, chance.choice(classes)))
        elif kind < 0.45 and values:
            made.add(Triple(chance.choice(things), chance.choice(values), chance.choice(chance.choice(VALUES))))
        elif objects:
            prop = chance.choice(objects)
            if prop.value.removeprefix(NAMESPACE) in _DENSE and chance.random() < 0.5:
                continue
            thing = chance.choice(named) if named and chance.random() < 0.2 else chance.choice(things)
            made.add(Triple(chance.choice(things), prop, thing))
    if chance.random() < 0.15:
        made.add(Triple(chance.choice(things), OWL["sameAs"], chance.choice(things)))
    return tuple(sorted(made, key=str))
