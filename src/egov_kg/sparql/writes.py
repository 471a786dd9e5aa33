"""Changes that are asked for: what is written, by whom, over which dataset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Curated", "Document", "Write"]


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is written into a graph.

    Attributes:
        data: As it came.
        format: ``ttl``, ``nt``, ``rdf`` or ``jsonld``.
        name: What messages call it.
    """

    data: bytes
    format: str
    name: str = "the body"


@dataclass(frozen=True, slots=True)
class Write:
    """A change that is asked for: an update, or a graph that is written.

    Attributes:
        media_type: Of the request.
        body: Of the request; for an update its text.
        method: ``PUT``, ``POST`` or ``DELETE`` for a graph; empty for an update.
        graph: The IRI of the graph; None is the default graph.
        documents: What is put or added.
        using, using_named: For an update, the graphs of its dataset, as USING and USING NAMED.
        base: The base of relative IRIs; that of the chain if empty.
        token: The id of the token that asks.
    """

    media_type: str
    body: bytes
    method: str = ""
    graph: str | None = None
    documents: Sequence[Document] = ()
    using: Sequence[str] = ()
    using_named: Sequence[str] = ()
    base: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Curated:
    """A chain over what a release asserts: changes are kept and tried, and appear with a later release.

    Attributes:
        base: The base of IRIs. New nodes get IRIs below it, and graphs that every release makes are not changed.
        release: Gives the id of the release that is current.
    """

    base: str
    release: Callable[[], str]
