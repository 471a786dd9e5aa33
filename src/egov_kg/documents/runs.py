"""Words in pieces of one look, as readers of web pages gather them before they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from egov_kg.documents import fields, shapes
from egov_kg.documents.composition import Run

__all__ = ["joined", "keyed", "paragraphs_of_cell", "text_of", "without_start"]

_SPACE = re.compile(r"[ \t\n\r\f]+")


def text_of(line: Iterable[Run]) -> str:
    """Return the words of runs, white space folded, references left out."""
    return _SPACE.sub(" ", "".join(run.text for run in line)).strip()


def joined(lines: Iterable[list[Run]]) -> list[Run]:
    """Return the runs of several lines as one line, with spaces between them."""
    return [run for line in lines for run in (*line, Run(" "))]


def without_start(runs: list[Run], pattern: str) -> list[Run]:
    """Return runs without what a pattern matches at their beginning."""
    match = re.match(pattern, "".join(run.text for run in runs))
    left = match.end() if match else 0
    kept: list[Run] = []
    for run in runs:
        text = run.text[left:]
        left = max(0, left - len(run.text))
        kept.append(Run(text, run.strong, run.note))
    return kept


def paragraphs_of_cell(lines: list[list[Run]]) -> list[list[Run]]:
    """Return the paragraphs of a cell: a line break in it begins one only before the mark of an item."""
    paragraphs: list[list[Run]] = []
    for line in lines:
        if paragraphs and not shapes.item(text_of(line)):
            paragraphs[-1] += [Run(" "), *line]
        else:
            paragraphs.append([*line])
    return paragraphs


def keyed(line: list[Run], is_key: Callable[[str], bool]) -> tuple[str, list[Run]] | None:
    """Return key and value of a line that begins with a key in strong type; None for others."""
    count = 0
    while count < len(line) and line[count].strong and not line[count].note:
        count += 1
    if not count:
        return None
    key = text_of(line[:count]).rstrip(":： ")
    rest = text_of(line[count:])
    if not rest or len(rest) > fields.LONGEST_VALUE or not is_key(key):
        return None
    value = [*line[count:]]
    while value and not value[0].text.strip(" :：\n\t\r"):
        value.pop(0)
    if not value:
        return None
    value[0] = Run(value[0].text.lstrip(" :：\n\t\r"), note=value[0].note)
    return key, value
