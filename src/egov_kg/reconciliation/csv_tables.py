"""A table on this machine, matched row by row: cells become questions, the best candidates become columns.

No server is asked. The file is read to its last byte before the first row is matched, so that a broken one gives
nothing, and not half of a table.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, Self

from egov_kg.errors import UnreadableTarget, UsageError
from egov_kg.linking.files import text_file
from egov_kg.linking.specification import Dialect
from egov_kg.reconciliation.model import Candidate, Condition, Feature, Question, Value
from egov_kg.reconciliation.terms import curie_of, local_name

__all__ = ["ADDED", "CsvTable", "Wish", "matched", "wish_of"]

ADDED: Final = ("egov_id", "egov_name", "egov_score", "egov_match", "egov_features")
"""The columns that are added to a table."""

_LONGEST: Final = 2000
_KEPT: Final = 100_000
"""Of so many different questions the answers are kept: columns repeat themselves."""

_SHOWN: Final = 20

Tick = Callable[[int, int], object]


class Answering(Protocol):
    """What finds things; see `egov_kg.reconciliation.reconciler.Reconciler`."""

    def match(self, questions: Sequence[Question], langs: Sequence[str] = ()) -> list[list[Candidate]]:
        """Return for each question the candidates, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with the rows of a table.

    Attributes:
        column: The column with the names.
        cls: The CURIE of the class that is meant, or empty.
        properties: By column the CURIE of the property that it holds values of.
        langs: The languages of names in the answer.
        limit: How many candidates of a row, each on a line of its own.
    """

    column: str
    cls: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    langs: tuple[str, ...] = ("en",)
    limit: int = 1


class CsvTable:
    """A text table, checked; use it as a context manager, which removes a copy that was needed to read it.

    Args:
        path: The file, as it is, or as gzip or Zstandard.
        delimiter: Between cells.
        encoding: Of the text.

    Attributes:
        head: The names of the columns.
        rows: How many rows there are.

    Raises:
        UnreadableTarget: If it cannot be read as a table; names the line.
    """

    def __init__(self, path: Path, *, delimiter: str = ",", encoding: str = "utf-8") -> None:
        self._path, self._delimiter = path, delimiter
        dialect = Dialect(delimiter=delimiter, quote='"', encoding=_known_encoding(encoding), header=True)
        self._folder = tempfile.TemporaryDirectory(prefix="egov-kg-")
        try:
            self._text = text_file(path, dialect, Path(self._folder.name))
            self.head: Sequence[str] = ()
            self.rows = sum(1 for _ in self)
        except BaseException:
            self._folder.cleanup()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the rows, each with a cell for every column: what is missing at the end is empty."""
        with self._text.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            try:
                self.head = self._checked(next(reader, []))
                for row in reader:
                    if len(row) > len(self.head):
                        problem = f"has {len(row)} cells, and the header {len(self.head)}"
                        raise self._unreadable(reader.line_num, problem)
                    if row:
                        yield [*row, *[""] * (len(self.head) - len(row))]
            except csv.Error as error:
                raise self._unreadable(reader.line_num, f"cannot be read: {error}") from error

    def _checked(self, head: Sequence[str]) -> Sequence[str]:
        twice = next((name for place, name in enumerate(head) if name in head[:place]), None)
        if not head or twice is not None:
            raise self._unreadable(1, "is no header" if not head else f"names the column {twice!r} twice")
        return head

    def _unreadable(self, line: int, problem: str) -> UnreadableTarget:
        remedy = "Mend the line, or say what stands between cells (--delimiter) and the encoding (--encoding)."
        return UnreadableTarget(self._path, problem, remedy, line=line)

    def place(self, column: str) -> int:
        """Return where a column stands.

        Raises:
            UsageError: If there is none; names one that is spelled like it.
        """
        if column in self.head:
            return self.head.index(column)
        raise UsageError(f"{self._path} has no column {column!r}{_meant(column, self.head)}")


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise UsageError(f"the encoding {name!r} is not known; it may be utf-8, cp949 or utf-16") from error


def wish_of(
    column: str,
    cls: str,
    properties: Iterable[str],
    langs: Sequence[str],
    limit: int,
    *,
    classes: Collection[str],
    known: Collection[str],
) -> Wish:
    """Return what is wanted, if the release has such classes and properties.

    Args:
        column: The column with the names.
        cls: A class by any of its names, or empty.
        properties: Texts such as ``year=statedYear``: a column, and what it holds values of.
        langs: The languages of names in the answer.
        limit: How many candidates of a row.
        classes: The CURIEs of the classes of the release.
        known: The CURIEs of its properties.

    Raises:
        UsageError: Otherwise; names one that is spelled alike.

    Example:
        >>> known = {"classes": ["egov:Law"], "known": ["egov:statedYear"]}
        >>> wish_of("name", "Law", ["year=statedYear"], ["ko"], 1, **known).properties
        {'year': 'egov:statedYear'}
    """
    found = {}
    for text in properties:
        name, sign, term = text.rpartition("=")
        if not sign or not name or not term:
            raise UsageError(f"--property {text!r} is not of the form COLUMN=PROPERTY")
        found[name] = _known(curie_of(term), known, "property")
    return Wish(column, _known(curie_of(cls), classes, "type") if cls else "", found, tuple(langs), limit)


def _known(curie: str, among: Collection[str], what: str) -> str:
    if curie in among:
        return curie
    raise UsageError(
        f"no thing of the release has the {what} {local_name(curie)!r}"
        f"{_meant(local_name(curie), [local_name(name) for name in among])}"
    )


def _meant(name: str, among: Collection[str]) -> str:
    near = difflib.get_close_matches(name, among, n=1)
    shown = ", ".join(repr(one) for one in sorted(among)[:_SHOWN])
    more = f" and {len(among) - _SHOWN} more" if len(among) > _SHOWN else ""
    return f"; did you mean {near[0]!r}?" if near else f"; there are {shown}{more}"


def matched(table: CsvTable, wish: Wish, answering: Answering, tick: Tick | None = None) -> Iterator[list[str]]:
    """Yield the rows of the table that comes out, its header first.

    Args:
        table: What comes in.
        wish: What is wanted.
        answering: Finds things.
        tick: Is told after each row how many of how many are done.

    Raises:
        UsageError: If a column is not there, or stands there already by the name of one that is added.
    """
    place = table.place(wish.column)
    places = {column: table.place(column) for column in wish.properties}
    there = next((name for name in ADDED if name in table.head), None)
    if there is not None:
        raise UsageError(f"the table has a column {there!r} already; rename it, or take the table as it was before")
    yield [*table.head, *ADDED]
    kept: dict[Question, list[list[str]]] = {}
    for number, row in enumerate(table, 1):
        question = _question(row[place], {wish.properties[name]: row[at] for name, at in places.items()}, wish)
        added = kept.get(question)
        if added is None:
            if len(kept) >= _KEPT:
                kept.clear()
            found = answering.match([question], wish.langs)[0] if question.text or question.conditions else []
            added = kept[question] = [_cells(one) for one in found[: wish.limit]] or [[""] * len(ADDED)]
        for cells in added:
            yield [*row, *cells]
        if tick is not None:
            tick(number, table.rows)


def _question(name: str, values: Mapping[str, str], wish: Wish) -> Question:
    conditions = tuple(
        Condition(curie, (Value(text[:_LONGEST]),)) for curie, value in values.items() if (text := value.strip())
    )
    return Question(
        text=name.strip()[:_LONGEST],
        type=wish.cls,
        strictness="must" if wish.cls else "should",
        limit=wish.limit,
        conditions=conditions,
    )


def _cells(candidate: Candidate) -> list[str]:
    parts = "; ".join(_part(one) for one in candidate.features)
    return [candidate.id, candidate.name, f"{candidate.score:g}", "true" if candidate.match else "false", parts]


def _part(feature: Feature) -> str:
    """Return a part of a score as mapping files have it.

    Example:
        >>> _part(Feature("date", "bits from the date", 4.6)), _part(Feature("veto", "other kind", value=True))
        ('date=+4.60', 'veto=other kind')
    """
    return f"{feature.id}={feature.name if isinstance(feature.value, bool) else format(feature.value, '+.2f')}"
