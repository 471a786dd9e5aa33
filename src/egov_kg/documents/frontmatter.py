"""The metadata block of a Markdown file: TOML between ``+++`` lines, or simple YAML between ``---`` lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from egov_kg.errors import UnreadableDocument
from egov_kg.model import lines_of

__all__ = ["FrontMatter", "Value", "read_front_matter"]

_KEY = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*'))*"
_HEADER = re.compile(rf"\s*(?P<open>\[\[?)\s*(?P<key>{_KEY})\s*\]\]?\s*(?:#.*)?")
_ENTRY = re.compile(rf"\s*(?P<key>{_KEY})\s*=\s*")
_STRING = re.compile(
    r"\"{3}(?P<mb>.*?)\"{3}|'{3}(?P<ml>.*?)'{3}|\"(?P<b>(?:[^\"\\\n]|\\.)*)\"|'(?P<l>[^'\n]*)'", re.DOTALL
)
_BARE = re.compile(r"[^\s,\[\]{}#\"']+")
_YAML = re.compile(r"(?P<key>[A-Za-z][\w -]{0,40}?)\s*:\s+(?P<value>\S.*?)\s*$")
_YAML_ITEM = re.compile(r"\s*-\s+(?P<value>\S.*?)\s*$")


class Value(NamedTuple):
    """One value of the block.

    Attributes:
        key: The path of its key: ``work.title``. In an array of tables with a ``kind``, that kind stands in the
            place of ``value``: ``work.measurement.views``.
        line: Where the line or the element begins that the value stands in.
        start, end: The range of the value, without quotation marks.
        stop: Where its line or element ends.
    """

    key: str
    line: int
    start: int
    end: int
    stop: int


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A metadata block.

    Attributes:
        end: Where the text behind it begins.
        table: What it says.
        values: Each value with its place, in reading order.
    """

    end: int
    table: Mapping[str, Any]
    values: tuple[Value, ...] = field(default=())


def read_front_matter(text: str, source: str = "the document") -> FrontMatter | None:
    r"""Return the metadata block that a text opens with, or None if it opens with none.

    Args:
        text: The text of a document.
        source: Its file name, for the error.

    Raises:
        UnreadableDocument: If a block between ``+++`` is not closed or is no TOML.

    Example:
        >>> block = read_front_matter('+++\n[work]\ntitle = "Acts"\n+++\nThe first.')
        >>> block.table, block.values
        ({'work': {'title': 'Acts'}}, (Value(key='work.title', line=11, start=20, end=24, stop=25),))
    """
    fence = next((mark for mark in ("+++", "---") if re.match(rf"{re.escape(mark)}[ \t]*\n", text)), None)
    if fence is None:
        return None
    first = text.index("\n") + 1
    closing = re.compile(rf"^{re.escape(fence)}[ \t]*$", re.MULTILINE).search(text, first)
    if closing is None:
        if fence == "---":
            return None
        raise UnreadableDocument(
            source, "opens a metadata block with +++ and does not close it", "Close it with a line of three plus signs."
        )
    end = min(len(text), closing.end() + 1)
    if fence == "---":
        values = tuple(_yaml_values(text, first, closing.start()))
        return (
            FrontMatter(end, {value.key: text[value.start : value.end] for value in values}, values) if values else None
        )
    try:
        table = tomllib.loads("\n" + text[first : closing.start()])  # so that its line numbers are those of the file
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableDocument(
            source,
            f"has a metadata block that is not TOML: {error}",
            "Correct the lines between +++.",
        ) from error
    return FrontMatter(end, table, tuple(_toml_values(text, first, closing.start())))


def _yaml_values(text: str, start: int, end: int) -> Iterator[Value]:
    key = ""
    for first, last in lines_of(text[start:end]):
        line = text[start + first : start + last]
        match = _YAML.match(line)
        if match:
            key = match["key"].casefold()
        elif re.match(r"[A-Za-z][\w -]*:\s*$", line):
            key = line.split(":")[0].casefold()
        elif key:
            match = _YAML_ITEM.match(line)
        if match is None:
            continue
        a, b = match.span("value")
        if b - a > 1 and line[a] == line[b - 1] and line[a] in "\"'":
            a, b = a + 1, b - 1
        if a < b:
            yield Value(key, start + first, start + first + a, start + first + b, start + last)


def _toml_values(text: str, start: int, end: int) -> Iterator[Value]:
    """Yield the values of TOML that is known to be right; values inside inline tables are left out."""
    prefix: list[str] = []
    is_array = False
    pending: list[Value] = []
    kind = ""
    position = start
    while position < end:
        stop = text.find("\n", position, end)
        stop = end if stop < 0 else stop
        header = _HEADER.fullmatch(text, position, stop)
        entry = _ENTRY.match(text, position, stop)
        if header:
            yield from _named(pending, kind, is_array=is_array)
            pending, kind = [], ""
            prefix, is_array = _path(header["key"]), header["open"] == "[["
        elif entry:
            path = _path(entry["key"])
            places, stop = _value(text, entry.end(), end)
            next_line = text.find("\n", stop, end)
            stop = end if next_line < 0 else next_line
            line = position
            for first, last in places:
                after = stop if last == places[-1][1] else last
                pending.append(Value(".".join([*prefix, *path]), line, first, last, after))
                line = after
            if path == ["kind"] and places:
                kind = text[slice(*places[0])]
        position = stop + 1
    yield from _named(pending, kind, is_array=is_array)


def _named(values: list[Value], kind: str, *, is_array: bool) -> Iterator[Value]:
    for value in values:
        if is_array and kind and value.key.endswith(".value"):
            yield value._replace(key=f"{value.key.removesuffix('.value')}.{kind}")
        else:
            yield value


def _path(key: str) -> list[str]:
    return [part.strip().strip("\"'") for part in key.split(".")]


def _value(text: str, start: int, end: int) -> tuple[list[tuple[int, int]], int]:
    """Return the ranges of a value's scalars, and where it ends."""
    places: list[tuple[int, int]] = []
    depth = braces = 0
    position = start
    while position < end:
        character = text[position]
        if match := _STRING.match(text, position, end):
            if match.lastgroup and match.start(match.lastgroup) < match.end(match.lastgroup) and not braces:
                places.append(match.span(match.lastgroup))
            position = match.end()
        elif character == "#":
            newline = text.find("\n", position, end)
            position = end if newline < 0 else newline
            continue
        elif character in "[{":
            depth, braces = depth + 1, braces + (character == "{")
            position += 1
        elif character in "]}":
            depth, braces = depth - 1, braces - (character == "}")
            position += 1
        elif match := _BARE.match(text, position, end):
            if not braces:
                places.append(match.span())
            position = match.end()
        else:
            if character == "\n" and depth <= 0:
                break
            position += 1
            continue
        if depth <= 0:
            break
    return places, position
