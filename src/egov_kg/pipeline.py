"""One way through the house: documents in, a published release out. Stages are composed here and nowhere else."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from egov_kg import assets, dumps, store
from egov_kg.claims import Claims, Reread, collect, review_inputs
from egov_kg.collecting import no_collecting
from egov_kg.config import Config
from egov_kg.curation import Curated
from egov_kg.deriving import Reasoner
from egov_kg.documents import IsolatedReader, Limits, document_paths, passed_over, read_document
from egov_kg.errors import EgovKGError, FindingsError, ReleaseDamaged, ReleaseNotFound
from egov_kg.extraction import Registry, load_extractor
from egov_kg.finishing import PARTS, Content, Made, close, write_release
from egov_kg.gathering import FactCache, Gathered, gather
from egov_kg.gathering.cache import FOLDER
from egov_kg.linking import AcceptedLinks, accepted_links
from egov_kg.model import Document, Extraction
from egov_kg.rdf import Background, Dataset, assemble_dataset, read_background
from egov_kg.reporting import build_report, inputs_of, json_bytes, links_report, registry_table, rules_digest
from egov_kg.republishing import (
    apply_published,
    changes_report,
    mark_of,
    publishing,
    set_aside,
    settled_changes,
)
from egov_kg.settling import gate_findings
from egov_kg.store.changes import CHANGES, ChangeLog
from egov_kg.timing import Clock, Progress, Stage, Ticks
from egov_kg.validation import Finding

__all__ = ["REJECTED", "BuildResult", "Clock", "Progress", "Stage", "Ticks", "build", "claims_of", "found_in"]

REJECTED: Final = "rejected.json"
"""Where the report of a build that was not published stands, in the folder of releases."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build made.

    Attributes:
        release: The release, opened.
        report: As in its ``report.json``: documents, background, inference, findings.
        stages: The steps with their times, which stand nowhere in the release.
    """

    release: store.Release
    report: Mapping[str, Any]
    stages: tuple[Stage, ...]

    def summary(self) -> dict[str, Any]:
        """Return what a program that started the build wants to know, as plain data."""
        keys = ("id", "source", "facts", "things")
        told = ("extractors", "review", "links")
        return {
            "release": self.release.id,
            "path": str(self.release.path),
            "version": self.release.manifest.version,
            "totals": self.release.counts["totals"],
            "findings": self.report["severities"],
            "documents": [
                {**{key: one[key] for key in keys}, "silent": len(one["unexpressed"])}
                for one in self.report["documents"]
            ],
            "failed": self.report["failed"],
            **{key: self.report[key] for key in told if key in self.report},
            "seconds": {stage.name: round(stage.seconds, 3) for stage in self.stages},
        }


def build(
    documents: Sequence[Path | Document] | None = None,
    background: Path | None = None,
    out: Path | None = None,
    config: Config | None = None,
    progress: Progress | None = None,
    *,
    strict: bool = False,
    workers: int = 1,
    cached: bool = True,
    ticks: Ticks | None = None,
    extractors: Sequence[str] = (),
    reviews: Sequence[Path] = (),
    gazetteers: Sequence[Path] = (),
    mappings: Sequence[Path] = (),
    reasoner: Reasoner = "own",
) -> BuildResult:
    """Build a release and publish it.

    The same files, configuration and versions give the same release, byte for byte, wherever it is built. Findings do
    not stop a build, nor does a document that cannot be read: a graph of foreign documents is worth having with its
    flaws listed. With `strict` both do, findings where they are violations; then the old release stays the current one,
    and the report stands in ``rejected.json``.

    Args:
        documents: Files, folders, and documents that were read before; what comes with egov-kg if None.
        background: The folder of background tables; what comes with egov-kg if None.
        out: Where releases are written; `config.out` if None.
        config: Names, base and version; the defaults if None.
        progress: Called after each stage.
        strict: Publish nothing if there is a violation, or a document that cannot be read or that an extractor fails
            on.
        workers: How many processes may work at once. From two on documents are read in processes of their own, so that
            one which exhausts the memory costs itself alone; a script that asks for that needs the usual
            ``if __name__ == "__main__"``.
        cached: Keep what each document says in ``.facts`` below `out`, and take unchanged documents from there.
        ticks: Called while a stage works.
        extractors: The names of extractors whose proposals get graphs of their own; besides those of `config`.
        reviews: Folders with decisions of reviewers; besides those that come along and that of `config`.
        gazetteers: Folders with tables of names; besides those that come along.
        mappings: Folders with mapping files of data sets outside; besides those that come along and that of `config`.
        reasoner: ``own``, or ``owlrl`` to have owlrl derive as well and the report tell where they differ.

    Raises:
        UnreadableDocument: If none of the documents can be read.
        DataFileError: If a table or a rule is wrong.
        FindingsError: If `strict` is set and there are violations or documents that could not be read.
        ConfigurationError: If `out` cannot be written.
    """
    config = config or Config()
    out = out or config.out
    clock = Clock(progress, ticks)
    rejected = out / REJECTED
    with no_collecting(), _alone(out) as log, store.Staging(out) as staging:
        cache = FactCache(out / FOLDER) if cached else None
        with store.StoreLoader(staging.path / store.STORE, staging.path / PARTS, beside=workers > 1) as loader:
            source = _read(
                documents,
                background,
                config,
                clock,
                workers=workers,
                cache=cache,
                extractors=extractors,
                reviews=reviews,
                gazetteers=gazetteers,
                mappings=mappings,
            )
            if strict:
                source.claims.refuse_failures()
            before = _before(out)
            made = _made(source, config, clock, loader, log=log, before=before, reasoner=reasoner)
            _refuse_gates(made, config, before.counts["totals"] if before else None)

            def refuse(report: Mapping[str, Any]) -> None:
                violations, failed = report["severities"].get("violation", 0), len(report["failed"])
                if strict and (violations or failed):
                    rejected.write_bytes(json_bytes(report))
                    raise FindingsError(violations + failed, _refusal(violations, failed, rejected))

            release, report = write_release(
                made,
                staging,
                loader,
                clock,
                report_of=functools.partial(_report, source, log),
                refuse=refuse,
                threads=workers - 1,
                keep=config.keep_releases,
            )
    rejected.unlink(missing_ok=True)
    return BuildResult(release, report, tuple(clock.stages))


@contextmanager
def _alone(out: Path) -> Iterator[ChangeLog]:
    """Give the change log; where there is one, nobody else makes a release meanwhile."""
    log = ChangeLog(out / CHANGES)
    if not log.folder.is_dir():
        yield log
        return
    (out / store.RELEASES).mkdir(exist_ok=True)
    with publishing(out):
        yield log


def _before(out: Path) -> store.Manifest | None:
    """Return the manifest of the release that is to be replaced, if there is one that can be read."""
    try:
        return store.open_release(out).manifest
    except (ReleaseNotFound, ReleaseDamaged):
        return None


def _refuse_gates(made: Made, config: Config, before: Mapping[str, int] | None) -> None:
    found = gate_findings(made, config, before)
    if found:
        told = "; ".join(one.message for one in found)
        raise FindingsError(len(found), f"of the gates closed, nothing was published: {told}")


def _report(source: _Source, log: ChangeLog, made: Made, findings: Sequence[Finding]) -> dict[str, Any]:
    report = build_report(source.gathered, source.background, made.derived, made.contradictions, findings)
    report |= source.claims.report()
    report |= links_report(source.links.sets, made.content.dataset)
    return report | (changes_report(log, made.content.changes["mark"]) if made.content.changes else {})


def _refusal(violations: int, failed: int, rejected: Path) -> str:
    """Return, after a number of findings, what they are and where they are listed."""
    if not failed:
        what = "violation" if violations == 1 else "violations"
        return f"{what} found, nothing was published; see {rejected}"
    documents = "document" if failed == 1 else "documents"
    parts = [f"{failed} {documents} could not be read", *([f"{violations} violations"] if violations else [])]
    return f"findings ({', '.join(parts)}), nothing was published; see {rejected}"


@dataclass(frozen=True, slots=True)
class _Source:
    """What documents and tables say.

    Attributes:
        content: The same as quads.
        gathered: What each document gave.
        background: The tables.
        claims: What the documents claim, with proposals and decisions.
        links: The accepted links with data sets outside.
    """

    content: Content
    gathered: Gathered
    background: Background
    claims: Claims
    links: AcceptedLinks


def _read(
    documents: Sequence[Path | Document] | None,
    background: Path | None,
    config: Config,
    clock: Clock,
    *,
    workers: int,
    cache: FactCache | None,
    extractors: Sequence[str],
    reviews: Sequence[Path],
    gazetteers: Sequence[Path],
    mappings: Sequence[Path],
) -> _Source:
    tables_folder = background or assets.data("background")
    gathered, registry, reread = found_in(documents, config, clock, workers=workers, cache=cache, gazetteers=gazetteers)
    claims = claims_of(
        gathered.extractions, registry, config, clock, reread=reread, extractors=extractors, reviews=reviews
    )
    gathered = replace(gathered, extractions=claims.outcome.extractions)
    with clock.stage("rdf") as words:
        tables = read_background(tables_folder)
        links = accepted_links(_mapping_folders(config, mappings), config.base)
        read = (
            *inputs_of((e.document for e in gathered.extractions), tables_folder, gazetteers),
            *review_inputs(config, reviews),
            *(store.Input("mapping", name, *store.digest(path)) for name, path in links.files),
        )
        inputs = tuple(sorted(read, key=lambda row: (row.role, row.name, row.sha256)))
        dataset = assemble_dataset(
            gathered.extractions,
            tables,
            base=config.base,
            version=config.version,
            rules_digest=rules_digest(inputs, claims.digest()),
            proposals=claims.outcome.proposals,
            reviews=claims.outcome.reviews,
            links=links.sets,
        )
        words.append(f"{len(dataset)} asserted quads")
    content = Content(
        dataset,
        inputs,
        documents=len(gathered.extractions),
        registry=registry_table(registry, gathered.extractions, config.version),
        texts=tuple(extraction.document for extraction in gathered.extractions),
        extractors=claims.manifest(),
        mappings=dumps.mapping_files(path for _, path in links.files),
    )
    return _Source(content, gathered, tables, claims, links)


def _mapping_folders(config: Config, mappings: Sequence[Path]) -> list[Path]:
    shipped, own = assets.data("mappings"), [Path(config.mappings)] if config.mappings else []
    return [*([shipped] if shipped.is_dir() else []), *own, *mappings]


def _made(
    source: _Source,
    config: Config,
    clock: Clock,
    loader: store.StoreLoader,
    *,
    log: ChangeLog,
    before: store.Manifest | None,
    reasoner: Reasoner,
) -> Made:
    """Return what follows from documents and changes; the store is loaded meanwhile."""
    content = _with_changes(source.content, config, clock, log=log, before=before)
    if content.dataset.evidence is not None:
        loader.add("evidence", content.dataset.evidence.chunks())
    made = close(content, config, clock, reasoner=reasoner)
    loader.add("quads", made.lines)
    return made


def _with_changes(
    content: Content, config: Config, clock: Clock, *, log: ChangeLog, before: store.Manifest | None
) -> Content:
    """Lay the accepted changes over what documents say; what was published stays, what is new is tried.

    Raises:
        ChangeLogDamaged: If a record is missing or was altered.
    """
    rejected = log.rejected()
    changes = [change for change in log.read() if change.number not in rejected]
    if not changes:
        return content
    mark = before.mark if before is not None else 0
    state = Curated(content.dataset.all_quads(), content.dataset.base)
    published = apply_published(state, [change for change in changes if change.number <= mark], log)
    waiting = [change for change in changes if change.number > mark]
    if waiting:
        totals = before.counts["totals"] if before is not None else None
        settled = settled_changes(content, state, waiting, config, clock, before=totals)
        set_aside(log, "", settled)
        state, published = settled.state, [*published, *settled.taken]
    if not published:
        return content
    return replace(content, dataset=Dataset(state.quads(), None, content.dataset.base), changes=mark_of(log, published))


def found_in(
    documents: Sequence[Path | Document] | None,
    config: Config,
    clock: Clock,
    *,
    workers: int = 1,
    cache: FactCache | None = None,
    gazetteers: Sequence[Path] = (),
) -> tuple[Gathered, Registry, Reread]:
    """Return what the rules find in documents, where their ids come from, and what reads the documents again.

    Args:
        documents: As of `build`.
        config: What a document may cost.
        clock: Times the stages ``documents`` and ``extraction``.
        workers: As of `build`.
        cache: What earlier builds read.
        gazetteers: As of `build`.
    """
    places: list[Path | Document] = [assets.data("documents")] if documents is None else list(documents)
    limits = Limits(config.document_bytes, config.document_seconds, config.document_memory)
    with clock.stage("documents") as words:
        files = [place for place in places if not isinstance(place, Document)]
        found: list[Path | Document] = [
            *(one for one in places if isinstance(one, Document)),
            *(document_paths(files) if files else ()),
        ]
        words.append(f"{len(found)} documents")
        words += [f"{path.name} passed over: {reason}" for path, reason in passed_over(files)]
    with clock.stage("extraction") as words:
        extractor = load_extractor(assets.data(), gazetteers)
        tick = clock.ticks("extraction")
        gathered = gather(found, assets.data(), extractor, workers=workers, cache=cache, tick=tick, limits=limits)
        if cache is not None:
            cache.prune()
        words.append(f"{sum(len(e.facts) for e in gathered.extractions)} facts")
        words.append(f"{sum(len(e.unexpressed) for e in gathered.extractions)} passages without")
        if gathered.known:
            words.append(f"{gathered.known} documents unchanged")
        words += [f"NOT READ: {failure.reason}" for failure in gathered.failures]
    return gathered, extractor.registry, functools.partial(_reread, tuple(found), limits)


def _reread(found: Sequence[Path | Document], limits: Limits) -> Iterator[Document]:
    """Yield documents with their blocks; one that cannot be read was told of before."""
    with IsolatedReader(limits) as reader:
        for one in found:
            try:
                document = one if isinstance(one, Document) else read_document(one, reader=reader)
            except EgovKGError:
                continue
            yield document


def claims_of(
    extractions: tuple[Extraction, ...],
    registry: Registry,
    config: Config,
    clock: Clock,
    *,
    reread: Reread,
    extractors: Sequence[str],
    reviews: Sequence[Path],
) -> Claims:
    """Return what documents claim, with proposals and decisions; the stage ``review`` is told if there are any."""

    def claims(tell: Callable[[str], None] | None = None) -> Claims:
        return collect(
            extractions,
            config,
            registry=registry,
            extractors=extractors,
            reviews=reviews,
            reread=reread,
            tell=tell,
        )

    if not extractors and not config.chosen_extractors:
        plain = claims()
        if plain.is_plain:
            return plain
    with clock.stage("review") as words:
        made = claims(clock.tell)
        proposed = sum(len(one.facts) for found in made.outcome.proposals.values() for one in found)
        words.append(f"{proposed} proposals")
        words += [f"{number} {what}" for what, number in made.outcome.counts().items() if number]
    return made
