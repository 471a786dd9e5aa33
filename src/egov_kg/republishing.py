"""Accepted changes become a release: folded into what the current one asserts, checked, inferred again, published.

No document is read. What documents and tables say is taken from the release; everything that follows is made anew. The
bytes are those that a build from the same documents gives with the same changes.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from egov_kg import dumps, store
from egov_kg.collecting import no_collecting
from egov_kg.config import Config
from egov_kg.curation import Curated, Unfit, asserted_only
from egov_kg.errors import ChangeLogDamaged, ConfigurationError, ReleaseDamaged, ReleaseNotFound
from egov_kg.finishing import PARTS, Content, Made, close, write_release
from egov_kg.rdf import Dataset
from egov_kg.reporting import findings_report, ontology_inputs
from egov_kg.settling import Judged, Settled, judged, settle
from egov_kg.store import history
from egov_kg.store.changes import CHANGES, Change, ChangeLog, Rejection
from egov_kg.store.durable import locked
from egov_kg.timing import Clock, Progress, Stage
from egov_kg.validation import Finding

__all__ = [
    "Published",
    "apply_published",
    "archive",
    "changes_report",
    "go_back",
    "mark_of",
    "pending",
    "publish",
    "publishing",
    "set_aside",
    "settled_changes",
]

_LOCK: Final = ".publisher"


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing changes came to.

    Attributes:
        release: The one that is current now: a new one if a change was taken.
        taken: The numbers of the changes that it took.
        rejected: Why others were set aside, by number.
        stages: The steps with their times.
    """

    release: store.Release
    taken: tuple[int, ...]
    rejected: Mapping[int, Sequence[Mapping[str, Any]]]
    stages: tuple[Stage, ...]


@contextlib.contextmanager
def publishing(out: Path) -> Iterator[None]:
    """Be the only one who makes a release of changes; wait for whoever does."""
    if not (out / store.RELEASES).is_dir():
        raise ReleaseNotFound(out)
    with locked(out / store.RELEASES / _LOCK):
        yield


def pending(log: ChangeLog, manifest: store.Manifest) -> list[Change]:
    """Return the changes that a release does not hold yet and that were not set aside.

    Raises:
        ChangeLogDamaged: If a record is, or the log is not the one that the release was made from.
    """
    mark, rejected = manifest.mark, log.rejected()
    number, _ = log.head()
    place = log.folder / f"{mark:012}.nqp"
    if mark > number:
        raise ChangeLogDamaged(place, f"the release has taken it into account, and the log ends with {number}")
    if mark and log.digest(mark) != manifest.changes["sha256"]:
        raise ChangeLogDamaged(place, "it is not the record that the release has taken into account")
    return [change for change in log.read(after=mark) if change.number not in rejected]


def publish(
    out: Path, config: Config, progress: Progress | None = None, *, workers: int = 1, most: int | None = None
) -> Published:
    """Make a release of the changes that the current one does not hold.

    A change that breaks the graph is set aside with the reasons, and the others go on. Without changes nothing is done.

    Args:
        out: The folder that holds the releases and the change log.
        config: Names, version, gates; the base must be that of the release.
        progress: Called after each stage.
        workers: How many processes may work at once.
        most: How many changes may be tried, the oldest first; all if None.

    Raises:
        ReleaseNotFound, ReleaseDamaged: If there is no release to start from.
        ChangeLogDamaged: If a record is missing or was altered.
        ConfigurationError: If the release has another base, or `out` cannot be written.
        StorageFull: If the reasons of a rejection cannot be kept.
    """
    clock = Clock(progress)
    with no_collecting(), publishing(out):
        release = store.open_release(out)
        if release.base != config.base:
            raise ConfigurationError(f"the release has the base {release.base}, the configuration {config.base}")
        log = ChangeLog(out / CHANGES)
        waiting = pending(log, release.manifest)[:most]
        if not waiting:
            return Published(release, (), {}, ())
        with clock.stage("rdf") as words:
            state = Curated(asserted_only(release.quads(), release.base), release.base)
            words.append(f"{len(waiting)} changes to {release.id[:12]}")
        settled = _settled(release, state, waiting, config, clock)
        set_aside(log, release.id, settled)
        if not settled.taken:
            return Published(release, (), settled.rejected, tuple(clock.stages))
        made = replace(
            settled.judged.made, content=replace(settled.judged.made.content, changes=mark_of(log, settled.taken))
        )
        found = settled.judged.findings
        new = _write(release, made, found, log, out=out, config=config, clock=clock, workers=workers)
    taken = tuple(change.number for change in settled.taken)
    return Published(new, taken, settled.rejected, tuple(clock.stages))


def archive(out: Path) -> tuple[int, int]:
    """Move the records that all kept releases hold already into the archive of the log, where they are read as before.

    Returns:
        How many were moved, and the number of the last one that all kept releases hold.

    Raises:
        ReleaseNotFound: If the folder holds no releases.
        StorageFull: If the disk does not keep it.
    """
    with publishing(out):
        through = min((_mark(out / store.RELEASES / name) for name in store.list_releases(out)), default=0)
        return ChangeLog(out / CHANGES).archive(through), through


def _mark(folder: Path) -> int:
    """Return the last change that a release holds; 0, with which nothing is archived, if it does not say."""
    try:
        return store.open_release(folder).manifest.mark
    except ReleaseDamaged:
        return 0


def go_back(out: Path, *, keep_changes: bool = False) -> tuple[store.Release, tuple[int, ...]]:
    """Let the release before the current one be current again.

    Args:
        out: The folder that holds the releases.
        keep_changes: Whether changes that come undone wait for the next release; else they are set aside.

    Returns:
        The release, and the numbers of the changes that it does not hold.

    Raises:
        NotFound: If there is none before.
        ReleaseDamaged: If it is not whole; then nothing was done.
    """
    with publishing(out):
        name = history.release_before(out)
        current = store.current_id(out)
        before = store.open_release(out / store.RELEASES / name, deep=True)
        log = ChangeLog(out / CHANGES)
        last = _mark_of_current(out, before.manifest.mark)
        known = log.rejected()
        undone = tuple(number for number in range(before.manifest.mark + 1, last + 1) if number not in known)
        if not keep_changes:
            for number in undone:
                why = f"rolled back from release {current[:12]} to {name[:12]}"
                log.reject(Rejection(number, current, [{"check": "operator", "message": why}]))
        return store.use_release(out, name), undone


def _mark_of_current(out: Path, otherwise: int) -> int:
    """Return the last change that the current release holds; it may be the damaged one that is being left."""
    try:
        return store.open_release(out).manifest.mark
    except (ReleaseNotFound, ReleaseDamaged):
        return otherwise


def _settled(
    release: store.Release, state: Curated, waiting: Sequence[Change], config: Config, clock: Clock
) -> Settled:
    kept = tuple(row for row in release.manifest.inputs if row.role != "ontology")
    inputs = tuple(sorted((*kept, *ontology_inputs()), key=lambda row: (row.role, row.name, row.sha256)))
    plain = Content(
        Dataset((), None, release.base),
        inputs,
        documents=release.counts["totals"]["documents"],
        registry=release.file("registry.tsv").read_text(encoding="utf-8"),
        extractors=release.manifest.extractors,
        mappings=dumps.mapping_files((release.path / dumps.MAPPINGS).glob("*")),
    )
    return settled_changes(plain, state, waiting, config, clock, before=release.counts["totals"])


def settled_changes(
    plain: Content,
    state: Curated,
    waiting: Sequence[Change],
    config: Config,
    clock: Clock,
    *,
    before: Mapping[str, int] | None,
) -> Settled:
    """Try changes on a state; see `settle`.

    Args:
        plain: What the release is made of besides the quads.
        state: The asserted quads before the changes.
        waiting: The changes.
        config: Names, version, gates.
        clock: Times the stage ``changes``.
        before: The totals of the release that is to be replaced.
    """

    def judge(trial: Curated) -> Judged:
        content = replace(plain, dataset=Dataset(trial.quads(), None, trial.base))
        return judged(close(content, config, Clock()), config, before)

    with clock.stage("changes") as words:
        settled = settle(state, waiting, judge)
        words.append(f"{len(settled.taken)} changes taken, {len(settled.rejected)} set aside")
    return settled


def set_aside(log: ChangeLog, release: str, settled: Settled) -> None:
    """Keep why changes were not taken.

    Args:
        log: The change log.
        release: The id of the release that they were tried on.
        settled: What came of them.
    """
    for number, reasons in sorted(settled.rejected.items()):
        log.reject(Rejection(number, release, reasons))


def apply_published(state: Curated, changes: Sequence[Change], log: ChangeLog) -> list[Change]:
    """Apply changes that a release has held already, and return them; one that fits no more is set aside."""
    taken = []
    for change in changes:
        try:
            state.apply(change)
            taken.append(change)
        except Unfit as error:
            log.reject(Rejection(change.number, "", [{"check": error.check, "message": error.message}]))
    return taken


def mark_of(log: ChangeLog, taken: Sequence[Change]) -> dict[str, Any]:
    """Return what a manifest says of the log: the last record that is in the release."""
    mark = taken[-1].number
    return {"mark": mark, "sha256": log.digest(mark)}


def changes_report(log: ChangeLog, mark: int) -> dict[str, Any]:
    """Return what a report says of the log up to a record: how many changes are in the release, and which are not."""
    rejected = [found for number in sorted(log.rejected()) if number <= mark and (found := log.rejection(number))]
    told = [{"number": one.number, "reasons": list(one.reasons)} for one in rejected]
    return {"changes": {"mark": mark, "taken": mark - len(told), "rejected": told}}


def _write(
    release: store.Release,
    made: Made,
    findings: Sequence[Finding],
    log: ChangeLog,
    *,
    out: Path,
    config: Config,
    clock: Clock,
    workers: int,
) -> store.Release:
    old = json.loads(release.file("report.json").read_bytes())

    def report_of(made: Made, findings: Sequence[Finding]) -> dict[str, Any]:
        parts = findings_report(made.derived, made.contradictions, findings)
        told = {key: parts.get(key, value) for key, value in old.items() if key != "changes"}
        return told | changes_report(log, made.content.changes["mark"])

    with (
        store.Staging(out) as staging,
        store.StoreLoader(staging.path / store.STORE, staging.path / PARTS, beside=workers > 1) as loader,
    ):
        loader.add("quads", made.lines)
        new, _ = write_release(
            made,
            staging,
            loader,
            clock,
            report_of=report_of,
            refuse=lambda _: None,
            threads=workers - 1,
            keep=config.keep_releases,
            findings=findings,
        )
    return new
