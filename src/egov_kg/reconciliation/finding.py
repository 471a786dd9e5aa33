"""Which things are worth comparing with what is asked: the same name, a key, a value, or a name that is like it."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from egov_kg import iri
from egov_kg.linking.forms import folded
from egov_kg.linking.people import person_keys
from egov_kg.reconciliation.columns import once
from egov_kg.reconciliation.conditions import Asked
from egov_kg.reconciliation.gathered import PERSON
from egov_kg.reconciliation.model import Value
from egov_kg.reconciliation.nearest import LONGEST, Nearest
from egov_kg.reconciliation.table import Table
from egov_kg.reconciliation.terms import thing_path

__all__ = ["Finder", "Met"]

_MOST_NAMED: Final = 48
"""How many things of one name are compared; conditions tell which."""

_LOOKED: Final = 1 << 17
"""How many things of one name are looked at; official numbers find the others."""

_MOST_CROWDS: Final = 16
_MOST_OF_A_VALUE: Final = 48
_MOST_PLACES: Final = 64
_MOST_CLASSES: Final = 24
_LEAST: Final = 0.3
_PERSON: Final = re.compile(r"[가-힣]{2,5}|[^\W\d_]+(?:[\s.,'’-]+[^\W\d_]+){1,5}\.?")
_KEPT: Final = 4096

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Met(NamedTuple):
    """A thing that is worth comparing: its place, and how like its forms are to what is asked, by their numbers."""

    thing: int
    cosines: dict[int, float]


class Finder:
    """Finds things in a search folder.

    Args:
        table: The folder.
        nearest: The index of its forms.
    """

    def __init__(self, table: Table, nearest: Nearest) -> None:
        self._table, self._nearest = table, nearest
        self._members: OrderedDict[str, NDArray[np.bool_]] = OrderedDict()
        self._forms: OrderedDict[str, NDArray[np.bool_]] = OrderedDict()
        self._crowds: OrderedDict[int, NDArray[np.int32]] = OrderedDict()
        self._counts: OrderedDict[tuple[str, str, int, int], int] = OrderedDict()

    def thing(self, text: str) -> int:
        """Return the thing that an IRI, a CURIE or a path below the base of ids names, or -1."""
        text = text.strip()
        if not text or len(text) > 2000 or not ("/" in text or ":" in text):
            return -1
        for address in (text, iri.thing_iri(thing_path(text, self._table.base), self._table.base)):
            if (place := self._table.things.place(address)) >= 0:
                return place
        prefix, colon, local = text.partition(":")
        return self._table.things.place(iri.PREFIXES[prefix] + local) if colon and prefix in iri.PREFIXES else -1

    def places(self, value: Value) -> list[int] | None:
        """Return the things that a value of a condition stands for; None if nobody knows it."""
        for text in (value.id, value.text):
            if (place := self.thing(text)) >= 0:
                return [place]
        form = folded(value.text[:LONGEST])
        at = self._table.forms.place(form) if form else -1
        if at < 0:
            return None
        begin, end = self._table.names_with(at)
        return sorted(set(self._table.things_named(begin, min(end, begin + _MOST_PLACES)).tolist()))

    def members(self, cls: str) -> NDArray[np.bool_]:
        """Return which things are of a class."""
        return _kept(self._members, cls, lambda: self._table.members(cls), _MOST_CLASSES)

    def forms(self, cls: str) -> NDArray[np.bool_]:
        """Return which forms are names of things of a class."""
        return _kept(self._forms, cls, lambda: self._table.forms_of(self.members(cls)), _MOST_CLASSES)

    def count(self, cls: str, name: str, low: int, high: int) -> int:
        """Return how many things of a class, or of any, have one of the pairs of a property between two places."""
        if low >= high:
            return 0

        def counted() -> int:
            things = self._table.things_with(low, high)
            return int(np.count_nonzero(self.members(cls)[things])) if cls else len(things)

        return _kept(self._counts, (cls, name, low, high), counted, _KEPT)

    def count_named(self, cls: str, form: int) -> int:
        """Return how many things of a class, or of any, have a name of a form."""
        begin, end = self._table.names_with(form)
        if end - begin == 1:
            return 1  # who asks has found it there

        def counted() -> int:
            things = once(self._table.things_named(begin, end))  # names of one form are sorted by thing
            return int(np.count_nonzero(self.members(cls)[things])) if cls else len(things)

        return _kept(self._counts, (cls, "", form, form), counted, _KEPT)

    def candidates(self, text: str, form: str, cls: str, asked: Sequence[Asked], most: int, *, must: bool) -> list[Met]:
        """Return the things that are worth comparing, sorted.

        Args:
            text: The name; empty if conditions alone tell.
            form: The same, folded.
            cls: The class that is asked for, or empty.
            asked: The conditions.
            most: How many names that are only like it.
            must: Whether things of other classes do not count.
        """
        found: dict[int, dict[int, float]] = {}
        only = self.members(cls) if cls and must else None
        if form:
            self._by_name(text, form, cls, asked, found)
            among = self.forms(cls) if cls and must else None
            # Where the name is there and nothing else is asked, nothing that is only like it can be meant.
            is_there = not asked and any(only is None or only[thing] for thing in found)
            for near in self._nearest.search(form, most, least=_LEAST, among=among, briefly=is_there):
                for thing in self._named(near.form, cls, asked):
                    found.setdefault(thing, {})[near.form] = near.cosine
        telling = [one.finds() for one in asked if not form or one.feature in {"number", "code"}]
        rare = sorted((things for things in telling if len(things)), key=len)
        if rare:
            for thing in _best(rare[0], rare[1:], self.members(cls) if cls else None, _MOST_OF_A_VALUE):
                found.setdefault(thing, {})
        return [Met(thing, found[thing]) for thing in sorted(found) if only is None or only[thing]]

    def _by_name(
        self, text: str, form: str, cls: str, asked: Sequence[Asked], found: dict[int, dict[int, float]]
    ) -> None:
        at = self._table.forms.place(form)
        if at >= 0:
            for thing in self._named(at, cls, asked):
                found.setdefault(thing, {})[at] = 1.0
        if PERSON not in self._table.properties or not _may_be_person(text):
            return
        if not cls or self.count(cls, PERSON, *self._persons()):
            for key in sorted(person_keys(text[:LONGEST])):
                low, high = self._table.pairs_with(PERSON, key)
                if low < high:
                    for thing in self._table.things_with(low, high)[:_MOST_NAMED].tolist():
                        found.setdefault(thing, {})

    def _persons(self) -> tuple[int, int]:
        known = self._table.properties[PERSON]
        return known.begin, known.end

    def _named(self, form: int, cls: str, asked: Sequence[Asked]) -> list[int]:
        """Return the things of one name; where they are many, those of the class that have the values first."""
        begin, end = self._table.names_with(form)
        if end - begin <= _MOST_NAMED:
            return list(dict.fromkeys(self._table.things_named(begin, end).tolist()))
        end = min(end, begin + _LOOKED)
        things = _kept(self._crowds, form, lambda: once(self._table.things_named(begin, end)), _MOST_CROWDS)
        return _best(things, [one.finds() for one in asked], self.members(cls) if cls else None, _MOST_NAMED)


def _may_be_person(text: str) -> bool:
    return len(text) <= 60 and _PERSON.fullmatch(text.strip()) is not None


def _best(
    things: NDArray[np.int32], valued: Sequence[NDArray[np.int32]], only: NDArray[np.bool_] | None, most: int
) -> list[int]:
    """Return some of many things: those of the class and with the most of the values first, then by their place."""
    if len(things) <= most:
        return [int(thing) for thing in things]
    points = np.zeros(len(things), dtype=np.int32)
    if only is not None:
        points += only[things]
    for having in valued:
        few, many = (having, things) if len(having) < len(things) else (things, having)
        if len(few):
            at = np.searchsorted(many, few)
            at[at == len(many)] = 0
            met = many[at] == few
            if few is things:
                points += met
            else:
                points[at[met]] += 1
    best = int(points.max())
    found: list[int] = []
    while best >= 0 and len(found) < most:
        found += things[points == best][: most - len(found)].tolist()
        best -= 1
    return found


def _kept(cache: OrderedDict[_K, _V], key: _K, make: Callable[[], _V], most: int) -> _V:
    """Return what was made for a key, now or before; what was not asked for longest is forgotten."""
    if key in cache:
        cache.move_to_end(key)
        return cache[key]
    made = cache[key] = make()
    if len(cache) > most:
        cache.popitem(last=False)
    return made
