"""Queries that run: what is known of each, and whether one may be tried again."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from dataclasses import dataclass
from typing import Final

from egov_kg.sparql.engine import Request
from egov_kg.sparql.processes import Process

__all__ = ["Run", "Running"]

_AT_ONCE: Final = 0.05
"""Within so many seconds a process ends that was ended already when it was asked."""
_NO_ORDER: Final = "total order"
"""Among the last words of the engine when it cannot sort: `egov_kg.sparql.ordering` says what is done then."""


@dataclass(frozen=True, slots=True)
class Running:
    """A query that runs.

    Attributes:
        id: What `Pool.abort` takes.
        started: When it was taken up, in seconds since 1970.
        seconds: For how long it has run.
        client: Who asked.
        digest: The beginning of the SHA-256 of its text, hexadecimal: the same for the same text.
    """

    id: str
    started: float
    seconds: float
    client: str
    digest: str


@dataclass(slots=True, eq=False)
class Run:
    """A query and its process.

    Attributes:
        id: Of the query.
        request: The query.
        client: Who asks.
        process: What it runs in.
        began: When it was taken up, on the clock of the loop.
        is_aborted: Whether somebody has ended it.
        is_greedy: Whether it was ended because it took too much memory.
        status: The exit status of its process, if that ended by itself.
        ended: When it did.
    """

    id: str
    request: Request
    client: str
    process: Process
    began: float
    is_aborted: bool = False
    is_greedy: bool = False
    status: int | None = 0
    ended: float = 0.0

    def again(self) -> Request | None:
        """Return what may be tried once more now that the process has ended by itself; None if nothing may."""
        if self.is_aborted:
            return None
        if _NO_ORDER in self.process.words and self.request.job is None:
            return dataclasses.replace(self.request, kinds_apart=True, started=None)
        if self.status in {None, -9} and self.ended - self.began < _AT_ONCE:  # it was killed before it was asked
            return dataclasses.replace(self.request, started=None)
        return None

    def shown(self, now: float) -> Running:
        """Return what others may know of it."""
        seconds = now - self.began
        digest = hashlib.sha256(self.request.text.encode("utf-8", "replace")).hexdigest()[:16]
        return Running(self.id, time.time() - seconds, seconds, self.client, digest)
