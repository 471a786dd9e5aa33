"""The inputs of the benchmark: universities, and shapes that break reasoners; ontologies and data, as files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import pyoxigraph as ox
from lubm import write_universities

ROOT: Final = Path(__file__).resolve().parents[2]
SEED: Final = 7
TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
OWL: Final = "http://www.w3.org/2002/07/owl#"
SUB_CLASS: Final = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
THINGS: Final = "<https://w3id.org/egov-kg/id/"


@dataclass(frozen=True, slots=True)
class Input:
    """One input.

    Attributes:
        name: What the tables call it.
        ontology: N-Triples.
        data: N-Triples.
        triples: How many the data are.
    """

    name: str
    ontology: Path
    data: Path
    triples: int


def make_input(name: str, folder: Path) -> Input:
    """Write the files of an input, unless they are there, and return it.

    Args:
        name: ``lubmN``, ``chainN``, ``aliasesN`` (N groups of twenty names, found by a key), ``sameN`` (N groups of
            fifty, each name said to be the same as the one before), ``classesN``, or ``ownN`` (copies of our graph).
        folder: Where the files go.
    """
    kind = name.rstrip("0123456789")
    size = int(name[len(kind) :])
    ontology, data = folder / f"{name}-ontology.nt", folder / f"{name}.nt"
    if not data.exists():
        folder.mkdir(parents=True, exist_ok=True)
        MAKERS[kind](size, ontology, data)
    with data.open("rb") as file:
        return Input(name, ontology, data, sum(1 for _ in file))


def _universities(size: int, ontology: Path, data: Path) -> None:
    quads = ox.parse(path=str(Path(__file__).with_name("univ-bench.ttl")))
    _write(ontology, (f"{quad.subject} {quad.predicate} {quad.object}" for quad in quads))
    write_universities(data, size, SEED)


def _chain(size: int, ontology: Path, data: Path) -> None:
    """A transitive property over nodes in a row: the closure has all pairs."""
    _write(ontology, [f"<urn:x:p> {TYPE} <{OWL}{kind}>" for kind in ("ObjectProperty", "TransitiveProperty")])
    _write(data, (f"<urn:x:n{n}> <urn:x:p> <urn:x:n{n + 1}>" for n in range(size - 1)))


def _aliases(size: int, ontology: Path, data: Path) -> None:
    """Groups of twenty names of one thing, found through a key, each name with facts of its own."""
    kinds = {"key": "InverseFunctionalProperty", "knows": "ObjectProperty"}
    _write(ontology, (f"<urn:x:{prop}> {TYPE} <{OWL}{kind}>" for prop, kind in kinds.items()))
    chance = Random(SEED)
    lines = []
    for group in range(size):
        for name in range(20):
            lines.append(f"<urn:x:g{group}n{name}> <urn:x:key> <urn:x:k{group}>")
            if name < 9:
                other = f"g{chance.randrange(size)}n{chance.randrange(20)}"
                lines.append(f"<urn:x:g{group}n{name}> <urn:x:knows> <urn:x:{other}>")
    _write(data, lines)


def _classes(size: int, ontology: Path, data: Path) -> None:
    """A tree of classes, each below one of those before it, and one thing in each tenth of them."""
    chance = Random(SEED)
    lines = [f"<urn:x:C0> {TYPE} <{OWL}Class>"]
    for number in range(1, size):
        lines.append(f"<urn:x:C{number}> {TYPE} <{OWL}Class>")
        lines.append(f"<urn:x:C{number}> {SUB_CLASS} <urn:x:C{chance.randrange(number)}>")
    _write(ontology, lines)
    _write(data, (f"<urn:x:i{number}> {TYPE} <urn:x:C{number}>" for number in range(0, size, 10)))


def _same(size: int, ontology: Path, data: Path) -> None:
    """Groups of fifty names of one thing, each said to be the same as the one before, with one fact each."""
    _write(ontology, [f"<urn:x:knows> {TYPE} <{OWL}ObjectProperty>"])
    chance = Random(SEED)
    lines = []
    for group in range(size):
        for name in range(50):
            if name:
                lines.append(f"<urn:x:g{group}n{name}> <{OWL}sameAs> <urn:x:g{group}n{name - 1}>")
            other = f"g{chance.randrange(size)}n{chance.randrange(50)}"
            lines.append(f"<urn:x:g{group}n{name}> <urn:x:knows> <urn:x:{other}>")
    _write(data, lines)


def _own(size: int, ontology: Path, data: Path) -> None:
    """Our own graph, its asserted facts, so many times: each copy has other names for its things.

    Names of things begin with one namespace, into which the number of the copy goes; words of the ontology, and names
    outside, stay what they are. So copies share the ontology and what it leads to, and no fact.
    """
    out = data.parent / "own-release"
    command = [sys.executable, "-m", "egov_kg", "build", "--out", str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    axioms, facts = set(), set()
    for quad in ox.parse(path=str(out / "current" / "egov.nq")):
        graph = str(quad.graph_name)
        line = f"{quad.subject} {quad.predicate} {quad.object}"
        if "/graph/ontology>" in graph:
            axioms.add(line)
        elif "/graph/document/" in graph or "/graph/background/" in graph:
            facts.add(line)
    _write(ontology, sorted(axioms))
    rows = sorted(facts)
    _write(data, (row.replace(THINGS, f"{THINGS}copy{copy}/") for copy in range(size) for row in rows))


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line} .\n" for line in lines)


MAKERS: Final[dict[str, Callable[[int, Path, Path], None]]] = {
    "lubm": _universities,
    "chain": _chain,
    "aliases": _aliases,
    "classes": _classes,
    "own": _own,
    "same": _same,
}
