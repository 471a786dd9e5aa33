"""Which pairs are worth comparing: same name, same number and year, same code, or names that are alike.

Pairs are counted by block before any of them is compared. Where there are too many, nothing more is compared, and the
counts tell which block and which names to mend.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from egov_kg.errors import LimitExceeded
from egov_kg.linking.comparing import names_people
from egov_kg.linking.forms import folded_all
from egov_kg.linking.people import person_keys
from egov_kg.linking.periods import read_period
from egov_kg.linking.rows import kind_value, values_of
from egov_kg.linking.specification import Feature, LabelColumn, Match
from egov_kg.linking.tables import Batch
from egov_kg.linking.tally import Tally
from egov_kg.linking.things import Entity
from egov_kg.linking.trigrams import Trigrams

__all__ = ["Blocks", "Pair", "TooManyPairs"]

Meet = Callable[[int, int, str], "Pair"]
_MOST_ALIKE: Final = 5
_LEAST_ALIKE: Final = 0.55


class TooManyPairs(LimitExceeded):
    """There are more pairs than may be compared.

    Attributes:
        counts: Pairs by block: ``name``, ``person``, ``number``, ``code``, ``alike``.
        limit: How many there may be.
    """

    def __init__(self, where: str, counts: Mapping[str, int], limit: int, frequent: Sequence[tuple[str, int]]) -> None:
        self.counts, self.limit = dict(counts), limit
        blocks = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items(), key=lambda one: -one[1]))
        names = "; ".join(f"{text!r} in {count:,} rows" for text, count in frequent)
        super().__init__(
            f"{where} gives {sum(counts.values()):,} pairs, more than max_pairs = {limit:,}; nothing was compared "
            f"further or written. By block: {blocks}" + (f". Most frequent: {names}" if names else "") + ". Narrow "
            "'where', or raise 'max_pairs'"
        )


@dataclass(slots=True)
class Pair:
    """A row of a batch and a thing of ours that may be one.

    Attributes:
        place: Of the row in its batch.
        entity: The number of the thing.
        blocks: How they met.
        cosines: How alike names are, by their two forms, ours first.
    """

    place: int
    entity: int
    blocks: set[str] = field(default_factory=set)
    cosines: dict[tuple[str, str], float] = field(default_factory=dict)


class Blocks:
    """Our side, laid out so that rows find it.

    Args:
        ours: The things.
        match: The block of the specification.

    Attributes:
        counts: Pairs so far, by block.
    """

    def __init__(self, ours: Sequence[Entity], match: Match) -> None:
        self._ours, self._match = ours, match
        self._people = names_people(match)
        self._forms: defaultdict[str, list[int]] = defaultdict(list)
        self._keys: defaultdict[str, list[int]] = defaultdict(list)
        self._numbers: defaultdict[str, list[int]] = defaultdict(list)
        self._codes: defaultdict[str, list[int]] = defaultdict(list)
        self._years: list[set[str]] = []
        for number, entity in enumerate(ours):
            self._add(number, entity)
        self._named = sorted(
            {(number, alias.form) for number, one in enumerate(ours) for alias in one.aliases},
            key=lambda one: (str(one[0]), one[1]),
        )
        self._index = Trigrams.build([form for _, form in self._named])
        self.counts: Counter[str] = Counter()

    def _add(self, number: int, entity: Entity) -> None:
        for form in sorted({alias.form for alias in entity.aliases}):
            self._forms[form].append(number)
        if self._people:
            for key in sorted({key for alias in entity.aliases for key in person_keys(alias.text)}):
                self._keys[key].append(number)
        if self._match.number_ is not None:
            for one in entity.numbers:
                self._numbers[one].append(number)
        for one in entity.codes:
            self._codes[one].append(number)
        self._years.append({year for date in entity.dates for year in (date.first[:4], date.last[:4])})

    def pairs(self, batch: Batch, tally: Tally, times: Sequence[int]) -> list[Pair]:
        """Return the pairs of a batch, sorted, and count them and what they share.

        Args:
            batch: Some rows, all different but for their ids.
            tally: Where names, numbers and codes are counted.
            times: How many rows each of them stands for.
        """
        found: dict[tuple[int, int], Pair] = {}

        def meet(place: int, entity: int, block: str) -> Pair:
            pair = found.get((place, entity))
            if pair is None:
                pair = found[place, entity] = Pair(place, entity)
            pair.blocks.add(block)
            return pair

        for column in self._match.labels:
            places, texts = _texts(batch[column.column], column)
            forms = folded_all(texts)
            for place, text, form in zip(places, texts, forms, strict=True):
                if form in self._forms:
                    tally.names[form] += times[place]
                    for entity in self._forms[form]:
                        meet(place, entity, "name")
                if self._people:
                    for key in person_keys(text):
                        if key in self._keys:
                            tally.names[key] += times[place]
                            for entity in self._keys[key]:
                                meet(place, entity, "person")
            hits = self._index.candidates(forms, _MOST_ALIKE, least=_LEAST_ALIKE)
            for row, name, cosine in zip(hits.rows.tolist(), hits.names.tolist(), hits.cosines.tolist(), strict=True):
                thing, form = self._named[name]
                pair = meet(places[row], thing, "alike")
                pair.cosines[form, forms[row]] = round(cosine, 6)
        self._meet_by_number(batch, tally, times, meet)
        self._meet_by_code(batch, tally, times, meet)
        for pair in found.values():
            self.counts["name" if "name" in pair.blocks else min(pair.blocks)] += times[pair.place]
        return [found[key] for key in sorted(found)]

    @property
    def is_over(self) -> bool:
        """Whether there are more pairs already than may be compared."""
        return sum(self.counts.values()) > self._match.max_pairs

    def _meet_by_number(self, batch: Batch, tally: Tally, times: Sequence[int], meet: Meet) -> None:
        feature = self._match.number_
        if feature is None or not self._numbers:
            return
        for place, values in _found(batch, feature, self._numbers):
            kind = self._kind(batch, place)
            years = self._years_of(batch, place)
            for value in values:
                tally.numbers[f"{kind}|{value}"] += times[place]
                for entity in self._numbers[value]:
                    if not years or not self._years[entity] or years & self._years[entity]:
                        meet(place, entity, "number")

    def _meet_by_code(self, batch: Batch, tally: Tally, times: Sequence[int], meet: Meet) -> None:
        feature = self._match.code
        if feature is None or not self._codes:
            return
        for place, values in _found(batch, feature, self._codes):
            for value in values:
                tally.codes[value] += times[place]
                for entity in self._codes[value]:
                    meet(place, entity, "code")

    def _kind(self, batch: Batch, place: int) -> str:
        feature = self._match.kind
        kinds = values_of(feature, batch, place)
        return kind_value(feature, kinds[0]) if feature is not None and kinds else ""

    def _years_of(self, batch: Batch, place: int) -> set[str]:
        periods = [read_period(text) for text in values_of(self._match.date, batch, place)]
        return {year for one in periods if one is not None for year in (one.first[:4], one.last[:4])}


def _found(batch: Batch, feature: Feature, known: Mapping[str, object]) -> list[tuple[int, list[str]]]:
    """Return the rows that have a value of ours, each with these values."""
    result = []
    for place, cell in enumerate(batch[feature.column]):
        if not cell:
            continue
        texts = values_of(feature, batch, place) if feature.split or feature.map else (cell,)
        values = [feature.number(text) for text in texts]
        hits = [value for value in dict.fromkeys(values) if value in known]
        if hits:
            result.append((place, hits))
    return result


def _texts(cells: Sequence[str], column: LabelColumn) -> tuple[Sequence[int], list[str]]:
    """Return the names of a column, and the place of the row that each is of."""
    if not column.split:
        return range(len(cells)), list(cells)
    parted = [(place, text) for place, cell in enumerate(cells) for text in cell.split(column.split)]
    return [place for place, _ in parted], [text for _, text in parted]
