"""The store of one query that asks for facts under every name: they are there while it runs, and for no other query."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pyoxigraph as ox

from egov_kg.errors import ExpansionTooLarge, QueryRefused
from egov_kg.store.expansion import facts_of

__all__ = ["expanded"]

_REFUSED = "expansion-refused"


@contextlib.contextmanager
def expanded(store: ox.Store, base: str) -> Iterator[ox.Store]:
    """Give a store whose default graph has its facts under every name, until the end of the context.

    Args:
        store: Of this process alone, which answers one query at a time: it is changed, and changed back.
        base: The base of our IRIs.

    Raises:
        QueryRefused: ``expansion-refused`` if that is too much, or if the store stands on the disk.
    """
    try:
        facts = facts_of(store, base)
    except ExpansionTooLarge as error:
        raise QueryRefused(_REFUSED, f"{error}, or ask for the names of one thing by owl:sameAs") from error
    if not facts:
        yield store
        return
    try:
        store.extend(facts)
    except RuntimeError as error:  # of a store that was opened for reading
        told = "the release is larger than what the server holds in memory (held_quads); ask for names by owl:sameAs"
        raise QueryRefused(_REFUSED, told) from error
    try:
        yield store
    finally:
        for quad in facts:
            store.remove(quad)
