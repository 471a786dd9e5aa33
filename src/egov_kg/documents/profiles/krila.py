"""Text copies of report pages of a research institute: publisher, series, stacked keys, title, counters, abstract."""

from __future__ import annotations

import re
from collections.abc import Sequence

from egov_kg.documents.layout import lay_out
from egov_kg.documents.outline import Outline
from egov_kg.documents.view import Line, Surface, part

__all__ = ["NAME", "outline", "sniff"]

NAME = "krila"

_KEYS = frozenset(
    {
        "Year",
        "Author",
        "Authors",
        "Publisher",
        "Language",
        "Keywords",
        "Keyword",
        "Subject",
        "연도",
        "저자",
        "발행연도",
        "연구자",
    }
)
# "search 41,085": the counter of views; "download 2,767"
_COUNTER = re.compile(
    r"\s*(search|view|views|hit|hits|download|downloads|조회|조회수|다운로드)\s+(\d{1,3}(?:,\d{3})*|\d+)\s*",
    re.IGNORECASE,
)
_BUTTON = re.compile(r"\s*(?:download|view|print|pdf|다운로드|원문보기)\s*", re.IGNORECASE)
# The name of the institute stands alone on the first line.
_BODY = re.compile(
    r"\s*[가-힣]{2,20}(?:원|부|처|청|위원회|공단|연구소|센터)\s*"
    r"|\s*[A-Z][\w ]{2,60}(?:Institute|Agency|Ministry)[\w ]{0,60}\s*"
)


def sniff(text: str) -> float:
    """Return how surely a text is such a page: by its counters, its stacked keys, and its first line."""
    lines = [line for line in text[:4000].split("\n") if line.strip()][:30]
    keys = sum(line.strip() in _KEYS for line in lines)
    counters = sum(bool(_COUNTER.fullmatch(line)) for line in lines)
    is_headed = bool(lines) and bool(_BODY.fullmatch(lines[0]))
    return min(1.0, 0.2 * min(keys, 2) + 0.2 * min(counters, 2) + 0.2 * is_headed)


def outline(text: str, source: str = "") -> Outline:  # noqa: ARG001
    """Return the outline of such a page."""
    result = Outline(text)
    result.metadata["jurisdiction"] = "kr"
    surface = Surface(text)
    lines = surface.lines()
    seen = [index for index, line in enumerate(lines) if not line.is_blank]
    counters = [index for index in seen[:30] if _COUNTER.fullmatch(lines[index].text)]
    head = seen[: next((n for n, index in enumerate(seen) if index > max(counters, default=-1)), len(seen))]
    title = _title(head, counters)
    for position, index in enumerate(head):
        line = lines[index]
        words = line.text.strip()
        counter = _COUNTER.fullmatch(line.text)
        if position == 0 and _BODY.fullmatch(line.text):
            _field(result, surface, line, line, "publisher")
        elif index == title:
            view = surface.view(line.start, line.end)
            result.title = view.text
            result.add("heading", line.start, line.end, view=view, level="1")
        elif counter:
            view = surface.view(line.start, line.end)
            number = part(view, len(counter[1]), len(view.text))
            result.add("field", line.start, line.end, view=number, key=counter[1].casefold())
        elif words in _KEYS:
            if position + 1 < len(head) and head[position + 1] not in {title, *counters}:
                _field(result, surface, line, lines[head[position + 1]], words)
        elif position and lines[head[position - 1]].text.strip() not in _KEYS:
            _field(result, surface, line, line, "series")
    lay_out(result, surface, _body(lines, head, result.title))
    return result


def _title(head: Sequence[int], counters: Sequence[int]) -> int | None:
    """Return the line of the title: the last one above the counters that is no value of a key."""
    above = [index for index in head if index < min(counters, default=0)]
    return above[-1] if above else None


def _body(lines: list[Line], head: Sequence[int], title: str) -> list[Line]:
    """Return the lines behind the head, without the buttons and the title that is said again."""
    first = head[-1] + 1 if head else 0
    while first < len(lines):
        words = " ".join(lines[first].text.split())
        is_title = bool(title) and words.startswith(title) and len(words) <= len(title) + 12
        if not (lines[first].is_blank or is_title or _BUTTON.fullmatch(words)):
            break
        first += 1
    return lines[first:]


def _field(result: Outline, surface: Surface, key: Line, value: Line, name: str) -> None:
    result.add("field", key.start, value.end, view=surface.view(value.start, value.end), key=name)
