"""Links with data sets outside, as evidence shows them: mapping set, data set, confidence, and what rests on them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypedDict

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.sparql.doubts import stated

if TYPE_CHECKING:
    from egov_kg.sparql.description import ClaimView, Named, Reader

__all__ = ["DatasetView", "LinkView", "is_mapping_set", "link_parts"]

_MOST: Final = 10
_CONFIDENCE: Final = re.compile(r"(?:^|; )confidence=([01](?:\.\d+)?)(?:;|$)")


class DatasetView(TypedDict):
    """A data set outside: its name, its terms in words or as an IRI, the version of the copy."""

    named: Named
    licence: str
    version: str


class LinkView(TypedDict, total=False):
    """What a Statement about a link tells besides its triple, or one about a fact that a link brought.

    ``dataset``, ``confidence``, ``note`` (parts of the score, day of the decision) and ``reviewer`` are those of a
    link; ``rests_on`` are the links that brought a fact.
    """

    dataset: DatasetView
    confidence: str
    note: str
    reviewer: str
    rests_on: list[ClaimView]


def is_mapping_set(node: ox.NamedNode, base: str) -> bool:
    """Return whether a node is a set of mappings, which quotes decisions and no document."""
    return node.value.startswith(f"{base}mappings/")


def link_parts(reader: Reader, statement: ox.NamedNode, document: ox.NamedNode | None, graph: ox.NamedNode) -> LinkView:
    """Return what a Statement tells of links; empty if it has to do with none.

    Args:
        reader: Of the release.
        statement: The Statement.
        document: What it is quoted from.
        graph: The graph of evidence.
    """
    parts: LinkView = {}
    if document is not None and is_mapping_set(document, reader.base):
        note = _text(reader, statement, "skos:note", graph)
        found = _CONFIDENCE.search(note)
        parts["note"], parts["confidence"] = note, found[1] if found else ""
        parts["reviewer"] = _curie(_text(reader, statement, "prov:wasAttributedTo", graph), reader.base)
        sets = reader.objects(document, _node("prov:wasDerivedFrom"), graph)
        for dataset in sets[:1]:
            if isinstance(dataset, ox.NamedNode):
                licence = _text(reader, dataset, "dcterms:rights", graph)
                parts["dataset"] = {
                    "named": reader.named(dataset),
                    "licence": licence or _text(reader, dataset, "dcterms:license", graph),
                    "version": _text(reader, dataset, "dcat:version", graph),
                }
    grounds = reader.objects(statement, _node("prov:wasDerivedFrom"), graph)[:_MOST]
    claims: list[ClaimView] = []
    for ground in grounds:
        triple = stated(reader, ground) if isinstance(ground, ox.NamedNode) and ground != statement else None
        if triple is not None and isinstance(ground, ox.NamedNode):
            claims.append({"triple": reader.triple(triple), "evidence": [reader.evidence_of(ground)]})
    if claims:
        parts["rests_on"] = claims
    return parts


def _text(reader: Reader, subject: ox.NamedNode, name: str, graph: ox.NamedNode) -> str:
    return next((value.value for value in reader.objects(subject, _node(name), graph)), "")


def _curie(name: str, base: str) -> str:
    return iri.curie(name, base) if name else ""


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(iri.expand(curie))
