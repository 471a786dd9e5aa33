"""What queries and changes may take, whatever answers them: a release, or a store that changes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be taken, by one query and by all.

    Attributes:
        workers: How many queries run at once; one more may, see `egov_kg.sparql.turns`.
        seconds: The deadline of a query: queue, plan, run and serialisation together; and of a change, up to the moment
            at which it is kept.
        result_bytes: The largest body of an answer, and the largest change.
        waiting: How many queries may wait.
        waiting_client: How many of one client may wait.
        memory: How many bytes a query or a change may take beyond what the graph has.
    """

    workers: int = 2
    seconds: float = 10.0
    result_bytes: int = 64 << 20
    waiting: int = 16
    waiting_client: int = 4
    memory: int = 768 << 20
