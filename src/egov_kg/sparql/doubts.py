"""What is doubtful about a thing: statements that stand against each other, and what nobody has reviewed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from egov_kg import iri

if TYPE_CHECKING:
    from egov_kg.sparql.description import ClaimView, NoteView, ProposalView, Reader

__all__ = ["MOST", "conflicts_of", "notes_of", "proposals_of", "stated"]

MOST: Final = 50
"""How many statements of a note, and how many proposals about a thing, are listed."""

_UNTOLD: Final = frozenset(
    iri.expand(name) for name in ("rdf:type", "rdf:subject", "rdf:object", "skos:prefLabel", "skos:altLabel")
)
"""What a page says elsewhere, or that a Statement says of itself."""


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(iri.expand(curie))


def notes_of(reader: Reader, thing: ox.NamedNode) -> list[NoteView]:
    """Return the quality notes of a thing in the order of their IRIs, each with the statements concerned."""
    notes: list[NoteView] = []
    for note in reader.objects(thing, _node("egov:hasQualityNote")):
        if isinstance(note, ox.NamedNode):
            texts = [t for t in reader.objects(note, _node("egov:noteText")) if isinstance(t, ox.Literal)]
            claims = conflicts_of(reader, note) if texts else []
            name = iri.id_of(note.value, reader.base) or ""
            notes += [{"id": name, "text": text.value, "lang": text.language or "", "claims": claims} for text in texts]
    return notes


def conflicts_of(reader: Reader, note: ox.NamedNode) -> list[ClaimView]:
    """Return the statements that a quality note names, one a triple, each with all words that the note rests on."""
    found: dict[ox.Triple, list[ox.NamedNode]] = {}
    for statement in reader.objects(note, _node("egov:inConflict")):
        triple = stated(reader, statement) if isinstance(statement, ox.NamedNode) else None
        if triple is not None and isinstance(statement, ox.NamedNode):
            found.setdefault(triple, []).append(statement)
    return [
        {"triple": reader.triple(triple), "evidence": [reader.evidence_of(statement) for statement in statements]}
        for triple, statements in sorted(found.items(), key=lambda item: str(item[0]))[:MOST]
    ]


def stated(reader: Reader, statement: ox.NamedNode) -> ox.Triple | None:
    """Return the triple that a Statement of the evidence graph is about."""
    subject, predicate, object_ = (
        next(iter(reader.objects(statement, _node(f"rdf:{part}"), reader.evidence)), None)
        for part in ("subject", "predicate", "object")
    )
    if not isinstance(subject, ox.NamedNode) or not isinstance(predicate, ox.NamedNode) or object_ is None:
        return None
    return ox.Triple(subject, predicate, object_)


def proposals_of(reader: Reader, thing: ox.NamedNode) -> list[ProposalView]:
    """Return what extractors of others claim of a thing, read from it and to it, in a fixed order."""
    found = {
        (quad.graph_name, quad.triple)
        for quad in (
            *reader.store.quads_for_pattern(thing, None, None, None),
            *reader.store.quads_for_pattern(None, None, thing, None),
        )
        if isinstance(quad.graph_name, ox.NamedNode)
        and quad.predicate.value not in _UNTOLD
        and iri.is_proposal(quad.graph_name.value, reader.base)
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode | ox.Literal)
    }
    proposals: list[ProposalView] = []
    for graph, triple in sorted(found, key=lambda item: (item[0].value, str(item[1])))[:MOST]:
        subject, object_ = triple.subject, triple.object
        assert isinstance(subject, ox.NamedNode)
        assert isinstance(object_, ox.NamedNode | ox.Literal)
        proposals.append(
            {
                "extractor": graph.value.rpartition("/")[2],
                "triple": reader.triple(triple),
                "evidence": [
                    reader.evidence_of(statement, graph)
                    for statement in reader.statements(subject, triple.predicate, object_, graph)
                ],
            }
        )
    return proposals
