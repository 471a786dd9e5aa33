"""Text copies of report pages: publisher, series, keys above their values, title, counters, abstract."""

from __future__ import annotations

import re
from collections.abc import Sequence

from egov_kg.documents.layout import lay_out
from egov_kg.documents.outline import Outline
from egov_kg.documents.sites import TextSite
from egov_kg.documents.view import Line, Surface, part

__all__ = ["outline"]


def outline(text: str, site: TextSite) -> Outline:
    """Return the outline of such a page."""
    result = Outline(text)
    surface = Surface(text)
    lines = surface.lines()
    counted, buttons = _words(site.counters, r"\s+(\d{1,3}(?:,\d{3})*|\d+)"), _words(site.buttons)
    body = re.compile(rf"\s*(?:{site.publisher or '(?!)'})\s*")
    seen = [index for index, line in enumerate(lines) if not line.is_blank]
    counters = [index for index in seen[:30] if counted.fullmatch(lines[index].text)]
    head = seen[: next((n for n, index in enumerate(seen) if index > max(counters, default=-1)), len(seen))]
    title = _title(head, counters)
    for position, index in enumerate(head):
        line = lines[index]
        words = line.text.strip()
        counter = counted.fullmatch(line.text)
        if position == 0 and body.fullmatch(line.text):
            _field(result, surface, line, line, "publisher")
        elif index == title:
            view = surface.view(line.start, line.end)
            result.title = view.text
            result.add("heading", line.start, line.end, view=view, level="1")
        elif counter:
            view = surface.view(line.start, line.end)
            number = part(view, len(counter[1]), len(view.text))
            result.add("field", line.start, line.end, view=number, key=counter[1].casefold())
        elif words in site.keys:
            if position + 1 < len(head) and head[position + 1] not in {title, *counters}:
                _field(result, surface, line, lines[head[position + 1]], words)
        elif position and lines[head[position - 1]].text.strip() not in site.keys:
            _field(result, surface, line, line, "series")
    lay_out(result, surface, _body(lines, head, result.title, buttons))
    return result


def _words(several: Sequence[str], behind: str = "") -> re.Pattern[str]:
    """Return a pattern for a line that is one of several words, in any case, and what stands behind it."""
    words = "|".join(re.escape(word) for word in several) or "(?!)"
    return re.compile(rf"\s*({words}){behind}\s*", re.IGNORECASE)


def _title(head: Sequence[int], counters: Sequence[int]) -> int | None:
    """Return the line of the title: the last one above the counters that is no value of a key."""
    above = [index for index in head if index < min(counters, default=0)]
    return above[-1] if above else None


def _body(lines: list[Line], head: Sequence[int], title: str, buttons: re.Pattern[str]) -> list[Line]:
    """Return the lines behind the head, without the buttons and the title that is said again."""
    first = head[-1] + 1 if head else 0
    while first < len(lines):
        words = " ".join(lines[first].text.split())
        is_title = bool(title) and words.startswith(title) and len(words) <= len(title) + 12
        if not (lines[first].is_blank or is_title or buttons.fullmatch(words)):
            break
        first += 1
    return lines[first:]


def _field(result: Outline, surface: Surface, key: Line, value: Line, name: str) -> None:
    result.add("field", key.start, value.end, view=surface.view(value.start, value.end), key=name)
