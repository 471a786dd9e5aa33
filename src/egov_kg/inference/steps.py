"""Why a triple is in the graph: steps kept in a release, and the proof trees made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, Triple, parse

from egov_kg.errors import NotEntailed, ReleaseDamaged
from egov_kg.inference.prover import Step
from egov_kg.inference.words import rule_in_words

__all__ = ["ASSERTED", "Proof", "Steps", "read_steps", "steps_lines"]

ASSERTED: Final = "asserted"
_HEADER: Final = "triple\trule\taxiom\tpremises"


@dataclass(frozen=True, slots=True)
class Proof:
    """A tree that ends in asserted triples.

    Attributes:
        triple: What is proved.
        rule: The rule of the last step, or ``asserted`` for a leaf.
        axiom: The axiom of that step in CURIEs; empty for a leaf.
        premises: The proofs of what the step rests on; empty for a leaf. A proof that is needed twice is one object.
    """

    triple: Triple
    rule: str
    axiom: str = ""
    premises: tuple[Proof, ...] = ()

    @property
    def is_asserted(self) -> bool:
        """Whether this is a leaf."""
        return self.rule == ASSERTED

    def in_words(self, lang: str = "en", name: Callable[[str], str] | None = None) -> str:
        """Return the last step in words.

        Args:
            lang: ``en`` or ``ko``.
            name: Gives the label of a CURIE; without it CURIEs stand in the sentence.
        """
        return rule_in_words(self.rule, self.axiom, lang, name)

    def walk(self) -> Iterator[tuple[int, Proof]]:
        """Yield this proof and all below it with their depth, each before its premises, the first premise first."""
        waiting = [(0, self)]
        while waiting:
            depth, proof = waiting.pop()
            yield depth, proof
            waiting.extend((depth + 1, premise) for premise in reversed(proof.premises))

    def leaves(self) -> tuple[Triple, ...]:
        """Return the asserted triples that it rests on, each once, in term order."""
        seen: set[int] = set()
        found: set[Triple] = set()
        waiting = [self]
        while waiting:
            proof = waiting.pop()
            if id(proof) not in seen:
                seen.add(id(proof))
                waiting.extend(proof.premises)
                if proof.is_asserted:
                    found.add(proof.triple)
        return tuple(sorted(found, key=str))


class Steps(Mapping[Triple, Step]):
    """The step of each entailed triple. Read from a file, a line is parsed when it is asked for."""

    def __init__(self, steps: Mapping[Triple, Step] | None = None, lines: Mapping[str, str] | None = None) -> None:
        self._steps = dict(steps or {})
        self._lines = dict(lines or {})

    def __getitem__(self, triple: Triple) -> Step:
        if triple not in self._steps:
            self._steps[triple] = _parse_step(self._lines[str(triple)])
        return self._steps[triple]

    def __contains__(self, triple: object) -> bool:
        return triple in self._steps or str(triple) in self._lines

    def __iter__(self) -> Iterator[Triple]:
        if not self._lines:
            return iter(self._steps)
        return (_parse_triples(text)[0] for text in self._lines)

    def __len__(self) -> int:
        return len(self._lines) or len(self._steps)

    def explain(self, triple: Triple, is_asserted: Callable[[Triple], bool]) -> Proof:
        """Return the shortest proof of a triple.

        Args:
            triple: An asserted or entailed triple.
            is_asserted: Whether the dataset asserts a triple; such a triple is a leaf, even if it also follows.

        Raises:
            NotEntailed: If the triple is neither.
        """
        done: dict[Triple, Proof] = {}
        waiting = [triple]
        while waiting:
            here = waiting[-1]
            if here in done:
                waiting.pop()
            elif is_asserted(here):
                done[here] = Proof(here, ASSERTED)
            elif here not in self:
                raise NotEntailed(f"{here} .")
            else:
                step = self[here]
                missing = [premise for premise in step.premises if premise not in done]
                if missing:
                    waiting.extend(missing)
                else:
                    done[here] = Proof(here, step.rule, step.axiom, tuple(done[p] for p in step.premises))
        return done[triple]


def steps_lines(steps: Mapping[Triple, Step]) -> Iterator[str]:
    r"""Yield the lines of ``proofs.tsv``, header first, in the order of the triples.

    Columns: triple, rule, axiom, premises. Triples are in N-Triples form, each with its closing point; premises stand
    one after the other with a space between. N-Triples escapes tabs and line breaks, so no cell holds one.
    """
    yield _HEADER
    for text, step in sorted((str(triple), step) for triple, step in steps.items()):
        premises = " ".join(f"{premise} ." for premise in step.premises)
        yield f"{text} .\t{step.rule}\t{step.axiom}\t{premises}"


def read_steps(path: Path) -> Steps:
    """Return the steps of a release from its ``proofs.tsv``.

    Raises:
        ReleaseDamaged: If the file is missing, not UTF-8 or has another header.
    """
    try:
        lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseDamaged(path, "the proofs cannot be read") from error
    if not lines or lines[0] != _HEADER:
        raise ReleaseDamaged(path, f"its first line is not {_HEADER!r}")
    rows = (line.partition(" .\t") for line in lines[1:])
    return Steps(lines={triple: rest for triple, _, rest in rows})


def _parse_step(rest: str) -> Step:
    rule, axiom, premises = rest.split("\t")
    return Step(rule, axiom, _parse_triples(premises))


def _parse_triples(text: str) -> tuple[Triple, ...]:
    if not text.endswith(" ."):
        text += " ."
    # Turtle, because several triples stand on one line.
    return tuple(quad.triple for quad in parse(text, format=RdfFormat.TURTLE))
