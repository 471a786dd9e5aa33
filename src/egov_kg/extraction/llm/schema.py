"""The JSON schema of an answer, made from the ontology: which relation may hold between which classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from egov_kg import vocab
from egov_kg.errors import UnknownTerm
from egov_kg.extraction.ontology import Ontology, PropertyTerm

__all__ = ["FIELDS", "TEXT", "TIME", "answer_schema", "offered_classes", "offered_relations"]

FIELDS: Final = ("subject", "subject_class", "relation", "object", "object_class", "quote")
"""What a claim says, all of it as text."""

TIME: Final = "time"
TEXT: Final = "text"
"""What stands for the class of an object that is a date, or words and numbers."""

_DERIVED: Final = frozenset(
    f"egov:{name}"
    for name in (
        *("activeUnder", "begunUnder", "begunWith", "currentForm", "datedUnder", "directSuccessor", "enactedIn"),
        *("enactedUnderHead", "endedUnder", "inJurisdiction", "inStage", "inUse", "involves", "mainlyUnder"),
        *("possiblyBegunUnder", "possiblyDatedUnder", "possiblyEnactedUnder", "possiblyEndedUnder", "possiblySameAs"),
        *("sameBodyAs", "successor", "textOf", "underAdministration"),
    )
)
"""What the build or the reasoner finds, and no passage says in these words."""

_VALUES: Final = frozenset(
    f"egov:{name}"
    for name in (
        *("actNumber", "endYear", "meetingFrequency", "memberCount", "startYear", "statedDate", "statedPeriod"),
        "statedYear",
    )
)


def offered_relations(ontology: Ontology) -> Mapping[str, PropertyTerm]:
    """Return the relations that a model may use, by CURIE."""
    return {
        name: term
        for name, term in sorted(ontology.properties.items())
        if name not in _DERIVED and (term.kind != "value" or name in _VALUES)
    }


def offered_classes(ontology: Ontology, below: str = "") -> tuple[str, ...]:
    """Return the classes that a model may use, as CURIEs: those that things can be of.

    Args:
        ontology: The terms.
        below: A class that they must be, or be kinds of; any if empty.
    """
    concrete = filter(_is_concrete, ontology.classes)
    return tuple(name for name in concrete if not below or vocab.is_subclass(name, below))


def _is_concrete(name: str) -> bool:
    try:
        vocab.segment(name)
    except UnknownTerm:
        return False
    return True


def answer_schema(ontology: Ontology) -> dict[str, Any]:
    """Return the schema of an answer: claims, each of which fits domain and range of its relation.

    Relations of the same domain and range share a variant, and lists of classes are defined once, so that the schema
    stays within what services accept.
    """
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, term in offered_relations(ontology).items():
        target = {"time": TIME, "value": TEXT, "thing": term.range}[term.kind]
        groups[term.domain, target].append(name)
    definitions: dict[str, Any] = {}

    def classes(name: str) -> dict[str, Any]:
        if name in {TIME, TEXT}:
            return {"type": "string", "enum": [name]}
        key = name.removeprefix("egov:") or "Thing"
        definitions[key] = {"type": "string", "enum": [*offered_classes(ontology, name)]}
        return {"$ref": f"#/$defs/{key}"}

    variants = [
        _object(
            {
                "subject": {"type": "string"},
                "subject_class": classes(domain),
                "relation": {"type": "string", "enum": names},
                "object": {"type": "string"},
                "object_class": classes(target),
                "quote": {"type": "string"},
            }
        )
        for (domain, target), names in sorted(groups.items())
    ]
    answer = _object({"claims": {"type": "array", "items": {"anyOf": variants}}})
    return {**answer, "$defs": dict(sorted(definitions.items()))}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
