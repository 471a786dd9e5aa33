"""How often what we know stands in a target: what is frequent says little when it agrees.

Only values of ours are counted, so that the memory is bound by our side, however long the target is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Self

from egov_kg.linking.comparing import names_people
from egov_kg.linking.forms import folded
from egov_kg.linking.people import person_keys
from egov_kg.linking.periods import Agreement, Period, read_period
from egov_kg.linking.rows import kind_value, values_of
from egov_kg.linking.specification import Feature, Match
from egov_kg.linking.tables import Batch
from egov_kg.linking.things import Entity

__all__ = ["Tally"]

_MOST_KINDS: Final = 10_000
_OTHERS: Final = "\0"
"""Stands for all values that are none of ours, where they are too many to be counted one by one."""


class Tally:
    """Counts over all rows of a block.

    Args:
        ours: The things that the block is about.
        match: The block.

    Attributes:
        rows: How many rows there were.
        names: How many rows have a folded name of ours, or a person's key of ours.
        numbers: How many have a number of ours, by kind and number; codes and parents likewise by value.
    """

    def __init__(self, ours: Sequence[Entity], match: Match) -> None:
        self._match = match
        self.rows = 0
        self.names: Counter[str] = Counter()
        self.numbers: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.parents: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.jurisdictions: Counter[str] = Counter()
        self.dates: Counter[str] = Counter()
        self._our_dates = {
            text for entity in ours for one in entity.dates for text in (one.first, one.first[:7], one.first[:4])
        }
        self._our_parents = {text for entity in ours for text in entity.parents}
        self._our_kinds = {entity.kind for entity in ours} | {entity.jurisdiction for entity in ours}

    def add(self, other: Tally) -> None:
        """Add the counts of other rows; the sum is the same in whatever order rows were counted."""
        self.rows += other.rows
        for counts, more in (
            (self.names, other.names),
            (self.numbers, other.numbers),
            (self.codes, other.codes),
            (self.parents, other.parents),
            (self.dates, other.dates),
        ):
            counts.update(more)
        for counts, more in ((self.kinds, other.kinds), (self.jurisdictions, other.jurisdictions)):
            for value, number in more.items():
                self._bounded(counts, value, number)

    @classmethod
    def of_things(cls, ours: Sequence[Entity], match: Match) -> Self:
        """Return the frequencies among our own things: what a question from outside is weighed by.

        Args:
            ours: All things that may be the answer.
            match: What is compared.
        """
        found = cls(ours, match)
        found.rows = len(ours)
        for entity in ours:
            found.names.update({alias.form for alias in entity.aliases})
            if names_people(match):
                found.names.update({key for alias in entity.aliases for key in person_keys(alias.text)})
            found.numbers.update({f"{kind}|{one}" for kind in ("", entity.kind) for one in entity.numbers})
            found.codes.update(set(entity.codes))
            found.parents.update(set(entity.parents))
            found.kinds.update([entity.kind] if entity.kind else [])
            found.jurisdictions.update([entity.jurisdiction] if entity.jurisdiction else [])
            found.dates.update({text for one in entity.dates for text in (one.first, one.first[:7], one.first[:4])})
        return found

    def count(self, batch: Batch, size: int) -> None:
        """Count the rows of a batch, without names, numbers and codes, which are counted where they are looked up."""
        self.rows += size
        match = self._match
        if match.kind is not None and match.kind.column:
            for value, number in self._distinct(match.kind, batch):
                self._bounded(self.kinds, kind_value(match.kind, value), number)
        if match.jurisdiction is not None and match.jurisdiction.column:
            for value, number in self._distinct(match.jurisdiction, batch):
                self._bounded(self.jurisdictions, value.lower(), number)
        if match.date is not None and self._our_dates:
            self._count_dates(match.date, batch)
        if match.parent is not None and self._our_parents:
            for value, number in self._distinct(match.parent, batch):
                if (form := folded(value)) in self._our_parents:
                    self.parents[form] += number

    def _distinct(self, feature: Feature, batch: Batch) -> Iterable[tuple[str, int]]:
        """Yield the values of a column with the number of rows that have them."""
        for cell, number in Counter(batch[feature.column]).items():
            for value in values_of(feature, {feature.column: [cell]}, 0):
                yield value, number

    def _count_dates(self, feature: Feature, batch: Batch) -> None:
        for cell, number in Counter(batch[feature.column]).items():
            if not cell:
                continue
            iso = cell if len(cell) >= 4 and cell[4:5] in {"-", ""} else self._iso(cell, feature)
            for text in {iso[:10], iso[:7], iso[:4]} & self._our_dates:
                self.dates[text] += number

    def _iso(self, cell: str, feature: Feature) -> str:
        found = values_of(feature, {feature.column: [cell]}, 0)
        period = read_period(found[0]) if found else None
        return str(period) if period is not None else ""

    def _bounded(self, counts: Counter[str], value: str, number: int) -> None:
        """Count a value; once there are too many that are none of ours, these are one."""
        if value in self._our_kinds or self._has_room(counts, value):
            counts[value] += number
            return
        for other in [one for one in counts if one not in self._our_kinds]:
            del counts[other]
        counts[_OTHERS] = 1

    def _has_room(self, counts: Counter[str], value: str) -> bool:
        if _OTHERS in counts or value == _OTHERS:
            return False
        return value in counts or len(counts) - sum(one in counts for one in self._our_kinds) < _MOST_KINDS

    def share(self, count: int) -> float:
        """Return the chance that a row which is not the one meant agrees as well: half of the one is taken off."""
        return min(1.0, max(count - 0.5, 0.5) / max(self.rows, 1))

    def share_of_date(self, ours: Period, theirs: Period, agreement: Agreement) -> float:
        """Return the share of rows of the same day, month or year, whichever the coarser of two dates tells."""
        length = {Agreement.day: 10, Agreement.month: 7, Agreement.year: 4}.get(agreement)
        if length is None:
            return 0.3
        finer = ours if ours.precision == "day" else theirs
        return self.share(self.dates[finer.first[:length]])
