"""Hand-made pages for the RDF stage: facts with the words that carry them, no reader and no rules in between."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pyoxigraph import Quad

from egov_kg import iri
from egov_kg.model import (
    Certainty,
    Document,
    Extraction,
    Fact,
    Label,
    Span,
    Thing,
    TimeValue,
    Value,
)
from egov_kg.rdf import Background, read_background

SOURCES = "source\ttitle\tpublisher\turl\tlicence\tnote\nregister\tRegister\tArchive\thttps://example.org/register\tunknown\t\n"
TERMS = "administration\thead\tfirst_day\tlast_day\tsource\tstatus\tnote\n"
ROWS = "thing\tclass\tproperty\tvalue\ttype\tsource\tstatus\tnote\n"

KOREAN_TERMS = (
    ("park-chung-hee", "1963-12-17", "1979-10-26"),
    ("choi-kyu-hah", "1979-10-26", "1980-08-16"),
    ("chun-doo-hwan", "1980-09-01", "1988-02-24"),
    ("roh-tae-woo", "1988-02-25", "1993-02-24"),
    ("kim-young-sam", "1993-02-25", "1998-02-24"),
    ("kim-dae-jung", "1998-02-25", "2003-02-24"),
    ("roh-moo-hyun", "2003-02-25", "2008-02-24"),
    ("lee-myung-bak", "2008-02-25", "2013-02-24"),
    ("park-geun-hye", "2013-02-25", "2017-03-10"),
    ("moon-jae-in", "2017-05-10", "2022-05-09"),
)


class Page:
    """A document and what it is said to say."""

    def __init__(self, name: str, text: str, metadata: Mapping[str, str] | None = None) -> None:
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.document = Document(name, text, (), metadata or {}, f"{name.rpartition('/')[2]}.md", digest)
        self.things: dict[str, Thing] = {}
        self.labels: dict[str, list[Label]] = {}
        self.mentions: dict[str, tuple[Span, ...]] = {}
        self.facts: list[Fact] = []

    def span(self, words: str) -> Span:
        """Return where the words first stand."""
        start = self.document.text.index(words)
        return Span(self.document.id, start, start + len(words))

    def thing(self, name: str, cls: str, label: str, lang: str = "en", *, words: str = "") -> Thing:
        """Return a thing that the page names by its label, or by other words."""
        thing = self.things[name] = Thing(name, cls, label, lang)
        self.mentions[name] = (self.span(words or label),)
        return thing

    def name(self, thing: Thing, label: Label) -> None:
        """Give a thing a further name."""
        self.labels.setdefault(thing.id, []).append(label)

    def say(
        self,
        subject: Thing,
        prop: str,
        value: Thing | Value | TimeValue,
        *words: str,
        rule: str = "test.rule.1",
        certainty: Certainty = "stated",
        qualifiers: tuple[tuple[str, Thing | Value], ...] = (),
    ) -> None:
        """State a fact that the words carry together."""
        spans = tuple(self.span(w) for w in words)
        self.facts.append(Fact(subject, prop, value, spans, rule, certainty, qualifiers))

    @property
    def extraction(self) -> Extraction:
        """What extraction would hand over."""
        labels = {thing: tuple(found) for thing, found in self.labels.items()}
        return Extraction(self.document, self.things, labels, self.mentions, tuple(self.facts), ())


@pytest.fixture(scope="session")
def page() -> type[Page]:
    """The class of hand-made pages."""
    return Page


@pytest.fixture
def write_background(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a folder of tables: one source, terms of office, rows by table name."""

    def write(*, terms: str = "", sources: str = SOURCES, **tables: str) -> Path:
        folder = tmp_path / "background"
        folder.mkdir(exist_ok=True)
        (folder / "sources.tsv").write_text(sources, encoding="utf-8")
        (folder / "terms.tsv").write_text(TERMS + terms, encoding="utf-8")
        for name, rows in tables.items():
            (folder / f"{name}.tsv").write_text(ROWS + rows, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def korean_terms(write_background: Callable[..., Path]) -> Background:
    """The terms of office of the ten Korean administrations, and the country."""
    terms = "".join(
        f"administration/kr/{slug}\tperson/kr/{slug}\t{first}\t{last}\tregister\tverified\t\n"
        for slug, first, last in KOREAN_TERMS
    )
    country = (
        "jurisdiction/kr/republic-of-korea\tegov:Country\tdcterms:identifier\tKR\txsd:string\tregister\tverified\t\n"
    )
    return read_background(write_background(terms=terms, jurisdictions=country))


def short(quad: Quad) -> tuple[str, str, str]:
    """Return the triple of a quad in ids, CURIEs and lexical forms."""
    return (
        iri.curie(quad.subject.value),  # type: ignore[union-attr]
        iri.curie(quad.predicate.value),
        iri.curie(quad.object.value),  # type: ignore[union-attr]
    )


@pytest.fixture(scope="session")
def triples_of() -> Callable[..., set[tuple[str, str, str]]]:
    """Return a function that gives the triples of the graphs whose names begin so, in short forms."""

    def triples(quads: tuple[Quad, ...], graph: str, prop: str = "") -> set[tuple[str, str, str]]:
        start = iri.graph_iri(graph)
        found = (short(q) for q in quads if q.graph_name.value.startswith(start))  # type: ignore[union-attr]
        return {t for t in found if prop in {"", t[1]}}

    return triples
