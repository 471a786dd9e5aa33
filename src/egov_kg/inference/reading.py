"""RDF files into tables: N-Triples as bytes, checked and numbered a few megabytes at a time, all else by pyoxigraph.

A piece of N-Triples that is not canonical in every line, but for line breaks of two signs (other white space, comments,
escapes, datatypes left out in canonical form), goes through pyoxigraph, and so does one with an error, whose line it
tells. So a term has one number however it was written, and no promise of a file is believed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from egov_kg.errors import RdfSyntaxError, UnreadableDocument, UsageError
from egov_kg.inference.hashing import PADDING
from egov_kg.inference.packed_files import Progress, opened
from egov_kg.inference.terms import Dictionary, Table

__all__ = ["Reader", "read_table", "syntax_error"]

_PIECE: Final = 1 << 21
_BATCH: Final = 20_000
_BREAK: Final = 10
_SPACE: Final = 32
_POINT: Final = 46
_LESS: Final = ord("<")
_GREATER: Final = ord(">")
_UNDERSCORE: Final = ord("_")
_SUBJECTS: Final = np.isin(np.arange(256), [_LESS, _UNDERSCORE])

_SAFE: Final = rb"A-Za-z0-9\-._~!$&'()*+,;=:@/?"
_IRI: Final = (
    rb"<[A-Za-z][A-Za-z0-9+.\-]*+:(?://[A-Za-z0-9\-._~]*+(?::[0-9]*+)?(?=[/?#>])|(?!//))[%b]*+(?:#[%b]*+)?>"
    % (_SAFE, _SAFE.replace(b"#", b""))
)
_LITERAL: Final = (
    rb'"(?:[^\x00-\x1f"\\\x7f]++|\\[nrt"\\])*+"'
    rb"(?:@[a-z]{2,3}(?:-[a-z]{2})?|\^\^(?!<http://www.w3.org/2001/XMLSchema#string>)%b)?" % _IRI
)
_BLANK: Final = rb"_:[A-Za-z0-9_][A-Za-z0-9_.\-]*+(?<!\.)"
_PLAIN: Final = re.compile(rb"(?:(?:%b|%b|%b)\n)*+" % (_IRI, _LITERAL, _BLANK))
"""Terms of which nobody doubts that they are right and canonical."""

_DEEP: Final = re.compile(rb"(?:<<\(\s*\S+\s+\S+\s+){17}")
_LONGEST_LINE: Final = 1 << 28


class Stream(Protocol):
    """What gives bytes, some at a time."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, about so many; none at the end."""


class Reader:
    """Puts triples of several sources into one table; blank nodes of different sources are kept apart.

    The labels of the first source stay as they are in N-Triples; in other formats they are new, for there may be nodes
    without one. Graphs are put together.

    Args:
        dictionary: Takes the terms; a new one if none is given.
    """

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        self.dictionary = Dictionary() if dictionary is None else dictionary
        self._graphs: set[int] = set()
        self._columns: list[NDArray[np.uint32]] = []
        self._mark = b""
        self._sources = 0

    @property
    def graphs(self) -> frozenset[str]:
        """The named graphs that were met, as terms."""
        return frozenset(map(self.dictionary.text, self._graphs))

    def table(self) -> Table:
        """Return all that was read."""
        columns = np.concatenate([np.empty((3, 0), np.uint32), *self._columns], axis=1)
        self._columns = [columns]
        return Table(self.dictionary, columns[0], columns[1], columns[2])

    def read_lines(self, stream: Stream, name: str, *, quads: bool = False) -> None:
        """Read N-Triples, or N-Quads.

        Args:
            stream: Read a few megabytes at a time.
            name: For errors.
            quads: Whether lines may name a graph.

        Raises:
            RdfSyntaxError: Names line and column.
        """
        self._begin()
        line = 1
        for piece in _pieces(stream, name):
            rows = self._take(piece.replace(b"\r\n", b"\n"), quads=quads)  # a line break is in no term
            if not rows:
                self._take(self._canonical(piece, name, line, quads=quads), is_trusted=True)
            line += rows or piece.count(b"\n")

    def read_triples(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        """Read what a parser gives."""
        self._begin()
        labels: dict[ox.BlankNode, ox.BlankNode] = {}
        rest = iter(triples)
        while batch := list(islice(rest, _BATCH)):
            self._take(_serialised(_relabelled(self._without_graphs(batch), labels)), is_trusted=True)

    def _begin(self) -> None:
        """Find a mark that makes the labels of this source new, if there are any yet."""
        self._sources += 1
        blank = np.flatnonzero(self.dictionary.blank).astype(np.uint32)
        self._mark = b"f%d-" % self._sources if len(blank) else b""
        while self._mark and any(label.startswith(b"_:" + self._mark) for label in self.dictionary.lines(blank)):
            self._mark = b"f" + self._mark

    def _without_graphs(self, statements: Iterable[ox.Triple | ox.Quad]) -> Iterator[ox.Triple]:
        for one in statements:
            if isinstance(one, ox.Triple):
                yield one
                continue
            if not isinstance(one.graph_name, ox.DefaultGraph):
                self._graphs.add(self.dictionary.add(str(one.graph_name)))
            yield one.triple

    def _canonical(self, piece: bytes, name: str, line: int, *, quads: bool) -> bytes:
        if _DEEP.search(piece):
            raise RdfSyntaxError(name, "a triple stands in a triple, more than 16 deep", line=line, column=1)
        form = ox.RdfFormat.N_QUADS if quads else ox.RdfFormat.N_TRIPLES
        try:
            return _serialised(self._without_graphs(ox.parse(piece[:-PADDING], format=form)))
        except SyntaxError as error:
            raise syntax_error(name, error, lines_before=line - 1) from error

    def _take(self, piece: bytes, *, quads: bool = False, is_trusted: bool = False) -> int:
        """Add the triples of canonical lines; return how many there are, none if one is not canonical.

        Args:
            piece: Whole lines, and padding.
            quads: Whether lines may name a graph.
            is_trusted: Whether pyoxigraph has written them.
        """
        if len(piece) == PADDING or not (is_trusted or _is_utf8(piece)):
            return 0
        ranges = _terms(piece, quads=quads)
        if ranges is None:
            return 0
        rows, starts, ends = ranges
        if self._mark:
            piece, starts, ends = _marked(piece, starts, ends, self._mark)
        ids = self.dictionary.add_ranges(piece, starts, ends - starts, None if is_trusted else _are_canonical)
        if ids is None:
            return 0
        self._keep(ids[: 3 * rows].reshape(3, -1))
        if len(ids) > 3 * rows:
            self._graphs.update(np.unique(ids[3 * rows :]).tolist())
        return rows

    def _keep(self, columns: NDArray[np.uint32]) -> None:
        """Take the ids of subjects, predicates and objects."""
        self._columns.append(columns)


def _pieces(stream: Stream, name: str) -> Iterator[bytes]:
    """Yield whole lines, some megabytes at a time, and padding behind them."""
    rest: list[bytes] = []
    kept = 0
    data = stream.read(_PIECE).removeprefix(codecs.BOM_UTF8)
    while data:
        end = data.rfind(b"\n") + 1
        if end:
            yield b"".join([*rest, data[:end], bytes(PADDING)])
            rest, kept = [], 0
        rest.append(data[end:])
        kept += len(data) - end
        if kept > _LONGEST_LINE:
            raise UnreadableDocument(name, f"has a line of more than {_LONGEST_LINE >> 20} MiB", "Is it N-Triples?")
        data = stream.read(_PIECE)
    if kept:
        yield b"".join([*rest, b"\n", bytes(PADDING)])


def _is_utf8(piece: bytes) -> bool:
    if piece.isascii():
        return True
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def _terms(piece: bytes, *, quads: bool) -> tuple[int, NDArray[np.int64], NDArray[np.int64]] | None:
    """Return how many lines there are, and where terms begin and end: all subjects, all predicates, all objects.

    Behind them stand the names of graphs, where lines may have one.

    Returns:
        None if a line is no three terms with one space between them, a space and a point.
    """
    signs = np.frombuffer(piece, np.uint8, len(piece) - PADDING)
    gaps = np.flatnonzero(signs <= _SPACE)
    kinds = signs[gaps]
    breaks = np.flatnonzero(kinds == _BREAK)
    first = np.zeros_like(breaks)
    first[1:] = breaks[:-1] + 1  # the first gap of a line
    if (first + 2 >= breaks).any() or (kinds[first] != _SPACE).any() or (kinds[first + 1] != _SPACE).any():
        return None
    ends = gaps[breaks]
    begins = np.zeros_like(ends)
    begins[1:] = ends[:-1] + 1
    subject_ends, predicate_ends, object_ends = gaps[first], gaps[first + 1], ends - 2
    if (
        (signs[ends - 1] != _POINT).any()
        or (signs[object_ends] != _SPACE).any()
        or (predicate_ends >= object_ends).any()
    ):
        return None
    if (~_SUBJECTS[signs[begins]]).any() or (signs[subject_ends + 1] != _LESS).any():
        return None
    starts = [begins, subject_ends + 1, predicate_ends + 1]
    stops = [subject_ends, predicate_ends, object_ends]
    if quads:  # an IRI behind the last space: if it belongs to a literal, what is left of that is none
        before = gaps[breaks - 2]
        has_graph = (before > predicate_ends) & (signs[before + 1] == _LESS) & (signs[object_ends - 1] == _GREATER)
        stops[2] = np.where(has_graph, before, object_ends)
        starts.append(before[has_graph] + 1)
        stops.append(object_ends[has_graph])
    return len(begins), np.concatenate(starts), np.concatenate(stops)


def _are_canonical(terms: bytes) -> bool:
    """Whether terms, each followed by a line break, are right, and written as pyoxigraph writes them."""
    odd = []
    place = _matched(terms, 0)
    while place < len(terms):
        end = terms.index(b"\n", place) + 1
        odd.append(terms[place : end - 1])
        place = _matched(terms, end)
    if not odd:
        return True
    lines = b"".join([b"<a:a> <a:a> %b .\n" % term for term in odd])
    if _DEEP.search(lines):
        return False
    try:
        read = [str(quad.object).encode() for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]
    except SyntaxError:
        return False
    return read == odd


def _matched(terms: bytes, place: int) -> int:
    found = _PLAIN.match(terms, place)
    assert found is not None
    return found.end()


def _marked(
    piece: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64], mark: bytes
) -> tuple[bytes, NDArray[np.int64], NDArray[np.int64]]:
    """Return lines with a mark before the label of each blank node, and where terms begin and end there."""
    places = np.sort(starts[np.frombuffer(piece, np.uint8)[starts] == _UNDERSCORE] + 2)
    if not len(places):
        return piece, starts, ends
    cuts = [0, *places.tolist(), len(piece)]
    marked = mark.join([piece[begin:end] for begin, end in pairwise(cuts)])
    starts = starts + len(mark) * np.searchsorted(places, starts, side="right")
    return marked, starts, ends + len(mark) * np.searchsorted(places, ends, side="right")


def _serialised(triples: Iterable[ox.Triple]) -> bytes:
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert data is not None
    return data + bytes(PADDING)


def _relabelled(triples: Iterable[ox.Triple], labels: dict[ox.BlankNode, ox.BlankNode]) -> Iterator[ox.Triple]:
    """Yield triples with blank nodes named in the order of their appearance: a parser draws labels."""

    def named(node: ox.BlankNode) -> ox.BlankNode:
        return labels.setdefault(node, ox.BlankNode(f"b{len(labels)}"))

    for triple in triples:
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.BlankNode) or isinstance(value, ox.BlankNode):
            yield ox.Triple(
                named(subject) if isinstance(subject, ox.BlankNode) else subject,
                triple.predicate,
                named(value) if isinstance(value, ox.BlankNode) else value,
            )
        else:
            yield triple


def syntax_error(name: str, error: SyntaxError, *, lines_before: int = 0) -> RdfSyntaxError:
    """Return the error of a parser as ours."""
    problem = re.sub(r"^Parser error at line .*?: | \(line \d+\)$", "", error.msg)
    return RdfSyntaxError(name, problem, line=(error.lineno or 1) + lines_before, column=error.offset or 1)


def read_table(paths: Sequence[Path], progress: Progress | None = None) -> Table:
    """Return the triples of files, of all graphs, as a table.

    Args:
        paths: In a format of RDF by their ending, as they are, gzip or Zstandard.
        progress: Hears how far each is read.

    Raises:
        RdfSyntaxError: If one does not parse; names line and column.
        UnreadableDocument: If one cannot be read.
        UsageError: If an ending names no format.
    """
    reader = Reader()
    for path in paths:
        form = _format(path)
        with opened(path, progress) as stream:
            if form in {ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS}:
                reader.read_lines(stream, str(path), quads=form == ox.RdfFormat.N_QUADS)
                continue
            try:
                reader.read_triples(ox.parse(stream, format=form, base_iri=path.absolute().as_uri()))
            except SyntaxError as error:
                raise syntax_error(str(path), error) from error
    return reader.table()


def _format(path: Path) -> ox.RdfFormat:
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    form = ox.RdfFormat.from_extension(name.rpartition(".")[2])
    if form is None:
        raise UsageError(f"{path.name} names no RDF format; endings are ttl, nt, nq, trig, rdf and jsonld")
    return form
