"""What was found, from wherever it comes: extractions or a table. The same labels and relations in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from egov_kg.evaluation.tables import read_table
from egov_kg.extraction import facts_table
from egov_kg.model import Document, Extraction, Fact, line_number, line_starts

__all__ = ["Passage", "Prediction", "from_extractions", "from_table"]


class Passage(NamedTuple):
    """Where a fact stands.

    Attributes:
        place: ``history.md:12``, empty where it is not known.
        quote: The words, on one line.
    """

    place: str
    quote: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """A fact that was found.

    Attributes:
        doc: The document, as the gold calls it; empty for what follows from several.
        subject, relation, object: Labels, and a property in its own direction.
        subject_class: The CURIE of the subject's class, may be empty.
        rule: What found it; empty for what was derived.
        passages: The words it rests on.
    """

    doc: str
    subject: str
    relation: str
    object: str
    subject_class: str = ""
    rule: str = ""
    passages: tuple[Passage, ...] = ()


def from_extractions(extractions: Iterable[Extraction], names: Mapping[str, str]) -> Iterator[Prediction]:
    """Yield the facts of documents.

    Args:
        extractions: What the documents gave.
        names: What the gold calls each document, by id; a document without a name is passed over.
    """
    for extraction in extractions:
        document = extraction.document
        if document.id not in names:
            continue
        starts = line_starts(document.text)
        for fact, row in zip(extraction.facts, facts_table([extraction], names), strict=True):
            yield Prediction(
                doc=row["doc"],
                subject=row["subject"],
                relation=row["relation"],
                object=row["object"],
                subject_class=row["subject_class"],
                rule=row["rule"],
                passages=_passages(fact, document, starts),
            )


def _passages(fact: Fact, document: Document, starts: list[int]) -> tuple[Passage, ...]:
    return tuple(
        Passage(f"{document.source}:{line_number(starts, span.start)}", " ".join(document.quote(span).split()))
        for span in fact.evidence
    )


def from_table(path: Path) -> Iterator[Prediction]:
    """Yield the facts of a table with the columns doc (or seed), subject, relation, object, as `extract` prints them.

    Raises:
        DataFileError: If a line is wrong.
    """
    required = ("doc/seed", "subject", "relation", "object")
    for row in read_table(path, required):
        quote = row.get("quote")
        yield Prediction(
            doc=row["doc"],
            subject=row["subject"],
            relation=row["relation"],
            object=row["object"],
            subject_class=row.get("subject_class"),
            rule=row.get("rule"),
            passages=(Passage("", quote),) if quote else (),
        )
