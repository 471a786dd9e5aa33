"""Inference over RDF files of the user: read, derive, write, and tell what was done."""
# ruff: noqa: PLC0415 - N-Triples needs neither our ontology nor our other readers, which take longer to import than it

from __future__ import annotations

import codecs
import contextlib
import dataclasses
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import RdfSyntaxError, UsageError
from egov_kg.inference.compiling import compile_schema
from egov_kg.inference.entailment import BYTES_A_TRIPLE, Closure, entail
from egov_kg.inference.findings import Finding
from egov_kg.inference.outside import guarded_namespace, kept_apart
from egov_kg.inference.packed_files import Progress, opened
from egov_kg.inference.plan import Plan, SchemaTriple
from egov_kg.inference.reading import Reader, syntax_error
from egov_kg.inference.splitting import split
from egov_kg.inference.terms import Table
from egov_kg.inference.writing import joined, packed, sorted_lines

if TYPE_CHECKING:
    from egov_kg.inference.sql_source import SqlDatabase
    from egov_kg.inference.stored import Stored

__all__ = [
    "Inferred",
    "Wish",
    "available_memory",
    "contradictions",
    "extension_of",
    "identities",
    "identities_in",
    "infer_files",
    "our_axioms",
    "output_extension",
    "read_into",
    "report_of",
    "sentence",
    "size_of",
    "write_inferred",
]

Say = Callable[[str], object]

_LINES: Final = {"nt": False, "nq": True}
"""Formats of one triple a line, and whether a line may name a graph."""

_FORMATS: Final = {*_LINES, "ttl", "trig", "rdf", "jsonld"}
_SMALL: Final = 4 << 20
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to derive, and how.

    Attributes:
        closure: ``lean``, or ``full`` with what is true of everything.
        engine: What evaluates the rules: ``numpy`` in memory, ``duckdb`` with facts on disk, ``spark`` on a cluster.
        master: Where Spark runs.
        expands: Whether facts are written for every name of a thing, not for one.
        merges: Namespaces whose terms may be merged by ``owl:sameAs``, and no others. If there are none, all may,
            unless the data name things of ours: then ours alone.
        base: The base of IRIs of ours.
        memory: Bytes that the run may take; what the machine has free, if this is None.
        reasoner: ``own``, or ``owlrl`` as a slow second opinion, which writes facts for every name of a thing.
        folder: Where an engine that keeps facts on disk makes its temporary folder; the system's place if this is None.
    """

    closure: Literal["lean", "full"] = "lean"
    engine: Literal["numpy", "duckdb", "spark"] = "numpy"
    master: str = "local[*]"
    expands: bool = False
    merges: tuple[str, ...] = ()
    base: str = iri.BASE
    memory: int | None = None
    folder: Path | None = None
    reasoner: Literal["own", "owlrl"] = "own"


@dataclass(frozen=True, slots=True)
class Inferred:
    """What follows from files.

    Attributes:
        given: Their triples; none where they are stored.
        entailed: What follows from them, given nowhere; none where it is stored.
        closure: Knows why; None where facts were derived on disk, on a cluster or by owlrl, which keep no stages.
        report: Counts of the run.
        graphs: Named graphs of the files, whose triples were put together.
        namespaces: Those whose names may be merged, our own first; all, if this is empty.
        stored: Both, where they stand on disk until this is closed; else None.
        findings: What cannot be true together, where it was found with the rest; else None.
    """

    given: Table
    entailed: Table
    closure: Closure | None
    report: Mapping[str, Any]
    graphs: int
    namespaces: tuple[str, ...] = ()
    stored: Stored | None = None
    findings: tuple[Finding, ...] | None = None

    @property
    def given_count(self) -> int:
        """How many triples were given."""
        return len(self.given) if self.stored is None else self.stored.given

    @property
    def entailed_count(self) -> int:
        """How many triples follow."""
        return len(self.entailed) if self.stored is None else self.stored.entailed

    def close(self) -> None:
        """Take away what stands on disk."""
        if self.stored is not None:
            self.stored.close()


def infer_files(
    paths: Sequence[Path],
    wish: Wish,
    *,
    ontology: Sequence[Path] = (),
    hear: Progress | None = None,
    say: Say | None = None,
) -> Inferred:
    """Return what follows from RDF files.

    Args:
        paths: Facts, and axioms if there are any beside them; ``-`` is N-Triples on standard input.
        wish: What to derive.
        ontology: Files with further axioms, instead of our ontology. Facts in them count, and are not given.
        hear: Hears how far files are read.
        say: Hears of rounds and counts.

    Raises:
        RdfSyntaxError: If a file does not parse; names line and column.
        UnreadableDocument: If one cannot be read.
        RefusedAxiom: If an axiom would collapse the language itself.
        InferenceTooLarge: If what follows does not fit the memory.
        UsageError: If the engine cannot do what is wished for.
        MissingExtra: If the engine is not installed.
    """
    if wish.reasoner == "owlrl":
        from egov_kg.inferring_by_owlrl import check_options

        check_options(engine=wish.engine, merges=wish.merges, memory=wish.memory)
    if wish.engine != "numpy" and wish.closure == "full":
        raise UsageError(f"the engine {wish.engine!r} derives the lean closure; for --closure full take --engine numpy")
    memory = available_memory() if wish.memory is None else wish.memory
    ours = () if ontology else tuple(our_axioms())
    if wish.engine == "duckdb":
        return _on_disk(paths, ontology, ours, wish, memory=memory, hear=hear, say=say)
    reader = Reader()
    for path in paths:
        read_into(reader, path, hear)
    given = reader.table()
    for path in ontology:
        read_into(reader, path, hear)
    schema, facts = split(reader.table())
    if say is not None:
        say(_read_summary(given, memory))
    if wish.reasoner == "owlrl":
        from egov_kg.inferring_by_owlrl import infer_by_owlrl

        found, report = infer_by_owlrl(reader.table(), ours, lean=wish.closure == "lean")
        known = compile_schema(ours).entailed
        return Inferred(given, _without(found, known), None, report, len(reader.graphs))
    plan = compile_schema([*ours, *schema])
    if not wish.merges and (guarded := guarded_namespace(facts.dictionary, plan, wish.base)) is not None:
        wish = dataclasses.replace(wish, merges=(guarded,))
    closure, found, report, findings = (_in_memory if wish.engine == "numpy" else _by_sql)(
        facts, plan, wish, memory, say
    )
    entailed = _without(found, compile_schema(ours).entailed) if ours else found
    return Inferred(given, entailed, closure, report, len(reader.graphs), wish.merges, findings=findings)


_Derived = tuple[Closure | None, Table, Mapping[str, Any], tuple[Finding, ...] | None]


def _in_memory(facts: Table, plan: Plan, wish: Wish, memory: int | None, say: Say | None) -> _Derived:
    closure = entail(
        facts,
        plan,
        closure=wish.closure,
        same_as="expand" if wish.expands else "representative",
        namespace=wish.merges[0] if wish.merges else None,
        merge=wish.merges[1:],
        memory=memory,
        progress=say,
    )
    return closure, closure.table(), closure.report, None


def _on_disk(
    paths: Sequence[Path],
    ontology: Sequence[Path],
    ours: Sequence[SchemaTriple],
    wish: Wish,
    *,
    memory: int | None,
    hear: Progress | None,
    say: Say | None,
) -> Inferred:
    """Derive with terms, triples and facts on disk."""
    from egov_kg.inferring_on_disk import infer_on_disk

    stored, found, graphs, namespaces = infer_on_disk(
        lambda reader, path: read_into(reader, path, hear),
        paths,
        ontology,
        ours,
        folder=wish.folder,
        memory=memory,
        expands=wish.expands,
        merges=wish.merges,
        base=wish.base,
        say=say or (lambda _: None),
    )
    none = Reader().table()
    return Inferred(none, none, None, found.report, graphs, namespaces, stored, found.findings)


def _by_sql(facts: Table, plan: Plan, wish: Wish, _: int | None, say: Say | None) -> _Derived:
    """Derive on a cluster."""
    from egov_kg.inference.sql_entailment import derive

    with _database(wish) as database:
        found = derive(
            facts,
            plan,
            database,
            expand=wish.expands,
            namespace=wish.merges[0] if wish.merges else None,
            merge=wish.merges[1:],
            progress=say,
        )
    return None, found.table, found.report, found.findings


@contextlib.contextmanager
def _database(wish: Wish) -> Iterator[SqlDatabase]:
    from egov_kg.spark.entailment import SparkDatabase
    from egov_kg.spark.sessions import spark_session

    with tempfile.TemporaryDirectory(prefix="egov-kg-") as folder, spark_session(wish.master, Path(folder)) as session:
        yield SparkDatabase(session)


def read_into(reader: Reader, path: Path, hear: Progress | None = None) -> None:
    """Read a file of any format into a reader."""
    extension = "nt" if str(path) == "-" else extension_of(path.name)
    if extension in _LINES:
        with opened(path, hear) as stream:
            reader.read_lines(stream, str(path), quads=_LINES[extension])
        return
    base = path.absolute().as_uri()
    text = _plain_text(path, extension)
    if text is not None:
        form = ox.RdfFormat.from_extension(extension)
        try:
            reader.read_triples(ox.parse(text, format=form, base_iri=base))
        except SyntaxError as error:
            raise syntax_error(str(path), error) from error
        return
    from egov_kg.rdf_box import boxed_quads

    if path.suffix != ".zst":
        reader.read_triples(boxed_quads(path, extension, base=base))
        return
    with tempfile.NamedTemporaryFile(suffix=f".{extension}") as copy:
        with opened(path, hear) as stream:
            shutil.copyfileobj(stream, copy)
        copy.flush()
        try:
            reader.read_triples(boxed_quads(Path(copy.name), extension, base=base))
        except RdfSyntaxError as error:
            raise RdfSyntaxError(str(path), error.problem, line=error.line, column=error.column) from error


def available_memory() -> int | None:
    """Return how many bytes of memory this machine has free; None if it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None


def _read_summary(given: Table, memory: int | None) -> str:
    has = "" if memory is None else f" of {memory >> 20} MiB"
    needed = len(given) * BYTES_A_TRIPLE >> 20
    return f"{len(given)} triples, {len(given.dictionary)} terms; needs about {needed} MiB{has}"


def extension_of(name: str) -> str:
    """Return the extension of the format that a file name means.

    Raises:
        UsageError: If it means none.

    Example:
        >>> extension_of("graph.nt.gz"), extension_of("graph.turtle.zst")
        ('nt', 'ttl')
    """
    ending = name.lower().removesuffix(".gz").removesuffix(".zst").rpartition(".")[2]
    if ending in _FORMATS:
        return ending
    from egov_kg import rdf_files

    return rdf_files.format_of(ending).extension


def output_extension(path: Path | None) -> str:
    """Return the extension of the format in which to write: that of a file's name, or Turtle."""
    return "ttl" if path is None or str(path) == "-" else extension_of(path.name)


def size_of(text: str) -> int:
    """Return how many bytes a size means.

    Raises:
        UsageError: If it is none.

    Example:
        >>> size_of("600M"), size_of("4GiB"), size_of("1024")
        (629145600, 4294967296, 1024)
    """
    found = re.fullmatch(r"([0-9]{1,12})(?:([KMGT])(?:i?B)?)?", text.strip(), re.IGNORECASE)
    if found is None:
        raise UsageError(f"{text!r} is no size; write a number with K, M, G or T, such as 600M")
    return int(found[1]) << 10 * (" KMGT".index(found[2].upper()) if found[2] else 0)


def _plain_text(path: Path, extension: str) -> bytes | None:
    """Return small Turtle that nests nothing in angle brackets: it may be read in this process."""
    if extension not in {"ttl", "trig"}:
        return None
    with opened(path) as stream:
        text = stream.read(_SMALL + 1)
    return None if len(text) > _SMALL or b"<<" in text else text.removeprefix(codecs.BOM_UTF8)


def our_axioms() -> Iterator[SchemaTriple]:
    """Yield the triples of our ontology, as terms of N-Triples."""
    from egov_kg import rdf

    for quad in rdf.ontology_quads():
        yield str(quad.subject), str(quad.predicate), str(quad.object)


def _without(table: Table, known: Iterable[SchemaTriple]) -> Table:
    """Return a table without some triples: what follows from our ontology alone is not told to others."""
    find = table.dictionary.find
    rows = {tuple(map(find, triple)) for triple in known}
    subjects = [row[0] for row in rows if row[0] is not None]
    columns = (table.subjects, table.predicates, table.objects)
    is_known = np.isin(table.subjects, subjects)
    for place in np.flatnonzero(is_known).tolist():
        is_known[place] = tuple(int(column[place]) for column in columns) in rows
    return Table(table.dictionary, *(column[~is_known] for column in columns))


def write_inferred(
    inferred: Inferred, sink: IO[bytes], extension: str, *, name: str = "", entailed_only: bool = False
) -> None:
    """Write what was given and what follows, sorted, each triple once.

    Args:
        inferred: The triples.
        sink: Where they go.
        extension: Of the format; N-Triples takes a fraction of the time of any other.
        name: Of the file: its ending says whether it is packed.
        entailed_only: Leave out what was given.
    """
    if inferred.stored is not None:
        blocks = inferred.stored.lines(entailed_only=entailed_only)
    else:
        blocks = sorted_lines(inferred.entailed if entailed_only else joined(inferred.given, inferred.entailed))
    with packed(sink, name) as open_sink:
        if extension == "nt":
            for block in blocks:
                open_sink.write(block)
            return
        from egov_kg import rdf_files

        quads = (ox.Quad(*quad.triple) for block in blocks for quad in ox.parse(block, format=ox.RdfFormat.N_TRIPLES))
        open_sink.write(rdf_files.write_rdf(quads, rdf_files.format_of(extension)))


def contradictions(inferred: Inferred) -> tuple[Finding, ...]:
    """Return what cannot be true together, sorted."""
    if inferred.findings is not None:
        return inferred.findings
    assert inferred.closure is not None
    return inferred.closure.check()


def sentence(finding: Finding) -> str:
    """Return a contradiction in words.

    Example:
        >>> sentence(Finding("dt-not-type", (), (("<a:a>", "<a:p>", '"one"^^<a:integer>'),)))
        '<a:a> <a:p> "one"^^<a:integer> cannot be true (dt-not-type)'
    """
    facts = " and ".join(dict.fromkeys(map(" ".join, finding.triples)))
    because = f", since {' and '.join(map(' '.join, finding.axiom))}" if finding.axiom else ""
    return f"{facts} cannot be true{because} ({finding.rule})"


def report_of(inferred: Inferred) -> dict[str, Any]:
    """Return what is told of a run: what the closure tells, what was written, and names that were kept apart."""
    told = dict(inferred.report)
    told["foreign"] = kept_apart(told.get("foreign", ()), inferred.namespaces, advice="to merge them give {}")
    return {"given": inferred.given_count, "entailed": inferred.entailed_count, "graphs": inferred.graphs} | told


def identities(inferred: Inferred) -> Iterator[str]:
    """Yield what a person should know of names that are the same: those kept apart, and groups that are large."""
    return identities_in(inferred.report, inferred.namespaces)


def identities_in(report: Mapping[str, Any], namespaces: Sequence[str]) -> Iterator[str]:
    """Yield what `identities` does, of a report.

    Args:
        report: Of a run.
        namespaces: Those whose names it might merge, our own first.
    """
    foreign: Sequence[Sequence[str]] = report.get("foreign", ())
    for one in kept_apart(foreign[:_SHOWN], namespaces, advice="to merge them give {}"):
        yield f"kept apart: {' and '.join(one['names'])}; {one['reason']}; {one['next']}"
    if len(foreign) > _SHOWN:
        yield f"kept apart: {len(foreign) - _SHOWN} pairs more; --report names all"
    large: Mapping[str, int] = report.get("same_as", {}).get("large", {})
    for name, size in large.items():
        yield f"large group: {size} names are one thing, for which {name} stands"
