"""Targets that are known by a name: those that ship, and those that other packages offer by entry point.

A package offers a link specification, the files that it names or a reader of its own, and by the specification the
licence. Its code runs only when its name is given.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

from egov_kg import assets
from egov_kg.errors import EgovKGError, UnreadableTarget, UsageError
from egov_kg.linking.specification import Match, Specification
from egov_kg.linking.specification_files import read_specification

__all__ = ["GROUP", "LinkTarget", "Offer", "Rows", "offer", "offers", "written_rows"]

GROUP: Final = "egov_kg.targets"
"""The group of entry points that packages offer targets under."""

_SENTENCE: Final = 300

Rows = Callable[[Match], Iterable[Mapping[str, str]]]
"""Gives the rows for a block of the specification: the text of each column by its name."""


@runtime_checkable
class LinkTarget(Protocol):
    """What an entry point leads to: an object, or a class or function without arguments that gives one.

    It may also have a method ``rows(match)``, a reader of its own: it yields rows as mappings of a column to its text,
    for a specification whose format is ``rows``.

    Attributes:
        specification: The link specification; the files that it names stand in its folder.
    """

    specification: Path | str


@dataclass(frozen=True, slots=True)
class Offer:
    """A target that is known by name.

    Attributes:
        name: What it is called on the command line.
        package: Who offers it: ``egov-kg``, or another package with its version.
        specification: The link specification.
        folder: Where its files are; None if the user has to give them.
        rows: The reader of the package, if it has one.
    """

    name: str
    package: str
    specification: Specification
    folder: Path | None = None
    rows: Rows | None = field(default=None, compare=False)

    @property
    def files(self) -> str:
        """Where its rows come from: ``shipped``, ``endpoint``, ``package``, or ``yours``."""
        if self.rows is not None:
            return "package"
        if "://" in self.specification.dataset.source:
            return "endpoint"
        return "yours" if self.folder is None else "shipped" if self.package == "egov-kg" else "package"


def offers() -> tuple[tuple[Offer, ...], dict[str, str]]:
    """Return all targets that are known by name, sorted, and why others cannot be used, by name."""
    found = [_shipped(path) for path in sorted(assets.data("mappings").glob("*.toml"))]
    failed = {}
    for name in sorted({point.name for point in entry_points(group=GROUP)} - {one.name for one in found}):
        try:
            found.append(_installed(name))
        except EgovKGError as error:
            failed[name] = str(error)
    return tuple(sorted(found, key=lambda one: one.name)), failed


def offer(name: str) -> Offer:
    """Return the target of a name; those that ship go before those of other packages.

    Raises:
        UsageError: If there is none, or there are two, or it cannot be loaded.
        DataFileError: If its specification is wrong.
    """
    path = assets.data("mappings") / f"{name}.toml"
    if path.parent == assets.data("mappings") and path.is_file():
        return _shipped(path)
    return _installed(name)


def _shipped(path: Path) -> Offer:
    specification = read_specification(path)
    top, sources = assets.data("external"), [match.source for match in specification.matches]
    folders = [top / specification.dataset.id, *sorted(one for one in top.iterdir() if one.is_dir())]
    holds = [folder for folder in folders if all("://" not in one and (folder / one).is_file() for one in sources)]
    return Offer(path.stem, "egov-kg", specification, holds[0] if holds else None)


def _installed(name: str) -> Offer:
    points: defaultdict[str, list[EntryPoint]] = defaultdict(list)
    for point in entry_points(group=GROUP):
        points[point.name].append(point)
    found = points.get(name, [])
    if not found:
        shipped = [path.stem for path in assets.data("mappings").glob("*.toml")]
        known = ", ".join(sorted({*shipped, *points})) or "none"
        raise UsageError(f"there is no target {name!r}, nor a file of that name; known by name are: {known}")
    packages = sorted(point.dist.name if point.dist else point.value for point in found)
    if len(found) > 1:
        raise UsageError(f"the target {name!r} is offered by {' and '.join(packages)}; uninstall all but one")
    try:
        target = found[0].load()
        target = target() if callable(target) else target
    except Exception as error:  # whatever foreign code raises while it is imported
        raise UsageError(f"the target {name!r} of {packages[0]} cannot be loaded: {_told(error)}") from error
    if not isinstance(target, LinkTarget):
        raise UsageError(f"the target {name!r} of {packages[0]} has no attribute 'specification', the path of its file")
    specification = read_specification(Path(target.specification))
    version = found[0].dist.version if found[0].dist else ""
    rows: Any = getattr(target, "rows", None)
    if (specification.dataset.format == "rows") != callable(rows):
        expected = "format 'rows' goes with a method rows(match), and no other format does"
        raise UsageError(
            f"the target {name!r} of {packages[0]} has format {specification.dataset.format!r}: {expected}"
        )
    return Offer(name, f"{packages[0]} {version}".strip(), specification, specification.path.parent, rows)


def written_rows(rows: Rows, match: Match, path: Path) -> int:
    """Write the rows of a package's own reader as CSV, and return how many there are.

    Args:
        rows: The reader.
        match: The block; its columns are written, and those that the first row has besides.
        path: The file.

    Raises:
        UnreadableTarget: If the reader raises, or gives what is no row.
    """
    name, count, columns = path.name, 0, list(match.columns)
    with path.open("w", encoding="utf-8", newline="") as file:
        sink = csv.writer(file, lineterminator="\n")
        try:
            for row in rows(match):
                if not count:
                    columns += [one for one in row if one not in columns]
                    sink.writerow(columns)
                sink.writerow([_cell(row, column) for column in columns])
                count += 1
        except Exception as error:  # whatever foreign code raises
            problem = f"gave no row {count + 1}: {_told(error)}"
            raise UnreadableTarget(name, problem, "Ask who made the package.") from error
        if not count:
            sink.writerow(columns)
    return count


def _cell(row: Mapping[str, str], column: str) -> str:
    value = row.get(column, "")
    if not isinstance(value, str):
        raise TypeError(f"column {column!r} holds {type(value).__name__}, expected text")
    return value.replace("\0", "")


def _told(error: BaseException) -> str:
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= _SENTENCE else text[: _SENTENCE - 1] + "…"
