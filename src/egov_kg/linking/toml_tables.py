"""Tables of a TOML file that people write: each key asked for by name and type, every other one told as an error.

The parser of Python keeps no line numbers, so the line of an error is looked up in the text by its key.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import DataFileError

__all__ = ["TomlTable", "read_toml"]

_LARGEST: Final = 1 << 20
_NAMES: Final = {bool: "true or false", str: "text", dict: "a table { … }", list: "a list [ … ]"}


def read_toml(path: Path) -> TomlTable:
    """Return the top table of a TOML file.

    Raises:
        DataFileError: If it cannot be read, is no UTF-8 or no TOML.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataFileError(path, 0, f"cannot be read: {error.strerror}") from error
    if len(data) > _LARGEST:
        raise DataFileError(path, 0, f"has {len(data)} bytes, expected at most {_LARGEST}; data belong in a file apart")
    try:
        text = data.decode("utf-8-sig")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DataFileError(path, line, "is not UTF-8; save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        raise DataFileError(path, int(found[1]) if found else 0, f"is not TOML: {error}") from error
    return TomlTable(path, text, "", values)


class TomlTable:
    """One table, whose keys are taken one by one.

    Attributes:
        path: The file.
        place: Where the table stands, for messages: empty at the top, ``[dataset]``, ``[[match]] 2``.
    """

    def __init__(self, path: Path, text: str, place: str, values: Mapping[str, Any], *, around: int = 0) -> None:
        self.path, self.place = path, place
        self._text, self._values, self._around = text, values, around

    def __contains__(self, key: str) -> bool:
        return key in self._values

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of this table, as they stand."""
        return tuple(self._values)

    def error(self, key: str, problem: str) -> DataFileError:
        """Return an error about a key, or about the table if the key is empty; to be raised."""
        place = f"{self.place}: " if self.place else ""
        return DataFileError(self.path, self.line(key), f"{place}{problem}")

    def line(self, key: str) -> int:
        """Return the line on which a key of this table stands, or the line of the table, or 0."""
        lines = self._text.splitlines()
        pattern = re.compile(rf"(?:\s*|.*[{{,]\s*)[\"']?{re.escape(key)}[\"']?\s*=")
        for number in range(self._around, len(lines)):
            if key and pattern.match(lines[number]):
                return number + 1
            if self._around and number > self._around - 1 and lines[number].startswith("["):
                break
        return self._around

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that are not known.

        Raises:
            DataFileError: If there is one, with the known key that is nearest.
        """
        names = list(known)
        for key in self._values:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise self.error(key, f"there is no key {key!r}{hint} The keys are: {', '.join(names)}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty; `default` if the key is missing."""
        if key not in self._values and default is not None:
            return default
        value = self._of(key, str)
        if not value.strip():
            raise self.error(key, f"{key!r} is empty, expected text")
        return str(value)

    def sign(self, key: str) -> str:
        """Return one ASCII character, which may be white space, or an empty text."""
        value = str(self._of(key, str))
        if len(value) > 1 or (value and (ord(value) > 126 or value in "\r\n")):
            raise self.error(key, f"{key!r} is {value!r}, expected one ASCII character")
        return value

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        return bool(self._of(key, bool)) if key in self._values else default

    def number(self, key: str, default: float, *, least: float, most: float) -> float:
        """Return a number within bounds."""
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.error(key, f"{key!r} is {value!r}, expected a number from {least:g} to {most:g}")
        return float(value)

    def choice(self, key: str, known: Iterable[str], default: str | None = None) -> str:
        """Return one of the words that are known."""
        names, value = list(known), self.text(key, default)
        if value not in names:
            raise self.error(key, f"{key!r} is {value!r}, expected one of: {', '.join(names)}")
        return value

    def texts(self, key: str, *, may_be_none: bool = False) -> tuple[str, ...]:
        """Return a text or a list of them; empty if the key is missing, or has an empty list where that may be."""
        if key not in self._values or (may_be_none and self._values[key] == []):
            return ()
        value = self._values[key]
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not found or not all(isinstance(one, str) and one for one in found):
            raise self.error(key, f"{key!r} is {value!r}, expected text or a list of texts")
        return tuple(found)

    def mapping(self, key: str) -> dict[str, str]:
        """Return a table from text to text; empty if the key is missing."""
        value = self._of(key, dict) if key in self._values else {}
        for name, one in value.items():
            if not isinstance(one, str):
                raise self.error(key, f"{key!r} gives {name!r} the value {one!r}, expected text")
        return dict(value)

    def table(self, key: str) -> TomlTable:
        """Return a table inside this one."""
        value = self._of(key, dict)
        header = next((n for n, line in enumerate(self._text.splitlines(), 1) if line.strip() == f"[{key}]"), 0)
        if header and not self.place:
            return TomlTable(self.path, self._text, f"[{key}]", value, around=header)
        place = f"{self.place} {key}" if self.place else f"[{key}]"
        return TomlTable(self.path, self._text, place, value, around=self.line(key))

    def tables(self, key: str) -> tuple[TomlTable, ...]:
        """Return the tables of an array of tables, or of one table where a list of one is meant; empty if missing."""
        if key not in self._values:
            return ()
        value = self._values[key]
        found = [value] if isinstance(value, dict) else value
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.error(key, f"{key!r} is {value!r}, expected tables")
        headers = [n for n, line in enumerate(self._text.splitlines(), 1) if line.strip() == f"[[{key}]]"]
        if self.place:
            headers = [self.line(key)] * len(found)
        numbered = f"[[{key}]]" if not self.place else f"{self.place} {key}"
        return tuple(
            TomlTable(
                self.path,
                self._text,
                f"{numbered} {number}",
                one,
                around=headers[number - 1] if number <= len(headers) else 0,
            )
            for number, one in enumerate(found, 1)
        )

    def _of(self, key: str, kind: type) -> Any:
        if key not in self._values:
            raise self.error("", f"the key {key!r} is missing, expected {_NAMES[kind]}")
        value = self._values[key]
        if not isinstance(value, kind):
            raise self.error(key, f"{key!r} is {value!r}, expected {_NAMES[kind]}")
        return value
