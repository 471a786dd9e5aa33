"""What is asked and answered in reconciliation, whatever version of a protocol carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from egov_kg.reconciliation.inquiries import Inquiry
    from egov_kg.reconciliation.replies import Reply

__all__ = [
    "Candidate",
    "Condition",
    "Day",
    "Described",
    "Feature",
    "Number",
    "PartialDate",
    "PropertyInfo",
    "Question",
    "Reconciling",
    "Reference",
    "Text",
    "Truth",
    "TypeInfo",
    "Typed",
    "Value",
    "Wanted",
]

Strictness = Literal["must", "should", "any"]
"""Whether a thing of another type is left out, follows at a loss, or counts as much."""

Quantifier = Literal["any", "all", "none"]
"""How many of the values of a condition the thing must have."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a condition.

    Attributes:
        text: As it was written: a name, a date, a number, a code.
        id: The thing that it stands for, as it was given: an IRI, a CURIE or a path below the base; or empty.
        number: The number that it is, or None.
    """

    text: str
    id: str = ""
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What a thing should have besides its name.

    Attributes:
        property: The CURIE of a property of ours, or what was given where there is none.
        values: The values.
        required: Whether a thing that does not fulfil the condition is left out.
        quantifier: How many of the values it must have.
        qualifier: How values are compared: empty for the usual way, ``ExactMatch``, ``EDTF:Level-0``.
    """

    property: str
    values: tuple[Value, ...]
    required: bool = False
    quantifier: Quantifier = "any"
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Which thing is meant?

    Attributes:
        text: Its name; or its IRI, CURIE, or path below the base. Empty where conditions alone are given.
        lang: The language of the name, or empty.
        type: The CURIE of a class, or empty.
        strictness: What the type means.
        limit: How many candidates at most.
        conditions: What else is known of it.
    """

    text: str
    lang: str = ""
    type: str = ""
    strictness: Strictness = "should"
    limit: int = 5
    conditions: tuple[Condition, ...] = ()


class Feature(NamedTuple):
    """A part of a score.

    Attributes:
        id: ``name``, ``date``, ``kind`` ... or the local name of a property; ``unknown-property`` where there is none.
        name: In words, in English.
        value: Bits: how much likelier the thing is meant than another one; or whether something holds.
    """

    id: str
    name: str
    value: float | bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant.

    Attributes:
        thing: Its IRI.
        id: Its path below the base of ids, which answers carry.
        name: In the language asked for, if there is one.
        lang: The language of the name, or empty.
        description: A line: kind, jurisdiction, year, and the name in another language.
        types: CURIE and name of its classes, the nearest first.
        score: 100 times the probability that it is meant.
        match: Whether this is certain enough to be taken without a person.
        features: Why, the largest part first.
    """

    thing: str
    id: str
    name: str
    lang: str
    description: str
    types: tuple[tuple[str, str], ...]
    score: float
    match: bool
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """A class that things have.

    Attributes:
        type: Its CURIE.
        name: Its label in the language asked for.
        description: Its definition.
        broader: CURIE and name of the classes above it, the nearest first.
        count: How many things are of it.
    """

    type: str
    name: str
    description: str
    broader: tuple[tuple[str, str], ...]
    count: int


@dataclass(frozen=True, slots=True)
class PropertyInfo:
    """A property that things have.

    Attributes:
        property: Its CURIE.
        name: Its label in the language asked for.
        description: Its definition.
        type: CURIE and name of the class of its values, or None where they are no things.
        qualifiers: How its values can be compared, besides the usual way.
    """

    property: str
    name: str
    description: str
    type: tuple[str, str] | None = None
    qualifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property whose values are asked for.

    Attributes:
        property: Its CURIE, or what was given where there is none.
        limit: How many values of each thing; 0 for all.
    """

    property: str
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that is a thing: its IRI, its path below the base (the IRI where it is not below), its name.

    `types` are CURIE and name of its classes, the nearest first.
    """

    thing: str
    id: str
    name: str
    lang: str = ""
    types: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A value that is a text."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A value that is a day, as ``2013-07-30``."""

    day: str


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A value that is a month, a year or a span of days: ``2013-07``, ``2013``, ``2013-03-01/2013-05-04``."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A value that is a number."""

    number: int | float


@dataclass(frozen=True, slots=True)
class Truth:
    """A value that is true or false."""

    holds: bool


Typed = Reference | Text | Day | PartialDate | Number | Truth
"""A value of a property of a thing."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a preview shows of a thing.

    Attributes:
        thing, id, name, lang, description, types: As in `Candidate`.
        names: All its names with their languages, preferred ones first.
        definition: What it is in a sentence or two, in the language asked for if there is one; or empty.
        values: Its properties with their values, in the order in which they are shown.
    """

    thing: str
    id: str
    name: str
    lang: str
    description: str
    types: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]
    definition: str
    values: tuple[tuple[PropertyInfo, tuple[Typed, ...]], ...]


class Reconciling(Protocol):
    """What answers: one release, asked from the process that faces the network, answered outside of it.

    Languages are tags in the order of preference; English, then any other, stands in. Every method may raise
    `egov_kg.errors.LimitExceeded` or one of its kind where too many ask at once, or an answer takes too long, and
    `egov_kg.errors.NotFound` where the state that is asked has no index.
    """

    @property
    def default_types(self) -> tuple[tuple[str, str], ...]:
        """CURIE and English name of the classes that most tables are about."""
        ...

    @property
    def size(self) -> int:
        """How many things there are."""
        ...

    async def match(self, questions: Sequence[Question], langs: Sequence[str]) -> list[list[Candidate]]:
        """Return for each question the candidates, best first."""
        ...

    async def replies(self, inquiries: Sequence[Inquiry], langs: Sequence[str], *, with_names: bool) -> list[Reply]:
        """Return for each query the candidates as JSON; see `egov_kg.reconciliation.replies`."""
        ...

    async def suggest_entities(
        self, prefix: str, *, langs: Sequence[str] = (), cls: str = "", limit: int = 10, offset: int = 0
    ) -> list[Candidate]:
        """Return the things, of a class if one is named, whose names begin with a text or hold it; unscored."""
        ...

    async def suggest_types(
        self, prefix: str, *, langs: Sequence[str] = (), limit: int = 10, offset: int = 0
    ) -> list[TypeInfo]:
        """Return the classes whose labels hold a text; all with an empty one, the most frequent first."""
        ...

    async def suggest_properties(
        self, prefix: str, *, langs: Sequence[str] = (), cls: str = "", limit: int = 10, offset: int = 0
    ) -> list[PropertyInfo]:
        """Return the properties whose labels hold a text, of things of a class if one is named."""
        ...

    async def properties_of(self, cls: str, *, langs: Sequence[str] = (), limit: int = 0) -> list[PropertyInfo]:
        """Return the properties that things of a class have, those of most things first."""
        ...

    async def extend(
        self, things: Sequence[str], wanted: Sequence[Wanted], *, langs: Sequence[str] = ()
    ) -> tuple[list[PropertyInfo], Mapping[str, list[tuple[Typed, ...]]]]:
        """Return the properties, and by thing as it was given the values of each; nothing for an unknown thing."""
        ...

    async def describe(self, thing: str, *, langs: Sequence[str] = ()) -> Described | None:
        """Return what a preview shows; None if there is no such thing."""
        ...
