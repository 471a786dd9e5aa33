"""What else is known of what is meant: each condition against the values of a thing, and how much it says."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from egov_kg.linking.forms import folded
from egov_kg.linking.periods import Agreement, Period, compare, read_period
from egov_kg.linking.scoring import DATE_BESIDE_NUMBER, DEFAULTS, LEAST_OF_DATES, evidence
from egov_kg.reconciliation.columns import once
from egov_kg.reconciliation.gathered import JURISDICTION
from egov_kg.reconciliation.keys import NUMBERS, number_key, text_key
from egov_kg.reconciliation.model import Condition, Value
from egov_kg.reconciliation.table import Table

__all__ = ["Asked", "Outcome", "Places", "prepared"]

_OTHER: Final = 0.9
"""How often a value of any other property agrees where two things are one."""

_UNSURE: Final = 0.3
"""How often dates agree by chance where one of them is a span of days, or they contradict each other."""

_MOST_VALUES: Final = 20
_LENGTHS: Final = {Agreement.day: 10, Agreement.month: 7, Agreement.year: 4}
_CODES: Final = frozenset({"dcterms:identifier"})
_PARENTS: Final = frozenset({"egov:partOf", "egov:subOrganizationOf"})

Places = Callable[[Value], "list[int] | None"]
"""Returns the things that a value may stand for; None if nobody knows it."""

Share = Callable[[int], float]
Count = Callable[[str, int, int], int]


class Outcome(NamedTuple):
    """What a condition says of a thing.

    Attributes:
        feature: What it is called among the parts of a score.
        agrees: True, False, or None if one side is silent.
        fulfilled: Whether the condition holds.
        bits: How much that says.
        veto: Why the two cannot be one, or nothing.
    """

    feature: str
    agrees: bool | None
    fulfilled: bool
    bits: float = 0.0
    veto: str = ""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A value of a condition, prepared: the places of pairs that agree, the date that it tells; None if unknown."""

    text: str
    ranges: tuple[tuple[int, int], ...] | None
    period: Period | None = None
    code: str = ""


class Asked:
    """A condition, prepared for many things.

    Args:
        table: The search folder.
        condition: The condition, on a property that some thing has.
        feature: What it is called.
        wanted: Its values.
    """

    def __init__(self, table: Table, condition: Condition, feature: str, wanted: Sequence[_Wanted]) -> None:
        self._table, self.condition, self.feature = table, condition, feature
        self._wanted = tuple(wanted)
        self._property = table.properties[JURISDICTION if feature == "jurisdiction" else condition.property]
        self._is_usual = condition.quantifier == "any"
        self._found: NDArray[np.int32] | None = None
        self._ranges: dict[tuple[str, bool], tuple[int, int]] = {}

    def finds(self) -> NDArray[np.int32]:
        """Return the things that have one of the values, sorted; looked up once."""
        if self._found is None:
            ranges = [part for one in self._wanted for part in self._ranges_of(one)]
            found = [self._table.things_with(*part) for part in ranges if part[0] < part[1]]
            is_none = self.condition.quantifier == "none" or not found
            self._found = np.zeros(0, dtype=np.int32) if is_none else once(np.sort(np.concatenate(found)))
        return self._found

    def _ranges_of(self, wanted: _Wanted) -> Sequence[tuple[int, int]]:
        """Return between which places the pairs stand that agree with a value."""
        if wanted.code:
            return [self._between(wanted.code), self._between(f"{wanted.code}-", beginning=True)]
        period = wanted.period
        if period is None:
            return wanted.ranges or ()
        told = str(period)
        if period.precision == "span" or self.condition.qualifier == "ExactMatch":
            return [self._between(told)]
        coarser = [self._between(told[:length]) for length in (4, 7) if length < len(told)]
        return [self._between(told, beginning=True), *coarser]

    def holds_of(self, pairs: Sequence[int], share: Share, count: Count, *, beside_number: bool) -> Outcome:
        """Return what it says of a thing.

        Args:
            pairs: Those of the thing, sorted.
            share: The chance that a thing which is not meant agrees, by how many agree.
            count: How many things have a key of a property between two places.
            beside_number: Whether an official number agrees as well.
        """
        mine = pairs[bisect_left(pairs, self._property.begin) : bisect_left(pairs, self._property.end)]
        quantifier = self.condition.quantifier
        if not mine:
            return Outcome(self.feature, None, fulfilled=quantifier == "none")
        found = [self._one(one, mine, share, count) for one in self._wanted]
        answers = [agrees for agrees, _ in found]
        if quantifier == "all":
            agrees = False if False in answers else None if None in answers else True
            u = float(np.prod([u for _, u in found]))
        else:
            agrees = True if True in answers else None if None in answers or not answers else False
            met = [u for one, u in found if one is agrees]
            u = min(sum(met), 1.0) if agrees is True else min(max(met, default=0.0), 1.0)
        if quantifier == "none" and agrees is not None:
            agrees, u = not agrees, 1.0 - min(u, 0.999)
        if agrees is None:
            return Outcome(self.feature, None, fulfilled=False)
        if self.feature == "date":
            u = max(u, LEAST_OF_DATES, DATE_BESIDE_NUMBER if beside_number else 0.0)
        bits = evidence(DEFAULTS.get(self.feature, _OTHER), u, agrees=agrees)
        veto = ""
        if not agrees and self._is_usual and self.feature in {"number", "code", "jurisdiction", "date"}:
            theirs = " or ".join(sorted({one.text for one in self._wanted}))
            veto = f"{self.feature} ({self._table.pair(mine[0]).key} against {theirs})"
        return Outcome(self.feature, agrees, fulfilled=agrees, bits=bits, veto=veto)

    def _one(self, wanted: _Wanted, mine: Sequence[int], share: Share, count: Count) -> tuple[bool | None, float]:
        """Return whether one value is among those of a thing, and how often that is so by chance."""
        prop = self._property
        if wanted.period is not None:
            return self._date(wanted.period, mine, share, count)
        if wanted.code:
            told = [self._table.pair(number).key for number in mine]
            same = [one for one in told if _same_place(one, wanted.code)]
            key = same[0] if same else wanted.code
            low, high = self._between(key)
            return bool(same), share(count(prop.curie, low, high))
        if wanted.ranges is None:
            return None, 0.0
        agrees = any(low <= number < high for low, high in wanted.ranges for number in mine)
        u = share(sum(count(prop.curie, low, high) for low, high in wanted.ranges))
        return agrees, u

    def _date(self, period: Period, mine: Sequence[int], share: Share, count: Count) -> tuple[bool | None, float]:
        dates = [found for number in mine if (found := _period(self._table.pair(number).key)) is not None]
        if not dates:
            return None, 0.0
        if self.condition.qualifier == "ExactMatch":
            low, high = self._between(str(period))
            return period in dates, share(count(self._property.curie, low, high))
        agreement, ours = max(((compare(one, period), one) for one in dates), key=lambda pair: pair[0])
        if agreement not in _LENGTHS:
            return agreement is not Agreement.contradiction, _UNSURE
        finer = ours if ours.precision == "day" else period
        low, high = self._between(finer.first[: _LENGTHS[agreement]], beginning=True)
        return True, share(count(self._property.curie, low, high))

    def _between(self, key: str, *, beginning: bool = False) -> tuple[int, int]:
        """Return between which places pairs have a key, or one that begins so; many things have the same."""
        if (key, beginning) not in self._ranges:
            self._ranges[key, beginning] = self._table.pairs_with(self._property.curie, key, beginning=beginning)
        return self._ranges[key, beginning]


def prepared(table: Table, condition: Condition, places: Places, taken: Sequence[str]) -> Asked | None:
    """Return a condition, prepared; None if no thing has the property.

    Args:
        table: The search folder.
        condition: The condition.
        places: Finds the things that a value stands for.
        taken: The names of the features before it: the first date is the date.
    """
    name = condition.property
    prop = table.properties.get(name)
    if prop is None or name.startswith("~"):
        return None
    feature = _feature(name, prop.kinds)
    if feature in taken or (feature == "jurisdiction" and JURISDICTION not in table.properties):
        feature = name.partition(":")[2]
    values = condition.values[:_MOST_VALUES]
    return Asked(table, condition, feature, [_wanted(table, condition, feature, one, places) for one in values])


def _feature(name: str, kinds: Sequence[str]) -> str:
    if name in NUMBERS:
        return "number"
    if name in _CODES:
        return "code"
    if name == "egov:inJurisdiction":
        return "jurisdiction"
    if name in _PARENTS:
        return "parent"
    return "date" if kinds[:1] == ("date",) else name.partition(":")[2]


def _wanted(table: Table, condition: Condition, feature: str, value: Value, places: Places) -> _Wanted:
    name = condition.property
    kinds = table.properties[name].kinds
    if feature == "jurisdiction":
        return _Wanted(value.text, None, code=_code(table, value, places))
    if "date" in kinds and (period := _period(value.text.strip())) is not None:
        return _Wanted(value.text, None, period)
    ranges: list[tuple[int, int]] = []
    known = False
    if "thing" in kinds:
        found = places(value)
        known = found is not None
        ranges += [table.pairs_with(name, table.things[place]) for place in found or ()]
        if value.id and not known:
            ranges.append(table.pairs_with(name, value.id))
            known = ranges[-1][0] < ranges[-1][1]
    number = number_key(value.text if value.number is None else value.number)
    if "number" in kinds and number:
        known = True
        ranges.append(table.pairs_with(name, number))
    if "truth" in kinds and (truth := folded(value.text)) in {"true", "false"}:
        known = True
        ranges.append(table.pairs_with(name, truth))
    if "text" in kinds and (key := text_key(name, value.text)):
        known = True
        low, high = table.pairs_with(name, key)
        if condition.qualifier == "ExactMatch":
            ranges += [(one, one + 1) for one in range(low, high) if table.pair(one).text == value.text]
        else:
            ranges.append((low, high))
    return _Wanted(value.text or value.id, tuple(part for part in ranges if part[0] < part[1]) if known else None)


def _code(table: Table, value: Value, places: Places) -> str:
    """Return the code of the place that a value stands for, or nothing."""
    for text in (value.id, value.text):
        code = text.strip().lower()
        if code and table.pairs_with(JURISDICTION, code)[0] < table.pairs_with(JURISDICTION, code)[1]:
            return code
    for place in places(value) or ():
        begin, end = (table.properties[JURISDICTION].begin, table.properties[JURISDICTION].end)
        told = [number for number in table.pairs_of(place) if begin <= number < end]
        if told:
            return table.pair(told[0]).key
        return table.things[place].rpartition("/")[2].lower()
    return ""


def _period(text: str) -> Period | None:
    """Return the date that a text tells, a span included."""
    first, slash, last = text.partition("/")
    if not slash:
        return read_period(text)
    one, other = read_period(first), read_period(last)
    return Period(one.first, other.last, "span") if one is not None and other is not None else None


def _same_place(ours: str, theirs: str) -> bool:
    return ours == theirs or ours.startswith(f"{theirs}-") or theirs.startswith(f"{ours}-")
