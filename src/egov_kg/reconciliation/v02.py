"""Version 0.2 of the Reconciliation API, which OpenRefine speaks: its requests read, its answers written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from egov_kg.errors import BatchTooLarge
from egov_kg.reconciliation.answers import candidate_json, meta_json, suggested_json, term_json, types_json, value_json
from egov_kg.reconciliation.inquiries import (
    BATCH,
    CONDITIONS,
    LIMIT,
    LONGEST,
    LONGEST_ID,
    MOST,
    TYPES,
    Alternatives,
    Extension,
    Inquiry,
    read_extension,
    read_values,
)
from egov_kg.reconciliation.json_text import Part, read_json
from egov_kg.reconciliation.model import Candidate, Condition, PropertyInfo, Question, Typed, TypeInfo
from egov_kg.reconciliation.replies import Reply
from egov_kg.reconciliation.terms import curie_of

__all__ = [
    "PREVIEW",
    "VERSION",
    "entities_json",
    "extension_json",
    "manifest",
    "properties_json",
    "proposals_json",
    "read_extend",
    "read_queries",
    "results_json",
    "results_text",
    "types_found_json",
]

VERSION: Final = "0.2"
PREVIEW: Final = (420, 160)
"""Width and height of a preview in pixels."""
_QUERY: Final = ("query", "type", "limit", "properties", "type_strict")


def read_queries(text: str) -> dict[str, Inquiry]:
    """Return the queries of a batch under their keys, in its order.

    Args:
        text: What stands in the field ``queries``.

    Raises:
        UnreadableJson: If it is not what the specification says; the error names the place.
        BatchTooLarge: If it has more than `BATCH` queries.

    Example:
        >>> batch = read_queries('{"q0": {"query": "Electronic Government Act", "type": "Law"}}')
        >>> batch["q0"].parts[0].questions[0].type
        'egov:Law'
    """
    members = read_json(text).members()
    if len(members) > BATCH:
        raise BatchTooLarge(len(members), BATCH, "queries")
    return {key: _read_query(part) for key, part in members.items()}


def _read_query(part: Part) -> Inquiry:
    members = part.members(_QUERY)
    conditions = (
        tuple(_read_property(one) for one in members["properties"].items(CONDITIONS)) if "properties" in members else ()
    )
    if "query" not in members and not conditions:
        raise part.wrong("an object with query, properties or both")
    text = members["query"].text(LONGEST) if "query" in members else ""
    limit = members["limit"].count(MOST) if "limit" in members else LIMIT
    word = members["type_strict"].word("should", "all", "any") if "type_strict" in members else "any"
    types = _read_types(members["type"]) if "type" in members else ()
    questions = tuple(
        Question(
            text=text.strip(),
            type=curie_of(name),
            strictness="should" if word == "should" or not name else "must",
            limit=limit,
            conditions=conditions,
        )
        for name in types or ("",)
    )
    return Inquiry((Alternatives(questions, "all" if word == "all" else "any"),), limit)


def _read_types(part: Part) -> tuple[str, ...]:
    """Return the types, one or an array; a service without types sends an empty one."""
    if isinstance(part.value, list):
        found = [one.text(LONGEST_ID) for one in part.items(TYPES)]
    else:
        found = [part.text(LONGEST_ID)]
    return tuple(dict.fromkeys(name for name in found if name.strip()))


def _read_property(part: Part) -> Condition:
    name = part.member("pid", "the id of a property").text(LONGEST_ID)
    return Condition(curie_of(name), read_values(part.member("v", "a value, or an array of values")))


def read_extend(text: str) -> Extension:
    """Return what is asked of things.

    Args:
        text: What stands in the field ``extend``.

    Raises:
        UnreadableJson, BatchTooLarge: As in `egov_kg.reconciliation.inquiries.read_extension`.
    """
    return read_extension(read_json(text))


def results_json(keys: Sequence[str], results: Sequence[Sequence[Candidate]]) -> dict[str, Any]:
    """Return the answer to a batch.

    Args:
        keys: Of its queries.
        results: The candidates of each, in the same order.
    """
    return {
        key: {"result": [candidate_json(one, with_names=False) for one in found]}
        for key, found in zip(keys, results, strict=True)
    }


def results_text(keys: Sequence[str], results: Sequence[Reply]) -> bytes:
    """Return what `results_json` makes, as JSON in UTF-8, from candidates that are JSON already."""
    members = [
        b'%s: {"result": %s}' % (json.dumps(key, ensure_ascii=False).encode("utf-8", "replace"), one.text)
        for key, one in zip(keys, results, strict=True)
    ]
    return b"{%s}" % b", ".join(members)


def entities_json(things: Sequence[Candidate]) -> dict[str, Any]:
    """Return the answer to whoever types the name of a thing."""
    return {"result": [suggested_json(one, with_lang=False) for one in things]}


def types_found_json(types: Sequence[TypeInfo]) -> dict[str, Any]:
    """Return the answer to whoever types the name of a class."""
    return {
        "result": [
            {**term_json(one.type, one.name, one.description), "broader": types_json(one.broader[:1])} for one in types
        ]
    }


def properties_json(properties: Sequence[PropertyInfo]) -> dict[str, Any]:
    """Return the answer to whoever types the name of a property."""
    return {"result": [term_json(one.property, one.name, one.description) for one in properties]}


def proposals_json(kind: str, limit: int | None, properties: Sequence[PropertyInfo]) -> dict[str, Any]:
    """Return the properties that things of a type have.

    Args:
        kind: The type, as it was given.
        limit: How many were wanted, or None.
        properties: The properties.
    """
    return {
        "properties": [term_json(one.property, one.name, one.description) for one in properties],
        "type": kind,
        **({"limit": limit} if limit is not None else {}),
    }


def extension_json(
    extension: Extension, properties: Sequence[PropertyInfo], values: Mapping[str, Sequence[Sequence[Typed]]]
) -> dict[str, Any]:
    """Return the values of properties of things.

    Every thing has every property, if need be without a value: OpenRefine would take the next column for a missing one.

    Args:
        extension: What was asked for.
        properties: Those of its properties that there are.
        values: By thing, for each property that was asked for its values.
    """
    rows: dict[str, Any] = {}
    for thing in extension.things:
        found = values.get(thing) or [()] * len(extension.properties)
        rows[thing] = {
            name: [value_json(value, with_lang=False) for value in of_property]
            for name, of_property in zip(extension.properties, found, strict=True)
        }
    return {"meta": meta_json(extension, properties), "rows": rows}


def manifest(
    *,
    name: str,
    root: str,
    base: str,
    schema: str,
    software: str,
    types: Sequence[tuple[str, str]],
    lang: str = "",
    needs_token: bool = False,
) -> dict[str, Any]:
    """Return what the service says of itself.

    Args:
        name: Of the service.
        root: The address of the server, without closing slash.
        base: Of the ids of things.
        schema: The namespace of classes and properties.
        software: The version of the software.
        types: CURIE and name of the classes that most tables are about.
        lang: The language that the address asked for, which views and previews then have too; or empty.
        needs_token: Whether asking needs a token.
    """
    more = f"&lang={lang}" if lang else ""
    width, height = PREVIEW
    suggest = {
        kind: {"service_url": root, "service_path": f"/reconcile/suggest/{kind}"}
        for kind in ("entity", "property", "type")
    }
    return {
        "versions": [VERSION],
        "name": name,
        "identifierSpace": base,
        "schemaSpace": schema,
        "documentation": f"{root}/reconcile",
        "serviceVersion": software,
        "defaultTypes": types_json(types),
        "view": {"url": f"{root}/reconcile/view?id={{{{id}}}}{more}"},
        "preview": {"url": f"{root}/reconcile/preview?id={{{{id}}}}{more}", "width": width, "height": height},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": root, "service_path": "/reconcile/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "How many values of a row; 0 is for all",
                }
            ],
        },
        "batchSize": BATCH,
        **({"authentication": TOKEN} if needs_token else {}),
    }


TOKEN: Final = {"type": "apiKey", "name": "Authorization", "in": "header"}
"""How the specification's security schemes say that a token stands in a header: ``Authorization: Bearer TOKEN``."""
