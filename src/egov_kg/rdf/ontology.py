"""The ontology as quads of its own named graph, with a name in place of every blank node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse

from egov_kg import assets
from egov_kg.errors import RdfSyntaxError
from egov_kg.iri import BASE, ONTOLOGY, PREFIXES, graph_iri

__all__ = ["ontology_quads", "ontology_triples", "read_turtle", "skolemised"]

_RDF, _OWL = PREFIXES["rdf"], PREFIXES["owl"]
_FIRST, _REST, _NIL = NamedNode(_RDF + "first"), NamedNode(_RDF + "rest"), NamedNode(_RDF + "nil")
_MEMBERS = NamedNode(_OWL + "members")
_HOME = ONTOLOGY.removesuffix("#")


def ontology_quads(base: str = BASE, *, alignments: bool = True) -> tuple[Quad, ...]:
    """Return the ontology in the graph ``{base}graph/ontology``, sorted, without blank nodes.

    Args:
        base: The base of the deployment; it names the graph. The terms do not move with it.
        alignments: Whether our terms are related to outside ones (``ontology/alignments.ttl``).

    Raises:
        RdfSyntaxError: If one of the two files is not Turtle.

    Example:
        >>> quads = ontology_quads("https://example.org/")
        >>> {q.graph_name.value for q in quads}
        {'https://example.org/graph/ontology'}
        >>> [q.object.value.rpartition("#")[2] for q in quads if "list/enactedUnderHead/" in str(q.subject)
        ...     and q.predicate.value.endswith("first")]
        ['enactedUnder', 'headedBy']
    """
    graph = NamedNode(graph_iri("ontology", base))
    triples = ontology_triples(alignments=alignments)
    return tuple(Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)


def ontology_triples(*, alignments: bool = True) -> tuple[Triple, ...]:
    """Return the triples of the ontology, sorted, without blank nodes."""
    triples = [*read_turtle(assets.ontology("egov.ttl"))]
    if alignments:
        triples += read_turtle(assets.ontology("alignments.ttl"))
    return skolemised(triples)


def read_turtle(path: Path) -> tuple[Triple, ...]:
    """Return the triples of a Turtle file, in its order.

    Raises:
        RdfSyntaxError: If it is not Turtle; names the line and column.
    """
    try:
        return tuple(quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise RdfSyntaxError(str(path), error.msg, line=error.lineno or 0, column=error.offset or 0) from error


def skolemised(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """Return triples with an IRI for each blank node, each triple once, sorted.

    The cells of the lists of a property are ``…/ontology/list/{property}/{n}/{k}``, with ``n`` and ``k`` from 1 and the
    lists of one property in the order of their members; the groups of disjoint classes are
    ``…/ontology/disjoint/{n}`` and their lists ``…/ontology/list/disjoint/{n}/{k}``.

    Args:
        triples: An ontology whose blank nodes are list cells and the subjects of ``owl:members``.

    Raises:
        ValueError: If a blank node is neither, so that no name could be made for it.
    """
    triples = tuple(triples)
    names = dict(_names(triples))

    def named(node: object) -> object:
        if not isinstance(node, BlankNode):
            return node
        if node not in names:
            raise ValueError(f"a blank node is neither a list cell nor a group of disjoint classes: {node}")
        return names[node]

    renamed = {Triple(named(t.subject), t.predicate, named(t.object)) for t in triples}  # type: ignore[arg-type]
    return tuple(sorted(renamed, key=str))


def _names(triples: tuple[Triple, ...]) -> Iterator[tuple[BlankNode, NamedNode]]:
    first: dict[object, object] = {t.subject: t.object for t in triples if t.predicate == _FIRST}
    rest: dict[object, object] = {t.subject: t.object for t in triples if t.predicate == _REST}
    heads = (t for t in triples if t.object in first and t.predicate != _REST)
    lists = [(_owner(head), tuple(_cells(head.object, rest)), head.subject) for head in heads]
    lists.sort(key=lambda entry: (entry[0], [str(first[cell]) for cell in entry[1]]))
    seen: Counter[str] = Counter()
    for owner, cells, subject in lists:
        seen[owner] += 1
        if isinstance(subject, BlankNode):
            yield subject, NamedNode(f"{_HOME}/{owner}/{seen[owner]}")
        for k, cell in enumerate(cells, start=1):
            if isinstance(cell, BlankNode):
                yield cell, NamedNode(f"{_HOME}/list/{owner}/{seen[owner]}/{k}")


def _owner(head: Triple) -> str:
    if head.predicate == _MEMBERS and isinstance(head.subject, BlankNode):
        return "disjoint"
    return str(head.subject).rstrip(">").rpartition("#")[2]


def _cells(head: object, rest: Mapping[object, object]) -> Iterator[object]:
    while head != _NIL:
        yield head
        head = rest[head]
