"""What is known of things: the values of properties that are asked for, and what a preview shows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final

from egov_kg import vocab
from egov_kg.reconciliation.finding import Finder
from egov_kg.reconciliation.model import Described, PropertyInfo, Typed, Wanted
from egov_kg.reconciliation.table import Table
from egov_kg.reconciliation.wording import Wording

__all__ = ["Extender"]

_MOST: Final = 1000
"""How many values of one property of one thing are given at most."""

_DEFINITION: Final = "skos:definition"
_ORDER: Final[Mapping[str, int]] = {
    name: place
    for place, name in enumerate(
        (*vocab.DATA_PROPERTIES, *vocab.OBJECT_PROPERTIES, *vocab.OUTSIDE_PROPERTIES, *vocab.INVERSES)
    )
}
"""The order in which properties are shown: what a thing says itself before what others say of it."""


class Extender:
    """Tells what a search folder knows of things.

    Args:
        table: The folder.
        finder: Finds things in it.
        wording: How they are called.
    """

    def __init__(self, table: Table, finder: Finder, wording: Wording) -> None:
        self._table, self._finder, self._wording = table, finder, wording

    def extend(
        self, things: Sequence[str], wanted: Sequence[Wanted], langs: tuple[str, ...]
    ) -> tuple[list[PropertyInfo], dict[str, list[tuple[Typed, ...]]]]:
        """Return values; see `egov_kg.reconciliation.model.Reconciling`."""
        rows: dict[str, list[tuple[Typed, ...]]] = {}
        for text in things:
            thing = self._finder.thing(text)
            numbers = self._table.pairs_of(thing) if thing >= 0 else []
            rows[text] = [self._values(numbers, one.property, one.limit, langs) for one in wanted]
        return [self._wording.property(one.property, langs) for one in wanted], rows

    def _values(self, numbers: Sequence[int], name: str, limit: int, langs: tuple[str, ...]) -> tuple[Typed, ...]:
        known = self._table.properties.get(name)
        if known is None or name.startswith("~"):
            return ()
        mine = numbers[bisect_left(numbers, known.begin) : bisect_left(numbers, known.end)]
        most = min(limit, _MOST) if limit > 0 else _MOST
        return tuple(self._wording.typed(self._table.pair(number), langs) for number in mine[:most])

    def describe(self, text: str, langs: tuple[str, ...]) -> Described | None:
        """Return what a preview shows; see `egov_kg.reconciliation.model.Reconciling`."""
        thing = self._finder.thing(text)
        if thing < 0:
            return None
        numbers = self._table.pairs_of(thing)
        owners = dict.fromkeys(self._table.pair(number).property for number in numbers)
        shown = sorted(
            (name for name in owners if not name.startswith("~") and name != _DEFINITION),
            key=lambda name: (_ORDER.get(name, len(_ORDER)), name),
        )
        return Described(
            self._table.things[thing],
            *self._wording.shown(thing, langs),
            names=tuple((one.text, one.lang) for one in self._table.names_of(thing)),
            definition=self._definition(numbers, langs),
            values=tuple(
                (self._wording.property(name, langs), self._values(numbers, name, 0, langs)) for name in shown
            ),
        )

    def _definition(self, numbers: Sequence[int], langs: tuple[str, ...]) -> str:
        told = [pair for number in numbers if (pair := self._table.pair(number)).property == _DEFINITION]
        for lang in (*langs, "en"):
            for pair in told:
                if pair.lang == lang:
                    return pair.text
        return told[0].text if told else ""
