"""Inference over files with everything on disk: terms and triples in files of ours, facts in tables of DuckDB."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from egov_kg.inference.compiling import compile_schema
from egov_kg.inference.duckdb_engine import DuckDb
from egov_kg.inference.outside import guarded_namespace
from egov_kg.inference.parquet_rows import ParquetRows
from egov_kg.inference.plan import SchemaTriple
from egov_kg.inference.reading import Reader
from egov_kg.inference.spooling import SpooledSource, SpoolingReader
from egov_kg.inference.sql_entailment import SqlRun, derive_in
from egov_kg.inference.stored import Stored

__all__ = ["infer_on_disk"]


def infer_on_disk(
    read: Callable[[Reader, Path], None],
    paths: Sequence[Path],
    ontology: Sequence[Path],
    ours: Sequence[SchemaTriple],
    *,
    folder: Path | None,
    memory: int | None,
    expands: bool,
    merges: tuple[str, ...],
    base: str,
    say: Callable[[str], object],
) -> tuple[Stored, SqlRun, int, tuple[str, ...]]:
    """Return what follows from RDF files, on disk until it is closed.

    Args:
        read: Reads a file.
        paths: Facts, and axioms if there are any beside them.
        ontology: Files with further axioms; facts in them count, and are not given.
        ours: Further axioms, of which nothing is told that follows from them alone.
        folder: Where the temporary folder stands.
        memory: Bytes that the run may take.
        expands: Whether facts are written for every name of a thing.
        merges: Namespaces whose terms may be merged, our own first.
        base: The base of IRIs of ours, whose names are not merged with others if nothing is said.
        say: Hears of rounds and counts.

    Returns:
        What follows, what else is known of the run, how many graphs were named, and the namespaces whose names may be
        merged.
    """
    with contextlib.ExitStack() as on_error:
        database = on_error.enter_context(DuckDb(memory=memory, folder=folder))
        reader = SpoolingReader(database.folder)
        on_error.callback(reader.close)
        for path in paths:
            _read_any(read, reader, path, database)
        given = len(reader)
        for path in ontology:
            _read_any(read, reader, path, database)
        say(f"{given} triples, {len(reader.dictionary)} terms")
        source = SpooledSource(reader, database)
        plan = compile_schema([*ours, *source.schema])
        if not merges and (guarded := guarded_namespace(reader.dictionary, plan, base)) is not None:
            merges = (guarded,)
        found = derive_in(
            source,
            plan,
            database,
            expand=expands,
            namespace=merges[0] if merges else None,
            merge=merges[1:],
            progress=say,
        )
        stored = Stored(reader, source, database, given=given, entailed=found.count)
        if ours:
            stored.without(_entailed(ours))
        graphs = len(reader.graphs)
        on_error.pop_all()
    return stored, found, graphs, merges


def _read_any(read: Callable[[Reader, Path], None], reader: Reader, path: Path, database: DuckDb) -> None:
    if path.suffix.lower() == ".parquet":
        reader.read_lines(ParquetRows(path, database), str(path))
    else:
        read(reader, path)


def _entailed(axioms: Iterable[SchemaTriple]) -> Iterable[SchemaTriple]:
    return compile_schema(axioms).entailed
