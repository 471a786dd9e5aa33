"""Evidence: one Statement per document, span and triple, with the quoted words and their place.

RDF 1.1 reification in a graph of its own. Nodes are named by the hash of what they say, so that equal input gives
equal bytes and Statements that rest on the same words share their span node.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from egov_kg import iri
from egov_kg.model import Certainty, Document, Span
from egov_kg.rdf.assertion import Assertion, Terms, named

__all__ = [
    "CONTEXT",
    "GRAPH",
    "Evidence",
    "Node",
    "Statement",
    "build_id",
    "build_quads",
    "evidence_of",
    "evidence_quads",
    "span_hash",
]

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


def _hash(*items: str) -> str:
    return hashlib.sha256("\n".join(items).encode()).hexdigest()[:32]


def build_id(
    documents: Iterable[Document],
    *,
    background_digest: str,
    rules_digest: str,
    version: str,
    mappings_digest: str = "",
) -> str:
    """Return the id of the build that these inputs make; no clock enters it.

    Args:
        documents: In any order.
        background_digest: The hash of the background tables.
        rules_digest: The hash of extraction's data.
        version: The version of the data.
        mappings_digest: The hash of the accepted links, or nothing where there are none.
    """
    inputs = sorted(f"{document.id} {document.text_digest}" for document in documents)
    if mappings_digest:
        inputs.append(f"mappings {mappings_digest}")
    return f"build/{_hash(version, background_digest, rules_digest, *inputs)}"


def build_quads(
    build: str,
    documents: Iterable[Document],
    *,
    background_digest: str,
    rules_digest: str,
    version: str,
    base: str,
    mappings_digest: str = "",
) -> Iterator[Quad]:
    """Yield what is known of a build: its inputs, the version of the data, the hashes of tables and rules."""
    node, graph = NamedNode(iri.thing_iri(build, base)), NamedNode(iri.graph_iri(GRAPH, base))
    yield Quad(node, named("rdf:type"), named("egov:Build"), graph)
    yield Quad(node, named("dcterms:hasVersion"), Literal(version), graph)
    digests = (("background", background_digest), ("mappings", mappings_digest), ("rules", rules_digest))
    for what, digest in digests:
        if digest:
            yield Quad(node, named("dcterms:identifier"), Literal(f"{what} sha256:{digest}"), graph)
    for document in documents:
        yield Quad(node, named("prov:used"), NamedNode(iri.thing_iri(document.id, base)), graph)


Node = tuple[str, list[tuple[str, str]]]
"""A subject with its predicates and objects, sorted; all in N-Triples form."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What says that a triple stands in a document or a register.

    Attributes:
        name: The hash that names it.
        subject, predicate, object: The triple, in N-Triples form.
        certainty: The highest one with which it is said.
        rule: The smallest id of the rules that found it so.
        sources: The ids of the registers that say so.
        spans: The words that say so, in reading order; all of one document.
        grounds: The ids of other Statements that it rests on.
    """

    name: str
    subject: str
    predicate: str
    object: str
    certainty: Certainty
    rule: str
    sources: tuple[str, ...]
    spans: tuple[Span, ...]
    grounds: tuple[str, ...] = ()


class Evidence:
    """The nodes of the graph of evidence, which are most of a dataset: kept as values, turned into RDF one by one.

    Attributes:
        statements: Sorted by name.
        base: The base of the deployment.
    """

    def __init__(
        self,
        statements: Iterable[Statement],
        documents: Mapping[str, Document],
        *,
        build: str,
        terms: Terms,
        graph: str = GRAPH,
    ) -> None:
        self.statements = sorted(statements, key=lambda statement: statement.name)
        self.base = terms.base
        self._documents = documents
        self._build_id, self._terms, self._graph = build, terms, graph
        self._build = _iri(iri.thing_iri(build, terms.base))
        spans = {span for statement in self.statements for span in statement.spans}
        self._names = {span: span_hash(documents[span.document].text_digest, span.start, span.end) for span in spans}
        # Documents of the same text share the nodes of their spans.
        self._spans: dict[str, list[Span]] = {}
        for span in sorted(spans):
            self._spans.setdefault(self._names[span], []).append(span)
        self._words = {curie: str(named(curie)) for curie in _WORDS}
        self._rules: dict[str, str] = {}
        self._length: int | None = None
        self._start = iri.thing_iri("", terms.base)
        for name in {span.document for span in spans}.union(*(one.sources for one in self.statements)):
            _iri(self._start + name)  # raises where an id makes no IRI

    def __len__(self) -> int:
        """Return how many quads it is."""
        if self._length is None:
            self._length = self._count()
        return self._length

    def _count(self) -> int:
        of_spans = sum(_SPAN_QUADS + len(same) for same in self._spans.values())
        return of_spans + sum(
            _STATEMENT_QUADS + len(one.sources) + len(one.grounds) + self._count_targets(one.spans)
            for one in self.statements
        )

    def _count_targets(self, spans: Sequence[Span]) -> int:
        """Return how many quads say where the words of a Statement stand: one for each node, one for each document."""
        if len(spans) == 1:
            return 2
        return len({self._names[span] for span in spans}) + len({span.document for span in spans})

    def quotations(self) -> Iterator[tuple[str, str]]:
        """Yield each stretch of words that it points at: the id of the document, and the words."""
        for span in self._names:
            yield span.document, self._documents[span.document].quote(span)

    def by_triple(self) -> dict[tuple[str, str, str], tuple[str, ...]]:
        """Return the IRIs of the Statements about each triple, which is three terms in N-Triples form."""
        start = iri.thing_iri("statement/", self.base)
        found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        for one in self.statements:
            found[one.subject, one.predicate, one.object].append(start + one.name)
        return {triple: tuple(names) for triple, names in found.items()}

    def quads(self) -> Iterator[Quad]:
        """Yield all quads in canonical order."""
        for chunk in self.chunks():
            yield from parse(chunk, format=RdfFormat.N_QUADS)

    def sample(self, referred: Iterable[str] = ()) -> Evidence:
        """Return a Statement of each form that there is, with its words, and those whose IRIs are given.

        What a shape says of one Statement it says of all of the same form: whether it is of a document or a register,
        how certain, about a thing or a literal, from one stretch of words or several. So a check of these is a check of
        all.
        """
        start = iri.thing_iri("statement/", self.base)
        wanted = {name.removeprefix(start) for name in referred}
        chosen: dict[tuple[object, ...], Statement] = {}
        for one in self.statements:
            form: tuple[object, ...] = (
                *(one.certainty, bool(one.rule), min(len(one.sources), 2), min(len(one.spans), 2), bool(one.grounds)),
                *(one.subject[0], one.object[0], all(self._is_sound(span) for span in one.spans)),
            )
            chosen.setdefault((one.name,) if one.name in wanted else form, one)
        return Evidence(chosen.values(), self._documents, build=self._build_id, terms=self._terms, graph=self._graph)

    def _is_sound(self, span: Span) -> bool:
        return 0 <= span.start < span.end <= len(self._documents[span.document].text)

    def chunks(self, size: int = 1 << 20) -> Iterator[bytes]:
        """Yield canonical N-Quads, in parts of about so many bytes that end with a line."""
        lines: list[str] = []
        length = 0
        for node in self._lines():
            lines.append(node)
            length += len(node)
            if length >= size:
                yield "".join(lines).encode()
                lines, length = [], 0
        if lines:
            yield "".join(lines).encode()

    def _lines(self) -> Iterator[str]:
        """Yield the N-Quads of every node, in order; those of most Statements are written in one go."""
        end = f" {_iri(iri.graph_iri(self._graph, self.base))} .\n"
        for _, spans in sorted(self._spans.items()):
            for subject, pairs in self._span(spans):
                yield "".join([f"{subject} {p} {o}{end}" for p, o in pairs])
        word, start, names, rule = self._words, self._start, self._names, self._rule
        object_, predicate, subject_ = (f" {word[f'rdf:{part}']} " for part in ("object", "predicate", "subject"))
        type_ = f" {word['rdf:type']} {word['egov:Statement']}{end}"
        target, document = f" {word['oa:hasTarget']} <{start}span/", f" {word['prov:wasQuotedFrom']} <{start}"
        build = f" {word['prov:wasGeneratedBy']} {self._build}{end}"
        certainty, by = f' {word["egov:certainty"]} "', f" {word['egov:ruleId']} "
        for one in self.statements:
            if len(one.spans) != 1 or one.sources or one.grounds:
                subject, pairs = self._statement(one)
                yield "".join([f"{subject} {p} {o}{end}" for p, o in pairs])
                continue
            (span,) = one.spans
            s = f"<{start}statement/{one.name}>"
            yield (
                f"{s}{object_}{one.object}{end}{s}{predicate}{one.predicate}{end}{s}{subject_}{one.subject}{end}"
                f"{s}{type_}{s}{target}{names[span]}>{end}{s}{build}{s}{document}{span.document}>{end}"
                f'{s}{certainty}{one.certainty}"{end}{s}{by}{rule(one.rule)}{end}'
            )

    def nodes(self) -> Iterator[Node]:
        """Yield every node, in the order of the subjects by code point.

        Raises:
            SpanOutOfRange: If a span reaches outside its document.
        """
        for _, spans in sorted(self._spans.items()):
            yield from self._span(spans)
        for statement in self.statements:
            yield self._statement(statement)

    # Predicates stand in the order of their IRIs, which no base moves, so that nothing has to be sorted.

    def _statement(self, one: Statement) -> Node:
        word, start = self._words, self._start
        pairs = [(word["dcterms:source"], f"<{start}{source}>") for source in one.sources]
        pairs += [
            (word["rdf:object"], one.object),
            (word["rdf:predicate"], one.predicate),
            (word["rdf:subject"], one.subject),
            (word["rdf:type"], word["egov:Statement"]),
        ]
        spans = one.spans
        if len(spans) == 1:
            pairs.append((word["oa:hasTarget"], f"<{start}span/{self._names[spans[0]]}>"))
        else:
            names = sorted({self._names[span] for span in spans})
            pairs += [(word["oa:hasTarget"], f"<{start}span/{name}>") for name in names]
        pairs += [(word["prov:wasDerivedFrom"], f"<{start}{ground}>") for ground in one.grounds]
        pairs.append((word["prov:wasGeneratedBy"], self._build))
        for document in sorted({span.document for span in spans}):
            pairs.append((word["prov:wasQuotedFrom"], f"<{start}{document}>"))
        pairs.append((word["egov:certainty"], f'"{one.certainty}"'))
        pairs.append((word["egov:ruleId"], self._rule(one.rule)))
        return f"<{start}statement/{one.name}>", pairs

    def _rule(self, rule: str) -> str:
        found = self._rules.get(rule)
        if found is None:
            found = self._rules[rule] = _literal(rule)
        return found

    def _span(self, spans: Sequence[Span]) -> Iterator[Node]:
        span = spans[0]
        word, document = self._words, self._documents[span.document]
        name = f"{self._start}span/{self._names[span]}"
        node, quote, position = f"<{name}>", f"<{name}/quote>", f"<{name}/position>"
        text = document.text
        integer = word["xsd:integer"]
        yield (
            position,
            [
                (word["rdf:type"], word["oa:TextPositionSelector"]),
                (word["oa:end"], f'"{span.end}"^^{integer}'),
                (word["oa:start"], f'"{span.start}"^^{integer}'),
            ],
        )
        yield (
            quote,
            [
                (word["rdf:type"], word["oa:TextQuoteSelector"]),
                (word["oa:exact"], _literal(document.quote(span))),
                (word["oa:prefix"], _literal(text[max(0, span.start - CONTEXT) : span.start])),
                (word["oa:suffix"], _literal(text[span.end : span.end + CONTEXT])),
            ],
        )
        yield (
            node,
            [
                (word["rdf:type"], word["oa:SpecificResource"]),
                (word["oa:hasSelector"], position),
                (word["oa:hasSelector"], quote),
                *((word["oa:hasSource"], f"<{self._start}{one.document}>") for one in spans),
            ],
        )


_SPAN_QUADS: Final = 10
_STATEMENT_QUADS: Final = 7
"""How many quads a node of each kind has besides those that repeat."""

_WORDS: Final = (
    *("rdf:type", "rdf:subject", "rdf:predicate", "rdf:object", "egov:Statement", "egov:certainty", "egov:ruleId"),
    *("prov:wasDerivedFrom", "prov:wasGeneratedBy", "prov:wasQuotedFrom", "dcterms:source"),
    *("oa:hasTarget", "oa:hasSource", "oa:hasSelector"),
    *("oa:SpecificResource", "oa:TextQuoteSelector", "oa:TextPositionSelector", "oa:exact", "oa:prefix", "oa:suffix"),
    *("oa:start", "oa:end", "xsd:integer"),
)


def _iri(name: str) -> str:
    """Return an IRI in N-Triples form; it must be one."""
    return str(NamedNode(name))


def _literal(text: str) -> str:
    return str(Literal(text))


def evidence_of(
    assertions: Iterable[Assertion],
    documents: Mapping[str, Document],
    *,
    build: str,
    terms: Terms,
    graph: str = GRAPH,
) -> Evidence:
    """Return the Statements of assertions, and the spans that they point at.

    The same triple from the same words is one Statement, whatever number of rules found it; it keeps the highest
    certainty and then the smallest rule id. A decision that rests on two documents has a Statement in each. What rests
    on neither words nor a register (the first day of a year) has none.

    Args:
        assertions: In any order.
        documents: Every document that a span names, by id.
        build: The id of the build.
        terms: The terms of the deployment.
        graph: The name of the graph that they stand in.
    """
    hashes: dict[Span, str] = {}
    grouped: dict[str, Statement] = {}
    for assertion in assertions:
        subject, predicate = terms.thing(assertion.subject), terms.property(assertion.property)
        thing = terms.text(assertion.object)
        for spans in _by_document(assertion):
            for span in spans:
                if span not in hashes:
                    hashes[span] = span_hash(documents[span.document].text_digest, span.start, span.end)
            grounds = [hashes[span] for span in spans] or assertion.sources
            name = _hash(*grounds, subject, predicate, thing)
            sources = tuple(sorted(set(assertion.sources)))
            said = (assertion.certainty, assertion.rule, sources, spans, tuple(sorted(set(assertion.grounds))))
            one = Statement(name, subject, predicate, thing, *said)
            grouped[name] = _joined(grouped[name], one) if name in grouped else one
    return Evidence(grouped.values(), documents, build=build, terms=terms, graph=graph)


def _by_document(assertion: Assertion) -> Iterator[tuple[Span, ...]]:
    """Yield the words of an assertion, once for each document that they stand in; none, if registers alone say it."""
    spans = assertion.spans
    if not spans:
        if assertion.sources:
            yield ()
    elif all(span.document == spans[0].document for span in spans):
        yield spans
    else:
        for document in sorted({span.document for span in spans}):
            yield tuple(span for span in spans if span.document == document)


def _joined(one: Statement, other: Statement) -> Statement:
    best = min(one, other, key=lambda s: (_CERTAINTIES.index(s.certainty), s.rule))
    return Statement(
        one.name,
        one.subject,
        one.predicate,
        one.object,
        best.certainty,
        best.rule,
        tuple(sorted({*one.sources, *other.sources})),
        tuple(sorted({*one.spans, *other.spans})),
        tuple(sorted({*one.grounds, *other.grounds})),
    )


def evidence_quads(
    assertions: Iterable[Assertion],
    documents: Mapping[str, Document],
    *,
    build: str,
    base: str,
    graph: str = GRAPH,
) -> Iterator[Quad]:
    """Yield the quads of `evidence_of`.

    Raises:
        SpanOutOfRange: If a span reaches outside its document.
    """
    return evidence_of(assertions, documents, build=build, terms=Terms(base), graph=graph).quads()
