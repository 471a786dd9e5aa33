"""The whole asserted dataset: documents, background, calendar, decisions, names and evidence, as quads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from egov_kg import iri, vocab
from egov_kg.model import Document, Extraction, Value
from egov_kg.rdf.assertion import Assertion, Outside, Terms, class_of, classes_of
from egov_kg.rdf.attributions import attributions
from egov_kg.rdf.background import Background, background_assertions, background_names
from egov_kg.rdf.calendar import Term, all_different, calendar_assertions, succession_assertions
from egov_kg.rdf.canonical import canonical_quads
from egov_kg.rdf.dataset import Dataset
from egov_kg.rdf.disputes import without_disputed
from egov_kg.rdf.evidence import build_id, build_quads, evidence_of
from egov_kg.rdf.facts import document_assertions, document_graphs
from egov_kg.rdf.labels import (
    FALLBACK,
    GAZETTEER_GRAPH,
    Name,
    gazetteer_assertion,
    gazetteer_names,
    label_assertions,
    names_of_document,
    preferred,
)
from egov_kg.rdf.links import LinkSet, link_quads, links_digest
from egov_kg.rdf.paybacks import paid_back, source_assertions, source_names
from egov_kg.rdf.proposals import proposal_quads, review_assertions
from egov_kg.rdf.resolved import (
    administration_names,
    as_stated,
    beginnings,
    enactments,
    jurisdictions_of,
    possible_enactments,
    settle_dates,
)
from egov_kg.rdf.schemes import scheme_assertions

__all__ = ["assemble", "assemble_dataset", "asserted_facts", "assertions_of", "default_graph"]

DOCUMENTS_GRAPH = "background/documents"


def assemble(
    extractions: Iterable[Extraction],
    background: Background | None = None,
    *,
    base: str = iri.BASE,
    version: str = "",
    rules_digest: str = "",
    proposals: Mapping[str, Sequence[Extraction]] | None = None,
    reviews: Mapping[str, str] | None = None,
    links: Sequence[LinkSet] = (),
) -> tuple[Quad, ...]:
    """Return all asserted quads but the ontology: document graphs, background graphs, and their evidence.

    Args:
        extractions: What the documents say, in any order, each document once.
        background: The background tables; none if None.
        base: The base of the deployment, with its closing slash.
        version: The version of the data, for the build's node.
        rules_digest: A hash of extraction's data, for the build's node.
        proposals: What extractors of others propose, by the name of the extractor; each gets a graph of its own for
            each document, with its evidence, and nothing of it enters another graph.
        reviews: The names of those who accepted facts, by the ids that the sources of facts use.
        links: The accepted links with data sets outside; those of things that nothing else speaks of are left out.

    Returns:
        In canonical order, each quad once, without blank nodes; the same for the same input in whatever order.

    Raises:
        UnknownTerm: If a fact uses a property that the ontology does not have.
        SpanOutOfRange: If a fact points outside its document.
    """
    dataset = assemble_dataset(
        extractions,
        background,
        base=base,
        version=version,
        rules_digest=rules_digest,
        proposals=proposals,
        reviews=reviews,
        links=links,
    )
    return tuple(dataset.all_quads())


def assemble_dataset(
    extractions: Iterable[Extraction],
    background: Background | None = None,
    *,
    base: str = iri.BASE,
    version: str = "",
    rules_digest: str = "",
    proposals: Mapping[str, Sequence[Extraction]] | None = None,
    reviews: Mapping[str, str] | None = None,
    links: Sequence[LinkSet] = (),
) -> Dataset:
    """Return the same as `assemble`, with the evidence as values instead of quads."""
    background = background or Background()
    extractions = sorted(extractions, key=lambda e: e.document.id)
    documents = {extraction.document.id: extraction.document for extraction in extractions}
    inputs = {
        "background_digest": background.digest,
        "rules_digest": rules_digest,
        "version": version,
        "mappings_digest": links_digest(links),
    }
    build = build_id(documents.values(), **inputs)
    assertions = [*assertions_of(extractions, background, links), *review_assertions(reviews or {})]
    terms = Terms(base)
    graphs = document_graphs(documents.values())
    quads = [
        *proposal_quads(proposals or {}, graphs, build=build, base=base),
        *map(terms.quad, assertions),
        *build_quads(build, documents.values(), **inputs, base=base),
        *link_quads(links, classes_of(assertions), build=build, base=base),
    ]
    return Dataset(canonical_quads(quads), evidence_of(assertions, documents, build=build, terms=terms), base)


def assertions_of(
    extractions: Sequence[Extraction], background: Background, links: Sequence[LinkSet] = ()
) -> list[Assertion]:
    """Return what the dataset asserts, before it becomes quads.

    Args:
        extractions: Sorted by document id.
        background: The background tables.
        links: The accepted links, for what their rows bring back.
    """
    graphs = document_graphs(extraction.document for extraction in extractions)
    said = [
        assertion
        for extraction in extractions
        for assertion in document_assertions(extraction, graphs[extraction.document.id])
    ]
    said += background_assertions(background, _jurisdictions(said))
    paid = paid_back(links, said, background.terms, _jurisdictions(said))
    terms = tuple(sorted((*background.terms, *paid.terms), key=lambda t: (t.jurisdiction, t.days, t.id)))
    said = without_disputed(said, paid.disputed, as_stated)
    said = settle_dates([*said, *paid.assertions, *source_assertions(links, paid)])
    initiated = attributions(said, terms)
    jurisdictions = _jurisdictions(said)
    decided = [
        *enactments(said, paid.undecided, paid.disputed),
        *possible_enactments(said, terms),
        *initiated,
        *beginnings([*said, *initiated]),
        *jurisdictions_of(said, jurisdictions),
    ]
    known = [*said, *decided, *_documents([e.document for e in extractions], said)]
    administrations = [thing for thing, classes in classes_of(known).items() if "egov:Administration" in classes]
    positions = (assertion.object for assertion in known if isinstance(assertion.object, str))
    return [
        *known,
        *calendar_assertions(positions, terms, jurisdictions),
        *succession_assertions(terms),
        *all_different(administrations),
        *scheme_assertions(known),
        *_names(extractions, background, graphs, terms, source_names(links, paid, background)),
    ]


def _names(
    extractions: Sequence[Extraction],
    background: Background,
    graphs: Mapping[str, str],
    terms: Sequence[Term],
    sources: Iterable[Name],
) -> Iterator[Assertion]:
    names: list[Name] = [*background_names(background), *sources]
    for extraction in extractions:
        names += names_of_document(extraction, graphs[extraction.document.id])
        names += _title(extraction.document)
    if any(name.assertion.graph == GAZETTEER_GRAPH for name in names):
        yield gazetteer_assertion()
        names += gazetteer_names()
    names += administration_names(terms, preferred(names))
    yield from label_assertions(names, preferred(names))


def _jurisdictions(assertions: Iterable[Assertion]) -> Mapping[str, str]:
    """Return the id of the jurisdiction for each code; a country wins over other things of the same code."""
    found: dict[str, tuple[bool, str]] = {}
    for thing, classes in classes_of(assertions).items():
        if any(vocab.is_subclass(c, "egov:Jurisdiction") for c in classes if c in vocab.CLASSES):
            code = thing.split("/")[1]
            claim = ("egov:Country" not in classes, thing)
            found[code] = min(found.get(code, claim), claim)
    return {code: thing for code, (_, thing) in sorted(found.items()) if code != "int"}


def _documents(documents: Sequence[Document], said: Iterable[Assertion]) -> Iterator[Assertion]:
    """Yield what is known of the documents themselves: that they are, the hash of their text, whose digest they are."""
    typed = {assertion.subject for assertion in said if assertion.property == "rdf:type"}
    for document in documents:
        yield _of_document(document, document.id, "rdf:type", class_of("egov:Document"))
        yield _of_document(document, document.id, "egov:textDigest", Value(document.text_digest))
        work = document.metadata.get("work", "")
        if work and work != document.id:
            yield _of_document(document, document.id, "prov:wasDerivedFrom", work)
            if work not in typed:
                yield _of_document(document, work, "rdf:type", class_of("egov:Document"))
            if document.metadata.get("work_text_digest"):
                yield _of_document(document, work, "egov:textDigest", Value(document.metadata["work_text_digest"]))


def _title(document: Document) -> Iterator[Name]:
    """Yield the name of a document, for want of a better one: its title, or the name of its file."""
    title = document.metadata.get("title") or document.source
    digest = document.metadata.get("work", document.id) != document.id
    texts = {"en": f"Digest of {title}", "ko": f"요약: {title}"} if digest else {"en": title}
    for lang, text in texts.items():
        value = Value(text, "rdf:langString", lang)
        yield Name(_of_document(document, document.id, "skos:prefLabel", value), FALLBACK)


def _of_document(document: Document, subject: str, prop: str, value: str | Value | Outside) -> Assertion:
    return Assertion(subject, prop, value, DOCUMENTS_GRAPH, "document.metadata", "background", sources=(document.id,))


def default_graph(quads: Iterable[Quad], entailed: Iterable[Triple]) -> tuple[Quad, ...]:
    """Return the quads of the default graph: what documents, background and links assert, and what follows.

    Args:
        quads: The asserted dataset.
        entailed: What the reasoner adds.

    Returns:
        In canonical order, each triple once; without the ontology, the evidence and the catalogue.
    """
    copied = (Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in asserted_facts(quads))
    derived = (Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in entailed)
    return canonical_quads([*copied, *derived])


def asserted_facts(quads: Iterable[Quad], *, links: bool = True) -> Iterator[Triple]:
    """Yield the triples that documents, background and links assert, in the order of the quads and as often.

    Args:
        quads: The asserted dataset.
        links: Whether the links with data sets outside are wanted; nothing is inferred from them.
    """
    content: dict[object, bool] = {}
    for quad in quads:
        graph = quad.graph_name
        known = content.get(graph)
        if known is None:
            known = content[graph] = isinstance(graph, NamedNode) and _is_content(graph.value, links=links)
        if known:
            yield quad.triple


def _is_content(graph: str, *, links: bool) -> bool:
    base, found, name = graph.partition("/graph/")
    if not found or not name.startswith(("document/", "background/", *(("links/",) if links else ()))):
        return False
    return not iri.is_proposal(graph, f"{base}/")
