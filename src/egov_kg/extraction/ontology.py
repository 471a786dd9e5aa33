"""The ontology as an extractor of somebody else's gets it: terms with their words, and ids for what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

import pyoxigraph as ox

from egov_kg import assets, iri, vocab
from egov_kg.errors import UnknownTerm
from egov_kg.extraction.registry import Registry
from egov_kg.extraction.tokens import is_korean
from egov_kg.model import Thing

__all__ = ["RESERVED", "ClassTerm", "Ontology", "PropertyTerm", "is_worldwide", "load_ontology"]

RESERVED: Final = frozenset(
    {
        "egov:Build",
        "egov:Citation",
        "egov:Measurement",
        "egov:QualityNote",
        "egov:Statement",
        "egov:Tenure",
        *vocab.subclasses("egov:TimePosition"),
    }
)
"""Classes whose things the build makes itself: evidence, positions of the calendar, nodes that stand for a fact."""

_WORLDWIDE: Final = ("egov:Concept", "egov:Document", "egov:DocumentPart", "egov:ActorGroup", "egov:Jurisdiction")


def is_worldwide(cls: str) -> bool:
    """Return whether the things of a class belong to no jurisdiction, or are one.

    Example:
        >>> is_worldwide("egov:Technology"), is_worldwide("egov:Ministry")
        (True, False)
    """
    return any(vocab.is_subclass(cls, one) for one in _WORLDWIDE)


Kind = Literal["thing", "time", "value"]


@dataclass(frozen=True, slots=True)
class ClassTerm:
    """A class that facts may use.

    Attributes:
        curie: Its name: ``egov:Law``.
        label: What people call it, in English.
        definition: What it means.
        parents: The classes it is directly below.
    """

    curie: str
    label: str
    definition: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PropertyTerm:
    """A property that facts may use.

    Attributes:
        curie: Its name: ``egov:foundedUnder``.
        label: What people call it, in English.
        definition: What it means.
        domain: The class that its subject must be of; empty for any.
        range: The class or the datatype that its object must be of; empty for any thing.
        kind: Whether the object is a `Thing`, a `TimeValue` or a `Value`.
    """

    curie: str
    label: str
    definition: str
    domain: str
    range: str
    kind: Kind


_NO_REGISTRY: Final = Registry()


@dataclass(frozen=True, slots=True)
class Ontology:
    """What facts may say.

    Attributes:
        classes: By CURIE, parents before children; without those that the build makes itself (`RESERVED`).
        properties: By CURIE; forward names only.
    """

    classes: Mapping[str, ClassTerm]
    properties: Mapping[str, PropertyTerm]
    _registry: Registry = field(default=_NO_REGISTRY, repr=False, compare=False)

    def thing(self, cls: str, label: str, *, jurisdiction: str = "int", lang: str = "") -> Thing:
        """Return the thing of a class and name, with the id that it has or would get.

        Args:
            cls: The CURIE of its class, the most specific one known.
            label: Its name as the text writes it; white space is folded.
            jurisdiction: A lower-case code (``kr``), or ``int`` where none applies or none is known.
            lang: The language of the name; by its script if empty.

        Raises:
            UnknownTerm: If there is no such class, or things need a more specific one.

        Example:
            >>> load_ontology().thing("egov:Law", "Open  Records Act", jurisdiction="xx")
            Thing(id='law/xx/open-record-act', cls='egov:Law', label='Open Records Act', lang='en')
        """
        if cls not in self.classes:
            raise UnknownTerm(cls)
        name = " ".join(label.split())
        language = lang or ("ko" if is_korean(name) else "en")
        return Thing(self._registry.id_for(cls, jurisdiction, name), cls, name, language)


def load_ontology(registry: Registry = _NO_REGISTRY) -> Ontology:
    """Return the ontology that comes with egov-kg.

    Args:
        registry: Where ids come from.
    """
    words = _words()

    def text(curie: str, part: str) -> str:
        return words.get((curie, part), "")

    classes = {
        name: ClassTerm(name, text(name, "label"), text(name, "definition"), known.parents)
        for name, known in vocab.CLASSES.items()
        if name not in RESERVED
    }
    properties: dict[str, PropertyTerm] = {}
    for name, prop in vocab.OBJECT_PROPERTIES.items():
        if prop.domain not in RESERVED and (prop.range not in RESERVED or prop.range == "egov:TimePosition"):
            kind: Kind = "time" if prop.range == "egov:TimePosition" else "thing"
            properties[name] = PropertyTerm(
                name, text(name, "label"), text(name, "definition"), prop.domain, prop.range, kind
            )
    for name, data in vocab.DATA_PROPERTIES.items():
        if data.domain not in RESERVED:
            properties[name] = PropertyTerm(
                name, text(name, "label"), text(name, "definition"), data.domain, data.datatype, "value"
            )
    return Ontology(MappingProxyType(classes), MappingProxyType(properties), registry)


@cache
def _words() -> Mapping[tuple[str, str], str]:
    """Return English label and definition of each term of ours, by CURIE and part."""
    parts = {iri.expand("rdfs:label"): "label", iri.expand("skos:definition"): "definition"}
    found: dict[tuple[str, str], str] = {}
    for quad in ox.parse(path=str(assets.ontology("egov.ttl")), format=ox.RdfFormat.TURTLE):
        part = parts.get(quad.predicate.value)
        subject, words = quad.subject, quad.object
        if part and isinstance(subject, ox.NamedNode) and isinstance(words, ox.Literal) and words.language == "en":
            found[iri.curie(subject.value), part] = words.value
    return MappingProxyType(found)
