"""What answers of reconciliation look like, by the prose of the specification: no member more, none less.

A shape is a type, a tuple of shapes of which one fits, a list with the shape of its items, an object with the shapes of
its members (a name that ends in ``?`` may be missing), or a function that says whether a value fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Shape = Any


def misfits(value: Any, shape: Shape, place: str = "") -> Iterator[str]:
    """Yield what in a value does not fit a shape, with its place."""
    if isinstance(shape, dict):
        yield from _misfits_of_object(value, shape, place)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{place}: no array: {value!r}"
            return
        for number, item in enumerate(value):
            yield from misfits(item, shape[0], f"{place}/{number}")
    elif isinstance(shape, tuple):
        if all(list(misfits(value, one, place)) for one in shape):
            yield f"{place}: {value!r} fits none of {len(shape)} shapes"
    elif isinstance(shape, type):
        if type(value) is not shape:
            yield f"{place}: {value!r} is no {shape.__name__}"
    elif not shape(value):
        yield f"{place}: {value!r} does not fit {shape.__name__}"


def _misfits_of_object(value: Any, shape: dict[str, Shape], place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place}: no object: {value!r}"
        return
    if list(shape) == ["*"]:
        for name, item in value.items():
            yield from misfits(item, shape["*"], f"{place}/{name}")
        return
    known = {name.removesuffix("?") for name in shape}
    yield from (f"{place}/{name}: not in the specification" for name in value if name not in known)
    for name, inner in shape.items():
        if name.removesuffix("?") in value:
            yield from misfits(value[name.removesuffix("?")], inner, f"{place}/{name.removesuffix('?')}")
        elif not name.endswith("?"):
            yield f"{place}/{name}: missing"


def matching(pattern: str) -> Callable[[Any], bool]:
    """Return a shape: a string that a regular expression describes."""

    def fits(value: Any) -> bool:
        return isinstance(value, str) and re.fullmatch(pattern, value) is not None

    return fits


def percentage(value: Any) -> bool:
    """A number from 0 to 100, which a standardised score is."""
    return type(value) in {int, float} and 0 <= value <= 100


TEXT = matching(r"(?s).+")
NUMBER = (int, float)
TAG = matching(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
WEB = matching(r"https?://[^\s{}]+")
NAMED = {"id": TEXT, "name": TEXT}
TYPE = {"id": TEXT, "name": TEXT, "description?": TEXT, "broader?": [NAMED]}
PROPERTY_02 = {"id": TEXT, "name": TEXT, "description?": TEXT}
DATE = matching(r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T\d\d:\d\d:\d\dZ")
META = {"id": TEXT, "name": TEXT, "type?": NAMED}

RESULTS_02 = {
    "*": {
        "result": [
            {
                "id": TEXT,
                "name": TEXT,
                "description?": TEXT,
                "type": [NAMED],
                "score": percentage,
                "match": bool,
                "features": [{"id": TEXT, "value": (bool, *NUMBER)}],
            }
        ]
    }
}
ENTITIES_02 = {"result": [{"id": TEXT, "name": TEXT, "description?": TEXT, "notable": [NAMED]}]}
TYPES = {"result": [TYPE]}
PROPERTIES_02 = {"result": [PROPERTY_02]}
PROPOSALS = {"properties": [PROPERTY_02], "type": str, "limit?": int}
VALUES_02 = [(NAMED, {"str": str}, {"float": float}, {"int": int}, {"date": DATE})]
EXTENSION_02 = {"meta": [META], "rows": {"*": {"*": VALUES_02}}}
_TEMPLATE = r"https?://[^\s{}]*"
_SERVICE = {"service_url": WEB, "service_path": matching(r"/[^\s{}]+")}
MANIFEST_02 = {
    "versions": [matching(r"0\.2")],
    "name": TEXT,
    "identifierSpace": WEB,
    "schemaSpace": WEB,
    "documentation": WEB,
    "serviceVersion": TEXT,
    "defaultTypes": [NAMED],
    "view": {"url": matching(rf"{_TEMPLATE}\{{\{{id\}}\}}[^{{}}]*")},
    "preview": {"url": matching(rf"{_TEMPLATE}\{{\{{id\}}\}}[^{{}}]*"), "width": int, "height": int},
    "suggest": {"entity": _SERVICE, "property": _SERVICE, "type": _SERVICE},
    "extend": {
        "propose_properties": _SERVICE,
        "property_settings": [
            {"name": TEXT, "label": TEXT, "type": matching("number"), "default": int, "help_text": TEXT}
        ],
    },
    "batchSize": int,
    "authentication?": {"type": TEXT, "name": TEXT, "in": TEXT},
}

RESULTS_10 = {
    "results": [
        {
            "candidates": [
                {
                    "id": TEXT,
                    "name": TEXT,
                    "lang?": TAG,
                    "description?": TEXT,
                    "type": [NAMED],
                    "score": percentage,
                    "match": bool,
                    "features": [{"id": TEXT, "name": TEXT, "lang?": TAG, "value": (bool, *NUMBER)}],
                }
            ]
        }
    ]
}
ENTITIES_10 = {"result": [{"id": TEXT, "name": TEXT, "lang?": TAG, "description?": TEXT, "notable": [NAMED]}]}
PROPERTIES_10 = {"result": [{**PROPERTY_02, "matchQualifiers": [NAMED]}]}
VALUES_10 = [
    (
        {"id": TEXT, "name": TEXT, "lang?": TAG},
        {"str": str, "lang?": TAG},
        {"float": float},
        {"int": int},
        {"date": DATE},
    )
]
EXTENSION_10 = {"meta": [META], "rows": [{"id": TEXT, "properties": [{"id": TEXT, "values": VALUES_10}]}]}
MANIFEST_10 = {
    "versions": [matching(r"1\.0-draft")],
    "name": TEXT,
    "lang": TAG,
    "documentation": WEB,
    "serviceVersion": TEXT,
    "defaultTypes": [NAMED],
    "view": {"url": matching(rf"{_TEMPLATE}\{{id\}}")},
    "preview": {"width": int, "height": int},
    "suggest": {"entity": bool, "property": bool, "type": bool},
    "extend": {
        "proposeProperties": bool,
        "propertySettings": [{"id": TEXT, "name": TEXT, "type": matching("number"), "default": int, "helpText": TEXT}],
    },
    "standardizedScore": bool,
    "batchSize": int,
    "authentication?": {"type": TEXT, "name": TEXT, "in": TEXT},
}
