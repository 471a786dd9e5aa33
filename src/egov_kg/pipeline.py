"""One way through the house: documents in, a published release out. Stages are composed here and nowhere else."""

from __future__ import annotations

import functools
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

import egov_kg
from egov_kg import assets, dumps, iri, store
from egov_kg.beside import beside
from egov_kg.claims import Claims, Reread, collect, review_inputs
from egov_kg.config import Config
from egov_kg.documents import IsolatedReader, Limits, document_paths, passed_over, read_document
from egov_kg.errors import EgovKGError, FindingsError
from egov_kg.extraction import Registry, load_extractor
from egov_kg.extraction.collecting import no_collecting
from egov_kg.gathering import FactCache, Gathered, Tick, gather
from egov_kg.gathering.cache import FOLDER
from egov_kg.inference import Closure, Reasoner, entail, write_steps
from egov_kg.model import Document, Extraction
from egov_kg.rdf import (
    Background,
    Dataset,
    assemble_dataset,
    asserted_facts,
    canonical_lines,
    default_graph,
    ontology_quads,
    read_background,
)
from egov_kg.reporting import (
    build_report,
    contradictions,
    count,
    inputs_of,
    json_bytes,
    registry_table,
    rules_digest,
)
from egov_kg.validation import Finding, check_dataset, find_conflicts, quality_notes, sorted_findings

__all__ = ["REJECTED", "BuildResult", "Clock", "Progress", "Stage", "Ticks", "build", "claims_of", "found_in"]

REJECTED: Final = "rejected.json"
"""Where the report of a build that was not published stands, in the folder of releases."""

_PARTS: Final = ".parts"
"""Files of a build that no release holds, in its staging folder."""

_LIBRARIES: Final = ("markdown-it-py", "owlrl", "pyoxigraph", "pyshacl", "rdflib", "selectolax")
_USED: Final = ox.NamedNode(iri.expand("prov:used"))


@dataclass(frozen=True, slots=True)
class Stage:
    """A finished step of a build.

    Attributes:
        name: ``documents``, ``extraction``, ``rdf``, ``inference``, ``dumps``, ``shapes``, ``store``, ``release``.
        summary: What it made, with numbers.
        seconds: How long it took.
    """

    name: str
    summary: str
    seconds: float


Progress = Callable[[Stage], None]
Ticks = Callable[[str, int, int], object]
"""Called while a stage works: its name, how many of its parts are done, and of how many."""


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
            **{key: self.report[key] for key in ("extractors", "review") if key in self.report},
            "seconds": {stage.name: round(stage.seconds, 3) for stage in self.stages},
        }


@dataclass(frozen=True, slots=True)
class _Made:
    """What a release will hold, before it is written and its shapes are checked.

    Attributes:
        dataset: All graphs, catalogue included.
        described: What stands in the catalogue.
        closure: What was derived, and how.
        conflicts: What the asserted graph contradicts itself in.
        gathered: What each document gave.
        background: The tables.
        inputs: The files that were read.
        metadata: The description of the release.
        registry: The ids that were minted before.
        claims: What the documents claim, with proposals and decisions.
    """

    dataset: Dataset
    described: tuple[ox.Triple, ...]
    closure: Closure
    conflicts: tuple[Finding, ...]
    gathered: Gathered
    background: Background
    inputs: tuple[store.Input, ...]
    metadata: dumps.Metadata
    registry: Registry
    claims: Claims


class Clock:
    """Times the stages and tells them to whoever listens."""

    def __init__(self, progress: Progress | None, ticks: Ticks | None = None) -> None:
        self.stages: list[Stage] = []
        self._progress, self._ticks = progress, ticks

    def ticks(self, name: str) -> Tick | None:
        """Return what tells that parts of a stage are done, if anybody listens."""
        return functools.partial(self._ticks, name) if self._ticks is not None else None

    def tell(self, line: str) -> None:
        """Tell that something inside a stage was done; it is no stage of its own."""
        if self._progress is not None:
            self._progress(Stage("", line, 0.0))

    @contextmanager
    def stage(self, name: str) -> Iterator[list[str]]:
        """Time a stage; its summary is what the body puts into the list."""
        began = time.perf_counter()
        words: list[str] = []
        yield words
        self.stages.append(Stage(name, ", ".join(words), time.perf_counter() - began))
        if self._progress is not None:
            self._progress(self.stages[-1])


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
    with no_collecting(), store.Staging(out) as staging:
        cache = FactCache(out / FOLDER) if cached else None
        parts = staging.path / _PARTS
        with store.StoreLoader(staging.path / store.STORE, parts, beside=workers > 1) as loader:
            made = _make(
                documents,
                background,
                config,
                clock,
                loader,
                workers=workers,
                cache=cache,
                extractors=extractors,
                reviews=reviews,
                gazetteers=gazetteers,
                reasoner=reasoner,
            )
            if strict:
                made.claims.refuse_failures()
            check = functools.partial(_found_by_shapes, made)
            with beside(check, forked=workers > 1) as found:
                known = _write_graph(made, staging.path, clock, parts=parts, threads=workers - 1)
                with clock.stage("shapes") as words:
                    findings = sorted_findings([*made.conflicts, *contradictions(made.closure), *found()])
                    words.append(f"{len(findings)} findings")
            with clock.stage("store") as words:
                loader.finish()
                shutil.rmtree(parts)
                size = sum(path.stat().st_size for path in (staging.path / store.STORE).iterdir())
                words.append(f"{size >> 20} MB")
        report = build_report(made.gathered, made.background, made.closure, findings) | made.claims.report()
        (staging.path / "report.json").write_bytes(json_bytes(report))
        violations = sum(finding.severity == "violation" for finding in findings)
        rejected = out / REJECTED
        failed = len(made.gathered.failures)
        if strict and (violations or failed):
            rejected.write_bytes(json_bytes(report))
            raise FindingsError(violations + failed, _refusal(violations, failed, rejected))
        with clock.stage("release") as words:
            release = store.publish(staging, _manifest(made, len(findings)), known)
            words.append(release.id[:12])
    rejected.unlink(missing_ok=True)
    return BuildResult(release, report, tuple(clock.stages))


def _found_by_shapes(made: _Made) -> tuple[Finding, ...]:
    texts = (extraction.document for extraction in made.gathered.extractions)
    return check_dataset(made.dataset, made.closure.entailed, documents=texts)


def _refusal(violations: int, failed: int, rejected: Path) -> str:
    """Return, after a number of findings, what they are and where they are listed."""
    if not failed:
        what = "violation" if violations == 1 else "violations"
        return f"{what} found, nothing was published; see {rejected}"
    documents = "document" if failed == 1 else "documents"
    parts = [f"{failed} {documents} could not be read", *([f"{violations} violations"] if violations else [])]
    return f"findings ({', '.join(parts)}), nothing was published; see {rejected}"


def _make(
    documents: Sequence[Path | Document] | None,
    background: Path | None,
    config: Config,
    clock: Clock,
    loader: store.StoreLoader,
    *,
    workers: int,
    cache: FactCache | None,
    extractors: Sequence[str],
    reviews: Sequence[Path],
    gazetteers: Sequence[Path],
    reasoner: Reasoner,
) -> _Made:
    tables_folder = background or assets.data("background")
    base = config.base
    gathered, registry, reread = found_in(documents, config, clock, workers=workers, cache=cache, gazetteers=gazetteers)
    claims = claims_of(
        gathered.extractions, registry, config, clock, reread=reread, extractors=extractors, reviews=reviews
    )
    gathered = replace(gathered, extractions=claims.outcome.extractions)
    with clock.stage("rdf") as words:
        tables = read_background(tables_folder)
        inputs = (
            *inputs_of((e.document for e in gathered.extractions), tables_folder, gazetteers),
            *review_inputs(config, reviews),
        )
        dataset = assemble_dataset(
            gathered.extractions,
            tables,
            base=base,
            version=config.version,
            rules_digest=rules_digest(inputs, claims.digest()),
            proposals=claims.outcome.proposals,
            reviews=claims.outcome.reviews,
        )
        assert dataset.evidence is not None
        loader.add("evidence", dataset.evidence.chunks())
        ontology = ontology_quads(base)
        conflicts = find_conflicts(dataset.quads, ontology, base, evidence=dataset.evidence)
        asserted = (*dataset.quads, *quality_notes(conflicts, base))
        words.append(f"{len(asserted) + len(dataset.evidence)} asserted quads, {len(conflicts)} conflicts")
    with clock.stage("inference") as words:
        closure = entail(asserted_facts(asserted), (quad.triple for quad in ontology), reasoner=reasoner)
        words.append(f"{len(closure.entailed)} entailed triples, {len(closure.inconsistencies)} contradictions")
    quads = (*asserted, *ontology, *_in_graph(closure.entailed, "entailed", base))
    quads = (*quads, *default_graph(asserted, closure.entailed))
    metadata = _metadata(config, asserted, base)
    described = dumps.catalogue_triples(dataset.with_quads(quads), metadata)
    lines = canonical_lines([*quads, *_in_graph(described, "catalogue", base)])
    loader.add("quads", lines)
    dataset = dataset.with_quads(lines.values())
    return _Made(dataset, described, closure, conflicts, gathered, tables, inputs, metadata, registry, claims)


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


def _in_graph(triples: Iterable[ox.Triple], name: str, base: str) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(iri.graph_iri(name, base))
    return (ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)


def _metadata(config: Config, asserted: Iterable[ox.Quad], base: str) -> dumps.Metadata:
    sources, build_node = set(), ""
    for quad in asserted:
        if quad.predicate == _USED and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            sources.add(iri.id_of(quad.object.value, base) or "")
            build_node = iri.id_of(quad.subject.value, base) or ""
    return dumps.Metadata(
        title=config.title,
        base=base,
        version=config.version,
        issued=config.issued,
        licence=config.licence,
        publisher=config.publisher,
        software=egov_kg.__version__,
        sources=tuple(sorted(sources - {""})),
        build=build_node,
    )


def _write_graph(made: _Made, folder: Path, clock: Clock, *, parts: Path, threads: int) -> dict[str, tuple[str, int]]:
    """Write everything but the store; return the hash and the size of the large files, by path."""
    metadata, base = made.metadata, made.metadata.base
    comment = (
        f"{metadata.title} {metadata.version}, {metadata.issued}\n"
        f"Licence of the facts: {metadata.licence} - quoted words keep the terms of their sources."
    )
    with clock.stage("dumps") as words:
        registry = registry_table(made.registry, made.gathered.extractions, metadata.version)
        (folder / "registry.tsv").write_text(registry, encoding="utf-8", newline="\n")
        write_steps(made.closure, folder / "proofs.tsv")
        place = folder / "dumps"
        files = dumps.write_dumps(made.dataset, place, base, comment=comment, threads=threads, parts=parts)
        _same_file(place / dumps.dump_name("nq", "all"), folder / store.QUADS)
        (folder / "void.ttl").write_bytes(dumps.turtle(made.described, base, comment=comment))
        described = (*made.described, *dumps.dump_triples(files, metadata))
        (folder / "catalog.ttl").write_bytes(dumps.turtle(described, base, comment=comment))
        words.append(f"{len(made.dataset)} quads, {len(files)} files")
    known = {f"{place.name}/{file.name}": (file.sha256, file.bytes) for file in files}
    return known | {store.QUADS: known[f"{place.name}/{dumps.dump_name('nq', 'all')}"]}


def _same_file(path: Path, other: Path) -> None:
    """Let a file stand in a second place as well: the dump of all quads is the canonical file of the release."""
    try:
        other.hardlink_to(path)
    except OSError:  # a file system without links
        shutil.copyfile(path, other)


def _manifest(made: _Made, findings: int) -> store.Manifest:
    metadata = made.metadata
    documents = len(made.gathered.extractions)
    counts = count(made.dataset, closure=made.closure, documents=documents, findings=findings)
    return store.Manifest(
        title=metadata.title,
        base=metadata.base,
        version=metadata.version,
        issued=metadata.issued,
        versions={"egov-kg": metadata.software, **{name: version(name) for name in _LIBRARIES}},
        inputs=made.inputs,
        counts=counts,
        extractors=made.claims.manifest(),
    )
