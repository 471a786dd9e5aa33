"""RDF files as one change of the graph: triples into a graph that is named, quads into their own, no blank nodes."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from egov_kg import iri, rdf_files, store
from egov_kg.errors import UsageError
from egov_kg.store.changes import CHANGES, Change, ChangeLog, replayed

__all__ = ["load"]


def load(files: Sequence[str], out: Path, *, graph: str, form: str | None, token: str) -> Change | None:
    """Let the change log keep what files say and the graph does not hold yet.

    Args:
        files: RDF files; ``-`` is stdin.
        out: The folder that holds the releases and the log.
        graph: Where triples without a graph go: a name below ``graph/``, or an IRI.
        form: The format, if the endings do not say it.
        token: What the record names as its author.

    Returns:
        The record, or None if there is nothing new.

    Raises:
        UsageError: If the graph is one that every release makes anew, or stdin has no format.
        RdfSyntaxError, UnreadableDocument: If a file cannot be read.
        ReleaseNotFound: If there is no release to change.
        StorageFull: If the record cannot be kept.
    """
    release = store.open_release(out)
    target = ox.NamedNode(graph if ":" in graph else iri.graph_iri(graph, release.base))
    read = _read(files, form, release.base)
    quads = [
        q if isinstance(q.graph_name, ox.NamedNode) else ox.Quad(q.subject, q.predicate, q.object, target) for q in read
    ]
    for name in {quad.graph_name for quad in quads}:
        if isinstance(name, ox.NamedNode) and iri.is_derived_graph(name.value, release.base):
            raise UsageError(f"{name.value} is made by every release; put the triples into another graph")
    log = ChangeLog(out / CHANGES)
    rejected = log.rejected()
    known = replayed(
        (f"{quad} ." for quad in release.quads()),
        (change for change in log.read(after=release.manifest.mark) if change.number not in rejected),
    )
    added = {f"{quad} ." for quad in quads} - known
    if not added:
        return None
    digest = "".join(sorted(added)).encode()
    return log.append(
        token=token, media_type="application/n-quads", request=digest, base=release.id, removed=(), added=added
    )


def _read(files: Sequence[str], form: str | None, base: str) -> Iterator[ox.Quad]:
    named = rdf_files.format_of(form) if form is not None else None
    if "-" in files and named is None:
        raise UsageError("stdin has no ending; say its format with --format")
    for name in files:
        if name == "-":
            with tempfile.NamedTemporaryFile(suffix=f".{named.extension if named else ''}") as copy:
                copy.write(sys.stdin.buffer.read())
                copy.flush()
                found = rdf_files.read_rdf([Path(copy.name)], form=named)
        else:
            found = rdf_files.read_rdf([Path(name)], form=named)
        yield from _named(rdf_files.with_stable_names(found), base)


def _named(quads: Iterable[ox.Quad], base: str) -> Iterator[ox.Quad]:
    """Yield quads with IRIs in place of blank nodes: the same file gives the same ones, another file others."""
    lines = sorted(f"{quad} .\n" for quad in quads)
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()

    def term(value: object) -> object:
        if isinstance(value, ox.BlankNode):
            return ox.NamedNode(
                f"{base}{iri.GENID}{hashlib.sha256(f'{digest} {value.value}'.encode()).hexdigest()[:32]}"
            )
        return value

    for quad in ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS):
        yield ox.Quad(term(quad.subject), quad.predicate, term(quad.object), quad.graph_name)  # type: ignore[arg-type]
