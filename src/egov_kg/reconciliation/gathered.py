"""What of a graph the search folder of a release holds: things with their names, classes and values; terms in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

__all__ = ["ABOUT", "JURISDICTION", "KIND", "PERSON", "SEARCH", "Gathered", "Named", "Stored", "Term", "Thing"]

Kind = Literal["thing", "text", "date", "number", "truth"]

SEARCH: Final = "search"
"""The name of the folder in a release."""

ABOUT: Final = "about.json"
"""The file in it that says what the other one holds."""

KIND: Final = "~kind"
"""Stands where a property stands: what the names of a thing say that it is."""

JURISDICTION: Final = "~jurisdiction"
"""The ISO code of the place whose government a thing stands under, in lower case."""

PERSON: Final = "~person"
"""A key of the name of a person, in either order and any spelling."""


class Named(NamedTuple):
    """A name: as it is written, its language in lower case or nothing, whether it is the preferred one."""

    text: str
    lang: str = ""
    preferred: bool = True


class Stored(NamedTuple):
    """A value of a property.

    Attributes:
        property: A CURIE, or one of the names above.
        key: What is compared: a folded text, an IRI, a date as it was told, a number.
        kind: What it is.
        text: As it is written; nothing for things.
        lang: The language of a text, or nothing.
    """

    property: str
    key: str
    kind: Kind = "text"
    text: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing.

    Attributes:
        iri: Its IRI.
        classes: The CURIEs of all its classes of ours.
        names: Its names.
        values: What is known of it.
        year: The year that tells it from others of its kind, or 0.
        place: The IRI of its jurisdiction, or nothing.
    """

    iri: str
    classes: tuple[str, ...]
    names: tuple[Named, ...]
    values: tuple[Stored, ...] = ()
    year: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A class or a property in words.

    Attributes:
        labels, definitions: By language.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All of it.

    Attributes:
        base: The base of our IRIs.
        things: In any order.
        terms: Classes and properties by CURIE.
    """

    base: str
    things: tuple[Thing, ...]
    terms: Mapping[str, Term] = field(default_factory=dict)
