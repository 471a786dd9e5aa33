"""Tables: all columns of a run, and the numbers that classes and properties have in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from egov_kg.inference.columns import LOW, NO_ROWS, SHIFT, Column, ColumnState, Rows, merged, runs
from egov_kg.inference.joins import members
from egov_kg.inference.plan import Term
from egov_kg.inference.terms import Dictionary

__all__ = ["Delta", "Names", "Tables", "TablesState"]


TablesState = tuple[dict[int, ColumnState], ColumnState, Rows]

_FEW_TERMS = 1000


class Names:
    """Numbers of classes, or of properties, in the order in which they were met.

    Example:
        >>> names = Names()
        >>> names.number("<a:C>"), names.number("<a:D>"), names.number("<a:C>"), names.find("<a:E>")
        (0, 1, 0, None)
    """

    def __init__(self) -> None:
        self._numbers: dict[Term, int] = {}
        self.terms: list[Term] = []

    def __len__(self) -> int:
        return len(self.terms)

    def find(self, term: Term) -> int | None:
        """Return the number of a name; None if it has none."""
        return self._numbers.get(term)

    def number(self, term: Term) -> int:
        """Return the number of a name, a new one if it had none."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self.terms)
            self.terms.append(term)
        return found


@dataclass(slots=True)
class Delta:
    """Facts that the rules have not seen yet; all are in their columns.

    Attributes:
        classes: ``class << 32 | member``, ordered.
        pairs: The new pairs of each property that has some, ordered.
    """

    classes: Rows = field(default_factory=lambda: NO_ROWS)
    pairs: dict[int, Rows] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(len(self.classes)) or bool(self.pairs)

    def __len__(self) -> int:
        return len(self.classes) + sum(map(len, self.pairs.values()))

    def members(self, cls: int) -> Rows:
        """Return the new members of a class, in order."""
        bounds = np.array([cls, cls + 1], dtype=np.uint64) << SHIFT
        first, end = np.searchsorted(self.classes, bounds)
        return self.classes[first:end] & LOW

    def by_class(self) -> Iterator[tuple[int, Rows]]:
        """Return each class with its new rows."""
        keys = self.classes >> SHIFT
        for first, end in zip(*runs(keys), strict=True):
            yield int(keys[first]), self.classes[first:end]

    def with_more(self, other: Delta) -> Delta:
        """Return this delta and one that shares no fact with it."""
        pairs = dict(self.pairs)
        for prop, rows in other.pairs.items():
            pairs[prop] = merged([pairs[prop], rows]) if prop in pairs else rows
        return Delta(merged([self.classes, other.classes]), pairs)


class Tables:
    """The columns: one for all classes, one for each property.

    All classes share a column, ``class << 32 | member``: a hundred thousand of them cost no more than ten.

    Attributes:
        terms: The dictionary of the ids.
        class_names: Numbers of classes.
        property_names: Numbers of properties.
        classes: Memberships.
        pairs: Pairs by property.
        axiomatic: Memberships that hold whatever is given, ordered.
    """

    def __init__(self, terms: Dictionary) -> None:
        self.terms = terms
        self.class_names = Names()
        self.property_names = Names()
        self.classes = Column()
        self.pairs: dict[int, Column] = {}
        self.axiomatic: Rows = NO_ROWS
        self._literal: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)

    @property
    def nbytes(self) -> int:
        """Bytes of all columns."""
        return self.classes.nbytes + sum(column.nbytes for column in self.pairs.values())

    def __len__(self) -> int:
        return len(self.classes) + sum(map(len, self.pairs.values()))

    def state(self) -> TablesState:
        """Return what `restore` needs to make the tables as they are now. Names and terms that come later stay."""
        return {prop: column.state() for prop, column in self.pairs.items()}, self.classes.state(), self.axiomatic

    def restore(self, state: TablesState) -> None:
        """Make the tables as they were."""
        pairs, classes, self.axiomatic = state
        self.classes.restore(classes)
        for prop in [prop for prop in self.pairs if prop not in pairs]:
            del self.pairs[prop]
        for prop, column in pairs.items():
            self.pairs[prop].restore(column)

    @property
    def literal(self) -> NDArray[np.bool_]:
        """Which ids are literals; kept, since a few new terms are no reason to look at all of them again."""
        known, count = len(self._literal), len(self.terms)
        if known < count - _FEW_TERMS:
            self._literal = self.terms.literal
        elif known < count:
            new = [self.terms.text(number).startswith('"') for number in range(known, count)]
            self._literal = np.concatenate([self._literal, np.array(new, dtype=np.bool_)])
        return self._literal

    def parts(self, prop: int) -> list[Rows]:
        """Return the parts of a property's column."""
        column = self.pairs.get(prop)
        return column.parts if column is not None else []

    def turned(self, prop: int) -> list[Rows]:
        """Return the parts of a property's column with each pair the other way round."""
        column = self.pairs.get(prop)
        return column.turned() if column is not None else []

    def column(self, prop: int) -> Column:
        """Return the column of a property, an empty one if it had none."""
        found = self.pairs.get(prop)
        if found is None:
            found = self.pairs[prop] = Column()
        return found

    def in_class(self, ids: Rows, cls: int) -> NDArray[np.bool_]:
        """Return which ids are members of a class."""
        return members(ids, cls, self.classes.parts, len(self.terms))

    def members(self, cls: int) -> Rows:
        """Return the members of a class, in order."""
        bounds = np.array([cls, cls + 1], dtype=np.uint64) << SHIFT
        return merged([part[slice(*np.searchsorted(part, bounds))] & LOW for part in self.classes.parts])

    def is_whole(self, prop: int, rows: Rows) -> bool:
        """Return whether these rows of a property are all that it has."""
        return len(rows) == len(self.pairs[prop])
