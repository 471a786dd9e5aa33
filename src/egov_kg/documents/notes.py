"""The marker grammar of web archives: ``##NAME##`` opens, ``##NAME:`` begins a part, ``##NAME_END##`` closes.

``##3D_LAYER##anchor[18]##3D_TEXT:the note##3D_LAYER_END##`` is a sentence with a word and its note. The anchor stays in
the sentence, the marker is lifted, the parts become a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from egov_kg.documents import shapes
from egov_kg.documents.layout import lay_out
from egov_kg.documents.outline import Outline
from egov_kg.documents.view import Cut, Line, Surface, index_in, lift
from egov_kg.model import View

__all__ = ["Markup", "Part", "add_notes", "parse", "surface_of"]

_EMPTY = View("", ())
_TOKEN = re.compile(r"##(?P<name>[A-Z0-9][A-Z0-9_]{0,40})(?P<kind>##|:)")
_MARKER = re.compile(r"\[(?P<marker>\d{1,4}|[a-z*†‡])\]\s*\Z")
DEEPEST: Final = 3
"""Notes inside notes below this depth are lifted and not read."""

LONGEST: Final = 20_000
"""An end marker further away than this belongs to another note."""


class Part(NamedTuple):
    """One part of a note.

    Attributes:
        name: ``3D_TEXT``, ``CONTENT``, ``SOURCE``, ``LINK`` ...
        token: Where its token begins.
        start, end: The range of its words.
    """

    name: str
    token: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Markup:
    """An anchor with its note, markers included.

    Attributes:
        name: ``3D_LAYER``, ``LINK_POPUP``.
        start, end: The whole range.
        anchor_start, anchor_end: The words of the anchor, without the number in square brackets.
        marker: That number; may be empty.
        parts: In reading order.
        is_closed: Whether its end marker was found.
    """

    name: str
    start: int
    end: int
    anchor_start: int
    anchor_end: int
    marker: str
    parts: tuple[Part, ...]
    is_closed: bool


def parse(text: str) -> tuple[list[Markup], list[Cut]]:
    """Return the outermost markups of a text, and the stray markers outside of them.

    A marker that nothing closes ends with its line.

    Example:
        >>> [found], stray = parse("the ##3D_LAYER##projects[1]##3D_TEXT:They are few.##3D_LAYER_END## began")
        >>> found.anchor_start, found.anchor_end, found.marker, [part.name for part in found.parts], stray
        (16, 24, '1', ['3D_TEXT'], [])
    """
    return _read(text, list(_TOKEN.finditer(text)))


def _read(text: str, tokens: list[re.Match[str]]) -> tuple[list[Markup], list[Cut]]:
    found: list[Markup] = []
    stray: list[Cut] = []
    closers = _closers(tokens)
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token["kind"] != "##" or token["name"].endswith("_END"):
            stray.append(token.span())
            index += 1
            continue
        closer = closers.get(index)
        if closer is None:
            stop = text.find("\n", token.end())
            stop = len(text) if stop < 0 else stop
            last = index + 1
            while last < len(tokens) and tokens[last].end() <= stop and not _opens(tokens[last]):
                last += 1
            stop = tokens[last].start() if last < len(tokens) and tokens[last].start() < stop else stop
            found.append(_markup(text, token, tokens[index + 1 : last], stop, stop, is_closed=False))
            index = last
        else:
            close = tokens[closer]
            found.append(_markup(text, token, tokens[index + 1 : closer], close.start(), close.end(), is_closed=True))
            index = closer + 1
    return found, stray


def _opens(token: re.Match[str]) -> bool:
    return token["kind"] == "##" and not token["name"].endswith("_END")


def _closers(tokens: list[re.Match[str]]) -> dict[int, int]:
    """Return for each opening token the index of the token that closes it; the nearest opener of a name wins."""
    closers: dict[int, int] = {}
    waiting: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        if token["kind"] != "##":
            continue
        if token["name"].endswith("_END"):
            openers = waiting.get(token["name"].removesuffix("_END"))
            if openers and token.start() - tokens[openers[-1]].end() <= LONGEST:
                closers[openers.pop()] = index
        else:
            waiting.setdefault(token["name"], []).append(index)
    return closers


def _markup(
    text: str, opener: re.Match[str], inside: list[re.Match[str]], stop: int, end: int, *, is_closed: bool
) -> Markup:
    own = _own_parts(inside)
    bounds = [token.start() for token in own[1:]] + [stop]
    parts = tuple(
        Part(token["name"], token.start(), token.end(), bound) for token, bound in zip(own, bounds, strict=False)
    )
    anchor_end = own[0].start() if own else stop
    match = _MARKER.search(text, max(opener.end(), anchor_end - 12), anchor_end)
    words_end = match.start() if match else anchor_end
    return Markup(
        opener["name"], opener.start(), end, opener.end(), words_end, match["marker"] if match else "", parts, is_closed
    )


def _own_parts(inside: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the part tokens that do not belong to a markup inside this one."""
    own: list[re.Match[str]] = []
    closers = _closers(inside)
    skip_to = -1
    for index, token in enumerate(inside):
        if index <= skip_to:
            continue
        if _opens(token):
            skip_to = closers.get(index, index)
        elif token["kind"] == ":":
            own.append(token)
    return own


def surface_of(text: str) -> tuple[Surface, list[Markup]]:
    """Return the surface of a text with this markup, on which a sentence reads on through its notes."""
    found, stray = parse(text)
    return _surface(text, found, stray), found


def _surface(text: str, found: list[Markup], stray: list[Cut]) -> Surface:
    cuts = list(stray)
    for markup in found:
        cuts.append((markup.start, markup.anchor_start))
        cuts.append((markup.anchor_end, markup.end))
    holds = tuple((markup.start, markup.end) for markup in found)
    return Surface(text, tuple(sorted(cut for cut in cuts if cut[0] < cut[1])), holds, parting=True)


def add_notes(outline: Outline, markups: list[Markup]) -> None:
    """Add the notes of a text to an outline that already holds the blocks of its running text.

    Args:
        outline: Where the notes go, each below the block of its sentence.
        markups: From `surface_of`.
    """
    holder = outline.holders()
    for markup in markups:
        parent = holder(markup.anchor_start)
        if parent is not None:
            outline.extend(parent, markup.end)
            _add_note(outline, markup, parent, 1)
        if not markup.is_closed:
            outline.notices.append(f"line {outline.line(markup.start)}: ##{markup.name}## is not closed")


def _add_note(outline: Outline, markup: Markup, parent: int, depth: int) -> None:
    if not markup.parts:
        return
    start, end = markup.parts[0].token, markup.end
    anchor = _anchor(outline.view(parent), markup)
    contents = [
        part for part in markup.parts if _role(part.name) == "content" and outline.text[part.start : part.end].strip()
    ]
    if len(contents) == 1:
        words = lift(outline.text, contents[0].start, contents[0].end).text
        if words == lift(outline.text, markup.anchor_start, markup.anchor_end).text:
            outline.add("chrome", start, end, parent=parent)  # the pop-up repeats what it hangs on
            return
    view, rest, inner = _EMPTY, [], []
    surface = Surface(outline.text)
    for content in contents:
        inside = list(_TOKEN.finditer(outline.text, content.start, content.end))
        found, stray = _read(outline.text, inside)
        surface = _surface(outline.text, found, stray)
        lines = surface.lines(content.start, content.end)
        if not view.text:
            view, lines = _opening(surface, lines)
        rest.append((surface, lines))
        inner.extend(found)
    attributes = {"marker": markup.marker, "anchor_start": str(anchor[0]), "anchor_end": str(anchor[1])}
    for part in markup.parts:
        words = lift(outline.text, part.start, part.end).text
        if words and _role(part.name) in {"url", "title"}:
            attributes.setdefault(_role(part.name), words)
    note = outline.add("note", start, end, view=view, parent=parent, **attributes)
    for surface, lines in rest:
        lay_out(outline, surface, lines, parent=note)
    for part in markup.parts:
        words_of_part = lift(outline.text, part.start, part.end)
        if words_of_part.text and _role(part.name) == "credit":
            outline.add("credit", part.start, part.end, view=words_of_part, parent=note, key="Source")
        elif words_of_part.text and _role(part.name) == "url":
            outline.add("field", part.start, part.end, view=words_of_part, parent=note, key="link")
    if depth < DEEPEST:
        for markup_inside in inner:
            _add_note(outline, markup_inside, note, depth + 1)


def _role(name: str) -> str:
    last = name.rpartition("_")[2]
    if last.endswith("TITLE"):
        return "title"
    return {"SOURCE": "credit", "LINK": "url", "URL": "url"}.get(last, "content")


def _anchor(view: View, markup: Markup) -> tuple[int, int]:
    """Return the range of the anchor in the view of the block that holds it, without white space at its ends."""
    start, end = index_in(view, markup.anchor_start), index_in(view, markup.anchor_end)
    while start < end and view.text[start] == " ":
        start += 1
    while start < end and view.text[end - 1] == " ":
        end -= 1
    return start, end


def _opening(surface: Surface, lines: list[Line]) -> tuple[View, list[Line]]:
    """Return the view of the first paragraph of a note, empty if it begins with a list, and the lines behind it."""
    first = next((index for index, line in enumerate(lines) if not line.is_blank), len(lines))
    end = first
    while end < len(lines) and not lines[end].is_blank and not shapes.item(lines[end].text):
        end += 1
    if end == first:
        return _EMPTY, lines[first:]
    return surface.view(lines[first].start, lines[end - 1].end), lines[end:]
