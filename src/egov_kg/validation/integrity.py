"""Checks of the graph itself that SHACL cannot say or is slow at: evidence, quotations, declared names, graphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from egov_kg import iri
from egov_kg.model import Document
from egov_kg.validation.asserted import Asserted, is_document_graph, node
from egov_kg.validation.finding import Finding, sorted_findings

__all__ = ["check_integrity"]


def check_integrity(
    quads: Sequence[Quad],
    entailed: Iterable[Triple],
    ontology: Sequence[Quad],
    base: str = iri.BASE,
    *,
    documents: Iterable[Document] = (),
    index: Asserted | None = None,
) -> tuple[Finding, ...]:
    """Return what is wrong with the graph as a graph; each finding is a violation.

    ``blank-node``; ``undeclared-property`` (of our namespace); ``kind-of-value`` (a literal under an object property,
    an IRI under a data property); ``no-statement`` (a triple of a document graph without evidence); ``stale-statement``
    (evidence for what no graph asserts); ``entailed-twice`` (asserted and written as entailed); ``default-graph`` (not
    asserted and entailed triples, each once); ``quotation`` (not verbatim at its offsets).

    Args:
        quads: All graphs, or at least the asserted ones.
        entailed: What the reasoner added.
        ontology: The declarations.
        base: The base of the dataset.
        documents: The texts that quotations are compared with; without a document its quotations are not checked.
        index: The index of these quads, if there is one already.
    """
    asserted = index or Asserted(quads, ontology, base)
    return sorted_findings(
        [
            *_blank_nodes(quads),
            *_declarations(quads, ontology, asserted),
            *_evidence(quads, asserted),
            *_graphs(quads, frozenset(entailed), asserted),
            *_quotations(quads, {document.id: document for document in documents}, base),
        ]
    )


def _blank_nodes(quads: Iterable[Quad]) -> Iterator[Finding]:
    for quad in quads:
        for term in (quad.subject, quad.object):
            if isinstance(term, BlankNode):
                yield Finding("violation", "blank-node", str(term), f"A blank node: {quad}", quad.predicate.value)


def _declarations(quads: Iterable[Quad], ontology: Iterable[Quad], asserted: Asserted) -> Iterator[Finding]:
    kinds: defaultdict[NamedNode, set[str]] = defaultdict(set)
    for axiom in ontology:
        if axiom.predicate == node("rdf:type") and isinstance(axiom.subject, NamedNode):
            kinds[axiom.subject].add(iri.curie(getattr(axiom.object, "value", "")))
    properties = {"owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"}
    # What a property may have as value: literals, anything but literals, or nothing at all; no word for foreign ones.
    rules: dict[NamedNode, str] = {}
    for quad in quads:
        predicate, thing = quad.predicate, quad.object
        rule = rules.get(predicate)
        if rule is None:
            known = kinds[predicate] & properties
            kind = "thing" if "owl:ObjectProperty" in known else "literal" if known else "undeclared"
            rule = rules[predicate] = kind if predicate.value.startswith(iri.ONTOLOGY) else ""
        if not rule or (isinstance(thing, Literal) == (rule == "literal") and rule != "undeclared"):
            continue
        if isinstance(thing, Triple) or isinstance(quad.subject, Triple):
            continue
        name, focus = asserted.name(quad.subject), getattr(quad.subject, "value", "")
        curie = iri.curie(predicate.value)
        if rule == "undeclared":
            yield Finding(
                "violation", "undeclared-property", focus, f"{name}: the ontology has no {curie}", predicate.value
            )
        else:
            expected = "a thing" if isinstance(thing, Literal) else "a literal"
            message = f"{name}: the value of {curie} must be {expected}, not {asserted.name(thing)!r}"
            about = asserted.statements((quad.subject, curie, thing)) if isinstance(quad.subject, NamedNode) else ()
            yield Finding("violation", "kind-of-value", focus, message, predicate.value, thing.value, about)


def _evidence(quads: Sequence[Quad], asserted: Asserted) -> Iterator[Finding]:
    of_documents = {graph for graph in {q.graph_name for q in quads} if is_document_graph(graph, asserted.base)}
    for quad in quads:
        subject, thing = quad.subject, quad.object
        if quad.graph_name not in of_documents or not isinstance(subject, NamedNode):
            continue
        if isinstance(thing, Triple) or asserted.has_statement(subject, quad.predicate, thing):
            continue
        text = f"{asserted.name(subject)} {iri.curie(quad.predicate.value)} {asserted.name(thing)}"
        message = f"No Statement says where a document states: {text}"
        yield Finding("violation", "no-statement", subject.value, message, quad.predicate.value, thing.value)
    for (about, predicate, value), names in asserted.stated():
        if not asserted.asserts(about, predicate, value):
            text = f"{asserted.name(about)} {iri.curie(predicate.value)} {asserted.name(value)}"
            yield Finding(
                severity="violation",
                check="stale-statement",
                focus=about.value,
                message=f"A Statement gives evidence for what no graph asserts: {text}",
                path=predicate.value,
                value=value.value,
                statements=names,
            )


def _graphs(quads: Iterable[Quad], entailed: frozenset[Triple], asserted: Asserted) -> Iterator[Finding]:
    known = asserted.triples()
    default = {quad.triple for quad in quads if isinstance(quad.graph_name, DefaultGraph)}
    for triple in entailed & known:
        yield _about(triple, "entailed-twice", f"Both asserted and written as entailed: {triple}")
    if default:
        for triple in (entailed | known) - default:
            yield _about(triple, "default-graph", f"The default graph lacks {triple}")
        for triple in default - (entailed | known):
            yield _about(triple, "default-graph", f"The default graph holds what nothing asserts or entails: {triple}")


def _about(triple: Triple, check: str, message: str) -> Finding:
    focus = triple.subject.value if isinstance(triple.subject, NamedNode) else str(triple.subject)
    return Finding("violation", check, focus, message, triple.predicate.value, getattr(triple.object, "value", ""))


def _quotations(quads: Iterable[Quad], documents: dict[str, Document], base: str) -> Iterator[Finding]:
    values: defaultdict[NamedNode, dict[str, str]] = defaultdict(dict)
    selectors: defaultdict[NamedNode, list[NamedNode]] = defaultdict(list)
    if not documents:
        return
    words = {node(f"oa:{word}"): word for word in ("hasSource", "exact", "prefix", "suffix", "start", "end")}
    evidence = NamedNode(iri.graph_iri("evidence", base))
    for quad in quads:
        if quad.graph_name != evidence or not isinstance(quad.subject, NamedNode):
            continue
        if quad.predicate == node("oa:hasSelector") and isinstance(quad.object, NamedNode):
            selectors[quad.subject].append(quad.object)
        elif quad.predicate in words and isinstance(quad.object, NamedNode | Literal):
            values[quad.subject][words[quad.predicate]] = quad.object.value
    for span, parts in selectors.items():
        source = iri.id_of(values[span].get("hasSource", ""), base) or ""
        joined = {word: text for part in parts for word, text in values[part].items()}
        problem = _quotation_problem(joined, documents[source]) if source in documents else ""
        if problem:
            yield Finding("violation", "quotation", span.value, f"{documents[source].source}: {problem}")


def _quotation_problem(selector: dict[str, str], document: Document) -> str:
    start, end, exact = selector.get("start", ""), selector.get("end", ""), selector.get("exact", "")
    if not start.isdigit() or not end.isdigit() or not int(start) < int(end) <= len(document.text):
        return f"a quotation has no place in the text ({start} to {end} of {len(document.text)})"
    here, there = int(start), int(end)
    if document.text[here:there] != exact:
        return f"the words at {start} to {end} are {document.text[here:there]!r}, the quotation is {exact!r}"
    if not document.text[:here].endswith(selector.get("prefix", "")):
        return f"what stands before {start} is not {selector['prefix']!r}"
    if not document.text[there:].startswith(selector.get("suffix", "")):
        return f"what stands after {end} is not {selector['suffix']!r}"
    return ""
