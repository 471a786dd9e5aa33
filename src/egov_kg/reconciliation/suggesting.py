"""What somebody who types may mean: things, classes and properties whose names begin with some letters or hold them."""

from __future__ import annotations

from typing import Final

import numpy as np

from egov_kg import vocab
from egov_kg.linking.forms import folded
from egov_kg.reconciliation.finding import Finder
from egov_kg.reconciliation.model import Candidate, PropertyInfo, TypeInfo
from egov_kg.reconciliation.nearest import Nearest
from egov_kg.reconciliation.table import Table
from egov_kg.reconciliation.wording import Wording

__all__ = ["Suggester"]

_LONGEST: Final = 200
_MOST: Final = 1000
"""How many are offered in all, page by page."""

_LOOKED: Final = 1 << 17
"""How many names that begin with the letters are looked at, in alphabetical order."""

_LEAST: Final = 0.2


class Suggester:
    """Offers what is in a search folder.

    Args:
        table: The folder.
        nearest: The index of its forms.
        finder: Finds things in it.
        wording: How they are called.
    """

    def __init__(self, table: Table, nearest: Nearest, finder: Finder, wording: Wording) -> None:
        self._table, self._nearest, self._finder, self._wording = table, nearest, finder, wording

    def entities(self, prefix: str, langs: tuple[str, ...], cls: str, limit: int, offset: int) -> list[Candidate]:
        """Return things; see `egov_kg.reconciliation.model.Reconciling`."""
        wanted = min(limit + offset, _MOST)
        found: dict[int, None] = {}
        named = self._finder.thing(prefix)
        if named >= 0:
            found[named] = None
        form = folded(prefix[:_LONGEST])
        if form and (not cls or cls in self._table.counts):
            self._beginning(form, cls, wanted, found)
            self._alike(form, cls, wanted, found)
        return [self._shown(thing, langs) for thing in [*found][offset:wanted]]

    def _beginning(self, form: str, cls: str, wanted: int, found: dict[int, None]) -> None:
        """Add the things with a name that begins so: the whole name first, then the shorter ones."""
        first, last = self._table.forms.beginning(form)
        if first == last:
            return
        begin, end = self._table.names_with(first)[0], self._table.names_with(last - 1)[1]
        things = self._table.things_named(begin, min(end, begin + _LOOKED))
        numbers = np.arange(begin, begin + len(things))
        if cls:
            kept = self._finder.members(cls)[things]
            things, numbers = things[kept], numbers[kept]
        lengths = self._table.form_lengths(numbers)
        for at in np.lexsort((numbers, lengths))[: 4 * wanted].tolist():
            if len(found) >= wanted:
                return
            found.setdefault(int(things[at]))

    def _alike(self, form: str, cls: str, wanted: int, found: dict[int, None]) -> None:
        """Add the things with a name that holds the letters, then those with one that is like them."""
        if len(found) >= wanted:
            return
        among = self._finder.forms(cls) if cls else None
        near = self._nearest.search(form, min(wanted, 100), least=_LEAST, among=among)
        for one in sorted(near, key=lambda one: form not in self._table.forms[one.form]):
            begin, end = self._table.names_with(one.form)
            for thing in self._table.things_named(begin, min(end, begin + wanted)).tolist():
                if len(found) < wanted and (not cls or self._finder.members(cls)[thing]):
                    found.setdefault(thing)

    def _shown(self, thing: int, langs: tuple[str, ...]) -> Candidate:
        shown = self._wording.shown(thing, langs)
        return Candidate(self._table.things[thing], *shown, score=0.0, match=False, features=())

    def types(self, prefix: str, langs: tuple[str, ...], limit: int, offset: int) -> list[TypeInfo]:
        """Return classes that things have; see `egov_kg.reconciliation.model.Reconciling`."""
        form = folded(prefix[:_LONGEST])
        known = [name for name, count in self._table.counts.items() if name in vocab.CLASSES and count]
        ranked = self._ranked(known, form, langs, {name: self._table.counts[name] for name in known})
        return [self._wording.type(name, langs) for name in ranked[offset : offset + limit]]

    def properties(self, prefix: str, langs: tuple[str, ...], cls: str, limit: int, offset: int) -> list[PropertyInfo]:
        """Return properties that things have; see `egov_kg.reconciliation.model.Reconciling`."""
        known = self._wording.properties(cls)
        counts = {one.curie: one.classes.get(cls, 0) if cls else one.count for one in known}
        ranked = self._ranked([*counts], folded(prefix[:_LONGEST]), langs, counts)
        return [self._wording.property(name, langs) for name in ranked[offset : offset + limit]]

    def _ranked(self, names: list[str], form: str, langs: tuple[str, ...], counts: dict[str, int]) -> list[str]:
        """Return the terms whose name or label holds some letters: those that begin so first, then frequent ones."""
        found = []
        for name in names:
            words = [folded(name.rpartition(":")[2]), folded(self._wording.label(name, langs))]
            words += [folded(label) for label in self._table.labels.get(name, {}).values()]
            if any(form in word for word in words):
                rank = 0 if form in words else 1 if any(word.startswith(form) for word in words) else 2
                found.append((rank if form else 0, -counts[name], name))
        return [name for _, _, name in sorted(found)]
