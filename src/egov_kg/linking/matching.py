"""The matcher: our side is indexed, the target is read once, and the memory is bound by our side.

For each block of a specification: read, count, find pairs, compare, keep the best rows of each thing; then weigh with
the frequencies of the whole target, and decide.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import UnreadableTarget
from egov_kg.linking.blocking import Blocks
from egov_kg.linking.comparing import Comparison, NameLevel, best_pairing, compared, names_people
from egov_kg.linking.deciding import CandidateLink, Scored, decided
from egov_kg.linking.ours import entities
from egov_kg.linking.periods import Agreement
from egov_kg.linking.rows import Row, RowReader
from egov_kg.linking.scoring import learned, scored
from egov_kg.linking.specification import Match, Specification
from egov_kg.linking.sssom import MappingRow, parts_of
from egov_kg.linking.tables import Batch, table_batches
from egov_kg.linking.tally import Tally

__all__ = ["BlockResult", "Linking", "Reader", "link", "open_target"]

_KEPT: Final = 40
"""How many rows are kept for each thing while the target is read; forty better ones leave no chance to another."""

_TICK: Final = 1 << 17


@dataclass(frozen=True, slots=True)
class BlockResult:
    """What one block of a specification gave.

    Attributes:
        match: The block.
        things: The IRIs of the things of ours that it is about.
        rows: How many rows of the target it is about.
        nameless: How many of these give no IRI: a value of the template is missing or makes none.
        pairs: How many pairs were compared, by block.
        links: The candidate links.
        namespace: What the IRIs of its rows begin with.
    """

    match: Match
    things: tuple[str, ...]
    rows: int
    nameless: int
    pairs: Mapping[str, int]
    links: tuple[CandidateLink, ...]
    namespace: str

    def count(self, band: str) -> int:
        """Return how many links are in a band."""
        return sum(one.band == band for one in self.links)


@dataclass(frozen=True, slots=True)
class Linking:
    """What a run gave.

    Attributes:
        specification: What was run.
        blocks: What each block gave, in their order.
    """

    specification: Specification
    blocks: tuple[BlockResult, ...]

    @property
    def links(self) -> tuple[CandidateLink, ...]:
        """All candidate links."""
        return tuple(one for block in self.blocks for one in block.links)


Reader = Callable[[Specification, Match, Path, Path], Iterator[Batch]]
"""Yields the rows of a file for a block: the specification, the block, the file, a folder for what is needed."""

Tick = Callable[[int, int], object]


def link(
    store: ox.Store,
    specification: Specification,
    target: Path,
    *,
    base: str = iri.BASE,
    decisions: Sequence[MappingRow] = (),
    readers: Mapping[str, Reader] | None = None,
    tick: Tick | None = None,
) -> Linking:
    """Return the candidate links between a graph and a data set.

    Args:
        store: The graph; its default graph holds all facts, what follows included.
        specification: What to compare with what.
        target: The file, or a folder with the files that the specification names.
        base: The base of our IRIs.
        decisions: Mappings that people decided: they are not proposed again, and shift the weights.
        readers: Readers by format, besides that of tables.
        tick: Called with the number of rows read so far, and 0, as their number is not known.

    Raises:
        UnreadableTarget: If the target is missing, damaged, or not as the specification says.
        TooManyPairs: If a block gives more pairs than the specification allows.
        DataFileError: If a condition of the specification is wrong.
    """
    known = {**dict.fromkeys(("csv", "tsv", "parquet", "xlsx", "sparql"), table_batches), **(readers or {})}
    reader = known.get(specification.dataset.format)
    if reader is None:
        problem = f"is of format {specification.dataset.format!r}, which has no reader here"
        raise UnreadableTarget(target, problem, f"There are: {', '.join(sorted(known))}.")
    weights = learned(parts_of(one.comment) for one in decisions if one.is_decided and not one.negated)
    results = [
        _Block(store, specification, match, base=base, decisions=decisions, weights=weights).run(
            reader, open_target(target, match), tick
        )
        for match in specification.matches
    ]
    return Linking(specification, tuple(results))


def open_target(target: Path, match: Match) -> Path:
    """Return the file of a target that a block is about.

    Args:
        target: A file, which stands for every source; or a folder with the sources by name.
        match: The block.

    Raises:
        UnreadableTarget: If it is not there.
    """
    if target.is_dir():
        path = target / match.source
        if not path.is_file():
            names = ", ".join(sorted(one.name for one in target.iterdir())[:10]) or "nothing"
            raise UnreadableTarget(target, f"holds no file {match.source!r}; it holds {names}", "Check the folder.")
        return path
    beside = target.with_name(match.source)
    if target.name != match.source and beside.is_file():
        return beside
    if not target.is_file():
        raise UnreadableTarget(target, "is no file", "Check its name, or give the folder that holds it.")
    return target


@dataclass(slots=True)
class _Kept:
    """A pair that waits for the frequencies of the whole target."""

    rank: tuple[float, str, str]
    row: Row
    comparison: Comparison


class _Block:
    """One block of a specification, run."""

    def __init__(
        self,
        store: ox.Store,
        specification: Specification,
        match: Match,
        *,
        base: str,
        decisions: Sequence[MappingRow],
        weights: Mapping[str, float],
    ) -> None:
        self._specification, self._match, self._weights = specification, match, weights
        self._ours = entities(store, match, specification.prefixes, base)
        self._reader = RowReader(match, specification.prefixes)
        self._tally = Tally(self._ours, match)
        self._blocks = Blocks(self._ours, match)
        self._people = names_people(match)
        self._kept: list[list[_Kept]] = [[] for _ in self._ours]
        self._near: list[dict[NameLevel, int]] = [{} for _ in self._ours]
        self._nameless = 0
        self._known = {(one.subject, one.object) for one in decisions if one.is_decided}
        self._taken: dict[str, str] = {}
        space = self._reader.namespace
        for one in decisions:
            if one.is_decided and not one.negated and one.object.startswith(space):
                self._taken[one.subject] = one.object
                self._taken[one.object] = one.subject

    def run(self, read: Reader, path: Path, tick: Tick | None) -> BlockResult:
        """Read the target and return what the block gives."""
        with tempfile.TemporaryDirectory(prefix="egov-kg-link-") as folder:
            batches = read(self._specification, self._match, path, Path(folder))
            for batch in batches:
                self._take(batch)
                if tick is not None and self._tally.rows % _TICK < len(next(iter(batch.values()))):
                    tick(self._tally.rows, 0)
        place = f"[[match]] {self._match.number} of {self._specification.path.name}"
        self._blocks.check(self._tally, place)
        self._check_ids(path)
        links = decided(self._scored(), self._match, known=self._known, taken=self._taken)
        return BlockResult(
            match=self._match,
            things=tuple(one.iri for one in self._ours),
            rows=self._tally.rows,
            nameless=self._nameless,
            pairs=dict(sorted(self._blocks.counts.items())),
            links=links,
            namespace=self._reader.namespace,
        )

    def _take(self, batch: Batch) -> None:
        size = len(next(iter(batch.values())))
        self._tally.count(batch, size)
        pairs = self._blocks.pairs(batch, self._tally)
        if self._blocks.is_over:
            return  # the rest is counted, so that the report is whole
        rows: dict[int, Row] = {}
        for pair in pairs:
            row = rows.get(pair.place)
            if row is None:
                row = rows[pair.place] = self._reader.row(batch, pair.place)
            if not row.id:
                self._nameless += 1
                continue
            self._compare(pair.entity, row, pair.cosines)

    def _compare(self, number: int, row: Row, cosines: dict[tuple[str, str], float]) -> None:
        entity = self._ours[number]
        name = best_pairing(entity, row, cosines, people=self._people)
        near = self._near[number]
        near[name.level] = near.get(name.level, 0) + 1
        comparison = compared(entity, row, self._match, name)
        kept = self._kept[number]
        kept.append(_Kept((-_likely(comparison), row.id, row.label), row, comparison))
        if len(kept) >= 4 * _KEPT:
            kept.sort(key=lambda one: one.rank)
            del kept[_KEPT:]

    def _check_ids(self, path: Path) -> None:
        """Refuse an id that stands for rows which differ, unless they may; only rows that met one of ours count."""
        if self._match.repeats:
            return
        rows: dict[str, Row] = {}
        for one in sorted((one for kept in self._kept for one in kept), key=lambda one: one.rank):
            other = rows.setdefault(one.row.id, one.row)
            if other != one.row:
                problem = f"gives the id {one.row.id} to rows that differ: {other.label!r} and {one.row.label!r}"
                remedy = "Set repeats = true if they speak of one thing, else choose another template in 'id'."
                raise UnreadableTarget(path, problem, remedy)

    def _scored(self) -> Iterable[Scored]:
        for entity, kept, near in zip(self._ours, self._kept, self._near, strict=True):
            kept.sort(key=lambda one: one.rank)
            for one in kept[:_KEPT]:
                alike = sum(count for level, count in near.items() if level >= one.comparison.name.level)
                score = scored(one.comparison, one.row, self._tally, alike, self._weights)
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
