"""Some rows of a target against our side: what is found adds up, in any order, so rows may be parted among processes.

A part keeps the best rows of each thing and counts the rest, so its size is bound by our side. Frequencies are those of
the whole target; so pairs are weighed only once all parts are put together.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from egov_kg.errors import UnreadableTarget
from egov_kg.linking.blocking import Blocks, TooManyPairs
from egov_kg.linking.comparing import Comparison, NameLevel, best_pairing, compared, names_people
from egov_kg.linking.deciding import Scored
from egov_kg.linking.ours import Entity
from egov_kg.linking.periods import Agreement
from egov_kg.linking.rows import Row, RowReader
from egov_kg.linking.scoring import scored
from egov_kg.linking.specification import Match
from egov_kg.linking.tables import Batch
from egov_kg.linking.tally import Tally

__all__ = ["Comparer", "Found", "Part", "Setting", "found_in"]

_KEPT: Final = 40
"""How many rows are kept for each thing; forty better ones leave no chance to another."""

_MOST_NAMES: Final = 5


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

    rank: tuple[object, ...]
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
            _trim(mine)
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
        size = len(setting.ours)
        tally = Tally(setting.ours, setting.match)
        self.part = Part(tally, self._blocks.counts, 0, [[] for _ in range(size)], [{} for _ in range(size)])
        self._least = [-math.inf] * size

    def take(self, batch: Batch) -> None:
        """Compare some rows."""
        tally = self.part.tally
        tally.count(batch, len(next(iter(batch.values()))))
        pairs = self._blocks.pairs(batch, tally)
        if self._blocks.is_over:
            return  # the rest is counted, so that the report is whole
        rows: dict[int, Row] = {}
        for pair in pairs:
            row = rows.get(pair.place)
            if row is None:
                row = rows[pair.place] = self._reader.row(batch, pair.place)
                self.part.nameless += not row.id
            if row.id:
                self._compare(pair.entity, row, pair.cosines)

    def _compare(self, number: int, row: Row, cosines: dict[tuple[str, str], float]) -> None:
        entity = self._ours[number]
        name = best_pairing(entity, row, cosines, people=self._people)
        near = self.part.near[number]
        near[name.level] = near.get(name.level, 0) + 1
        comparison = compared(entity, row, self._match, name)
        likely = _likely(comparison)
        if likely < self._least[number]:
            return
        kept = self.part.kept[number]
        kept.append(_Kept((-likely, row.id, row.order), row, comparison))
        if len(kept) >= 2 * _KEPT:
            _trim(kept)
            self._least[number] = -kept[-1].rank[0]  # type: ignore[operator]


def _trim(kept: list[_Kept]) -> None:
    if len(kept) > _KEPT:
        kept.sort(key=lambda one: one.rank)
        del kept[_KEPT:]


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
        kept.sort(key=lambda one: one.rank)
        del kept[_KEPT:]
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
            problem = f"gives the id {row.id} to rows that differ: {other.label!r} and {row.label!r}"
            remedy = "Set repeats = true if they speak of one thing, else choose another template in 'id'."
            raise UnreadableTarget(target, problem, remedy)


def _scored(part: Part, setting: Setting) -> Iterator[Scored]:
    for entity, kept, near in zip(setting.ours, part.kept, part.near, strict=True):
        for one in kept:
            alike = sum(count for level, count in near.items() if level >= one.comparison.name.level)
            score = scored(one.comparison, one.row, part.tally, alike, setting.weights)
            yield Scored(entity, one.row, one.comparison, score)


def _likely(comparison: Comparison) -> float:
    """Return a rough score, before frequencies are known: which rows of a thing are worth keeping."""
    agreement = {True: 1.0, False: -1.0, None: 0.0}
    points = 2.0 * comparison.name.level + 4.0 * comparison.name.similarity
    points += 10.0 * agreement[comparison.number] + 12.0 * agreement[comparison.code]
    points += 3.0 * agreement[comparison.parent] + agreement[comparison.kind]
    if comparison.date is Agreement.contradiction:
        points -= 6.0
    else:
        points += 1.5 * (comparison.date - Agreement.unknown)
    return round(points - 5.0 * bool(comparison.vetoes), 6)
