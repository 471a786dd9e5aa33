"""JSON that strangers send: bounded before it is parsed, each member named once, and an error says where it is.

A place is a JSON pointer (RFC 6901): ``/q0/properties/1/v``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from egov_kg.errors import UnreadableJson

__all__ = ["DEPTH", "PIECES", "Part", "read_json"]

DEPTH: Final = 12
"""How deep arrays and objects may nest; what the protocol asks for nests six deep."""
PIECES: Final = 20_000
"""How many arrays, objects and commas there may be."""

_MARK: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]|,', re.DOTALL)
_DIGITS: Final = 15
"""Whole numbers of more digits are read as floating point, as most readers of JSON do."""
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A value that stands somewhere in a JSON text.

    Attributes:
        value: As `json` gives it.
        pointer: Where it stands; empty for the whole text.
    """

    value: Any
    pointer: str = ""

    def wrong(self, expected: str) -> UnreadableJson:
        """Return the error that something else was expected here."""
        return UnreadableJson(self.pointer, expected, _shown(self.value))

    def members(self, known: Collection[str] = ()) -> dict[str, Part]:
        """Return the members of an object.

        Args:
            known: The names that there may be; any if empty.

        Raises:
            UnreadableJson: If this is no object, or has a member of another name.
        """
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        found = {name: Part(value, f"{self.pointer}/{_escaped(name)}") for name, value in self.value.items()}
        for name, part in found.items():
            if known and name not in known:
                expected = f"one of {', '.join(known)} in place of the member {name[:_SHOWN]!r}"
                raise UnreadableJson(part.pointer, expected, _shown(part.value))
        return found

    def member(self, name: str, expected: str) -> Part:
        """Return a member that must be there.

        Args:
            name: Of the member.
            expected: What it is, for the error.

        Raises:
            UnreadableJson: If this is no object, or has no such member.
        """
        found = self.members().get(name)
        if found is None:
            raise self.wrong(f"an object with the member {name!r}: {expected}")
        return found

    def items(self, most: int) -> tuple[Part, ...]:
        """Return the items of an array.

        Args:
            most: How many there may be.

        Raises:
            UnreadableJson: If this is no array, or a longer one.
        """
        if not isinstance(self.value, list):
            raise self.wrong("an array")
        if len(self.value) > most:
            raise UnreadableJson(self.pointer, f"at most {most} items", f"{len(self.value)} items")
        return tuple(Part(value, f"{self.pointer}/{place}") for place, value in enumerate(self.value))

    def text(self, most: int) -> str:
        """Return a string.

        Args:
            most: How many characters it may have.

        Raises:
            UnreadableJson: If this is no string, or a longer one.
        """
        if not isinstance(self.value, str):
            raise self.wrong("a string")
        if len(self.value) > most:
            expected = f"at most {most} characters"
            raise UnreadableJson(self.pointer, expected, f"{len(self.value)} characters")
        return self.value

    def word(self, *words: str) -> str:
        """Return a string that is one of some words.

        Raises:
            UnreadableJson: If it is none of them.
        """
        if self.value not in words:
            raise self.wrong(f"one of {', '.join(words)}")
        word: str = self.value
        return word

    def truth(self) -> bool:
        """Return true or false.

        Raises:
            UnreadableJson: If this is something else.
        """
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def count(self, most: int) -> int:
        """Return a whole number from 1; what is larger than allowed is cut to what is.

        Args:
            most: What is allowed.

        Raises:
            UnreadableJson: If this is no whole number, or less than 1.

        Example:
            >>> Part(3).count(25), Part(3.0).count(25), Part(1000).count(25)
            (3, 3, 25)
        """
        number = self.value
        if isinstance(number, bool) or not isinstance(number, int | float) or number != int(number) or number < 1:
            raise self.wrong("a whole number from 1")
        return min(int(number), most)


def read_json(text: str) -> Part:
    r"""Return what a JSON text says.

    Args:
        text: As it came. A byte order mark before it does not count.

    Raises:
        UnreadableJson: If it is no JSON, nests deeper than `DEPTH`, has more than `PIECES` pieces, names a member
            twice, or holds numbers without end, NUL, or half a character.

    Example:
        >>> read_json('{"q0": {"query": "act"}}').members()["q0"].pointer
        '/q0'
        >>> try:
        ...     read_json('{"a": [1, {"b": 1, "b": 2}]}')
        ... except UnreadableJson as error:
        ...     print(error)
        at /a/1: expected each member once, found 'b' twice
    """
    text = text.removeprefix("\ufeff")
    _must_be_small(text)
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_int=_whole, parse_constant=float)
    except json.JSONDecodeError as error:
        expected = f"JSON; it cannot be read at character {error.pos} ({error.msg})"
        raise UnreadableJson("", expected, _excerpt(text, error.pos)) from error
    if not _is_sound(value):
        _must_be_sound(value)
    return Part(value)


class _Twice(dict[str, Any]):
    """An object with a member that is named twice."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            return _Twice(name)
        found[name] = value
    return found


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGITS else float(digits)


def _must_be_small(text: str) -> None:
    """Raise if a text nests too deep or has too many pieces; strings are skipped, nothing is built."""
    depth = pieces = 0
    for mark in _MARK.finditer(text):
        sign = mark.group()[0]
        if sign == '"':
            continue
        depth += (sign in "[{") - (sign in "]}")
        pieces += sign not in "]}"
        if depth > DEPTH:
            raise UnreadableJson("", f"at most {DEPTH} arrays and objects inside each other", "more")
        if pieces > PIECES:
            raise UnreadableJson("", f"at most {PIECES} values", "more")


def _is_sound(value: Any) -> bool:
    """Whether nothing is wrong with a value; where something is, `_must_be_sound` says, at ten times the cost."""
    left = [value]
    while left:
        found = left.pop()
        if isinstance(found, str):
            if not _is_whole(found):
                return False
        elif isinstance(found, dict):
            if isinstance(found, _Twice):
                return False
            left += found
            left += found.values()
        elif isinstance(found, list):
            left += found
        elif isinstance(found, float) and not math.isfinite(found):
            return False
    return True


def _must_be_sound(value: Any) -> None:
    for part in _parts(Part(value)):
        found = part.value
        if isinstance(found, _Twice):
            raise UnreadableJson(part.pointer, "each member once", f"{found.name[:_SHOWN]!r} twice")
        if isinstance(found, float) and not math.isfinite(found):
            raise UnreadableJson(part.pointer, "a number with an end", "another one")
        for text in (found,) if isinstance(found, str) else found if isinstance(found, dict) else ():
            if not _is_whole(text):
                raise UnreadableJson(part.pointer, "Unicode characters other than NUL", ascii(text[:_SHOWN]))


def _parts(part: Part) -> Iterator[Part]:
    """Yield a value and all that is inside it."""
    yield part
    if isinstance(part.value, dict):
        for name, value in part.value.items():
            yield from _parts(Part(value, f"{part.pointer}/{_escaped(name)}"))
    elif isinstance(part.value, list):
        for place, value in enumerate(part.value):
            yield from _parts(Part(value, f"{part.pointer}/{place}"))


def _is_whole(text: str) -> bool:
    """Whether a text has no NUL and no half of a surrogate pair, which no encoding can write."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _escaped(name: str) -> str:
    """Return a name as it stands in a pointer, cut if it is long; halves of characters as their escapes."""
    plain = name[:_SHOWN].encode("ascii", "backslashreplace").decode() if not _is_whole(name) else name[:_SHOWN]
    return plain.replace("~", "~0").replace("/", "~1")


def _shown(value: Any) -> str:
    match value:
        case dict():
            return "an object"
        case list():
            return f"an array of {len(value)}"
        case str():
            return repr(value[:_SHOWN])
        case None:
            return "null"
    return json.dumps(value)[:_SHOWN]


def _excerpt(text: str, place: int) -> str:
    found = text[place : place + 20]
    return ascii(found) if found else "the end of the text"
