"""The link specification: what an outside data set is, which of its rows may be things of ours, and by what to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final

from egov_kg import iri, vocab
from egov_kg.linking.forms import number_form

__all__ = [
    "CANDIDATE_COLUMNS",
    "FORMATS",
    "LEVELS",
    "MANY",
    "PREDICATES",
    "WEAK",
    "Asking",
    "Dataset",
    "Dialect",
    "Feature",
    "LabelColumn",
    "Match",
    "Payback",
    "Specification",
    "columns_of",
    "level_of",
]

FORMATS: Final = ("csv", "tsv", "parquet", "xlsx", "rdf", "sparql", "reconciliation", "rows")
"""What a target may be; ``rdf`` is any serialisation, by the ending of its file, ``rows`` what a package reads."""

WEAK: Final = "rdfs:seeAlso"
"""Says that something outside is worth a look, and nothing of identity: for IRIs that their publisher may change."""

PREDICATES: Final = ("skos:exactMatch", "skos:closeMatch", WEAK)
"""What a run may propose; part, whole and topic are for people to say."""

LEVELS: Final = ("work", "text", "person", "tenure", "place", "body", "concept", "dataset", "thing")
"""What a row stands for; identity across levels is close, not exact."""

CANDIDATE_COLUMNS: Final = ("block", "id", "name", "description", "types", "score", "match", "asked")
"""The columns of a file of candidates of a reconciliation service, before those that are asked for besides."""

MANY: Final = "\x1f"
"""Parts the values of one property of RDF."""

_LEVEL_OF_CLASS: Final = (
    ("egov:LegalText", "text"),
    ("egov:Enactable", "work"),
    ("egov:LawGroup", "work"),
    ("egov:Document", "work"),
    ("egov:Person", "person"),
    ("egov:Tenure", "tenure"),
    ("egov:TermOfOffice", "tenure"),
    ("egov:Jurisdiction", "place"),
    ("egov:Body", "body"),
    ("egov:Concept", "concept"),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text table is written.

    Attributes:
        delimiter: One character.
        quote: One character, or empty where nothing is quoted; a quote inside of quotes is doubled.
        encoding: As Python names it.
        header: Whether the first line names the columns; else they are ``column1``, ``column2`` ...
    """

    delimiter: str
    quote: str
    encoding: str
    header: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """How a reconciliation service is asked for candidates.

    Attributes:
        batch: How many names one request holds.
        pause: Seconds between two requests.
        limit: How many candidates are wanted for one name.
        most: How many names may be asked for.
        extend: What else is asked of each candidate: column to property of theirs.
    """

    batch: int = 10
    pause: float = 1.0
    limit: int = 5
    most: int = 2_000
    extend: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dataset:
    """The outside data set.

    Attributes:
        id: Its short name, which names the mapping file and the graph ``links/{id}``.
        title: By language.
        licence: In words or as an IRI.
        source: The name of the file, or the address of the endpoint or the service.
        format: One of `FORMATS`.
        version: Of the copy, a date where it has no other; may be empty.
        dialect: Of a text table.
        sheet: Of a workbook; empty for the first one.
        query: What an endpoint is asked.
        asking: How a reconciliation service is asked.
        prefixes: Prefix to namespace, besides ours.
    """

    id: str
    title: Mapping[str, str]
    licence: str
    source: str
    format: str
    version: str = ""
    dialect: Dialect | None = None
    sheet: str = ""
    query: str = ""
    asking: Asking | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_asked(self) -> bool:
        """Whether it stands at an address, which is asked once; the answer is kept as a dated file."""
        return self.format in {"sparql", "reconciliation"}


@dataclass(frozen=True, slots=True)
class LabelColumn:
    """A column of names.

    Attributes:
        column: Its name; for RDF the CURIE of a property, with ``@`` and the language where one is asked for.
        lang: The language of its names, or empty.
        split: What parts several names in one cell, or empty.
    """

    column: str
    lang: str = ""
    split: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """A column that is compared with something that we know.

    Attributes:
        column: Its name; empty if `value` holds for every row.
        value: What holds for every row.
        ours: Paths of properties from a thing of ours; the first that leads anywhere counts.
        map: What stands for what in the column.
        strip: Characters that do not count at the beginning of a value.
        words: Words that may stand around a number and say nothing, folded: ``act``, ``no``, ``제``.
        split: What parts several values in one cell, or empty.
        of: The level whose value this is, where it is not that of the row: the day of an enactment is the law's.
    """

    column: str = ""
    value: str = ""
    ours: tuple[str, ...] = ()
    map: Mapping[str, str] = field(default_factory=dict)
    strip: str = ""
    split: str = ""
    of: str = ""
    words: tuple[str, ...] = ()

    def number(self, text: str) -> str:
        """Return an official number as it is compared, ours or theirs."""
        return number_form(text, self.strip, self.words)


@dataclass(frozen=True, slots=True)
class Match:
    """One block ``[[match]]``: rows of the target against the things of one class.

    Attributes:
        number: Its place among the blocks, from 1.
        ours: The CURIE of the class.
        level: What a row stands for.
        source: The file, where it is not that of the data set.
        names: A path to the things whose names count, if not the thing itself.
        cls: For RDF: the class of the subjects, as an IRI, or empty for all. For a reconciliation service: the type
            that candidates are wanted of, as it is called there.
        where: A condition in SQL over the columns, or empty.
        id: A template of the IRI of a row: ``{column}`` stands for a value, which is escaped, and ``{+column}`` for one
            that is the end of an IRI already, as the ids of a reconciliation service are.
        repeats: Whether rows of one id together speak of one thing.
        labels: The columns of names.
        kind, number_, code, date, jurisdiction, parent: What else is compared; None where nothing is.
        accept, review: The probabilities from which on a pair is accepted, or shown to a person.
        margin_bits: How far an accepted pair must be ahead of the next one.
        max_pairs: How many pairs may be compared.
        predicate: What an accepted pair says.
        key: A template of what identifies a row for good where its IRI may change; told beside the pair, or empty.
    """

    number: int
    ours: str
    level: str
    source: str
    id: str
    labels: tuple[LabelColumn, ...]
    names: str = ""
    cls: str = ""
    where: str = ""
    repeats: bool = False
    kind: Feature | None = None
    number_: Feature | None = None
    code: Feature | None = None
    date: Feature | None = None
    jurisdiction: Feature | None = None
    parent: Feature | None = None
    accept: float = 0.95
    review: float = 0.5
    margin_bits: float = 4.0
    max_pairs: int = 2_000_000
    predicate: str = "skos:exactMatch"
    key: str = ""

    @property
    def features(self) -> dict[str, Feature]:
        """What is compared besides the name, by the name of the feature, in a fixed order."""
        found = {
            "kind": self.kind,
            "number": self.number_,
            "code": self.code,
            "date": self.date,
            "jurisdiction": self.jurisdiction,
            "parent": self.parent,
        }
        return {name: one for name, one in found.items() if one is not None}

    @property
    def id_columns(self) -> tuple[str, ...]:
        """The columns that the template of the id names, each once."""
        return columns_of(self.id)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that a row must have, each once, in a fixed order; the condition may use others."""
        named = [*self.id_columns, *(one.column for one in self.labels), *(f.column for f in self.features.values())]
        named += columns_of(self.key)
        return tuple(dict.fromkeys(name for name in named if name))

    def is_of_our_level(self, feature: Feature) -> bool:
        """Return whether a value of the row says something of the thing of ours, not of a part or version of it."""
        return (feature.of or self.level) == level_of(self.ours)


@dataclass(frozen=True, slots=True)
class Payback:
    """One block ``[[payback]]``: what the row of an accepted link says of our thing.

    Attributes:
        number: Its place among the blocks, from 1.
        match: The block ``[[match]]`` whose rows are read.
        prop: The CURIE of what they say: a date, a literal, or ``egov:hasTerm``.
        columns: Where the value stands; of a term of office the first day and the last day.
        rule: What the Statements name as their rule.
        when: By column the values that a row must have; a row with others brings nothing.
        strip: Characters that do not count at the beginning of a value.
    """

    number: int
    match: Match
    prop: str
    columns: tuple[str, ...]
    rule: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strip: str = ""

    @property
    def is_term(self) -> bool:
        """Whether it brings a term of office."""
        return self.prop == "egov:hasTerm"

    @property
    def named_columns(self) -> tuple[str, ...]:
        """All columns that it reads, each once."""
        place = self.match.jurisdiction.column if self.match.jurisdiction is not None else ""
        return tuple(dict.fromkeys((*self.match.id_columns, *self.when, *self.columns, *([place] if place else []))))


@dataclass(frozen=True, slots=True)
class Specification:
    """A link specification.

    Attributes:
        path: The file.
        dataset: The data set.
        matches: The blocks, in their order.
        paybacks: What accepted links bring back, in their order.
    """

    path: Path
    dataset: Dataset
    matches: tuple[Match, ...]
    paybacks: tuple[Payback, ...] = ()

    @property
    def prefixes(self) -> dict[str, str]:
        """Prefix to namespace: ours and those of the data set."""
        return {**iri.PREFIXES, **self.dataset.prefixes}

    def expand(self, name: str) -> str:
        """Return the IRI of a column of RDF, without its language."""
        bare = name.partition("@")[0]
        if bare.startswith("<"):
            return bare[1:-1]
        prefix, _, local = bare.partition(":")
        return self.prefixes[prefix] + local

    @property
    def mapping_path(self) -> Path:
        """Where the mapping file stands: beside the specification."""
        return self.path.with_name(f"{self.dataset.id}.sssom.tsv")


def columns_of(template: str) -> tuple[str, ...]:
    """Return the columns that a template names, each once; a plus before a name is none of its letters.

    Example:
        >>> columns_of("act:{no}-{year}{no}"), columns_of("act:{+path}")
        (('no', 'year'), ('path',))
    """
    names = (name for _, name, _, _ in Formatter().parse(template) if name is not None)
    return tuple(dict.fromkeys(name.removeprefix("+") for name in names))


@cache
def level_of(cls: str) -> str:
    """Return what a thing of a class of ours is: one of `LEVELS`.

    Example:
        >>> [level_of(f"egov:{name}") for name in ("Law", "LegalText", "Country", "Administration", "Stage")]
        ['work', 'text', 'place', 'body', 'thing']
    """
    return next((level for parent, level in _LEVEL_OF_CLASS if vocab.is_subclass(cls, parent)), "thing")
