"""Reconciliation: which things of a release are meant by names and values that others send, and why.

Nothing here knows HTTP or JSON of the protocol, SPARQL or RDF: the search folder of a release holds what is needed.
"""

from __future__ import annotations

from egov_kg.reconciliation.model import (
    Candidate,
    Condition,
    Day,
    Described,
    Feature,
    Number,
    PartialDate,
    PropertyInfo,
    Question,
    Reconciling,
    Reference,
    Text,
    Truth,
    Typed,
    TypeInfo,
    Value,
    Wanted,
)

__all__ = [
    "Candidate",
    "Condition",
    "Day",
    "Described",
    "Feature",
    "Number",
    "PartialDate",
    "PropertyInfo",
    "Question",
    "Reconciling",
    "Reference",
    "Text",
    "Truth",
    "TypeInfo",
    "Typed",
    "Value",
    "Wanted",
]
