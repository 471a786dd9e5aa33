"""Background tables: what registers say about the things of the documents, each row with its source and its status.

The format is described in ``docs/reference/background.md``. Only verified rows become triples; the others are counted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeVar

from pyoxigraph import NamedNode

from egov_kg import iri, vocab
from egov_kg.errors import DataFileError, UnknownTerm
from egov_kg.model import Thing, TimeValue, Value
from egov_kg.rdf.assertion import Assertion, Outside, class_of
from egov_kg.rdf.calendar import Days, Term, days_of, position_id
from egov_kg.rdf.labels import BACKGROUND, Name

__all__ = ["Background", "Row", "Source", "background_assertions", "background_names", "read_background"]

SOURCES_GRAPH: Final = "background/sources"

SOURCES: Final = "sources.tsv"
TERMS: Final = "terms.tsv"

SOURCE_COLUMNS: Final = ("source", "title", "publisher", "url", "licence", "note")
TERM_COLUMNS: Final = ("administration", "head", "first_day", "last_day", "source", "status", "note")
ROW_COLUMNS: Final = ("thing", "class", "property", "value", "type", "source", "status", "note")

Status = Literal["verified", "unverified"]

LABEL_PROPERTIES: Final = ("skos:prefLabel", "skos:altLabel", "egov:acronym")


@dataclass(frozen=True, slots=True)
class Source:
    """Where background rows were read.

    Attributes:
        slug: Its name in the tables and in ``graph/background/{slug}``.
        title, publisher: For people; the publisher may be empty.
        url: Its address where one was seen, else empty.
        licence: Its terms in a word; ``unknown`` asserts nothing.
        note: What to know before trusting it.
    """

    slug: str
    title: str
    publisher: str
    url: str
    licence: str
    note: str

    @property
    def id(self) -> str:
        """The id of the source as a document."""
        return f"document/int/{self.slug}"

    @property
    def graph(self) -> str:
        """The name of the graph that holds what it says."""
        return f"background/{self.slug}"


@dataclass(frozen=True, slots=True)
class Row:
    """One verified row of a table.

    Attributes:
        table: The file's name without its suffix; its rule is ``background.{table}``.
        line: The 1-based line in it.
        thing: What it is about; the label is that of the id, and names nothing.
        property: A CURIE.
        value: What it says.
        sources: The slugs of the sources that say it, at least one.
        note: A doubt, a second convention, the reason why it matters.
    """

    table: str
    line: int
    thing: Thing
    property: str
    value: Thing | Value | TimeValue | Outside
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Background:
    """What the background tables of a folder say.

    Attributes:
        sources: By slug.
        rows: The verified rows of all tables but the terms of office, by table and line.
        terms: The verified terms of office, by jurisdiction and first day.
        verified, unverified: How many rows each table has of either kind, by table name.
        digest: SHA-256 over the names and contents of the files.
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    terms: tuple[Term, ...] = ()
    verified: Mapping[str, int] = field(default_factory=dict)
    unverified: Mapping[str, int] = field(default_factory=dict)
    digest: str = ""

    def labels(self) -> tuple[Row, ...]:
        """Return the rows that name things: preferred and alternative labels, acronyms."""
        return tuple(row for row in self.rows if row.property in LABEL_PROPERTIES)

    def terms_of(self, jurisdiction: str) -> tuple[Term, ...]:
        """Return the terms of office of one jurisdiction, by its code, in order."""
        return tuple(term for term in self.terms if term.jurisdiction == jurisdiction)

    def jurisdictions(self) -> Mapping[str, str]:
        """Return the id of the jurisdiction for each code that the tables know."""
        things = [row.thing for row in self.rows] + [row.value for row in self.rows if isinstance(row.value, Thing)]
        found: dict[str, str] = {}
        for thing in sorted({t.id for t in things if vocab.is_subclass(t.cls, "egov:Jurisdiction")}):
            found.setdefault(thing.split("/")[1], thing)
        return found


T = TypeVar("T")


def read_background(folder: Path) -> Background:
    """Return what the tables of a folder say.

    Args:
        folder: It holds ``sources.tsv``, mostly ``terms.tsv``, and any number of further tables ``*.tsv``.

    Raises:
        DataFileError: With file and line, if a row is wrong: number of columns, unknown status, class, property or
            source, no source on a verified row, a bad date or id, a value that does not fit its property, terms that
            overlap by more than the day they share.
    """
    if not (folder / SOURCES).is_file():
        raise DataFileError(folder / SOURCES, 0, "is missing; every background folder needs its table of sources")
    paths = sorted(folder.glob("*.tsv"))
    digest = hashlib.sha256()
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DataFileError(path, 0, f"cannot be read: {error.strerror}") from error
        digest.update(f"{path.name} {hashlib.sha256(content).hexdigest()}\n".encode())
    sources: dict[str, Source] = {}
    for line, source in enumerate(_read(folder / SOURCES, SOURCE_COLUMNS, _source), start=2):
        if sources.setdefault(source.slug, source) is not source:
            raise DataFileError(folder / SOURCES, line, f"a second source is called {source.slug!r}")
    rows: list[Row] = []
    terms: list[Term] = []
    verified: dict[str, int] = {}
    unverified: dict[str, int] = {}
    for path in paths:
        if path.name == SOURCES:
            continue
        if path.name == TERMS:
            found: list[Row | Term | None] = list(_read(path, TERM_COLUMNS, _reader(_term, sources)))
        else:
            found = list(_read(path, ROW_COLUMNS, _reader(_row, sources)))
        rows.extend(row for row in found if isinstance(row, Row))
        terms.extend(row for row in found if isinstance(row, Term))
        verified[path.stem] = sum(row is not None for row in found)
        unverified[path.stem] = sum(row is None for row in found)
    terms.sort(key=lambda t: (t.jurisdiction, t.days, t.id))
    _check_terms(folder / TERMS, terms)
    _check_labels(folder, rows)
    return Background(sources, tuple(rows), tuple(terms), verified, unverified, digest.hexdigest())


# The tab parts cells; nothing else that cannot be seen stands in a value, and XML could not hold it.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")


def _read(path: Path, columns: Sequence[str], parse: Callable[[Mapping[str, str], Path, int], T]) -> Iterator[T]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DataFileError(path, 0, "is not text in UTF-8; save the table as UTF-8, cells parted by tabs") from error
    except OSError as error:
        raise DataFileError(path, 0, f"cannot be read: {error.strerror}") from error
    if tuple(lines[0].split("\t")) != tuple(columns):
        found, wanted = lines[0].split("\t"), list(columns)
        raise DataFileError(path, 1, f"the columns are {found}, expected {wanted}, parted by tabs")
    seen: dict[str, int] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            if number < len(lines):
                raise DataFileError(path, number, "an empty line; tables end with one line feed and have none inside")
            continue
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise DataFileError(path, number, f"has {len(cells)} columns, expected {len(columns)}")
        if line in seen:
            raise DataFileError(path, number, f"repeats line {seen[line]}")
        if any(cell != cell.strip() for cell in cells):
            raise DataFileError(path, number, "a cell begins or ends with white space")
        if control := _CONTROL.search(line):
            raise DataFileError(path, number, f"holds U+{ord(control[0]):04X}, which is no character of a text")
        if not unicodedata.is_normalized("NFC", line):
            raise DataFileError(path, number, "is not in Unicode normalisation form C, as the texts of documents are")
        seen[line] = number
        yield parse(dict(zip(columns, cells, strict=True)), path, number)


def _source(cells: Mapping[str, str], path: Path, line: int) -> Source:
    if cells["source"] != iri.slug(cells["source"]) or not cells["source"]:
        raise DataFileError(path, line, f"the name {cells['source']!r} is no slug: lower-case ASCII words and hyphens")
    if not cells["title"]:
        raise DataFileError(path, line, "a source needs a title")
    if cells["url"] and not _is_web_address(cells["url"]):
        raise DataFileError(path, line, f"{cells['url']!r} is no web address; leave it empty if none was seen")
    return Source(cells["source"], *(cells[column] for column in SOURCE_COLUMNS[1:]))


def _is_web_address(text: str) -> bool:
    try:
        return text.startswith(("http://", "https://")) and bool(NamedNode(text))
    except ValueError:
        return False


def _reader(
    parse: Callable[[Mapping[str, str], Path, int, tuple[str, ...]], T], sources: Mapping[str, Source]
) -> Callable[[Mapping[str, str], Path, int], T | None]:
    """Return a reader that checks status and source, then parses; it answers None for an unverified row."""

    def read(cells: Mapping[str, str], path: Path, line: int) -> T | None:
        if cells["status"] not in Status.__args__:  # type: ignore[attr-defined]
            raise DataFileError(path, line, f"unknown status {cells['status']!r}, expected verified or unverified")
        named = tuple(sorted(part.strip() for part in cells["source"].split(";") if part.strip()))
        if cells["status"] == "unverified":
            if cells.get("type") != "text":
                parse(cells, path, line, named)
            return None
        if not named:
            raise DataFileError(path, line, "a verified row needs a source")
        for slug in named:
            if slug not in sources:
                raise DataFileError(path, line, f"unknown source {slug!r}; add it to {SOURCES}")
        return parse(cells, path, line, named)

    return read


def _term(cells: Mapping[str, str], path: Path, line: int, sources: tuple[str, ...]) -> Term:
    administration = _thing(cells["administration"], "egov:Administration", path, line)
    head = _thing(cells["head"], "egov:Person", path, line)
    first = _day(cells["first_day"], path, line)
    last = _day(cells["last_day"], path, line) if cells["last_day"] else dt.date.max
    if last < first:
        raise DataFileError(path, line, f"the term ends on {last}, before it begins on {first}")
    _, jurisdiction, slug = administration.id.split("/", 2)
    ids = tuple(f"document/int/{source}" for source in sources)
    return Term(f"term/{jurisdiction}/{slug}", administration.id, head.id, Days(first, last), ids)


def _day(text: str, path: Path, line: int) -> dt.date:
    try:
        if len(text) == 10:
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise DataFileError(path, line, f"{text!r} is no day, expected YYYY-MM-DD")


def _thing(thing: str, cls: str, path: Path, line: int) -> Thing:
    if not iri.is_id(thing):
        raise DataFileError(
            path, line, f"{thing!r} is no id, expected class/jurisdiction/slug: law/kr/e-government-act"
        )
    try:
        segment = vocab.segment(cls)
    except UnknownTerm as error:
        raise DataFileError(path, line, f"{error}") from error
    if thing.partition("/")[0] != segment:
        raise DataFileError(path, line, f"the id {thing!r} of a thing of {cls} must begin with {segment!r}")
    return Thing(thing, cls, thing)


def _row(cells: Mapping[str, str], path: Path, line: int, sources: tuple[str, ...]) -> Row:
    thing = _thing(cells["thing"], cells["class"], path, line)
    prop = cells["property"]
    if not cells["value"]:
        raise DataFileError(path, line, "has no value")
    if prop not in _EXPECTED:
        raise DataFileError(path, line, f"unknown property {prop!r}: none of the ontology under its forward name")
    domain = "" if prop in vocab.OUTSIDE_PROPERTIES else vocab.domain(prop)
    if domain and not vocab.is_subclass(thing.cls, domain):
        raise DataFileError(path, line, f"{prop} is said of {domain}, not of {thing.cls}")
    try:
        value = _value(cells["value"], cells["type"], path, line)
    except ValueError as error:
        if isinstance(error, DataFileError):
            raise
        raise DataFileError(path, line, f"{cells['value']!r}: {error}") from error
    _check_kind(prop, value, cells["type"], path, line)
    return Row(path.stem, line, thing, prop, value, sources, cells["note"])


_EXPECTED: Final[Mapping[str, str]] = {
    **{name: known.range for name, known in vocab.OBJECT_PROPERTIES.items()},
    **{name: known.datatype for name, known in vocab.DATA_PROPERTIES.items()},
    **vocab.OUTSIDE_PROPERTIES,
}
"""What each property leads to: a class, a datatype, ``date``, or empty for anything."""

_LEXICAL: Final[Mapping[str, re.Pattern[str]]] = {
    "xsd:string": re.compile(r".+"),
    "xsd:integer": re.compile(r"0|-?[1-9][0-9]*"),
    "xsd:gYear": re.compile(r"[0-9]{4}"),
    "xsd:anyURI": re.compile(r"https?://\S+"),
    "xsd:boolean": re.compile(r"true|false"),
}


def _value(text: str, kind: str, path: Path, line: int) -> Thing | Value | TimeValue | Outside:
    if kind == "edtf":
        days_of(text)
        return TimeValue(text, text)
    if kind == "iri":
        return Outside(NamedNode(text).value)
    if kind.startswith("egov:"):
        return _thing(text, kind, path, line)
    if kind == "xsd:date":
        return Value(_day(text, path, line).isoformat(), kind)
    if kind in _LEXICAL:
        if not _LEXICAL[kind].fullmatch(text):
            raise DataFileError(path, line, f"{text!r} is no {kind}")
        return Value(text, kind)
    if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{4})?", kind):
        return Value(text, "rdf:langString", kind)
    raise DataFileError(
        path, line, f"unknown type {kind!r}: a language (en), a datatype (xsd:date), a class (egov:Law), edtf or iri"
    )


def _check_kind(prop: str, value: object, kind: str, path: Path, line: int) -> None:
    expected = _EXPECTED[prop]
    if prop in vocab.OBJECT_PROPERTIES:
        if expected == "egov:TimePosition":
            fits = isinstance(value, TimeValue)
        else:
            fits = isinstance(value, Thing) and (not expected or vocab.is_subclass(value.cls, expected))
    elif expected == "date":
        fits = kind in {"xsd:date", "xsd:gYear"}
    elif expected == "rdf:langString":
        fits = isinstance(value, Value) and bool(value.lang)
    elif expected:
        fits = kind == expected
    else:
        fits = not isinstance(value, TimeValue)
    if not fits:
        what = {"egov:TimePosition": "edtf", "date": "xsd:date or xsd:gYear", "rdf:langString": "a language"}
        raise DataFileError(path, line, f"{prop} takes {what.get(expected, expected or 'a thing')}, not {kind!r}")


def _check_terms(path: Path, terms: Sequence[Term]) -> None:
    for earlier, later in itertools.pairwise(terms):
        if earlier.jurisdiction == later.jurisdiction and later.days.first < earlier.days.last:
            raise DataFileError(
                path,
                0,
                f"the terms of {earlier.administration} and {later.administration} share more than one day; an acting "
                "head within another term is no term",
            )


def _check_labels(folder: Path, rows: Sequence[Row]) -> None:
    chosen: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row.property == "skos:prefLabel" and isinstance(row.value, Value):
            first = chosen.setdefault((row.thing.id, row.value.lang), row)
            if first.value != row.value:
                raise DataFileError(
                    folder / f"{row.table}.tsv",
                    row.line,
                    f"a second preferred label of {row.thing.id} in {row.value.lang!r}; line {first.line} of "
                    f"{first.table}.tsv has {first.value.lexical!r}",  # type: ignore[union-attr]
                )


def background_assertions(background: Background, known: Mapping[str, str] | None = None) -> Iterator[Assertion]:
    """Yield what the tables assert, without names, each in the graph of each of its sources.

    The sources themselves are documents, described in `SOURCES_GRAPH`.

    Args:
        background: The tables.
        known: The id of the jurisdiction for codes that documents name; the tables' own come first.
    """
    for slug in _used(background):
        source = background.sources[slug]
        yield _of_source(source, "rdf:type", class_of("egov:Document"))
        if source.url:
            yield _of_source(source, "foaf:page", Outside(source.url))
    for row in background.rows:
        yield from _of_row(row, background)
    jurisdictions = {**(known or {}), **background.jurisdictions()}
    for term in background.terms:
        yield from _of_term(term, jurisdictions)


def background_names(background: Background) -> Iterator[Name]:
    """Yield the names that the tables give, and the titles of their sources."""
    for slug in _used(background):
        source = background.sources[slug]
        title = Value(source.title, "rdf:langString", "en")
        yield Name(_of_source(source, "skos:prefLabel", title), BACKGROUND)
    for row in background.labels():
        assert isinstance(row.value, Value)
        for slug in row.sources:
            source = background.sources[slug]
            rule = f"background.{row.table}"
            yield Name(
                Assertion(row.thing.id, row.property, row.value, source.graph, rule, "background", (), (source.id,)),
                BACKGROUND,
            )


def _used(background: Background) -> list[str]:
    """Return the slugs of the sources that some verified row names, sorted."""
    used = {slug for row in background.rows for slug in row.sources}
    used.update(source.rpartition("/")[2] for term in background.terms for source in term.sources)
    return sorted(used)


def _of_source(source: Source, prop: str, value: Value | Outside) -> Assertion:
    return Assertion(source.id, prop, value, SOURCES_GRAPH, "background.sources", "background", sources=(source.id,))


def _of_row(row: Row, background: Background) -> Iterator[Assertion]:
    for slug in row.sources:
        source = background.sources[slug]

        def assertion(subject: str, prop: str, value: str | Value | Outside, source: Source = source) -> Assertion:
            return Assertion(
                subject, prop, value, source.graph, f"background.{row.table}", "background", sources=(source.id,)
            )

        yield assertion(row.thing.id, "rdf:type", class_of(row.thing.cls))
        if row.property in LABEL_PROPERTIES:
            continue
        match row.value:
            case Thing():
                yield assertion(row.value.id, "rdf:type", class_of(row.value.cls))
                yield assertion(row.thing.id, row.property, row.value.id)
            case TimeValue():
                yield assertion(row.thing.id, row.property, position_id(row.thing.jurisdiction, row.value))
            case Value() | Outside():
                yield assertion(row.thing.id, row.property, row.value)


def _of_term(term: Term, jurisdictions: Mapping[str, str]) -> Iterator[Assertion]:
    values: list[tuple[str, str, str | Value | Outside]] = [
        (term.administration, "rdf:type", class_of("egov:Administration")),
        (term.administration, "egov:headedBy", term.head),
        (term.administration, "egov:hasTerm", term.id),
        (term.head, "rdf:type", class_of("egov:Person")),
        (term.id, "rdf:type", class_of("egov:TermOfOffice")),
        (term.id, "egov:firstDay", Value(term.days.first.isoformat(), "xsd:date")),
    ]
    if not term.open:
        values.append((term.id, "egov:lastDay", Value(term.days.last.isoformat(), "xsd:date")))
    if term.jurisdiction in jurisdictions:
        code = jurisdictions[term.jurisdiction]
        values += [(term.administration, "egov:inJurisdiction", code), (term.id, "egov:inJurisdiction", code)]
    for source in term.sources:
        graph = f"background/{source.rpartition('/')[2]}"
        for subject, prop, value in values:
            yield Assertion(subject, prop, value, graph, "background.terms", "background", sources=(source,))
