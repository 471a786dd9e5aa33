"""Named queries for a release that is open in this process: by name, with values of Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.errors import NotFound
from egov_kg.sparql.named import NamedQuery
from egov_kg.store import Prepared, term

__all__ = ["preparer"]


def preparer(
    queries: Mapping[str, NamedQuery], base: str = iri.BASE
) -> Callable[[str, Mapping[str, object]], Prepared]:
    """Return what lets a release answer named queries by name: see `egov_kg.store.open_release`."""

    def prepare(query: str, parameters: Mapping[str, object]) -> Prepared:
        if query in queries:
            named = queries[query]
            bound = {ox.Variable(name): _read(text) for name, text in named.bind(parameters, base).items()}
            return Prepared(named.text, bound)
        if re.fullmatch(r"[a-z0-9-]+", query):
            raise NotFound(f"there is no query {query!r}; there are {', '.join(queries)}")
        return Prepared(query, {ox.Variable(name): term(value) for name, value in parameters.items()})

    return prepare


def _read(text: str) -> ox.NamedNode | ox.Literal:
    found = next(iter(ox.parse(f"<x:s> <x:p> {text} .", format=ox.RdfFormat.N_TRIPLES))).object
    assert isinstance(found, ox.NamedNode | ox.Literal)
    return found
