"""Running text into blocks by the shape of its lines: headings, paragraphs, items, fields, tables, captions."""

from __future__ import annotations

from collections.abc import Sequence

from egov_kg.documents import shapes, tables, text_tables
from egov_kg.documents.dated_lines import entry_end, has_dates_alone
from egov_kg.documents.field_lines import FieldLines
from egov_kg.documents.outline import Outline
from egov_kg.documents.view import Cut, Line, Surface, index_in, part
from egov_kg.model import BlockKind

__all__ = ["lay_out"]

ONE_LINE_A_PARAGRAPH = 240
"""A line as long as this was not wrapped by hand: the next line is the next paragraph."""


LONGEST_BARE_ITEM = 80
"""A longer line without list mark is the first of a wrapped paragraph."""


def lay_out(outline: Outline, surface: Surface, lines: Sequence[Line], *, parent: int | None = None) -> None:
    """Add the blocks of running text to an outline.

    Args:
        outline: Where the blocks go.
        surface: The text with its inline markup.
        lines: The lines to read, blank ones included.
        parent: The block that all of them are nested in.
    """
    _Layout(outline, surface, lines, parent).run()


class _Layout:
    """One pass over the lines."""

    def __init__(self, outline: Outline, surface: Surface, lines: Sequence[Line], parent: int | None) -> None:
        self.outline = outline
        self.surface = surface
        self.lines = lines
        self.parent = parent
        self.figure: int | None = None  # the caption or table that a credit line would belong to
        self.indents: list[tuple[int, str]] = []  # of the open items, with the kinds of their marks
        self.in_chronology = False
        self.dates_alone = has_dates_alone(lines)
        self.fields = FieldLines(outline, surface, lines, parent)
        self.no_table_before = 0  # the lines up to here were tried, and are no table with cells

    def run(self) -> None:
        index = 0
        while index < len(self.lines):
            index = self._next(index)

    def _next(self, index: int) -> int:
        """Read what begins at a line and return the index of the line behind it."""
        line = self.lines[index]
        if line.is_blank:
            return index + 1
        text = line.text
        if shapes.credit(text):
            return self._credit(index)
        if shapes.caption(text):
            return self._captioned(index)
        grid = self._text_table(index)
        if grid is not None:
            self._grid(grid, self.lines[index].start)
            return grid.next_line
        self.figure = None
        if self.dates_alone and shapes.date_alone(text):
            return self._dated(index)
        if self.fields.begins(index):
            return self.fields.read(index)
        if shapes.chronology_entry(text) and self._is_chronology(index):
            return self._entry(index)
        self.in_chronology = False
        if self._is_bare_list(index):
            return self._bare_items(index)
        mark = shapes.item(text)
        if mark and not self._is_numbered_heading(index):
            return self._item(index, mark)
        self.indents.clear()
        if self._is_heading(index):
            self._add("heading", index, index + 1, level=str(shapes.heading_level(text)))
            return index + 1
        return self._paragraph(index)

    # Headings and paragraphs

    def _is_heading(self, index: int) -> bool:
        text = self.lines[index].text
        if not shapes.looks_like_a_heading(text):
            return False
        if shapes.is_numbered_heading(text):
            return True
        after = self._following(index)
        if after is None:
            return False
        if (
            index > 0
            and not self.lines[index - 1].is_blank
            and not shapes.closes_a_sentence(self.lines[index - 1].text)
        ):
            return False
        following = self.lines[after]
        if after == index + 1 and (following.text.lstrip()[:1].islower() or not self._breaks_early(index)):
            return False
        # Three of them in a row are a list without marks.
        second = self._following(after)
        return not (
            shapes.looks_like_a_heading(following.text)
            and second is not None
            and shapes.looks_like_a_heading(self.lines[second].text)
            and index > 0
        )

    def _breaks_early(self, index: int) -> bool:
        """Whether a line ends although the first word of the next one would have fitted: it was not wrapped."""
        words = self.lines[index + 1].text.split(maxsplit=1)
        width = len(self.lines[index].text.rstrip()) + 1 + len(words[0])
        end = index + 1
        while end < min(len(self.lines), index + 8) and not self.lines[end].is_blank:
            if len(self.lines[end].text.rstrip()) >= width:
                return True
            end += 1
        return False

    def _is_numbered_heading(self, index: int) -> bool:
        """Whether "2. Scope" is a heading: no sentence, a blank line before it, and no neighbour in the same list."""
        text = self.lines[index].text
        if not (shapes.is_numbered_heading(text) and shapes.looks_like_a_heading(text)):
            return False
        after = self._following(index)
        if after is None or shapes.is_numbered_heading(self.lines[after].text):
            return False
        return index == 0 or self.lines[index - 1].is_blank or not shapes.item(self.lines[index - 1].text)

    def _paragraph(self, index: int) -> int:
        end = index + 1
        while end < len(self.lines) and not self._begins_a_block(end):
            end += 1
        self._add("paragraph", index, end)
        return end

    def _begins_a_block(self, index: int) -> bool:
        line, before = self.lines[index], self.lines[index - 1]
        if shapes.divides_a_date(before.text, line.text):
            return False
        if line.is_blank or len(before.text) >= ONE_LINE_A_PARAGRAPH:
            return True
        if line.indent > before.indent + 1 and shapes.closes_a_sentence(before.text):
            return True
        if shapes.credit(line.text) or shapes.caption(line.text) or self.fields.is_field(index):
            return True
        if shapes.item(line.text):
            return shapes.closes_a_sentence(before.text) or not line.text.lstrip()[:1].isalnum()
        return shapes.closes_a_sentence(before.text) and self._is_heading(index)

    # Items

    def _item(self, index: int, mark: shapes.Mark) -> int:
        line = self.lines[index]
        self._indent(line.indent, shapes.mark_kind(mark.text))
        end = index + 1
        while end < len(self.lines) and self._continues_an_item(end, line):
            end += 1
        while self.lines[end - 1].is_blank:
            end -= 1
        view = self.surface.view(line.start, self.lines[end - 1].end)
        skip = len(line.text[: mark.end].split()[0])
        self.outline.add(
            "item",
            line.start,
            self.lines[end - 1].end,
            view=part(view, skip, len(view.text)),
            parent=self.parent,
            level=str(len(self.indents)),
            marker=mark.text,
        )
        return end

    def _indent(self, indent: int, kind: str) -> None:
        """Open the level of an item: deeper than those that are set in less; at one indent, marks nest as they come."""
        while self.indents and self.indents[-1][0] > indent:
            self.indents.pop()
        same = [place for place, level in enumerate(self.indents) if level == (indent, kind)]
        if same:
            del self.indents[same[0] + 1 :]
        elif not self.indents or self.indents[-1][0] < indent or shapes.nests(self.indents[-1][1], kind):
            self.indents.append((indent, kind))
        else:
            self.indents[-1] = (indent, kind)

    def _entry(self, index: int) -> int:
        """Read an entry of a chronology; its date stays in the view."""
        first, end = self.lines[index], index + 1
        while (
            end < len(self.lines)
            and not self.lines[end].is_blank
            and not shapes.chronology_entry(self.lines[end].text)
            and self._continues_an_item(end, first)
        ):
            end += 1
        self._add("item", index, end, level="1", marker="")
        self.in_chronology = True
        return end

    def _dated(self, index: int) -> int:
        """Read a date that stands above its entry; one with another date below closes the entry before it."""
        end = entry_end(self.lines, index)
        if end is None:
            self._add("paragraph", index, index + 1)
            return index + 1
        date = self.surface.view(self.lines[index].start, self.lines[index].end).text.rstrip()
        self._add("item", index, end, level="1", marker="", date=str(len(date)))
        return end

    def _is_bare_list(self, index: int) -> bool:
        """Whether lines without marks are a list: three or more that are short and end no sentence, or two laws."""
        end = index
        while end < len(self.lines) and not self.lines[end].is_blank and self._could_be_bare_item(end):
            end += 1
        if end < len(self.lines) and not self.lines[end].is_blank:
            return False
        return end - index >= 3 or (
            end - index == 2 and all(shapes.closes_an_entry(line.text) for line in self.lines[index:end])
        )

    def _could_be_bare_item(self, index: int) -> bool:
        text = self.lines[index].text.strip()
        return (
            len(text) <= LONGEST_BARE_ITEM
            and not text[:1].islower()
            and not (shapes.closes_a_sentence(text) and not shapes.closes_an_entry(text))
            and not (shapes.item(text) or shapes.caption(text) or shapes.credit(text))
            and not self.fields.begins(index)
        )

    def _bare_items(self, index: int) -> int:
        while index < len(self.lines) and not self.lines[index].is_blank:
            self._add("item", index, index + 1, level="1", marker="")
            index += 1
        return index

    def _continues_an_item(self, index: int, first: Line) -> bool:
        line, before = self.lines[index], self.lines[index - 1]
        if line.is_blank:
            after = self._following(index)
            return (
                after is not None
                and after <= index + 1
                and self.lines[after].indent > first.indent
                and not shapes.closes_a_sentence(before.text)
                and not shapes.item(self.lines[after].text)
            )
        if shapes.divides_a_date(before.text, line.text):
            return True
        if shapes.item(line.text) or shapes.credit(line.text) or shapes.caption(line.text):
            return False
        if before.is_blank or line.indent > first.indent:
            return True
        return not shapes.closes_a_sentence(before.text) and (line.text[:1].islower() or len(before.text) > 60)

    # Captions, tables, credits

    def _captioned(self, index: int) -> int:
        line = self.lines[index]
        match = shapes.caption(line.text)
        assert match
        end = index + 1
        close = shapes.closing(match["open"])
        if close and close not in line.text:
            end = self._closing(index, close)
        view, _ = shapes.caption_words(self.surface.view(line.start, self.lines[end - 1].end))
        words = {"label": match["label"], "number": match["number"]}
        stop = self.lines[end - 1].end
        is_table = shapes.captions_a_table(line.text)
        table = tables.rebuild(self.surface, self.lines, end) if is_table else None
        grid = self._text_table(self._following(end - 1)) if is_table else None
        if grid is not None:
            self._grid(grid, line.start)
            self.outline.add("caption", line.start, stop, view=view, parent=self.figure, **words)
            return grid.next_line
        if table is None:
            self.figure = self.outline.add("caption", line.start, stop, view=view, parent=self.parent, **words)
            return end
        self._table(table, line.start, self.lines[table.next_line - 1].end)
        self.outline.add("caption", line.start, stop, view=view, parent=self.figure, **words)
        return table.next_line

    def _closing(self, index: int, close: str) -> int:
        """Return the index behind the line that closes a caption's bracket, at most four lines on."""
        for end in range(index + 1, min(index + 5, len(self.lines))):
            if close in self.lines[end].text:
                return end + 1
        return index + 1

    def _table(self, table: tables.Table, start: int, end: int) -> None:
        add = self.outline.add
        header = table.header
        columns = {} if header is None else {"columns": header.text}
        if header is None:
            self.figure = add("table", start, end, parent=self.parent)
        else:
            self.figure = add("table", start, end, view=header, parent=self.parent, **columns)
        for group in table.groups:
            above = self.figure
            if group.head:
                head = group.head
                above = add(
                    "stage",
                    group.start,
                    group.end,
                    view=head.view,
                    parent=self.figure,
                    period=head.period,
                    title=head.title,
                )
            for row in group.rows:
                add("row", row.offsets[0], row.offsets[-1] + 1, view=row, parent=above)
        place = self.outline.line(start)
        self.outline.notices.extend(f"line {place}: {notice}" for notice in table.notices)

    def _text_table(self, index: int | None) -> text_tables.TextTable | None:
        """Return the table with cells that begins at a line, if no markup in it moves its characters."""
        if index is None or index < self.no_table_before:
            return None
        grid, self.no_table_before = text_tables.text_table(self.lines, index)
        if grid is None:
            return None
        found = (self.lines[place] for place in grid.lines)
        is_bare = all(self.surface.text[line.start : line.end] == line.text for line in found)
        return grid if is_bare else None

    def _grid(self, grid: text_tables.TextTable, start: int) -> None:
        """Add a table that has kept its cells; the first row names the columns."""
        rows = [self._cells_of(place, row) for place, row in zip(grid.lines, grid.rows, strict=True)]
        header, end = rows[0], self.lines[grid.lines[-1]].end
        view = self.surface.view(header[0][0], header[-1][1])
        names = " | ".join(self.surface.view(*cell).text for cell in header)
        self.figure = self.outline.add("table", start, end, view=view, parent=self.parent, columns=names)
        above = self.figure
        for row in rows[1:]:
            first = self.surface.view(*row[0])
            stage = tables.stage_head(first)
            if stage is not None and stage[1] == len(first.text):
                head = stage[0]
                above = self.outline.add(
                    "stage", *row[0], view=head.view, parent=self.figure, period=head.period, title=head.title
                )
            skipped = int(above != self.figure)
            places = [place for place, cell in enumerate(row) if cell[0] < cell[1] and place >= skipped]
            if not places:
                continue
            cells = [row[place] for place in places]
            whole = self.surface.view(cells[0][0], cells[-1][1])
            bounds = [(index_in(whole, cell[0]), index_in(whole, cell[1])) for cell in cells]
            self.outline.extend(above, cells[-1][1])
            self.outline.add(
                "row",
                cells[0][0],
                cells[-1][1],
                view=whole,
                parent=above,
                cells=" ".join(f"{first}-{last}" for first, last in bounds),
                at=" ".join(map(str, places)),
            )

    def _cells_of(self, place: int, row: Sequence[Cut]) -> list[Cut]:
        start = self.lines[place].start
        return [(start + first, start + last) for first, last in row]

    def _credit(self, index: int) -> int:
        end = index + 1
        while (
            end < len(self.lines)
            and not self.lines[end].is_blank
            and not shapes.credit(self.lines[end].text)
            and not shapes.caption(self.lines[end].text)
            and len(self.lines[end - 1].text) < ONE_LINE_A_PARAGRAPH
            and not shapes.closes_a_sentence(self.lines[end - 1].text)
        ):
            end += 1
        line, stop = self.lines[index], self.lines[end - 1].end
        parent = self.parent
        if self.figure is not None:
            parent = self.figure
            self.outline.extend(self.figure, stop)
        view = self.surface.view(line.start, stop)
        self.outline.add("credit", line.start, stop, view=view, parent=parent, key=shapes.credit(line.text))
        return end

    # Both

    def _is_chronology(self, index: int) -> bool:
        after = self._following(index)
        return self.in_chronology or (after is not None and shapes.chronology_entry(self.lines[after].text))

    def _following(self, index: int) -> int | None:
        return next((i for i in range(index + 1, len(self.lines)) if not self.lines[i].is_blank), None)

    def _add(self, kind: BlockKind, start: int, end: int, **attributes: str) -> int:
        first, last = self.lines[start].start, self.lines[end - 1].end
        view = self.surface.view(first, last)
        return self.outline.add(kind, first, last, view=view, parent=self.parent, **attributes)
