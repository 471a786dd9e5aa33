"""Tables as files: canonical N-Triples in the order of its bytes, and any other format through pyoxigraph."""

from __future__ import annotations

import contextlib
import os
import tempfile
import zlib
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Final, Protocol

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from egov_kg.errors import ConfigurationError
from egov_kg.inference.terms import Ids, Table

__all__ = ["joined", "packed", "sorted_lines", "sorted_triples", "write_lines", "written_file"]

_BLOCK: Final = 1 << 12
"""Lines at once: what is made of them stays in the processor's cache, which takes a third of the time."""
_WIDEST: Final = 64


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take some."""


def sorted_lines(table: Table) -> Iterator[bytes]:
    r"""Yield the triples of a table as canonical N-Triples, each once, in the order of their bytes.

    Returns:
        Some thousand lines at a time.

    Example:
        >>> from egov_kg.inference.terms import encode
        >>> quads = ox.parse('<a:b> <a:p> "b" . <a:b> <a:p> "a" .', format=ox.RdfFormat.TURTLE)
        >>> b"".join(sorted_lines(encode(quad.triple for quad in quads)))
        b'<a:b> <a:p> "a" .\n<a:b> <a:p> "b" .\n'
    """
    if not len(table):
        return
    terms, ranks = _ranked(table, np.concatenate([table.subjects, table.objects]))
    verbs, places = _ranked(table, table.predicates)
    subjects, predicates, objects = _in_order(ranks[table.subjects], places[table.predicates], ranks[table.objects])
    verbs = [b" " + verb + b" " for verb in verbs]
    for begin in range(0, len(subjects), _BLOCK):
        end = min(begin + _BLOCK, len(subjects))
        pieces = [b" .\n"] * (4 * (end - begin))
        pieces[0::4] = _chosen(terms, subjects[begin:end])
        pieces[1::4] = _chosen(verbs, predicates[begin:end])
        pieces[2::4] = _chosen(terms, objects[begin:end])
        yield b"".join(pieces)


def _chosen(terms: list[bytes], numbers: Ids) -> tuple[bytes, ...]:
    if len(numbers) == 1:
        return (terms[int(numbers[0])],)
    chosen: tuple[bytes, ...] = itemgetter(*numbers.tolist())(terms)
    return chosen


def _ranked(table: Table, ids: Ids) -> tuple[list[bytes], Ids]:
    """Return the terms that have ids, sorted, and for each of these ids the place of its term."""
    is_used = np.zeros(len(table.dictionary), np.bool_)
    is_used[ids] = True
    used = np.flatnonzero(is_used).astype(np.uint32)
    terms = table.dictionary.lines(used)
    order = sorted(range(len(terms)), key=terms.__getitem__)
    ranks = np.zeros(len(is_used), np.uint32)
    ranks[used[order]] = np.arange(len(order), dtype=np.uint32)
    return [terms[place] for place in order], ranks


def _in_order(*columns: Ids) -> list[Ids]:
    """Return rows sorted, each once."""
    widths = [int(column.max()).bit_length() for column in columns]
    if sum(widths) <= _WIDEST:  # one number for a row: sorting numbers is ten times as fast as sorting their places
        shifts = [np.uint64(sum(widths[place + 1 :]) % 64) for place in range(len(columns))]
        rows = np.zeros(len(columns[0]), np.uint64)
        for column, shift, width in zip(columns, shifts, widths, strict=True):
            if width:  # a shift by 64 bits is none
                rows |= column.astype(np.uint64) << shift
        rows.sort()
        rows = rows[_is_new(rows)]
        masks = [np.uint64((1 << width) - 1) for width in widths]
        return [((rows >> shift) & mask).astype(np.uint32) for shift, mask in zip(shifts, masks, strict=True)]
    order = np.lexsort(columns[::-1])
    is_new = np.zeros(len(order), np.bool_)
    for column in columns:
        is_new |= _is_new(column[order])
    return [column[order[is_new]] for column in columns]


def _is_new(rows: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which rows differ from the one before."""
    flags = np.ones(len(rows), np.bool_)
    np.not_equal(rows[1:], rows[:-1], out=flags[1:])
    return flags


def sorted_triples(table: Table) -> Iterator[ox.Triple]:
    """Yield the triples of a table, each once, in the order of canonical N-Triples."""
    for block in sorted_lines(table):
        for quad in ox.parse(block, format=ox.RdfFormat.N_TRIPLES):
            yield quad.triple


def write_lines(sink: Sink, table: Table) -> None:
    """Write canonical N-Triples, each triple once, in the order of their bytes."""
    for block in sorted_lines(table):
        sink.write(block)


def joined(one: Table, other: Table) -> Table:
    """Return the triples of two tables of one dictionary."""
    assert one.dictionary is other.dictionary
    pairs = ((one.subjects, other.subjects), (one.predicates, other.predicates), (one.objects, other.objects))
    return Table(one.dictionary, *(np.concatenate(pair) for pair in pairs))


@contextlib.contextmanager
def packed(sink: IO[bytes], name: str) -> Iterator[Sink]:
    """Pack what is written as the ending of a name says: gzip, Zstandard, or not at all.

    The same data give the same bytes: no time and no name is in them.
    """
    packer: Any
    if name.endswith(".gz"):
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    elif name.endswith(".zst"):
        import zstandard  # noqa: PLC0415 - few files are so packed

        packer = zstandard.ZstdCompressor().compressobj()
    else:
        yield sink
        return
    yield _Packed(sink, packer)
    sink.write(packer.flush())


class _Packed:
    def __init__(self, sink: Sink, packer: Any) -> None:
        self._sink, self._packer = sink, packer

    def write(self, data: bytes, /) -> int:
        self._sink.write(self._packer.compress(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: the end is written at the end."""


@contextlib.contextmanager
def written_file(path: Path) -> Iterator[Sink]:
    """Open a file that appears complete or not at all, packed as its ending says.

    Raises:
        ConfigurationError: If it cannot be written.
    """
    aside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        aside = Path(name)
        with os.fdopen(handle, "wb") as file, packed(file, path.name) as sink:
            yield sink
        aside.chmod(0o644)
        aside.replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)
