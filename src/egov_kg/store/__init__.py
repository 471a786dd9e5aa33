"""Immutable releases: written aside, published by a rename, opened for reading."""

from __future__ import annotations

from egov_kg.store.loading import StoreLoader, write_store
from egov_kg.store.manifest import DERIVED, MANIFEST, Input, Manifest, ReleaseFile, digest, list_files
from egov_kg.store.publishing import Staging, publish, use_release
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
