r"""Their side of a mapping in one cell: what a row of theirs holds in the columns that were compared.

It stands in the slot ``other`` of SSSOM, a list of pairs of key and value with bars between them. A key is what a
column is compared as, and the column: ``name:title_ko=전자서명법|number:number=05792|date:promulgated=1999-02-05``. A
bar or a backslash in a value has a backslash before it, an equals sign in a column too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.linking.specification import MANY, Match
from egov_kg.linking.sssom import plain_text

__all__ = ["OTHER", "Cell", "cells_of", "read_cells", "roles_of", "written_cells"]

OTHER: Final = "other"
"""The slot of SSSOM that carries the cells."""

ROLES: Final = ("name", "id", "kind", "number", "code", "date", "jurisdiction", "parent")
"""What a column may be compared as."""

LONGEST: Final = 400
"""Characters of a cell that are carried."""

_KEPT: Final = 40
_ESCAPED: Final = re.compile(r"\\(.)|([|=])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row of theirs.

    Attributes:
        column: Its column.
        role: What it is compared as, one of `ROLES`; empty if it is not compared.
        text: What it holds, in one line.
    """

    column: str
    role: str
    text: str


def roles_of(match: Match) -> dict[str, str]:
    """Return by column of a block what it is compared as: names first, then features, then parts of the id."""
    roles = {one.column: "name" for one in match.labels}
    roles |= {one.column: name for name, one in match.features.items() if one.column}
    return roles | {name: roles.get(name, "id") for name in match.id_columns}


def cells_of(columns: Iterable[tuple[str, str]], values: Iterable[str]) -> tuple[Cell, ...]:
    """Return the cells of a row that hold something.

    Args:
        columns: Each with what it is compared as.
        values: What the row has there.

    Example:
        >>> cells_of([("title", "name"), ("no", "number")], ["전자서명법", " "])
        (Cell(column='title', role='name', text='전자서명법'),)
    """
    found = []
    for (column, role), value in zip(columns, values, strict=True):
        text = plain_text(value.replace(MANY, " | "))
        if text:
            found.append(Cell(plain_text(column), role, f"{text[:LONGEST]}..." if len(text) > LONGEST else text))
    return tuple(found)


def written_cells(cells: Sequence[Cell]) -> str:
    r"""Return cells as one text; what is not compared is left out.

    Example:
        >>> written_cells([Cell("title", "name", "A | B"), Cell("no=", "number", "7"), Cell("x", "", "y")])
        'name:title=A \\| B|number:no\\==7'
    """
    told = [one for one in cells if one.role][:_KEPT]
    return "|".join(f"{one.role}:{_escaped(one.column, '|=')}={_escaped(one.text, '|')}" for one in told)


def _escaped(text: str, signs: str) -> str:
    return "".join(f"\\{sign}" if sign in signs or sign == "\\" else sign for sign in text)


def read_cells(text: str) -> tuple[Cell, ...]:
    r"""Return the cells that a text holds; pairs of another kind, which others wrote there, are left out.

    Example:
        >>> read_cells("name:title=A \\| B|number:no\\==7|curated in=haste")
        (Cell(column='title', role='name', text='A | B'), Cell(column='no=', role='number', text='7'))
    """
    found = []
    for key, value in _pairs(text):
        role, colon, column = key.partition(":")
        if colon and role in ROLES and column and value:
            found.append(Cell(column, role, value[: LONGEST + 3]))
    return tuple(found[:_KEPT])


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield keys and values; the first equals sign without a backslash ends a key."""
    key: str | None = None
    told: list[str] = []
    last = 0
    for found in _ESCAPED.finditer(text):
        told.append(text[last : found.start()])
        last = found.end()
        if found[1] is not None:
            told.append(found[1])
        elif found[2] == "=" and key is None:
            key, told = "".join(told), []
        elif found[2] == "=":
            told.append("=")
        else:
            yield key or "", "".join(told)
            key, told = None, []
    yield key or "", "".join([*told, text[last:]])
