"""Changes over HTTP: what they ask of whoever makes them, and the conditions under which they are made."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import Response

from egov_kg.server.compression import without_suffix
from egov_kg.server.exchange import Exchange
from egov_kg.server.problems import refused
from egov_kg.server.responses import etag_of
from egov_kg.sparql.states import Write

__all__ = ["GRAPH_BYTES", "UPDATE_BYTES", "Changing", "changing_of", "check_conditions", "check_state", "graph_etag"]

UPDATE_BYTES: Final = 1 << 20
"""The longest update."""

GRAPH_BYTES: Final = 16 << 20
"""The largest body that is written into a graph."""

_FORMATS: Final = ("ttl", "nt", "rdf", "jsonld", "trig", "nq")


class Changing(Protocol):
    """What accepts changes, in one of the modes in which there are any."""

    async def update(self, exchange: Exchange, write: Write) -> Response:
        """Answer an update whose sender may write.

        Raises:
            EgovKGError: If it is not made; then nothing has changed.
        """

    async def write_graph(self, exchange: Exchange, write: Write, *, location: str | None) -> Response:
        """Answer a request that replaces, extends or deletes a graph.

        Args:
            exchange: The request, with its conditions.
            write: The change.
            location: The address of a graph that is made for this request; None if it names the graph itself.

        Raises:
            RequestRefused: ``no-such-graph`` for deleting what is not there, ``precondition-failed``.
            EgovKGError: If it is not made; then nothing has changed.
        """


def changing_of(exchange: Exchange) -> Changing:
    """Return what accepts changes here.

    Raises:
        RequestRefused: ``read-only`` if nothing does.
    """
    changing = exchange.served.changing
    if changing is None:
        raise refused("read-only", "changes are not accepted here; the graph is changed by building a release")
    return changing


def graph_etag(state: str, graph: str | None, form: str) -> str:
    """Return the strong tag of a graph in a format.

    Args:
        state: Names the state of all graphs.
        graph: The IRI of the graph; None is the default graph.
        form: The name of the format.
    """
    return etag_of(state, "graph", graph, form).removeprefix("W/")


def check_conditions(request: Request, *, state: str, graph: str | None, exists: bool) -> None:
    """Check If-Match and If-None-Match against what a graph is at the moment of a change (RFC 9110, 13.1).

    Args:
        request: The request.
        state: Names the state of all graphs.
        graph: The IRI of the graph; None is the default graph.
        exists: Whether it is there.

    Raises:
        RequestRefused: ``precondition-failed``.
    """
    wanted, unwanted = (_tags(request, name) for name in ("if-match", "if-none-match"))
    current = {graph_etag(state, graph, form) for form in _FORMATS} if exists else set()
    if wanted is not None and not (exists and "*" in wanted) and not current & {_strong(tag) for tag in wanted}:
        raise _failed(
            "If-Match", "the graph is not what it was, or is not there" if exists else "there is no such graph"
        )
    if unwanted is not None and ((exists and "*" in unwanted) or current & {_weak(tag) for tag in unwanted}):
        raise _failed("If-None-Match", "the graph is there, or is what it was")


def check_state(request: Request, *, state: str, why: str) -> None:
    """Check If-Match of an update against what it would be made on, as ``Egov-Release`` names it.

    Args:
        request: The request.
        state: The name.
        why: What is wrong with any other one, for the message.

    Raises:
        RequestRefused: ``precondition-failed``. A weak tag satisfies no If-Match.
    """
    wanted = _tags(request, "if-match")
    if wanted is not None and "*" not in wanted and state not in {tag.strip('"') for tag in wanted}:
        raise _failed("If-Match", why)


def _failed(header: str, why: str) -> Exception:
    return refused("precondition-failed", f"{header}: {why}; nothing was changed", header=header)


def _tags(request: Request, name: str) -> Collection[str] | None:
    values = request.headers.getlist(name)
    return None if not values else [tag.strip() for value in values for tag in value.split(",")]


def _strong(tag: str) -> str:
    """Return a strong tag without what marks its encoding; a weak one satisfies no If-Match."""
    return "" if tag.startswith("W/") else without_suffix(tag)


def _weak(tag: str) -> str:
    return without_suffix(tag.removeprefix("W/"))
