"""Markdown into blocks: the structure is that of CommonMark with tables and footnotes, the offsets are the file's."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from egov_kg.documents import fields, shapes, tables
from egov_kg.documents.footnotes import add_address, address_in, anchor_before
from egov_kg.documents.inline import Reference, inline_markup
from egov_kg.documents.outline import Outline
from egov_kg.documents.view import Cut, index_in, lift, part
from egov_kg.model import BlockKind, View, line_starts

__all__ = ["add_markdown"]

_PARSER = MarkdownIt("commonmark").enable("table").use(footnote_plugin)
_CELL_END = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class _Words:
    """A run of inline text: its range, what a reader sees of it, and the footnotes that it refers to."""

    start: int
    end: int
    view: View
    references: tuple[Reference, ...]
    lines: tuple[Cut, ...]


def add_markdown(outline: Outline, start: int) -> None:
    """Add the blocks of Markdown to an outline.

    Args:
        outline: Where the blocks go.
        start: Where the Markdown begins, behind a metadata block.
    """
    _Markdown(outline, start).run()


class _Markdown:
    """One pass over the tokens of the block parser."""

    def __init__(self, outline: Outline, start: int) -> None:
        self.outline = outline
        self.text = outline.text
        self.tokens: list[Token] = []
        _PARSER.block.parse(self.text[start:], _PARSER, {}, self.tokens)
        self.starts = [start + offset for offset in line_starts(self.text[start:])]
        self.notes: dict[str, list[tuple[int, Reference]]] = {}  # label to the blocks that refer to it
        self.definitions: list[tuple[str, int, int]] = []  # label, and the range of its tokens
        self.figure: int | None = None
        self.depth = 0
        self.marks: list[str] = []

    def run(self) -> None:
        index = 0
        while index < len(self.tokens):
            if self.tokens[index].type == "footnote_reference_open":
                index = self._set_aside(index)
            else:
                index = self._next(index, None)
        for label, first, last in self.definitions:
            self._note(label, first, last)

    def _next(self, index: int, parent: int | None) -> int:
        """Read what begins at a token and return the index of the token behind it."""
        token = self.tokens[index]
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            self.depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self.depth -= 1
        elif token.type == "list_item_open":
            self.marks.append(f"{token.info}{token.markup}")
        elif token.type == "heading_open":
            self.figure = None
            words = self._words(self.tokens[index + 1])
            if words:
                self._add("heading", words, parent, level=token.tag[1:])
        elif token.type == "paragraph_open":
            return self._paragraph(index, parent)
        elif token.type == "table_open":
            return self._table(index, parent)
        return index + 1

    # Paragraphs, items, captions, credits, fields

    def _paragraph(self, index: int, parent: int | None) -> int:
        words = self._words(self.tokens[index + 1])
        behind = index + 3
        if words is None or not words.view.text:
            return behind
        text = words.view.text
        mark = self.marks.pop() if self.marks else ""
        if mark:
            self._add("item", words, parent, level=str(max(1, self.depth)), marker=mark)
        elif shapes.credit(text):
            self._credits(words, parent)
            return behind
        elif shapes.caption(text):
            if behind < len(self.tokens) and self.tokens[behind].type == "table_open":
                return self._table(behind, parent, words)
            self.figure = self._caption(words, parent)
            return behind
        elif self._are_fields(words):
            self._fields(words, parent)
        else:
            self._headed(words, parent)
        self.figure = None
        return behind

    def _headed(self, words: _Words, parent: int | None) -> None:
        """Add a paragraph; a first line in bold type, or behind signs of a heading, is the heading of the rest."""
        first, last = words.lines[0]
        signs = _SIGNS.match(self.text, first, last)
        bold = signs is None and _BOLD_LINE.fullmatch(self.text, first, last)
        if not (bold or signs) or any(r.start < last for r in words.references):
            self._add("paragraph", words, parent)
            return
        line, level = (self._line(words, (first, last)), "6")
        if signs:
            line, level = part(line, len(signs[0]), len(line.text)), str(len(signs[0]))
        self.outline.add("heading", words.start, last, view=line, parent=parent, level=level)
        if len(words.lines) > 1:
            begin = words.lines[1][0]
            view = part(words.view, index_in(words.view, begin), len(words.view.text))
            handle = self.outline.add("paragraph", last, words.end, view=view, parent=parent)
            self._refer(handle, words.references)

    def _caption(self, words: _Words, parent: int | None, start: int | None = None) -> int:
        view, match = shapes.caption_words(words.view)
        return self.outline.add(
            "caption",
            words.start if start is None else start,
            words.end,
            view=view,
            parent=parent,
            label=match["label"],
            number=match["number"],
        )

    def _credits(self, words: _Words, parent: int | None) -> None:
        above = parent if self.figure is None else self.figure
        if self.figure is not None:
            self.outline.extend(self.figure, words.end)
        bounds = [first for first, last in words.lines if shapes.credit(self.text[first:last])]
        bounds = [words.start, *[first for first in bounds if first > words.lines[0][0]], words.end]
        for first, last in itertools.pairwise(bounds):
            view = part(words.view, index_in(words.view, first), index_in(words.view, last))
            key = shapes.credit(view.text)
            handle = self.outline.add("credit", first, last, view=view, parent=above, key=key)
            self._refer(handle, [ref for ref in words.references if first <= ref.start < last])

    def _are_fields(self, words: _Words) -> bool:
        found = [fields.field(self._line(words, line).text) for line in words.lines]
        return all(f is not None and f.start < f.end for f in found) and any(f and fields.is_key(f.key) for f in found)

    def _fields(self, words: _Words, parent: int | None) -> None:
        start = words.start
        for line in words.lines:
            view = self._line(words, line)
            found = fields.field(view.text)
            assert found
            value = part(view, found.start, found.end)
            self.outline.add("field", start, line[1], view=value, parent=parent, key=found.key)
            start = line[1]

    def _line(self, words: _Words, line: Cut) -> View:
        return part(words.view, index_in(words.view, line[0]), index_in(words.view, line[1]))

    # Tables

    def _table(self, index: int, parent: int | None, caption: _Words | None = None) -> int:
        end = next(n for n in range(index, len(self.tokens)) if self.tokens[n].type == "table_close")
        span = self.tokens[index].map
        assert span
        first, last = self._range(span)
        start = first if caption is None else caption.start
        rows = [token.map for token in self.tokens[index:end] if token.type == "tr_open" and token.map]
        columns = [self._cell(cell) for cell in self._cells(rows[0])] if rows else []
        header = self._joined(self._cells(rows[0])) if rows else View("", ())
        names = " | ".join(cell.text for cell in columns)
        table = self.outline.add("table", start, last, view=header, parent=parent, columns=names)
        self.figure = table
        if caption:
            self._caption(caption, table)
        above, has_stages = table, False
        for row in rows[1:]:
            all_cells = self._cells(row)
            cells = all_cells
            head = tables.stage_head(self._cell(cells[0])) if cells else None
            if head and head[1] == len(self._cell(cells[0]).text):
                stage = head[0]
                above, has_stages = self._stage(stage, cells[0], table), True
                cells = cells[1:]
            elif has_stages and cells and not self._cell(cells[0]).text:
                cells = cells[1:]
            cells = [cell for cell in cells if self._cell(cell).text]
            if cells:
                view = self._joined(cells)
                self.outline.extend(above, cells[-1][1])
                handle = self.outline.add(
                    "row",
                    cells[0][0],
                    cells[-1][1],
                    view=view,
                    parent=above,
                    cells=self._cell_bounds(view, cells),
                    at=" ".join(str(place) for place, cell in enumerate(all_cells) if cell in cells),
                )
                found = inline_markup(self.text, cells[0][0], cells[-1][1])
                self._refer(handle, found.references)
        return end + 1

    def _stage(self, stage: tables.StageHead, cell: Cut, table: int) -> int:
        return self.outline.add(
            "stage", cell[0], cell[1], view=stage.view, parent=table, period=stage.period, title=stage.title
        )

    def _cells(self, lines: Sequence[int]) -> list[Cut]:
        """Return the range of each cell of a row, white space left out; an empty cell has an empty range."""
        first, last = self._range(lines)
        text = self.text[first:last].rstrip()
        begin = len(text) - len(text.lstrip(" \t>"))
        bounds = [begin - 1] if not text.startswith("|", begin) else []
        bounds += [match.start() for match in _CELL_END.finditer(text, begin)]
        if bounds and bounds[-1] != len(text) - 1:
            bounds.append(len(text))
        cells = []
        for left, right in itertools.pairwise(bounds):
            words = text[left + 1 : right]
            inner = left + 1 + len(words) - len(words.lstrip())
            cells.append((first + inner, first + max(inner, left + 1 + len(words.rstrip()))))
        return cells

    def _cell(self, cell: Cut) -> View:
        return lift(self.text, *cell, inline_markup(self.text, *cell).cuts)

    def _joined(self, cells: Sequence[Cut]) -> View:
        """Return the view of a row: its cells, with " | " between them where the text has the stroke."""
        if not cells:
            return View("", ())
        cuts: list[Cut] = []
        for cell in cells:
            cuts += inline_markup(self.text, *cell).cuts
        return lift(self.text, cells[0][0], cells[-1][1], cuts)

    def _cell_bounds(self, view: View, cells: Sequence[Cut]) -> str:
        return " ".join(f"{index_in(view, first)}-{index_in(view, last)}" for first, last in cells)

    # Footnotes

    def _set_aside(self, index: int) -> int:
        self.figure = None
        depth = 0
        for last in range(index, len(self.tokens)):
            depth += self.tokens[last].type == "footnote_reference_open"
            depth -= self.tokens[last].type == "footnote_reference_close"
            if not depth:
                self.definitions.append((self.tokens[index].meta["label"], index + 1, last))
                return last + 1
        return len(self.tokens)

    def _note(self, label: str, first: int, last: int) -> None:
        spans = [token.map for token in self.tokens[first:last] if token.map]
        if not spans:
            return
        start = self.starts[min(span[0] for span in spans)]
        end = self._range((spans[0][0], max(span[1] for span in spans)))[1]
        callers = self.notes.get(label, [])
        parent, attributes = None, {"marker": label}
        if callers:
            parent, reference = callers[0]
            anchor = self._anchor(self.outline.view(parent), reference)
            attributes |= {"anchor_start": str(anchor[0]), "anchor_end": str(anchor[1])}
        self.figure, self.depth = None, 0
        index, view, words = first, View("", ()), None
        if self.tokens[first].type == "paragraph_open":
            words = self._words(self.tokens[first + 1])
            index = first + 3
        if words:
            view = words.view
            attributes |= address_in(view)
        note = self.outline.add("note", start, end, view=view, parent=parent, **attributes)
        if words:
            self._refer(note, words.references)
            add_address(self.outline, note)
        while index < last:
            index = self._next(index, note)

    def _anchor(self, view: View, reference: Reference) -> Cut:
        """Return which words of a view a footnote hangs on: the marked ones before it, else the last few."""
        if reference.marked:
            return index_in(view, reference.marked[0]), index_in(view, reference.marked[1])
        return anchor_before(view, reference.start)

    def _refer(self, handle: int, references: Sequence[Reference]) -> None:
        for reference in references:
            self.notes.setdefault(reference.label, []).append((handle, reference))

    # Places

    def _range(self, lines: Sequence[int]) -> Cut:
        """Return the range of lines of the file, without the last line feed."""
        end = self.starts[lines[1]] - 1 if lines[1] < len(self.starts) else len(self.text)
        return self.starts[lines[0]], end

    def _words(self, token: Token) -> _Words | None:
        """Return the words of an inline token; each of its lines is the end of a line of the file."""
        if token.type != "inline" or not token.map or not token.content.strip():
            return None
        lines: list[Cut] = []
        number = token.map[0]
        for line in token.content.split("\n"):
            words = line.strip()
            while words and number < min(token.map[1], len(self.starts)):
                first, last = self._range((number, number + 1))
                number += 1
                found = self.text.rfind(words, first, last)
                if found >= 0:
                    lines.append((found, found + len(words)))
                    break
        if not lines:
            return None
        start, end = self._range((token.map[0], token.map[1]))
        end = max(lines[-1][1], start + len(self.text[start:end].rstrip()))
        cuts: list[Cut] = []
        references: list[Reference] = []
        found_markup = inline_markup(self.text, lines[0][0], lines[-1][1])
        cuts = _merged([*self._outside(lines), *found_markup.cuts])
        references = found_markup.references
        view = lift(self.text, lines[0][0], lines[-1][1], cuts)
        return _Words(start, end, view, tuple(references), tuple(lines))

    def _outside(self, lines: Sequence[Cut]) -> list[Cut]:
        """Return what stands between the lines of a paragraph: marks of quotations and lists; the line feed stays."""
        cuts = []
        for (_, last), (first, _) in itertools.pairwise(lines):
            newline = self.text.find("\n", last, first)
            cuts += [(last, newline), (newline + 1, first)] if newline >= 0 else [(last, first)]
        return [cut for cut in cuts if cut[0] < cut[1]]

    def _add(self, kind: BlockKind, words: _Words, parent: int | None, **attributes: str) -> None:
        handle = self.outline.add(kind, words.start, words.end, view=words.view, parent=parent, **attributes)
        self._refer(handle, words.references)


# "**Ports Register**" on a line of its own: a heading without its mark. A key ("**Date:**") and a sentence are none.
# "##Scope": many write headings without the space that the specification asks for.
_SIGNS = re.compile(r"#{2,6}(?=[^\s#])")
_BOLD_LINE = re.compile(r"(?P<mark>\*\*|__)[^*_\s](?:[^*_\n]{0,98}[^*_\s.:;,!?])?(?P=mark)")


def _merged(cuts: Sequence[Cut]) -> list[Cut]:
    merged: list[Cut] = []
    for first, last in sorted(cuts):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged
