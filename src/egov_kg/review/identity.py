"""The id of a fact for reviewers: made of what they read, so that it survives new offsets and new ids of things."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Final

from egov_kg.model import Document, Extraction, Fact, Span, Thing, TimeValue, Value

__all__ = ["FACT", "fact_id", "fact_ids", "id_of_words", "object_text", "passage"]

FACT: Final = re.compile(r"f-[0-9a-f]{20}")
"""What the id of a fact looks like; it begins with a letter, since programs for tables read ``12e4`` as a number."""

_MOST_NAMES: Final = 64


def id_of_words(document: str, subject: str, relation: str, value: str, quote: str) -> str:
    """Return the id of a fact from the words that a reviewer reads.

    Args:
        document: The id of the document.
        subject: The label of what it is about.
        relation: The CURIE of the property.
        value: The label of its object, or the words of a literal.
        quote: The passage.

    Example:
        >>> id_of_words("document/int/history", "Open Portal", "egov:startYear", "2001", "It began in 2001.")
        'f-7b635bca61eb63ccfcb7'
    """
    digest = hashlib.sha256(_folded(quote).encode()).hexdigest()
    parts = (document, _folded(subject), relation, _folded(value), digest)
    return f"f-{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:20]}"


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def fact_id(document: Document, fact: Fact) -> str:
    """Return the id of a fact: a hash of its document, the names of subject and object, the relation, the passage."""
    return id_of_words(
        document.id, fact.subject.label, fact.property, object_text(fact), passage(document, fact.evidence)
    )


def fact_ids(extraction: Extraction, fact: Fact) -> tuple[str, ...]:
    """Return the ids that a fact has, or would have were its things called by another of their names.

    Which name of a thing is the preferred one may change with the other documents of a build; a decision must not be
    lost by that.

    Args:
        extraction: What the document gave; its labels are the other names.
        fact: One of its facts.
    """
    document = extraction.document
    quote = passage(document, fact.evidence)

    def names(thing: object, first: str) -> Iterator[str]:
        yield first
        if isinstance(thing, Thing):
            yield from (label.text for label in extraction.labels.get(thing.id, ()) if label.text != first)

    pairs = product(names(fact.subject, fact.subject.label), names(fact.object, object_text(fact)))
    ids = (id_of_words(document.id, one, fact.property, other, quote) for one, other in islice(pairs, _MOST_NAMES))
    return tuple(dict.fromkeys(ids))


def passage(document: Document, spans: Iterable[Span]) -> str:
    """Return the words that a fact rests on, white space folded; three dots stand between places."""
    return " ... ".join(_folded(document.quote(span)) for span in spans)


def object_text(fact: Fact) -> str:
    """Return the object of a fact as a reviewer reads it, with what belongs to the node that it stands for."""
    return "; ".join([_text(fact.object), *(f"{prop} {_text(value)}" for prop, value in fact.qualifiers)])


def _text(value: Thing | Value | TimeValue) -> str:
    match value:
        case Thing():
            return value.label
        case Value():
            return value.lexical
        case TimeValue():
            return value.words if value.approximate else value.edtf
