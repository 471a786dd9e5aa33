"""Text copies with navigation, ``Key value`` lines, and prose with notes in inline markup, as K-Developedia's are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from egov_kg.documents import notes
from egov_kg.documents.layout import lay_out
from egov_kg.documents.outline import Outline
from egov_kg.documents.sites import TextSite
from egov_kg.documents.view import Line, Surface, part

__all__ = ["outline"]

# "Sub-Theme 2 | Title of the page"
_PART_OF = re.compile(r"(?P<part>[^|]{2,60}?)\s*\|\s*(?P<title>[^|]+)")


def outline(text: str, site: TextSite) -> Outline:
    """Return the outline of such a page; nothing parts a key from its value but a space, so the site lists its keys."""
    result = Outline(text)
    surface, markups = notes.surface_of(text)
    lines = surface.lines()
    keys = "|".join(re.escape(key) for key in sorted(site.keys, key=lambda key: (-len(key), key)))
    field = re.compile(rf"({keys})(?:[ \u00a0](.*))?$")
    first, body = _fields(lines, field)
    _add_fields(result, surface, lines[first:body], field)
    title = result.title
    if title:
        _add_titles(result, surface, lines[:first], title)
    for index in range(body, len(lines)):
        line = lines[index]
        if line.is_blank:
            continue
        words = line.text.strip()
        opening = _PART_OF.fullmatch(words)
        if words in site.labels:
            result.add("heading", line.start, line.end, view=surface.view(line.start, line.end), level="2")
        elif opening and title and opening["title"].casefold() == title.casefold():
            _add_part_of(result, surface, line)
        else:
            lay_out(result, surface, lines[index:])
            break
    notes.add_notes(result, markups)
    return result


def _fields(lines: Sequence[Line], field: re.Pattern[str]) -> tuple[int, int]:
    """Return where the block of fields begins and ends: the first run of three or more."""
    first = 0
    while first < len(lines):
        end = first
        while end < len(lines) and field.match(lines[end].text.strip()):
            end += 1
        if end - first >= 3:
            return first, end
        first = max(end, first + 1)
    return 0, 0


def _add_fields(result: Outline, surface: Surface, lines: Sequence[Line], field: re.Pattern[str]) -> None:
    for line in lines:
        whole = surface.view(line.start, line.end)
        match = field.match(whole.text)
        if match is None:
            continue
        value = part(whole, match.start(2) if match[2] else len(whole.text), len(whole.text))
        result.add("field", line.start, line.end, view=value, key=match[1])
        if match[1] == "Title" and not result.title:
            result.title = value.text


def _add_titles(result: Outline, surface: Surface, lines: Sequence[Line], title: str) -> None:
    """Add the title above the fields as the heading, and the number that one repetition of it ends with as a field."""
    is_headed = False
    for line in lines:
        view = surface.view(line.start, line.end)
        if view.text == title and not is_headed:
            result.add("heading", line.start, line.end, view=view, level="1")
            is_headed = True
        elif view.text.startswith(title) and re.fullmatch(r"\s?\d{1,3}", view.text[len(title) :]):
            number = part(view, len(title), len(view.text))
            result.add("field", line.start, line.end, view=number, key="number in series")


def _add_part_of(result: Outline, surface: Surface, line: Line) -> None:
    view = surface.view(line.start, line.end)
    heading = result.add("heading", line.start, line.end, view=view, level="1")
    series = part(view, 0, view.text.index("|"))
    result.add("field", series.offsets[0], series.offsets[-1] + 1, view=series, parent=heading, key="is part of")
