"""One reasoner, once, in a process of its own; what it took is printed as JSON.

    PYTHON benchmarks/reasoner/peer.py own|owlrl|reasonable|sparq ONTOLOGY.nt DATA.nt OUT.nt [--written WORDS.txt FILE]

Nothing but the reasoner and the standard library is imported, so that it runs in the environment of a peer. Steps are
timed apart, by the clock and by the processor: import, load (files to the reasoner's own form), infer, write (what was
derived, or all where the reasoner cannot tell, as N-Triples). `--written` comes after all clocks: it writes the derived
facts about the words in a file, to be compared with those of others.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
MOST_WRITTEN = 300 << 20
"""Bytes of data beyond which a store is not asked for all its triples: it would need more memory than there is."""
STRING = "^^<http://www.w3.org/2001/XMLSchema#string>"
SAME_AS = "<http://www.w3.org/2002/07/owl#sameAs>"


class Laps:
    """Seconds of steps, by the clock and by the processor, and the most bytes that the process had by then."""

    def __init__(self) -> None:
        self.steps: dict[str, tuple[float, float]] = {}
        self.held: dict[str, int] = {}
        self.last = time.perf_counter(), time.process_time()

    def lap(self, name: str) -> None:
        """Say that a step has ended."""
        now = time.perf_counter(), time.process_time()
        self.steps[name] = now[0] - self.last[0], now[1] - self.last[1]
        self.held[name] = _most_bytes()
        self.last = now


def _most_bytes() -> int:
    with Path("/proc/self/status").open(encoding="ascii") as file:
        return next((int(line.split()[1]) << 10 for line in file if line.startswith("VmHWM")), 0)


Result = tuple[int, Callable[[], Iterable[str]] | None]


def own(laps: Laps, ontology: Path, data: Path, out: Path) -> Result:
    """Our reasoner, as `egov-kg infer` calls it."""
    import pyoxigraph as ox  # noqa: PLC0415 - what a step imports is what it is timed for

    from egov_kg.inference.allocation import keep_freed_memory  # noqa: PLC0415
    from egov_kg.inference.compiling import compile_ontology  # noqa: PLC0415
    from egov_kg.inference.entailment import entail  # noqa: PLC0415
    from egov_kg.inference.reading import Reader  # noqa: PLC0415
    from egov_kg.inference.writing import sorted_lines  # noqa: PLC0415

    laps.lap("import")
    keep_freed_memory()
    axioms = [quad.triple for quad in ox.parse(path=str(ontology))]
    reader = Reader()
    with data.open("rb") as file:
        reader.read_lines(file, str(data))
    table = reader.table()
    laps.lap("load")
    plan = compile_ontology(axioms)
    laps.lap("compile")
    closure = entail(table, plan)
    laps.lap("infer")
    derived = closure.table(schema=False)
    with out.open("wb") as sink:
        sink.writelines(sorted_lines(derived))
    laps.lap("write")

    def expanded() -> Iterator[str]:
        every = entail(table, plan, same_as="expand").table(schema=False)
        for block in sorted_lines(every):
            yield from block.decode().splitlines(keepends=True)

    return len(derived), expanded


def owlrl(laps: Laps, ontology: Path, data: Path, out: Path) -> Result:
    """The reference implementation, on rdflib."""
    import rdflib  # noqa: PLC0415
    from owlrl import OWLRL_Semantics  # noqa: PLC0415

    laps.lap("import")
    graph = rdflib.Graph()
    graph.parse(ontology, format="nt")
    graph.parse(data, format="nt")
    given = len(graph)
    laps.lap("load")
    OWLRL_Semantics(graph, False, False).closure()
    laps.lap("infer")
    derived = len(graph) - given
    _write(out, _lines(graph))
    laps.lap("write")
    return derived, lambda: _lines(graph)


def reasonable(laps: Laps, ontology: Path, data: Path, out: Path) -> Result:
    """A Datalog engine in Rust; it reads files by the ends of their names, and hands every triple to Python."""
    import reasonable as engine  # noqa: PLC0415

    laps.lap("import")
    reasoner = engine.PyReasoner()
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate((ontology, data)):
            link = Path(folder, f"{number}.ttl")
            link.symlink_to(path.resolve())
            reasoner.load_file(str(link))
        laps.lap("load")
        triples = reasoner.reason()
    laps.lap("infer")
    _write(out, _lines(triples))
    laps.lap("write")
    return len(triples) - _count(ontology) - _count(data), lambda: _lines(triples)


def sparq(laps: Laps, ontology: Path, data: Path, out: Path) -> Result:
    """A store in Rust with rules; fastest from one file of N-Triples. It writes nothing but answers of queries."""
    import sparq as engine  # noqa: PLC0415

    laps.lap("import")
    with tempfile.TemporaryDirectory() as folder:
        both = Path(folder, "both.nt")
        with both.open("wb") as sink:
            for path in (ontology, data):
                with path.open("rb") as source:
                    while chunk := source.read(1 << 22):
                        sink.write(chunk)
        laps.lap("join")
        graph = engine.Graph.load(str(both))
    laps.lap("load")
    derived = graph.reason("owl")
    laps.lap("infer")
    if data.stat().st_size > MOST_WRITTEN:
        return derived, None
    rows = graph.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    _write(out, _lines_of_terms(rows))
    laps.lap("write")
    return derived, lambda: _lines_of_terms(rows)


def _count(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _lines(triples: Iterable[Any]) -> Iterator[str]:
    for triple in triples:
        yield f"{' '.join(x.n3() if hasattr(x, 'n3') else str(x) for x in triple)} .\n"


def _lines_of_terms(rows: Iterable[Any]) -> Iterator[str]:
    """Yield lines of terms that show themselves as ``Term(<iri>)``."""
    for row in rows:
        yield f"{' '.join(repr(term)[5:-1] for term in row)} .\n"


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)


def _asked_for(lines: Iterable[str], words: set[str], given: set[str]) -> set[str]:
    """Return the lines about individuals in the words of the ontology that were not given.

    Equality is asked for where two names differ. What has a literal as subject is no RDF.
    """
    found = set()
    for line in lines:
        subject, predicate, thing = line[: line.rindex(" .")].removesuffix(STRING).split(" ", 2)
        if subject[0] != "<" or subject in words:
            continue
        if predicate == TYPE:
            is_asked = thing in words
        elif predicate == SAME_AS:
            is_asked = subject != thing and thing[0] == "<"
        else:
            is_asked = predicate in words
        plain = f"{subject} {predicate} {thing} .\n"
        if is_asked and plain not in given:
            found.add(plain)
    return found


def main() -> None:
    """Run one reasoner and print what it took."""
    name, ontology, data, out, *rest = sys.argv[1:]
    laps = Laps()
    run = {"own": own, "owlrl": owlrl, "reasonable": reasonable, "sparq": sparq}[name]
    derived, lines = run(laps, Path(ontology), Path(data), Path(out))
    package = {"own": "egov-kg", "sparq": "sparq-rdf"}.get(name, name)
    try:
        version = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        version = "?"
    if name == "own":
        version += f" with NumPy {importlib.metadata.version('numpy')} and Python {platform.python_version()}"
    said = {"peer": name, "version": version, "steps": laps.steps, "held": laps.held, "derived": derived}
    print(json.dumps(said), flush=True)
    if rest and lines is not None:
        words, target = set(Path(rest[0]).read_text(encoding="utf-8").split()), Path(rest[1])
        with Path(data).open(encoding="utf-8") as file:
            given = set(file)
        target.write_text("".join(sorted(_asked_for(lines(), words, given))), encoding="utf-8")
    sys.stdout.flush()
    os._exit(0)  # what it holds need not be taken apart


if __name__ == "__main__":
    main()
