"""Version 1.0 (draft) of the Reconciliation API: its requests read, its answers written."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from egov_kg.errors import BatchTooLarge
from egov_kg.reconciliation import v02
from egov_kg.reconciliation.answers import candidate_json, meta_json, suggested_json, term_json, types_json, value_json
from egov_kg.reconciliation.inquiries import (
    BATCH,
    CONDITIONS,
    LIMIT,
    LONGEST_ID,
    MOST,
    NAMES,
    Alternatives,
    Extension,
    Inquiry,
    read_extension,
    read_values,
)
from egov_kg.reconciliation.json_text import Part, read_json
from egov_kg.reconciliation.model import (
    Candidate,
    Condition,
    PropertyInfo,
    Quantifier,
    Question,
    Typed,
    TypeInfo,
)
from egov_kg.reconciliation.replies import Reply
from egov_kg.reconciliation.terms import curie_of

__all__ = [
    "VERSION",
    "entities_json",
    "extension_json",
    "manifest",
    "properties_json",
    "proposals_json",
    "read_extend",
    "read_match",
    "results_json",
    "results_text",
    "types_found_json",
]

VERSION: Final = "1.0-draft"
_QUERY: Final = ("conditions", "type", "limit", "lang", "dir")
_NAMING: Final = ("name", "id")
_DIRECTIONS: Final = ("ltr", "rtl", "auto")
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
_QUALIFIERS: Final[Mapping[str, str]] = {
    "ExactMatch": "the same value",
    "EDTF:Level-0": "the same date, as far as both are known",
}


def read_match(text: str) -> list[Inquiry]:
    """Return the queries of a batch.

    Args:
        text: The body of the request.

    Raises:
        UnreadableJson: If it is not what the specification says; the error names the place.
        BatchTooLarge: If it has more than `BATCH` queries.

    Example:
        >>> condition = '{"matchType": "name", "propertyValue": "전자정부법"}'
        >>> read_match('{"queries": [{"lang": "ko", "conditions": [%s]}]}' % condition)[0].parts[0].questions[0].lang
        'ko'
    """
    queries = read_json(text).member("queries", "an array of queries")
    if isinstance(queries.value, list) and len(queries.value) > BATCH:
        raise BatchTooLarge(len(queries.value), BATCH, "queries")
    return [_read_query(part) for part in queries.items(BATCH)]


def _read_query(part: Part) -> Inquiry:
    members = part.members(_QUERY)
    asked = part.member("conditions", "an array of conditions").items(CONDITIONS)
    if not asked:
        raise members["conditions"].wrong("at least one condition")
    kind = members["type"].text(LONGEST_ID) if "type" in members else ""
    limit = members["limit"].count(MOST) if "limit" in members else LIMIT
    lang = _read_lang(members)
    said = {one.pointer: one.member("matchType", "name, id or property").word(*_NAMING, "property") for one in asked}
    question = Question(
        text="",
        type=curie_of(kind),
        strictness="must" if kind.strip() else "should",
        limit=limit,
        conditions=tuple(_read_property(one) for one in asked if said[one.pointer] == "property"),
    )
    parts = [_read_naming(one, said[one.pointer], question, lang) for one in asked if said[one.pointer] in _NAMING]
    if sum(len(one.questions) for one in parts) > NAMES:
        raise members["conditions"].wrong(f"at most {NAMES} names and ids in all")
    if all(one.quantifier == "none" for one in parts):
        parts.insert(0, Alternatives((question,)))
    return Inquiry(tuple(parts), limit)


def _read_lang(members: Mapping[str, Part]) -> str:
    if "dir" in members:
        members["dir"].word(*_DIRECTIONS)
    if "lang" not in members:
        return ""
    tag = members["lang"].text(LONGEST_ID)
    if tag and not _TAG.fullmatch(tag):
        raise members["lang"].wrong("a language tag such as en or ko (BCP 47)")
    return tag


def _read_naming(part: Part, how: str, question: Question, lang: str) -> Alternatives:
    """Return the questions of a condition on the name or the id: one for each of its values."""
    members = part.members()
    values = read_values(part.member("propertyValue", "a value, or an array of values"))
    if not values:
        raise members["propertyValue"].wrong("at least one value")
    lang = (_read_lang(members) or lang) if how == "name" else ""
    texts = dict.fromkeys((value.id or value.text).strip() for value in values)
    return Alternatives(
        tuple(dataclasses.replace(question, text=text, lang=lang) for text in texts),
        _read_quantifier(members),
        required=members["required"].truth() if "required" in members else False,
    )


def _read_property(part: Part) -> Condition:
    members = part.members()
    name = part.member("propertyId", "the id of a property").text(LONGEST_ID)
    _read_lang(members)
    return Condition(
        curie_of(name),
        read_values(part.member("propertyValue", "a value, or an array of values")),
        required=members["required"].truth() if "required" in members else False,
        quantifier=_read_quantifier(members),
        qualifier=members["matchQualifier"].text(LONGEST_ID) if "matchQualifier" in members else "",
    )


def _read_quantifier(members: Mapping[str, Part]) -> Quantifier:
    found = members["matchQuantifier"].word("any", "all", "none") if "matchQuantifier" in members else "any"
    return "all" if found == "all" else "none" if found == "none" else "any"


def read_extend(text: str) -> Extension:
    """Return what is asked of things.

    Args:
        text: The body of the request.

    Raises:
        UnreadableJson, BatchTooLarge: As in `egov_kg.reconciliation.inquiries.read_extension`.
    """
    return read_extension(read_json(text))


def results_json(results: Sequence[Sequence[Candidate]]) -> dict[str, Any]:
    """Return the answer to a batch.

    Args:
        results: The candidates of each query, in the order of the batch.
    """
    return {"results": [{"candidates": [candidate_json(one, with_names=True) for one in found]} for found in results]}


def results_text(results: Sequence[Reply]) -> bytes:
    """Return what `results_json` makes, as JSON in UTF-8, from candidates that are JSON already."""
    return b'{"results": [%s]}' % b", ".join([b'{"candidates": %s}' % one.text for one in results])


def entities_json(things: Sequence[Candidate]) -> dict[str, Any]:
    """Return the answer to whoever types the name of a thing."""
    return {"result": [suggested_json(one, with_lang=True) for one in things]}


def types_found_json(types: Sequence[TypeInfo]) -> dict[str, Any]:
    """Return the answer to whoever types the name of a class."""
    return v02.types_found_json(types)


def properties_json(properties: Sequence[PropertyInfo]) -> dict[str, Any]:
    """Return the answer to whoever types the name of a property, with the ways in which its values can be compared."""
    found = []
    for one in properties:
        ways = [{"id": way, "name": _QUALIFIERS.get(way, way)} for way in one.qualifiers]
        found.append({**term_json(one.property, one.name, one.description), "matchQualifiers": ways})
    return {"result": found}


def proposals_json(kind: str, limit: int | None, properties: Sequence[PropertyInfo]) -> dict[str, Any]:
    """Return the properties that things of a type have; arguments as in `egov_kg.reconciliation.v02.proposals_json`."""
    return v02.proposals_json(kind, limit, properties)


def extension_json(
    extension: Extension, properties: Sequence[PropertyInfo], values: Mapping[str, Sequence[Sequence[Typed]]]
) -> dict[str, Any]:
    """Return the values of properties of things; arguments as in `egov_kg.reconciliation.v02.extension_json`."""
    rows = []
    for thing in extension.things:
        found = values.get(thing) or [()] * len(extension.properties)
        of_thing = [
            {"id": name, "values": [value_json(value, with_lang=True) for value in of_property]}
            for name, of_property in zip(extension.properties, found, strict=True)
        ]
        rows.append({"id": thing, "properties": of_thing})
    return {"meta": meta_json(extension, properties), "rows": rows}


def manifest(
    *,
    name: str,
    root: str,
    software: str,
    types: Sequence[tuple[str, str]],
    lang: str = "en",
    needs_token: bool = False,
) -> dict[str, Any]:
    """Return what the service says of itself.

    Args:
        name: Of the service.
        root: The address of the server, without closing slash.
        software: The version of the software.
        types: CURIE and name of the classes that most tables are about.
        lang: The language of the names.
        needs_token: Whether asking needs a token.
    """
    width, height = v02.PREVIEW
    return {
        "versions": [VERSION],
        "name": name,
        "lang": lang,
        "documentation": f"{root}/reconcile",
        "serviceVersion": software,
        "defaultTypes": types_json(types),
        "view": {"url": f"{root}/reconcile/view?id={{id}}"},
        "preview": {"width": width, "height": height},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {
            "proposeProperties": True,
            "propertySettings": [
                {
                    "id": "limit",
                    "name": "Limit",
                    "type": "number",
                    "default": 0,
                    "helpText": "How many values of a row; 0 is for all",
                }
            ],
        },
        "standardizedScore": True,
        "batchSize": BATCH,
        **({"authentication": v02.TOKEN} if needs_token else {}),
    }
