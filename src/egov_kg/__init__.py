"""egov-kg: documents about e-government as a knowledge graph with evidence.

Everything in ``__all__`` is public; everything else may change without notice. Names are imported when they are first
used, so that ``import egov_kg`` costs nothing.

Example:
    >>> import egov_kg as kg
    >>> document = kg.Document
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from egov_kg.api import (
        build,
        dataset,
        entail,
        explain,
        extract,
        graph,
        link,
        open_release,
        read_document,
        read_documents,
        reconcile,
        review_links,
        validate,
    )
    from egov_kg.config import Config
    from egov_kg.errors import EgovKGError
    from egov_kg.inference import Closure
    from egov_kg.model import Document, Extraction, Fact, Span, Thing
    from egov_kg.store import Release
    from egov_kg.validation import Finding, ValidationReport

__version__ = "0.1.0"

__all__ = [
    "Closure",
    "Config",
    "Document",
    "EgovKGError",
    "Extraction",
    "Fact",
    "Finding",
    "Release",
    "Span",
    "Thing",
    "ValidationReport",
    "__version__",
    "build",
    "dataset",
    "entail",
    "explain",
    "extract",
    "graph",
    "link",
    "open_release",
    "read_document",
    "read_documents",
    "reconcile",
    "review_links",
    "validate",
]

_HOMES: Final = {
    "Closure": "inference",
    "Config": "config",
    "Document": "model",
    "EgovKGError": "errors",
    "Extraction": "model",
    "Fact": "model",
    "Finding": "validation",
    "Release": "store",
    "Span": "model",
    "Thing": "model",
    "ValidationReport": "validation",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"{__name__}.{_HOMES.get(name, 'api')}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
