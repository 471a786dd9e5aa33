"""RDF files of the user: read by their ending, written sorted and with our prefixes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from egov_kg import dumps, iri, rdf
from egov_kg.errors import UsageError
from egov_kg.rdf_box import boxed_quads
from egov_kg.validation import ValidationReport, check_shapes, find_conflicts, sorted_findings

__all__ = ["format_of", "output_format", "read_rdf", "validate_rdf", "with_stable_names", "write_rdf"]

_SYNONYMS = {
    "turtle": "ttl",
    "n3": "ttl",
    "xml": "rdf",
    "owl": "rdf",
    "json": "jsonld",
    "ntriples": "nt",
    "nquads": "nq",
}


def format_of(name: str) -> dumps.Format:
    """Return the format that a file name, an ending or a name of a format means.

    Raises:
        UsageError: If it means none.

    Example:
        >>> format_of("graph.ttl.gz").title, format_of("owl").title
        ('Turtle', 'RDF/XML')
    """
    ending = name.lower().removesuffix(".gz").rpartition(".")[2]
    found = dumps.FORMATS.get(_SYNONYMS.get(ending, ending))
    if found is None:
        raise UsageError(f"{name} names no RDF format; the endings are {', '.join(dumps.FORMATS)}")
    return found


def read_rdf(paths: Sequence[Path], *, form: dumps.Format | None = None) -> tuple[ox.Quad, ...]:
    """Return the quads of files, in their order, each once; blank nodes of different files stay apart.

    Each file is read in a process of its own, see `egov_kg.rdf_box`.

    Args:
        paths: Files in one of our formats, by their ending, as they are or gzip.
        form: The format of all of them, if their endings do not say it.

    Raises:
        RdfSyntaxError: If one does not parse; names line and column.
        UnreadableDocument: If one cannot be read, or reading it takes too much.
    """
    quads: dict[ox.Quad, None] = {}
    for path in paths:
        extension = (form or format_of(path.name)).extension
        quads.update((quad, None) for quad in boxed_quads(path, extension, base=path.absolute().as_uri()))
    return tuple(quads)


def write_rdf(quads: Iterable[ox.Quad], form: dumps.Format) -> bytes:
    """Return quads in a format, sorted; a format of triples holds the triples of all graphs, each once.

    Our own writers do not know blank nodes; where there are any the engine writes.
    """
    unique = sorted(with_stable_names(quads), key=str)
    if not form.quads:
        unique = [ox.Quad(*triple) for triple in sorted({quad.triple for quad in unique}, key=str)]
    if not any(isinstance(term, ox.BlankNode) for quad in unique for term in (quad.subject, quad.object)):
        return dumps.serialise(unique, form, iri.BASE)
    engine = ox.RdfFormat.from_extension(form.extension)
    assert engine is not None
    prefixes = dict(iri.PREFIXES)
    statements = unique if form.quads else [quad.triple for quad in unique]
    data = ox.serialize(statements, format=engine, prefixes=prefixes)
    assert data is not None
    return data if data.endswith(b"\n") else data + b"\n"


def with_stable_names(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Return quads with blank nodes named by what is said of them, so that the same graph gives the same file."""
    unique = set(quads)
    if any(isinstance(term, ox.BlankNode) for quad in unique for term in (quad.subject, quad.object)):
        dataset = ox.Dataset(unique)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return set(dataset)
    return unique


def output_format(path: Path | None, form: str | None) -> dumps.Format:
    """Return the format that was asked for: by name, by the ending of the file to write, else Turtle."""
    if form is not None:
        return format_of(form)
    return dumps.FORMATS["ttl"] if path is None or str(path) == "-" else format_of(path.name)


def validate_rdf(quads: Iterable[ox.Quad]) -> ValidationReport:
    """Return what the checks find in RDF of the user.

    Triples without a graph are taken as a document's; then only what holds for any graph is checked: shapes, kinds of
    values, conflicts of dates - not that each triple has evidence of ours.
    """
    graph = ox.NamedNode(iri.graph_iri("background/given"))
    named = tuple(
        quad if isinstance(quad.graph_name, ox.NamedNode) else ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in quads
    )
    found = [*find_conflicts(named, rdf.ontology_quads()), *check_shapes(named, ())]
    return ValidationReport(sorted_findings(found))
