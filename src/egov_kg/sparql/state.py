"""One state of a writable store: a process that holds it, and the copies of that process which answer from it."""

from __future__ import annotations

import asyncio
import weakref
from dataclasses import dataclass
from typing import Final, Protocol

from egov_kg.sparql import copies
from egov_kg.sparql.engine import Answer, Request

__all__ = ["Changed", "State"]

_ID_DIGITS: Final = 16


class Answering(Protocol):
    """What answers queries from a state: the chain that it belongs to."""

    async def answer(self, request: Request, *, client: str = "", state: State | None = None) -> Answer:
        """Return the complete answer to a query from a state."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change has done.

    Attributes:
        number: Of its record, or of the last one if nothing differs.
        removed, added: How many quads.
        created, dropped: The named graphs that began and ceased to exist.
        before: The state that it was made on.
        state: The state that it made.
    """

    number: int
    removed: int
    added: int
    created: tuple[str, ...]
    dropped: tuple[str, ...]
    before: State
    state: State


class State:
    """One state; an `Engine` that answers from it, also when there are later ones.

    Attributes:
        number: Of the last change that it holds.
        record: The SHA-256 of that record.
        named: The IRIs of its named graphs.
        original: Its process.
        idle: Copies of it that have answered, and can again.
        spare: A copy for the next change, made while nobody waits for it.
        coming: Makes a copy for the first query, which is idle then.
        was_asked: Whether there was a query, so that there may be one of the next state as well.
    """

    def __init__(
        self, chain: Answering, original: copies.Original, number: int, record: str, named: frozenset[str]
    ) -> None:
        self.number, self.record, self.named = number, record, named
        self.original, self._chain = original, chain
        self.idle: list[copies.Copy] = []
        self.spare: list[copies.Copy] = []
        self.coming: asyncio.Task[copies.Copy] | None = None
        self.was_asked = False
        weakref.finalize(self, _close, original, self.idle, self.spare)

    @property
    def id(self) -> str:
        """Names the state; the same after a restart."""
        return f"{self.number}-{self.record[:_ID_DIGITS]}" if self.number else "0"

    @property
    def graphs(self) -> tuple[str, ...]:
        """The IRIs of its named graphs, sorted."""
        return tuple(sorted(self.named))

    @property
    def is_alive(self) -> bool:
        """Whether its process is there."""
        return self.original.is_alive

    def expect(self, coming: asyncio.Task[copies.Copy]) -> None:
        """Have a copy for the first query as soon as it is made."""
        self.coming = coming
        coming.add_done_callback(self._take_in)

    def _take_in(self, coming: asyncio.Task[copies.Copy]) -> None:
        if not coming.cancelled() and coming.exception() is None:
            self.idle.append(coming.result())

    async def start(self) -> None:
        """Do nothing: it has started."""

    async def close(self) -> None:
        """Do nothing: the chain ends it."""

    async def answer(self, request: Request, *, client: str = "") -> Answer:
        """Return the complete answer to a query; errors as in `egov_kg.sparql.pool.Pool.answer`."""
        return await self._chain.answer(request, client=client, state=self)


def _close(original: copies.Original, *kept: list[copies.Copy]) -> None:
    for copy in (copy for some in kept for copy in some):
        copy.end()
    original.close()
