"""Rows of tables whose headers say what the columns mean: the row's thing first, then what each cell says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from egov_kg import vocab
from egov_kg.documents.tables import statements
from egov_kg.extraction.chronicles import DateLine
from egov_kg.extraction.columns import ColumnRule, ColumnRules, header_words
from egov_kg.extraction.definitions import read_definitions
from egov_kg.extraction.headings import in_small_letters
from egov_kg.extraction.named import Named, emit_time
from egov_kg.extraction.narrative import Narrator
from egov_kg.extraction.patterns import Reading, read_sentence
from egov_kg.extraction.stages import read_row
from egov_kg.extraction.times import TimeMention, find_times, years_of
from egov_kg.extraction.tokens import is_korean
from egov_kg.extraction.word_lists import WordList
from egov_kg.model import Block, Span, Thing, Value, View

__all__ = ["DataSheets", "TableRows", "parts_of_row"]

_SINCE = re.compile(r"(?:from|since)\s((?:19|20)\d\d)(?:\son(?:wards)?)?", re.IGNORECASE)
_OPEN_RANGE = re.compile(r"((?:19|20)\d\d)\s?[-\u2010-\u2015~]\s?(\S.*)?", re.DOTALL)
_BRACKET = re.compile(r"\s\([^()]*\)$")
# "was", "is": what may stand before the participle that closes a cell
_AUXILIARY = re.compile(r"\s(?:was|were|is|are)$")
# A key of a few words, a colon, and where the value begins, as in a list of a ministry and its parent.
_KEYED = re.compile(r"([A-Z가-힣][\w./&()' -]{1,40}?)\s?[:：]\s+(?=\S)")
_OF_LAWS: Final = ("egov:enactedIn", "egov:promulgatedOn", "egov:adoptedOn", "egov:inForceFrom")
LONGEST_NAME: Final = 200
NEAR: Final = 4
"""So many characters may stand before the name that a cell begins with."""
_SUBJECTS: Final = ("name", "period")
LONGEST_LABEL: Final = 40
"""In characters: a line as short as this above a record is its label, be it no heading."""

_ACTS: Final = ("egov:Law", "egov:ExecutiveOrder")


@dataclass
class TableRows:
    """Reads the rows of one table, column by column.

    Attributes:
        narrator: Where names are resolved and facts go.
        table: The table as a thing, or the document where it has no caption.
        columns: The rule of each column.
        words: The lists of words in cells, by id.
        headers: The words of each column's header.
        korean: Reads a Korean statement of a stage; without it, such a one is read as any other.
        laws: Reads what a remark beside a law says of it.
        entries: Reads an event that is only named, by the date of its row.
    """

    narrator: Narrator
    table: Thing
    columns: Sequence[ColumnRule | None]
    words: Mapping[str, WordList]
    headers: Sequence[str] = ()
    korean: Callable[[Block, Named, Block], None] | None = None
    laws: Callable[[Block, Named, Block], None] | None = None
    entries: Callable[[Block, DateLine], None] | None = None
    _previous: tuple[Named, tuple[Span, ...]] | None = field(default=None, repr=False)
    _ordinal: int = field(default=0, repr=False)

    @classmethod
    def of(cls, narrator: Narrator, table: Thing, block: Block, rules: ColumnRules) -> TableRows | None:
        """Return a reader for a table, or None if its headers do not say what the columns mean."""
        headers = block.attributes.get("columns", "")
        columns = rules.of_table(headers)
        return cls(narrator, table, columns, rules.words, headers.split(" | ")) if columns else None

    def read(self, block: Block, stage: Named | None = None, stage_block: Block | None = None) -> bool:
        """Take in a row; return whether it was read by its columns.

        Args:
            block: The row.
            stage: The stage that the row stands under, where a header row of the table names it.
            stage_block: That header row.
        """
        cells = self._cells(block)
        if cells is None:
            return False
        name = next(i for i, rule in enumerate(self.columns) if rule is not None and rule.role in _SUBJECTS)
        if name in cells and self._read_entries(cells, name):
            return True
        if name in cells:
            subject = self.subject(cells[name], self.columns[name])
            owner = cells[name]
        elif stage is not None and stage_block is not None:
            subject, owner = stage, stage_block
        else:
            return False
        if subject is None:
            return False
        spans = self.narrator.draft.spans(owner)
        for place, cell in sorted(cells.items()):
            rule = self.columns[place]
            if rule is None and self.laws is not None and not self.is_empty(cell.view.text):
                self.laws(cell, subject, owner)
            if rule is None or rule.role in _SUBJECTS or self.is_empty(cell.view.text):
                continue
            if subject.thing.cls == "egov:Stage" and rule.cls == "egov:Person":
                self._office(cell, self.headers[place], (*spans, *self.narrator.draft.spans(cell)), rule)
            else:
                self.read_cell(subject, owner, spans, cell, rule)
        return True

    def _read_entries(self, cells: Mapping[int, Block], name: int) -> bool:
        """Take in a cell that tells of events in headlines or sentences; return whether it was read so.

        A headline beside further columns is not: what they say is said of the one thing that it names.
        """
        rule, cell = self.columns[name], cells[name]
        dated = next((i for i, r in enumerate(self.columns) if r is not None and r.property == "egov:dated"), -1)
        if rule is None or not rule.entries or cell.lang == "ko" or dated not in cells:
            return False
        when, narrator = cells[dated], self.narrator
        times = find_times(when.view.text)
        if len(times) != 1 or self.words["cell.planned"].marks(when.view.text):
            return False
        others = [i for i in cells if i not in (name, dated) and self.columns[i] is not None]
        if any(not self.is_empty(cells[i].view.text) for i in others) and not cell.view.text.rstrip().endswith("."):
            return False
        line = DateLine(times[0], narrator.draft.spans(when), 0)
        for part in _statements(cell):
            entry = Block("item", part.start, part.end, part.parent, part.lang, part.view)
            narrator.read(entry, line=line)
            if narrator.bare is not None and self.entries is not None:
                self.entries(entry, narrator.bare)
        return True

    def _cells(self, block: Block) -> Mapping[int, Block] | None:
        ranges = [tuple(map(int, r.split("-"))) for r in block.attributes.get("cells", "").split()]
        places = [int(p) for p in block.attributes.get("at", "").split()]
        if not places and len(ranges) == len(self.columns):
            places = list(range(len(ranges)))
        if not ranges or len(places) != len(ranges) or max(places) >= len(self.columns):
            return None
        return {place: _part(block, start, end) for place, (start, end) in zip(places, ranges, strict=True)}

    def is_empty(self, text: str) -> bool:
        """Return whether a cell says nothing: a dash, or a word that stands for nothing or for many."""
        return not any(c.isalnum() for c in text) or self.words["cell.empty"].marks(text)

    def _open_range(self, text: str) -> re.Match[str] | None:
        """Return the match of a range that has not ended: "2001-", "2001 - present"."""
        if since := _SINCE.fullmatch(text.strip()):
            return since
        match = _OPEN_RANGE.fullmatch(text.strip())
        return match if match and (not match[2] or self.words["cell.ongoing"].marks(match[2])) else None

    @staticmethod
    def _before(text: str, end: int) -> int:
        """Return where the words before a participle end: "Office of Seals was set up"."""
        auxiliary = _AUXILIARY.search(text[:end].rstrip())
        return auxiliary.start() if auxiliary else len(text[:end].rstrip())

    # --- what the row is about ------------------------------------------------------------------------------------

    def subject(self, cell: Block, rule: ColumnRule | None) -> Named | None:
        """Return what a row is about, by the cell that names it."""
        text = cell.view.text
        if rule is None or self.is_empty(text) or len(text) > LONGEST_NAME:
            return None
        if rule.role == "period" and not _is_time(text):
            return None
        if rule.cls == "egov:Stage":
            return self._stage(cell)
        return self._named(cell, rule.cls)

    def _stage(self, cell: Block) -> Named:
        draft, text = self.narrator.draft, cell.view.text
        thing = draft.resolver.make("egov:Stage", text, lang="ko" if is_korean(text) else "en")
        spans = draft.spans(cell)
        draft.place(thing, spans)
        draft.name(thing, text, "alt", spans)
        self._ordinal += 1
        if (times := find_times(text)) and (_is_time(text) or text.rstrip().endswith(")")):
            self._period(Named(thing, 0, len(text)), times[-1], text, spans, "stage.period.1")
        if self.table != draft.work:
            draft.emit(thing, "egov:describedIn", self.table, spans, "stage.table.1")
        ordinal = Value(str(self._ordinal), "xsd:integer")
        draft.emit(thing, "egov:ordinal", ordinal, spans, "stage.order.1", "inferable")
        if self._previous is not None:
            before, there = self._previous
            draft.emit(before.thing, "egov:followedBy", thing, (*there, *spans), "stage.order.2")
        named = Named(thing, 0, len(text))
        self._previous = (named, spans)
        return named

    def reading(self, cell: Block) -> Reading:
        """Return what a cell names."""
        text, narrator = cell.view.text, self.narrator
        return read_sentence(text, 0, len(text), narrator.resolver.lexicon, narrator.gazetteer, narrator.defined)

    def _named(self, cell: Block, cls: str) -> Named | None:
        """Return what a cell names: the name in it, if it is little more, else its own words as a thing of a class."""
        narrator, text = self.narrator, cell.view.text
        reading = self.reading(cell)
        first = next((m for m in reading.mentions if m.name_start <= NEAR and not m.is_bare), None)
        rest = "" if first is None else re.sub(r"\([^()]*\)", "", text[first.end :]).strip(" ,.;-\u2013")
        if first is not None and (not rest or _is_time(rest) or self.words["cell.done"].find(f" {rest}") == 1):
            things = narrator.things_of(first, reading)
            if len(things) == 1 and not vocab.disjoint(things[0].cls, cls):
                narrator.history.note(things[0], first)
                spans = narrator.draft.spans(cell, first.name_start, first.name_end)
                narrator.draft.place(things[0], spans)
                narrator.draft.name(things[0], first.name, "alt", spans)
                read_definitions(narrator, cell, reading)
                return Named(things[0], 0, len(text), (*first.times, *reading.times))
        if cls == "egov:Technology":
            return None
        if cls == "egov:Person":
            name = re.match(r"(?:[A-Z][\w.'-]+\s){1,4}[A-Z][\w'-]+(?=$|\s?[,(])", text)
            return Named(narrator.resolver.person(name[0]), 0, name.end()) if name else None
        if cls in ("egov:Agency", "egov:Law") and not re.search("[A-Z가-힣]", text):
            return None
        bracket = _BRACKET.search(text)
        done, end = self.words["cell.done"].find(text), bracket.start() if bracket else len(text)
        return narrator.phrase(cell, reading, 0, self._before(text, done) if done > 0 else end, cls)

    # --- what the cells say of it ---------------------------------------------------------------------------------

    def read_cell(self, subject: Named, owner: Block, spans: tuple[Span, ...], cell: Block, rule: ColumnRule) -> None:
        """Take in what a cell says of the thing that its row is about; `spans` are the words that name it."""
        if rule.role == "time":
            self._read_time(subject, owner, spans, cell, rule)
        elif rule.role == "things":
            self._read_things(subject, spans, cell, rule)
        elif rule.role == "text":
            self._read_text(subject, spans, cell, rule)
        elif subject.thing.cls == "egov:Stage":
            for part in _statements(cell):
                if cell.lang == "ko" and self.korean is not None:
                    self.korean(part, subject, owner)
                else:
                    read_row(self.narrator, part, subject, owner)

    def _read_time(self, subject: Named, owner: Block, spans: tuple[Span, ...], cell: Block, rule: ColumnRule) -> None:
        draft, thing, text = self.narrator.draft, subject.thing, cell.view.text
        if self.words["cell.planned"].marks(text):
            draft.refused(draft.spans(cell), "refused", f"{rule.id}: planned")
            return
        evidence = (*spans, *draft.spans(cell))
        times = find_times(text)
        is_law = vocab.is_subclass(thing.cls, "egov:Enactable") and not vocab.is_subclass(thing.cls, "egov:Plan")
        if thing.cls == "egov:Stage" and times:
            self._period(subject, times[0], text, evidence, rule.id)
        elif opened := self._open_range(text):
            draft.emit(thing, "egov:startYear", Value(opened[1], "xsd:gYear"), evidence, rule.id)
        elif len(times) == 1 and is_law and rule.property in _OF_LAWS:
            draft.emit(thing, rule.property, times[0].value, evidence, rule.id)
        elif len(times) == 1:
            begun = rule.property == "egov:dated" and self.words["cell.begun"].marks(owner.view.text)
            emit_time(draft, thing, times[0], evidence, rule.id, instant="egov:beganIn" if begun else rule.property)

    def _office(self, cell: Block, header: str, evidence: tuple[Span, ...], rule: ColumnRule) -> None:
        """Take in who headed the government in a stage: a person and the office that the header names."""
        resolver = self.narrator.resolver
        if header_words(header) not in resolver.lexicon.heads_of_government:
            return
        for part in _statements(cell):
            named = self._named(part, rule.cls)
            if named is None:
                self.narrator.draft.refused(self.narrator.draft.spans(part), "unmapped", rule.id)
                continue
            office = resolver.office(header, resolver.jurisdiction)
            self.narrator.draft.emit(named.thing, "egov:holdsOffice", office, evidence, f"{rule.id}.office")

    def _period(self, stage: Named, time: TimeMention, text: str, evidence: tuple[Span, ...], rule: str) -> None:
        first, last = years_of(time.value)
        self.narrator.draft.emit(stage.thing, "egov:startYear", Value(first, "xsd:gYear"), evidence, rule)
        if "/" in time.value.edtf or not self._open_range(text):
            self.narrator.draft.emit(stage.thing, "egov:endYear", Value(last, "xsd:gYear"), evidence, rule)

    def _read_things(self, subject: Named, spans: tuple[Span, ...], cell: Block, rule: ColumnRule) -> None:
        draft = self.narrator.draft
        for part in _statements(cell):
            if self.is_empty(part.view.text) or len(part.view.text) > LONGEST_NAME:
                continue
            named = self._named(part, rule.cls)
            if named is None:
                draft.refused(draft.spans(part), "unmapped", rule.id)
                continue
            evidence = (*spans, *draft.spans(part))
            prop, inverse = rule.property, rule.inverse
            if prop == "egov:managedBy" and subject.thing.cls in _ACTS:
                prop, inverse = "egov:responsibleFor", True  # nobody runs an act; a ministry answers for it
            first, second = (named.thing, subject.thing) if inverse else (subject.thing, named.thing)
            draft.emit(first, prop, second, evidence, rule.id)
            if vocab.is_subclass(named.thing.cls, "egov:Enactable"):
                if subject.thing.cls == "egov:Stage":
                    draft.emit(named.thing, "egov:enactedInStage", subject.thing, evidence, f"{rule.id}.stage")
                for time in named.times[:1]:
                    emit_time(draft, named.thing, time, draft.spans(part), "law.title-year.1")

    def _read_text(self, subject: Named, spans: tuple[Span, ...], cell: Block, rule: ColumnRule) -> None:
        draft, text = self.narrator.draft, cell.view.text.strip()
        evidence = (*spans, *draft.spans(cell))
        if rule.property == "egov:acronym" and re.fullmatch(r"[A-Z][\w&-]{1,11}", text):
            draft.name(subject.thing, text, "acronym", draft.spans(cell))
            draft.emit(subject.thing, rule.property, Value(text, "rdf:langString", "en"), evidence, rule.id)
        elif rule.property in ("egov:acronym", "skos:altLabel") and text[:1].isalpha() and text[:1] == text[:1].upper():
            # a short name that is no acronym: "ICT Law"
            draft.name(subject.thing, text, "alt", draft.spans(cell))
            draft.emit(subject.thing, "skos:altLabel", Value(text, "rdf:langString", "en"), evidence, rule.id)
        elif rule.property == "dcterms:type" and vocab.is_subclass(subject.thing.cls, "egov:Body"):
            draft.emit(subject.thing, rule.property, Value(text), evidence, rule.id)
        elif rule.property == "foaf:homepage" and re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text):
            draft.emit(subject.thing, rule.property, Value(text, "xsd:anyURI"), evidence, rule.id)
        elif rule.property == "egov:actNumber" and vocab.is_subclass(subject.thing.cls, "egov:Law"):
            number = re.search(r"제\s?(\d+)\s?호", text) or re.search(r"(\d[\d,./-]*[\w-]*)", text)
            if number:
                draft.emit(subject.thing, rule.property, Value(number[1]), evidence, rule.id)


class DataSheets:
    """Reads records of one thing each: a data sheet of a system, the box beside an article on an agency.

    The keys are read as the headers of a table are. What a record is about, a key says ("System"), or the heading above
    it names; what says something of the document stays with the document.
    """

    def __init__(self, narrator: Narrator, table: Thing, rules: ColumnRules) -> None:
        self._narrator, self._rules = narrator, rules
        self._reader = TableRows(narrator, table, (), rules.words)
        self._subject: tuple[Named, Block] | None = None
        self._heading: Block | None = None
        self._title: Block | None = None

    def rest(self, block: Block) -> None:
        """Take notice of a block that is no field: a record ends with it; a heading may name the next one."""
        self._subject = None
        text = block.view.text.strip()
        label = block.kind == "paragraph" and len(text) <= LONGEST_LABEL and not text.endswith(".")
        self._heading = block if block.kind == "heading" or label else None
        if block.kind == "heading":
            self._title = self._title or block

    def read_item(self, block: Block) -> bool:
        """Take in an item of the form "Key: value" as a field; return whether it belongs to a record of a thing."""
        match = _KEYED.match(block.view.text)
        if match is None or len(block.view.text) > LONGEST_NAME:
            return False
        field_ = Block(
            "field",
            block.start,
            block.end,
            block.parent,
            block.lang,
            View(block.view.text[match.end() :], block.view.offsets[match.end() :]),
            {"key": match[1]},
        )
        return self.read(field_)

    def read(self, block: Block) -> bool:
        """Take in a field; return whether it belongs to a record of a thing other than the document."""
        key = block.attributes.get("key", "")
        name = self._rules.name_of_key(key)
        if self._subject is None and name is not None:
            named = self._reader.subject(block, name)
            self._subject = (named, block) if named is not None else None
            return self._subject is not None
        rule = self._rules.of_key(key)
        if rule is None:
            return False
        if self._subject is None and self._heading is not None:
            # "Agency overview" names nothing: what the page is about is then the title
            headings = (self._heading, self._title) if self._title is not None else (self._heading,)
            found = ((self._of_heading(heading), heading) for heading in headings)
            self._subject = next(((named, heading) for named, heading in found if named is not None), None)
        if self._subject is None or self._reader.is_empty(block.view.text):
            return False
        subject, owner = self._subject
        self._reader.read_cell(subject, owner, self._narrator.draft.spans(owner), block, rule)
        return True

    def title(self) -> Named | None:
        """Return what the first heading names, if it is a name and nothing else."""
        return self._of_heading(self._title) if self._title is not None else None

    def _of_heading(self, heading: Block) -> Named | None:
        """Return the thing that a heading names, if it is a name and nothing else."""
        heading = in_small_letters(heading)
        reading = self._reader.reading(heading)
        for mention in reading.mentions:
            whole = mention.name_start <= 4 and mention.end >= len(heading.view.text.rstrip()) - 1
            if (
                whole
                and not mention.is_bare
                and vocab.is_subclass(mention.cls, "egov:Actor")
                | (
                    vocab.is_subclass(mention.cls, "egov:Undertaking")
                    | vocab.is_subclass(mention.cls, "egov:Enactable")
                )
            ):
                things = self._narrator.things_of(mention, reading)
                return Named(things[0], 0, len(heading.view.text)) if len(things) == 1 else None
        return None


def parts_of_row(block: Block) -> tuple[Block, ...]:
    """Return the cells of a row as rows of their own, or the row itself where it has not more than one."""
    ranges = [tuple(map(int, r.split("-"))) for r in block.attributes.get("cells", "").split()]
    if len(ranges) < 2:
        return (block,)
    parts = [_part(block, start, end) for start, end in ranges]
    # A date or a number alone is a value of something, and nothing that was done.
    return tuple(p for p in parts if not _is_time(p.view.text) and re.search(r"[^\W\d]", p.view.text))


def _part(block: Block, start: int, end: int) -> Block:
    view = View(block.view.text[start:end], block.view.offsets[start:end])
    first = view.offsets[0] if view.offsets else block.start
    last = view.offsets[-1] + 1 if view.offsets else block.start
    return Block("row", first, last, block.parent, block.lang, view)


def _statements(cell: Block) -> Iterator[Block]:
    """Yield the statements of a cell, parted by semicolons."""
    for view in statements(cell.view, lost_cells=False):
        if view.text.strip():
            yield Block("row", view.offsets[0], view.offsets[-1] + 1, cell.parent, cell.lang, view)


def _is_time(text: str) -> bool:
    times: Sequence[TimeMention] = find_times(text)
    return len(times) == 1 and times[0].end - times[0].start >= len(text) - 3
