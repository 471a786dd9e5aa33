"""Inference over files and folders on Spark: what is read, derived and written stays with the workers."""
# ruff: noqa: PLC0415 - Spark and our ontology are imported when a run needs them

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from egov_kg.errors import UsageError
from egov_kg.inference.compiling import compile_schema
from egov_kg.inference.findings import Finding
from egov_kg.inference.plan import Plan
from egov_kg.inference.reading import Reader
from egov_kg.inference.writing import write_lines, written_file
from egov_kg.inferring import Wish, our_axioms, read_into
from egov_kg.spark.parts import Piece, files_in, is_part, pieces_of

if TYPE_CHECKING:
    from egov_kg.spark.source import SparkSource

__all__ = ["infer_on_spark", "is_folder"]

Say = Callable[[str], object]


def is_folder(output: Path | None) -> bool:
    """Whether a name means a folder of parts: one that ends in ``.parquet``, has no ending, or is a folder.

    Example:
        >>> is_folder(Path("closure")), is_folder(Path("closure.parquet")), is_folder(Path("closure.nt"))
        (True, True, False)
    """
    return output is not None and str(output) != "-" and (output.suffix in {"", ".parquet"} or output.is_dir())


@dataclass(frozen=True, slots=True)
class _Given:
    """What is read: one source after the other."""

    pieces: list[Piece]
    is_given: bool


def infer_on_spark(
    paths: Sequence[Path],
    wish: Wish,
    output: Path | None,
    *,
    ontology: Sequence[Path] = (),
    extension: str = "nt",
    entailed_only: bool = False,
    say: Say | None = None,
) -> tuple[dict[str, Any], tuple[str, ...], tuple[Finding, ...]]:
    """Derive over Spark and write what follows; return the report, the namespaces that may be merged, and findings.

    Args:
        paths: Files, or folders of parts (N-Triples or Parquet), each a source of its own: blank nodes of all parts of
            a folder go by the same labels. What is neither N-Triples nor Parquet is read here, and so is small.
        wish: What to derive.
        output: A file, or a folder (see `is_folder`); standard output if this is None.
        ontology: As for `egov_kg.inferring.infer_files`.
        extension: Of the format of a file; others than N-Triples have to fit the memory.
        entailed_only: Leave out what was given.
        say: Hears of rounds and counts.

    Raises:
        UsageError: If Spark cannot do what is wished for, or the folder is there already.
        RdfSyntaxError: If a file is malformed; names file and line.
        UnreadableDocument: If one cannot be read.
        SparkFailed: If the cluster cannot do the work.
        StorageFull: If there is no room for it.
    """
    from egov_kg.spark.writing import check_target

    if wish.closure == "full":
        raise UsageError("the engine 'spark' derives the lean closure; for --closure full take --engine numpy")
    if output is not None and is_folder(output):
        check_target(output)
    if not wish.master.startswith("local") and wish.folder is None:
        raise UsageError(f"Spark at {wish.master} needs a folder that all its workers see: give it with --work-folder")
    beside = None if output is None or str(output) == "-" else output.absolute().parent
    folder = beside if wish.folder is None else wish.folder.absolute()
    with tempfile.TemporaryDirectory(prefix=".egov-kg-", dir=folder, ignore_cleanup_errors=True) as work:
        given = [*_sources(paths, Path(work), is_given=True), *_sources(ontology, Path(work), is_given=False)]
        return _derive(
            given,
            wish,
            output,
            Path(work),
            ours=not ontology,
            extension=extension,
            entailed_only=entailed_only,
            say=say,
        )


_PACKED: Final = 10
"""How many times as large as its file packed N-Triples are, about."""

_LINE: Final = 150
"""Bytes of a triple in N-Triples, about."""


def _sources(paths: Sequence[Path], work: Path, *, is_given: bool) -> Iterator[_Given]:
    for number, path in enumerate(paths):
        if path.is_dir():
            yield _Given(pieces_of(files_in(path)), is_given)
            continue
        if is_part(path.name):
            yield _Given(pieces_of([path]), is_given)
            continue
        copy = work / f"{'given' if is_given else 'axioms'}{number}.nt"
        with copy.open("wb") as sink:
            if str(path) == "-":
                shutil.copyfileobj(sys.stdin.buffer, sink, 1 << 20)
            else:
                reader = Reader()
                read_into(reader, path)
                write_lines(sink, reader.table())
        yield _Given(pieces_of([copy]), is_given)


def _derive(
    given: list[_Given],
    wish: Wish,
    output: Path | None,
    work: Path,
    *,
    ours: bool,
    extension: str,
    entailed_only: bool,
    say: Say | None,
) -> tuple[dict[str, Any], tuple[str, ...], tuple[Finding, ...]]:
    from egov_kg.inference.sql_entailment import derive_in
    from egov_kg.spark.entailment import SparkDatabase
    from egov_kg.spark.sessions import spark_session
    from egov_kg.spark.source import SparkSource
    from egov_kg.spark.writing import show_triples, write_parts

    size = sum(_size(piece) for one in given for piece in one.pieces)
    with spark_session(wish.master, work, size=size) as session:
        source = SparkSource(SparkDatabase(session))
        count = 0
        for one in given:
            read = source.read(one.pieces, given=one.is_given)
            count += read if one.is_given else 0
        if say is not None:
            say(f"{count} triples")
        axioms = tuple(our_axioms()) if ours else ()
        plan = compile_schema([*axioms, *source.schema()])
        merges = wish.merges or _guarded(source, plan, wish.base)
        found = derive_in(
            source,
            plan,
            source.database,
            expand=wish.expands,
            namespace=merges[0] if merges else None,
            merge=merges[1:],
            progress=say,
        )
        known = compile_schema(axioms).entailed if ours else ()
        entailed = show_triples(source, known, entailed_only=entailed_only)
        if output is not None and is_folder(output):
            write_parts(session, output, work, parquet=output.suffix == ".parquet")
        else:
            write_parts(session, work / "lines", work)
    if not is_folder(output):
        _join(work, output, extension)
    return {"given": count, "entailed": entailed, "graphs": 0} | dict(found.report), merges, found.findings


def _guarded(source: SparkSource, plan: Plan, base: str) -> tuple[str, ...]:
    """Return the namespace that names of others are not merged with, if there is one; see `guarded_namespace`."""
    names_ours, names_same = source.names_ours(base)
    can_be_same = plan.functional or plan.inverse_functional or plan.keys or names_same
    return (base,) if can_be_same and names_ours else ()


def _size(piece: Piece) -> int:
    """Return about how many bytes of N-Triples a piece has."""
    if piece.group < 0 and piece.end >= 0:
        return piece.end - piece.begin
    return Path(piece.path).stat().st_size * _PACKED if piece.end < 0 else (piece.end - piece.begin) * _LINE


def _join(work: Path, output: Path | None, extension: str) -> None:
    """Write the parts as one file, or to standard output."""
    from egov_kg.spark.writing import join_parts

    is_file = output is not None and str(output) != "-"
    with contextlib.ExitStack() as ends:
        sink: Any = ends.enter_context(written_file(output)) if output is not None and is_file else sys.stdout.buffer
        if extension == "nt":
            join_parts(work / "lines", sink)
            return
        from egov_kg import rdf_files

        with (work / "said.nt").open("w+b") as lines:
            join_parts(work / "lines", lines)
            lines.seek(0)
            quads = ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)
            sink.write(rdf_files.write_rdf(quads, rdf_files.format_of(extension)))
