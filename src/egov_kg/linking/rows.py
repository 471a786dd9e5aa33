"""A row of a target as it is compared: its columns read as names, kind, numbers, codes, dates, place and wholes."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from egov_kg.linking.forms import distinct, folded
from egov_kg.linking.kinds import cut
from egov_kg.linking.periods import Period, read_period
from egov_kg.linking.specification import Feature, Match
from egov_kg.linking.tables import Batch
from egov_kg.linking.their_cells import Cell, cells_of, roles_of

__all__ = ["LONGEST", "Label", "Row", "RowReader", "Told", "kind_value", "values_of"]

_IRI: Final = re.compile(r"(?:https?://[^\x00-\x20<>\"{}|\\^`/]|urn:)[^\x00-\x20<>\"{}|\\^`]*\Z")
"""What may name a thing outside: no script, no file of this machine, no word that a reader would take for a CURIE."""

_DOTS: Final = frozenset({".", ".."})
_PLACEHOLDER: Final = re.compile(r"\{(\+?)([^{}]*)\}")
_NO_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_IN_IRIS: Final = re.compile(r"[\x00-\x20\x7f-\xa0<>\"{}|\\^`\[\]]")
LONGEST: Final = 2000
"""Characters of a name that count."""

_MOST_CELLS: Final = 1 << 16
_SURELY_SHORT: Final = 100


@dataclass(frozen=True, slots=True)
class Label:
    """A name of theirs.

    Attributes:
        text: As it is written.
        lang: Its language in lower case, or empty.
        form: As `egov_kg.linking.forms.folded` gives it.
    """

    text: str
    lang: str
    form: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row.

    Attributes:
        id: The IRI that the template gives, or empty if it gives none.
        labels: Its names, in the order of the columns, without empty ones.
        kind: As the column says, through its map, else as the first name says; empty if neither does.
        kind_of: ``column``, ``name`` or empty: where the kind is from.
        numbers, codes, dates, parents: What the columns hold.
        jurisdiction: Lower case, or empty.
        key: What identifies it for good, as the template of the block says; empty without one.
        columns: The columns that were compared, each with what it is compared as.
        values: What the row holds there, as it is written.
    """

    id: str
    labels: tuple[Label, ...]
    kind: str = ""
    kind_of: str = ""
    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    dates: tuple[Period, ...] = ()
    parents: tuple[str, ...] = ()
    jurisdiction: str = ""
    key: str = ""
    columns: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)
    values: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What the row holds in the columns that were compared."""
        return cells_of(self.columns, self.values)

    @property
    def label(self) -> str:
        """The first name."""
        return self.labels[0].text if self.labels else ""

    @property
    def order(self) -> tuple[object, ...]:
        """What sorts rows of one id: everything that they hold."""
        names = tuple((one.text, one.lang) for one in self.labels)
        told = (self.kind, self.numbers, self.codes, self.dates, self.parents, self.jurisdiction, self.key)
        return (names, *told, self.values)


class RowReader:
    """Reads rows of batches for one block of a specification.

    Args:
        match: The block.
        prefixes: Prefix to namespace, for the template of the id.
    """

    def __init__(self, match: Match, prefixes: Mapping[str, str]) -> None:
        self._match = match
        self._columns = match.id_columns
        self._compared = tuple(roles_of(match).items())
        self._whole = match.id == f"{{{match.id_columns[0]}}}"
        self._is_odd = self._whole or "{+" in match.id
        fixed = match.id.partition("{")[0]
        prefix, colon, _ = fixed.partition(":")
        known = bool(colon) and prefix in prefixes
        self._template = prefixes[prefix] + match.id[len(prefix) + 1 :] if known else match.id
        self._makes_iris = bool(_IRI.match(_PLACEHOLDER.sub("x", self._template)))
        self._features = (
            _Memo(match.kind, lambda texts: _kind(match.kind, texts)),
            _Memo(match.number_, lambda texts: _numbers(match.number_, texts)),
            _Memo(match.code, lambda texts: _numbers(match.code, texts)),
            _Memo(match.date, lambda texts: tuple(one for one in map(read_period, texts) if one is not None)),
            _Memo(match.parent, lambda texts: distinct(map(folded, texts))),
            _Memo(match.jurisdiction, lambda texts: texts[0].lower() if texts else ""),
        )

    @property
    def namespace(self) -> str:
        """What the IRIs of all rows begin with; empty where a cell holds the whole IRI."""
        return self._template.partition("{")[0]

    def id(self, batch: Batch, place: int) -> str:
        """Return the IRI of a row, or an empty text if a value is missing or makes none."""
        values = {name: batch[name][place].strip() for name in self._columns}
        if not all(values.values()) or not _DOTS.isdisjoint(values.values()):
            return ""
        if self._whole:
            found = next(iter(values.values()))
            return found if len(found) <= LONGEST and _IRI.match(found) else ""
        found = _PLACEHOLDER.sub(lambda name: (_as_it_is if name[1] else _quoted)(values[name[2]]), self._template)
        if self._is_odd and not (_IRI.match(found) and _DOTS.isdisjoint(_segments(found))):
            return ""
        return found if len(found) <= LONGEST and self._makes_iris else ""

    def has_id(self, batch: Batch, place: int) -> bool:
        """Return whether a row has an IRI."""
        cells = [batch[name][place] for name in self._columns]
        if self._is_odd or not self._makes_iris or sum(map(len, cells)) > _SURELY_SHORT:
            return bool(self.id(batch, place))
        return all((text := cell.strip()) and text not in _DOTS for cell in cells)

    def rank(self, batch: Batch, place: int) -> tuple[str, tuple[str, ...]]:
        """Return what sorts rows that differ in their ids alone, as `Row.order` does."""
        return self.id(batch, place), tuple(batch[name][place] for name, _ in self._compared)

    def told(self, batch: Batch, place: int) -> Told:
        """Return what a row tells besides its names."""
        kind, numbers, codes, dates, parents, jurisdiction = self._features
        return Told(
            kind.of(batch, place),
            numbers.of(batch, place),
            codes.of(batch, place),
            dates.of(batch, place),
            parents.of(batch, place),
            jurisdiction.of(batch, place),
        )

    def row(self, batch: Batch, place: int) -> Row:
        """Return a row."""
        match = self._match
        labels = tuple(
            Label(text, column.lang.lower(), form)
            for column in match.labels
            for text in _split(batch[column.column][place], column.split)
            if (form := folded(text))
        )
        told = self.told(batch, place)
        named = "" if told.kind else next((said for label in labels if (said := cut(label.text).kind)), "")
        return Row(
            id=self.id(batch, place),
            labels=labels,
            kind=told.kind or named,
            kind_of="column" if told.kind else "name" if named else "",
            numbers=told.numbers,
            codes=told.codes,
            dates=told.dates,
            parents=told.parents,
            jurisdiction=told.jurisdiction,
            key=_PLACEHOLDER.sub(lambda name: batch[name[2]][place].strip()[:LONGEST], match.key) if match.key else "",
            columns=self._compared,
            values=tuple(batch[name][place] for name, _ in self._compared),
        )


def _segments(name: str) -> list[str]:
    """Return the parts of an IRI, dots as a browser reads them."""
    return re.split(r"[/?#]", name.lower().replace("%2e", "."))


def _as_it_is(value: str) -> str:
    """Return the end of an IRI: what no IRI may have is escaped, and nothing else, no escape either.

    Example:
        >>> _as_it_is("law/kr/전자정부법%20(2001)|100%")
        'law/kr/전자정부법%20(2001)%7C100%25'
    """
    whole = _NO_ESCAPE.sub("%25", value)
    return _NOT_IN_IRIS.sub(lambda sign: urllib.parse.quote(sign[0]), whole)


def _quoted(value: str) -> str:
    plain = value.isascii() and value.isalnum()
    return value if plain else urllib.parse.quote(value, safe="-._~")


class Told(NamedTuple):
    """What a row tells besides its names, as `Row` has it; the kind only if a column says it."""

    kind: str
    numbers: tuple[str, ...]
    codes: tuple[str, ...]
    dates: tuple[Period, ...]
    parents: tuple[str, ...]
    jurisdiction: str


class _Memo:
    """What the cells of a column stand for, each read once as long as there are not too many."""

    def __init__(self, feature: Feature | None, read: Callable[[tuple[str, ...]], Any]) -> None:
        self._column = feature.column if feature is not None else ""
        self._split = feature.split if feature is not None else ""
        self._map: Mapping[str, str] = feature.map if feature is not None else {}
        self._read = read
        self._always = read((feature.value,) if feature is not None and not feature.column else ())
        self._known: dict[str, Any] = {"": read(())}

    def of(self, batch: Batch, place: int) -> Any:
        """Return what a row tells."""
        if not self._column:
            return self._always
        cell = batch[self._column][place]
        found = self._known.get(cell)
        if found is None:
            if len(self._known) > _MOST_CELLS:
                self._known = {"": self._known[""]}
            texts = tuple(self._map.get(one, one) for one in _split(cell, self._split))
            found = self._known[cell] = self._read(texts)
        return found


def values_of(feature: Feature | None, batch: Batch, place: int) -> tuple[str, ...]:
    """Return the values of a feature in a row, through its map, without empty ones."""
    if feature is None:
        return ()
    if not feature.column:
        return (feature.value,)
    found = _split(batch[feature.column][place], feature.split)
    return tuple(feature.map.get(one, one) for one in found)


@lru_cache(maxsize=1 << 12)
def _as_kind(value: str) -> str:
    return folded(value)


def kind_value(feature: Feature, value: str) -> str:
    """Return the kind that a mapped value stands for: a word of ours, or its folded self, which is no kind of ours."""
    return value if value in feature.map.values() or value == feature.value else _as_kind(value)


def _kind(feature: Feature | None, texts: tuple[str, ...]) -> str:
    return kind_value(feature, texts[0]) if feature is not None and texts else ""


def _numbers(feature: Feature | None, texts: tuple[str, ...]) -> tuple[str, ...]:
    return distinct(map(feature.number, texts)) if feature is not None else ()


def _split(cell: str, sign: str) -> list[str]:
    if not sign:
        text = cell[:LONGEST].strip()
        return [text] if text else []
    parts = cell.split(sign)
    return [text for one in parts if (text := one[:LONGEST].strip())]
