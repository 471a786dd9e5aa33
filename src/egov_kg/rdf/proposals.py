"""What extractors of others propose, in graphs of their own with their evidence, and the reviews that let facts in.

A proposal is no assertion of the dataset: no decision, no position of the calendar and no name is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import Quad

from egov_kg import iri
from egov_kg.model import Extraction, Value
from egov_kg.rdf.assertion import Assertion, class_of, quad
from egov_kg.rdf.evidence import evidence_quads
from egov_kg.rdf.facts import document_assertions, mention_spans

__all__ = ["REVIEWS", "proposal_quads", "review_assertions"]

REVIEWS: Final = "background/reviews"
"""The graph that names the reviews which facts were accepted in."""


def proposal_quads(
    proposals: Mapping[str, Sequence[Extraction]], graphs: Mapping[str, str], *, build: str, base: str
) -> Iterator[Quad]:
    """Yield what extractors propose: their claims, the names and classes they use, and the Statements about these.

    Args:
        proposals: What each extractor gave for each document, by its name.
        graphs: The name of each document's own graph, by document id.
        build: The id of the build.
        base: The base of the deployment.
    """
    for extractor, extractions in sorted(proposals.items()):
        for extraction in sorted(extractions, key=lambda one: one.document.id):
            if not extraction.facts:
                continue
            document = extraction.document
            graph = iri.proposal_graph(graphs[document.id], document.id, extractor)
            claims = (replace(claim, certainty="proposed") for claim in document_assertions(extraction, graph))
            assertions = [*claims, *_names(extraction, graph)]
            yield from (quad(assertion, base) for assertion in assertions)
            documents = {document.id: document}
            yield from evidence_quads(assertions, documents, build=build, base=base, graph=graph)


def _names(extraction: Extraction, graph: str) -> Iterator[Assertion]:
    for thing in sorted(extraction.things.values(), key=lambda one: one.id):
        name = Value(thing.label, "rdf:langString", thing.lang)
        spans = mention_spans(extraction, thing.id)
        yield Assertion(thing.id, "skos:prefLabel", name, graph, "label.proposed", "proposed", spans)


def review_assertions(reviews: Mapping[str, str]) -> Iterator[Assertion]:
    """Yield what the graph says of reviews: each is a document, named after whoever made it.

    Args:
        reviews: The names of reviewers, by the id of the review.
    """
    for review, name in sorted(reviews.items()):
        yield Assertion(review, "rdf:type", class_of("egov:Document"), REVIEWS, "review", "background")
        for lang, text in (("en", f"Review by {name}"), ("ko", f"검토: {name}")):
            value = Value(text, "rdf:langString", lang)
            yield Assertion(review, "skos:prefLabel", value, REVIEWS, "review", "background")
