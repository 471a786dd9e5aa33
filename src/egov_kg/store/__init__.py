"""Immutable releases: written aside, published by a rename, opened for reading.

What needs the engine is imported when it is first used: the process that faces the network must not load it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from egov_kg.store.manifest import DERIVED, MANIFEST, Input, Manifest, ReleaseFile, digest, list_files
from egov_kg.store.release import (
    CURRENT,
    QUADS,
    RELEASES,
    STORE,
    Prepared,
    Release,
    current_id,
    find_release,
    list_releases,
    open_release,
)

if TYPE_CHECKING:
    from egov_kg.store.loading import StoreLoader, write_store
    from egov_kg.store.publishing import Staging, publish, use_release
    from egov_kg.store.values import Term, python_value, term

__all__ = [
    "CURRENT",
    "DERIVED",
    "MANIFEST",
    "QUADS",
    "RELEASES",
    "STORE",
    "Input",
    "Manifest",
    "Prepared",
    "Release",
    "ReleaseFile",
    "Staging",
    "StoreLoader",
    "Term",
    "current_id",
    "digest",
    "find_release",
    "list_files",
    "list_releases",
    "open_release",
    "publish",
    "python_value",
    "term",
    "use_release",
    "write_store",
]

_HOMES: Final = {
    "Staging": "publishing",
    "StoreLoader": "loading",
    "Term": "values",
    "publish": "publishing",
    "python_value": "values",
    "term": "values",
    "use_release": "publishing",
    "write_store": "loading",
}


def __getattr__(name: str) -> object:
    """Import what needs the engine when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
