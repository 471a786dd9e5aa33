"""What answers queries, whoever does the work: processes of a release, a store that changes, another endpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

__all__ = ["Answer", "Engine", "Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """A query to be answered.

    Attributes:
        text: SPARQL.
        table: The name of the format for SELECT and ASK, or None if none is acceptable.
        graph: The same for CONSTRUCT and DESCRIBE.
        default_graphs, named_graphs: The dataset; both None means the dataset of the query or of the release.
        substitutions: Terms in N-Triples form by variable name.
        seconds: The deadline, if it is less than the pool's.
        view: What a viewer process makes instead of running `text`: ``kind`` and its arguments, see
            `egov_kg.sparql.viewer`.
        started: Is called when the query is taken up, after its time in the queue; from there its time counts.
        job: What a query process does with `text` instead of answering it from its store alone: ``kind`` and its
            arguments, see `egov_kg.sparql.jobs`.
        attached: Bytes that the job is about, read from the beginning; they are parsed in the query process only.
        kinds_apart: Whether ORDER BY sorts by the kind of a literal first (`egov_kg.sparql.ordering`).
        expands: Whether the default graph has its facts under every name of a thing (`egov_kg.sparql.expanding`).
        patient: Whether its client may fill the queue alone.
    """

    text: str
    table: str | None = "json"
    graph: str | None = "ttl"
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None
    substitutions: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    view: Mapping[str, str] | None = None
    started: Callable[[], None] | None = field(default=None, compare=False)
    job: Mapping[str, Any] | None = None
    attached: IO[bytes] | None = None
    kinds_apart: bool = False
    expands: bool = False
    patient: bool = False


@dataclass(slots=True)
class Answer:
    """A complete answer.

    Attributes:
        form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
        format: The name of its format.
        cacheable: Whether the same query over the same release always has the same answer.
        seconds: How long it waited (``queue``), ran (``run``) and was written (``write``).
        body: Holds the bytes, and stands where they begin. A large one is a file with a descriptor, which may be sent
            as it is, from `offset` on.
        length: How many bytes.
        offset: Where in `body` they begin.
    """

    form: str
    format: str
    cacheable: bool
    seconds: Mapping[str, float]
    body: IO[bytes]
    length: int
    offset: int = 0

    def read(self) -> bytes:
        """Return the whole body, and close it."""
        with self.body:
            self.body.seek(self.offset)
            return self.body.read(self.length)


class Engine(Protocol):
    """What answers queries. The server knows no more of it than this.

    Errors are classes of `egov_kg.errors`; `egov_kg.server.problems` alone turns them into statuses.
    """

    @property
    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs, sorted; known once it has started."""

    async def start(self) -> None:
        """Make ready; return when a query can be answered."""

    async def close(self) -> None:
        """End everything that was started; queries that run are ended too."""

    async def answer(self, request: Request, *, client: str = "") -> Answer:
        """Return the complete answer to a query; it is killed if the caller is cancelled.

        Args:
            request: The query.
            client: Who asks. One client cannot keep everybody else out.
        """
