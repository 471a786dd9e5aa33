"""Text and outline written together, for formats whose text is our own linearisation: PDF, DOCX and the like.

The text reads like a plain one: a line a paragraph, cells of a row with a stroke between them, ``[1]`` where a note is
referred to and ``[1] The note.`` where it stands. A reader says what it knows (this is a heading, a table, a note);
what it does not know, the shapes of the lines tell, as in plain text.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from egov_kg.documents import fields, shapes, tables
from egov_kg.documents.footnotes import add_address, address_in, anchor_before
from egov_kg.documents.layout import lay_out
from egov_kg.documents.outline import Outline
from egov_kg.documents.view import Cut, Surface, index_in, part
from egov_kg.model import BlockKind, View

__all__ = ["Cell", "Composition", "Run", "clean"]

Kind = Literal["heading", "paragraph", "item", "field", "table", "note", "chrome"]

_STROKE: Final = " | "
_DEEPEST: Final = 24  # spaces that a paragraph is set in
# NUL and other control characters, halves of surrogate pairs, and what is no character.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# White space in all its forms, the separators of lines, paragraphs and of old files among it.
# "Table 2 Stages", as word processors number captions.
_BARE_CAPTION = re.compile(r"(?P<number>(?:Table|Figure|Chart|Box|표|그림|도표) ?\d{1,3}) +(?=\S)", re.IGNORECASE)
_SPACE = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look, or a reference to a note.

    Attributes:
        text: The words; empty for a reference.
        strong: Whether they are set off: bold, or marked.
        note: The label of the note that is referred to here; empty for words.
    """

    text: str
    strong: bool = False
    note: str = ""


Cell = Sequence[Sequence[Run]]
"""The paragraphs of a cell."""


@dataclass(slots=True)
class _Reference:
    label: str
    place: int
    marked: Cut | None


@dataclass(slots=True)
class _Part:
    """One block in the making; places are those of the text once it is written.

    Attributes:
        kind: What the reader says that it is; a ``paragraph`` may still become something else by its shape.
        runs: Its words.
        rows: The cells of a table: rows, cells, paragraphs.
        is_headed: Whether the first row of a table names the columns.
        page: The page that it begins on; 0 where there are none.
        tight: Whether no blank line parts it from the block before.
        indent: How many spaces it is set in.
        attributes: Of the block.
        spans: Where the paragraphs of its cells came to stand.
    """

    kind: Kind
    runs: Sequence[Run] = ()
    rows: Sequence[Sequence[Cell]] = ()
    is_headed: bool = True
    page: int = 0
    tight: bool = False
    indent: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    start: int = 0
    end: int = 0
    spans: list[list[list[Cut]]] = field(default_factory=list)


def clean(text: str) -> str:
    r"""Return words as a document may hold them: NFC, white space made single spaces, U+FFFD for control characters.

    Example:
        >>> clean("One\r\n\ttwo\x00\ud800"), clean("e\u0301")
        ('One two\ufffd\ufffd', '\xe9')
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    text = _SPACE.sub(" ", text)
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _NO_TEXT.sub("\ufffd", text))


class Composition:
    """A document in the making. Its parts are added in reading order; notes may be added at any time.

    Attributes:
        title: The title, where the file tells it; else the first heading of the highest level is taken.
        metadata: What the reader learned and the text does not say.
        notices: What a person should look at.
        page: The page that the next parts begin on; 0 where there are no pages.
    """

    def __init__(self) -> None:
        self.title = ""
        self.metadata: dict[str, str] = {}
        self.notices: list[str] = []
        self.page = 0
        self._parts: list[_Part] = []
        self._notes: list[_Part] = []
        self._text: list[str] = []
        self._length = 0
        self._references: list[_Reference] = []

    def heading(self, runs: Sequence[Run], level: int) -> None:
        """Add a heading; the title has level 1."""
        self._add(_Part("heading", runs, attributes={"level": str(level)}))

    def paragraph(self, runs: Sequence[Run], *, indent: int = 0, tight: bool = False) -> None:
        """Add a paragraph, an item with a mark, a field, a caption, a credit: its shape tells.

        Args:
            runs: Its words.
            indent: How many spaces it is set in; tells the level of items.
            tight: Whether it follows the one before like the next line, as entries of a list do.
        """
        self._add(_Part("paragraph", runs, tight=tight, indent=min(indent, _DEEPEST)))

    def caption(self, runs: Sequence[Run]) -> None:
        """Add a caption; one that the program numbered has no full stop behind the number, and gets one."""
        words = clean(_words(runs)).strip()
        match = _BARE_CAPTION.match(words)
        if match and not shapes.caption(words):
            runs = [Run(f"{match['number']}. {words[match.end() :]}")]
        self._add(_Part("paragraph", runs))

    def item(self, runs: Sequence[Run], *, level: int, marker: str) -> None:
        """Add an item of a list, the mark of which is no part of its words."""
        marker = "".join(clean(marker).split()) or "-"
        attributes = {"level": str(level), "marker": marker}
        if _has_words(runs):
            indent = min(2 * level - 2, _DEEPEST)
            self._add(_Part("item", [Run(f"{marker} "), *runs], tight=True, indent=indent, attributes=attributes))

    def field(self, key: str, runs: Sequence[Run]) -> None:
        """Add a key and its value, where the file says that they are such; one without a value says nothing."""
        key = clean(key).strip()
        if key and _has_words(runs):
            self._add(_Part("field", [Run(f"{key}: "), *runs], tight=True, attributes={"key": key}))

    def table(self, rows: Sequence[Sequence[Cell]], *, header: bool = True, keyed: bool = True) -> None:
        """Add a table; a cell that an upper one spans is empty.

        Args:
            rows: Its rows.
            header: Whether the first row names the columns.
            keyed: Whether it may be a record of the document: keys beside values, which become fields.
        """
        filled = [row for row in rows if any(_has_words(paragraph) for cell in row for paragraph in cell)]
        if len({len(row) for row in filled}) == 1 and (len(filled[0]) == 1 or len(filled) == 1):
            for paragraph in (paragraph for row in filled for cell in row for paragraph in cell):
                self.paragraph(paragraph)
        elif filled and not (keyed and self._add_fields(filled)):
            self._add(_Part("table", rows=filled, is_headed=header))

    def note(self, label: str, runs: Sequence[Run]) -> None:
        """Add a note to the words behind which its label is referred to. Notes come to stand behind the text."""
        if _has_words(runs):
            words = [Run(f"[{label}] "), *runs]
            self._notes.append(_Part("note", words, page=self.page, attributes={"marker": label}))

    def chrome(self, words: str) -> None:
        """Add words that are no content: running heads, page numbers."""
        self._add(_Part("chrome", [Run(words)]))

    def finish(self) -> Outline:
        """Return the outline of all that was added."""
        parts = [*self._parts, *self._notes]
        for before, each in itertools.pairwise([None, *parts]):
            assert each is not None
            self._separate(before, each)
            self._write(each)
        outline = Outline("".join(self._text))
        outline.metadata |= self.metadata
        outline.notices += self.notices
        _Blocks(outline, parts, self._references).add()
        outline.number_pages([(each.start, each.page) for each in parts if each.page])
        heading = outline.first_heading()
        outline.title = self.title or (heading.text if heading else "")
        return outline

    def _add(self, added: _Part) -> None:
        added.page = self.page
        if added.kind == "table" or _has_words(added.runs):
            self._parts.append(added)

    def _add_fields(self, rows: Sequence[Sequence[Cell]]) -> bool:
        """Add a table of keys and values as fields; return whether it is one."""
        if any(len(row) != 2 or len(row[0]) != 1 or not row[1] for row in rows):
            return False
        keys = [clean(_words(row[0][0])).strip().rstrip(":：").strip() for row in rows]
        if 2 * sum(fields.is_key(key) for key in keys) < len(keys):
            return False
        for index, (key, row) in enumerate(zip(keys, rows, strict=True)):
            value = [run for paragraph in row[1] for run in (*paragraph, Run(" "))]
            self.paragraph([Run(f"{key}: "), *value], tight=index > 0)
        return True

    # The text

    def _separate(self, before: _Part | None, after: _Part) -> None:
        if before is not None:
            self._append("\n" if after.tight and before.kind == after.kind else "\n\n")

    def _append(self, words: str) -> None:
        self._text.append(words)
        self._length += len(words)

    def _write(self, written: _Part) -> None:
        self._append(" " * written.indent)
        written.start = self._length - written.indent
        if written.kind == "table":
            for index, row in enumerate(written.rows):
                self._append("\n" if index else "")
                written.spans.append(self._write_row(row))
        else:
            self._write_runs(written.runs)
        written.end = self._length

    def _write_row(self, row: Sequence[Cell]) -> list[list[Cut]]:
        spans: list[list[Cut]] = []
        for number, cell in enumerate(row):
            self._append(_STROKE if number else "")
            bounds: list[Cut] = []
            for paragraph in filter(_has_words, cell):
                self._append("\n" if bounds else "")
                start = self._length
                self._write_runs(paragraph)
                bounds.append((start, self._length))
            spans.append(bounds)
        return spans

    def _write_runs(self, runs: Sequence[Run]) -> None:
        """Write words without white space at their ends, and remember the references among them."""
        start, space = self._length, False
        strong: Cut | None = None
        for run in _joined(runs):
            if run.note:
                self._references.append(_Reference(run.note, self._length, strong))
                self._append(f"[{run.note}]")
                continue
            words = clean(run.text)
            bare = words.strip(" ")
            if not bare:
                space = space or bool(words)
                continue
            self._append(" " if self._length > start and (space or words[0] == " ") else "")
            begin = self._length
            self._append(bare)
            strong = (begin, self._length) if run.strong else None
            space = words[-1] == " "


class _Blocks:
    """One pass over the parts of a text that is written."""

    def __init__(self, outline: Outline, parts: Sequence[_Part], references: Sequence[_Reference]) -> None:
        self.outline, self.parts, self.references = outline, parts, references
        noted = {each.attributes["marker"] for each in parts if each.kind == "note"}
        self.first: dict[str, _Reference] = {}
        for reference in references:
            if reference.label in noted:
                self.first.setdefault(reference.label, reference)
        cuts = tuple((one.place, one.place + len(one.label) + 2) for one in references)
        self.surface = Surface(outline.text, cuts)
        self.figure: int | None = None

    def add(self) -> None:
        index = 0
        while index < len(self.parts):
            index = self._next(index)
        self._notes()

    def _next(self, index: int) -> int:
        """Add what begins with a part and return the index of the part behind it."""
        each = self.parts[index]
        match each.kind:
            case "paragraph":
                return self._loose(index)
            case "table":
                self._table(each, None)
            case "item":
                view = self.surface.view(each.start, each.end)
                skip = len(each.attributes["marker"])
                self._block("item", each, part(view, skip, len(view.text)))
            case "field":
                view = self.surface.view(each.start, each.end)
                self._block("field", each, part(view, len(each.attributes["key"]) + 1, len(view.text)))
            case "heading":
                self._block("heading", each, self.surface.view(each.start, each.end))
            case "chrome":
                self.outline.add("chrome", each.start, each.end)
            case "note":
                return index + 1
        self.figure = self.figure if each.kind == "table" else None
        return index + 1

    def _loose(self, index: int) -> int:
        """Add paragraphs by their shape, up to the next part that is something else."""
        end = index
        while end < len(self.parts) and self.parts[end].kind == "paragraph":
            end += 1
        first = index
        while first < end and self.figure is not None and self._is_credit(first):
            self._credit(self.parts[first])
            first += 1
        is_captioned = end < len(self.parts) and self.parts[end].kind == "table" and end > first
        is_captioned = is_captioned and shapes.captions_a_table(self._line(end - 1))
        last = end - 1 if is_captioned else end
        if first < last:
            lines = self.surface.lines(self.parts[first].start, self.parts[last - 1].end)
            lay_out(self.outline, self.surface, lines)
        self.figure = None
        if is_captioned:
            self._table(self.parts[end], self.parts[last])
            return end + 1
        return end

    def _line(self, index: int) -> str:
        return self.surface.view(self.parts[index].start, self.parts[index].end).text

    def _is_credit(self, index: int) -> bool:
        return bool(shapes.credit(self._line(index)))

    def _credit(self, each: _Part) -> None:
        assert self.figure is not None
        self.outline.extend(self.figure, each.end)
        view = self.surface.view(each.start, each.end)
        self.outline.add("credit", each.start, each.end, view=view, parent=self.figure, key=shapes.credit(view.text))

    def _block(self, kind: BlockKind, each: _Part, view: View) -> int:
        return self.outline.add(kind, each.start, each.end, view=view, parent=None, **each.attributes)

    # Tables

    def _table(self, each: _Part, caption: _Part | None) -> None:
        start = each.start if caption is None else caption.start
        header = [self._cell(cell) for cell in each.spans[0]] if each.is_headed else []
        view = self._row_view(each.spans[0]) if each.is_headed else View("", ())
        columns = _STROKE.join(cell.text for cell in header)
        table = self.outline.add("table", start, each.end, view=view, columns=columns)
        self.figure = table
        if caption is not None:
            words, match = shapes.caption_words(self.surface.view(caption.start, caption.end))
            self.outline.add(
                "caption", start, caption.end, view=words, parent=table, label=match["label"], number=match["number"]
            )
        above, has_stages = table, False
        for row in each.spans[1 if each.is_headed else 0 :]:
            stage = self._stage(row[0], table)
            if stage is not None:
                above, has_stages = stage, True
            skipped = int(stage is not None or (has_stages and not row[0]))
            if has_stages:
                self._statements(row[skipped:], above, skipped)
            else:
                self._row(row[skipped:], above, skipped)

    def _stage(self, cell: Sequence[Cut], table: int) -> int | None:
        view = self._cell(cell)
        found = tables.stage_head(view) if cell else None
        if found is None or found[1] != len(view.text):
            return None
        head = found[0]
        return self.outline.add(
            "stage", cell[0][0], cell[-1][1], view=head.view, parent=table, period=head.period, title=head.title
        )

    def _statements(self, cells: Sequence[Sequence[Cut]], stage: int, column: int) -> None:
        """Add the row of a stage; where one cell holds all of it, each paragraph of the cell is a statement."""
        filled = [cell for cell in cells if cell]
        if len(filled) == 1:
            for paragraph in filled[0]:
                self._row([[paragraph]], stage, column + cells.index(filled[0]))
        else:
            self._row(cells, stage, column)

    def _row(self, cells: Sequence[Sequence[Cut]], above: int, column: int) -> None:
        """Add a row, of which the first cell stands in a column."""
        filled = [cell for cell in cells if cell]
        if not filled:
            return
        view = self._row_view(filled)
        if len(filled) == 1:
            mark = shapes.item(view.text)
            view = part(view, mark.end, len(view.text)) if mark else view
        start, end = filled[0][0][0], filled[-1][-1][1]
        bounds = [(index_in(view, cell[0][0]), index_in(view, cell[-1][1])) for cell in filled]
        cell_bounds = " ".join(f"{first}-{last}" for first, last in bounds)
        self.outline.extend(above, end)
        at = " ".join(str(column + place) for place, cell in enumerate(cells) if cell)
        self.outline.add("row", start, end, view=view, parent=above, cells=cell_bounds, at=at)

    def _cell(self, cell: Sequence[Cut]) -> View:
        return self.surface.view(cell[0][0], cell[-1][1]) if cell else View("", ())

    def _row_view(self, cells: Sequence[Sequence[Cut]]) -> View:
        filled = [cell for cell in cells if cell]
        return self.surface.view(filled[0][0][0], filled[-1][-1][1]) if filled else View("", ())

    # Notes

    def _notes(self) -> None:
        holder = self.outline.holders()
        for each in self.parts:
            if each.kind != "note":
                continue
            whole = self.surface.view(each.start, each.end)
            label = each.attributes["marker"]
            view = part(whole, len(label) + 2, len(whole.text))
            attributes = each.attributes | address_in(view)
            reference = self.first.get(label)
            parent = None if reference is None else holder(reference.place)
            if reference is not None and parent is not None:
                anchor = self._anchor(self.outline.view(parent), reference)
                attributes |= {"anchor_start": str(anchor[0]), "anchor_end": str(anchor[1])}
            note = self.outline.add("note", each.start, each.end, view=view, parent=parent, **attributes)
            add_address(self.outline, note)

    @staticmethod
    def _anchor(view: View, reference: _Reference) -> Cut:
        """Return which words of a view a note hangs on: those set off right before it, else the last few."""
        if reference.marked:
            return index_in(view, reference.marked[0]), index_in(view, reference.marked[1])
        return anchor_before(view, reference.place)


def _has_words(runs: Sequence[Run]) -> bool:
    return any(run.text and not run.text.isspace() for run in runs)


def _words(runs: Sequence[Run]) -> str:
    return "".join(run.text for run in runs)


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Return runs with neighbours of one look made one, so that accents and jamo meet their letters."""
    joined: list[Run] = []
    for is_strong, group in itertools.groupby(runs, key=lambda run: (run.strong, run.note)):
        words = [run.text for run in group]
        joined.append(Run("".join(words), is_strong[0], is_strong[1]))
    return joined
