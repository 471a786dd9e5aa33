"""The JSON Schemas of the specification, where a copy of it lies on this machine: none is ours, and none is fetched.

``RECONCILIATION_SPECS`` names the folder of such a copy (the one that holds ``0.2`` and ``1.0-draft``); the package
``jsonschema`` reads it. Without them what needs them is skipped, and answers are held against `shapes` alone.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import json
import os
from pathlib import Path
from typing import Any

import pytest

SPECS = Path(os.environ["RECONCILIATION_SPECS"]) if "RECONCILIATION_SPECS" in os.environ else None
VERSIONS = ("0.2", "1.0-draft")

needs_copy = pytest.mark.skipif(SPECS is None, reason="RECONCILIATION_SPECS names no copy of the specification")
needs_schemas = pytest.mark.skipif(
    SPECS is None or importlib.util.find_spec("jsonschema") is None,
    reason="needs the package jsonschema, and RECONCILIATION_SPECS with a copy of the specification",
)


def examples(*schemas: str) -> list[Any]:
    """Return the published examples of some schemas, or of all, each a parameter: version, schema, verdict, file."""
    found = []
    for version in VERSIONS if SPECS is not None else ():
        assert SPECS is not None
        for schema in schemas or sorted(path.stem for path in (SPECS / version / "schemas").glob("*.json")):
            for verdict in ("valid", "invalid"):
                folder = SPECS / version / "examples" / schema / verdict
                found += [
                    pytest.param(version, schema, verdict, path, id=f"{version}-{schema}-{verdict}-{path.stem}")
                    for path in sorted(folder.glob("*.json"))
                ]
    return found


@functools.cache
def _validator(version: str, schema: str) -> Any:
    jsonschema, referencing = (importlib.import_module(name) for name in ("jsonschema", "referencing.jsonschema"))
    registry = importlib.import_module("referencing").Registry()
    assert SPECS is not None
    resources = []
    for path in sorted((SPECS / version / "schemas").glob("*.json")):
        resource = referencing.DRAFT7.create_resource(json.loads(path.read_text(encoding="utf-8")))
        folders = {"https://reconciliation-api.github.io/specs/draft/schemas/"}
        folders.add(f"https://reconciliation-api.github.io/specs/{version}/schemas/")
        resources += [(folder + path.name, resource) for folder in folders]
        if path.stem == "openapi":
            resources.append(("http://swagger.io/v2/schema.json", resource))
    text = (SPECS / version / "schemas" / f"{schema}.json").read_text(encoding="utf-8")
    return jsonschema.Draft7Validator(json.loads(text), registry=registry.with_resources(resources))


def schema_errors(version: str, schema: str, value: Any) -> list[str]:
    """Return what a schema of the specification finds wrong with a value."""
    return [
        f"{'/'.join(map(str, error.path))}: {error.message}" for error in _validator(version, schema).iter_errors(value)
    ]


def has_schemas() -> bool:
    """Whether the schemas can be asked."""
    return SPECS is not None and importlib.util.find_spec("jsonschema") is not None
