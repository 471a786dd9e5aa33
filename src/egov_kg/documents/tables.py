"""Tables whose cells are lost: stages, and the rows below them, rebuilt from lines.

Text copies of web pages and of PDF files keep the words of a table and lose its cells. What is left is a header line,
group headers with a period in brackets, and rows with list marks, some wrapped, some glued together.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from egov_kg.documents import shapes
from egov_kg.documents.view import Line, Surface, part
from egov_kg.model import View

__all__ = ["PERIOD", "Group", "StageHead", "Table", "rebuild", "stage_head", "statements"]

_YEAR = r"(?:19|20)\d\d"
PERIOD: Final = (
    rf"(?:(?:early|mid|late)[ -])?{_YEAR}(?:s|년대)?년?\s*(?:[-–—~∼〜～]|to|and|through|부터|에서)\s*"
    rf"(?:(?:early|mid|late)[ -])?(?:(?:{_YEAR}|\d\d)(?:s|년대)?년?|present|today|now|현재)?(?:까지)?"
    rf"|{_YEAR}s|{_YEAR}년대|(?:since|from|after|until|before)\s{_YEAR}s?"
)
"""What stands in the brackets of a stage: more than one year."""

_STAGE = re.compile(
    rf"(?P<title>[^()]{{2,120}}?)\s*\((?P<period>{PERIOD})\)\s*(?:[:：]?\s*[-–—•·○]\s+(?P<row>\S.*))?$", re.IGNORECASE
)
_SENTENCES = re.compile(r"[a-z)]\. [A-Z]|다\. ?[가-힣]")
LONGEST_ROW = 600
"""A longer line without list mark is prose, and ends the table."""

# Two rows run together: "… vehicle registration Formulation of the second plan". The head names a deed.
_GLUED = re.compile(r"(?<=[a-z)]) (?=(?P<head>[A-Z][a-z]+(?:tion|sion|ment|ance|ence|ing|al)) of\b)")
_BEFORE_A_NAME = re.compile(
    r"\b(?:the|a|an|and|or|of|for|by|in|on|at|to|from|with|under|via|between|&)$", re.IGNORECASE
)
_BODIES: Final = frozenset(
    {
        "Administration", "Association", "Capital", "Commission", "Confederation", "Constitution", "Convention",
        "Corporation", "Declaration", "Delegation", "Department", "Directorate", "Federation", "Foundation", "General",
        "Government", "Institution", "Journal", "Manual", "Memorial", "Organisation", "Organization", "Parliament",
        "Principal", "Regiment", "Tribunal", "Union",
    }
)  # fmt: skip
"""Nouns that look like deeds and begin names: "the Department of", "Government of"."""


@dataclass(frozen=True, slots=True)
class StageHead:
    """The header of a group of rows.

    Attributes:
        view: Title and period, as they stand.
        title: The words before the brackets.
        period: The words inside them.
    """

    view: View
    title: str
    period: str


@dataclass(slots=True)
class Group:
    """The rows below one stage, or those before the first one.

    Attributes:
        head: None for rows that stand under no stage.
        start, end: The range of head and rows.
        rows: The view of each statement.
    """

    head: StageHead | None
    start: int
    end: int
    rows: list[View] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was rebuilt.

    Attributes:
        header: The words of the header line; None if the table begins with a stage or a row.
        groups: In reading order.
        next_line: The index of the first line behind it.
        notices: What does not fit.
    """

    header: View | None
    groups: tuple[Group, ...]
    next_line: int
    notices: tuple[str, ...]


def stage_head(view: View) -> tuple[StageHead, int] | None:
    """Return the stage that a view names, and where in the view the first row begins (its length if none does).

    Example:
        >>> head, row = stage_head(View("Digital Base (1996-2002) - First act", tuple(range(36))))
        >>> head.title, head.period, row
        ('Digital Base', '1996-2002', 27)
        >>> stage_head(View("Digital Signature Act (1999)", tuple(range(28)))) is None
        True
    """
    match = _STAGE.match(view.text)
    if match is None or shapes.item(view.text):
        return None
    row = match.start("row") if match["row"] else len(view.text)
    return StageHead(part(view, 0, match.end("period") + 1), match["title"].strip(), match["period"]), row


def statements(view: View, *, lost_cells: bool = True) -> list[View]:
    """Return the statements of one row: cut at semicolons outside brackets, and where two rows were glued.

    Args:
        view: The row, or a cell of it.
        lost_cells: Whether two rows may have been glued, as in a table whose cells were lost.

    Example:
        >>> text = "Register of vehicles (new) Formulation of the plan; work of the Department of State"
        >>> [row.text for row in statements(View(text, tuple(range(len(text)))))]
        ['Register of vehicles (new)', 'Formulation of the plan', 'work of the Department of State']
    """
    text = view.text
    bounds = [0]
    glued = {match.start(): match for match in _GLUED.finditer(text)} if lost_cells else {}
    depth = 0
    for index, character in enumerate(text):
        depth = max(0, depth + (character in "([") - (character in ")]"))
        if depth:
            continue
        if character in ";；":
            bounds.append(index + 1)
        elif (
            index in glued
            and glued[index]["head"] not in _BODIES
            and not _BEFORE_A_NAME.search(text[max(0, index - 12) : index])
        ):
            bounds.append(index)
    bounds.append(len(text))
    rows = [part(view, start, end) for start, end in itertools.pairwise(bounds)]
    cut = [part(row, 0, len(row.text.rstrip(";； "))) for row in rows]
    return [row for row in cut if row.text]


def rebuild(surface: Surface, lines: Sequence[Line], first: int) -> Table | None:
    """Return the table that begins at a line, or None if nothing there looks like one.

    The table ends before a credit line or the next caption. Where neither follows, it ends with the last line that is a
    row, belongs to one, or names a stage.

    Args:
        surface: The text.
        lines: Its lines.
        first: The index of the line behind the caption.
    """
    return _Rebuilding(surface, lines, first).table()


class _Rebuilding:
    """One pass over the lines behind a caption."""

    def __init__(self, surface: Surface, lines: Sequence[Line], first: int) -> None:
        self.surface = surface
        self.bounded = False
        self.lines: list[tuple[int, Line]] = []
        for index in range(first, len(lines)):
            text = lines[index].text
            if shapes.credit(text) or shapes.caption(text):
                self.bounded = True
                break
            if len(text) > LONGEST_ROW or (len(_SENTENCES.findall(text)) > 1 and not shapes.item(text)):
                break
            if not lines[index].is_blank:
                self.lines.append((index, lines[index]))
        self.has_marks = any(shapes.item(line.text) for _, line in self.lines)
        self.groups: list[Group] = []
        self.open: tuple[int, int, int] | None = (
            None  # the row that is being read: its range, and the length of its mark
        )
        self.end = first

    def table(self) -> Table | None:
        header: View | None = None
        position = 0
        if self.lines:
            line = self.lines[0][1]
            view = self.surface.view(line.start, line.end)
            if not stage_head(view) and not shapes.item(line.text):
                header, position = view, 1
        while position < len(self.lines):
            taken = self._take(position)
            if not taken:
                break
            position += taken
        self._close()
        stages = [group for group in self.groups if group.head]
        if not stages and not (self.has_marks and self.bounded and self.groups):
            return None
        end = self.lines[position][0] if position < len(self.lines) else self.lines[-1][0] + 1
        return Table(header, tuple(self.groups), end, _gaps(stages))

    def _take(self, position: int) -> int:
        """Read the line at a position and return how many lines were taken; 0 where the table ends."""
        index, line = self.lines[position]
        mark = shapes.item(line.text)
        if mark and not (line.indent and self.open):
            self._close()
            self.open = (line.start, line.end, len(mark.text))
            self._group(line.start)
            return 1
        if line.indent and self.open:
            self.open = (self.open[0], line.end, self.open[2])
            return 1
        stage = self._stage(position)
        if stage:
            head, row, taken = stage
            self._close()
            last = self.lines[position + taken - 1][1]
            self.groups.append(Group(head, line.start, last.end))
            if row is not None:
                self.open = (row, last.end, 0)
            return taken
        if not self.has_marks and self.groups:
            self._close()
            self.open = (line.start, line.end, 0)
            return 1
        follows = self.open is not None and self.lines[position - 1][0] == index - 1
        if self.open and (self.bounded or follows):
            self.open = (self.open[0], line.end, self.open[2])
            return 1
        return 0

    def _stage(self, position: int) -> tuple[StageHead, int | None, int] | None:
        """Return the stage that begins at a position, where its first row begins, and how many lines it takes."""
        start = self.lines[position][1].start
        for taken in range(1, 4):
            if position + taken > len(self.lines):
                return None
            line = self.lines[position + taken - 1][1]
            if shapes.item(line.text) or (line.indent and taken == 1):
                return None
            view = self.surface.view(start, line.end)
            found = stage_head(view)
            if found:
                head, row = found
                return head, view.offsets[row] if row < len(view.text) else None, taken
            if "(" in line.text:
                return None
        return None

    def _group(self, start: int) -> Group:
        if not self.groups:
            self.groups.append(Group(None, start, start))
        return self.groups[-1]

    def _close(self) -> None:
        if self.open is None:
            return
        start, end, skip = self.open
        self.open = None
        group = self._group(start)
        view = self.surface.view(start, end)
        group.rows.extend(statements(part(view, skip, len(view.text))))
        group.end = max(group.end, end)


def _gaps(stages: Sequence[Group]) -> tuple[str, ...]:
    """Return a notice for each stage that does not begin where the one before ended."""
    notices = []
    for before, after in itertools.pairwise(stages):
        assert before.head
        assert after.head
        ends = re.findall(_YEAR, before.head.period)
        starts = re.findall(_YEAR, after.head.period)
        if ends and starts and not int(ends[-1]) <= int(starts[0]) <= int(ends[-1]) + 10:
            notices.append(f"stage {after.head.title!r} ({after.head.period}) does not follow ({before.head.period})")
    return tuple(notices)
