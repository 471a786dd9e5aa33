"""The matcher: our side is indexed, the target is read once, and the memory is bound by our side.

For each block of a specification: read, count, find pairs, compare, keep the best rows of each thing; then weigh with
the frequencies of the whole target, and decide. What finds and weighs the pairs is an engine; deciding is always ours.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import EgovKGError, UnreadableTarget
from egov_kg.linking.deciding import CandidateLink, decided
from egov_kg.linking.ours import entities
from egov_kg.linking.parts import Found, Setting
from egov_kg.linking.rows import RowReader
from egov_kg.linking.scoring import learned
from egov_kg.linking.specification import Match, Specification
from egov_kg.linking.sssom import MappingRow, parts_of
from egov_kg.linking.tables import Batch, table_batches
from egov_kg.linking.workers import compare_here

__all__ = ["BlockResult", "Engine", "Linking", "Reader", "Tick", "link", "open_target"]

_TICK: Final = 1 << 15


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
"""Yields the rows of a file for a block: the specification, the block, the file, a folder for what is needed. What it
gives may be `Batches`, which know how many rows there are."""

Engine = Callable[[Setting, Iterator[Batch]], Found]
"""Finds and weighs the pairs of a block: our side and what is compared, the rows."""

Tick = Callable[[int, int], object]


def link(
    store: ox.Store,
    specification: Specification,
    target: Path,
    *,
    base: str = iri.BASE,
    decisions: Sequence[MappingRow] = (),
    readers: Mapping[str, Reader] | None = None,
    engine: Engine = compare_here,
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
        engine: What finds and weighs the pairs.
        tick: Called with the number of rows read so far, and that of all rows, or 0 where that is not known.

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
    sources = {match.source for match in specification.matches}
    results = [
        _linked(
            Setting(
                ours=entities(store, match, specification.prefixes, base),
                match=match,
                prefixes=specification.prefixes,
                weights=weights,
                target=open_target(target, match, sources),
                place=f"[[match]] {match.number} of {specification.path.name}",
            ),
            specification,
            decisions=decisions,
            read=reader,
            engine=engine,
            tick=tick,
        )
        for match in specification.matches
    ]
    return Linking(specification, tuple(results))


def open_target(target: Path, match: Match, sources: Collection[str] = ()) -> Path:
    """Return the file of a target that a block is about.

    Args:
        target: A file, which stands for every source, unless it is one of several that stand beside each other; or a
            folder with the sources by name.
        match: The block.
        sources: Of all blocks.

    Raises:
        UnreadableTarget: If it is not there.
    """
    try:
        return _opened(target, match, sources)
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise UnreadableTarget(target, problem, "Check its name and its rights.") from error


def _opened(target: Path, match: Match, sources: Collection[str]) -> Path:
    if target.is_dir():
        path = target / match.source
        if not path.is_file():
            if path.exists() or path.is_symlink():
                raise UnreadableTarget(path, "is no file", "Check what it is.")
            names = ", ".join(sorted(one.name for one in target.iterdir())[:10]) or "nothing"
            raise UnreadableTarget(target, f"holds no file {match.source!r}; it holds {names}", "Check the folder.")
        return path
    if target.name != match.source and target.name in sources:
        beside = target.with_name(match.source)
        if beside.is_file():
            return beside
    if not target.is_file():
        raise UnreadableTarget(target, "is no file", "Check its name, or give the folder that holds it.")
    return target


def _linked(
    setting: Setting,
    specification: Specification,
    *,
    decisions: Sequence[MappingRow],
    read: Reader,
    engine: Engine,
    tick: Tick | None,
) -> BlockResult:
    """Return what one block gives."""
    match = setting.match
    space = RowReader(match, setting.prefixes).namespace
    before = _state(setting.target)
    try:
        with tempfile.TemporaryDirectory(prefix="egov-kg-link-", ignore_cleanup_errors=True) as folder:
            found = engine(setting, _told(specification, setting, read, Path(folder), tick))
    except OSError as error:
        if isinstance(error, EgovKGError):
            raise
        problem = f"cannot be read: {error.strerror or error}"
        remedy = "Make room where temporary files stand, or set TMPDIR."
        raise UnreadableTarget(setting.target, problem, remedy) from error
    if _state(setting.target) != before:
        raise UnreadableTarget(setting.target, "changed while it was read", "Wait until it is complete; try again.")
    known = {(one.subject, one.object) for one in decisions if one.is_decided}
    taken = {}
    for one in decisions:
        if one.is_decided and not one.negated and one.object.startswith(space):
            taken[one.subject] = one.object
            taken[one.object] = one.subject
    return BlockResult(
        match=match,
        things=tuple(one.iri for one in setting.ours),
        rows=found.rows,
        nameless=found.nameless,
        pairs=found.pairs,
        links=decided(found.scored, match, known=known, taken=taken),
        namespace=space,
    )


def _state(path: Path) -> tuple[int, ...]:
    """Return what changes when somebody writes to a file; nothing if it is gone."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _told(
    specification: Specification, setting: Setting, read: Reader, folder: Path, tick: Tick | None
) -> Iterator[Batch]:
    """Yield the rows of a target, and tell how many were read."""
    done, told = 0, 0
    batches = read(specification, setting.match, setting.target, folder)
    for batch in batches:
        yield batch
        done += len(next(iter(batch.values())))
        if tick is not None and done - told >= _TICK:
            told, total = done, getattr(batches, "total", 0)
            tick(done, max(total, done) if total else 0)
    if tick is not None:
        tick(done, done)
