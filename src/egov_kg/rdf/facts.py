"""From the facts of one document to what its graph asserts: nodes for counters and citations, positions for dates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from pyoxigraph import NamedNode

from egov_kg import iri, vocab
from egov_kg.errors import UnknownTerm
from egov_kg.model import Document, Extraction, Fact, Span, Thing, TimeValue, Value
from egov_kg.rdf.assertion import Assertion, Outside, class_of
from egov_kg.rdf.calendar import position_id

__all__ = ["LABEL_PROPERTIES", "document_assertions", "document_graphs", "mention_spans"]

LABEL_PROPERTIES: Final = ("skos:prefLabel", "skos:altLabel")
"""Facts with these are names; which name is preferred is decided over the whole dataset."""

_MEASUREMENT = "egov:hasMeasurement#"


_HOST: Final = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,10}(?:/[\w./-]*)?", re.IGNORECASE)


def document_graphs(documents: Iterable[Document]) -> Mapping[str, str]:
    """Return the name of the graph of each document, by document id.

    It is ``document/{slug}``; only where two documents of different jurisdictions share a slug does the jurisdiction
    come between.

    Example:
        >>> document_graphs([Document("document/int/history", "", (), {}, "history.md", "")])
        {'document/int/history': 'document/history'}
    """
    ids = sorted({document.id for document in documents})
    slugs = [name.split("/", 2)[2] for name in ids]
    return {
        name: f"document/{slug}" if slugs.count(slug) == 1 else f"document/{name.split('/', 1)[1]}"
        for name, slug in zip(ids, slugs, strict=True)
    }


def document_assertions(extraction: Extraction, graph: str) -> Iterator[Assertion]:
    """Yield what the graph of one document asserts, without names.

    Args:
        extraction: The document and its facts. Facts that name things (`LABEL_PROPERTIES`) are passed over.
        graph: The name of the document's graph.

    Raises:
        UnknownTerm: If a fact uses a property that the ontology does not have.
        ValueError: If a stretch of time is no date or range.
    """
    for thing in sorted(extraction.things.values(), key=lambda t: t.id):
        spans = mention_spans(extraction, thing.id)
        yield Assertion(thing.id, "rdf:type", class_of(thing.cls), graph, "type.mention", spans=spans)
    for fact in extraction.facts:
        if fact.property not in LABEL_PROPERTIES:
            yield from (replace(one, sources=fact.sources) if fact.sources else one for one in _of_fact(fact, graph))
    yield from _extents(extraction.facts, graph)


def mention_spans(extraction: Extraction, thing: str) -> tuple[Span, ...]:
    """Return where a document first names a thing; failing that, the evidence of the first fact about it."""
    if extraction.mentions.get(thing):
        return tuple(extraction.mentions[thing])
    for fact in extraction.facts:
        things = [fact.subject, fact.object, *(value for _, value in fact.qualifiers)]
        if any(isinstance(t, Thing) and t.id == thing for t in things):
            return fact.evidence
    return ()


def _of_fact(fact: Fact, graph: str) -> Iterator[Assertion]:
    def assertion(subject: str, prop: str, value: str | Value | Outside) -> Assertion:
        return Assertion(subject, prop, value, graph, fact.rule, fact.certainty, fact.evidence)

    subject, prop = fact.subject.id, fact.property
    if prop.startswith(_MEASUREMENT) and isinstance(fact.object, Value):
        counter = prop.removeprefix(_MEASUREMENT)
        node = _minted("measurement", subject, counter, fact.object.lexical, *_literals(fact))
        yield assertion(subject, "egov:hasMeasurement", node)
        yield assertion(node, "rdf:type", class_of("egov:Measurement"))
        yield assertion(node, "egov:measure", f"concept/int/{counter}")
        yield assertion(node, "egov:value", Value(fact.object.lexical, "xsd:decimal"))
        yield from _qualifiers(node, fact, graph)
    elif prop == "egov:citedPage" and fact.subject.cls != "egov:Citation" and isinstance(fact.object, Value):
        works = [value.id.rpartition("/")[2] for _, value in fact.qualifiers if isinstance(value, Thing)]
        node = _minted("citation", subject, *works, "p", fact.object.lexical)
        yield assertion(subject, "egov:hasCitation", node)
        yield assertion(node, "rdf:type", class_of("egov:Citation"))
        yield assertion(node, "egov:citedPage", Value(fact.object.lexical))
        yield from _qualifiers(node, fact, graph)
    else:
        yield from _plain(fact, graph)


def _plain(fact: Fact, graph: str) -> Iterator[Assertion]:
    subject, prop = fact.subject.id, fact.property
    value = _object(fact.object, fact.subject, prop)
    if prop in vocab.INVERSES:
        prop = vocab.INVERSES[prop]
        assert isinstance(value, str), f"{fact.property} leads to a thing"
        subject, value = value, subject
    elif not any(prop in known for known in (vocab.OBJECT_PROPERTIES, vocab.DATA_PROPERTIES, vocab.OUTSIDE_PROPERTIES)):
        raise UnknownTerm(prop)
    yield Assertion(subject, prop, value, graph, fact.rule, fact.certainty, fact.evidence)
    instant = {"egov:startYear": "egov:beganIn", "egov:endYear": "egov:endedIn"}.get(prop)
    if instant and isinstance(fact.object, Value):
        position = _position(fact.subject, TimeValue(fact.object.lexical, fact.object.lexical))
        yield Assertion(subject, instant, position, graph, fact.rule, fact.certainty, fact.evidence)


def _object(value: Thing | Value | TimeValue, subject: Thing, prop: str) -> str | Value | Outside:
    match value:
        case Thing():
            return value.id
        case TimeValue():
            return _position(subject, value)
        case Value(datatype="xsd:anyURI") if prop in {"foaf:homepage", "foaf:page"}:
            return _page(value)
        case Value():
            return value


def _page(value: Value) -> Outside | Value:
    """Return a web address as a node, or as the literal that it is if it is no IRI.

    A text that names the host alone gets the scheme that a browser supplies.
    """
    address = f"http://{value.lexical}" if _HOST.fullmatch(value.lexical) else value.lexical
    if not address.startswith(("http://", "https://")):
        return value
    try:
        return Outside(NamedNode(address).value)
    except ValueError:
        return value


def _position(subject: Thing, time: TimeValue) -> str:
    return position_id(subject.jurisdiction, time)


def _minted(cls: str, subject: str, *parts: str) -> str:
    """Return the id of a node that stands for a fact about a subject.

    Example:
        >>> _minted("measurement", "document/kr/report", "views", "41085")
        'measurement/kr/report-views-41085'
    """
    _, jurisdiction, name = subject.split("/", 2)
    tail = "-".join(slug for part in parts if (slug := iri.slug(part)))
    return f"{cls}/{jurisdiction}/{iri.slug(name)}-{tail}"


def _literals(fact: Fact) -> list[str]:
    return [value.lexical for _, value in fact.qualifiers if isinstance(value, Value)]


def _qualifiers(node: str, fact: Fact, graph: str) -> Iterator[Assertion]:
    for prop, value in fact.qualifiers:
        object_ = value.id if isinstance(value, Thing) else value
        yield Assertion(node, prop, object_, graph, fact.rule, fact.certainty, fact.evidence)


def _extents(facts: Iterable[Fact], graph: str) -> Iterator[Assertion]:
    """Yield ``ranDuring`` for what has both a first and a last year, from the same words if possible."""
    years: defaultdict[str, dict[str, list[Fact]]] = defaultdict(lambda: {"egov:startYear": [], "egov:endYear": []})
    for fact in facts:
        if fact.property in {"egov:startYear", "egov:endYear"} and isinstance(fact.object, Value):
            years[fact.subject.id][fact.property].append(fact)
    for both in years.values():
        for start in both["egov:startYear"]:
            for end in _ends_of(start, both["egov:startYear"], both["egov:endYear"]):
                yield from _extent(start, end, graph)


def _ends_of(start: Fact, starts: list[Fact], ends: list[Fact]) -> list[Fact]:
    together = [end for end in ends if end.evidence == start.evidence]
    return together or (ends if len(starts) == 1 and len(ends) == 1 else [])


def _extent(start: Fact, end: Fact, graph: str) -> Iterator[Assertion]:
    assert isinstance(start.object, Value)
    assert isinstance(end.object, Value)
    if start.object.lexical > end.object.lexical:
        return  # a contradiction of the document's own; validation reports it
    years = f"{start.object.lexical}/{end.object.lexical}"
    yield Assertion(
        start.subject.id,
        "egov:ranDuring",
        _position(start.subject, TimeValue(years, years)),
        graph,
        min(start.rule, end.rule),
        "stated" if start.certainty == end.certainty == "stated" else "inferable",
        tuple(sorted({*start.evidence, *end.evidence})),
    )
