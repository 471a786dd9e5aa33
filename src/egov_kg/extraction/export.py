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

    Things go by their preferred names; in a Korean document by those in Korean, as the document writes them.
    """
    for extraction in extractions:
        document = extraction.document
        lang = document.metadata.get("lang", "en")
        doc = (names or {}).get(document.id, document.id.rpartition("/")[2])
        for fact in extraction.facts:
            obj = fact.object
            if isinstance(obj, Thing):
                words, identifier, cls = _label(extraction, obj, lang), obj.id, obj.cls
            elif isinstance(obj, Value):
                words, identifier, cls = obj.lexical, "", f"{obj.datatype}@{obj.lang}" if obj.lang else obj.datatype
            else:
                words, identifier, cls = _time(obj), "", "egov:TimePosition"
            row = (
                doc, _label(extraction, fact.subject, lang), fact.property, words, fact.subject.id, fact.subject.cls,
                identifier, cls,
                fact.certainty, fact.rule, " ".join(f"{s.start}-{s.end}" for s in fact.evidence),
                " ... ".join(document.quote(s) for s in fact.evidence),
            )  # fmt: skip
            yield {column: " ".join(cell.split()) for column, cell in zip(COLUMNS, row, strict=True)}


def _label(extraction: Extraction, thing: Thing, lang: str) -> str:
    if lang != "ko" or thing.lang == "ko":
        return thing.label
    names = [n for n in extraction.labels.get(thing.id, ()) if n.lang == "ko" and n.kind in ("pref", "alt")]
    # the preferred name if the document writes it, else the first that it writes, else the preferred one of the tables
    order = sorted(names, key=lambda n: (not n.evidence, n.kind != "pref"))
    return next((n.text for n in order if n.evidence or n.kind == "pref"), thing.label)


def _time(value: TimeValue) -> str:
    return value.words.removeprefix("the ") if value.approximate else value.edtf
