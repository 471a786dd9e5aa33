"""Records: rows of a table whose mapping says what each column means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from egov_kg import vocab
from egov_kg.documents.mapping import Column, TableMapping
from egov_kg.extraction.draft import Draft
from egov_kg.extraction.gazetteer import class_of
from egov_kg.extraction.times import find_times
from egov_kg.extraction.tokens import fold, is_korean
from egov_kg.model import Block, Span, Thing, TimeValue, Value

__all__ = ["RecordReader"]

_NUMBERS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]((?:19|20)\d\d)")
_DATATYPES: Final = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}


class RecordReader:
    """Reads the rows of one table."""

    def __init__(self, draft: Draft, mapping: TableMapping) -> None:
        self.draft, self.mapping = draft, mapping
        self._known: dict[str, set[str]] = {}
        for row in draft.resolver.gazetteer.names:
            self._known.setdefault(fold(row.name), set()).add(row.thing)

    def read(self, record: Block, cells: Sequence[Block]) -> None:
        """Take in what a row says: its thing, and a fact for each value of a cell of a mapped column.

        The evidence of a fact is the cells of the label together with the value. A value that is not what the mapping
        says goes to the work queue with its place; a row without the cells of its label does so as a whole.
        """
        by_column = {cell.attributes["column"]: cell for cell in cells}
        subject, named = self._subject(by_column)
        if subject is None:
            number = record.attributes.get("number", "")
            self.draft.refused(self.draft.spans(record), "unmapped", f"row {number} has no {self.mapping.label}")
            return
        self.draft.place(subject, named)
        for column in self.mapping.columns:
            cell = by_column.get(column.name)
            if cell is not None:
                for start, end in _values(cell.view.text, column):
                    self._read_value(subject, named, column, cell, start, end)

    def _subject(self, cells: Mapping[str, Block]) -> tuple[Thing | None, tuple[Span, ...]]:
        words = ""
        spans: list[Span] = []
        for piece, is_column in self.mapping.label_parts():
            if not is_column:
                words += piece
            elif piece in cells:
                words += cells[piece].view.text.strip()
                spans.extend(self.draft.spans(cells[piece]))
            else:
                return None, ()
        words = " ".join(words.split())
        thing = self._thing(self.mapping.cls, words)
        evidence = tuple(sorted(set(spans)))
        if thing is not None and words == thing.label:
            self.draft.name(thing, words, "pref", evidence)
        return thing, evidence

    def _read_value(  # noqa: PLR0917 - each is a different thing
        self, subject: Thing, named: tuple[Span, ...], column: Column, cell: Block, start: int, end: int
    ) -> None:
        text = cell.view.text[start:end]
        here = self.draft.spans(cell, start, end)
        obj = self._thing(column.value, text) if ":" in column.value else _literal(column, text)
        if obj is None:
            self.draft.refused(here, "unmapped", f"{column.name}: {text!r} is no {column.value}")
            return
        evidence = (*named, *here)
        if isinstance(obj, Thing):
            self.draft.place(obj, here)
            self.draft.name(obj, text, "alt", here)
            if column.inverse:
                self.draft.emit(obj, column.property, subject, evidence, "table.column.2")
                return
        elif column.value == "name":
            self.draft.name(subject, text, "pref" if column.property == "skos:prefLabel" else "alt", here)
        self.draft.emit(subject, column.property, obj, evidence, "table.column.1")

    def _thing(self, cls: str, name: str) -> Thing | None:
        """Return the thing of a name: one that is known, a person by full name, an administration by its head."""
        resolver = self.draft.resolver
        if cls == "egov:Administration":
            head = re.sub(r"\s(?:administration|government|cabinet)$", "", name, flags=re.IGNORECASE)
            if head != name and " " in head:
                return resolver.administration_of(resolver.person(head))
        known = sorted(
            thing
            for thing in self._known.get(fold(name), ())
            if resolver.applies(thing) and vocab.is_subclass(class_of(thing), cls)
        )
        if len(known) == 1:
            return resolver.known(known[0], None, name)
        korean = is_korean(name)
        if cls == "egov:Person":
            return resolver.person(name) if " " in name or korean else None
        if cls == "egov:Country":
            code = resolver.lexicon.country_words.get(name.casefold())
            return resolver.country(code) if code else None
        return resolver.make(cls, name, lang="ko" if korean else "en")


def _values(text: str, column: Column) -> Iterator[tuple[int, int]]:
    """Yield the range of each value of a cell."""
    place = 0
    for part in text.split(column.separator) if column.separator else [text]:
        value = part.strip()
        if value and value not in column.empty:
            start = place + part.index(value)
            yield start, start + len(value)
        place += len(part) + len(column.separator)


def _literal(column: Column, text: str) -> Value | TimeValue | None:
    if column.value == "date":
        return _date(column, text)
    if column.value == "integer":
        digits = re.sub(r"[,\s\u00a0]", "", text)
        return Value(str(int(digits)), "xsd:integer") if re.fullmatch(r"-?\d{1,18}", digits) else None
    if column.value == "iri":
        return Value(text, "xsd:anyURI") if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text) else None
    known = vocab.DATA_PROPERTIES.get(column.property)
    datatype = known.datatype if known else vocab.OUTSIDE_PROPERTIES[column.property]
    if datatype == "rdf:langString":
        return Value(text, "rdf:langString", column.language or ("ko" if is_korean(text) else "en"))
    return Value(text)


def _date(column: Column, text: str) -> TimeValue | Value | None:
    time = _by_order(column, text)
    if time is None:
        found = find_times(text)
        if len(found) != 1 or fold(found[0].value.words) != fold(text):
            return None
        time = found[0].value
    if column.property in vocab.OBJECT_PROPERTIES:
        return time
    known = vocab.DATA_PROPERTIES.get(column.property)
    if known is not None and known.datatype == "xsd:gYear":
        return Value(time.edtf[:4], "xsd:gYear") if "/" not in time.edtf else None
    datatype = _DATATYPES.get(len(time.edtf))
    if datatype is None or (known is not None and known.datatype != datatype):
        return None
    return Value(time.edtf, datatype)


def _by_order(column: Column, text: str) -> TimeValue | None:
    """Return the date that three numbers give; without a declared order only one that can be read in one way."""
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    days_first = column.order == "dmy" or (not column.order and first > 12)
    months_first = column.order == "mdy" or (not column.order and second > 12)
    if days_first == months_first:
        return None
    day, month = (first, second) if days_first else (second, first)
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return TimeValue(f"{match[3]}-{month:02}-{day:02}", text)
