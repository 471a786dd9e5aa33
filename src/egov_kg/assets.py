"""Where the files that come with egov-kg are: ontology, data, queries.

In a checkout they stand at its top; in an installed wheel they lie inside the package. Nothing else knows the
difference.
"""

from __future__ import annotations

from pathlib import Path

from egov_kg.errors import ConfigurationError

__all__ = ["data", "find", "ontology", "queries"]

_PACKAGE = Path(__file__).parent


def find(name: str) -> Path:
    """Return the folder or file `name`, which is one of ``ontology``, ``data``, ``queries`` or lies below one.

    Raises:
        ConfigurationError: If it is missing, which means that the installation is damaged.
    """
    for root in (_PACKAGE / "shipped", _PACKAGE.parent.parent):
        path = root / name
        if path.exists():
            return path
    raise ConfigurationError(f"the installation of egov-kg lacks {name!r}; install it again")


def ontology(name: str = "") -> Path:
    """Return a file of the ontology folder: ``egov.ttl``, ``alignments.ttl``, ``shapes.ttl``, ``context.jsonld``."""
    return find(f"ontology/{name}".rstrip("/"))


def data(name: str = "") -> Path:
    """Return a file or folder below ``data``: ``documents``, ``background``, ``gazetteer``, ``rules``."""
    return find(f"data/{name}".rstrip("/"))


def queries() -> Path:
    """Return the folder of the named queries."""
    return find("queries")
