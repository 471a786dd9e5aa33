"""From a release and a data set outside to a mapping file.

RDF is read in a process of its own, an endpoint into a dated file by the process that opens connections; the matcher
itself sees rows of files alone.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg import linking, mapping_files
from egov_kg.asked_targets import asked_target, fetch_candidates, fetch_endpoint, with_version
from egov_kg.errors import RdfSyntaxError, UnreadableTarget, UsageError
from egov_kg.linking import MappingSet
from egov_kg.linking.mapping_sets import SLOTS
from egov_kg.linking.matching import Engine, Reader, Tick
from egov_kg.linking.offered import Rows, offer, written_rows
from egov_kg.linking.rdf_rows import rdf_batches
from egov_kg.linking.spark import compare_over_spark
from egov_kg.linking.specification import Match, Specification
from egov_kg.linking.splink_engines import compare_by_splink
from egov_kg.linking.tables import Batch, table_batches
from egov_kg.linking.workers import compare_with
from egov_kg.rdf_box import boxed_quads
from egov_kg.rdf_files import format_of
from egov_kg.store import Release

__all__ = [
    "Linked",
    "NamedTarget",
    "engine_of",
    "fetch_candidates",
    "fetch_endpoint",
    "link",
    "named_target",
    "readers",
    "write_mappings",
]


_NO_RDF: Final = (
    "Look there: it may be cut off, packed twice, in another format, or not in UTF-8. Fetch it again, give it the "
    "ending of its format, or mend it."
)


@dataclass(frozen=True, slots=True)
class Linked:
    """What linking a release with a data set gave.

    Attributes:
        specification: What was compared with what.
        run: Candidate links, by block.
        mappings: These beside the decisions of people, as they stand in the file.
        decided: The file with these decisions.
        decisions: How many mappings people had decided.
        summary: The numbers of each block.
    """

    specification: Specification
    run: linking.Linking
    mappings: MappingSet
    decided: Path
    decisions: int
    summary: tuple[linking.Summary, ...]


def link(
    release: Release,
    target: Path | str,
    specification: Path | None = None,
    *,
    decided: Path | None = None,
    rows: Rows | None = None,
    engine: Engine | None = None,
    tick: Tick | None = None,
) -> Linked:
    """Return the candidate links between a release and a data set, beside what people decided.

    Args:
        release: The release.
        target: The file, a folder with the files that the specification names, or the address of an endpoint or a
            reconciliation service; of what stands at an address, a folder means the newest answer that was kept there.
            Without a specification the name of a target, see `named_target`.
        specification: The link specification.
        decided: The mapping file with the decisions of people; that beside the specification if None. It need not
            exist.
        rows: A reader of the rows, for a specification whose format is ``rows``.
        engine: What finds and weighs the pairs; our own, with a process for each processor, if None.
        tick: Called with the number of rows read so far, and that of all rows, or 0 where that is not known.

    Raises:
        UsageError: If there is no target of a name, or its files are not here.
        DataFileError: If the specification or the mapping file is wrong.
        UnreadableTarget: If the target is missing, damaged, or not as the specification says.
        TooManyPairs: If there is more to compare than the specification allows.
    """
    if specification is None:
        named = named_target(str(target))
        target, specification, rows = named.target, named.specification, named.rows
    read = linking.read_specification(specification)
    path = asked_target(release, read, str(target), tick) if read.dataset.is_asked else Path(target)
    read = with_version(read, path)
    file = decided or read.mapping_path
    decisions = linking.decisions_in(file, release.base)
    run = linking.link(
        release.store(),
        read,
        path,
        base=release.base,
        decisions=decisions,
        readers=readers(rows),
        engine=engine or engine_of("own"),
        tick=tick,
    )
    mappings = linking.merged(run, decisions, release.base)
    return Linked(read, run, mappings, file, len(decisions), linking.summary(run, decisions))


def engine_of(name: str, *, workers: int | None = None, master: str = "local[*]") -> Engine:
    """Return what finds and weighs the pairs.

    Args:
        name: ``own``, ``spark``, ``splink-duckdb`` or ``splink-spark``.
        workers: Processes of the engine ``own``; one for each processor if None.
        master: Where Spark runs.

    Raises:
        UsageError: If there is none of that name.
    """
    match name:
        case "own":
            return functools.partial(compare_with, workers or os.cpu_count() or 1)
        case "spark":
            return functools.partial(compare_over_spark, master)
        case "splink-duckdb":
            return functools.partial(compare_by_splink, "")
        case "splink-spark":
            return functools.partial(compare_by_splink, master)
    raise UsageError(f"there is no engine {name!r}; there are own, spark, splink-duckdb and splink-spark")


@dataclass(frozen=True, slots=True)
class NamedTarget:
    """A target by its name, as `link` takes it.

    Attributes:
        target: The file, folder or address.
        specification: The link specification.
        rows: The reader of a package, if it has one.
    """

    target: Path | str
    specification: Path
    rows: Rows | None = None


def named_target(name: str, files: str = "") -> NamedTarget:
    """Return a target that ships, or that an installed package offers.

    Args:
        name: Its name.
        files: Its files, if they are not those that come with it.

    Raises:
        UsageError: If there is none, it cannot be loaded, or its files are not here.
    """
    found = offer(name)
    specification = found.specification
    if files:
        return NamedTarget(files, specification.path)
    if found.rows is not None:
        return NamedTarget(specification.path, specification.path, found.rows)
    if found.files == "endpoint":
        return NamedTarget(specification.dataset.source, specification.path)
    if found.folder is None:
        raise UsageError(
            f"the files of {name!r} do not come along: fetch them, and give them as TARGET with --spec {name}"
        )
    return NamedTarget(found.folder, specification.path)


def readers(rows: Rows | None = None) -> dict[str, Reader]:
    """Return the readers of targets by format, besides that of tables.

    Args:
        rows: That of a package, if it has one.
    """
    found: dict[str, Reader] = {"rdf": _rdf_reader, "reconciliation": _candidate_reader}
    return {**found, "rows": _reader_of(rows)} if rows is not None else found


def _reader_of(rows: Rows) -> Reader:
    """Return the reader of a package as one of ours: its rows become a file, which is read as any other."""

    def read(specification: Specification, match: Match, path: Path, folder: Path) -> Iterator[Batch]:
        del path
        file = folder / f"{specification.dataset.id}.csv"
        written_rows(rows, match, file)
        return table_batches(specification, match, file, folder)

    return read


def _candidate_reader(specification: Specification, match: Match, path: Path, folder: Path) -> Iterator[Batch]:
    """Yield the candidates that were asked for by a block."""
    own = f"block = '{match.number}'"
    where = f"{own} AND ({match.where}\n)" if match.where else own
    return table_batches(specification, replace(match, where=where), path, folder)


def _rdf_reader(specification: Specification, match: Match, path: Path, folder: Path) -> Iterator[Batch]:
    if not path.is_file():
        raise UnreadableTarget(path, "is no file", "Check its name.")
    return rdf_batches(_quads_of(path), specification, match, path, folder)


def _quads_of(path: Path) -> Iterator[ox.Quad]:
    form = format_of(path.name)
    try:
        yield from boxed_quads(path, form.extension, base=path.absolute().as_uri())
    except RdfSyntaxError as error:
        place = f", in column {error.column}" if error.column else ""
        raise UnreadableTarget(
            path,
            f"is not {form.title}, as its ending says{place}: {error.problem.rstrip('.')}",
            _NO_RDF,
            line=error.line,
        ) from error


def write_mappings(found: Linked, path: Path, base: str) -> MappingSet:
    """Write what a run found into a mapping file, and return what the file holds then.

    What people have decided there while the run went on stays, whatever the run found; so do slots of metadata that a
    run does not set. The file appears complete or not at all.

    Raises:
        DataFileError: If there is a file that is wrong.
        ConfigurationError: If it cannot be written.
    """
    own = [one for one in found.mappings.mappings if one.is_decided]

    def change(now: MappingSet | None) -> MappingSet:
        if now is None:
            return found.mappings
        latest = [one for one in now.mappings if one.is_decided]
        known = {one.pair for one in latest}
        kept = [] if path.resolve() == found.decided.resolve() else [one for one in own if one.pair not in known]
        fresh = linking.merged(found.run, [*latest, *kept], base)
        others = {name: value for name, value in now.metadata.items() if name not in SLOTS}
        return replace(fresh, metadata={**others, **fresh.metadata})

    return mapping_files.change_mappings(path, change, base)
