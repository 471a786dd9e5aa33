"""Facts as a flat table, for people and for the scorer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from egov_kg.model import Extraction, Thing, TimeValue, Value

__all__ = ["COLUMNS", "facts_table"]

COLUMNS: Final = (
    "doc", "subject", "relation", "object", "subject_id", "subject_class", "object_id", "object_class", "certainty",
    "rule", "spans", "quote",
)  # fmt: skip
"""The columns of the table of facts, in order."""


def facts_table(extractions: Iterable[Extraction], names: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Yield each fact as a row of text cells without tabs and line breaks.

    Args:
        extractions: What documents yielded.
        names: A short name for each document id; the id's last part where it is missing.
    """
    for extraction in extractions:
        document = extraction.document
        doc = (names or {}).get(document.id, document.id.rpartition("/")[2])
        for fact in extraction.facts:
            obj = fact.object
            if isinstance(obj, Thing):
                words, identifier, cls = obj.label, obj.id, obj.cls
            elif isinstance(obj, Value):
                words, identifier, cls = obj.lexical, "", f"{obj.datatype}@{obj.lang}" if obj.lang else obj.datatype
            else:
                words, identifier, cls = _time(obj), "", "egov:TimePosition"
            row = (
                doc, fact.subject.label, fact.property, words, fact.subject.id, fact.subject.cls, identifier, cls,
                fact.certainty, fact.rule, " ".join(f"{s.start}-{s.end}" for s in fact.evidence),
                " ... ".join(document.quote(s) for s in fact.evidence),
            )  # fmt: skip
            yield {column: " ".join(cell.split()) for column, cell in zip(COLUMNS, row, strict=True)}


def _time(value: TimeValue) -> str:
    return value.words.removeprefix("the ") if value.approximate else value.edtf
