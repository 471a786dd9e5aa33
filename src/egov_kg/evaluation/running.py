"""From a gold table and a place to an evaluation: finds the documents that the table speaks of, and reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeVar

from egov_kg import assets
from egov_kg.documents import IsolatedReader, Limits, read_document
from egov_kg.errors import UsageError
from egov_kg.evaluation.gold import Gold, GoldFact, certainties, read_gold
from egov_kg.evaluation.predictions import Passage, from_extractions, from_table
from egov_kg.evaluation.relations import read_relations
from egov_kg.evaluation.releases import document_names, from_release
from egov_kg.evaluation.scoring import Evaluation, score
from egov_kg.extraction import load_extractor
from egov_kg.model import Document, Extraction
from egov_kg.store import CURRENT, MANIFEST, Release, open_release

__all__ = ["Run", "evaluate"]

_NO_DOCUMENTS: Final = frozenset({".tsv", ".csv", ".toml"})
_LONGEST: Final = 300

Found = TypeVar("Found", str, Path)


@dataclass(frozen=True, slots=True)
class Run:
    """An evaluation and where its passages stand.

    Attributes:
        evaluation: The outcome.
        source: What was compared with the gold, for people: ``12 documents``, ``release 1f0c4a7e8b12``.
        documents: The documents by the name that the gold gives them; none where a table or release was compared.
    """

    evaluation: Evaluation
    source: str
    documents: dict[str, Document] = field(default_factory=dict)

    def passage(self, fact: GoldFact) -> Passage:
        """Return where a fact of the gold stands in its document, as the gold says; empty if it does not say."""
        document = self.documents.get(fact.doc)
        if document is None or not fact.lines:
            return Passage("", "")
        lines = document.text.split("\n")
        words = " ".join(" ".join(lines[n - 1] for n in fact.lines if 0 < n <= len(lines)).split())
        short = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
        return Passage(f"{document.source}:{fact.lines[0]}", short)


def evaluate(
    table: Path,
    places: Sequence[tuple[str, Path]] = (),
    *,
    only: Iterable[str] = (),
    wanted: str = "explicit",
    negative: Path | None = None,
    aliases: Path | None = None,
    relations: Path | None = None,
    strict: bool = False,
    gazetteers: Sequence[Path] = (),
    limits: Limits | None = None,
) -> Run:
    """Compare what the extractor finds, or a release says, with a gold table.

    Args:
        table: The facts, with the tables of wrong facts and of further wordings beside it.
        places: What to compare, each with the name of its document or an empty string: documents, folders of
            documents, one release or folder of releases, or one table of facts. The folder of the table if empty.
        only: Evaluate these documents alone; all if empty.
        wanted: The certainties that recall is measured over, with commas.
        negative: A table of wrong facts that stands elsewhere than beside the facts.
        aliases: A table of further wordings that stands elsewhere.
        relations: Another table of relations than the one that comes with egov-kg.
        strict: Leave the further wordings out.
        gazetteers: Folders with tables of names beside those that come along.
        limits: What reading a document may cost; the defaults if None.

    Raises:
        DataFileError: If a table is wrong.
        UsageError: If a document of the table is not there.
        UnreadableDocument: If a document cannot be read.
    """
    known = read_relations(relations or assets.data("evaluation/relations.tsv"))
    gold = read_gold(table, known, negative=negative, aliases=aliases, strict=strict)
    gold = _restricted(gold, tuple(only), table)
    levels = certainties(wanted)
    places = places or [("", table.parent)]
    if len(places) == 1 and places[0][1].suffix == ".tsv":
        return Run(score(gold, from_table(places[0][1]), known, certainties=levels), places[0][1].name)
    release = _release(places)
    if release is not None:
        predictions = from_release(release, _names(release, gold))
        return Run(score(gold, predictions, known, certainties=levels), f"release {release.id[:12]}")
    with IsolatedReader(limits) as reader:
        documents = {doc: read_document(path, reader=reader) for doc, path in _paths(gold.docs, places).items()}
    extractions = load_extractor(assets.data(), gazetteers).extract_all(tuple(documents.values()))
    names = {document.id: doc for doc, document in documents.items()}
    named = {names[one.document.id]: _labels(one) for one in extractions}
    outcome = score(gold, from_extractions(extractions, names), known, certainties=levels, named=named)
    return Run(outcome, f"{len(documents)} document{'s' if len(documents) != 1 else ''}", documents)


def _labels(extraction: Extraction) -> list[str]:
    """Return every name that a document gives to anything."""
    return [label.text for labels in extraction.labels.values() for label in labels]


def _restricted(gold: Gold, only: Sequence[str], table: Path) -> Gold:
    if not only:
        return gold
    unknown = sorted(set(only) - set(gold.docs))
    if unknown:
        raise UsageError(f"{table} has no facts of {unknown[0]!r}; it has those of {', '.join(gold.docs)}")
    return replace(
        gold,
        facts=tuple(fact for fact in gold.facts if fact.doc in only),
        negatives=tuple(one for one in gold.negatives if one.doc in only),
    )


def _release(places: Sequence[tuple[str, Path]]) -> Release | None:
    """Return the release that a place holds, None if it holds documents."""
    if len(places) != 1 or places[0][0]:
        return None
    folder = places[0][1]
    return open_release(folder) if (folder / MANIFEST).exists() or (folder / CURRENT).exists() else None


def _names(release: Release, gold: Gold) -> dict[str, str]:
    """Return what the gold calls each document of a release, by id."""
    known = list(document_names(release).items())
    return {_one(doc, known): doc for doc in gold.docs}


def _paths(docs: Iterable[str], places: Iterable[tuple[str, Path]]) -> dict[str, Path]:
    """Return the file of each document of the gold.

    A file is the document whose name it is given, else that which its stem says.

    Raises:
        UsageError: If a document has no file, or more than one.
    """
    given: list[tuple[str, Path]] = []
    for name, place in places:
        if not place.exists():
            raise UsageError(f"{place} does not exist; --from takes a document, a folder of them, or a release")
        if not place.is_dir():
            given.append((name or place.stem, place))
            continue
        if name:
            raise UsageError(f"{place} is a folder, and a name stands for one document; leave out {name}=")
        files = sorted(path for path in place.iterdir() if path.is_file() and not path.name.startswith("."))
        given += [(path.stem, path) for path in files if path.suffix not in _NO_DOCUMENTS]
    return {doc: _one(doc, given) for doc in docs}


def _one(doc: str, given: Iterable[tuple[str, Found]]) -> Found:
    """Return the one thing that has the name of a document, or else whose name begins with it and an underscore."""
    given = list(given)
    found = [one for name, one in given if name == doc] or [one for name, one in given if name.startswith(f"{doc}_")]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(str(one) for one in found)
        raise UsageError(f"{doc!r} may be each of {names}; say which with --from {doc}=FILE")
    there = ", ".join(sorted(name for name, _ in given)[:8]) or "nothing"
    raise UsageError(
        f"there is no document {doc!r} (there is {there}); expected one of that name, as {doc}.txt. "
        f"Name it with --from {doc}=FILE, or evaluate others alone with --doc"
    )
