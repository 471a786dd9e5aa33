"""Footnotes of plain text: ``word [3]`` in a sentence, and ``[3] The note.`` on a line further down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from egov_kg.documents.outline import Outline
from egov_kg.documents.view import Cut, Line, Surface, index_in, part
from egov_kg.model import View

__all__ = ["Footnotes", "add_address", "add_footnotes", "address_in", "anchor_before", "find_footnotes"]

_DEFINITION = re.compile(r"[ \t\u00a0]*\[(?P<label>\d{1,3})\][ \t\u00a0]+\S")
_REFERENCE = re.compile(r"(?<=[\w.,;:)\]\"'”’])[ \u00a0]?\[(?P<label>\d{1,3})\](?![\w(\[])")
# Korean notes: "전자정부법1)은" in a sentence, "1) 법률 제6439호" or "주 1) 법률 제6439호" further down.
_PLAIN_DEFINITION = re.compile(r"[ \t\u00a0]*(?:각?주\s?)?(?P<label>\d{1,2}\))[ \t\u00a0]*\S")
_PLAIN_REFERENCE = re.compile(r"(?<=[가-힣a-z”’」』])(?:주\s?)?(?P<label>\d{1,2}\))(?![A-Za-z0-9)])")
_CLAUSE_END = re.compile(r"[.,;:()!?]\s")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;)]")
LONGEST_ANCHOR: Final = 8
"""A note that follows no marked words belongs to this many words before it, or to those since the last comma."""


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The footnotes of a text.

    Attributes:
        references: Where each label is first referred to; only of labels that have a note.
        cuts: The references, which views leave out.
        definitions: Label, first and last line of each note, as indexes; the last one is half-open.
    """

    references: dict[str, int]
    cuts: tuple[Cut, ...]
    definitions: tuple[tuple[str, int, int], ...]


def find_footnotes(text: str, lines: list[Line]) -> Footnotes:
    """Return the footnotes of a text: notes that stand behind the first reference to them, each label once.

    Args:
        text: The text of a document.
        lines: Its lines.
    """
    references = list(_REFERENCE.finditer(text))
    plain = _plain_references(text, lines)
    first: dict[str, int] = {}
    for match in (*references, *plain):
        first.setdefault(match["label"], match.start())
    found: dict[str, tuple[str, int, int]] = {}
    index = 0
    while index < len(lines):
        definition = _definition(lines[index].text, is_plain=bool(plain))
        end = index + 1
        label = definition["label"] if definition else ""
        if label in first and label not in found and first[label] < lines[index].start:
            while end < len(lines) and not (lines[end].is_blank or _definition(lines[end].text, is_plain=bool(plain))):
                end += 1
            found[label] = (label, index, end)
        index = end
    cuts = sorted(match.span() for match in (*references, *plain) if match["label"] in found)
    return Footnotes({label: first[label] for label in found}, tuple(cuts), tuple(found.values()))


def _definition(line: str, *, is_plain: bool) -> re.Match[str] | None:
    return _DEFINITION.match(line) or (_PLAIN_DEFINITION.match(line) if is_plain else None)


def _plain_references(text: str, lines: list[Line]) -> list[re.Match[str]]:
    """Return references without brackets, if each of them has its note: else "1)" is the mark of an item."""
    found = [match for match in _PLAIN_REFERENCE.finditer(text) if _is_outside_brackets(text, match.start())]
    labels = list(dict.fromkeys(match["label"] for match in found))
    if not labels or labels != [f"{number})" for number in range(1, len(labels) + 1)]:
        return []
    definitions = [(_PLAIN_DEFINITION.match(line.text), line.start) for line in lines]
    noted = [(match["label"], start) for match, start in definitions if match]
    is_behind = all(start > found[0].start() for _, start in noted)
    return found if is_behind and [label for label, _ in noted] == labels else []


def _is_outside_brackets(text: str, place: int) -> bool:
    before = text[max(0, place - 80) : place].rpartition("\n")[2]
    return before.count("(") <= before.count(")")


def add_footnotes(outline: Outline, surface: Surface, lines: list[Line], footnotes: Footnotes) -> None:
    """Add the notes to an outline that holds the blocks of the running text, each below the block that refers to it."""
    holder = outline.holders()
    for label, first, last in footnotes.definitions:
        start, end = lines[first].start, lines[last - 1].end
        view = surface.view(start, end)
        view = part(view, view.text.index(label[-1] if label.endswith(")") else "]") + 1, len(view.text))
        parent = holder(footnotes.references[label])
        attributes = {"marker": label} | address_in(view)
        if parent is not None:
            anchor = anchor_before(outline.view(parent), footnotes.references[label])
            attributes |= {"anchor_start": str(anchor[0]), "anchor_end": str(anchor[1])}
        note = outline.add("note", start, end, view=view, parent=parent, **attributes)
        add_address(outline, note)


def anchor_before(view: View, place: int) -> Cut:
    """Return the range of the words, in a view, that a reference at a place in the document hangs on.

    Example:
        >>> anchor_before(View("By law, the agency runs it", tuple(range(26))), 18)
        (8, 18)
    """
    end = index_in(view, place)
    while end and view.text[end - 1] == " ":
        end -= 1
    near = max(0, end - 400)
    start = near
    for match in _CLAUSE_END.finditer(view.text, near, max(near, end - 1)):
        start = match.end()
    words = [start + match.start() for match in re.finditer(r"\S+", view.text[start:end])]
    return (words[-LONGEST_ANCHOR:] or [end])[0], end


def add_address(outline: Outline, note: int) -> None:
    """Add the first web address in the view of a note as a field with the key ``link``, nested in it."""
    view = outline.view(note)
    match = _ADDRESS.search(view.text)
    if match:
        link = part(view, match.start(), match.end())
        outline.add("field", link.offsets[0], link.offsets[-1] + 1, view=link, parent=note, key="link")


def address_in(view: View) -> dict[str, str]:
    """Return the first web address in a note as the attribute ``url``, or nothing.

    Example:
        >>> address_in(View("See http://example.org/a.", tuple(range(25))))
        {'url': 'http://example.org/a'}
    """
    match = _ADDRESS.search(view.text)
    return {"url": match.group()} if match else {}
