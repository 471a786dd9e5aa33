"""Folders of RDF in parts: what files they hold, and how a worker of Spark reads a piece of one.

A worker opens the file itself, with the reader that the other engines use. So nothing is believed that was not checked,
what is malformed is told with file and line, and gzip and Zstandard need no library of Hadoop. It means that each
worker has to see the folder under the same path.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from egov_kg.errors import EgovKGError, RdfSyntaxError, UnreadableDocument
from egov_kg.inference.packed_files import opened
from egov_kg.inference.reading import Reader
from egov_kg.inference.terms import Table

__all__ = ["COLUMNS", "Piece", "files_in", "is_part", "pieces_of", "problem_from", "read_pieces", "triples_of"]

COLUMNS: Final = ("subject", "predicate", "object")
"""Of a Parquet file: terms as N-Triples has them."""

_LINES: Final = ("", ".gz", ".zst")
_ENDINGS: Final = tuple(f".{form}{packing}" for form in ("nt", "txt") for packing in _LINES)
"""Of N-Triples: Spark itself gives parts of text the ending ``.txt``."""

_PIECE: Final = 64 << 20
_CHUNK: Final = 8 << 20
_ROWS: Final = 50_000
_LONGEST_LINE: Final = 1 << 28
_PACKED: Final = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


class Piece(NamedTuple):
    """A part of a file that one worker reads.

    Attributes:
        path: The file.
        begin: The first byte, or the first row of a Parquet file.
        end: The byte behind the last one, or the row; -1 for all that there is.
        group: The number of the row group; -1 if this is no Parquet file.
    """

    path: str
    begin: int
    end: int
    group: int = -1


def is_part(name: str) -> bool:
    """Whether a file is N-Triples or Parquet, as its name says.

    Example:
        >>> is_part("part-00000.nt.gz"), is_part("part-00000.snappy.parquet"), is_part("laws.ttl")
        (True, True, False)
    """
    return name.endswith((*_ENDINGS, ".parquet"))


def files_in(folder: Path) -> list[Path]:
    """Return the parts in a folder and in folders below it, sorted.

    As Spark does, it passes over what begins with ``_`` or ``.``: marks of completed work, checksums, unfinished parts.

    Raises:
        UnreadableDocument: If there is none, or a file that is neither N-Triples nor Parquet.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        if any(name[0] in "._" for name in path.relative_to(folder).parts) or not path.is_file():
            continue
        if not is_part(path.name):
            raise UnreadableDocument(
                path, "is neither N-Triples nor Parquet", "Take it out of the folder, or convert it to a part.nt."
            )
        found.append(path)
    if not found:
        raise UnreadableDocument(
            folder, "has no parts", f"Give a folder with files *{', *'.join((*_ENDINGS[:3], '.parquet'))}."
        )
    return found


def pieces_of(paths: Iterable[Path], size: int = _PIECE) -> list[Piece]:
    """Return what workers read, a piece each: packed files whole, others some megabytes, Parquet by row groups.

    Args:
        paths: Of files.
        size: Bytes of a piece.

    Raises:
        UnreadableDocument: If a file cannot be read, or is no Parquet file although its name says so.
    """
    found: list[Piece] = []
    for path in paths:
        name = str(path.absolute())
        if path.name.endswith(".parquet"):
            found += _row_groups(name)
            continue
        try:
            with path.open("rb") as file:
                is_packed = file.read(4).startswith(_PACKED)
            length = path.stat().st_size
        except OSError as error:
            raise _unreadable(name, error) from error
        if is_packed:
            found.append(Piece(name, 0, -1))
        else:
            found += (Piece(name, begin, min(begin + size, length)) for begin in range(0, length, size))
    return found


def _row_groups(name: str) -> Iterator[Piece]:
    with _parquet(name) as file:
        missing = [one for one in COLUMNS if one not in file.schema_arrow.names]
        if missing:
            raise UnreadableDocument(
                name, f"has no column {missing[0]!r}", f"Give it the columns {', '.join(COLUMNS)}, with terms as text."
            )
        begin = 0
        for group in range(file.num_row_groups):
            count = file.metadata.row_group(group).num_rows
            yield Piece(name, begin, begin + count, group)
            begin += count


def _parquet(name: str) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    try:
        return parquet.ParquetFile(name)
    except (OSError, pa.ArrowInvalid) as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: Exception) -> UnreadableDocument:
    reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
    return UnreadableDocument(
        name, f"cannot be read: {reason}", "Every worker of Spark has to see it under this path, and may have to read."
    )


@dataclass(frozen=True, slots=True)
class _Problem:
    """Where a file is wrong."""

    source: str
    problem: str
    line: int = 0
    column: int = 0
    remedy: str = ""


def problem_from(text: str) -> EgovKGError:
    """Return the error that a worker has written into a row."""
    found = _Problem(**json.loads(text))
    if found.remedy:
        return UnreadableDocument(found.source, found.problem, found.remedy)
    return RdfSyntaxError(found.source, found.problem, line=found.line, column=found.column)


def read_pieces(batches: Iterable[Any], pieces: list[Piece], mark: str) -> Iterator[Any]:
    """Yield the triples of pieces as batches with the columns ``s``, ``p`` and ``o``; runs in a worker.

    A problem becomes a row with nothing but ``p``: as an error it would be tried again, and come back as a trace.

    Args:
        batches: The numbers of the pieces, in a column of Arrow.
        pieces: All of them.
        mark: Stands before the labels of blank nodes.
    """
    import pyarrow as pa  # noqa: PLC0415 - an extra

    for batch in batches:
        for number in batch.column(0).to_pylist():
            try:
                for table in triples_of(pieces[number]):
                    yield from _arrow(table, mark)
            except RdfSyntaxError as error:
                problem = _Problem(error.source, error.problem, error.line, error.column)
            except UnreadableDocument as error:
                problem = _Problem(str(error.path), error.reason, remedy=error.remedy)
            else:
                continue
            row = pa.array([json.dumps(_object(problem))], pa.string())
            yield pa.RecordBatch.from_arrays([pa.nulls(1, pa.string()), row, pa.nulls(1, pa.string())], names="spo")


def _object(problem: _Problem) -> dict[str, str | int]:
    """Return a problem as an object of JSON."""
    return {name: getattr(problem, name) for name in _Problem.__slots__}


def _arrow(table: Table, mark: str) -> Iterator[Any]:
    import numpy as np  # noqa: PLC0415 - after the check of its extra
    import pyarrow as pa  # noqa: PLC0415 - an extra

    terms = table.dictionary
    lines = terms.lines(np.arange(len(terms), dtype=np.uint32))
    if mark and terms.blank.any():
        start = f"_:{mark}".encode()
        lines = [start + line[2:] if line.startswith(b"_:") else line for line in lines]
    texts = pa.array(lines, pa.string())
    columns = [texts.take(pa.array(column)) for column in (table.subjects, table.predicates, table.objects)]
    yield from pa.table(columns, names=["s", "p", "o"]).combine_chunks().to_batches(max_chunksize=_ROWS)


def triples_of(piece: Piece) -> Iterator[Table]:
    """Yield the triples of a piece, some megabytes at a time.

    Raises:
        RdfSyntaxError: If it is malformed; names the line in the file, or the row of a Parquet file.
        UnreadableDocument: If it cannot be read.
    """
    done = 0
    for chunk in _rows(piece) if piece.group >= 0 else _lines(piece):
        reader = Reader()
        try:
            reader.read_lines(io.BytesIO(chunk), piece.path)
        except RdfSyntaxError as error:
            line = error.line and error.line + done + _before(piece)
            raise RdfSyntaxError(piece.path, error.problem, line=line, column=error.column) from error
        table = reader.table()
        if piece.group >= 0 and len(table) != chunk.count(b"\n"):
            raise RdfSyntaxError(piece.path, f"one of the rows behind row {piece.begin + done} is no triple")
        done += chunk.count(b"\n")
        yield table


def _before(piece: Piece) -> int:
    """Return how many lines or rows of a file come before a piece: only an error wants to know."""
    if piece.group >= 0 or not piece.begin:
        return piece.begin
    count, place = 0, 0
    with Path(piece.path).open("rb") as file:
        while place < piece.begin and (block := file.read(min(_CHUNK, piece.begin - place))):
            count, place = count + block.count(b"\n"), place + len(block)
        # A line that begins before the piece is the other one's.
        return count + (not block.endswith(b"\n"))


def _lines(piece: Piece) -> Iterator[bytes]:
    path = Path(piece.path)
    try:
        with opened(path) if piece.end < 0 else path.open("rb") as file:
            place = piece.begin
            if place:
                file.seek(place - 1)
                place += len(file.readline()) - 1
            while piece.end < 0 or place < piece.end:
                chunk = file.read(_CHUNK if piece.end < 0 else min(_CHUNK, piece.end - place))
                if not chunk:
                    return
                if not chunk.endswith(b"\n"):
                    chunk += file.readline(_LONGEST_LINE)
                place += len(chunk)
                yield chunk
    except OSError as error:
        raise _unreadable(piece.path, error) from error


def _rows(piece: Piece) -> Iterator[bytes]:
    with _parquet(piece.path) as file:
        for batch in file.iter_batches(batch_size=_ROWS, row_groups=[piece.group], columns=list(COLUMNS)):
            columns = [batch.column(name).to_pylist() for name in COLUMNS]
            chunk = b"".join(
                f"{subject} {predicate} {value} .\n".encode()
                for subject, predicate, value in zip(*columns, strict=True)
            )
            # A term with a line break would make several of one.
            yield chunk if chunk.count(b"\n") == len(batch) else chunk + b"\n"
