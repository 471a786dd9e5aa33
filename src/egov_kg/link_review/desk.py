"""What a person reviews: the mapping file of one data set, its specification, and the data set where it is at hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg import assets, iri, linking, mapping_files
from egov_kg.errors import DataFileError, EgovKGError, UsageError
from egov_kg.linking import MappingRow, MappingSet, Specification
from egov_kg.linking.offered import Offer, Rows, offer
from egov_kg.linking.verdicts import (
    Change,
    Verdict,
    checked_reviewer,
    decided_row,
    undecided_row,
    with_decisions,
    with_rows,
)

__all__ = ["Desk", "find_desk", "today", "usual_folders"]

_MAPPINGS: Final = ".sssom.tsv"
_SPECIFICATION: Final = ".toml"
_OTHERS: Final = frozenset({"pyproject.toml", "egov-kg.toml"})
_FOLDERS: Final = ("", "mappings", "data/mappings")

_Make = Callable[[MappingRow], MappingRow]


@dataclass(frozen=True, slots=True)
class Desk:
    """A mapping file at which somebody decides; others may do so at the same time.

    Attributes:
        path: The mapping file.
        specification: What was compared with what; None if there is none at hand.
        target: The data set, a file or a folder; None if it is not at hand.
        base: The base of our IRIs.
        rows: The reader of a package, if it has one.
    """

    path: Path
    specification: Specification | None = None
    target: Path | None = None
    base: str = iri.BASE
    rows: Rows | None = None

    @property
    def dataset(self) -> str:
        """The short name of the data set."""
        return self.specification.dataset.id if self.specification else self.path.name.removesuffix(_MAPPINGS)

    def read(self) -> MappingSet:
        """Return what the file holds now.

        Raises:
            DataFileError: If it is missing or wrong.
        """
        if not self.path.exists():
            raise DataFileError(self.path, 0, "is missing; `egov-kg link TARGET --spec FILE.toml` writes it")
        return linking.read_mappings(self.path, self.base)

    def decide(
        self, row: MappingRow, verdict: Verdict, *, reviewer: str, day: str | None = None, note: str = ""
    ) -> Change:
        """Write a decision about the pair of a row, at once, and return what it changed.

        Args:
            row: A row of the file.
            verdict: What was decided.
            reviewer: Who, as a CURIE or an IRI.
            day: When, as an ISO day; today if None.
            note: Why.

        Raises:
            UsageError: If the reviewer is none, or the file does not hold the pair any more.
            ConfigurationError: If it cannot be written; the file is as it was.
        """
        checked_reviewer(reviewer)

        def decided(now: MappingRow) -> MappingRow:
            return decided_row(now, verdict, reviewer=reviewer, day=day or today(), note=note)

        return self._changed(row, decided)

    def reopen(self, row: MappingRow) -> Change:
        """Withdraw the decision about the pair of a row, so that it waits again; raises as `decide` does."""
        return self._changed(row, undecided_row)

    def decide_all(self, decided: Iterable[MappingRow]) -> Change:
        """Write many decisions at once: rows that `egov_kg.linking.verdicts.decided_row` gives; raises as `decide`."""
        rows = list(decided)
        changes: list[Change] = []

        def change(now: MappingSet | None) -> MappingSet:
            mappings, made = with_decisions(now or MappingSet({}, {}), rows)
            changes.append(made)
            return mappings

        self._write(change)
        return changes[0]

    def undo(self, change: Change) -> None:
        """Take back what a decision changed.

        Raises:
            UsageError: If somebody has changed one of its rows since; then nothing is taken back.
        """

        def back(now: MappingSet | None) -> MappingSet:
            return with_rows(now or MappingSet({}, {}), change)

        self._write(back)

    def _changed(self, row: MappingRow, made: _Make) -> Change:
        changes: list[Change] = []

        def change(now: MappingSet | None) -> MappingSet:
            rows = now.mappings if now is not None else ()
            current = next((one for one in rows if one.pair == row.pair), None)
            if now is None or current is None:
                raise UsageError(
                    f"{self.path} holds no row of {row.subject_label or row.subject} and {row.object} any more; "
                    "nothing was decided"
                )
            mappings, change = with_decisions(now, [made(current)])
            changes.append(change)
            return mappings

        self._write(change)
        return changes[0]

    def _write(self, change: Callable[[MappingSet | None], MappingSet]) -> None:
        shipped, here = assets.data("mappings").resolve(), Path.cwd().resolve()
        if self.path.resolve().parent == shipped and not shipped.is_relative_to(here):
            raise UsageError(f"{self.path} ships with egov-kg and is not written to; copy it here and name the copy")
        mapping_files.change_mappings(self.path, change, self.base)


def today() -> str:
    """Return the day of today in UTC."""
    return dt.datetime.now(tz=dt.UTC).date().isoformat()


def find_desk(
    name: str,
    *,
    specification: Path | None = None,
    target: Path | None = None,
    base: str = iri.BASE,
    folders: Iterable[Path] | None = None,
) -> Desk:
    """Return the desk that a word means.

    Args:
        name: The id of a data set, its specification ``FILE.toml``, or its mapping file ``FILE.sssom.tsv``.
        specification: The specification, where it does not stand beside the mapping file.
        target: The data set, where it does not stand beside the specification or in ``data/external``.
        base: The base of our IRIs.
        folders: Where the id is looked for: here, in ``mappings`` and ``data/mappings``, and among what ships.

    Raises:
        UsageError: If there is nothing of that name.
        DataFileError: If the specification is wrong.
    """
    path = Path(name)
    if specification is not None:
        read = linking.read_specification(specification)
        mappings = path if name.endswith(".tsv") else read.mapping_path
    elif name.endswith(_SPECIFICATION):
        if not path.is_file():
            raise UsageError(f"there is no specification {name}")
        read = linking.read_specification(path)
        mappings = read.mapping_path
    elif name.endswith(".tsv"):
        if not path.is_file():
            raise UsageError(f"there is no mapping file {name}; `egov-kg link TARGET --spec FILE.toml` writes it")
        found = _specification_beside(path)
        return _desk(path, found, target, base)
    else:
        return _named(name, target, base, folders)
    return _desk(mappings, read, target, base)


def _desk(path: Path, specification: Specification | None, target: Path | None, base: str) -> Desk:
    known = _offered(path.name.removesuffix(_MAPPINGS))
    if specification is None and known is not None:
        specification = known.specification
    rows = known.rows if known is not None and target is None else None
    return Desk(path, specification, target or _at_hand(specification, known), base, rows)


def usual_folders(own: str = "") -> list[Path]:
    """Return where mapping files are looked for: here, in a folder of one's own, and among what ships."""
    return [*map(Path, _FOLDERS), *([Path(own)] if own else []), assets.data("mappings")]


def _named(name: str, target: Path | None, base: str, folders: Iterable[Path] | None) -> Desk:
    places = list(folders) if folders is not None else usual_folders()
    for ending in (_MAPPINGS, _SPECIFICATION):
        for folder in places:
            path = folder / f"{name}{ending}"
            if path.is_file():
                return find_desk(str(path), target=target, base=base)
    known = sorted(
        {one.name.removesuffix(ending) for folder in places for ending in (_MAPPINGS, _SPECIFICATION)
         for one in folder.glob(f"*{ending}") if one.name not in _OTHERS}
    )  # fmt: skip
    raise UsageError(
        f"there is no data set {name!r}; give its id, its FILE.toml or its FILE{_MAPPINGS}. "
        f"Here are: {', '.join(known) or 'none'}"
    )


def _specification_beside(mappings: Path) -> Specification | None:
    """Return the specification that names a mapping file as its own, or None if none beside it does."""
    first = mappings.with_name(mappings.name.removesuffix(_MAPPINGS) + _SPECIFICATION)
    for path in (first, *sorted(mappings.parent.glob(f"*{_SPECIFICATION}"))):
        if path.is_file() and path.suffix == _SPECIFICATION:
            try:
                found = linking.read_specification(path)
            except DataFileError:
                if path == first:
                    raise
                continue  # another kind of file
            if found.mapping_path == mappings:
                return found
    return None


def _offered(dataset: str) -> Offer | None:
    """Return the target that is known by the name of a data set, if there is one that can be used."""
    try:
        return offer(dataset)
    except EgovKGError:
        return None


def _at_hand(specification: Specification | None, known: Offer | None) -> Path | None:
    """Return where the data set stands: here or beside its specification, in ``data/external``, or in its package."""
    if specification is None:
        return None
    folder, dataset = specification.path.parent, specification.dataset
    places = [folder, Path(), folder / dataset.id, folder.parent / "external" / dataset.id]
    if known is not None and known.rows is not None:
        return specification.path
    if dataset.is_asked:
        kept = [one for place in places for one in place.glob(f"{dataset.id}-????-??-??.csv")]
        return max(kept, default=None, key=lambda path: path.name)
    sources = [match.source for match in specification.matches]
    holds = [place for place in places if all((place / source).is_file() for source in sources)]
    return holds[0] if holds else known.folder if known is not None else None
