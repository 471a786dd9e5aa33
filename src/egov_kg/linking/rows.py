"""A row of a target as it is compared: its columns read as names, kind, numbers, codes, dates, place and wholes."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from egov_kg.linking.forms import distinct, folded, without_zeros
from egov_kg.linking.kinds import cut
from egov_kg.linking.periods import Period, read_period
from egov_kg.linking.specification import Feature, Match
from egov_kg.linking.tables import Batch

__all__ = ["Label", "Row", "RowReader", "kind_value", "values_of"]

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+\Z")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_LONGEST: Final = 2000
"""Characters of a name that count."""


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

    @property
    def label(self) -> str:
        """The first name."""
        return self.labels[0].text if self.labels else ""

    @property
    def order(self) -> tuple[object, ...]:
        """What sorts rows of one id: everything that they hold."""
        names = tuple((one.text, one.lang) for one in self.labels)
        return (names, self.kind, self.numbers, self.codes, self.dates, self.parents, self.jurisdiction)


class RowReader:
    """Reads rows of batches for one block of a specification.

    Args:
        match: The block.
        prefixes: Prefix to namespace, for the template of the id.
    """

    def __init__(self, match: Match, prefixes: Mapping[str, str]) -> None:
        self._match = match
        self._columns = match.id_columns
        self._whole = match.id == f"{{{match.id_columns[0]}}}"
        fixed = match.id.partition("{")[0]
        prefix, colon, _ = fixed.partition(":")
        known = bool(colon) and prefix in prefixes
        self._template = prefixes[prefix] + match.id[len(prefix) + 1 :] if known else match.id

    @property
    def namespace(self) -> str:
        """What the IRIs of all rows begin with; empty where a cell holds the whole IRI."""
        return self._template.partition("{")[0]

    def id(self, batch: Batch, place: int) -> str:
        """Return the IRI of a row, or an empty text if a value is missing or makes none."""
        values = {name: batch[name][place].strip() for name in self._columns}
        if not all(values.values()):
            return ""
        if self._whole:
            found = next(iter(values.values()))
        else:
            found = _PLACEHOLDER.sub(lambda name: urllib.parse.quote(values[name[1]], safe="-._~"), self._template)
        return found if len(found) <= _LONGEST and _IRI.match(found) else ""

    def row(self, batch: Batch, place: int) -> Row:
        """Return a row."""
        match = self._match
        labels = tuple(
            Label(text, column.lang.lower(), form)
            for column in match.labels
            for text in _split(batch[column.column][place], column.split)
            if (form := folded(text))
        )
        kinds = values_of(match.kind, batch, place)
        kind = kind_value(match.kind, kinds[0]) if match.kind and kinds else ""
        named = "" if kind else next((said for label in labels if (said := cut(label.text).kind)), "")
        jurisdictions = values_of(match.jurisdiction, batch, place)
        dates = (read_period(text) for text in values_of(match.date, batch, place))
        return Row(
            id=self.id(batch, place),
            labels=labels,
            kind=kind or named,
            kind_of="column" if kind else "name" if named else "",
            numbers=_numbers(match.number_, batch, place),
            codes=_numbers(match.code, batch, place),
            dates=tuple(one for one in dates if one is not None),
            parents=distinct(folded(text) for text in values_of(match.parent, batch, place)),
            jurisdiction=jurisdictions[0].lower() if jurisdictions else "",
            key=_PLACEHOLDER.sub(lambda name: batch[name[1]][place].strip()[:_LONGEST], match.key) if match.key else "",
        )


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


def _numbers(feature: Feature | None, batch: Batch, place: int) -> tuple[str, ...]:
    if feature is None:
        return ()
    found = values_of(feature, batch, place)
    return distinct(without_zeros(one, feature.strip) if feature.strip else folded(one) for one in found)


def _split(cell: str, sign: str) -> list[str]:
    parts = cell.split(sign) if sign else [cell]
    return [text for one in parts if (text := one[:_LONGEST].strip())]
