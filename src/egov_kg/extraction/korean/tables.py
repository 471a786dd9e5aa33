"""Rows of Korean tables that begin with a date: what is named beside it is of that date."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.korean.reader import KoreanReader, Sentence
from egov_kg.extraction.korean.relations import read_relations
from egov_kg.extraction.times import TimeMention
from egov_kg.model import Block, Thing

__all__ = ["cells_of", "read_dated_row"]

_NAMING: Final = re.compile(
    r"사업|시스템|서비스|명칭|이름|과제|계획|주요\s?(?:사항|내용|연혁|성과)|연혁|사항|추진|내용"
)
_REMARK: Final = re.compile(r"비고|설명|특징|효과|목적|예산|의의|개요|^내용$|세부")
_LONGEST: Final = 40


def cells_of(block: Block) -> list[tuple[int, int]]:
    """Return the ranges of a row's cells in its view: as the reader of the document says, else between bars."""
    known = block.attributes.get("cells", "").split()
    if known:
        return [(int(a), int(b)) for a, b in (cell.split("-") for cell in known)]
    cells = []
    place = 0
    for part in block.view.text.split("|"):
        start = place + len(part) - len(part.lstrip())
        end = start + len(part.strip())
        if end > start:
            cells.append((start, end))
        place += len(part) + 1
    return cells


def read_dated_row(reader: KoreanReader, block: Block, columns: str = "") -> bool:
    """Take in a row whose first cell is a date; return whether it is one.

    Args:
        reader: The reader of the document.
        block: The row.
        columns: The headers of the table, between bars.
    """
    cells = cells_of(block)
    if len(cells) < 2:
        return False
    first = reader.sentence(block, *cells[0])
    words = block.view.text[slice(*cells[0])]
    if len(first.times) != 1 or re.sub(r"[\s.,()]", "", words.replace(first.times[0].value.words, "")):
        return False
    time, offset = first.times[0], cells[0][0]
    if "/" in time.value.edtf:
        return False
    headers = [h.strip() for h in columns.split("|")]
    named = False
    for i, (start, end) in enumerate(cells[1:], start=1):
        header = headers[i] if len(headers) == len(cells) else ""
        if named and _REMARK.search(header):
            continue
        here = TimeMention(time.start + offset - start, time.end + offset - start, time.value)
        sentence = reader.sentence(block, start, end)
        sentence = replace(
            sentence, clauses=tuple(c if c.times else replace(c, times=(here,)) for c in sentence.clauses)
        )
        reader.take(sentence)
        read_relations(reader, sentence)
        if not sentence.clauses:
            _undated(reader, sentence, here, header)
        named = True
    return True


def _undated(reader: KoreanReader, sentence: Sentence, time: TimeMention, header: str) -> None:
    """Date what a cell names without saying what happened to it."""
    thing: Thing | None = None
    end = len(sentence.text)
    for item in sentence.found:
        if item.outer_start <= 1 and not re.sub(r"[\s.]", "", sentence.text[item.outer :]):
            thing = reader.memory.thing(item, "egov:Project")
            if thing is not None:
                reader.named(sentence, item, thing)
    if thing is None and _NAMING.search(header):
        name = re.sub(r"\s?\([^()]*\)$", "", sentence.text).strip()
        if not 2 <= len(name) <= _LONGEST or "," in name or re.search(r"(?:다|함|음|됨)\.?$", name):
            return
        thing = reader.draft.resolver.make("egov:Project", name, lang="ko")
        spans = reader.draft.spans(sentence.block, sentence.offset, sentence.offset + len(name))
        reader.draft.place(thing, spans)
    if thing is None:
        return
    spans = reader.draft.spans(sentence.block, sentence.offset + time.start, sentence.offset + end)
    body = vocab.is_subclass(thing.cls, "egov:Body")
    if vocab.is_subclass(thing.cls, "egov:Law"):
        reader.date(thing, "enacted", time, spans, "ko.table.date.1")
    else:
        reader.date(thing, "egov:beganIn" if body else "egov:dated", time, spans, "ko.table.date.1")
