"""The terms of the ontology as a page shows them: one entry a class or property, relations in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from egov_kg import iri
from egov_kg.server import wording

__all__ = ["Related", "Section", "TermPage", "TermView", "class_view", "ontology_sections"]

Term = Mapping[str, str]

_OWL: Final = iri.PREFIXES["owl"]
_RDFS: Final = iri.PREFIXES["rdfs"]
_RDF: Final = iri.PREFIXES["rdf"]
_SKOS: Final = iri.PREFIXES["skos"]
_CHARACTERISTICS: Final = (("transitive", "TransitiveProperty"), ("symmetric", "SymmetricProperty"))


@dataclass(frozen=True, slots=True)
class Related:
    """A term that another one names.

    Attributes:
        text: What to show.
        local: Its name in our ontology, to link to; empty for a term of somebody else.
        join: What stands between it and the next one.
    """

    text: str
    local: str
    join: str = ", "


@dataclass(frozen=True, slots=True)
class TermView:
    """A class or property.

    Attributes:
        local: Its name after ``egov:``.
        labels: By language.
        definition, example: In English; may be empty.
        relations: Message key and the terms it names, in the order of the page.
        characteristics: ``transitive``, ``symmetric``.
        instances: How many things of the release have this class; None for a property.
    """

    local: str
    labels: Mapping[str, str]
    definition: str
    example: str
    relations: tuple[tuple[str, tuple[Related, ...]], ...]
    characteristics: tuple[str, ...]
    instances: int | None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its anchor, the key of its title, its terms by name."""

    id: str
    title: str
    terms: tuple[TermView, ...]


@dataclass(frozen=True, slots=True)
class TermPage:
    """The triples of the ontology's graph, by subject and predicate.

    Attributes:
        triples: Subject to predicate to objects; an object is its value and its language.
        version: The version IRI, or empty.
    """

    triples: Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]]
    version: str

    @classmethod
    def of(cls, rows: Iterable[tuple[Term, Term, Term]]) -> TermPage:
        """Return the page data of the rows of a SPARQL answer: subject, predicate, object as SPARQL JSON terms."""
        found: dict[str, dict[str, list[tuple[str, str]]]] = {}
        for subject, predicate, value in rows:
            by_predicate = found.setdefault(subject["value"], {})
            by_predicate.setdefault(predicate["value"], []).append((value["value"], value.get("xml:lang", "")))
        triples = {s: {p: tuple(sorted(os)) for p, os in by_p.items()} for s, by_p in found.items()}
        versions = [v for by_p in triples.values() for v, _ in by_p.get(f"{_OWL}versionIRI", ())]
        return cls(triples, versions[0] if versions else "")

    def values(self, subject: str, predicate: str) -> tuple[str, ...]:
        """Return the objects of a subject and predicate, without their languages."""
        return tuple(value for value, _ in self.triples.get(subject, {}).get(predicate, ()))

    def text(self, subject: str, predicate: str, lang: str = "en") -> str:
        """Return the text in a language, or one without a language, or an empty string."""
        by_lang = {tag: value for value, tag in self.triples.get(subject, {}).get(predicate, ())}
        return by_lang.get(lang, by_lang.get("", ""))

    def labels(self, curie: str) -> dict[str, str]:
        """Return the labels of a term by language."""
        return {tag: value for value, tag in self.triples.get(iri.expand(curie), {}).get(f"{_RDFS}label", ())}

    def named(self, curie: str) -> dict[str, Any]:
        """Return a term as the templates take it: its IRI, its short name, its labels."""
        return {"iri": iri.expand(curie), "curie": curie, "id": "", "labels": self.labels(curie)}

    def definition(self, curie: str) -> str:
        """Return the English definition of a term of ours."""
        return self.text(iri.expand(curie), f"{_SKOS}definition")

    def items(self, node: str) -> tuple[str, ...]:
        """Return the members of an RDF list, in order."""
        found: list[str] = []
        seen: set[str] = set()
        while node and node != f"{_RDF}nil" and node not in seen:
            seen.add(node)
            found.extend(self.values(node, f"{_RDF}first")[:1])
            node = next(iter(self.values(node, f"{_RDF}rest")), "")
        return tuple(found)


def _related(addresses: Iterable[str], join: str = ", ") -> tuple[Related, ...]:
    related = []
    for address in addresses:
        ours = address.startswith(iri.ONTOLOGY)
        local = address.removeprefix(iri.ONTOLOGY) if ours else ""
        related.append(Related(local or iri.curie(address), local, join))
    return tuple(related)


def _view(page: TermPage, address: str, instances: int | None) -> TermView:
    def of(predicate: str) -> tuple[str, ...]:
        return page.values(address, predicate)

    parents = (*of(f"{_RDFS}subClassOf"), *of(f"{_RDFS}subPropertyOf"))
    ours = tuple(p for p in parents if p.startswith(iri.ONTOLOGY))
    outside = tuple(p for p in parents if not p.startswith(iri.ONTOLOGY))
    outside += tuple(value for match in ("closeMatch", "exactMatch") for value in of(f"{_SKOS}{match}"))
    turned = tuple(s for s, by_p in page.triples.items() if address in {v for v, _ in by_p.get(f"{_OWL}inverseOf", ())})
    chains = tuple(
        related for chain in of(f"{_OWL}propertyChainAxiom") for related in _related(page.items(chain), " ∘ ")
    )
    types = of(f"{_RDF}type")
    return TermView(
        local=address.removeprefix(iri.ONTOLOGY),
        labels={tag: value for value, tag in page.triples[address].get(f"{_RDFS}label", ())},
        definition=page.text(address, f"{_SKOS}definition"),
        example=page.text(address, f"{_SKOS}example"),
        relations=(
            ("ontology.superclass", _related(ours)),
            ("ontology.domain", _related(of(f"{_RDFS}domain"))),
            ("ontology.range", _related(of(f"{_RDFS}range"))),
            ("ontology.inverse", _related(sorted({*of(f"{_OWL}inverseOf"), *turned}))),
            ("ontology.chain", chains),
            ("ontology.outside", _related(sorted(outside))),
        ),
        characteristics=tuple(word for word, name in _CHARACTERISTICS if f"{_OWL}{name}" in types),
        instances=instances,
    )


def ontology_sections(page: TermPage, counts: Mapping[str, int]) -> tuple[Section, ...]:
    """Return the classes, object properties and data properties of our namespace, each sorted by name.

    Args:
        page: The triples of the ontology's graph.
        counts: How many things each class has, by CURIE.
    """
    kinds = (
        ("classes", "ontology.classes", "Class"),
        ("properties", "ontology.properties", "ObjectProperty"),
        ("data-properties", "ontology.data_properties", "DatatypeProperty"),
    )
    sections = []
    for anchor, title, kind in kinds:
        found = sorted(
            s for s in page.triples if s.startswith(iri.ONTOLOGY) and f"{_OWL}{kind}" in page.values(s, f"{_RDF}type")
        )
        terms = tuple(_view(page, s, counts.get(iri.curie(s), 0) if kind == "Class" else None) for s in found)
        sections.append(Section(anchor, title, terms))
    return tuple(sections)


def class_view(terms: TermPage, curie: str, lang: str) -> dict[str, Any]:
    """Return a class of the ontology as lists of classes show it, with its label in a language."""
    label = wording.best_label(terms.labels(curie), lang, curie)
    return {"local": curie.removeprefix("egov:"), "label": label, "curie": curie}
