"""Lines of a PDF file into paragraphs, across lines, columns and pages."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from egov_kg.documents import fields, shapes
from egov_kg.documents.composition import Run
from egov_kg.documents.pdf_lines import Line
from egov_kg.documents.pdf_pages import Word
from egov_kg.documents.pdf_words import Vocabulary

__all__ = [
    "Edges",
    "Measures",
    "Paragraph",
    "label_of",
    "measure",
    "paragraphs",
    "raised_labels",
    "runs_of",
]

_HYPHEN = re.compile(r"[^\W\d_][-\u2010\u00ad]$")
_NOTE = re.compile(r"\[?(\d{1,3}|[*†‡§]{1,3})[\])]?")

_NOTE_AT_THE_END = re.compile(r"\[?(\d{1,3})(?:[.)]|\]) +\S")


@dataclass(frozen=True, slots=True)
class Measures:
    """What is usual in a file.

    Attributes:
        body: The size of the type of the text.
        lead: From base line to base line, as a multiple of the size of the type.
    """

    body: float
    lead: float


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together.

    Attributes:
        lines: From top to bottom.
        tight: Whether it follows the one before as its next line.
        left: Where the lines of its column begin.
    """

    lines: list[Line]
    tight: bool
    left: float

    @property
    def text(self) -> str:
        """Its words, lines joined by spaces."""
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Edges:
    """Where the lines of a column begin and may end."""

    left: float
    right: float


def measure(found: Sequence[Line]) -> Measures:
    """Return what is usual among the lines of a file."""
    weights: dict[float, int] = {}
    for line in found:
        weights[line.size] = weights.get(line.size, 0) + len(line.text)
    body = max(weights, key=lambda size: (weights[size], size))
    leads = [
        (after.base - before.base) / before.size
        for before, after in itertools.pairwise(found)
        if before.column == after.column and before.size == after.size == body and after.base > before.base
    ]
    usual = [lead for lead in leads if lead < 2.5]
    return Measures(body, statistics.median_low(usual) if usual else 1.2)


def paragraphs(found: Sequence[Line], measures: Measures, edges: Mapping[int, Edges]) -> list[Paragraph]:
    """Return the paragraphs that lines make; one that a column or page divides is one.

    Args:
        found: Lines in reading order, of one column or several.
        measures: Of the file.
        edges: Of each column, by its number.
    """
    made: list[Paragraph] = []
    for line in found:
        if made:
            before = made[-1].lines[-1]
            if before.column != line.column:
                joins, tight = _goes_over(made[-1], line, edges[before.column], edges[line.column], measures), False
            else:
                joins, tight = _joins(made[-1], line, edges[line.column], measures)
            if joins:
                made[-1].lines.append(line)
                continue
            made.append(Paragraph([line], tight, edges[line.column].left))
        else:
            made.append(Paragraph([line], tight=False, left=edges[line.column].left))
    return made


def _joins(paragraph: Paragraph, line: Line, column: Edges, measures: Measures) -> tuple[bool, bool]:
    """Return whether a line goes on with a paragraph, and if not, whether it follows tightly."""
    before, first, size = paragraph.lines[-1], paragraph.lines[0], line.size
    gap = line.base - before.base
    if abs(before.size - size) > 0.6 or gap > 1.3 * measures.lead * size or gap <= 0:
        return False, False
    if size > measures.body + 0.9:
        return True, False
    is_divided = _HYPHEN.search(before.text) is not None
    goes_on = is_divided or (line.text[:1].islower() and not shapes.closes_a_sentence(before.text))
    if before.bold != line.bold and not goes_on:
        return False, False
    if _begins(line.text) or (shapes.closes_an_entry(before.text) and shapes.closes_an_entry(line.text)):
        return False, True
    if shapes.divides_a_date(before.text, line.text):
        return True, False
    mark = shapes.item(first.text)
    if shapes.item(line.text) and (mark or shapes.closes_a_sentence(before.text) or not line.text[:1].isalnum()):
        return False, True
    if goes_on:
        return True, False
    step = line.x0 - before.x0
    if mark:
        if line.x0 <= first.x0 + 0.3 * size and len(first.text) > mark.end:
            return not shapes.closes_a_sentence(before.text) and not _had_room(before, line, column), False
    elif step > 0.8 * size and (len(paragraph.lines) > 1 or shapes.closes_a_sentence(before.text)):
        return False, False
    if _had_room(before, line, column):
        return False, len(paragraph.lines) == 1 and not shapes.closes_a_sentence(before.text)
    return True, False


def _begins(text: str) -> bool:
    """Whether a line begins something of its own, whatever stands above it."""
    found = fields.field(text)
    return bool(shapes.credit(text) or shapes.caption(text)) or (found is not None and fields.is_key(found.key))


def _had_room(before: Line, line: Line, column: Edges) -> bool:
    """Whether the first word of a line would have fitted behind the line above: somebody broke it on purpose."""
    first = line.words[0]
    width = first.x1 - first.x0 + 0.3 * line.size
    return before.x1 + width < column.right - 0.5 * line.size


def _goes_over(paragraph: Paragraph, line: Line, column: Edges, following: Edges, measures: Measures) -> bool:
    """Whether a paragraph goes on at the top of the next column or page."""
    before = paragraph.lines[-1]
    if abs(before.size - line.size) > 0.6 or line.size > measures.body + 0.9 or before.bold != line.bold:
        return False
    if shapes.closes_a_sentence(before.text) or shapes.item(line.text) or _begins(line.text):
        return False
    if before.x1 < column.right - 0.2 * (column.right - column.left) and not line.text[:1].islower():
        return False
    return line.text[:1].islower() or line.x0 < following.left + 0.8 * line.size


def runs_of(lines: Sequence[Line], vocabulary: Vocabulary, notes: dict[tuple[int, str], str]) -> list[Run]:
    """Return the words of lines, what is set off in them, and the notes that they refer to.

    Args:
        lines: Of a paragraph.
        vocabulary: Of the file.
        notes: The label of each note by page and mark.
    """
    runs: list[Run] = []
    is_strong = all(line.bold for line in lines)
    for index, line in enumerate(lines):
        cut, joint = vocabulary.joint(line, lines[index + 1].words[0].text) if index + 1 < len(lines) else (0, "")
        for position, word in enumerate(line.words):
            text = word.text
            is_last = position == len(line.words) - 1
            label = _reference(word, line, notes)
            if label:
                runs.append(Run("", note=label))
            else:
                space = " " if position and not word.glued else ""
                text = text[: len(text) - cut] if is_last and cut else text
                if space:
                    runs.append(Run(space))
                runs.append(Run(text, word.bold and not is_strong))
        if joint:
            runs.append(Run(joint))
    return _with_bold_spaces(runs)


def _reference(word: Word, line: Line, notes: dict[tuple[int, str], str]) -> str:
    """Return the label of the note that a word refers to, or an empty string: a raised number, or one in brackets."""
    match = _NOTE.fullmatch(word.text)
    if match is None:
        return ""
    if not _is_raised(word, line) and not (word.text[0] == "[" and word.text[-1] == "]"):
        return ""
    return notes.get((line.page, match[1]), "")


def raised_labels(line: Line) -> list[str]:
    """Return the numbers in a line that are raised as those of notes are, without brackets."""
    found = (_NOTE.fullmatch(word.text) for word in line.words if _is_raised(word, line))
    return [match[1] for match in found if match]


def label_of(text: str) -> str:
    """Return the number of the note that a paragraph is, or an empty string.

    Example:
        >>> label_of("12. See the act."), label_of("[3] See the act."), label_of("2001 was the year.")
        ('12', '3', '')
    """
    match = _NOTE_AT_THE_END.match(text)
    return match[1] if match else ""


def _is_raised(word: Word, line: Line) -> bool:
    return word.size <= 0.85 * line.size and word.base < line.base - 0.12 * line.size


def _with_bold_spaces(runs: list[Run]) -> list[Run]:
    """Let a space between two bold words be bold, so that they are one run."""
    for index in range(1, len(runs) - 1):
        if runs[index].text == " " and runs[index - 1].strong and runs[index + 1].strong:
            runs[index] = Run(" ", strong=True)
    return runs
