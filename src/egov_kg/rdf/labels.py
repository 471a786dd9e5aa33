"""Names of things: one preferred label per language over the whole dataset, every other form an alternative."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from egov_kg.model import Certainty, Extraction, Value
from egov_kg.rdf.assertion import Assertion, Outside, class_of
from egov_kg.rdf.facts import LABEL_PROPERTIES, mention_spans

__all__ = [
    "GAZETTEER_GRAPH",
    "Name",
    "gazetteer_assertion",
    "gazetteer_names",
    "label_assertions",
    "names_of_document",
    "preferred",
]

GAZETTEER_GRAPH: Final = "background/gazetteer"
GAZETTEER_ID: Final = "document/int/egov-kg-gazetteer"

BACKGROUND, GAZETTEER, RESOLVED, DOCUMENT, FALLBACK = range(5)
"""Whose preferred label wins: that of a register, of the gazetteer, one that we compose, one that a document writes,
and last the label under which a thing was minted."""

_PROPERTIES: Final = {"pref": "skos:prefLabel", "alt": "skos:altLabel", "acronym": "egov:acronym"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name that something gives to a thing.

    Attributes:
        assertion: The label as an assertion: ``skos:prefLabel`` if it asks to be the preferred one, else
            ``skos:altLabel`` or ``egov:acronym``.
        rank: `BACKGROUND`, `GAZETTEER`, `RESOLVED`, `DOCUMENT` or `FALLBACK`.
    """

    assertion: Assertion
    rank: int

    @property
    def text(self) -> str:
        """The words."""
        assert isinstance(self.assertion.object, Value)
        return self.assertion.object.lexical

    @property
    def key(self) -> tuple[str, str]:
        """The thing and the language."""
        assert isinstance(self.assertion.object, Value)
        return self.assertion.subject, self.assertion.object.lang.lower()


def names_of_document(extraction: Extraction, graph: str) -> Iterator[Name]:
    """Yield the names that a document and the gazetteer give to the things of the document.

    The gazetteer serves recognition, and its rows are no evidence. It gives a thing the English words under which
    people see it, and terms of the field (jurisdiction ``int``) their words in each language. That a body or a law of
    a country has a name in another language is a claim about the world: it comes from a document or a register.

    Args:
        extraction: The document with its labels.
        graph: The name of the document's graph; labels without evidence go to `GAZETTEER_GRAPH`.
    """
    for thing, labels in sorted(extraction.labels.items()):
        for label in labels:
            value = Value(label.text, "rdf:langString", label.lang)
            if label.evidence:
                yield Name(
                    Assertion(thing, _PROPERTIES[label.kind], value, graph, "label.name", spans=label.evidence),
                    DOCUMENT,
                )
            elif label.kind == "pref" and (label.lang == "en" or thing.split("/")[1] == "int"):
                yield Name(_of_gazetteer(thing, _PROPERTIES[label.kind], value), GAZETTEER)
    for fact in extraction.facts:
        if fact.property in LABEL_PROPERTIES and isinstance(fact.object, Value):
            yield Name(
                Assertion(
                    fact.subject.id,
                    fact.property,
                    fact.object,
                    graph,
                    fact.rule,
                    fact.certainty,
                    fact.evidence,
                    fact.sources,
                ),
                DOCUMENT,
            )
    yield from _fallbacks(extraction, graph)


def gazetteer_names() -> Iterator[Name]:
    """Yield the names of the gazetteer itself, which is a document as the registers are."""
    for lang, text in (("en", "Gazetteer of egov-kg"), ("ko", "egov-kg 용어집")):
        yield Name(_of_gazetteer(GAZETTEER_ID, "skos:prefLabel", Value(text, "rdf:langString", lang)), BACKGROUND)


def gazetteer_assertion() -> Assertion:
    """Return that the gazetteer is a document."""
    return _of_gazetteer(GAZETTEER_ID, "rdf:type", class_of("egov:Document"))


def _of_gazetteer(thing: str, prop: str, value: Value | Outside) -> Assertion:
    return Assertion(thing, prop, value, GAZETTEER_GRAPH, "gazetteer.name", "background", sources=(GAZETTEER_ID,))


def _fallbacks(extraction: Extraction, graph: str) -> Iterator[Name]:
    """Yield the labels under which things were minted, where no label of the same words exists."""
    for thing in sorted(extraction.things.values(), key=lambda t: t.id):
        if any(label.text == thing.label for label in extraction.labels.get(thing.id, ())):
            continue
        spans = mention_spans(extraction, thing.id)
        literally = any(extraction.document.quote(span) == thing.label for span in spans)
        value = Value(thing.label, "rdf:langString", thing.lang)
        certainty: Certainty = "stated" if literally else "inferable"
        yield Name(Assertion(thing.id, "skos:prefLabel", value, graph, "label.minted", certainty, spans), FALLBACK)


def preferred(names: Iterable[Name]) -> Mapping[tuple[str, str], str]:
    """Return the preferred label of each thing in each language in which some name asks for it.

    The lower rank wins, then the smaller graph name (document), then the smaller text: the order of the input does not
    matter.
    """
    best: dict[tuple[str, str], tuple[int, str, str]] = {}
    for name in names:
        if name.assertion.property == "skos:prefLabel":
            claim = (name.rank, name.assertion.graph, name.text)
            best[name.key] = min(best.get(name.key, claim), claim)
    return {key: text for key, (_, _, text) in best.items()}


def label_assertions(names: Iterable[Name], chosen: Mapping[tuple[str, str], str]) -> Iterator[Assertion]:
    """Yield the names as assertions: the chosen words as preferred label, all others as alternatives or acronyms.

    Args:
        names: All names of the dataset.
        chosen: From `preferred`.
    """
    for name in names:
        if name.text == chosen.get(name.key):
            prop = "skos:prefLabel"
        elif name.assertion.property == "skos:prefLabel":
            prop = "skos:altLabel"
        else:
            prop = name.assertion.property
        yield replace(name.assertion, property=prop)
        if prop == "skos:prefLabel" and name.assertion.property == "egov:acronym":
            yield name.assertion
