"""Lines of running text that are fields: with a colon, stacked, side by side, or flat copies of data sheets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Final

from egov_kg import assets
from egov_kg.documents import fields, shapes
from egov_kg.documents.outline import Outline
from egov_kg.documents.view import Line, Surface, part
from egov_kg.errors import DataFileError

__all__ = ["FieldLines", "keyed"]

FEWEST_KEYS: Final = 3
"""So many flat lines with a known key make a record."""
LONGEST_WRAP: Final = 2
"""So many lines without a key may go on with the value of the one before them."""
LONGEST_LINE: Final = 200


@cache
def _keyed_pattern() -> re.Pattern[str]:
    path = assets.data("rules/keyed_lines.toml")
    try:
        keys = tomllib.loads(path.read_text(encoding="utf-8"))["keys"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise DataFileError(path, 0, f"needs a list of keys: {error}") from error
    known = "|".join(re.escape(key).replace(r"\ ", r"\s") for key in sorted(keys, key=lambda k: (-len(k), k)))
    return re.compile(rf"\s*(?P<key>(?i:{known}))[ \t\u00a0]+(?P<value>[A-Z\d\"\u201c\[(€$£]\S*.*?|https?://\S+)\s*")


def keyed(line: str) -> fields.Field | None:
    """Return the field that a line without a colon may be, by a known key at its beginning; else None.

    Example:
        >>> keyed("Formed 12 March 1998"), keyed("Established in 1998, it runs the portal.")
        (Field(key='Formed', start=7, end=20), None)
    """
    if len(line) > LONGEST_LINE or not line[:1].isupper() or line.rstrip().endswith((".", ";", ":")):
        return None
    match = _keyed_pattern().fullmatch(line)
    return fields.Field(match["key"], *match.span("value")) if match else None


class FieldLines:
    """Reads the fields among lines of running text.

    Attributes:
        outline: Where the blocks go.
        surface: The text with its inline markup.
        lines: The lines.
        parent: The block that all of them are nested in.
    """

    def __init__(self, outline: Outline, surface: Surface, lines: Sequence[Line], parent: int | None) -> None:
        self.outline, self.surface, self.lines, self.parent = outline, surface, lines, parent
        self._records: dict[int, int] = {}
        self._find_records()

    def _find_records(self) -> None:
        """Note where flat lines with known keys stand, and where the value of each ends."""
        run: list[int] = []
        last = -1
        for index in range(len(self.lines) + 1):
            known = index < len(self.lines) and not self.lines[index].is_blank and keyed(self.lines[index].text)
            apart = index == len(self.lines) or (self.lines[index].is_blank and last != index - 1)
            if known:
                if run and index - last > LONGEST_WRAP + 1:
                    self._keep(run)
                    run = []
                run.append(index)
                last = index
            elif apart:
                self._keep(run)
                run = []
        self._keep(run)

    def _keep(self, run: Sequence[int]) -> None:
        if len(run) < FEWEST_KEYS:
            return
        for index, following in zip(run, [*run[1:], run[-1] + 1], strict=True):
            end = index + 1
            while end < following and not self.lines[end].is_blank:
                end += 1
            self._records[index] = end

    def is_field(self, index: int) -> bool:
        """Return whether a line is a field: by its key, by its neighbours, or as one of a flat record."""
        if index in self._records:
            return True
        found = fields.field(self.lines[index].text)
        if found is None:
            return False
        if fields.is_key(found.key):
            return True
        if found.start == found.end:
            return False
        neighbours = [self.lines[i].text for i in (index - 1, index + 1) if 0 <= i < len(self.lines)]
        return any(fields.field(text) is not None and not shapes.credit(text) for text in neighbours if text.strip())

    def begins(self, index: int) -> bool:
        """Return whether a field begins at a line, be it that its value stands on the next one."""
        return self.is_field(index) or self._is_stacked(index)

    def read(self, index: int) -> int:
        """Add the field that begins at a line, and return the index of the line behind it."""
        line = self.lines[index]
        if not self.is_field(index):
            return self._read_stacked(index)
        if index in self._records and fields.field(line.text) is None:
            return self._read_keyed(index)
        several = fields.fields_beside(line.text)
        if several and self.surface.text[line.start : line.end] == line.text:
            return self._read_beside(index, several)
        found = fields.field(line.text)
        assert found
        if self.surface.text[line.start : line.end] == line.text:
            view = self.surface.view(line.start + found.start, line.start + found.end)
        else:
            view = part(self.surface.view(line.start, line.end), found.start, found.end)
        self.outline.add("field", line.start, line.end, view=view, parent=self.parent, key=found.key)
        return index + 1

    def _read_beside(self, index: int, several: Sequence[fields.Field]) -> int:
        """Read a line with several fields; each block goes from the end of the one before to the end of its value."""
        line = self.lines[index]
        start = line.start
        for number, found in enumerate(several, start=1):
            end = line.end if number == len(several) else line.start + found.end
            view = self.surface.view(line.start + found.start, line.start + found.end)
            self.outline.add("field", start, end, view=view, parent=self.parent, key=found.key)
            start = end
        return index + 1

    def _read_keyed(self, index: int) -> int:
        line, end = self.lines[index], self._records[index]
        found = keyed(line.text)
        assert found
        stop = self.lines[end - 1].end
        whole = self.surface.view(line.start, stop)
        view = part(whole, found.start - (len(line.text) - len(line.text.lstrip())), len(whole.text))
        self.outline.add("field", line.start, stop, view=view, parent=self.parent, key=found.key)
        return end

    def _is_stacked(self, index: int) -> bool:
        after = index + 1
        return (
            fields.is_key(self.lines[index].text)
            and after < len(self.lines)
            and not self.lines[after].is_blank
            and not fields.is_key(self.lines[after].text)
            and len(self.lines[after].text) <= fields.LONGEST_VALUE
        )

    def _read_stacked(self, index: int) -> int:
        key, value = self.lines[index], self.lines[index + 1]
        view = self.surface.view(value.start, value.end)
        name = " ".join(key.text.split())
        self.outline.add("field", key.start, value.end, view=view, parent=self.parent, key=name)
        return index + 2
