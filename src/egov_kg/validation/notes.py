"""Doubts as part of the graph: a QualityNote for each conflict, hung on the thing and on the Statements."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from egov_kg import iri
from egov_kg.validation.asserted import node
from egov_kg.validation.conflicts import CONFLICTS
from egov_kg.validation.finding import Finding

__all__ = ["GRAPH", "note_id", "quality_notes"]

GRAPH = "background/quality"


def note_id(finding: Finding) -> str:
    """Return the id of a finding's note: the hash of check, focus, property, value and Statements, one a line.

    Example:
        >>> note_id(Finding("warning", "law-date", "https://example.org/id/law/kr/a", "A has no date"))
        'note/30172ff8842ea1927504e0b82954df12'
    """
    lines = (finding.check, finding.focus, finding.path, finding.value, *finding.statements)
    return f"note/{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:32]}"


def quality_notes(findings: Iterable[Finding], base: str = iri.BASE) -> tuple[Quad, ...]:
    """Return a QualityNote for each finding of `find_conflicts`, in ``graph/background/quality``, sorted.

    Args:
        findings: Those about something that is no thing of ours are passed over.
        base: The base of the deployment.

    Example:
        >>> quads = quality_notes([Finding("warning", "law-date", "https://w3id.org/egov-kg/id/law/kr/a", "No date")])
        >>> sorted({quad.predicate.value.rpartition("#")[2] for quad in quads})
        ['hasQualityNote', 'noteText', 'prefLabel', 'type']
    """
    quads = {quad for finding in findings if iri.id_of(finding.focus, base) for quad in _note(finding, base)}
    return tuple(sorted(quads, key=str))


def _note(finding: Finding, base: str) -> Iterator[Quad]:
    graph = NamedNode(iri.graph_iri(GRAPH, base))
    note = NamedNode(iri.thing_iri(note_id(finding), base))
    yield Quad(NamedNode(finding.focus), node("egov:hasQualityNote"), note, graph)
    yield Quad(note, node("rdf:type"), node("egov:QualityNote"), graph)
    yield Quad(note, node("egov:noteText"), Literal(finding.message, language="en"), graph)
    for language, name in zip(("en", "ko"), CONFLICTS.get(finding.check, ()), strict=False):
        yield Quad(note, node("skos:prefLabel"), Literal(name, language=language), graph)
    for statement in finding.statements:
        yield Quad(note, node("egov:inConflict"), NamedNode(statement), graph)
