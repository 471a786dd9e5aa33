"""From what is asserted to a published release: what follows, the catalogue, dumps, checks, the store, the manifest.

Both ways to a release end here: a build from documents, and accepted changes to the release before.
"""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

import egov_kg
from egov_kg import assets, dumps, iri, store
from egov_kg.beside import beside
from egov_kg.config import Config
from egov_kg.contradictions import complaints, told_contradictions
from egov_kg.deriving import Derived, Reasoner, derive
from egov_kg.errors import FindingsError
from egov_kg.model import Document
from egov_kg.rdf import Dataset, asserted_facts, canonical_lines, default_graph, ontology_quads
from egov_kg.reconciliation.gathered import SEARCH
from egov_kg.reconciliation.gathering import gathered
from egov_kg.reconciliation.table import write_search
from egov_kg.reporting import count, json_bytes
from egov_kg.sparql import named_queries
from egov_kg.timing import Clock
from egov_kg.validation import Finding, check_dataset, find_conflicts, quality_notes, sorted_findings

__all__ = ["PARTS", "Content", "Made", "close", "findings_in", "in_graph", "write_release"]

PARTS: Final = ".parts"
"""Files of a build that no release holds, in its staging folder."""

_LIBRARIES: Final = ("markdown-it-py", "numpy", "pyoxigraph", "pyshacl", "rdflib", "selectolax")
_USED: Final = ox.NamedNode(iri.expand("prov:used"))


@dataclass(frozen=True, slots=True)
class Content:
    """What a release is to say, before anything is derived from it.

    Attributes:
        dataset: The asserted graphs: of documents, background, links, proposals, and the evidence.
        inputs: The files that were read.
        documents: How many documents it is made of.
        texts: Those that quotations can be compared with; none where they were compared before.
        registry: The content of ``registry.tsv``.
        extractors: Those besides the rules, as in the manifest.
        changes: The last change that is folded in, as in the manifest; empty without any.
        mappings: The files whose accepted rows are the links of the dataset.
    """

    dataset: Dataset
    inputs: tuple[store.Input, ...]
    documents: int
    registry: str
    texts: tuple[Document, ...] = ()
    extractors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    mappings: tuple[dumps.MappingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What a release will hold, before it is written and its shapes are checked.

    Attributes:
        content: What it is made of.
        dataset: All graphs, catalogue included.
        described: What it says of itself.
        derived: What follows from the asserted graphs.
        contradictions: What of it cannot be true together, told with proofs, documents and words.
        conflicts: What the asserted graph contradicts itself in.
        metadata: The description of the release.
        lines: The quads that are not kept as evidence values, by their lines.
    """

    content: Content
    dataset: Dataset
    described: dumps.Description
    derived: Derived
    contradictions: tuple[Mapping[str, Any], ...]
    conflicts: tuple[Finding, ...]
    metadata: dumps.Metadata
    lines: Mapping[bytes, ox.Quad]


def close(content: Content, config: Config, clock: Clock, *, reasoner: Reasoner = "own") -> Made:
    """Return everything that follows from what is asserted: conflicts, entailed triples, the catalogue.

    Args:
        content: What is asserted.
        config: Names and version.
        clock: Times the stage ``inference``.
        reasoner: As of a build.
    """
    dataset, base = content.dataset, content.dataset.base
    ontology = ontology_quads(base)
    conflicts = find_conflicts(dataset.quads, ontology, base, evidence=dataset.evidence)
    asserted = (*dataset.quads, *quality_notes(conflicts, base))
    with clock.stage("inference") as words:
        facts = asserted_facts(asserted, links=False)
        derived = derive(facts, (quad.triple for quad in ontology), base, reasoner=reasoner)
        told = told_contradictions(derived, chain(dataset.all_quads(), asserted, ontology), base)
        words.append(f"{len(derived.entailed)} entailed triples, {len(derived.contradictions)} contradictions")
        words.append(f"{len(conflicts)} conflicts, {derived.rounds} rounds")
        large = derived.report["same_as"]["large"]
        words += [f"{size} names of {name} (a large group)" for name, size in large.items()]
        if derived.report["foreign"]:
            words.append(f"{len(derived.report['foreign'])} pairs with outside names kept apart")
    quads = (*asserted, *ontology, *in_graph(derived.entailed, "entailed", base))
    quads = (*quads, *default_graph(asserted, derived.entailed))
    metadata = _metadata(config, asserted, base, content.mappings)
    described = dumps.described(dataset.with_quads(quads), metadata)
    lines = canonical_lines([*quads, *in_graph(described.triples, "catalogue", base)])
    whole = dataset.with_quads(lines.values())
    return Made(content, whole, described, derived, told, conflicts, metadata, lines)


def in_graph(triples: Iterable[ox.Triple], name: str, base: str) -> Iterator[ox.Quad]:
    """Yield triples as quads of one of our graphs."""
    graph = ox.NamedNode(iri.graph_iri(name, base))
    return (ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)


def _metadata(
    config: Config, asserted: Iterable[ox.Quad], base: str, mappings: tuple[dumps.MappingFile, ...]
) -> dumps.Metadata:
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
        contact=config.contact,
        mappings=mappings,
    )


def findings_in(made: Made, shapes: Sequence[Finding] | None = None) -> tuple[Finding, ...]:
    """Return what is wrong or doubtful in what was made: conflicts, contradictions, shapes, evidence.

    Args:
        made: The dataset with all that follows.
        shapes: What shapes and evidence give, if that is known already.
    """
    if shapes is None:
        shapes = _found_by_shapes(made)
    found = complaints(made.derived, made.contradictions, made.dataset.base)
    return sorted_findings([*made.conflicts, *found, *shapes])


def _found_by_shapes(made: Made) -> tuple[Finding, ...]:
    return check_dataset(made.dataset, made.derived.entailed, documents=made.content.texts)


def write_release(
    made: Made,
    staging: store.Staging,
    loader: store.StoreLoader,
    clock: Clock,
    *,
    report_of: Callable[[Made, Sequence[Finding]], dict[str, Any]],
    refuse: Callable[[dict[str, Any]], None],
    threads: int,
    keep: int,
    findings: Sequence[Finding] | None = None,
) -> tuple[store.Release, dict[str, Any]]:
    """Write everything into a staging folder, check it, and publish it.

    Args:
        made: What the release will hold.
        staging: Entered; nothing stands in it yet but what the loader writes.
        loader: Loads the store of the release; it has been given the quads.
        clock: Times the stages ``dumps``, ``search``, ``shapes``, ``store``, ``release``.
        report_of: Gives the report from what was made and the findings.
        refuse: Raises if there is to be no release with such a report.
        threads: How many processes may work beside this one.
        keep: How many older releases stay.
        findings: What is wrong, if that was looked for before.

    Raises:
        FindingsError: If a gate does not let it pass, or a named query does not answer as it says.
    """
    check = functools.partial(_found_by_shapes, made)
    if findings is not None:
        known = _write_graph(made, staging.path, clock, threads=threads)
    else:
        with beside(check, forked=threads > 0) as found:
            known = _write_graph(made, staging.path, clock, threads=threads)
            with clock.stage("shapes") as words:
                findings = findings_in(made, found())
                words.append(f"{len(findings)} findings")
    _check_questions()
    with clock.stage("store") as words:
        loader.finish()
        shutil.rmtree(staging.path / PARTS)
        size = sum(path.stat().st_size for path in (staging.path / store.STORE).iterdir())
        words.append(f"{size >> 20} MB")
    report = report_of(made, findings)
    (staging.path / "report.json").write_bytes(json_bytes(report))
    refuse(report)
    manifest = _manifest(made, len(findings))
    with clock.stage("release") as words:
        release = store.publish(staging, manifest, known, keep=keep)
        words.append(release.id[:12])
    return release, report


def _check_questions() -> None:
    """Check that the named queries parse and have the columns that they announce; their data need not be there.

    Raises:
        FindingsError: If one has not.
    """
    empty = ox.Store()
    wrong = []
    for query in named_queries(assets.queries()).values():
        try:
            answer = empty.query(query.text, prefixes=dict(iri.PREFIXES), base_iri=iri.BASE)
        except (SyntaxError, RuntimeError, ValueError) as error:
            wrong.append(f"{query.name}: {error}")
            continue
        found = {variable.value for variable in answer.variables} if isinstance(answer, ox.QuerySolutions) else set()
        if query.columns and found != set(query.columns):
            wrong.append(f"{query.name}: it has the columns {', '.join(sorted(found))}")
    if wrong:
        raise FindingsError(len(wrong), f"of the named queries are wrong, nothing was published: {'; '.join(wrong)}")


def _write_graph(made: Made, folder: Path, clock: Clock, *, threads: int) -> dict[str, tuple[str, int]]:
    """Write everything but the store; return the hash and the size of the large files, by path."""
    metadata, base = made.metadata, made.metadata.base
    comment = (
        f"{metadata.title} {metadata.version}, {metadata.issued}\n"
        f"Licence of the facts: {metadata.licence} - quoted words keep the terms of their sources."
    )
    with clock.stage("dumps") as words:
        (folder / "registry.tsv").write_text(made.content.registry, encoding="utf-8", newline="\n")
        place = folder / "dumps"
        files = dumps.write_dumps(made.dataset, place, base, comment=comment, threads=threads, parts=folder / PARTS)
        _same_file(place / dumps.dump_name("nq", "all"), folder / store.QUADS)
        (folder / "void.ttl").write_bytes(dumps.turtle(made.described.void, base, comment=comment))
        described = {*made.described.dcat, *dumps.dump_triples(files, metadata)}
        (folder / "catalog.ttl").write_bytes(dumps.turtle(described, base, comment=comment))
        for file in metadata.mappings:
            (folder / dumps.MAPPINGS).mkdir(exist_ok=True)
            (folder / dumps.MAPPINGS / file.name).write_bytes(file.content)
        words.append(f"{len(made.dataset)} quads, {len(files)} files")
    with clock.stage("search") as words:
        searched = gathered(made.lines.values(), base)
        write_search(searched, folder / SEARCH)
        words.append(f"{len(searched.things)} things")
    known = {f"{place.name}/{file.name}": (file.sha256, file.bytes) for file in files}
    return known | {store.QUADS: known[f"{place.name}/{dumps.dump_name('nq', 'all')}"]}


def _same_file(path: Path, other: Path) -> None:
    """Let a file stand in a second place as well: the dump of all quads is the canonical file of the release."""
    try:
        other.hardlink_to(path)
    except OSError:  # a file system without links
        shutil.copyfile(path, other)


def _manifest(made: Made, findings: int) -> store.Manifest:
    metadata, content = made.metadata, made.content
    return store.Manifest(
        title=metadata.title,
        base=metadata.base,
        version=metadata.version,
        issued=metadata.issued,
        licence=metadata.licence,
        publisher=metadata.publisher,
        versions={"egov-kg": metadata.software, **{name: version(name) for name in _LIBRARIES}},
        inputs=content.inputs,
        counts=count(made.dataset, derived=made.derived, documents=content.documents, findings=findings),
        extractors=content.extractors,
        changes=content.changes,
    )
