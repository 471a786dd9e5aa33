"""Answers of a SPARQL server as values: read from bytes, and equal up to the names of blank nodes."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final

import pyoxigraph as ox

__all__ = ["Answer", "distinct", "graph_answer", "is_same", "read_answer", "read_quads"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Term | None, ...]

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_INTEGERS: Final = frozenset(
    {"integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"}
    | {"negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"}
)
_RDF: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_TABLES: Final = {
    "srx": ox.QueryResultsFormat.XML,
    "srj": ox.QueryResultsFormat.JSON,
    "tsv": ox.QueryResultsFormat.TSV,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query was answered with.

    Attributes:
        boolean: Of ASK, else None.
        names: The variables of a table in the order of its columns; of a graph ``s``, ``p``, ``o``.
        rows: Of the table, or the triples of the graph.
        is_ordered: Whether the rows have an order that is meant.
        is_text: Whether the terms are only their texts (CSV).
    """

    boolean: bool | None = None
    names: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    is_ordered: bool = True
    is_text: bool = False


def read_quads(data: bytes, form: str, base: str) -> set[ox.Quad]:
    """Return what an RDF document holds; its blank nodes are those of no other document.

    Args:
        data: Its content.
        form: The ending of its name, or its media type.
        base: Its IRI.
    """
    return set(ox.parse(data, format=_RDF[form], base_iri=base, rename_blank_nodes=True))


def graph_answer(quads: Iterable[ox.Quad]) -> Answer:
    """Return the triples of quads as an answer."""
    return Answer(None, ("s", "p", "o"), tuple((q.subject, q.predicate, q.object) for q in quads), is_ordered=False)


def read_answer(data: bytes, form: str, base: str) -> Answer:
    """Return an answer from its bytes.

    Args:
        data: A result, or a graph, which may describe a result in the vocabulary of test suites.
        form: The ending of its name, or its media type.
        base: Its IRI.
    """
    if form in {"csv", "text/csv"}:
        return _csv(data)
    if form in _RDF:
        quads = read_quads(data, form, base)
        return _described(quads) or graph_answer(quads)
    results = ox.parse_query_results(data, format=_TABLES[form])
    if isinstance(results, ox.QueryBoolean):
        return Answer(bool(results))
    assert isinstance(results, ox.QuerySolutions)
    return Answer(None, tuple(v.value for v in results.variables), tuple(tuple(row) for row in results))


def _csv(data: bytes) -> Answer:
    lines = list(csv.reader(io.StringIO(data.decode(), newline="")))
    width = len(lines[0]) if lines else 0
    rows = [tuple(_plain(cell) for cell in (line or [""])) for line in lines[1:] if line or width == 1]
    return Answer(None, tuple(lines[0]) if lines else (), tuple(rows), is_text=True)


def _plain(cell: str) -> Term:
    return ox.BlankNode("c" + cell[2:]) if cell.startswith("_:") else ox.Literal(cell)


def _described(quads: set[ox.Quad]) -> Answer | None:
    """Return the result that a graph describes, or None if it describes none."""
    described = ox.Dataset(quads)  # a store would fold numbers
    heads = [q.subject for q in described.quads_for_object(ox.NamedNode(f"{RS}ResultSet")) if q.predicate == RDF_TYPE]
    if not heads:
        return None
    boolean = _objects(described, heads[0], "boolean")
    if boolean:
        return Answer(boolean[0].value == "true")  # type: ignore[union-attr]
    names = tuple(sorted(n.value for n in _objects(described, heads[0], "resultVariable")))  # type: ignore[union-attr]
    found: list[tuple[int, Row]] = []
    is_ordered = True
    for solution in _objects(described, heads[0], "solution"):
        values = {
            _objects(described, b, "variable")[0].value: _objects(described, b, "value")[0]  # type: ignore[union-attr]
            for b in _objects(described, solution, "binding")
        }
        index = _objects(described, solution, "index")
        is_ordered = is_ordered and bool(index)
        number = int(index[0].value) if index else 0  # type: ignore[union-attr]
        found.append((number, tuple(values.get(name) for name in names)))
    found.sort(key=lambda pair: pair[0])
    return Answer(None, names, tuple(row for _, row in found), is_ordered=is_ordered)


def _objects(described: ox.Dataset, subject: object, name: str) -> list[Term]:
    assert isinstance(subject, ox.NamedNode | ox.BlankNode)
    return [q.object for q in described.quads_for_subject(subject) if q.predicate == ox.NamedNode(RS + name)]


def distinct(answer: Answer) -> Answer:
    """Return an answer with each of its rows once.

    Example:
        >>> row = (ox.Literal("1"),)
        >>> len(distinct(Answer(None, ("x",), (row, row))).rows)
        1
    """
    return replace(answer, rows=tuple(dict.fromkeys(answer.rows)))


def is_same(expected: Answer, got: Answer, *, by_value: bool = False, ordered: bool = False) -> bool:
    """Whether two answers are the same up to the names of blank nodes.

    Args:
        expected: What should have come. Variables without a value may be missing from it.
        got: What came.
        by_value: Whether numbers and booleans are compared by what they stand for, not by how they are written.
        ordered: Whether the rows must come in the order of `expected`.
    """
    if expected.boolean is not None or got.boolean is not None:
        return expected.boolean == got.boolean
    if not set(expected.names) <= set(got.names):
        return False
    places = [expected.names.index(name) if name in expected.names else None for name in got.names]
    left: list[Row] = [tuple(None if p is None else row[p] for p in places) for row in expected.rows]
    right: list[Row] = list(got.rows)
    if expected.is_text or got.is_text:
        left, right = _texts(left), _texts(right)
    if by_value:
        left, right = ([tuple(_value(term) for term in row) for row in rows] for rows in (left, right))
    return _canonical(left, ordered=ordered) == _canonical(right, ordered=ordered)


def _texts(rows: Iterable[Row]) -> list[Row]:
    """Return rows as CSV shows them: an empty cell for no value, the text of a literal or an IRI."""
    return [
        tuple(
            term if isinstance(term, ox.BlankNode) else ox.Literal("" if term is None else getattr(term, "value", ""))
            for term in row
        )
        for row in rows
    ]


def _value(term: Term | None) -> Term | None:
    if isinstance(term, ox.Triple):
        return ox.Triple(_value(term.subject), term.predicate, _value(term.object))  # type: ignore[arg-type]
    if not isinstance(term, ox.Literal):
        return term
    kind, text = term.datatype.value.removeprefix(XSD), term.value
    with contextlib.suppress(ValueError, InvalidOperation):
        if kind in _INTEGERS:
            return ox.Literal(str(int(text)), datatype=term.datatype)
        if kind == "decimal":
            return ox.Literal(format(Decimal(text).normalize(), "f"), datatype=term.datatype)
        if kind in {"double", "float"}:
            return ox.Literal(f"{float(text.replace('INF', 'inf')):.12g}", datatype=term.datatype)
        if kind == "string":
            return ox.Literal(f"{float(text):.12g}")
    return (
        ox.Literal({"1": "true", "0": "false"}.get(text, text), datatype=term.datatype) if kind == "boolean" else term
    )


def _canonical(rows: Sequence[Row], *, ordered: bool) -> ox.Dataset:
    """Return rows as a dataset whose blank nodes have names that depend on nothing but the rows."""
    dataset = ox.Dataset()
    for number, row in enumerate(rows):
        node = ox.BlankNode(f"row{number}")
        dataset.add(ox.Quad(node, RDF_TYPE, ox.Literal(number) if ordered else ox.NamedNode("row:")))
        for column, term in enumerate(row):
            if term is not None:
                dataset.add(ox.Quad(node, ox.NamedNode(f"column:{column}"), term))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset
