"""Named queries that ask other endpoints too: offered where all of these may be asked, and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from egov_kg import iri
from egov_kg.sparql import lexer
from egov_kg.sparql.named import NamedQuery, named_queries

__all__ = ["FOLDER", "endpoints_of", "federated_queries"]

FOLDER: Final = "federated"
"""Where they stand, in the folder of the named queries."""


def federated_queries(folder: Path, services: Collection[str], base: str = iri.BASE) -> Mapping[str, NamedQuery]:
    """Return the federated queries of a folder of named queries whose endpoints may be asked, by name.

    Args:
        folder: Of all named queries; these stand in one inside.
        services: The endpoints that SERVICE may name.
        base: The base of our IRIs, below which queries name what is served beside the release.

    Raises:
        DataFileError: If one of the files is wrong.
    """
    if not services:
        return {}
    found = {name: (query, endpoints_of(query.text, base)) for name, query in named_queries(folder / FOLDER).items()}
    return {name: query for name, (query, asked) in found.items() if asked and asked <= set(services)}


def endpoints_of(text: str, base: str = iri.BASE) -> frozenset[str]:
    """Return the endpoints that a query of ours names by SERVICE.

    Example:
        >>> sorted(endpoints_of("SELECT * { SERVICE SILENT <beside/x/sparql> { ?s ?p ?o } }", "http://example.org/"))
        ['http://example.org/beside/x/sparql']
    """
    read, words = lexer.prologue(text, base), list(lexer.tokens(text))
    found = set()
    for number, token in enumerate(words):
        if token.kind == "word" and token.text.upper() == "SERVICE":
            after = words[number + 1 : number + 3]
            name = next((one for one in after if one.kind in {"iri", "pname"}), None)
            found.add((read.resolve(name) if name is not None else None) or "")
    return frozenset(found)
