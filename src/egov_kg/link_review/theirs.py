"""Their side of a mapping: the rows of the data set, read again, with every column that it has."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from egov_kg import targets
from egov_kg.errors import EgovKGError
from egov_kg.linking import Specification
from egov_kg.linking.matching import open_target
from egov_kg.linking.offered import Rows
from egov_kg.linking.rows import RowReader
from egov_kg.linking.specification import LabelColumn, Match
from egov_kg.linking.tables import columns_of, table_batches
from egov_kg.linking.their_cells import Cell, cells_of, roles_of

__all__ = ["Cell", "Theirs", "read_theirs"]

_MOST_ROWS: Final = 3
"""How many rows of one IRI are shown: the offices that a person held."""
_ONE: Final = re.compile(r"[^{}]*\{([^{}]+)\}([^{}]*)\Z")


@dataclass(frozen=True, slots=True)
class Theirs:
    """What could be read again.

    Attributes:
        rows: Rows by IRI, each with its cells that are not empty, those that are compared first.
        place: The file or folder that they are from, or empty.
        problem: Why nothing was read, as a sentence; empty if something was.
    """

    rows: dict[str, tuple[tuple[Cell, ...], ...]]
    place: str = ""
    problem: str = ""


def read_theirs(
    specification: Specification | None, target: Path | None, objects: Collection[str], rows: Rows | None = None
) -> Theirs:
    """Return the rows of some IRIs of a data set; a data set that cannot be read is told, not raised.

    Args:
        specification: How IRIs are made of rows.
        target: The data set.
        objects: IRIs.
        rows: The reader of a package, if it has one.
    """
    if specification is None:
        return Theirs({}, problem="the specification is not beside the mapping file")
    if target is None:
        return Theirs({}, problem=f"{specification.dataset.source} is not at hand; --target names it")
    found: dict[str, list[tuple[Cell, ...]]] = {}
    try:
        for match in specification.matches:
            for name, cells in _rows(specification, match, target, set(objects), rows):
                kept = found.setdefault(name, [])
                if len(kept) < _MOST_ROWS and cells not in kept:
                    kept.append(cells)
    except EgovKGError as error:
        return Theirs({}, problem=str(error))
    return Theirs({name: tuple(kept) for name, kept in found.items()}, str(target))


def _rows(
    specification: Specification, match: Match, target: Path, objects: set[str], rows: Rows | None
) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Yield the rows of a block whose IRIs are wanted."""
    space = RowReader(match, specification.prefixes).namespace
    wanted = {name for name in objects if name.startswith(space)}
    if not wanted:
        return
    sources = {one.source for one in specification.matches}
    path = target if rows is not None else open_target(target, match, sources)
    form = specification.dataset.format
    read = targets.readers(rows).get(form, table_batches)
    reader, roles = RowReader(match, specification.prefixes), roles_of(match)
    with tempfile.TemporaryDirectory(prefix="egov-kg-review-") as folder:
        if form not in {"rdf", "rows"}:
            match = _whole(specification, match, path, Path(folder), wanted)
        for batch in read(specification, match, path, Path(folder)):
            names = list(dict.fromkeys([*roles, *batch]))
            columns = [(one, roles.get(one, "")) for one in names]
            for place in range(len(next(iter(batch.values())))):
                name = reader.id(batch, place)
                if name in wanted:
                    yield name, cells_of(columns, [batch[one][place] for one in names])


def _whole(specification: Specification, match: Match, path: Path, folder: Path, wanted: Collection[str]) -> Match:
    """Return a block of a table with every column, and without rows that cannot be wanted."""
    others = (LabelColumn(name) for name in columns_of(specification, path, folder))
    space = RowReader(match, specification.prefixes).namespace
    return replace(match, labels=(*match.labels, *others), where=_condition(match, space, wanted))


def _condition(match: Match, space: str, wanted: Collection[str]) -> str:
    """Return the condition of a block, narrowed to the ids that are wanted where the template has but one value."""
    found = _ONE.match(match.id)
    if found is None or (not space and match.id != f"{{{found[1]}}}"):
        return match.where
    column, after = found[1].removeprefix("+"), found[2]
    ends = {name[len(space) : len(name) - len(after)] for name in wanted if name.endswith(after)}
    values = sorted(ends | {unquote(end) for end in ends})
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values) or "NULL"
    quoted = '"' + column.replace('"', '""') + '"'
    narrowed = f"trim(CAST({quoted} AS VARCHAR)) IN ({listed})"
    return f"({match.where}\n) AND {narrowed}" if match.where else narrowed
