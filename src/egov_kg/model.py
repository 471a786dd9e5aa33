"""The values that travel from stage to stage: documents, spans, things, facts. All are frozen."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from egov_kg.errors import SpanOutOfRange

__all__ = [
    "BLOCK_KINDS",
    "Block",
    "BlockKind",
    "Certainty",
    "Document",
    "Extraction",
    "Fact",
    "Label",
    "Span",
    "Thing",
    "TimeValue",
    "Unexpressed",
    "Value",
    "View",
]

BlockKind = Literal[
    "chrome", "field", "heading", "paragraph", "item", "table", "stage", "row", "record", "cell", "caption", "credit",
    "note",
]  # fmt: skip
BLOCK_KINDS: Final[tuple[BlockKind, ...]] = BlockKind.__args__  # type: ignore[attr-defined]
"""What a block can be. ``chrome`` is navigation: it yields nothing. ``stage`` heads a group of ``row`` blocks. A
``record`` is a row of a table with a mapping, and holds its ``cell`` blocks."""

Certainty = Literal["stated", "inferable", "background", "proposed"]
"""How a fact is known. ``proposed`` stays outside the default graph until a person has read it."""


class Span(NamedTuple):
    """A half-open range of a document's text, in Unicode code points."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class View:
    """A readable string made from a document: markup lifted, wrapped lines joined.

    Attributes:
        text: What patterns read.
        offsets: For each character of `text` its place in the document. A joint (a space that stands for a line
            break) has the place of the first character that it stands for. Ascending.
    """

    text: str
    offsets: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.text) != len(self.offsets):
            raise ValueError(f"a view of {len(self.text)} characters needs as many offsets, not {len(self.offsets)}")

    def pieces(self, document: Document, start: int, end: int) -> tuple[Span, ...]:
        """Return the spans of the document that a range of this view covers.

        A gap in the document that is white space alone is kept inside one span; any other gap (lifted markup, a note
        in the middle of a name) parts two spans.

        Args:
            document: The document that the view was made from.
            start: Where the range begins in `text`.
            end: Where it ends, half-open; the range is not empty.
        """
        if not 0 <= start < end <= len(self.text):
            raise SpanOutOfRange(f"a view of {document.id}", start, end, len(self.text))
        low, high = self.offsets[start], self.offsets[end - 1]
        if high - low == end - 1 - start and self.text[start] != " " != self.text[end - 1]:
            # the usual case: nothing was lifted and nothing joined, so the range is one of the document
            return (Span(document.id, low, high + 1),)
        spans: list[Span] = []
        # Spaces may stand for lifted markup, so only what is no space says where a span begins and ends.
        words = [self.offsets[index] for index in range(start, end) if self.text[index] != " "]
        places = words or list(self.offsets[start:end])
        first = last = places[0]
        for place in places[1:]:
            if place > last + 1 and document.text[last + 1 : place].strip():
                spans.append(Span(document.id, first, last + 1))
                first = place
            last = place
        spans.append(Span(document.id, first, last + 1))
        return tuple(spans)


_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document with one role.

    Attributes:
        kind: Its role.
        start, end: Its half-open range in the document, in code points. Top-level blocks tile the text in order; a
            nested block (a note inside a sentence) lies inside its parent.
        parent: The index of the block that this one is nested in or belongs to (a row to its stage), or None.
        lang: A BCP 47 tag, by script and small words: ``en``, ``ko``, ``fr`` ..., ``mis`` for a language that is not
            known here, ``und`` where there are no letters.
        view: What patterns read; empty for chrome.
        attributes: ``key`` of a field; ``level`` of a heading or item; ``anchor_start`` and ``anchor_end`` of a note
            (the range of its anchor in the *view* of its parent), ``marker`` of a note; ``period`` of a stage (the
            words in brackets);
            ``columns`` of a table; ``cells`` (ranges in the view) and ``at`` (their columns) of a row; ``column`` of a
            cell, ``number`` of a record; ``url`` of a note with a link.
    """

    kind: BlockKind
    start: int
    end: int
    parent: int | None
    lang: str
    view: View
    attributes: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Document:
    """A source text, every character of which can be pointed at.

    Attributes:
        id: Its id below ``{base}id/``: ``document/int/visionary-and-sustainable-leadership``.
        text: NFC, line feeds, no byte order mark; other control characters are U+FFFD.
        blocks: In reading order.
        metadata: What the reader learned and the text does not say in fields: ``profile``, ``kind`` (``original`` or
            ``digest``), ``title``, ``jurisdiction`` where known; for a digest ``work`` (the id of the original work),
            ``work_text_digest``, ``licence``.
        source: The file name (no folder), for messages and reports.
        text_digest: SHA-256 of the text in UTF-8, hexadecimal.
    """

    id: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Mapping[str, str]
    source: str
    text_digest: str

    def quote(self, span: Span) -> str:
        """Return the words that `span` covers, verbatim, line breaks included.

        Raises:
            SpanOutOfRange: If the range is empty or reaches outside the text, or names another document.
        """
        if span.document != self.id or not 0 <= span.start < span.end <= len(self.text):
            raise SpanOutOfRange(self.id, span.start, span.end, len(self.text))
        return self.text[span.start : span.end]

    def line(self, offset: int) -> int:
        """Return the 1-based line that a place in the text lies on."""
        return self.text.count("\n", 0, offset) + 1

    def block_at(self, offset: int) -> Block:
        """Return the innermost block that holds a place in the text.

        Raises:
            SpanOutOfRange: If the place lies outside the text.
        """
        best: Block | None = None
        top = [b for b in self.blocks if b.start <= offset < b.end]
        for block in top:
            if best is None or block.end - block.start <= best.end - best.start:
                best = block
        if best is None:
            raise SpanOutOfRange(self.id, offset, offset + 1, len(self.text))
        return best


@dataclass(frozen=True, slots=True)
class Label:
    """A name of a thing.

    Attributes:
        text: As written, white space folded.
        lang: A BCP 47 tag: ``en``, ``ko``, ``ko-Latn``.
        kind: ``pref``, ``alt`` or ``acronym``.
        evidence: Where the document writes it; empty for a name that comes from the gazetteer.
    """

    text: str
    lang: str
    kind: Literal["pref", "alt", "acronym"]
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that the graph speaks of.

    Attributes:
        id: Its id below ``{base}id/``.
        cls: The CURIE of its class, the most specific one known: ``egov:Law``.
        label: The name that people see.
        lang: The language of that name.
    """

    id: str
    cls: str
    label: str
    lang: str = "en"

    @property
    def jurisdiction(self) -> str:
        """The second segment of the id: ``kr``, or ``int`` where none applies."""
        return self.id.split("/")[1]


@dataclass(frozen=True, slots=True)
class TimeValue:
    """A stretch of the calendar as a text gives it.

    Attributes:
        edtf: ``2001``, ``2001-03``, ``2001-03-28`` or ``2003/2007`` (both ends included).
        words: As written.
        approximate: Whether the words are loose ("early 2000s": the decade, and nothing is decided by it).
    """

    edtf: str
    words: str
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A literal.

    Attributes:
        lexical: Its canonical lexical form.
        datatype: A CURIE: ``xsd:string``, ``xsd:gYear``, ``xsd:integer``, ``xsd:anyURI``, ``rdf:langString`` ...
        lang: The language of an ``rdf:langString``, else empty.
    """

    lexical: str
    datatype: str = "xsd:string"
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement that a document makes, with its evidence; not yet RDF.

    Attributes:
        subject: What it is about.
        property: A CURIE of the ontology or of the outside terms it allows. ``egov:hasMeasurement#views`` (a counter of
            the scheme of measures) and ``egov:citedPage`` (with the qualifier ``egov:citedWork``) stand for a node of
            their own, which the RDF stage mints.
        object: A thing, a literal, or a stretch of time (the RDF stage mints its calendar node).
        evidence: The spans that carry it together, in reading order; never empty.
        rule: The id of the rule that found it.
        certainty: ``stated`` or ``inferable``; extraction never emits ``background``, and our rules no ``proposed``.
        qualifiers: Further pairs of property and value that belong to the node which the RDF stage mints.
        sources: The ids of documents that vouch for it besides its words: the review in which it was accepted.
    """

    subject: Thing
    property: str
    object: Thing | Value | TimeValue
    evidence: tuple[Span, ...]
    rule: str
    certainty: Certainty = "stated"
    qualifiers: tuple[tuple[str, Thing | Value], ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unexpressed:
    """Words that may say something and that no rule could express.

    Attributes:
        span: Where.
        reason: ``no-rule``, ``unknown-verb``, ``unknown-field``, ``unsplit-list``, ``refused`` (negated, modal ...),
            ``foreign-language``,
            ``yielded-nothing`` (a whole block without a fact).
        detail: The verb, the key, the reason of the refusal; may be empty.
    """

    span: Span
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one document yields.

    Attributes:
        document: The document.
        things: Every thing that its facts name, by id, with the class and label chosen for it.
        labels: The names of each thing, by id: those that the document writes, with evidence, and those that the
            gazetteer adds, without. At most one ``pref`` per language.
        mentions: Where the document first names each thing, by id; never empty for a thing of a fact.
        facts: In reading order, no two equal in subject, property, object and evidence.
        unexpressed: The work queue.
    """

    document: Document
    things: Mapping[str, Thing]
    labels: Mapping[str, tuple[Label, ...]]
    mentions: Mapping[str, tuple[Span, ...]]
    facts: tuple[Fact, ...]
    unexpressed: tuple[Unexpressed, ...]


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield the half-open range of each line of a text, without its line feed."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        if end < 0:
            end = len(text)
        yield start, end
        start = end + 1


def line_starts(text: str) -> list[int]:
    """Return where each line begins; `bisect` over it gives line numbers for many places cheaply."""
    return list(itertools.accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0))


def line_number(starts: list[int], offset: int) -> int:
    """Return the 1-based line of a place, from `line_starts`."""
    return bisect.bisect_right(starts, offset)
