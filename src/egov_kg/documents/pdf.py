"""PDF files: columns, headings by their type, paragraphs, lists, tables, footnotes; running heads are left aside.

A PDF file says where letters stand and nothing else. What is a heading, a paragraph, a table or a note is told by size,
weight and place, as a reader's eye does. Nothing in a file is run, and nothing that it links to is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

from egov_kg.documents import shapes
from egov_kg.documents.composition import Composition, Run, clean
from egov_kg.documents.formats import Refusal
from egov_kg.documents.outline import Outline
from egov_kg.documents.pdf_lines import Line, columns
from egov_kg.documents.pdf_margins import Footnote, footnotes, running_lines
from egov_kg.documents.pdf_pages import Page, Word, open_pdf
from egov_kg.documents.pdf_paragraphs import (
    Edges,
    Measures,
    Paragraph,
    label_of,
    measure,
    paragraphs,
    raised_labels,
    runs_of,
)
from egov_kg.documents.pdf_tables import Grid, aligned, ruled
from egov_kg.documents.pdf_words import Vocabulary

__all__ = ["outline"]

_TABLE: Final = "\ufffc"  # stands for a table among the words of a page, so that it finds its place
_CONTENTS = re.compile(r"(?:[.·…]\s?){4,}\s*\d{1,4}$")  # a line of the table of contents
_NO_TITLE = re.compile(
    r"\(?anonymous\)?|untitled|microsoft (?:word|powerpoint).*|.*\.(?:docx?|hwpx?|indd|pptx?|rtf)", re.IGNORECASE
)
LONGEST_HEADING: Final = 250
_BEHIND_NOTES: Final = 2  # paragraphs that may stand behind the notes at the end: an imprint
_STEP: Final = 3.0  # points by which items of one level may miss each other


def outline(data: bytes, _option: str = "") -> Outline:
    """Return the outline of a PDF file; each block has the number of its page.

    Args:
        data: Its bytes.

    Raises:
        Refusal: If it is encrypted, cut off, damaged, or has no text.
    """
    opened = open_pdf(data)
    reading = _Reading()
    letters = unknown = images = pages = words = 0
    for page in opened.pages():
        reading.take(page)
        words, letters, unknown = words + len(page.words), letters + page.letters, unknown + page.unknown
        images, pages = images + page.images, pages + 1
    if not words:
        reason = "is a PDF file without text: " + ("its pages are pictures" if images else "its pages are empty")
        raise Refusal(reason, "Have its text recognised first: ocrmypdf scan.pdf text.pdf")
    if 3 * unknown > letters:
        reason = f"is a PDF file that does not say which letters it shows ({unknown:,} of {letters:,} are unknown)"
        raise Refusal(reason, "Have its text recognised first: ocrmypdf --force-ocr file.pdf text.pdf")
    result = reading.compose()
    title = clean(opened.info.get("Title", "")).strip()
    if title and not _NO_TITLE.fullmatch(title):
        result.metadata["file_title"] = title
        result.title = result.title or title
    author = clean(opened.info.get("Author", "")).strip()
    if author and not _NO_TITLE.fullmatch(author):
        result.metadata["file_author"] = author
    result.metadata["pages"] = str(pages)
    result.metadata["reader"] = f"pdfminer.six {version('pdfminer.six')}"
    return result


@dataclass(slots=True)
class _Column:
    """The lines and tables of a column, from top to bottom."""

    page: int
    height: float
    parts: list[Line | Grid] = field(default_factory=list)


class _Reading:
    """What was read of a file so far."""

    def __init__(self) -> None:
        self.columns: list[_Column] = []
        self.heights: dict[int, float] = {}
        self.composition = Composition()
        self.notes: list[Footnote] = []
        self.labels: dict[tuple[int, str], str] = {}

    def take(self, page: Page) -> None:
        """Take in a page: its columns, with their tables in place."""
        self.heights[page.number] = page.height
        grids, rest = ruled(page.words, page.rules)
        stand_ins = [
            Word(f"{_TABLE}{index}", grid.x0, grid.x1, grid.top, 0.0, bold=False) for index, grid in enumerate(grids)
        ]
        for found in columns([*rest, *stand_ins], page.width):
            column = _Column(page.number, page.height)
            for line in found:
                line.page, line.column = page.number, len(self.columns)
                tables = [word for word in line.words if word.text.startswith(_TABLE) and word.text[1:].isdecimal()]
                column.parts += [grids[int(word.text[1:])] for word in tables if int(word.text[1:]) < len(grids)]
                line.words = [word for word in line.words if word not in tables] if tables else line.words
                if line.words:
                    column.parts.append(line)
            self.columns.append(column)

    def compose(self) -> Outline:
        """Return the outline of all pages."""
        running = self._running()
        lines = [part for column in self.columns for part in column.parts if isinstance(part, Line)]
        measures = measure([line for line in lines if id(line) not in running] or lines)
        for column in self.columns:
            self._set_aside_notes(column, measures, running)
        self._label_notes()
        vocabulary = Vocabulary([*lines, *self._lines_of_cells()])
        blocks = self._without_end_notes(self._blocks(measures), lines)
        levels = _levels([block for block in blocks if isinstance(block, Paragraph)], measures)
        indents: list[float] = []
        for block, neighbours in _with_neighbours(blocks):
            if isinstance(block, Paragraph):
                self.composition.page = block.lines[0].page
                if _is_item(block, neighbours, measures):
                    self._add_item(block, indents, vocabulary)
                    continue
                indents.clear()
                self._add(block, levels, measures, vocabulary)
            else:
                indents.clear()
                self.composition.page = block[0]
                self._add_table(block[1], vocabulary)
        for note in self.notes:
            self.composition.page = note.page
            self.composition.note(self.labels[note.page, note.label], [Run(note.text)])
        texts = [line.text for line in lines if id(line) in running]
        for text in dict.fromkeys(re.sub(r"^[\W\d]*\d+\W*|\W*\d+[\W\d]*$", "", text) for text in texts):
            self.composition.chrome(text)
        return self.composition.finish()

    def _lines_of_cells(self) -> list[Line]:
        """Return the lines in tables, from top to bottom; each column of a table counts as a column of its own."""
        found: list[Line] = []
        number = len(self.columns)
        for grid in [part for column in self.columns for part in column.parts if isinstance(part, Grid)]:
            for cells in zip(*grid.rows, strict=True):
                for line in [line for cell in cells for line in cell]:
                    line.column = number
                    found.append(line)
                number += 1
        return found

    def _running(self) -> set[int]:
        pages: list[tuple[float, list[Line]]] = []
        for number, height in self.heights.items():
            found = [p for c in self.columns if c.page == number for p in c.parts if isinstance(p, Line)]
            pages.append((height, sorted(found, key=lambda line: (line.base, line.x0))))
        return running_lines(pages)

    def _set_aside_notes(self, column: _Column, measures: Measures, running: set[int]) -> None:
        parts = [part for part in column.parts if isinstance(part, Grid) or id(part) not in running]
        first = len(parts)
        while first and isinstance(parts[first - 1], Line):
            first -= 1
        tail, notes = footnotes([part for part in parts[first:] if isinstance(part, Line)], measures.body)
        column.parts = [*parts[:first], *tail]
        self.notes += notes

    def _label_notes(self) -> None:
        """Give each note a label of its own, where numbers begin anew on each page."""
        taken: set[str] = set()
        for note in self.notes:
            label = note.label if note.label not in taken else f"{note.label}/{note.page}"
            taken.add(label)
            self.labels[note.page, note.label] = label

    def _blocks(self, measures: Measures) -> list[Paragraph | tuple[int, Grid]]:
        """Return paragraphs and tables in reading order; a table comes with its page."""
        blocks: list[Paragraph | tuple[int, Grid]] = []
        lines: list[Line] = []
        edges = self._edges()
        for column in self.columns:
            rows = column.parts
            index = 0
            while index < len(rows):
                part = rows[index]
                index += 1
                if isinstance(part, Line):
                    following = index
                    while following < len(rows) and isinstance(rows[following], Line):
                        following += 1
                    is_text = part.size <= measures.body + 0.9  # a title that fills its line has wide gaps, too
                    found = aligned([row for row in rows[index - 1 : following] if isinstance(row, Line)], 0)
                    if found is None or not is_text:
                        lines.append(part)
                        continue
                    part, index = found[0], index - 1 + found[1]
                blocks += paragraphs(lines, measures, edges)
                lines = []
                blocks.append((column.page, part))
        return [*blocks, *paragraphs(lines, measures, edges)]

    def _edges(self) -> dict[int, Edges]:
        """Return the edges of each column: one that holds but short lines is as wide as the one beside it."""
        own = [
            Edges(min((p.x0 for p in column.parts), default=0.0), max((p.x1 for p in column.parts), default=0.0))
            for column in self.columns
        ]
        by_page: dict[int, list[Edges]] = {}
        for column, edge in zip(self.columns, own, strict=True):
            by_page.setdefault(column.page, []).append(edge)
        found: dict[int, Edges] = {}
        for number, (column, edge) in enumerate(zip(self.columns, own, strict=True)):
            beside = [e for e in by_page[column.page] if e.right < edge.left or edge.right < e.left]
            wide = max((e.right - e.left for e in beside), default=0.0)
            found[number] = Edges(edge.left, max(edge.right, edge.left + wide))
        return found

    def _without_end_notes(
        self, blocks: list[Paragraph | tuple[int, Grid]], lines: Sequence[Line]
    ) -> list[Paragraph | tuple[int, Grid]]:
        """Return blocks without the notes at the end of the file: a numbered list of what raised numbers refer to."""
        wanted: dict[str, set[int]] = {}
        for line in lines:
            for label in raised_labels(line):
                if (line.page, label) not in self.labels:
                    wanted.setdefault(label, set()).add(line.page)
        first = len(blocks)
        found: list[tuple[str, Paragraph]] = []
        for index in range(len(blocks) - 1, -1, -1):
            block = blocks[index]
            label = label_of(block.text) if isinstance(block, Paragraph) else ""
            if label in wanted and isinstance(block, Paragraph):
                found.append((label, block))
                first = index
            elif found or len(blocks) - index > _BEHIND_NOTES:
                break
        taken = {id(block) for _, block in found}
        for label, block in reversed(found):
            words = re.sub(r"\s*[↩↑^]+\ufe0e?\s*$", "", block.text.partition(" ")[2])
            self.notes.append(Footnote(label, block.lines[0].page, words))
            for page in (*sorted(wanted[label]), block.lines[0].page):
                self.labels[page, label] = label
        return [*blocks[:first], *(block for block in blocks[first:] if id(block) not in taken)]

    # Into the composition

    def _add(
        self, block: Paragraph, levels: dict[tuple[float, bool], int], measures: Measures, vocabulary: Vocabulary
    ) -> None:
        text = block.text
        if _CONTENTS.search(text):
            self.composition.chrome(text)
            return
        runs = runs_of(block.lines, vocabulary, self.labels)
        level = levels.get(_look(block)) if _is_heading(block, measures) else None
        if level is not None:
            self.composition.heading(runs, level)
            return
        self.composition.paragraph(runs, tight=block.tight)

    def _add_item(self, block: Paragraph, indents: list[float], vocabulary: Vocabulary) -> None:
        """Add an item; its level is told by how far it is set in, compared with the items above."""
        place = block.lines[0].x0 - block.left
        while indents and indents[-1] > place + _STEP:
            indents.pop()
        if not indents or indents[-1] < place - _STEP:
            indents.append(place)
        mark = shapes.item(block.text)
        assert mark
        runs, skip = runs_of(block.lines, vocabulary, self.labels), len(mark.text)
        for index, run in enumerate(runs):
            taken = min(skip, len(run.text))
            runs[index] = Run(run.text[taken:], run.strong, run.note)
            skip -= taken
        self.composition.item(runs, level=len(indents), marker=mark.text)

    def _add_table(self, grid: Grid, vocabulary: Vocabulary) -> None:
        rows = [[self._cell(cell, vocabulary) for cell in row] for row in grid.rows]
        self.composition.table(rows)

    def _cell(self, lines: Sequence[Line], vocabulary: Vocabulary) -> list[list[Run]]:
        groups: list[list[Line]] = []
        for line in lines:
            is_next = groups and not shapes.item(line.text)
            if is_next and line.base - groups[-1][-1].base < 1.9 * line.size:
                groups[-1].append(line)
            else:
                groups.append([line])
        return [runs_of(group, vocabulary, self.labels) for group in groups]


def _with_neighbours(
    blocks: Sequence[Paragraph | tuple[int, Grid]],
) -> Iterator[tuple[Paragraph | tuple[int, Grid], list[Paragraph]]]:
    """Yield each block with the paragraphs right before and behind it."""
    for index, block in enumerate(blocks):
        near = [blocks[place] for place in (index - 1, index + 1) if 0 <= place < len(blocks)]
        yield block, [one for one in near if isinstance(one, Paragraph)]


def _is_item(block: Paragraph, neighbours: Sequence[Paragraph], measures: Measures) -> bool:
    """Whether a paragraph is an item of a list; a number may as well begin a heading, which has no such neighbour."""
    text = block.text
    mark = shapes.item(text)
    if mark is None or _CONTENTS.search(text) or shapes.caption(text) or _look(block)[0] > measures.body + 0.9:
        return False
    if not any(character.isalnum() for character in mark.text):
        return True
    if all(line.bold for line in block.lines):
        return False
    return len(block.lines) > 1 or shapes.closes_a_sentence(text) or any(shapes.item(one.text) for one in neighbours)


def _look(block: Paragraph) -> tuple[float, bool]:
    return block.lines[0].size, all(line.bold for line in block.lines)


def _is_heading(block: Paragraph, measures: Measures) -> bool:
    """Whether a paragraph is set as headings are: larger than the text, or bold and short."""
    text = block.text
    size, bold = _look(block)
    if shapes.caption(text) or shapes.credit(text) or not any(character.isalnum() for character in text):
        return False
    if size > measures.body + 0.9:
        return len(text) <= LONGEST_HEADING
    if not bold or size < measures.body - 0.9 or len(text) > shapes.LONGEST_HEADING:
        return False
    return not text.rstrip().endswith((".", ";", ",", ":")) and not (shapes.item(text) and not text[0].isalnum())


def _levels(blocks: Sequence[Paragraph], measures: Measures) -> dict[tuple[float, bool], int]:
    """Return the level of each look of headings: by size, then by weight; the title alone has level 1."""
    looks = [_look(block) for block in blocks if _is_heading(block, measures)]
    order = sorted(set(looks), reverse=True)
    first = 1 if order and looks.count(order[0]) == 1 else 2
    return {look: min(6, first + index) for index, look in enumerate(order)}
