"""What a build tells of itself: report, counts, inputs, registry. No clock enters it, and no path of the machine."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from egov_kg import assets, dumps, iri, store
from egov_kg.deriving import Derived
from egov_kg.extraction import Registry
from egov_kg.gathering import Gathered
from egov_kg.model import Document, Extraction, Thing, TimeValue, Value, line_number, line_starts
from egov_kg.rdf import Background, Dataset
from egov_kg.rdf.disputes import STATED, agree, days_given
from egov_kg.rdf.links import Link, LinkSet, Paid
from egov_kg.validation import Finding
from egov_kg.validation.asserted import is_document_graph

__all__ = [
    "build_report",
    "count",
    "findings_report",
    "inputs_of",
    "json_bytes",
    "links_report",
    "ontology_inputs",
    "registry_table",
    "rules_digest",
]

_EXCERPT: Final = 80
_UP_TO_NAME: Final = re.compile(r"[^/#]*\Z")
_RULES: Final = frozenset({"gazetteer", "rules", "registry"})
_TYPE: Final = ox.NamedNode(iri.expand("rdf:type"))
_STATEMENT: Final = ox.NamedNode(iri.expand("egov:Statement"))


def build_report(
    gathered: Gathered,
    background: Background,
    derived: Derived,
    contradictions: Sequence[Mapping[str, Any]],
    findings: Sequence[Finding],
) -> dict[str, Any]:
    """Return what a build has to tell, as plain data.

    ``documents``: of each the facts, things, facts by rule, and every passage that gave nothing, with its place
    (``file:line``). ``failed``: the documents that could not be read, each with the reason. ``background``: verified
    and unverified rows of each table. ``inference``: what was derived, and each contradiction with its proof.
    ``findings``: violations, warnings and remarks.
    """
    extractions, blocks = gathered.extractions, gathered.blocks
    reasons = Counter(one.reason for extraction in extractions for one in extraction.unexpressed)
    return {
        "documents": [_document_report(extraction, blocks[extraction.document.id]) for extraction in extractions],
        "failed": [{"source": one.source, "reason": one.reason} for one in gathered.failures],
        "unexpressed": dict(sorted(reasons.items())),
        "background": {
            "verified": dict(sorted(background.verified.items())),
            "unverified": dict(sorted(background.unverified.items())),
        },
        **findings_report(derived, contradictions, findings),
    }


def links_report(sets: Sequence[LinkSet], dataset: Dataset) -> dict[str, Any]:
    """Return what a build tells of links with data sets outside; empty without mapping files.

    ``links``, of each data set: rows of its mapping file, accepted ones, those in the graph, the subjects that the
    graph does not have (``absent``), the objects that it has itself (``own``), links that are exact with more than one
    (``doubled``); how many values came back (``paid``),
    which ones contradict what was decided or stated (``vetoed``, with what documents state ``against`` it), and which
    rows brought nothing (``passed``, with the reason).

    Args:
        sets: The accepted links.
        dataset: The asserted graphs.
    """
    if not sets:
        return {}
    wanted = {iri.graph_iri(name, dataset.base): name for one in sets for name in (one.graph, one.background)}
    linked = {link.object for one in sets for link in one.links}
    own: set[str] = set()
    kind = ox.NamedNode(iri.expand("rdf:type"))
    held: dict[str, set[tuple[str, str]]] = {}
    stated = _stated_by_documents({paid.link.subject for one in sets for paid in one.paid}, dataset)
    for quad in dataset.quads:
        if quad.predicate == kind and isinstance(quad.subject, ox.NamedNode) and quad.subject.value in linked:
            own.add(quad.subject.value)
        name = wanted.get(quad.graph_name.value) if isinstance(quad.graph_name, ox.NamedNode) else None
        if name is not None and isinstance(quad.subject, ox.NamedNode):
            subject = iri.id_of(quad.subject.value, dataset.base) or ""
            held.setdefault(name, set()).add((subject, iri.curie(quad.predicate.value)))
    none: set[tuple[str, str]] = set()
    return {"links": [_links_of(o, held.get(o.graph, none), held.get(o.background, none), own, stated) for o in sets]}


def _stated_by_documents(things: Collection[str], dataset: Dataset) -> Mapping[str, list[str]]:
    """Return the dates that documents state of some things, as they are written, sorted."""
    wanted = {iri.thing_iri(thing, dataset.base): thing for thing in things}
    properties = {ox.NamedNode(iri.expand(prop)) for prop in STATED}
    found: dict[str, set[str]] = {}
    for quad in dataset.quads:
        if quad.predicate in properties and isinstance(quad.object, ox.Literal):
            thing = wanted.get(getattr(quad.subject, "value", ""))
            if thing is not None and is_document_graph(quad.graph_name, dataset.base):
                found.setdefault(thing, set()).add(quad.object.value)
    return {thing: sorted(values) for thing, values in found.items()}


def _against(paid: Paid, stated: Mapping[str, list[str]]) -> list[str]:
    """Return the dates that documents state of a thing and that one which a link brought contradicts."""
    value = Value(paid.value.edtf) if isinstance(paid.value, TimeValue) else paid.value
    days = days_given(value, paid.link.subject) if isinstance(value, Value) else None
    given = {text: days_given(Value(text), paid.link.subject) for text in stated.get(paid.link.subject, ())}
    return [text for text, other in given.items() if days is not None and other is not None and not agree(days, other)]


def _vetoed(paid: Paid, against: list[str] | None, beside: list[str] | None) -> dict[str, Any]:
    """Return what is told of a value: what documents state against it, or against a date that its row gives, too."""
    told: dict[str, Any] = {"subject": paid.link.subject, "object": paid.link.object, "property": paid.property}
    if against:
        value = paid.value
        told["value"] = value.edtf if isinstance(value, TimeValue) else getattr(value, "lexical", "")
        told["against"] = against
    elif beside and against is None:
        told |= {"value": getattr(paid.value, "lexical", ""), "beside": beside}
    return told


def _links_of(
    one: LinkSet,
    linked: set[tuple[str, str]],
    held: set[tuple[str, str]],
    own: Collection[str],
    stated: Mapping[str, list[str]],
) -> dict[str, Any]:
    known = {subject for subject, _ in linked}
    others = [link for link in one.links if link.object not in own]
    paid = [paid for paid in one.paid if paid.link.subject in known]
    against = {p: _against(p, stated) for p in paid if isinstance(p.value, TimeValue) or p.property in STATED}
    doubtful = {p.link.statement: words for p, words in against.items() if words}
    vetoed = [p for p in paid if (p.link.subject, p.property) not in held or (p.property in STATED and against.get(p))]
    return {
        "dataset": one.dataset,
        "version": one.version,
        "rows": one.rows,
        "accepted": len(one.links),
        "linked": sum(link.subject in known for link in others),
        "absent": sorted({link.subject for link in others} - known),
        "own": sorted({link.object for link in one.links if link.object in own}),
        "doubled": _doubled([link for link in others if link.subject in known]),
        "paid": len(paid) - len(vetoed),
        "vetoed": [_vetoed(p, against.get(p), doubtful.get(p.link.statement)) for p in vetoed],
        "passed": [
            {"subject": link.subject, "object": link.object, "reason": one.passed[link.statement]}
            for link in one.links
            if link.statement in one.passed and link.subject in known
        ],
    }


def _doubled(links: Iterable[Link]) -> list[dict[str, list[str]]]:
    """Return where one of ours is exactMatch of several in one part of a data set, or several of ours of one of theirs.

    At most one of them can be: the others are close, or wrong.
    """
    ours: dict[tuple[str, str], set[str]] = {}
    theirs: dict[str, set[str]] = {}
    for link in links:
        if link.predicate == "skos:exactMatch":
            ours.setdefault((link.subject, _UP_TO_NAME.sub("", link.object)), set()).add(link.object)
            theirs.setdefault(link.object, set()).add(link.subject)
    found = [([subject], sorted(objects)) for (subject, _), objects in ours.items() if len(objects) > 1]
    found += [(sorted(subjects), [thing]) for thing, subjects in theirs.items() if len(subjects) > 1]
    return [{"subjects": subjects, "objects": objects} for subjects, objects in sorted(found)]


def findings_report(
    derived: Derived, contradictions: Sequence[Mapping[str, Any]], findings: Sequence[Finding]
) -> dict[str, Any]:
    """Return what a report says of inference and findings; the rest of it is about the input."""
    return {
        "inference": {**derived.report, "contradictions": list(contradictions)},
        "findings": [{**asdict(finding), "statements": list(finding.statements)} for finding in findings],
        "severities": dict(sorted(Counter(finding.severity for finding in findings).items())),
    }


def _document_report(extraction: Extraction, blocks: int) -> dict[str, Any]:
    document = extraction.document
    starts = line_starts(document.text)
    rows = [
        {
            "place": f"{document.source}:{line_number(starts, one.span.start)}",
            "reason": one.reason,
            "detail": one.detail,
            "words": _excerpt(document, one.span.start, one.span.end),
        }
        for one in extraction.unexpressed
    ]
    return {
        "id": document.id,
        "source": document.source,
        "title": document.metadata.get("title", ""),
        "profile": document.metadata.get("profile", ""),
        "notices": document.metadata.get("notices", ""),
        "characters": len(document.text),
        "blocks": blocks,
        "facts": len(extraction.facts),
        "things": len(extraction.things),
        "rules": dict(sorted(Counter(fact.rule for fact in extraction.facts).items())),
        "unexpressed": rows,
    }


def _excerpt(document: Document, start: int, end: int) -> str:
    words = " ".join(document.text[start:end].split())
    return words if len(words) <= _EXCERPT else words[: _EXCERPT - 1] + "…"


def count(dataset: Dataset, *, derived: Derived, documents: int, findings: int) -> dict[str, dict[str, int]]:
    """Return how many triples each graph holds, things each class has, triples and contradictions each rule gave."""
    quads, base, evidence = dataset.quads, dataset.base, dataset.evidence
    facts = [quad for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    types = [q for q in facts if q.predicate == _TYPE and isinstance(q.object, ox.NamedNode)]
    classes = Counter(iri.curie(q.object.value) for q in types if isinstance(q.object, ox.NamedNode))
    graphs = dumps.graph_counts(dataset, base)
    start = iri.thing_iri("", base)
    things = {q.subject for q in facts if isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith(start)}
    entailed = graphs.get("entailed", 0)
    words = ox.NamedNode(iri.graph_iri("evidence", base))
    of_evidence = (q for q in quads if q.predicate == _TYPE and q.graph_name == words)
    statements = len({q.subject for q in of_evidence if q.object == _STATEMENT})
    statements += len(evidence.statements) if evidence is not None else 0
    return {
        "graphs": graphs,
        "classes": dict(sorted(classes.items())),
        "rules": dict(derived.report["rules"]),
        "contradictions": dict(derived.report["contradictions"]),
        "totals": {
            "documents": documents,
            "quads": sum(graphs.values()),
            "facts": len(facts),
            "asserted": len(facts) - entailed,
            "entailed": entailed,
            "things": len(things),
            "statements": statements,
            "findings": findings,
        },
    }


def inputs_of(
    documents: Iterable[Document], background: Path, gazetteers: Sequence[Path] = ()
) -> tuple[store.Input, ...]:
    """Return the files that decide a release: texts by the SHA-256 that evidence refers to, the others as they are.

    Args:
        documents: The texts.
        background: The folder of background tables.
        gazetteers: Folders with tables of names beside ours; of them the tables alone count.
    """
    rows = [store.Input("document", d.source, d.text_digest, len(d.text.encode())) for d in documents]
    for role, folder in (
        ("background", background),
        ("gazetteer", assets.data("gazetteer")),
        ("profile", assets.data("profiles")),
        ("rules", assets.data("rules")),
    ):
        rows += _files_of(role, folder)
    rows += ontology_inputs()
    for folder in gazetteers:
        rows += [store.Input("gazetteer", path.name, *store.digest(path)) for path in sorted(folder.glob("*.tsv"))]
    registry = assets.data() / "registry.tsv"
    if registry.exists():
        rows.append(store.Input("registry", registry.name, *store.digest(registry)))
    return tuple(sorted(rows, key=lambda row: (row.role, row.name, row.sha256)))


def ontology_inputs() -> list[store.Input]:
    """Return the files of the ontology as inputs; whoever infers reads them anew."""
    return _files_of("ontology", assets.ontology())


def _files_of(role: str, folder: Path) -> list[store.Input]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return [store.Input(role, path.relative_to(folder).as_posix(), *store.digest(path)) for path in paths]


def rules_digest(rows: Iterable[store.Input], claims: str = "") -> str:
    """Return a hash of everything that decides what extraction finds.

    Args:
        rows: The inputs of the build.
        claims: The hash of proposals and decisions, or nothing where there are none.
    """
    lines = "".join(f"{row.role} {row.name} {row.sha256}\n" for row in rows if row.role in _RULES)
    return hashlib.sha256(f"{lines}claims {claims}\n".encode() if claims else lines.encode()).hexdigest()


def registry_table(registry: Registry, extractions: Iterable[Extraction], version: str) -> str:
    """Return the registry of this release: the rows that stood before, and a row for each thing that is new."""
    rows = {entry.id: tuple(entry) for entry in registry.entries.values()}
    found: dict[str, Thing] = {}
    for extraction in extractions:
        found.update(extraction.things)
    for thing in found.values():
        rows.setdefault(thing.id, (thing.id, thing.cls, thing.label, version, "current", ""))
    header = ("id", "class", "label", "first_release", "status", "replaced_by")
    return "".join("\t".join(row) + "\n" for row in [header, *(rows[key] for key in sorted(rows))])


def json_bytes(table: Mapping[str, Any]) -> bytes:
    """Return a report as it stands in a file."""
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()
