"""Lookup: what proofs and findings ask of the tables, in terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from egov_kg.inference.columns import SHIFT, Column, Layer, Rows, contains, flip
from egov_kg.inference.equality import Equality
from egov_kg.inference.facts import Merge
from egov_kg.inference.plan import Plan, Term
from egov_kg.inference.tables import Tables

__all__ = ["Lookup"]


class Lookup:
    """Facts with stages, as `facts.Facts` describes them.

    A row that equality has rewritten keeps its stage under its old names: what rested on it then still does. Without
    `below`, only rows that stand now are listed; with it, all rows of lower stages, by the names of then.
    """

    def __init__(self, plan: Plan, tables: Tables, equality: Equality) -> None:
        self._plan, self._tables, self._equality = plan, tables, equality
        self._groups: dict[int, list[int]] | None = None
        self._merges: tuple[Merge, ...] | None = None
        self._turned: dict[int, list[tuple[Rows, Layer]]] = {}

    def changed(self) -> None:
        """Take note that facts were added or deleted; what was turned round of those that stayed is kept."""
        self._groups = self._merges = None

    def name(self, term: Term) -> Term:
        """Return the representative of a term."""
        found = self._tables.terms.find(term)
        return term if found is None else self._tables.terms.text(self._equality.representative(found))

    def equals(self, term: Term) -> tuple[Term, ...]:
        """Return all terms that are the same as this one, itself included, in term order."""
        if self._groups is None:
            self._groups = self._equality.groups()
        found = self._tables.terms.find(term)
        if found is None:
            return (term,)
        head = self._equality.representative(found)
        return tuple(self._tables.terms.text(one) for one in self._groups.get(head, [found]))

    def merges(self) -> tuple[Merge, ...]:
        """Return why terms are the same, in the order in which it was found."""
        if self._merges is None:
            self._merges = tuple(self._equality.merges())
        return self._merges

    def member_stage(self, cls: Term, individual: Term) -> int | None:
        """Return the stage at which an individual became a member of a class."""
        number = self._tables.class_names.find(self._plan.aliases.get(cls, cls))
        member = self._tables.terms.find(individual)
        if number is None or member is None:
            return None
        return self._tables.classes.stage((number << 32) | member)

    def pair_stage(self, prop: Term, subject: Term, value: Term) -> int | None:
        """Return the stage of a pair."""
        found = self._column(prop)
        left, right = self._tables.terms.find(subject), self._tables.terms.find(value)
        if found is None or left is None or right is None:
            return None
        return found[1].stage((left << 32) | right)

    def members(self, cls: Term, below: int | None = None) -> Iterator[tuple[Term, int]]:
        """Return the members of a class, with their stages."""
        number = self._tables.class_names.find(self._plan.aliases.get(cls, cls))
        if number is not None:
            column = self._tables.classes
            layers = list(column.history(number << 32, (number + 1) << 32))
            yield from self._listed(layers, column.parts, below)

    def values(self, prop: Term, subject: Term, below: int | None = None) -> Iterator[tuple[Term, int]]:
        """Return the values of a property for a subject, with their stages."""
        found = self._column(prop)
        key = self._tables.terms.find(subject)
        if found is not None and key is not None:
            layers = list(found[1].history(key << 32, (key + 1) << 32))
            yield from self._listed(layers, found[1].parts, below)

    def subjects(self, prop: Term, value: Term, below: int | None = None) -> Iterator[tuple[Term, int]]:
        """Return the subjects that have a value, with their stages."""
        found = self._column(prop)
        key = self._tables.terms.find(value)
        if found is None or key is None:
            return
        layers = []
        bounds = np.array([key, key + 1], dtype=np.uint64) << SHIFT
        for rows, stages in self._turned_layers(*found):
            first, end = (int(place) for place in np.searchsorted(rows, bounds))
            if first < end:
                layers.append((rows[first:end], stages if isinstance(stages, int) else stages[first:end]))
        yield from self._listed(layers, found[1].parts, below, turned=True)

    def pairs(self, prop: Term) -> Iterator[tuple[Term, Term, int]]:
        """Return all pairs of a property, with their stages."""
        found = self._column(prop)
        if found is None:
            return
        text = self._tables.terms.text
        best = _lowest(found[1].layers, found[1].parts, None, lambda row: row)
        yield from sorted((text(row >> 32), text(row & 0xFFFF_FFFF), stage) for row, stage in best.items())

    def _column(self, prop: Term) -> tuple[int, Column] | None:
        number = self._tables.property_names.find(self._plan.aliases.get(prop, prop))
        column = None if number is None else self._tables.pairs.get(number)
        return None if number is None or column is None else (number, column)

    def _turned_layers(self, prop: int, column: Column) -> Iterator[Layer]:
        """Return the layers of a property with each pair the other way round; kept, for proofs ask often."""
        known = {id(layer): turned for layer, turned in self._turned.get(prop, [])}
        kept = [(rows, known.get(id(rows)) or _turned((rows, stages))) for rows, stages in column.layers]
        self._turned[prop] = kept
        return (turned for _, turned in kept)

    def _listed(
        self, layers: list[Layer], parts: list[Rows], below: int | None, *, turned: bool = False
    ) -> Iterator[tuple[Term, int]]:
        stands: Callable[[Rows], Rows] = flip if turned else lambda rows: rows
        text = self._tables.terms.text
        best = _lowest(layers, parts, below, stands)
        yield from sorted((text(row & 0xFFFF_FFFF), stage) for row, stage in best.items())


def _turned(layer: Layer) -> Layer:
    rows, stages = layer
    turned = flip(rows)
    if isinstance(stages, int):
        return np.sort(turned), stages
    order = np.argsort(turned)
    return turned[order], stages[order]


def _lowest(
    layers: list[Layer], parts: list[Rows], below: int | None, stands: Callable[[Rows], Rows]
) -> dict[int, int]:
    """Return the lowest stage of each row: of rows that stand now, or of rows below a stage."""
    best: dict[int, int] = {}
    for rows, stages in layers:
        chosen = np.ones(len(rows), dtype=np.bool_)
        if below is None:
            chosen[:] = False
            for part in parts:
                chosen |= contains(part, stands(rows))
        elif isinstance(stages, int):
            if stages >= below:
                continue
        else:
            chosen = stages < below
        numbers = [stages] * len(rows) if isinstance(stages, int) else stages[chosen].tolist()
        for row, stage in zip(rows[chosen].tolist(), numbers, strict=False):
            best[row] = min(best.get(row, stage), stage)
    return best
