"""What is known of one answer once it has been given: the line of the access log, and the counters."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from egov_kg.server import logs, metrics
from egov_kg.server.limits import Client

__all__ = ["RECORD", "Record", "Watch"]

_KINDS: Final = frozenset(
    {
        "admin",
        "alignments",
        "browse",
        "catalog",
        "data",
        "dumps",
        "explain",
        "graph",
        "healthz",
        "id",
        "metrics",
        "ontology",
        "page",
        "queries",
        "readyz",
        "reconcile",
        "search",
        "sparql",
        "static",
        "updates",
        "void",
    }
)


@dataclass(slots=True)
class Record:
    """What becomes known of a request while it is answered. Whoever knows something writes it here.

    Attributes:
        client: Who asks.
        method, path, agent: As they stand in the request.
        status: Of the answer; 0 if the client left before there was one.
        length: How many bytes of body were sent.
        problem: The type of the problem, or an empty text.
        form: ``SELECT``, ``ASK``, ``CONSTRUCT``, ``DESCRIBE``, ``UPDATE``, or empty if no query was asked.
        seconds: How long the query waited, ran and was written.
        cache: How the cache took part: ``hit``, ``miss``, ``shared`` ..., or empty.
        query: The text of the query.
        began: A moment of `time.perf_counter`.
    """

    client: Client
    method: str
    path: str
    agent: str = ""
    status: int = 0
    length: int = 0
    problem: str = ""
    form: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    cache: str = ""
    query: str = ""
    began: float = field(default_factory=time.perf_counter)

    @property
    def kind(self) -> str:
        """What was asked for, one of a small number of words.

        Example:
            >>> from egov_kg.server.limits import Client
            >>> nobody = Client("", "", is_exempt=True)
            >>> [Record(nobody, "GET", path).kind for path in ("/", "/page/law/kr/act", "/void.ttl", "/wp-login.php")]
            ['home', 'page', 'void', 'other']
            >>> Record(nobody, "GET", "/sparql", form="ASK").kind
            'ask'
        """
        if self.form:
            return self.form.lower()
        first = self.path.strip("/").partition("/")[0].partition(".")[0]
        return "home" if not first else first if first in _KINDS else "other"


RECORD: Final[ContextVar[Record | None]] = ContextVar("RECORD", default=None)
"""Of the request that is being answered; None for what the server does for itself."""


class Watch:
    """Counts answers, and writes them down if that is wanted.

    Args:
        queries: Whether the text of queries is written down too.
        salt: Makes digests of addresses.
    """

    def __init__(self, *, queries: bool, salt: logs.DailySalt) -> None:
        self._queries, self._salt = queries, salt

    def done(self, record: Record) -> None:
        """Take notice of a request that has been answered, or was given up."""
        took = time.perf_counter() - record.began
        metrics.observe(
            record.kind, record.status, record.problem, took=took, length=record.length, phases=record.seconds
        )
        if logs.ACCESS.isEnabledFor(logging.INFO):
            logs.event(logs.ACCESS, logging.INFO, "answer", **self._fields(record, took))

    def _fields(self, record: Record, took: float) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "method": record.method[:20],
            "path": record.path[:300],
            "status": record.status,
            "bytes": record.length,
            "ms": round(1000 * took, 1),
            "client": self._salt.digest(record.client.key),
        }
        known = {"problem": record.problem, "form": record.form, "cache": record.cache, "agent": record.agent[:200]}
        timings = {f"{name}_ms": round(1000 * seconds, 1) for name, seconds in record.seconds.items()}
        query = {"query": record.query} if self._queries and record.query else {}
        return {**fields, **{key: value for key, value in known.items() if value}, **timings, **query}
