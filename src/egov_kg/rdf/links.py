"""Accepted links with data sets outside, as quads: what they say, who says it, and which mapping set it stands in.

A link is an identity for people and for joins, never for the reasoner: SKOS has no axioms here, and nothing is inferred
from a link but what its row brings back (`egov_kg.rdf.paybacks`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from egov_kg import iri
from egov_kg.model import TimeValue, Value
from egov_kg.ntriples import is_iri
from egov_kg.rdf.assertion import named
from egov_kg.rdf.calendar import Days
from egov_kg.rdf.evidence import GRAPH as EVIDENCE

__all__ = ["RESERVED", "Link", "LinkSet", "Paid", "link_quads", "links_digest", "statement_id"]

RESERVED: Final = frozenset(
    {"calendar", "changes", "curated", "documents", "gazetteer", "quality", "resolved", "reviews", "schemes", "sources"}
)
"""Names of background graphs that the build itself makes: no data set that brings something back may have one."""

_COUNTED: Final = "void:Dataset"


@dataclass(frozen=True, slots=True)
class Link:
    """An accepted mapping.

    Attributes:
        subject: The id of our thing.
        predicate: A CURIE of SKOS.
        object: The IRI of theirs.
        statement: The id of the Statement about it.
        rule: How it was justified, as the mapping set says: the Statement's rule.
        label: What they call it; may be empty.
        note: Confidence, parts of the score, reviewer and day, for people.
        reviewer: The IRI of who decided it, or empty.
    """

    subject: str
    predicate: str
    object: str
    statement: str
    rule: str
    label: str = ""
    note: str = ""
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """What the row of an accepted link says of our thing.

    Attributes:
        link: The link that it rests on.
        cls: The CURIE of the class that our thing must have.
        property: A CURIE.
        value: A literal, a date, or the days of a term of office.
        rule: The rule of its Statement.
    """

    link: Link
    cls: str
    property: str
    value: Value | TimeValue | Days
    rule: str


@dataclass(frozen=True, slots=True)
class LinkSet:
    """The accepted links with one data set outside, and what they bring back.

    Attributes:
        dataset: Its short name: the graph ``links/{dataset}``, and ``background/{dataset}`` for what comes back.
        titles: Its title by language.
        licence: Its terms, in words or as an IRI; may be empty.
        version: Of the copy; may be empty.
        title, set_licence, set_version: Of the mapping set.
        digest: The SHA-256 of the mapping file.
        rows: How many mappings the file has, rejected ones and candidates included.
        links: The accepted ones.
        paid: What their rows bring back, in the order of the blocks.
        passed: Links whose rows bring nothing, by their Statement, each with the reason.
    """

    dataset: str
    titles: Mapping[str, str]
    licence: str = ""
    version: str = ""
    title: str = ""
    set_licence: str = ""
    set_version: str = ""
    digest: str = ""
    rows: int = 0
    links: tuple[Link, ...] = ()
    paid: tuple[Paid, ...] = ()
    passed: Mapping[str, str] = field(default_factory=dict)

    @property
    def graph(self) -> str:
        """The name of the graph that holds the links."""
        return f"links/{self.dataset}"

    @property
    def background(self) -> str:
        """The name of the graph that holds what comes back."""
        return f"background/{self.dataset}"

    @property
    def source(self) -> str:
        """The id of the data set as a document that facts are read in."""
        return f"document/int/{self.dataset}"

    def address(self, base: str) -> str:
        """Return the IRI of the mapping set."""
        return f"{base}mappings/{self.dataset}"

    def dataset_address(self, base: str) -> str:
        """Return the IRI of the data set."""
        return f"{base}dataset/{self.dataset}"


def statement_id(address: str, subject: str, predicate: str, thing: str, base: str) -> str:
    """Return the id of the Statement about a link.

    Args:
        address: The IRI of the mapping set.
        subject: The id of our thing.
        predicate: The CURIE of the property.
        thing: The IRI of theirs.
        base: The base of the deployment.
    """
    terms = f"<{iri.thing_iri(subject, base)}>", f"<{iri.expand(predicate)}>", f"<{thing}>"
    return f"statement/{hashlib.sha256(chr(10).join((address, *terms)).encode()).hexdigest()[:32]}"


def links_digest(sets: Iterable[LinkSet]) -> str:
    """Return a hash of everything that links say and bring back, or nothing where there are none."""
    lines = [f"{one.dataset} {one.digest} {paid!r}" for one in sets for paid in (one.links, one.paid)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def link_quads(sets: Sequence[LinkSet], known: Collection[str], *, build: str, base: str) -> Iterator[Quad]:
    """Yield the links of things that the graph knows, a Statement each, and what is known of their mapping sets.

    Args:
        sets: The accepted links.
        known: The ids of the things of the graph; a link of another one is left out, and one with another one of these.
        build: The id of the build.
        base: The base of the deployment.
    """
    for one in sets:
        kept = [link for link in one.links if link.subject in known and iri.id_of(link.object, base) not in known]
        if not kept:
            continue
        graph = NamedNode(iri.graph_iri(one.graph, base))
        for link in kept:
            subject, thing = NamedNode(iri.thing_iri(link.subject, base)), NamedNode(link.object)
            yield Quad(subject, named(link.predicate), thing, graph)
            yield from _statement(one, link, build, base)
        yield from _provenance(one, base)


def _statement(one: LinkSet, link: Link, build: str, base: str) -> Iterator[Quad]:
    graph = NamedNode(iri.graph_iri(EVIDENCE, base))
    node, thing = NamedNode(iri.thing_iri(link.statement, base)), NamedNode(link.object)
    values: dict[str, NamedNode | Literal] = {
        "rdf:type": named("egov:Statement"),
        "rdf:subject": NamedNode(iri.thing_iri(link.subject, base)),
        "rdf:predicate": named(link.predicate),
        "rdf:object": thing,
        "egov:certainty": Literal("background"),
        "egov:ruleId": Literal(link.rule),
        "prov:wasQuotedFrom": NamedNode(one.address(base)),
        "prov:wasGeneratedBy": NamedNode(iri.thing_iri(build, base)),
    }
    if link.note:
        values["skos:note"] = Literal(link.note)
    if link.reviewer:
        values["prov:wasAttributedTo"] = NamedNode(link.reviewer)
    for name, value in values.items():
        yield Quad(node, named(name), value, graph)
    if link.label:
        yield Quad(thing, named("rdfs:label"), Literal(link.label), graph)
    own = iri.id_of(link.reviewer, base)
    if own is not None:
        yield Quad(NamedNode(link.reviewer), named("rdf:type"), named("prov:Agent"), graph)
        yield Quad(NamedNode(link.reviewer), named("rdfs:label"), Literal(own), graph)


def _provenance(one: LinkSet, base: str) -> Iterator[Quad]:
    """Yield what is known of a mapping set and of the data set; the catalogue repeats it."""
    graph = NamedNode(iri.graph_iri(EVIDENCE, base))
    node, dataset = NamedNode(one.address(base)), NamedNode(one.dataset_address(base))
    told: list[tuple[NamedNode, str, NamedNode | Literal]] = [
        (node, "rdf:type", named("prov:Entity")),
        (node, "rdfs:label", Literal(one.title, language="en")),
        (node, "dcterms:identifier", Literal(f"sha256:{one.digest}")),
        (node, "prov:wasDerivedFrom", dataset),
        (dataset, "rdf:type", named(_COUNTED)),
        *((dataset, "rdfs:label", Literal(text, language=lang)) for lang, text in sorted(one.titles.items())),
        *_licence(node, one.set_licence),
        *_licence(dataset, one.licence),
    ]
    told += [
        (subject, "dcat:version", Literal(version))
        for subject, version in ((node, one.set_version), (dataset, one.version))
        if version
    ]
    for subject, name, value in told:
        yield Quad(subject, named(name), value, graph)


def _licence(node: NamedNode, licence: str) -> Iterator[tuple[NamedNode, str, NamedNode | Literal]]:
    if is_iri(licence):
        yield node, "dcterms:license", NamedNode(licence)
    elif licence:
        yield node, "dcterms:rights", Literal(licence)
