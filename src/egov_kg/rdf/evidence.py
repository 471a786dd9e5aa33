"""Evidence: one Statement per document, span and triple, with the quoted words and their place.

RDF 1.1 reification in a graph of its own. Nodes are named by the hash of what they say, so that equal input gives
equal bytes and Statements that rest on the same words share their span node.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from egov_kg import iri
from egov_kg.model import Certainty, Document, Span
from egov_kg.rdf.assertion import Assertion, named, triple

__all__ = ["CONTEXT", "GRAPH", "build_id", "build_quads", "evidence_quads", "span_hash", "statement_hash"]

GRAPH = "evidence"

CONTEXT: Final = 32
"""How many characters before and after the quoted words are kept, so that they are found again in a changed text."""

_CERTAINTIES: Final[Sequence[Certainty]] = ("stated", "inferable", "background", "proposed")


def span_hash(text_digest: str, start: int, end: int) -> str:
    """Return the name of a span's node.

    Args:
        text_digest: The SHA-256 of the text, hexadecimal.
        start: Where the span begins in that text.
        end: Where it ends, not included.

    Example:
        >>> span_hash("d2", 0, 4)
        '0160603a6227aebfa9a77e4357a85ac8'
    """
    return _hash(text_digest, str(start), str(end))


def statement_hash(grounds: Iterable[str], stated: Triple) -> str:
    """Return the name of a Statement's node.

    Args:
        grounds: What the Statement rests on: the hashes of its spans, in reading order; for a Statement without
            spans the ids of its sources.
        stated: The triple.
    """
    return _hash(*grounds, str(stated.subject), str(stated.predicate), str(stated.object))


def _hash(*items: str) -> str:
    return hashlib.sha256("\n".join(items).encode()).hexdigest()[:32]


def build_id(documents: Iterable[Document], *, background_digest: str, rules_digest: str, version: str) -> str:
    """Return the id of the build that these inputs make; no clock enters it.

    Args:
        documents: In any order.
        background_digest: The hash of the background tables.
        rules_digest: The hash of extraction's data.
        version: The version of the data.
    """
    inputs = sorted(f"{document.id} {document.text_digest}" for document in documents)
    return f"build/{_hash(version, background_digest, rules_digest, *inputs)}"


def build_quads(
    build: str, documents: Iterable[Document], *, background_digest: str, rules_digest: str, version: str, base: str
) -> Iterator[Quad]:
    """Yield what is known of a build: its inputs, the version of the data, the hashes of tables and rules."""
    node, graph = NamedNode(iri.thing_iri(build, base)), NamedNode(iri.graph_iri(GRAPH, base))
    yield Quad(node, named("rdf:type"), named("egov:Build"), graph)
    yield Quad(node, named("dcterms:hasVersion"), Literal(version), graph)
    for what, digest in (("background", background_digest), ("rules", rules_digest)):
        if digest:
            yield Quad(node, named("dcterms:identifier"), Literal(f"{what} sha256:{digest}"), graph)
    for document in documents:
        yield Quad(node, named("prov:used"), NamedNode(iri.thing_iri(document.id, base)), graph)


def evidence_quads(
    assertions: Iterable[Assertion],
    documents: Mapping[str, Document],
    *,
    build: str,
    base: str,
    graph: str = GRAPH,
) -> Iterator[Quad]:
    """Yield the Statements of assertions, and the span nodes that they point at.

    The same triple from the same words is one Statement, whatever number of rules found it; it keeps the highest
    certainty and then the smallest rule id. A decision that rests on two documents has a Statement in each. What rests
    on neither words nor a register (the first day of a year) has none.

    Args:
        assertions: In any order.
        documents: Every document that a span names, by id.
        build: The id of the build.
        base: The base of the deployment.
        graph: The name of the graph that they stand in.

    Raises:
        SpanOutOfRange: If a span reaches outside its document.
    """
    grouped: defaultdict[str, list[Assertion]] = defaultdict(list)
    where = NamedNode(iri.graph_iri(graph, base))
    for assertion in assertions:
        for part in _by_document(assertion):
            grounds = [span_hash(documents[s.document].text_digest, s.start, s.end) for s in part.spans]
            grouped[statement_hash(grounds or part.sources, triple(part, base))].append(part)
    spans: set[Span] = set()
    for name, same in sorted(grouped.items()):
        spans.update(span for assertion in same for span in assertion.spans)
        yield from _statement(name, same, documents, build=build, base=base, graph=where)
    for span in sorted(spans):
        yield from _span(span, documents[span.document], base, where)


def _by_document(assertion: Assertion) -> Iterator[Assertion]:
    """Yield an assertion once for each document that its words stand in; once if only registers say it."""
    for document in sorted({span.document for span in assertion.spans}):
        yield replace(assertion, spans=tuple(span for span in assertion.spans if span.document == document))
    if not assertion.spans and assertion.sources:
        yield assertion


def _statement(
    name: str, same: list[Assertion], documents: Mapping[str, Document], *, build: str, base: str, graph: NamedNode
) -> Iterator[Quad]:
    node = NamedNode(iri.thing_iri(f"statement/{name}", base))
    stated = triple(same[0], base)
    best = min(same, key=lambda a: (_CERTAINTIES.index(a.certainty), a.rule))
    yield Quad(node, named("rdf:type"), named("egov:Statement"), graph)
    yield Quad(node, named("rdf:subject"), stated.subject, graph)
    yield Quad(node, named("rdf:predicate"), stated.predicate, graph)
    yield Quad(node, named("rdf:object"), stated.object, graph)
    yield Quad(node, named("egov:certainty"), Literal(best.certainty), graph)
    yield Quad(node, named("egov:ruleId"), Literal(best.rule), graph)
    yield Quad(node, named("prov:wasGeneratedBy"), NamedNode(iri.thing_iri(build, base)), graph)
    for source in sorted({source for assertion in same for source in assertion.sources}):
        yield Quad(node, named("dcterms:source"), NamedNode(iri.thing_iri(source, base)), graph)
    for span in sorted({span for assertion in same for span in assertion.spans}):
        digest = documents[span.document].text_digest
        target = iri.thing_iri(f"span/{span_hash(digest, span.start, span.end)}", base)
        yield Quad(node, named("oa:hasTarget"), NamedNode(target), graph)
    for document in sorted({span.document for assertion in same for span in assertion.spans}):
        yield Quad(node, named("prov:wasQuotedFrom"), NamedNode(iri.thing_iri(document, base)), graph)


def _span(span: Span, document: Document, base: str, graph: NamedNode) -> Iterator[Quad]:
    name = iri.thing_iri(f"span/{span_hash(document.text_digest, span.start, span.end)}", base)
    node, quote, position = NamedNode(name), NamedNode(f"{name}/quote"), NamedNode(f"{name}/position")
    yield Quad(node, named("rdf:type"), named("oa:SpecificResource"), graph)
    yield Quad(node, named("oa:hasSource"), NamedNode(iri.thing_iri(document.id, base)), graph)
    yield Quad(node, named("oa:hasSelector"), quote, graph)
    yield Quad(node, named("oa:hasSelector"), position, graph)
    yield Quad(quote, named("rdf:type"), named("oa:TextQuoteSelector"), graph)
    yield Quad(quote, named("oa:exact"), Literal(document.quote(span)), graph)
    yield Quad(quote, named("oa:prefix"), Literal(document.text[max(0, span.start - CONTEXT) : span.start]), graph)
    yield Quad(quote, named("oa:suffix"), Literal(document.text[span.end : span.end + CONTEXT]), graph)
    yield Quad(position, named("rdf:type"), named("oa:TextPositionSelector"), graph)
    yield Quad(position, named("oa:start"), _integer(span.start), graph)
    yield Quad(position, named("oa:end"), _integer(span.end), graph)


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=named("xsd:integer"))
