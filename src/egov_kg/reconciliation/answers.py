"""Answers as JSON, as far as versions of the protocol agree: candidates, classes, properties, values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from egov_kg.reconciliation.inquiries import Extension
from egov_kg.reconciliation.model import Candidate, Day, Number, PartialDate, PropertyInfo, Reference, Text, Typed
from egov_kg.reconciliation.terms import local_name

__all__ = ["LARGEST_INT", "candidate_json", "meta_json", "suggested_json", "term_json", "types_json", "value_json"]

LARGEST_INT: Final = 2**31 - 1
"""Larger whole numbers go out as ``float``: OpenRefine reads ``int`` with 32 bits."""


def types_json(types: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """Return classes as ``{"id": ..., "name": ...}``.

    Example:
        >>> types_json([("egov:Law", "law")])
        [{'id': 'Law', 'name': 'law'}]
    """
    return [{"id": local_name(curie), "name": name} for curie, name in types]


def term_json(curie: str, name: str, description: str) -> dict[str, str]:
    """Return a class or property with its description, if it has one."""
    found = {"id": local_name(curie), "name": name or local_name(curie)}
    return {**found, "description": description} if description else found


def candidate_json(candidate: Candidate, *, with_names: bool) -> dict[str, Any]:
    """Return a candidate; a second feature of the same id gets a number, because ids must differ.

    Args:
        candidate: The candidate.
        with_names: Whether its features have names, and it says its language.
    """
    features: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    lang = {"lang": "en"} if candidate.lang != "en" else {}  # what says nothing has the language of the candidate
    for one in candidate.features:
        seen[one.id] = many = seen.get(one.id, 0) + 1
        name = one.id if many == 1 else f"{one.id}-{many}"
        value = one.value if isinstance(one.value, bool) else round(one.value, 2)
        features.append(
            {"id": name, "name": one.name, **lang, "value": value} if with_names else {"id": name, "value": value}
        )
    return {
        "id": candidate.id,
        "name": candidate.name,
        **({"lang": candidate.lang} if with_names and candidate.lang else {}),
        **({"description": candidate.description} if candidate.description else {}),
        "type": types_json(candidate.types),
        "score": round(candidate.score, 2),
        "match": candidate.match,
        "features": features,
    }


def suggested_json(thing: Candidate, *, with_lang: bool) -> dict[str, Any]:
    """Return a thing that a suggestion names."""
    return {
        "id": thing.id,
        "name": thing.name,
        **({"lang": thing.lang} if with_lang and thing.lang else {}),
        **({"description": thing.description} if thing.description else {}),
        "notable": types_json(thing.types),
    }


def value_json(value: Typed, *, with_lang: bool) -> dict[str, Any]:
    """Return a value of a property.

    A day is the only date that the protocol can say, and it says it with a time; a month or a year goes out as a text,
    never as an invented first day. A thing of somebody else is its IRI as a text: its id would be none of this service.

    Example:
        >>> value_json(Day("2013-07-30"), with_lang=False), value_json(PartialDate("2013"), with_lang=False)
        ({'date': '2013-07-30T00:00:00Z'}, {'str': '2013'})
        >>> value_json(Number(11956), with_lang=False), value_json(Number(2**40), with_lang=False)
        ({'int': 11956}, {'float': 1099511627776.0})
    """
    match value:
        case Reference() if value.id == value.thing:
            return {"str": value.thing}
        case Reference():
            lang = {"lang": value.lang} if with_lang and value.lang else {}
            return {"id": value.id, "name": value.name or value.id, **lang}
        case Text():
            return {"str": value.text, **({"lang": value.lang} if with_lang and value.lang else {})}
        case Day():
            return {"date": f"{value.day}T00:00:00Z"}
        case PartialDate():
            return {"str": value.text}
        case Number():
            whole = isinstance(value.number, int) and abs(value.number) <= LARGEST_INT
            return {"int": value.number} if whole else {"float": float(value.number)}
    return {"str": "true" if value.holds else "false"}


def meta_json(extension: Extension, properties: Sequence[PropertyInfo]) -> list[dict[str, Any]]:
    """Return the columns of an extension, one for each property that was asked for, under the name it was asked by."""
    found: Mapping[str, PropertyInfo] = {one.property: one for one in properties}
    columns: list[dict[str, Any]] = []
    for asked, wanted in zip(extension.properties, extension.wanted, strict=True):
        one = found.get(wanted.property)
        kind = {"type": types_json([one.type])[0]} if one is not None and one.type is not None else {}
        columns.append({"id": asked, "name": (one.name if one is not None else "") or asked, **kind})
    return columns
