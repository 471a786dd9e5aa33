"""Some rows of a target against our side: what is found adds up, in any order, so rows may be parted among processes.

A part keeps the best rows of each thing and counts the rest, so its size is bound by our side. Frequencies are those of
the whole target; so pairs are weighed only once all parts are put together. Rows that differ in their ids alone are
compared once, and counted as often as they stand there.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from egov_kg.errors import UnreadableTarget
from egov_kg.linking.blocking import Blocks, Pair, TooManyPairs
from egov_kg.linking.comparing import (
    Compared,
    Comparison,
    NameLevel,
    at_most_likely,
    best_pairing,
    compared,
    level_of_cosine,
    likely,
    names_people,
)
from egov_kg.linking.deciding import Scored
from egov_kg.linking.kinds import cut
from egov_kg.linking.ours import Entity
from egov_kg.linking.rows import LONGEST, Row, RowReader, Told
from egov_kg.linking.scoring import scored
from egov_kg.linking.specification import Match, columns_of
from egov_kg.linking.tables import Batch
from egov_kg.linking.tally import Tally

__all__ = ["Comparer", "Found", "Part", "Setting", "found_in"]

_KEPT: Final = 12
"""How many rows are kept for each thing; twelve better ones leave no chance to another."""

_KEPT_OF_REPEATS: Final = 60
"""The same where several rows speak of one thing."""

_MOST_SEEN: Final = 1 << 12
"""How many different rows are remembered from batch to batch."""

_MOST_NAMES: Final = 5
_ALIKE_ALONE: Final = frozenset({"alike"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What a process needs to compare rows. It can be pickled.

    Attributes:
        ours: The things, sorted by IRI.
        match: The block of the specification.
        prefixes: Prefix to namespace.
        weights: m by feature.
        target: The file, for errors.
        place: The block in words, for errors.
    """

    ours: tuple[Entity, ...]
    match: Match
    prefixes: Mapping[str, str]
    weights: Mapping[str, float]
    target: Path
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine found for a block of a specification.

    Attributes:
        rows: How many rows there were.
        nameless: How many met one of ours and give no IRI.
        pairs: How many pairs were compared, by block.
        scored: The pairs that may be links, with their scores.
    """

    rows: int
    nameless: int
    pairs: Mapping[str, int]
    scored: tuple[Scored, ...]


@dataclass(slots=True)
class _Kept:
    """A pair that waits for the frequencies of the whole target; `rank` is the same whatever was read before."""

    rank: tuple[float, str, tuple[object, ...]]
    row: Row
    comparison: Comparison


@dataclass(slots=True)
class Part:
    """What comparing some rows gave.

    Attributes:
        tally: The frequencies.
        pairs: Pairs compared, by block.
        nameless: Rows that met one of ours and give no IRI.
        kept: The best rows of each thing.
        near: For each thing, how many rows have a name that agrees so well.
    """

    tally: Tally
    pairs: Counter[str]
    nameless: int
    kept: list[list[_Kept]]
    near: list[dict[NameLevel, int]] = field(default_factory=list)

    def add(self, other: Part) -> None:
        """Add what comparing other rows gave."""
        self.tally.add(other.tally)
        self.pairs.update(other.pairs)
        self.nameless += other.nameless
        for mine, theirs in zip(self.kept, other.kept, strict=True):
            mine.extend(theirs)
        for near, more in zip(self.near, other.near, strict=True):
            for level, count in more.items():
                near[level] = near.get(level, 0) + count


class Comparer:
    """Compares rows with our side.

    Args:
        setting: Our side, and what is compared.

    Attributes:
        part: What was found so far.
    """

    def __init__(self, setting: Setting) -> None:
        self._ours, self._match = setting.ours, setting.match
        self._reader = RowReader(setting.match, setting.prefixes)
        self._blocks = Blocks(setting.ours, setting.match)
        self._people = names_people(setting.match)
        self._own = {one.iri for one in setting.ours}
        self._may_be_ours = any(one.startswith(self._reader.namespace) for one in self._own)
        size = len(setting.ours)
        tally = Tally(setting.ours, setting.match)
        self.part = Part(tally, self._blocks.counts, 0, [[] for _ in range(size)], [{} for _ in range(size)])
        self._least = [-math.inf] * size
        one_name = len(setting.match.labels) == 1 and not setting.match.labels[0].split
        self._most = _most(setting.match)
        self._is_quick = one_name and not self._people
        self._counts = [Compared.of(entity, setting.match) for entity in setting.ours]
        self._cores = [{cut(alias.text).core for alias in entity.aliases} for entity in setting.ours]
        self._told = told_columns(setting.match)
        self._seen: dict[tuple[str, ...], dict[int, tuple[Comparison, float]]] = {}

    def take(self, batch: Batch) -> None:
        """Compare some rows."""
        tally = self.part.tally
        tally.count(batch, len(next(iter(batch.values()))))
        equal = equal_rows(batch, self._told)
        different = batch
        if len(equal) < len(next(iter(batch.values()))):
            different = {name: [cells[places[0]] for places in equal] for name, cells in batch.items()}
        pairs = self._blocks.pairs(different, tally, [len(places) for places in equal])
        if self._blocks.is_over:
            return  # the rest is counted, so that the report is whole
        for number, of_row in itertools.groupby(pairs, key=lambda pair: pair.place):
            named = [place for place in equal[number] if self._is_named(batch, place)]
            self.part.nameless += len(equal[number]) - len(named)
            if not named:
                continue
            rows: list[Row] = []
            told = self._reader.told(batch, named[0])
            seen = self._seen_of(different, number)
            for pair in of_row:
                if not self._is_hopeless(pair, told, different, len(named)):
                    rows = rows or self._first_rows(batch, named)
                    self._compare(pair, rows, len(named), seen)

    def _seen_of(self, different: Batch, place: int) -> dict[int, tuple[Comparison, float]]:
        """Return what comparing such a row gave before, by the number of the thing; to be added to."""
        cells = tuple(different[name][place] for name in self._told)
        if sum(map(len, cells)) > LONGEST:
            return {}  # a few of these would fill the memory
        if len(self._seen) > _MOST_SEEN:
            self._seen.clear()
        return self._seen.setdefault(cells, {})

    def _first_rows(self, batch: Batch, places: Sequence[int]) -> list[Row]:
        """Return of equal rows those that may be kept: the others have worse ids."""
        if len(places) > self._most:
            places = heapq.nsmallest(self._most, places, key=lambda place: self._reader.rank(batch, place))
        return [self._reader.row(batch, place) for place in places]

    def _is_named(self, batch: Batch, place: int) -> bool:
        return self._reader.has_id(batch, place) and not self._is_ours(batch, place)

    def _is_ours(self, batch: Batch, place: int) -> bool:
        """Return whether a row is called by an IRI of ours: a link with it would make two of ours one."""
        return self._may_be_ours and self._reader.id(batch, place) in self._own

    def _is_hopeless(self, pair: Pair, told: Told, batch: Batch, times: int) -> bool:
        """Return whether enough better rows are known; the pair is then counted, and not compared further."""
        number = pair.entity
        if not self._is_quick or self._least[number] == -math.inf or pair.blocks != _ALIKE_ALONE:
            return False
        cosine = max(pair.cosines.values())
        if at_most_likely(self._counts[number], told, cosine) >= self._least[number]:
            return False
        form = next(iter(pair.cosines))[1]
        if any(core in form for core in self._cores[number]):
            text = batch[self._match.labels[0].column][pair.place]
            if cut(text[:LONGEST].strip()).core in self._cores[number]:
                return False
        near, level = self.part.near[number], level_of_cosine(cosine)
        near[level] = near.get(level, 0) + times
        return True

    def _compare(self, pair: Pair, rows: Sequence[Row], times: int, seen: dict[int, tuple[Comparison, float]]) -> None:
        number = pair.entity
        if number not in seen:
            entity = self._ours[number]
            name = best_pairing(entity, rows[0], pair.cosines, people=self._people)
            comparison = compared(entity, rows[0], self._match, name)
            seen[number] = comparison, likely(comparison)
        comparison, points = seen[number]
        near = self.part.near[number]
        near[comparison.name.level] = near.get(comparison.name.level, 0) + times
        if points < self._least[number]:
            return
        kept = self.part.kept[number]
        kept.extend(_Kept((-points, row.id, row.order), row, comparison) for row in rows)
        if len(kept) >= 2 * self._most:
            _trim(kept, self._most)
            self._least[number] = -kept[-1].rank[0]


def told_columns(match: Match) -> tuple[str, ...]:
    """Return the columns that decide how a row compares: those of names and features, and that of the lasting key."""
    named = (*(one.column for one in match.labels), *(one.column for one in match.features.values()))
    return tuple(dict.fromkeys(name for name in (*named, *columns_of(match.key)) if name))


def equal_rows(batch: Batch, columns: Sequence[str]) -> list[list[int]]:
    """Return the places of rows that are equal in some columns, each list in order, by their first places.

    Example:
        >>> equal_rows({"id": ["1", "2", "3"], "name": ["a", "b", "a"]}, ["name"])
        [[0, 2], [1]]
    """
    found: dict[tuple[str, ...], list[int]] = {}
    for place, cells in enumerate(zip(*(batch[name] for name in columns), strict=True)):
        found.setdefault(cells, []).append(place)
    return list(found.values())


def _trim(kept: list[_Kept], most: int) -> None:
    kept.sort(key=lambda one: one.rank)
    del kept[most:]


def _most(match: Match) -> int:
    return _KEPT_OF_REPEATS if match.repeats else _KEPT


def found_in(part: Part, setting: Setting) -> Found:
    """Return what the rows of a whole target gave, weighed by its frequencies.

    Raises:
        TooManyPairs: If there were more pairs than may be compared.
        UnreadableTarget: If an id stands for rows that differ, and must not.
    """
    if part.pairs.total() > setting.match.max_pairs:
        frequent = sorted(part.tally.names.items(), key=lambda one: (-one[1], one[0]))[:_MOST_NAMES]
        raise TooManyPairs(setting.place, part.pairs, setting.match.max_pairs, frequent)
    for kept in part.kept:
        _trim(kept, _most(setting.match))
    if not setting.match.repeats:
        check_ids([one.row for kept in part.kept for one in kept], setting.target)
    return Found(
        rows=part.tally.rows,
        nameless=part.nameless,
        pairs=dict(sorted(part.pairs.items())),
        scored=tuple(_scored(part, setting)),
    )


def check_ids(found: Sequence[Row], target: Path) -> None:
    """Refuse an id that stands for rows which differ; only rows that met one of ours count.

    Raises:
        UnreadableTarget: With the id and both rows.
    """
    rows: dict[str, Row] = {}
    for row in sorted(found, key=lambda one: (one.id, one.order)):
        other = rows.setdefault(row.id, row)
        if other != row:
            problem = f"gives the id {row.id} to rows that differ: {_differing(other, row)}"
            remedy = "Set repeats = true if they speak of one thing, else choose another template in 'id'."
            raise UnreadableTarget(target, problem, remedy)


def _differing(one: Row, other: Row) -> str:
    """Return the first that two rows of one id do not share, as words."""
    if one.labels != other.labels:
        return f"{one.label!r} and {other.label!r}"
    for name in ("kind", "numbers", "codes", "dates", "parents", "jurisdiction", "key"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs:
            return f"{one.label!r} with {name} {_words(mine)} and {_words(theirs)}"
    return f"{one.label!r}"


def _words(value: object) -> str:
    found = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return found or "nothing"


def _scored(part: Part, setting: Setting) -> Iterator[Scored]:
    for entity, kept, near in zip(setting.ours, part.kept, part.near, strict=True):
        for one in kept:
            alike = sum(count for level, count in near.items() if level >= one.comparison.name.level)
            score = scored(one.comparison, one.row, part.tally, alike, setting.weights)
            yield Scored(entity, one.row, one.comparison, score)
