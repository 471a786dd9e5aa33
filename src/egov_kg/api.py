"""The functions that people import, with their defaults filled in: what `egov_kg` offers under its own name.

Reading a release must not wait for what only building one needs; so each function imports its stages itself.
"""
# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from egov_kg import assets, naming, sparql, store
from egov_kg.errors import NotFound, UnknownTerm
from egov_kg.store import Release
from egov_kg.views import Explanation

if TYPE_CHECKING:
    import rdflib

    from egov_kg.config import Config
    from egov_kg.documents import Limits
    from egov_kg.inference import Closure
    from egov_kg.link_review import Desk
    from egov_kg.model import Document, Extraction
    from egov_kg.reconciliation.model import Candidate, Question
    from egov_kg.targets import Linked
    from egov_kg.validation import ValidationReport

__all__ = [
    "build",
    "dataset",
    "entail",
    "explain",
    "extract",
    "graph",
    "link",
    "open_release",
    "read_document",
    "read_documents",
    "reconcile",
    "review_links",
    "validate",
]

Place = str | PathLike[str]


def read_document(path: Place, *, limits: Limits | None = None) -> Document:
    """Return the document in a file.

    Args:
        path: Text, Markdown, a web page, a PDF or DOCX file, or a table with a mapping beside it.
        limits: What a file of a foreign format may cost; the defaults if None.

    Raises:
        UnreadableDocument: If it cannot be read; names the file, the reason and the remedy.
    """
    from egov_kg import documents

    return documents.read_document(Path(path), limits=limits)


def read_documents(*places: Place, limits: Limits | None = None) -> tuple[Document, ...]:
    """Return the documents of files and folders, sorted by file name; those that come with egov-kg if none is named.

    Args:
        places: Files and folders.
        limits: What a file of a foreign format may cost; the defaults if None.

    Raises:
        UnreadableDocument: If one of them cannot be read.
    """
    from egov_kg import documents

    named = [Path(place) for place in places] or [assets.data("documents")]
    return documents.read_documents(named, limits=limits)


def extract(read: Iterable[Document], *, gazetteers: Sequence[Place] = ()) -> tuple[Extraction, ...]:
    """Return what documents say: facts with evidence, things with labels, and the words that gave nothing.

    Args:
        read: Documents, in any order. What one of them introduces is known in all.
        gazetteers: Folders with tables of names beside those that come along.
    """
    from egov_kg import extraction

    return extraction.load_extractor(assets.data(), [Path(one) for one in gazetteers]).extract_all(tuple(read))


def build(
    read: Sequence[Document | Place] | None = None,
    *,
    into: Place = "build",
    background: Place | None = None,
    config: Config | None = None,
    strict: bool = False,
    gazetteers: Sequence[Place] = (),
    mappings: Sequence[Place] = (),
) -> Release:
    """Build a release, publish it, and return it opened.

    Args:
        read: Documents, files and folders; what comes with egov-kg if None.
        into: The folder that holds the releases.
        background: The folder of background tables; what comes with egov-kg if None.
        config: Names, base and version of the graph; the defaults if None.
        strict: Publish nothing if validation finds a violation.
        gazetteers: Folders with tables of names beside those that come along.
        mappings: Folders with mapping files of data sets outside, beside those that come along.

    Raises:
        EgovKGError: As `egov_kg.pipeline.build` says.
    """
    from egov_kg import pipeline
    from egov_kg.model import Document

    places = None if read is None else [one if isinstance(one, Document) else Path(one) for one in read]
    tables = None if background is None else Path(background)
    names, links = [Path(one) for one in gazetteers], [Path(one) for one in mappings]
    built = pipeline.build(places, tables, Path(into), config, strict=strict, gazetteers=names, mappings=links)
    return open_release(built.release.path)


def open_release(path: Place = "build", *, deep: bool = False) -> Release:
    """Open a release, so that it answers SPARQL and the named queries.

    Args:
        path: A release folder, or the folder that holds the releases.
        deep: Read every byte and compare checksums.

    Raises:
        ReleaseNotFound: If there is none.
        ReleaseDamaged: If a file is not as it was built.
    """
    queries = sparql.named_queries(assets.queries())
    opened = store.open_release(Path(path))
    return store.open_release(opened.path, deep=deep, prepare=sparql.preparer(queries, opened.base))


def _opened(release: Release | Place) -> Release:
    return release if isinstance(release, Release) else open_release(release)


def graph(release: Release | Place = "build") -> rdflib.Graph:
    """Return all facts of a release, each once, for rdflib."""
    return _opened(release).graph()


def dataset(release: Release | Place = "build") -> rdflib.Dataset:
    """Return a release with all its named graphs, evidence included, for rdflib."""
    return _opened(release).dataset()


def entail(facts: rdflib.Graph | Iterable[ox.Triple], ontology: Iterable[ox.Triple] | None = None) -> Closure:
    """Return what follows from facts under OWL 2 RL; it can say why, what contradicts itself, and take changes.

    Args:
        facts: An rdflib graph, or triples. Axioms among them count as well.
        ontology: The axioms; our ontology if None.

    Raises:
        RefusedAxiom: If an axiom would collapse the language itself.
    """
    import rdflib

    from egov_kg import inference, rdf
    from egov_kg.rdf.convert import triples_from_rdflib

    axioms = [quad.triple for quad in rdf.ontology_quads()] if ontology is None else ontology
    given = triples_from_rdflib(facts) if isinstance(facts, rdflib.Graph) else facts
    return inference.entail(given, inference.compile_ontology(axioms))


def link(
    target: Place,
    spec: Place | None = None,
    release: Release | Place = "build",
    *,
    into: Place | None = None,
    engine: str = "own",
) -> Linked:
    """Return candidate links between a release and a data set outside, beside what people decided before.

    Args:
        target: A file, a folder with the files that the specification names, the address of an endpoint; or, without a
            specification, the name of a target that is known by name: ``kr-offices``.
        spec: The link specification.
        release: An opened release, or where it is.
        into: The mapping file: decisions in it are kept, and it is written anew. Without one nothing is written, and
            the decisions are those in the mapping file beside the specification.
        engine: What finds and weighs the pairs: ``own``, ``spark``, ``splink-duckdb`` or ``splink-spark``.

    Raises:
        UsageError: If no target of that name is known, or its files are not here.
        DataFileError: If the specification or the mapping file is wrong.
        UnreadableTarget: If the target is missing, damaged, or not as the specification says.
        TooManyPairs: If there is more to compare than the specification allows.
        ConfigurationError: If the mapping file cannot be written.
    """
    from egov_kg import targets

    opened, written = _opened(release), None if into is None else Path(into)
    decided = written if written is not None and written.exists() else None
    path = None if spec is None else Path(spec)
    found = targets.link(opened, str(target), path, decided=decided, engine=targets.engine_of(engine))
    if written is not None:
        targets.write_mappings(found, written, opened.base)
    return found


def reconcile(
    names: Iterable[str | Question],
    release: Release | Place = "build",
    *,
    cls: str = "",
    lang: str = "en",
    limit: int = 5,
) -> list[list[Candidate]]:
    """Return for each name the things that it may mean, best first, each with its score and the parts of it.

    Args:
        names: Names in any language, or ids; with conditions besides as `egov_kg.reconciliation.Question`.
        release: An opened release, or where it is.
        cls: What they are names of, by any of its names (``Law``); anything if empty. Not for questions, which say it.
        lang: The language of names in the answer.
        limit: How many things of a name. Not for questions either.

    Raises:
        NotFound: If the release was built without an index of names.
        UnknownTerm: If no thing of the release is of that class.
    """
    from egov_kg.reconciliation.gathered import SEARCH
    from egov_kg.reconciliation.model import Question
    from egov_kg.reconciliation.reconciler import Reconciler
    from egov_kg.reconciliation.terms import curie_of

    folder = _opened(release).path / SEARCH
    if not folder.is_dir():
        raise NotFound(f"{folder.parent} was built without an index of names; build the release again")
    reconciler, wanted = Reconciler.open(folder), curie_of(cls)
    if wanted and wanted not in reconciler.table.counts:
        raise UnknownTerm(wanted, "is no class of a thing of this release; see Release.counts")
    strictness: Literal["must", "should"] = "must" if wanted else "should"
    questions = [
        Question(one, type=wanted, strictness=strictness, limit=limit) if isinstance(one, str) else one for one in names
    ]
    return reconciler.match(questions, (lang,))


def review_links(name: Place, *, spec: Place | None = None, target: Place | None = None) -> Desk:
    """Return the desk at which a person decides about the candidate links in a mapping file.

    Args:
        name: The mapping file, its specification, or the name of a data set that is known by name.
        spec: The specification, where it does not stand beside the mapping file.
        target: The data set, where it does not stand beside the specification.

    Raises:
        UsageError: If there is nothing of that name.
        DataFileError: If the specification is wrong.
    """
    from egov_kg.link_review import find_desk

    specification, data = (None if one is None else Path(one) for one in (spec, target))
    return find_desk(str(name), specification=specification, target=data)


def validate(release: Release | Place = "build") -> ValidationReport:
    """Return what is wrong or doubtful in a release: conflicts, shapes, integrity; violations first.

    Quotations are compared with the documents where these are at hand, which is when a release is built.
    """
    from egov_kg import validation

    opened = _opened(release)
    return validation.validate(tuple(opened.quads()), tuple(opened.triples("entailed")), opened.base)


def explain(release: Release | Place, subject: str, prop: str, value: str, *, all_steps: bool = False) -> Explanation:
    """Return why a release holds a triple: rules and premises, down to documents and their words.

    Args:
        release: An opened release, or where it is.
        subject: An IRI, a CURIE, an id (``law/kr/e-government-act``), or a label.
        prop: An IRI, a CURIE, or the name of a property of ours.
        value: As the subject, or a literal (``"2001"^^xsd:gYear``).
        all_steps: Whether to look for all other last steps of the triple.

    Raises:
        NotFound: If one of the names is unknown.
        NotEntailed: If the release does not hold the triple.
    """
    from egov_kg.sparql import explaining
    from egov_kg.sparql.proving import StoreProver

    opened = _opened(release)
    thing, named = naming.read_thing(opened, subject), naming.read_property(opened, prop)
    triple = ox.Triple(thing, named, naming.read_object(opened, value, thing, named))
    found = opened.store()
    prover = StoreProver(found, opened.base)
    return Explanation(
        explaining.explain(found, triple, prover=prover, base=opened.base, all_steps=all_steps),
        prover.explain(triple, all_steps=all_steps),
    )
